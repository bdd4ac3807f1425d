//! What has to hold of a choice, as a mean that must not be above zero.

use crate::observation::{Measure, Measured, Read, Scope, Tally, Wait, service_level};
use crate::scenario::Scenario;
use crate::scenario::condition::Condition;
use crate::scenario::problem::Problem;
use crate::time::Span;

/// What has to hold of a choice.
///
/// Ratios are made linear: a missed rate of at most 8 % means that missed offers less 0.08 of all
/// offers are not above zero on average. A quantile of at most 60 s means that the share of longer
/// waits is small enough.
#[derive(Clone, Debug)]
pub struct Constraint {
    condition: Condition,
    scope: Scope,
    measure: Linear,
    /// What the ratio is compared with.
    bound: f64,
    at_most: bool,
}

#[derive(Clone, Copy, Debug)]
enum Linear {
    Mean(Read),
    Ratio(Read, Read),
    /// The share of waits that are longer.
    Longer(Wait, Span),
    /// Hours lost, in full-time workers of so many.
    FteLost(f64),
}

/// What is divided by what in one replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) numerator: f64,
    pub(super) denominator: f64,
}

impl Constraint {
    /// The constraint that `condition` puts on scenarios like this one.
    ///
    /// # Errors
    /// If there is no such metric or scope, or it cannot be constrained.
    pub(super) fn new(condition: &Condition, scenario: &Scenario) -> Result<Self, Problem> {
        let measured = Measured::find(&condition.subject, scenario)?;
        let (bound, Measured { scope, metric, .. }) = (measured.bound(condition)?, measured);
        let measure = match metric.measure {
            Measure::ServiceLevel => service_level(scope.formula(scenario)),
            measure => measure,
        };
        let (measure, bound) = match measure {
            Measure::Mean(of) => (Linear::Mean(of), bound),
            Measure::Ratio(of, all) => (Linear::Ratio(of, all), bound),
            Measure::Quantile(wait, p) => {
                (Linear::Longer(wait, Span::from_secs_f64(bound)), 1.0 - p)
            }
            Measure::FteLost => (Linear::FteLost(workers(scope, scenario)), bound),
            Measure::Max(..) | Measure::IntervalsBelowTarget | Measure::ServiceLevel => {
                let what = format!("`{}` cannot be constrained: it is no average", metric.name);
                let problem = Problem::error(what, &condition.subject.metric.place);
                return Err(problem.with_help("a quantile can be, as in \"wait_p95 <= 60s\""));
            }
        };
        let at_most = condition.comparison.is_upper_limit();
        Ok(Self { condition: condition.clone(), scope, measure, bound, at_most })
    }

    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.condition.text
    }

    /// What its value is: the metric, or for a quantile the share that is longer.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.measure {
            Linear::Longer(..) => format!("share of waits above the bound of `{}`", self.text()),
            _ => self.condition.subject.to_string(),
        }
    }

    /// What its value is compared with, and whether that is the most or the least.
    #[must_use]
    pub const fn bound(&self) -> (f64, bool) {
        (self.bound, self.at_most)
    }

    /// Everything, then the scopes of `constraints`, and whether waits are needed.
    pub(super) fn scopes(constraints: &[Self]) -> Vec<(Scope, bool)> {
        let needs = |constraint: &Self| {
            (constraint.scope, matches!(constraint.measure, Linear::Longer(..)))
        };
        std::iter::once((Scope::All, false)).chain(constraints.iter().map(needs)).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
    pub(super) fn read(&self, tally: &Tally) -> Reading {
        let c = &tally.counters;
        let (numerator, denominator) = match self.measure {
            Linear::Mean(of) => (of(c), 1.0),
            Linear::Ratio(of, all) => (of(c), all(c)),
            Linear::Longer(wait, span) => {
                let waits = tally.waits(wait);
                (waits.count_above(span) as f64, waits.count() as f64)
            }
            Linear::FteLost(workers) => (workers * c.recovering_ms as f64, c.scheduled_ms() as f64),
        };
        Reading { numerator, denominator }
    }

    /// By how much it is broken.
    pub(super) const fn excess(&self, reading: Reading) -> f64 {
        let excess = reading.numerator - self.bound * reading.denominator;
        if self.at_most { excess } else { -excess }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of workers")]
fn workers(scope: Scope, scenario: &Scenario) -> f64 {
    let is_meant = |group| !matches!(scope, Scope::WorkerGroup(other) if other != group);
    scenario.people.iter().filter(|person| is_meant(person.group)).count() as f64
}
