//! Closed forms that a simulation must agree with, and first guesses where none is run.
//!
//! Rates are per unit of time, and times come out in that unit. Nothing here is on the way to a
//! simulated result, so the platform's own `exp` and `ln` will do.

mod alis;
mod chain;
mod erlang_a;
mod missed;
mod mmng;
mod quadrature;
mod restart;
mod skills;
mod transient;

pub use alis::Alis;
pub use erlang_a::ErlangA;
pub use missed::{Coin, Moments, Offers, Race, Reaction};
pub use mmng::MMnG;
pub use restart::{Restart, Timeout, lognormal_cdf};
pub use skills::{Pool, Skills, SkillsSolved};
pub use transient::{Day, DaySolved, Period};

/// The share of tasks turned away by `servers` servers without a waiting room (M/M/n/n, and
/// M/G/n/n as well), between 0 and 1.
///
/// `load` is in erlangs: arrival rate times mean service. Cost: one step per server.
///
/// Source: Erlang (1917), by the usual recursion `B(n) = a B(n-1) / (n + a B(n-1))`.
#[must_use]
pub fn erlang_b(load: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |lost, n| load * lost / (f64::from(n) + load * lost))
}

/// The share of tasks that have to wait in M/M/n without abandonment, between 0 and 1.
///
/// `load` is in erlangs; 1 when it is not below `servers`, for then the queue has no end.
///
/// Source: Erlang (1917), `C = n B / (n - a (1 - B))`.
#[must_use]
pub fn erlang_c(load: f64, servers: u32) -> f64 {
    let n = f64::from(servers);
    if load >= n {
        return 1.0;
    }
    let lost = erlang_b(load, servers);
    n * lost / (n - load * (1.0 - lost))
}

/// Servers that share one queue, and what comes to them: M/M/n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Arrivals per unit of time, positive.
    pub rate: f64,
    /// Mean service, in units of time, positive.
    pub mean_service: f64,
    /// How many serve, at least 1.
    pub servers: u32,
}

impl Station {
    /// What arrives, in erlangs.
    #[must_use]
    pub fn load(&self) -> f64 {
        self.rate * self.mean_service
    }

    /// Tasks completed per unit of time while all are busy.
    fn full_speed(&self) -> f64 {
        f64::from(self.servers) / self.mean_service
    }
}

/// M/M/n, first come first served, everybody waits as long as it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangC {
    /// The share of tasks that have to wait.
    pub p_wait: f64,
    /// The mean wait of all tasks, those with none included.
    pub mean_wait: f64,
    /// The mean wait of those that have to wait.
    pub mean_wait_of_waiting: f64,
    /// How many wait on average.
    pub mean_queue: f64,
    /// The busy share of the servers.
    pub occupancy: f64,
}

impl ErlangC {
    /// The station in its steady state; nothing when it has none, the load being too much.
    #[must_use]
    pub fn new(station: Station) -> Option<Self> {
        let spare = station.full_speed() - station.rate;
        if spare <= 0.0 {
            return None;
        }
        let p_wait = erlang_c(station.load(), station.servers);
        Some(Self {
            p_wait,
            mean_wait: p_wait / spare,
            mean_wait_of_waiting: 1.0 / spare,
            mean_queue: station.rate * p_wait / spare,
            occupancy: station.load() / f64::from(station.servers),
        })
    }

    /// The share of tasks that wait longer than `time`.
    #[must_use]
    pub fn p_wait_longer(&self, time: f64) -> f64 {
        self.p_wait * (-time / self.mean_wait_of_waiting).exp()
    }

    /// The share of tasks served within `time`.
    #[must_use]
    pub fn service_level(&self, time: f64) -> f64 {
        1.0 - self.p_wait_longer(time)
    }
}

/// The mean wait at one server with any service time of this mean and `cv` (M/G/1), first come
/// first served; nothing when the load is 1 or more.
///
/// Source: Pollaczek (1930), Khinchine (1932): `W = ρ s (1 + cv²) / (2 (1 - ρ))`.
#[must_use]
pub fn pollaczek_khinchine(rate: f64, mean_service: f64, cv: f64) -> Option<f64> {
    let load = rate * mean_service;
    (load < 1.0).then(|| load * mean_service * (1.0 + cv * cv) / (2.0 * (1.0 - load)))
}

/// The mean wait of each class when the lower number goes first, without preemption, all with the
/// same exponential service (M/M/n); nothing when the load is too much.
///
/// - Shape: one mean wait per entry of `rates`, in its order.
///
/// Source: Cobham, "Priority assignment in waiting line problems", Oper. Res. 2 (1954).
#[must_use]
pub fn cobham(rates: &[f64], mean_service: f64, servers: u32) -> Option<Vec<f64>> {
    let all = Station { rate: rates.iter().sum(), mean_service, servers };
    let full_speed = all.full_speed();
    if all.rate >= full_speed {
        return None;
    }
    let until_free = erlang_c(all.load(), servers) / full_speed;
    let mut idle_before = 1.0;
    let wait = |&rate: &f64| {
        let idle_after = idle_before - rate / full_speed;
        let wait = until_free / (idle_before * idle_after);
        idle_before = idle_after;
        wait
    };
    Some(rates.iter().map(wait).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn assert_close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9 * expected.abs(), "{got} instead of {expected}");
    }

    #[test]
    fn erlang_b_agrees_with_the_tables() {
        // Any Erlang B table: 5 erlangs on 10 lines, 100 erlangs on 117 lines (1 %).
        assert!((erlang_b(5.0, 10) - 0.018_385).abs() < 1e-6);
        assert!((erlang_b(100.0, 117) - 0.01).abs() < 5e-4);
        assert_close(erlang_b(2.0, 0), 1.0);
    }

    #[test]
    fn erlang_c_agrees_with_a_worked_example() {
        // 100 calls in 30 minutes, 3 minutes each, 14 agents, 20 s: pyworkforce, test_erlang.py.
        let station = Station { rate: 100.0 / 1800.0, mean_service: 180.0, servers: 14 };
        let exact = ErlangC::new(station).expect("stable");
        assert_close(exact.p_wait, 0.174_131_933_595_049_64);
        assert_close(exact.mean_wait, 7.835_937_011_777_232);
        assert_close(exact.mean_wait_of_waiting, 45.0);
        assert_close(exact.mean_queue, 0.435_329_833_987_624);
        assert_close(exact.service_level(20.0), 0.888_350_019_179_467);
        assert_close(exact.occupancy, 0.714_285_714_285_714_2);
    }

    #[test]
    fn two_servers_in_heavy_traffic_agree_with_a_lecture() {
        // λ = 9/h, μ = 5/h, m = 2: ETH, Advanced Systems Lab 2017, as quoted by GNU Octave
        // queueing, qsmmm.m.
        let station = Station { rate: 0.0025, mean_service: 720.0, servers: 2 };
        let exact = ErlangC::new(station).expect("stable");
        assert_close(exact.mean_queue, 7.673_684_210_526_314);
        assert_close(exact.mean_wait, 3_069.473_684_210_525);
        assert_close(exact.service_level(600.0), 0.278_262_950_356_423_9);
    }

    #[test]
    fn too_much_load_has_no_steady_state() {
        assert_eq!(ErlangC::new(Station { rate: 2.0, mean_service: 1.0, servers: 2 }), None);
        assert!(erlang_c(2.0, 2) >= 1.0);
        assert_eq!(pollaczek_khinchine(1.0, 1.0, 0.0), None);
        assert_eq!(cobham(&[1.0, 1.0], 1.0, 2), None);
    }

    #[test]
    fn pollaczek_and_khinchine_agree_with_the_textbook() {
        // Rossetti, Simulation Modeling and Arena, appendix on queueing: M/D/1 and M/G/1.
        let wait = |cv| pollaczek_khinchine(1.0 / 75.0, 60.0, cv).expect("stable");
        assert_close(wait(0.0), 120.0);
        assert_close(wait(1.5), 390.0);
    }

    #[test]
    fn two_priorities_wait_as_cobham_says_and_conserve_the_whole() {
        let waits = cobham(&[1.0 / 120.0, 0.025], 120.0, 5).expect("stable");
        assert_close(waits[0], 16.623_376_623_376_622);
        assert_close(waits[1], 83.116_883_116_883_13);
        let together = Station { rate: 1.0 / 30.0, mean_service: 120.0, servers: 5 };
        let together = ErlangC::new(together).expect("stable");
        assert_close((waits[0] + 3.0 * waits[1]) / 4.0, together.mean_wait);
        assert_close(together.p_wait, 0.554_112_554_112_554_1);
    }
}
