//! Configurations in their many spellings, and what is wrong with them.

use crate::id::Id;
use crate::routing::{Configuration, ConfigurationId, KnownWorker, QueueId, WorkflowId};
use crate::scenario::resolve::testing::{ONE_QUEUE, Outcome, outcome};
use crate::time::Span;

/// The scenario with `json` as its only workflow's configuration, and the timeout `timeout`.
fn with(json: &str, lenient: bool) -> Outcome {
    let end = ONE_QUEUE.find("[[workspace.workflows]]").unwrap();
    let text = ONE_QUEUE[..end].replace("Billing'", "Billing', sid = 'WQ1'");
    let workflow = "[[workspace.workflows]]\nfriendly_name = 'Support'\ntask_reservation_timeout \
                    = 20\nconfiguration = { file = 'w.json' }\n";
    outcome(&format!("{text}{workflow}"), &[("w.json", json)], lenient)
}

fn configuration(json: &str) -> Configuration {
    let scenario = with(json, false).scenario();
    scenario.workspace.configurations[ConfigurationId::new(0)].clone()
}

#[test]
fn targets_inherit_the_queue_and_nothing_else() {
    let configuration = configuration(
        r#"{"task_routing": {"filters": [{"filter_friendly_name": "a", "expression": "1==1",
            "targets": [
                {"queue": "WQ1", "timeout": "30", "priority": "10", "skip_if": "1==1",
                 "expression": "worker.level > 1", "order_by": "worker.level DESC"},
                {"known_worker_sid": "task.agent", "timeout": 300},
                {"queue": "Billing", "expression": "", "priority": null}]}],
            "default_filter": {"task_queue_sid": "WQ1", "priority": 3}}}"#,
    );
    let filter = &configuration.filters[0];
    let [first, second, third] = &filter.targets[..] else { panic!("three targets") };
    assert_eq!(filter.friendly_name, "a");
    assert_eq!((first.priority, first.timeout), (Some(10), Some(Span::from_secs(30))));
    assert!(first.order_by[0].descending && first.expression.is_some());
    assert_eq!(second.queue, QueueId::new(0));
    assert!(matches!(second.known_worker, Some(KnownWorker::Sid(_))));
    assert!(second.expression.is_none() && second.skip_if.is_none() && second.priority.is_none());
    assert!(third.expression.is_none() && third.timeout.is_none());
    assert_eq!(configuration.default_filter.unwrap().priority, Some(3));
}

#[test]
fn the_wrapper_may_be_missing_and_keys_may_be_camel_case() {
    let bare = r#"{"filters": [{"friendlyName": "a", "expression": "type == 'billing'",
                  "targets": [{"queue": "Billing", "timeout": 60}, {"queue": "Billing"}]}]}"#;
    assert_eq!(configuration(bare).filters[0].friendly_name, "a");
    let camel = r#"{"taskRouting": {"filters": [], "defaultFilter": {"queue": "Billing"}}}"#;
    assert!(configuration(camel).default_filter.is_some());
}

#[test]
fn a_malformed_expression_is_shown_inside_its_string() {
    let json = r#"{"task_routing": {"filters": [{"expression": "type == \"billing\" &&",
                  "targets": [{"queue": "Billing"}]}], "default_filter": {"queue": "Billing"}}}"#;
    let strict = with(json, false).told();
    assert!(strict[0].starts_with("line 1 &&: "), "{strict:?}");
    let lenient = with(json, true);
    assert!(lenient.told()[0].contains("it never matches"), "{:?}", lenient.told());
    let scenario = lenient.scenario();
    let filter = &scenario.workspace.configurations[ConfigurationId::new(0)].filters[0];
    assert_eq!(filter.expression.constant(), Some(false));
}

#[test]
fn what_a_filter_or_target_lacks_is_told() {
    let json = r#"{"task_routing": {"filters": [
{"queue": "Billing"},
{"expression": "1==1", "targets": [{"timeout": 0}]},
{"expression": "1==1", "targets": [{"queue": "Billing", "priority": -1}]}]}}"#;
    assert_eq!(
        with(json, false).told(),
        [
            "line 2 \"queue\": TaskRouter ignores `queue` in a filter",
            "line 2 {\"queue\": \"Billing\"}: a filter needs an expression; for a filter that \
             takes everything write `1==1`",
            "line 2 {\"queue\": \"Billing\"}: a filter needs a target",
            "line 3 {\"timeout\": 0}: the first target needs a queue",
            "line 4 -1: a priority is a whole number from 0 to 2147483647",
        ]
    );
}

#[test]
fn an_empty_filter_never_matches_and_an_empty_queue_has_nobody() {
    let json = r#"{"filters": [{"expression": " ", "targets": [{"queue": "Billing"}]}],
                  "default_filter": {"queue": "Billing"}}"#;
    let told = with(json, false).told();
    assert_eq!(told[0], "line 1 \" \": an empty expression never matches");
}

#[test]
fn a_default_filter_beside_the_wrapper_is_ignored() {
    let json = r#"{"task_routing": {"filters": [{"expression": "1==1", "targets":
[{"queue": "Billing"}]}]}, "default_filter": {"queue": "Billing"}}"#;
    assert_eq!(
        with(json, false).told(),
        ["line 2 \"default_filter\": TaskRouter ignores `default_filter` in a workflow; it \
             belongs into `task_routing`"]
    );
}

#[test]
fn of_two_known_workers_the_sid_counts() {
    let json = r#"{"filters": [{"expression": "1==1", "targets": [{"queue": "Billing", "timeout":
        60, "known_worker_friendly_name": "task.name", "known_worker_sid": "task.sid"}]}]}"#;
    let outcome = with(json, false);
    assert!(outcome.told()[0].contains("not both"), "{:?}", outcome.told());
    let scenario = outcome.scenario();
    let target = &scenario.workspace.configurations[ConfigurationId::new(0)].filters[0].targets[0];
    assert!(matches!(target.known_worker, Some(KnownWorker::Sid(_))));
}

#[test]
fn timeouts_of_reservations_are_seconds_or_durations() {
    let json = r#"{"filters": [{"expression": "1==1", "targets": [{"queue": "Billing"}]}]}"#;
    let scenario = with(json, false).scenario();
    let timeout = scenario.workspace.workflows[WorkflowId::new(0)].task_reservation_timeout;
    assert_eq!(timeout, Span::from_secs(20));
}
