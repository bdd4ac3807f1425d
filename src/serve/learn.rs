//! What the records learn from the router's events, one after the other, so that every event is
//! told as things stood then.

use crate::id::IdVec;
use crate::routing::{CancelReason, ChannelId, Event, ReservationRef, TaskRef};
use crate::serve::center::{Center, Thing};
use crate::serve::records::{OfferStatus, ReservationRecord, Stamp, TaskRecord, TaskStatus};
use crate::serve::sid::Kind;

impl Center {
    /// Takes note of what happened at `self.now`.
    pub(crate) fn learn(&mut self, events: &[Event]) {
        for event in events {
            self.refresh(event);
        }
        for event in events {
            self.learn_one(event);
        }
    }

    fn learn_one(&mut self, event: &Event) {
        let now = self.now;
        match *event {
            Event::TaskCreated(task) => self.meet_task(task),
            Event::TaskUpdated(task) => self.touch_task(task, None),
            Event::TaskCanceled(task, reason) => {
                let reason = self.reason.take().or_else(|| told(reason));
                self.end_task(task, TaskStatus::Canceled, reason);
            }
            Event::TaskWrapUp(task) => self.touch_task(task, Some(TaskStatus::Wrapping)),
            Event::TaskCompleted(task) => {
                let reason = self.reason.take();
                self.end_task(task, TaskStatus::Completed, reason);
            }
            Event::TaskDeleted(_) | Event::TaskSystemDeleted(_) | Event::ReservationFailed(_) => {}

            Event::ReservationCreated(offer) => self.meet_reservation(offer),
            Event::ReservationAccepted(offer) => self.touch_offer(offer, OfferStatus::Accepted),
            Event::ReservationRejected(offer) => self.touch_offer(offer, OfferStatus::Rejected),
            Event::ReservationTimedOut(offer) => self.touch_offer(offer, OfferStatus::Timeout),
            Event::ReservationCanceled(offer) => self.touch_offer(offer, OfferStatus::Canceled),
            Event::ReservationRescinded(offer) => self.touch_offer(offer, OfferStatus::Rescinded),
            Event::ReservationWrapUp(offer) => self.touch_offer(offer, OfferStatus::Wrapping),
            Event::ReservationCompleted(offer) => self.touch_offer(offer, OfferStatus::Completed),

            Event::TaskQueueEntered(task) => {
                if let Some(record) = self.task_mut(task) {
                    (record.queue, record.queue_entered) = (task.queue, Some(now));
                }
            }
            Event::TaskQueueTimeout(_)
            | Event::TaskQueueMoved(_)
            | Event::WorkflowEntered(_)
            | Event::WorkflowTargetMatched(_)
            | Event::WorkflowTimeout(_)
            | Event::WorkflowSkipped(_) => {}
            Event::WorkflowUpdated(workflow) => self.workflows[workflow].stamp.updated = now,

            Event::WorkerActivityUpdate { worker, .. } => {
                // Told first: it says how long they were where they were.
                self.tell_event(event);
                let record = &mut self.workers[worker];
                record.status_changed = now;
                record.stamp.updated = now;
                record.version += 1;
                return;
            }
            Event::WorkerAttributesUpdate(worker) => {
                self.workers[worker].stamp.updated = now;
                self.workers[worker].version += 1;
            }
            Event::WorkerCapacityUpdate(worker, channel)
            | Event::WorkerChannelAvailabilityUpdate(worker, channel) => {
                self.workers[worker].channels[channel].updated = now;
                self.workers[worker].version += 1;
            }
        }
        self.tell_event(event);
        if let Event::ReservationCreated(offer) = event {
            self.call_back(*offer);
        }
        if let Event::TaskDeleted(task) | Event::TaskSystemDeleted(task) = event
            && let Some(number) = self.task_numbers.get(task.task).copied()
        {
            self.forget_task(number);
        }
    }

    /// What the router says of the event's task, if that is alive.
    fn refresh(&mut self, event: &Event) {
        let offered = event.reservation().map(|offer| offer.task);
        let Some(key) = event.task().map(|task| task.task).or(offered) else { return };
        let Some(number) = self.task_numbers.get(key) else { return };
        let Some(record) = self.tasks.get_mut(number) else { return };
        if let Some(task) = self.router.task(key) {
            record.priority = task.priority;
            record.queue = task.queue;
            record.virtual_start_time = task.virtual_start_time;
        }
    }

    fn meet_task(&mut self, named: TaskRef) {
        let Some(task) = self.router.task(named.task) else { return };
        let text = self.coming.take().or_else(|| self.own_text(named.task));
        let Some(text) = text else { return };
        let record = TaskRecord {
            sid: self.minter.mint(Kind::Task),
            key: named.task,
            attributes: text.attributes,
            status: TaskStatus::Pending,
            reason: None,
            stamp: Stamp::new(self.now),
            version: 0,
            priority: task.priority,
            queue: task.queue,
            queue_entered: None,
            workflow: task.workflow,
            channel: task.channel,
            virtual_start_time: task.virtual_start_time,
            timeout: task.timeout,
            routing_target: text.routing_target,
            ignore_capacity: text.ignore_capacity,
            reservations: Vec::new(),
        };
        let number = self.n_tasks;
        self.n_tasks += 1;
        self.things.insert(record.sid.clone(), Thing::Task(number));
        self.task_numbers.insert(named.task, number);
        self.tasks.insert(number, record);
    }

    fn meet_reservation(&mut self, offer: ReservationRef) {
        let Some(task) = self.task_numbers.get(offer.task).copied() else { return };
        let record = ReservationRecord {
            sid: self.minter.mint(Kind::Reservation),
            key: offer.reservation,
            task,
            worker: offer.worker,
            status: OfferStatus::Pending,
            stamp: Stamp::new(self.now),
            version: 0,
            workflow: offer.workflow,
            post_work_activity: None,
        };
        let number = self.n_reservations;
        self.n_reservations += 1;
        self.things.insert(record.sid.clone(), Thing::Reservation(number));
        self.reservation_numbers.insert(offer.reservation, number);
        self.reservations.insert(number, record);
        let worker = &mut self.workers[offer.worker];
        worker.reservations.insert(number);
        worker.version += 1;
        if let Some(record) = self.tasks.get_mut(&task) {
            record.reservations.push(number);
            if record.status != TaskStatus::Reserved {
                record.status = TaskStatus::Reserved;
                record.version += 1;
                record.stamp.updated = self.now;
            }
        }
    }

    fn touch_task(&mut self, task: TaskRef, status: Option<TaskStatus>) {
        let now = self.now;
        if let Some(record) = self.task_mut(task) {
            record.status = status.unwrap_or(record.status);
            record.version += 1;
            record.stamp.updated = now;
        }
    }

    fn end_task(&mut self, task: TaskRef, status: TaskStatus, reason: Option<String>) {
        self.touch_task(task, Some(status));
        if let Some(record) = self.task_mut(task) {
            record.reason = reason;
        }
        if let Some(number) = self.task_numbers.get(task.task).copied() {
            self.keep_for_a_while(number);
        }
    }

    /// A reservation goes on, and its task with it.
    fn touch_offer(&mut self, offer: ReservationRef, status: OfferStatus) {
        let Some(number) = self.reservation_numbers.get(offer.reservation).copied() else { return };
        let now = self.now;
        let Some(record) = self.reservations.get_mut(&number) else { return };
        record.status = status;
        record.version += 1;
        record.stamp.updated = now;
        let task = record.task;
        let siblings = self.tasks.get(&task).map(|task| task.reservations.as_slice());
        let is_open = |number: &u64| {
            self.reservations.get(number).is_some_and(|offer| offer.status == OfferStatus::Pending)
        };
        let is_offered = siblings.unwrap_or_default().iter().any(is_open);
        let Some(task) = self.tasks.get_mut(&task) else { return };
        let next = match (task.status, status) {
            (TaskStatus::Reserved, OfferStatus::Accepted) => TaskStatus::Assigned,
            (
                TaskStatus::Reserved,
                OfferStatus::Rejected | OfferStatus::Timeout | OfferStatus::Canceled,
            ) if !is_offered => TaskStatus::Pending,
            (status, _) => status,
        };
        if next != task.status {
            task.status = next;
            task.version += 1;
            task.stamp.updated = now;
        }
    }

    fn task_mut(&mut self, task: TaskRef) -> Option<&mut TaskRecord> {
        self.tasks.get_mut(self.task_numbers.get(task.task)?)
    }

    /// Room for a stamp of each channel, for a worker who is made now.
    pub(crate) fn channel_stamps(&self) -> IdVec<ChannelId, Stamp> {
        IdVec::filled(Stamp::new(self.now), self.channels.len())
    }
}

/// What TaskRouter gives as the reason; nothing where somebody asked for it without one.
fn told(reason: CancelReason) -> Option<String> {
    (reason != CancelReason::Requested).then(|| reason.to_string())
}
