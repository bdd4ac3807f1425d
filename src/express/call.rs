//! A call: a task, its customer, and how far both have come.

use crate::express::plan::RouteId;
use crate::id::Id;
use crate::random::{Dist, Draws, Entity, Purpose};
use crate::routing::{AttributesId, WorkerId};
use crate::scenario::SourceId;
use crate::simulation::{Customer, Label};
use crate::time::{Span, Time};

/// What every step of a task needs: two cache lines. The rest stands in [`Rest`].
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Call {
    /// Whose draws these are.
    pub(super) entity: Entity,
    pub(super) created: Time,
    /// The uniform number that decides the talk time, if it came with another one; else not a
    /// number.
    pub(super) talk_luck: f64,
    pub(super) source: SourceId,
    /// How often it was offered.
    pub(super) n_offers: u32,
    pub(super) route: RouteId,
    /// Who is being rung, or has the task.
    pub(super) worker: WorkerId,
    /// Which one of all tasks it is.
    pub(super) number: u32,
    /// Which reservation of all the one in hand is.
    pub(super) reservation: u32,
    pub(super) stage: Stage,
    /// Whether somebody let it go whom it may not be offered to yet.
    pub(super) is_refused: bool,
    /// Whether it has been in another queue before.
    pub(super) has_moved: bool,
    /// When the stage ends, if it ends by itself.
    pub(super) due: Time,
    /// When the customer hangs up, unless the task is accepted before.
    pub(super) patience_ends: Time,
    /// When it leaves its target, if nobody has accepted it by then.
    pub(super) leaves: Time,
    /// Its place among all that wait; the least goes first.
    pub(super) rank: u64,
    pub(super) reserved: Time,
    /// [`Time::NEVER`] before the first offer.
    pub(super) first_offered: Time,
    /// How long it was in offers that failed.
    pub(super) missed: Span,
    pub(super) accepted: Time,
    pub(super) talk_end: Time,
}

/// What few tasks need: those that come from a trace, may come again, or may leave their target.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    pub(super) label: Label,
    pub(super) attributes: Option<AttributesId>,
    /// The priority that the task was created with, and the one that it has now.
    pub(super) asked_priority: u32,
    pub(super) priority: u32,
    /// The timeouts of the targets that it has passed.
    pub(super) passed: Span,
    /// Its stay in the queue in which it is, once it has moved.
    pub(super) stay: Stay,
}

/// A stay in a queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) since: Time,
    /// How often the task was offered before.
    pub(super) n_offers_before: u32,
    /// [`Time::NEVER`] before the first offer.
    pub(super) first_offered: Time,
}

impl Call {
    /// Nothing has happened to it.
    #[cold]
    pub(super) fn new(entity: Entity) -> Self {
        Self {
            entity,
            created: Time::NEVER,
            talk_luck: f64::NAN,
            source: SourceId::new(0),
            n_offers: 0,
            route: RouteId::new(0),
            worker: WorkerId::new(0),
            number: 0,
            reservation: 0,
            stage: Stage::Gone,
            is_refused: false,
            has_moved: false,
            due: Time::NEVER,
            patience_ends: Time::NEVER,
            leaves: Time::NEVER,
            rank: 0,
            reserved: Time::NEVER,
            first_offered: Time::NEVER,
            missed: Span::ZERO,
            accepted: Time::NEVER,
            talk_end: Time::NEVER,
        }
    }

    /// What the talk lasts, before worker factors.
    #[inline]
    pub(super) fn talk(&self, dist: &Dist, draws: &Draws) -> Span {
        let (entity, purpose) = (self.entity, Purpose::Talk);
        Span::from_secs_f64(if self.talk_luck.is_nan() {
            dist.sample(draws, entity, purpose, 0)
        } else {
            dist.sample_at(self.talk_luck, draws, (entity, purpose, 0))
        })
    }

    /// The customer, as the long way knows them.
    pub(super) fn customer(&self, rest: &Rest) -> Customer {
        Customer {
            source: self.source,
            label: rest.label,
            entity: self.entity,
            created: self.created,
            attributes: rest.attributes.unwrap_or(AttributesId::new(0)),
            priority: rest.asked_priority,
            patience: None,
            is_silent: false,
            talk_luck: (!self.talk_luck.is_nan()).then_some(self.talk_luck),
            n_offers: self.n_offers,
            pace: 0,
        }
    }

    /// Its stay in the queue in which it is.
    pub(super) fn stay(&self, rest: &Rest) -> Stay {
        if self.has_moved {
            return rest.stay;
        }
        Stay { since: self.created, n_offers_before: 0, first_offered: self.first_offered }
    }
}

impl Rest {
    /// That of a task, if any are kept.
    #[inline]
    pub(super) fn of(rests: &[Self], slot: u32) -> &Self {
        rests.get(slot as usize).unwrap_or(&Self::NONE)
    }

    /// Of a task that needs none of it.
    pub(super) const NONE: Self = Self {
        label: Label { interval: 0, ordinal: 0, attempt: 0 },
        attributes: None,
        asked_priority: 0,
        priority: 0,
        passed: Span::ZERO,
        stay: Stay { since: Time::NEVER, n_offers_before: 0, first_offered: Time::NEVER },
    };
}

/// How far a task has come, and what ends the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It is gone.
    Gone,
    /// It has just been created, and is pending.
    Comes,
    /// It is pending.
    Waits,
    /// It is reserved, and will be accepted.
    WillAccept,
    /// It is reserved, and will be rejected.
    WillReject,
    /// It is reserved, and nobody will answer in time.
    WillTimeOut,
    /// It is assigned.
    Talks,
    /// It is wrapping.
    WrapsUp,
}

impl Stage {
    /// Whether the task is being offered.
    pub(super) const fn is_reserved(self) -> bool {
        matches!(self, Self::WillAccept | Self::WillReject | Self::WillTimeOut)
    }

    /// Whether the task has been accepted, and is not over.
    pub(super) const fn is_assigned(self) -> bool {
        matches!(self, Self::Talks | Self::WrapsUp)
    }

    /// Whether the task takes capacity of a worker.
    pub(super) const fn is_held(self) -> bool {
        self.is_reserved() || self.is_assigned()
    }

    /// Whether nobody has accepted the task yet.
    pub(super) const fn is_unassigned(self) -> bool {
        matches!(self, Self::Comes | Self::Waits) || self.is_reserved()
    }
}
