//! `trsim explain`.

use crate::Room;

#[test]
fn the_life_of_a_task_is_that_of_the_traces() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "-q", "--trace", "tasks,events"]).well();
    let tasks = room.read("out/small/tasks.csv");
    let row = tasks.lines().find(|line| line.starts_with("1,20,")).expect("a twentieth task");
    let row: Vec<&str> = row.split(',').collect();
    let explain = |task: &str| {
        room.run(&["explain", "small.toml", "--task", task, "--replication", "1"]).well().out
    };
    let life = explain(row[2]);
    assert_eq!(life, explain("20"), "by key and by number");
    assert!(life.starts_with(&format!("{} in replication 1 of small\n", row[2])), "{life}");
    assert!(life.contains(&format!("({} s), on voice", row[8])), "{life}");
    assert!(life.contains(&format!("talk {} s and wrap-up {} s", row[22], row[23])), "{life}");
    let events = room.read("out/small/events.csv");
    let of_task = events.lines().filter(|line| {
        let event: Vec<&str> = line.split(',').collect();
        event[0] == "1" && event[3] == "20"
    });
    let expected: Vec<&str> = of_task.filter_map(|line| line.split(',').nth(2)).collect();
    let told: Vec<&str> = life
        .lines()
        .filter_map(|line| line.split(" s  ").nth(1)?.split_whitespace().next())
        .filter(|event| !event.starts_with("worker."))
        .collect();
    assert_eq!(told, expected, "{life}");
}

#[test]
fn what_a_worker_would_have_done_is_told() {
    let room = Room::with_small();
    let never = ["--set", "behavior.desk.miss=1"];
    let explain = ["explain", "small.toml", "--task", "calls:0:0"];
    let life = room.run(&[explain.as_slice(), &never].concat()).well().out;
    assert!(life.contains("would never be answered"), "{life}");
    assert!(life.contains("reservation.timeout"), "{life}");
    assert!(life.contains("Available -> Offline"), "{life}");
    assert!(life.contains("the customer left"), "{life}");
}

#[test]
fn an_unknown_task_is_told_what_keys_look_like() {
    let room = Room::with_small();
    let done = room.run(&["explain", "small.toml", "--task", "cals:0:0"]);
    done.failed(2, &["replication 0 has no task `cals:0:0`", "there are `calls:0:0`"]);
    room.run(&["explain", "no.toml", "--task", "1"]).failed(2, &["cannot read no.toml"]);
    room.run(&["explain", "small.toml"]).failed(2, &["--task <KEY>"]);
}
