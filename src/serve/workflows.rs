//! Workflows: `…/Workflows`.

use serde_json::{Value as Json, json};

use crate::routing::{
    Command, ConfigurationId, QueueId, Refusal, Target, TaskQueue, Workflow, WorkflowId,
};
use crate::scenario::read_configuration;
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::records::{Stamp, WorkflowRecord};
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;
use crate::time::Span;

/// How long a worker has to answer where nothing is said.
const USUAL_TIMEOUT: Span = Span::from_secs(120);
/// The longest that TaskRouter takes, in seconds (TR-332).
const LONGEST_TIMEOUT: u32 = 86_400;
/// The longest configuration that TaskRouter takes, in bytes (TR-336).
const LONGEST: usize = 1_038_576;

impl Center {
    pub(crate) fn list_workflows(&self, call: &Call<'_>) -> Answer {
        let all = &self.workspace().workflows;
        let name = call.query().filled("FriendlyName");
        let wanted = self.living_workflows();
        let wanted = wanted.filter(|id| name.is_none_or(|name| all[*id].friendly_name == name));
        let wanted: Vec<WorkflowId> = wanted.collect();
        call.list(
            "workflows",
            &wanted,
            |id| all[*id].sid.clone(),
            |id| self.workflow_body(call, *id),
        )
    }

    pub(crate) fn create_workflow(&mut self, call: &Call<'_>) -> Answer {
        let form = call.form();
        let name = form.required("FriendlyName")?;
        let text = form.required("Configuration")?;
        let timeout = timeout_field(call)?.unwrap_or(USUAL_TIMEOUT);
        let (url, fallback) = (
            call.url_field("AssignmentCallbackUrl")?,
            call.url_field("FallbackAssignmentCallbackUrl")?,
        );
        let id = self.add_workflow_of(name, text)?;
        self.reshape(|workspace| workspace.workflows[id].task_reservation_timeout = timeout);
        let record = &mut self.workflows[id];
        record.assignment_callback_url = url.flatten();
        record.fallback_assignment_callback_url = fallback.flatten();
        self.tell_workflow("workflow.created", id);
        Ok(Reply::created(self.workflow_body(call, id)))
    }

    /// A new workflow, without callbacks.
    pub(crate) fn add_workflow_of(
        &mut self,
        name: &str,
        text: &str,
    ) -> Result<WorkflowId, ApiError> {
        let configuration = self.configuration(text)?;
        let sid = self.minter.mint(Kind::Workflow);
        self.reshape(|workspace| {
            workspace.workflows.push(Workflow {
                sid: sid.clone(),
                friendly_name: name.into(),
                task_reservation_timeout: USUAL_TIMEOUT,
                configuration,
            });
        });
        let id = self.workflows.push(WorkflowRecord {
            stamp: Stamp::new(self.now),
            configuration: text.into(),
            assignment_callback_url: None,
            fallback_assignment_callback_url: None,
        });
        self.things.insert(sid, Thing::Workflow(id));
        Ok(id)
    }

    pub(crate) fn fetch_workflow(&self, call: &Call<'_>) -> Answer {
        Ok(Reply::ok(self.workflow_body(call, self.workflow(call)?)))
    }

    pub(crate) fn update_workflow(&mut self, call: &Call<'_>) -> Answer {
        let id = self.workflow(call)?;
        let known = &self.workspace().workflows[id];
        let (before, task_reservation_timeout) =
            (known.configuration, timeout_field(call)?.unwrap_or(known.task_reservation_timeout));
        let (url, fallback) = (
            call.url_field("AssignmentCallbackUrl")?,
            call.url_field("FallbackAssignmentCallbackUrl")?,
        );
        let text = call.form().filled("Configuration");
        let configuration = text.map(|text| self.configuration(text)).transpose()?;
        if let Some(name) = call.form().filled("FriendlyName") {
            let name = name.to_owned();
            self.reshape(|workspace| workspace.workflows[id].friendly_name = name);
        }
        let record = &mut self.workflows[id];
        if let Some(text) = text {
            record.configuration = text.into();
        }
        if let Some(url) = url {
            record.assignment_callback_url = url;
        }
        if let Some(url) = fallback {
            record.fallback_assignment_callback_url = url;
        }
        let command = Command::UpdateWorkflow {
            workflow: id,
            configuration: configuration.unwrap_or(before),
            task_reservation_timeout,
            re_evaluate: call.form().flag("ReEvaluateTasks").unwrap_or(false),
        };
        self.ask(command).map_err(|refusal: Refusal| ApiError::invalid(refusal.to_string()))?;
        Ok(Reply::ok(self.workflow_body(call, id)))
    }

    pub(crate) fn delete_workflow(&mut self, call: &Call<'_>) -> Answer {
        let id = self.workflow(call)?;
        self.check_unpeopled(Thing::Workflow(id))?;
        if self.tasks.values().any(|task| task.workflow == Some(id) && !task.status.is_over()) {
            let sid = &self.workspace().workflows[id].sid;
            let message =
                format!("Cannot delete workflow {sid} because tasks in progress are in it");
            return Err(ApiError::invalid(message));
        }
        self.tell_workflow("workflow.deleted", id);
        self.things.remove(call.part(2));
        self.workflows[id].stamp.is_gone = true;
        Ok(Reply::no_content())
    }

    /// The configuration that the text says, ready for the router.
    fn configuration(&mut self, text: &str) -> Result<ConfigurationId, ApiError> {
        if LONGEST < text.len() {
            let message =
                format!("Configuration has {} bytes; at most {LONGEST} are taken", text.len());
            return Err(ApiError::invalid(message));
        }
        let workspace = self.workspace();
        // Nobody finds what was deleted.
        let queues = workspace.queues.iter_with_id().map(|(id, queue)| TaskQueue {
            sid: if self.queues[id].stamp.is_gone { String::new() } else { queue.sid.clone() },
            ..queue.clone()
        });
        let queues = queues.collect();
        let mut paths = workspace.paths.clone();
        let configuration = read_configuration(text, &queues, &mut paths)
            .map_err(|why| ApiError::invalid(format!("Configuration is not valid: {why}")))?;
        Ok(self.router.add_configuration(|known| {
            *known = paths;
            configuration
        }))
    }

    /// Whether the workflow's text sends tasks into the queue.
    pub(crate) fn workflow_names(&self, workflow: WorkflowId, queue: QueueId) -> bool {
        let workspace = self.workspace();
        let text = &workspace.configurations[workspace.workflows[workflow].configuration];
        let mut targets = text.filters.iter().flat_map(|filter| &filter.targets);
        let is_it = |target: &Target| target.queue == queue;
        targets.any(is_it) || text.default_filter.as_ref().is_some_and(is_it)
    }

    pub(crate) fn workflow(&self, call: &Call<'_>) -> Result<WorkflowId, ApiError> {
        match self.things.get(call.part(2)) {
            Some(Thing::Workflow(id)) => Ok(*id),
            _ => Err(call.not_found()),
        }
    }

    pub(crate) fn living_workflows(&self) -> impl Iterator<Item = WorkflowId> + '_ {
        let living = self.workflows.iter_with_id().filter(|(_, record)| !record.stamp.is_gone);
        living.map(|(id, _)| id)
    }

    fn workflow_body(&self, call: &Call<'_>, id: WorkflowId) -> Json {
        let (workflow, record) = (&self.workspace().workflows[id], &self.workflows[id]);
        let own = call.url(&self.sid, &format!("/Workflows/{}", workflow.sid));
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": workflow.sid,
            "friendly_name": workflow.friendly_name,
            "configuration": record.configuration,
            "document_content_type": "application/json",
            "assignment_callback_url": record.assignment_callback_url,
            "fallback_assignment_callback_url": record.fallback_assignment_callback_url,
            "task_reservation_timeout": workflow.task_reservation_timeout.as_millis() / 1000,
            "date_created": iso(record.stamp.created),
            "date_updated": iso(record.stamp.updated),
            "url": own,
            "links": {
                "statistics": format!("{own}/Statistics"),
                "real_time_statistics": format!("{own}/RealTimeStatistics"),
                "cumulative_statistics": format!("{own}/CumulativeStatistics"),
            },
        })
    }

    fn tell_workflow(&mut self, name: &'static str, id: WorkflowId) {
        let mut pairs = Pairs::new();
        self.add_workflow(&mut pairs, id);
        let workflow = &self.workspace().workflows[id];
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("Workflow {} {what}", workflow.friendly_name);
        self.tell(name, ("workflow", workflow.sid.clone()), description, pairs);
    }
}

fn timeout_field(call: &Call<'_>) -> Result<Option<Span>, ApiError> {
    let seconds = call.form().whole("TaskReservationTimeout", 1..=LONGEST_TIMEOUT)?;
    Ok(seconds.map(|seconds| Span::from_secs(seconds.into())))
}
