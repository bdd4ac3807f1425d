//! Which worker may take which task (TR-175), and in which order they are asked (TR-176 to TR-180).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::expr::{ChannelField, Counter, Crowd, Names, PathId, Resolved, Value, WorkerField};
use crate::id::{Id, IdVec};
use crate::routing::membership::number;
use crate::routing::program::{Step, StepId};
use crate::routing::router::Router;
use crate::routing::task::Task;
use crate::routing::worker::WorkerState;
use crate::routing::workspace::{
    AttributesId, ChannelId, KnownWorker, OrderBy, QueueId, WorkerId, Workspace,
};
use crate::time::Time;

/// What an expression may ask about: a task, a worker, a queue, as far as they are given.
pub(crate) struct Facts<'a> {
    pub(crate) router: &'a Router,
    pub(crate) task: Option<AttributesId>,
    pub(crate) worker: Option<WorkerId>,
    pub(crate) queue: Option<QueueId>,
}

static NULL: Value = Value::Null;

/// All workers, as far as expressions see what they keep.
struct Everybody<'a> {
    workspace: &'a Workspace,
    workers: &'a IdVec<WorkerId, WorkerState>,
    resolved: &'a IdVec<AttributesId, Resolved>,
}

impl Crowd for Everybody<'_> {
    fn size(&self) -> usize {
        self.workers.len()
    }

    fn attribute(&self, row: usize, path: PathId) -> &Value {
        self.resolved[self.workers[WorkerId::new(row)].attributes].get(path)
    }

    fn sid(&self, row: usize) -> &str {
        &self.workspace.workers[WorkerId::new(row)].sid
    }

    fn friendly_name(&self, row: usize) -> &str {
        &self.workspace.workers[WorkerId::new(row)].friendly_name
    }
}

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

    /// Everybody who could ever take tasks with `attributes` in `step`: all of whom
    /// [`may_ever_take`](Self::may_ever_take) is true, without asking it of each.
    pub(crate) fn ever_eligible(
        &mut self,
        step: StepId,
        attributes: AttributesId,
    ) -> RoaringBitmap {
        let step = &self.programs.steps[step];
        let only = step.only.map(|(worker, _)| Some(worker));
        let only = only.or_else(|| step.known_worker.map(|known| self.known(known, attributes)));
        if let Some(only) = only {
            let may = |worker: &WorkerId| self.may_ever_take(step, attributes, *worker);
            return only.filter(may).map(number).into_iter().collect();
        }
        let members = step.queue.map(|queue| self.membership.members(queue));
        let mut eligible = members.cloned().unwrap_or_default();
        let Self { workspace, workers, resolved, census, .. } = self;
        let everybody = Everybody { workspace, workers, resolved };
        for condition in [&step.workers, &step.pair].into_iter().flatten() {
            eligible &= census.who(&everybody, condition, Some(&resolved[attributes]));
        }
        eligible
    }

    /// Makes workers members of the queues whose `target_workers` take them (TR-145).
    pub(crate) fn enroll_all(&mut self) {
        let Self { workspace, workers, resolved, census, membership, .. } = self;
        let everybody = Everybody { workspace, workers, resolved };
        for (queue, it) in workspace.queues.iter_with_id() {
            let Some(wanted) = &it.target_workers else { continue };
            for worker in census.who(&everybody, wanted, None) {
                let worker = WorkerId::new(worker as usize);
                membership.set_member(queue, (worker, workers[worker].activity), true);
            }
        }
    }

    /// Where workers stand by the clauses of an `order_by`: the least goes first.
    pub(crate) fn levels(&self, clauses: &[OrderBy]) -> IdVec<WorkerId, u32> {
        let mut levels = IdVec::filled(0, self.workers.len());
        let mut workers: Vec<WorkerId> = self.workers.ids().collect();
        workers.sort_by(|a, b| self.compare_by_clauses(clauses, (*a, *b)));
        for pair in workers.windows(2) {
            let differs = self.compare_by_clauses(clauses, (pair[0], pair[1])).is_ne();
            levels[pair[1]] = levels[pair[0]] + u32::from(differs);
        }
        levels
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
        let key = |worker| self.membership.idle_key(channel, worker);
        self.compare_by_clauses(&step.order, (a, b)).then_with(|| key(a).cmp(&key(b)))
    }

    fn compare_by_clauses(&self, clauses: &[OrderBy], (a, b): (WorkerId, WorkerId)) -> Ordering {
        let by_clause = |clause: &OrderBy| {
            let level = |worker: WorkerId| {
                self.resolved[self.workers[worker].attributes].get(clause.path).as_integer()
            };
            compare_levels(level(a), level(b), clause.descending)
        };
        clauses.iter().map(by_clause).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
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
        let mut known = BTreeMap::new();
        for id in self.programs.steps.ids() {
            let step = &self.programs.steps[id];
            if step.order_by.is_empty() {
                continue;
            }
            let mut useful = |clause: &OrderBy| {
                let counts = || self.orders_by(step.queue, clause.path);
                *known.entry((step.queue, clause.path)).or_insert_with(counts)
            };
            let order = step.order_by.iter().copied().filter(|it| useful(it)).collect();
            self.programs.steps[id].order = order;
        }
    }

    /// Whether all members of a queue who have the attribute have it as an integer.
    fn orders_by(&self, queue: Option<QueueId>, path: PathId) -> bool {
        let members = queue.map(|queue| self.membership.members(queue));
        members.into_iter().flatten().all(|worker| {
            let attributes = self.workers[WorkerId::new(worker as usize)].attributes;
            let level = self.resolved[attributes].get(path);
            *level == Value::Null || level.as_integer().is_some()
        })
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
