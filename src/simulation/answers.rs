//! What workers do with offers: answer, reject, or let them ring.

use crate::random::{Draws, Entity, Purpose};
use crate::routing::{Command, ReservationId, ReservationRef, TaskId};
use crate::scenario::{Behavior, Recovery};
use crate::simulation::cue::{Act, Cue};
use crate::simulation::observer::Observer;
use crate::simulation::presence::{Office, Presence};
use crate::simulation::run::Run;
use crate::simulation::world::Offer;
use crate::time::{Span, Time};

/// What a worker decides about an offer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Decision {
    Accept(Span),
    Reject(Span),
    Miss,
}

impl Decision {
    /// One uniform decides; the answer's delay is a draw of the task's n-th offer, whoever gets it.
    #[inline]
    pub(crate) fn of(behavior: &Behavior, draws: &Draws, offer: (Entity, u32)) -> Self {
        let (entity, ordinal) = offer;
        if behavior.auto_accept {
            return Self::Accept(Span::ZERO);
        }
        // Both have one block of random bits.
        let [answer, u] = draws.pair(entity, Purpose::Answer, ordinal);
        if u < behavior.reject {
            let after = &behavior.reject_after;
            let delay = after.sample(draws, entity, Purpose::RejectDelay, ordinal);
            Self::Reject(Span::from_secs_f64(delay))
        } else if u < behavior.reject + behavior.miss {
            Self::Miss
        } else {
            let key = (entity, Purpose::Answer, ordinal);
            let delay = behavior.response.sample_at(answer, draws, key);
            Self::Accept(Span::from_secs_f64(delay))
        }
    }
}

/// How long until a worker who missed this offer comes back, if it is not for a break or shift to
/// do.
pub(crate) fn recovery(behavior: &Behavior, draws: &Draws, offer: (Entity, u32)) -> Option<Span> {
    let (entity, ordinal) = offer;
    let dist = match &behavior.recovery {
        Recovery::After(dist) => dist,
        Recovery::Never => return None,
        Recovery::NextBreak { p_unnoticed, otherwise } => {
            let u = draws.uniform(entity, Purpose::Unnoticed, ordinal);
            otherwise.as_ref().filter(|_| *p_unnoticed <= u)?
        }
    };
    Some(Span::from_secs_f64(dist.sample(draws, entity, Purpose::Recovery, ordinal)))
}

impl<O: Observer> Run<'_, O> {
    /// An offer begins to ring. What the worker will do is decided now, so only what will happen
    /// within the reservation timeout is entered into the calendar.
    pub(crate) fn ring(&mut self, named: ReservationRef) {
        let Some(customer) = self.world.customers.get_mut(named.task) else { return };
        let ordinal = customer.n_offers;
        customer.n_offers += 1;
        let entity = customer.entity;
        let behavior = self.behavior(named.worker);
        let decision = Decision::of(behavior, &self.world.draws, (entity, ordinal));
        let answer_drawn = match decision {
            Decision::Accept(delay) | Decision::Reject(delay) => Some(delay),
            Decision::Miss => None,
        };
        self.world.offers.insert(named.reservation, Offer { ordinal, answer_drawn });
        let (delay, act) = match decision {
            Decision::Accept(delay) => (delay, Act::Accept(named.reservation)),
            Decision::Reject(delay) => (delay, Act::Reject(named.reservation)),
            Decision::Miss => return,
        };
        let Some(offer) = self.world.router.reservation(named.reservation) else { return };
        let last = offer.created + offer.timeout;
        let due = self.there_from(named) + delay;
        let cue = Cue::new(entity, ordinal, act);
        if due == self.now {
            self.soon.push(cue);
        } else if due + self.origin <= last {
            self.calendar.schedule(due, cue);
        }
    }

    /// From when on the worker hears the ringing: after the workflow's latency, and not before they
    /// are back if they are away as the offer is made.
    fn there_from(&mut self, named: ReservationRef) -> Time {
        let scenario = self.world.scenario;
        let latency = named.workflow.map_or(Span::ZERO, |id| scenario.assignment_latency[id]);
        let rings = self.now + latency;
        let person = &scenario.people[named.worker];
        let Some(away) = &scenario.behaviors[person.behavior].away else { return rings };
        let timeline = &mut self.world.agents[named.worker].timeline;
        let back = timeline.back_at(self.now, away, (&self.world.draws, person.entity));
        back.map_or(rings, |back| back.max(rings))
    }

    /// A worker picks up: the offer is accepted, or its set-up begins.
    pub(crate) fn answer(&mut self, id: ReservationId) {
        let Some(offer) = self.world.router.reservation(id).copied() else { return };
        let Some(connect) = &self.behavior(offer.worker).connect else {
            self.attempt(Command::AcceptReservation(id));
            return;
        };
        let Some((entity, ordinal)) = self.who_rings(offer.task, id) else { return };
        let takes = connect.time.sample(&self.world.draws, entity, Purpose::Connect, ordinal);
        if self.command(Command::HoldReservation(id)).is_ok() {
            let due = self.after(Span::from_secs_f64(takes));
            self.calendar.schedule(due, Cue::new(entity, ordinal, Act::Connect(id)));
        }
    }

    /// The set-up of an answered offer ends, one way or the other.
    pub(crate) fn connect(&mut self, id: ReservationId) {
        let Some(offer) = self.world.router.reservation(id).copied() else { return };
        let Some((entity, ordinal)) = self.who_rings(offer.task, id) else { return };
        let connect = self.behavior(offer.worker).connect.as_ref();
        let fail = connect.map_or(0.0, |connect| connect.fail);
        let fails = self.world.draws.uniform(entity, Purpose::ConnectFails, ordinal) < fail;
        self.attempt(if fails {
            Command::FailReservation(id)
        } else {
            Command::ConnectReservation(id)
        });
    }

    /// Whose draws an offer's are, and which of them.
    fn who_rings(&self, task: TaskId, id: ReservationId) -> Option<(Entity, u32)> {
        let entity = self.world.customers.get(task)?.entity;
        Some((entity, self.world.offers.get(id)?.ordinal))
    }

    /// An offer timed out: the worker was taken out of the line, and has to notice.
    pub(crate) fn miss(&mut self, named: ReservationRef) {
        let scenario = self.world.scenario;
        let state = self.world.router.worker(named.worker);
        let is_out = !self.world.router.is_available(state.activity);
        let agent = &self.world.agents[named.worker];
        if is_out && agent.is_present && agent.absence.is_none() && !agent.is_recovering {
            let due = self.recovery_due(named);
            let agent = &mut self.world.agents[named.worker];
            agent.is_recovering = true;
            agent.miss += 1;
            let act = Act::Recover(named.worker, agent.miss);
            if let Some(due) = due {
                let entity = scenario.people[named.worker].entity;
                self.calendar.schedule(due, Cue::new(entity, 0, act));
            }
            self.tell_worker(named.worker);
        }
        self.forget_offer(named);
    }

    /// When a worker who missed this offer comes back, if it is not for a break or shift to do.
    fn recovery_due(&self, named: ReservationRef) -> Option<Time> {
        let offer = self.who_rings(named.task, named.reservation)?;
        let after = recovery(self.behavior(named.worker), &self.world.draws, offer)?;
        Some(self.after(after))
    }

    /// An offer has ended without acceptance.
    pub(crate) fn forget_offer(&mut self, named: ReservationRef) {
        self.world.offers.remove(named.reservation);
        if self.world.router.worker(named.worker).open.is_empty() {
            self.pay_debt(named.worker);
        }
        self.reconsider(named.worker);
    }
}
