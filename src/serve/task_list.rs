//! Tasks as they are listed and shown.

use serde_json::{Value as Json, json};

use crate::expr::{Compiled, Context, Documents, Paths, parse};
use crate::scenario::read_attributes;
use crate::serve::call::{Call, Order};
use crate::serve::center::Center;
use crate::serve::moment::iso;
use crate::serve::records::{TaskRecord, TaskStatus};
use crate::serve::request::{Answer, ApiError};

impl Center {
    pub(crate) fn list_tasks(&self, call: &Call<'_>) -> Answer {
        let mut wanted = self.wanted_tasks(call)?;
        let orders = call.orders(&["DateCreated", "Priority", "VirtualStartTime"])?;
        let has = |field| orders.iter().any(|(name, _)| *name == field);
        if has("DateCreated") && has("VirtualStartTime") {
            let message = "Ordering by DateCreated and VirtualStartTime together is not supported";
            return Err(ApiError::invalid(message));
        }
        // The last clause first: sorting is stable.
        for order in orders.into_iter().rev() {
            sort(&mut wanted, order);
        }
        call.list("tasks", &wanted, |task| task.sid.clone(), |task| self.task_body(call, task))
    }

    fn wanted_tasks(&self, call: &Call<'_>) -> Result<Vec<&TaskRecord>, ApiError> {
        let query = call.query();
        let statuses: Vec<&str> =
            query.all("AssignmentStatus").flat_map(|all| all.split(',')).map(str::trim).collect();
        let statuses: Vec<&str> = statuses.into_iter().filter(|it| !it.is_empty()).collect();
        let names = TaskStatus::ALL.map(TaskStatus::name);
        if let Some(wrong) = statuses.iter().find(|status| !names.contains(status)) {
            let message = format!("Invalid value {wrong} for parameter AssignmentStatus");
            return Err(ApiError::invalid(message));
        }
        let priority = query.whole("Priority", 0..=u32::MAX)?;
        let condition = query.filled("EvaluateTaskAttributes").map(task_condition).transpose()?;
        let workspace = self.workspace();
        let is = |name: &str, known: Option<&str>| {
            query.filled(name).is_none_or(|wanted| known == Some(wanted))
        };
        let is_wanted = |task: &&TaskRecord| {
            let workflow = task.workflow.map(|id| &workspace.workflows[id]);
            let queue = task.queue.map(|id| &workspace.queues[id]);
            (statuses.is_empty() || statuses.contains(&task.status.name()))
                && priority.is_none_or(|priority| task.priority == priority)
                && is("WorkflowSid", workflow.map(|it| &*it.sid))
                && is("WorkflowName", workflow.map(|it| &*it.friendly_name))
                && is("TaskQueueSid", queue.map(|it| &*it.sid))
                && is("TaskQueueName", queue.map(|it| &*it.friendly_name))
                && is("RoutingTarget", task.routing_target.as_deref())
                // There are no add-ons here.
                && query.flag("HasAddons") != Some(true)
                && condition.as_ref().is_none_or(|condition| passes(condition, task))
        };
        Ok(self.tasks.values().filter(is_wanted).collect())
    }

    pub(crate) fn task_body(&self, call: &Call<'_>, task: &TaskRecord) -> Json {
        let workspace = self.workspace();
        let channel = &workspace.channels[task.channel];
        let queue = task.queue.map(|id| &workspace.queues[id]);
        let workflow = task.workflow.map(|id| &workspace.workflows[id]);
        let own = call.url(&self.sid, &format!("/Tasks/{}", task.sid));
        let until = if task.status.is_over() { task.stamp.updated } else { self.now };
        let link = |kind: &str, sid: &str| call.url(&self.sid, &format!("/{kind}/{sid}"));
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": task.sid,
            "attributes": &*task.attributes,
            "assignment_status": task.status.name(),
            "age": until.since(task.stamp.created).as_millis() / 1000,
            "priority": task.priority,
            "reason": task.reason,
            "timeout": task.timeout.as_millis() / 1000,
            "addons": "{}",
            "task_queue_sid": queue.map(|it| &it.sid),
            "task_queue_friendly_name": queue.map(|it| &it.friendly_name),
            "task_queue_entered_date": task.queue_entered.map(iso),
            "task_channel_sid": channel.sid,
            "task_channel_unique_name": channel.unique_name,
            "workflow_sid": workflow.map(|it| &it.sid),
            "workflow_friendly_name": workflow.map(|it| &it.friendly_name),
            "virtual_start_time": iso(task.virtual_start_time),
            "ignore_capacity": task.ignore_capacity.unwrap_or(false),
            "routing_target": task.routing_target,
            "date_created": iso(task.stamp.created),
            "date_updated": iso(task.stamp.updated),
            "url": own,
            "links": {
                "task_queue": queue.map(|it| link("TaskQueues", &it.sid)),
                "workflow": workflow.map(|it| link("Workflows", &it.sid)),
                "workspace": call.url(&self.sid, ""),
                "reservations": format!("{own}/Reservations"),
            },
        })
    }
}

fn sort(tasks: &mut [&TaskRecord], (field, descending): Order) {
    let key = |task: &&TaskRecord| match field {
        "Priority" => u64::from(task.priority),
        "VirtualStartTime" => task.virtual_start_time.as_millis(),
        _ => task.stamp.created.as_millis(),
    };
    if descending {
        tasks.sort_by_key(|task| std::cmp::Reverse(key(task)));
    } else {
        tasks.sort_by_key(key);
    }
}

fn task_condition(text: &str) -> Result<(Compiled, Paths), ApiError> {
    let expression = parse(text, Context::Filter).map_err(|error| {
        ApiError::invalid(format!("EvaluateTaskAttributes is not valid: {}", error.message))
    })?;
    let mut paths = Paths::new();
    let compiled = expression.compile(Context::Filter, &mut paths);
    Ok((compiled, paths))
}

fn passes((condition, paths): &(Compiled, Paths), task: &TaskRecord) -> bool {
    let Ok(attributes) = read_attributes(&task.attributes) else { return false };
    let resolved = paths.resolve(&attributes);
    condition.matches(&Documents { task: Some(&resolved), worker: None })
}
