//! People who live beside others: a scenario's customers and workers at a router that somebody
//! else owns, and uses too.
//!
//! They are the people of [`Run`], with the same draws: left alone, they do what they do in
//! replication 0. What others do at the router they hear of as events. Tasks that others create are
//! worked on as if they came from a source of the scenario; workers whom others play, and workers
//! who joined later, do nothing by themselves.

use std::collections::BTreeSet;
use std::fmt;

use crate::random::Entity;
use crate::routing::{Event, Router, TaskId, WorkerId};
use crate::scenario::{Group, Presence, Scenario, SourceId};
use crate::simulation::customer::{Customer, Label};
use crate::simulation::observer::{Fact, Observer};
use crate::simulation::run::Run;
use crate::simulation::staffing::Staffing;
use crate::simulation::world::World;
use crate::time::Time;

/// The label of customers who did not come from a source: no trace has such a row, and they never
/// try again.
const STRANGER: Label = Label { interval: u32::MAX, ordinal: u32::MAX, attempt: u32::MAX };

/// A scenario's people at somebody else's router.
pub(crate) struct Resident {
    run: Run<'static, Ears>,
    /// How many tasks of others they have heard of.
    n_strangers: u64,
}

/// Notes every event in its order.
#[derive(Debug, Default)]
struct Ears {
    heard: Vec<Event>,
}

impl Observer for Ears {
    fn observe(&mut self, _: Time, fact: Fact<'_>, _: &World<'_>) {
        if let Fact::Event(event) = fact {
            self.heard.push(*event);
        }
    }
}

impl fmt::Debug for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resident").field("now", &self.run.now).finish_non_exhaustive()
    }
}

/// The same scenario, but that `by_hand` neither come nor go by themselves.
pub(crate) fn without(mut scenario: Scenario, by_hand: &BTreeSet<WorkerId>) -> Scenario {
    for worker in by_hand {
        let group = &scenario.groups[scenario.people[*worker].group];
        let alone = Group { presence: Presence::Shifts(Vec::new()), ..group.clone() };
        scenario.people[*worker].group = scenario.groups.push(alone);
    }
    scenario
}

impl Resident {
    /// The people of `scenario`, whose time begins at `origin` of the router's; others play
    /// `by_hand` ([`without`]).
    pub(crate) fn new(
        scenario: &'static Scenario,
        by_hand: BTreeSet<WorkerId>,
        origin: Time,
    ) -> Self {
        let mut run = Run::new(scenario, 0, Ears::default());
        run.origin = origin.since(Time::ZERO);
        run.by_hand = by_hand;
        run.begin_staff();
        run.begin_sources();
        Self { run, n_strangers: 0 }
    }

    /// The scenario that they are from.
    pub(crate) const fn scenario(&self) -> &'static Scenario {
        self.run.world.scenario
    }

    /// Whether the worker is one of them, and nobody else plays them.
    pub(crate) fn plays(&self, worker: WorkerId) -> bool {
        self.run.plays(worker)
    }

    /// When somebody does something next, by the router's time.
    pub(crate) fn next_due(&self) -> Option<Time> {
        let run = &self.run;
        if !run.soon.is_empty() {
            return Some(run.router_now());
        }
        let due = run.calendar.next_due().into_iter().chain(run.arrivals.next_due()).min();
        due.filter(|due| *due < Time::NEVER).map(|due| due + run.origin)
    }

    /// They do what is due at `now`, and then the router what is due with it: everything that
    /// happened, in its order. `now` must not lie after [`next_due`](Self::next_due), nor after
    /// the router's next deadline.
    pub(crate) fn round(&mut self, now: Time, router: &mut Router) -> Vec<Event> {
        self.at(now, router, Run::round)
    }

    /// They hear of what others did at `now`: everything that happened, their answer to it
    /// included, in its order.
    pub(crate) fn hear(&mut self, now: Time, events: &[Event], router: &mut Router) -> Vec<Event> {
        for event in events {
            if let Event::TaskCreated(task) = event {
                self.meet(now, task.task, router);
            }
        }
        self.at(now, router, |run| {
            run.events.extend_from_slice(events);
            run.publish();
        })
    }

    /// Lets them act at `now` with the router in their hands.
    fn at(
        &mut self,
        now: Time,
        router: &mut Router,
        act: impl FnOnce(&mut Run<'static, Ears>),
    ) -> Vec<Event> {
        self.run.now = self.own(now);
        std::mem::swap(&mut self.run.world.router, router);
        act(&mut self.run);
        std::mem::swap(&mut self.run.world.router, router);
        std::mem::take(&mut self.run.observer.heard)
    }

    /// The router's time as theirs.
    fn own(&self, now: Time) -> Time {
        Time::ZERO + now.since(Time::ZERO + self.run.origin)
    }

    /// There is somebody behind a task that others created: patient, and otherwise as those of the
    /// first source with the same workflow and channel, or else of the first source.
    fn meet(&mut self, now: Time, task: TaskId, router: &Router) {
        let created = self.own(now);
        let Some(state) = router.task(task) else { return };
        let sources = &self.scenario().sources;
        let is_alike = |id: &SourceId| {
            let source = &sources[*id];
            source.routed_by() == state.workflow && source.channel == state.channel
        };
        let Some(source) = sources.ids().find(is_alike).or_else(|| sources.ids().next()) else {
            return;
        };
        let entity = Entity::named("task of others", &self.n_strangers.to_string());
        self.n_strangers += 1;
        let customer = Customer {
            source,
            label: STRANGER,
            entity,
            created,
            attributes: state.attributes,
            priority: state.priority,
            patience: None,
            is_silent: false,
            talk_luck: None,
            n_offers: 0,
            pace: 0,
        };
        self.run.world.customers.insert(task, customer);
    }
}
