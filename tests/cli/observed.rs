//! What was observed, beside what is simulated.

use crate::{Room, SMALL};

/// A room whose scenario has observed `numbers`.
fn observing(numbers: &str) -> Room {
    let room = Room::new();
    room.write("s.toml", format!("{SMALL}\n[observed]\n{numbers}\n"));
    room
}

/// What TaskRouter answers about the workflow for two periods, as far as it matters here.
const ANSWER: &str = r#"{
  "account_sid": "AC00000000000000000000000000000000",
  "workflow_sid": "WW00000000000000000000000000000000",
  "tasks_entered": 240, "tasks_canceled": 20, "tasks_completed": 220, "tasks_moved": 0,
  "tasks_timed_out_in_workflow": 0, "tasks_deleted": 0,
  "reservations_created": 250, "reservations_accepted": 220, "reservations_rejected": 0,
  "reservations_timed_out": 25, "reservations_canceled": 5, "reservations_rescinded": 0,
  "wait_duration_until_accepted": { "avg": 21, "min": 1, "max": 300, "total": 4620 },
  "wait_duration_until_canceled": { "avg": 95, "min": 3, "max": 310, "total": 1900 },
  "split_by_wait_time": {
    "5": { "above": { "reservations_accepted": 120 }, "below": { "reservations_accepted": 100 } },
    "20": { "above": { "reservations_accepted": 55 }, "below": { "reservations_accepted": 165 } }
  }
}"#;

#[test]
fn observed_numbers_stand_beside_the_simulated_ones_and_in_observed_csv() {
    let room = observing(
        "\"reservation_timeout_rate[workflow:Support]\" = \"90%\"\n\
         \"tasks_created\" = 120\n\"wait_until_accepted_max[task_queue:Billing]\" = \"5m\"",
    );
    let done = room.run(&["run", "s.toml", "--replications", "20", "--out", "out"]).well();
    assert!(done.out.contains("\nObserved\n"), "{}", done.out);
    let line = |name: &str| {
        let found = done.out.lines().find(|line| line.contains(name));
        found.unwrap_or_else(|| panic!("{name} is not in\n{}", done.out)).to_owned()
    };
    assert!(line("reservation_timeout_rate[workflow:Support]").ends_with("DIFFERS"));
    assert!(line("reservation_timeout_rate[workflow:Support]").contains("90.0 %"));
    assert!(line("tasks_created[all]").ends_with("agrees"));
    assert!(line("wait_until_accepted_max").ends_with("cannot tell"));
    assert!(done.out.contains("The model does not show the number marked DIFFERS"));
    let csv = room.read("out/observed.csv");
    let mut lines = csv.lines();
    let header = "scope,name,metric,observed,estimate,ci_low,ci_high,deviation";
    assert_eq!(lines.next(), Some(header));
    let first: Vec<&str> = lines.next().expect("a row").split(',').collect();
    assert_eq!(first[..4], ["workflow", "Support", "reservation_timeout_rate", "0.9"]);
    let [estimate, low, high, deviation] =
        [4, 5, 6, 7].map(|at| first[at].parse::<f64>().expect("a number"));
    assert!(low < estimate && estimate < high && deviation < -3.0, "{first:?}");
    let last = lines.nth(1).expect("three rows");
    assert!(last.starts_with("task_queue,Billing,wait_until_accepted_max,300,"), "{last}");
    assert!(last.ends_with(",,,"), "{last}");
    assert!(done.out.contains("one period as long as a replication"), "{}", done.out);
}

#[test]
fn a_statistics_answer_says_many_numbers_and_under_a_metric_one() {
    let room = observing(
        "periods = 2\nlast_week = { file = \"answer.json\", workflow = \"Support\" }\n\
         \"missed_rate[workflow:Support]\" = { file = \"answer.json\" }",
    );
    room.write("answer.json", ANSWER);
    room.run(&["run", "s.toml", "--out", "out"]).well();
    let csv = room.read("out/observed.csv");
    for row in [
        "workflow,Support,tasks_created,120,",
        "workflow,Support,tasks_canceled,10,",
        "workflow,Support,reservations_timed_out,12.5,",
        "workflow,Support,reservation_timeout_rate,0.1,",
        "workflow,Support,missed_rate,0.12,",
        "workflow,Support,wait_until_accepted_mean,21,",
        "workflow,Support,wait_until_canceled_mean,95,",
        "workflow,Support,tasks_in_time,82.5,",
        "workflow,Support,service_level_answered,0.75,",
        "workflow,Support,service_level_created,0.6875,",
    ] {
        assert!(csv.contains(row), "{row} is not in\n{csv}");
    }
    assert_eq!(csv.matches("missed_rate").count(), 2, "{csv}");
    // camelCase, and the answer within a combined one.
    let camel = ANSWER.replace("reservations_created", "reservationsCreated");
    room.write("answer.json", format!("{{ \"cumulative\": {camel} }}"));
    room.run(&["run", "s.toml", "--out", "out"]).well();
    assert_eq!(csv, room.read("out/observed.csv"));
}

#[test]
fn what_cannot_be_compared_is_told_at_its_place_before_anything_is_simulated() {
    for (numbers, parts) in [
        ("\"service_leval[all]\" = 0.8", ["no metric is named", "did you mean `service_level`?"]),
        ("\"wait_p90[workflow:Suport]\" = \"4s\"", ["s.toml:35:20", "did you mean `Support`?"]),
        ("wait_p90 = 41", ["compared with a duration", "with its unit: 41s"]),
        ("wait_p90 = \"soon\"", ["expected a number, a percentage or a duration", "s.toml:35:13"]),
        ("wait_p90 = true", ["expected a number", "s.toml:35:12"]),
        ("periods = 0", ["`periods` is a number of replications", "s.toml:35:11"]),
        ("x = { file = \"absent.json\" }", ["absent.json", "s.toml:35:14"]),
        ("x = { file = \"answer.json\" }", ["about one workflow", "workflow = \"…\""]),
        ("x = { file = \"queues.json\" }", ["no cumulative statistics", "CumulativeStatistics"]),
        (
            "x = { file = \"answer.json\", workflow = \"Suport\" }",
            ["no workflow is named `Suport`", "did you mean `Support`?"],
        ),
        (
            "\"occupancy[all]\" = { file = \"answer.json\", workflow = \"Support\" }",
            ["another part", "s.toml:35:12"],
        ),
        (
            "\"aht[workflow:Support]\" = { file = \"answer.json\" }",
            ["says nothing about `aht`", "s.toml:35:2"],
        ),
    ] {
        let room = observing(numbers);
        room.write("answer.json", ANSWER);
        room.write("queues.json", "{ \"task_queues\": [] }");
        room.run(&["run", "s.toml"]).failed(2, &parts);
        room.run(&["check", "s.toml"]).failed(2, &parts);
        room.run(&["tune", "s.toml"]).failed(2, &parts);
        assert!(!room.names(".").contains(&"out".to_owned()));
    }
}

#[test]
fn a_study_says_whether_the_model_was_checked() {
    let asked = ["tune", "s.toml", "--timeouts", "10s..30s:10s", "--set", "replications=20"];
    let asked = [&asked[..], &["--out", "out"]].concat();
    let room = observing("");
    let done = room.run(&asked).well();
    assert!(done.out.contains("The model was not checked"), "{}", done.out);
    assert!(room.read("out/certificate.json").contains("\"observed_checked\": false"));
    let room = observing("tasks_created = 120\n\"occupancy\" = \"1%\"");
    let done = room.run(&asked).well();
    assert!(done.out.contains("DIFFERS in 1: occupancy[all]"), "{}", done.out);
    assert!(room.read("out/certificate.json").contains("\"observed_checked\": true"));
}
