//! What a workspace is made of, before anything happens in it.

use crate::define_id;
use crate::expr::{Compiled, PathId, Paths, Split, Value};
use crate::id::IdVec;
use crate::time::Span;

define_id! {
    /// An activity of the workspace.
    ActivityId
}
define_id! {
    /// A task channel of the workspace.
    ChannelId
}
define_id! {
    /// A task queue of the workspace.
    QueueId
}
define_id! {
    /// A worker of the workspace.
    WorkerId
}
define_id! {
    /// A workflow of the workspace.
    WorkflowId
}
define_id! {
    /// One text of a workflow's configuration; an edited workflow has several.
    ConfigurationId
}
define_id! {
    /// An attributes document, of tasks or of workers.
    AttributesId
}

/// Everything that a workspace owns, names resolved and expressions compiled.
///
/// Source: TaskRouter Workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Whether workers may hold several reservations; single-tasking is TaskRouter's legacy mode.
    pub multi_task_enabled: bool,
    /// Where a worker goes who let a reservation time out.
    pub timeout_activity: ActivityId,
    /// Which group of queues is exhausted first by a worker who serves both.
    pub prioritize_queue_order: TaskOrder,
    /// The choices where TaskRouter's documents are silent.
    pub settings: Settings,
    /// In order of the file.
    pub activities: IdVec<ActivityId, Activity>,
    /// In order of the file.
    pub channels: IdVec<ChannelId, TaskChannel>,
    /// In order of the file.
    pub queues: IdVec<QueueId, TaskQueue>,
    /// In order of the file, which is the last tie-break among workers.
    pub workers: IdVec<WorkerId, Worker>,
    /// In order of the file.
    pub workflows: IdVec<WorkflowId, Workflow>,
    /// All configurations that are in force or may come into force.
    pub configurations: IdVec<ConfigurationId, Configuration>,
    /// All attributes documents that workers have or tasks bring.
    pub attributes: IdVec<AttributesId, Value>,
    /// The attribute paths that some expression reads.
    pub paths: Paths,
}

/// A worker is always in exactly one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// TaskRouter's identifier, `WA…`.
    pub sid: String,
    /// Unique in the workspace.
    pub friendly_name: String,
    /// Whether workers in it are offered tasks.
    pub available: bool,
}

/// A kind of work, with a capacity of its own in each worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskChannel {
    /// TaskRouter's identifier, `TC…`.
    pub sid: String,
    /// As expressions name it: `voice` in `worker.channel.voice.assigned_tasks`.
    pub unique_name: String,
    /// Whether workers are ordered by their last reservation on this channel (TR-177).
    pub channel_optimized_routing: bool,
}

/// In which order a queue's tasks are offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskOrder {
    /// Highest priority first, then the oldest.
    #[default]
    Fifo,
    /// The newest first, whatever its priority.
    Lifo,
}

/// Where tasks wait, and which workers serve them.
#[derive(Clone, Debug)]
pub struct TaskQueue {
    /// TaskRouter's identifier, `WQ…`.
    pub sid: String,
    /// Unique in the workspace.
    pub friendly_name: String,
    /// Which workers are members; `None`, an empty expression, means nobody (TR-145).
    pub target_workers: Option<Compiled>,
    /// To how many workers a task is offered at once, 1 to 50.
    pub max_reserved_workers: usize,
    /// In which order its tasks are offered.
    pub task_order: TaskOrder,
    /// Where a reserved worker goes; single-tasking only.
    pub reservation_activity: Option<ActivityId>,
    /// Where a worker goes who accepted; single-tasking only.
    pub assignment_activity: Option<ActivityId>,
}

/// Somebody who takes tasks.
#[derive(Clone, Debug)]
pub struct Worker {
    /// TaskRouter's identifier, `WK…`.
    pub sid: String,
    /// Unique in the workspace.
    pub friendly_name: String,
    /// What expressions read.
    pub attributes: AttributesId,
    /// The activity at the start.
    pub activity: ActivityId,
    /// One for each task channel.
    pub channels: IdVec<ChannelId, WorkerChannel>,
}

/// A worker's side of a task channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerChannel {
    /// How many reservations the worker may hold here; 0 means no new ones.
    pub capacity: u32,
    /// Whether the worker is offered tasks here.
    pub available: bool,
}

/// Decides which queue a task waits in, and when it moves on.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// TaskRouter's identifier, `WW…`.
    pub sid: String,
    /// Unique in the workspace.
    pub friendly_name: String,
    /// How long a worker has to answer a reservation: 1 to 86,400 s.
    ///
    /// Source: TaskRouter Workflow, `TaskReservationTimeout`; 120 s where it is silent.
    pub task_reservation_timeout: Span,
    /// The text in force at the start.
    pub configuration: ConfigurationId,
}

/// The text of a workflow: filters in order, and where a task goes that none of them takes.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Tested top to bottom; the first that matches is taken.
    pub filters: Vec<Filter>,
    /// Without timeout; not used after one (TR-139).
    pub default_filter: Option<Target>,
}

/// Tasks that match `expression` walk through `targets`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// A label.
    pub friendly_name: String,
    /// On task attributes.
    pub expression: Compiled,
    /// At least one.
    pub targets: Vec<Target>,
}

/// One routing step: a queue, who of it, and for how long.
#[derive(Clone, Debug)]
pub struct Target {
    /// Inherited from the previous target where the text leaves it out.
    pub queue: QueueId,
    /// Which members of the queue; `None` means all.
    pub expression: Option<Split>,
    /// Overwrites the task's priority.
    pub priority: Option<u32>,
    /// How much longer than the previous targets' sum the task's age may grow here.
    pub timeout: Option<Span>,
    /// Which worker first; empty means the longest idle.
    pub order_by: Vec<OrderBy>,
    /// When to leave at once.
    pub skip_if: Option<Compiled>,
    /// The one worker who may have the task.
    pub known_worker: Option<KnownWorker>,
}

/// One clause of a target's `order_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// An integer attribute of workers.
    pub path: PathId,
    /// Greatest first.
    pub descending: bool,
}

/// A task attribute that names one worker (TR-142).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownWorker {
    /// The attribute holds a sid.
    Sid(PathId),
    /// The attribute holds a friendly name.
    FriendlyName(PathId),
}

impl KnownWorker {
    /// The attribute.
    pub(crate) const fn path(self) -> PathId {
        match self {
            Self::Sid(path) | Self::FriendlyName(path) => path,
        }
    }
}

/// The choices where TaskRouter's documents are silent or contradict themselves; the defaults are
/// the likeliest reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What makes a worker wait longest (OC-18).
    pub longest_idle: LongestIdle,
    /// How long a worker is not offered a task again that they just let go (OC-19).
    pub reoffer_gap: Span,
    /// What a failed offer does to the task's step (OC-13).
    pub on_reservation_failure: OnReservationFailure,
    /// Whether `skip_if` is tested again after a failed offer (OC-14).
    pub skip_if_after_failure: bool,
    /// From where deadlines count after a re-drive (OC-16).
    pub redrive_base: RedriveBase,
    /// Whether the timeout of a skipped target counts in later deadlines (OC-33).
    pub skipped_targets_count: bool,
    /// Whether a target whose deadline has passed gets one attempt (OC-12).
    pub immediate_attempt: bool,
    /// Whether a worker who goes unavailable rejects pending offers without saying so (OC-9).
    pub auto_reject_on_unavailable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            longest_idle: LongestIdle::LastReserved,
            reoffer_gap: Span::from_secs(1),
            on_reservation_failure: OnReservationFailure::Stay,
            skip_if_after_failure: true,
            redrive_base: RedriveBase::Created,
            skipped_targets_count: false,
            immediate_attempt: true,
            auto_reject_on_unavailable: false,
        }
    }
}

/// Since when a worker counts as idle (OC-18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LongestIdle {
    /// Since the last reservation was created.
    #[default]
    LastReserved,
    /// Since the last reservation was accepted.
    LastAccepted,
    /// Since the last task was completed.
    LastCompleted,
    /// Since a reservation last ended in any way, or the worker last came back.
    IdleSince,
}

/// What becomes of a task's step when an offer fails (OC-13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnReservationFailure {
    /// The task stays in the step until its deadline.
    #[default]
    Stay,
    /// The task moves on to the next step.
    Advance,
}

/// From where deadlines count after a re-drive (OC-16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedriveBase {
    /// From the creation of the task.
    #[default]
    Created,
    /// From the re-drive.
    Now,
}
