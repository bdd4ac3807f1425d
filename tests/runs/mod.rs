//! What several tests share: reading a scenario, recording runs of it, and checking a record.

#![allow(dead_code, reason = "every test uses a part of it")]

pub(crate) mod broken;
pub(crate) mod counts;
pub(crate) mod exact;
pub(crate) mod identities;
pub(crate) mod replay;
pub(crate) mod staff;
pub(crate) mod sums;

use std::path::{Path, PathBuf};

use taskrouter_sim::experiment::Experiment;
use taskrouter_sim::observation::{Recording, Traces};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::scenario::load::Failed;
use taskrouter_sim::scenario::render::render;

/// All rows.
pub(crate) const ALL_ROWS: Traces = Traces { tasks: true, reservations: true, events: true };

/// The scenario in `text`.
pub(crate) fn scenario(text: &str) -> Scenario {
    scenario_with(text, &[])
}

/// The scenario in `text` with some `PATH=VALUE` set.
pub(crate) fn scenario_with(text: &str, set: &[&str]) -> Scenario {
    let overrides: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Scenario::parse("test.toml", text, Path::new(""), &overrides);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

/// What is wrong, as a user reads it.
pub(crate) fn told(failed: &Failed) -> String {
    render(&failed.problems, &failed.texts, false)
}

/// All that is to be seen of some replications.
pub(crate) fn record(scenario: &Scenario, replications: u32, traces: Traces) -> Vec<Recording> {
    record_on(scenario, (replications, 2), traces)
}

/// All that is to be seen of some replications on some threads.
pub(crate) fn record_on(
    scenario: &Scenario,
    (replications, threads): (u32, usize),
    traces: Traces,
) -> Vec<Recording> {
    let threads = threads.try_into().expect("some threads");
    Experiment { scenario, replications: 0..replications, threads, traces }.run(|_| ())
}

/// The rows of the first replication.
pub(crate) fn traced(scenario: &Scenario) -> Recording {
    record_on(scenario, (1, 1), ALL_ROWS).remove(0)
}

/// Where the shared material is: what `TASKROUTER_SHARED` says, or beside the project.
///
/// # Panics
/// If it is not there: the test that asks was asked for by name.
pub(crate) fn shared() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");
    let folder = std::env::var_os("TASKROUTER_SHARED").unwrap_or_else(|| beside.into());
    let folder = PathBuf::from(folder);
    assert!(folder.is_dir(), "{} is not there; set TASKROUTER_SHARED", folder.display());
    folder
}
