//! Queues and targets that no worker serves.

use std::collections::BTreeSet;

use crate::expr::{Compiled, Names, PathId, Resolved, Value, WorkerField};
use crate::id::IdVec;
use crate::routing::{QueueId, Target, Worker, WorkerId};
use crate::scenario::lint::Scene;
use crate::scenario::problem::Problem;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    if scene.workers.is_empty() {
        return;
    }
    let draft = scene.draft;
    let all: IdVec<WorkerId, Asked<'_>> = scene
        .workers
        .iter_with_id()
        .map(|(id, attributes)| Asked {
            attributes: draft.paths.resolve(attributes),
            worker: draft.workers.get(id),
        })
        .collect();
    let members: IdVec<QueueId, Vec<WorkerId>> =
        draft.queues.iter().map(|queue| matching(&all, queue.target_workers.as_ref())).collect();
    for queue in used(scene) {
        // That an empty expression means nobody has been told.
        if members[queue].is_empty() && draft.queues[queue].target_workers.is_some() {
            let name = &draft.queues[queue].friendly_name;
            let message = format!("no worker serves the queue `{name}`");
            problems.push(Problem::warning(message, &draft.written.queues[queue]));
        }
    }
    for (id, configuration) in draft.configurations.iter_with_id() {
        let written = &draft.written.configurations[id];
        for (filter, places) in configuration.filters.iter().zip(&written.filters) {
            for (target, place) in filter.targets.iter().zip(&places.targets) {
                if let Some(message) = unserved((scene, &all), target, &members[target.queue]) {
                    problems.push(Problem::warning(message, place));
                }
            }
        }
    }
}

/// The queues that some workflow sends tasks to.
fn used(scene: &Scene<'_>) -> BTreeSet<QueueId> {
    let mut used = BTreeSet::new();
    for configuration in &scene.draft.configurations {
        let targets = configuration.filters.iter().flat_map(|filter| &filter.targets);
        used.extend(targets.chain(&configuration.default_filter).map(|target| target.queue));
    }
    used
}

/// What to say about a target whose queue has members and whose expression none of them meets,
/// unless nobody is meant to.
fn unserved(
    (scene, all): (&Scene<'_>, &IdVec<WorkerId, Asked<'_>>),
    target: &Target,
    members: &[WorkerId],
) -> Option<String> {
    let wanted = target.expression.as_ref()?.worker_only.as_ref()?;
    if wanted.constant().is_some() || members.is_empty() {
        return None;
    }
    if members.iter().any(|&member| wanted.matches(&all[member])) {
        return None;
    }
    let queue = &scene.draft.queues[target.queue].friendly_name;
    Some(format!("no worker of the queue `{queue}` is one of those that this target wants"))
}

/// The workers for whom `expression` holds.
fn matching(all: &IdVec<WorkerId, Asked<'_>>, expression: Option<&Compiled>) -> Vec<WorkerId> {
    let Some(expression) = expression else { return Vec::new() };
    all.ids().filter(|&id| expression.matches(&all[id])).collect()
}

/// What a queue's expression may ask about a worker.
struct Asked<'a> {
    attributes: Resolved,
    worker: Option<&'a Worker>,
}

impl Names for Asked<'_> {
    fn worker(&self, path: PathId) -> &Value {
        self.attributes.get(path)
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        match (field, self.worker) {
            (WorkerField::Sid, Some(worker)) => worker.sid.as_str().into(),
            (WorkerField::FriendlyName, Some(worker)) => worker.friendly_name.as_str().into(),
            _ => Value::Null,
        }
    }
}
