//! Events as applications read them: names, values, whom they concern.

use std::sync::Arc;

use crate::routing::{ActivityId, ChannelId, Event, QueueId, ReservationRef, WorkerId, WorkflowId};
use crate::serve::center::Center;
use crate::serve::history::{Deed, Fact, Pairs};
use crate::serve::moment;
use crate::serve::post::{Effect, Form};
use crate::serve::records::{TaskRecord, TaskStatus};
use crate::serve::sid::Kind;
use crate::time::Span;

impl Center {
    /// Tells an event of the router.
    pub(crate) fn tell_event(&mut self, event: &Event) {
        self.count_event(event);
        let mut pairs = Pairs::new();
        let offer = event.reservation();
        let task = event.task().map(|task| task.task).or(offer.map(|offer| offer.task));
        let task = task.and_then(|key| self.tasks.get(self.task_numbers.get(key)?));
        if let Some(task) = task {
            self.add_task(&mut pairs, task);
        }
        let moved_from = event.task().and_then(|task| task.queue);
        if let (Event::TaskQueueMoved(_) | Event::TaskQueueTimeout(_), Some(queue)) =
            (event, moved_from)
        {
            pairs.retain(|(name, _)| !name.starts_with("TaskQueueS") && *name != "TaskQueueName");
            self.add_queue(&mut pairs, queue);
        }
        if let Some(worker) = event.worker() {
            self.add_worker(&mut pairs, worker);
        }
        if let Some(offer) = offer {
            self.add_offer(&mut pairs, offer);
        }
        match *event {
            Event::WorkerActivityUpdate { worker, from, .. } => {
                self.add_previous_activity(&mut pairs, worker, from);
            }
            Event::WorkerCapacityUpdate(worker, channel)
            | Event::WorkerChannelAvailabilityUpdate(worker, channel) => {
                self.add_channel(&mut pairs, worker, channel);
            }
            Event::WorkflowUpdated(workflow) => self.add_workflow(&mut pairs, workflow),
            _ => {}
        }
        let resource = self.resource(event, &pairs);
        let description = describe(event, &pairs);
        self.tell(event.name(), resource, description, pairs);
    }

    /// Tells that something happened to a resource, `kind` and sid.
    pub(crate) fn tell(
        &mut self,
        name: &'static str,
        resource: (&'static str, String),
        description: String,
        pairs: Pairs,
    ) {
        let fact = Fact {
            sid: self.minter.mint(Kind::Event),
            at: self.now,
            name,
            description,
            resource,
            pairs,
        };
        if self.wants(name) {
            let form = self.event_form(&fact);
            self.effects.push(Effect::Notify { url: self.event_callback_url.clone(), form });
        }
        self.history.tell(fact);
    }

    /// Whether the event callback is to hear of such events: all, if there is no filter.
    fn wants(&self, name: &str) -> bool {
        let filter = self.events_filter.as_deref().unwrap_or_default();
        !self.event_callback_url.is_empty()
            && (filter.trim().is_empty() || filter.split(',').any(|wanted| wanted.trim() == name))
    }

    fn event_form(&self, fact: &Fact) -> Form {
        let unix = moment::unix_millis(fact.at);
        let common = [
            ("EventType", fact.name.to_owned()),
            ("AccountSid", self.account_sid.clone()),
            ("WorkspaceSid", self.sid.clone()),
            ("WorkspaceName", self.friendly_name.clone()),
            ("EventDescription", fact.description.clone()),
            ("ResourceType", fact.resource.0.to_owned()),
            ("ResourceSid", fact.resource.1.clone()),
            ("Timestamp", unix.div_euclid(1000).to_string()),
            ("TimestampMs", unix.to_string()),
            ("Sid", fact.sid.clone()),
        ];
        let own = fact.pairs.iter().map(|(name, value)| ((*name).to_owned(), value.to_string()));
        common.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
    }

    pub(crate) fn add_task(&self, pairs: &mut Pairs, task: &TaskRecord) {
        let workspace = self.workspace();
        let age = self.now.since(task.stamp.created).as_millis() / 1000;
        let channel = &workspace.channels[task.channel];
        add(pairs, "TaskSid", &task.sid);
        pairs.push(("TaskAttributes", Arc::clone(&task.attributes)));
        add(pairs, "TaskAge", &age.to_string());
        add(pairs, "TaskPriority", &task.priority.to_string());
        add(pairs, "TaskAssignmentStatus", task.status.name());
        let why = match task.status {
            TaskStatus::Canceled => "TaskCanceledReason",
            _ => "TaskCompletedReason",
        };
        if let Some(reason) = &task.reason {
            add(pairs, why, reason);
        }
        add(pairs, "TaskVersion", &task.version.to_string());
        add(pairs, "TaskDateCreated", &unix_seconds(task.stamp.created));
        if let Some(entered) = task.queue_entered {
            add(pairs, "TaskQueueEnteredDate", &unix_seconds(entered));
        }
        add(pairs, "TaskVirtualStartTime", &unix_seconds(task.virtual_start_time));
        add(pairs, "TaskChannelSid", &channel.sid);
        add(pairs, "TaskChannelUniqueName", &channel.unique_name);
        if let Some(queue) = task.queue {
            self.add_queue(pairs, queue);
        }
        if let Some(workflow) = task.workflow {
            self.add_workflow(pairs, workflow);
        }
    }

    pub(crate) fn add_queue(&self, pairs: &mut Pairs, queue: QueueId) {
        let known = &self.workspace().queues[queue];
        add(pairs, "TaskQueueSid", &known.sid);
        add(pairs, "TaskQueueName", &known.friendly_name);
        pairs.retain(|(name, _)| *name != "TaskQueueTargetExpression");
        add(pairs, "TaskQueueTargetExpression", &self.queues[queue].target_workers);
    }

    pub(crate) fn add_workflow(&self, pairs: &mut Pairs, workflow: WorkflowId) {
        let known = &self.workspace().workflows[workflow];
        add(pairs, "WorkflowSid", &known.sid);
        add(pairs, "WorkflowName", &known.friendly_name);
    }

    pub(crate) fn add_worker(&self, pairs: &mut Pairs, worker: WorkerId) {
        let (known, record) = (&self.workspace().workers[worker], &self.workers[worker]);
        let activity = &self.workspace().activities[self.router.worker(worker).activity];
        add(pairs, "WorkerSid", &known.sid);
        add(pairs, "WorkerName", &known.friendly_name);
        pairs.push(("WorkerAttributes", Arc::clone(&record.attributes)));
        add(pairs, "WorkerActivitySid", &activity.sid);
        add(pairs, "WorkerActivityName", &activity.friendly_name);
        add(pairs, "WorkerVersion", &record.version.to_string());
    }

    fn add_previous_activity(&self, pairs: &mut Pairs, worker: WorkerId, from: ActivityId) {
        let before = &self.workspace().activities[from];
        let stayed = self.now.since(self.workers[worker].status_changed).as_millis();
        add(pairs, "WorkerPreviousActivitySid", &before.sid);
        add(pairs, "WorkerPreviousActivityName", &before.friendly_name);
        add(pairs, "WorkerTimeInPreviousActivity", &(stayed / 1000).to_string());
        add(pairs, "WorkerTimeInPreviousActivityMs", &stayed.to_string());
    }

    fn add_channel(&self, pairs: &mut Pairs, worker: WorkerId, channel: ChannelId) {
        let known = &self.workspace().channels[channel];
        let side = &self.router.worker(worker).channels[channel];
        let free = side.capacity.saturating_sub(side.held);
        add(pairs, "WorkerChannelAvailable", if side.available { "true" } else { "false" });
        add(pairs, "WorkerChannelAvailableCapacity", &free.to_string());
        add(pairs, "WorkerChannelTaskCount", &side.held.to_string());
        add(pairs, "TaskChannelSid", &known.sid);
        add(pairs, "TaskChannelUniqueName", &known.unique_name);
    }

    fn add_offer(&self, pairs: &mut Pairs, offer: ReservationRef) {
        let number = self.reservation_numbers.get(offer.reservation);
        if let Some(record) = number.and_then(|number| self.reservations.get(number)) {
            add(pairs, "ReservationSid", &record.sid);
            add(pairs, "ReservationVersion", &record.version.to_string());
        }
    }

    /// What the event is about, by the sid among its values.
    fn resource(&self, event: &Event, pairs: &Pairs) -> (&'static str, String) {
        let (kind, key) = match event.name().split('.').next() {
            Some("reservation") if event.reservation().is_some() => {
                ("reservation", "ReservationSid")
            }
            Some("worker") => ("worker", "WorkerSid"),
            Some("task-queue") => ("taskqueue", "TaskQueueSid"),
            Some("workflow") => ("workflow", "WorkflowSid"),
            _ => ("task", "TaskSid"),
        };
        let value = pairs.iter().find(|(name, _)| *name == key);
        (kind, value.map_or_else(|| self.sid.clone(), |(_, sid)| sid.to_string()))
    }

    fn count_event(&mut self, event: &Event) {
        let offer = event.reservation();
        let named = event.task();
        let key = named.map(|task| task.task).or(offer.map(|offer| offer.task));
        let task = key.and_then(|key| self.tasks.get(self.task_numbers.get(key)?));
        let since = |time| self.now.since(time);
        let (wait, activity) = match *event {
            Event::WorkerActivityUpdate { worker, from, .. } => {
                (since(self.workers[worker].status_changed), Some(from))
            }
            _ => (task.map_or(Span::ZERO, |task| since(task.stamp.created)), None),
        };
        let in_queue = task.and_then(|task| task.queue_entered).map_or(Span::ZERO, since);
        self.history.count(Deed {
            at: self.now,
            name: event.name(),
            queue: offer.map_or(named.and_then(|task| task.queue), |offer| offer.queue),
            workflow: offer.map_or(named.and_then(|task| task.workflow), |offer| offer.workflow),
            worker: event.worker(),
            channel: task.map(|task| task.channel),
            activity,
            wait,
            in_queue,
        });
    }
}

/// Adds a name and its value.
pub(crate) fn add(pairs: &mut Pairs, name: &'static str, value: &str) {
    pairs.push((name, value.into()));
}

fn unix_seconds(time: crate::time::Time) -> String {
    moment::unix_millis(time).div_euclid(1000).to_string()
}

/// In one sentence; TaskRouter's own where it is known.
fn describe(event: &Event, pairs: &Pairs) -> String {
    let value = |name: &str| {
        let pair = pairs.iter().find(|(key, _)| *key == name);
        pair.map_or("", |(_, value)| &**value)
    };
    let what = event.name().rsplit('.').next().unwrap_or_default();
    match event {
        Event::WorkerActivityUpdate { .. } => {
            let (worker, activity) = (value("WorkerName"), value("WorkerActivityName"));
            format!("Worker {worker} updated to {activity} Activity")
        }
        Event::TaskCanceled(..) if !value("TaskCanceledReason").is_empty() => {
            value("TaskCanceledReason").to_owned()
        }
        _ if event.reservation().is_some() => {
            let (reservation, worker) = (value("ReservationSid"), value("WorkerName"));
            format!("Reservation {reservation} {what} for Worker {worker}")
        }
        _ if event.name().starts_with("task-queue") => {
            format!("Task {} {what} TaskQueue {}", value("TaskSid"), value("TaskQueueName"))
        }
        _ if event.name().starts_with("workflow") => {
            format!("Task {} {what} Workflow {}", value("TaskSid"), value("WorkflowName"))
        }
        _ if event.worker().is_some() => format!("Worker {} {what} updated", value("WorkerName")),
        _ => format!("Task {} {what}", value("TaskSid")),
    }
}
