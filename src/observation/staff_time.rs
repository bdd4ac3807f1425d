//! What workers spend their time on.

use crate::id::{Id, IdVec};
use crate::observation::scope::Scope;
use crate::observation::tally::{Counters, IntervalCounters, WorkerCounters};
use crate::observation::window::Window;
use crate::routing::WorkerId;
use crate::scenario::{GroupId, Scenario};
use crate::simulation::{Condition, World};
use crate::time::{Span, Time};

/// What workers spend their time on: by worker, and by interval. Groups and channels are sums.
#[derive(Debug)]
pub(crate) struct StaffTime<'s> {
    scenario: &'s Scenario,
    window: Window,
    ledgers: IdVec<WorkerId, Ledger>,
    n_channels: usize,
    /// One for each channel of the first worker, then of the second, and so on.
    units: Vec<Units>,
    intervals: Vec<IdVec<GroupId, IntervalCounters>>,
}

/// What a worker has been doing, since when, and what they did before.
#[derive(Clone, Copy, Debug)]
struct Ledger {
    since: Time,
    condition: Condition,
    in_hand: u64,
    shifts: u64,
    /// Milliseconds in each condition.
    lasted: [u64; Condition::COUNT],
    in_hand_ms: u64,
}

/// Units of capacity of one worker on one channel: held, and there to be held.
#[derive(Clone, Copy, Debug, Default)]
struct Units {
    held: u32,
    available: u32,
    held_ms: u64,
    available_ms: u64,
}

/// What a worker has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hours {
    pub(crate) shifts: u64,
    /// Milliseconds in each condition.
    pub(crate) lasted: [u64; Condition::COUNT],
    pub(crate) in_hand_ms: u64,
}

impl<'s> StaffTime<'s> {
    pub(crate) fn new(scenario: &'s Scenario) -> Self {
        let n_channels = scenario.workspace.channels.len();
        let n_workers = scenario.people.len();
        let ledger = Ledger {
            since: Time::ZERO,
            condition: Condition::Off,
            in_hand: 0,
            shifts: 0,
            lasted: [0; Condition::COUNT],
            in_hand_ms: 0,
        };
        Self {
            scenario,
            window: Window::of(scenario, Time::NEVER),
            ledgers: IdVec::filled(ledger, n_workers),
            n_channels,
            units: vec![Units::default(); n_workers * n_channels],
            intervals: Vec::new(),
        }
    }

    /// Time counts up to here.
    pub(crate) const fn set_horizon(&mut self, horizon: Time) {
        self.window.end = horizon;
    }

    /// Takes what was booked elsewhere of `worker`, whose units follow one another by channel.
    pub(crate) fn enter(
        &mut self,
        worker: WorkerId,
        hours: &Hours,
        units: impl Iterator<Item = (u64, u64)>,
    ) {
        let ledger = &mut self.ledgers[worker];
        ledger.shifts = hours.shifts;
        ledger.lasted = hours.lasted;
        ledger.in_hand_ms = hours.in_hand_ms;
        let first = worker.index() * self.n_channels;
        for (own, (held_ms, available_ms)) in self.units[first..].iter_mut().zip(units) {
            (own.held_ms, own.available_ms) = (held_ms, available_ms);
        }
    }

    /// Something happened to `worker`: what they did until now is booked.
    pub(crate) fn observe(&mut self, now: Time, worker: WorkerId, world: &World<'_>) {
        self.window.end = world.horizon();
        self.book(now, worker);
        let held = world.router().worker(worker);
        let condition = world.condition(worker);
        let ledger = &mut self.ledgers[worker];
        let comes = ledger.condition == Condition::Off && condition != Condition::Off;
        ledger.shifts += u64::from(comes && now < self.window.end);
        ledger.since = now;
        ledger.condition = condition;
        ledger.in_hand = (held.accepted + held.wrapping) as u64;
        let is_there = is_busy_or_available(condition);
        let first = worker.index() * self.n_channels;
        for (units, channel) in self.units[first..].iter_mut().zip(&held.channels) {
            units.held = channel.held;
            units.available = if is_there { channel.capacity } else { 0 };
        }
    }

    /// Books what `worker` has been doing since it was last looked at.
    fn book(&mut self, now: Time, worker: WorkerId) {
        let ledger = &mut self.ledgers[worker];
        let lasted = self.window.overlap_ms(ledger.since, now);
        if lasted == 0 || ledger.condition == Condition::Off {
            return;
        }
        ledger.lasted[ledger.condition as usize] += lasted;
        if matches!(ledger.condition, Condition::Talking | Condition::Wrapping) {
            ledger.in_hand_ms += ledger.in_hand * lasted;
        }
        let first = worker.index() * self.n_channels;
        for units in &mut self.units[first..first + self.n_channels] {
            units.held_ms += u64::from(units.held) * lasted;
            units.available_ms += u64::from(units.available) * lasted;
        }
        if let Some(length) = self.scenario.interval {
            let Ledger { since, condition, .. } = self.ledgers[worker];
            self.book_intervals((since, now), worker, condition, length);
        }
    }

    /// The same for each interval of this length: what `worker` has been doing `since` then.
    pub(crate) fn book_intervals(
        &mut self,
        (since, now): (Time, Time),
        worker: WorkerId,
        condition: Condition,
        length: Span,
    ) {
        let group = self.scenario.people[worker].group;
        let from = since.max(self.window.start).as_millis() / length.as_millis();
        let to = now.min(self.window.end).as_millis().div_ceil(length.as_millis());
        for interval in from..to {
            let start = Time::ZERO + length * interval;
            let (begin, end) = (since.max(start), now.min(start + length));
            let lasted = self.window.overlap_ms(begin, end);
            let cell = usize::try_from(interval).expect("few intervals");
            if self.intervals.len() <= cell {
                let none = IdVec::filled(IntervalCounters::default(), self.scenario.groups.len());
                self.intervals.resize(cell + 1, none);
            }
            let counters = &mut self.intervals[cell][group];
            counters.scheduled_ms += lasted;
            if is_busy_or_available(condition) {
                counters.busy_or_available_ms += lasted;
            }
            match condition {
                Condition::Talking | Condition::Wrapping => counters.busy_ms += lasted,
                Condition::Recovering => counters.recovering_ms += lasted,
                _ => (),
            }
        }
    }

    pub(crate) fn worker(&self, worker: WorkerId) -> WorkerCounters {
        let ledger = &self.ledgers[worker];
        let in_condition = |condition: Condition| ledger.lasted[condition as usize];
        WorkerCounters {
            talking_ms: in_condition(Condition::Talking),
            wrapping_ms: in_condition(Condition::Wrapping),
            ringing_ms: in_condition(Condition::Ringing),
            recovering_ms: in_condition(Condition::Recovering),
            idle_ms: in_condition(Condition::Idle),
            unavailable_ms: in_condition(Condition::Unavailable),
            shifts: ledger.shifts,
            ..WorkerCounters::default()
        }
    }

    pub(crate) fn counters(&self, scope: Scope) -> Counters {
        let mut sum = Counters::default();
        for (worker, person) in self.scenario.people.iter_with_id() {
            match scope {
                Scope::All => self.add_worker(worker, &mut sum),
                Scope::WorkerGroup(group) if group == person.group => {
                    self.add_worker(worker, &mut sum);
                }
                Scope::Channel(channel) => {
                    let units = &self.units[worker.index() * self.n_channels + channel.index()];
                    add_units(units, &mut sum);
                }
                _ => (),
            }
        }
        sum
    }

    fn add_worker(&self, worker: WorkerId, sum: &mut Counters) {
        let own = self.worker(worker);
        sum.talking_ms += own.talking_ms;
        sum.wrapping_ms += own.wrapping_ms;
        sum.ringing_ms += own.ringing_ms;
        sum.recovering_ms += own.recovering_ms;
        sum.idle_ms += own.idle_ms;
        sum.unavailable_ms += own.unavailable_ms;
        sum.tasks_in_hand_ms += self.ledgers[worker].in_hand_ms;
        let first = worker.index() * self.n_channels;
        let units = &self.units[first..first + self.n_channels];
        units.iter().for_each(|units| add_units(units, sum));
    }

    pub(crate) fn interval_counters(&self, interval: usize, scope: Scope) -> IntervalCounters {
        let mut sum = IntervalCounters::default();
        let Some(groups) = self.intervals.get(interval) else { return sum };
        match scope {
            Scope::All => groups.iter().for_each(|counters| sum.absorb(counters)),
            Scope::WorkerGroup(group) => sum = groups[group],
            _ => (),
        }
        sum
    }
}

const fn add_units(units: &Units, sum: &mut Counters) {
    sum.units_held_ms += units.held_ms;
    sum.units_available_ms += units.available_ms;
}

/// Whether units of capacity count as there.
pub(crate) const fn is_busy_or_available(condition: Condition) -> bool {
    matches!(
        condition,
        Condition::Talking | Condition::Wrapping | Condition::Ringing | Condition::Idle
    )
}
