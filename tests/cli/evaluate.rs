//! `trsim eval`.

use crate::Room;

/// What is printed for an expression and further arguments.
fn eval(arguments: &[&str]) -> String {
    let done = Room::new().run(&[["eval"].as_slice(), arguments].concat()).well();
    done.out.trim_end().to_owned()
}

#[test]
fn a_filter_sees_the_task() {
    let billing = ["--as", "filter", "--task", r#"{"type": "billing", "n": [1, 2]}"#];
    let eval = |expression| eval(&[[expression].as_slice(), &billing].concat());
    assert_eq!(eval("type == 'billing'"), "true");
    assert_eq!(eval("n HAS 3 OR type CONTAINS 'sales'"), "false");
    assert_eq!(eval("missing != 'x'"), "true");
    assert_eq!(eval("-1 < n[0]"), "true");
}

#[test]
fn a_target_sees_the_worker_and_what_taskrouter_adds() {
    let worker = r#"{"level": 3, "sid": "WK1", "friendly_name": "Ada", "activity_name": "Idle",
        "activity_sid": "WA1", "channel": {"voice": {"assigned_tasks": 0}}}"#;
    let target = ["--as", "target", "--task", r#"{"level": 2}"#, "--worker", worker];
    let eval = |expression| eval(&[[expression].as_slice(), &target].concat());
    assert_eq!(eval("worker.level > task.level"), "true");
    assert_eq!(eval("worker.sid == 'WK1' AND worker.friendly_name == 'Ada'"), "true");
    assert_eq!(eval("worker.activity_name == 'Idle' AND worker.activity_sid == 'WA1'"), "true");
    assert_eq!(eval("worker.channel.voice.assigned_tasks == 0"), "true");
    assert_eq!(eval("worker.channel.chat.assigned_tasks == 0"), "false");
}

#[test]
fn a_queue_sees_the_worker_and_skip_if_counts() {
    let queue = ["--as", "target_workers", "--worker", r#"{"skills": ["billing"]}"#];
    assert_eq!(eval(&[["skills HAS 'billing'"].as_slice(), &queue].concat()), "true");
    assert_eq!(eval(&["", "--as", "target_workers"]), "false");
    let counts = ["--as", "skip_if", "--workers", r#"{"available": 0, "WA1": 2}"#];
    let skip = |expression| eval(&[[expression].as_slice(), &counts].concat());
    assert_eq!(skip("workers.available == 0 AND workers.WA1 == 2"), "true");
    assert_eq!(skip("workers.unavailable > 0 OR workers.WA2 == 0"), "false");
}

#[test]
fn a_malformed_expression_is_shown_with_its_place() {
    let room = Room::new();
    let done = room.run(&["eval", "type == 'x' AND", "--as", "filter"]);
    done.failed(2, &["error: ", "expression:1:16", "^"]);
    let lenient = room.run(&["eval", "type == 'x' AND", "--as", "filter", "--lenient"]).well();
    assert_eq!(lenient.out, "false\n");
    assert!(lenient.err.contains("warning: "), "{}", lenient.err);
}

#[test]
fn what_is_odd_is_a_warning_beside_the_answer() {
    let done = Room::new().run(&["eval", "level > 3", "--as", "target"]).well();
    assert_eq!(done.out, "false\n");
    assert!(done.err.contains("warning: ") && done.err.contains("worker.level"), "{}", done.err);
}

#[test]
fn malformed_documents_are_shown_with_their_place() {
    let room = Room::new();
    let with = |option: &str, document: &str| {
        room.run(&["eval", "1 == 1", "--as", "filter", option, document])
    };
    with("--task", "{\"a\": }").failed(2, &["--task:1:7"]);
    with("--task", "[1]").failed(2, &["--task takes a JSON object"]);
    with("--worker", "").failed(2, &["--worker:1:1"]);
    with("--workers", "{\"available\": -1}").failed(2, &["--workers:1:15", "whole number"]);
    let deep = "[".repeat(50_000);
    room.run(&["eval", &deep, "--as", "filter"]).failed(2, &["expression:1:"]);
    let nested = format!("{}1 == 1", "(".repeat(50_000));
    room.run(&["eval", &nested, "--as", "filter"]).failed(2, &["expression:1:"]);
}
