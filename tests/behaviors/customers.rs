//! Customers: who leaves at once, without a sign, at closing time, and who comes back.

use taskrouter_sim::observation::Recording;
use taskrouter_sim::time::Span;

use super::{at, run, task};
use crate::runs::sums::over;

/// A queue that nobody answers, and customers who are so; horizon of 30 hours.
fn unanswered(source: &str, trace: &str) -> Recording {
    let rest = format!(
        r#"
horizon = "30h"
seed = 5
[[workers]]
group = "g"
count = 1
behavior = "b"
shift = {{ days = "daily", start = "23:00", end = "23:01" }}
[behavior.b]
miss = 1.0
recovery = "never"
[source.calls]
workflow = "W"
talk = "1s"
{source}
"#
    );
    run(&rest, trace)
}

/// A source that is open for the first hour of each day; one task comes at 3500 s.
fn closing(how: &str) -> Recording {
    let source = format!(
        r#"arrivals = {{ trace = "trace.csv" }}
open = {{ days = "daily", from = "00:00", to = "01:00" }}
at_close = "{how}"
timeout = "10d"
"#
    );
    unanswered(&source, "arrival_ms,patience_ms\n3500000,1000000\n3700000,1000000\n")
}

#[test]
fn nobody_comes_to_a_source_that_is_closed() {
    assert_eq!(closing("finish").n_tasks, 1);
}

#[test]
fn who_waits_at_closing_time_goes_on_is_canceled_or_is_carried_over() {
    let (finish, cancel, carry) = (closing("finish"), closing("cancel"), closing("carry"));
    assert_eq!(task(&finish, 1).canceled, Some(at(4500.0)));
    assert_eq!(task(&finish, 1).reason, "hangup");
    assert_eq!(task(&cancel, 1).canceled, Some(at(3600.0)));
    assert_eq!(task(&cancel, 1).reason, "Closed");
    assert_eq!(cancel.tallies[0].counters.tasks_abandoned, 0);
    // 100 s of patience are used up before closing, 900 s after the next opening.
    assert_eq!(task(&carry, 1).canceled, Some(at(86_400.0 + 900.0)));
}

#[test]
fn who_gives_up_tries_again_as_often_as_they_may() {
    let source = r#"arrivals = { trace = "trace.csv" }
retry = { p = 1.0, after = "60s", max = 3 }
"#;
    let recording = unanswered(source, "arrival_ms,patience_ms\n0,10000\n");
    let keys: Vec<&str> = recording.rows.tasks.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["calls:0:0", "calls:0:0+1", "calls:0:0+2", "calls:0:0+3"]);
    let created: Vec<Span> =
        recording.rows.tasks.iter().map(|row| row.created.since(at(0.0))).collect();
    assert_eq!(created, [0, 70, 140, 210].map(Span::from_secs));
}

/// Many customers of a source that is so; the share of them that `is_such`.
fn share(source: &str, is_such: fn(&taskrouter_sim::observation::TaskRow) -> bool) -> f64 {
    let recording = unanswered(&format!("arrivals = {{ per_hour = 300 }}\n{source}"), "");
    let such = recording.rows.tasks.iter().filter(|row| is_such(row)).count();
    over(such as u64, recording.n_tasks)
}

fn is_near(found: f64, wanted: f64) {
    // Four standard errors of a share among 9,000.
    let error = 4.0 * (wanted * (1.0 - wanted) / 9000.0).sqrt();
    assert!((found - wanted).abs() < error, "{found} instead of {wanted}");
}

#[test]
fn some_leave_without_a_signal_and_their_tasks_stay() {
    let source = "patience = \"60s\"\nsilent = 0.25\ntimeout = \"1h\"";
    is_near(share(source, |row| row.reason == "Task TTL Exceeded"), 0.25);
}

#[test]
fn some_leave_at_once_if_not_offered_at_once() {
    let source = "patience = \"60s\"\nbalk = 0.3";
    is_near(share(source, |row| row.wait == Some(Span::ZERO)), 0.3);
}

#[test]
fn nobody_balks_who_is_offered_at_once() {
    let rest = r#"
horizon = "1h"
[[workers]]
group = "g"
count = 1
behavior = "b"
[behavior.b]
response = "5s"
[source.calls]
workflow = "W"
talk = "60s"
balk = 1.0
arrivals = { trace = "trace.csv" }
"#;
    let recording = run(rest, "arrival_ms\n0\n10000\n100000\n");
    assert_eq!(task(&recording, 1).accepted, Some(at(5.0)));
    assert_eq!(task(&recording, 2).canceled, Some(at(10.0)));
    assert_eq!(task(&recording, 3).accepted, Some(at(105.0)));
}

#[test]
fn some_have_no_patience_at_all() {
    let source = "patience = { dist = \"exponential\", mean = \"5m\", zero_mass = 0.1 }";
    is_near(share(source, |row| row.patience == Some(Span::ZERO)), 0.1);
}

#[test]
fn half_of_those_who_give_up_try_again() {
    let source = "patience = \"60s\"\nretry = { p = 0.5, after = \"60s\", max = 1 }";
    // Half of all first attempts have a second one: a third of all tasks is one.
    let is_again = |row: &taskrouter_sim::observation::TaskRow| row.key.contains('+');
    is_near(share(source, is_again), 1.0 / 3.0);
}
