//! What is in a scenario or in documents, in a few lines.

use crate::scenario::export::Resource;
use crate::scenario::load::Documents;
use crate::scenario::study::Study;
use crate::scenario::{Horizon, Scenario};
use crate::time::Time;

/// What is in a scenario, and what is assumed.
pub(super) fn scenario(path: &str, scenario: &Scenario, warnings: usize) -> String {
    let workspace = &scenario.workspace;
    let until = match scenario.horizon {
        Horizon::At(horizon) => format!("to {}", scenario.clock.iso(horizon)),
        Horizon::Tasks(tasks) => format!("until {}", some(as_usize(tasks), "task")),
    };
    let mut text = format!(
        "{path}: {}\n  {}, {} from {} {until}\n  {}, {}, {}, {}, {} in {}\n",
        outcome(warnings),
        scenario.name,
        some(as_usize(u64::from(scenario.replications)), "replication"),
        scenario.clock.iso(Time::ZERO),
        some(scenario.sources.len(), "source"),
        some(workspace.workflows.len(), "workflow"),
        some(workspace.queues.len(), "task queue"),
        some(workspace.channels.len(), "channel"),
        some(workspace.workers.len(), "worker"),
        some(scenario.groups.len(), "group"),
    );
    if !scenario.assumed.is_empty() {
        text += "  assumed, because the scenario does not say:\n";
        scenario.assumed.iter().for_each(|sentence| text += &format!("  - {sentence}\n"));
    }
    text
}

/// What is in a study.
pub(super) fn study(path: &str, study: &Study, warnings: usize) -> String {
    let cells = some(study.cells.len(), "cell");
    let baseline = &study.cells[study.baseline].name;
    format!("{path}: {}\n  {}, {cells}, baseline {baseline}\n", outcome(warnings), study.name)
}

/// What is in TaskRouter's documents.
pub(super) fn documents(documents: &Documents, warnings: usize) -> String {
    let kinds = [
        (Resource::Workspace, "workspace"),
        (Resource::Workflow, "workflow"),
        (Resource::TaskQueue, "task queue"),
        (Resource::Worker, "worker"),
        (Resource::Activity, "activity"),
        (Resource::TaskChannel, "task channel"),
    ];
    let counts = kinds.iter().map(|(kind, name)| (documents.of(*kind).count(), *name));
    let configurations = (documents.configurations.len(), "workflow configuration");
    let counts = counts.chain([configurations]).filter(|(count, _)| *count != 0);
    let parts: Vec<String> = counts.map(|(count, name)| some(count, name)).collect();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    format!("documents: {}\n  {parts}\n", outcome(warnings))
}

fn outcome(warnings: usize) -> String {
    if warnings == 0 { "no problems".into() } else { some(warnings, "warning") }
}

/// `1 queue`, `2 queues`, `2 activities`
fn some(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {what}s"),
    }
}

fn as_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
