//! The states of a line whose staff may have been cut, and how chances move between them.

/// So many moves per step at most, so that `exp(-moves)` does not vanish.
const MOVES_MAX: f64 = 400.0;
/// What no longer counts in a sum.
const NEGLIGIBLE: f64 = 1e-18;

/// All states of `servers` servers: fewer are busy and nobody waits; or all are, and more than that
/// who finish before they leave, up to `top`, and up to `room` tasks wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) servers: usize,
    /// At least `servers`.
    pub(super) top: usize,
    pub(super) room: usize,
}

impl Shape {
    pub(super) fn len(self) -> usize {
        self.servers + (self.top + 1 - self.servers) * (self.room + 1)
    }

    /// The place of a state among all. When not all are busy, `waiting` is 0.
    pub(super) fn at(self, busy: usize, waiting: usize) -> usize {
        if busy < self.servers {
            busy
        } else {
            self.servers + (busy - self.servers) * (self.room + 1) + waiting
        }
    }

    /// How many are busy and how many wait, by place.
    pub(super) fn cells(self) -> impl Iterator<Item = (usize, usize)> {
        let all_busy = move |busy| (0..=self.room).map(move |waiting| (busy, waiting));
        let some_idle = (0..self.servers).map(|busy| (busy, 0));
        some_idle.chain((self.servers..=self.top).flat_map(all_busy))
    }

    /// The state right after the servers have become `self.servers`: who waits begins.
    pub(super) fn entered_from(self, busy: usize, waiting: usize) -> (usize, usize) {
        let begin = waiting.min(self.servers.saturating_sub(busy));
        (busy + begin, waiting - begin)
    }
}

/// What happens, per unit of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    pub(super) arrival: f64,
    /// Completions of each who is busy.
    pub(super) service: f64,
    /// Departures of each who waits.
    pub(super) leaving: f64,
}

/// A Markov chain of numbered states, small enough to follow in time.
pub(super) struct Flows {
    moves: Vec<(usize, usize, f64)>,
    /// The largest rate out of any state.
    fastest: f64,
}

impl Flows {
    /// The whole line; arrivals who find no room are turned away.
    pub(super) fn of_line(shape: Shape, rates: Rates) -> Self {
        let mut moves = Vec::new();
        for (from, (busy, waiting)) in shape.cells().enumerate() {
            let mut add = |busy, waiting, rate| moves.push((from, shape.at(busy, waiting), rate));
            if busy < shape.servers {
                add(busy + 1, 0, rates.arrival);
            } else if waiting < shape.room {
                add(busy, waiting + 1, rates.arrival);
            }
            if 0 < busy {
                let next = waiting > 0 && busy == shape.servers;
                let (busy_then, waiting_then) =
                    if next { (busy, waiting - 1) } else { (busy - 1, waiting) };
                add(busy_then, waiting_then, busy as f64 * rates.service);
            }
            if 0 < waiting {
                add(busy, waiting - 1, waiting as f64 * rates.leaving);
            }
        }
        Self::new(moves, shape.len())
    }

    /// The line ahead of one task, `waiting` others in front of it, until it is served or gone:
    /// two more states, in this order, after those of the shape.
    pub(super) fn ahead_of_one(shape: Shape, rates: Rates) -> Self {
        let (served, gone) = (shape.len(), shape.len() + 1);
        let mut moves = Vec::new();
        let all_busy = |(_, (busy, _)): &(usize, (usize, usize))| shape.servers <= *busy;
        for (from, (busy, ahead)) in shape.cells().enumerate().filter(all_busy) {
            let closer = if ahead == 0 { served } else { shape.at(busy, ahead - 1) };
            if 0 < busy {
                let to = if busy == shape.servers { closer } else { shape.at(busy - 1, ahead) };
                moves.push((from, to, busy as f64 * rates.service));
            }
            if 0 < ahead {
                moves.push((from, closer, ahead as f64 * rates.leaving));
            }
            moves.push((from, gone, rates.leaving));
        }
        Self::new(moves, shape.len() + 2)
    }

    fn new(moves: Vec<(usize, usize, f64)>, states: usize) -> Self {
        let mut out = vec![0.0; states];
        moves.iter().for_each(|&(from, _, rate)| out[from] += rate);
        Self { moves, fastest: out.into_iter().fold(0.0, f64::max) }
    }

    /// The longest time that [`Flows::later`] can go at once.
    pub(super) fn longest(&self) -> f64 {
        MOVES_MAX / self.fastest
    }

    /// The chance of each state after `time`, at most [`Flows::longest`], and its integral until
    /// then.
    pub(super) fn later(&self, chances: Vec<f64>, time: f64) -> (Vec<f64>, Vec<f64>) {
        self.uniformize(chances, time, &|now, next| {
            for &(from, to, rate) in &self.moves {
                let moved = now[from] * rate / self.fastest;
                next[from] -= moved;
                next[to] += moved;
            }
        })
    }

    /// What each state is worth if, after `time`, it turns into states worth `worth`.
    pub(super) fn earlier(&self, worth: Vec<f64>, time: f64) -> Vec<f64> {
        let steps = (time / self.longest()).ceil().max(1.0);
        let mut worth = worth;
        let mut left = steps;
        while 0.0 < left {
            (worth, _) = self.uniformize(worth, time / steps, &|now, next| {
                for &(from, to, rate) in &self.moves {
                    next[from] += (now[to] - now[from]) * rate / self.fastest;
                }
            });
            left -= 1.0;
        }
        worth
    }

    /// `start` after a Poisson number of moves, and the integral over time of that.
    ///
    /// Source: uniformization, Jensen, Skand. Aktuarietidskr. 36 (1953).
    fn uniformize(
        &self,
        start: Vec<f64>,
        time: f64,
        step: &dyn Fn(&[f64], &mut [f64]),
    ) -> (Vec<f64>, Vec<f64>) {
        if self.fastest <= 0.0 {
            let integral = start.iter().map(|value| value * time).collect();
            return (start, integral);
        }
        let (mut end, mut integral) = (vec![0.0; start.len()], vec![0.0; start.len()]);
        let mut now = start;
        for (chance, more) in poisson(self.fastest * time) {
            for ((end, integral), now) in end.iter_mut().zip(&mut integral).zip(&now) {
                *end += chance * now;
                *integral += more / self.fastest * now;
            }
            let mut next = now.clone();
            step(&now, &mut next);
            now = next;
        }
        (end, integral)
    }
}

/// For each number that counts, from 0 on, its chance and that of all larger ones.
fn poisson(mean: f64) -> Vec<(f64, f64)> {
    let mut chances = vec![((-mean).exp(), 0.0)];
    let (mut number, mut chance) = (0.0, chances[0].0);
    while number < mean || NEGLIGIBLE < chance {
        number += 1.0;
        chance *= mean / number;
        chances.push((chance, 0.0));
    }
    let mut more = 0.0;
    for (chance, larger) in chances.iter_mut().rev() {
        *larger = more;
        more += *chance;
    }
    chances
}
