//! What people are about to do, and in which order they do it within one instant.

use crate::random::Entity;
use crate::routing::{ReservationId, TaskId, WorkerId};
use crate::scenario::{GroupId, SourceId};
use crate::simulation::callers::RetryId;

/// What somebody is about to do.
///
/// Within one instant cues go by kind (semantics 17.3), then by whom they concern, never by when
/// they were scheduled: results do not depend on how the calendar is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cue {
    kind: Kind,
    entity: Entity,
    index: u32,
    pub(crate) act: Act,
}

/// In the order of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    AcceptOrConnect,
    Reject,
    WrapUp,
    Complete,
    HangUp,
    WorkerChange,
    Create,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// A worker answers an offer.
    Accept(ReservationId),
    /// The legs of an answered offer are connected, or are not.
    Connect(ReservationId),
    /// A worker turns an offer down.
    Reject(ReservationId),
    /// A talk ends, unless its worker's pace has changed since; the number says at which pace.
    EndTalk(TaskId, u32),
    /// The work after a talk ends.
    EndWrapUp(TaskId),
    /// The work after a talk ends in a single-tasking workspace, where the task is long completed.
    EndAfterCall(WorkerId, u32),
    /// A customer's patience ends.
    LosePatience(TaskId),
    /// A customer leaves because nobody could be offered the task at once.
    Balk(TaskId),
    /// A source closes, and cancels what waits.
    Close(SourceId),
    /// A worker comes back after a missed offer; the number says which miss.
    Recover(WorkerId, u32),
    /// A worker's shift begins: the number of the shift.
    StartShift(WorkerId, u32),
    /// A worker's shift ends: the number of the shift.
    EndShift(WorkerId, u32),
    /// A worker's break is due: the number of the shift and of the break in it.
    StartBreak(WorkerId, u32, u32),
    /// A worker is back from an absence; the number says from which.
    EndAbsence(WorkerId, u32),
    /// Other work comes up: which piece.
    StartOtherWork(WorkerId, u32),
    /// The number of workers of a group changes: which step.
    Staff(GroupId, u32),
    /// Somebody who gave up tries again.
    Retry(RetryId),
}

impl Act {
    const fn kind(self) -> Kind {
        match self {
            Self::Accept(_) | Self::Connect(_) => Kind::AcceptOrConnect,
            Self::Reject(_) => Kind::Reject,
            Self::EndTalk(..) => Kind::WrapUp,
            Self::EndWrapUp(_) => Kind::Complete,
            Self::LosePatience(_) | Self::Balk(_) | Self::Close(_) => Kind::HangUp,
            Self::EndAfterCall(..)
            | Self::Recover(..)
            | Self::StartShift(..)
            | Self::EndShift(..)
            | Self::StartBreak(..)
            | Self::EndAbsence(..)
            | Self::StartOtherWork(..)
            | Self::Staff(..) => Kind::WorkerChange,
            Self::Retry(_) => Kind::Create,
        }
    }
}

impl Cue {
    /// Whom it concerns.
    pub(crate) const fn entity(&self) -> Entity {
        self.entity
    }

    /// What `entity` is about to do; `index` orders what one entity does at once.
    pub(crate) const fn new(entity: Entity, index: u32, act: Act) -> Self {
        Self { kind: act.kind(), entity, index, act }
    }
}
