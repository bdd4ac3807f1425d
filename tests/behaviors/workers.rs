//! Workers: who leaves, when a break begins, who answers what, how long they talk.

use taskrouter_sim::time::Span;

use super::{at, became, run, scheduled, task, worker};

/// Four workers, two from 01:00 on; four calls at once, the first of them short.
fn four_then_two(talks: [u32; 4]) -> taskrouter_sim::observation::Recording {
    let [a, b, c, d] = talks;
    let trace = format!("arrival_ms,talk_ms\n0,{a}\n1000,{b}\n2000,{c}\n3000,{d}\n");
    let rest = r#"
horizon = "2h"
[[workers]]
group = "g"
count = 4
staffing = { per = "1h", from = "00:00", counts = [4, 2] }
[source.calls]
workflow = "W"
arrivals = { trace = "trace.csv" }
talk = "1s"
"#;
    run(rest, &trace)
}

#[test]
fn idle_workers_leave_first_the_highest_number_first() {
    let idle = four_then_two([10_000; 4]);
    let stayed: Vec<u64> = (1..=4).map(|number| scheduled(&idle, number)).collect();
    assert_eq!(stayed, [7200, 7200, 3600, 3600]);
}

#[test]
fn then_leaves_whoever_finishes_next() {
    // At 01:00 only the first is idle; the third is done next, at 4002 s.
    let busy = four_then_two([10_000, 5_000_000, 4_000_000, 4_500_000]);
    let stayed: Vec<u64> = (1..=4).map(|number| scheduled(&busy, number)).collect();
    assert_eq!(stayed, [3600, 7200, 4002, 7200]);
}

/// One worker with a break of half an hour at 01:00.
fn with_break(behavior: &str, trace: &str) -> taskrouter_sim::observation::Recording {
    let rest = format!(
        r#"
horizon = "4h"
[[workers]]
group = "g"
count = 1
behavior = "b"
shift = {{ days = "daily", start = "00:00", end = "04:00", breaks = [ {{ at = "01:00", for = "30m" }} ] }}
{behavior}
[source.calls]
workflow = "W"
arrivals = {{ trace = "trace.csv" }}
talk = "1s"
"#
    );
    run(&rest, trace)
}

#[test]
fn a_break_begins_after_the_work_in_hand_and_keeps_its_length() {
    let trace = "arrival_ms,talk_ms\n3590000,600000\n4200000,1000\n";
    let recording = with_break("[behavior.b]", trace);
    assert_eq!(task(&recording, 1).completed, Some(at(4190.0)));
    assert_eq!(task(&recording, 2).accepted, Some(at(4190.0 + 1800.0)));
    assert_eq!(worker(&recording, 1).unavailable_ms, 1_800_000);
}

#[test]
fn a_ringing_offer_is_answered_before_a_break() {
    let trace = "arrival_ms,talk_ms\n3595000,60000\n3596000,1000\n";
    let recording = with_break("[behavior.b]\nresponse = \"10s\"", trace);
    assert_eq!(task(&recording, 1).accepted, Some(at(3605.0)));
    assert_eq!(task(&recording, 2).accepted, Some(at(3665.0 + 1800.0 + 10.0)));
}

#[test]
fn a_ringing_offer_is_rejected_before_a_break_where_offers_are() {
    let trace = "arrival_ms,talk_ms\n3595000,60000\n";
    let behavior = "after_shift = \"reject_offers\"\n[behavior.b]\nresponse = \"10s\"";
    let recording = with_break(behavior, trace);
    let first = &recording.rows.reservations[0];
    assert_eq!((first.outcome, first.ended), ("rejected", Some(at(3600.0))));
    assert_eq!(task(&recording, 1).accepted, Some(at(3600.0 + 1800.0 + 10.0)));
}

/// One worker, always there, who behaves so.
fn always(behavior: &str, trace: &str) -> taskrouter_sim::observation::Recording {
    let rest = format!(
        r#"
horizon = "1h"
[[workers]]
group = "g"
count = 1
behavior = "b"
channels = {{ default = 2 }}
[behavior.b]
{behavior}
[source.calls]
workflow = "W"
arrivals = {{ trace = "trace.csv" }}
talk = "1s"
"#
    );
    run(&rest, trace)
}

#[test]
fn an_offer_made_while_away_is_answered_after_the_return_if_that_is_in_time() {
    // Away from 100 s to 130 s; answers after 3 s, and 20 s are in time.
    let away = "response = \"3s\"\naway = { every = \"100s\", lasts = \"30s\" }";
    let late = always(away, "arrival_ms,patience_ms\n102000,21000\n");
    assert_eq!(late.rows.reservations[0].ended, Some(at(122.0)));
    assert_eq!(late.rows.reservations[0].outcome, "timeout");
    let in_time = always(away, "arrival_ms\n115000\n");
    assert_eq!(task(&in_time, 1).accepted, Some(at(133.0)));
    let there = always(away, "arrival_ms\n130000\n");
    assert_eq!(task(&there, 1).accepted, Some(at(133.0)));
}

#[test]
fn absence_leaves_work_in_hand_alone() {
    let away = "away = { every = \"100s\", lasts = \"30s\" }";
    let recording = always(away, "arrival_ms,talk_ms\n90000,20000\n");
    assert_eq!(task(&recording, 1).completed, Some(at(110.0)));
}

/// When the worker is back who misses an offer at 20 s.
fn back_after(recovery: &str) -> Vec<taskrouter_sim::time::Time> {
    let behavior = format!("[behavior.b]\nresponse = \"30s\"\n{recovery}");
    let recording = with_break(&behavior, "arrival_ms,patience_ms\n0,25000\n");
    let back = became(&recording, "Available");
    // The first is the beginning of the shift.
    back.into_iter().filter(|back| at(20.0) < *back).collect()
}

#[test]
fn who_missed_an_offer_comes_back_as_the_recovery_says() {
    assert_eq!(back_after("recovery = \"60s\"")[0], at(80.0));
    assert_eq!(back_after("recovery = { auto = \"5s\" }")[0], at(25.0));
    let unnoticed = "recovery = { p_unnoticed = 1.0, until = \"next_break\", otherwise = \"1s\" }";
    assert_eq!(back_after(unnoticed)[0], at(5400.0));
    let noticed = "recovery = { p_unnoticed = 0.0, until = \"next_break\", otherwise = \"40s\" }";
    assert_eq!(back_after(noticed)[0], at(60.0));
}

#[test]
fn who_never_recovers_misses_all_that_comes_after() {
    let never = "response = \"30s\"\nrecovery = \"never\"";
    let recording = always(never, "arrival_ms,patience_ms\n0,25000\n600000,25000\n");
    assert!(became(&recording, "Available").is_empty());
    assert_eq!(task(&recording, 2).reservations, 0);
    assert_eq!(worker(&recording, 1).recovering_ms, 3_580_000);
}

#[test]
fn talks_at_once_slow_each_other_down() {
    // Alone for 50 s, then at half the pace; the second talk is alone at the end.
    let trace = "arrival_ms,talk_ms\n0,100000\n50000,100000\n";
    let recording = always("slowdown_per_extra = 0.5", trace);
    assert_eq!(task(&recording, 1).talk_end, Some(at(150.0)));
    assert_eq!(task(&recording, 2).talk_end, Some(at(200.0)));
}

#[test]
fn a_failed_connection_ends_the_offer_and_leaves_the_worker_available() {
    let connect = "connect = { time = \"7s\", fail = 1.0 }";
    let recording = always(connect, "arrival_ms,patience_ms\n0,9000\n");
    let first = &recording.rows.reservations[0];
    assert_eq!((first.outcome, first.ended), ("canceled", Some(at(7.0))));
    assert_eq!(recording.rows.reservations[1].created, at(8.0));
    assert_eq!(task(&recording, 1).canceled, Some(at(9.0)));
    assert!(became(&recording, "Offline").is_empty());
}

#[test]
fn connecting_suspends_the_reservation_timeout() {
    let connect = "response = \"15s\"\nconnect = { time = \"30s\" }";
    let recording = always(connect, "arrival_ms\n0\n");
    assert_eq!(task(&recording, 1).accepted, Some(at(45.0)));
}

#[test]
fn a_personal_speed_applies_to_talk_and_wrap_up() {
    let rest = r#"
horizon = "1h"
[[workers]]
group = "slow"
count = 1
speed = 1.5
[source.calls]
workflow = "W"
arrivals = { trace = "trace.csv" }
talk = "1s"
"#;
    let recording = run(rest, "arrival_ms,talk_ms,wrap_up_ms\n0,100000,20000\n");
    assert_eq!(task(&recording, 1).talk_end, Some(at(150.0)));
    assert_eq!(task(&recording, 1).completed, Some(at(180.0)));
    assert_eq!(task(&recording, 1).talk_drawn, Span::from_secs(100));
}

#[test]
fn talk_differs_by_group_and_by_interval_of_arrival() {
    let rest = r#"
horizon = "3h"
[[workers]]
group = "day"
count = 1
[[workers]]
group = "night"
count = 1
[source.calls]
workflow = "W"
arrivals = { trace = "trace.csv" }
talk = "60s"
wrap_up = "5s"
talk_by_interval = { per = "1h", values = [ "60s", "90s" ] }
wrap_up_by_group = { night = "7s" }
"#;
    let recording = run(rest, "arrival_ms\n0\n1000\n3600000\n7200000\n");
    let talks: Vec<Span> = recording
        .rows
        .tasks
        .iter()
        .map(|row| row.talk_end.expect("served").since(row.accepted.expect("served")))
        .collect();
    assert_eq!(talks, [60, 60, 90, 90].map(Span::from_secs));
    assert_eq!(task(&recording, 1).completed, Some(at(65.0)));
    assert_eq!(task(&recording, 2).completed, Some(at(68.0)));
}

/// The share of their time that workers spend on other work, beside this many calls an hour.
fn share_of_other_work(calls: u32) -> f64 {
    let rest = format!(
        r#"
horizon = "200h"
drain = "0s"
seed = 3
[[workers]]
group = "g"
count = 6
behavior = "b"
[behavior.b]
other_work = {{ share = 0.2, lasts = {{ dist = "exponential", mean = "4m" }} }}
[source.calls]
workflow = "W"
arrivals = {{ per_hour = {calls} }}
patience = {{ dist = "exponential", mean = "10m" }}
talk = {{ dist = "exponential", mean = "4m" }}
"#
    );
    let recording = run(&rest, "");
    let c = &recording.tallies[0].counters;
    let talks = recording.rows.tasks.iter().filter_map(|row| {
        let from = row.accepted?;
        Some(row.talk_end.unwrap_or(at(720_000.0)).since(from).as_millis())
    });
    let other = c.talking_ms - talks.sum::<u64>();
    crate::runs::sums::over(other, c.scheduled_ms())
}

#[test]
fn other_work_takes_its_share_of_the_time_however_busy_workers_are() {
    for calls in [1, 60] {
        let share = share_of_other_work(calls);
        assert!((share - 0.2).abs() < 0.01, "{share} beside {calls} calls an hour");
    }
}

/// Workers who do other work of ten minutes about half of the time, and no tasks.
fn at_other_work(schedule: &str) -> taskrouter_sim::observation::Recording {
    let rest = format!(
        r#"
horizon = "8h"
[[workers]]
group = "g"
count = 8
behavior = "b"
{schedule}
[behavior.b]
other_work = {{ share = 0.5, lasts = "10m" }}
[source.calls]
workflow = "W"
arrivals = {{ trace = "trace.csv" }}
talk = "1s"
"#
    );
    run(&rest, "arrival_ms\n28799000\n")
}

#[test]
fn other_work_goes_on_after_breaks() {
    let breaks = (1..8).map(|hour| format!("{{ at = \"0{hour}:00\", for = \"5m\" }}"));
    let breaks: Vec<String> = breaks.collect();
    let shift = format!(
        "shift = {{ days = \"daily\", start = \"00:00\", end = \"09:00\", breaks = [{}] }}",
        breaks.join(", ")
    );
    let day = at_other_work(&shift);
    for number in 1..=8 {
        let share = worker(&day, number).talking_ms as f64 / 28_800_000.0;
        assert!((0.25..0.75).contains(&share), "worker {number}: {share}");
    }
}

#[test]
fn who_is_at_other_work_is_not_idle_and_leaves_when_it_is_done() {
    let day = at_other_work("staffing = { per = \"1h\", from = \"00:00\", counts = [8, 0] }");
    let stayed: Vec<u64> = (1..=8).map(|number| scheduled(&day, number)).collect();
    assert!(stayed.iter().all(|seconds| (3600..=4200).contains(seconds)), "{stayed:?}");
    assert!(stayed.iter().any(|seconds| *seconds != 3600), "{stayed:?}");
}
