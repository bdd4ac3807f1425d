//! Events to be read back: `…/Events`.

use serde_json::{Map, Value as Json, json};

use crate::serve::call::Call;
use crate::serve::center::Center;
use crate::serve::history::Fact;
use crate::serve::moment::{iso, unix_millis};
use crate::serve::request::{Answer, ApiError, Reply};
use crate::time::{Span, Time};

/// How far back one looks where nothing is said, in minutes.
const USUAL_MINUTES: u32 = 15;
/// As far back as TaskRouter looks, in days.
const DAYS_MAX: u64 = 30;

impl Center {
    pub(crate) fn list_events(&self, call: &Call<'_>) -> Answer {
        let (start, end) = self.window(call)?;
        let query = call.query();
        let channel = query.filled("TaskChannel");
        let is = |fact: &Fact, name: &str| {
            query.filled(name).is_none_or(|wanted| fact.get(name) == Some(wanted))
        };
        let is_wanted = |fact: &&Fact| {
            start <= fact.at
                && fact.at <= end
                && query.filled("EventType").is_none_or(|wanted| fact.name == wanted)
                && query.filled("Sid").is_none_or(|wanted| fact.sid == wanted)
                && is(fact, "ReservationSid")
                && is(fact, "TaskQueueSid")
                && is(fact, "TaskSid")
                && is(fact, "WorkerSid")
                && is(fact, "WorkflowSid")
                && channel.is_none_or(|wanted| {
                    [fact.get("TaskChannelSid"), fact.get("TaskChannelUniqueName")]
                        .contains(&Some(wanted))
                })
        };
        let wanted: Vec<&Fact> = self.history.facts().filter(is_wanted).collect();
        call.list("events", &wanted, |fact| fact.sid.clone(), |fact| self.event_body(call, fact))
    }

    pub(crate) fn fetch_event(&self, call: &Call<'_>) -> Answer {
        let mut facts = self.history.facts();
        let fact = facts.find(|fact| fact.sid == call.part(2)).ok_or_else(|| call.not_found())?;
        Ok(Reply::ok(self.event_body(call, fact)))
    }

    /// From when until when one looks: `StartDate` and `EndDate`, or the last `Minutes`.
    pub(crate) fn window(&self, call: &Call<'_>) -> Result<(Time, Time), ApiError> {
        let query = call.query();
        let minutes = query.whole("Minutes", 1..=u32::MAX)?.unwrap_or(USUAL_MINUTES);
        let back = |from: Time, span: Span| {
            Time::from_millis(from.as_millis().saturating_sub(span.as_millis()))
        };
        let end = query.instant("EndDate")?.unwrap_or(self.now);
        let start = query.instant("StartDate")?;
        let start = start.unwrap_or_else(|| back(end, Span::from_secs(u64::from(minutes) * 60)));
        if start < back(self.now, Span::from_secs(DAYS_MAX * 86_400)) {
            let message = format!("StartDate is older than {DAYS_MAX} days");
            return Err(ApiError::new(400, 14241, message));
        }
        Ok((start, end))
    }

    fn event_body(&self, call: &Call<'_>, fact: &Fact) -> Json {
        let mut data: Map<String, Json> =
            fact.pairs.iter().map(|(name, value)| (snake(name), json!(&**value))).collect();
        data.insert("workspace_sid".into(), json!(self.sid));
        data.insert("workspace_name".into(), json!(self.friendly_name));
        let (kind, sid) = &fact.resource;
        let path = match *kind {
            "task" => format!("/Tasks/{sid}"),
            "reservation" => {
                format!("/Tasks/{}/Reservations/{sid}", fact.get("TaskSid").unwrap_or_default())
            }
            "worker" => format!("/Workers/{sid}"),
            "taskqueue" => format!("/TaskQueues/{sid}"),
            "workflow" => format!("/Workflows/{sid}"),
            "activity" => format!("/Activities/{sid}"),
            "taskchannel" => format!("/TaskChannels/{sid}"),
            _ => String::new(),
        };
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": fact.sid,
            "event_type": fact.name,
            "event_date": iso(fact.at),
            "event_date_ms": unix_millis(fact.at),
            "description": fact.description,
            "event_data": data,
            "actor_sid": self.sid,
            "actor_type": "workspace",
            "actor_url": call.url(&self.sid, ""),
            "resource_sid": sid,
            "resource_type": kind,
            "resource_url": call.url(&self.sid, &path),
            "source": "twilio",
            "source_ip_address": null,
            "url": call.url(&self.sid, &format!("/Events/{}", fact.sid)),
        })
    }
}

/// `TaskQueueSid` as `task_queue_sid`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
