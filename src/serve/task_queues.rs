//! Task queues: `…/TaskQueues`.

use serde_json::{Value as Json, json};

use crate::expr::{Context, Documents, Expression, Paths, parse};
use crate::routing::{ActivityId, QueueId, TaskOrder, TaskQueue};
use crate::scenario::read_attributes;
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::records::{QueueRecord, Stamp};
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;
use crate::serve::workspaces::{order_name, order_of};

/// Everybody is a member where nothing is said (TR-145).
const EVERYBODY: &str = "1==1";

/// What a form says of a queue; checked, and not carried out yet.
struct Changes {
    friendly_name: Option<String>,
    /// The expression and its text; the outer one says whether it is mentioned.
    target_workers: Option<(Option<Expression>, String)>,
    max_reserved_workers: Option<u32>,
    task_order: Option<TaskOrder>,
    reservation_activity: Option<ActivityId>,
    assignment_activity: Option<ActivityId>,
}

impl Center {
    pub(crate) fn list_task_queues(&self, call: &Call<'_>) -> Answer {
        let name = call.query().filled("FriendlyName");
        let document = call.query().filled("EvaluateWorkerAttributes").map(read_attributes);
        let document = document.transpose().map_err(|why| {
            ApiError::invalid(format!("EvaluateWorkerAttributes are not valid: {why}"))
        })?;
        let worker = self.worker_filter(call, "WorkerSid")?;
        let takes = |id: QueueId| {
            let Some(document) = &document else { return true };
            takes_document(&self.queues[id].target_workers, document)
        };
        let mut wanted: Vec<QueueId> = self
            .living_queues()
            .filter(|id| name.is_none_or(|name| self.workspace().queues[*id].friendly_name == name))
            .filter(|id| takes(*id))
            .filter(|id| worker.is_none_or(|worker| self.router.is_member(*id, worker)))
            .collect();
        for (_, descending) in call.orders(&["DateUpdated"])?.into_iter().rev() {
            wanted.sort_by_key(|id| self.queues[*id].stamp.updated);
            if descending {
                wanted.reverse();
            }
        }
        let sid = |id: &QueueId| self.workspace().queues[*id].sid.clone();
        call.list("task_queues", &wanted, sid, |id| self.queue_body(call, *id))
    }

    pub(crate) fn create_task_queue(&mut self, call: &Call<'_>) -> Answer {
        call.form().required("FriendlyName")?;
        let changes = self.queue_changes(call)?;
        let id = self.add_queue_of(changes);
        self.tell_queue("task-queue.created", id);
        Ok(Reply::created(self.queue_body(call, id)))
    }

    fn add_queue_of(&mut self, changes: Changes) -> QueueId {
        let sid = self.minter.mint(Kind::TaskQueue);
        self.reshape(|workspace| {
            workspace.queues.push(TaskQueue {
                sid: sid.clone(),
                friendly_name: String::new(),
                target_workers: None,
                max_reserved_workers: 1,
                task_order: TaskOrder::Fifo,
                reservation_activity: None,
                assignment_activity: None,
            });
        });
        let stamp = Stamp::new(self.now);
        let id = self.queues.push(QueueRecord { stamp, target_workers: String::new() });
        self.things.insert(sid, Thing::Queue(id));
        let everybody = parse(EVERYBODY, Context::TargetWorkers).ok();
        let usual = (everybody, EVERYBODY.to_owned());
        let target_workers = changes.target_workers.or(Some(usual));
        self.change_queue(id, Changes { target_workers, ..changes });
        id
    }

    /// The queue and the workflow of the template FIFO.
    pub(crate) fn add_fifo_template(&mut self) -> Result<(), ApiError> {
        let id = self.add_queue_of(Changes {
            friendly_name: Some("Sample Queue".into()),
            target_workers: None,
            max_reserved_workers: None,
            task_order: None,
            reservation_activity: None,
            assignment_activity: None,
        });
        let queue = self.workspace().queues[id].sid.clone();
        let text = json!({"task_routing": {"filters": [], "default_filter": {"queue": queue}}});
        self.add_workflow_of("Default Fifo Workflow", &text.to_string()).map(drop)
    }

    pub(crate) fn fetch_task_queue(&self, call: &Call<'_>) -> Answer {
        Ok(Reply::ok(self.queue_body(call, self.queue(call)?)))
    }

    pub(crate) fn update_task_queue(&mut self, call: &Call<'_>) -> Answer {
        let id = self.queue(call)?;
        let changes = self.queue_changes(call)?;
        let has_expression = changes.target_workers.is_some();
        self.change_queue(id, changes);
        self.queues[id].stamp.updated = self.now;
        if has_expression {
            self.tell_queue("task-queue.expression.updated", id);
        }
        Ok(Reply::ok(self.queue_body(call, id)))
    }

    pub(crate) fn delete_task_queue(&mut self, call: &Call<'_>) -> Answer {
        let id = self.queue(call)?;
        self.check_unpeopled(Thing::Queue(id))?;
        let queue = &self.workspace().queues[id];
        let refuse = |why: &str| {
            let message = format!("Cannot delete task queue {} because {why}", queue.sid);
            Err(ApiError::invalid(message))
        };
        if self.tasks.values().any(|task| task.queue == Some(id) && !task.status.is_over()) {
            return refuse("tasks in progress are in it");
        }
        if self.living_workflows().any(|workflow| self.workflow_names(workflow, id)) {
            return refuse("a workflow names it");
        }
        self.tell_queue("task-queue.deleted", id);
        self.things.remove(call.part(2));
        self.queues[id].stamp.is_gone = true;
        self.reshape(|workspace| workspace.queues[id].target_workers = None);
        Ok(Reply::no_content())
    }

    /// Everything is checked before anything is changed.
    fn queue_changes(&self, call: &Call<'_>) -> Result<Changes, ApiError> {
        let form = call.form();
        let target_workers = match form.get("TargetWorkers") {
            None => None,
            Some(text) if text.trim().is_empty() => Some((None, text.to_owned())),
            Some(text) => {
                let expression = parse(text, Context::TargetWorkers).map_err(|error| {
                    ApiError::invalid(format!("TargetWorkers are not valid: {}", error.message))
                })?;
                Some((Some(expression), text.to_owned()))
            }
        };
        Ok(Changes {
            friendly_name: form.filled("FriendlyName").map(str::to_owned),
            target_workers,
            max_reserved_workers: form.whole("MaxReservedWorkers", 1..=50)?,
            task_order: form.word("TaskOrder", &["FIFO", "LIFO"])?.map(order_of),
            reservation_activity: self.activity_field(call, "ReservationActivitySid")?,
            assignment_activity: self.activity_field(call, "AssignmentActivitySid")?,
        })
    }

    fn change_queue(&mut self, id: QueueId, changes: Changes) {
        if let Some((_, text)) = &changes.target_workers {
            self.queues[id].target_workers.clone_from(text);
        }
        self.reshape(|workspace| {
            let queue = &mut workspace.queues[id];
            if let Some(name) = changes.friendly_name {
                queue.friendly_name = name;
            }
            if let Some((expression, _)) = changes.target_workers {
                let compile =
                    |it: Expression| it.compile(Context::TargetWorkers, &mut workspace.paths);
                queue.target_workers = expression.map(compile);
            }
            if let Some(many) = changes.max_reserved_workers {
                queue.max_reserved_workers = many as usize;
            }
            queue.task_order = changes.task_order.unwrap_or(queue.task_order);
            queue.reservation_activity =
                changes.reservation_activity.or(queue.reservation_activity);
            queue.assignment_activity = changes.assignment_activity.or(queue.assignment_activity);
        });
    }

    pub(crate) fn queue(&self, call: &Call<'_>) -> Result<QueueId, ApiError> {
        match self.things.get(call.part(2)) {
            Some(Thing::Queue(id)) => Ok(*id),
            _ => Err(call.not_found()),
        }
    }

    pub(crate) fn living_queues(&self) -> impl Iterator<Item = QueueId> + '_ {
        let living = self.queues.iter_with_id().filter(|(_, record)| !record.stamp.is_gone);
        living.map(|(id, _)| id)
    }

    fn queue_body(&self, call: &Call<'_>, id: QueueId) -> Json {
        let (queue, record) = (&self.workspace().queues[id], &self.queues[id]);
        let activities = &self.workspace().activities;
        let own = call.url(&self.sid, &format!("/TaskQueues/{}", queue.sid));
        let activity = |id: Option<ActivityId>| id.map(|id| &activities[id]);
        let (reserved, assigned) =
            (activity(queue.reservation_activity), activity(queue.assignment_activity));
        let link = |sid: &String| call.url(&self.sid, &format!("/Activities/{sid}"));
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": queue.sid,
            "friendly_name": queue.friendly_name,
            "target_workers": record.target_workers,
            "max_reserved_workers": queue.max_reserved_workers,
            "task_order": order_name(queue.task_order),
            "reservation_activity_sid": reserved.map(|it| &it.sid),
            "reservation_activity_name": reserved.map(|it| &it.friendly_name),
            "assignment_activity_sid": assigned.map(|it| &it.sid),
            "assignment_activity_name": assigned.map(|it| &it.friendly_name),
            "date_created": iso(record.stamp.created),
            "date_updated": iso(record.stamp.updated),
            "url": own,
            "links": {
                "assignment_activity": assigned.map(|it| link(&it.sid)),
                "reservation_activity": reserved.map(|it| link(&it.sid)),
                "workspace": call.url(&self.sid, ""),
                "statistics": format!("{own}/Statistics"),
                "real_time_statistics": format!("{own}/RealTimeStatistics"),
                "cumulative_statistics": format!("{own}/CumulativeStatistics"),
                "list_statistics": call.url(&self.sid, "/TaskQueues/Statistics"),
                "bulk_real_time_statistics":
                    call.url(&self.sid, "/TaskQueues/RealTimeStatistics"),
            },
        })
    }

    fn tell_queue(&mut self, name: &'static str, id: QueueId) {
        let mut pairs = Pairs::new();
        self.add_queue(&mut pairs, id);
        let queue = &self.workspace().queues[id];
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("TaskQueue {} {what}", queue.friendly_name);
        self.tell(name, ("taskqueue", queue.sid.clone()), description, pairs);
    }
}

/// Whether a queue's expression takes a worker with these attributes.
fn takes_document(target_workers: &str, document: &crate::expr::Value) -> bool {
    let Ok(expression) = parse(target_workers, Context::TargetWorkers) else { return false };
    let mut paths = Paths::new();
    let compiled = expression.compile(Context::TargetWorkers, &mut paths);
    let resolved = paths.resolve(document);
    compiled.matches(&Documents { task: None, worker: Some(&resolved) })
}
