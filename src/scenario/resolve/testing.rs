//! Small scenarios for tests, and what is said about them.

use std::fs;

use tempfile::TempDir;

use crate::scenario::front::Loaded;
use crate::scenario::load::{Failed, load_text};
use crate::scenario::model::Scenario;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// One source, one queue, one workflow; each test adds to it or changes a line.
pub(in crate::scenario) const ONE_QUEUE: &str = "\
schema = 1
name = 'one queue'
horizon = '1d'
[source.calls]
workflow = 'Support'
channel = 'voice'
attributes = { type = 'billing' }
arrivals = { per_hour = 20 }
talk = '4m'
[[workers]]
group = 'day'
count = 2
attributes = { skills = ['billing'], level = 1 }
[workspace]
task_queues = [{ friendly_name = 'Billing', target_workers = \"skills HAS 'billing'\" }]
[[workspace.workflows]]
friendly_name = 'Support'
[[workspace.workflows.configuration.task_routing.filters]]
expression = \"type == 'billing'\"
targets = [{ queue = 'Billing' }]
";

/// What became of a scenario file, with other files beside it.
pub(super) struct Outcome {
    texts: Texts,
    scenario: Result<Scenario, ()>,
    problems: Vec<Problem>,
    _folder: TempDir,
}

/// Resolves the scenario `text`; `files` lie beside it.
pub(super) fn outcome(text: &str, files: &[(&str, &str)], lenient: bool) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("a file can be written");
    }
    let read = load_text("s.toml", text, folder.path(), &[]);
    let (texts, scenario, problems) = match read.and_then(|read| Scenario::of(read, lenient)) {
        Ok(Loaded { scenario, warnings, texts }) => (texts, Ok(scenario), warnings),
        Err(Failed { texts, problems }) => (texts, Err(()), problems),
    };
    Outcome { texts, scenario, problems, _folder: folder }
}

/// The scenario of a text in which nothing is wrong.
pub(super) fn scenario(text: &str) -> Scenario {
    let outcome = outcome(text, &[], false);
    let told = outcome.told();
    outcome.scenario.unwrap_or_else(|()| panic!("{told:#?}"))
}

/// Everything that is said about a text.
pub(super) fn told(text: &str) -> Vec<String> {
    outcome(text, &[], false).told()
}

/// [`ONE_QUEUE`] with some lines changed.
pub(super) fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(ONE_QUEUE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old} is in the text");
        text.replacen(old, new, 1)
    })
}

impl Outcome {
    pub(super) fn scenario(self) -> Scenario {
        let told = self.told();
        self.scenario.unwrap_or_else(|()| panic!("{told:#?}"))
    }

    /// Each problem as `line 3 'what is there': message; help`.
    pub(super) fn told(&self) -> Vec<String> {
        self.problems.iter().map(|problem| self.tell(problem)).collect()
    }

    fn tell(&self, problem: &Problem) -> String {
        let help = problem.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
        let Some(place) = &problem.place else { return problem.message.clone() + &help };
        let place = self.texts.resolve(place);
        let before = &self.texts.content(place.text)[..place.range.start];
        let line = before.matches('\n').count() + 1;
        let there = self.texts.slice(&place).lines().next().unwrap_or_default();
        format!("line {line} {there}: {}{help}", problem.message)
    }
}
