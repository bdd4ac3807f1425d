//! Whether what a scenario asserts of its results holds.
//!
//! The estimate decides: whoever tests a change of routing asks whether the number is reached, and
//! one seed always gives one answer. Where the interval holds both answers, that is said, with the
//! number of replications that would likely tell.

use crate::experiment::estimate::Row;
use crate::observation::Measured;
use crate::scenario::Scenario;
use crate::scenario::condition::Condition;
use crate::scenario::problem::Problem;
use crate::stats::{Estimate, Interval};

/// More replications than this are not suggested to anybody.
const MANY: f64 = 1e6;

/// A condition on a metric that there is.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'s> {
    /// As it is written.
    pub condition: &'s Condition,
    /// What is compared.
    pub measured: Measured,
    /// With what, in the unit of the metric.
    pub bound: f64,
}

/// What came of an assertion.
#[derive(Clone, Copy, Debug)]
pub struct Judgment<'s> {
    /// What was asserted.
    pub assertion: Assertion<'s>,
    /// What was estimated; `None` where the metric is undefined.
    pub estimate: Option<Estimate>,
    /// Whether it holds.
    pub verdict: Verdict,
    /// How many replications would likely tell, if the interval leaves it open: a million at most.
    pub enough: Option<u32>,
}

/// Whether an assertion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds, and so it does all over the interval.
    Holds,
    /// The estimate says that it holds, but the interval leaves it open, or there is none.
    HoldsUnclear,
    /// The estimate says that it fails, but the interval leaves it open, or there is none.
    FailsUnclear,
    /// It fails, and so it does all over the interval.
    Fails,
    /// There was nothing to measure: it does not hold.
    Undefined,
}

impl Verdict {
    /// Whether it counts as holding.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Holds | Self::HoldsUnclear)
    }

    /// Whether the interval leaves it open.
    #[must_use]
    pub const fn is_unclear(self) -> bool {
        matches!(self, Self::HoldsUnclear | Self::FailsUnclear)
    }
}

/// What `scenario` asserts, in the order of the file.
///
/// # Errors
///
/// Everything that cannot be judged, such as a metric that does not exist, each at its place.
pub fn assertions(scenario: &Scenario) -> Result<Vec<Assertion<'_>>, Vec<Problem>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for condition in &scenario.assert {
        match Assertion::of(condition, scenario) {
            Ok(assertion) => found.push(assertion),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

impl<'s> Assertion<'s> {
    fn of(condition: &'s Condition, scenario: &Scenario) -> Result<Self, Problem> {
        let measured = Measured::find(&condition.subject, scenario)?;
        Ok(Self { condition, measured, bound: measured.bound(condition)? })
    }

    /// Judges it by the estimates from so many replications.
    #[must_use]
    pub fn judge(self, rows: &[Row], replications: u32) -> Judgment<'s> {
        let Measured { scope, metric, .. } = self.measured;
        let is_it = |row: &&Row| row.scope == scope && row.metric.name == metric.name;
        let row = rows.iter().find(is_it);
        let estimate = row.and_then(|row| row.estimate);
        let verdict = estimate.map_or(Verdict::Undefined, |estimate| self.verdict(estimate));
        let unclear = estimate.filter(|_| verdict.is_unclear());
        let enough = unclear.and_then(|estimate| self.enough(estimate, replications));
        Judgment { assertion: self, estimate, verdict, enough }
    }

    fn verdict(self, Estimate { value, interval }: Estimate) -> Verdict {
        let holds = |value| self.condition.comparison.holds(value, self.bound);
        let at_ends = interval.map(|interval| (holds(interval.low), holds(interval.high)));
        match (holds(value), at_ends) {
            (true, Some((true, true))) => Verdict::Holds,
            (true, _) => Verdict::HoldsUnclear,
            (false, Some((false, false))) => Verdict::Fails,
            (false, _) => Verdict::FailsUnclear,
        }
    }

    /// The interval shrinks as one over the root of the number of replications.
    fn enough(self, estimate: Estimate, replications: u32) -> Option<u32> {
        let distance = (estimate.value - self.bound).abs();
        let Interval { low, high, .. } = estimate.interval?;
        let reach =
            if estimate.value < self.bound { high - estimate.value } else { estimate.value - low };
        let times = reach / distance;
        let replications = f64::from(replications) * times * times;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most MANY")]
        (replications <= MANY).then(|| replications.ceil() as u32)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const SCENARIO: &str = r#"
        schema = 1
        name = "x"
        horizon = "1h"
        assert = ["service_level >= 75%"]
        [workspace]
        task_queues = [{ friendly_name = "Billing" }]
        [[workspace.workflows]]
        friendly_name = "Support"
        configuration = { task_routing = { default_filter = { queue = "Billing" } } }
        [[workers]]
        group = "day"
        count = 1
        [source.calls]
        arrivals = { per_hour = 1 }
        talk = "1m"
    "#;

    #[test]
    fn the_estimate_decides_and_the_interval_says_how_clearly() {
        let scenario = Scenario::parse("s.toml", SCENARIO, Path::new(""), &[]).unwrap().scenario;
        let assertion = assertions(&scenario).unwrap()[0];
        let judge = |value, interval: Option<(f64, f64)>| {
            let interval = interval.map(|(low, high)| Interval { low, high, error: None });
            let Measured { scope, metric, .. } = assertion.measured;
            let estimate = Some(Estimate { value, interval });
            let row = Row { scope, metric, estimate, method: "ratio" };
            let judgment = assertion.judge(&[row], 20);
            (judgment.verdict, judgment.enough)
        };
        assert_eq!(judge(0.85, Some((0.8, 0.9))), (Verdict::Holds, None));
        assert_eq!(judge(0.7, Some((0.66, 0.74))), (Verdict::Fails, None));
        // Twice as far away as it is off: four times the replications.
        assert_eq!(judge(0.8125, Some((0.6875, 0.9375))), (Verdict::HoldsUnclear, Some(80)));
        assert_eq!(judge(0.6875, Some((0.5625, 0.8125))), (Verdict::FailsUnclear, Some(80)));
        assert_eq!(judge(0.75, Some((0.7, 0.8))), (Verdict::HoldsUnclear, None));
        assert_eq!(judge(0.9, None), (Verdict::HoldsUnclear, None));
        let nothing = assertion.judge(&[], 20);
        assert_eq!((nothing.verdict, nothing.verdict.holds()), (Verdict::Undefined, false));
    }
}
