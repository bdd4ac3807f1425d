//! Instructions that valgrind counts: the four workloads, the evaluator, the calendar. `gate.py`
//! runs this and compares.

use std::hint::black_box;

use gungraun::{
    Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use taskrouter_sim::calendar::EventCalendar;
use taskrouter_sim::expr::Documents;
use taskrouter_sim::express::Express;
use taskrouter_sim::observation::{Recorder, Recording, Traces};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::simulation::simulate;
use taskrouter_sim_instructions::{Numbers, Question, calendar, question, workload};

// One replication of 20,000 tasks with all metrics; reading the scenario is not counted.
#[library_benchmark(setup = workload)]
#[bench::w1("w1")]
#[bench::w2("w2")]
#[bench::w3("w3")]
#[bench::w4("w4")]
fn run(scenario: Scenario) -> (Scenario, Recording) {
    let recording = Express::new(&scenario, Traces::default()).play(0).finish();
    (scenario, recording)
}

// The same by commands and events.
#[library_benchmark(setup = workload)]
#[bench::w1("w1")]
#[bench::w4("w4")]
fn long_way(scenario: Scenario) -> (Scenario, Recording) {
    let recorder = Recorder::new(&scenario, Traces::default());
    let recording = simulate(&scenario, 0, recorder).finish();
    (scenario, recording)
}

// A target expression, asked a thousand times.
#[library_benchmark(setup = question)]
#[bench::target("task.skill IN worker.skills AND worker.level > 2 AND NOT worker.team == 'night'")]
fn evaluate(asked: Question) -> Question {
    let documents = Documents { task: Some(&asked.task), worker: Some(&asked.worker) };
    for _ in 0..1_000 {
        assert!(asked.expression.matches(black_box(&documents)), "evaluated to its end");
    }
    asked
}

// The next notice is taken and another entered, ten thousand times.
#[library_benchmark(setup = calendar)]
#[bench::hundred(100)]
#[bench::ten_thousand(10_000)]
fn hold((mut calendar, mut numbers): (EventCalendar<u64>, Numbers)) -> EventCalendar<u64> {
    for _ in 0..10_000 {
        let (due, event) = calendar.pop().expect("as many as at first");
        calendar.schedule(due + numbers.span(), event);
    }
    calendar
}

library_benchmark_group!(name = counted, benchmarks = [run, long_way, evaluate, hold]);
main!(
    // Caches are not simulated: only instructions are compared, and it takes half the time.
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = counted
);
