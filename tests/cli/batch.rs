//! Several scenarios side by side: what is written, what is kept, what is refused.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{Done, Room, first_line};

/// Two axes of two values, and a case, on `small.toml`.
const STUDY: &str = r#"
base = "small.toml"
replications = 30
baseline = { 'workers["day"].count' = 5, 'workspace.workflows["Support"].task_reservation_timeout' = "20s" }
[axes]
'workers["day"].count' = [5, 6]
'workspace.workflows["Support"].task_reservation_timeout' = ["20s", "5s"]
[[case]]
name = "patient"
set = { 'source.calls.patience' = "1h" }
"#;
const FILES: [&str; 4] = ["compare.csv", "manifest.json", "replications.csv", "summary.csv"];
const CASES: [&str; 5] = [
    "count=5, task_reservation_timeout=20s",
    "count=5, task_reservation_timeout=5s",
    "count=6, task_reservation_timeout=20s",
    "count=6, task_reservation_timeout=5s",
    "patient",
];

/// A room with `small.toml`, and `text` in `study.toml`.
fn room(text: &str) -> Room {
    let room = Room::with_small();
    room.write("study.toml", text);
    room
}

/// The three CSV files of a results folder.
pub(crate) fn csvs(room: &Room, folder: &str) -> Vec<String> {
    let files = FILES.iter().filter(|name| name.ends_with(".csv"));
    files.map(|name| room.read(&format!("{folder}/{name}"))).collect()
}

/// The rows of a CSV file without quotes in the fields that are asked for.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("CSV").iter().map(str::to_owned).collect()).collect()
}

pub(crate) fn quiet(room: &Room, arguments: &[&str]) -> Done {
    room.run(&[arguments, &["--quiet"]].concat())
}

#[test]
fn a_study_is_written_and_printed_cell_by_cell() {
    let room = room(STUDY);
    let done = room.run(&["batch", "study.toml"]).well();
    assert!(done.out.starts_with("study: 5 cells, seed 1\n"), "{}", done.out);
    assert!(CASES.iter().all(|case| done.out.contains(case)), "{}", done.out);
    assert!(done.out.contains("Ranking") && done.out.contains(" best"), "{}", done.out);
    assert_eq!(room.names("out"), ["study", "study.store"]);
    assert_eq!(room.names("out/study"), FILES);
    let [compare, replications, summary] = &csvs(&room, "out/study")[..] else { panic!() };
    assert_eq!(
        first_line(compare),
        "scenario,case,baseline,scope,name,metric,difference,ci_low,ci_high,adjusted"
    );
    let column = |text: &str, at: usize| {
        let mut names: Vec<String> = rows(text).into_iter().map(|row| row[at].clone()).collect();
        names.dedup();
        names
    };
    assert_eq!(column(summary, 0), CASES);
    assert_eq!(column(replications, 0), CASES);
    assert_eq!(column(compare, 0), ["small"]);
    assert_eq!(column(compare, 1), CASES[1..]);
    assert_eq!(column(compare, 2), CASES[..1]);
    assert!(column(compare, 9).contains(&"0.9875".to_owned()), "four comparisons share 5 %");
    let csv = room.run(&["batch", "study.toml", "--format", "csv"]).well().out;
    assert_eq!(csv, *compare);
    let by = ["--rank-by", "wait_p90[task_queue:Billing]", "--format", "md"];
    let out = room.run(&[["batch", "study.toml"].as_slice(), &by].concat()).well().out;
    assert!(out.contains("By wait_p90[task_queue:Billing]."), "{out}");
    for title in ["## What misses cost", "## By task queue", "## By channel"] {
        assert!(out.contains(title), "{out}");
    }
}

#[test]
fn a_cell_is_what_run_makes_of_the_same_changes() {
    let room = room(STUDY);
    quiet(&room, &["batch", "study.toml"]).well();
    let set = "workspace.workflows[\"Support\"].task_reservation_timeout=\"5s\"";
    quiet(&room, &["run", "small.toml", "--set", set, "--replications", "30"]).well();
    let of_run = rows(&room.read("out/small/summary.csv"));
    let of_batch = rows(&room.read("out/study/summary.csv"));
    let of_batch: Vec<_> = of_batch.into_iter().filter(|row| row[0] == CASES[1]).collect();
    assert!(!of_run.is_empty());
    let values =
        |rows: &[Vec<String>]| rows.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>();
    assert_eq!(values(&of_batch), values(&of_run));
    let of_run = rows(&room.read("out/small/replications.csv"));
    let of_batch = rows(&room.read("out/study/replications.csv"));
    let of_batch: Vec<_> = of_batch.into_iter().filter(|row| row[0] == CASES[1]).collect();
    assert_eq!(values(&of_batch), values(&of_run));
}

#[test]
fn what_a_change_cannot_touch_does_not_differ_at_all() {
    let room = room(STUDY);
    quiet(&room, &["batch", "study.toml"]).well();
    let compare = rows(&room.read("out/study/compare.csv"));
    let of = |case: &str, metric: &str| {
        let is_it = |row: &&Vec<String>| row[1] == case && row[3] == "all" && row[5] == metric;
        compare.iter().find(is_it).expect("there is such a row")[6..9].to_vec()
    };
    for case in &CASES[1..] {
        assert_eq!(of(case, "tasks_created"), ["0", "0", "0"], "{case}");
    }
    let number = |text: &String| text.parse::<f64>().expect("a number");
    let timeouts = of(CASES[1], "reservation_timeout_rate");
    assert!(0.1 < number(&timeouts[1]), "5 s are too short for many: {timeouts:?}");
    let abandoned = of("patient", "tasks_abandoned");
    assert!(number(&abandoned[2]) < 0.0, "{abandoned:?}");
}

#[test]
fn several_scenarios_are_compared_with_the_first() {
    let room = Room::with_small();
    let other = room.read("small.toml").replace("\"small\"", "\"other\"").replace("0.1", "0.3");
    room.write("other.toml", &other);
    quiet(&room, &["batch", "small.toml", "other.toml", "--replications", "20"]).well();
    let compare = rows(&room.read("out/batch/compare.csv"));
    assert!(compare.iter().all(|row| row[..3] == ["other", "other", "small"]), "{compare:?}");
    let refused = |changes: &[(&str, &str)], parts: &[&str]| {
        let text = changes.iter().fold(other.clone(), |text, (a, b)| text.replacen(a, b, 1));
        room.write("third.toml", text);
        quiet(&room, &["batch", "small.toml", "third.toml", "--out", "x"]).failed(2, parts);
        assert!(!room.path("x").exists() && !room.path("x.store").exists());
    };
    refused(&[("\"other\"", "\"small\"")], &["2 cells are named `small`"]);
    refused(&[("horizon", "seed = 2\nhorizon")], &["seed 1 and `other` seed 2", "--seed N"]);
    refused(&[("replications = 2", "replications = 3")], &["2 replications and `other` 3"]);
    refused(&[("horizon", "horizn")], &["unknown key `horizn`"]);
    let one = quiet(&room, &["batch", "small.toml"]);
    one.failed(2, &["is one scenario", "name several"]);
}

#[test]
fn what_is_wrong_is_told_before_anything_is_simulated() {
    for (from, to, parts) in [
        ("count'", "cuont'", ["study.toml:6:", "there is no `cuont`"]),
        ("[\"day\"]", "[\"dya\"]", ["study.toml:6:", "did you mean `day`?"]),
        ("[5, 6]", "[]", ["study.toml:6:", "the list is empty"]),
        ("[5, 6]", "{ from = 1, to = 1000000, step = 1 }", ["study.toml:6:", "more than 10000"]),
        ("count' = 5", "count' = 7", ["study.toml:4:", "the baseline must be a cell"]),
        ("replications", "replicatons", ["study.toml:3:", "did you mean `replications`?"]),
        ("small.toml", "smal.toml", ["cannot read smal.toml", "there is no such file"]),
        (
            "[axes]",
            "stop_when = [{ metric = \"waits\", half_width = 1 }]\n[axes]",
            ["study.toml:5:", "no metric is named `waits`"],
        ),
    ] {
        let room = room(&STUDY.replace(from, to));
        quiet(&room, &["batch", "study.toml"]).failed(2, &parts);
        assert_eq!(room.names("."), ["small.toml", "study.toml"], "{from}");
        room.run(&["check", "study.toml"]).failed(2, &parts);
    }
    let room = room(STUDY);
    let checked = room.run(&["check", "study.toml"]).well().out;
    assert!(checked.contains("study.toml: ") && checked.contains("5 cells"), "{checked}");
    let ranked = quiet(&room, &["batch", "study.toml", "--rank-by", "aht[workflow:x]"]);
    ranked.failed(2, &["--rank-by:1:14", "no workflow is named `x`"]);
    quiet(&room, &["batch", "study.toml", "--shard", "0/3"]).failed(2, &["1/4 for the first"]);
    quiet(&room, &["batch", "study.toml", "--shard", "4/3"]).failed(2, &["a shard is written"]);
    assert_eq!(room.names("."), ["small.toml", "study.toml"]);
}

#[test]
fn whoever_is_killed_goes_on_and_ends_with_the_same_bytes() {
    let whole = room(STUDY);
    quiet(&whole, &["batch", "study.toml"]).well();
    let room = room(STUDY);
    let rounds = std::env::var("TRSIM_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let mut n_killed = 0;
    for round in 0..rounds {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trsim"))
            .current_dir(room.path("."))
            .args(["batch", "study.toml", "--quiet", "--threads", "1"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(Duration::from_millis(7 + 23 * (round * 7 % 11)));
        let is_running = child.try_wait().expect("it can be asked").is_none();
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        n_killed += usize::from(is_running);
        if !is_running {
            // Once it is through there is nothing to interrupt: begin again.
            fs::remove_dir_all(room.path("out")).expect("it was written");
        }
    }
    quiet(&room, &["batch", "study.toml"]).well();
    assert_eq!(csvs(&room, "out/study"), csvs(&whole, "out/study"));
    #[expect(clippy::print_stdout, reason = "for whoever asks for more rounds by hand")]
    {
        println!("{n_killed} of {rounds} were killed on the way");
    }
}

#[test]
fn shards_and_threads_do_not_show_in_the_results() {
    let room = room(STUDY);
    quiet(&room, &["batch", "study.toml", "--threads", "1"]).well();
    let whole = csvs(&room, "out/study");
    for threads in ["2", "8"] {
        let arguments = ["batch", "study.toml", "--threads", threads, "--out", threads];
        quiet(&room, &arguments).well();
        assert_eq!(csvs(&room, threads), whole, "{threads} threads");
    }
    for n in [1, 7, 50] {
        let stores: Vec<String> = (1..=n).map(|i| format!("{n}/part{i}")).collect();
        for (i, store) in stores.iter().enumerate().rev() {
            let shard = format!("{}/{n}", i + 1);
            quiet(&room, &["batch", "study.toml", "--shard", &shard, "--out", store]).well();
        }
        let mut arguments = vec!["merge", "--out", "merged"];
        arguments.extend(stores.iter().map(String::as_str));
        quiet(&room, &arguments).well();
        assert_eq!(csvs(&room, "merged"), whole, "{n} shards");
    }
}

#[test]
fn parts_that_do_not_belong_together_are_not_merged() {
    let room = room(STUDY);
    let shard = |name: &str, shard: &str, more: &[&str]| {
        let arguments = ["batch", "study.toml", "--shard", shard, "--store", name];
        quiet(&room, &[arguments.as_slice(), more].concat()).well();
    };
    shard("a", "1/2", &[]);
    shard("b", "2/2", &["--seed", "2"]);
    quiet(&room, &["merge", "a", "b"]).failed(2, &["different seeds: 1 and 2"]);
    quiet(&room, &["merge", "a"]).failed(2, &["replications 20 to 29 of", "are missing"]);
    let text = room.read("small.toml");
    room.write("small.toml", text.replace("per_hour = 60", "per_hour = 61"));
    shard("c", "2/2", &[]);
    quiet(&room, &["merge", "a", "c"]).failed(2, &["a and c have different scenarios for"]);
    quiet(&room, &["merge", "a"]).failed(2, &["the stores and the files as they are now"]);
    room.write("small.toml", &text);
    shard("d", "2/2", &[]);
    let folder = format!("a/{}", room.names("a")[0]);
    let plan = room.read(&format!("{folder}/study.json"));
    room.write(
        &format!("{folder}/study.json"),
        plan.replace("\"version\": \"", "\"version\": \"9"),
    );
    quiet(&room, &["merge", "a", "d"]).failed(2, &["different versions"]);
    quiet(&room, &["batch", "study.toml", "--store", "a"]).failed(2, &["was made by version 9"]);
    // The same version of the program, but of another time: it made other results of a seed.
    assert!(plan.contains(" (results "), "{plan}");
    room.write(&format!("{folder}/study.json"), plan.replace(" (results ", " (results 9"));
    quiet(&room, &["merge", "a", "d"]).failed(2, &["different versions", "(results 9"]);
    let told = ["was made by version", "(results 9", "this is"];
    quiet(&room, &["batch", "study.toml", "--store", "a"]).failed(2, &told);
    room.write(&format!("{folder}/study.json"), plan);
    quiet(&room, &["merge", "a", "."]).failed(2, &["is no store of trsim batch"]);
    quiet(&room, &["merge", "a", "nowhere"]).failed(2, &["cannot read nowhere"]);
    assert!(!room.path("out/study").exists());
    quiet(&room, &["merge", "a", "d"]).well();
    fs::rename(room.path("study.toml"), room.path("moved.toml")).expect("it can be moved");
    quiet(&room, &["merge", "a", "d"]).failed(2, &["study.toml, which is not there", "--study"]);
}

#[test]
fn a_damaged_block_is_simulated_again() {
    let room = room(STUDY);
    quiet(&room, &["batch", "study.toml"]).well();
    let whole = csvs(&room, "out/study");
    let study = format!("out/study.store/{}", room.names("out/study.store")[0]);
    let cell = room.names(&study).into_iter().find(|name| name != "study.json").expect("a cell");
    let block = format!("{study}/{cell}/0-20.txt");
    let text = room.read(&block);
    room.write(&block, text.replacen("replication ", "replication 1", 1));
    let done = room.run(&["batch", "study.toml"]).well();
    assert!(done.err.contains("0-20.txt is damaged, and simulated again"), "{}", done.err);
    assert_eq!((room.read(&block), csvs(&room, "out/study")), (text, whole));
}

#[test]
fn a_cell_stops_when_it_is_precise_enough() {
    let rule = "max_replications = 100\n\
                stop_when = [{ metric = \"service_level\", half_width = \"4%\" }]\n[axes]";
    let room = room(&STUDY.replace("replications = 30\n", "").replacen("[axes]", rule, 1));
    quiet(&room, &["batch", "study.toml"]).well();
    let summary = rows(&room.read("out/study/summary.csv"));
    let levels: Vec<&Vec<String>> =
        summary.iter().filter(|row| row[1] == "all" && row[3] == "service_level").collect();
    assert_eq!(levels.len(), CASES.len());
    let number = |text: &str| text.parse::<f64>().expect("a number");
    for row in &levels {
        let half = 0.5 * (number(&row[7]) - number(&row[6]));
        assert!(["20", "40", "80", "100"].contains(&row[8].as_str()), "{row:?}");
        assert!(half <= 0.04 || row[8] == "100", "{row:?}");
    }
    assert!(levels.iter().any(|row| row[8] != levels[0][8]), "all need as many: {levels:?}");
    let done = room.run(&["batch", "study.toml"]).well();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let out = words(&done.out);
    assert!(out.contains("at the last look only: service_level in "), "{out}");
    let most = ["batch", "study.toml", "--set", "source.calls.arrivals.per_hour=70", "--out", "x"];
    room.write("study.toml", room.read("study.toml").replace("\"4%\"", "\"0.1%\""));
    let out = words(&room.run(&most).well().out);
    let told = "Not precise enough after max_replications: `count=5, task_reservation_timeout=20s`";
    assert!(out.contains(told) && out.contains("% of 0.1 %"), "{out}");
    room.write("study.toml", room.read("study.toml").replace("\"0.1%\"", "\"4%\""));
    let whole = csvs(&room, "out/study");
    for shard in ["1/2", "2/2"] {
        quiet(&room, &["batch", "study.toml", "--shard", shard, "--store", &shard[..1]]).well();
    }
    quiet(&room, &["merge", "1", "2", "--out", "merged"]).well();
    assert_eq!(csvs(&room, "merged"), whole);
}
