//! The four workloads of `scenarios/bench`, at lower effort: the values that they were built to
//! have, and no allocation while a run goes on.

mod runs;

use std::path::Path;

use runs::sums::{Read, Sums};
use runs::{record, told};
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;

/// A workload with fewer tasks, in more replications.
fn workload(name: &str) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/bench");
    let path = Path::new(folder).join(name).with_extension("toml");
    let set = ["horizon={tasks=20000}", "warm_up=\"1h\""].map(str::to_owned);
    let loaded = Scenario::load(&path, &set, false);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

const WAIT: (Read, Read) = (|c| c.wait_ms, |c| c.tasks_accepted + c.tasks_abandoned);
const ABANDONED: (Read, Read) = (|c| c.tasks_abandoned, |c| c.tasks_created);
const OVER_20_S: (Read, Read) = (|c| c.tasks_over_threshold, |c| c.tasks_created);
const TIMED_OUT: (Read, Read) = (|c| c.reservations_timed_out, |c| c.tasks_created);
const REJECTED: (Read, Read) = (|c| c.reservations_rejected, |c| c.tasks_created);

/// Fails unless each value lies within the 99.9 % interval of its ratio, widened by the 2 % to
/// which the values are known. They come from nine runs of a million tasks of another program.
fn agrees(name: &str, values: &[((Read, Read), f64)]) {
    let scenario = workload(name);
    let recordings = record(&scenario, 20, Traces::default());
    let sums = Sums { scenario: &scenario, recordings: &recordings };
    for (ratio, value) in values {
        let found = sums.ratio(("all", ""), *ratio, 0.999);
        let half_width = found.interval.expect("twenty replications").half_width();
        let off = (found.value - value).abs();
        assert!(off <= half_width + 0.02 * value, "{name}: {} is not {value}", found.value);
        assert!(half_width < 0.8 * value, "{name}: {value} ± {half_width} says little");
    }
}

#[test]
fn m_m_n() {
    agrees("w1", &[(WAIT, 6_300.0)]);
}

#[test]
fn m_m_n_with_patience() {
    agrees("w2", &[(WAIT, 5_850.0), (ABANDONED, 0.0488)]);
}

#[test]
fn skills() {
    agrees("w3", &[(WAIT, 2_750.0), (ABANDONED, 0.0153)]);
}

#[test]
fn skills_and_reservations() {
    agrees(
        "w4",
        &[
            (WAIT, 13_460.0),
            (OVER_20_S, 0.235),
            (ABANDONED, 0.0747),
            (TIMED_OUT, 0.184),
            (REJECTED, 0.036),
        ],
    );
}
