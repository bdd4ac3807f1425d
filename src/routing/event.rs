//! What happened, in TaskRouter's own terms.

use std::fmt;

use crate::routing::reservation::ReservationId;
use crate::routing::task::TaskId;
use crate::routing::workspace::{ActivityId, ChannelId, QueueId, WorkerId, WorkflowId};

/// A task as an event names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskRef {
    /// Which task.
    pub task: TaskId,
    /// The queue it is in, or was in last.
    pub queue: Option<QueueId>,
    /// The workflow that routes it.
    pub workflow: Option<WorkflowId>,
}

/// A reservation as an event names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReservationRef {
    /// Which reservation.
    pub reservation: ReservationId,
    /// Of which task.
    pub task: TaskId,
    /// For whom.
    pub worker: WorkerId,
    /// The queue in force when it was created (TR-305).
    pub queue: Option<QueueId>,
    /// The workflow in force when it was created (TR-305).
    pub workflow: Option<WorkflowId>,
}

/// Something that happened. The order of events within one instant is that of TR-284.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// `task.created`
    TaskCreated(TaskRef),
    /// `task.updated`: attributes, priority or virtual start time.
    TaskUpdated(TaskRef),
    /// `task.canceled`: it is gone.
    TaskCanceled(TaskRef, CancelReason),
    /// `task.wrapup`
    TaskWrapUp(TaskRef),
    /// `task.completed`: it is gone.
    TaskCompleted(TaskRef),
    /// `task.deleted`: it is gone, by request.
    TaskDeleted(TaskRef),
    /// `task.system-deleted`: it is gone, 24 h after it was accepted.
    TaskSystemDeleted(TaskRef),

    /// `reservation.created`
    ReservationCreated(ReservationRef),
    /// `reservation.accepted`
    ReservationAccepted(ReservationRef),
    /// `reservation.rejected`
    ReservationRejected(ReservationRef),
    /// `reservation.timeout`
    ReservationTimedOut(ReservationRef),
    /// `reservation.canceled`
    ReservationCanceled(ReservationRef),
    /// `reservation.rescinded`: somebody else was faster.
    ReservationRescinded(ReservationRef),
    /// `reservation.wrapup`
    ReservationWrapUp(ReservationRef),
    /// `reservation.completed`
    ReservationCompleted(ReservationRef),
    /// `reservation.failed`: the worker a task was sent to could not be reserved in time (TR-062).
    ReservationFailed(TaskRef),

    /// `task-queue.entered`
    TaskQueueEntered(TaskRef),
    /// `task-queue.timeout`: the step's deadline has come; the queue is the one it leaves.
    TaskQueueTimeout(TaskRef),
    /// `task-queue.moved`: the queue is the one it leaves.
    TaskQueueMoved(TaskRef),

    /// `workflow.entered`
    WorkflowEntered(TaskRef),
    /// `workflow.target-matched`: the queue is the target's.
    WorkflowTargetMatched(TaskRef),
    /// `workflow.timeout`: no target is left.
    WorkflowTimeout(TaskRef),
    /// `workflow.skipped`: all targets were skipped.
    WorkflowSkipped(TaskRef),
    /// `workflow.updated`
    WorkflowUpdated(WorkflowId),

    /// `worker.activity.update`
    WorkerActivityUpdate {
        /// Who.
        worker: WorkerId,
        /// The activity they leave.
        from: ActivityId,
        /// The activity they are in now.
        to: ActivityId,
    },
    /// `worker.attributes.update`
    WorkerAttributesUpdate(WorkerId),
    /// `worker.capacity.update`
    WorkerCapacityUpdate(WorkerId, ChannelId),
    /// `worker.channel.availability.update`
    WorkerChannelAvailabilityUpdate(WorkerId, ChannelId),
}

impl Event {
    /// TaskRouter's event type (TR-281).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TaskCreated(_) => "task.created",
            Self::TaskUpdated(_) => "task.updated",
            Self::TaskCanceled(..) => "task.canceled",
            Self::TaskWrapUp(_) => "task.wrapup",
            Self::TaskCompleted(_) => "task.completed",
            Self::TaskDeleted(_) => "task.deleted",
            Self::TaskSystemDeleted(_) => "task.system-deleted",
            Self::ReservationCreated(_) => "reservation.created",
            Self::ReservationAccepted(_) => "reservation.accepted",
            Self::ReservationRejected(_) => "reservation.rejected",
            Self::ReservationTimedOut(_) => "reservation.timeout",
            Self::ReservationCanceled(_) => "reservation.canceled",
            Self::ReservationRescinded(_) => "reservation.rescinded",
            Self::ReservationWrapUp(_) => "reservation.wrapup",
            Self::ReservationCompleted(_) => "reservation.completed",
            Self::ReservationFailed(_) => "reservation.failed",
            Self::TaskQueueEntered(_) => "task-queue.entered",
            Self::TaskQueueTimeout(_) => "task-queue.timeout",
            Self::TaskQueueMoved(_) => "task-queue.moved",
            Self::WorkflowEntered(_) => "workflow.entered",
            Self::WorkflowTargetMatched(_) => "workflow.target-matched",
            Self::WorkflowTimeout(_) => "workflow.timeout",
            Self::WorkflowSkipped(_) => "workflow.skipped",
            Self::WorkflowUpdated(_) => "workflow.updated",
            Self::WorkerActivityUpdate { .. } => "worker.activity.update",
            Self::WorkerAttributesUpdate(_) => "worker.attributes.update",
            Self::WorkerCapacityUpdate(..) => "worker.capacity.update",
            Self::WorkerChannelAvailabilityUpdate(..) => "worker.channel.availability.update",
        }
    }

    /// The task it is about, if it is about one.
    #[must_use]
    pub const fn task(&self) -> Option<TaskRef> {
        match *self {
            Self::TaskCreated(task)
            | Self::TaskUpdated(task)
            | Self::TaskCanceled(task, _)
            | Self::TaskWrapUp(task)
            | Self::TaskCompleted(task)
            | Self::TaskDeleted(task)
            | Self::TaskSystemDeleted(task)
            | Self::ReservationFailed(task)
            | Self::TaskQueueEntered(task)
            | Self::TaskQueueTimeout(task)
            | Self::TaskQueueMoved(task)
            | Self::WorkflowEntered(task)
            | Self::WorkflowTargetMatched(task)
            | Self::WorkflowTimeout(task)
            | Self::WorkflowSkipped(task) => Some(task),
            _ => None,
        }
    }

    /// The reservation it is about, if it is about one.
    #[must_use]
    pub const fn reservation(&self) -> Option<ReservationRef> {
        match *self {
            Self::ReservationCreated(reservation)
            | Self::ReservationAccepted(reservation)
            | Self::ReservationRejected(reservation)
            | Self::ReservationTimedOut(reservation)
            | Self::ReservationCanceled(reservation)
            | Self::ReservationRescinded(reservation)
            | Self::ReservationWrapUp(reservation)
            | Self::ReservationCompleted(reservation) => Some(reservation),
            _ => None,
        }
    }

    /// The worker it is about, if it is about one.
    #[must_use]
    pub const fn worker(&self) -> Option<WorkerId> {
        match *self {
            Self::WorkerActivityUpdate { worker, .. }
            | Self::WorkerAttributesUpdate(worker)
            | Self::WorkerCapacityUpdate(worker, _)
            | Self::WorkerChannelAvailabilityUpdate(worker, _) => Some(worker),
            _ => match self.reservation() {
                Some(reservation) => Some(reservation.worker),
                None => None,
            },
        }
    }
}

/// Why a task was canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CancelReason {
    /// Somebody asked for it.
    Requested,
    /// The source closed.
    Closed,
    /// The customer left (TR-029).
    HangUp,
    /// The time to live is over (TR-025).
    TimeToLive,
    /// The last target's deadline has passed (TR-028).
    WorkflowTimeout,
    /// All targets were skipped (TR-028).
    WorkflowSkipped,
    /// No filter takes the task any more (OC-15).
    NoFilterMatches,
    /// It was offered 1,000 times (TR-027).
    MaxAssignments,
    /// The worker it was sent to let the offer go (TR-063).
    RoutingTargetDeclined,
    /// The worker it was sent to could not be reserved in time (TR-062).
    RoutingTargetFailed,
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "Requested",
            Self::Closed => "Closed",
            Self::HangUp => "hangup",
            Self::TimeToLive => "Task TTL Exceeded",
            Self::WorkflowTimeout => "Workflow timed out",
            Self::WorkflowSkipped => "Workflow skipped",
            Self::NoFilterMatches => "No filter matches",
            Self::MaxAssignments => "Max assignment count exceeded",
            Self::RoutingTargetDeclined => "RoutingTarget declined the Reservation",
            Self::RoutingTargetFailed => "RoutingTarget SLA for Reservation creation was not met",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Id, Key};

    #[test]
    fn an_event_of_a_worker_or_of_a_reservation_names_the_worker() {
        let (worker, activity) = (WorkerId::new(3), ActivityId::new(0));
        let task = TaskRef { task: TaskId::new(0, 0), queue: None, workflow: None };
        let reservation = ReservationRef {
            reservation: ReservationId::new(0, 0),
            task: task.task,
            worker,
            queue: None,
            workflow: None,
        };
        let of_worker = Event::WorkerActivityUpdate { worker, from: activity, to: activity };
        assert_eq!(of_worker.worker(), Some(worker));
        assert_eq!(Event::WorkerAttributesUpdate(worker).worker(), Some(worker));
        assert_eq!(Event::ReservationCreated(reservation).worker(), Some(worker));
        assert_eq!(Event::TaskCreated(task).worker(), None);
    }
}
