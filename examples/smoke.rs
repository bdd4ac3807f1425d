use taskrouter_sim::experiment::*;
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let loaded = Scenario::load(path.as_ref(), &[], false);
    let loaded = match loaded {
        Ok(l) => l,
        Err(f) => {
            println!("{}", taskrouter_sim::scenario::render::render(&f.problems, &f.texts, false));
            return;
        }
    };
    let s = loaded.scenario;
    println!("{:?}", s.assumed);
    let t = std::time::Instant::now();
    let r = Experiment {
        scenario: &s,
        replications: s.replications,
        threads: 2.try_into().unwrap(),
        traces: Traces::default(),
    }
    .run(|_| ());
    let n: u64 = r.iter().map(|r| r.n_tasks).sum();
    println!(
        "{n} tasks, {:?}, {:.0} tasks/s/thread",
        t.elapsed(),
        n as f64 / t.elapsed().as_secs_f64() / 2.0
    );
    for row in estimate_scopes(&s, &r) {
        if row.scope.kind() == "all" {
            println!(
                "{:45} {:?} {}",
                row.metric.name,
                row.estimate.map(|e| (e.value, e.interval.map(|i| i.half_width()))),
                row.method
            );
        }
    }
}
