//! Everything there is to see in a run.

use crate::id::{IdVec, SecondaryMap};
use crate::random::Draws;
use crate::routing::{ReservationId, Router, TaskId, WorkerId};
use crate::scenario::Scenario;
use crate::simulation::agent::Agent;
use crate::simulation::customer::{Customer, FullLabel};
use crate::time::{Span, Time};

/// Everything there is to see in a run: TaskRouter's side, and the people around it.
#[derive(Debug)]
pub struct World<'s> {
    pub(crate) scenario: &'s Scenario,
    pub(crate) draws: Draws,
    pub(crate) router: Router,
    pub(crate) customers: SecondaryMap<TaskId, Customer>,
    pub(crate) offers: SecondaryMap<ReservationId, Offer>,
    pub(crate) agents: IdVec<WorkerId, Agent>,
    pub(crate) horizon: Time,
}

/// What a worker is going to do with an offer.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Which offer of its task it is, from 0.
    pub ordinal: u32,
    /// The time to answer or reject that was drawn; `None` if the offer will not be answered.
    pub answer_drawn: Option<Span>,
}

/// What a worker is doing, by precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Talks to somebody, or does other work.
    Talking,
    /// Wraps up.
    Wrapping,
    /// Is being rung, or is being connected.
    Ringing,
    /// Missed an offer, and is not back yet.
    Recovering,
    /// Takes no offers: on a break, say.
    Unavailable,
    /// Waits for an offer.
    Idle,
    /// Is not there.
    Off,
}

impl Condition {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Off as usize + 1;
    /// All of them, by precedence.
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::Talking,
        Self::Wrapping,
        Self::Ringing,
        Self::Recovering,
        Self::Unavailable,
        Self::Idle,
        Self::Off,
    ];
}

impl<'s> World<'s> {
    /// The scenario that is being simulated.
    #[must_use]
    pub const fn scenario(&self) -> &'s Scenario {
        self.scenario
    }

    /// TaskRouter's side.
    #[must_use]
    pub const fn router(&self) -> &Router {
        &self.router
    }

    /// Where arrivals end; [`Time::NEVER`] while that is not known yet.
    #[must_use]
    pub const fn horizon(&self) -> Time {
        self.horizon
    }

    /// The customer behind a task that is alive, or has ended just now.
    #[must_use]
    pub fn customer(&self, task: TaskId) -> Option<&Customer> {
        self.customers.get(task)
    }

    /// The key of a task: `calls:3:17`; the same in every scenario that has the source.
    #[must_use]
    pub fn key(&self, customer: &Customer) -> String {
        let source = &self.scenario.sources[customer.source];
        FullLabel(&source.name, customer.label).to_string()
    }

    /// The talk time that was drawn for a customer, before worker factors.
    #[must_use]
    pub fn talk_drawn(&self, customer: &Customer) -> Span {
        customer.talk_drawn(self.scenario, &self.draws)
    }

    /// The wrap-up time that was drawn for a customer, before worker factors.
    #[must_use]
    pub fn wrap_up_drawn(&self, customer: &Customer) -> Span {
        customer.wrap_up_drawn(self.scenario, &self.draws)
    }

    /// What a worker is going to do with an offer that is open, or has ended just now.
    #[must_use]
    pub fn offer(&self, reservation: ReservationId) -> Option<&Offer> {
        self.offers.get(reservation)
    }

    /// What a worker is doing. O(1).
    #[inline]
    #[must_use]
    pub fn condition(&self, worker: WorkerId) -> Condition {
        let (state, agent) = (self.router.worker(worker), &self.agents[worker]);
        if agent.is_at_other_work() || state.accepted != 0 {
            Condition::Talking
        } else if agent.is_after_call || state.wrapping != 0 {
            Condition::Wrapping
        } else if !state.open.is_empty() {
            Condition::Ringing
        } else if !agent.is_present {
            Condition::Off
        } else if agent.is_recovering {
            Condition::Recovering
        } else if self.router.is_available(state.activity) {
            Condition::Idle
        } else {
            Condition::Unavailable
        }
    }
}
