//! What a run writes and prints.

use std::collections::BTreeMap;

use crate::{Room, first_line, json};

const FILES: [&str; 6] = [
    "intervals.csv",
    "manifest.json",
    "replications.csv",
    "summary.csv",
    "summary_wide.csv",
    "workers.csv",
];
const TRACES: [&str; 3] = ["events.csv", "reservations.csv", "tasks.csv"];

/// The columns that other programs rely on.
const COLUMNS: [(&str, &str); 6] = [
    ("summary.csv", "scenario,scope,name,metric,unit,estimate,ci_low,ci_high,replications,method"),
    (
        "intervals.csv",
        "scenario,interval_start,scope,name,tasks_created,tasks_accepted,tasks_abandoned,\
         tasks_in_time,reservations_created,reservations_timed_out,service_level,\
         service_level_half_width,met_target,wait_mean,wait_p90,aht,occupancy,staffed_mean,\
         hours_lost_after_miss",
    ),
    (
        "workers.csv",
        "scenario,worker,group,reservations_created,accepted,rejected,timed_out,canceled,\
         rescinded,talking,wrapping,ringing,recovering,idle,unavailable,scheduled,\
         timed_out_per_shift",
    ),
    (
        "tasks.csv",
        "replication,task,key,source,workflow,task_queue,channel,priority,created,first_offered,\
         accepted,talk_end,completed,canceled,reason,worker,reservations,wait,wait_unoffered,\
         wait_in_missed_offers,wait_in_final_offer,patience,talk_drawn,wrap_up_drawn",
    ),
    (
        "reservations.csv",
        "replication,reservation,task,task_queue,worker,created,ended,outcome,ring,answer_drawn",
    ),
    (
        "events.csv",
        "replication,time_ms,event_type,task,reservation,worker,task_queue,workflow,detail",
    ),
];

#[test]
fn without_an_argument_the_bundled_example_is_simulated() {
    let room = Room::new();
    let done = room.run(&["run"]).well();
    assert!(done.out.starts_with("weekday: "), "{}", done.out);
    assert_eq!(room.names("."), ["out"]);
    assert_eq!(room.names("out"), ["weekday"]);
    assert_eq!(room.names("out/weekday"), FILES);
}

#[test]
fn files_have_the_columns_that_others_rely_on() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "--trace", "tasks,reservations,events"]).well();
    let mut all = [FILES.as_slice(), TRACES.as_slice()].concat();
    all.sort_unstable();
    assert_eq!(room.names("out/small"), all);
    for (file, columns) in COLUMNS {
        assert_eq!(first_line(&room.read(&format!("out/small/{file}"))), columns, "{file}");
    }
    let replications = room.read("out/small/replications.csv");
    let head = first_line(&replications);
    assert!(head.starts_with("scenario,replication,scope,name,tasks_created,"), "{head}");
    assert!(head.contains(",longest_wait_ms,wait_histogram,"), "{head}");
    let wide = room.read("out/small/summary_wide.csv");
    assert!(first_line(&wide).starts_with("scenario,scope,name,tasks_created,tasks_entered,"));
    let manifest = room.read("out/small/manifest.json");
    let keys: Vec<&str> = manifest.lines().filter_map(|line| line.strip_prefix("  \"")).collect();
    let keys: Vec<&str> = keys.iter().filter_map(|line| line.split('"').next()).collect();
    assert_eq!(
        keys.join(","),
        "version,scenario,scenario_sha256,seed,replications,options,assumed,tasks,events,\
         wall_seconds,cpu_seconds,peak_rss_bytes"
    );
}

#[test]
fn a_file_without_rows_still_has_its_header() {
    let room = Room::with_small();
    let nothing = ["--set", "source.calls.arrivals={ per = '1h', from = '05:00', counts = [1] }"];
    let arguments = ["run", "small.toml", "--trace", "tasks,reservations", "--quiet"];
    room.run(&[arguments.as_slice(), nothing.as_slice()].concat()).well();
    for file in ["tasks.csv", "reservations.csv"] {
        assert_eq!(room.read(&format!("out/small/{file}")).lines().count(), 1, "{file}");
    }
    let summary = room.read("out/small/summary.csv");
    let waits = summary.lines().find(|line| line.contains("wait_until_accepted_mean"));
    assert_eq!(waits, Some("small,all,,wait_until_accepted_mean,s,,,,2,ratio"));
    assert!(!summary.contains("NaN") && !summary.contains("inf"));
}

#[test]
fn results_are_the_same_bytes_on_one_thread_and_on_two_and_again() {
    let room = Room::new();
    let all: Vec<BTreeMap<String, String>> = ["1", "2", "2"]
        .iter()
        .map(|threads| {
            let trace = ["--trace", "tasks,reservations,events", "--set", "replications=5"];
            let arguments = ["run", "--threads", threads, "--format", "csv"];
            let out = room.run(&[arguments.as_slice(), trace.as_slice()].concat()).well().out;
            let mut files: BTreeMap<String, String> = room
                .names("out/weekday")
                .into_iter()
                .map(|name| (name.clone(), room.read(&format!("out/weekday/{name}"))))
                .collect();
            assert_eq!(files.len(), FILES.len() + TRACES.len());
            assert_eq!(out, files["summary.csv"]);
            let mut manifest = json(&files["manifest.json"]);
            for key in ["wall_seconds", "cpu_seconds", "peak_rss_bytes"] {
                assert!(manifest.as_object_mut().expect("an object").remove(key).is_some());
            }
            files.insert("manifest.json".into(), manifest.to_string());
            files
        })
        .collect();
    for (name, text) in &all[0] {
        assert!(all[1][name] == *text, "{name} depends on the number of threads");
        assert!(all[2][name] == *text, "{name} differs from run to run");
    }
}

#[test]
fn the_manifest_says_what_was_asked_for() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "--quiet"]).well();
    let plain = json(&room.read("out/small/manifest.json"));
    assert_eq!((&plain["seed"], &plain["options"]), (&json("1"), &json("{}")));
    let options = ["--seed", "7", "--replications", "3", "--set", "workers[0].count=9"];
    room.run(&[&["run", "small.toml", "-q", "--threads", "2"], options.as_slice()].concat()).well();
    let changed = json(&room.read("out/small/manifest.json"));
    assert_eq!((&changed["seed"], &changed["replications"]), (&json("7"), &json("3")));
    let expected = r#"{"seed": 7, "replications": 3, "set": ["workers[0].count=9"]}"#;
    assert_eq!(changed["options"], json(expected));
    assert_eq!(room.read("out/small/workers.csv").lines().count(), 1 + 9);
    assert_ne!(plain["tasks"], changed["tasks"]);
}

#[test]
fn the_parts_of_a_wait_and_the_states_of_a_worker_add_up() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "-q", "--trace", "tasks"]).well();
    let tasks = room.read("out/small/tasks.csv");
    let millis = |text: &str| (text.parse::<f64>().expect("seconds") * 1000.0).round();
    let mut n_accepted = 0;
    for row in tasks.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()) {
        if !row[10].is_empty() {
            n_accepted += 1;
            let parts = row[18..21].iter().map(|part| millis(part)).sum::<f64>();
            assert!((parts - millis(row[17])).abs() < 0.5, "{row:?}");
        }
    }
    assert!(n_accepted > 50, "{n_accepted}");
    let manifest = json(&room.read("out/small/manifest.json"));
    assert_eq!(manifest["tasks"], (tasks.lines().count() - 1) as u64);
    for line in room.read("out/small/workers.csv").lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let states = row[9..15].iter().map(|state| millis(state)).sum::<f64>();
        assert!((states - millis(row[15])).abs() < 4.0, "{line}");
    }
}

#[test]
fn every_format_prints_the_same_results() {
    let room = Room::with_small();
    let print = |format: &str| room.run(&["run", "small.toml", "--format", format]).well().out;
    let csv = print("csv");
    assert_eq!(csv, room.read("out/small/summary.csv"));
    let rows = json(&print("json"));
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), csv.lines().count() - 1);
    let row = format!("small,all,,tasks_created,tasks,{},", rows[0]["estimate"]);
    assert!(csv.contains(&row), "{row}");
    assert!(print("md").starts_with("# small: 2 replications of 2h, seed 1; "));
    let table = print("table");
    for part in ["Service level", "Wait until accepted", "By task queue", "Billing", "day"] {
        assert!(table.contains(part), "{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn quiet_prints_nothing_and_writes_everything() {
    let room = Room::with_small();
    let done = room.run(&["run", "small.toml", "--quiet", "--out", "here"]).well();
    assert_eq!((done.out.as_str(), done.err.as_str()), ("", ""));
    assert_eq!(room.names("here"), FILES);
}

#[test]
fn color_is_for_terminals_or_on_request() {
    let room = Room::with_small();
    let print = |color: &str| room.run(&["run", "small.toml", "--color", color]).well().out;
    assert!(print("always").contains("\u{1b}[1m"));
    assert!(!print("auto").contains('\u{1b}') && !print("never").contains('\u{1b}'));
}

#[test]
fn what_makes_results_doubtful_is_said() {
    let room = Room::with_small();
    let arguments = [
        "--replications",
        "1",
        "--set",
        "workers[0].count=1",
        "--set",
        "drain='0s'",
        "--set",
        "source.calls.patience='9h'",
    ];
    let done = room.run(&[["run", "small.toml"].as_slice(), &arguments].concat()).well();
    assert!(
        done.err.contains("warning: one replication says nothing about chance"),
        "{}",
        done.err
    );
    assert!(done.err.contains("still waiting when the run ended"), "{}", done.err);
}

#[test]
fn erlang_stands_beside_the_simulation() {
    let room = Room::with_small();
    let text = room.run(&["run", "small.toml"]).well().out;
    let section = text.split("Beside Erlang\n").nth(1).expect("a section");
    let head: Vec<&str> = section.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(head, ["simulated", "Erlang", "A", "difference", "with", "offers"]);
    assert!(section.contains("60 tasks an hour, 3m20s of talk and wrap-up each"), "{section}");
    assert!(section.contains("It does not know of ringing ("), "{section}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let markdown = room.run(&["run", "small.toml", "--force", "--format", "md"]).well().out;
    assert!(markdown.contains("## Beside Erlang\n\n| "), "{markdown}");
    assert!(markdown.contains("\nErlang A is given 60 tasks an hour"), "{markdown}");
}
