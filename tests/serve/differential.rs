//! The same commands, asked of the router itself and over REST: the same events.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use taskrouter_sim::expr::Value;
use taskrouter_sim::id::IdVec;
use taskrouter_sim::routing::{
    CancelReason, Command, Event, Matcher, NewTask, Refusal, RoutingTarget, Workspace,
};
use taskrouter_sim::serve::{Account, Activities, Blueprint, Fields, Form, Method, Request};
use taskrouter_sim::time::Time;

use super::desk::{ACCOUNT, field};
use crate::support::draw::{Story, stories};
use crate::support::play::{Player, Seen};

/// An event as both sides can tell it: its type, the numbers of its task and reservation in order
/// of creation, and its worker.
type Told = (String, Option<usize>, Option<usize>, Option<String>);

/// What is sent instead of a command: path below the workspace, and form.
type Sent = (Method, String, Vec<(&'static str, String)>);

/// The side behind the REST interface.
struct Rest {
    account: Account,
    url: String,
    workspace: Workspace,
    tasks: Vec<String>,
    reservations: Vec<String>,
    /// Whose each reservation is.
    holders: Vec<String>,
    told: Vec<Told>,
}

impl Rest {
    fn new(workspace: &Workspace) -> Self {
        let blueprint = Blueprint {
            friendly_name: "story".into(),
            target_workers: IdVec::filled(String::new(), workspace.queues.len()),
            configurations: IdVec::filled(String::new(), workspace.workflows.len()),
            attributes: IdVec::filled("{}".into(), workspace.workers.len()),
            workspace: workspace.clone(),
        };
        let mut account = Account::new(ACCOUNT, 1, Activities::Modern);
        let sid = account.open(Time::ZERO, &blueprint);
        let mut rest = Self {
            account,
            url: format!("/v1/Workspaces/{sid}"),
            workspace: workspace.clone(),
            tasks: Vec::new(),
            reservations: Vec::new(),
            holders: Vec::new(),
            told: Vec::new(),
        };
        let form = vec![("EventCallbackUrl", "http://app/events".to_owned())];
        rest.send(Time::ZERO, (Method::Post, String::new(), form));
        rest.told.clear();
        rest
    }

    /// Sends a request; the status.
    fn send(&mut self, now: Time, (method, path, form): Sent) -> u16 {
        let request = Request {
            method,
            path: format!("{}{path}", self.url),
            query: Fields::default(),
            form: Fields::of(form.iter().map(|(name, value)| (*name, value.as_str()))),
            base: "http://here".into(),
            if_match: None,
        };
        let reply = self.account.answer(now, &request);
        self.listen();
        reply.status
    }

    fn pass_through(&mut self, now: Time) {
        self.account.pass_through(now);
        self.listen();
    }

    fn listen(&mut self) {
        for effect in self.account.take_effects() {
            if let taskrouter_sim::serve::Effect::Notify { form, .. } = effect {
                self.hear(&form);
            }
        }
        self.account.audit().expect("the records agree with the router");
    }

    fn hear(&mut self, form: &Form) {
        let value = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, it)| it.clone());
        let name = field(form, "EventType").to_owned();
        match &*name {
            "task.created" => self.tasks.extend(value("TaskSid")),
            "reservation.created" => {
                self.reservations.extend(value("ReservationSid"));
                self.holders.extend(value("WorkerSid"));
            }
            _ => {}
        }
        let number = |all: &[String], sid: Option<String>| {
            all.iter().position(|it| Some(it) == sid.as_ref())
        };
        let task = number(&self.tasks, value("TaskSid"));
        let reservation = number(&self.reservations, value("ReservationSid"));
        self.told.push((name, task, reservation, value("WorkerSid")));
    }

    /// What to send instead of `command`; nothing for what REST cannot say.
    fn translate(&self, player: &Player, command: Command) -> Option<Sent> {
        let known = &player.known;
        let task = |id| {
            let number = known.tasks.iter().position(|known| *known == id)?;
            Some(format!("/Tasks/{}", self.tasks.get(number)?))
        };
        let offer = |id| {
            let number = known.reservations.iter().position(|known| *known == id)?;
            let worker = self.holders.get(number)?;
            Some(format!("/Workers/{worker}/Reservations/{}", self.reservations.get(number)?))
        };
        let attributes = |id| json_of(&player.router.workspace().attributes[id]).to_string();
        let post = |path: Option<String>, form| Some((Method::Post, path?, form));
        let status = |name: &str| vec![("ReservationStatus", name.to_owned())];
        let worker = |id| format!("/Workers/{}", self.workspace.workers[id].sid);
        match command {
            Command::CreateTask(new) => self.create(&new, attributes(new.attributes)),
            Command::CancelTask(id, CancelReason::Requested) => {
                post(task(id), vec![("AssignmentStatus", "canceled".into())])
            }
            Command::CompleteTask(id) => {
                post(task(id), vec![("AssignmentStatus", "completed".into())])
            }
            Command::WrapUpTask(id) => {
                post(task(id), vec![("AssignmentStatus", "wrapping".into())])
            }
            Command::DeleteTask(id) => Some((Method::Delete, task(id)?, Vec::new())),
            Command::UpdateTaskAttributes(id, document) => {
                post(task(id), vec![("Attributes", attributes(document))])
            }
            Command::UpdateTaskPriority(id, priority) => {
                post(task(id), vec![("Priority", priority.to_string())])
            }
            Command::UpdateTaskVirtualStartTime(id, start) => {
                post(task(id), vec![("VirtualStartTime", iso(start)?)])
            }
            Command::AcceptReservation(id) => post(offer(id), status("accepted")),
            Command::RejectReservation(id, activity) => {
                let mut form = status("rejected");
                let sid = activity.map(|id| self.workspace.activities[id].sid.clone());
                form.extend(sid.map(|sid| ("WorkerActivitySid", sid)));
                post(offer(id), form)
            }
            Command::WrapUpReservation(id) => post(offer(id), status("wrapping")),
            Command::CompleteReservation(id) => post(offer(id), status("completed")),
            Command::SetActivity { worker: id, activity, reject_pending } => {
                let mut form =
                    vec![("ActivitySid", self.workspace.activities[activity].sid.clone())];
                form.extend(reject_pending.then(|| ("RejectPendingReservations", "true".into())));
                post(Some(worker(id)), form)
            }
            Command::SetCapacity { worker: id, channel, capacity } => {
                let channel = &self.workspace.channels[channel].unique_name;
                let path = format!("{}/Channels/{channel}", worker(id));
                post(Some(path), vec![("Capacity", capacity.to_string())])
            }
            Command::SetChannelAvailable { worker: id, channel, available } => {
                let channel = &self.workspace.channels[channel].unique_name;
                let path = format!("{}/Channels/{channel}", worker(id));
                post(Some(path), vec![("Available", available.to_string())])
            }
            Command::UpdateWorkerAttributes(id, document) => {
                post(Some(worker(id)), vec![("Attributes", attributes(document))])
            }
            Command::CancelTask(..)
            | Command::HangUp(_)
            | Command::HoldReservation(_)
            | Command::ConnectReservation(_)
            | Command::FailReservation(_)
            | Command::CancelReservation(_)
            | Command::UpdateWorkflow { .. } => None,
        }
    }

    fn create(&self, new: &NewTask, attributes: String) -> Option<Sent> {
        let workspace = &self.workspace;
        let mut form = vec![
            ("Attributes", attributes),
            ("Priority", new.priority.to_string()),
            ("TaskChannel", workspace.channels[new.channel].unique_name.clone()),
        ];
        if !new.timeout.as_millis().is_multiple_of(1000)
            || (new.workflow, new.routing_target) == (None, None)
        {
            return None;
        }
        form.push(("Timeout", (new.timeout.as_millis() / 1000).to_string()));
        form.extend(new.workflow.map(|id| ("WorkflowSid", workspace.workflows[id].sid.clone())));
        let start = new.virtual_start_time;
        form.extend(match start {
            Some(start) => Some(("VirtualStartTime", iso(start)?)),
            None => None,
        });
        let sid = match new.routing_target {
            None => return Some((Method::Post, "/Tasks".into(), form)),
            Some(RoutingTarget::Worker { worker, ignore_capacity }) => {
                form.push(("IgnoreCapacity", ignore_capacity.to_string()));
                &workspace.workers[worker].sid
            }
            Some(RoutingTarget::Queue(queue)) => &workspace.queues[queue].sid,
            Some(RoutingTarget::Workflow(workflow)) => &workspace.workflows[workflow].sid,
        };
        form.push(("RoutingTarget", sid.clone()));
        Some((Method::Post, "/Tasks".into(), form))
    }
}

/// An instant of the first days of 1900, where stories play.
fn iso(time: Time) -> Option<String> {
    let (millis, day) = (time.as_millis() % 86_400_000, time.as_millis() / 86_400_000 + 1);
    let (hours, minutes) = (millis / 3_600_000, millis / 60_000 % 60);
    let seconds = millis % 60_000;
    let (whole, rest) = (seconds / 1000, seconds % 1000);
    (day < 29).then(|| format!("1900-01-{day:02}T{hours:02}:{minutes:02}:{whole:02}.{rest:03}Z"))
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => value.as_integer().map_or_else(|| json!(number), |it| json!(it)),
        Value::String(text) => json!(&**text),
        Value::Array(items) => items.iter().map(json_of).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.to_string(), json_of(value))).collect()
        }
    }
}

/// An event of the router, as both sides can tell it.
fn told(player: &Player, event: &Event) -> Told {
    let known = &player.known;
    let offer = event.reservation();
    let task = event.task().map(|it| it.task).or(offer.map(|it| it.task));
    let task = task.and_then(|id| known.tasks.iter().position(|known| *known == id));
    let offer = offer.and_then(|it| known.reservations.iter().position(|id| *id == it.reservation));
    let worker = event.worker().map(|id| player.router.workspace().workers[id].sid.clone());
    (event.name().into(), task, offer, worker)
}

/// Plays a story on both sides, up to the first command that REST cannot say.
fn compare(story: &Story) -> Result<usize, String> {
    let mut moves = story.moves.clone();
    moves.iter_mut().for_each(|it| it.passes = true);
    let mut player = Player::new(&story.setup, Matcher::Indexed);
    let mut rest = Rest::new(player.router.workspace());
    let (mut events, mut is_over, mut n_compared) = (Vec::new(), false, 0);
    let mut fault = None;
    player.play(&moves, |player, seen| {
        if is_over {
            return;
        }
        match seen {
            Seen::Passed(passed) => {
                events.extend(passed.iter().map(|event| told(player, event)));
                rest.pass_through(player.now);
            }
            Seen::Asked(command, answer) => {
                let Some(sent) = rest.translate(player, command) else {
                    is_over = true;
                    return;
                };
                let status = rest.send(player.now, sent);
                // What is over can still be changed or deleted over REST, which tells nobody.
                let is_refused = matches!(answer, Err(refusal) if refusal != Refusal::Gone);
                if (is_refused && status < 400) || (answer.is_ok() && 400 <= status) {
                    fault = Some(format!("{command:?}: {answer:?}, but status {status}"));
                }
                let asked = answer.unwrap_or_default();
                events.extend(asked.iter().map(|event| told(player, event)));
                n_compared += 1;
            }
        }
    });
    match fault {
        Some(fault) => Err(fault),
        None if events != rest.told => Err(format!("router: {events:#?}\nREST: {:#?}", rest.told)),
        None => Ok(n_compared),
    }
}

/// Most of what stories ask can be said over REST.
#[test]
fn stories_are_compared_to_a_good_part() {
    let mut runner = TestRunner::deterministic();
    let story = stories(60);
    let mut compare_one = || {
        let story = story.new_tree(&mut runner).expect("a story").current();
        compare(&story).expect("the same events")
    };
    let n_compared: usize = (0..50).map(|_| compare_one()).sum();
    assert!(300 < n_compared, "{n_compared} commands in 50 stories");
}

proptest! {
    #![proptest_config(crate::support::config(200))]

    #[test]
    fn the_router_and_the_rest_interface_tell_the_same_events(story in stories(60)) {
        let compared = compare(&story);
        prop_assert!(compared.is_ok(), "{}\n{}", story.setup, compared.unwrap_err());
    }
}
