//! TaskRouter's side: the workspace and its resources, with TaskRouter's names.

use super::{DURATION, Key, Kind, Shape};

const ORDER: Kind = Kind::OneOf(&["FIFO", "LIFO"]);
/// Of an exported resource: when two files hold it, it is recognised by this.
const SID: Key = Key::new(
    "sid",
    Kind::Name,
    "TaskRouter's identifier; derived from the seed and the name if absent.",
)
.taskrouter("sid");
const FRIENDLY_NAME: Key =
    Key::new("friendly_name", Kind::Name, "The name, unique in the workspace.")
        .taskrouter("friendly_name");

/// The workspace.
pub(crate) static WORKSPACE: Shape = Shape {
    title: "workspace",
    doc: "TaskRouter's side. Any of it may come from TaskRouter's own JSON.",
    keys: &[
        Key::new(
            "file",
            Kind::Files,
            "An exported Workspace resource; what the scenario says itself goes before it.",
        ),
        SID,
        FRIENDLY_NAME,
        Key::new(
            "multi_task_enabled",
            Kind::Bool,
            "Whether workers may hold several reservations; `false` is the legacy mode.",
        )
        .default("true")
        .taskrouter("multi_task_enabled"),
        Key::new(
            "timeout_activity",
            Kind::Name,
            "Where a worker goes who let a reservation time out: an activity's name or sid.",
        )
        .default("\"Offline\"")
        .taskrouter("timeout_activity_name"),
        Key::new("timeout_activity_name", Kind::Text, "The same, as exported.")
            .taskrouter("timeout_activity_name"),
        Key::new("timeout_activity_sid", Kind::Text, "The same, as exported.")
            .taskrouter("timeout_activity_sid"),
        Key::new("default_activity_name", Kind::Text, "The activity of new workers, as exported.")
            .taskrouter("default_activity_name"),
        Key::new("default_activity_sid", Kind::Text, "The same by sid.")
            .taskrouter("default_activity_sid"),
        Key::new(
            "prioritize_queue_order",
            ORDER,
            "Which queues a worker who serves both kinds empties first.",
        )
        .default("\"FIFO\"")
        .taskrouter("prioritize_queue_order"),
        Key::new("activities", Kind::Resources(&ACTIVITY), "The activities of workers.").default(
            "[{ friendly_name = \"Offline\", available = false }, \
             { friendly_name = \"Available\", available = true }]",
        ),
        Key::new(
            "task_channels",
            Kind::Resources(&TASK_CHANNEL),
            "The task channels; those that sources use need not be listed.",
        ),
        Key::new("task_queues", Kind::Resources(&TASK_QUEUE), "The task queues."),
        Key::new(
            "workers",
            Kind::Resources(&WORKER),
            "Workers one by one, as exported; groups are in `workers` at the top.",
        ),
        Key::new("workflows", Kind::Resources(&WORKFLOW), "The workflows."),
        Key::new(
            "settings",
            Kind::Table(&SETTINGS),
            "The choices where TaskRouter's documents are silent.",
        ),
    ],
    choices: &[],
};

static SETTINGS: Shape = Shape {
    title: "workspace.settings",
    doc: "The choices where TaskRouter's documents are silent; the codes are those of the \
          semantics page.",
    keys: &[
        Key::new(
            "longest_idle",
            Kind::OneOf(&["last_reserved", "last_accepted", "last_completed", "idle_since"]),
            "Since when a worker counts as idle (OC-18).",
        )
        .default("\"last_reserved\""),
        Key::new(
            "reoffer_gap",
            DURATION,
            "How long a task is not offered again to the worker who let it go (OC-19).",
        )
        .default("\"1s\""),
        Key::new(
            "on_reservation_failure",
            Kind::OneOf(&["stay", "advance"]),
            "Whether the task stays in its workflow step after a failed offer (OC-13).",
        )
        .default("\"stay\""),
        Key::new(
            "skip_if_after_failure",
            Kind::Bool,
            "Whether `skip_if` is evaluated again after a failed offer (OC-14).",
        )
        .default("true"),
        Key::new(
            "redrive_base",
            Kind::OneOf(&["created", "now"]),
            "From when the deadlines of a task that is routed anew count (OC-16).",
        )
        .default("\"created\""),
        Key::new(
            "skipped_targets_count",
            Kind::Bool,
            "Whether the timeout of a skipped step counts in later deadlines (OC-33).",
        )
        .default("false"),
        Key::new(
            "immediate_attempt",
            Kind::Bool,
            "Whether a step whose deadline has passed is tried once (OC-12).",
        )
        .default("true"),
        Key::new(
            "auto_reject_on_unavailable",
            Kind::Bool,
            "Whether going unavailable rejects pending reservations (OC-9).",
        )
        .default("false"),
    ],
    choices: &[],
};

/// See its `doc`.
pub(crate) static ACTIVITY: Shape = Shape {
    title: "workspace.activities[]",
    doc: "A state of workers.",
    keys: &[
        SID,
        FRIENDLY_NAME.required(),
        Key::new("available", Kind::Bool, "Whether workers in it are offered tasks.")
            .default("false")
            .taskrouter("available"),
    ],
    choices: &[],
};

/// See its `doc`.
pub(crate) static TASK_CHANNEL: Shape = Shape {
    title: "workspace.task_channels[]",
    doc: "A kind of work, with a capacity of its own in each worker.",
    keys: &[
        SID,
        Key::new("friendly_name", Kind::Text, "A label.").taskrouter("friendly_name"),
        Key::new("unique_name", Kind::Name, "As sources and expressions name it.")
            .required()
            .taskrouter("unique_name"),
        Key::new(
            "channel_optimized_routing",
            Kind::Bool,
            "Whether workers are ordered by their last reservation on this channel.",
        )
        .default("false")
        .taskrouter("channel_optimized_routing"),
    ],
    choices: &[],
};

/// See its `doc`.
pub(crate) static TASK_QUEUE: Shape = Shape {
    title: "workspace.task_queues[]",
    doc: "Where tasks wait, and which workers serve them.",
    keys: &[
        SID,
        FRIENDLY_NAME.required(),
        Key::new("target_workers", Kind::Expression, "Which workers serve the queue.")
            .default("\"1==1\"")
            .taskrouter("target_workers"),
        Key::new(
            "max_reserved_workers",
            Kind::Integer { min: 1, max: 50 },
            "To how many workers a task is offered at once.",
        )
        .default("1")
        .taskrouter("max_reserved_workers"),
        Key::new("task_order", ORDER, "In which order its tasks are offered.")
            .default("\"FIFO\"")
            .taskrouter("task_order"),
        Key::new(
            "reservation_activity",
            Kind::Name,
            "Where a reserved worker goes, by name or sid; only if workers hold one reservation \
             at a time.",
        )
        .taskrouter("reservation_activity_name"),
        Key::new("reservation_activity_name", Kind::Text, "The same, as exported.")
            .taskrouter("reservation_activity_name"),
        Key::new("reservation_activity_sid", Kind::Text, "The same by sid.")
            .taskrouter("reservation_activity_sid"),
        Key::new(
            "assignment_activity",
            Kind::Name,
            "Where a worker goes who accepted, by name or sid; only if workers hold one \
             reservation at a time.",
        )
        .taskrouter("assignment_activity_name"),
        Key::new("assignment_activity_name", Kind::Text, "The same, as exported.")
            .taskrouter("assignment_activity_name"),
        Key::new("assignment_activity_sid", Kind::Text, "The same by sid.")
            .taskrouter("assignment_activity_sid"),
    ],
    choices: &[],
};

/// See its `doc`.
pub(crate) static WORKER: Shape = Shape {
    title: "workspace.workers[]",
    doc: "One worker.",
    keys: &[
        SID,
        FRIENDLY_NAME.required(),
        Key::new("attributes", Kind::Attributes, "What expressions read.")
            .default("{}")
            .taskrouter("attributes"),
        Key::new("activity_name", Kind::Text, "The exported activity; see `start_activity`.")
            .taskrouter("activity_name"),
        Key::new("activity_sid", Kind::Text, "The same by sid.").taskrouter("activity_sid"),
        Key::new("available", Kind::Bool, "As exported.").taskrouter("available"),
        Key::new(
            "channels",
            Kind::Either(&[Kind::MapOf(&CAPACITY), Kind::List(&Kind::Table(&WORKER_CHANNEL))]),
            "Capacity per task channel; as exported, a list of worker channels.",
        )
        .taskrouter("configured_capacity"),
    ],
    choices: &[],
};

/// How many reservations a worker may hold on a channel.
pub(super) const CAPACITY: Kind = Kind::Integer { min: 0, max: 10_000 };

/// See its `doc`.
pub(crate) static WORKER_CHANNEL: Shape = Shape {
    title: "workspace.workers[].channels[]",
    doc: "A worker's side of a task channel, as exported.",
    keys: &[
        SID,
        Key::new("worker_sid", Kind::Text, "Whose it is.").taskrouter("worker_sid"),
        Key::new("task_channel_sid", Kind::Text, "Which channel, by sid.")
            .taskrouter("task_channel_sid"),
        Key::new("task_channel_unique_name", Kind::Name, "Which channel.")
            .required()
            .taskrouter("task_channel_unique_name"),
        Key::new("configured_capacity", CAPACITY, "How many reservations at once.")
            .default("1")
            .taskrouter("configured_capacity"),
        Key::new("available", Kind::Bool, "Whether the worker is offered tasks on it.")
            .default("true")
            .taskrouter("available"),
    ],
    choices: &[],
};

/// See its `doc`.
pub(crate) static WORKFLOW: Shape = Shape {
    title: "workspace.workflows[]",
    doc: "Decides which queue a task waits in, and when it moves on.",
    keys: &[
        SID,
        FRIENDLY_NAME.required(),
        Key::new(
            "task_reservation_timeout",
            Kind::Seconds { min: 1, max: 86_400 },
            "How long a worker has to answer a reservation.",
        )
        .default("120")
        .taskrouter("task_reservation_timeout"),
        Key::new(
            "configuration",
            Kind::Configuration,
            "The filters and targets; queues by sid or friendly name.",
        )
        .required()
        .taskrouter("configuration"),
        Key::new("assignment_latency", DURATION, "The time before an offer rings.")
            .default("\"0s\""),
    ],
    choices: &[],
};
