//! `trsim tune`.

use std::io::{IsTerminal, stderr};
use std::num::NonZero;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Outcome;
use crate::cli::args::{ReportFormat, TuneArgs};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::input::with_assertions;
use crate::cli::run::{threads, timed};
use crate::experiment::tune::{Grid, MOST_CANDIDATES, Stage, Study, TooMany};
use crate::experiment::{Experiment, Row, check_observed, estimate_scopes};
use crate::observation::Traces;
use crate::output::{Folder, Options, TuningReport, TuningResults, tuning_json};
use crate::scenario::load::{Failed, STDIN, load_text, standard_input};
use crate::scenario::nearest::suggest;
use crate::scenario::problem::Problem;
use crate::scenario::{Loaded, Scenario, Setting, Tune};
use crate::time::Span;

/// What is tried if nothing is said.
const TIMEOUTS: &str = "5s..120s";

pub(super) fn run(args: &TuneArgs, console: &Console) -> Outcome {
    let reader = Reader::new(args)?;
    let changes = with_decision(args, &reader)?;
    let Loaded { scenario, warnings, texts } = with_assertions(reader.read(&changes)?)?;
    let tune = scenario.tune.clone().unwrap_or_default();
    let grid = grid(&tune)?;
    let scenarios = (0..grid.candidates.len()).map(|candidate| {
        let changes = [changes.as_slice(), &grid.overrides(candidate)].concat();
        Ok(reader.read(&changes)?.scenario)
    });
    let scenarios = scenarios.collect::<Result<Vec<Scenario>, Failure>>()?;
    let study = Study::new(tune, grid, scenarios);
    let study = match study {
        Ok(study) => study,
        Err(problems) => return Err(Failure::input(problems, texts)),
    };
    let default = Folder::default_for(&format!("{}-tune", scenario.name));
    let folder = Folder::claim(args.out.as_deref().unwrap_or(&default), args.force)?;
    if !args.quiet {
        console.problems(&warnings, &texts);
    }
    let threads = threads(args.threads, u32::MAX);
    let progress = Progress::new(study.budget(), !args.quiet && !args.no_progress);
    let (tuned, cost) =
        timed(|| study.run(threads, &|stage, n, done| progress.tell(stage, n, done)));
    progress.bar.finish_and_clear();
    let is_wanted = args.format == ReportFormat::Md && !args.quiet;
    let now = (is_wanted || !scenario.observed.facts.is_empty()).then(|| rows(&scenario, threads));
    let checked = now.as_ref().filter(|_| !scenario.observed.facts.is_empty());
    let checked = checked.map(|rows| check_observed(&scenario, rows, scenario.replications));
    let proposed = tuned.certificate.best.filter(|_| is_wanted).map(|best| {
        let changes = [changes.as_slice(), &study.grid().overrides(best)].concat();
        Ok::<_, Failure>(rows(&reader.read(&changes)?.scenario, threads))
    });
    let proposed = proposed.transpose()?;
    let options = Options {
        seed: args.changes.seed,
        replications: None,
        set: changes.into_iter().filter(|change| !change.starts_with("seed=")).collect(),
        lenient: args.changes.lenient,
        ..Options::default()
    };
    let results = TuningResults {
        scenario: &scenario,
        study: &study,
        tuned: &tuned,
        checked: checked.unwrap_or_default(),
        sides: now.zip(proposed).map(|(now, proposed)| [now, proposed]),
        options,
        cost,
    };
    folder.write_tuning(&results)?;
    if args.quiet {
        return Ok(());
    }
    console.print(&match args.format {
        ReportFormat::Table => TuningReport::new(&results).text(console.prints_color()),
        ReportFormat::Md => TuningReport::new(&results).markdown(),
        ReportFormat::Json => tuning_json(&results),
    })?;
    console.tell(&format!("results are in {}\n", folder.path().display()));
    Ok(())
}

/// Every metric of a scenario, as `trsim run` would show it.
fn rows(scenario: &Scenario, threads: NonZero<usize>) -> Vec<Row> {
    let replications = 0..scenario.replications;
    let plan = Experiment { scenario, replications, threads, traces: Traces::default() };
    estimate_scopes(scenario, &plan.run(|_| ()))
}

/// Reads the same scenario again and again, each time with other changes.
struct Reader<'a> {
    args: &'a TuneArgs,
    /// What standard input said, which cannot be read twice.
    text: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(args: &'a TuneArgs) -> Result<Self, Failure> {
        let is_stdin = args.scenario == Path::new("-");
        let text = is_stdin.then(standard_input).transpose()?;
        Ok(Self { args, text })
    }

    fn read(&self, changes: &[String]) -> Result<Loaded, Failed> {
        let lenient = self.args.changes.lenient;
        match &self.text {
            None => Scenario::load(&self.args.scenario, changes, lenient),
            Some(text) => {
                let document = load_text(STDIN, text.clone(), Path::new(""), changes)?;
                Scenario::of(document, lenient)
            }
        }
    }
}

/// All changes, and with them the decision that the command line names, or the usual one if the
/// scenario names none.
fn with_decision(args: &TuneArgs, reader: &Reader<'_>) -> Result<Vec<String>, Failure> {
    let mut changes = args.changes.overrides();
    let is_asked = args.workflow.is_some() || args.timeouts.is_some();
    let Loaded { scenario, .. } = reader.read(&changes)?;
    let has_decisions = scenario.tune.as_ref().is_some_and(|tune| !tune.decisions.is_empty());
    if is_asked || !has_decisions {
        let workflow = workflow(args.workflow.as_deref(), &scenario)?;
        let timeouts = args.timeouts.as_deref().unwrap_or(TIMEOUTS);
        changes.push(decision(&workflow, timeouts)?);
    }
    Ok(changes)
}

/// The workflow that is meant: the one named, or the only one.
fn workflow(asked: Option<&str>, scenario: &Scenario) -> Result<String, Failure> {
    let workflows = &scenario.workspace.workflows;
    let names: Vec<&str> =
        workflows.iter().map(|workflow| workflow.friendly_name.as_str()).collect();
    let problem = match (asked, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => return Ok(name.to_owned()),
        (None, [name]) => return Ok((*name).to_owned()),
        (_, []) => Problem::nowhere("the scenario has no workflow"),
        (Some(name), names) => {
            let problem = Problem::nowhere(format!("there is no workflow `{name}`"));
            let help = suggest(name, names.iter().copied());
            problem.with_help(help.unwrap_or_else(|| format!("there are {}", names.join(", "))))
        }
        (None, names) => {
            let problem = Problem::nowhere("there are several workflows: which one is meant?");
            problem.with_help(format!("name it with --workflow: {}", names.join(", ")))
        }
    };
    Err(Failure::usage(problem))
}

/// The change that makes a workflow's reservation timeout the decision.
fn decision(workflow: &str, timeouts: &str) -> Result<String, Failure> {
    let quoted = |text: &str| serde_json::to_string(text).expect("a text");
    let in_path = workflow.replace('\\', "\\\\").replace('"', "\\\"");
    let path = format!("workspace.workflows[\"{in_path}\"].task_reservation_timeout");
    let wrong = || {
        let problem = Problem::nowhere(format!("`{timeouts}` is no range of timeouts"));
        Failure::usage(problem.with_help("as in --timeouts 5s..120s or --timeouts 10s..60s:5s"))
    };
    let (range, step) = timeouts.split_once(':').unwrap_or((timeouts, "1s"));
    let (from, to) = range.split_once("..").ok_or_else(wrong)?;
    let span = |text: &str| text.trim().parse::<Span>().map_err(|_| wrong());
    let (from, to, step) = (span(from)?, span(to)?, span(step)?);
    if to < from || step == Span::ZERO {
        let problem = Problem::nowhere(format!("the range of timeouts `{timeouts}` is empty"));
        return Err(Failure::usage(problem));
    }
    let [from, to, step] = [from, to, step].map(|span| Setting::Duration(span).toml());
    Ok(format!(
        "tune.decisions=[{{ path = {}, from = {from}, to = {to}, step = {step} }}]",
        quoted(&path)
    ))
}

fn grid(tune: &Tune) -> Result<Grid, Failure> {
    Grid::new(&tune.decisions).map_err(|TooMany { n }| {
        let problem = format!("{n} candidates: more than {MOST_CANDIDATES} are not simulated");
        let help = "larger steps, shorter ranges or fewer decisions make fewer";
        Failure::usage(Problem::nowhere(problem).with_help(help))
    })
}

/// How far a study has come, on a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(budget: u64, is_wanted: bool) -> Self {
        if !is_wanted || !stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let style = ProgressStyle::with_template("{spinner} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self { bar: ProgressBar::new(budget).with_style(style) }
    }

    fn tell(&self, stage: Stage, candidates: usize, done: u64) {
        let what = match stage {
            Stage::Selection => format!("{candidates} candidates left"),
            Stage::Certificate => format!("judging {candidates} candidates afresh"),
            Stage::Sensitivity => "trying other inputs".to_owned(),
        };
        self.bar.set_message(format!("{what}; {done} replications so far"));
        self.bar.tick();
    }
}
