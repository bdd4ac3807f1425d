//! What `trsim timeout` says.

use crate::{Room, first_line};

#[test]
fn the_best_timeout_in_light_traffic_is_told_and_what_others_cost() {
    let room = Room::new();
    let arguments = ["timeout", "--answer", "lognormal:5s:0.7", "--away", "0.1"];
    let with_cost = [arguments.as_slice(), &["--miss-cost", "10s"]].concat();
    let out = room.run(&with_cost).well().out;
    assert!(first_line(&out).starts_with("Light traffic: best timeout 17 s"), "{out}");
    // By hand: the table of the law at 15, 30 and 120 s.
    for (timeout, cost) in [("15 s", "9.98"), ("30 s", "10.9"), ("120 s", "20.8")] {
        let line = out.lines().find(|line| line.trim_start().starts_with(timeout)).expect("a row");
        assert!(line.split_whitespace().any(|word| word == cost), "{line}");
    }
    assert!(out.contains("law of light traffic") && out.contains("trsim tune"), "{out}");
    let out = room.run(&arguments).well().out;
    assert!(first_line(&out).starts_with("Light traffic: best timeout 10 s"), "{out}");
    let out = room.run(&["timeout", "--answer", "weibull:5s:2"]).well().out;
    assert!(first_line(&out).contains("the longer the better"), "{out}");
}

#[test]
fn what_is_no_law_is_refused() {
    let room = Room::new();
    let fails = |more: &[&str], part: &str| {
        room.run(&[["timeout"].as_slice(), more].concat()).failed(2, &[part]);
    };
    fails(&["--answer", "normal:5s:1"], "as in lognormal:MEDIAN:SIGMA");
    fails(&["--answer", "lognormal:5:0.7"], "a duration has a unit");
    fails(&["--answer", "lognormal:0s:0.7"], "--answer: ");
    fails(&["--away", "1"], "--away is a share from 0 to below 1");
    fails(&["--miss-cost", "ten"], "--miss-cost: `ten`");
}
