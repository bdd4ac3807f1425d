//! A scenario's customers and workers who live in the server, beside what is asked over REST.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use taskrouter_sim::scenario::load::{load, load_text};
use taskrouter_sim::serve::{Effect, Method, Purpose, Seed};
use taskrouter_sim::simulation::{Fact, Observer, World, simulate};
use taskrouter_sim::time::{Span, Time};

use super::desk::{Desk, NOON, field, text};

/// Two workers who answer within seconds; a call a minute; an offer rings for 20 s.
const SCENARIO: &str = r#"
schema  = 1
name    = "two"
horizon = "2h"

[workspace]
task_queues = [{ friendly_name = "all" }]

[[workspace.workflows]]
friendly_name = "main"
task_reservation_timeout = 20
configuration = { task_routing = { default_filter = { queue = "all" } } }

[[workers]]
group    = "desk"
count    = 2
channels = { voice = 1, default = 1 }
behavior = "desk"

[behavior.desk]
response = "3s"

[source.calls]
channel  = "voice"
arrivals = { per_hour = 60 }
talk     = "40s"
"#;

/// When, what, and whose.
type Told = (u64, String, Option<String>);

/// Writes down what happens before `until`.
struct Notes {
    told: Vec<Told>,
    until: Time,
}

impl Observer for Notes {
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        if let Fact::Event(event) = fact
            && now < self.until
        {
            let workers = &world.scenario().workspace.workers;
            let worker = event.worker().map(|id| workers[id].friendly_name.clone());
            self.told.push((now.as_millis(), event.name().into(), worker));
        }
    }
}

fn seed(scenario: &str, by_hand: &[&str]) -> Arc<Seed> {
    let document = load_text("test", scenario, Path::new(""), &[]);
    let by_hand = by_hand.iter().map(|name| (*name).to_owned()).collect();
    let purpose = Purpose { with_people: true, by_hand };
    let seed = document.and_then(|document| Seed::of(document, &purpose));
    Arc::new(seed.expect("a good scenario"))
}

/// Opens a workspace with people in it; its path.
fn move_in(desk: &mut Desk, seed: &Seed) -> String {
    let sid = desk.account.open(desk.now, &seed.blueprint, seed.people.as_ref());
    format!("/v1/Workspaces/{sid}")
}

/// What the desk heard since it was last asked.
fn heard(desk: &mut Desk) -> Vec<Told> {
    desk.account.audit().expect("the records agree with the router");
    let told = |form| {
        let unix: i64 = field(&form, "TimestampMs").parse().expect("a number");
        let noon: i64 = 1_780_315_200_000;
        let worker = form.iter().find(|(name, _)| name == "WorkerName");
        let worker = worker.map(|(_, name)| name.clone());
        let since = u64::try_from(unix - noon).expect("after noon");
        (since, field(&form, "EventType").to_owned(), worker)
    };
    let all = desk.notices().into_iter().map(told);
    all.filter(|(_, name, _)| name != "workspace.updated").collect()
}

/// Left alone, a workspace lives through what the simulation of its scenario does, event by event:
/// customers who give up, workers who miss and recover, shifts, breaks, other work.
#[test]
fn left_alone_people_do_what_they_do_in_the_simulation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let hours = [("missed_offers", 3), ("weekday", 12), ("channels", 3), ("impatient", 1)];
    for (name, hours) in hours {
        let document = load(&folder.join(format!("{name}.toml")), &[]).expect("a scenario");
        let purpose = Purpose { with_people: true, by_hand: Vec::new() };
        let loaded = taskrouter_sim::scenario::Scenario::of(document.clone(), false);
        let scenario = loaded.expect("a good scenario").scenario;
        let seed = Seed::of(document, &purpose).expect("a good scenario");

        let until = Time::ZERO + Span::from_secs(hours * 3600);
        let notes = simulate(&scenario, 0, Notes { told: Vec::new(), until });
        assert!(200 < notes.told.len(), "{name}: {} events", notes.told.len());

        let mut desk = Desk::new();
        let here = move_in(&mut desk, &seed);
        desk.post(&here, &[("EventCallbackUrl", "http://app/events")]);
        let mut told = heard(&mut desk);
        while let Some(due) = desk.account.next_deadline() {
            let now = Time::ZERO + due.since(NOON);
            if until <= now || told.len() > notes.told.len() {
                break;
            }
            desk.account.pass_through(due);
            desk.effects.extend(desk.account.take_effects());
            told.extend(heard(&mut desk));
        }
        let n = told.iter().zip(&notes.told).take_while(|(one, other)| one == other).count();
        assert_eq!(told.get(n), notes.told.get(n), "{name}: after {n} events");
    }
}

/// One's own worker is played by hand beside those who are simulated, and one's own tasks are
/// answered by them.
#[test]
fn own_workers_and_tasks_live_beside_simulated_ones() {
    let seed = seed(SCENARIO, &["desk-1"]);
    let mut desk = Desk::new();
    let here = move_in(&mut desk, &seed);
    let activities = desk.get(&format!("{here}/Activities?Available=true"));
    let idle = text(&activities["activities"][0], "sid");
    let workers = desk.get(&format!("{here}/Workers"));
    let named = |name: &str| {
        let all = workers["workers"].as_array().expect("a list");
        let found = all.iter().find(|it| it["friendly_name"] == name);
        text(found.unwrap_or_else(|| panic!("{name} in {workers}")), "sid")
    };
    let (mine, theirs) = (named("desk-1"), named("desk-2"));
    let new = [("FriendlyName", "newcomer"), ("ActivitySid", idle.as_str())];
    let newcomer = text(&desk.post(&format!("{here}/Workers"), &new), "sid");

    // Half an hour: customers came, the simulated worker answered, nobody else did.
    desk.wait(1800);
    let count = |desk: &mut Desk, worker: &str| {
        let path = format!("{here}/Workers/{worker}/Statistics?Minutes=60");
        let told = &desk.get(&path)["cumulative"];
        let n = |key: &str| told[key].as_u64().expect("a number");
        (n("reservations_accepted"), n("reservations_timed_out"))
    };
    let (accepted, _) = count(&mut desk, &theirs);
    assert!(5 < accepted, "{accepted}");
    assert_eq!(count(&mut desk, &mine).0, 0);
    let (by_newcomer, missed) = count(&mut desk, &newcomer);
    assert_eq!((by_newcomer, missed), (0, 1), "they missed one offer and are out since");

    // The newcomer is played: an offer is accepted by hand, and nobody ends the talk but the hand.
    desk.post(&format!("{here}/Workers/{newcomer}"), &[("ActivitySid", &idle)]);
    let pending = format!("{here}/Workers/{newcomer}/Reservations?ReservationStatus=pending");
    let offer = (0..600).find_map(|_| {
        desk.wait(1);
        desk.get(&pending)["reservations"].get(0).cloned()
    });
    let offer = offer.expect("an offer within ten minutes");
    let path = format!("{here}/Workers/{newcomer}/Reservations/{}", text(&offer, "sid"));
    desk.post(&path, &[("ReservationStatus", "accepted")]);
    desk.wait(1200);
    assert_eq!(desk.get(&path)["reservation_status"], "accepted");
    let task = format!("{here}/Tasks/{}", text(&offer, "task_sid"));
    assert_eq!(
        desk.post(&task, &[("AssignmentStatus", "completed")])["assignment_status"],
        "completed"
    );

    // A task of one's own, with nobody but the simulated worker there, is answered and done.
    let own = desk
        .post(&format!("{here}/Tasks"), &[("Attributes", "{\"own\": true}"), ("Priority", "9")]);
    desk.wait(600);
    let statuses = desk.get(&format!("{here}/Events?TaskSid={}&Minutes=30", text(&own, "sid")));
    let names: Vec<&str> = statuses["events"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|event| event["event_type"].as_str())
        .collect();
    assert!(names.contains(&"reservation.accepted"), "{names:?}");
    assert!(names.contains(&"task.completed"), "{names:?}");
    desk.account.audit().expect("the records agree with the router");
}

/// Nothing is deleted under the feet of people; what was added later can go.
#[test]
fn what_people_count_on_cannot_be_deleted() {
    let seed = seed(SCENARIO, &[]);
    let mut desk = Desk::new();
    let here = move_in(&mut desk, &seed);
    let added = desk.post(&format!("{here}/Workers"), &[("FriendlyName", "later")]);
    for (list, key) in [
        ("Workers", "workers"),
        ("Workflows", "workflows"),
        ("TaskQueues", "task_queues"),
        ("TaskChannels", "channels"),
        ("Activities", "activities"),
    ] {
        let sid = text(&desk.get(&format!("{here}/{list}"))[key][0], "sid");
        let path = format!("{here}/{list}/{sid}");
        let reply = desk.send(Method::Delete, &path, &[], None);
        let message = reply.body.as_ref().map(|body| body["message"].clone());
        assert_eq!(reply.status, 400, "{path}");
        let said = message.as_ref().and_then(|it| it.as_str()).unwrap_or_default();
        assert!(said.contains("the scenario whose people live here"), "{path}: {said}");
    }
    assert_eq!(desk.delete(&format!("{here}/Workers/{}", text(&added, "sid"))), 204);
    // Nor is what they do by.
    for (value, status) in [("false", 400), ("true", 200)] {
        let reply = desk.send(Method::Post, &here, &[("MultiTaskEnabled", value)], None);
        assert_eq!(reply.status, status, "MultiTaskEnabled={value}: {:?}", reply.body);
    }
}

/// A workspace from a scenario, over REST; what is wrong with it is told with its place.
#[test]
fn a_workspace_is_seeded_with_people() {
    let mut desk = Desk::new();
    let mut library = taskrouter_sim::serve::Library::default();
    let mut ask = |desk: &mut Desk, form: &[(&str, &str)]| {
        let request = taskrouter_sim::serve::Request {
            method: Method::Post,
            path: "/_sim/seed".into(),
            query: taskrouter_sim::serve::Fields::default(),
            form: taskrouter_sim::serve::Fields::of(form.iter().copied()),
            base: "http://here".into(),
            if_match: None,
        };
        desk.account.ask(desk.now, &request, &mut library)
    };
    let reply = ask(&mut desk, &[("Scenario", SCENARIO), ("People", "true"), ("ByHand", "desk-2")]);
    assert_eq!(reply.status, 201, "{reply:?}");
    let body = reply.body.expect("a body");
    assert_eq!(body["has_people"], json!(true));
    let here = format!("/v1/Workspaces/{}", text(&body, "workspace_sid"));
    desk.wait(600);
    let tasks = desk.get(&format!("{here}/Tasks"));
    assert!(!tasks["tasks"].as_array().expect("a list").is_empty());

    // The same again is not read again.
    let form = taskrouter_sim::serve::Fields::of([("Scenario", SCENARIO), ("People", "1")]);
    let mut shelf = taskrouter_sim::serve::Library::default();
    let [one, other] = [(); 2].map(|()| shelf.read(&form).expect("a good scenario"));
    assert!(Arc::ptr_eq(&one, &other));

    let broken = SCENARIO.replace("per_hour = 60", "per_hour = \"many\"");
    let reply = ask(&mut desk, &[("Scenario", &broken)]);
    let said = text(&reply.body.expect("a body"), "message");
    assert!(reply.status == 400 && said.contains("Scenario:") && said.contains('^'), "{said}");
    let reply = ask(&mut desk, &[("Scenario", SCENARIO), ("People", "1"), ("ByHand", "nobody")]);
    let said = text(&reply.body.expect("a body"), "message");
    assert!(said.contains("no worker is named `nobody`"), "{said}");
    assert_eq!(ask(&mut desk, &[]).status, 400);
    let none: Vec<Effect> = desk.callbacks();
    assert_eq!(none, []);
}
