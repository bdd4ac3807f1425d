//! A task that is alive: where it stands, and which transitions its status allows.

use smallvec::SmallVec;

use crate::define_key;
use crate::routing::event::TaskRef;
use crate::routing::program::StepId;
use crate::routing::reservation::ReservationId;
use crate::routing::waiting::LaneId;
use crate::routing::workspace::{
    AttributesId, ChannelId, ConfigurationId, QueueId, WorkerId, WorkflowId,
};
use crate::time::{Span, Time};

define_key! {
    /// A task that is alive.
    TaskId
}

/// A task that is alive. One that was completed or canceled is an event, and its id finds nothing.
#[derive(Clone, Debug)]
pub struct Task {
    /// Which one it is of all, from 0: the last tie-break in its queue (OC-17).
    pub number: u64,
    /// How far it has come.
    pub status: Status,
    /// The workflow that routes it.
    pub workflow: Option<WorkflowId>,
    /// The workflow's text in force when it entered (TR-143); none for a direct route.
    pub(crate) configuration: Option<ConfigurationId>,
    /// Which filter took it; none for the default filter and for direct routes.
    pub(crate) filter: Option<usize>,
    /// The target it stands in.
    pub(crate) step: StepId,
    /// How many targets it has entered: which timers are still meant.
    pub(crate) visit: u32,
    /// Its queue; none for a task sent to one worker.
    pub queue: Option<QueueId>,
    /// The task channel.
    pub channel: ChannelId,
    /// What filters and targets read.
    pub attributes: AttributesId,
    /// Highest first.
    pub priority: u32,
    /// When it was created; its age counts from here, always (TR-006).
    pub created: Time,
    /// Its place in the order (TR-006).
    pub virtual_start_time: Time,
    /// When it came into its queue.
    pub queue_entered: Time,
    /// The time to live, from creation to assignment (TR-025).
    pub timeout: Span,
    /// The age at which it leaves the target, if ever.
    pub(crate) deadline: Option<Span>,
    /// The age that deadlines count from: zero, unless re-drives start anew (OC-16).
    pub(crate) base: Span,
    /// The timeouts of the targets that it has passed (TR-111).
    pub(crate) passed: Span,
    /// How often it was reserved (TR-027).
    pub assignment_count: u32,
    /// Where it waits, or waited last.
    pub(crate) lane: Option<LaneId>,
    /// Whether it has just come into its target.
    pub(crate) entering: Entering,
    /// Whether it is to run through its workflow again once it is pending (OC-4).
    pub(crate) redrive: bool,
    /// Who let it go, and when, as far as it still matters (OC-19).
    pub(crate) refusals: SmallVec<[(WorkerId, Time); 2]>,
}

/// Whether a pending task has just come into its target, so that `skip_if` and a deadline that has
/// passed are to be looked at once it was not matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Entering {
    /// It has been there for a while.
    #[default]
    No,
    /// It came from outside the target.
    Anew,
    /// It came back after a failed offer (OC-14).
    Again,
}

impl Task {
    /// How events name it.
    pub(crate) const fn named(&self, task: TaskId) -> TaskRef {
        TaskRef { task, queue: self.queue, workflow: self.workflow }
    }

    /// Whole milliseconds since creation.
    pub(crate) const fn age(&self, now: Time) -> Span {
        now.since(self.created)
    }

    /// Whether its target's deadline has come.
    pub(crate) fn is_overdue(&self, now: Time) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= self.age(now))
    }
}

/// The statuses of a live task. `completed` and `canceled` are absent on purpose: they are the
/// events with which a task leaves.
#[derive(Clone, Debug)]
pub enum Status {
    /// Waits for a worker.
    Pending(Pending),
    /// Is being offered.
    Reserved(Reserved),
    /// A worker has it.
    Assigned(Assigned),
    /// A worker is wrapping it up.
    Wrapping(Wrapping),
}

/// Waits for a worker.
#[derive(Clone, Copy, Debug)]
pub struct Pending;

/// Is being offered to one worker or several.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The offers that are open, in order of creation; at least one.
    pub offers: SmallVec<[ReservationId; 1]>,
}

/// A worker has it.
#[derive(Clone, Copy, Debug)]
pub struct Assigned {
    /// Through this reservation.
    pub by: ReservationId,
}

/// A worker is wrapping it up.
#[derive(Clone, Copy, Debug)]
pub struct Wrapping {
    /// Through this reservation.
    pub by: ReservationId,
}

impl Pending {
    /// T2: offered to all of these at once.
    pub(crate) fn reserve(self, offers: SmallVec<[ReservationId; 1]>) -> Status {
        Status::Reserved(Reserved { offers })
    }
}

impl Reserved {
    /// T4: one of the offers was accepted; the others are left to be rescinded.
    pub(crate) fn accept(self, by: ReservationId) -> (Status, SmallVec<[ReservationId; 1]>) {
        let mut rest = self.offers;
        rest.retain(|offer| *offer != by);
        (Status::Assigned(Assigned { by }), rest)
    }

    /// One of the offers ended without acceptance; T3 if it was the last.
    pub(crate) fn release(mut self, ended: ReservationId) -> Status {
        self.offers.retain(|offer| *offer != ended);
        if self.offers.is_empty() { Status::Pending(Pending) } else { Status::Reserved(self) }
    }
}

impl Assigned {
    /// T7.
    pub(crate) const fn wrap_up(self) -> Status {
        Status::Wrapping(Wrapping { by: self.by })
    }
}

impl Status {
    /// Whether it waits for a worker.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }

    /// Whether nobody has accepted it yet.
    #[must_use]
    pub const fn is_unassigned(&self) -> bool {
        matches!(self, Self::Pending(_) | Self::Reserved(_))
    }

    /// TaskRouter's `assignment_status`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending(_) => "pending",
            Self::Reserved(_) => "reserved",
            Self::Assigned(_) => "assigned",
            Self::Wrapping(_) => "wrapping",
        }
    }
}
