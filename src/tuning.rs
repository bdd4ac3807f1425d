//! Choosing the cheapest of several candidates by simulation, and proving the choice.
//!
//! Candidates are simulated on the same replications under common random numbers. [`select`] drops
//! one after the other until one is left; [`certify`] simulates all of them afresh, so that the
//! choice is judged by replications that had no part in it, and bounds what better candidates
//! there may be; [`fronts`] tells which candidates are best at something. Where there are too many
//! combinations for all of them to be candidates, [`search`](mod@search) picks some.
//!
//! Nothing here knows what a candidate is: whoever asks passes a function that simulates.
//! Decisions fall at barriers only, from complete rows in order of replication, so they do not
//! depend on the number of threads.
//!
//! Source: Kim & Nelson, "A fully sequential procedure for indifference-zone selection in
//! simulation", ACM TOMACS 11 (2001); the certificate is Bonferroni's over paired differences.

mod certify;
mod front;
mod sample;
pub mod search;
mod select;

use std::ops::Range;

pub use certify::{Attempt, Certificate, certify};
pub use front::{Front, fronts};
pub use sample::Sample;
pub use select::{Selection, select};

/// What one replication of one candidate came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its cost; the mean over replications is to be as small as possible.
    pub cost: f64,
    /// For each constraint, by how much it is broken: it holds if the mean is not above 0.
    pub excesses: Vec<f64>,
}

/// Simulates: the outcomes of each of some candidates on each of some replications, in that order.
pub type Simulate<'a> = dyn FnMut(&[usize], Range<u32>) -> Vec<Vec<Outcome>> + 'a;

/// What is to be decided, and how surely.
#[derive(Clone, Debug)]
pub struct Plan {
    /// For each candidate, how far it is from what is in force: of equals the nearest is chosen.
    /// At least one.
    pub distances: Vec<f64>,
    /// How many constraints there are.
    pub n_constraints: usize,
    /// Costs that differ by no more are as good as equal; more than 0.
    pub indifference: f64,
    /// How surely statements hold: between 0.5 and 1, both excluded.
    pub confidence: f64,
    /// How many replications, over all candidates, may be simulated; at least
    /// [`least_budget`](Self::least_budget).
    pub budget: u64,
    /// How many replications every candidate is judged by at least; 2 or more.
    pub first: u32,
    /// How many replications come between two looks; 1 or more.
    pub look: u32,
}

/// What data say about the constraints of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feasibility {
    /// All hold, surely.
    Shown,
    /// It is not sure.
    Open,
    /// One does not hold, surely.
    Refuted,
}

/// The number of the first replication of certificates: no selection gets so far.
pub const FRESH: u32 = 1 << 31;
/// How many replications a certificate has at least.
const FEWEST: u32 = 20;

impl Plan {
    /// A plan with the usual steps: 20 replications before the first look, 10 between looks.
    #[must_use]
    pub const fn new(distances: Vec<f64>, n_constraints: usize) -> Self {
        Self {
            distances,
            n_constraints,
            indifference: 0.25,
            confidence: 0.95,
            budget: u64::MAX,
            first: 20,
            look: 10,
        }
    }

    /// How many candidates there are.
    #[must_use]
    pub const fn n_candidates(&self) -> usize {
        self.distances.len()
    }

    /// The smallest budget with which anything can be decided.
    #[must_use]
    pub const fn least_budget(&self) -> u64 {
        self.n_candidates() as u64 * (self.first + FEWEST) as u64
    }

    /// How often statements about cost may fail.
    fn cost_risk(&self) -> f64 {
        let risk = 1.0 - self.confidence;
        if self.n_constraints == 0 { risk } else { 0.5 * risk }
    }

    /// How often statements about constraints may fail, in the selection; as often in the
    /// certificate.
    fn constraint_risk(&self) -> f64 {
        0.25 * (1.0 - self.confidence)
    }
}
