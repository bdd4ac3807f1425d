//! How things stand now.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::routing::{ChannelId, WorkerId};
use crate::serve::center::Center;
use crate::serve::records::{TaskRecord, TaskStatus};
use crate::serve::statistics::{Body, Subject};
use crate::time::Time;

/// The statuses that are counted, each of them even when there is none.
const COUNTED: [TaskStatus; 4] =
    [TaskStatus::Pending, TaskStatus::Reserved, TaskStatus::Assigned, TaskStatus::Wrapping];

impl Center {
    pub(super) fn realtime(&self, subject: &Subject, channel: Option<ChannelId>) -> Body {
        let workers = self.subject_workers(subject);
        let mut body = Body::new();
        if !matches!(subject, Subject::Workflow(_)) {
            body.insert("activity_statistics".into(), self.by_activity(&workers));
        }
        if matches!(subject, Subject::Workspace | Subject::Workers(_)) {
            body.insert("total_workers".into(), json!(workers.len()));
        }
        if matches!(subject, Subject::Workers(_)) {
            return body;
        }
        let tasks = self.subject_tasks(subject, channel);
        self.add_tasks(&mut body, &tasks);
        if matches!(subject, Subject::Queue(_)) {
            let is_there =
                |id: &&WorkerId| self.router.is_available(self.router.worker(**id).activity);
            let available = workers.iter().filter(is_there).count();
            body.insert("total_eligible_workers".into(), json!(workers.len()));
            body.insert("total_available_workers".into(), json!(available));
            let entered = |task: &TaskRecord| task.queue_entered.unwrap_or(task.stamp.created);
            let (age, sid) = self.longest_waiting(&tasks, entered);
            body.insert("longest_relative_task_age_in_queue".into(), age);
            body.insert("longest_relative_task_sid_in_queue".into(), sid);
        }
        body
    }

    fn add_tasks(&self, body: &mut Body, tasks: &[&TaskRecord]) {
        let mut by_priority: BTreeMap<String, usize> = BTreeMap::new();
        for task in tasks {
            *by_priority.entry(task.priority.to_string()).or_default() += 1;
        }
        let count = |status: TaskStatus| tasks.iter().filter(|task| task.status == status).count();
        let by_status: Body =
            COUNTED.iter().map(|it| (it.name().to_owned(), json!(count(*it)))).collect();
        let (age, sid) = self.longest_waiting(tasks, |task| task.stamp.created);
        body.insert("tasks_by_priority".into(), json!(by_priority));
        body.insert("tasks_by_status".into(), by_status.into());
        body.insert("total_tasks".into(), json!(tasks.len()));
        body.insert("longest_task_waiting_age".into(), age);
        body.insert("longest_task_waiting_sid".into(), sid);
    }

    /// The task that has waited longest (OC-24): for how many seconds, and its sid; 0 and null if
    /// none waits.
    fn longest_waiting(
        &self,
        tasks: &[&TaskRecord],
        since: impl Fn(&TaskRecord) -> Time,
    ) -> (Json, Json) {
        let waits =
            |task: &&&TaskRecord| matches!(task.status, TaskStatus::Pending | TaskStatus::Reserved);
        match tasks.iter().filter(waits).min_by_key(|task| since(task)) {
            Some(task) => {
                let age = self.now.since(since(task)).as_millis() / 1000;
                (json!(age), json!(task.sid))
            }
            None => (json!(0), Json::Null),
        }
    }

    /// The tasks that are alive.
    fn subject_tasks(&self, subject: &Subject, channel: Option<ChannelId>) -> Vec<&TaskRecord> {
        let is_of = |task: &&TaskRecord| match subject {
            Subject::Queue(queue) => task.queue == Some(*queue),
            Subject::Workflow(workflow) => task.workflow == Some(*workflow),
            Subject::Workspace | Subject::Workers(_) => true,
        };
        let alive = self.tasks.values().filter(|task| !task.status.is_over());
        let on_channel = |task: &&TaskRecord| channel.is_none_or(|id| task.channel == id);
        alive.filter(is_of).filter(on_channel).collect()
    }

    fn by_activity(&self, workers: &[WorkerId]) -> Json {
        let there = self.activities.iter_with_id().filter(|(_, stamp)| !stamp.is_gone);
        let one = |id| {
            let activity = &self.workspace().activities[id];
            let is_in = |worker: &&WorkerId| self.router.worker(**worker).activity == id;
            let workers = workers.iter().filter(is_in).count();
            json!({"sid": activity.sid, "friendly_name": activity.friendly_name, "workers": workers})
        };
        there.map(|(id, _)| one(id)).collect()
    }
}
