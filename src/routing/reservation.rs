//! An offer of one task to one worker, and what became of it.

use crate::define_key;
use crate::routing::event::ReservationRef;
use crate::routing::task::TaskId;
use crate::routing::workspace::{ActivityId, ChannelId, QueueId, WorkerId, WorkflowId};
use crate::time::{Span, Time};

define_key! {
    /// A reservation that is open.
    ReservationId
}

/// An open reservation: pending, being set up, accepted, or wrapping up. One that ended is an
/// event, and its id finds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Reservation {
    /// Of which task.
    pub task: TaskId,
    /// For whom.
    pub worker: WorkerId,
    /// How far it has come.
    pub status: ReservationStatus,
    /// When it was created.
    pub created: Time,
    /// How long the worker has to answer; taken down at creation (TR-007).
    pub timeout: Span,
    /// Where the worker was before (TR-007).
    pub previous_activity: ActivityId,
    /// The queue in force at creation.
    pub queue: Option<QueueId>,
    /// The workflow in force at creation.
    pub workflow: Option<WorkflowId>,
    /// The task's channel, on which it holds one unit of capacity.
    pub channel: ChannelId,
    /// Which one it is of all, from 0: the order of timeouts within one instant.
    pub number: u64,
}

/// How far an open reservation has come (TR-050, TR-051).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationStatus {
    /// Waits for an answer.
    Pending,
    /// Accepting was requested and is being set up; the timeout is suspended.
    OnHold,
    /// The worker has the task.
    Accepted,
    /// The worker is wrapping up.
    Wrapping,
}

impl ReservationStatus {
    /// Whether it may still end without acceptance.
    pub(crate) const fn is_offer(self) -> bool {
        matches!(self, Self::Pending | Self::OnHold)
    }
}

impl Reservation {
    /// How events name it.
    pub(crate) const fn named(&self, reservation: ReservationId) -> ReservationRef {
        let Self { task, worker, queue, workflow, .. } = *self;
        ReservationRef { reservation, task, worker, queue, workflow }
    }
}
