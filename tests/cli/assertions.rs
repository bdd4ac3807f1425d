//! What a scenario asserts of its results.

use crate::{Room, SMALL};

/// A room whose scenario asserts `conditions`.
fn asserting(conditions: &str) -> Room {
    let room = Room::new();
    room.write("s.toml", format!("assert = {conditions}\n{SMALL}"));
    room
}

#[test]
fn what_holds_is_shown_and_what_fails_ends_with_code_3_and_says_by_how_much() {
    let room = asserting(
        "[\"service_level[all] > 0%\", \"reservation_timeout_rate[workflow:Support] <= 90%\"]",
    );
    let done = room.run(&["run", "s.toml"]).well();
    assert!(done.out.contains("\nAsserted\n"), "{}", done.out);
    assert!(done.out.contains("service_level[all] > 0%"), "{}", done.out);
    assert_eq!(done.out.matches(" holds").count(), 2, "{}", done.out);
    let room = asserting("[\"tasks_created[all] < 10\", \"wait_p90[task_queue:Billing] >= 0s\"]");
    let done = room.run(&["run", "s.toml", "--replications", "20"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.out.contains("FAILS") && done.out.contains("holds"), "{}", done.out);
    let told = "an assertion does not hold: tasks_created[all] < 10, simulated 1";
    assert!(done.err.contains(told) && done.err.contains("off by 1"), "{}", done.err);
    // What was simulated is there to be looked at.
    assert!(room.names("out/small").contains(&"summary.csv".to_owned()));
    room.run(&["run", "s.toml", "--quiet"]).failed(3, &["an assertion does not hold"]);
    let both = "[\"tasks_created < 10\", \"tasks_created < 11\"]";
    asserting(both).run(&["run", "s.toml", "--quiet"]).failed(3, &["2 assertions do not hold"]);
}

#[test]
fn a_batch_judges_each_of_its_cells_and_says_what_the_change_did() {
    let room = asserting("[\"reservation_timeout_rate[workflow:Support] <= 20%\"]");
    let study = "base = \"s.toml\"\nreplications = 20\n[axes]\n\
                 'workspace.workflows[\"Support\"].task_reservation_timeout' = [\"30s\", \"5s\"]\n";
    room.write("study.toml", study);
    let done = room.run(&["batch", "study.toml"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.out.contains("\nAsserted\n"), "{}", done.out);
    assert_eq!(done.out.matches("reservation_timeout_rate[workflow:Support] <= 20%").count(), 3);
    assert_eq!((done.out.matches(" holds").count(), done.out.matches("FAILS").count()), (2, 1));
    let told = "error: `task_reservation_timeout=5s`: reservation_timeout_rate[workflow:Support] \
                <= 20%, simulated ";
    assert_eq!(done.err.matches(told).count(), 1, "{}", done.err);
    assert!(done.err.contains(", off by ") && done.err.contains(" % beside the baseline"));
    assert!(done.err.contains("blocks are in out/study.store"), "{}", done.err);
    assert_eq!(room.names("out/study").len(), 4, "what was simulated is there to be looked at");
    let markdown = room.run(&["batch", "study.toml", "--format", "md"]);
    assert!(markdown.code == 3 && markdown.out.contains("## Asserted"), "{}", markdown.out);
    room.run(&["batch", "study.toml", "--quiet"]).failed(3, &[told]);
    // A part judges nothing; who joins the parts does.
    for shard in ["1/2", "2/2"] {
        let arguments =
            ["batch", "study.toml", "--quiet", "--shard", shard, "--store", &shard[..1]];
        room.run(&arguments).well();
    }
    room.run(&["merge", "1", "2", "--quiet", "--out", "merged"]).failed(3, &[told]);
    room.write("study.toml", study.replace(", \"5s\"", ""));
    room.run(&["batch", "study.toml", "--quiet"]).well();
}

#[test]
fn an_interval_that_leaves_it_open_is_said_with_what_would_tell() {
    let room = asserting("[\"service_level[all] <= 1\"]");
    let many = ["run", "s.toml", "--replications", "20"];
    let out = room.run(&[many.as_slice(), &["--format", "csv"]].concat()).well().out;
    let level = out.lines().find(|line| line.contains(",service_level,")).expect("it is there");
    let level: f64 = level.split(',').nth(5).expect("an estimate").parse().expect("a number");
    let room = asserting(&format!("[\"service_level[all] <= {}\"]", level + 0.01));
    let done = room.run(&many).well();
    assert!(done.out.contains("holds, unclear: some "), "{}", done.out);
    let room = asserting(&format!("[\"service_level[all] >= {}\"]", level + 0.01));
    let done = room.run(&many);
    assert!(done.code == 3 && done.out.contains("FAILS, unclear: some "), "{}", done.out);
    let done = room.run(&["run", "s.toml", "--replications", "1"]);
    assert!(done.out.contains("without an interval"), "{}", done.out);
}

#[test]
fn what_cannot_be_judged_is_told_before_anything_is_simulated() {
    for (condition, parts) in [
        ("service_leval[all] >= 1", ["no metric is named", "did you mean `service_level`?"]),
        (
            "service_level[workflow:Suport] >= 1",
            ["no workflow is named", "did you mean `Support`?"],
        ),
        ("service_level[all] >= 80", ["a share from 0 to 1", "for 80 % write 80%"]),
        ("wait_p90[all] <= 41", ["compared with a duration", "with its unit: 41s"]),
        ("wait_p90[all] = 41s", ["a comparison is <, <=, > or >=", "s.toml:1:27"]),
        ("wait_p90", ["there is no comparison", "s.toml:1:13"]),
    ] {
        let room = asserting(&format!("[ \"{condition}\" ]"));
        room.run(&["run", "s.toml"]).failed(2, &parts);
        room.run(&["check", "s.toml"]).failed(2, &parts);
        assert_eq!(room.names("."), ["s.toml"]);
    }
    asserting("\"x\"").run(&["check", "s.toml"]).failed(2, &["expected a list of conditions"]);
    asserting("[1]").run(&["check", "s.toml"]).failed(2, &["expected text in quotes"]);
}
