//! When a scenario has been replicated enough.
//!
//! Replications are looked at only now and then, at numbers that are fixed beforehand and in their
//! order: the decision does not depend on threads, and few looks cost little coverage.

use std::ops::Range;

use crate::experiment::estimate::Row;
use crate::observation::Measured;
use crate::scenario::Scenario;
use crate::scenario::problem::Problem;
use crate::scenario::study::{Precision, StopRule};

/// Replications are made and kept in blocks of so many, beginning at its multiples.
pub const BLOCK: u32 = 20;

/// How precise a metric of a scenario is to be.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    measured: Measured,
    size: Size,
}

/// The greatest half width.
#[derive(Clone, Copy, Debug)]
enum Size {
    /// In the unit of the metric.
    Absolute(f64),
    /// As a share of the estimate.
    Relative(f64),
}

/// What `rules` mean in `scenario`.
///
/// # Errors
///
/// Everything that is not there, each at its place.
pub fn limits(rules: &[StopRule], scenario: &Scenario) -> Result<Vec<Limit>, Vec<Problem>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for rule in rules {
        match Limit::of(rule, scenario) {
            Ok(limit) => found.push(limit),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

impl Limit {
    fn of(rule: &StopRule, scenario: &Scenario) -> Result<Self, Problem> {
        let measured = Measured::find(&rule.subject, scenario)?;
        let size = match &rule.precision {
            Precision::Absolute(bound, place) => Size::Absolute(measured.in_unit(*bound, place)?),
            Precision::Relative(share) => Size::Relative(*share),
        };
        Ok(Self { measured, size })
    }

    /// Whether the estimates are precise enough; what has no interval is not.
    ///
    /// A relative error of `g` of the truth is one of `g / (1 + g)` of the estimate.
    ///
    /// Source: Law, "Simulation Modeling and Analysis", section 9.4.1.
    #[must_use]
    pub fn is_met(&self, rows: &[Row]) -> bool {
        let Measured { scope, metric, .. } = self.measured;
        let row = rows.iter().find(|row| row.scope == scope && row.metric.name == metric.name);
        let Some(estimate) = row.and_then(|row| row.estimate) else { return false };
        let Some(interval) = estimate.interval else { return false };
        let most = match self.size {
            Size::Absolute(most) => most,
            Size::Relative(share) => share / (1.0 + share) * estimate.value.abs(),
        };
        interval.half_width() <= most
    }
}

/// After how many replications is looked: whole blocks from `least` on, then twice as many each
/// time, up to `most`.
#[must_use]
pub fn looks(least: u32, most: u32) -> Vec<u32> {
    let first = least.max(1).div_ceil(BLOCK).saturating_mul(BLOCK);
    let next = |n: &u32| n.checked_mul(2);
    let mut looks: Vec<u32> =
        std::iter::successors(Some(first), next).take_while(|n| *n < most).collect();
    looks.push(most);
    looks
}

/// The blocks of the first `n` replications; the last one may be short.
pub fn blocks(n: u32) -> impl Iterator<Item = Range<u32>> {
    let whole = usize::try_from(BLOCK).expect("a small constant");
    (0..n).step_by(whole).map(move |low| low..low.saturating_add(BLOCK).min(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_double_and_end_where_they_must() {
        assert_eq!(looks(20, 200), [20, 40, 80, 160, 200]);
        assert_eq!(looks(30, 100), [40, 80, 100]);
        assert_eq!(looks(30, 10), [10]);
        assert_eq!(looks(1, u32::MAX).last(), Some(&u32::MAX));
    }

    #[test]
    fn blocks_lie_on_a_lattice() {
        assert_eq!(blocks(45).collect::<Vec<_>>(), [0..20, 20..40, 40..45]);
        assert_eq!(blocks(40).count(), 2);
    }
}
