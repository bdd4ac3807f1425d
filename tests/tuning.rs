//! The guarantee of the selection procedure, on candidates whose true costs are known.
//!
//! Costs are normal, all candidates but one are worse by exactly the indifference: the least
//! favorable case. `cargo test --release --test tuning -- --ignored` repeats it with thousands of
//! trials.

use std::ops::Range;

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Normal};
use taskrouter_sim::random::{Draws, Entity, Purpose};
use taskrouter_sim::tuning::{Certificate, Feasibility, Outcome, Plan, certify, select};

/// Candidates with normal costs, correlated over a replication.
struct Normals {
    means: Vec<f64>,
    /// Mean excesses of the one constraint, if there is one.
    excesses: Option<Vec<f64>>,
    sigma: f64,
    /// Of two candidates in one replication.
    correlation: f64,
    seed: u64,
}

impl Normals {
    fn outcomes(&self, candidates: &[usize], replications: Range<u32>) -> Vec<Vec<Outcome>> {
        let one = |candidate: usize| {
            replications.clone().map(|number| self.outcome(candidate, number)).collect()
        };
        candidates.iter().map(|&candidate| one(candidate)).collect()
    }

    fn outcome(&self, candidate: usize, replication: u32) -> Outcome {
        let draws = Draws::new(self.seed, replication);
        let normal = Normal::standard();
        let z = |entity: Entity, purpose| normal.inverse_cdf(draws.uniform(entity, purpose, 0));
        let shared = Entity::named("shared", "");
        let own = Entity::named("candidate", "").child(candidate as u64);
        let mix = |purpose| {
            let rho = self.correlation;
            rho.sqrt() * z(shared, purpose) + (1.0 - rho).sqrt() * z(own, purpose)
        };
        let excesses =
            self.excesses.as_ref().map(|means| means[candidate] + self.sigma * mix(Purpose::Talk));
        Outcome {
            cost: self.means[candidate] + self.sigma * mix(Purpose::Patience),
            excesses: excesses.into_iter().collect(),
        }
    }

    /// Chooses and certifies.
    fn tune(&self, plan: &Plan) -> (Option<usize>, Certificate) {
        let mut simulate =
            |candidates: &[usize], replications| self.outcomes(candidates, replications);
        let selection = select(plan, &mut simulate);
        let certificate = certify(plan, &selection, &mut simulate);
        (selection.best, certificate)
    }
}

fn plan(k: usize, first: u32) -> Plan {
    Plan { indifference: 1.0, first, ..Plan::new(vec![0.0; k], 0) }
}

/// The chance of no more than `successes` of `trials`, were each one as likely as `p`.
fn at_most(successes: u64, trials: u64, p: f64) -> f64 {
    Binomial::new(p, trials).expect("a chance").cdf(successes)
}

/// Everything but the last candidate is worse by the indifference.
#[expect(clippy::print_stdout, reason = "what is seen by hand")]
fn slippage(k: usize, correlation: f64, first: u32, trials: u64) {
    let (mut correct, mut covered) = (0, 0);
    for seed in 0..trials {
        let mut means = vec![1.0; k];
        means[k - 1] = 0.0;
        let normals = Normals { means, excesses: None, sigma: 3.0, correlation, seed };
        let (selected, certificate) = normals.tune(&plan(k, first));
        correct += u64::from(selected == Some(k - 1));
        let gap = normals.means[certificate.best.expect("no constraint")];
        covered += u64::from(gap <= certificate.gap_bound);
    }
    println!("k {k}, rho {correlation}, n0 {first}: {correct} and {covered} of {trials}");
    assert!(1e-3 < at_most(correct, trials, 0.95), "{correct} of {trials} were correct");
    assert!(1e-3 < at_most(covered, trials, 0.95), "{covered} of {trials} were covered");
}

#[test]
fn the_best_is_selected_as_often_as_promised() {
    slippage(10, 0.0, 20, 200);
    slippage(10, 0.9, 10, 200);
    slippage(30, 0.9, 20, 100);
}

#[test]
#[ignore = "minutes in a debug build; by hand, in a release build"]
fn the_best_is_selected_as_often_as_promised_in_many_trials() {
    for (k, trials) in [(10, 2000), (30, 2000), (120, 400)] {
        for correlation in [0.0, 0.9] {
            for first in [10, 20, 50] {
                slippage(k, correlation, first, trials);
            }
        }
    }
}

#[test]
fn a_choice_on_a_flat_curve_is_good_and_the_band_says_so() {
    let means: Vec<f64> = (0..20).map(|i| 0.05 * f64::from((i - 8) * (i - 8))).collect();
    let normals = Normals { means, excesses: None, sigma: 2.0, correlation: 0.95, seed: 5 };
    let plan = Plan { indifference: 0.5, ..Plan::new(vec![0.0; 20], 0) };
    let (_, certificate) = normals.tune(&plan);
    let best = certificate.best.expect("no constraint");
    assert!(certificate.certified && certificate.gap_bound <= 0.5, "{certificate:?}");
    assert!(normals.means[best] <= 0.5);
    assert!(certificate.is_good(best) && certificate.is_surely_ok(best, 0.5));
    assert!(certificate.is_good(8), "the true best is never shown to be worse");
    assert!(!certificate.is_good(0) && !certificate.is_good(19));
    assert!(!certificate.is_surely_ok(0, 0.5));
    for (candidate, mean) in normals.means.iter().enumerate() {
        let interval = certificate.costs[candidate].interval.expect("an interval");
        assert!(interval.contains(*mean), "{candidate}: {interval:?}");
    }
}

#[test]
fn of_equals_the_one_in_force_is_kept() {
    let mut simulate = |candidates: &[usize], replications: Range<u32>| {
        let row = || replications.clone().map(|n| cost(f64::from(n % 5))).collect();
        candidates.iter().map(|_| row()).collect()
    };
    let plan = Plan::new(vec![3.0, 1.0, 0.0, 1.0], 0);
    let selection = select(&plan, &mut simulate);
    assert_eq!(selection.best, Some(2));
    assert!(selection.finished && selection.dropped_in == [None; 4]);
    let certificate = certify(&plan, &selection, &mut simulate);
    assert!(certificate.certified && certificate.gap_bound <= 0.0);
    assert!((0..4).all(|candidate| certificate.is_surely_ok(candidate, 0.0)));
}

fn cost(cost: f64) -> Outcome {
    Outcome { cost, excesses: Vec::new() }
}

/// The cheaper a candidate, the more it breaks the constraint; number 5 just keeps it.
fn constrained(shift: f64) -> Normals {
    let means = (0..10).map(f64::from).collect();
    let excesses = (0..10).map(|i| 0.9 * f64::from(5 - i) - 0.5 + shift).collect();
    Normals { means, excesses: Some(excesses), sigma: 1.0, correlation: 0.5, seed: 11 }
}

#[test]
fn a_cheap_candidate_that_breaks_a_constraint_drops_nobody() {
    let plan = Plan { indifference: 0.5, ..Plan::new(vec![0.0; 10], 1) };
    let (selected, certificate) = constrained(0.0).tune(&plan);
    assert_eq!((selected, certificate.best), (Some(5), Some(5)));
    assert!(certificate.certified);
    let known = |candidate: usize| certificate.feasibility[candidate];
    assert!((0..4).all(|candidate| known(candidate) == Feasibility::Refuted));
    assert_eq!(known(9), Feasibility::Shown);
    assert!(!certificate.is_good(0), "it is cheaper, but may not be chosen");
}

#[test]
fn if_nothing_keeps_the_constraint_the_nearest_is_told() {
    let plan = Plan { indifference: 0.5, ..Plan::new(vec![0.0; 10], 1) };
    let (selected, certificate) = constrained(20.0).tune(&plan);
    assert_eq!((selected, certificate.best, certificate.certified), (None, None, false));
    let last = certificate.attempts.last().expect("one attempt");
    assert_eq!(last.best, 9, "it breaks the constraint least");
    assert!(last.sample.excesses(9)[0] < last.sample.excesses(8)[0]);
}

#[test]
fn the_budget_is_kept_and_too_small_a_one_is_no_proof() {
    let means = (0..10).map(|i| 0.01 * f64::from(i)).collect();
    let normals = Normals { means, excesses: None, sigma: 9.0, correlation: 0.0, seed: 3 };
    let plan = Plan { indifference: 0.01, budget: 2_000, ..Plan::new(vec![0.0; 10], 0) };
    let (_, certificate) = normals.tune(&plan);
    assert!(certificate.spent <= 2_000, "{}", certificate.spent);
    assert!(!certificate.certified && 0.01 < certificate.gap_bound);
    let numbers: Vec<(u32, u32)> = certificate.attempts.iter().map(|a| (a.from, a.n)).collect();
    assert!(numbers.iter().all(|(from, _)| *from >= 1 << 31), "{numbers:?}");
    assert!(numbers.windows(2).all(|pair| pair[0].0 + pair[0].1 == pair[1].0), "{numbers:?}");
}

#[test]
fn one_candidate_needs_no_choice() {
    let normals =
        Normals { means: vec![7.0], excesses: None, sigma: 1.0, correlation: 0.0, seed: 1 };
    let (selected, certificate) = normals.tune(&plan(1, 20));
    assert_eq!((selected, certificate.best), (Some(0), Some(0)));
    assert!(certificate.certified && certificate.gap_bound <= 0.0);
}
