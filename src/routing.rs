//! TaskRouter as a pure state machine: no clock, no chance, no I/O.

mod target;
pub mod workspace;

pub use target::RoutingTarget;
pub use workspace::{
    Activity, ActivityId, AttributesId, ChannelId, Configuration, ConfigurationId, Filter,
    KnownWorker, LongestIdle, OnReservationFailure, OrderBy, QueueId, RedriveBase, Settings,
    Target, TaskChannel, TaskOrder, TaskQueue, Worker, WorkerChannel, WorkerId, Workflow,
    WorkflowId, Workspace,
};
