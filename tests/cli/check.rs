//! `trsim check`.

use crate::{Room, SMALL};

#[test]
fn a_scenario_that_is_right_is_summed_up() {
    let room = Room::with_small();
    let done = room.run(&["check", "small.toml"]).well();
    assert!(done.out.starts_with("small.toml: no problems\n"), "{}", done.out);
    assert!(done.out.contains("1 source, 1 workflow, 1 task queue"), "{}", done.out);
    assert!(done.out.contains("5 workers in 1 group"), "{}", done.out);
    assert_eq!(room.names("."), ["small.toml"]);
}

#[test]
fn what_is_assumed_is_listed() {
    let room = Room::new();
    room.write("s.toml", SMALL.replace("patience = { dist = \"exponential\", mean = \"3m\" }", ""));
    let done = room.run(&["check", "s.toml"]).well();
    assert!(done.out.contains("assumed, because the scenario does not say:\n"), "{}", done.out);
    assert!(done.out.contains("patience") || done.out.contains("gives up"), "{}", done.out);
    let run = room.run(&["run", "s.toml"]).well();
    assert!(run.out.contains("Assumed, because the scenario does not say"), "{}", run.out);
}

#[test]
fn warnings_are_code_0_unless_they_are_denied() {
    let room = Room::new();
    room.write("s.toml", SMALL.replace("type == 'billing'", "tpye == 'billing' OR 1 == 1"));
    let done = room.run(&["check", "s.toml"]).well();
    assert!(done.err.contains("warning: "), "{}", done.err);
    let denied = room.run(&["check", "s.toml", "--deny", "warnings"]);
    assert_eq!(denied.code, 3, "{}", denied.err);
    assert!(denied.err.contains("--deny warnings was given"), "{}", denied.err);
    room.write("t.toml", SMALL);
    room.run(&["check", "t.toml", "--deny", "warnings"]).well();
}

#[test]
fn more_work_than_workers_is_warned_of_before_and_while_simulating() {
    let room = Room::new();
    room.write("s.toml", SMALL.replace("per_hour = 60", "per_hour = 90"));
    let told = "queue `Billing` needs 5.4 workers (4.5 to talk, 0.5 to wrap up, 0.2 ringing, 0.2 \
                lost after missed offers), 5 are on shift: those who wait leave";
    for command in ["check", "run"] {
        let done = room.run(&[command, "s.toml"]).well();
        assert!(done.err.contains(told), "{command}: {}", done.err);
    }
    assert_eq!(room.run(&["check", "s.toml", "--deny", "warnings"]).code, 3);
}

#[test]
fn several_files_are_checked_in_one_go() {
    let room = Room::with_small();
    room.write("bad.toml", "schema = 1");
    let done = room.run(&["check", "bad.toml", "small.toml", "no.toml"]);
    assert_eq!(done.code, 2);
    assert!(done.out.contains("small.toml: no problems"));
    for part in ["bad.toml:1:", "cannot read no.toml", "errors and 0 warnings found"] {
        assert!(done.err.contains(part), "{part}: {}", done.err);
    }
}

const WORKFLOW: &str = r#"{"task_routing": {"filters": [
  {"expression": "type == 'billing'", "targets": [{"queue": "Billing"}]}
]}}"#;

#[test]
fn a_bare_workflow_is_checked_against_its_queues() {
    let room = Room::new();
    room.write("w.json", WORKFLOW);
    let queue = |name: &str| {
        format!(
            r#"{{"task_queues": [{{"sid": "WQ00000000000000000000000000000001",
            "friendly_name": "{name}", "target_workers": "1==1"}}]}}"#
        )
    };
    room.write("q.json", queue("Billing"));
    let done = room.run(&["check", "w.json", "--task-queues", "q.json"]).well();
    assert!(done.out.contains("1 task queue, 1 workflow configuration"), "{}", done.out);
    room.write("q.json", queue("Sales"));
    let done = room.run(&["check", "w.json", "--task-queues", "q.json"]);
    done.failed(2, &["no queue is named `Billing`", "w.json:2:"]);
    room.write("w.json", WORKFLOW.replace("'billing'", "'billing"));
    room.run(&["check", "w.json"]).failed(2, &["w.json:2:"]);
    room.write("w.json", "{");
    room.run(&["check", "w.json"]).failed(2, &["w.json:1:"]);
}

#[test]
fn routes_are_told_from_source_to_workers() {
    let room = Room::new();
    let other = "[source.other]\nattributes = { type = 'x' }\narrivals = { per_hour = 1 }\n\
                 talk = '1m'\n";
    let filters = "filters = [{ filter_friendly_name = \"Bills\", expression = \"type == 'billing'\", \
                   targets = [{ queue = \"Billing\", timeout = 60 }, { timeout = 30 }] }]\n\
                   default_filter = { queue = \"Billing\" }";
    let old =
        "filters = [{ expression = \"type == 'billing'\", targets = [{ queue = \"Billing\" }] }]";
    let text = SMALL.replace(old, filters).replace("count = 5", "count = 5 # all");
    room.write("s.toml", text + other);
    let done = room.run(&["check", "--routes", "s.toml"]).well();
    let line = |start: &str| {
        let found = done.out.lines().find(|line| line.trim_start().starts_with(start));
        found
            .unwrap_or_else(|| panic!("{start}: {}", done.out))
            .split_whitespace()
            .collect::<Vec<_>>()
    };
    assert_eq!(line("calls"), ["calls", "Bills", "Billing", "5", "5", "1m", "20", "s"]);
    assert!(done.out.contains("1m30s"), "both timeouts together: {}", done.out);
    assert!(done.out.contains("Nobody can serve tasks of `other`"), "on default: {}", done.out);
    assert!(done.out.contains("source `other` has no wrap-up"), "{}", done.out);
    assert_eq!(line("Billing, voice")[5..7], ["3.33", "0.14"], "200 s and 8.6 s of each task");
    let plain = room.run(&["check", "s.toml"]).well();
    assert!(!plain.out.contains("Routes"), "{}", plain.out);
}

#[test]
fn what_is_seldom_true_is_to_be_looked_at_twice() {
    let room = Room::new();
    let away = "miss = 0.1\naway = { every = \"45m\", lasts = \"2m\" }";
    let text = SMALL.replace("miss = 0.1", away).replace("channels = { voice = 1 }\n", "");
    let shift = "shift = { days = \"mon-sun\", start = \"00:00\", end = \"02:00\" }";
    room.write("s.toml", text.replace(shift, ""));
    let out = room.run(&["check", "--routes", "s.toml"]).well().out;
    for part in ["Always available", "Capacity is assumed", "`desk` has `miss` and `away`"] {
        assert!(out.contains(part), "`{part}` is not in:\n{out}");
    }
    room.write("t.toml", SMALL);
    let out = room.run(&["check", "--routes", "t.toml"]).well().out;
    assert!(!out.contains("looked at twice"), "{out}");
}

#[test]
fn routes_are_those_of_a_scenario() {
    let room = Room::new();
    room.write("flow.json", "{}");
    room.write("study.toml", "base = \"s.toml\"\n");
    for other in ["flow.json", "study.toml"] {
        let what = format!("--routes is about scenarios, and {other} is none");
        room.run(&["check", "--routes", other]).failed(2, &[&what]);
    }
}

/// Filters that take the same tasks, one after the other: what the router does when they time out
/// or are skipped.
fn routes_of(filters: &str) -> String {
    let room = Room::new();
    let configuration = format!(
        "configuration = {{ task_routing = {{ filters = [{filters}], default_filter = {{ queue = \
         \"Last\" }} }} }}\n"
    );
    let text = SMALL
        .replace("{ friendly_name = \"Billing\"", "{ friendly_name = \"Last\" }, { friendly_name = \"Next\" }, { friendly_name = \"Billing\"")
        .replace("[workspace.workflows.configuration.task_routing]\n", &configuration)
        .replace("filters = [{ expression = \"type == 'billing'\", targets = [{ queue = \"Billing\" }] }]\n", "");
    room.write("s.toml", text);
    room.run(&["check", "--routes", "s.toml"]).well().out
}

#[test]
fn routes_go_on_to_the_next_filter_as_the_router_does() {
    let first = "{ expression = \"1==1\", targets = [{ queue = \"Billing\", timeout = 30 }] }, ";
    let next = "{ expression = \"1==1\", targets = [{ queue = \"Next\", timeout = 60 }] }";
    let out = routes_of(&format!("{first}{next}"));
    let lines: Vec<&str> = out.lines().filter(|line| line.contains("number ")).collect();
    assert!(lines[0].contains("number 1") && lines[0].contains("30 s"), "{out}");
    assert!(lines[1].contains("number 2") && lines[1].contains("1m30s"), "the ages add up: {out}");
    assert!(!out.contains("(default filter)"), "timing out never leads there: {out}");
    assert!(out.contains("by the end of their way are canceled"), "{out}");
    let skipped = "{ expression = \"1==1\", targets = [{ queue = \"Next\", skip_if = \"1==1\" }] }";
    let out = routes_of(skipped);
    assert!(out.contains("(or skipped)") && out.contains("(default filter)"), "{out}");
    let stays = "{ expression = \"1==1\", targets = [{ queue = \"Billing\" }] }, ";
    let out = routes_of(&format!("{stays}{next}"));
    assert!(!out.contains("number 2"), "who never leaves gets nowhere else: {out}");
}
