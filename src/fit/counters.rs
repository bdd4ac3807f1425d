//! What workers do with offers, from nothing but how many ended how.
//!
//! Counters say how many offers were answered in time, not why the others were not: a slow answer
//! and none at all count the same. So three behaviors come out, which all give these counts: one in
//! which most of what timed out would have been answered a little later, one in which hardly any
//! would, and one between.

use libm::{erfc, exp, log};

use crate::fit::law::Law;
use crate::random::Dist;

/// The share of the timeouts that nobody would ever have answered: of the low, the middle and the
/// high behavior.
const NEVER: [f64; 3] = [0.1, 0.5, 0.9];
/// The spread of the logarithm of the time to answer, as of people at a desk.
pub const USUAL_SIGMA: f64 = 0.7;
/// The least and the greatest spread that is thought of where the mean ring says the rest.
pub(super) const SIGMAS: [f64; 2] = [0.3, 1.2];
/// The names of the behaviors, from the least missed to the most.
const NAMES: [&str; 3] = ["low", "mid", "high"];

/// How many offers ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    /// Reservations created.
    pub created: f64,
    /// Accepted.
    pub accepted: f64,
    /// Rejected.
    pub rejected: f64,
    /// Timed out.
    pub timed_out: f64,
}

/// A behavior that gives the counts.
#[derive(Clone, Debug)]
pub struct Guess {
    /// `low`, `mid` or `high`.
    pub name: &'static str,
    /// The share of offers that are never answered.
    pub miss: f64,
    /// The time to answer.
    pub response: Law,
}

/// Shares of offers that nobody took away before they ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept {
    /// Of those that are accepted.
    pub(super) accepted: f64,
    /// Of those that time out.
    pub(super) timed_out: f64,
}

impl Guess {
    /// Low, middle and high, by the shares never answered of what is not rejected.
    pub(super) fn named(laws: [(f64, Law); 3], reject: f64) -> [Self; 3] {
        let mut names = NAMES.into_iter();
        laws.map(|(never, response)| Self {
            name: names.next().unwrap_or_default(),
            miss: never * (1.0 - reject),
            response,
        })
    }
}

/// TaskRouter's longest reservation timeout, in seconds.
const TIMEOUT_MAX: f64 = 86_400.0;

/// Why counters say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountersError {
    /// Nothing was accepted.
    #[error("no offer was accepted, so that nothing is known of answers")]
    NoneAccepted,
    /// More ended than were created.
    #[error("more offers were accepted, rejected and timed out than were created")]
    TooMany,
    /// The timeout is not positive, or longer than TaskRouter's longest.
    #[error("the timeout in force is not a time above zero, of a day at most")]
    NoTimeout,
    /// The mean ring does not go with the counts.
    #[error("with so long a mean ring more offers would have timed out")]
    RingTooLong,
    /// The mean ring is not between zero and the timeout.
    #[error("the mean ring of accepted offers is not between zero and the timeout")]
    RingOutside,
}

impl Counters {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            accepted: self.accepted + other.accepted,
            rejected: self.rejected + other.rejected,
            timed_out: self.timed_out + other.timed_out,
        }
    }

    /// The share rejected of those that the worker decided, or let time out.
    #[must_use]
    pub fn reject(self) -> f64 {
        self.rejected / (self.accepted + self.rejected + self.timed_out)
    }

    /// The share of those not rejected that is answered within `timeout`, if nobody takes the task
    /// away meanwhile. Where none timed out, half an offer did.
    ///
    /// Customers who hang up while an offer rings take away more of those that ring longest. They
    /// are counted back in as if they hung up at a constant rate of ringing time; `ring` is the mean
    /// of accepted offers, a quarter of the timeout if that is not known.
    #[must_use]
    pub fn in_time(self, timeout: f64, ring: Option<f64>) -> f64 {
        let kept = self.kept(timeout, ring);
        let (accepted, timed_out) =
            (self.accepted / kept.accepted, self.timed_out.max(0.5) / kept.timed_out);
        accepted / (accepted + timed_out)
    }

    /// How many of those that would have been accepted, and of those that would have timed out, were
    /// not taken away before.
    pub(super) fn kept(self, timeout: f64, ring: Option<f64>) -> Kept {
        let ring = ring.unwrap_or(timeout / 4.0);
        let timed_out = self.timed_out.max(0.5);
        let withdrawn = (self.created - self.accepted - self.rejected - self.timed_out).max(0.0);
        let rung =
            self.accepted * ring + timed_out * timeout + withdrawn * f64::midpoint(ring, timeout);
        let rate = withdrawn / rung;
        Kept { accepted: exp(-rate * ring), timed_out: exp(-rate * timeout) }
    }

    /// Whether they can be counts of offers under `timeout` seconds, with this mean ring.
    pub(super) fn check(self, timeout: f64, ring: Option<f64>) -> Result<(), CountersError> {
        let ended = self.accepted + self.rejected + self.timed_out;
        if self.accepted <= 0.0 {
            return Err(CountersError::NoneAccepted);
        }
        if self.created < ended {
            return Err(CountersError::TooMany);
        }
        if !(0.0 < timeout && timeout <= TIMEOUT_MAX) {
            return Err(CountersError::NoTimeout);
        }
        if ring.is_some_and(|ring| !(0.0 < ring && ring < timeout)) {
            return Err(CountersError::RingOutside);
        }
        Ok(())
    }

    /// The three behaviors that give these counts under `timeout` seconds and, if it is known, this
    /// mean ring of accepted offers: low, middle and high, by what is missed.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub fn guesses(
        self,
        timeout: f64,
        mean_ring: Option<f64>,
    ) -> Result<[Guess; 3], CountersError> {
        self.check(timeout, mean_ring)?;
        let laws = match mean_ring {
            None => NEVER.map(|share| self.by_share(share, timeout)),
            Some(ring) => self.by_ring(ring, timeout)?,
        };
        Ok(Guess::named(laws, self.reject()))
    }

    /// What is never answered, and the time to answer, if so large a share of the timeouts is.
    fn by_share(self, share: f64, timeout: f64) -> (f64, Law) {
        let in_time = self.in_time(timeout, None);
        let never = share * (1.0 - in_time);
        let z = normal_quantile(in_time / (1.0 - never));
        (never, Law::lognormal(timeout * exp(-USUAL_SIGMA * z), USUAL_SIGMA))
    }

    /// The same with what the mean ring says: the wider the times to answer, the more of them lie
    /// beyond the timeout.
    fn by_ring(self, ring: f64, timeout: f64) -> Result<[(f64, Law); 3], CountersError> {
        let in_time = self.in_time(timeout, Some(ring));
        let at = |sigma: f64| {
            let median = median_of(ring, sigma, timeout);
            let answered = normal(log(timeout / median) / sigma);
            (1.0 - in_time / answered, Law::lognormal(median, sigma))
        };
        if at(SIGMAS[0]).0 < 0.0 {
            return Err(CountersError::RingTooLong);
        }
        let widest = if 0.0 <= at(SIGMAS[1]).0 {
            SIGMAS[1]
        } else {
            bisect(SIGMAS, |sigma| 0.0 <= at(sigma).0)
        };
        let middle =
            if USUAL_SIGMA < widest { USUAL_SIGMA } else { f64::midpoint(SIGMAS[0], widest) };
        let of = |sigma: f64| {
            let (never, law) = at(sigma);
            (never.max(0.0), law)
        };
        Ok([of(widest), of(middle), of(SIGMAS[0])])
    }
}

/// The median of the log-normal law of spread `sigma` of which what lies below `timeout` has the
/// mean `ring`.
fn median_of(ring: f64, sigma: f64, timeout: f64) -> f64 {
    let [low, high] = [ring / 100.0, timeout * exp(3.0 * sigma)].map(log);
    exp(bisect([low, high], |median| below((exp(median), sigma), timeout).mean <= ring))
}

/// What a law has below a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Below {
    /// The share of it.
    pub(super) share: f64,
    /// The mean of that.
    pub(super) mean: f64,
    /// Its variance.
    pub(super) variance: f64,
}

/// What the log-normal law of this median and spread has below `timeout`.
pub(super) fn below((median, sigma): (f64, f64), timeout: f64) -> Below {
    let x = log(timeout / median) / sigma;
    let share = normal(x).max(1e-300);
    let moment = |k: f64| exp(k * k * sigma * sigma / 2.0) * normal(x - k * sigma) / share;
    let mean = median * moment(1.0);
    Below { share, mean, variance: (median * median * moment(2.0) - mean * mean).max(0.0) }
}

/// The last of two ends for which something holds that holds at the first.
fn bisect([mut low, mut high]: [f64; 2], holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The normal distribution.
fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// Its quantile, by way of the logarithm of a log-normal one.
pub(super) fn normal_quantile(p: f64) -> f64 {
    let law = Dist::lognormal_median_sigma(1.0, 1.0).expect("the standard one");
    log(law.quantile(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: Counters =
        Counters { created: 41_200.0, accepted: 37_900.0, rejected: 610.0, timed_out: 2690.0 };

    fn shares(guesses: &[Guess; 3]) -> [f64; 3] {
        guesses.each_ref().map(|guess| guess.miss / (1.0 - WEEK.reject()))
    }

    #[test]
    fn all_three_behaviors_give_the_counts() {
        for ring in [None, Some(6.4)] {
            let guesses = WEEK.guesses(20.0, ring).unwrap();
            for (guess, never) in guesses.iter().zip(shares(&guesses)) {
                let in_time = (1.0 - never) * guess.response.cdf(20.0);
                let wanted = 37_900.0 / (37_900.0 + 2690.0);
                assert!((in_time - wanted).abs() < 1e-6, "{ring:?} {in_time} {guess:?}");
            }
            let miss = shares(&guesses);
            assert!(0.0 <= miss[0] && miss[0] < miss[1] && miss[1] < miss[2], "{miss:?}");
        }
    }

    #[test]
    fn whoever_hangs_up_while_it_rings_is_counted_back_in() {
        // All answer after 7 s but 8 % never; of those who ring, one in 240 hangs up each second.
        let left = |time: f64| exp(-time / 240.0);
        let accepted = 0.92 * left(7.0);
        let timed_out = 0.08 * left(30.0);
        let counters = Counters {
            created: 1e4,
            accepted: 1e4 * accepted,
            rejected: 0.0,
            timed_out: 1e4 * timed_out,
        };
        let plain = accepted / (accepted + timed_out);
        let in_time = counters.in_time(30.0, Some(7.0));
        assert!((in_time - 0.92).abs() < 0.001 && 0.925 < plain, "{in_time} {plain}");
    }

    #[test]
    fn with_a_mean_ring_all_three_have_it() {
        for guess in WEEK.guesses(20.0, Some(6.4)).unwrap() {
            let n = 20_000;
            let below = guess.response.cdf(20.0);
            let at = |i: i32| guess.response.quantile(below * (f64::from(i) + 0.5) / f64::from(n));
            let mean = (0..n).map(at).sum::<f64>() / f64::from(n);
            assert!((mean - 6.4).abs() < 0.02, "{mean} {guess:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_told() {
        let error =
            |counters: Counters, timeout, ring| counters.guesses(timeout, ring).unwrap_err();
        assert_eq!(error(Counters::default(), 20.0, None), CountersError::NoneAccepted);
        let few = Counters { created: 100.0, ..WEEK };
        assert_eq!(error(few, 20.0, None), CountersError::TooMany);
        assert_eq!(error(WEEK, 0.0, None), CountersError::NoTimeout);
        assert_eq!(error(WEEK, 20.0, Some(20.0)), CountersError::RingOutside);
        assert_eq!(error(WEEK, 20.0, Some(19.0)), CountersError::RingTooLong);
        let none = Counters { timed_out: 0.0, ..WEEK };
        assert!(none.guesses(20.0, None).unwrap()[2].miss < 1e-4);
    }
}
