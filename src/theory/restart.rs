//! Which timeout is best when there is always another worker to offer the task to.

use super::quadrature::integrate;

/// Candidates for the best timeout, evenly spaced by ratio.
const CANDIDATES: u32 = 200;
/// The shortest candidate, as a share of the longest.
const SHORTEST: f64 = 1e-4;
/// The best timeout is narrowed down to this share of itself.
const PRECISION: f64 = 1e-7;

/// The light-traffic law of the reservation timeout: a task is offered to one worker after another,
/// at once and without end, until one answers within the timeout. Each is away from the desk with
/// the same probability, and otherwise answers after a random time.
///
/// Nothing is asked of the workers but to be free, so that the law is exact for one task in an empty
/// center, and too fond of short timeouts in a busy one, where a miss also costs a worker.
///
/// Source: the same trade as in restarting a randomized algorithm, Luby, Sinclair & Zuckerman, Inf.
/// Proc. Letters 47 (1993), and in age replacement, Barlow & Proschan, "Mathematical Theory of
/// Reliability" (1965).
#[derive(Clone, Copy, Debug)]
pub struct Restart<F> {
    /// The chance that a worker at the desk has answered by a time: 0 at 0, never falling.
    answered: F,
    away: f64,
    miss_cost: f64,
}

/// A timeout, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeout {
    /// How long an offer rings at most, in units of time.
    pub timeout: f64,
    /// The mean of the task's wait until it is answered, and of the cost of all misses before.
    pub cost: f64,
}

impl<F: Fn(f64) -> f64> Restart<F> {
    /// The law when `answered(t)` is the chance that a worker who is at the desk answers within
    /// `t`; `away`, from 0 to below 1, the chance of not being there; and `miss_cost`, not
    /// negative, what a missed reservation costs, in units of the task's waiting time.
    #[must_use]
    pub fn new(answered: F, away: f64, miss_cost: f64) -> Self {
        Self { answered, away, miss_cost }
    }

    /// The chance that an offer is not answered within `time`, anybody being at the desk or not.
    #[must_use]
    pub fn p_timeout(&self, time: f64) -> f64 {
        1.0 - (1.0 - self.away) * (self.answered)(time)
    }

    /// The mean wait until answered, plus `miss_cost` for each offer missed before, with this
    /// timeout, positive and finite; infinite when nobody ever answers within it.
    ///
    /// `J(T) = (∫₀ᵀ S + c S(T)) / (1 - S(T))`, with `S` the chance [`Restart::p_timeout`].
    #[must_use]
    pub fn cost(&self, timeout: f64) -> f64 {
        let missed = self.p_timeout(timeout);
        if 1.0 <= missed {
            return f64::INFINITY;
        }
        let ringing = integrate(&|t| self.p_timeout(t), 0.0, timeout);
        (ringing + self.miss_cost * missed) / (1.0 - missed)
    }

    /// The rate at which an offer is answered that has rung for `time`, positive, by the difference
    /// of the chances a little before and after; 0 where nothing is left to be answered.
    ///
    /// It is `1 / (J + c)` at every timeout that is best among its neighbors.
    #[must_use]
    pub fn hazard(&self, time: f64) -> f64 {
        let step = 1e-5 * time;
        let left = self.p_timeout(time);
        let density = (self.p_timeout(time - step) - self.p_timeout(time + step)) / (2.0 * step);
        if 0.0 < left { density / left } else { 0.0 }
    }

    /// The best of all timeouts up to `longest`, positive and finite. It is `longest` itself where
    /// waiting on always pays. Valleys narrower than a twentieth of their place may be missed.
    #[must_use]
    pub fn best(&self, longest: f64) -> Timeout {
        let ratio = SHORTEST.powf(-1.0 / f64::from(CANDIDATES));
        let candidate = |i: u32| longest * ratio.powf(f64::from(i) - f64::from(CANDIDATES));
        let candidates = (0..=CANDIDATES).map(|i| self.at(candidate(i)));
        let best = candidates.reduce(better).expect("there are candidates");
        let (from, to) = (best.timeout / ratio, (best.timeout * ratio).min(longest));
        better(best, self.best_between(from, to))
    }

    /// The shortest and the longest timeout around the best one, up to `longest`, that cost at most
    /// `slack` more than it: all between are equally good for who does not mind `slack`.
    #[must_use]
    pub fn as_good_as_best(&self, longest: f64, slack: f64) -> [Timeout; 2] {
        let best = self.best(longest);
        [SHORTEST * longest, longest].map(|end| self.last_good(best, end, best.cost + slack))
    }

    fn at(&self, timeout: f64) -> Timeout {
        Timeout { timeout, cost: self.cost(timeout) }
    }

    /// The best between two timeouts with one valley between them, by golden section.
    fn best_between(&self, mut from: f64, mut to: f64) -> Timeout {
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        let inner = |from: f64, to: f64| self.at(to - golden * (to - from));
        let (mut left, mut right) = (inner(from, to), inner(to, from));
        while PRECISION * to < to - from {
            if left.cost <= right.cost {
                (to, right) = (right.timeout, left);
                left = inner(from, to);
            } else {
                (from, left) = (left.timeout, right);
                right = inner(to, from);
            }
        }
        better(left, right)
    }

    /// How far one can go from a good timeout towards `end` without paying more than `cost`.
    fn last_good(&self, good: Timeout, end: f64, cost: f64) -> Timeout {
        let steps = f64::from(CANDIDATES);
        let step = (end / good.timeout).powf(1.0 / steps);
        let mut last = good;
        for _ in 0..CANDIDATES {
            let next = self.at(last.timeout * step);
            if cost < next.cost {
                return self.crossing(last, next, cost);
            }
            last = next;
        }
        last
    }

    /// Between a good and a bad timeout, the last good one.
    fn crossing(&self, mut good: Timeout, mut bad: Timeout, cost: f64) -> Timeout {
        while PRECISION * good.timeout < (good.timeout - bad.timeout).abs() {
            let middle = self.at(f64::midpoint(good.timeout, bad.timeout));
            if middle.cost <= cost {
                good = middle;
            } else {
                bad = middle;
            }
        }
        good
    }
}

/// The cheaper of two, the first of equals.
fn better(first: Timeout, second: Timeout) -> Timeout {
    if second.cost < first.cost { second } else { first }
}

/// The chance that a lognormal time of this `median`, positive, is at most `time`, not negative.
/// `sigma`, positive, is the standard deviation of its logarithm.
#[must_use]
pub fn lognormal_cdf(median: f64, sigma: f64, time: f64) -> f64 {
    libm::erfc((median / time).ln() / (sigma * std::f64::consts::SQRT_2)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::assert_close;

    fn desk(away: f64, miss_cost: f64) -> Restart<impl Fn(f64) -> f64> {
        Restart::new(|t| lognormal_cdf(5.0, 0.7, t), away, miss_cost)
    }

    #[test]
    fn a_lognormal_answer_comes_out_as_computed_elsewhere() {
        // Median 5 s, sigma 0.7: an independent computation, the best rounded to whole seconds and
        // tenths, the others by a midpoint sum of 20 000 steps.
        let free = [(0.02, 14.0, 6.7), (0.05, 12.0, 7.2), (0.1, 10.0, 7.9), (0.2, 9.0, 9.5)];
        for (away, timeout, cost) in free {
            let best = desk(away, 0.0).best(600.0);
            assert!((best.timeout - timeout).abs() < 0.51, "{away}: {best:?}");
            assert!((best.cost - cost).abs() < 0.051, "{away}: {best:?}");
        }
        let costly = [
            (0.02, 24.0, 7.2, [7.567_650, 7.250_956, 9.041_166]),
            (0.05, 20.0, 8.2, [8.423_083, 8.546_680, 13.230_222]),
            (0.1, 17.0, 9.9, [9.975_536, 10.898_181, 20.832_582]),
            (0.2, 14.0, 13.6, [13.662_612, 16.482_994, 38.888_188]),
        ];
        for (away, timeout, cost, others) in costly {
            let law = desk(away, 10.0);
            let best = law.best(600.0);
            assert!((best.timeout - timeout).abs() < 0.51, "{away}: {best:?}");
            assert!((best.cost - cost).abs() < 0.051, "{away}: {best:?}");
            for (timeout, cost) in [15.0, 30.0, 120.0].into_iter().zip(others) {
                let got = law.cost(timeout);
                assert!((got - cost).abs() < 1e-6, "{away}, {timeout}: {got}");
            }
        }
    }

    #[test]
    fn at_the_best_timeout_the_hazard_is_what_waiting_on_is_worth() {
        let law = desk(0.1, 10.0);
        let best = law.best(300.0);
        assert!((law.hazard(best.timeout) * (best.cost + 10.0) - 1.0).abs() < 1e-4);
        let [shortest, longest] = law.as_good_as_best(300.0, 1.0);
        assert!(shortest.timeout < best.timeout && best.timeout < longest.timeout);
        assert!((shortest.cost - best.cost - 1.0).abs() < 1e-4);
        assert!((longest.cost - best.cost - 1.0).abs() < 1e-4);
    }

    #[test]
    fn an_exponential_answer_has_a_closed_form() {
        let answered = |t: f64| 1.0 - (-t / 8.0).exp();
        let law = Restart::new(answered, 0.25, 5.0);
        let missed = 0.25 + 0.75 * (-2.5_f64).exp();
        let ringing = 0.25 * 20.0 + 0.75 * 8.0 * (1.0 - (-2.5_f64).exp());
        assert_close(law.cost(20.0), (ringing + 5.0 * missed) / (1.0 - missed));
        // Memoryless, nobody away, misses free: every timeout is as good as any other.
        let free = Restart::new(answered, 0.0, 0.0);
        assert_close(free.cost(1.0), 8.0);
        assert_close(free.cost(100.0), 8.0);
        // Misses cost: waiting on always pays.
        assert_close(Restart::new(answered, 0.0, 5.0).best(100.0).timeout, 100.0);
    }

    #[test]
    fn of_two_valleys_the_deeper_one_is_found() {
        // Nobody answers but right after 5 s and right after 40 s.
        let two = |early: f64| {
            move |t: f64| {
                let ramp = |from: f64| ((t - from) / 0.5).clamp(0.0, 1.0);
                early * ramp(5.0) + (1.0 - early) * ramp(40.0)
            }
        };
        assert!((Restart::new(two(0.9), 0.0, 3.0).best(120.0).timeout - 5.5).abs() < 0.1);
        assert!(40.0 < Restart::new(two(0.05), 0.0, 30.0).best(120.0).timeout);
        assert!(Restart::new(two(0.5), 0.0, 3.0).cost(4.0).is_infinite());
    }
}
