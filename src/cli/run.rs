//! `trsim run`.

use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

use cpu_time::ProcessTime;

use crate::cli::Outcome;
use crate::cli::args::{Format, RunArgs};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::progress::Progress;
use crate::experiment::Experiment;
use crate::observation::Recording;
use crate::output::{Cost, Folder, Report, Results, failed_assertions, summary_csv, summary_json};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::{Loaded, Scenario};

/// More threads than this are of no use to anybody, and some systems refuse them.
const MOST_THREADS: usize = 256;

pub(super) fn run(args: &RunArgs, console: &Console) -> Outcome {
    let Loaded { mut scenario, warnings, texts } =
        input::read(args.scenario.as_deref(), &args.changes)?;
    scenario.replications = args.replications.unwrap_or(scenario.replications);
    let default = Folder::default_for(&scenario.name);
    let folder = Folder::claim(args.out.as_deref().unwrap_or(&default), args.force)?;
    if !args.quiet {
        console.problems(&warnings, &texts);
    }
    let (recordings, cost) = simulate(&scenario, args);
    let results = Results {
        traces: args.traces(),
        options: args.options(),
        cost,
        ..Results::new(&scenario, &recordings)
    };
    folder.write(&results)?;
    if args.quiet {
        return asserted(&results);
    }
    let said = results.warnings().into_iter().map(warning).collect::<Vec<_>>();
    console.problems(&said, &texts);
    show(&results, args, console)?;
    console.tell(&format!("results are in {}\n", folder.path().display()));
    asserted(&results)
}

/// Whether everything that the scenario asserts holds.
fn asserted(results: &Results<'_>) -> Outcome {
    let judgments = results.judgments();
    let failed = failed_assertions(&judgments);
    let Some(first) = failed.first() else { return Ok(()) };
    let message = match failed.len() {
        1 => format!("an assertion does not hold: {first}"),
        n => format!("{n} assertions do not hold: {}", failed.join("; ")),
    };
    Err(Failure::not_held(message))
}

fn show(results: &Results<'_>, args: &RunArgs, console: &Console) -> Outcome {
    let text = match args.format {
        Format::Table => Report::new(results).text(console.prints_color()),
        Format::Md => Report::new(results).markdown(),
        Format::Json => summary_json(results),
        Format::Csv => summary_csv(results),
    };
    console.print(&text)
}

fn simulate(scenario: &Scenario, args: &RunArgs) -> (Vec<Recording>, Cost) {
    let experiment = Experiment {
        scenario,
        replications: 0..scenario.replications,
        threads: threads(args.threads, scenario.replications),
        traces: args.traces(),
    };
    let progress = Progress::new(scenario, scenario.replications, !args.quiet && !args.no_progress);
    let timed = timed(|| experiment.run(|recording| progress.add(recording)));
    progress.clear();
    timed
}

/// Does it, and says what it took.
pub(super) fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    #[expect(clippy::disallowed_types, reason = "how long it took is no result")]
    let (wall, cpu) = (std::time::Instant::now(), ProcessTime::now());
    let done = work();
    let cost = Cost {
        wall_seconds: wall.elapsed().as_secs_f64(),
        cpu_seconds: cpu.elapsed().as_secs_f64(),
        peak_rss_bytes: peak_rss_bytes(),
    };
    (done, cost)
}

/// As many as asked for, or as there are processors; never more than there is work for.
pub(super) fn threads(asked: Option<NonZero<usize>>, replications: u32) -> NonZero<usize> {
    let most = usize::try_from(replications).map_or(MOST_THREADS, |n| n.min(MOST_THREADS));
    let most = NonZero::new(most).unwrap_or(NonZero::<usize>::MIN);
    asked.or_else(|| available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN).min(most)
}

/// The most memory this process has had, where Linux says so.
pub(super) fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

pub(super) fn warning(message: String) -> Problem {
    Problem { severity: Severity::Warning, ..Problem::nowhere(message) }
}
