//! What is asked of workers: activity, capacity, attributes; and what follows from it.

use crate::routing::command::Refusal;
use crate::routing::eligibility::Facts;
use crate::routing::event::Event;
use crate::routing::router::Router;
use crate::routing::worker::Moment;
use crate::routing::workspace::{ActivityId, AttributesId, ChannelId, QueueId, WorkerId};
use crate::time::Time;

impl Router {
    pub(super) fn change_activity(
        &mut self,
        now: Time,
        (worker, activity): (WorkerId, ActivityId),
        reject_pending: bool,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let goes_out = !self.is_available(activity);
        if reject_pending && !goes_out {
            return Err(Refusal::RejectNeedsUnavailable);
        }
        let has_pending = 0 < self.workers[worker].pending;
        let rejects = reject_pending || self.workspace.settings.auto_reject_on_unavailable;
        if goes_out && has_pending && !rejects {
            return Err(Refusal::PendingReservations);
        }
        if goes_out && has_pending {
            let rejected = self.reject_all(now, worker, out);
            self.move_to(now, worker, activity, out);
            self.let_all_go(now, &rejected, out);
        } else {
            self.move_to(now, worker, activity, out);
        }
        Ok(())
    }

    /// A worker comes into an activity, and if they were away, begins to wait.
    pub(super) fn move_to(
        &mut self,
        now: Time,
        worker: WorkerId,
        to: ActivityId,
        out: &mut Vec<Event>,
    ) {
        let from = self.workers[worker].activity;
        if !self.is_available(from) && self.is_available(to) {
            for channel in self.workspace.channels.ids() {
                self.note(now, worker, channel, Moment::CameBack);
            }
        }
        self.switch(worker, to, out);
    }

    /// In single-tasking mode offers and assignments move the worker (TR-081); in multitasking mode
    /// they never do (TR-080).
    pub(super) fn move_single(
        &mut self,
        worker: WorkerId,
        to: Option<ActivityId>,
        out: &mut Vec<Event>,
    ) {
        if !self.workspace.multi_task_enabled
            && let Some(to) = to
        {
            self.switch(worker, to, out);
        }
    }

    /// Nothing happens if the worker is there already.
    fn switch(&mut self, worker: WorkerId, to: ActivityId, out: &mut Vec<Event>) {
        let from = std::mem::replace(&mut self.workers[worker].activity, to);
        if from == to {
            return;
        }
        self.membership.move_activity(worker, from, to);
        self.update_room(worker);
        self.news.of_worker(worker);
        out.push(Event::WorkerActivityUpdate { worker, from, to });
    }

    pub(super) fn set_capacity(
        &mut self,
        worker: WorkerId,
        channel: ChannelId,
        capacity: u32,
        out: &mut Vec<Event>,
    ) {
        self.workers[worker].channels[channel].capacity = capacity;
        out.push(Event::WorkerCapacityUpdate(worker, channel));
        self.update_room(worker);
        self.news.of_worker(worker);
    }

    pub(super) fn set_channel_available(
        &mut self,
        worker: WorkerId,
        channel: ChannelId,
        available: bool,
        out: &mut Vec<Event>,
    ) {
        self.workers[worker].channels[channel].available = available;
        out.push(Event::WorkerChannelAvailabilityUpdate(worker, channel));
        self.update_room(worker);
        self.news.of_worker(worker);
    }

    pub(super) fn update_worker_attributes(
        &mut self,
        worker: WorkerId,
        attributes: AttributesId,
        out: &mut Vec<Event>,
    ) {
        self.workers[worker].attributes = attributes;
        self.forget_census();
        out.push(Event::WorkerAttributesUpdate(worker));
        self.update_membership(worker);
        self.choose_order_clauses();
        for lane in self.waiting.lane_ids() {
            let kind = self.waiting.lane(lane);
            let step = &self.programs.steps[kind.step];
            let may = self.may_ever_take(step, kind.attributes, worker);
            self.waiting.set_eligible(lane, worker, may);
        }
        self.news.of_worker(worker);
    }

    /// In which queues the worker is, by their `target_workers` (TR-145).
    pub(super) fn update_membership(&mut self, worker: WorkerId) {
        let activity = self.workers[worker].activity;
        for queue in self.workspace.queues.ids() {
            let is_in = self.belongs(worker, queue);
            self.membership.set_member(queue, (worker, activity), is_in);
        }
    }

    /// Whether the queue's `target_workers` take the worker.
    pub(crate) fn belongs(&self, worker: WorkerId, queue: QueueId) -> bool {
        let facts = Facts { router: self, task: None, worker: Some(worker), queue: Some(queue) };
        let target_workers = self.workspace.queues[queue].target_workers.as_ref();
        !self.workers[worker].is_gone
            && target_workers.is_some_and(|expression| expression.matches(&facts))
    }

    /// Whether the worker can be offered anything, by channel.
    pub(super) fn update_room(&mut self, worker: WorkerId) {
        let state = &self.workers[worker];
        let is_there = self.workspace.activities[state.activity].available;
        let is_single = !self.workspace.multi_task_enabled;
        for (channel, side) in state.channels.iter_with_id() {
            let fits = if is_single { state.open.is_empty() } else { side.has_room() };
            self.membership.set_room(channel, worker, is_there && fits);
        }
    }

    /// Something happened from which on a worker may count as idle (OC-18).
    pub(super) fn note(&mut self, now: Time, worker: WorkerId, channel: ChannelId, moment: Moment) {
        if self.workspace.settings.longest_idle.counts(moment) {
            self.membership.set_idle(now, worker, channel, &self.workspace.channels);
        }
    }

    /// Conditions on a worker's channels may have become true.
    pub(super) const fn tell_live(&mut self) {
        self.news.live |= self.has_live_steps;
    }
}
