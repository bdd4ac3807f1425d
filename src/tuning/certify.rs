//! The certificate: what fresh replications say about a choice.

use crate::stats::{Estimate, Interval, student_t};
use crate::tuning::sample::{Moments, Sample};
use crate::tuning::{FEWEST, FRESH, Feasibility, Plan, Selection, Simulate};

/// How often a choice is judged at most, each time by other replications.
const ATTEMPTS: usize = 3;
/// How many replications a certificate has at least, if the budget allows.
const USUAL: u32 = 100;

/// What fresh replications say about a choice.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The candidate chosen; `None` if all break a constraint.
    pub best: Option<usize>,
    /// With the plan's confidence, no candidate that keeps the constraints costs less than the one
    /// chosen by more than this.
    pub gap_bound: f64,
    /// Whether that is at most the indifference, and the choice was made before the replications
    /// that judge it.
    pub certified: bool,
    /// For each candidate, its cost; all intervals hold at once with the plan's confidence.
    pub costs: Vec<Estimate>,
    /// For each candidate, by how much it costs more than the one chosen. All lower ends hold at
    /// once with the plan's confidence, and all upper ends do.
    pub differences: Vec<Estimate>,
    /// For each candidate, what is known about its constraints.
    pub feasibility: Vec<Feasibility>,
    /// The attempts, in order; what is said above comes from the last one.
    pub attempts: Vec<Attempt>,
    /// How many replications were simulated, over all candidates.
    pub spent: u64,
}

/// One attempt to prove a choice.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The choice.
    pub best: usize,
    /// The number of the first replication.
    pub from: u32,
    /// How many replications.
    pub n: u32,
    /// The outcomes.
    pub sample: Sample,
}

impl Certificate {
    /// Whether a candidate is not shown to cost more than the one chosen, nor to break a
    /// constraint.
    #[must_use]
    pub fn is_good(&self, candidate: usize) -> bool {
        let low = self.differences[candidate].interval.map_or(0.0, |interval| interval.low);
        self.feasibility[candidate] != Feasibility::Refuted && low <= 0.0
    }

    /// Whether a candidate is shown to cost at most `indifference` more than the one chosen, and
    /// not shown to break a constraint.
    #[must_use]
    pub fn is_surely_ok(&self, candidate: usize, indifference: f64) -> bool {
        let high = self.differences[candidate].interval.map_or(0.0, |interval| interval.high);
        self.feasibility[candidate] != Feasibility::Refuted && high <= indifference
    }
}

/// Judges a choice by fresh replications of all candidates; makes a better one, and judges it by
/// others again, if that is not good enough.
///
/// # Panics
/// If the budget is less than the plan's least.
pub fn certify(plan: &Plan, selection: &Selection, simulate: &mut Simulate<'_>) -> Certificate {
    let all: Vec<usize> = (0..plan.n_candidates()).collect();
    let mut best = selection.best.unwrap_or_else(|| selection.sample.nearest(&all));
    let mut n = replications(plan, selection, best);
    let mut from = FRESH;
    let mut spent = selection.spent;
    let mut attempts: Vec<Attempt> = Vec::new();
    loop {
        let mut sample = Sample::new(plan);
        sample.add(&all, simulate(&all, from..from + n));
        spent += u64::from(n) * all.len() as u64;
        attempts.push(Attempt { best, from, n, sample });
        let certificate = judge(plan, selection, &attempts, spent);
        from += n;
        let affordable = (plan.budget - spent) / all.len() as u64;
        let affordable = u32::try_from(affordable).unwrap_or(u32::MAX).min(MOST);
        let is_last = attempts.len() == ATTEMPTS || affordable < FEWEST;
        if certificate.certified || certificate.best.is_none() || is_last {
            return Certificate { attempts, ..certificate };
        }
        let rivals = rivals(&certificate.feasibility);
        best = attempts.last().map_or(best, |last| last.sample.choose(&rivals, plan));
        n = (2 * n).min(affordable);
    }
}

/// No attempt has more replications than this.
const MOST: u32 = 1 << 28;

/// How many replications are likely to be enough: those of the selection say how far the others
/// are from the chosen one, and how much the difference varies.
fn replications(plan: &Plan, selection: &Selection, best: usize) -> u32 {
    let k = plan.n_candidates() as u64;
    let affordable = (plan.budget - selection.spent) / k;
    let affordable = u32::try_from(affordable).unwrap_or(u32::MAX).min(MOST);
    assert!(FEWEST <= affordable, "the budget is at least the least");
    let t = student_t(1.0 - cost_risk(plan), USUAL as usize);
    let needed = |candidate: usize| {
        let n = selection.sample.n(candidate);
        let Moments { mean, variance, .. } = selection.sample.difference(best, candidate, n);
        // The mean of fresh replications will be off, too; and the choice looked best by luck.
        let room = 0.6 * plan.indifference + 0.5 * (-mean).max(0.0);
        t * t * variance / (room * room)
    };
    let most = (0..plan.n_candidates()).map(needed).fold(0.0, f64::max).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let most = most as u32;
    most.max(USUAL).min(affordable)
}

/// The risk of one statement about a difference.
fn cost_risk(plan: &Plan) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    let rivals = plan.n_candidates().saturating_sub(1).max(1) as f64;
    plan.cost_risk() / ATTEMPTS as f64 / rivals
}

/// Those that may keep their constraints.
fn rivals(feasibility: &[Feasibility]) -> Vec<usize> {
    let all = feasibility.iter().enumerate();
    let open = all.filter(|(_, known)| **known != Feasibility::Refuted);
    open.map(|(candidate, _)| candidate).collect()
}

/// What the last attempt says.
fn judge(plan: &Plan, selection: &Selection, attempts: &[Attempt], spent: u64) -> Certificate {
    let Attempt { best, sample, .. } = attempts.last().expect("there is an attempt");
    let feasibility = feasibility(plan, selection, sample);
    let rivals = rivals(&feasibility);
    let was_refuted = feasibility[*best] == Feasibility::Refuted;
    let chosen = match (rivals.is_empty(), was_refuted) {
        (true, _) => None,
        (false, true) => Some(sample.choose(&rivals, plan)),
        (false, false) => Some(*best),
    };
    let best = chosen.unwrap_or(*best);
    let differences: Vec<Estimate> = (0..plan.n_candidates())
        .map(|candidate| {
            let difference = sample.difference(candidate, best, usize::MAX);
            around(difference.mean, difference.margin(cost_risk(plan)))
        })
        .collect();
    let low = |candidate: &usize| differences[*candidate].interval.map_or(0.0, |i| i.low);
    let gap_bound = rivals.iter().map(low).fold(0.0, |worst: f64, low| worst.max(-low));
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    let risk = 0.5 * plan.cost_risk() / ATTEMPTS as f64 / plan.n_candidates() as f64;
    let cost = |candidate| {
        let cost = sample.cost(candidate);
        around(cost.mean, cost.margin(risk))
    };
    Certificate {
        best: chosen,
        gap_bound,
        certified: chosen.is_some() && !was_refuted && gap_bound <= plan.indifference,
        costs: (0..plan.n_candidates()).map(cost).collect(),
        differences,
        feasibility,
        attempts: Vec::new(),
        spent,
    }
}

/// What the selection and the last attempt say together.
fn feasibility(plan: &Plan, selection: &Selection, sample: &Sample) -> Vec<Feasibility> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of candidates and constraints")]
    let statements = (plan.n_candidates() * plan.n_constraints.max(1)) as f64;
    let risk = plan.constraint_risk() / ATTEMPTS as f64 / statements;
    let join = |candidate: usize| match selection.feasibility[candidate] {
        Feasibility::Open => sample.feasibility(candidate, risk),
        known => known,
    };
    (0..plan.n_candidates()).map(join).collect()
}

const fn around(value: f64, margin: f64) -> Estimate {
    let interval = Interval { low: value - margin, high: value + margin, error: None };
    Estimate { value, interval: Some(interval) }
}
