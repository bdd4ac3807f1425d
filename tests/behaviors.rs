//! What people do, in small runs that can be followed by hand.

#[path = "behaviors/customers.rs"]
mod customers;
#[path = "behaviors/run.rs"]
mod run;
mod runs;
#[path = "behaviors/workers.rs"]
mod workers;

use runs::identities::assert_identities;
use runs::{told, traced};
use taskrouter_sim::id::Id;
use taskrouter_sim::observation::{Recording, TaskRow, WorkerCounters};
use taskrouter_sim::routing::WorkerId;
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::Time;

/// One queue and one workflow with a reservation timeout of 20 s; `rest` is the rest. Tasks are
/// those of `trace`, where `rest` asks for `trace.csv`.
fn scenario(rest: &str, trace: &str) -> Scenario {
    let text = format!(
        r#"schema = 1
name = "desk"
{rest}
[[workspace.workflows]]
friendly_name = "W"
task_reservation_timeout = 20
configuration = {{ task_routing = {{ filters = [], default_filter = {{ queue = "Q" }} }} }}
[[workspace.task_queues]]
friendly_name = "Q"
"#
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("trace.csv"), trace).expect("a file");
    let loaded = Scenario::parse("desk.toml", &text, folder.path(), &[]);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

/// One replication, with all rows; all identities hold of it.
fn run(rest: &str, trace: &str) -> Recording {
    let scenario = scenario(rest, trace);
    let recording = traced(&scenario);
    assert_identities(&scenario, &recording);
    recording
}

/// An instant in seconds.
fn at(seconds: f64) -> Time {
    Time::ZERO + taskrouter_sim::time::Span::from_secs_f64(seconds)
}

/// The worker of this number, from 1.
fn worker(recording: &Recording, number: usize) -> &WorkerCounters {
    &recording.workers[WorkerId::new(number - 1)]
}

/// The seconds that a worker was scheduled for.
fn scheduled(recording: &Recording, number: usize) -> u64 {
    let c = worker(recording, number);
    let all = c.talking_ms + c.wrapping_ms + c.ringing_ms + c.recovering_ms + c.idle_ms;
    (all + c.unavailable_ms) / 1000
}

/// The task of this number, from 1.
fn task(recording: &Recording, number: usize) -> &TaskRow {
    &recording.rows.tasks[number - 1]
}

/// When a worker's activity became this one.
fn became(recording: &Recording, activity: &str) -> Vec<Time> {
    let events = recording.rows.events.iter();
    let updates = events.filter(|event| event.event_type == "worker.activity.update");
    let into = updates.filter(|event| event.detail.ends_with(&format!("-> {activity}")));
    into.map(|event| event.time).collect()
}
