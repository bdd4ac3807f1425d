//! The rows of `tasks.csv`, `reservations.csv` and `events.csv`.

use crate::routing::{ChannelId, QueueId, WorkerId, WorkflowId};
use crate::scenario::SourceId;
use crate::time::{Span, Time};

/// Which rows are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// One row per task.
    pub tasks: bool,
    /// One row per reservation.
    pub reservations: bool,
    /// One row per event.
    pub events: bool,
}

/// One task, in order of creation; all tasks, warm-up included.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRow {
    /// From 1, in order of creation.
    pub task: u64,
    /// `calls:3:17`; the same in every scenario that has the source.
    pub key: String,
    /// Where it came from.
    pub source: SourceId,
    /// Which workflow routed it.
    pub workflow: Option<WorkflowId>,
    /// The queue it was in last.
    pub task_queue: Option<QueueId>,
    /// The task channel.
    pub channel: ChannelId,
    /// The priority it had last.
    pub priority: u32,
    /// When it was created.
    pub created: Time,
    /// When it was first offered.
    pub first_offered: Option<Time>,
    /// When it was accepted.
    pub accepted: Option<Time>,
    /// When the talk ended.
    pub talk_end: Option<Time>,
    /// When it was completed.
    pub completed: Option<Time>,
    /// When it was canceled.
    pub canceled: Option<Time>,
    /// Why it was canceled, or removed otherwise.
    pub reason: String,
    /// Who accepted it.
    pub worker: Option<WorkerId>,
    /// How often it was offered.
    pub reservations: u32,
    /// Creation to acceptance or cancellation; `None` while neither has happened.
    pub wait: Option<Span>,
    /// The part of the wait without an offer.
    pub wait_unoffered: Option<Span>,
    /// The part of the wait in offers that failed.
    pub wait_in_missed_offers: Option<Span>,
    /// The part of the wait in the offer that was accepted.
    pub wait_in_final_offer: Option<Span>,
    /// How long the customer would wait; `None` for ever.
    pub patience: Option<Span>,
    /// The talk time before worker factors.
    pub talk_drawn: Span,
    /// The wrap-up time before worker factors.
    pub wrap_up_drawn: Span,
}

/// One reservation, in order of creation.
#[derive(Clone, Debug, PartialEq)]
pub struct ReservationRow {
    /// From 1, in order of creation.
    pub reservation: u64,
    /// The task's number.
    pub task: u64,
    /// The queue in force at creation.
    pub task_queue: Option<QueueId>,
    /// For whom.
    pub worker: WorkerId,
    /// When it was created.
    pub created: Time,
    /// When the offer ended: accepted, rejected, timed out, …; `None` if it was open at the end.
    pub ended: Option<Time>,
    /// How: `accepted`, `rejected`, `timeout`, `canceled`, `rescinded`, or empty.
    pub outcome: &'static str,
    /// From creation to the end of the offer.
    pub ring: Option<Span>,
    /// The time to answer that was drawn; `None` if nobody was going to answer.
    pub answer_drawn: Option<Span>,
}

/// One event, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// When.
    pub time: Time,
    /// TaskRouter's event type.
    pub event_type: &'static str,
    /// The task's number.
    pub task: Option<u64>,
    /// The reservation's number.
    pub reservation: Option<u64>,
    /// Who.
    pub worker: Option<WorkerId>,
    /// Which queue.
    pub task_queue: Option<QueueId>,
    /// Which workflow.
    pub workflow: Option<WorkflowId>,
    /// A reason, or the activities `Offline -> Available`.
    pub detail: String,
}

/// The rows of one replication; empty where they were not asked for.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// In order of creation.
    pub tasks: Vec<TaskRow>,
    /// In order of creation.
    pub reservations: Vec<ReservationRow>,
    /// In order.
    pub events: Vec<EventRow>,
}
