//! Offers that ring out: what an unanswered reservation costs, exactly.
//!
//! In the *race* the answer runs against the timeout; in the *coin* ([`Coin`]) an offer is missed
//! with a given probability.

mod coin;

pub use coin::{Coin, Offers};

use super::quadrature::integrate;

/// The first two moments of a time that is not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean, in units of time.
    pub mean: f64,
    /// The mean of the square, in units of time squared.
    pub square: f64,
}

impl Moments {
    /// Of a time of this mean and coefficient of variation: 0 when always the same, 1 when
    /// exponential.
    #[must_use]
    pub fn new(mean: f64, cv: f64) -> Self {
        Self { mean, square: mean * mean * (1.0 + cv * cv) }
    }

    /// Of the sum of this time and an independent other one.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let mixed = 2.0 * self.mean * other.mean;
        Self { mean: self.mean + other.mean, square: self.square + mixed + other.square }
    }

    /// Of the sum of as many independent such times as offers fail before one does not, each
    /// failing with probability `p`, below 1.
    #[must_use]
    fn times_failures(self, p: f64) -> Self {
        let failures = p / (1.0 - p);
        let variance = self.square - self.mean * self.mean;
        let mean = failures * self.mean;
        // The number of failures has the variance p/(1-p)².
        let spread = failures / (1.0 - p) * self.mean * self.mean;
        Self { mean, square: failures * variance + spread + mean * mean }
    }
}

/// How offers are answered when the timeout is certain and the reaction is not, each offer anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reaction {
    /// The share of offers that time out, below 1.
    pub p_timeout: f64,
    /// How long the others ring.
    pub ring: Moments,
    /// How long those that time out ring, in units of time.
    pub timeout: f64,
}

impl Reaction {
    /// Of reactions longer than `t` with probability `survival(t)`: 1 at 0, never growing, below 1
    /// at `timeout`, which is positive and finite. What is left at infinity is never answered.
    #[must_use]
    pub fn new(survival: &dyn Fn(f64) -> f64, timeout: f64) -> Self {
        let p_timeout = survival(timeout);
        let answered = 1.0 - p_timeout;
        let mean = integrate(survival, 0.0, timeout) - timeout * p_timeout;
        let square = integrate(&|t| 2.0 * t * survival(t), 0.0, timeout);
        let square = square - timeout * timeout * p_timeout;
        let ring = Moments { mean: mean / answered, square: square / answered };
        Self { p_timeout, ring, timeout }
    }

    /// Of exponential reactions of this mean, positive.
    #[must_use]
    pub fn exponential(mean: f64, timeout: f64) -> Self {
        Self::new(&|t| (-t / mean).exp(), timeout)
    }
}

/// One worker whose reaction races against the timeout. After a timeout the worker is away for a
/// while, and the task, still the first, is then offered again.
///
/// A task keeps the worker from its first offer until it is completed, absences included: M/G/1
/// with a compound service. All times are in one unit.
///
/// Source: Pollaczek (1930), Khinchine (1932); the sum of a geometric number of failed offers by
/// its first two moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Race {
    /// The mean time from arrival to the first offer.
    pub mean_wait_to_first_offer: f64,
    /// The mean time from arrival to acceptance, ringing included.
    pub mean_wait_to_accept: f64,
    /// The share of offers that time out.
    pub p_timeout: f64,
    /// Offers per task, at least 1.
    pub offers_per_task: f64,
    /// The share of time in which the worker serves.
    pub talking: f64,
    /// The share of time in which an offer rings, in vain or not.
    pub ringing: f64,
    /// The share of time in which the worker is away.
    pub offline: f64,
}

impl Race {
    /// The steady state with Poisson arrivals of this `rate`, positive, any service, and any time
    /// away after a timeout; nothing when the load is 1 or more.
    #[must_use]
    pub fn new(rate: f64, service: Moments, reaction: Reaction, offline: Moments) -> Option<Self> {
        let p = reaction.p_timeout;
        let failures = p / (1.0 - p);
        let miss = Moments::new(reaction.timeout, 0.0).plus(offline);
        let until_accepted = miss.times_failures(p).plus(reaction.ring);
        let held = until_accepted.plus(service);
        let load = rate * held.mean;
        let mean_wait_to_first_offer = rate * held.square / (2.0 * (1.0 - load));
        (load < 1.0).then_some(Self {
            mean_wait_to_first_offer,
            mean_wait_to_accept: mean_wait_to_first_offer + until_accepted.mean,
            p_timeout: p,
            offers_per_task: 1.0 + failures,
            talking: rate * service.mean,
            ringing: rate * (reaction.ring.mean + failures * reaction.timeout),
            offline: rate * failures * offline.mean,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::pollaczek_khinchine;
    use crate::theory::tests::assert_close;

    #[test]
    fn an_exponential_reaction_against_thirty_seconds_comes_out() {
        // An independent computation of the same model, confirmed by another simulator.
        let reaction = Reaction::exponential(18.0, 30.0);
        let (service, offline) = (Moments::new(120.0, 1.0), Moments::new(60.0, 1.0));
        let race = Race::new(1.0 / 300.0, service, reaction, offline).expect("stable");
        assert_close(race.p_timeout, 0.188_875_602_837_561_86);
        assert_close(race.offers_per_task, 1.232_856_518_060_986_3);
        assert_close(race.mean_wait_to_first_offer, 137.556_361_363_910_2);
        assert_close(race.mean_wait_to_accept, 169.527_752_447_569_38);
        assert_close(reaction.ring.mean, 11.014_304_458_170_413);
        assert_close(race.talking, 0.4);
        assert_close(race.offline, 0.046_571_303_612_197_25);
        // Memoryless: a task rings for 18 s in all, whatever the timeout.
        assert_close(race.ringing, 0.06);
    }

    #[test]
    fn answers_that_never_come_late_are_a_longer_service() {
        let reaction = Reaction::new(&|t| (1.0 - t / 10.0).max(0.0), 20.0);
        assert_close(reaction.ring.mean, 5.0);
        assert_close(reaction.ring.square, 100.0 / 3.0);
        let service = Moments::new(60.0, 0.5);
        let away = Moments::new(600.0, 1.0);
        let race = Race::new(0.01, service, reaction, away).expect("stable");
        let held = service.plus(reaction.ring);
        let cv = (held.square / (held.mean * held.mean) - 1.0).sqrt();
        let plain = pollaczek_khinchine(0.01, held.mean, cv).expect("stable");
        assert_close(race.mean_wait_to_first_offer, plain);
        assert_close(race.mean_wait_to_accept, plain + 5.0);
        assert_close(race.offers_per_task, 1.0);
    }

    #[test]
    fn the_worker_is_either_idle_or_held_by_a_task() {
        let reaction = Reaction::new(&|t| 0.2 + 0.8 * (-t / 8.0).exp(), 15.0);
        let (service, offline) = (Moments::new(90.0, 1.3), Moments::new(45.0, 0.0));
        let race = Race::new(1.0 / 400.0, service, reaction, offline).expect("stable");
        let reserved = race.mean_wait_to_accept - race.mean_wait_to_first_offer;
        let held = race.talking + race.ringing + race.offline;
        assert_close(held, (reserved + 90.0) / 400.0);
        assert_eq!(Race::new(1.0 / 100.0, service, reaction, offline), None);
    }
}
