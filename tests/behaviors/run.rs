//! How a run ends: by time, by number, with or without a drain.

use taskrouter_sim::observation::Recording;

use super::{at, run, task};

/// One worker and three calls of half an hour around a horizon of one hour.
fn drained(drain: &str) -> Recording {
    let rest = format!(
        r#"
horizon = "1h"
drain = "{drain}"
[[workers]]
group = "g"
count = 1
[source.calls]
workflow = "W"
arrivals = {{ trace = "trace.csv" }}
talk = "1s"
"#
    );
    let trace =
        "arrival_ms,talk_ms\n3000000,1800000\n3100000,1800000\n3200000,1800000\n3600000,1\n";
    run(&rest, trace)
}

#[test]
fn arrivals_end_at_the_horizon() {
    assert_eq!(drained("until_empty").n_tasks, 3);
}

#[test]
fn a_drain_until_empty_serves_everybody() {
    let recording = drained("until_empty");
    assert_eq!(task(&recording, 3).completed, Some(at(3000.0 + 3.0 * 1800.0)));
    assert_eq!(recording.tallies[0].counters.tasks_unserved_at_end, 0);
    assert_eq!(recording.tallies[0].counters.window_ms, 3_600_000);
}

#[test]
fn without_a_drain_everything_stops_at_the_horizon() {
    let recording = drained("0s");
    assert_eq!(task(&recording, 1).talk_end, None);
    let c = &recording.tallies[0].counters;
    assert_eq!((c.tasks_accepted, c.talks, c.tasks_unserved_at_end), (1, 0, 2));
    assert_eq!(c.longest_wait_ms, 500_000);
    assert_eq!(c.talking_ms, 600_000);
}

#[test]
fn a_drain_of_an_hour_ends_after_an_hour() {
    let recording = drained("1h");
    let c = &recording.tallies[0].counters;
    assert_eq!((c.tasks_accepted, c.talks, c.tasks_unserved_at_end), (3, 2, 0));
    let recording = drained("50m");
    let c = &recording.tallies[0].counters;
    assert_eq!((c.tasks_accepted, c.talks, c.tasks_unserved_at_end), (2, 1, 1));
    // The third call has waited until the drain ended, though nothing happened then.
    assert_eq!(c.longest_wait_ms, 3_600_000 + 3_000_000 - 3_200_000);
}

/// Calls come for ever; the horizon counts them.
fn counted(arrivals: &str, tasks: u32) -> Recording {
    let rest = format!(
        r#"
horizon = {{ tasks = {tasks} }}
[[workers]]
group = "g"
count = 2
[source.calls]
workflow = "W"
arrivals = {arrivals}
patience = "1m"
talk = "2m"
retry = {{ p = 1.0, after = "1m", max = 2 }}
"#
    );
    run(&rest, "arrival_ms\n0\n60000\n90000\n3000000\n")
}

#[test]
fn a_horizon_in_tasks_counts_first_attempts_and_lies_just_after_the_last() {
    let recording = counted("{ per_hour = 200 }", 500);
    let is_first = |row: &&taskrouter_sim::observation::TaskRow| !row.key.contains('+');
    let first: Vec<_> = recording.rows.tasks.iter().filter(is_first).collect();
    assert_eq!(first.len(), 500);
    assert!(first.len() < recording.rows.tasks.len(), "nobody tries again");
    let window = recording.tallies[0].counters.window_ms;
    assert_eq!(first[499].created.as_millis() + 1, window);
}

#[test]
fn a_run_whose_sources_dry_up_ends_all_the_same() {
    // Open for an hour of the one day that there are counts for; about as many as the horizon
    // counts are expected, and this seed brings fewer.
    let rest = |seed: u32| {
        format!(
            r#"
horizon = {{ tasks = 100 }}
seed = {seed}
[[workers]]
group = "g"
count = 20
[source.calls]
workflow = "W"
arrivals = {{ file = "trace.csv", time = "interval_start", count = "offered" }}
talk = "2m"
"#
        )
    };
    let counts = "interval_start,offered\n2026-01-05T00:00:00,100\n2026-01-05T01:00:00,0\n";
    let recordings = (1..=6).map(|seed| run(&rest(seed), counts));
    let dry: Vec<Recording> = recordings.filter(|recording| recording.n_tasks < 100).collect();
    assert!(!dry.is_empty(), "every seed brings enough");
    for recording in dry {
        let window = recording.tallies[0].counters.window_ms;
        assert!(window < 7_200_000, "the window is {window} ms long");
    }
}
