//! `trsim init`.

use std::fs;
use std::path::Path;

use crate::Room;

/// The exported workspace of the scenarios, in `export/`.
fn room_with_export() -> Room {
    let room = Room::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/exported");
    for entry in fs::read_dir(folder).expect("a folder of ours") {
        let path = entry.expect("an entry of ours").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        room.write(&format!("export/{name}"), fs::read(&path).expect("a file of ours"));
    }
    room
}

const LONG: &str = "date,interval,queue,channel,offered,AHT\n\
    2026-01-19,09:00-09:30,Sales,voice,20,300\n\
    2026-01-19,09:30-10:00,Sales,voice,22,5:00\n\
    2026-01-19,09:00-09:30,Support,voice,30,240\n\
    2026-01-19,09:30-10:00,Support,chat,8,\n";

const INIT: [&str; 6] =
    ["init", "export/*.json", "--arrivals", "arrivals.csv", "--out", "first.toml"];

#[test]
fn an_export_and_arrivals_become_a_scenario_that_check_accepts() {
    let room = room_with_export();
    room.write("arrivals.csv", LONG);
    let done = room.run(&INIT).well();
    assert!(done.out.starts_with("first.toml: 3 sources, 2 workflows, 4 task queues, 20 workers"));
    let text = room.read("first.toml");
    for part in [
        "workers = { file = [\"export/workers-*.json\", \"export/worker-channels.json\"] }",
        "start   = 2026-01-19T00:00:00",
        "horizon = \"1d\"",
        "interval = \"30m\"",
        "[source.Sales]\nworkflow   = \"Calls\"\nchannel    = \"voice\"\n\
         attributes = { topic = \"sales\" }",
        "[source.\"Support chat\"]\nworkflow   = \"Chats\"",
        "time = [\"date\", \"interval\"]",
        "where = { queue = \"Support\", channel = \"voice\" }",
        "mean = \"5m\", cv = 1.0",
        "# TODO: how long people wait",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    room.run(&["check", "first.toml"]).well();
    assert_eq!(room.run(&INIT).code, 2, "it is there already");
    let forced = [&INIT[..], &["--force"]].concat();
    room.run(&forced).well();
    assert_eq!(room.read("first.toml"), text);
}

#[test]
fn a_wide_file_has_a_column_for_each_queue() {
    let room = room_with_export();
    let wide = "date,interval,Sales,Sales AHT,Support\n\
                2026-01-19,9:00 AM,20,4m,30\n2026-01-20,9:00 AM,22,6m,28\n";
    room.write("arrivals.csv", wide);
    room.run(&INIT).well();
    let text = room.read("first.toml");
    assert!(text.contains("count = \"Sales\"") && text.contains("count = \"Support\""), "{text}");
    assert!(text.contains("mean = \"5m3s\""), "the mean is weighted by tasks: {text}");
    assert!(text.contains("days = \"mon,tue\""), "{text}");
    room.run(&["check", "first.toml"]).well();
}

#[test]
fn without_arrivals_and_workers_there_is_a_guess_for_everything() {
    let room = Room::new();
    let configuration = r#"{"taskRouting": {"filters": [
        {"filterFriendlyName": "A", "expression": "type == 'a'", "targets": [{"queue": "WQ1"}]},
        {"filterFriendlyName": "B", "expression": "type == 'b' OR type == 'a'",
         "targets": [{"queue": "WQ1", "timeout": 20}, {"queue": "Others"}]}],
        "defaultFilter": {"queue": "Others"}}}"#;
    let queues = r#"[{"sid": "WQ1", "friendlyName": "First", "targetWorkers": "skills HAS 'x'"}]"#;
    room.write("flow.json", configuration);
    room.write("queues.json", queues);
    let arguments = ["init", "flow.json", "queues.json", "--out", "s.toml"];
    let done = room.run(&arguments).well();
    assert!(done.out.contains("not in the exports: everybody serves them here"), "{}", done.out);
    let text = room.read("s.toml");
    assert!(text.contains("{ p = 0.5, set = { type = \"a\" } }"), "{text}");
    assert!(text.contains("{ p = 0.5, set = { type = \"b\" } }"), "past the first filter: {text}");
    assert!(text.contains("attributes = { skills = [\"x\"] }"), "{text}");
    room.run(&["run", "s.toml", "--replications", "1", "--quiet"]).well();
}

#[test]
fn what_is_wrong_is_told_at_its_place_and_nothing_is_written() {
    let room = room_with_export();
    room.write("arrivals.csv", LONG.replace("09:30,Sales", "09:30,Sails").replace(",8,", ",many,"));
    let parts = [
        "no queue is named `Sails`",
        "known are `Everyone`, `Sales`",
        "`many` is not a number",
        "^^^^",
    ];
    room.run(&INIT).failed(2, &parts);
    assert!(!room.path("first.toml").exists());
    room.write("arrivals.csv", "date,queue\n2026-01-19,Sales\n");
    room.run(&INIT).failed(2, &["how many tasks came: `offered`"]);
    let endless = "date,interval,queue,offered,AHT\n2026-01-19,09:00,Sales,3,9999999:00:00\n\
                   9999-01-19,09:00,Sales,3,60\n";
    room.write("arrivals.csv", endless);
    room.run(&INIT).failed(2, &["no handle time", "the year 9999", "arrivals.csv:3:1"]);
    assert!(!room.path("first.toml").exists());
    room.run(&["init", "nothing-*.json", "--out", "x.toml"]).failed(2, &["no file matches"]);
}
