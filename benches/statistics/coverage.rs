//! How often intervals hold the truth.
//!
//! Some thousand replications are simulated once and are the population: what they say together is
//! the truth. Twenty are drawn from it with repetition, again and again, and estimated from as
//! `trsim run` does.

use std::num::NonZero;
use std::process::exit;

use taskrouter_sim::experiment::{Experiment, Row, estimate_scopes};
use taskrouter_sim::id::IdVec;
use taskrouter_sim::observation::{Recording, Rows, Scope, Tally, Traces};
use taskrouter_sim::random::{Draws, Entity, Purpose};
use taskrouter_sim::scenario::Scenario;

use crate::flagship::scenario;

const POPULATION: u32 = 4_000;
const TRIALS: u32 = 2_000;
/// How many replications an estimate is made from.
const SAMPLE: u32 = 20;
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
         what all say\n"
    );
    println!("| metric | method | cv 0 | cv 0.1 | cv 0.3 |\n|---|---|---|---|---|");
    let columns = [0.0, 0.1, 0.3].map(|cv| (cv, coverages(cv, threads)));
    let mut outside = 0;
    for (index, name) in METRICS.iter().enumerate() {
        let method = columns[0].1[index].0;
        let cells = columns.iter().map(|(cv, coverages)| {
            let share = coverages[index].1;
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
    let plan = Experiment {
        scenario: &scenario,
        replications: 0..POPULATION,
        threads,
        traces: Traces::default(),
    };
    let population: Vec<Recording> = plan.run(|_| ()).into_iter().map(of_everything).collect();
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

/// The bundled scenario, each day busier or calmer by a factor that varies by `cv`.
pub(crate) fn busy(cv: f64) -> Scenario {
    let set = format!("busyness.day={{ dist = 'gamma', mean = 1, cv = {cv} }}");
    let of = "source.calls.busyness='day'".to_owned();
    if 0.0 < cv { scenario(&[set, of]) } else { scenario(&[]) }
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
