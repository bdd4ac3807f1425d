//! Batches whose replications depend on each other, or are corrected by how many tasks came.

use crate::cli::batch::{csvs, quiet, rows};
use crate::{Room, SMALL};

const STUDY: &str = r#"
base = "busy.toml"
replications = 400
[axes]
'workers["day"].count' = [5, 6]
"#;
/// What makes `small.toml` short, and its days busy or calm.
const BUSY: [(&str, &str); 2] = [
    ("horizon = \"2h\"", "horizon = \"20m\""),
    (
        "[source.calls]",
        "[busyness]\nday = { dist = \"gamma\", mean = 1, cv = 0.4 }\n[source.calls]\nbusyness = \"day\"",
    ),
];

/// A room with a study of busy and calm days, some keys added to it.
fn room(more: &str) -> Room {
    let room = Room::new();
    let busy = BUSY.iter().fold(SMALL.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
    room.write("small.toml", SMALL);
    room.write("busy.toml", busy);
    room.write("study.toml", format!("{more}\n{STUDY}"));
    room
}

/// Half the width of an interval of everything in `summary.csv`, or of a difference in
/// `compare.csv`.
fn half_width(text: &str, metric: &str, columns: [usize; 4]) -> f64 {
    let [scope, name, low, high] = columns;
    let found = rows(text).into_iter().find(|row| row[scope] == "all" && row[name] == metric);
    let row = found.expect("there is such a row");
    let number = |at: usize| row[at].parse::<f64>().expect("a number");
    0.5 * (number(high) - number(low))
}

#[test]
fn dependent_replications_are_kept_joined_and_compared_as_such() {
    for (flag, name, units) in [
        ("--stratified", "stratified", "20 blocks of 20"),
        ("--antithetic", "antithetic", "200 pairs"),
    ] {
        let room = room("");
        let done = room.run(&["batch", "study.toml", flag]).well();
        let told = format!("Sampling is {name}: intervals are made of {units}.");
        assert!(done.out.contains(&told), "{}", done.out);
        let whole = csvs(&room, "out/study");
        let manifest = room.read("out/study/manifest.json");
        assert!(manifest.contains(&format!("\"sampling\": \"{name}\"")), "{manifest}");
        for shard in ["1/3", "2/3", "3/3"] {
            let store = &shard[..1];
            let arguments = ["batch", "study.toml", flag, "--shard", shard, "--store", store];
            quiet(&room, &arguments).well();
        }
        quiet(&room, &["merge", "1", "2", "3", "--out", "merged"]).well();
        assert_eq!(csvs(&room, "merged"), whole, "{flag}");
        // The same from the study file, and other results than without it.
        let room = self::room(&format!("sampling = \"{name}\""));
        quiet(&room, &["batch", "study.toml"]).well();
        assert_eq!(csvs(&room, "out/study"), whole, "{flag}");
        let room = self::room("");
        quiet(&room, &["batch", "study.toml"]).well();
        let plain = csvs(&room, "out/study");
        assert!(plain[1] != whole[1]);
        let created = |csvs: &[String]| half_width(&csvs[2], "tasks_created", [1, 3, 6, 7]);
        assert!(created(&whole) < 0.8 * created(&plain), "{flag}");
    }
}

#[test]
fn a_control_variate_changes_estimates_but_no_replication() {
    let room = room("");
    quiet(&room, &["batch", "study.toml"]).well();
    let plain = csvs(&room, "out/study");
    quiet(&room, &["batch", "study.toml", "--control-variate"]).well();
    let controlled = csvs(&room, "out/study");
    assert_eq!(plain[1], controlled[1], "replications.csv");
    assert!(room.names("out/study.store").len() == 1, "the same blocks");
    assert!(controlled[2].contains(",ratio_controlled") && !plain[2].contains("_controlled"));
    for metric in ["tasks_abandoned", "service_level"] {
        let halves = [&plain, &controlled].map(|csvs| half_width(&csvs[2], metric, [1, 3, 6, 7]));
        assert!(halves[1] < 0.9 * halves[0], "{metric}: {halves:?}");
    }
    let created = half_width(&controlled[2], "tasks_created", [1, 3, 6, 7]);
    assert!(created < 1e-9, "what comes is known: {created}");
}

#[test]
fn what_cannot_be_valid_is_refused_before_anything_is_simulated() {
    let refused = |room: &Room, arguments: &[&str], parts: &[&str]| {
        quiet(room, &[&["batch", "study.toml"], arguments].concat()).failed(2, parts);
        assert!(!room.path("out").exists(), "{arguments:?}");
    };
    let flags = room("");
    refused(&flags, &["--stratified", "--antithetic"], &["cannot be used with"]);
    refused(
        &flags,
        &["--stratified", "--replications", "50"],
        &["50 replications are not whole blocks of 20", "--replications 400 makes 20 of them"],
    );
    refused(&flags, &["--stratified", "--replications", "20"], &["at least two: there is 1"]);
    refused(&flags, &["--antithetic", "--replications", "21"], &["are not whole pairs"]);
    let most = ["--antithetic", "--replications", "4294967295"];
    refused(&flags, &most, &["--replications 4294967294 makes 2147483647 of them"]);
    refused(&flags, &["--control-variate", "--replications", "19"], &["20 replications or more"]);
    let arguments = ["--control-variate", "--stratified", "--replications", "200"];
    refused(&flags, &arguments, &["needs 20 blocks of 20 replications or more: there are 10"]);
    let set = ["--set", "source.calls.retry={ p = 0.5, after = '1m', max = 1 }"];
    refused(&flags, &[&["--control-variate"], &set[..]].concat(), &["`calls` come again"]);
    for (keys, parts) in [
        ("sampling = \"stratified\"\nreplications = 50", ["study.toml:1:12", "whole blocks"]),
        ("control_variate = true\nreplications = 19", ["study.toml:1:19", "there are 19"]),
        ("sampling = \"strata\"", ["study.toml:1:12", "or \"antithetic\", found \"strata\""]),
        (
            "stop_when = [{ metric = \"aht\", relative = 0.5 }]\nmax_replications = 410\nsampling = \"stratified\"",
            ["study.toml:3:12", "410 replications are not whole blocks of 20"],
        ),
    ] {
        let room = room(keys);
        let study = room.read("study.toml").replace("replications = 400\n", "");
        room.write("study.toml", study);
        refused(&room, &[], &parts);
        room.run(&["check", "study.toml"]).failed(2, &parts);
    }
    let room = room("sampling = \"stratified\"");
    room.write("study.toml", room.read("study.toml").replace("busy.toml", "small.toml"));
    refused(&room, &[], &["study.toml:1:12", "has a busyness: there is nothing to stratify"]);
    room.run(&["check", "study.toml"]).failed(2, &["there is nothing to stratify"]);
}

#[test]
fn nobody_looks_before_there_are_twenty_units() {
    let stop = "sampling = \"stratified\"\nmax_replications = 1600\n\
                stop_when = [{ metric = \"service_level\", half_width = \"50%\" }]";
    let room = room(stop);
    room.write("study.toml", room.read("study.toml").replace("replications = 400\n", ""));
    quiet(&room, &["batch", "study.toml"]).well();
    let summary = rows(&room.read("out/study/summary.csv"));
    assert!(summary.iter().all(|row| row[8] == "400"), "one look is enough");
}

#[test]
fn parts_that_were_sampled_differently_are_not_merged() {
    let room = room("");
    let shard = |store: &str, shard: &str, more: &[&str]| {
        let arguments = ["batch", "study.toml", "--shard", shard, "--store", store];
        quiet(&room, &[&arguments[..], more].concat()).well();
    };
    shard("a", "1/2", &[]);
    shard("b", "2/2", &["--antithetic"]);
    shard("c", "2/2", &["--control-variate"]);
    let told = ["are sampled differently: independent and antithetic"];
    quiet(&room, &["merge", "a", "b"]).failed(2, &told);
    quiet(&room, &["merge", "a", "c"]).failed(2, &["one has a control variate"]);
}
