//! What becomes of reservations: made, accepted, let go, wrapped up, completed.

use smallvec::SmallVec;

use crate::routing::command::Refusal;
use crate::routing::deadlines::Deadline;
use crate::routing::event::{CancelReason, Event, ReservationRef};
use crate::routing::reservation::{Reservation, ReservationId, ReservationStatus};
use crate::routing::router::Router;
use crate::routing::task::{Entering, Pending, Status, TaskId};
use crate::routing::worker::Moment;
use crate::routing::workspace::{ActivityId, WorkerId};
use crate::time::{Span, Time};

/// What holds for a task that no workflow routes (OC-32).
const DEFAULT_RESERVATION_TIMEOUT: Span = Span::from_secs(120);
/// How long a task may be assigned (TR-331).
const ASSIGNED_MAX: Span = Span::from_secs(86_400);

impl Router {
    /// R1: one reservation for each of `workers`; the task is reserved (T2).
    pub(crate) fn reserve(
        &mut self,
        now: Time,
        id: TaskId,
        workers: &[WorkerId],
        out: &mut Vec<Event>,
    ) {
        self.unplace(id);
        let mut offers: SmallVec<[ReservationId; 1]> = SmallVec::new();
        for worker in workers {
            offers.push(self.reserve_one(now, id, *worker, out));
        }
        let task = &mut self.tasks[id];
        task.entering = Entering::No;
        task.assignment_count += 1;
        let Status::Pending(pending) = task.status else {
            unreachable!("only what waits is offered")
        };
        task.status = pending.reserve(offers);
    }

    fn reserve_one(
        &mut self,
        now: Time,
        id: TaskId,
        worker: WorkerId,
        out: &mut Vec<Event>,
    ) -> ReservationId {
        let task = &self.tasks[id];
        let (queue, workflow, channel) = (task.queue, task.workflow, task.channel);
        let timeout = workflow.map_or(DEFAULT_RESERVATION_TIMEOUT, |workflow| {
            self.workspace.workflows[workflow].task_reservation_timeout
        });
        let number = self.n_reservations;
        self.n_reservations += 1;
        let offer = self.reservations.insert(Reservation {
            task: id,
            worker,
            status: ReservationStatus::Pending,
            created: now,
            timeout,
            previous_activity: self.workers[worker].activity,
            queue,
            workflow,
            channel,
            number,
        });
        let state = &mut self.workers[worker];
        state.open.push(offer);
        state.pending += 1;
        state.channels[channel].held += 1;
        self.set_deadline((now, timeout), number, Deadline::Reservation(offer));
        self.note(now, worker, channel, Moment::Reserved);
        out.push(Event::ReservationCreated(self.reservations[offer].named(offer)));
        let reserved = queue.and_then(|queue| self.workspace.queues[queue].reservation_activity);
        self.move_single(worker, reserved, out);
        self.update_room(worker);
        offer
    }

    /// R2 and R4: the task is assigned (T4); whoever else was asked is off the hook (R9).
    pub(super) fn accept(
        &mut self,
        now: Time,
        id: ReservationId,
        expected: ReservationStatus,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let offer = self.reservations.get_mut(id).ok_or(Refusal::Gone)?;
        if offer.status != expected {
            return Err(match expected {
                ReservationStatus::OnHold => Refusal::NotOnHold,
                _ => Refusal::NotPending,
            });
        }
        offer.status = ReservationStatus::Accepted;
        let Reservation { task: task_id, worker, channel, queue, .. } = *offer;
        out.push(Event::ReservationAccepted(offer.named(id)));
        let state = &mut self.workers[worker];
        state.pending -= usize::from(expected == ReservationStatus::Pending);
        state.accepted += 1;
        state.channels[channel].accepted += 1;
        self.note(now, worker, channel, Moment::Accepted);
        let assigned = queue.and_then(|queue| self.workspace.queues[queue].assignment_activity);
        self.move_single(worker, assigned, out);
        self.tell_live();

        let task = &mut self.tasks[task_id];
        let status = std::mem::replace(&mut task.status, Status::Pending(Pending));
        let Status::Reserved(reserved) = status else {
            unreachable!("an open offer's task is reserved")
        };
        let (status, siblings) = reserved.accept(id);
        task.status = status;
        task.redrive = false;
        let number = task.number;
        self.set_deadline((now, ASSIGNED_MAX), number, Deadline::Assigned(task_id));
        for sibling in siblings {
            self.end_sibling(now, sibling, Event::ReservationRescinded, out);
        }
        Ok(())
    }

    /// R3: its timeout is suspended for good.
    pub(super) fn hold(&mut self, id: ReservationId) -> Result<(), Refusal> {
        let offer = self.pending(id)?;
        let worker = offer.worker;
        self.reservations[id].status = ReservationStatus::OnHold;
        self.workers[worker].pending -= 1;
        Ok(())
    }

    /// R5.
    pub(super) fn fail(
        &mut self,
        now: Time,
        id: ReservationId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let offer = self.reservations.get(id).ok_or(Refusal::Gone)?;
        if offer.status != ReservationStatus::OnHold {
            return Err(Refusal::NotOnHold);
        }
        self.cancel_unanswered(now, id, out);
        Ok(())
    }

    /// R8: both callback URLs are out of reach.
    pub(super) fn cancel_offer(
        &mut self,
        now: Time,
        id: ReservationId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        self.pending(id)?;
        self.cancel_unanswered(now, id, out);
        Ok(())
    }

    fn cancel_unanswered(&mut self, now: Time, id: ReservationId, out: &mut Vec<Event>) {
        let offer = self.end(now, id, Moment::Freed);
        out.push(Event::ReservationCanceled(offer.named(id)));
        self.move_single(offer.worker, Some(offer.previous_activity), out);
        self.let_go(now, id, &offer, out);
    }

    /// R6: the worker goes to `activity`, or stays (OC-8).
    pub(super) fn reject(
        &mut self,
        now: Time,
        id: ReservationId,
        activity: Option<ActivityId>,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        self.pending(id)?;
        let offer = self.end(now, id, Moment::Freed);
        out.push(Event::ReservationRejected(offer.named(id)));
        match activity {
            Some(activity) => self.move_to(now, offer.worker, activity, out),
            None => self.move_single(offer.worker, Some(offer.previous_activity), out),
        }
        if !self.cancel_if_sent(offer.task, out) {
            self.let_go(now, id, &offer, out);
        }
        Ok(())
    }

    /// R7: nobody answered. The worker is taken out of the line (TR-082).
    pub(super) fn time_out_offer(&mut self, now: Time, id: ReservationId, out: &mut Vec<Event>) {
        let offer = self.end(now, id, Moment::Freed);
        out.push(Event::ReservationTimedOut(offer.named(id)));
        self.move_to(now, offer.worker, self.workspace.timeout_activity, out);
        if !self.cancel_if_sent(offer.task, out) {
            self.let_go(now, id, &offer, out);
        }
    }

    /// Rejects all that `worker` has not answered, and leaves it to the caller to let the tasks go
    /// once the new activity is in force (TR-086).
    pub(super) fn reject_all(
        &mut self,
        now: Time,
        worker: WorkerId,
        out: &mut Vec<Event>,
    ) -> SmallVec<[(ReservationId, Reservation); 4]> {
        let open = self.workers[worker].open.clone();
        let pending =
            open.iter().filter(|id| self.reservations[**id].status == ReservationStatus::Pending);
        let pending: SmallVec<[ReservationId; 4]> = pending.copied().collect();
        let reject = |id| {
            let offer = self.end(now, id, Moment::Freed);
            out.push(Event::ReservationRejected(offer.named(id)));
            (id, offer)
        };
        pending.into_iter().map(reject).collect()
    }

    /// The second half of [`reject_all`](Self::reject_all).
    pub(super) fn let_all_go(
        &mut self,
        now: Time,
        rejected: &[(ReservationId, Reservation)],
        out: &mut Vec<Event>,
    ) {
        for (id, offer) in rejected {
            if !self.cancel_if_sent(offer.task, out) {
                self.let_go(now, *id, offer, out);
            }
        }
    }

    /// An offer has ended without acceptance: the task goes on waiting if it was the last (T3).
    fn let_go(&mut self, now: Time, id: ReservationId, offer: &Reservation, out: &mut Vec<Event>) {
        let gap = self.workspace.settings.reoffer_gap;
        let task = &mut self.tasks[offer.task];
        let number = task.number;
        let status = std::mem::replace(&mut task.status, Status::Pending(Pending));
        let Status::Reserved(reserved) = status else {
            unreachable!("an open offer's task is reserved")
        };
        task.status = reserved.release(id);
        if gap != Span::ZERO {
            task.refusals.retain(|(worker, _)| *worker != offer.worker);
            task.refusals.push((offer.worker, now));
        }
        let is_pending = task.status.is_pending();
        if gap != Span::ZERO {
            self.set_deadline((now, gap), number, Deadline::Reoffer(offer.task));
        }
        if is_pending {
            self.come_back(now, offer.task, out);
        }
    }

    /// A task that was sent to one worker does not outlive a refusal (TR-063).
    fn cancel_if_sent(&mut self, task: TaskId, out: &mut Vec<Event>) -> bool {
        let is_sent = self.programs.steps[self.tasks[task].step].only.is_some();
        if is_sent {
            self.remove_canceled(task, CancelReason::RoutingTargetDeclined, out);
        }
        is_sent
    }

    /// R8: the task is being canceled.
    pub(super) fn cancel_offer_of_canceled(
        &mut self,
        now: Time,
        id: ReservationId,
        out: &mut Vec<Event>,
    ) {
        self.end_sibling(now, id, Event::ReservationCanceled, out);
    }

    /// An offer ends because of what became of its task.
    fn end_sibling(
        &mut self,
        now: Time,
        id: ReservationId,
        event: fn(ReservationRef) -> Event,
        out: &mut Vec<Event>,
    ) {
        let offer = self.end(now, id, Moment::Freed);
        out.push(event(offer.named(id)));
        self.move_single(offer.worker, Some(offer.previous_activity), out);
    }

    /// R13: a reservation vanishes with its task.
    pub(super) fn drop_reservation(&mut self, now: Time, id: ReservationId, out: &mut Vec<Event>) {
        let offer = self.end(now, id, Moment::Freed);
        if offer.status.is_offer() {
            self.move_single(offer.worker, Some(offer.previous_activity), out);
        }
    }

    /// R10, and T7 with it.
    pub(super) fn wrap_up_reservation(
        &mut self,
        id: ReservationId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let reservation = self.reservations.get_mut(id).ok_or(Refusal::Gone)?;
        if reservation.status != ReservationStatus::Accepted {
            return Err(Refusal::NotAccepted);
        }
        reservation.status = ReservationStatus::Wrapping;
        let Reservation { task, worker, channel, .. } = *reservation;
        out.push(Event::ReservationWrapUp(reservation.named(id)));
        let state = &mut self.workers[worker];
        state.accepted -= 1;
        state.wrapping += 1;
        state.channels[channel].accepted -= 1;
        self.tell_live();
        let held = &mut self.tasks[task];
        let Status::Assigned(assigned) = held.status else { unreachable!("it was accepted") };
        held.status = assigned.wrap_up();
        out.push(Event::TaskWrapUp(held.named(task)));
        Ok(())
    }

    /// R11 and R12, and T8 and T9 with them.
    pub(super) fn complete_reservation(
        &mut self,
        now: Time,
        id: ReservationId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let reservation = self.reservations.get(id).ok_or(Refusal::Gone)?;
        if reservation.status.is_offer() {
            return Err(Refusal::NotAccepted);
        }
        let reservation = self.end(now, id, Moment::Completed);
        out.push(Event::ReservationCompleted(reservation.named(id)));
        let named = self.tasks[reservation.task].named(reservation.task);
        self.tasks.remove(reservation.task);
        out.push(Event::TaskCompleted(named));
        Ok(())
    }

    fn pending(&self, id: ReservationId) -> Result<&Reservation, Refusal> {
        let offer = self.reservations.get(id).ok_or(Refusal::Gone)?;
        if offer.status == ReservationStatus::Pending {
            Ok(offer)
        } else {
            Err(Refusal::NotPending)
        }
    }

    /// A reservation is over: its unit of capacity is free again.
    fn end(&mut self, now: Time, id: ReservationId, moment: Moment) -> Reservation {
        let reservation = self.reservations.remove(id).expect("an open reservation");
        let Reservation { worker, channel, status, .. } = reservation;
        let state = &mut self.workers[worker];
        if let [only] = state.open[..] {
            debug_assert!(only == id, "a worker holds what is theirs");
            state.open.clear();
        } else {
            state.open.retain(|open| *open != id);
        }
        state.pending -= usize::from(status == ReservationStatus::Pending);
        state.accepted -= usize::from(status == ReservationStatus::Accepted);
        state.wrapping -= usize::from(status == ReservationStatus::Wrapping);
        let side = &mut state.channels[channel];
        side.held -= 1;
        side.accepted -= u32::from(status == ReservationStatus::Accepted);
        self.note(now, worker, channel, moment);
        self.update_room(worker);
        self.news.of_worker(worker);
        reservation
    }
}
