//! What must always hold, counted again from scratch. For tests: it looks at everything.

use std::collections::BTreeSet;

use crate::expr::Counter;
use crate::id::Id;
use crate::routing::reservation::{Reservation, ReservationId, ReservationStatus};
use crate::routing::router::Router;
use crate::routing::task::{Entering, Status, Task, TaskId};
use crate::routing::waiting::Rank;
use crate::routing::workspace::WorkerId;
use crate::time::Time;

type Audit = Result<(), String>;

/// `message` unless `holds`.
fn check(holds: bool, message: impl FnOnce() -> String) -> Audit {
    if holds { Ok(()) } else { Err(message()) }
}

impl Router {
    /// Whether the router agrees with itself at `now`, the instant of the last call.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn audit(&self, now: Time) -> Result<(), String> {
        for worker in self.workspace.workers.ids() {
            self.audit_worker(worker)?;
        }
        for (id, reservation) in self.reservations.iter() {
            self.audit_reservation(id, reservation)?;
        }
        for (id, task) in self.tasks.iter() {
            self.audit_task(id, task)?;
        }
        self.audit_membership()?;
        self.audit_waiting()?;
        let is_over = self.next_deadline().is_none_or(|next| now < next);
        if is_over { self.audit_settled(now) } else { Ok(()) }
    }

    /// Counts equal the open reservations; single-tasking workers hold one.
    fn audit_worker(&self, id: WorkerId) -> Audit {
        let state = &self.workers[id];
        let mut open: Vec<_> = self.reservations.iter().filter(|(_, it)| it.worker == id).collect();
        open.sort_unstable_by_key(|(_, it)| it.number);
        let ids: Vec<ReservationId> = open.iter().map(|(id, _)| *id).collect();
        check(*ids == *state.open, || format!("{id:?} holds {ids:?}, not {:?}", state.open))?;
        let with = |status| open.iter().filter(move |(_, it)| it.status == status);
        for (status, known) in [
            (ReservationStatus::Pending, state.pending),
            (ReservationStatus::Accepted, state.accepted),
            (ReservationStatus::Wrapping, state.wrapping),
        ] {
            let n = with(status).count();
            check(n == known, || format!("{id:?} has {n} {status:?}, not {known}"))?;
        }
        for channel in self.workspace.channels.ids() {
            let on = |(_, it): &&(ReservationId, &Reservation)| it.channel == channel;
            let held = open.iter().filter(on).count();
            let accepted = with(ReservationStatus::Accepted).filter(on).count();
            let side = &state.channels[channel];
            let counted = [side.held, side.accepted].map(|n| n as usize);
            check([held, accepted] == counted, || format!("{id:?} on {channel:?}: {side:?}"))?;
            let room = self.membership.with_room(channel).contains(id.index());
            check(room == self.has_room(id, channel), || format!("room of {id:?}, {channel:?}"))?;
        }
        let by_room = open.iter().filter(|(_, it)| !self.stands_past_capacity(it.task)).count();
        let may_hold = if self.workspace.multi_task_enabled { usize::MAX } else { 1 };
        check(by_room <= may_hold, || format!("{id:?} single-tasks on {by_room}"))
    }

    fn stands_past_capacity(&self, task: TaskId) -> bool {
        let task = self.tasks.get(task);
        task.is_some_and(|task| self.programs.steps[task.step].ignores_capacity())
    }

    /// Its task knows of it.
    fn audit_reservation(&self, id: ReservationId, it: &Reservation) -> Audit {
        let task =
            self.tasks.get(it.task).ok_or_else(|| format!("{id:?} of a task that is gone"))?;
        let fits = match (&task.status, it.status) {
            (Status::Reserved(held), status) => status.is_offer() && held.offers.contains(&id),
            (Status::Assigned(held), ReservationStatus::Accepted) => held.by == id,
            (Status::Wrapping(held), ReservationStatus::Wrapping) => held.by == id,
            _ => false,
        };
        check(fits, || format!("{id:?} is {:?}, its task {:?}", it.status, task.status))
    }

    /// Its reservations are open.
    fn audit_task(&self, id: TaskId, task: &Task) -> Audit {
        let by: &[ReservationId] = match &task.status {
            Status::Pending(_) => &[],
            Status::Reserved(held) => &held.offers,
            Status::Assigned(held) => &[held.by],
            Status::Wrapping(held) => &[held.by],
        };
        let is_its = |by: &ReservationId| {
            self.reservations.get(*by).is_some_and(|reservation| reservation.task == id)
        };
        check(by.iter().all(is_its), || format!("{id:?} is held by {by:?}"))?;
        let is_held = task.status.is_pending() != by.is_empty();
        check(!is_held, || format!("{id:?} is {:?}", task.status))
    }

    /// Members and counters are what the queues' expressions and the activities say.
    fn audit_membership(&self) -> Audit {
        for channel in self.workspace.channels.ids() {
            let n = self.membership.with_room(channel).count_ones(..);
            let known = self.membership.n_with_room(channel);
            check(n == known, || format!("{n} have room on {channel:?}, not {known}"))?;
        }
        check(self.membership.orders_are_true(), || "an order of idle workers is wrong".into())?;
        for (queue, it) in self.workspace.queues.iter_with_id() {
            let mut counts = vec![0; self.workspace.activities.len()];
            for worker in self.workspace.workers.ids() {
                let is_in = self.belongs(worker, queue);
                let message = || format!("{worker:?} in {}", it.friendly_name);
                check(is_in == self.membership.is_member(queue, worker), message)?;
                counts[self.workers[worker].activity.index()] += u64::from(is_in);
            }
            for (activity, count) in self.workspace.activities.iter().zip(counts) {
                let counter = Counter::Activity(activity.sid.as_str().into());
                let counted = self.membership.count(&self.workspace, queue, &counter);
                let message = || format!("{counted:?} of {} are in {activity:?}", it.friendly_name);
                check(counted == Some(count), message)?;
            }
        }
        Ok(())
    }

    /// Lanes hold exactly what is pending, at the right place, and know who could take it.
    fn audit_waiting(&self) -> Audit {
        let mut waiting = BTreeSet::new();
        let busy: Vec<_> = self.waiting.busy().collect();
        check(self.waiting.served_is_true(), || "the lanes served are miscounted".into())?;
        for (id, lane) in self.waiting.lanes() {
            let step = &self.programs.steps[lane.step];
            let may = |worker: &WorkerId| self.may_ever_take(step, lane.attributes, *worker);
            let eligible: Vec<WorkerId> = self.workspace.workers.ids().filter(may).collect();
            let known = lane.eligible.workers();
            check(eligible == known, || format!("eligible for {id:?}: {eligible:?}"))?;
            check(lane.first().is_some() == busy.contains(&id), || format!("{id:?} is busy"))?;
            for (rank, task_id) in lane.tasks() {
                let task = self.tasks.get(task_id).ok_or_else(|| format!("{task_id:?} is gone"))?;
                let [own, read] = [task.attributes, lane.attributes].map(|id| &self.resolved[id]);
                let fits = rank == Rank::of(task, &self.workspace)
                    && (task.step, task.channel) == (lane.step, lane.channel)
                    && step.reads.iter().all(|path| own.get(*path) == read.get(*path))
                    && task.status.is_pending();
                check(fits, || format!("{task_id:?} waits in {id:?} at {rank:?}"))?;
                check(waiting.insert(task_id), || format!("{task_id:?} waits twice"))?;
            }
        }
        let pending = self.tasks.iter().filter(|(_, task)| task.status.is_pending());
        let pending: BTreeSet<_> = pending.map(|(id, _)| id).collect();
        check(pending == waiting, || format!("pending {pending:?}, waiting {waiting:?}"))
    }

    /// Once the instant is over: no work waits beside a free worker, and nothing is overdue.
    fn audit_settled(&self, now: Time) -> Audit {
        let mut due = Vec::new();
        for (_, it) in self.reservations.iter() {
            due.extend((it.status == ReservationStatus::Pending).then(|| it.created + it.timeout));
        }
        for (id, task) in self.tasks.iter() {
            due.extend(task.status.is_unassigned().then(|| task.created + task.timeout));
            if task.status.is_pending() {
                due.extend(task.deadline.map(|deadline| task.created + deadline));
                check(task.entering == Entering::No, || format!("{id:?} is still entering"))?;
                let refused = |worker| self.is_refuser(task, worker, now);
                let mut free =
                    self.workspace.workers.ids().filter(|worker| self.may_take(task, *worker));
                let idle = free.find(|worker| !refused(*worker));
                check(idle.is_none(), || format!("{id:?} waits beside {idle:?}"))?;
            }
        }
        let (next, first) = (self.next_deadline(), due.into_iter().min());
        let has_none = self.tasks().next().is_none();
        check(has_none == (self.n_tasks() == 0), || "the tasks are miscounted".into())?;
        // It may be told too early, for deadlines that are outlived go as others come.
        let is_told = first.is_none_or(|first| next.is_some_and(|next| next <= first));
        check(is_told, || format!("{first:?} is due, but {next:?} is told"))
    }

    /// TR-175 by the plain rule.
    fn may_take(&self, task: &Task, worker: WorkerId) -> bool {
        let step = &self.programs.steps[task.step];
        self.may_ever_take(step, task.attributes, worker) && self.may_take_now(step, task, worker)
    }
}
