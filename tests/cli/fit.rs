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

fn answer(sid: &str, [created, accepted, timed_out]: [u32; 3]) -> String {
    format!(
        "{{ \"workflow_sid\": \"{sid}\", \"start_time\": \"2026-02-16T00:00:00Z\", \
         \"reservations_created\": {created}, \"reservations_accepted\": {accepted}, \
         \"reservations_rejected\": 0, \"reservations_timed_out\": {timed_out} }}"
    )
}

#[test]
fn counts_under_several_timeouts_tell_a_late_answer_from_none() {
    let room = Room::with_small();
    // 8 % never, the others after a log-normal time of median 6 s and sigma 0.6.
    let counts = ["--created", "20000,20000,20000", "--accepted", "14764,17990,18393"];
    let rest = ["--timed-out", "5236,2010,1607", "--timeout", "10s,20s,45s"];
    let done = room.run(&[&["fit"][..], &counts, &rest].concat()).well();
    for part in [
        "60000 offers, 51147 accepted, 0 rejected, 8853 timed out, in 3 counts",
        "The timeouts together tell a late answer from none.",
        "supported_to = \"45s\"",
        "under timeouts of 10 s, 20 s, 45 s",
        "count 3",
    ] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    let miss = |text: &str| -> f64 {
        let rest = text.split("\nmiss = ").nth(1).expect("it is written");
        rest.split('\n').next().and_then(|number| number.parse().ok()).expect("a number")
    };
    assert!((miss(&done.out) - 0.08).abs() < 0.01, "{}", done.out);
    // People who answer less the more time they have do not answer alike.
    let other = ["--created", "1000,1000", "--accepted", "950,800", "--timed-out", "50,200"];
    let done = room.run(&[&["fit", "--timeout", "15s,60s"][..], &other].concat()).well();
    assert!(done.out.contains("POOR fit: no one behavior gives all"), "{}", done.out);
    let uneven = ["fit", "--created", "9,9", "--accepted", "8", "--timed-out", "1,1"];
    let uneven = [&uneven[..], &["--timeout", "15s"]].concat();
    room.run(&uneven).failed(2, &["--created has 2 numbers, and --accepted 1"]);
    let uneven = [&["fit"][..], &counts, &rest[..2], &["--timeout", "10s,20s"]].concat();
    room.run(&uneven).failed(2, &["--timeout has 2 values, and there are 3 counts"]);
}

#[test]
fn statistics_of_workflows_have_the_timeouts_of_the_scenario() {
    let room = Room::new();
    let workflow = "[[workspace.workflows]]\n";
    let sid = |number: u32| format!("WW{number:032}");
    let first = format!("{workflow}sid = \"{}\"\n", sid(1));
    let second = format!(
        "[[workspace.workflows]]\nsid = \"{}\"\nfriendly_name = \"Chats\"\n\
         task_reservation_timeout = 60\n\
         configuration = {{ task_routing = {{ default_filter = {{ queue = \"Billing\" }} }} }}\n\n\
         {first}",
        sid(2)
    );
    room.write("s.toml", SMALL.replacen(workflow, &second, 1));
    room.write("calls.json", answer(&sid(1), [1000, 900, 100]));
    room.write("chats.json", answer(&sid(2), [1000, 940, 60]));
    room.write("other.json", answer(&sid(3), [1000, 940, 60]));
    let all = "{ \"reservations_created\": 9, \"reservations_accepted\": 8, \
               \"reservations_rejected\": 0, \"reservations_timed_out\": 1 }";
    room.write("all.json", all);
    let fit = |files: &[&str]| room.run(&[&["fit"][..], files, &["--into", "s.toml"]].concat());
    fit(&["calls.json", "other.json"]).failed(2, &["which the scenario does not know"]);
    fit(&["all.json"]).failed(2, &["the timeouts of the scenario's are 20s, 60s"]);
    fit(&["calls.json", "calls.json"]).failed(2, &["count the same offers", "leave one out"]);
    fit(&["calls.json", "all.json"]).failed(2, &["one is about a workflow, one about a workspace"]);
    let done = fit(&["calls.json", "chats.json"]).well();
    for part in ["Support", "Chats", "a timeout of 1m", "only as far as the spread"] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    assert!(room.read("s.toml").contains("supported_to = \"60s\""), "{}", room.read("s.toml"));
}

#[test]
fn whoever_has_no_behavior_gets_the_one_that_is_found() {
    let room = Room::with_small();
    let bare = room.read("small.toml").replacen("behavior = \"desk\"\n", "", 1);
    let more = "[[workers]]\ngroup = \"others\"\ncount = 1\n\
                attributes = { skills = [\"billing\"] }\nchannels = { voice = 1 }\n";
    room.write("bare.toml", format!("{bare}\n{more}"));
    room.run(&[&COUNTS[..], &["--into", "bare.toml"]].concat()).well();
    let text = room.read("bare.toml");
    assert_eq!(text.matches("behavior = \"desk\"").count(), 2, "{text}");
    let checked = room.run(&["check", "bare.toml"]).well();
    assert!(!checked.out.contains("accept at once"), "{}", checked.out);
    // A behavior that nobody has would do nothing.
    let wrong = [&COUNTS[..], &["--into", "bare.toml", "--behavior", "mobile"]].concat();
    room.run(&wrong).failed(2, &["no worker of the scenario has the behavior `mobile`", "desk"]);
    let two = text.replacen("behavior = \"desk\"", "behavior = \"mobile\"", 1);
    room.write("two.toml", two + "\n[behavior.mobile]\nresponse = \"9s\"\nmiss = 0.2\n");
    let both = [&COUNTS[..], &["--into", "two.toml"]].concat();
    room.run(&both).failed(2, &["these have several behaviors", "desk, mobile"]);
    room.run(&[&both[..], &["--behavior", "mobile"]].concat()).well();
    assert!(!room.read("two.toml").contains("miss = 0.2"), "{}", room.read("two.toml"));
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
