//! Streams of tasks.

use super::dist::TIME;
use super::staff::DAYS;
use super::{Choice, Key, Kind, POSITIVE_DURATION, PRIORITY, Shape};

/// A stream of tasks.
pub(super) static SOURCE: Shape = Shape {
    title: "source.<name>",
    doc: "One stream of tasks.",
    keys: &[
        Key::new(
            "workflow",
            Kind::Name,
            "The workflow that routes its tasks, by name or sid; absent: the only one.",
        )
        .taskrouter("workflow_sid"),
        Key::new(
            "routing_target",
            Kind::Either(&[Kind::Name, Kind::Table(&ROUTING_TARGET)]),
            "A worker, queue or workflow that its tasks are sent to directly, by name or sid.",
        )
        .taskrouter("routing_target"),
        Key::new("channel", Kind::Name, "The task channel.")
            .default("\"default\"")
            .taskrouter("task_channel"),
        Key::new("attributes", Kind::Attributes, "What its tasks bring; expressions read it.")
            .default("{}")
            .taskrouter("attributes"),
        Key::new(
            "mix",
            Kind::List(&Kind::Table(&VARIANT)),
            "Kinds of tasks by their shares; what differs from `attributes` and `priority`.",
        ),
        Key::new("priority", PRIORITY, "The priority at creation.")
            .default("0")
            .taskrouter("priority"),
        Key::new(
            "arrivals",
            Kind::Either(&[
                Kind::Table(&CONSTANT),
                Kind::Table(&COUNTS),
                Kind::Table(&FILE),
                Kind::Table(&TRACE),
            ]),
            "When tasks come.",
        )
        .required(),
        Key::new("busyness", Kind::Name, "The factor on all its rates, by name."),
        Key::new("open", Kind::Table(&OPEN), "When tasks can come; absent: always."),
        Key::new(
            "at_close",
            Kind::OneOf(&["finish", "cancel", "carry"]),
            "What becomes of waiting tasks at closing time.",
        )
        .default("\"finish\""),
        Key::new(
            "patience",
            Kind::Either(&[TIME, Kind::Table(&PATIENCE_FROM)]),
            "From creation to giving up, ringing included; absent: nobody gives up.",
        ),
        Key::new("silent", Kind::Share, "The share of those who leave without a signal.")
            .default("0.0"),
        Key::new("balk", Kind::Share, "The share who leave at once if not offered at once.")
            .default("0.0"),
        Key::new("talk", TIME, "From acceptance to the end of the talk."),
        Key::new(
            "aht",
            TIME,
            "Talk and wrap-up together, instead of `talk`: what `wrap_up` leaves of its mean is \
             talk.",
        ),
        Key::new("wrap_up", TIME, "From the end of the talk to completion.").default("\"0s\""),
        Key::new(
            "handle",
            Kind::Refused(
                "`talk` is the time to the end of the talk; `aht` is talk and wrap-up together",
            ),
            "See `talk` and `aht`.",
        ),
        Key::new("retry", Kind::Table(&RETRY), "Who of those that gave up comes back."),
        Key::new(
            "timeout",
            Kind::Seconds { min: 1, max: 1_209_600 },
            "How long a task may wait for its first acceptance.",
        )
        .default("\"24h\"")
        .taskrouter("timeout"),
        Key::new("talk_by_group", Kind::MapOf(&TIME), "Talk where it differs by worker group."),
        Key::new(
            "wrap_up_by_group",
            Kind::MapOf(&TIME),
            "Wrap-up where it differs by worker group.",
        ),
        Key::new("talk_by_interval", Kind::Table(&BY_INTERVAL), "Talk by interval of arrival."),
        Key::new(
            "wrap_up_by_interval",
            Kind::Table(&BY_INTERVAL),
            "Wrap-up by interval of arrival.",
        ),
        Key::new(
            "patience_by_interval",
            Kind::Table(&BY_INTERVAL),
            "Patience by interval of arrival.",
        ),
    ],
    choices: &[Choice { sets: &[&["talk"], &["aht"]], required: true }],
};

static ROUTING_TARGET: Shape = Shape {
    title: "source.<name>.routing_target",
    doc: "Where tasks are sent directly.",
    keys: &[
        Key::new("worker", Kind::Name, "A worker, by name or sid."),
        Key::new("ignore_capacity", Kind::Bool, "Whether the worker is offered them at any time.")
            .default("true")
            .taskrouter("ignore_capacity"),
        Key::new("task_queue", Kind::Name, "A queue, by name or sid: no filter is asked."),
        Key::new("workflow", Kind::Name, "A workflow, by name or sid."),
    ],
    choices: &[Choice { sets: &[&["worker"], &["task_queue"], &["workflow"]], required: true }],
};

static VARIANT: Shape = Shape {
    title: "source.<name>.mix[]",
    doc: "One kind of task of a source.",
    keys: &[
        Key::new("p", Kind::Share, "Its share; all of a source add up to 1.").required(),
        Key::new("set", Kind::Attributes, "Attributes that are added or replaced.").default("{}"),
        Key::new("priority", PRIORITY, "The priority, if it differs.").taskrouter("priority"),
    ],
    choices: &[],
};

static CONSTANT: Shape = Shape {
    title: "arrivals, constant",
    doc: "A Poisson process of constant rate.",
    keys: &[Key::new(
        "per_hour",
        Kind::Number { min: 0.0, max: 1e9, above: true },
        "Tasks per hour on average.",
    )
    .required()
    .unit("tasks per hour")],
    choices: &[],
};

static COUNTS: Shape = Shape {
    title: "arrivals, table",
    doc: "A Poisson process by intervals of the day; repeats every day.",
    keys: &[
        Key::new("per", POSITIVE_DURATION, "The length of an interval.").required(),
        DAYS,
        Key::new("from", Kind::TimeOfDay, "When the first interval begins.").default("\"00:00\""),
        Key::new(
            "counts",
            Kind::NonEmpty(&Kind::Number { min: 0.0, max: 1e9, above: false }),
            "The expected number of tasks in each interval.",
        )
        .required()
        .unit("tasks"),
    ],
    choices: &[],
};

static FILE: Shape = Shape {
    title: "arrivals, file",
    doc: "A Poisson process by intervals of dates, from a CSV file.",
    keys: &[
        Key::new("file", Kind::Name, "The CSV file.").required(),
        Key::new(
            "time",
            Kind::Either(&[Kind::Name, Kind::NonEmpty(&Kind::Name)]),
            "The column with the beginning of each interval; or two, a date and a time of day or \
             an interval: [\"date\", \"interval\"].",
        )
        .default("\"interval_start\""),
        Key::new("count", Kind::Name, "The column with the number of tasks.").required(),
        Key::new(
            "where",
            Kind::MapOf(&Kind::Text),
            "Only rows that have these values in these columns.",
        ),
        Key::new("dates", Kind::Dates, "Only these dates, both included."),
        Key::new(
            "per",
            POSITIVE_DURATION,
            "The length of an interval; absent: the shortest time between two of them.",
        ),
    ],
    choices: &[],
};

static TRACE: Shape = Shape {
    title: "arrivals, trace",
    doc: "Exactly these tasks, from a CSV file.",
    keys: &[
        Key::new("trace", Kind::Name, "The CSV file.").required(),
        Key::new("columns", Kind::Table(&COLUMNS), "Columns that are called otherwise."),
    ],
    choices: &[],
};

static COLUMNS: Shape = Shape {
    title: "arrivals, trace, columns",
    doc: "How the columns of a trace are called; other columns are ignored.",
    keys: &[
        Key::new("arrival_ms", Kind::Name, "Milliseconds from the start of the run to creation.")
            .default("\"arrival_ms\""),
        Key::new("talk_ms", Kind::Name, "The talk in milliseconds.").default("\"talk_ms\""),
        Key::new("wrap_up_ms", Kind::Name, "The wrap-up in milliseconds.")
            .default("\"wrap_up_ms\""),
        Key::new("patience_ms", Kind::Name, "The patience in milliseconds.")
            .default("\"patience_ms\""),
        Key::new("priority", Kind::Name, "The priority.").default("\"priority\""),
        Key::new("attributes", Kind::Name, "The attributes as JSON.").default("\"attributes\""),
    ],
    choices: &[],
};

static OPEN: Shape = Shape {
    title: "open",
    doc: "When tasks can come.",
    keys: &[
        DAYS,
        Key::new("from", Kind::TimeOfDay, "Opening time.").required(),
        Key::new("to", Kind::TimeOfDay, "Closing time; before `from`: on the next day.").required(),
    ],
    choices: &[],
};

static PATIENCE_FROM: Shape = Shape {
    title: "patience, estimated",
    doc: "Exponential patience from what was measured.",
    keys: &[Key::new("from", Kind::Table(&MEASURED), "What was measured.").required()],
    choices: &[],
};

static MEASURED: Shape = Shape {
    title: "patience.from",
    doc: "The mean of patience is about the mean wait divided by the share that gave up.",
    keys: &[
        Key::new("abandonment", Kind::Share, "The share that gave up.").required(),
        Key::new("wait_mean", POSITIVE_DURATION, "The mean wait of all.").required(),
    ],
    choices: &[],
};

static RETRY: Shape = Shape {
    title: "retry",
    doc: "Who of those that gave up comes back.",
    keys: &[
        Key::new("p", Kind::Share, "Their share.").required(),
        Key::new("after", TIME, "From giving up to the next attempt.").required(),
        Key::new("max", Kind::Integer { min: 1, max: 1000 }, "How often at most.")
            .required()
            .unit("attempts"),
    ],
    choices: &[],
};

static BY_INTERVAL: Shape = Shape {
    title: "by_interval",
    doc: "What differs by interval of arrival, counted from the start of the run.",
    keys: &[
        Key::new("per", POSITIVE_DURATION, "The length of an interval.").required(),
        Key::new("values", Kind::NonEmpty(&TIME), "One for each interval; the last one holds on.")
            .required(),
    ],
    choices: &[],
};
