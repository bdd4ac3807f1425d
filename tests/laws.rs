//! What must not change when something else does: laws that need no formula.

mod runs;

use std::path::Path;

use runs::sums::{Sums, over, seconds};
use runs::{record, told};
use taskrouter_sim::observation::{Recording, Traces};
use taskrouter_sim::scenario::Scenario;

/// Callers who hang up, and workers who miss offers; every time but the timeout is in `UNIT`s.
const TEXT: &str = r#"
schema = 1
name = "laws"
horizon = { tasks = 5000 }

[workspace]
task_queues = [{ friendly_name = "Everyone" }]

[workspace.settings]
reoffer_gap = "UNIT"

[[workspace.workflows]]
friendly_name = "Calls"
task_reservation_timeout = "20UNIT"
configuration = { task_routing = { default_filter = { queue = "Everyone" } } }

GROUPS

[behavior.desk]
response = { dist = "lognormal", median = "5UNIT", sigma = 0.7 }
miss = 0.1
recovery = "60UNIT"

[service_level]
threshold = "20UNIT"

[source.calls]
arrivals = { per_hour = RATE }
patience = { dist = "exponential", mean = "120UNIT" }
talk = { dist = "exponential", mean = "100UNIT" }
"#;

fn groups(counts: &[u32]) -> String {
    let group = |(index, count): (usize, &u32)| {
        format!("[[workers]]\ngroup = 'g{index}'\ncount = {count}\nbehavior = 'desk'\n")
    };
    counts.iter().enumerate().map(group).collect()
}

fn scenario(unit: &str, per_hour: u32, counts: &[u32]) -> Scenario {
    let text = TEXT.replace("\"UNIT\"", &format!("\"1{unit}\"")).replace("UNIT", unit);
    let text = text.replace("RATE", &per_hour.to_string()).replace("GROUPS", &groups(counts));
    let loaded = Scenario::parse("laws.toml", &text, Path::new(""), &[]);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

#[test]
fn times_that_are_all_sixty_times_as_long_change_nothing_else() {
    let (short, long) = (scenario("s", 360, &[12]), scenario("m", 6, &[12]));
    let [short, long] = [short, long].map(|scenario| {
        let recordings = record(&scenario, 4, Traces::default());
        let all = Sums { scenario: &scenario, recordings: &recordings }.all();
        [
            over(all.tasks_abandoned, all.tasks_created),
            over(all.reservations_timed_out, all.reservations_created),
            over(all.tasks_in_time, all.tasks_created),
            seconds(all.wait_ms, all.tasks_created),
            seconds(all.talk_ms, all.talks),
        ]
    });
    let unit = [1.0, 1.0, 1.0, 60.0, 60.0];
    for ((short, long), unit) in short.into_iter().zip(long).zip(unit) {
        // The same draws: only the rounding to milliseconds differs, and what comes of that.
        assert!((long / unit / short - 1.0).abs() < 0.01, "{short} became {long}");
    }
}

/// All that happens to customers.
fn customers(scenario: &Scenario) -> Vec<String> {
    let traces = Traces { tasks: true, ..Traces::default() };
    let told = |recording: &Recording| {
        let rows = recording.rows.tasks.iter();
        let told = rows.map(|row| {
            format!("{:?} {:?} {:?} {:?}", row.created, row.accepted, row.completed, row.canceled)
        });
        told.collect::<Vec<_>>()
    };
    record(scenario, 2, traces).iter().flat_map(told).collect()
}

#[test]
fn how_workers_who_are_all_alike_are_grouped_changes_nothing_for_customers() {
    // Were a recovery drawn, it would be drawn for the worker, whose name is in the grouping.
    let told = |counts: &[u32]| customers(&scenario("s", 360, counts));
    assert_eq!(told(&[12]), told(&[5, 7]));
    assert_eq!(told(&[12]), told(&[1, 1, 10]));
    assert_ne!(told(&[12]), told(&[11]), "they see whether there is one fewer");
}
