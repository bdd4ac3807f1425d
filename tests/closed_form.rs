//! The numbers are right: short runs of systems that are solved exactly. Ten replications, a fixed
//! seed; the 99.9 % interval contains the exact value.
//!
//! The same scenarios, run for millions of tasks, are in `tests/validation.rs`.

mod runs;

use std::path::Path;

use runs::sums::{Read, Sums};
use runs::{record, told};
use taskrouter_sim::observation::{Recording, Traces};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::theory::{ErlangA, ErlangC, Station, cobham, pollaczek_khinchine};

/// A scenario of `tests/validation`, with some values set.
fn scenario(name: &str, set: &[&str]) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/validation");
    let path = Path::new(folder).join(name).with_extension("toml");
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Scenario::load(&path, &set, false);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

/// Ten replications of a scenario.
struct Ten {
    scenario: Scenario,
    recordings: Vec<Recording>,
}

impl Ten {
    fn of(name: &str, set: &[&str]) -> Self {
        let scenario = scenario(name, set);
        let recordings = record(&scenario, 10, Traces::default());
        Self { scenario, recordings }
    }

    /// Fails unless the 99.9 % interval of a ratio, divided by `unit`, contains `exact`.
    fn says(&self, scope: (&str, &str), ratio: (Read, Read), (exact, unit): (f64, f64)) {
        let sums = Sums { scenario: &self.scenario, recordings: &self.recordings };
        let found = sums.ratio(scope, ratio, 0.999);
        let interval = found.interval.expect("ten replications");
        let (low, high) = (interval.low / unit, interval.high / unit);
        assert!((low..=high).contains(&exact), "{exact} is not in {low}..{high}");
        assert!(high - low < exact, "{low}..{high} says little about {exact}");
    }
}

/// Everything.
const ALL: (&str, &str) = ("all", "");
/// Milliseconds per second.
const MS: f64 = 1000.0;

const WAIT: (Read, Read) = (|c| c.wait_ms, |c| c.tasks_accepted + c.tasks_abandoned);
const P_WAIT: (Read, Read) = (|c| c.tasks_waited, |c| c.tasks_accepted + c.tasks_abandoned);
const IN_TIME: (Read, Read) = (|c| c.tasks_in_time, |c| c.tasks_created);
const BUSY: (Read, Read) = (|c| c.talking_ms, |c| c.busy_ms() + c.ringing_ms + c.idle_ms);
const QUEUE: (Read, Read) = (|c| c.queue_length_ms, |c| c.window_ms);

#[test]
fn one_queue_waits_as_erlang_c_says() {
    let ten = Ten::of("o01", &["horizon={tasks=30000}", "warm_up=2h"]);
    let station = Station { rate: 100.0 / 1800.0, mean_service: 180.0, servers: 14 };
    let exact = ErlangC::new(station).expect("stable");
    ten.says(ALL, P_WAIT, (exact.p_wait, 1.0));
    ten.says(ALL, WAIT, (exact.mean_wait, MS));
    ten.says(ALL, IN_TIME, (exact.service_level(20.0), 1.0));
    ten.says(ALL, BUSY, (exact.occupancy, 1.0));
    ten.says(ALL, QUEUE, (exact.mean_queue, 1.0));
}

#[test]
fn impatient_customers_leave_as_erlang_a_says() {
    let ten = Ten::of("o03", &["horizon={tasks=30000}", "warm_up=30m"]);
    let station = Station { rate: 0.8, mean_service: 60.0, servers: 50 };
    let exact = ErlangA::new(station, 120.0);
    ten.says(ALL, (|c| c.tasks_abandoned, |c| c.tasks_created), (exact.p_abandon, 1.0));
    ten.says(ALL, WAIT, (exact.mean_wait, MS));
    ten.says(ALL, P_WAIT, (exact.p_wait, 1.0));
    ten.says(ALL, BUSY, (exact.occupancy, 1.0));
}

#[test]
fn one_server_waits_as_pollaczek_and_khinchine_say() {
    let set = ["horizon={tasks=20000}", "warm_up=20h"];
    let exact = |cv| pollaczek_khinchine(48.0 / 3600.0, 60.0, cv).expect("stable");
    let ten = Ten::of("o06", &set);
    ten.says(ALL, WAIT, (exact(0.0), MS));
    ten.says(ALL, P_WAIT, (0.8, 1.0));
    let lognormal = "source.calls.talk={dist=\"lognormal\",mean=\"60s\",cv=0.5}";
    let ten = Ten::of("o06", &[&set[..], &[lognormal]].concat());
    ten.says(ALL, WAIT, (exact(0.5), MS));
}

#[test]
fn two_priorities_wait_as_cobham_says() {
    let ten = Ten::of("o05", &["horizon={tasks=40000}", "warm_up=5h"]);
    let exact = cobham(&[30.0 / 3600.0, 90.0 / 3600.0], 120.0, 5).expect("stable");
    ten.says(("source", "high"), WAIT, (exact[0], MS));
    ten.says(("source", "low"), WAIT, (exact[1], MS));
}

#[test]
fn missed_offers_cost_what_the_race_of_reaction_and_timeout_says() {
    // Pollaczek-Khinchine with a geometric number of failed offers: a worker reacts after an
    // exponential 18 s, the reservation times out at 30 s and costs 60 s of absence.
    let ten = Ten::of("o11", &["horizon={tasks=30000}", "warm_up=50h"]);
    let missed: (Read, Read) = (|c| c.reservations_timed_out, |c| c.reservations_created);
    let first: (Read, Read) = (|c| c.wait_until_first_offer_ms, |c| c.tasks_offered);
    let final_offer: (Read, Read) = (|c| c.wait_in_final_offer_ms, |c| c.tasks_accepted);
    ten.says(ALL, missed, ((-30.0_f64 / 18.0).exp(), 1.0));
    ten.says(ALL, first, (137.556_361_363_910_2, MS));
    ten.says(ALL, WAIT, (169.527_752_447_569_38, MS));
    ten.says(ALL, final_offer, (11.014_304_458_170_413, MS));
    ten.says(ALL, (|c| c.talking_ms, |c| c.window_ms), (0.4, 1.0));
    ten.says(ALL, (|c| c.ringing_ms, |c| c.window_ms), (0.06, 1.0));
    ten.says(ALL, (|c| c.recovering_ms, |c| c.window_ms), (0.046_571_303_612_197_25, 1.0));
}
