//! By how much one scenario differs from another under common random numbers.
//!
//! Replication by replication, so that what both have in common cancels out. Intervals are valid
//! whatever the correlation; several comparisons share one error by Bonferroni's inequality.
//!
//! Measured on 2,000 differences of two reservation timeouts, of 20 replications each: intervals of
//! 95 % held what 4,000 replications say in 94 to 96 % (means and ratios), 99 % (the median), and
//! 87 to 91 % (the 90 % and 99 % quantiles).

use crate::experiment::control::Arrived;
use crate::experiment::estimate::{CONFIDENCE, Row, ms, n_workers};
use crate::experiment::units::{per_unit, unit};
use crate::observation::{Counters, Measure, Metric, Read, Recording, Scope, Tally, service_level};
use crate::scenario::Scenario;
use crate::stats::{
    Estimate, Interval, Pooled, Ratio, mean_interval, paired_mean_difference,
    paired_ratio_difference,
};
use crate::time::Span;

/// Into so many parts are replications cut for the difference of quantiles; fewer if there are
/// fewer units of them.
const SECTIONS: usize = 20;

/// More of these is better; less of all others.
const GREATER_IS_BETTER: [&str; 8] = [
    "tasks_accepted",
    "tasks_completed",
    "tasks_in_time",
    "first_offer_accepted_rate",
    "immediate_offer_probability",
    "reservations_accepted",
    "utilization",
    "concurrency_mean",
];

/// Whether more of a metric is better, as it is for ranking.
#[must_use]
pub fn is_better_when_greater(metric: &Metric) -> bool {
    GREATER_IS_BETTER.contains(&metric.name) || metric.name.starts_with("service_level")
}

/// The confidence of each of `n` intervals that together hold with [`CONFIDENCE`].
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of scenarios")]
pub fn adjusted(n: usize) -> f64 {
    1.0 - (1.0 - CONFIDENCE) / n.max(1) as f64
}

/// What is compared: a scenario, its replications, and what they say.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its replications, the first of them first.
    pub recordings: &'a [Recording],
    /// What [`estimate_scopes`](crate::experiment::estimate_scopes) makes of them.
    pub rows: &'a [Row],
}

/// By how much a metric of one scenario exceeds that of another.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// What it is about, in the first scenario.
    pub scope: Scope,
    /// Of what.
    pub metric: &'static Metric,
    /// The difference; `None` where one side is undefined.
    pub difference: Option<Estimate>,
}

/// By how much the metrics of `a` exceed those of `b`, for every scope, by kind and name, and
/// metric that both have.
///
/// # Panics
/// If there are not as many replications of the one as of the other.
#[must_use]
pub fn differences(a: &Side<'_>, b: &Side<'_>, confidence: f64) -> Vec<Difference> {
    let of_b = Scope::all(b.scenario);
    let mut found = Vec::new();
    for (index_a, scope) in Scope::all(a.scenario).into_iter().enumerate() {
        let name = scope.name(a.scenario);
        let is_same = |s: &Scope| s.kind() == scope.kind() && s.name(b.scenario) == name;
        let Some(index_b) = of_b.iter().position(is_same) else { continue };
        let (a, b) = (Part::new(a, (index_a, scope)), Part::new(b, (index_b, of_b[index_b])));
        for row in a.side.rows.iter().filter(|row| row.scope == scope) {
            if b.row(row.metric).is_some() {
                let (a, b) = (a.series(row.metric), b.series(row.metric));
                let difference = a.minus(&b, confidence);
                found.push(Difference { scope, metric: row.metric, difference });
            }
        }
    }
    found
}

/// A metric of one scope, unit by unit: what is needed to compare it. A unit is a replication, or
/// as many as depend on each other.
#[derive(Clone, Debug)]
pub enum Series {
    /// The mean of these.
    Mean(Vec<f64>),
    /// The sum of the first divided by that of the others.
    Ratio(Vec<f64>, Vec<f64>),
    /// The mean of values, with a control variate; and what it is without.
    Controlled(Vec<f64>, Control, Box<Self>),
    /// A quantile of all replications together, and of each of some parts of them.
    Quantile(Option<f64>, Vec<Option<f64>>),
    /// A number of which only the value is known.
    Value(Option<f64>),
}

/// The number of tasks that came in each unit, as control variate.
#[derive(Clone, Debug)]
pub struct Control(Arrived);

impl Series {
    /// A metric of the `index`-th scope of `side`.
    #[must_use]
    pub fn of(side: &Side<'_>, (index, scope): (usize, Scope), metric: &Metric) -> Self {
        Part::new(side, (index, scope)).series(metric)
    }

    /// By how much it exceeds another of the same kind.
    ///
    /// Means and ratios are paired; so are quantiles, part by part, around the difference of all
    /// replications together. Greatest values have no interval. Where both are controlled, their
    /// differences are, by what came to the first.
    ///
    /// # Panics
    /// If there are not as many replications of the one as of the other.
    #[must_use]
    pub fn minus(&self, other: &Self, confidence: f64) -> Option<Estimate> {
        match (self, other) {
            (Self::Mean(a), Self::Mean(b)) => paired_mean_difference(a, b, confidence),
            (Self::Ratio(a, of_a), Self::Ratio(b, of_b)) => {
                let a = Ratio { numerators: a, denominators: of_a };
                paired_ratio_difference(a, Ratio { numerators: b, denominators: of_b }, confidence)
            }
            (Self::Quantile(a, parts_a), Self::Quantile(b, parts_b)) => {
                let value = (*a)? - (*b)?;
                let parts = parts_a.iter().zip(parts_b);
                let each: Option<Vec<f64>> = parts.map(|(a, b)| Some((*a)? - (*b)?)).collect();
                Some(around(value, &each.unwrap_or_default(), confidence))
            }
            (Self::Value(a), Self::Value(b)) => {
                Some(Estimate { value: (*a)? - (*b)?, interval: None })
            }
            (Self::Controlled(a, control, plain), Self::Controlled(b, _, other)) => {
                assert_eq!(a.len(), b.len(), "pairs have two sides");
                let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
                let controlled = control.0.mean(&differences, confidence);
                controlled.or_else(|| plain.minus(other, confidence))
            }
            // The same metric may be another one there: a service level by another formula.
            (Self::Controlled(_, _, plain), other) => plain.minus(other, confidence),
            (own, Self::Controlled(_, _, plain)) => own.minus(plain, confidence),
            _ => None,
        }
    }
}

/// A value with the interval of the mean of `parts`, as far below and above it.
fn around(value: f64, parts: &[f64], confidence: f64) -> Estimate {
    let mean = mean_interval(parts, confidence);
    let interval = mean.and_then(|mean| {
        let Interval { low, high, error } = mean.interval?;
        Some(Interval { low: value - (mean.value - low), high: value + (high - mean.value), error })
    });
    Estimate { value, interval }
}

/// One scope of one side.
struct Part<'a> {
    side: Side<'a>,
    scope: Scope,
    tallies: Vec<&'a Tally>,
}

impl<'a> Part<'a> {
    fn new(side: &Side<'a>, (index, scope): (usize, Scope)) -> Self {
        let tallies = side.recordings.iter().map(|r| &r.tallies[index]).collect();
        Self { side: *side, scope, tallies }
    }

    fn row(&self, metric: &Metric) -> Option<&Row> {
        let is_it = |row: &&Row| row.scope == self.scope && row.metric.name == metric.name;
        self.side.rows.iter().find(is_it)
    }

    fn value(&self, metric: &Metric) -> Option<f64> {
        Some(self.row(metric)?.estimate?.value)
    }

    /// The mean of each unit.
    fn read(&self, of: Read) -> Vec<f64> {
        let each = self.tallies.iter().map(|tally| of(&tally.counters)).collect();
        per_unit(each, unit(self.side.scenario))
    }

    /// With what arrived as control variate, if there is to be one and it is valid.
    fn controlled(&self, series: Series, all: Option<Read>) -> Series {
        let Side { scenario, recordings, .. } = self.side;
        let Some(arrived) = Arrived::of(scenario, recordings, self.scope) else { return series };
        let values = match (&series, all) {
            (Series::Mean(values), _) => Some(values.clone()),
            (Series::Ratio(numerators, _), Some(all)) => {
                arrived.shares(numerators, all, self.scope)
            }
            _ => None,
        };
        match values {
            Some(values) => Series::Controlled(values, Control(arrived), Box::new(series)),
            None => series,
        }
    }

    fn series(&self, metric: &Metric) -> Series {
        let measure = match metric.measure {
            Measure::ServiceLevel => service_level(self.scope.formula(self.side.scenario)),
            measure => measure,
        };
        match measure {
            Measure::Mean(of) => self.controlled(Series::Mean(self.read(of)), None),
            Measure::Ratio(of, all) => {
                self.controlled(Series::Ratio(self.read(of), self.read(all)), Some(all))
            }
            Measure::Quantile(wait, p) => {
                let unit = unit(self.side.scenario);
                let n = self.tallies.len() / unit;
                let sections = SECTIONS.min(n);
                let part = |k: usize| {
                    let units = k * n / sections..(k + 1) * n / sections;
                    let tallies = &self.tallies[units.start * unit..units.end * unit];
                    let all = Pooled::new(tallies.iter().map(|tally| tally.waits(wait)).collect());
                    all.quantile(p).map(Span::as_secs_f64)
                };
                Series::Quantile(self.value(metric), (0..sections).map(part).collect())
            }
            Measure::FteLost => {
                let n = n_workers(self.side.scenario, self.scope);
                let lost = self.read(|c| ms(c.recovering_ms)).iter().map(|x| x * n).collect();
                let scheduled = |c: &Counters| ms(c.scheduled_ms());
                Series::Ratio(lost, self.read(scheduled))
            }
            Measure::Max(..) | Measure::IntervalsBelowTarget | Measure::ServiceLevel => {
                Series::Value(self.value(metric))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_share_one_error() {
        assert!((adjusted(1) - 0.95).abs() < 1e-12);
        assert!((adjusted(5) - 0.99).abs() < 1e-12);
    }

    #[test]
    fn what_both_sides_have_in_common_cancels_out() {
        let a = Series::Mean(vec![11.0, 22.0, 31.0]);
        let b = Series::Mean(vec![10.0, 20.0, 30.0]);
        let difference = a.minus(&b, 0.95).unwrap();
        let alone = mean_interval(&[11.0, 22.0, 31.0], 0.95).unwrap();
        let half = |estimate: Estimate| estimate.interval.unwrap().half_width();
        assert!((difference.value - 4.0 / 3.0).abs() < 1e-12);
        assert!(10.0 * half(difference) < half(alone));
    }

    #[test]
    fn quantiles_differ_part_by_part_around_the_whole() {
        let a = Series::Quantile(Some(10.0), vec![Some(9.0), Some(12.0)]);
        let b = Series::Quantile(Some(7.0), vec![Some(8.0), Some(9.0)]);
        let difference = a.minus(&b, 0.95).unwrap();
        assert!((difference.value - 3.0).abs() < 1e-12);
        let interval = difference.interval.unwrap();
        assert!(interval.low < 3.0 && (interval.low + interval.high - 6.0).abs() < 1e-9);
        let empty = Series::Quantile(Some(7.0), vec![Some(8.0), None]);
        assert_eq!(a.minus(&empty, 0.95).unwrap().interval, None);
        assert!(Series::Value(None).minus(&Series::Value(Some(1.0)), 0.95).is_none());
    }
}
