//! Resources as TaskRouter's REST API returns them.

use crate::id::Id;
use crate::routing::WorkerId;
use crate::scenario::resolve::testing::{Outcome, outcome};
use crate::scenario::staff::Presence;

const SCENARIO: &str = "\
schema = 1
name = 'exported'
horizon = '1d'
[source.chats]
workflow = 'WW00000000000000000000000000000001'
channel = 'chat'
attributes = { type = 'billing' }
arrivals = { per_hour = 12 }
talk = '4m'
[workspace]
file = 'workspace.json'
activities = { file = 'activities.json' }
task_channels = { file = 'channels.json' }
task_queues = { file = 'queues.json' }
workers = { file = ['workers-*.json', 'worker-channels.json'] }
workflows = { file = 'workflows.json' }
[[assign]]
workers = \"routing.skills HAS 'billing' AND friendly_name != 'eve'\"
group = 'billing'
shift = { start = '08:00', end = '16:00' }
";

const FILES: [(&str, &str); 7] = [
    (
        "workspace.json",
        r#"{"sid": "WS01", "friendly_name": "x", "multi_task_enabled": true, "timeout_activity_sid":
            "WA00000000000000000000000000000001", "timeout_activity_name": "Gone"}"#,
    ),
    (
        "activities.json",
        r#"{"activities": [
            {"sid": "WA00000000000000000000000000000001", "friendly_name": "Gone", "available": false},
            {"sid": "WA00000000000000000000000000000002", "friendly_name": "Here", "available": true},
            {"sid": "WA00000000000000000000000000000003", "friendly_name": "Lunch", "available": false}
        ], "meta": {"page": 0, "next_page_url": null, "key": "activities"}}"#,
    ),
    (
        "channels.json",
        r#"{"channels": [{"sid": "TC00000000000000000000000000000001", "unique_name": "chat",
            "friendly_name": "Chat", "channel_optimized_routing": true}]}"#,
    ),
    (
        "queues.json",
        r#"{"task_queues": [{"sid": "WQ00000000000000000000000000000001", "friendly_name": "Billing",
            "target_workers": "routing.skills HAS 'billing'", "max_reserved_workers": 2,
            "task_order": "LIFO", "assignment_activity_name": null}]}"#,
    ),
    (
        "workers-0.json",
        r#"{"workers": [{"sid": "WK00000000000000000000000000000001", "friendly_name": "ada",
            "attributes": "{\"routing\": {\"skills\": [\"billing\"]}}", "activity_name": "Lunch"}],
            "meta": {"page": 0, "next_page_url": "https://x/Workers?Page=1", "key": "workers",
            "page_size": 1, "url": "https://x/Workers?Page=0"}}"#,
    ),
    (
        "workers-1.json",
        r#"{"workers": [{"sid": "WK00000000000000000000000000000002", "friendly_name": "eve",
            "attributes": "{\"routing\": {\"skills\": [\"billing\"]}}", "activity_name": "Lunch"}],
            "meta": {"page": 1, "next_page_url": null, "key": "workers", "page_size": 1,
            "url": "https://x/Workers?Page=1"}}"#,
    ),
    (
        "worker-channels.json",
        r#"{"channels": [{"sid": "WC00000000000000000000000000000001", "worker_sid":
            "WK00000000000000000000000000000001", "task_channel_sid":
            "TC00000000000000000000000000000001", "task_channel_unique_name": "chat",
            "configured_capacity": 3, "available": true}]}"#,
    ),
];

const WORKFLOWS: &str = r#"{"workflows": [{"sid": "WW00000000000000000000000000000001",
    "friendly_name": "Support", "task_reservation_timeout": 30, "configuration":
    "{\"task_routing\": {\"filters\": [{\"expression\": \"type == 'billing'\", \"targets\":
    [{\"queue\": \"WQ00000000000000000000000000000001\"}]}]}}"}]}"#;

fn exported(text: &str) -> Outcome {
    let workflows = WORKFLOWS.replace('\n', " ");
    let files = [&FILES[..], &[("workflows.json", workflows.as_str())]].concat();
    outcome(text, &files, false)
}

#[test]
fn a_workspace_comes_from_its_pages() {
    let scenario = exported(SCENARIO).scenario();
    let workspace = &scenario.workspace;
    let names: Vec<_> = workspace.workers.iter().map(|w| w.friendly_name.as_str()).collect();
    assert_eq!(names, ["ada", "eve"]);
    assert_eq!(workspace.activities[workspace.timeout_activity].friendly_name, "Gone");
    let queue = workspace.queues.iter().next().unwrap();
    assert_eq!((queue.max_reserved_workers, queue.sid.len()), (2, 34));
    let chat = scenario.sources.iter().next().unwrap().channel;
    assert!(workspace.channels[chat].channel_optimized_routing);
    assert_eq!(workspace.workers[WorkerId::new(0)].channels[chat].capacity, 3);
    assert_eq!(workspace.workers[WorkerId::new(1)].channels[chat].capacity, 1);
}

#[test]
fn the_first_assignment_that_matches_counts_and_the_others_are_a_group() {
    let scenario = exported(SCENARIO).scenario();
    let names: Vec<_> = scenario.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["billing", "workers"]);
    assert!(scenario.assumed.iter().any(|told| told.contains("that no `[[assign]]` takes")));
    let presence: Vec<_> =
        scenario.groups.iter().map(|g| matches!(g.presence, Presence::Always)).collect();
    assert_eq!(presence, [false, true]);
}

#[test]
fn the_exported_activity_counts_only_on_demand() {
    let activity = |text: &str, number: usize| {
        let scenario = exported(text).scenario();
        let worker = &scenario.workspace.workers[WorkerId::new(number)];
        scenario.workspace.activities[worker.activity].friendly_name.clone()
    };
    assert_eq!([activity(SCENARIO, 0), activity(SCENARIO, 1)], ["Gone", "Here"]);
    let on_demand = SCENARIO.replace("group =", "start_activity = 'exported'\ngroup =");
    assert_eq!(activity(&on_demand, 0), "Lunch");
}

#[test]
fn more_workers_planned_than_there_are_is_a_problem() {
    let staffing = "staffing = { per = '1h', counts = [1, 5] }";
    let text = SCENARIO.replace("shift = { start = '08:00', end = '16:00' }", staffing);
    assert_eq!(
        exported(&text).told(),
        ["line 20 { per = '1h', counts = [1, 5] }: up to 5 workers are planned, but `billing` \
             has 1"]
    );
}

#[test]
fn a_channel_that_was_not_exported_is_unknown() {
    let text = SCENARIO.replace("channel = 'chat'", "channel = 'chatt'");
    assert_eq!(
        exported(&text).told(),
        ["line 6 'chatt': no task channel is named `chatt`; did you mean `chat`?"]
    );
}
