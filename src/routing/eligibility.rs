//! Which worker may take which task (TR-175), and in which order they are asked (TR-176 to TR-180).

use std::cmp::Ordering;

use fixedbitset::FixedBitSet;

use crate::expr::{ChannelField, Counter, Names, PathId, Value, WorkerField};
use crate::id::Id;
use crate::routing::program::{Step, StepId};
use crate::routing::router::Router;
use crate::routing::task::Task;
use crate::routing::workspace::{AttributesId, ChannelId, KnownWorker, OrderBy, QueueId, WorkerId};
use crate::time::Time;

/// What an expression may ask about: a task, a worker, a queue, as far as they are given.
pub(crate) struct Facts<'a> {
    pub(crate) router: &'a Router,
    pub(crate) task: Option<AttributesId>,
    pub(crate) worker: Option<WorkerId>,
    pub(crate) queue: Option<QueueId>,
}

static NULL: Value = Value::Null;

impl Names for Facts<'_> {
    fn task(&self, path: PathId) -> &Value {
        self.task.map_or(&NULL, |attributes| self.router.resolved[attributes].get(path))
    }

    fn worker(&self, path: PathId) -> &Value {
        self.worker.map_or(&NULL, |worker| {
            self.router.resolved[self.router.workers[worker].attributes].get(path)
        })
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        let Some(id) = self.worker else { return Value::Null };
        let (worker, state) = (&self.router.workspace.workers[id], &self.router.workers[id]);
        let activity = &self.router.workspace.activities[state.activity];
        let text = match field {
            WorkerField::Sid => &worker.sid,
            WorkerField::FriendlyName => &worker.friendly_name,
            WorkerField::ActivitySid => &activity.sid,
            WorkerField::ActivityName => &activity.friendly_name,
        };
        Value::from(text.as_str())
    }

    fn channel(&self, unique_name: &str, field: ChannelField) -> Option<f64> {
        let channels = &self.router.workspace.channels;
        let (id, _) = channels.iter_with_id().find(|(_, c)| c.unique_name == unique_name)?;
        let channel = &self.router.workers[self.worker?].channels[id];
        Some(f64::from(match field {
            ChannelField::ConfiguredCapacity => channel.capacity,
            ChannelField::AssignedTasks => channel.accepted,
            ChannelField::AvailableCapacityPercentage => channel.available_percentage(),
        }))
    }

    fn workers(&self, counter: &Counter) -> Option<u64> {
        self.router.membership.count(&self.router.workspace, self.queue?, counter)
    }
}

impl Router {
    /// Whether static attributes let `worker` take tasks with `attributes` in `step`: queue
    /// membership, known worker, and the part of the expression that never changes while running.
    pub(crate) fn may_ever_take(
        &self,
        step: &Step,
        attributes: AttributesId,
        worker: WorkerId,
    ) -> bool {
        if let Some((only, _)) = step.only {
            return only == worker;
        }
        let facts =
            Facts { router: self, task: Some(attributes), worker: Some(worker), queue: step.queue };
        step.queue.is_some_and(|queue| self.membership.is_member(queue, worker))
            && step.known_worker.is_none_or(|known| self.known(known, attributes) == Some(worker))
            && step.workers.as_ref().is_none_or(|condition| condition.matches(&facts))
            && step.pair.as_ref().is_none_or(|condition| condition.matches(&facts))
    }

    /// Everybody who could ever take tasks with `attributes` in `step`.
    pub(crate) fn ever_eligible(&self, step: StepId, attributes: AttributesId) -> FixedBitSet {
        let step = &self.programs.steps[step];
        let workers = self.workspace.workers.ids();
        let eligible = workers.filter(|worker| self.may_ever_take(step, attributes, *worker));
        let mut set = FixedBitSet::with_capacity(self.workspace.workers.len());
        eligible.for_each(|worker| set.insert(worker.index()));
        set
    }

    /// Whether `worker` may take `task`, which stands in `step`, as things stand: activity, room,
    /// and the part of the expression that reads them.
    pub(crate) fn may_take_now(&self, step: &Step, task: &Task, worker: WorkerId) -> bool {
        step.ignores_capacity()
            || self.has_room(worker, task.channel)
                && self.passes_live(step, task.attributes, worker)
    }

    /// The part of the expression that reads activities and channels.
    pub(crate) fn passes_live(
        &self,
        step: &Step,
        attributes: AttributesId,
        worker: WorkerId,
    ) -> bool {
        let facts =
            Facts { router: self, task: Some(attributes), worker: Some(worker), queue: step.queue };
        step.live.as_ref().is_none_or(|condition| condition.matches(&facts))
    }

    /// Whether `worker` is in an available activity and one more reservation on `channel` fits; in
    /// single-tasking mode, whether they hold nothing at all (TR-209).
    pub(crate) fn has_room(&self, worker: WorkerId, channel: ChannelId) -> bool {
        let state = &self.workers[worker];
        let fits = if self.workspace.multi_task_enabled {
            state.channels[channel].has_room()
        } else {
            state.open.is_empty()
        };
        fits && self.workspace.activities[state.activity].available
    }

    /// Whether `worker` let `task` go so recently that it is not offered to them yet (OC-19).
    pub(crate) fn is_refuser(&self, task: &Task, worker: WorkerId, now: Time) -> bool {
        let gap = self.workspace.settings.reoffer_gap;
        task.refusals.iter().any(|(refuser, ended)| *refuser == worker && now < *ended + gap)
    }

    /// Who goes before whom in `step`: `order_by`, then the longest idle, then the first listed.
    pub(crate) fn compare_workers(
        &self,
        step: &Step,
        channel: ChannelId,
        (a, b): (WorkerId, WorkerId),
    ) -> Ordering {
        let by_clause = |clause: &OrderBy| {
            let level = |worker: WorkerId| {
                self.resolved[self.workers[worker].attributes].get(clause.path).as_integer()
            };
            compare_levels(level(a), level(b), clause.descending)
        };
        let by_clauses = step.order.iter().map(by_clause).find(|order| order.is_ne());
        let key = |worker| self.membership.idle_key(channel, worker);
        by_clauses.unwrap_or_else(|| key(a).cmp(&key(b)))
    }

    /// The worker whom a task names (TR-142); nobody if it names none or an unknown one.
    fn known(&self, known: KnownWorker, attributes: AttributesId) -> Option<WorkerId> {
        let name = |path| self.resolved[attributes].get(path).as_str();
        match known {
            KnownWorker::Sid(path) => self.membership.by_sid(name(path)?),
            KnownWorker::FriendlyName(path) => self.membership.by_name(name(path)?),
        }
    }

    /// A clause on an attribute that some member has, but not as an integer, does not count
    /// (TR-178).
    pub(crate) fn choose_order_clauses(&mut self) {
        for id in self.programs.steps.ids() {
            let step = &self.programs.steps[id];
            if step.order_by.is_empty() {
                continue;
            }
            let useful = |clause: &OrderBy| {
                let members = step.queue.map(|queue| self.membership.members(queue).ones());
                members.into_iter().flatten().all(|worker| {
                    let attributes = self.workers[WorkerId::new(worker)].attributes;
                    let level = self.resolved[attributes].get(clause.path);
                    *level == Value::Null || level.as_integer().is_some()
                })
            };
            let order = step.order_by.iter().copied().filter(useful).collect();
            self.programs.steps[id].order = order;
        }
    }
}

/// Those who lack the attribute come last, whichever way it is ordered.
fn compare_levels(a: Option<i64>, b: Option<i64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
