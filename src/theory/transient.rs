//! A day whose traffic and staff change, from an empty start until the last task is gone.

mod cells;

use cells::{Flows, Rates, Shape};

/// How many may wait at first; doubled as often as that turns out to be too few.
const ROOM_FIRST: usize = 64;
/// The chance of a full waiting room that does not matter.
const FULL: f64 = 1e-13;
/// The chance of an overstaffed state that does not matter.
const NOBODY: f64 = 1e-16;
/// The day is over when so few tasks are left, of all that came.
const DRAINED: f64 = 1e-13;
/// Panels of the quadrature while a change of staff is near.
const PANELS: u32 = 8;
/// Nodes and weights of Gauss and Legendre on (0, 1), with three nodes.
const GAUSS: [(f64, f64); 3] = [
    (0.112_701_665_379_258_31, 5.0 / 18.0),
    (0.5, 8.0 / 18.0),
    (0.887_298_334_620_741_7, 5.0 / 18.0),
];

/// A part of the day in which nothing changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// How long it takes, in units of time, positive.
    pub length: f64,
    /// Arrivals per unit of time, not negative, and positive in some period.
    pub rate: f64,
    /// How many serve.
    pub servers: u32,
}

/// A day: M(t)/M/n(t), first come first served, with exponential patience or none.
///
/// It begins with nobody there. Servers too many at the end of a period finish their task and then
/// leave. Nobody comes after the last period, whose servers stay until all tasks are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// The periods, in order, at least one.
    pub periods: Vec<Period>,
    /// Mean service, in units of time, positive.
    pub mean_service: f64,
    /// Mean patience, in units of time, positive; nothing when everybody waits as long as it takes.
    pub mean_patience: Option<f64>,
}

/// What one day is expected to bring.
///
/// Source: Kolmogorov's forward equations for the number busy and waiting, by uniformization; who
/// is in time by the backward equations of the line ahead of one task. Ratios are ratios of
/// expectations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DaySolved {
    /// Tasks that come.
    pub arrivals: f64,
    /// Tasks that are served, sooner or later.
    pub served: f64,
    /// Tasks that leave unserved.
    pub abandoned: f64,
    /// Tasks that are served within the threshold.
    pub in_time: f64,
    /// The share of all that come that is served within the threshold.
    pub service_level: f64,
    /// The mean wait of all tasks, until served or gone, those with none included.
    pub mean_wait: f64,
    /// The time that servers are busy in the periods, over the time that they are planned. Who
    /// finishes after a cut is busy but not planned.
    pub occupancy: f64,
}

impl Day {
    /// What is expected, `threshold` being the wait up to which a task is in time, not negative.
    ///
    /// Nothing when the day never ends: the last period has no servers, and nobody loses patience.
    /// Cost: one step per move of the line, over all its states, whose number grows with the
    /// longest likely queue.
    /// Cuts of many servers before a long queue multiply them.
    #[must_use]
    pub fn solve(&self, threshold: f64) -> Option<DaySolved> {
        let last = self.periods.last()?;
        if last.servers == 0 && self.mean_patience.is_none() {
            return None;
        }
        let mut run = Run::new(self, threshold);
        for (from, to, period) in self.stretches(threshold) {
            run.enter(period.servers as usize);
            run.stretch(from, to, period.rate);
        }
        let busy_by_day = run.busy;
        let arrivals: f64 = self.periods.iter().map(|period| period.length * period.rate).sum();
        while DRAINED * arrivals < run.present() {
            run.pass(self.mean_service, 0.0, &mut |_, _| ());
        }
        let planned = self.periods.iter().map(|p| p.length * f64::from(p.servers)).sum::<f64>();
        Some(DaySolved {
            arrivals,
            served: run.busy / self.mean_service,
            abandoned: run.waited * self.leaving(),
            in_time: run.in_time,
            service_level: run.in_time / arrivals,
            mean_wait: run.waited / arrivals,
            occupancy: busy_by_day / planned,
        })
    }

    fn leaving(&self) -> f64 {
        self.mean_patience.map_or(0.0, |mean| 1.0 / mean)
    }

    fn rates(&self, arrival: f64) -> Rates {
        Rates { arrival, service: 1.0 / self.mean_service, leaving: self.leaving() }
    }

    /// Each period and when it begins.
    fn starts(&self) -> impl Iterator<Item = (f64, Period)> {
        self.periods.iter().scan(0.0, |end, &period| {
            let start = *end;
            *end += period.length;
            Some((start, period))
        })
    }

    /// When the number of servers changes, and to what.
    fn changes(&self) -> Vec<(f64, usize)> {
        let next = self.starts().skip(1);
        let pairs = self.periods.iter().zip(next);
        let changed = pairs.filter(|(before, (_, after))| before.servers != after.servers);
        changed.map(|(_, (at, after))| (at, after.servers as usize)).collect()
    }

    /// The day in parts: in each, the same changes of staff are near throughout, or none.
    fn stretches(&self, threshold: f64) -> Vec<(f64, f64, Period)> {
        let changes = self.changes();
        let mut stretches = Vec::new();
        for (start, period) in self.starts() {
            let end = start + period.length;
            let near = changes.iter().map(|(at, _)| at - threshold);
            let mut cuts: Vec<f64> = near.filter(|cut| start < *cut && *cut < end).collect();
            cuts.extend([start, end]);
            cuts.sort_by(f64::total_cmp);
            stretches.extend(cuts.windows(2).map(|pair| (pair[0], pair[1], period)));
        }
        stretches
    }
}

/// A day under way.
struct Run<'a> {
    day: &'a Day,
    threshold: f64,
    changes: Vec<(f64, usize)>,
    shape: Shape,
    /// The chance of each state now.
    chances: Vec<f64>,
    /// The expected time spent waiting, over all tasks so far.
    waited: f64,
    /// The expected time spent serving so far.
    busy: f64,
    /// The expected tasks so far that are served in time.
    in_time: f64,
}

impl<'a> Run<'a> {
    fn new(day: &'a Day, threshold: f64) -> Self {
        let shape = Shape { servers: 0, top: 0, room: ROOM_FIRST };
        let mut chances = vec![0.0; shape.len()];
        chances[0] = 1.0;
        let changes = day.changes();
        Self { day, threshold, changes, shape, chances, waited: 0.0, busy: 0.0, in_time: 0.0 }
    }

    /// From now on so many serve.
    fn enter(&mut self, servers: usize) {
        let shape = Shape { servers, top: self.shape.top.max(servers), ..self.shape };
        self.reshape(shape);
    }

    /// The same chances in other states, which are enough for all that can have happened.
    fn reshape(&mut self, shape: Shape) {
        let mut chances = vec![0.0; shape.len()];
        for ((busy, waiting), chance) in self.shape.cells().zip(&self.chances) {
            let (busy, waiting) = shape.entered_from(busy, waiting);
            if busy <= shape.top {
                chances[shape.at(busy, waiting)] += chance;
            }
        }
        (self.shape, self.chances) = (shape, chances);
    }

    fn present(&self) -> f64 {
        let present = self.shape.cells().map(|(busy, waiting)| (busy + waiting) as f64);
        present.zip(&self.chances).map(|(present, chance)| present * chance).sum()
    }

    /// From one time to another, no period ending between them.
    fn stretch(&mut self, from: f64, to: f64, rate: f64) {
        let middle = f64::midpoint(from, to);
        if self.changes_soon(middle).next().is_some() {
            return self.stretch_before_change(from, to, rate);
        }
        // What a newcomer can hope for is the same all the time.
        let (mut known, mut hopes) = (None, Vec::new());
        let mut in_time = 0.0;
        let (day, threshold) = (self.day, self.threshold);
        self.pass(to - from, rate, &mut |shape, integral| {
            if known != Some(shape) {
                hopes = Hope { day, threshold, shape }.of_newcomers(&[]);
                known = Some(shape);
            }
            in_time += rate * dot(integral, &hopes);
        });
        self.in_time += in_time;
    }

    /// The same where a change of staff comes before the threshold of the newcomers.
    fn stretch_before_change(&mut self, from: f64, to: f64, rate: f64) {
        let width = (to - from) / f64::from(PANELS);
        let mut now = from;
        for panel in 0..PANELS {
            for (node, weight) in GAUSS {
                let at = from + width * (f64::from(panel) + node);
                self.pass(at - now, rate, &mut |_, _| ());
                now = at;
                let soon: Vec<_> = self.changes_soon(now).collect();
                let hope = Hope { day: self.day, threshold: self.threshold, shape: self.shape };
                let hopes = hope.of_newcomers(&soon);
                self.in_time += weight * width * rate * dot(&self.chances, &hopes);
            }
        }
        self.pass(to - now, rate, &mut |_, _| ());
    }

    /// How long until the changes of staff that come within the threshold, and to what.
    fn changes_soon(&self, now: f64) -> impl Iterator<Item = (f64, usize)> {
        let ahead = self.changes.iter().map(move |(at, servers)| (at - now, *servers));
        ahead.filter(|(ahead, _)| 0.0 < *ahead && *ahead < self.threshold)
    }

    /// Lets time pass. `each` is told the integrals of the chances over one step after another.
    fn pass(&mut self, time: f64, rate: f64, each: &mut dyn FnMut(Shape, &[f64])) {
        let mut left = time;
        while 0.0 < left {
            let flows = Flows::of_line(self.shape, self.day.rates(rate));
            let step = left.min(flows.longest());
            let (later, integral) = flows.later(self.chances.clone(), step);
            let shape = self.shape;
            if FULL < sum_where(shape, &later, |_, waiting| waiting == shape.room) {
                self.reshape(Shape { room: 2 * shape.room, ..shape });
                continue;
            }
            for ((busy, waiting), share) in shape.cells().zip(&integral) {
                self.busy += busy as f64 * share;
                self.waited += waiting as f64 * share;
            }
            each(shape, &integral);
            self.chances = later;
            self.forget_who_left();
            left -= step;
        }
    }

    /// Leaves out the states of servers that have finished and gone.
    fn forget_who_left(&mut self) {
        let mut shape = self.shape;
        let is_empty = |top| sum_where(self.shape, &self.chances, |busy, _| busy == top) < NOBODY;
        while shape.servers < shape.top && is_empty(shape.top) {
            shape.top -= 1;
        }
        if shape != self.shape {
            self.reshape(shape);
        }
    }
}

/// The chance of all states that `found` finds.
fn sum_where(shape: Shape, chances: &[f64], found: impl Fn(usize, usize) -> bool) -> f64 {
    let cells = shape.cells().zip(chances).filter(|((busy, waiting), _)| found(*busy, *waiting));
    cells.map(|(_, chance)| chance).sum()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// What a task can hope for that comes now.
struct Hope<'a> {
    day: &'a Day,
    threshold: f64,
    shape: Shape,
}

impl Hope<'_> {
    /// The chance to be served within the threshold, by the state that a task finds, when the staff
    /// changes after the given times, in order and before the threshold.
    fn of_newcomers(&self, changes: &[(f64, usize)]) -> Vec<f64> {
        let top = changes.iter().map(|change| change.1).fold(self.shape.top, usize::max);
        let with = |servers| Shape { servers, top, ..self.shape };
        let mut end = self.threshold;
        // Beginning at the threshold, when all who have not been served are late.
        let last = changes.last().map_or(self.shape.servers, |change| change.1);
        let mut shape = with(last);
        let late = |(busy, _)| f64::from(u8::from(busy < shape.servers));
        let mut hopes: Vec<f64> = shape.cells().map(late).collect();
        for (place, &(at, _)) in changes.iter().enumerate().rev() {
            hopes = self.earlier(shape, hopes, end - at);
            let before = if place == 0 { self.shape.servers } else { changes[place - 1].1 };
            hopes = across_change(with(before), shape, &hopes);
            (shape, end) = (with(before), at);
        }
        hopes = self.earlier(shape, hopes, end);
        self.shape.cells().map(|(busy, waiting)| hopes[shape.at(busy, waiting)]).collect()
    }

    /// The hopes `time` earlier, with the same staff.
    fn earlier(&self, shape: Shape, mut hopes: Vec<f64>, time: f64) -> Vec<f64> {
        let flows = Flows::ahead_of_one(shape, self.day.rates(0.0));
        hopes.extend([1.0, 0.0]);
        flows.earlier(hopes, time)
    }
}

/// The hopes right before the staff changes, given those right after.
fn across_change(before: Shape, after: Shape, hopes: &[f64]) -> Vec<f64> {
    let hope = |(busy, ahead): (usize, usize)| {
        // The task itself is the last of those who wait.
        let begins = before.servers <= busy && busy + ahead < after.servers;
        if busy < before.servers || begins {
            return 1.0;
        }
        let (busy, ahead) = after.entered_from(busy, ahead);
        hopes[after.at(busy, ahead)]
    };
    before.cells().map(hope).collect()
}

#[cfg(test)]
mod tests;
