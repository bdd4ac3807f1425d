//! TaskRouter's quickstart: Alice speaks Spanish, a task wants Spanish, an application accepts.

use serde_json::json;
use taskrouter_sim::serve::Effect;

use super::desk::{Desk, field, text};

/// The workspace of the quickstart.
pub(crate) struct Quickstart {
    pub(crate) desk: Desk,
    /// The workspace's URL.
    pub(crate) url: String,
    pub(crate) idle: String,
    pub(crate) workflow: String,
    pub(crate) queue: String,
    pub(crate) alice: String,
}

impl Quickstart {
    /// Everything up to the first task; offers time out after `timeout` seconds.
    pub(crate) fn new(timeout: &str) -> Self {
        let mut desk = Desk::new();
        let workspace = desk.post(
            "/v1/Workspaces",
            &[("FriendlyName", "quickstart"), ("MultiTaskEnabled", "false")],
        );
        let url = text(&workspace, "url");
        let activities = desk.get(&format!("{url}/Activities"));
        let activity = |name: &str| {
            let all = activities["activities"].as_array().expect("a list");
            let it = all.iter().find(|it| it["friendly_name"] == name).expect("there is one");
            text(it, "sid")
        };
        let (reserved, busy, idle) = (activity("Reserved"), activity("Busy"), activity("Idle"));
        let queue = desk.post(
            &format!("{url}/TaskQueues"),
            &[
                ("FriendlyName", "Customer Care - Spanish"),
                ("TargetWorkers", "languages HAS \"es\""),
                ("ReservationActivitySid", &reserved),
                ("AssignmentActivitySid", &busy),
            ],
        );
        let queue = text(&queue, "sid");
        let configuration = json!({"task_routing": {"filters": [{
            "filter_friendly_name": "Language - Spanish",
            "expression": "selected_language=='es'",
            "targets": [{"queue": queue}],
        }]}});
        let workflow = desk.post(
            &format!("{url}/Workflows"),
            &[
                ("FriendlyName", "Incoming"),
                ("Configuration", &configuration.to_string()),
                ("AssignmentCallbackUrl", "http://app/assignment_callback"),
                ("TaskReservationTimeout", timeout),
            ],
        );
        let alice = desk.post(
            &format!("{url}/Workers"),
            &[
                ("FriendlyName", "Alice"),
                ("Attributes", "{\"languages\": [\"en\", \"es\"]}"),
                ("ActivitySid", &idle),
            ],
        );
        let (workflow, alice) = (text(&workflow, "sid"), text(&alice, "url"));
        Self { desk, url, idle, workflow, queue, alice }
    }

    /// A task in Spanish; its URL.
    pub(crate) fn create_task(&mut self) -> String {
        let form =
            [("Attributes", "{\"selected_language\": \"es\"}"), ("WorkflowSid", &*self.workflow)];
        let task = self.desk.post(&format!("{}/Tasks", self.url), &form);
        assert_eq!(task["assignment_status"], "pending");
        assert_eq!(text(&task, "task_queue_sid"), self.queue);
        text(&task, "url")
    }

    /// The one offer that the application is told of, and its URL under the task.
    pub(crate) fn offer(&mut self, task: &str) -> (Effect, String) {
        let callbacks = self.desk.callbacks();
        let [callback] = &callbacks[..] else { panic!("{callbacks:?}") };
        let Effect::Assign { url, form, .. } = callback else { unreachable!("a callback") };
        assert_eq!(url, "http://app/assignment_callback");
        assert!(task.ends_with(field(form, "TaskSid")));
        assert_eq!(field(form, "WorkerName"), "Alice");
        let reservation = format!("{task}/Reservations/{}", field(form, "ReservationSid"));
        (callback.clone(), reservation)
    }
}

#[test]
fn the_application_accepts_and_alice_is_busy() {
    let mut it = Quickstart::new("120");
    let task = it.create_task();
    let (callback, reservation) = it.offer(&task);
    assert_eq!(it.desk.get(&task)["assignment_status"], "reserved");
    assert_eq!(it.desk.get(&it.alice.clone())["activity_name"], "Reserved");

    it.desk.answered(&callback, "{}");
    assert_eq!(it.desk.get(&reservation)["reservation_status"], "pending");
    let accepted = it.desk.post(&reservation, &[("ReservationStatus", "accepted")]);
    assert_eq!(accepted["worker_name"], "Alice");
    assert_eq!(accepted["reservation_status"], "accepted");
    assert_eq!(it.desk.get(&it.alice.clone())["activity_name"], "Busy");
    assert_eq!(it.desk.get(&task)["assignment_status"], "assigned");

    let (status, code, message) =
        it.desk.refuse(&reservation, &[("ReservationStatus", "accepted")]);
    assert_eq!((status, code), (400, 20001));
    assert!(
        message.contains("not in expected state, [pending] and cannot be updated to [accepted]")
    );

    let done = it.desk.post(&task, &[("AssignmentStatus", "completed"), ("Reason", "done")]);
    assert_eq!(
        (&done["assignment_status"], &done["reason"]),
        (&json!("completed"), &json!("done"))
    );
    assert_eq!(it.desk.get(&reservation)["reservation_status"], "completed");
    // It can be read for five minutes.
    it.desk.wait(299);
    assert_eq!(it.desk.get(&task)["age"], 0);
    it.desk.wait(1);
    assert_eq!(it.desk.send(taskrouter_sim::serve::Method::Get, &task, &[], None).status, 404);
}

#[test]
fn nobody_answers_and_the_task_is_offered_again_when_alice_is_back() {
    let mut it = Quickstart::new("15");
    let task = it.create_task();
    let (callback, reservation) = it.offer(&task);
    it.desk.answered(&callback, "{}");
    it.desk.wait(14);
    assert_eq!(it.desk.get(&reservation)["reservation_status"], "pending");
    it.desk.wait(1);
    assert_eq!(it.desk.get(&reservation)["reservation_status"], "timeout");
    assert_eq!(it.desk.get(&it.alice.clone())["activity_name"], "Offline");
    assert_eq!(it.desk.get(&task)["assignment_status"], "pending");
    assert_eq!(it.desk.callbacks(), []);

    let workflow = format!("{}/Workflows/{}", it.url, it.workflow);
    it.desk.post(&workflow, &[("TaskReservationTimeout", "120")]);
    it.desk.wait(5);
    let (alice, idle) = (it.alice.clone(), it.idle.clone());
    it.desk.post(&alice, &[("ActivitySid", &idle)]);
    let (_, again) = it.offer(&task);
    assert_ne!(again, reservation);
    it.desk.wait(60);
    let accepted = it.desk.post(&again, &[("ReservationStatus", "accepted")]);
    assert_eq!(accepted["reservation_status"], "accepted");
    let all = it.desk.get(&format!("{task}/Reservations"));
    let statuses: Vec<_> = all["reservations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| text(it, "reservation_status"))
        .collect();
    assert_eq!(statuses, ["timeout", "accepted"]);
}

#[test]
fn both_callbacks_fail_and_the_offer_is_canceled() {
    let mut it = Quickstart::new("120");
    let workflow = format!("{}/Workflows/{}", it.url, it.workflow);
    it.desk.post(&workflow, &[("FallbackAssignmentCallbackUrl", "http://app/fallback")]);
    let task = it.create_task();
    let (callback, reservation) = it.offer(&task);
    it.desk.failed(&callback);
    let fallback = it.desk.callbacks();
    let [Effect::Assign { url, is_fallback: true, .. }] = &fallback[..] else {
        panic!("{fallback:?}")
    };
    assert_eq!(url, "http://app/fallback");
    it.desk.failed(&fallback[0]);
    assert_eq!(it.desk.get(&reservation)["reservation_status"], "canceled");
    assert_eq!(it.desk.get(&task)["assignment_status"], "pending");
    assert_eq!(it.desk.get(&it.alice.clone())["activity_name"], "Idle");
    assert_eq!(it.desk.account.alerts().len(), 2);
    // After a second she is asked again.
    it.desk.wait(1);
    assert_eq!(it.desk.callbacks().len(), 1);
}

#[test]
fn an_instruction_is_carried_out() {
    for (answer, task_is, alice_is) in [
        (json!({"instruction": "accept"}), "assigned", "Busy"),
        (json!({"instruction": "reject", "activity_sid": "OFFLINE"}), "pending", "Offline"),
        (json!({"instruction": "conference", "to": "+1555"}), "assigned", "Busy"),
        (
            json!({"instruction": "call", "from": "+1", "to": "+2", "url": "http://x"}),
            "reserved",
            "Reserved",
        ),
        (
            json!({"instruction": "call", "from": "+1", "to": "+2", "url": "http://x", "accept": true}),
            "assigned",
            "Busy",
        ),
        (
            json!({"instruction": "redirect", "call_sid": "CA1", "url": "http://x"}),
            "reserved",
            "Reserved",
        ),
        (json!({"instruction": "nonsense"}), "reserved", "Reserved"),
        (json!({"something": "else"}), "reserved", "Reserved"),
    ] {
        let mut it = Quickstart::new("120");
        let task = it.create_task();
        let (callback, _) = it.offer(&task);
        let alice = it.alice.clone();
        let offline = it.desk.get(&format!("{}/Activities?FriendlyName=Offline", it.url));
        let answer = answer.to_string().replace("OFFLINE", &text(&offline["activities"][0], "sid"));
        it.desk.answered(&callback, &answer);
        assert_eq!(it.desk.get(&task)["assignment_status"], task_is, "{answer}");
        assert_eq!(it.desk.get(&alice)["activity_name"], alice_is, "{answer}");
    }
}

#[test]
fn the_same_requests_give_the_same_sids() {
    let run = || {
        let mut it = Quickstart::new("120");
        let task = it.create_task();
        (it.offer(&task).1, it.alice.clone())
    };
    assert_eq!(run(), run());
}
