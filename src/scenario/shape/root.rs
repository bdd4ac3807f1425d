//! The scenario file itself, and what counts as in time.

use super::dist::FACTORS;
use super::observed::OBSERVED;
use super::source::SOURCE;
use super::staff::{ASSIGN, BEHAVIOR, GROUP};
use super::tune::TUNE;
use super::workspace::WORKSPACE;
use super::{Choice, DURATION, Key, Kind, POSITIVE_DURATION, Shape};

/// The scenario file.
pub static ROOT: Shape = Shape {
    title: "scenario",
    doc: "A contact center on TaskRouter, its traffic, and how long to watch it.",
    keys: &[
        Key::new("schema", Kind::Integer { min: 1, max: 1 }, "The version of this file format.")
            .required(),
        Key::new("name", Kind::Name, "Names the scenario and its results folder.").required(),
        Key::new(
            "time_zone",
            Kind::Name,
            "The IANA time zone in which schedules are meant; daylight saving is handled.",
        )
        .default("\"UTC\""),
        Key::new("start", Kind::DateTime, "The civil time at which the run begins.")
            .default("2026-01-05T00:00:00"),
        Key::new(
            "horizon",
            Kind::Either(&[POSITIVE_DURATION, Kind::Table(&HORIZON)]),
            "When arrivals end.",
        )
        .required(),
        Key::new(
            "drain",
            Kind::Either(&[Kind::OneOf(&["until_empty"]), DURATION]),
            "What happens to work in hand after the horizon: it is finished, or the run goes on \
             for this long.",
        )
        .default("\"until_empty\""),
        Key::new("warm_up", DURATION, "Tasks created before this are not counted.")
            .default("\"0s\""),
        Key::new(
            "interval",
            POSITIVE_DURATION,
            "The length of a row of intervals.csv; absent: no such file.",
        ),
        Key::new(
            "replications",
            Kind::Integer { min: 1, max: 100_000_000 },
            "How many days like this are simulated.",
        )
        .default("20"),
        Key::new(
            "seed",
            Kind::Integer { min: 0, max: i64::MAX },
            "The root of all random draws; the same seed gives the same results.",
        )
        .default("1"),
        Key::new("service_level", Kind::Table(&SERVICE_LEVEL), "What counts as in time."),
        Key::new("workspace", Kind::Table(&WORKSPACE), "TaskRouter's side."),
        Key::new("workers", Kind::List(&Kind::Table(&GROUP)), "Groups of workers."),
        Key::new(
            "assign",
            Kind::List(&Kind::Table(&ASSIGN)),
            "What exported workers do and when: the first entry that matches a worker counts.",
        ),
        Key::new("behavior", Kind::MapOf(&Kind::Table(&BEHAVIOR)), "Behaviors by name."),
        Key::new(
            "busyness",
            Kind::MapOf(&Kind::Distribution(&FACTORS)),
            "Factors on arrival rates by name: one draw per replication, shared by the sources \
             that name it.",
        ),
        Key::new("source", Kind::MapOf(&Kind::Table(&SOURCE)), "Streams of tasks by name.")
            .required(),
        Key::new(
            "assert",
            Kind::List(&Kind::Condition),
            "Conditions on the results, each `metric[all]` or `metric[kind:name]` (a scope of \
             summary.csv) compared by <, <=, > or >= with a number, percentage or duration. The \
             estimate decides whether one holds, and whether its interval leaves that open is \
             said beside it; `run` ends with code 3 if one does not hold.",
        ),
        Key::new("tune", Kind::Table(&TUNE), "What `trsim tune` chooses, and by what."),
        Key::new(
            "observed",
            OBSERVED,
            "What was measured in reality, by `metric[all]` or `metric[kind:name]` in quotes, in \
             the unit of the metric; counts as of one replication. Under any other name: a \
             statistics answer of TaskRouter's, of which everything counts that is a metric here \
             (under `metric[…]` only that one). `periods` says how many replications long the \
             time is in which all of it was measured (absent: 1), so that `run` knows how much \
             chance there is in it.",
        ),
    ],
    choices: &[],
};

static HORIZON: Shape = Shape {
    title: "horizon",
    doc: "Arrivals end by number instead of by time.",
    keys: &[Key::new(
        "tasks",
        Kind::Integer { min: 1, max: 10_000_000_000 },
        "First attempts of all sources together; the horizon is 1 ms after the last.",
    )
    .required()],
    choices: &[] as &[Choice],
};

const THRESHOLD: Key = Key::new("threshold", DURATION, "A wait up to this is in time.");
const TARGET: Key = Key::new("target", Kind::Share, "The share that should be in time.");
const SHORT_ABANDON: Key = Key::new(
    "short_abandon",
    DURATION,
    "Whoever gives up within this does not count under the formula `offered`.",
);
const FORMULA: Key = Key::new(
    "formula",
    Kind::OneOf(&["created", "offered", "answered"]),
    "By what the tasks in time are divided: all that were created; those accepted or abandoned \
     after `short_abandon`; those accepted.",
);

static SERVICE_LEVEL: Shape = Shape {
    title: "service_level",
    doc: "What counts as in time.",
    keys: &[
        THRESHOLD.default("\"20s\"").taskrouter("split_by_wait_time"),
        TARGET.default("0.80"),
        SHORT_ABANDON.default("\"5s\""),
        FORMULA.default("\"created\""),
        Key::new(
            "channel",
            Kind::MapOf(&Kind::Table(&SERVICE_LEVEL_PART)),
            "What differs on a channel, by its unique name.",
        ),
        Key::new(
            "task_queue",
            Kind::MapOf(&Kind::Table(&SERVICE_LEVEL_PART)),
            "What differs in a queue, by its friendly name; goes before the channel's.",
        ),
    ],
    choices: &[],
};

static SERVICE_LEVEL_PART: Shape = Shape {
    title: "service_level of one channel or task_queue",
    doc: "What differs from the general service level; the rest is the same.",
    keys: &[THRESHOLD, TARGET, SHORT_ABANDON, FORMULA],
    choices: &[],
};
