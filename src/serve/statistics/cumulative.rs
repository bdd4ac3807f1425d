//! What came to pass in a window of time.

use serde_json::{Value as Json, json};

use crate::id::IdVec;
use crate::routing::{ActivityId, ChannelId, WorkerId};
use crate::serve::call::Call;
use crate::serve::center::Center;
use crate::serve::history::Deed;
use crate::serve::moment::iso;
use crate::serve::request::ApiError;
use crate::serve::statistics::{Body, Subject};
use crate::time::{Span, Time};

/// How many deeds of an event type there were, by the name of the number.
const RESERVATIONS: [(&str, &str); 6] = [
    ("reservations_created", "reservation.created"),
    ("reservations_accepted", "reservation.accepted"),
    ("reservations_rejected", "reservation.rejected"),
    ("reservations_timed_out", "reservation.timeout"),
    ("reservations_canceled", "reservation.canceled"),
    ("reservations_rescinded", "reservation.rescinded"),
];
const TASKS: [(&str, &str); 4] = [
    ("tasks_canceled", "task.canceled"),
    ("tasks_completed", "task.completed"),
    ("tasks_deleted", "task.deleted"),
    ("tasks_moved", "task-queue.moved"),
];

impl Center {
    pub(super) fn cumulative(
        &self,
        call: &Call<'_>,
        subject: &Subject,
        channel: Option<ChannelId>,
    ) -> Result<Body, ApiError> {
        let (start, end) = self.window(call)?;
        let is_of = |deed: &&Deed| match subject {
            Subject::Workspace => true,
            Subject::Queue(queue) => deed.queue == Some(*queue),
            Subject::Workflow(workflow) => deed.workflow == Some(*workflow),
            Subject::Workers(workers) => deed.worker.is_some_and(|it| workers.contains(&it)),
        };
        let deeds = self.history.deeds(start, end).filter(is_of);
        let deeds = deeds.filter(|deed| channel.is_none_or(|id| deed.channel == Some(id)));
        let deeds: Vec<&Deed> = deeds.collect();
        let count = |name: &str| json!(deeds.iter().filter(|deed| deed.name == name).count());
        let mut body = Body::new();
        body.insert("start_time".into(), json!(iso(start)));
        body.insert("end_time".into(), json!(iso(end)));
        for (key, name) in RESERVATIONS {
            body.insert(key.into(), count(name));
        }
        if let Subject::Workers(workers) = subject {
            body.insert("activity_durations".into(), self.durations(workers, (start, end)));
            return Ok(body);
        }
        for (key, name) in TASKS {
            body.insert(key.into(), count(name));
        }
        match subject {
            Subject::Queue(_) => body.insert("tasks_entered".into(), count("task-queue.entered")),
            Subject::Workflow(_) => body.insert("tasks_entered".into(), count("workflow.entered")),
            _ => body.insert("tasks_created".into(), count("task.created")),
        };
        if !matches!(subject, Subject::Queue(_)) {
            body.insert("tasks_timed_out_in_workflow".into(), count("workflow.timeout"));
        }
        add_waits(&mut body, &deeds, matches!(subject, Subject::Queue(_)));
        body.insert("split_by_wait_time".into(), split_by_wait(call, &deeds)?);
        Ok(body)
    }

    /// How long workers stayed in each activity, as far as that lies in the window.
    fn durations(&self, workers: &[WorkerId], window: (Time, Time)) -> Json {
        let mut stays: IdVec<ActivityId, Vec<Span>> =
            IdVec::filled(Vec::new(), self.activities.len());
        let mut add = |activity: ActivityId, from: Time, to: Time| {
            let (from, to) = (from.max(window.0), to.min(window.1));
            if from < to {
                stays[activity].push(to.since(from));
            }
        };
        // A stay that ended after the window may have begun in it.
        for deed in self.history.deeds(window.0, self.now) {
            if let (Some(worker), Some(left)) = (deed.worker, deed.activity)
                && workers.contains(&worker)
            {
                let came = deed.at.as_millis() - deed.wait.as_millis();
                add(left, Time::from_millis(came), deed.at);
            }
        }
        for worker in workers {
            let since = self.workers[*worker].status_changed;
            add(self.router.worker(*worker).activity, since, self.now);
        }
        let there = self.activities.iter_with_id().filter(|(_, stamp)| !stamp.is_gone);
        let one = |id: ActivityId| {
            let activity = &self.workspace().activities[id];
            let mut body = summary(&stays[id]);
            body.insert("sid".into(), json!(activity.sid));
            body.insert("friendly_name".into(), json!(activity.friendly_name));
            Json::from(body)
        };
        there.map(|(id, _)| one(id)).collect()
    }
}

fn add_waits(body: &mut Body, deeds: &[&Deed], is_queue: bool) {
    let spans = |name: &str, span: fn(&Deed) -> Span| -> Vec<Span> {
        deeds.iter().filter(|deed| deed.name == name).map(|deed| span(deed)).collect()
    };
    let accepted = summary(&spans("reservation.accepted", |deed| deed.wait));
    body.insert("avg_task_acceptance_time".into(), accepted["avg"].clone());
    body.insert("wait_duration_until_accepted".into(), accepted.into());
    let canceled = summary(&spans("task.canceled", |deed| deed.wait));
    body.insert("wait_duration_until_canceled".into(), canceled.into());
    if is_queue {
        let in_queue = summary(&spans("reservation.accepted", |deed| deed.in_queue));
        body.insert("wait_duration_in_queue_until_accepted".into(), in_queue.into());
    }
}

/// Mean, least, greatest and sum in whole seconds; zeros if there are none.
fn summary(spans: &[Span]) -> Body {
    let millis = || spans.iter().map(|span| span.as_millis());
    let total: u64 = millis().sum();
    let many = u64::try_from(spans.len()).unwrap_or(u64::MAX).max(1);
    let seconds = |millis: u64| json!(millis / 1000);
    let mut body = Body::new();
    body.insert("avg".into(), seconds(total / many));
    body.insert("min".into(), seconds(millis().min().unwrap_or(0)));
    body.insert("max".into(), seconds(millis().max().unwrap_or(0)));
    body.insert("total".into(), seconds(total));
    body
}

/// What waited longer and what did not, for each threshold that `SplitByWaitTime` lists in seconds;
/// a wait of exactly a threshold is below it (OC-23).
fn split_by_wait(call: &Call<'_>, deeds: &[&Deed]) -> Result<Json, ApiError> {
    let text = call.query().filled("SplitByWaitTime").unwrap_or_default();
    let mut splits = Body::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong = |_| ApiError::invalid(format!("Invalid value {part} for SplitByWaitTime"));
        let threshold = Span::from_secs(part.parse::<u32>().map_err(wrong)?.into());
        let side = |is_above: bool| {
            let many = |name: &str| {
                let of = deeds.iter().filter(|deed| deed.name == name);
                of.filter(|deed| (threshold < deed.wait) == is_above).count()
            };
            json!({
                "tasks_canceled": many("task.canceled"),
                "reservations_accepted": many("reservation.accepted"),
            })
        };
        splits.insert(part.into(), json!({"above": side(true), "below": side(false)}));
    }
    Ok(splits.into())
}
