//! What can be asked of the router, and why it may say no.

use crate::routing::event::CancelReason;
use crate::routing::reservation::ReservationId;
use crate::routing::target::RoutingTarget;
use crate::routing::task::TaskId;
use crate::routing::workspace::{
    ActivityId, AttributesId, ChannelId, ConfigurationId, WorkerId, WorkflowId,
};
use crate::time::{Span, Time};

/// A request to the router: TaskRouter's API verbs, what its voice side reports, and the outcomes
/// of its assignment callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A task comes into being; its workflow is evaluated at once (T1).
    CreateTask(NewTask),
    /// A pending or reserved task is canceled (T5, T6).
    CancelTask(TaskId, CancelReason),
    /// An assigned or wrapping task is completed, with all its reservations (T8, T9).
    CompleteTask(TaskId),
    /// An assigned task goes into wrap-up (T7).
    WrapUpTask(TaskId),
    /// The customer is gone: cancels a task that nobody has yet, ends the call of one that somebody
    /// has (TR-029, table 16.2).
    HangUp(TaskId),
    /// The task is removed, whatever its status (T12).
    DeleteTask(TaskId),
    /// New attributes; a pending task runs through its workflow again (TR-030).
    UpdateTaskAttributes(TaskId, AttributesId),
    /// A new priority (TR-031).
    UpdateTaskPriority(TaskId, u32),
    /// A new place in the order (TR-006).
    UpdateTaskVirtualStartTime(TaskId, Time),

    /// The worker takes the task (R2).
    AcceptReservation(ReservationId),
    /// The worker wants the task, and the legs are being connected: its timeout is suspended (R3).
    HoldReservation(ReservationId),
    /// The legs are connected (R4).
    ConnectReservation(ReservationId),
    /// The set-up failed (R5).
    FailReservation(ReservationId),
    /// The worker does not want the task (R6); the activity is the one they go to.
    RejectReservation(ReservationId, Option<ActivityId>),
    /// Both assignment callback URLs are out of reach (R8, TR-223).
    CancelReservation(ReservationId),
    /// The worker's part of the call has ended (R10).
    WrapUpReservation(ReservationId),
    /// The worker's part is done (R11, R12).
    CompleteReservation(ReservationId),

    /// The worker changes activity (TR-086 to TR-089).
    SetActivity {
        /// Who.
        worker: WorkerId,
        /// Where to.
        activity: ActivityId,
        /// Whether pending reservations are rejected; only towards an unavailable activity.
        reject_pending: bool,
    },
    /// The worker may hold more or fewer reservations on a channel (TR-207).
    SetCapacity {
        /// Who.
        worker: WorkerId,
        /// On which channel.
        channel: ChannelId,
        /// How many; 0 means no new ones.
        capacity: u32,
    },
    /// The worker takes part in a channel, or no longer.
    SetChannelAvailable {
        /// Who.
        worker: WorkerId,
        /// Which channel.
        channel: ChannelId,
        /// Whether new reservations may come.
        available: bool,
    },
    /// New attributes; open reservations stay (TR-094).
    UpdateWorkerAttributes(WorkerId, AttributesId),
    /// A new text for a workflow (TR-143).
    UpdateWorkflow {
        /// Which workflow.
        workflow: WorkflowId,
        /// Its text from now on.
        configuration: ConfigurationId,
        /// Its reservation timeout from now on.
        task_reservation_timeout: Span,
        /// Whether pending tasks run through it again, `ReEvaluateTasks`.
        re_evaluate: bool,
    },
}

/// A task to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// The workflow that routes it; it may be absent when `routing_target` says where to go.
    pub workflow: Option<WorkflowId>,
    /// Past the filters: to a worker, into a queue, or through another workflow.
    pub routing_target: Option<RoutingTarget>,
    /// What filters and targets read.
    pub attributes: AttributesId,
    /// The task channel.
    pub channel: ChannelId,
    /// 0 to 2,147,483,647; a target may overwrite it.
    pub priority: u32,
    /// How long it may live before it is assigned; up to 1,209,600 s.
    pub timeout: Span,
    /// Its place in the order; the time of creation where absent.
    pub virtual_start_time: Option<Time>,
}

/// Why the router did not do what it was asked. Nothing has changed and there is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was there once, or never.
    #[error("not found")]
    Gone,
    /// Only pending and reserved tasks can be canceled (TR-023).
    #[error("cannot cancel the task because it is not pending or reserved")]
    NotCancelable,
    /// Only assigned and wrapping tasks can be completed (TR-023).
    #[error("cannot complete the task because it is not currently assigned")]
    NotAssigned,
    /// Only assigned tasks can be wrapped up.
    #[error("cannot wrap up the task because it is not assigned")]
    NotWrappable,
    /// The offer is over, or somebody is already connecting it (TR-053).
    #[error("the reservation is not in the expected state [pending]")]
    NotPending,
    /// Only what was put on hold can be connected.
    #[error("the reservation is not being set up")]
    NotOnHold,
    /// The worker has not accepted it, or is through with it.
    #[error("the reservation is not in the expected state [accepted]")]
    NotAccepted,
    /// A worker with pending offers cannot go unavailable just like that (TR-088).
    #[error("the worker cannot have its activity updated while it has pending reservations")]
    PendingReservations,
    /// Pending offers are only rejected on the way out (TR-086).
    #[error("pending reservations can only be rejected when moving to an unavailable activity")]
    RejectNeedsUnavailable,
    /// No filter takes the task, and there is no default filter (OC-15).
    #[error("no filter of the workflow matches the task, and it has no default filter")]
    NoFilterMatches,
    /// A task needs a workflow or a routing target.
    #[error("the task names neither a workflow nor a routing target")]
    NoRoute,
    /// A priority lies above 2,147,483,647.
    #[error("the priority is out of range")]
    PriorityOutOfRange,
    /// A time to live of zero or above 1,209,600 s.
    #[error("the timeout is out of range")]
    TimeoutOutOfRange,
    /// A virtual start time in the future (TR-005).
    #[error("the virtual start time lies in the future")]
    StartsInFuture,
}
