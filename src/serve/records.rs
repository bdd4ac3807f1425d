//! What a workspace's resources are, beyond what routing needs to know.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::id::IdVec;
use crate::routing::{ActivityId, ChannelId, QueueId, ReservationId, TaskId, WorkerId, WorkflowId};
use crate::time::{Span, Time};

/// When something was made and last changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) created: Time,
    pub(crate) updated: Time,
    /// Whether it was deleted: ids are never used again.
    pub(crate) is_gone: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ChannelRecord {
    pub(crate) stamp: Stamp,
    pub(crate) friendly_name: String,
}

#[derive(Clone, Debug)]
pub(crate) struct QueueRecord {
    pub(crate) stamp: Stamp,
    /// The expression as it was given.
    pub(crate) target_workers: String,
}

#[derive(Clone, Debug)]
pub(crate) struct WorkerRecord {
    pub(crate) stamp: Stamp,
    /// The JSON as it was given.
    pub(crate) attributes: Arc<str>,
    pub(crate) version: u64,
    /// When they came into their activity.
    pub(crate) status_changed: Time,
    /// When each of their channels last changed.
    pub(crate) channels: IdVec<ChannelId, Stamp>,
    /// Their reservations, as long as the tasks can be read.
    pub(crate) reservations: BTreeSet<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct WorkflowRecord {
    pub(crate) stamp: Stamp,
    /// The JSON as it was given.
    pub(crate) configuration: String,
    pub(crate) assignment_callback_url: Option<String>,
    pub(crate) fallback_assignment_callback_url: Option<String>,
}

/// A task, as long as it can be read: while it is alive, and five minutes longer (T11).
#[derive(Clone, Debug)]
pub(crate) struct TaskRecord {
    pub(crate) sid: String,
    /// What the router calls it.
    pub(crate) key: TaskId,
    /// The JSON as it was given.
    pub(crate) attributes: Arc<str>,
    pub(crate) status: TaskStatus,
    pub(crate) reason: Option<String>,
    pub(crate) stamp: Stamp,
    pub(crate) version: u64,
    pub(crate) priority: u32,
    pub(crate) queue: Option<QueueId>,
    pub(crate) queue_entered: Option<Time>,
    pub(crate) workflow: Option<WorkflowId>,
    pub(crate) channel: ChannelId,
    pub(crate) virtual_start_time: Time,
    pub(crate) timeout: Span,
    /// The sid it was sent to.
    pub(crate) routing_target: Option<String>,
    pub(crate) ignore_capacity: Option<bool>,
    pub(crate) reservations: Vec<u64>,
}

/// A task's `assignment_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TaskStatus {
    Pending,
    Reserved,
    Assigned,
    Wrapping,
    Completed,
    Canceled,
}

/// A reservation, as long as its task can be read.
#[derive(Clone, Debug)]
pub(crate) struct ReservationRecord {
    pub(crate) sid: String,
    /// What the router calls it.
    pub(crate) key: ReservationId,
    pub(crate) task: u64,
    pub(crate) worker: WorkerId,
    pub(crate) status: OfferStatus,
    pub(crate) stamp: Stamp,
    pub(crate) version: u64,
    pub(crate) workflow: Option<WorkflowId>,
    /// Where the worker goes when their part is done (TR-091).
    pub(crate) post_work_activity: Option<ActivityId>,
}

/// A reservation's `reservation_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OfferStatus {
    Pending,
    Accepted,
    Rejected,
    Timeout,
    Canceled,
    Rescinded,
    Wrapping,
    Completed,
}

impl Stamp {
    pub(crate) const fn new(now: Time) -> Self {
        Self { created: now, updated: now, is_gone: false }
    }
}

impl WorkerRecord {
    /// Somebody who is made now.
    pub(crate) fn new(attributes: Arc<str>, channels: IdVec<ChannelId, Stamp>, now: Time) -> Self {
        let stamp = Stamp::new(now);
        let reservations = BTreeSet::new();
        Self { stamp, attributes, version: 0, status_changed: now, channels, reservations }
    }
}

impl TaskStatus {
    pub(crate) const ALL: [Self; 6] = [
        Self::Pending,
        Self::Reserved,
        Self::Assigned,
        Self::Wrapping,
        Self::Completed,
        Self::Canceled,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reserved => "reserved",
            Self::Assigned => "assigned",
            Self::Wrapping => "wrapping",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing can happen to it any more.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }
}

impl OfferStatus {
    pub(crate) const ALL: [Self; 8] = [
        Self::Pending,
        Self::Accepted,
        Self::Rejected,
        Self::Timeout,
        Self::Canceled,
        Self::Rescinded,
        Self::Wrapping,
        Self::Completed,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Timeout => "timeout",
            Self::Canceled => "canceled",
            Self::Rescinded => "rescinded",
            Self::Wrapping => "wrapping",
            Self::Completed => "completed",
        }
    }
}
