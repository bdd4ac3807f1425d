//! What stratified busyness, antithetic pairs and the control variate save.

use std::num::NonZero;

use taskrouter_sim::experiment::{Experiment, estimate_scopes};
use taskrouter_sim::observation::{Scope, Traces};
use taskrouter_sim::random::Sampling;

use crate::coverage::busy;

/// A multiple of every unit.
const REPLICATIONS: u32 = 8_000;
const METRICS: [&str; 6] = [
    "tasks_accepted",
    "tasks_abandoned",
    "hours_lost_after_miss",
    "service_level",
    "wait_until_accepted_mean",
    "wait_p90",
];

pub(crate) fn run(threads: NonZero<usize>) {
    println!(
        "how many times smaller the variance of an estimate from {REPLICATIONS} replications is \
         than with independent ones\n"
    );
    println!(
        "| metric | cv | stratified | antithetic | control variate | both of stratified and control |"
    );
    println!("|---|---|---|---|---|---|");
    for cv in [0.0, 0.1, 0.3] {
        let ways = [
            (Sampling::Independent, false),
            (Sampling::Stratified, false),
            (Sampling::Antithetic, false),
            (Sampling::Independent, true),
            (Sampling::Stratified, true),
        ];
        let squares = ways.map(|(sampling, control)| squares(cv, (sampling, control), threads));
        for (index, metric) in METRICS.iter().enumerate() {
            let cells =
                squares[1..].iter().map(|way| format!("{:.1}", squares[0][index] / way[index]));
            println!("| {metric} | {cv} | {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }
}

/// The square of half the width of each metric's interval.
fn squares(cv: f64, (sampling, control): (Sampling, bool), threads: NonZero<usize>) -> Vec<f64> {
    let mut scenario = busy(cv);
    (scenario.sampling, scenario.control_variate) = (sampling, control);
    let plan = Experiment {
        scenario: &scenario,
        replications: 0..REPLICATIONS,
        threads,
        traces: Traces::default(),
    };
    let rows = estimate_scopes(&scenario, &plan.run(|_| ()));
    let square = |name: &&str| {
        let is_it = |row: &&_| {
            let row: &taskrouter_sim::experiment::Row = row;
            row.scope == Scope::All && row.metric.name == *name
        };
        let estimate = rows.iter().find(is_it).and_then(|row| row.estimate);
        let half = estimate.and_then(|e| e.interval).expect("thousands").half_width();
        half * half
    };
    METRICS.iter().map(square).collect()
}
