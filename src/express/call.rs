//! A call: a task, its customer, and how far both have come.

use crate::express::plan::RouteId;
use crate::id::Id;
use crate::routing::WorkerId;
use crate::simulation::Customer;
use crate::time::{Span, Time};

/// A task, its customer, and how far both have come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) customer: Customer,
    pub(super) route: RouteId,
    pub(super) stage: Stage,
    /// Who is being rung, or has the task.
    pub(super) worker: WorkerId,
    /// When the stage ends, if it ends by itself.
    pub(super) due: Time,
    /// When the customer hangs up, unless the task is accepted before.
    pub(super) patience_ends: Time,
    /// When it leaves its target, if nobody has accepted it by then.
    pub(super) leaves: Time,
    /// The timeouts of the targets that it has passed.
    pub(super) passed: Span,
    /// Which one of all tasks it is, and its priority.
    pub(super) number: u32,
    pub(super) priority: u32,
    /// When TaskRouter would cancel it.
    pub(super) expires: Time,
    /// Its stay in the queue in which it is, if it has been in another one before.
    pub(super) moved: Option<Stay>,
    /// Its place among all that wait; the least goes first.
    pub(super) rank: u64,
    /// Which reservation of all the one in hand is.
    pub(super) reservation: u32,
    /// Whether somebody let it go whom it may not be offered to yet.
    pub(super) is_refused: bool,
    pub(super) reserved: Time,
    pub(super) first_offered: Option<Time>,
    /// How long it was in offers that failed.
    pub(super) missed: Span,
    pub(super) accepted: Time,
    pub(super) talk_end: Time,
}

/// A stay in a queue that is not the first one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub(super) since: Time,
    /// How often the task was offered before.
    pub(super) n_offers_before: u32,
    pub(super) first_offered: Option<Time>,
}

impl Call {
    /// Nothing has happened to it.
    #[cold]
    pub(super) fn new(customer: Customer) -> Self {
        Self {
            customer,
            route: RouteId::new(0),
            stage: Stage::Gone,
            worker: WorkerId::new(0),
            due: Time::NEVER,
            patience_ends: Time::NEVER,
            leaves: Time::NEVER,
            passed: Span::ZERO,
            number: 0,
            priority: 0,
            expires: Time::NEVER,
            moved: None,
            rank: 0,
            reservation: 0,
            is_refused: false,
            reserved: Time::NEVER,
            first_offered: None,
            missed: Span::ZERO,
            accepted: Time::NEVER,
            talk_end: Time::NEVER,
        }
    }
}

impl Call {
    /// Its stay in the queue in which it is.
    pub(super) fn stay(&self) -> Stay {
        self.moved.unwrap_or(Stay {
            since: self.customer.created,
            n_offers_before: 0,
            first_offered: self.first_offered,
        })
    }
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
