//! Reading the scenario that is tuned, and what is chosen.

use std::path::Path;

use crate::cli::args::TuneArgs;
use crate::cli::failure::Failure;
use crate::scenario::load::{Failed, STDIN, load_text, standard_input};
use crate::scenario::nearest::suggest;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;
use crate::scenario::{Loaded, Scenario, Setting};
use crate::time::Span;

/// What is tried if nothing is said.
const TIMEOUTS: &str = "5s..120s";

/// Reads the same scenario again and again, each time with other changes.
pub(super) struct Reader<'a> {
    args: &'a TuneArgs,
    /// What standard input said, which cannot be read twice.
    text: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(args: &'a TuneArgs) -> Result<Self, Failure> {
        let is_stdin = args.scenario == Path::new("-");
        let text = is_stdin.then(standard_input).transpose()?;
        Ok(Self { args, text })
    }

    pub(super) fn read(&self, changes: &[String]) -> Result<Loaded, Failed> {
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

/// All changes, and with them the decisions that the command line names, or the usual one if the
/// scenario names none.
pub(super) fn with_decisions(args: &TuneArgs, reader: &Reader<'_>) -> Result<Vec<String>, Failure> {
    let mut changes = args.changes.overrides();
    let is_asked = !args.workflow.is_empty() || args.timeouts.is_some();
    let Loaded { scenario, .. } = reader.read(&changes)?;
    let has_decisions = scenario.tune.as_ref().is_some_and(|tune| !tune.decisions.is_empty());
    if is_asked || !has_decisions {
        let timeouts = args.timeouts.as_deref().unwrap_or(TIMEOUTS);
        let decisions: Vec<String> = workflows(&args.workflow, &scenario)?
            .iter()
            .map(|workflow| decision(workflow, timeouts))
            .collect::<Result<_, _>>()?;
        changes.push(format!("tune.decisions=[{}]", decisions.join(", ")));
    }
    Ok(changes)
}

/// The workflows that are meant: those named, or the only one.
fn workflows(asked: &[String], scenario: &Scenario) -> Result<Vec<String>, Failure> {
    let workflows = &scenario.workspace.workflows;
    let names: Vec<&str> =
        workflows.iter().map(|workflow| workflow.friendly_name.as_str()).collect();
    let problems: Vec<Problem> = match (asked, names.as_slice()) {
        ([], [name]) => return Ok(vec![(*name).to_owned()]),
        (_, []) => vec![Problem::nowhere("the scenario has no workflow")],
        ([], names) => {
            let problem = Problem::nowhere("there are several workflows: which one is meant?");
            vec![problem.with_help(format!("name it with --workflow: {}", names.join(", ")))]
        }
        (asked, names) => {
            let unknown = asked.iter().filter(|name| !names.contains(&name.as_str()));
            let problem = |name: &String| {
                let problem = Problem::nowhere(format!("there is no workflow `{name}`"));
                let help = suggest(name, names.iter().copied());
                problem.with_help(help.unwrap_or_else(|| format!("there are {}", names.join(", "))))
            };
            unknown.map(problem).collect()
        }
    };
    if !problems.is_empty() {
        return Err(Failure::input(problems, Texts::new()));
    }
    let mut distinct: Vec<String> = Vec::new();
    for name in asked {
        if !distinct.contains(name) {
            distinct.push(name.clone());
        }
    }
    Ok(distinct)
}

/// The entry of `tune.decisions` for a workflow's reservation timeout.
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
    Ok(format!("{{ path = {}, from = {from}, to = {to}, step = {step} }}", quoted(&path)))
}
