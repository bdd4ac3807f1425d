//! What was measured in reality beside what is simulated: whether the model can be trusted.
//!
//! Reality is one more draw: what was measured in a time of `periods` replications varies by
//! chance as their mean does. So a difference is judged by the error of both,
//! `(estimate − observed) / √(se² (1 + n / periods))`, with `n` replications and the estimate's
//! standard error `se`, and not by the interval of the estimate alone, which more replications
//! make as narrow as anybody likes.

use crate::experiment::estimate::Row;
use crate::observation::Measured;
use crate::scenario::problem::Problem;
use crate::scenario::{Fact, Scenario};
use crate::stats::{Estimate, student_t};

/// Where two standard errors of a normal quantity end: chance stays within 19 times out of 20.
const TWO: f64 = 0.977_249_868;
/// Where three end: chance goes beyond 3 times in a thousand.
const THREE: f64 = 0.998_650_102;
/// Numbers closer than this share of them are the same number.
const SAME: f64 = 1e-9;

/// A number that was measured in reality, of a metric that there is.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'s> {
    /// As it is written.
    pub fact: &'s Fact,
    /// What it is.
    pub measured: Measured,
    /// The number, in the unit of the metric.
    pub value: f64,
}

/// An observed number beside the simulated one.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'s> {
    /// What was observed.
    pub observation: Observation<'s>,
    /// What was estimated; `None` where the metric is undefined.
    pub estimate: Option<Estimate>,
    /// How far the estimate lies above what was observed, in standard errors of both together;
    /// `None` without an error to compare with.
    pub deviation: Option<f64>,
    /// What that says.
    pub agreement: Agreement,
}

/// Whether the model shows what was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Within two standard errors (more where replications are few), or exactly.
    Agrees,
    /// Between two and three.
    Doubtful,
    /// More than three, or any difference where nothing varies.
    Differs,
    /// The model has nothing, or no error, to compare with.
    Unknown,
}

/// What `scenario` says was observed, in the order of the file.
///
/// # Errors
///
/// Every number that cannot be compared, such as that of a metric that does not exist.
pub fn observations(scenario: &Scenario) -> Result<Vec<Observation<'_>>, Vec<Problem>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for fact in &scenario.observed.facts {
        match Observation::of(fact, scenario) {
            Ok(observation) => found.push(observation),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// What was observed beside the estimates from so many replications, in the order of the file.
///
/// # Panics
/// If [`observations`] refuses the scenario; that should be asked before anything is simulated.
#[must_use]
pub fn check_observed<'s>(
    scenario: &'s Scenario,
    rows: &[Row],
    replications: u32,
) -> Vec<Checked<'s>> {
    let all = observations(scenario).expect("asked before anything was simulated");
    let check = |one: Observation<'s>| one.check(rows, replications, scenario.observed.periods);
    all.into_iter().map(check).collect()
}

impl<'s> Observation<'s> {
    fn of(fact: &'s Fact, scenario: &Scenario) -> Result<Self, Problem> {
        let measured = Measured::find(&fact.subject, scenario)?;
        Ok(Self { fact, measured, value: measured.in_unit(fact.value, &fact.place)? })
    }

    /// Compares it with the estimates of so many replications; it was measured in the time of
    /// `periods` of them.
    #[must_use]
    pub fn check(self, rows: &[Row], replications: u32, periods: f64) -> Checked<'s> {
        let Measured { scope, metric, .. } = self.measured;
        let is_it = |row: &&Row| row.scope == scope && row.metric.name == metric.name;
        let estimate = rows.iter().find(is_it).and_then(|row| row.estimate);
        let error = estimate.and_then(|estimate| estimate.interval?.error);
        let both = error.map(|error| error * (1.0 + f64::from(replications) / periods).sqrt());
        let excess = estimate.map(|estimate| estimate.value - self.value);
        let is_same = excess.is_some_and(|excess| excess.abs() <= SAME * self.value.abs());
        let (deviation, agreement) = match (excess, both) {
            (Some(_), Some(_)) if is_same => (Some(0.0), Agreement::Agrees),
            (Some(excess), Some(both)) if 0.0 < both => {
                let deviation = excess / both;
                (Some(deviation), agreement(deviation, replications))
            }
            (Some(_), Some(_)) => (None, Agreement::Differs),
            _ => (None, Agreement::Unknown),
        };
        Checked { observation: self, estimate, deviation, agreement }
    }
}

/// The error is itself estimated, so that few replications need a larger deviation.
fn agreement(deviation: f64, replications: u32) -> Agreement {
    let limit = |p| student_t(p, degrees(replications));
    match deviation.abs() {
        size if size <= limit(TWO) => Agreement::Agrees,
        size if size <= limit(THREE) => Agreement::Doubtful,
        _ => Agreement::Differs,
    }
}

fn degrees(replications: u32) -> usize {
    usize::try_from(replications).unwrap_or(usize::MAX).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::stats::Interval;

    const SCENARIO: &str = r#"
        schema = 1
        name = "x"
        horizon = "1h"
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
        [observed]
        "wait_until_accepted_mean[task_queue:Billing]" = "40s"
    "#;

    fn check(periods: f64, value: f64, half_width: Option<f64>) -> (Option<f64>, Agreement) {
        let scenario = Scenario::parse("s.toml", SCENARIO, Path::new(""), &[]).unwrap().scenario;
        let observation = observations(&scenario).unwrap()[0];
        let interval = half_width.map(|half| {
            let error = Some(half / student_t(0.975, 19));
            Interval { low: value - half, high: value + half, error }
        });
        let Measured { scope, metric, .. } = observation.measured;
        let row =
            Row { scope, metric, estimate: Some(Estimate { value, interval }), method: "ratio" };
        let checked = observation.check(&[row], 20, periods);
        (checked.deviation, checked.agreement)
    }

    /// Half the width of the interval whose standard error is 1 second.
    fn one() -> Option<f64> {
        Some(student_t(0.975, 19))
    }

    #[test]
    fn a_difference_is_judged_by_the_error_of_both() {
        // One replication more: √(1 + 20) standard errors of the mean.
        let (deviation, agreement) = check(1.0, 40.0 + 1.5 * 21_f64.sqrt(), one());
        assert!((deviation.unwrap() - 1.5).abs() < 1e-9, "{deviation:?}");
        assert_eq!(agreement, Agreement::Agrees);
        // Measured for twenty times as long: √2.
        let (deviation, agreement) = check(20.0, 40.0 - 2.5 * 2_f64.sqrt(), one());
        assert!((deviation.unwrap() + 2.5).abs() < 1e-9, "{deviation:?}");
        assert_eq!(agreement, Agreement::Doubtful);
        assert_eq!(check(20.0, 45.0, one()).1, Agreement::Differs);
    }

    #[test]
    fn without_an_error_only_the_same_number_agrees() {
        assert_eq!(check(1.0, 40.0, Some(0.0)), (Some(0.0), Agreement::Agrees));
        assert_eq!(check(1.0, 41.0, Some(0.0)), (None, Agreement::Differs));
        assert_eq!(check(1.0, 40.0, None), (None, Agreement::Unknown));
    }
}
