//! How a workspace stands, all in one answer: what the page at `/_sim/` shows.

use serde_json::{Value as Json, json};

use crate::id::IdVec;
use crate::routing::{ReservationStatus, WorkerId};
use crate::serve::account::Account;
use crate::serve::center::Center;
use crate::serve::fields::Fields;
use crate::serve::history::Fact;
use crate::serve::moment::unix_millis;
use crate::serve::records::{OfferStatus, ReservationRecord, TaskRecord, TaskStatus};
use crate::serve::request::ApiError;

/// How many workers, queues and living tasks are listed each; of more, only the number is told.
const LISTED_MAX: usize = 200;
/// How many tasks that are over are listed, the last ones.
const OVER_MAX: usize = 20;
/// How many events are listed, the last ones.
const EVENTS_MAX: usize = 200;

/// What of a workspace is wanted.
#[derive(Clone, Copy, Debug)]
struct Wanted<'a> {
    /// Which events: those with a greater number.
    after: u64,
    /// What the names of workers must contain, whatever the letter case.
    find: &'a str,
}

/// The tasks of a queue, counted.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    waiting: usize,
    reserved: usize,
    assigned: usize,
    /// When the oldest that waits or is offered came into the queue.
    oldest: Option<i64>,
}

impl Account {
    /// All workspaces, and how the one that `Workspace` names stands; the first if it names none.
    /// `After` is the number of the last event that is known, `Find` part of a worker's name.
    ///
    /// # Errors
    /// 400 for an `After` that is no number, 404 for a workspace that there is not.
    pub(crate) fn state(&self, query: &Fields) -> Result<Json, ApiError> {
        let after = query.filled("After").map_or(Ok(0), str::parse);
        let after = after.map_err(|_| ApiError::invalid("After is a whole number"))?;
        let find = query.get("Find").unwrap_or_default();
        let center = match query.filled("Workspace") {
            Some(sid) => Some(self.center(sid).ok_or_else(|| ApiError::not_found(sid))?),
            None => self.workspaces().next(),
        };
        let names = self.workspaces();
        let names = names.map(|it| json!({"sid": it.sid, "friendly_name": it.friendly_name}));
        Ok(json!({
            "workspaces": names.collect::<Vec<_>>(),
            "workspace": center.map(|center| center.state(Wanted { after, find })),
            "n_alerts": self.alerts().len(),
            "last_alert": self.alerts().last().map(|alert| &alert.message),
        }))
    }
}

impl Center {
    fn state(&self, wanted: Wanted<'_>) -> Json {
        let workspace = self.workspace();
        let activities = self.activities.iter_with_id().filter(|(_, stamp)| !stamp.is_gone);
        let activities = activities.map(|(id, _)| {
            let activity = &workspace.activities[id];
            json!({
                "sid": activity.sid,
                "friendly_name": activity.friendly_name,
                "available": activity.available,
            })
        });
        let workflows = self.workflows.iter_with_id().filter(|(_, it)| !it.stamp.is_gone);
        let workflows = workflows.map(|(id, _)| {
            let workflow = &workspace.workflows[id];
            json!({"sid": workflow.sid, "friendly_name": workflow.friendly_name})
        });
        let channels = self.channels.iter_with_id().filter(|(_, it)| !it.stamp.is_gone);
        let channels = channels.map(|(id, _)| &workspace.channels[id].unique_name);
        let (workers, n_workers) = self.listed_workers(wanted.find);
        let (queues, n_queues) = self.listed_queues();
        let tasks = self.listed_tasks();
        let n_alive = self.router.n_tasks();
        json!({
            "sid": self.sid,
            "friendly_name": self.friendly_name,
            "activities": activities.collect::<Vec<_>>(),
            "workflows": workflows.collect::<Vec<_>>(),
            "task_channels": channels.collect::<Vec<_>>(),
            "workers": workers,
            "n_workers": n_workers,
            "task_queues": queues,
            "n_task_queues": n_queues,
            "tasks": tasks.iter().map(|task| self.task_state(task)).collect::<Vec<_>>(),
            "n_tasks": n_alive,
            "reservations": self.listed_reservations(&tasks),
            "events": self.listed_events(wanted.after),
            "last_event": self.history.n_told(),
        })
    }

    /// The workers whose names contain `find`, and how many they are.
    fn listed_workers(&self, find: &str) -> (Vec<Json>, usize) {
        let find = find.to_lowercase();
        let workspace = self.workspace();
        let is_wanted = |id: &WorkerId| {
            find.is_empty() || workspace.workers[*id].friendly_name.to_lowercase().contains(&find)
        };
        let wanted: Vec<WorkerId> =
            self.living_workers().map(|(id, _)| id).filter(is_wanted).collect();
        let listed = wanted.iter().take(LISTED_MAX).map(|id| self.worker_state(*id)).collect();
        (listed, wanted.len())
    }

    fn worker_state(&self, id: WorkerId) -> Json {
        let (workspace, state) = (self.workspace(), self.router.worker(id));
        let activity = &workspace.activities[state.activity];
        let channels = state.channels.iter_with_id().filter(|(_, side)| 0 < side.capacity);
        let channels = channels.filter(|(channel, _)| !self.channels[*channel].stamp.is_gone);
        let channels = channels.map(|(channel, side)| {
            json!({
                "unique_name": workspace.channels[channel].unique_name,
                "held": side.held,
                "capacity": side.capacity,
                "available": side.available,
            })
        });
        json!({
            "sid": workspace.workers[id].sid,
            "friendly_name": workspace.workers[id].friendly_name,
            "activity_sid": activity.sid,
            "activity_name": activity.friendly_name,
            "available": activity.available,
            "simulated": self.is_simulated(id),
            "since_ms": unix_millis(self.workers[id].status_changed),
            "channels": channels.collect::<Vec<_>>(),
        })
    }

    /// The queues, and how many they are.
    fn listed_queues(&self) -> (Vec<Json>, usize) {
        let workspace = self.workspace();
        let mut loads = IdVec::filled(Load::default(), workspace.queues.len());
        for task in self.tasks.values() {
            let Some(queue) = task.queue else { continue };
            let load: &mut Load = &mut loads[queue];
            match task.status {
                TaskStatus::Pending => load.waiting += 1,
                TaskStatus::Reserved => load.reserved += 1,
                TaskStatus::Assigned | TaskStatus::Wrapping => load.assigned += 1,
                TaskStatus::Completed | TaskStatus::Canceled => {}
            }
            if matches!(task.status, TaskStatus::Pending | TaskStatus::Reserved) {
                let entered = unix_millis(task.queue_entered.unwrap_or(task.stamp.created));
                load.oldest = Some(load.oldest.map_or(entered, |oldest| oldest.min(entered)));
            }
        }
        let all: Vec<_> = self.living_queues().collect();
        let listed = all.iter().take(LISTED_MAX).map(|id| {
            let load = loads[*id];
            let members = self.living_workers().map(|(worker, _)| worker);
            let members = members.filter(|worker| self.router.is_member(*id, *worker));
            let is_there =
                |worker: WorkerId| self.router.is_available(self.router.worker(worker).activity);
            let (mut eligible, mut available) = (0, 0);
            for worker in members {
                eligible += 1;
                available += usize::from(is_there(worker));
            }
            json!({
                "sid": workspace.queues[*id].sid,
                "friendly_name": workspace.queues[*id].friendly_name,
                "waiting": load.waiting,
                "reserved": load.reserved,
                "assigned": load.assigned,
                "oldest_ms": load.oldest,
                "eligible": eligible,
                "available": available,
            })
        });
        (listed.collect(), all.len())
    }

    /// Living tasks, the oldest first, then those that ended last.
    fn listed_tasks(&self) -> Vec<&TaskRecord> {
        let alive = self.tasks.values().filter(|task| !task.status.is_over());
        let over = self.over.iter().rev().take(OVER_MAX);
        let over = over.filter_map(|(_, number)| self.tasks.get(number));
        alive.take(LISTED_MAX).chain(over).collect()
    }

    fn task_state(&self, task: &TaskRecord) -> Json {
        let workspace = self.workspace();
        json!({
            "sid": task.sid,
            "assignment_status": task.status.name(),
            "reason": task.reason,
            "priority": task.priority,
            "attributes": &*task.attributes,
            "task_channel": workspace.channels[task.channel].unique_name,
            "task_queue": task.queue.map(|id| &workspace.queues[id].friendly_name),
            "workflow": task.workflow.map(|id| &workspace.workflows[id].friendly_name),
            "created_ms": unix_millis(task.stamp.created),
            "updated_ms": unix_millis(task.stamp.updated),
        })
    }

    /// The open reservations of `tasks`, in order of creation within each.
    fn listed_reservations(&self, tasks: &[&TaskRecord]) -> Vec<Json> {
        let all = tasks.iter().flat_map(|task| {
            let offers = task.reservations.iter();
            offers.filter_map(|number| Some((*task, self.reservations.get(number)?)))
        });
        let is_open = |it: &&(&TaskRecord, &ReservationRecord)| {
            let open = [OfferStatus::Pending, OfferStatus::Accepted, OfferStatus::Wrapping];
            open.contains(&it.1.status)
        };
        let one = |(task, it): (&TaskRecord, &ReservationRecord)| {
            let worker = &self.workspace().workers[it.worker];
            let offer = self.router.reservation(it.key);
            let rings = offer.filter(|offer| offer.status == ReservationStatus::Pending);
            json!({
                "sid": it.sid,
                "task_sid": task.sid,
                "worker_sid": worker.sid,
                "worker_name": worker.friendly_name,
                "reservation_status": it.status.name(),
                "created_ms": unix_millis(it.stamp.created),
                "due_ms": rings.map(|offer| unix_millis(offer.created + offer.timeout)),
            })
        };
        all.filter(|it| is_open(&it)).map(one).collect()
    }

    /// The events with a number greater than `after`, the last one last.
    fn listed_events(&self, after: u64) -> Vec<Json> {
        let last = self.history.n_told();
        let one = |(number, fact): (u64, &Fact)| {
            json!({
                "number": number,
                "at_ms": unix_millis(fact.at),
                "event_type": fact.name,
                "description": fact.description,
                "resource_sid": fact.resource.1,
            })
        };
        let numbered = (0..=last).rev().zip(self.history.facts());
        let fresh = numbered.take_while(|(number, _)| after < *number).take(EVENTS_MAX);
        let mut listed: Vec<Json> = fresh.map(one).collect();
        listed.reverse();
        listed
    }
}
