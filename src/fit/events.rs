//! TaskRouter's own event log: one JSON object to a line, or pages of `GET …/Events`; and its
//! answers to requests for cumulative statistics.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::fit::answers::{Offer, Outcome};
use crate::fit::counters::Counters;
use crate::fit::times::{Ending, Times};
use crate::scenario::node::{Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// How many malformed lines are told.
const FAULTS_MAX: usize = 20;

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) offers: Vec<Offer>,
    pub(super) tasks: Vec<Times>,
    pub(super) statistics: Vec<Statistics>,
}

/// Counts of a TaskRouter statistics answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// The file it is in.
    pub file: String,
    /// What it is about: a kind and a sid; `None` if that is the whole workspace.
    pub about: Option<(&'static str, String)>,
    /// From when to when, as it is written.
    pub between: [Option<String>; 2],
    /// The counts.
    pub counters: Counters,
}

/// Reads a document.
pub(super) fn read(texts: &Texts, id: TextId) -> Result<Found, Vec<Problem>> {
    let content = texts.content(id);
    let whole = || Place { text: id, range: 0..content.lines().next().map_or(0, str::len) };
    let values = match serde_json::from_str::<Value>(content) {
        Ok(value) => vec![value],
        Err(_) => lines(texts, id)?,
    };
    let mut log = Log::default();
    let mut answers = Vec::new();
    for value in &values {
        let events = value.get("events").or(Some(value)).and_then(Value::as_array);
        match events {
            Some(events) => events.iter().for_each(|event| log.add(event)),
            None if text(value, "event_type").is_some() => log.add(value),
            None => answers.extend(statistics(value, texts.name(id))),
        }
    }
    let mut found = log.found();
    found.statistics = answers;
    if found.offers.is_empty() && found.tasks.is_empty() && found.statistics.is_empty() {
        let problem = Problem::error("there are no events of reservations or tasks here", &whole());
        return Err(vec![problem.with_help(
            "events are as TaskRouter's GET …/Events has them, or as its event callback was logged; \
             cumulative statistics have whole numbers of reservations",
        )]);
    }
    Ok(found)
}

/// One JSON object to a line; empty lines do not count.
fn lines(texts: &Texts, id: TextId) -> Result<Vec<Value>, Vec<Problem>> {
    let (mut values, mut problems, mut start) = (Vec::new(), Vec::new(), 0);
    for line in texts.content(id).split_inclusive('\n') {
        let written = line.trim();
        if !written.is_empty() {
            match serde_json::from_str(written) {
                Ok(value) => values.push(value),
                Err(error) if problems.len() < FAULTS_MAX => {
                    let at = start + error.column().saturating_sub(1).min(written.len());
                    let place = Place { text: id, range: at..at };
                    problems.push(Problem::error(format!("no JSON object: {error}"), &place));
                }
                Err(_) => (),
            }
        }
        start += line.len();
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// Cumulative statistics: whole numbers from 0 up, as great as TaskRouter counts.
fn statistics(value: &Value, file: &str) -> Option<Statistics> {
    let value = value.get("cumulative").unwrap_or(value);
    let number = |key: &str| Some(f64::from(u32::try_from(field(value, key)?.as_u64()?).ok()?));
    let counters = Counters {
        created: number("reservations_created")?,
        accepted: number("reservations_accepted")?,
        rejected: number("reservations_rejected")?,
        timed_out: number("reservations_timed_out")?,
    };
    let about = ["workflow", "task_queue", "worker"]
        .into_iter()
        .find_map(|kind| Some((kind, text(value, &format!("{kind}_sid"))?)));
    let between = ["start_time", "end_time"].map(|key| text(value, key));
    Some(Statistics { file: file.to_owned(), about, between, counters })
}

/// Reservations and tasks by sid, as far as their events have been read.
#[derive(Debug, Default)]
struct Log {
    reservations: BTreeMap<String, Reservation>,
    tasks: BTreeMap<String, Task>,
}

#[derive(Debug, Default)]
struct Reservation {
    to: String,
    created: Option<f64>,
    ended: Option<(f64, Outcome)>,
}

#[derive(Debug, Default)]
struct Task {
    created: Option<f64>,
    accepted: Option<f64>,
    wrap_up: Option<f64>,
    completed: Option<f64>,
    canceled: Option<f64>,
}

impl Log {
    fn add(&mut self, event: &Value) {
        let (Some(kind), Some(at)) = (text(event, "event_type"), when(event)) else { return };
        let Some((of, what)) = kind.split_once('.') else { return };
        match of {
            "reservation" => self.reservation(what, at, event),
            "task" => self.task(what, at, event),
            _ => {}
        }
    }

    fn reservation(&mut self, what: &str, at: f64, event: &Value) {
        let sid = text(event, "reservation_sid").or_else(|| text(event, "resource_sid"));
        let Some(sid) = sid else { return };
        let outcome = match what {
            "accepted" => Some(Outcome::Accepted),
            "rejected" => Some(Outcome::Rejected),
            "timeout" => Some(Outcome::TimedOut),
            "canceled" | "rescinded" => Some(Outcome::Withdrawn),
            _ => None,
        };
        let reservation = self.reservations.entry(sid).or_default();
        match outcome {
            None if what == "created" => {
                reservation.created = Some(at);
                let worker = text(event, "worker_name").or_else(|| text(event, "worker_sid"));
                reservation.to = worker.unwrap_or_default();
            }
            // What comes of it later is no end of the offer.
            Some(outcome) if reservation.ended.is_none() => reservation.ended = Some((at, outcome)),
            _ => {}
        }
        if outcome == Some(Outcome::Accepted)
            && let Some(task) = text(event, "task_sid")
        {
            self.tasks.entry(task).or_default().accepted.get_or_insert(at);
        }
    }

    fn task(&mut self, what: &str, at: f64, event: &Value) {
        let sid = text(event, "task_sid").or_else(|| text(event, "resource_sid"));
        let Some(sid) = sid else { return };
        let task = self.tasks.entry(sid).or_default();
        match what {
            "created" => task.created = Some(at),
            "wrapup" => task.wrap_up = Some(at),
            "completed" => task.completed = Some(at),
            "canceled" => task.canceled = Some(at),
            _ => {}
        }
    }

    /// What began and ended within the log. Every cancellation of a task that nobody had accepted
    /// counts as giving up.
    fn found(self) -> Found {
        let offer = |reservation: Reservation| {
            let (ended, outcome) = reservation.ended?;
            let ring = (ended - reservation.created?).max(0.0);
            Some(Offer { to: reservation.to, outcome, ring })
        };
        let task = |task: Task| {
            let since = |from: Option<f64>, to: Option<f64>| Some((to? - from?).max(0.0));
            let answered = since(task.created, task.accepted).map(|wait| (wait, Ending::Answered));
            let canceled = since(task.created, task.canceled).map(|wait| (wait, Ending::Abandoned));
            let waited = answered.or(canceled.filter(|_| task.accepted.is_none()));
            let talk = since(task.accepted, task.wrap_up.or(task.completed));
            let wrap_up = since(task.wrap_up, task.completed);
            let is_known = waited.is_some() || talk.is_some() || wrap_up.is_some();
            is_known.then(|| Times { of: String::new(), waited, talk, wrap_up })
        };
        Found {
            offers: self.reservations.into_values().filter_map(offer).collect(),
            tasks: self.tasks.into_values().filter_map(task).collect(),
            statistics: Vec::new(),
        }
    }
}

/// The value of a field that may be written `event_type`, `eventType` or `EventType`, in the event
/// itself or in its `event_data`.
fn field<'v>(event: &'v Value, name: &str) -> Option<&'v Value> {
    let plain = |text: &str| text.replace('_', "").to_lowercase();
    let find = |value: &'v Value| {
        let entries = value.as_object()?;
        let found = entries.get(name);
        found.or_else(|| {
            let wanted = plain(name);
            entries.iter().find(|(key, _)| plain(key) == wanted).map(|(_, value)| value)
        })
    };
    let data = || event.get("event_data").or_else(|| event.get("eventData"));
    find(event).or_else(|| data().and_then(find)).filter(|value| !value.is_null())
}

fn text(event: &Value, name: &str) -> Option<String> {
    let text = field(event, name)?.as_str().map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

/// When it was, in seconds: by milliseconds where they are given.
fn when(event: &Value) -> Option<f64> {
    let number = |name: &str| {
        let value = field(event, name)?;
        value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
    };
    let millis = number("event_date_ms").or_else(|| number("timestamp_ms"));
    let seconds = || number("timestamp").filter(|seconds| seconds.is_finite());
    let date = || {
        let text = text(event, "event_date").or_else(|| text(event, "timestamp"))?;
        Some(text.parse::<Timestamp>().ok()?.as_millisecond() as f64 / 1000.0)
    };
    millis.map(|millis| millis / 1000.0).or_else(seconds).or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str) -> Result<Found, Vec<Problem>> {
        let mut texts = Texts::new();
        let id = texts.add("events.json", content);
        read(&texts, id)
    }

    const LOG: &str = r#"
{"event_type":"task.created","event_date_ms":1000,"event_data":{"task_sid":"WT1"}}
{"EventType":"reservation.created","TimestampMs":"2500","ReservationSid":"WR1","TaskSid":"WT1","WorkerName":"ada"}
{"event_type":"reservation.timeout","event_date_ms":17500,"resource_sid":"WR1","event_data":{}}
{"event_type":"reservation.created","event_date":"1970-01-01T00:00:18Z","resource_sid":"WR2","event_data":{"worker_name":"bob"}}
{"event_type":"reservation.accepted","event_date":"1970-01-01T00:00:24Z","event_data":{"reservation_sid":"WR2","task_sid":"WT1"}}
{"event_type":"task.wrapup","event_date_ms":84000,"event_data":{"task_sid":"WT1"}}
{"event_type":"task.completed","event_date_ms":94000,"event_data":{"task_sid":"WT1"}}
{"event_type":"worker.activity.update","event_date_ms":94000}
"#;

    #[test]
    fn a_log_of_events_tells_offers_and_tasks() {
        let found = found(LOG).unwrap();
        let offer = |to: &str, outcome, ring| Offer { to: to.into(), outcome, ring };
        let expected =
            [offer("ada", Outcome::TimedOut, 15.0), offer("bob", Outcome::Accepted, 6.0)];
        assert_eq!(found.offers, expected);
        let task = &found.tasks[0];
        assert_eq!(task.waited, Some((23.0, Ending::Answered)));
        assert_eq!((task.talk, task.wrap_up), (Some(60.0), Some(10.0)));
    }

    #[test]
    fn pages_and_lists_are_read_too_and_an_offer_still_open_is_left_out() {
        let events: Vec<&str> = LOG.lines().filter(|line| !line.is_empty()).collect();
        let list = format!("[{}]", events[..5].join(","));
        assert_eq!(found(&list).unwrap().offers.len(), 2);
        let page = format!("{{\"events\": {list}, \"meta\": {{}}}}");
        assert_eq!(found(&page).unwrap().offers.len(), 2);
        assert_eq!(found(&events[..4].join("\n")).unwrap().offers.len(), 1);
    }

    #[test]
    fn statistics_are_counters_and_what_is_malformed_is_told() {
        let answer = r#"{"reservations_created":9,"reservations_accepted":6,
            "reservations_rejected":1,"reservations_timed_out":2}"#;
        let of = answer.replacen('{', "{\"WorkflowSid\": \"WW1\", ", 1);
        let statistics = found(&of).unwrap().statistics.remove(0);
        assert!((statistics.counters.timed_out - 2.0).abs() < 1e-12);
        assert_eq!(statistics.about, Some(("workflow", "WW1".to_owned())));
        let problems = found("{\"event_type\":\"task.created\"}\n{oops}\n").unwrap_err();
        assert_eq!(problems[0].place.as_ref().unwrap().range, 31..31);
        assert!(found("{}").is_err() && found("[]").is_err());
        for wrong in ["-9", "1e300", "9.5", "\"9\""] {
            assert!(found(&answer.replacen('9', wrong, 1)).is_err(), "{wrong}");
        }
    }
}
