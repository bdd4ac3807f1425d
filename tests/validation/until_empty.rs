//! The busy share of a group over the whole of a run, from its beginning until it is empty.

use taskrouter_sim::id::IdVec;
use taskrouter_sim::routing::WorkerId;
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::simulation::{Condition, Fact, Observer, World};
use taskrouter_sim::time::Time;

/// Watches the workers of one group until the end, where results stop at the horizon.
pub(crate) struct Busy<'s> {
    scenario: &'s Scenario,
    group: &'s str,
    states: IdVec<WorkerId, (Time, Condition)>,
    /// Talking or wrapping up.
    pub(crate) busy_ms: u64,
    /// Busy, rung, or idle.
    pub(crate) available_ms: u64,
}

impl<'s> Busy<'s> {
    /// Nothing seen yet.
    pub(crate) fn new(scenario: &'s Scenario, group: &'s str) -> Self {
        let states = IdVec::filled((Time::ZERO, Condition::Off), scenario.people.len());
        Self { scenario, group, states, busy_ms: 0, available_ms: 0 }
    }

    fn book(&mut self, now: Time, worker: WorkerId, world: &World<'_>) {
        let (since, condition) = self.states[worker];
        self.states[worker] = (now, world.condition(worker));
        let lasted = now.since(since).as_millis();
        let group = self.scenario.people[worker].group;
        if self.scenario.groups[group].name != self.group {
            return;
        }
        match condition {
            Condition::Talking | Condition::Wrapping => self.busy_ms += lasted,
            Condition::Ringing | Condition::Idle => (),
            _ => return,
        }
        self.available_ms += lasted;
    }
}

impl Observer for Busy<'_> {
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        match fact {
            Fact::Event(event) => {
                if let Some(worker) = event.worker() {
                    self.book(now, worker, world);
                }
            }
            Fact::Worker(worker) => self.book(now, worker, world),
            Fact::End => {
                for worker in self.scenario.people.ids() {
                    self.book(now, worker, world);
                }
            }
        }
    }
}
