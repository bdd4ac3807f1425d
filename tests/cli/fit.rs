//! `trsim fit`.

use crate::{Room, SMALL};

const COUNTS: [&str; 11] = [
    "fit",
    "--timeout",
    "20s",
    "--created",
    "41200",
    "--accepted",
    "37900",
    "--rejected",
    "610",
    "--timed-out",
    "2690",
];

/// Two kinds of workers whose behavior is known, and enough tasks to see it.
const TWO_KINDS: &str = r#"
[[workers]]
group = "mobile"
count = 5
attributes = { skills = ["billing"] }
channels = { voice = 1 }
behavior = "desk"
[source.more]
workflow = "Support"
channel = "voice"
attributes = { type = "billing" }
arrivals = { per_hour = 60 }
patience = { dist = "exponential", mean = "3m" }
talk = { dist = "exponential", mean = "3m" }
wrap_up = "20s"
"#;

fn two_kinds() -> String {
    SMALL
        .replace("horizon = \"2h\"", "horizon = \"60h\"")
        .replace("shift = { days = \"mon-sun\", start = \"00:00\", end = \"02:00\" }\n", "")
        + TWO_KINDS
}

#[test]
fn counts_become_three_behaviors_that_tune_tries() {
    let room = Room::with_small();
    let done = room.run(&[&COUNTS[..], &["--into", "small.toml"]].concat()).well();
    for part in
        ["counts do not tell a late answer", "low", "mid", "high", "up to a timeout of 20 s"]
    {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    let text = room.read("small.toml");
    assert!(text.contains("alternatives = [\n  { name = \"low\""), "{text}");
    assert!(text.contains("recovery = \"60s\""), "the rest stays:\n{text}");
    let tune = ["tune", "small.toml", "--timeouts", "10s..30s:10s", "--out", "out"];
    let done = room.run(&tune).well();
    for name in ["low", "high"] {
        assert!(done.out.contains(&format!("the alternative `{name}`")), "{}", done.out);
    }
    // What is printed by itself is the same as what is put into a scenario.
    let done = room.run(&[&COUNTS[..], &["--mean-ring", "6.4s"]].concat()).well();
    assert!(done.out.contains("\n[behavior.desk]\n"), "{}", done.out);
    assert!(done.out.contains("All three have the mean ring of 6.4 s"), "{}", done.out);
}

#[test]
fn statistics_are_counts() {
    let room = Room::with_small();
    room.write(
        "answer.json",
        "{ \"reservations_created\": 1000, \"reservations_accepted\": 900, \
         \"reservations_rejected\": 10, \"reservations_timed_out\": 80 }",
    );
    let done = room.run(&["fit", "answer.json", "--timeout", "20s"]).well();
    assert!(done.out.contains("1000 offers, 900 accepted, 10 rejected, 80 timed out"));
    room.run(&["fit", "answer.json"]).failed(2, &["say nothing without the reservation timeout"]);
}

#[test]
fn events_become_a_behavior_and_tasks_become_times() {
    let room = Room::new();
    room.write("s.toml", two_kinds());
    let run = ["run", "s.toml", "--replications", "1", "--trace", "reservations,tasks"];
    room.run(&[&run[..], &["--out", "out", "--quiet"]].concat()).well();
    let files = ["fit", "out/reservations.csv", "out/tasks.csv", "--into", "s.toml"];
    let done = room.run(&files).well();
    for part in [
        "Never answered: ",
        "up to a timeout of 20 s",
        "answer alike: one behavior",
        "Laws, by Akaike's criterion",
        "o as seen (Kaplan and Meier)",
        "calls: patience",
        "more: talk",
    ] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    let text = room.read("s.toml");
    assert!(text.contains("# Fitted to ") && !text.contains("miss = 0.1\n"), "{text}");
    room.run(&["check", "s.toml"]).well();
}

#[test]
fn columns_of_other_programs_have_other_names() {
    let room = Room::new();
    let row = |i: u32| {
        let (outcome, wait) = if i.is_multiple_of(3) { ("HANG", i) } else { ("AGENT", i / 2) };
        format!("{},{wait},{outcome},{}\n", if i.is_multiple_of(2) { "A" } else { "B" }, 60 + i)
    };
    let rows: String = (0..600).map(row).collect();
    room.write("calls.csv", format!("kind,q_s,result,service_s\n{rows}"));
    let columns = "wait=q_s,outcome=result,talk=service_s";
    let asked = ["fit", "calls.csv", "--columns", columns];
    let done = room.run(&[&asked[..], &["--source", "calls"]].concat()).well();
    assert!(done.out.contains("[source.calls]"), "{}", done.out);
    let half = room.run(&[&asked[..], &["--where", "kind=A"]].concat()).well();
    assert!(half.out.contains("Fitted to 300 tasks"), "{}", half.out);
}

#[test]
fn what_cannot_be_fitted_is_told() {
    let room = Room::with_small();
    let before = room.read("small.toml");
    room.write("few.csv", "outcome,ring,worker\naccepted,3,a\nrejected,x,b\n");
    room.write("other.csv", "a,b\n1,2\n");
    room.write("log.jsonl", "{\"event_type\": \"task.created\"\n");
    room.run(&["fit"]).failed(2, &["nothing was measured"]);
    room.run(&["fit", "absent.csv"]).failed(2, &["absent.csv"]);
    room.run(&["fit", "few.csv"]).failed(2, &["`x` is no time in seconds", "few.csv:3:10"]);
    room.run(&["fit", "other.csv"]).failed(2, &["about neither offers nor tasks"]);
    room.run(&["fit", "log.jsonl"]).failed(2, &["no JSON object", "log.jsonl:1:"]);
    room.write("few.csv", "outcome,ring\naccepted,3\n");
    room.run(&["fit", "few.csv"]).failed(2, &["too few to fit"]);
    let wrong = ["fit", "few.csv", "--columns", "weight=x"];
    room.run(&wrong).failed(2, &["no column `weight`"]);
    let wrong = ["fit", "few.csv", "--where", "kind=A"];
    room.run(&wrong).failed(2, &["few.csv has no column `kind`"]);
    let long = [&COUNTS[..], &["--mean-ring", "19s", "--into", "small.toml"]].concat();
    room.run(&long).failed(2, &["more offers would have timed out"]);
    assert_eq!(room.read("small.toml"), before);
}
