//! How often intervals hold the truth.
//!
//! Some thousand replications are simulated once and are the population: what they say together is
//! the truth. Twenty are drawn from it with repetition, again and again, and estimated from as
//! `trsim run` does, or compared as `trsim batch` does.

use std::num::NonZero;
use std::process::exit;

use taskrouter_sim::experiment::{CONFIDENCE, Experiment, Row, Series, Side, estimate_scopes};
use taskrouter_sim::id::IdVec;
use taskrouter_sim::observation::{Recording, Rows, Scope, Tally, Traces};
use taskrouter_sim::random::{Draws, Entity, Purpose};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::stats::Estimate;

use crate::flagship::scenario;

const POPULATION: u32 = 4_000;
const TRIALS: u32 = 2_000;
/// How many replications an estimate is made from.
const SAMPLE: u32 = 20;
/// The reservation timeouts that are compared, in seconds, and how days vary then.
const TIMEOUTS: [u32; 2] = [15, 20];
const DIFFERENT_CV: f64 = 0.1;
const METRICS: [&str; 14] = [
    "tasks_accepted",
    "tasks_abandoned",
    "reservations_timed_out",
    "hours_lost_after_miss",
    "service_level",
    "abandonment_rate",
    "missed_rate",
    "wait_until_accepted_mean",
    "occupancy",
    "wait_until_accepted_p50",
    "wait_until_accepted_p90",
    "wait_until_accepted_p99",
    "wait_p90",
    "wait_p99",
];

pub(crate) fn run(threads: NonZero<usize>) {
    println!(
        "share of {TRIALS} intervals, each from {SAMPLE} of {POPULATION} replications, that held \
         what all say; the difference is that of the reservation timeouts {} s and {} s with cv \
         {DIFFERENT_CV}\n",
        TIMEOUTS[1], TIMEOUTS[0]
    );
    println!(
        "| metric | method | cv 0 | cv 0.1 | cv 0.3 | difference |\n|---|---|---|---|---|---|"
    );
    let columns = [0.0, 0.1, 0.3].map(|cv| (cv, coverages(cv, threads)));
    let methods: Vec<&str> = columns[0].1.iter().map(|(method, _)| *method).collect();
    let columns = columns.map(|(cv, all)| (cv, all.into_iter().map(|(_, share)| share).collect()));
    let columns: Vec<(f64, Vec<f64>)> =
        columns.into_iter().chain([(DIFFERENT_CV, of_differences(threads))]).collect();
    let mut outside = 0;
    for (index, name) in METRICS.iter().enumerate() {
        let method = methods[index];
        let cells = columns.iter().map(|(cv, coverages)| {
            let share = coverages[index];
            let least = if 0.2 < *cv || name.ends_with("p99") { 0.90 } else { 0.92 };
            let is_well = (least..=0.98).contains(&share);
            outside += u32::from(!is_well);
            format!("{share:.3}{}", if is_well { "" } else { " !" })
        });
        println!("| {name} | {method} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    println!("\n{outside} outside 0.92 to 0.98 (0.90 to 0.98 with cv 0.3, and for p99)");
    if outside != 0 {
        exit(1);
    }
}

/// For each metric, its method and how often its interval held the truth.
fn coverages(cv: f64, threads: NonZero<usize>) -> Vec<(&'static str, f64)> {
    let scenario = busy(cv);
    let population = population(&scenario, threads);
    let truth = values(&estimate_scopes(&scenario, &population));
    let mut held = vec![0_u32; METRICS.len()];
    let mut methods = vec![""; METRICS.len()];
    for trial in 0..TRIALS {
        let sample = sample(&population, trial);
        let rows = estimate_scopes(&scenario, &sample);
        for (index, row) in metrics(&rows).enumerate() {
            methods[index] = row.method;
            let interval = row.estimate.and_then(|estimate| estimate.interval);
            held[index] += u32::from(interval.is_some_and(|held| held.contains(truth[index])));
        }
    }
    let share = |held: u32| f64::from(held) / f64::from(TRIALS);
    methods.into_iter().zip(held).map(|(method, held)| (method, share(held))).collect()
}

/// For each metric, how often the interval of a difference of two reservation timeouts held it.
fn of_differences(threads: NonZero<usize>) -> Vec<f64> {
    let path = "workspace.workflows[\"Support\"].task_reservation_timeout";
    let scenarios = TIMEOUTS.map(|seconds| busy_with(DIFFERENT_CV, &[format!("{path}={seconds}")]));
    let populations = scenarios.each_ref().map(|scenario| population(scenario, threads));
    let minus = |samples: [&[Recording]; 2]| -> Vec<Option<Estimate>> {
        let rows = [0, 1].map(|side| estimate_scopes(&scenarios[side], samples[side]));
        let side = |side: usize| Side {
            scenario: &scenarios[side],
            recordings: samples[side],
            rows: &rows[side],
        };
        let metrics = metrics(&rows[0]).map(|row| row.metric);
        let series = |number, metric| Series::of(&side(number), (0, Scope::All), metric);
        metrics.map(|metric| series(1, metric).minus(&series(0, metric), CONFIDENCE)).collect()
    };
    let truth: Vec<f64> = minus([&populations[0], &populations[1]])
        .iter()
        .map(|d| d.expect("thousands").value)
        .collect();
    let mut held = vec![0_u32; METRICS.len()];
    for trial in 0..TRIALS {
        let samples = populations.each_ref().map(|population| sample(population, trial));
        for (index, difference) in minus([&samples[0], &samples[1]]).into_iter().enumerate() {
            let interval = difference.and_then(|difference| difference.interval);
            held[index] += u32::from(interval.is_some_and(|held| held.contains(truth[index])));
        }
    }
    held.into_iter().map(|held| f64::from(held) / f64::from(TRIALS)).collect()
}

/// Many replications, everything together only.
fn population(scenario: &Scenario, threads: NonZero<usize>) -> Vec<Recording> {
    let replications = 0..POPULATION;
    let plan = Experiment { scenario, replications, threads, traces: Traces::default() };
    plan.run(|_| ()).into_iter().map(of_everything).collect()
}

/// The bundled scenario, each day busier or calmer by a factor that varies by `cv`.
pub(crate) fn busy(cv: f64) -> Scenario {
    busy_with(cv, &[])
}

fn busy_with(cv: f64, more: &[String]) -> Scenario {
    let set = format!("busyness.day={{ dist = 'gamma', mean = 1, cv = {cv} }}");
    let of = "source.calls.busyness='day'".to_owned();
    if 0.0 < cv { scenario(&[&[set, of], more].concat()) } else { scenario(more) }
}

/// The same without parts: they would be estimated, too.
fn of_everything(recording: Recording) -> Recording {
    let n = recording.tallies.len();
    let mut tallies = recording.tallies;
    tallies.truncate(1);
    tallies.resize(n, Tally::default());
    let (workers, rows) = (IdVec::new(), Rows::default());
    Recording { tallies, workers, rows, intervals: Vec::new(), ..recording }
}

fn sample(population: &[Recording], trial: u32) -> Vec<Recording> {
    let draws = Draws::new(1, trial);
    let one = |index| {
        let u = draws.uniform(Entity::named("sample", ""), Purpose::Mix, index);
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let place = u * population.len() as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        population[place as usize].clone()
    };
    (0..SAMPLE).map(one).collect()
}

fn metrics(rows: &[Row]) -> impl Iterator<Item = &Row> {
    METRICS.iter().map(|name| {
        let is_it = |row: &&Row| row.scope == Scope::All && row.metric.name == *name;
        rows.iter().find(is_it).expect("a metric of everything")
    })
}

fn values(rows: &[Row]) -> Vec<f64> {
    metrics(rows).map(|row| row.estimate.expect("thousands of replications").value).collect()
}
