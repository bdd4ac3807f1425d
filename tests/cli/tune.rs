//! What `trsim tune` chooses, writes and says.

use std::collections::BTreeMap;

use crate::{Room, first_line, json};

const FILES: [&str; 4] = ["certificate.json", "manifest.json", "pareto.csv", "tune_curve.csv"];
const CURVE: &str = "value,cost,ci_low,ci_high,waiting,abandoned,missed,hours_ringing,\
                     hours_lost_after_miss,fte_lost,difference,difference_low,difference_high,\
                     replications,eliminated_in_round,feasible,class";

/// A few timeouts, coarsely, over half an hour.
const FEW: [&str; 9] = [
    "tune",
    "small.toml",
    "--timeouts",
    "5s..45s:10s",
    "--set",
    "tune.indifference=5",
    "--set",
    "horizon='30m'",
    "-q",
];

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

#[test]
fn the_decision_comes_first_and_the_folder_has_the_proof() {
    let room = Room::with_small();
    let done = room.run(&FEW[..8]).well();
    let first = first_line(&done.out);
    assert!(first.starts_with("Support: now 20 s → "), "{first}");
    assert!(first.contains(" equally good; keep your value: "), "{first}");
    for part in [
        "Decision",
        "Cost per task above the recommended",
        "Candidates",
        "If the inputs were different",
    ] {
        assert!(done.out.contains(&format!("\n{part}\n")), "{}", done.out);
    }
    assert!(done.out.lines().all(|line| line.chars().count() <= 100), "{}", done.out);
    assert_eq!(room.names("out/small-tune"), FILES);
    let curve = room.read("out/small-tune/tune_curve.csv");
    assert_eq!(first_line(&curve), CURVE);
    let values: Vec<&str> = curve.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    assert_eq!(values, ["5", "15", "20", "25", "35", "45"], "what is in force is a candidate");
    assert_eq!(curve.matches(",recommended\n").count(), 1);
    let pareto = room.read("out/small-tune/pareto.csv");
    assert_eq!(first_line(&pareto), "value,waiting,missed_rate,hours_lost_after_miss,front");
    assert_eq!(pareto.lines().count(), 7);
}

#[test]
fn the_certificate_agrees_with_the_curve() {
    let room = Room::with_small();
    room.run(&FEW).well();
    let certificate = json(&room.read("out/small-tune/certificate.json"));
    let curve = room.read("out/small-tune/tune_curve.csv");
    let recommended = curve.lines().find(|line| line.ends_with(",recommended")).expect("one");
    let value = recommended.split(',').next().expect("a value");
    assert_eq!(certificate["recommended"].to_string(), value);
    assert_eq!(certificate["present"], 20);
    assert_eq!(certificate["candidates"], 6);
    assert!(certificate["good"].as_array().expect("a list").contains(&certificate["recommended"]));
    let gap = certificate["gap_bound"].as_f64().expect("a number");
    assert_eq!(certificate["certified"], gap <= 5.0);
    let sentence = certificate["sentence"].as_str().expect("a text");
    assert!(sentence.starts_with("With probability at least 95 % "), "{sentence}");
    let n = certificate["replications"].as_u64().expect("a number");
    assert!(100 <= n && sentence.contains(&format!("({n} fresh")), "{sentence}");
}

#[test]
fn the_bytes_are_the_same_on_one_thread_on_two_and_on_eight() {
    let room = Room::with_small();
    let all: Vec<BTreeMap<String, String>> = ["1", "2", "8"]
        .iter()
        .map(|threads| {
            room.run(&with(&FEW, &["--threads", threads])).well();
            let read = |name: &str| (name.to_owned(), room.read(&format!("out/small-tune/{name}")));
            let mut files: BTreeMap<String, String> = FILES.into_iter().map(read).collect();
            let mut manifest = json(&files["manifest.json"]);
            for key in ["wall_seconds", "cpu_seconds", "peak_rss_bytes"] {
                assert!(manifest.as_object_mut().expect("an object").remove(key).is_some());
            }
            files.insert("manifest.json".into(), manifest.to_string());
            files
        })
        .collect();
    assert_eq!(all[0], all[1]);
    assert_eq!(all[1], all[2]);
}

#[test]
fn a_scenario_may_say_what_to_choose_and_what_must_hold() {
    let room = Room::with_small();
    let tune = "[tune]\nindifference = 5\nsubject_to = ['reservation_timeout_rate <= 0.2']\n\
                cost = { missed = 0, abandoned = 100 }\n[[tune.decisions]]\n\
                path = 'workers[\"day\"].count'\nvalues = [4, 5, 6]\n[[tune.decisions]]\n\
                path = 'workspace.workflows[\"Support\"].task_reservation_timeout'\n\
                from = 10\nto = 30\nstep = 20\n";
    room.write("t.toml", format!("{}{tune}", crate::SMALL.replace("2h", "30m")));
    let done = room.run(&["tune", "t.toml", "--format", "json"]).well();
    let all = json(&done.out);
    let certificate = &all["certificate"];
    assert_eq!(certificate["candidates"], 7, "six combinations, and what is in force");
    assert_eq!(certificate["recommended"]["workers[\"day\"].count"], 6, "staff costs nothing");
    assert_eq!(certificate["subject_to"][0], "reservation_timeout_rate <= 0.2");
    assert_eq!(all["curve"][0]["value"], "4;10");
    assert!(!all["sensitivity"].as_array().expect("a list").is_empty());
    let done = room.run(&["tune", "t.toml", "--format", "md"]).well();
    assert!(done.out.starts_with("# workers[\"day\"].count / workspace."), "{}", done.out);
    assert!(done.out.contains("## What has to hold") && done.out.contains("kept"), "{}", done.out);
    for part in ["## Now and proposed", "Full-time workers lost", "## By task queue", " → "] {
        assert!(done.out.contains(part), "{}", done.out);
    }
}

#[test]
fn if_nothing_keeps_what_has_to_hold_the_nearest_is_shown() {
    let room = Room::with_small();
    let set = ["--set", "tune.subject_to=['reservation_timeout_rate <= 0.01']"];
    let done = room.run(&with(&FEW[..8], &set)).well();
    let first = first_line(&done.out);
    assert!(first.starts_with("Support: now 20 s; no candidate keeps reservation_"), "{first}");
    assert!(first.ends_with("nearest: 45 s"), "{first}");
    assert!(done.out.contains(": broken"), "{}", done.out);
    let certificate = json(&room.read("out/small-tune/certificate.json"));
    assert!(certificate["recommended"].is_null() && certificate["gap_bound"].is_null());
    assert!(!room.read("out/small-tune/tune_curve.csv").contains("recommended\n"));
}

#[test]
fn what_cannot_be_tuned_is_refused_before_anything_is_simulated() {
    let room = Room::with_small();
    let fails = |more: &[&str], parts: &[&str]| {
        room.run(&with(&["tune", "small.toml", "-q"], more)).failed(2, parts);
    };
    fails(&["--workflow", "Suport"], &["there is no workflow `Suport`", "`Support`"]);
    fails(&["--timeouts", "60s..5s"], &["the range of timeouts `60s..5s` is empty"]);
    fails(&["--timeouts", "5..60"], &["no range of timeouts", "--timeouts 5s..120s"]);
    fails(&["--timeouts", "0s..5s"], &["expected 1 s to 86400 s"]);
    fails(&["--set", "tune.budget.replications=10"], &["116 candidates need 4640 replications"]);
    fails(&["--timeouts", "1s..3000s"], &["3000 candidates: more than 2000"]);
    let subject = |condition: &str| format!("tune.subject_to=['{condition}']");
    for (condition, part) in [
        ("missd_rate <= 1", "did you mean `missed_rate`?"),
        ("missed_rate[workflow:Suport] <= 1", "did you mean `Support`?"),
        ("wait_max <= 60s", "it is no average"),
        ("occupancy[workflow:Support] <= 1", "says nothing about a workflow"),
        ("missed_rate = 1", "a comparison is <, <=, > or >="),
    ] {
        fails(&["--set", &subject(condition)], &[part]);
    }
    let decide = |rest: &str| format!("tune.decisions=[{{ {rest} }}]");
    for (rest, part) in [
        ("path = 'workers[0].cont', values = [1]", "did you mean `count`?"),
        ("path = 'workers[0].count', from = 5, to = 3", "the range is empty"),
        ("path = 'workers[0].count', from = 1, to = '3s'", "all numbers, or all durations"),
        ("path = 'workers[0].count', from = 1, to = 3, step = 0", "more than zero"),
        ("path = 'workers[0].count', from = 1, to = 3e8", "no more than 100000"),
        ("path = 'source.calls.balk', from = 0, to = 1, values = [1]", "exclude each other"),
        ("path = 'source.calls.retry', values = [1]", "nothing is in force"),
    ] {
        fails(&["--set", &decide(rest)], &[part]);
    }
    assert_eq!(room.names("."), ["small.toml"]);
}

#[test]
fn standard_input_can_be_tuned() {
    let room = Room::new();
    let arguments = ["tune", "-", "--timeouts", "10s..30s:10s", "--set", "tune.indifference=9"];
    let done = room.run_with_input(&arguments, crate::SMALL.replace("2h", "30m")).well();
    assert!(first_line(&done.out).starts_with("Support: now 20 s → "), "{}", done.out);
}
