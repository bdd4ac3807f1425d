//! Scenarios as they come: named, piped, changed; and all that can be wrong with them.

use crate::{Room, SMALL};

/// `SMALL` with one part of it replaced.
fn small_with(old: &str, new: &str) -> String {
    assert!(SMALL.contains(old), "{old}");
    SMALL.replacen(old, new, 1)
}

/// The text is refused with code 2 and these words, and nothing is written.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, parts: &[&str]) {
    let room = Room::new();
    room.write("s.toml", text);
    for command in ["run", "check"] {
        room.run(&[command, "s.toml"]).failed(2, &[&["error: "], parts].concat());
    }
    assert_eq!(room.names("."), ["s.toml"]);
}

#[test]
fn a_scenario_can_come_from_standard_input() {
    let room = Room::new();
    let done = room.run_with_input(&["run", "-"], SMALL).well();
    assert!(done.out.starts_with("small: "));
    assert!(room.path("out/small/summary.csv").exists());
    let bad = room.run_with_input(&["run", "-"], "name = ");
    bad.failed(2, &["<stdin>:1:"]);
}

#[test]
fn what_is_set_is_simulated() {
    let room = Room::with_small();
    let run = |set: &[&str]| {
        let sets: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
        room.run(&[["run", "small.toml", "--format", "csv"].as_slice(), &sets].concat())
    };
    let plain = run(&[]).well().out;
    let more = run(&["workers[\"day\"].count=9", "source.calls.talk='1m'"]).well().out;
    assert_ne!(plain, more);
    let timeout = "workspace.workflows[\"Support\"].task_reservation_timeout=5s";
    assert_ne!(plain, run(&[timeout]).well().out);
    run(&["workers[\"dya\"].count=9"]).failed(2, &["dya", "`day`"]);
    run(&["horizonn='3h'"]).failed(2, &["horizonn", "did you mean `horizon`"]);
    run(&["seed"]).failed(2, &["PATH=VALUE"]);
}

#[test]
fn a_scenario_that_is_not_there_is_named() {
    let room = Room::new();
    std::fs::create_dir(room.path("folder")).expect("a folder can be made");
    room.run(&["run", "no.toml"]).failed(2, &["cannot read no.toml: there is no such file"]);
    room.run(&["run", "folder"]).failed(2, &["cannot read folder: it is a directory"]);
    assert_eq!(room.names("."), ["folder"]);
}

#[test]
fn what_is_no_scenario_at_all_is_refused() {
    refused("", &["s.toml", "`schema` is missing", "`horizon` is missing"]);
    refused("= = =", &["s.toml:1:1"]);
    refused(b"name = \"\xff\"", &["s.toml is not UTF-8"]);
    refused([0u8; 100], &["s.toml:1:"]);
    refused("{\"name\": \"json\"}", &["s.toml:1:"]);
}

#[test]
fn ten_megabytes_of_garbage_are_refused_in_no_time() {
    let letters = |at: usize| char::from(b' ' + u8::try_from(at * 7919 % 95).expect("below 95"));
    refused((0..10_000_000).map(letters).collect::<String>(), &["s.toml:1:"]);
    refused("[".repeat(10_000_000), &["s.toml:1:"]);
    refused("a = 1\n".repeat(1_600_000), &["s.toml:2:"]);
}

#[test]
fn all_problems_are_told_at_once_with_what_was_meant() {
    let text = small_with("horizon = \"2h\"", "horizonn = \"2h\"\nhorizon = 7")
        .replace("queue = \"Billing\"", "queue = \"Biling\"")
        .replace("workflow = \"Support\"", "workflow = \"Suport\"")
        .replace("behavior = \"desk\"", "behavior = \"dsk\"");
    refused(
        text,
        &[
            "did you mean `horizon`?",
            "s.toml:4:",
            "`Biling`",
            "did you mean `Billing`?",
            "`Suport`",
            "did you mean `Support`?",
            "`dsk`",
            "did you mean `desk`?",
        ],
    );
}

#[test]
fn numbers_out_of_all_bounds_are_refused() {
    for (old, new) in [
        ("count = 5", "count = -1"),
        ("count = 5", "count = 99999999999"),
        ("count = 5", "count = 2.5"),
        ("replications = 2", "replications = 0"),
        ("replications = 2", "replications = 99999999999"),
        ("horizon = \"2h\"", "horizon = \"-2h\""),
        ("horizon = \"2h\"", "horizon = \"99999999999d\""),
        ("horizon = \"2h\"", "horizon = nan"),
        ("miss = 0.1", "miss = nan"),
        ("miss = 0.1", "miss = 1.5"),
        ("miss = 0.1", "miss = -inf"),
        ("sigma = 0.7", "sigma = -1"),
        ("per_hour = 60", "per_hour = inf"),
        ("per_hour = 60", "per_hour = -60"),
        ("mean = \"3m\"", "mean = \"0s\""),
        ("task_reservation_timeout = 20", "task_reservation_timeout = 0"),
        ("task_reservation_timeout = 20", "task_reservation_timeout = 86401"),
    ] {
        refused(small_with(old, new), &["s.toml:", "^"]);
    }
}

#[test]
fn wrong_types_are_refused() {
    for (old, new) in [
        ("name = \"small\"", "name = 5"),
        ("interval = \"30m\"", "interval = true"),
        ("replications = 2", "replications = \"two\""),
        ("[source.calls]", "[[source]]"),
        ("channels = { voice = 1 }", "channels = [1]"),
        ("wrap_up = \"20s\"", "wrap_up = { mean = 20 }"),
    ] {
        refused(small_with(old, new), &["s.toml:"]);
    }
}

#[test]
fn malformed_expressions_and_documents_are_shown_where_they_are() {
    refused(small_with("type == 'billing'", "type == 'billing' AND"), &["s.toml:13:", "^"]);
    refused(small_with("skills HAS 'billing'", "skills HAS"), &["s.toml:8:", "^"]);
    let room = Room::new();
    let table = "[workspace.workflows.configuration.task_routing]\n";
    let text = small_with(table, "configuration = { file = \"w.json\" }\n");
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("filters")).collect();
    room.write("s.toml", text.join("\n"));
    room.run(&["run", "s.toml"]).failed(2, &["w.json", "there is no such file"]);
    room.write("w.json", "{\"task_routing\": {\"filters\": [,]}}");
    room.run(&["run", "s.toml"]).failed(2, &["w.json:1:31"]);
    room.write("w.json", "[".repeat(100_000));
    room.run(&["run", "s.toml"]).failed(2, &["w.json:1:"]);
    assert_eq!(room.names("."), ["s.toml", "w.json"]);
}

#[test]
fn leniently_a_malformed_expression_of_a_workflow_never_matches() {
    let room = Room::new();
    let filter =
        "{ expression = \"type == 'billing' AND\", targets = [{ queue = \"Billing\" }] }, ";
    room.write("s.toml", small_with("filters = [", &format!("filters = [{filter}")));
    room.run(&["run", "s.toml"]).failed(2, &["s.toml:13:"]);
    let done = room.run(&["run", "s.toml", "--lenient"]).well();
    assert!(done.err.contains("warning: "), "{}", done.err);
}

#[test]
fn arguments_that_mean_nothing_end_with_code_2() {
    let room = Room::with_small();
    for arguments in [
        ["run", "small.toml", "--seed", "-1"],
        ["run", "small.toml", "--seed", "99999999999999999999"],
        ["run", "small.toml", "--replications", "0"],
        ["run", "small.toml", "--threads", "0"],
        ["run", "small.toml", "--trace", "everything"],
        ["run", "small.toml", "--format", "xml"],
        ["explain", "small.toml", "--replication", "1"],
        ["init", "small.toml", "--out", "x"],
    ] {
        room.run(&arguments).failed(2, &["error: "]);
    }
    assert_eq!(room.names("."), ["small.toml"]);
}
