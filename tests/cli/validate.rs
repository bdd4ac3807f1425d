//! `trsim validate`, from outside.

use crate::{Room, first_line};

#[test]
fn a_case_is_simulated_and_compared_with_its_exact_answer() {
    let room = Room::new();
    let done = room.run(&["validate", "missed_race", "--out", "v.csv"]).well();
    assert!(done.out.contains("reservation_timeout_rate") && done.out.contains("agrees"));
    assert!(done.err.contains("checks of 1 cases agree"), "{}", done.err);
    let csv = room.read("v.csv");
    assert!(first_line(&csv).starts_with("case,title,scope,name,metric,unit,simulated,"));
    assert!(csv.contains(",reservation_timeout_rate,share,") && csv.contains(",true,20,"));
    assert_eq!(room.names("."), ["v.csv"], "no draft is left");
}

#[test]
fn a_check_that_does_not_hold_ends_with_code_3() {
    let room = Room::new();
    let set = "behavior.desk.response.mean='24s'";
    let done = room.run(&["validate", "missed_race", "--set", set, "--out", "v.csv"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(done.out.contains("MISSES") && done.err.contains("miss"), "{}", done.out);
    assert!(room.read("v.csv").contains(",false,"));
}

#[test]
fn the_scenario_of_a_case_can_be_printed_and_run() {
    let room = Room::new();
    let text = room.run(&["validate", "--print", "erlang_c"]).well().out;
    room.write("erlang_c.toml", text);
    room.run(&["check", "erlang_c.toml"]).well();
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_simulated() {
    let room = Room::new();
    let near = room.run(&["validate", "erlang_d"]);
    near.failed(2, &["there is no case erlang_d", "did you mean erlang_"]);
    room.run(&["validate", "zzz"]).failed(2, &["the cases are erlang_b"]);
    room.run(&["validate", "--out", "nowhere/v.csv"]).failed(2, &["cannot write nowhere/v.csv"]);
    room.run(&["validate", "--quick", "--full"]).failed(2, &["cannot be used with"]);
    room.run(&["validate", "erlang_c", "--set", "nothing.here=1"]).failed(2, &["nothing"]);
}

#[test]
fn results_do_not_depend_on_threads() {
    let room = Room::new();
    let one = room.run(&["validate", "one_worker", "--threads", "1"]).well();
    let two = room.run(&["validate", "one_worker", "--threads", "2"]).well();
    assert_eq!(one.out, two.out);
}
