//! Nothing moves unnoticed: the main figures of every bundled scenario, as they were.
//!
//! A change here is a change of results: say why in the changelog. `INSTA_UPDATE=always cargo test
//! --test golden` accepts it.

use std::fmt::Write;
use std::num::NonZero;
use std::path::Path;

use taskrouter_sim::experiment::{Experiment, estimate_scopes};
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;

const METRICS: &[&str] = &[
    "tasks_created",
    "tasks_entered",
    "tasks_accepted",
    "tasks_abandoned",
    "reservations_created",
    "reservations_timed_out",
    "service_level",
    "wait_mean",
    "wait_p90",
    "wait_until_accepted_max",
    "wait_in_missed_offers_mean",
    "aht",
    "occupancy",
    "hours_lost_after_miss",
];

#[test]
fn every_bundled_scenario_gives_the_figures_it_gave() {
    for name in
        ["channels", "exported", "impatient", "missed_offers", "one_queue", "two_skills", "weekday"]
    {
        insta::assert_snapshot!(name, figures(name));
    }
}

/// The main figures of a scenario's first three replications.
fn figures(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let loaded = Scenario::load(&path, &[], false).unwrap_or_else(|failed| {
        panic!("{name}: {:?}", failed.problems);
    });
    let scenario = &loaded.scenario;
    let threads = NonZero::new(2).expect("not zero");
    let plan = Experiment { scenario, replications: 0..3, threads, traces: Traces::default() };
    let recordings = plan.run(|_| ());
    let mut text = String::new();
    for row in estimate_scopes(scenario, &recordings) {
        if METRICS.contains(&row.metric.name) {
            let value = row.estimate.map_or(String::new(), |e| format!("{:.6}", e.value));
            let (kind, part) = (row.scope.kind(), row.scope.name(scenario));
            writeln!(text, "{kind} {part} | {} = {value}", row.metric.name).expect("a string");
        }
    }
    text
}
