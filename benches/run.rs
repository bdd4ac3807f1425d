//! Whole runs of the bundled scenarios, as `trsim run` makes them, output apart: tasks per second.

use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use taskrouter_sim::experiment::Experiment;
use taskrouter_sim::observation::{Recording, Traces};
use taskrouter_sim::scenario::Scenario;

/// The scenarios, and how many replications take a fraction of a second.
const SCENARIOS: [(&str, u32); 4] =
    [("one_queue", 1), ("impatient", 1), ("missed_offers", 4), ("weekday", 2)];

/// The workloads of BENCHMARKS.md, with a tenth of their tasks.
const WORKLOADS: [&str; 4] = ["bench/w1", "bench/w2", "bench/w3", "bench/w4"];

fn load(name: &str, set: &[String]) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let loaded = Scenario::load(&folder.join(name).with_extension("toml"), set, false);
    loaded.expect("a bundled scenario").scenario
}

fn play(scenario: &Scenario, replications: u32) -> Vec<Recording> {
    let threads = NonZero::<usize>::MIN;
    Experiment { scenario, replications: 0..replications, threads, traces: Traces::default() }
        .run(|_| ())
}

fn run(c: &mut Criterion) {
    let mut group = c.benchmark_group("run");
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    group.sample_size(10);
    let bundled = SCENARIOS.map(|(name, replications)| (name, replications, load(name, &[])));
    let tenth = ["horizon={tasks=100000}".to_owned()];
    let workloads = WORKLOADS.map(|name| (name, 1, load(name, &tenth)));
    for (name, replications, scenario) in bundled.into_iter().chain(workloads) {
        let n_tasks = play(&scenario, replications).iter().map(|r| r.n_tasks).sum();
        group.throughput(Throughput::Elements(n_tasks));
        group.bench_function(name, |b| b.iter(|| play(&scenario, replications)));
    }
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
