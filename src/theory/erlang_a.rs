//! M/M/n with impatient customers: Palm's model, called Erlang A.

use super::{Station, erlang_b};

/// What no longer counts in a sum.
const NEGLIGIBLE: f64 = 1e-18;

/// M/M/n, first come first served, whose customers leave after an exponential patience (M/M/n+M).
///
/// It always has a steady state; the memory it takes grows with the longest likely queue. Every
/// figure is a sum of positive terms over the birth-death chain, without cancellation, good for
/// thousands of servers.
///
/// Source: Palm (1957); Garnett, Mandelbaum & Reiman, M&SOM 4(3), 2002; Mandelbaum & Zeltyn,
/// "The Palm/Erlang-A queue" (2005).
#[derive(Clone, Debug, PartialEq)]
pub struct ErlangA {
    /// The share of tasks that find no server free.
    pub p_wait: f64,
    /// The share of tasks that leave unserved.
    pub p_abandon: f64,
    /// The mean wait of all tasks, until served or gone, those with none included.
    pub mean_wait: f64,
    /// The mean wait of those that are served.
    pub mean_wait_of_served: f64,
    /// The mean wait of those that leave; 0 when nobody does.
    pub mean_wait_of_abandoned: f64,
    /// The mean time that a task with endless patience would wait.
    pub mean_offered_wait: f64,
    /// How many wait on average.
    pub mean_queue: f64,
    /// The busy share of the servers.
    pub occupancy: f64,
    /// The share of time in which all are busy and 0, 1, 2, … wait.
    waiting: Vec<f64>,
    /// Completions per unit of time while all are busy, over departures of one who waits.
    ratio: f64,
    leaving: f64,
}

impl ErlangA {
    /// The station in its steady state when patience has the mean `mean_patience`, positive.
    #[must_use]
    pub fn new(station: Station, mean_patience: f64) -> Self {
        let leaving = 1.0 / mean_patience;
        let ratio = station.full_speed() / leaving;
        let waiting = queue_lengths(station, leaving);
        let mean_queue: f64 = waiting.iter().zip(0..).map(|(p, n)| p * f64::from(n)).sum();
        let mean_wait = mean_queue / station.rate;
        let p_abandon = leaving * mean_wait;
        let (wait_served, mean_offered_wait) = waits(&waiting, ratio, leaving);
        let wait_gone = (mean_wait - wait_served).max(0.0);
        Self {
            p_wait: waiting.iter().sum(),
            p_abandon,
            mean_wait,
            mean_wait_of_served: wait_served / (1.0 - p_abandon),
            mean_wait_of_abandoned: if p_abandon > 0.0 { wait_gone / p_abandon } else { 0.0 },
            mean_offered_wait,
            mean_queue,
            occupancy: station.load() * (1.0 - p_abandon) / f64::from(station.servers),
            waiting,
            ratio,
            leaving,
        }
    }

    /// The share of tasks that wait longer than `time`, whether they are served then or leave.
    #[must_use]
    pub fn p_wait_longer(&self, time: f64) -> f64 {
        let patient = (-self.leaving * time).exp();
        patient * self.sum_over_beta(self.ratio, time, &|_| 1.0)
    }

    /// The share of all tasks that are served within `time`.
    #[must_use]
    pub fn service_level(&self, time: f64) -> f64 {
        // Whoever is offered a server after V has stayed with probability exp(-leaving V).
        let stays = |ahead| self.ratio / (self.ratio + ahead + 1.0);
        1.0 - self.p_abandon - self.sum_over_beta(self.ratio + 1.0, time, &stays)
    }

    /// The sum over all who wait of `weight` times the chance that Beta(`a`, ahead + 1) is below
    /// `exp(-leaving time)`.
    ///
    /// With `k` ahead the offered wait V is a sum of exponentials of linearly growing rates, so
    /// that `exp(-leaving V)` has the distribution Beta(ratio, k + 1). Its shares follow from
    /// `I(a, b + 1) = I(a, b) + x^a (1-x)^b / (b B(a, b))`, all terms positive.
    fn sum_over_beta(&self, a: f64, time: f64, weight: &dyn Fn(f64) -> f64) -> f64 {
        let complement = -(-self.leaving * time).exp_m1();
        let mut log_term = -self.leaving * time * a;
        let (mut share, mut sum) = (0.0, 0.0);
        for (p, ahead) in self.waiting.iter().zip(0..) {
            let b = f64::from(ahead);
            share += log_term.exp();
            sum += p * weight(b) * share;
            log_term += (complement * (a + b) / (b + 1.0)).ln();
        }
        sum
    }
}

/// The share of time in which all servers are busy and 0, 1, 2, … tasks wait.
///
/// Odds are counted from the likeliest length, so that none of them grows without bound.
fn queue_lengths(station: Station, leaving: f64) -> Vec<f64> {
    let down = |waiting: f64| station.full_speed() + waiting * leaving;
    let likeliest = ((station.rate - station.full_speed()) / leaving).max(0.0).floor();
    let mut odds = Vec::new();
    let (mut length, mut last) = (likeliest, 1.0);
    while length >= 0.0 {
        odds.push(last);
        last *= down(length) / station.rate;
        length -= 1.0;
    }
    odds.reverse();
    (length, last) = (likeliest, 1.0);
    while last > NEGLIGIBLE {
        length += 1.0;
        last *= station.rate / down(length);
        odds.push(last);
    }
    // With no waiting room all are busy for B of the time: 1/B - 1 weighs all the rest.
    let some_free = odds[0] * (1.0 / erlang_b(station.load(), station.servers) - 1.0);
    let total = some_free + odds.iter().sum::<f64>();
    odds.iter().map(|odds| odds / total).collect()
}

/// The mean wait counted for those who are served only, and that of the endlessly patient.
///
/// With `n` ahead, the next step comes at the rate of all that can leave the queue, and one stays
/// to the end with probability `ratio / (ratio + n + 1)`.
fn waits(waiting: &[f64], ratio: f64, leaving: f64) -> (f64, f64) {
    let (mut until_served, mut until_offered) = (0.0, 0.0);
    let (mut served, mut offered) = (0.0, 0.0);
    for (p, ahead) in waiting.iter().zip(0..) {
        let ahead = f64::from(ahead);
        until_served += 1.0 / (leaving * (ratio + ahead + 1.0));
        until_offered += 1.0 / (leaving * (ratio + ahead));
        served += p * until_served * ratio / (ratio + ahead + 1.0);
        offered += p * until_offered;
    }
    (served, offered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::ErlangC;

    fn assert_close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9 * expected.abs(), "{got} instead of {expected}");
    }

    #[test]
    fn the_example_of_garnett_mandelbaum_and_reiman_comes_out() {
        // 48 calls a minute, 50 agents, 1 minute each, patience of 2 minutes; printed there and
        // in many places as 3.1 % abandoned, 3.7 s, 93 %.
        let station = Station { rate: 0.8, mean_service: 60.0, servers: 50 };
        let exact = ErlangA::new(station, 120.0);
        assert_close(exact.p_abandon, 0.030_912_249_162_193_362);
        assert_close(exact.p_wait, 0.467_774_068_553_790_45);
        assert_close(exact.mean_wait, 3.709_469_899_463_185);
        assert_close(exact.mean_wait_of_served, 3.615_900_239_553_115_5);
        assert_close(exact.mean_wait_of_abandoned, 6.642_844_653_048_233);
        assert_close(exact.mean_queue, 2.967_575_919_570_548);
        assert_close(exact.occupancy, 0.930_324_240_804_294_3);
        assert_close(exact.mean_offered_wait, 3.925_288_527_450_866_6);
        assert_close(exact.p_wait_longer(20.0), 0.027_135_608_292_191_946);
        assert_close(exact.service_level(20.0), 0.943_018_954_746_980_8);
    }

    #[test]
    fn endless_patience_is_erlang_c() {
        let station = Station { rate: 100.0 / 1800.0, mean_service: 180.0, servers: 14 };
        let patient = ErlangA::new(station, 1e12);
        let exact = ErlangC::new(station).expect("stable");
        assert!((patient.p_wait - exact.p_wait).abs() < 1e-8);
        assert!((patient.mean_wait - exact.mean_wait).abs() < 1e-6);
        assert!((patient.service_level(20.0) - exact.service_level(20.0)).abs() < 1e-8);
    }

    #[test]
    fn patience_like_service_makes_it_poisson() {
        // M/M/n+M with equal rates is M/M/∞: the number present is Poisson.
        let station = Station { rate: 3.0, mean_service: 1.0, servers: 3 };
        let exact = ErlangA::new(station, 1.0);
        let below_three = (-3.0_f64).exp() * (1.0 + 3.0 + 4.5);
        assert_close(exact.p_wait, 1.0 - below_three);
    }

    #[test]
    fn hundreds_of_servers_and_heavy_overload_stay_finite() {
        let station = Station { rate: 1_000.0, mean_service: 1.0, servers: 500 };
        let exact = ErlangA::new(station, 10.0);
        assert!((exact.p_abandon - 0.5).abs() < 1e-6);
        // Fluid limit: offered wait is mean_patience ln(overload).
        assert!((exact.mean_offered_wait - 10.0 * 2.0_f64.ln()).abs() < 0.05);
        assert!(exact.p_wait_longer(0.0) > 1.0 - 1e-9);
        assert!((exact.service_level(1e6) - 0.5).abs() < 1e-6);
        let idle = ErlangA::new(Station { rate: 1.0, mean_service: 1.0, servers: 400 }, 10.0);
        assert!(idle.p_wait < 1e-100 && idle.mean_wait_of_abandoned.is_finite());
    }
}
