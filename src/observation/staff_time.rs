//! What workers spend their time on.

use crate::id::IdVec;
use crate::observation::scope::Scope;
use crate::observation::tally::{Counters, IntervalCounters, WorkerCounters};
use crate::observation::window::Window;
use crate::routing::{ChannelId, ReservationId, WorkerId};
use crate::scenario::{GroupId, Scenario};
use crate::simulation::{Condition, World};
use crate::time::{Span, Time};

/// What workers spend their time on: by worker, by group, and by interval.
#[derive(Debug)]
pub(super) struct StaffTime<'s> {
    scenario: &'s Scenario,
    window: Window,
    states: IdVec<WorkerId, State>,
    workers: IdVec<WorkerId, WorkerCounters>,
    groups: IdVec<GroupId, Counters>,
    channels: IdVec<ChannelId, Counters>,
    intervals: Vec<IdVec<GroupId, IntervalCounters>>,
}

/// What a worker has been doing, and since when.
#[derive(Clone, Debug)]
struct State {
    since: Time,
    condition: Condition,
    in_hand: u64,
    /// Units held and there to be held, by channel.
    units: IdVec<ChannelId, (u64, u64)>,
}

impl<'s> StaffTime<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        let n_channels = scenario.workspace.channels.len();
        let state = State {
            since: Time::ZERO,
            condition: Condition::Off,
            in_hand: 0,
            units: IdVec::filled((0, 0), n_channels),
        };
        let n_workers = scenario.people.len();
        Self {
            scenario,
            window: Window::of(scenario, Time::NEVER),
            states: IdVec::filled(state, n_workers),
            workers: IdVec::filled(WorkerCounters::default(), n_workers),
            groups: IdVec::filled(Counters::default(), scenario.groups.len()),
            channels: IdVec::filled(Counters::default(), n_channels),
            intervals: Vec::new(),
        }
    }

    /// Something happened to `worker`: what they did until now is booked.
    pub(super) fn observe(&mut self, now: Time, worker: WorkerId, world: &World<'_>) {
        self.window.end = world.horizon();
        self.book(now, worker);
        let condition = world.condition(worker);
        let was_off = self.states[worker].condition == Condition::Off;
        if was_off && condition != Condition::Off && now < self.window.end {
            self.workers[worker].shifts += 1;
        }
        let router = world.router();
        let held = router.worker(worker);
        let state = &mut self.states[worker];
        state.since = now;
        state.condition = condition;
        let is_offer =
            |id: &&ReservationId| router.reservation(**id).is_some_and(|r| r.status.is_offer());
        let n_offers = held.open.iter().filter(is_offer).count();
        state.in_hand = (held.open.len() - n_offers) as u64;
        let is_there = is_busy_or_available(condition);
        for (id, channel) in held.channels.iter_with_id() {
            let capacity = if is_there { u64::from(channel.capacity) } else { 0 };
            state.units[id] = (u64::from(channel.held), capacity);
        }
    }

    /// Books what `worker` has been doing since it was last looked at.
    fn book(&mut self, now: Time, worker: WorkerId) {
        let state = &self.states[worker];
        let lasted = self.window.overlap_ms(state.since, now);
        if lasted == 0 || state.condition == Condition::Off {
            return;
        }
        let group = self.scenario.people[worker].group;
        let counters = &mut self.groups[group];
        let own = &mut self.workers[worker];
        let (shared, own) = match state.condition {
            Condition::Talking => (&mut counters.talking_ms, &mut own.talking_ms),
            Condition::Wrapping => (&mut counters.wrapping_ms, &mut own.wrapping_ms),
            Condition::Ringing => (&mut counters.ringing_ms, &mut own.ringing_ms),
            Condition::Recovering => (&mut counters.recovering_ms, &mut own.recovering_ms),
            Condition::Unavailable => (&mut counters.unavailable_ms, &mut own.unavailable_ms),
            Condition::Idle | Condition::Off => (&mut counters.idle_ms, &mut own.idle_ms),
        };
        *shared += lasted;
        *own += lasted;
        if matches!(state.condition, Condition::Talking | Condition::Wrapping) {
            counters.tasks_in_hand_ms += state.in_hand * lasted;
        }
        for (id, (held, available)) in state.units.iter_with_id() {
            for counters in [&mut self.groups[group], &mut self.channels[id]] {
                counters.units_held_ms += held * lasted;
                counters.units_available_ms += available * lasted;
            }
        }
        if let Some(length) = self.scenario.interval {
            self.book_intervals(now, worker, length);
        }
    }

    fn book_intervals(&mut self, now: Time, worker: WorkerId, length: Span) {
        let State { since, condition, .. } = self.states[worker];
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

    pub(super) fn worker(&self, worker: WorkerId) -> WorkerCounters {
        self.workers[worker]
    }

    pub(super) fn counters(&self, scope: Scope) -> Counters {
        let mut sum = Counters::default();
        match scope {
            Scope::All => self.groups.iter().for_each(|counters| sum.absorb(counters)),
            Scope::WorkerGroup(group) => sum = self.groups[group],
            Scope::Channel(channel) => sum = self.channels[channel],
            Scope::Workflow(_) | Scope::TaskQueue(_) | Scope::Source(_) => (),
        }
        sum
    }

    pub(super) fn interval_counters(&self, interval: usize, scope: Scope) -> IntervalCounters {
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

const fn is_busy_or_available(condition: Condition) -> bool {
    matches!(
        condition,
        Condition::Talking | Condition::Wrapping | Condition::Ringing | Condition::Idle
    )
}
