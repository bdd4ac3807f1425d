//! `trsim tune`.

mod drafts;
mod reader;

use std::io::{IsTerminal, stderr};
use std::num::NonZero;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Outcome;
use crate::cli::args::{ReportFormat, TuneArgs};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::input::with_assertions;
use crate::cli::run::{threads, timed};
use crate::cli::tune::drafts::{Asked, Draft};
use crate::cli::tune::reader::{Reader, with_decisions};
use crate::experiment::tune::{Stage, Study, Tuned};
use crate::experiment::{Experiment, Row, check_observed, estimate_scopes};
use crate::observation::Traces;
use crate::output::{
    Cost, Folder, Options, TuningResults, Tunings, tunings_json, tunings_markdown, tunings_text,
};
use crate::scenario::{Loaded, Scenario};

pub(super) fn run(args: &TuneArgs, console: &Console) -> Outcome {
    let reader = Reader::new(args)?;
    let changes = with_decisions(args, &reader)?;
    let Loaded { scenario, warnings, texts } = with_assertions(reader.read(&changes)?)?;
    let tune = scenario.tune.clone().unwrap_or_default();
    let asked = Asked { reader: &reader, changes: &changes, scenario: &scenario, texts: &texts };
    let drafts = asked.drafts(&tune)?;
    let default = Folder::default_for(&format!("{}-tune", scenario.name));
    let folder = Folder::claim(args.out.as_deref().unwrap_or(&default), args.force)?;
    if !args.quiet {
        console.problems(&warnings, &texts);
    }
    let threads = threads(args.threads, u32::MAX);
    let progress = Progress::new(!args.quiet && !args.no_progress);
    let done = decide(&asked, drafts, threads, &progress);
    progress.bar.finish_and_clear();
    let done = done?;
    let sides = sides(args, &asked, &done, threads)?;
    let observed = sides.first().filter(|_| !scenario.observed.facts.is_empty());
    let checked = observed
        .map(|rows| check_observed(&scenario, rows, scenario.replications))
        .unwrap_or_default();
    let options = Options {
        seed: args.changes.seed,
        replications: None,
        set: changes.iter().filter(|change| !change.starts_with("seed=")).cloned().collect(),
        lenient: args.changes.lenient,
        ..Options::default()
    };
    let parts = done.iter().map(|Done { study, tuned, cost }| TuningResults {
        scenario: &scenario,
        study,
        tuned,
        checked: checked.clone(),
        sides: sides.clone().try_into().ok(),
        options: options.clone(),
        cost: *cost,
    });
    let results = Tunings { parts: parts.collect(), confidence: tune.confidence };
    folder.write_tuning(&results)?;
    if args.quiet {
        return Ok(());
    }
    console.print(&match args.format {
        ReportFormat::Table => tunings_text(&results, console.prints_color()),
        ReportFormat::Md => tunings_markdown(&results),
        ReportFormat::Json => tunings_json(&results),
    })?;
    console.tell(&format!("results are in {}\n", folder.path().display()));
    Ok(())
}

/// Looks for candidates where there are too many, and chooses.
fn decide(
    asked: &Asked<'_>,
    drafts: Vec<Draft>,
    threads: NonZero<usize>,
    progress: &Progress,
) -> Result<Vec<Done>, Failure> {
    let tell = |stage, n, done| progress.tell(stage, n, done);
    let one = |draft| {
        let (done, cost) = timed(|| {
            let study = asked.complete(draft, threads, &tell)?;
            let tuned = study.run(threads, &tell);
            Ok::<_, Failure>((study, tuned))
        });
        let (study, tuned) = done?;
        Ok(Done { study, tuned, cost })
    };
    drafts.into_iter().map(one).collect()
}

/// A study that is done.
struct Done {
    study: Study,
    tuned: Tuned,
    cost: Cost,
}

/// Every metric with what is in force, and with all that is recommended, as far as it is asked for.
fn sides(
    args: &TuneArgs,
    asked: &Asked<'_>,
    done: &[Done],
    threads: NonZero<usize>,
) -> Result<Vec<Vec<Row>>, Failure> {
    let is_wanted = args.format == ReportFormat::Md && !args.quiet;
    let mut sides = Vec::new();
    if is_wanted || !asked.scenario.observed.facts.is_empty() {
        sides.push(rows(asked.scenario, threads));
    }
    if let Some(recommended) = recommended(done).filter(|_| is_wanted) {
        let changes = [asked.changes, recommended.as_slice()].concat();
        sides.push(rows(&asked.reader.read(&changes)?.scenario, threads));
    }
    Ok(sides)
}

/// The changes that all recommendations make together; `None` if there is not one for each part.
fn recommended(done: &[Done]) -> Option<Vec<String>> {
    let changes = done.iter().map(|done| {
        let best = done.tuned.certificate.best?;
        Some(done.study.grid().overrides(best))
    });
    Some(changes.collect::<Option<Vec<_>>>()?.concat())
}

/// Every metric of a scenario, as `trsim run` would show it.
fn rows(scenario: &Scenario, threads: NonZero<usize>) -> Vec<Row> {
    let replications = 0..scenario.replications;
    let plan = Experiment { scenario, replications, threads, traces: Traces::default() };
    estimate_scopes(scenario, &plan.run(|_| ()))
}

/// How far a study has come, on a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(is_wanted: bool) -> Self {
        if !is_wanted || !stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let style = ProgressStyle::with_template("{spinner} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self { bar: ProgressBar::new_spinner().with_style(style) }
    }

    fn tell(&self, stage: Stage, candidates: usize, done: u64) {
        let what = match stage {
            Stage::Search => format!("searching: {candidates} combinations seen"),
            Stage::Selection => format!("{candidates} candidates left"),
            Stage::Certificate => format!("judging {candidates} candidates afresh"),
            Stage::Sensitivity => "trying other inputs".to_owned(),
        };
        self.bar.set_message(format!("{what}; {done} replications so far"));
        self.bar.tick();
    }
}
