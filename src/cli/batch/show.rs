//! From the blocks of a store to the files and the table.

use crate::cli::Outcome;
use crate::cli::args::{BatchFormat, ShowArgs};
use crate::cli::batch::stops::Stops;
use crate::cli::batch::work::Work;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::experiment::{
    Difference, Row, Series, Side, adjusted, blocks, differences, estimate_scopes,
    is_better_when_greater,
};
use crate::observation::{Measured, Recording};
use crate::output::{
    Batch, BatchFiles, BatchReport, CellResults, Cost, Folder, Found, Options, Results, Store,
    failed_in_cell,
};
use crate::scenario::Scenario;
use crate::scenario::problem::Problem;
use crate::stats::Estimate;

/// A cell as it was simulated.
struct Played {
    /// The scenario, by the name of the cell.
    scenario: Scenario,
    /// The name that it gives itself.
    own_name: String,
    recordings: Vec<Recording>,
    rows: Vec<Row>,
}

/// What ranking needs of a cell.
struct Standing {
    name: String,
    estimate: Option<Estimate>,
    series: Series,
}

/// Writes the results folder of a batch, and prints what came of it.
pub(in crate::cli) fn show(
    work: &Work,
    (store, numbers, cost): (&Store, &[u32], Cost),
    (folder, args): (&Folder, &ShowArgs),
    console: &Console,
) -> Outcome {
    let baseline = work.study.baseline;
    let shower = Shower { work, store, numbers };
    let base = shower.play(baseline)?;
    let n_others = work.cells.len() - 1;
    let plan = store.plan();
    let sha256 = plan.sha256();
    let batch = Batch {
        study: &work.study.name,
        sha256: &sha256,
        seed: plan.seed,
        baseline: &work.cells[baseline].name,
        assumed: &base.scenario.assumed,
        options: options(work),
        confidence: adjusted(n_others),
        cost,
    };
    let mut report = BatchReport::new(&work.study.name, work.cells.len(), plan.seed);
    let (mut standing, mut failed) = (Vec::new(), Vec::new());
    let mut stops = Stops::default();
    BatchFiles::write(folder, &batch, |files| {
        for (cell, number) in numbers.iter().enumerate() {
            let played = if cell == baseline { None } else { Some(shower.play(cell)?) };
            let played = played.as_ref().unwrap_or(&base);
            let different = match cell == baseline {
                true => Vec::new(),
                false => compare(played, &base, batch.confidence),
            };
            let results = results(played);
            let results = CellResults {
                results: &results,
                scenario: &played.own_name,
                differences: &different,
            };
            files.add(&results)?;
            report.add(&results, cell == baseline);
            failed.extend(failed_in_cell(&results));
            let first = |n: u32| first_rows(played, usize::try_from(n).expect("in memory"));
            stops.add(work, (&played.scenario, *number), first)?;
            standing.push(shower.standing(played)?);
        }
        Ok::<(), Failure>(())
    })?;
    rank(&mut report, work, (&base.scenario, standing), batch.confidence);
    work.design.told(plan.replications, &work.study).into_iter().for_each(|note| report.note(note));
    stops.told().into_iter().for_each(|note| report.note(note));
    if !args.quiet {
        print(&report, (folder, args.format), console)?;
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::none_held(failed)) }
}

fn print(
    report: &BatchReport,
    (folder, format): (&Folder, BatchFormat),
    console: &Console,
) -> Outcome {
    match format {
        BatchFormat::Table => console.print(&report.text(console.prints_color()))?,
        BatchFormat::Md => console.print(&report.markdown())?,
        BatchFormat::Csv => {
            let path = folder.path().join("compare.csv");
            let text = std::fs::read_to_string(&path);
            let text =
                text.map_err(|error| Failure::output(format!("{}: {error}", path.display())))?;
            console.print(&text)?;
        }
    }
    console.tell(&format!("results are in {}\n", folder.path().display()));
    Ok(())
}

fn options(work: &Work) -> Options {
    let changes = &work.asked.changes;
    Options {
        seed: changes.seed,
        replications: work.asked.replications,
        set: changes.set.clone(),
        lenient: changes.lenient,
        sampling: work.design.sampling,
        control_variate: work.design.control_variate,
    }
}

fn results(played: &Played) -> Results<'_> {
    Results {
        scenario: &played.scenario,
        recordings: &played.recordings,
        traces: Default::default(),
        options: Options::default(),
        cost: Cost::default(),
        rows: played.rows.clone(),
        intervals: Vec::new(),
    }
}

/// The first replications of both, as many as both have.
fn compare(a: &Played, b: &Played, confidence: f64) -> Vec<Difference> {
    let n = a.recordings.len().min(b.recordings.len());
    let (rows_a, rows_b) = (first_rows(a, n), first_rows(b, n));
    differences(&side(a, n, &rows_a), &side(b, n, &rows_b), confidence)
}

fn first_rows(played: &Played, n: usize) -> Vec<Row> {
    if n == played.recordings.len() {
        return played.rows.clone();
    }
    estimate_scopes(&played.scenario, &played.recordings[..n])
}

fn side<'a>(played: &'a Played, n: usize, rows: &'a [Row]) -> Side<'a> {
    Side { scenario: &played.scenario, recordings: &played.recordings[..n], rows }
}

struct Shower<'a> {
    work: &'a Work,
    store: &'a Store,
    numbers: &'a [u32],
}

impl Shower<'_> {
    /// All replications of a cell; nothing may be missing.
    fn play(&self, cell: usize) -> Result<Played, Failure> {
        let mut scenario = self.work.load(cell)?;
        let plan = &self.work.cells[cell];
        let mut recordings = Vec::new();
        for range in blocks(self.numbers[cell]) {
            match self.store.find(plan, &scenario, &range)? {
                Found::Whole(block) => recordings.extend(block),
                Found::Damaged(path) => {
                    return Err(lost(&format!("{} is damaged", path.display())));
                }
                Found::Missing => {
                    let (first, last) = (range.start, range.end - 1);
                    let name = &plan.name;
                    let what = format!("replications {first} to {last} of `{name}` are missing");
                    return Err(lost(&what));
                }
            }
        }
        let own_name = std::mem::replace(&mut scenario.name, plan.name.clone());
        let rows = estimate_scopes(&scenario, &recordings);
        Ok(Played { scenario, own_name, recordings, rows })
    }

    fn standing(&self, played: &Played) -> Result<Standing, Failure> {
        let fewest = self.numbers.iter().min().copied().unwrap_or(0);
        let n = usize::try_from(fewest).expect("they are all in memory");
        let rows = first_rows(played, n);
        let told = |problem| Failure::input(vec![problem], self.work.study.texts.clone());
        let measured = Measured::find(&self.work.rank_by, &played.scenario).map_err(told)?;
        let Measured { scope, index, metric } = measured;
        let is_it = |row: &&Row| row.scope == scope && row.metric.name == metric.name;
        let estimate = rows.iter().find(is_it).and_then(|row| row.estimate);
        let series = Series::of(&side(played, n, &rows), (index, scope), metric);
        Ok(Standing { name: played.scenario.name.clone(), estimate, series })
    }
}

fn lost(what: &str) -> Failure {
    let help = "run `trsim batch` with the shard that should have it, on the same store";
    Failure::usage(Problem::nowhere(what).with_help(help))
}

/// Best first; of those that are undefined nothing is said.
fn rank(
    report: &mut BatchReport,
    work: &Work,
    (scenario, mut standing): (&Scenario, Vec<Standing>),
    confidence: f64,
) {
    let Ok(measured) = Measured::find(&work.rank_by, scenario) else { return };
    standing.retain(|cell| cell.estimate.is_some());
    let value = |cell: &Standing| cell.estimate.map_or(0.0, |estimate| estimate.value);
    standing.sort_by(|a, b| {
        let order = value(a).total_cmp(&value(b));
        if is_better_when_greater(measured.metric) { order.reverse() } else { order }
    });
    let Some(best) = standing.first().map(|cell| cell.series.clone()) else { return };
    let line = |(index, cell): (usize, &Standing)| {
        let behind = (index != 0).then(|| cell.series.minus(&best, confidence)).flatten();
        (cell.name.clone(), cell.estimate, behind)
    };
    let lines: Vec<_> = standing.iter().enumerate().map(line).collect();
    let name = measured.scope.name(scenario);
    let kind = measured.scope.kind();
    let scope = if name.is_empty() { kind.to_owned() } else { format!("{kind}:{name}") };
    report.rank((measured.metric, &scope), &lines);
}
