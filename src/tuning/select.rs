//! Selection: candidates are dropped until one is left.

use libm::pow;

use crate::tuning::sample::Sample;
use crate::tuning::{Feasibility, Plan, Simulate};

/// What is left after the selection, and how it came to that.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The candidate chosen; `None` if all break a constraint.
    pub best: Option<usize>,
    /// For each candidate, in which round it was dropped, counted from 1; `None` if it was not.
    pub dropped_in: Vec<Option<u32>>,
    /// For each candidate, what is known about its constraints.
    pub feasibility: Vec<Feasibility>,
    /// All outcomes.
    pub sample: Sample,
    /// How many replications were simulated, over all candidates.
    pub spent: u64,
    /// Whether the procedure came to its end, or the budget did.
    pub finished: bool,
}

/// Drops candidates that are clearly worse than another or clearly break a constraint, until one
/// is left.
///
/// If one candidate is better than all others by the indifference or more, and costs are normal,
/// it is the one chosen with the confidence of the plan. A candidate drops another one only once
/// its own constraints are known to hold. At most half of the budget is spent.
pub fn select(plan: &Plan, simulate: &mut Simulate<'_>) -> Selection {
    Elimination::new(plan, simulate).run(simulate)
}

struct Elimination<'p> {
    plan: &'p Plan,
    sample: Sample,
    alive: Vec<usize>,
    dropped_in: Vec<Option<u32>>,
    feasibility: Vec<Feasibility>,
    /// Kim and Nelson's `h²`.
    h2: f64,
    /// Variances of differences over the first replications, by candidate and candidate.
    variances: Vec<Vec<f64>>,
    /// How many replications those alive have.
    n: u32,
    spent: u64,
}

impl<'p> Elimination<'p> {
    /// After the first replications, before the first look.
    fn new(plan: &'p Plan, simulate: &mut Simulate<'_>) -> Self {
        let k = plan.n_candidates();
        let all: Vec<usize> = (0..k).collect();
        let mut sample = Sample::new(plan);
        sample.add(&all, simulate(&all, 0..plan.first));
        let first = plan.first as usize;
        let variance = |one: usize, other: usize| sample.difference(one, other, first).variance;
        let row = |&one: &usize| all.iter().map(|&other| variance(one, other)).collect();
        let variances = all.iter().map(row).collect();
        Self {
            plan,
            alive: all,
            dropped_in: vec![None; k],
            feasibility: vec![
                if plan.n_constraints == 0 {
                    Feasibility::Shown
                } else {
                    Feasibility::Open
                };
                k
            ],
            h2: h2(plan),
            variances,
            n: plan.first,
            spent: k as u64 * u64::from(plan.first),
            sample,
        }
    }

    fn run(mut self, simulate: &mut Simulate<'_>) -> Selection {
        let mut round = 1;
        let finished = loop {
            self.judge_constraints(round);
            self.drop_worse(round);
            if self.alive.len() <= 1 || self.is_decided() {
                break true;
            }
            let next = self.alive.len() as u64 * u64::from(self.plan.look);
            if self.plan.budget / 2 < self.spent + next || FURTHEST < self.n {
                break false;
            }
            let replications = self.n..self.n + self.plan.look;
            self.sample.add(&self.alive, simulate(&self.alive, replications));
            self.n += self.plan.look;
            self.spent += next;
            round += 1;
        };
        let best = (!self.alive.is_empty()).then(|| self.sample.choose(&self.alive, self.plan));
        Selection {
            best,
            dropped_in: self.dropped_in,
            feasibility: self.feasibility,
            sample: self.sample,
            spent: self.spent,
            finished,
        }
    }

    /// Looks at the constraints; who breaks one is dropped. The risk is spread over all looks:
    /// `1/2 + 1/6 + 1/12 + …` is 1.
    fn judge_constraints(&mut self, round: u32) {
        if self.plan.n_constraints == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "numbers of candidates and constraints")]
        let statements = (self.plan.n_candidates() * self.plan.n_constraints) as f64;
        let share = 1.0 / (f64::from(round) * f64::from(round + 1));
        let risk = self.plan.constraint_risk() * share / statements;
        for &candidate in &self.alive {
            let known = &mut self.feasibility[candidate];
            if *known == Feasibility::Open {
                *known = self.sample.feasibility(candidate, risk);
            }
        }
        let refuted = |candidate: usize| self.feasibility[candidate] == Feasibility::Refuted;
        for &candidate in self.alive.iter().filter(|&&candidate| refuted(candidate)) {
            self.dropped_in[candidate] = Some(round);
        }
        self.alive.retain(|&candidate| self.dropped_in[candidate].is_none());
    }

    /// Drops whoever costs clearly more than one that may be chosen; all are compared as they were
    /// at the beginning of the round.
    fn drop_worse(&mut self, round: u32) {
        let means: Vec<f64> = self.alive.iter().map(|&i| self.sample.mean(i)).collect();
        let rivals: Vec<(usize, f64)> = self
            .alive
            .iter()
            .copied()
            .zip(means.iter().copied())
            .filter(|(candidate, _)| self.feasibility[*candidate] == Feasibility::Shown)
            .collect();
        let is_worse = |candidate: usize, mean: f64| {
            rivals.iter().any(|&(rival, least)| {
                rival != candidate && least + self.slack(candidate, rival) < mean
            })
        };
        let worse: Vec<usize> = self
            .alive
            .iter()
            .zip(&means)
            .filter(|(candidate, mean)| is_worse(**candidate, **mean))
            .map(|(candidate, _)| *candidate)
            .collect();
        for candidate in worse {
            self.dropped_in[candidate] = Some(round);
        }
        self.alive.retain(|&candidate| self.dropped_in[candidate].is_none());
    }

    /// By how much the means of two may differ without telling them apart: `W`.
    fn slack(&self, one: usize, other: usize) -> f64 {
        let (delta, n) = (self.plan.indifference, f64::from(self.n));
        let enough = self.h2 * self.variances[one][other] / (delta * delta);
        (0.5 * delta / n * (enough - n)).max(0.0)
    }

    /// Whether further replications could not tell those alive apart any better.
    fn is_decided(&self) -> bool {
        let pairs = self.alive.iter().flat_map(|&i| self.alive.iter().map(move |&l| (i, l)));
        let mut pairs = pairs.filter(|(i, l)| i != l);
        pairs.all(|(i, l)| self.slack(i, l) <= 0.0)
    }
}

/// No selection has more replications of a candidate than this, so that none is ever
/// [`FRESH`](crate::tuning::FRESH).
const FURTHEST: u32 = 1 << 30;

/// `h² = 2 η (n₀ - 1)`, `η = ((2α/(k-1))^(-2/(n₀-1)) - 1) / 2`; 0 if there is nothing to choose.
fn h2(plan: &Plan) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    let rivals = plan.n_candidates().saturating_sub(1) as f64;
    if rivals <= 0.0 {
        return 0.0;
    }
    let degrees = f64::from(plan.first) - 1.0;
    let eta = 0.5 * (pow(2.0 * plan.cost_risk() / rivals, -2.0 / degrees) - 1.0);
    2.0 * eta * degrees
}
