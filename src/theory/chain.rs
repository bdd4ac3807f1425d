//! The steady state of a Markov chain in continuous time whose states lie in levels.

use std::collections::BTreeMap;
use std::ops::Range;

/// How far above the servers the highest level of the first attempt is.
const TOP_FIRST: u32 = 64;
/// The share of time at the highest level that no longer matters.
const NEGLIGIBLE: f64 = 1e-13;
/// How many states at most, about 100 bytes each.
const STATES_MAX: usize = 4_000_000;
/// Sweeps end when no more than this share of time moves.
const SETTLED: f64 = 1e-14;
const SWEEPS_MAX: u32 = 10_000;

/// What a chain does: from every state, to where, and how often per unit of time.
pub(super) trait Moves {
    /// Small states that compare fast make a fast chain.
    type State: Ord + Copy;

    /// Some state, from where all others can be reached.
    fn start(&self) -> Self::State;

    /// How many tasks can be in service.
    fn servers(&self) -> u32;

    /// Tasks in the system. A move changes it by at most one.
    fn level(&self, state: &Self::State) -> u32;

    /// Calls `to` for every move out of `state`, with its rate; rates of 0 are left out by the
    /// chain, and moves to one place add up.
    fn moves(&self, state: Self::State, to: &mut dyn FnMut(Self::State, f64));
}

/// All states that occur, and the share of time in each; none when the levels do not thin out.
///
/// The endless lattice is cut at a level so high that less than 1e-13 of the time is spent there:
/// it is doubled until that is so. The shares add up to 1.
///
/// Source: Gauss–Seidel with aggregation of the levels, Koury, McAllister & Stewart, SIAM J. Alg.
/// Disc. Meth. 5 (1984). The levels are a birth-death process, so that their aggregate is solved
/// by one pass.
pub(super) fn steady_state<M: Moves>(model: &M) -> Option<Vec<(M::State, f64)>> {
    let mut top = 2 * model.servers() + TOP_FIRST;
    loop {
        let chain = Chain::explore(model, top)?;
        let shares = chain.solve();
        let at = |level: u32| {
            let range = chain.levels.get(level as usize).cloned().unwrap_or(0..0);
            shares[range].iter().sum::<f64>()
        };
        if at(top) < NEGLIGIBLE {
            return Some(chain.states.into_iter().zip(shares).collect());
        }
        if at(top) >= at(top / 2) {
            return None;
        }
        top *= 2;
    }
}

/// A finite chain, its states in order of levels.
struct Chain<S> {
    states: Vec<S>,
    /// The states of each level.
    levels: Vec<Range<usize>>,
    /// Where the moves into each state begin in `into`; one more at the end.
    starts: Vec<usize>,
    /// Moves: from which state, at which rate.
    into: Vec<(usize, f64)>,
    /// The rate out of each state: up, down, and all.
    out: Vec<Out>,
}

#[derive(Clone, Copy, Default)]
struct Out {
    up: f64,
    down: f64,
    all: f64,
}

impl<S: Ord + Copy> Chain<S> {
    /// All states up to the level `top`, moves beyond it left out; none when they are too many.
    fn explore<M: Moves<State = S>>(model: &M, top: u32) -> Option<Self> {
        let places = places(model, top)?;
        let states: Vec<S> = places.keys().map(|&(_, state)| state).collect();
        let mut out = vec![Out::default(); states.len()];
        let mut moves = Vec::new();
        for (&(level, state), &from) in &places {
            model.moves(state, &mut |next, rate| {
                let next = (model.level(&next), next);
                let Some(&to) = places.get(&next) else { return };
                out[from].all += rate;
                if level < next.0 {
                    out[from].up += rate;
                } else if next.0 < level {
                    out[from].down += rate;
                }
                moves.push((to, from, rate));
            });
        }
        moves.sort_by_key(|&(to, from, _)| (to, from));
        let starts = (0..=states.len()).map(|state| moves.partition_point(|m| m.0 < state));
        let levels = places.keys().map(|&(level, _)| level).collect::<Vec<_>>();
        let highest = levels.last().copied()?;
        let range =
            |l| levels.partition_point(|&level| level < l)..levels.partition_point(|&x| x <= l);
        Some(Self {
            states,
            levels: (0..=highest).map(range).collect(),
            starts: starts.collect(),
            into: moves.into_iter().map(|(_, from, rate)| (from, rate)).collect(),
            out,
        })
    }

    /// The share of time in each state.
    fn solve(&self) -> Vec<f64> {
        let mut shares = vec![1.0; self.states.len()];
        self.balance_levels(&mut shares);
        for _ in 0..SWEEPS_MAX {
            let before = shares.clone();
            (0..shares.len()).for_each(|state| self.relax(&mut shares, state));
            (0..shares.len()).rev().for_each(|state| self.relax(&mut shares, state));
            self.balance_levels(&mut shares);
            let moved: f64 = shares.iter().zip(&before).map(|(a, b)| (a - b).abs()).sum();
            if moved < SETTLED {
                break;
            }
        }
        shares
    }

    /// Gives one state the share that balances its flows, those of all others being right.
    fn relax(&self, shares: &mut [f64], state: usize) {
        let into = &self.into[self.starts[state]..self.starts[state + 1]];
        let inflow: f64 = into.iter().map(|&(from, rate)| shares[from] * rate).sum();
        shares[state] = inflow / self.out[state].all;
    }

    /// Scales the levels so that as much goes up from each as comes down from the next.
    fn balance_levels(&self, shares: &mut [f64]) {
        let mut up = None;
        for level in &self.levels {
            let flow = |rate: fn(&Out) -> f64| -> f64 {
                level.clone().map(|state| shares[state] * rate(&self.out[state])).sum()
            };
            let factor = up.map_or(1.0, |up: f64| up / flow(|out| out.down));
            up = Some(factor * flow(|out| out.up));
            shares[level.clone()].iter_mut().for_each(|share| *share *= factor);
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
    }
}

/// Every state up to the level `top` by level and state, with its number in that order.
fn places<M: Moves>(model: &M, top: u32) -> Option<BTreeMap<(u32, M::State), usize>> {
    let start = model.start();
    let mut open = vec![start];
    let mut places = BTreeMap::from([((model.level(&start), start), 0)]);
    while let Some(state) = open.pop() {
        model.moves(state, &mut |next, rate| {
            let level = model.level(&next);
            if 0.0 < rate && level <= top && places.insert((level, next), 0).is_none() {
                open.push(next);
            }
        });
        if STATES_MAX < places.len() {
            return None;
        }
    }
    places.values_mut().zip(0..).for_each(|(place, number)| *place = number);
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{ErlangC, Station};

    /// M/M/n as a chain of the number present.
    struct Plain(Station);

    impl Moves for Plain {
        type State = u32;

        fn start(&self) -> u32 {
            0
        }

        fn servers(&self) -> u32 {
            self.0.servers
        }

        fn level(&self, present: &u32) -> u32 {
            *present
        }

        fn moves(&self, present: u32, to: &mut dyn FnMut(u32, f64)) {
            to(present + 1, self.0.rate);
            if 0 < present {
                to(present - 1, f64::from(present.min(self.0.servers)) / self.0.mean_service);
            }
        }
    }

    #[test]
    fn the_plain_queue_is_erlang_c_even_when_nearly_full() {
        let station = Station { rate: 0.98, mean_service: 5.0, servers: 5 };
        let exact = ErlangC::new(station).expect("stable");
        let shares = steady_state(&Plain(station)).expect("stable");
        let queue: f64 = shares.iter().map(|&(n, p)| f64::from(n.saturating_sub(5)) * p).sum();
        assert!((queue - exact.mean_queue).abs() < 1e-8 * exact.mean_queue);
    }

    #[test]
    fn too_much_load_is_noticed() {
        let station = Station { rate: 1.1, mean_service: 5.0, servers: 5 };
        assert!(steady_state(&Plain(station)).is_none());
    }
}
