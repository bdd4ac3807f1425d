//! Several workers, each offer missed by the toss of a coin.

use super::super::Station;
use super::super::chain::{Moves, steady_state};

/// The timeout has at most so many exponential stages.
const STAGES_MAX: usize = 6;

/// What happens to offers: missed with a given probability, else accepted after a ring that no
/// timeout cuts. All times are in the unit of the station.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offers {
    /// The chance that an offer is missed, each anew, at least 0 and below 1.
    pub p_miss: f64,
    /// The mean of the exponential time that an accepted offer rings, positive.
    pub mean_ring: f64,
    /// How long a missed offer rings, always the same, positive.
    pub timeout: f64,
    /// The mean of the exponential time that the worker is away after a miss, positive.
    pub mean_offline: f64,
}

/// M/M/n whose offers are missed at random. A missed task is the first in line again and is offered
/// at once to another worker if one is idle; the worker who missed it is away for a while.
///
/// Nobody abandons. Who of the idle is offered the task makes no difference, for all are alike.
///
/// Source: the exact Markov chain with a timeout of k = 1, 2, … exponential stages, and the limit of
/// endless k by Neville's polynomial in 1/k; means by Little's law. The limit is good to six digits
/// up to five workers, four up to twelve, and three beyond, for it takes fewer stages there; what
/// follows from Little's law alone is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coin {
    /// The mean time from arrival to acceptance, ringing included.
    pub mean_wait_to_accept: f64,
    /// The part of it in which no worker has been offered the task.
    pub mean_time_not_reserved: f64,
    /// The share of tasks that are offered as they come.
    pub p_immediate_offer: f64,
    /// Offers per task, at least 1.
    pub offers_per_task: f64,
    /// How many workers serve, on average.
    pub talking: f64,
    /// How many are being offered a task, in vain or not, on average.
    pub ringing: f64,
    /// How many are away after a miss, on average.
    pub offline: f64,
}

impl Coin {
    /// The station in its steady state; nothing when it has none, the load being too much, or when
    /// the chain would have more than four million states, as it does beyond about twenty-five workers.
    ///
    /// Cost at a load of three quarters: 20 000 states for three workers, 400 000 for ten, 1 200 000
    /// for twenty.
    #[must_use]
    pub fn new(station: Station, offers: Offers) -> Option<Self> {
        let failures = offers.p_miss / (1.0 - offers.p_miss);
        let talking = station.load();
        let ringing = station.rate * (offers.mean_ring + failures * offers.timeout);
        let offline = station.rate * failures * offers.mean_offline;
        if f64::from(station.servers) <= talking + ringing + offline {
            return None;
        }
        let solved =
            (1..=stages_for(station.servers)).map(|stages| staged(station, offers, stages));
        let solved: Vec<[f64; 2]> = solved.collect::<Option<_>>()?;
        let [mean_queue, p_immediate_offer] = [0, 1].map(|i| limit(solved.iter().map(|s| s[i])));
        let mean_time_not_reserved = mean_queue / station.rate;
        Some(Self {
            mean_wait_to_accept: mean_time_not_reserved + ringing / station.rate,
            mean_time_not_reserved,
            p_immediate_offer,
            offers_per_task: 1.0 + failures,
            talking,
            ringing,
            offline,
        })
    }
}

/// How many stages at most, so that the chain stays small.
fn stages_for(servers: u32) -> usize {
    match servers {
        0..=3 => STAGES_MAX,
        4..=5 => 5,
        6..=8 => 4,
        9..=12 => 3,
        _ => 2,
    }
}

/// The mean number not reserved, and the chance that some worker is idle, with a timeout of so many
/// exponential stages.
fn staged(station: Station, offers: Offers, stages: usize) -> Option<[f64; 2]> {
    let shares = steady_state(&Staged { station, offers, stages })?;
    let queue = shares.iter().map(|(state, share)| f64::from(state.queue) * share).sum();
    let idle = |state: &Workers| state.engaged() < station.servers;
    let idle = shares.iter().filter(|(state, _)| idle(state)).map(|(_, share)| share).sum();
    Some([queue, idle])
}

/// The value at 1/k = 0 of the polynomial in 1/k through `values`, for k = 1, 2, ….
fn limit(values: impl Iterator<Item = f64>) -> f64 {
    let mut column: Vec<f64> = values.collect();
    for order in 1..column.len() {
        // Neville: column[i] covers i+1 ..= i+1+order, and 1/k turns into weights k.
        for i in 0..column.len() - order {
            let (near, far) = ((i + 1) as f64, (i + 1 + order) as f64);
            column[i] = (far * column[i + 1] - near * column[i]) / (far - near);
        }
    }
    column[0]
}

struct Staged {
    station: Station,
    offers: Offers,
    stages: usize,
}

/// Whom the tasks wait for, and what the workers do who are not idle.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Workers {
    /// Tasks that are not reserved; none while a worker is idle.
    queue: u32,
    talking: u16,
    /// Offers that will be accepted.
    answering: u16,
    offline: u16,
    /// Offers that will be missed, by stage.
    missing: [u16; STAGES_MAX],
}

impl Workers {
    fn engaged(&self) -> u32 {
        let missing: u32 = self.missing.iter().map(|&n| u32::from(n)).sum();
        u32::from(self.talking) + u32::from(self.answering) + u32::from(self.offline) + missing
    }
}

impl Staged {
    /// Goes to `state`, by way of the coin if a task can be offered there.
    fn offer(&self, mut state: Workers, rate: f64, to: &mut dyn FnMut(Workers, f64)) {
        if state.queue == 0 || self.station.servers <= state.engaged() {
            return to(state, rate);
        }
        state.queue -= 1;
        let (mut accepted, mut missed) = (state, state);
        accepted.answering += 1;
        missed.missing[0] += 1;
        to(accepted, rate * (1.0 - self.offers.p_miss));
        to(missed, rate * self.offers.p_miss);
    }
}

impl Moves for Staged {
    type State = Workers;

    fn start(&self) -> Workers {
        Workers { queue: 0, talking: 0, answering: 0, offline: 0, missing: [0; STAGES_MAX] }
    }

    fn servers(&self) -> u32 {
        self.station.servers
    }

    fn level(&self, state: &Workers) -> u32 {
        state.queue + state.engaged() - u32::from(state.offline)
    }

    fn moves(&self, state: Workers, to: &mut dyn FnMut(Workers, f64)) {
        self.offer(Workers { queue: state.queue + 1, ..state }, self.station.rate, to);
        if 0 < state.talking {
            let next = Workers { talking: state.talking - 1, ..state };
            self.offer(next, f64::from(state.talking) / self.station.mean_service, to);
        }
        if 0 < state.offline {
            let next = Workers { offline: state.offline - 1, ..state };
            self.offer(next, f64::from(state.offline) / self.offers.mean_offline, to);
        }
        if 0 < state.answering {
            let mut next = Workers { answering: state.answering - 1, ..state };
            next.talking += 1;
            to(next, f64::from(state.answering) / self.offers.mean_ring);
        }
        let stage_rate = self.stages as f64 / self.offers.timeout;
        for stage in (0..self.stages).filter(|&stage| 0 < state.missing[stage]) {
            let rate = f64::from(state.missing[stage]) * stage_rate;
            let mut next = state;
            next.missing[stage] -= 1;
            if stage + 1 < self.stages {
                next.missing[stage + 1] += 1;
                to(next, rate);
            } else {
                next.offline += 1;
                next.queue += 1;
                self.offer(next, rate, to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::assert_close;
    use crate::theory::{Moments, Race, Reaction};

    #[test]
    fn three_workers_who_miss_every_seventh_offer_come_out() {
        // An independent computation, k from 2 to 10, confirmed by another simulator.
        let station = Station { rate: 0.015, mean_service: 120.0, servers: 3 };
        let offers = Offers { p_miss: 0.15, mean_ring: 12.0, timeout: 30.0, mean_offline: 90.0 };
        let once = staged(station, offers, 1).expect("stable")[0] / 0.015;
        assert_close(once + 12.0 + 30.0 * 0.15 / 0.85, 141.811_857_403_259_24);
        let coin = Coin::new(station, offers).expect("stable");
        assert!((coin.mean_wait_to_accept - 141.315_904_849_677_74).abs() < 1e-4);
        assert!((coin.mean_time_not_reserved - 124.021_787_202_616_89).abs() < 1e-4);
        assert!((coin.p_immediate_offer - 0.396_350_819_104_240_47).abs() < 1e-6);
        assert_close(coin.offers_per_task, 1.176_470_588_235_294_2);
        assert_close(coin.talking, 1.8);
        assert_close(coin.ringing, 0.259_411_764_705_882_4);
        assert_close(coin.offline, 0.238_235_294_117_647_1);
    }

    #[test]
    fn one_worker_is_the_race_with_the_same_odds() {
        let station = Station { rate: 1.0 / 300.0, mean_service: 120.0, servers: 1 };
        let offers = Offers { p_miss: 0.2, mean_ring: 10.0, timeout: 30.0, mean_offline: 60.0 };
        let coin = Coin::new(station, offers).expect("stable");
        let reaction = Reaction { p_timeout: 0.2, ring: Moments::new(10.0, 1.0), timeout: 30.0 };
        let (service, offline) = (Moments::new(120.0, 1.0), Moments::new(60.0, 1.0));
        let race = Race::new(1.0 / 300.0, service, reaction, offline).expect("stable");
        assert!((coin.mean_wait_to_accept / race.mean_wait_to_accept - 1.0).abs() < 1e-9);
        assert_close(coin.ringing, race.ringing);
        // The task is not reserved either before its first offer or while the worker is away.
        let away = race.offline / station.rate;
        assert!((coin.mean_time_not_reserved - race.mean_wait_to_first_offer - away).abs() < 1e-6);
    }

    #[test]
    fn too_many_misses_have_no_steady_state() {
        let station = Station { rate: 0.015, mean_service: 120.0, servers: 3 };
        let offers = Offers { p_miss: 0.5, mean_ring: 12.0, timeout: 30.0, mean_offline: 90.0 };
        assert_eq!(Coin::new(station, offers), None);
    }
}
