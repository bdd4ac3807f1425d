//! Tasks: `…/Tasks`.

use std::sync::Arc;

use crate::routing::{
    AttributesId, CancelReason, ChannelId, Command, NewTask, Refusal, RoutingTarget, WorkflowId,
};
use crate::serve::call::Call;
use crate::serve::center::{Center, TaskText, Thing};
use crate::serve::records::{TaskRecord, TaskStatus};
use crate::serve::request::{Answer, ApiError, Reply};
use crate::time::{Span, Time};

/// TaskRouter's greatest priority (TR-342).
const PRIORITY_MAX: u32 = i32::MAX.unsigned_abs();
/// How long a task lives unassigned where nothing is said, and at most, in seconds (TR-330).
const USUAL_TIMEOUT: u32 = 86_400;
const LONGEST_TIMEOUT: u32 = 1_209_600;

/// What a form wants to be different about a task.
struct Changes {
    attributes: Option<(AttributesId, Arc<str>)>,
    priority: Option<u32>,
    virtual_start_time: Option<Time>,
}

impl Center {
    pub(crate) fn create_task(&mut self, call: &Call<'_>) -> Answer {
        let form = call.form();
        let seconds = form.whole("Timeout", 1..=LONGEST_TIMEOUT)?.unwrap_or(USUAL_TIMEOUT);
        let priority = form.whole("Priority", 0..=PRIORITY_MAX)?.unwrap_or(0);
        let virtual_start_time = self.start_field(call)?;
        let channel = self.channel_field(call)?;
        let (routing_target, sent_to) = self.routing_target(call)?;
        let workflow = self.workflow_field(call, routing_target.is_some())?;
        let text: Arc<str> = form.filled("Attributes").unwrap_or("{}").into();
        let attributes = self.attributes(&text)?;
        let ignore_capacity = match routing_target {
            Some(RoutingTarget::Worker { ignore_capacity, .. }) => Some(ignore_capacity),
            _ => form.flag("IgnoreCapacity"),
        };
        self.coming = Some(TaskText { attributes: text, routing_target: sent_to, ignore_capacity });
        let number = self.n_tasks;
        let timeout = Span::from_secs(seconds.into());
        let asked = self.ask(Command::CreateTask(NewTask {
            workflow,
            routing_target,
            attributes,
            channel,
            priority,
            timeout,
            virtual_start_time,
        }));
        if let Err(refusal) = asked {
            self.coming = None;
            return Err(ApiError::invalid(format!("Cannot create task: {refusal}")));
        }
        Ok(self.task_reply(call, number, 201))
    }

    fn start_field(&self, call: &Call<'_>) -> Result<Option<Time>, ApiError> {
        let start = call.form().instant("VirtualStartTime")?;
        match start {
            Some(start) if self.now < start => {
                Err(ApiError::invalid("VirtualStartTime cannot lie in the future"))
            }
            start => Ok(start),
        }
    }

    fn channel_field(&self, call: &Call<'_>) -> Result<ChannelId, ApiError> {
        let name = call.form().filled("TaskChannel").unwrap_or("default");
        self.channel_named(name).ok_or_else(|| {
            ApiError::invalid(format!("TaskChannel {name} is not a task channel of the workspace"))
        })
    }

    /// Where the form sends the task past the filters, and the sid it says.
    fn routing_target(
        &self,
        call: &Call<'_>,
    ) -> Result<(Option<RoutingTarget>, Option<String>), ApiError> {
        let form = call.form();
        let (name, sid) = match (form.filled("RoutingTarget"), form.filled("TaskQueueSid")) {
            (Some(sid), _) => ("RoutingTarget", sid),
            (None, Some(sid)) => ("TaskQueueSid", sid),
            (None, None) => return Ok((None, None)),
        };
        let target = match self.things.get(sid) {
            Some(Thing::Queue(queue)) => RoutingTarget::Queue(*queue),
            Some(Thing::Worker(worker)) if name == "RoutingTarget" => {
                let ignore_capacity = form.flag("IgnoreCapacity").unwrap_or(true);
                RoutingTarget::Worker { worker: *worker, ignore_capacity }
            }
            Some(Thing::Workflow(workflow)) if name == "RoutingTarget" => {
                RoutingTarget::Workflow(*workflow)
            }
            _ => return Err(ApiError::invalid(format!("{name} {sid} is not of the workspace"))),
        };
        Ok((Some(target), Some(sid.to_owned()).filter(|_| name == "RoutingTarget")))
    }

    /// The workflow that the form names; the only one, if it need not.
    fn workflow_field(
        &self,
        call: &Call<'_>,
        is_sent: bool,
    ) -> Result<Option<WorkflowId>, ApiError> {
        match call.form().filled("WorkflowSid") {
            Some(sid) => match self.things.get(sid) {
                Some(Thing::Workflow(id)) => Ok(Some(*id)),
                _ => Err(ApiError::invalid(format!(
                    "WorkflowSid {sid} is not a workflow of the workspace"
                ))),
            },
            None if is_sent => Ok(None),
            None => {
                let mut all = self.living_workflows();
                match (all.next(), all.next()) {
                    (Some(only), None) => Ok(Some(only)),
                    _ => Err(ApiError::invalid(
                        "WorkflowSid is required: the workspace does not have exactly one workflow",
                    )),
                }
            }
        }
    }

    pub(crate) fn fetch_task(&self, call: &Call<'_>) -> Answer {
        Ok(self.task_reply(call, self.task_number(call)?, 200))
    }

    /// Everything is checked before anything is changed.
    pub(crate) fn update_task(&mut self, call: &Call<'_>) -> Answer {
        let number = self.task_number(call)?;
        call.request.check_version(self.tasks[&number].version)?;
        let statuses = TaskStatus::ALL.map(TaskStatus::name);
        let status = call.form().word("AssignmentStatus", &statuses)?;
        self.check_channel_stays(call, number)?;
        let start = self.start_field(call)?;
        let text: Option<Arc<str>> = call.form().filled("Attributes").map(Into::into);
        if status.is_some() && text.is_some() {
            return Err(ApiError::invalid(
                "AssignmentStatus and Attributes cannot be updated in one request",
            ));
        }
        let attributes = match text {
            Some(text) => Some((self.attributes(&text)?, text)),
            None => None,
        };
        let priority = call.form().whole("Priority", 0..=PRIORITY_MAX)?;
        if let Some(status) = status {
            self.update_status(number, status, call.form().filled("Reason"))?;
        }
        self.change_task(number, Changes { attributes, priority, virtual_start_time: start })?;
        Ok(self.task_reply(call, number, 200))
    }

    /// The routing machine has no way to move a task to another channel.
    fn check_channel_stays(&self, call: &Call<'_>, number: u64) -> Result<(), ApiError> {
        let Some(name) = call.form().filled("TaskChannel") else { return Ok(()) };
        if self.channel_named(name) == Some(self.tasks[&number].channel) {
            return Ok(());
        }
        Err(ApiError::invalid("TaskChannel of a task cannot be changed on this server"))
    }

    fn update_status(
        &mut self,
        number: u64,
        status: &str,
        reason: Option<&str>,
    ) -> Result<(), ApiError> {
        let key = self.tasks[&number].key;
        let command = match status {
            "canceled" => Command::CancelTask(key, CancelReason::Requested),
            "wrapping" => Command::WrapUpTask(key),
            "completed" => Command::CompleteTask(key),
            status => {
                let message = format!("Task cannot be updated to AssignmentStatus {status}");
                return Err(ApiError::invalid(message));
            }
        };
        let holder = self.holder(number);
        self.reason = reason.map(str::to_owned);
        let asked = self.ask(command);
        self.reason = None;
        asked.map_err(|refusal| self.task_refused(number, status, refusal))?;
        if let Some(holder) = holder {
            self.end_of_call(holder);
        }
        Ok(())
    }

    fn change_task(&mut self, number: u64, changes: Changes) -> Result<(), ApiError> {
        let key = self.tasks[&number].key;
        let is_over = self.tasks[&number].status.is_over();
        let refused =
            |refusal: Refusal| ApiError::invalid(format!("Cannot update task: {refusal}"));
        let mut commands = Vec::new();
        if let Some((attributes, text)) = changes.attributes {
            if let Some(task) = self.tasks.get_mut(&number) {
                task.attributes = text;
                task.version += u64::from(is_over);
            }
            commands.push(Command::UpdateTaskAttributes(key, attributes));
        }
        commands.extend(changes.priority.map(|it| Command::UpdateTaskPriority(key, it)));
        let start = changes.virtual_start_time;
        commands.extend(start.map(|it| Command::UpdateTaskVirtualStartTime(key, it)));
        // What is over has attributes, but no place in any order.
        for command in commands.into_iter().filter(|_| !is_over) {
            match self.ask(command) {
                // New attributes may have ended it: no filter takes it any more.
                Err(Refusal::Gone) | Ok(()) => {}
                Err(refusal) => return Err(refused(refusal)),
            }
        }
        Ok(())
    }

    pub(crate) fn delete_task(&mut self, call: &Call<'_>) -> Answer {
        let number = self.task_number(call)?;
        let task = &self.tasks[&number];
        call.request.check_version(task.version)?;
        if self.ask(Command::DeleteTask(task.key)).is_err() {
            // It is over; what is left of it goes.
            self.forget_task(number);
        }
        Ok(Reply::no_content())
    }

    /// In the words that people match on.
    fn task_refused(&self, number: u64, status: &str, refusal: Refusal) -> ApiError {
        let task = &self.tasks[&number];
        let whose =
            format!("{} in workspace {} for account {}", task.sid, self.sid, self.account_sid);
        ApiError::invalid(match status {
            "canceled" => {
                format!("Cannot cancel task {whose} because it is not pending or reserved.")
            }
            "wrapping" => {
                format!("Cannot wrap up a task {whose} because it's not currently assigned")
            }
            "completed" => {
                format!("Cannot complete task {whose} because it is not currently assigned.")
            }
            _ => format!("Cannot update task {whose}: {refusal}"),
        })
    }

    pub(crate) fn task_number(&self, call: &Call<'_>) -> Result<u64, ApiError> {
        match self.things.get(call.part(2)) {
            Some(Thing::Task(number)) => Ok(*number),
            _ => Err(call.not_found()),
        }
    }

    pub(crate) fn task_reply(&self, call: &Call<'_>, number: u64, status: u16) -> Reply {
        let Some(task) = self.tasks.get(&number) else { return call.not_found().into() };
        let reply = Reply { status, ..Reply::ok(self.task_body(call, task)) };
        reply.with_version(task.version)
    }

    /// The reservation through which somebody has the task.
    fn holder(&self, number: u64) -> Option<u64> {
        use crate::serve::records::OfferStatus;
        let task: &TaskRecord = self.tasks.get(&number)?;
        let holds = |number: &&u64| {
            let offer = self.reservations.get(number);
            offer.is_some_and(|it| {
                matches!(it.status, OfferStatus::Accepted | OfferStatus::Wrapping)
            })
        };
        task.reservations.iter().find(holds).copied()
    }
}
