//! The express lane: what is common, in one loop.
//!
//! Most centers most of the time do the same few things: a task comes, waits, rings, is accepted,
//! talked to, wrapped up; or its customer hangs up, or the offer is missed and the worker with it.
//! For scenarios that do nothing else ([`Express::new`] says which) one compact loop does the work
//! of the router, of the people around it and of those who count, without a command, an event or a
//! reservation in between. Everything that needs chance, order or judgment is shared with the long
//! way: draws, keys, distributions, counters.
//!
//! The long way ([`simulate`]) is the specification. What comes out is the same to the last bit,
//! which `tests/express.rs` checks on random scenarios; where something happens that this loop does
//! not know, it gives up, and the replication is played the long way from its beginning.

mod arrivals;
mod books;
mod call;
mod crowd;
mod free;
mod map;
mod notices;
mod offers;
mod office;
mod pairing;
mod plan;
mod run;
mod selection;
mod served;
mod staff;
mod streams;
mod targets;

use crate::express::plan::Plan;
use crate::express::run::Run;
use crate::observation::{Recorder, Traces};
use crate::scenario::Scenario;
use crate::simulation::simulate;

/// Plays the replications of one scenario, each the fastest way there is.
#[derive(Debug)]
pub struct Express<'s> {
    scenario: &'s Scenario,
    traces: Traces,
    plan: Option<Plan<'s>>,
}

impl<'s> Express<'s> {
    /// What all replications have in common is worked out once.
    ///
    /// The express lane is for scenarios without traces of single tasks, whose workers work in a
    /// multitasking workspace, have no set-up time and are not slowed down by several talks, and
    /// who finish what they have at the end of a shift; whose targets have no `skip_if` and no
    /// condition on activities and channels, and offer a task to one worker at a time, and again
    /// in the same target if that fails; and whose sources know no balking, and do not cancel what
    /// waits at closing time.
    #[must_use]
    pub fn new(scenario: &'s Scenario, traces: Traces) -> Self {
        let is_traced = traces != Traces::default();
        let plan = if is_traced { None } else { Plan::new(scenario) };
        Self { scenario, traces, plan }
    }

    /// Whether there is an express lane for this scenario.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.plan.is_some()
    }

    /// What is seen of a replication. It depends on the scenario, its seed and the number of the
    /// replication, and on nothing else.
    #[must_use]
    pub fn play(&self, replication: u32) -> Recorder<'s> {
        self.try_to_play(replication).unwrap_or_else(|| self.play_the_long_way(replication))
    }

    /// The same, if it can be played in the express lane to its end.
    #[must_use]
    pub fn try_to_play(&self, replication: u32) -> Option<Recorder<'s>> {
        Run::new(self.plan.as_ref()?, replication).play()
    }

    /// The same, by commands and events.
    #[must_use]
    pub fn play_the_long_way(&self, replication: u32) -> Recorder<'s> {
        simulate(self.scenario, replication, Recorder::new(self.scenario, self.traces))
    }
}
