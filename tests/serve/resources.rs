//! Filters, versions, refusals: what a resource answers beside the usual.

use std::path::Path;

use serde_json::{Value as Json, json};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::scenario::load::load;
use taskrouter_sim::serve::{Blueprint, Method};

use super::contract::list;
use super::desk::{Desk, field, text};

/// A multitasking workspace with one queue for everybody and one workflow into it.
struct Floor {
    desk: Desk,
    url: String,
    queue: String,
    workflow: String,
}

impl Floor {
    fn new() -> Self {
        let mut desk = Desk::new();
        let url = text(&desk.post("/v1/Workspaces", &[("FriendlyName", "floor")]), "url");
        let queue = desk.post(&format!("{url}/TaskQueues"), &[("FriendlyName", "all")]);
        let queue = text(&queue, "sid");
        let document = json!({"task_routing": {"default_filter": {"queue": queue}}}).to_string();
        let form = [("FriendlyName", "main"), ("Configuration", document.as_str())];
        let workflow = text(&desk.post(&format!("{url}/Workflows"), &form), "sid");
        Self { desk, url, queue, workflow }
    }

    fn worker(&mut self, name: &str, attributes: &str) -> String {
        let activities = self.desk.get(&format!("{}/Activities?Available=true", self.url));
        let idle = text(&activities["activities"][0], "sid");
        let form = [("FriendlyName", name), ("Attributes", attributes), ("ActivitySid", &idle)];
        let worker = self.desk.post(&format!("{}/Workers", self.url), &form);
        text(&worker, "url")
    }

    fn task(&mut self, attributes: &str) -> String {
        let form = [("WorkflowSid", &*self.workflow), ("Attributes", attributes)];
        text(&self.desk.post(&format!("{}/Tasks", self.url), &form), "url")
    }

    fn names(&mut self, path: &str, key: &str, field: &str) -> Vec<String> {
        let body = self.desk.get(&format!("{}/{path}", self.url));
        list(&body, key).iter().map(|it| text(it, field)).collect()
    }
}

#[test]
fn a_version_that_has_passed_is_refused() {
    let mut floor = Floor::new();
    let task = floor.task("{}");
    let version = |floor: &mut Floor| floor.desk.send(Method::Get, &task, &[], None).version;
    let first = version(&mut floor).expect("a version").to_string();
    let update = |floor: &mut Floor, tag: &str| {
        floor.desk.send(Method::Post, &task, &[("Attributes", "{\"a\":1}")], Some(tag)).status
    };
    assert_eq!(update(&mut floor, &format!("\"{first}\"")), 200);
    assert_eq!(update(&mut floor, &first), 412);
    assert_eq!(floor.desk.send(Method::Delete, &task, &[], Some(&first)).status, 412);
    assert_eq!(update(&mut floor, "*"), 200);
}

#[test]
fn versions_count_as_taskrouters_do() {
    let mut floor = Floor::new();
    let ada = floor.worker("ada", "{}");
    let version = |floor: &mut Floor, url: &str| {
        floor.desk.send(Method::Get, url, &[], None).version.expect("one")
    };
    let before = version(&mut floor, &ada);
    let task = floor.task("{}");
    assert_eq!(version(&mut floor, &ada), before + 1, "a reservation was created");
    let offers = floor.desk.get(&format!("{task}/Reservations"));
    let offer = text(&list(&offers, "reservations")[0], "url");
    let of_offer = version(&mut floor, &offer);
    floor.desk.post(&offer, &[("ReservationStatus", "rejected")]);
    assert_eq!(version(&mut floor, &ada), before + 1, "not by a reject");
    assert_eq!(version(&mut floor, &offer), of_offer + 1);
}

#[test]
fn tasks_are_filtered_and_sorted() {
    let mut floor = Floor::new();
    floor.task("{\"n\": 1, \"kind\": \"a\"}");
    floor.desk.wait(1);
    let second = floor.task("{\"n\": 2, \"kind\": \"b\"}");
    floor.desk.post(&second, &[("Priority", "9")]);
    let third = floor.task("{\"n\": 3, \"kind\": \"a\"}");
    floor.desk.post(&third, &[("AssignmentStatus", "canceled")]);
    let mut attributes =
        |query: &str| floor.names(&format!("Tasks?{query}"), "tasks", "attributes");
    assert_eq!(attributes("").len(), 3);
    assert_eq!(attributes("EvaluateTaskAttributes=kind%3D%3D'a'").len(), 2);
    assert_eq!(attributes("AssignmentStatus=pending").len(), 2);
    assert_eq!(attributes("AssignmentStatus=pending&AssignmentStatus=canceled").len(), 3);
    assert_eq!(attributes("AssignmentStatus=canceled,assigned").len(), 1);
    assert_eq!(attributes("Priority=9").len(), 1);
    assert!(attributes("Ordering=Priority:desc")[0].contains("\"n\": 2"));
    assert!(attributes("Ordering=DateCreated:desc")[2].contains("\"n\": 1"));
    let query = format!("{}/Tasks?AssignmentStatus=lost", floor.url);
    assert_eq!(floor.desk.send(Method::Get, &query, &[], None).status, 400);
}

#[test]
fn workers_are_filtered_by_expression_queue_and_activity() {
    let mut floor = Floor::new();
    floor.worker("ada", "{\"languages\": [\"es\"]}");
    floor.worker("bob", "{\"languages\": [\"en\"]}");
    let form = [("FriendlyName", "es"), ("TargetWorkers", "languages HAS 'es'")];
    let url = format!("{}/TaskQueues", floor.url);
    let queue = text(&floor.desk.post(&url, &form), "sid");
    let mut names =
        |query: &str| floor.names(&format!("Workers?{query}"), "workers", "friendly_name");
    assert_eq!(names("TargetWorkersExpression=languages%20HAS%20'en'"), ["bob"]);
    assert_eq!(names("TargetWorkersExpression=friendly_name%3D%3D'ada'"), ["ada"]);
    assert_eq!(names(&format!("TaskQueueSid={queue}")), ["ada"]);
    assert_eq!(names("TaskQueueName=es"), ["ada"]);
    assert_eq!(names("Available=false"), [""; 0]);
    assert_eq!(names("ActivityName=Idle"), ["ada", "bob"]);
    assert_eq!(names("FriendlyName=nobody"), [""; 0]);
    let mut queues =
        |query: &str| floor.names(&format!("TaskQueues?{query}"), "task_queues", "friendly_name");
    assert_eq!(queues("EvaluateWorkerAttributes={\"languages\":[\"es\"]}"), ["all", "es"]);
    assert_eq!(queues("EvaluateWorkerAttributes={}"), ["all"]);
    let wrong = format!("{}/Workers?ActivitySid=WAxxx", floor.url);
    assert_eq!(floor.desk.send(Method::Get, &wrong, &[], None).status, 400);
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let mut floor = Floor::new();
    let ada = floor.worker("ada", "{}");
    let task = floor.task("{}");
    let url = floor.url.clone();
    let offline = text(
        &floor.desk.get(&format!("{url}/Activities?FriendlyName=Offline"))["activities"][0],
        "sid",
    );
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(4100));
    type Case<'a> = (String, &'a [(&'a str, &'a str)], &'a str);
    let cases: &[Case<'_>] = &[
        (url.clone(), &[("EventCallbackUrl", "ftp://x")], "a URL is wanted"),
        (format!("{url}/Workers"), &[], "Missing required parameter FriendlyName"),
        (format!("{url}/Workers"), &[("FriendlyName", "ADA")], "exists already"),
        (
            format!("{url}/Workers"),
            &[("FriendlyName", "x"), ("Attributes", "{a")],
            "Attributes are not valid",
        ),
        (format!("{url}/Workers"), &[("FriendlyName", "x"), ("Attributes", &long)], "at most 4096"),
        (
            format!("{url}/Workers"),
            &[("FriendlyName", "x"), ("ActivitySid", "WA1")],
            "not an activity",
        ),
        (
            ada.clone(),
            &[("ActivitySid", &offline)],
            "cannot have its activity updated while it has 1 pending",
        ),
        (ada, &[("RejectPendingReservations", "true")], "needs an ActivitySid"),
        (task.clone(), &[("AssignmentStatus", "completed")], "Cannot complete task"),
        (task.clone(), &[("AssignmentStatus", "wrapping")], "Cannot wrap up a task"),
        (task.clone(), &[("AssignmentStatus", "reserved")], "cannot be updated to"),
        (task.clone(), &[("AssignmentStatus", "canceled"), ("Attributes", "{}")], "in one request"),
        (task.clone(), &[("Priority", "-1")], "Invalid value -1"),
        (task.clone(), &[("VirtualStartTime", "2050-01-01T00:00:00Z")], "future"),
        (task, &[("VirtualStartTime", "1850-01-01T00:00:00Z")], "from 1900"),
        (format!("{url}/Tasks"), &[("Timeout", "1209601")], "Invalid value"),
        (format!("{url}/Tasks"), &[("TaskChannel", "smoke")], "not a task channel"),
        (format!("{url}/Tasks"), &[("WorkflowSid", "WW1")], "not a workflow"),
        (format!("{url}/Tasks"), &[("RoutingTarget", "WK1")], "not of the workspace"),
        (
            format!("{url}/TaskQueues"),
            &[("FriendlyName", "q"), ("TargetWorkers", "a ==")],
            "TargetWorkers are not valid",
        ),
        (
            format!("{url}/TaskQueues"),
            &[("FriendlyName", "q"), ("MaxReservedWorkers", "51")],
            "from 1 to 50",
        ),
        (
            format!("{url}/Workflows"),
            &[("FriendlyName", "w"), ("Configuration", "{}")],
            "Configuration is not valid",
        ),
        (
            format!("{url}/Workflows"),
            &[
                ("FriendlyName", "w"),
                ("Configuration", "{\"task_routing\":{\"default_filter\":{\"queue\":\"all\"}}}"),
            ],
            "no queue is named",
        ),
        (
            format!("{url}/TaskChannels"),
            &[("FriendlyName", "x"), ("UniqueName", "a-b")],
            "letters, digits",
        ),
        (
            format!("{url}/TaskChannels"),
            &[("FriendlyName", "x"), ("UniqueName", "voice")],
            "exists already",
        ),
    ];
    let before =
        (floor.desk.get(&format!("{url}/Workers")), floor.desk.get(&format!("{url}/Tasks")));
    for (url, form, says) in cases {
        let (status, code, message) = floor.desk.refuse(url, form);
        assert_eq!((status, code), (400, 20001), "{form:?}: {message}");
        assert!(message.contains(says), "{form:?}: {message}");
    }
    let after =
        (floor.desk.get(&format!("{url}/Workers")), floor.desk.get(&format!("{url}/Tasks")));
    assert_eq!(before, after);
    floor.desk.account.audit().expect("the records agree with the router");
}

#[test]
fn nothing_that_is_in_use_is_deleted() {
    let mut floor = Floor::new();
    let ada = floor.worker("ada", "{}");
    let task = floor.task("{}");
    let (queue, workflow) = (
        format!("{}/TaskQueues/{}", floor.url, floor.queue),
        format!("{}/Workflows/{}", floor.url, floor.workflow),
    );
    let all = [ada, queue.clone(), workflow.clone(), format!("{}/TaskChannels/default", floor.url)];
    for url in &all {
        assert_eq!(floor.desk.delete(url), 400, "{url}");
    }
    assert_eq!(floor.desk.delete(&task), 204);
    assert_eq!(floor.desk.delete(&task), 404);
    for url in [&all[0], &workflow, &queue] {
        assert_eq!(floor.desk.delete(url), 204, "{url}");
        assert_eq!(floor.desk.send(Method::Get, url, &[], None).status, 404, "{url}");
    }
    floor.desk.account.audit().expect("the records agree with the router");
}

#[test]
fn a_path_is_known_or_not_and_says_its_methods() {
    let mut floor = Floor::new();
    let url = floor.url.clone();
    let not_found = floor.desk.send(Method::Get, &format!("{url}/Workers/WK1"), &[], None);
    let body = not_found.body.expect("a body");
    assert_eq!((not_found.status, &body["code"]), (404, &json!(20404)));
    let path = url.strip_prefix("http://here/v1").expect("a URL");
    let message = format!("The requested resource {path}/Workers/WK1 was not found");
    assert_eq!(body["message"], Json::from(message));
    let wrong = floor.desk.send(Method::Delete, &format!("{url}/Workers"), &[], None);
    assert_eq!((wrong.status, wrong.allow.as_deref()), (405, Some("GET, POST")));
    for unknown in ["/v1/WorkspacesX", "/v1", "/", "/v1/Workspaces/../x", "/v1/Workspaces//Tasks"] {
        assert_eq!(floor.desk.send(Method::Get, unknown, &[], None).status, 404, "{unknown}");
    }
    assert_eq!(floor.desk.send(Method::Get, &format!("{url}/Workers.json"), &[], None).status, 200);
}

#[test]
fn events_are_told_to_the_workspaces_url_as_far_as_it_wants() {
    let mut floor = Floor::new();
    let (url, task_events) = (floor.url.clone(), "task.created, reservation.created");
    floor.desk.post(&url, &[("EventCallbackUrl", "http://app/e"), ("EventsFilter", task_events)]);
    floor.worker("ada", "{}");
    floor.desk.notices();
    let task = floor.task("{\"a\": 1}");
    let notices = floor.desk.notices();
    let types: Vec<&str> = notices.iter().map(|form| field(form, "EventType")).collect();
    assert_eq!(types, ["task.created", "reservation.created"]);
    assert_eq!(field(&notices[0], "TaskAttributes"), "{\"a\": 1}");
    assert_eq!(field(&notices[0], "TaskAssignmentStatus"), "pending");
    assert_eq!(field(&notices[1], "TaskAssignmentStatus"), "reserved");
    assert_eq!(field(&notices[1], "WorkerName"), "ada");
    assert!(task.ends_with(field(&notices[1], "TaskSid")));
    floor.desk.post(&url, &[("EventCallbackUrl", "")]);
    floor.task("{}");
    assert_eq!(floor.desk.notices().len(), 0);
}

#[test]
fn statistics_count_what_happened() {
    let mut floor = Floor::new();
    let ada = floor.worker("ada", "{}");
    let task = floor.task("{}");
    floor.task("{\"second\": true}");
    floor.desk.wait(40);
    let offers = floor.desk.get(&format!("{task}/Reservations"));
    floor.desk.post(
        &text(&list(&offers, "reservations")[0], "url"),
        &[("ReservationStatus", "accepted")],
    );
    let queue = format!("{}/TaskQueues/{}", floor.url, floor.queue);
    let now = floor.desk.get(&format!("{queue}/RealTimeStatistics"));
    assert_eq!(
        now["tasks_by_status"],
        json!({"pending": 1, "reserved": 0, "assigned": 1, "wrapping": 0})
    );
    assert_eq!(
        (&now["longest_task_waiting_age"], &now["total_eligible_workers"]),
        (&json!(40), &json!(1))
    );
    let past = floor.desk.get(&format!("{queue}/CumulativeStatistics?SplitByWaitTime=40,39"));
    assert_eq!(past["avg_task_acceptance_time"], 40);
    assert_eq!(past["wait_duration_in_queue_until_accepted"]["total"], 40);
    assert_eq!(past["split_by_wait_time"]["40"]["below"]["reservations_accepted"], 1);
    assert_eq!(past["split_by_wait_time"]["39"]["above"]["reservations_accepted"], 1);
    assert_eq!((&past["tasks_entered"], &past["reservations_created"]), (&json!(2), &json!(1)));
    let worker = floor.desk.get(&format!("{ada}/Statistics"));
    let stays = list(&worker["cumulative"], "activity_durations");
    let idle = stays.iter().find(|it| it["friendly_name"] == "Idle").expect("there is one");
    assert_eq!((&idle["total"], &idle["max"]), (&json!(40), &json!(40)));
    let old = format!("{queue}/CumulativeStatistics?StartDate=2020-01-01");
    let refused = floor.desk.send(Method::Get, &old, &[], None);
    assert_eq!(refused.body.expect("a body")["code"], 14241);
}

#[test]
fn the_workspace_of_a_scenario_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/exported.toml");
    let document = load(&path, &[]).expect("it can be read");
    let scenario = Scenario::of(document.clone(), false).expect("it is valid").scenario;
    let mut desk = Desk::new();
    let sid = desk.account.open(desk.now, &Blueprint::of(&document, &scenario), None);
    let url = format!("/v1/Workspaces/{sid}");
    let workers = desk.get(&format!("{url}/Workers?PageSize=1000"));
    assert_eq!(list(&workers, "workers").len(), scenario.workspace.workers.len());
    for worker in list(&workers, "workers") {
        // What is shown is what is routed by: sent back, it is taken, and changes nothing.
        let attributes = text(worker, "attributes");
        let again = desk.post(&text(worker, "url"), &[("Attributes", &attributes)]);
        assert_eq!(again["attributes"], Json::from(attributes));
    }
    let workflows = desk.get(&format!("{url}/Workflows"));
    assert_eq!(list(&workflows, "workflows").len(), scenario.workspace.workflows.len());
    for workflow in list(&workflows, "workflows") {
        let configuration = text(workflow, "configuration");
        desk.post(&text(workflow, "url"), &[("Configuration", &configuration)]);
    }
    let queues = desk.get(&format!("{url}/TaskQueues"));
    for queue in list(&queues, "task_queues") {
        let expression = text(queue, "target_workers");
        let members = |desk: &mut Desk| {
            let sid = text(queue, "sid");
            list(&desk.get(&format!("{url}/Workers?TaskQueueSid={sid}")), "workers").len()
        };
        let before = members(&mut desk);
        desk.post(&text(queue, "url"), &[("TargetWorkers", &expression)]);
        assert_eq!(members(&mut desk), before, "{expression}");
    }
    desk.account.audit().expect("the records agree with the router");
}

#[test]
fn memory_follows_the_tasks_that_are_alive() {
    let mut floor = Floor::new();
    let ada = floor.worker("ada", "{}");
    for number in 0..5000 {
        let task = floor.task(&format!("{{\"number\": {number}}}"));
        let offers = floor.desk.get(&format!("{task}/Reservations"));
        floor.desk.post(
            &text(&list(&offers, "reservations")[0], "url"),
            &[("ReservationStatus", "accepted")],
        );
        floor.desk.post(&task, &[("AssignmentStatus", "completed")]);
        floor.desk.wait(1);
    }
    floor.desk.wait(300);
    assert_eq!(floor.names("Tasks", "tasks", "sid").len(), 0);
    let reservations = floor.desk.get(&format!("{ada}/Reservations"));
    assert_eq!(list(&reservations, "reservations").len(), 0);
    floor.desk.account.audit().expect("the records agree with the router");
}
