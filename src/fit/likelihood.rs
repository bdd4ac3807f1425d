//! The law that makes what was seen most likely, when a share never ends.
//!
//! Of offers a share `never` reaches nobody; the others are answered after a time with the law `F`.
//! What ended in a cell has the likelihood `(1 − never)(F(to) − F(from))`, what was only seen to
//! last longer than `c` has `never + (1 − never)(1 − F(c))`. Without `never` this is a plain
//! censored sample: patience, talk.

use libm::log;

use crate::fit::law::{Form, Law};
use crate::fit::sample::Sample;
use crate::fit::search::{Found, minimum};

/// The first steps of a search.
const STEP: f64 = 0.3;
/// No likelihood is taken to be less than this, so that one stray time rules nothing out.
const LEAST: f64 = 1e-300;

/// What is known of the share that never ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Never {
    /// It is this.
    Fixed(f64),
    /// It is to be found.
    Free,
}

/// A law that was fitted.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The law of those that end.
    pub law: Law,
    /// The share that never ends.
    pub never: f64,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// How many numbers were fitted.
    pub n_parameters: usize,
    /// Where the search ended, for the next one to begin.
    pub(super) at: Vec<f64>,
}

impl Fitted {
    /// Akaike's criterion: the lower, the better.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * (self.n_parameters as f64 - self.log_likelihood)
    }

    /// The share left after `time` seconds.
    #[must_use]
    pub fn left(&self, time: f64) -> f64 {
        self.never + (1.0 - self.never) * self.law.survival(time)
    }
}

/// The most likely law of a form, searched for from `starts`; `None` if there is none.
pub(super) fn most_likely(
    form: Form,
    sample: &Sample,
    (never, starts): (Never, &[Vec<f64>]),
) -> Option<Fitted> {
    let cost = |parameters: &[f64]| {
        let law = form.law(parameters);
        law.map_or(f64::INFINITY, |law| -log_likelihood(&law, sample, never).1)
    };
    let found = starts.iter().map(|start| minimum(&cost, start, STEP));
    let best: Found = found.min_by(|a, b| a.value.total_cmp(&b.value))?;
    let law = form.law(&best.at)?;
    let (share, log_likelihood) = log_likelihood(&law, sample, never);
    let n_parameters = form.n_parameters() + usize::from(never == Never::Free);
    Some(Fitted { law, never: share, log_likelihood, n_parameters, at: best.at })
}

/// The share that never ends, the most likely one where it is free, and the logarithm of the
/// likelihood.
pub(super) fn log_likelihood(law: &Law, sample: &Sample, never: Never) -> (f64, f64) {
    let longer: Vec<(f64, f64)> =
        sample.longer.iter().map(|longer| (law.cdf(longer.than), longer.n)).collect();
    let n_ended: f64 = sample.cells.iter().map(|cell| cell.n).sum();
    let never = match never {
        Never::Fixed(never) => never,
        Never::Free => 1.0 - share_that_ends(n_ended, &longer),
    };
    let mut sum = n_ended * log((1.0 - never).max(LEAST));
    let mut last = (f64::NAN, 0.0);
    for cell in &sample.cells {
        // Most cells begin where the one before ends.
        let is_next = last.0.total_cmp(&cell.from).is_eq();
        let from = if is_next { last.1 } else { law.survival(cell.from) };
        let to = law.survival(cell.to);
        sum += cell.n * log((from - to).max(LEAST));
        last = (cell.to, to);
    }
    let left = |ended: f64| (never + (1.0 - never) * (1.0 - ended)).max(LEAST);
    sum += longer.iter().map(|(ended, n)| n * log(left(*ended))).sum::<f64>();
    (never, sum)
}

/// The share that ends which makes `n` ends most likely beside those that lasted longer, each with
/// the chance that it would have ended: where `n/a = Σ m F/(1 − a F)`, or 1.
fn share_that_ends(n: f64, longer: &[(f64, f64)]) -> f64 {
    let slope = |a: f64| n / a - longer.iter().map(|(f, m)| m * f / (1.0 - a * f)).sum::<f64>();
    if longer.iter().all(|(f, _)| *f < 1.0) && 0.0 <= slope(1.0) {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if 0.0 < slope(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::law::Family;

    #[test]
    fn of_one_timeout_the_share_that_ends_is_the_answered_over_the_answerable() {
        let share = share_that_ends(850.0, &[(0.95, 150.0)]);
        assert!((share - 0.85 / 0.95).abs() < 1e-9, "{share}");
        assert!((share_that_ends(10.0, &[(0.5, 1.0)]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_censored_exponential_is_total_time_over_ends() {
        let ended: Vec<f64> = (0..400).map(|i| 0.03 * f64::from(i)).collect();
        let censored: Vec<f64> = (0..200).map(|i| 0.05 * f64::from(i)).collect();
        let mean = (ended.iter().sum::<f64>() + censored.iter().sum::<f64>()) / 400.0;
        let sample = Sample::new(ended, censored);
        let form = Form::one(Family::Exponential);
        let starts = form.starts([1.0, 2.0, 3.0]);
        let fitted = most_likely(form, &sample, (Never::Fixed(0.0), &starts)).unwrap();
        assert!((fitted.law.mean() / mean - 1.0).abs() < 0.01, "{} {mean}", fitted.law.mean());
        assert_eq!(fitted.n_parameters, 1);
    }
}
