//! `trsim batch`: several scenarios side by side, in blocks that are kept.

pub(super) mod design;
pub(super) mod show;
mod stops;
pub(super) mod work;

use std::ops::Range;
use std::path::{Path, PathBuf};

use cpu_time::ProcessTime;

use crate::cli::Outcome;
use crate::cli::args::{BatchArgs, Shard};
use crate::cli::batch::show::show;
use crate::cli::batch::work::{Asked, Work};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::progress::Count;
use crate::cli::run::{peak_rss_bytes, threads, warning};
use crate::experiment::{BLOCK, Experiment, Limit, Row, blocks, estimate_scopes, limits};
use crate::observation::{Recording, Traces};
use crate::output::{Cost, Folder, Found, Store, in_unit};
use crate::scenario::Scenario;
use crate::scenario::text::Texts;

pub(super) fn run(args: &BatchArgs, console: &Console) -> Outcome {
    let work = Work::new(&args.files, Asked::of(args), &args.show)?;
    if !args.show.quiet {
        console.problems(&work.warnings, &work.texts);
    }
    let default = Folder::default_for(&work.study.name);
    let out = args.show.out.as_deref().unwrap_or(&default);
    let beside = beside(out);
    let named = args.store.as_deref().or(args.show.out.as_deref().filter(|_| args.shard.is_some()));
    let folder = match args.shard {
        None => Some(Folder::claim(out, args.show.force)?),
        Some(_) => None,
    };
    let root = named.unwrap_or(&beside);
    let store = Store::open(root, work.plan(&args.files))?;
    let (numbers, cost) = simulate(&work, &store, args, console)?;
    let told = format!("blocks are in {}\n", root.display());
    let Some(folder) = folder else {
        if !args.show.quiet {
            console.tell(&told);
        }
        return Ok(());
    };
    let outcome = show(&work, (&store, &numbers, cost), (&folder, &args.show), console);
    if !args.show.quiet {
        console.tell(&told);
    }
    outcome
}

/// `out/study.store` beside `out/study`.
fn beside(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{name}.store"))
}

/// Simulates what is not there yet; how many replications each cell has in the end.
fn simulate(
    work: &Work,
    store: &Store,
    args: &BatchArgs,
    console: &Console,
) -> Result<(Vec<u32>, Cost), Failure> {
    #[expect(clippy::disallowed_types, reason = "how long it took is no result")]
    let (wall, cpu) = (std::time::Instant::now(), ProcessTime::now());
    let looks = work.looks();
    let n_cells = work.study.cells.len();
    let total = u64::from(looks[0]) * n_cells as u64;
    let count = Count::new((n_cells, total), !args.show.quiet && !args.no_progress);
    let simulator = Simulator { work, store, args, count: &count, console };
    let numbers: Result<Vec<u32>, Failure> =
        (0..n_cells).map(|cell| simulator.fill(cell, &looks)).collect();
    count.clear();
    let cost = Cost {
        wall_seconds: wall.elapsed().as_secs_f64(),
        cpu_seconds: cpu.elapsed().as_secs_f64(),
        peak_rss_bytes: peak_rss_bytes(),
    };
    Ok((numbers?, cost))
}

/// Whoever simulates what a store lacks.
struct Simulator<'a> {
    work: &'a Work,
    store: &'a Store,
    args: &'a BatchArgs,
    count: &'a Count,
    console: &'a Console,
}

impl Simulator<'_> {
    /// Simulates a cell until it is precise enough.
    fn fill(&self, cell: usize, looks: &[u32]) -> Result<u32, Failure> {
        let stops = !self.work.study.stop_when.is_empty();
        if stops && self.args.shard.is_some_and(|shard| !shard.has(cell)) {
            return Ok(0);
        }
        let scenario = self.work.load(cell)?;
        self.count.begin(cell, &self.work.study.cells[cell].name);
        let mut recordings = Vec::new();
        let mut reached = 0;
        for n in looks {
            if reached != 0 {
                self.count.expect_more(u64::from(n - reached));
            }
            let new = self.obtain(cell, &scenario, reached..*n)?;
            reached = *n;
            if !stops {
                break;
            }
            recordings.extend(new);
            if self.is_precise(&scenario, &recordings)? {
                break;
            }
        }
        Ok(reached)
    }

    fn is_precise(&self, scenario: &Scenario, recordings: &[Recording]) -> Result<bool, Failure> {
        let limits = limits(&self.work.study.stop_when, scenario)
            .map_err(|problems| Failure::input(problems, self.work.study.texts.clone()))?;
        let rows = estimate_scopes(scenario, recordings);
        let standing: Vec<String> = limits.iter().map(|limit| standing(limit, &rows)).collect();
        self.count.say(&standing.join(", "));
        Ok(limits.iter().all(|limit| limit.is_met(&rows)))
    }

    /// The replications `wanted` of a cell, as far as they belong to this shard. They are given
    /// back only if it is their precision that decides.
    fn obtain(
        &self,
        cell: usize,
        scenario: &Scenario,
        wanted: Range<u32>,
    ) -> Result<Vec<Recording>, Failure> {
        let stops = !self.work.study.stop_when.is_empty();
        let all: Vec<Range<u32>> = blocks(wanted.end).collect();
        let is_ours = |shard: Shard, block: usize| stops || shard.has(cell * all.len() + block);
        let ranges = all.iter().enumerate().filter(|(block, range)| {
            wanted.start <= range.start
                && self.args.shard.is_none_or(|shard| is_ours(shard, *block))
        });
        let mut recordings = Vec::new();
        for (_, range) in ranges {
            let new = self.block(cell, scenario, range)?;
            if stops {
                recordings.extend(new);
            }
        }
        Ok(recordings)
    }

    /// A block, simulated and kept if it is not there.
    fn block(
        &self,
        cell: usize,
        scenario: &Scenario,
        range: &Range<u32>,
    ) -> Result<Vec<Recording>, Failure> {
        let plan = &self.work.cells[cell];
        match self.store.find(plan, scenario, range)? {
            Found::Whole(recordings) => {
                self.count.skip(u64::from(range.end - range.start));
                self.count.see(scenario, &recordings);
                return Ok(recordings);
            }
            Found::Damaged(path) if !self.args.show.quiet => {
                let what = format!("{} is damaged, and simulated again", path.display());
                self.console.problems(&[warning(what)], &Texts::new());
            }
            Found::Damaged(_) | Found::Missing => {}
        }
        let experiment = Experiment {
            scenario,
            replications: range.clone(),
            threads: threads(self.args.threads, BLOCK),
            traces: Traces::default(),
        };
        let bar = self.count.bar();
        let recordings = experiment.run(|_| bar.inc(1));
        self.count.see(scenario, &recordings);
        self.store.keep(plan, range, &recordings)?;
        Ok(recordings)
    }
}

/// `wait_p90 ± 3.1 s of 2 s`: how precise a metric is, and how precise it is to be.
fn standing(limit: &Limit, rows: &[Row]) -> String {
    let metric = limit.metric();
    let text = |half: f64| in_unit(metric, half);
    match limit.half_width(rows) {
        Some((half, most)) => format!("{} ± {} of {}", metric.name, text(half), text(most)),
        None => format!("{} has no interval yet", metric.name),
    }
}
