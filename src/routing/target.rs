//! Where a task can be sent past the filters of a workflow.

use crate::routing::workspace::{QueueId, WorkerId, WorkflowId};

/// Where a task is sent directly (TR-148).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoutingTarget {
    /// To one worker.
    Worker {
        /// Who.
        worker: WorkerId,
        /// Past capacity and activity, which is TaskRouter's default.
        ignore_capacity: bool,
    },
    /// Straight into a queue, past all filters.
    Queue(QueueId),
    /// Through the filters of this workflow.
    Workflow(WorkflowId),
}
