//! When a scenario has been replicated enough.
//!
//! Replications are looked at only now and then, at numbers that are fixed beforehand and in their
//! order: the decision does not depend on threads, and few looks cost little coverage.

use std::ops::Range;

use crate::experiment::estimate::Row;
use crate::observation::{Measured, Metric};
use crate::random::STRATA;
use crate::scenario::Scenario;
use crate::scenario::problem::Problem;
use crate::scenario::study::{Precision, StopRule};

/// Replications are made and kept in blocks of so many, beginning at its multiples: whole units,
/// however they depend on each other.
pub const BLOCK: u32 = STRATA;

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

    /// Of what.
    #[must_use]
    pub const fn metric(&self) -> &'static Metric {
        self.measured.metric
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.measured.metric.name
    }

    /// Whether the estimates are precise enough; what has no interval is not.
    #[must_use]
    pub fn is_met(&self, rows: &[Row]) -> bool {
        self.half_width(rows).is_some_and(|(half, most)| half <= most)
    }

    /// The half width that the estimates have, and the greatest that they may have, in the unit of
    /// the metric; nothing if there is no interval.
    ///
    /// A relative error of `g` of the truth is one of `g / (1 + g)` of the estimate.
    ///
    /// Source: Law, "Simulation Modeling and Analysis", section 9.4.1.
    #[must_use]
    pub fn half_width(&self, rows: &[Row]) -> Option<(f64, f64)> {
        let Measured { scope, metric, .. } = self.measured;
        let row = rows.iter().find(|row| row.scope == scope && row.metric.name == metric.name);
        let estimate = row?.estimate?;
        let most = match self.size {
            Size::Absolute(most) => most,
            Size::Relative(share) => share / (1.0 + share) * estimate.value.abs(),
        };
        Some((estimate.interval?.half_width(), most))
    }
}

/// Nobody looks before there are so many independent units: the interval of fewer is itself too
/// uncertain to decide by.
const LEAST_UNITS: u32 = 20;

/// After how many replications is looked: whole blocks from `least` and from 20 units of so many
/// on, then twice as many each time, up to `most`.
#[must_use]
pub fn looks((least, most): (u32, u32), unit: u32) -> Vec<u32> {
    let least = least.max(LEAST_UNITS.saturating_mul(unit));
    let first = least.div_ceil(BLOCK).saturating_mul(BLOCK);
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
        assert_eq!(looks((20, 200), 1), [20, 40, 80, 160, 200]);
        assert_eq!(looks((30, 100), 1), [40, 80, 100]);
        assert_eq!(looks((30, 10), 1), [10]);
        assert_eq!(looks((1, u32::MAX), 1).last(), Some(&u32::MAX));
        assert_eq!(looks((30, 100), 2), [40, 80, 100]);
        assert_eq!(looks((30, 1000), 20), [400, 800, 1000]);
    }

    #[test]
    fn blocks_lie_on_a_lattice() {
        assert_eq!(blocks(45).collect::<Vec<_>>(), [0..20, 20..40, 40..45]);
        assert_eq!(blocks(40).count(), 2);
    }
}
