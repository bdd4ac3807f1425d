//! Outcomes by candidate, and what they say about means and differences.

use crate::stats::{Estimate, Interval, student_t};
use crate::tuning::{Feasibility, Outcome, Plan};

/// Outcomes by candidate, in order of replication; one may have fewer than another.
#[derive(Clone, Debug)]
pub struct Sample {
    costs: Vec<Vec<f64>>,
    /// By candidate, then constraint.
    excesses: Vec<Vec<Vec<f64>>>,
}

/// A mean and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moments {
    pub(super) n: usize,
    pub(super) mean: f64,
    /// Of a single value.
    pub(super) variance: f64,
}

impl Moments {
    /// Of values that come in the same order everywhere; 0 and without variance if there are none.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let n = values.clone().count();
        #[expect(clippy::cast_precision_loss, reason = "a number of replications")]
        let (size, rest) = (n.max(1) as f64, n.saturating_sub(1).max(1) as f64);
        let mean = values.clone().sum::<f64>() / size;
        let squares: f64 = values.map(|x| (x - mean) * (x - mean)).sum();
        Self { n, mean, variance: squares / rest }
    }

    /// By how much the mean may be off, where chance exceeds that on one side with probability
    /// `risk`.
    pub(super) fn margin(&self, risk: f64) -> f64 {
        if self.variance <= 0.0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of replications")]
        let error = (self.variance / self.n as f64).sqrt();
        student_t(1.0 - risk, self.n.saturating_sub(1)) * error
    }
}

impl Sample {
    /// No outcome yet.
    pub(super) fn new(plan: &Plan) -> Self {
        let n = plan.n_candidates();
        Self { costs: vec![Vec::new(); n], excesses: vec![vec![Vec::new(); plan.n_constraints]; n] }
    }

    /// The next replications of `candidates`.
    ///
    /// # Panics
    /// If there is not one row for each.
    pub(super) fn add(&mut self, candidates: &[usize], rows: Vec<Vec<Outcome>>) {
        assert_eq!(candidates.len(), rows.len(), "every candidate was simulated");
        for (&candidate, row) in candidates.iter().zip(rows) {
            for outcome in row {
                self.costs[candidate].push(outcome.cost);
                for (excesses, value) in self.excesses[candidate].iter_mut().zip(outcome.excesses) {
                    excesses.push(value);
                }
            }
        }
    }

    /// How many replications a candidate has.
    #[must_use]
    pub fn n(&self, candidate: usize) -> usize {
        self.costs[candidate].len()
    }

    /// The mean cost of a candidate; 0 if it has no replication.
    #[must_use]
    pub fn mean(&self, candidate: usize) -> f64 {
        Moments::of(self.costs[candidate].iter().copied()).mean
    }

    /// The mean excess of each constraint of a candidate.
    #[must_use]
    pub fn excesses(&self, candidate: usize) -> Vec<f64> {
        let constraints = self.excesses[candidate].iter();
        constraints.map(|values| Moments::of(values.iter().copied()).mean).collect()
    }

    /// By how much `one` costs more than `other`, replication by replication, with the interval of
    /// this comparison alone.
    #[must_use]
    pub fn paired(&self, one: usize, other: usize, confidence: f64) -> Estimate {
        let difference = self.difference(one, other, usize::MAX);
        let margin = difference.margin(0.5 * (1.0 - confidence));
        let (value, low, high) =
            (difference.mean, difference.mean - margin, difference.mean + margin);
        Estimate { value, interval: Some(Interval { low, high, error: None }) }
    }

    pub(super) fn cost(&self, candidate: usize) -> Moments {
        Moments::of(self.costs[candidate].iter().copied())
    }

    /// By how much `one` costs more than `other`, on the first `n` replications that both have.
    pub(super) fn difference(&self, one: usize, other: usize, n: usize) -> Moments {
        let pairs = self.costs[one].iter().zip(&self.costs[other]).take(n);
        Moments::of(pairs.map(|(one, other)| one - other))
    }

    /// What the data of a candidate say about its constraints: one statement of `risk` for each.
    pub(super) fn feasibility(&self, candidate: usize, risk: f64) -> Feasibility {
        let judge = |values: &Vec<f64>| {
            let excess = Moments::of(values.iter().copied());
            let margin = excess.margin(risk);
            if 0.0 < excess.mean - margin {
                Feasibility::Refuted
            } else if excess.mean + margin <= 0.0 {
                Feasibility::Shown
            } else {
                Feasibility::Open
            }
        };
        let verdicts: Vec<Feasibility> = self.excesses[candidate].iter().map(judge).collect();
        if verdicts.contains(&Feasibility::Refuted) {
            Feasibility::Refuted
        } else if verdicts.contains(&Feasibility::Open) {
            Feasibility::Open
        } else {
            Feasibility::Shown
        }
    }

    /// Whether all constraints of a candidate hold by their means.
    pub(super) fn seems_feasible(&self, candidate: usize) -> bool {
        self.excesses(candidate).iter().all(|excess| *excess <= 0.0)
    }

    /// The cheapest of `among` that seems feasible, or, if none does, the one that breaks its
    /// constraints least; of equals the one nearest to what is in force.
    ///
    /// # Panics
    /// If `among` is empty.
    pub(super) fn choose(&self, among: &[usize], plan: &Plan) -> usize {
        let feasible: Vec<usize> =
            among.iter().copied().filter(|&candidate| self.seems_feasible(candidate)).collect();
        if feasible.is_empty() {
            return self.nearest(among);
        }
        let key = |&candidate: &usize| (self.mean(candidate), plan.distances[candidate]);
        let mut keyed: Vec<((f64, f64), usize)> =
            feasible.iter().map(|candidate| (key(candidate), *candidate)).collect();
        keyed.sort_by(|((a, x), _), ((b, y), _)| a.total_cmp(b).then(x.total_cmp(y)));
        keyed[0].1
    }

    /// The one of `among` whose constraints are broken least: the worst of its excesses counts,
    /// each as a share of the worst that any candidate has.
    ///
    /// # Panics
    /// If `among` is empty.
    pub(super) fn nearest(&self, among: &[usize]) -> usize {
        let means: Vec<Vec<f64>> =
            among.iter().map(|&candidate| self.excesses(candidate)).collect();
        let n_constraints = means.first().map_or(0, Vec::len);
        let worst = |constraint: usize| {
            means.iter().map(|excesses| excesses[constraint].max(0.0)).fold(0.0, f64::max)
        };
        let scales: Vec<f64> = (0..n_constraints).map(worst).collect();
        let share = |excesses: &Vec<f64>| {
            let shares = excesses.iter().zip(&scales).filter(|(_, scale)| 0.0 < **scale);
            shares.map(|(excess, scale)| excess / scale).fold(0.0, f64::max)
        };
        let all = among.iter().zip(means.iter().map(share));
        *all.min_by(|(_, a), (_, b)| a.total_cmp(b)).expect("there is a candidate").0
    }
}
