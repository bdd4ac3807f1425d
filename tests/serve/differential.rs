//! The same commands, asked of the router itself and over REST: the same events.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use taskrouter_sim::expr::Value;
use taskrouter_sim::id::IdVec;
use taskrouter_sim::routing::{
    CancelReason, Command, Event, Matcher, NewTask, Refusal, RoutingTarget, Workspace,
};
use taskrouter_sim::scenario::json::parse_json;
use taskrouter_sim::scenario::text::Texts;
use taskrouter_sim::serve::{
    Account, Activities, Blueprint, ClockKind, Config, Effect, Fields, Form, Library, Log, Method,
    Purpose, Recording, Replayed, Request, Seed, Start, serve_until,
};
use taskrouter_sim::time::{Span, Time};

use super::desk::{ACCOUNT, field};
use super::network::{TOKEN, application, send};
use crate::support::draw::{Story, stories};
use crate::support::play::{Player, Seen};

/// An event as both sides can tell it: its type, the numbers of its task and reservation in order
/// of creation, and its worker.
type Told = (String, Option<usize>, Option<usize>, Option<String>);

/// What is sent instead of a command: path below the workspace, and form.
type Sent = (Method, String, Vec<(&'static str, String)>);

/// How requests get behind the REST interface.
trait Way {
    /// Sends a request at `now`; the status.
    fn send(&mut self, now: Time, request: &Request) -> u16;
    /// Lets `now` and everything before it pass.
    fn pass_through(&mut self, now: Time);
    /// The events that were told since this was last asked.
    fn heard(&mut self) -> Vec<Form>;
}

/// Straight to the account, and into a log.
struct Direct {
    account: Account,
    library: Library,
    log: Log,
}

impl Way for Direct {
    fn send(&mut self, now: Time, request: &Request) -> u16 {
        self.log.asked(now, &self.account, request);
        self.account.ask(now, request, &mut self.library).status
    }

    fn pass_through(&mut self, now: Time) {
        self.account.pass_through(now);
    }

    fn heard(&mut self) -> Vec<Form> {
        self.account.audit().expect("the records agree with the router");
        let form = |effect| match effect {
            Effect::Notify { form, .. } => Some(form),
            Effect::Assign { .. } => None,
        };
        self.account.take_effects().into_iter().filter_map(form).collect()
    }
}

/// Over HTTP, to a server whose virtual clock begins with the story.
struct Wire {
    address: String,
    now: Time,
    told: Receiver<String>,
    /// Ends the server when it is dropped.
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Wire {
    /// Serves `start`; events are told to the URL that comes with it.
    fn new(start: Start) -> (Self, String) {
        let (url, told) = application(Duration::ZERO, "{}");
        let (sender, receiver) = channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        thread::spawn(move || {
            let config = Config {
                bind: SocketAddr::from(([127, 0, 0, 1], 0)),
                account_sid: ACCOUNT.into(),
                auth_token: TOKEN.into(),
                seed: start.seed,
                activities: start.activities,
                scenario: start.scenario.clone(),
                clock: ClockKind::Virtual,
                public_url: None,
            };
            let (account, end) = (start.account(), start.at);
            let (log, library) = (Log::default(), Library::default());
            let replayed = Replayed { start, end, account, log, library };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let ready = |address| sender.send(address).expect("somebody waits");
            let stop = async {
                let _ = stopped.await;
                Ok(())
            };
            let served = serve_until(&config, Some(replayed), ready, stop);
            tokio::task::LocalSet::new().block_on(&runtime.expect("a runtime"), served)
        });
        let address = receiver.recv().expect("it listens").to_string();
        (Self { address, now: Time::ZERO, told, _stop: stop }, url)
    }
}

impl Way for Wire {
    fn send(&mut self, now: Time, request: &Request) -> u16 {
        if self.now < now {
            self.pass_through(now);
        }
        let method = if request.method == Method::Delete { "DELETE" } else { "POST" };
        let form: Vec<(&str, &str)> = request.form.pairs().collect();
        send(&self.address, method, &request.path, &form).status
    }

    fn pass_through(&mut self, now: Time) {
        let ahead = format!("{}ms", now.since(self.now).as_millis());
        let reply = send(&self.address, "POST", "/_sim/clock", &[("Advance", &ahead)]);
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.now = now;
    }

    fn heard(&mut self) -> Vec<Form> {
        // The clock goes nowhere until every callback has arrived.
        self.pass_through(self.now);
        let form = |told: String| {
            let body = told.split_once("\r\n\r\n").expect("a request").1;
            let fields = Fields::parse(body.as_bytes());
            fields.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        self.told.try_iter().map(form).collect()
    }
}

/// The side behind the REST interface.
struct Rest<W> {
    way: W,
    url: String,
    workspace: Workspace,
    tasks: Vec<String>,
    reservations: Vec<String>,
    /// Whose each reservation is.
    holders: Vec<String>,
    told: Vec<Told>,
}

/// A workspace for a story to play in, and its path.
fn start(workspace: &Workspace) -> (Start, String) {
    let blueprint = Blueprint {
        friendly_name: "story".into(),
        target_workers: IdVec::filled(String::new(), workspace.queues.len()),
        configurations: IdVec::filled(String::new(), workspace.workflows.len()),
        attributes: IdVec::filled("{}".into(), workspace.workers.len()),
        workspace: workspace.clone(),
    };
    let mut account = Account::new(ACCOUNT, 1, Activities::Modern);
    let sid = account.open(Time::ZERO, &blueprint, None);
    let seed =
        Seed { blueprint, people: None, purpose: Purpose::default(), sha256: "a story".into() };
    let start = Start {
        account_sid: ACCOUNT.into(),
        seed: 1,
        activities: Activities::Modern,
        scenario: Some(Arc::new(seed)),
        at: Time::ZERO,
    };
    (start, format!("/v1/Workspaces/{sid}"))
}

impl<W: Way> Rest<W> {
    /// Events are told to `listener`.
    fn new(way: W, url: String, workspace: &Workspace, listener: &str) -> Self {
        let mut rest = Self {
            way,
            url,
            workspace: workspace.clone(),
            tasks: Vec::new(),
            reservations: Vec::new(),
            holders: Vec::new(),
            told: Vec::new(),
        };
        let form = vec![("EventCallbackUrl", listener.to_owned())];
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
        let status = self.way.send(now, &request);
        self.listen();
        status
    }

    fn pass_through(&mut self, now: Time) {
        self.way.pass_through(now);
        self.listen();
    }

    fn listen(&mut self) {
        for form in self.way.heard() {
            self.hear(&form);
        }
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

/// Plays a story on both sides, straight to the account; the log of it, done again, comes to the
/// same end.
fn compare(story: &Story) -> Result<usize, String> {
    let player = Player::new(&story.setup, Matcher::Indexed);
    let workspace = player.router.workspace();
    let (start, url) = start(workspace);
    let (account, log) = (start.account(), Log::default());
    let direct = Direct { account, log, library: Library::default() };
    let mut rest = Rest::new(direct, url, workspace, "http://app/events");
    let n_compared = compare_over(story, &mut rest)?;
    check_replay(&start, &mut rest)?;
    Ok(n_compared)
}

/// Whether the log, written and read, comes to the same end.
fn check_replay(start: &Start, rest: &mut Rest<Direct>) -> Result<(), String> {
    let Direct { account, log, .. } = &mut rest.way;
    let end = account.now();
    let mut texts = Texts::new();
    let id = texts.add("log", log.body(start, end).to_string());
    let root = parse_json(&texts, id, &mut Vec::new()).map_err(|it| format!("{it:?}"))?;
    let recording = Recording::read(&root, start.scenario.clone());
    let mut again = recording.map_err(|it| format!("{it:?}"))?.play()?;
    if again.log.body(start, end) != log.body(start, end) {
        return Err("the log of what was done again is another one".into());
    }
    for list in ["/Events?StartDate=1900-01-01&PageSize=1000", "/Tasks?PageSize=1000", "/Workers"] {
        let (path, query) = list.split_once('?').unwrap_or((list, ""));
        let request = Request {
            method: Method::Get,
            path: format!("{}{path}", rest.url),
            query: Fields::parse(query.as_bytes()),
            form: Fields::default(),
            base: "http://here".into(),
            if_match: None,
        };
        let [first, second] =
            [&mut *account, &mut again.account].map(|it| it.answer(end, &request));
        if first != second || first.status != 200 {
            return Err(format!("{list}: {first:?}, done again {second:?}"));
        }
    }
    Ok(())
}

/// Plays a story on both sides, up to the first command that REST cannot say.
fn compare_over<W: Way>(story: &Story, rest: &mut Rest<W>) -> Result<usize, String> {
    let mut moves = story.moves.clone();
    moves.iter_mut().for_each(|it| it.passes = true);
    let mut player = Player::new(&story.setup, Matcher::Indexed);
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

/// The same through sockets, with a server of its own for each story.
#[test]
fn the_server_tells_the_same_events_over_http() {
    let mut runner = TestRunner::deterministic();
    let stories = stories(60);
    let mut n_compared = 0;
    for _ in 0..20 {
        let mut story = stories.new_tree(&mut runner).expect("a story").current();
        // A clock passes an instant before anything is asked at it: nothing is due when a move is.
        story.moves.iter_mut().for_each(|step| step.after += Span::from_millis(1));
        let player = Player::new(&story.setup, Matcher::Indexed);
        let workspace = player.router.workspace();
        let (start, url) = start(workspace);
        let (wire, listener) = Wire::new(start);
        let mut rest = Rest::new(wire, url, workspace, &listener);
        n_compared += compare_over(&story, &mut rest).expect("the same events");
    }
    assert!(100 < n_compared, "{n_compared} commands in 20 stories");
}

proptest! {
    #![proptest_config(crate::support::config(200))]

    #[test]
    fn the_router_and_the_rest_interface_tell_the_same_events(story in stories(60)) {
        let compared = compare(&story);
        prop_assert!(compared.is_ok(), "{}\n{}", story.setup, compared.unwrap_err());
    }
}
