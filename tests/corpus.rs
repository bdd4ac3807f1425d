//! Configurations of real centers: read, or refused where they are malformed, and each simulated
//! for an hour of traffic that its filters take. Needs the shared material.

#[path = "corpus/documents.rs"]
mod documents;
mod runs;
#[path = "corpus/targets.rs"]
mod targets;

use std::path::Path;

use documents::{Built, Document, all, body, build, filters};
use runs::identities::identities;
use runs::{shared, told, traced};
use serde_json::Value as Json;
use targets::Known;
use taskrouter_sim::expr::{Context, parse};
use taskrouter_sim::id::Id;
use taskrouter_sim::observation::Recording;
use taskrouter_sim::onboarding::{Request, first_draft};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::scenario::load::load_documents;
use taskrouter_sim::scenario::problem::{Problem, Severity};

/// What became of a document.
enum Outcome {
    /// It is malformed, and here is where.
    Refused(String),
    /// It was simulated: the row of the table, and what did not hold.
    Simulated(String, Vec<String>),
}

/// Whether every error is at a place.
fn has_positions(problems: &[Problem]) -> bool {
    let mut errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.all(|problem| problem.place.is_some())
}

/// A worker who has what the workers of all queues have.
fn known(name: &str, built: &Built) -> Option<Known> {
    let loaded = Scenario::parse(name, &built.text, Path::new(""), &[]).ok()?;
    let mut workers = loaded.scenario.workspace.workers.iter();
    let worker = workers.find(|worker| worker.friendly_name == "general-1")?;
    Some(Known { sid: worker.sid.clone(), friendly_name: worker.friendly_name.clone() })
}

fn try_out(document: &Document) -> Outcome {
    let first = build(document, None);
    let known = known(&document.name, &first);
    let built = build(document, known.as_ref());
    let loaded = match Scenario::parse(&document.name, &built.text, Path::new(""), &[]) {
        Ok(loaded) => loaded,
        Err(failed) => {
            assert!(has_positions(&failed.problems), "{}", told(&failed));
            return Outcome::Refused(told(&failed));
        }
    };
    let recording = traced(&loaded.scenario);
    let mut broken = identities(&loaded.scenario, &recording).sentences;
    broken.extend(misrouted(document, &built, (&loaded.scenario, &recording)));
    Outcome::Simulated(row(document, &built, &recording), broken)
}

fn row(document: &Document, built: &Built, recording: &Recording) -> String {
    let c = &recording.tallies[0].counters;
    let n_sources = built.filters.iter().filter(|filter| filter.is_ok()).count();
    format!(
        "{:58} {:3} {:3} {:>3} {:5} {:5} {:5} {:5}",
        document.name,
        built.filters.len(),
        n_sources,
        if built.has_default { "yes" } else { "-" },
        c.tasks_created,
        c.tasks_accepted,
        c.tasks_canceled,
        c.reservations_timed_out,
    )
}

/// Tasks that do not begin in a queue of the filter they were made for.
fn misrouted(
    document: &Document,
    built: &Built,
    (scenario, recording): (&Scenario, &Recording),
) -> Vec<String> {
    let mut wrong = Vec::new();
    let sources = built.filters.iter().enumerate();
    for (index, name) in sources.filter_map(|(index, name)| Some((index, name.as_ref().ok()?))) {
        let source = scenario.sources.iter_with_id().find(|(_, source)| source.name == *name);
        let (id, source) = source.expect("a source for each filter");
        let workflow = source.workflow.expect("it has one");
        let configuration = scenario.workspace.workflows[workflow].configuration;
        let filter = &scenario.workspace.configurations[configuration].filters[index];
        let queues: Vec<usize> = filter.targets.iter().map(|target| target.queue.index()).collect();
        let is_elsewhere = |queue: Option<taskrouter_sim::routing::QueueId>| {
            // All targets skipped, it goes to the default filter's queue.
            let skips = filters(&document.json)[index].to_string().contains("skip_if");
            queue.is_some_and(|queue| !queues.contains(&queue.index())) && !skips
        };
        let tasks = recording.rows.tasks.iter().filter(|row| row.source == id);
        let lost = tasks.filter(|row| is_elsewhere(row.task_queue));
        wrong.extend(lost.map(|row| format!("{} is in a queue of another filter", row.key)));
    }
    wrong
}

/// What could not be built, one line each.
fn unbuilt(document: &Document) -> Vec<String> {
    let built = build(document, None);
    let filters = built.filters.iter().enumerate();
    let filters = filters.filter_map(|(index, filter)| Some((index, filter.as_ref().err()?)));
    let filters = filters.map(|(index, why)| format!("filter {index}: {why}"));
    let queues = built.unstaffed.iter().map(|queue| format!("queue {queue}: nobody to build"));
    filters.chain(queues).map(|line| format!("{}: {line}", document.name)).collect()
}

#[expect(clippy::print_stdout, reason = "a table for whoever runs this by name")]
fn tell(text: &str) {
    println!("{text}");
}

#[test]
#[ignore = "needs the shared material"]
fn every_workflow_of_the_corpus_is_simulated_for_an_hour() {
    let documents = all(&shared().join("corpus"));
    assert!(30 <= documents.len(), "{} documents", documents.len());
    let heads = "filters, with a source, default, created, accepted, canceled, timed out";
    tell(&format!("{:58} {heads}", "document:"));
    let (mut refused, mut broken) = (Vec::new(), Vec::new());
    for document in &documents {
        match try_out(document) {
            Outcome::Refused(why) => {
                tell(&format!("{:58} refused\n{why}", document.name));
                refused.push(document);
            }
            Outcome::Simulated(row, sentences) => {
                tell(&row);
                broken.extend(sentences.into_iter().map(|s| format!("{}: {s}", document.name)));
            }
        }
    }
    documents.iter().flat_map(unbuilt).for_each(|line| tell(&line));
    let is_malformed = |document: &&Document| {
        filters(&document.json).iter().any(|filter| filter["expression"].as_str().is_none())
    };
    assert!(refused.iter().all(is_malformed), "refused, and yet well formed");
    assert!(broken.is_empty(), "{} broken\n{}", broken.len(), broken.join("\n"));
}

#[test]
#[ignore = "needs the shared material"]
fn documents_of_the_corpus_are_read_without_a_scenario() {
    let folder = shared().join("corpus");
    for document in all(&folder) {
        let queues = folder.join("queues").join(format!("{}.queues.json", document.name));
        let paths: Vec<_> =
            [document.path, queues].into_iter().filter(|path| path.is_file()).collect();
        match load_documents(&paths) {
            Err(failed) => assert!(has_positions(&failed.problems), "{}", told(&failed)),
            Ok(mut read) => {
                let problems = taskrouter_sim::scenario::check_documents(&mut read, false);
                assert!(has_positions(&problems), "{}: {problems:?}", document.name);
            }
        }
    }
}

/// Every expression in a configuration: where it is, and what it says.
fn expressions(json: &Json) -> Vec<(Context, &str)> {
    let mut all = Vec::new();
    for filter in filters(json) {
        all.extend(filter["expression"].as_str().map(|text| (Context::Filter, text)));
        for target in filter["targets"].as_array().into_iter().flatten() {
            all.extend(target["expression"].as_str().map(|text| (Context::Target, text)));
            all.extend(target["skip_if"].as_str().map(|text| (Context::SkipIf, text)));
        }
    }
    all
}

#[test]
#[ignore = "needs the shared material"]
fn every_expression_of_the_corpus_parses() {
    for document in all(&shared().join("corpus")) {
        assert!(body(&document.json).is_object(), "{}", document.name);
        let queues = document.queues.iter();
        let wanted = queues.map(|queue| (Context::TargetWorkers, queue.target_workers.as_str()));
        for (context, text) in expressions(&document.json).into_iter().chain(wanted) {
            let parsed = parse(text, context);
            assert!(parsed.is_ok(), "{}: {text}: {parsed:?}", document.name);
        }
    }
}

#[test]
#[ignore = "needs the shared material"]
fn a_first_scenario_is_made_of_every_workflow_of_the_corpus() {
    let folder = shared().join("corpus");
    let place = tempfile::tempdir().expect("a folder can be made");
    let (mut made, mut missing) = (0, Vec::new());
    for document in all(&folder) {
        let queues = folder.join("queues").join(format!("{}.queues.json", document.name));
        let exports: Vec<_> =
            [document.path.clone(), queues].into_iter().filter(|path| path.is_file()).collect();
        let out = place.path().join("first.toml");
        let request = Request { exports: &exports, arrivals: None, out: &out };
        match first_draft(request) {
            Ok(draft) => {
                made += 1;
                let folder = Path::new("");
                let again = Scenario::parse("again.toml", &draft.text, folder, &[]);
                assert!(again.is_ok(), "{}: {}", document.name, draft.text);
            }
            Err(failed) => {
                assert!(has_positions(&failed.problems), "{}", told(&failed));
                let errors = failed.problems.iter();
                let errors = errors.filter(|problem| problem.severity == Severity::Error);
                let first = errors.map(|problem| problem.message.clone()).next();
                missing.push(format!("{}: {}", document.name, first.expect("an error")));
            }
        }
    }
    tell(&format!("{made} made; of the others this is missing:\n{}", missing.join("\n")));
    assert!(25 <= made, "{made} made");
}
