//! Queues and targets that no worker serves.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;

use crate::expr::{Census, Compiled};
use crate::routing::{QueueId, Target, Worker};
use crate::scenario::everybody::Everybody;
use crate::scenario::lint::Scene;
use crate::scenario::problem::Problem;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    if scene.workers.is_empty() {
        return;
    }
    capacity(scene, problems);
    let workers = &scene.draft.workers;
    let mut all = All {
        everybody: Everybody::new(&scene.draft.paths, workers, |id| &scene.workers[id]),
        census: Census::default(),
    };
    let unserved = queues(scene, &mut all, problems);
    for (id, configuration) in scene.draft.configurations.iter_with_id() {
        let written = &scene.draft.written.configurations[id];
        for (filter, places) in configuration.filters.iter().zip(&written.filters) {
            for (target, place) in filter.targets.iter().zip(&places.targets) {
                if !unserved.contains(&target.queue) && !is_served(scene, target, &mut all) {
                    let name = &scene.draft.queues[target.queue].friendly_name;
                    let message =
                        format!("no worker of the queue `{name}` is one that this target wants");
                    problems.push(Problem::warning(message, place));
                }
            }
        }
    }
}

/// Tells which queues that some workflow uses have no workers.
fn queues(scene: &Scene<'_>, all: &mut All<'_>, problems: &mut Vec<Problem>) -> BTreeSet<QueueId> {
    let mut unserved = used(scene);
    unserved.retain(|&id| match &scene.draft.queues[id].target_workers {
        Some(expression) => all.who(expression).is_empty(),
        None => true,
    });
    for &id in &unserved {
        let queue = &scene.draft.queues[id];
        // That an empty expression means nobody has been told.
        if queue.target_workers.is_some() {
            let message = format!("no worker serves the queue `{}`", queue.friendly_name);
            problems.push(Problem::warning(message, &scene.draft.written.queues[id]));
        }
    }
    unserved
}

/// Channels on which no worker takes anything; single-tasking knows no channels (TR-209).
fn capacity(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let draft = scene.draft;
    for (id, place) in &scene.channels {
        let takes = |worker: &Worker| {
            worker
                .channels
                .get(*id)
                .is_some_and(|channel| 0 < channel.capacity && channel.available)
        };
        if draft.multi_task_enabled && !draft.workers.iter().any(takes) {
            let name = &draft.channels[*id].unique_name;
            let message = format!("no worker takes tasks on the channel `{name}`");
            problems.push(Problem::warning(message, place));
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

/// Whether some worker of its queue is one that the target wants, or nobody is meant to be.
fn is_served(scene: &Scene<'_>, target: &Target, all: &mut All<'_>) -> bool {
    let wanted = target.expression.as_ref().and_then(|split| split.worker_only.as_ref());
    let members = scene.draft.queues[target.queue].target_workers.as_ref();
    match (wanted, members) {
        (Some(wanted), Some(members)) if wanted.constant().is_none() => {
            !all.who(wanted).is_disjoint(&all.who(members))
        }
        _ => true,
    }
}

/// All workers, and what was found out about them.
struct All<'a> {
    everybody: Everybody<'a>,
    census: Census,
}

impl All<'_> {
    fn who(&mut self, wanted: &Compiled) -> RoaringBitmap {
        self.census.who(&self.everybody, wanted, None)
    }
}
