//! Warnings about whole scenarios, and about documents without one.

use std::fs;

use crate::scenario::check_documents;
use crate::scenario::load::load_documents;
use crate::scenario::problem::Severity;

/// What is said about the queue `Q`, `more` beside it, and a workflow with this body.
fn told(more: &str, body: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let queues = format!(r#"{{"task_queues": [{{"friendly_name": "Q"}}{more}]}}"#);
    let configuration = format!(r#"{{"task_routing": {body}}}"#);
    let workflow = format!(
        r#"{{"sid": "WW1", "friendly_name": "W", "task_reservation_timeout": 20,
            "configuration": {configuration}}}"#
    );
    let worker = r#"{"sid": "WK1", "friendly_name": "ada", "attributes": {"skills": ["a"]}}"#;
    let files = [("queues.json", queues.as_str()), ("w.json", &workflow), ("k.json", worker)];
    let paths: Vec<_> = files
        .iter()
        .map(|(name, content)| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            path
        })
        .collect();
    let mut documents = load_documents(&paths).unwrap();
    let problems = check_documents(&mut documents, false);
    assert!(problems.iter().all(|p| p.severity == Severity::Warning), "{problems:#?}");
    problems.into_iter().map(|problem| problem.message).collect()
}

fn of_workflow(body: &str) -> Vec<String> {
    told("", body)
}

#[test]
fn nothing_is_said_about_a_usual_workflow() {
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "Q", "timeout": 60}, {"queue": "Q"}]}], "default_filter": {"queue": "Q"}}"#;
    assert_eq!(of_workflow(body), [""; 0]);
}

#[test]
fn a_target_after_one_without_timeout_is_not_reached() {
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "Q"}, {"queue": "Q", "priority": 1}]}]}"#;
    assert_eq!(
        of_workflow(body),
        ["no task gets to this target: the one before it has no timeout"]
    );
    assert_eq!(of_workflow(&body.replace(r#""Q"},"#, r#""Q", "skip_if": "1==1"},"#)), [""; 0]);
}

#[test]
fn a_filter_after_one_that_takes_everything_is_not_reached() {
    let body = r#"{"filters": [{"expression": "1==1", "targets": [{"queue": "Q"}]},
        {"expression": "type == 'x'", "targets": [{"queue": "Q"}]}]}"#;
    assert_eq!(of_workflow(body), ["no task gets to this filter: one before it takes everything"]);
    let timed = body.replacen(r#""Q"}"#, r#""Q", "timeout": 60}"#, 1);
    assert_eq!(of_workflow(&timed), [""; 0], "who times out comes to the next filter");
    let never = body.replacen("1==1", "1==0", 1);
    assert_eq!(of_workflow(&never), ["this filter never matches"]);
}

#[test]
fn a_filter_that_asks_what_an_earlier_one_asks_is_not_reached() {
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [{"queue": "Q"}]},
        {"expression": "type=='x'", "targets": [{"queue": "Q"}]}]}"#;
    let told = ["no task gets to this filter: an earlier one asks the same"];
    assert_eq!(of_workflow(body), told);
    let timed = body.replacen(r#""Q"}"#, r#""Q", "timeout": 60}"#, 1);
    assert_eq!(of_workflow(&timed), [""; 0], "who times out comes to the next filter");
}

#[test]
fn a_default_filter_behind_a_filter_for_everything_is_not_used() {
    let body = r#"{"filters": [{"expression": "1==1", "targets": [{"queue": "Q"}]}],
        "default_filter": {"queue": "Q"}}"#;
    assert_eq!(of_workflow(body), ["the default filter is never used: a filter takes everything"]);
    let skipped = body.replacen(r#""Q"}"#, r#""Q", "skip_if": "workers.available == 0"}"#, 1);
    assert_eq!(of_workflow(&skipped), [""; 0], "skipping out of a filter is no match");
}

#[test]
fn the_default_filter_does_not_catch_who_times_out() {
    let body = r#"{"filters": [
        {"expression": "type == 'x'", "targets": [{"queue": "Q", "timeout": 60}]},
        {"expression": "type == 'y'", "targets": [{"queue": "Q", "timeout": 60}]}],
        "default_filter": {"queue": "Q"}}"#;
    assert_eq!(
        of_workflow(body),
        ["a task that times out here is canceled: the default filter takes only what no filter \
          matched (and one more target)"]
    );
}

#[test]
fn a_step_may_end_while_its_offer_rings() {
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "Q", "timeout": 10}, {"queue": "Q"}]}]}"#;
    assert_eq!(of_workflow(body), ["this target ends after 10 s while an offer may ring for 20 s"]);
}

#[test]
fn a_known_worker_may_never_come() {
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "Q", "known_worker_sid": "task.agent"}]}]}"#;
    assert_eq!(of_workflow(body), ["this target waits for one worker as long as the task lives"]);
}

#[test]
fn queues_and_targets_that_no_worker_serves_are_told() {
    let other = r#", {"friendly_name": "R", "target_workers": "skills HAS 'b'"},
        {"friendly_name": "unused", "target_workers": "skills HAS 'c'"}"#;
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "Q", "expression": "worker.skills HAS 'd'", "timeout": 60}, {"queue": "R"}]}]}"#;
    assert_eq!(
        told(other, body),
        [
            "no worker serves the queue `R`",
            "no worker of the queue `Q` is one that this target wants",
        ]
    );
}

#[test]
fn expressions_are_checked_with_what_the_workers_have() {
    let body = r#"{"filters": [{"expression": "task.type == 'x'", "targets": [
        {"queue": "Q", "order_by": "worker.skills DESC"}]}]}"#;
    let told = of_workflow(body);
    assert!(
        told[0].contains("an attribute called `task`") && told[1].contains("`skills`"),
        "{told:#?}"
    );
}

#[test]
fn unknown_queues_are_taken_as_they_come_if_none_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.json");
    let body = r#"{"filters": [{"expression": "type == 'x'", "targets": [
        {"queue": "WQ1", "timeout": 60}, {"queue": "WQ2"}]}]}"#;
    fs::write(&path, body).unwrap();
    let mut documents = load_documents(&[path]).unwrap();
    let problems = check_documents(&mut documents, false);
    let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["nothing is known of this queue and 1 more"]);
}
