//! Which candidates are best at something, where several things count and none outweighs another.

use crate::tuning::sample::Moments;

/// Whether another candidate is at least as good in everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// For each other one there is something at which this one is surely better.
    On,
    /// Another one is surely as good in everything and better in something.
    Off,
    /// It is not sure.
    Undecided,
}

/// For each candidate, whether it is on the front.
///
/// `values` are by candidate, measure and replication; less is better. All statements hold at once
/// with probability `confidence`. Candidates that are equal in every replication do not count
/// against each other.
#[must_use]
pub fn fronts(values: &[Vec<Vec<f64>>], confidence: f64) -> Vec<Front> {
    let k = values.len();
    let n_measures = values.first().map_or(0, Vec::len);
    #[expect(clippy::cast_precision_loss, reason = "numbers of candidates and measures")]
    let statements = (k * k.saturating_sub(1) * n_measures).max(1) as f64;
    let risk = (1.0 - confidence) / statements;
    (0..k).map(|candidate| front(values, candidate, risk)).collect()
}

fn front(values: &[Vec<Vec<f64>>], candidate: usize, risk: f64) -> Front {
    let mut verdict = Front::On;
    for other in (0..values.len()).filter(|other| *other != candidate) {
        match against(&values[candidate], &values[other], risk) {
            Front::On => (),
            Front::Off => return Front::Off,
            Front::Undecided => verdict = Front::Undecided,
        }
    }
    verdict
}

fn against(own: &[Vec<f64>], other: &[Vec<f64>], risk: f64) -> Front {
    let differences: Vec<Moments> = own
        .iter()
        .zip(other)
        .map(|(own, other)| Moments::of(own.iter().zip(other).map(|(own, other)| own - other)))
        .collect();
    let is_equal = |d: &Moments| d.mean.abs() <= 0.0 && d.variance <= 0.0;
    let is_better = |d: &Moments| d.mean + d.margin(risk) < 0.0;
    let is_worse = |d: &Moments| 0.0 < d.mean - d.margin(risk);
    let is_no_better = |d: &Moments| 0.0 <= d.mean - d.margin(risk);
    if differences.iter().all(is_equal) || differences.iter().any(is_better) {
        Front::On
    } else if differences.iter().all(is_no_better) && differences.iter().any(is_worse) {
        Front::Off
    } else {
        Front::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A measure that varies a little around `mean`.
    fn around(mean: f64) -> Vec<f64> {
        (0..40).map(|n| mean + if n % 2 == 0 { 0.1 } else { -0.1 } * f64::from(n % 7)).collect()
    }

    #[test]
    fn who_is_beaten_in_everything_is_off_and_who_is_best_at_something_is_on() {
        let candidates = [(1.0, 9.0), (5.0, 5.0), (9.0, 1.0), (6.0, 6.0)];
        let values: Vec<_> = candidates.map(|(a, b)| vec![around(a), around(b)]).into();
        assert_eq!(fronts(&values, 0.95), [Front::On, Front::On, Front::On, Front::Off]);
    }

    #[test]
    fn what_chance_may_have_done_is_undecided_and_equals_do_not_count() {
        let noisy = |mean: f64, sign: f64| -> Vec<f64> {
            (0..10).map(|n| mean + sign * if n % 2 == 0 { 3.0 } else { -3.0 }).collect()
        };
        let values = [vec![noisy(1.0, 1.0)], vec![noisy(1.1, -1.0)]];
        assert_eq!(fronts(&values, 0.95), [Front::Undecided; 2]);
        assert_eq!(fronts(&[values[0].clone(), values[0].clone()], 0.95), [Front::On; 2]);
        assert_eq!(fronts(&values[..1], 0.95), [Front::On]);
    }
}
