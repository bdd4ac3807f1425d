//! The workspace itself: `/v1/Workspaces/{Sid}`.

use serde_json::{Value as Json, json};

use crate::routing::{ActivityId, TaskOrder};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::request::{Answer, ApiError, Reply};

impl Center {
    pub(crate) fn workspace_body(&self, call: &Call<'_>) -> Json {
        let workspace = self.workspace();
        let url = |rest: &str| call.url(&self.sid, rest);
        let (default, timeout) = (
            &workspace.activities[self.default_activity],
            &workspace.activities[workspace.timeout_activity],
        );
        json!({
            "account_sid": self.account_sid,
            "sid": self.sid,
            "friendly_name": self.friendly_name,
            "default_activity_name": default.friendly_name,
            "default_activity_sid": default.sid,
            "timeout_activity_name": timeout.friendly_name,
            "timeout_activity_sid": timeout.sid,
            "event_callback_url": self.event_callback_url,
            "events_filter": self.events_filter,
            "multi_task_enabled": workspace.multi_task_enabled,
            "prioritize_queue_order": order_name(workspace.prioritize_queue_order),
            "date_created": iso(self.stamp.created),
            "date_updated": iso(self.stamp.updated),
            "url": url(""),
            "links": {
                "activities": url("/Activities"),
                "statistics": url("/Statistics"),
                "real_time_statistics": url("/RealTimeStatistics"),
                "cumulative_statistics": url("/CumulativeStatistics"),
                "task_queues": url("/TaskQueues"),
                "tasks": url("/Tasks"),
                "workers": url("/Workers"),
                "workflows": url("/Workflows"),
                "task_channels": url("/TaskChannels"),
                "events": url("/Events"),
            },
        })
    }

    pub(crate) fn update_workspace(&mut self, call: &Call<'_>) -> Answer {
        self.change_workspace(call)?;
        self.stamp.updated = self.now;
        self.tell_workspace("workspace.updated");
        Ok(Reply::ok(self.workspace_body(call)))
    }

    /// What create and update have in common.
    pub(crate) fn change_workspace(&mut self, call: &Call<'_>) -> Result<(), ApiError> {
        let form = call.form();
        let default = self.activity_field(call, "DefaultActivitySid")?;
        let timeout = self.activity_field(call, "TimeoutActivitySid")?;
        let url = call.url_field("EventCallbackUrl")?;
        let order = form.word("PrioritizeQueueOrder", &["FIFO", "LIFO"])?;
        let multi_task = form.flag("MultiTaskEnabled");
        let is_switched = multi_task.is_some_and(|it| it != self.workspace().multi_task_enabled);
        if is_switched && self.people.is_some() {
            let message = "Cannot change MultiTaskEnabled where the people of a scenario live";
            return Err(ApiError::invalid(message));
        }
        if let Some(name) = form.filled("FriendlyName") {
            self.friendly_name = name.into();
        }
        if let Some(url) = url {
            self.event_callback_url = url.unwrap_or_default();
        }
        if let Some(filter) = form.get("EventsFilter") {
            self.events_filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
        }
        self.default_activity = default.unwrap_or(self.default_activity);
        self.reshape(|workspace| {
            workspace.timeout_activity = timeout.unwrap_or(workspace.timeout_activity);
            workspace.multi_task_enabled = multi_task.unwrap_or(workspace.multi_task_enabled);
            if let Some(order) = order {
                workspace.prioritize_queue_order = order_of(order);
            }
        });
        Ok(())
    }

    /// The activity that the form names by its sid.
    pub(crate) fn activity_field(
        &self,
        call: &Call<'_>,
        name: &str,
    ) -> Result<Option<ActivityId>, ApiError> {
        let Some(sid) = call.form().filled(name) else { return Ok(None) };
        match self.things.get(sid) {
            Some(Thing::Activity(activity)) => Ok(Some(*activity)),
            _ => {
                Err(ApiError::invalid(format!("{name} {sid} is not an activity of the workspace")))
            }
        }
    }

    /// Tells that something happened to the workspace itself.
    pub(crate) fn tell_workspace(&mut self, name: &'static str) {
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("Workspace {} {what}", self.friendly_name);
        self.tell(name, ("workspace", self.sid.clone()), description, Pairs::new());
    }
}

pub(crate) const fn order_name(order: TaskOrder) -> &'static str {
    match order {
        TaskOrder::Fifo => "FIFO",
        TaskOrder::Lifo => "LIFO",
    }
}

pub(crate) fn order_of(name: &str) -> TaskOrder {
    if name == "LIFO" { TaskOrder::Lifo } else { TaskOrder::Fifo }
}
