//! Statistics: how things stand now, and what came to pass in a window of time.
//!
//! The bodies are those of TaskRouter; the older `…/Statistics` wrap the same two.

mod cumulative;
mod realtime;

use serde_json::{Map, Value as Json, json};

use crate::routing::{ChannelId, QueueId, WorkerId, WorkflowId};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::request::{Answer, ApiError, Reply};

/// Whose statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Workspace,
    Queue(QueueId),
    Workflow(WorkflowId),
    /// These workers.
    Workers(Vec<WorkerId>),
}

/// Which of the two, or both as the older endpoints have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    RealTime,
    Cumulative,
    Both,
}

/// A body in the making.
type Body = Map<String, Json>;

impl Center {
    pub(crate) fn workspace_statistics(&self, call: &Call<'_>, kind: Kind) -> Answer {
        self.statistics(call, &Subject::Workspace, kind)
    }

    pub(crate) fn queue_statistics(&self, call: &Call<'_>, kind: Kind) -> Answer {
        self.statistics(call, &Subject::Queue(self.queue(call)?), kind)
    }

    pub(crate) fn workflow_statistics(&self, call: &Call<'_>, kind: Kind) -> Answer {
        self.statistics(call, &Subject::Workflow(self.workflow(call)?), kind)
    }

    /// Of all workers, or of those that the query names.
    pub(crate) fn workers_statistics(&self, call: &Call<'_>, kind: Kind) -> Answer {
        let workers = self.wanted_workers(call)?;
        self.statistics(call, &Subject::Workers(workers), kind)
    }

    /// Of one worker: there is only the window.
    pub(crate) fn worker_statistics(&self, call: &Call<'_>) -> Answer {
        let worker = self.worker(call)?;
        let channel = self.channel_filter(call)?;
        let cumulative = self.cumulative(call, &Subject::Workers(vec![worker]), channel)?;
        let mut body = self.statistics_frame(call, &Subject::Workers(Vec::new()));
        body.insert("worker_sid".into(), json!(self.workspace().workers[worker].sid));
        body.insert("cumulative".into(), cumulative.into());
        Ok(Reply::ok(body.into()))
    }

    /// Of all queues, a page at a time, as the older endpoint has them.
    pub(crate) fn list_queue_statistics(&self, call: &Call<'_>) -> Answer {
        let name = call.query().filled("FriendlyName");
        let queues = &self.workspace().queues;
        let wanted = self.living_queues();
        let wanted = wanted.filter(|id| name.is_none_or(|name| queues[*id].friendly_name == name));
        let channel = self.channel_filter(call)?;
        let mut all = Vec::new();
        for id in wanted {
            let subject = Subject::Queue(id);
            all.push((id, self.cumulative(call, &subject, channel)?));
        }
        let body = |(id, cumulative): &(QueueId, Body)| {
            json!({
                "account_sid": self.account_sid,
                "workspace_sid": self.sid,
                "task_queue_sid": queues[*id].sid,
                "cumulative": cumulative,
                "realtime": self.realtime(&Subject::Queue(*id), channel),
            })
        };
        call.list("task_queues_statistics", &all, |(id, _)| queues[*id].sid.clone(), body)
    }

    /// Of up to 50 queues, those that `TaskQueueSids` lists.
    pub(crate) fn bulk_queue_statistics(&self, call: &Call<'_>) -> Answer {
        const MOST: usize = 50;
        let named: Vec<&str> = call.form().all("TaskQueueSids").collect();
        let mut queues = Vec::new();
        for sid in &named {
            match self.things.get(*sid) {
                Some(Thing::Queue(id)) => queues.push(*id),
                _ => return Err(ApiError::invalid(format!("{sid} is not a task queue"))),
            }
        }
        if named.is_empty() || MOST < queues.len() {
            return Err(ApiError::invalid(format!(
                "TaskQueueSids are wanted, 1 to {MOST} of them"
            )));
        }
        let one = |id: &QueueId| {
            let mut body = self.realtime(&Subject::Queue(*id), None);
            body.insert("task_queue_sid".into(), json!(self.workspace().queues[*id].sid));
            Json::from(body)
        };
        let data: Vec<Json> = queues.iter().map(one).collect();
        let mut body = self.statistics_frame(call, &Subject::Workspace);
        body.insert("task_queue_response_count".into(), json!(data.len()));
        body.insert("task_queue_data".into(), json!(data));
        Ok(Reply::ok(body.into()))
    }

    fn statistics(&self, call: &Call<'_>, subject: &Subject, kind: Kind) -> Answer {
        let channel = self.channel_filter(call)?;
        let mut body = self.statistics_frame(call, subject);
        match kind {
            Kind::RealTime => body.extend(self.realtime(subject, channel)),
            Kind::Cumulative => body.extend(self.cumulative(call, subject, channel)?),
            Kind::Both => {
                body.insert("realtime".into(), self.realtime(subject, channel).into());
                body.insert("cumulative".into(), self.cumulative(call, subject, channel)?.into());
            }
        }
        Ok(Reply::ok(body.into()))
    }

    /// Whose they are, and where.
    fn statistics_frame(&self, call: &Call<'_>, subject: &Subject) -> Body {
        let workspace = self.workspace();
        let mut body = Body::new();
        body.insert("account_sid".into(), json!(self.account_sid));
        body.insert("workspace_sid".into(), json!(self.sid));
        body.insert("url".into(), json!(call.own_url()));
        match subject {
            Subject::Queue(id) => {
                body.insert("task_queue_sid".into(), json!(workspace.queues[*id].sid));
            }
            Subject::Workflow(id) => {
                body.insert("workflow_sid".into(), json!(workspace.workflows[*id].sid));
            }
            Subject::Workspace | Subject::Workers(_) => {}
        }
        body
    }

    fn channel_filter(&self, call: &Call<'_>) -> Result<Option<ChannelId>, ApiError> {
        let Some(name) = call.query().filled("TaskChannel") else { return Ok(None) };
        let unknown = || ApiError::invalid(format!("TaskChannel {name} is not of the workspace"));
        self.channel_named(name).map(Some).ok_or_else(unknown)
    }

    /// The workers whom it is about.
    fn subject_workers(&self, subject: &Subject) -> Vec<WorkerId> {
        match subject {
            Subject::Workers(workers) => workers.clone(),
            Subject::Queue(queue) => {
                let all = self.living_workers().map(|(id, _)| id);
                all.filter(|id| self.router.is_member(*queue, *id)).collect()
            }
            Subject::Workspace | Subject::Workflow(_) => {
                self.living_workers().map(|(id, _)| id).collect()
            }
        }
    }
}
