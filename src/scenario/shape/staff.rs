//! Workers: who is there when, and what they do with an offer.

use super::dist::{FACTORS, TIME};
use super::workspace::CAPACITY;
use super::{COUNT, Choice, DURATION, Key, Kind, POSITIVE_DURATION, Shape};

const BEHAVIOR_NAME: Key = Key::new(
    "behavior",
    Kind::Name,
    "What its workers do with an offer, by name; absent: they accept at once, always.",
);
const SPEED: Key = Key::new(
    "speed",
    Kind::Distribution(&FACTORS),
    "A personal factor on talk and wrap-up times, drawn once per worker.",
)
.default("1.0");
const CHANNELS: Key = Key::new(
    "channels",
    Kind::MapOf(&CAPACITY),
    "Capacity per task channel; absent: 1 on each channel in use.",
)
.unit("tasks")
.taskrouter("configured_capacity");
const SHIFT_KEY: Key =
    Key::new("shift", Kind::Table(&SHIFT), "When its workers are there; absent: always.");
const STAFFING_KEY: Key = Key::new(
    "staffing",
    Kind::Table(&STAFFING),
    "How many of its workers are there when; not together with `shift`.",
);
const AFTER_SHIFT: Key = Key::new(
    "after_shift",
    Kind::OneOf(&["finish", "reject_offers"]),
    "What becomes of a ringing offer when a worker is due to go: it is answered first, or \
     rejected.",
)
.default("\"finish\"");
const SHIFT_OR_STAFFING: &[Choice] =
    &[Choice { sets: &[&["shift"], &["staffing"]], required: false }];

/// A group of workers.
pub(super) static GROUP: Shape = Shape {
    title: "workers[]",
    doc: "A group of workers who are planned and reported together.",
    keys: &[
        Key::new("group", Kind::Name, "The name; workers are named after it: day-1, day-2, …")
            .required(),
        Key::new(
            "count",
            COUNT,
            "How many; absent: the largest entry of `staffing`, or 1 without it.",
        )
        .unit("workers"),
        Key::new("attributes", Kind::Attributes, "What expressions read.")
            .default("{}")
            .taskrouter("attributes"),
        CHANNELS,
        BEHAVIOR_NAME,
        SPEED,
        SHIFT_KEY,
        STAFFING_KEY,
        AFTER_SHIFT,
        Key::new("start_activity", Kind::Name, "The activity in which a shift begins.")
            .default("\"Available\""),
    ],
    choices: SHIFT_OR_STAFFING,
};

/// What exported workers do.
pub(super) static ASSIGN: Shape = Shape {
    title: "assign[]",
    doc: "Puts exported workers into a group.",
    keys: &[
        Key::new("workers", Kind::Expression, "Which exported workers.").required(),
        Key::new("group", Kind::Name, "The group they are reported in.").required(),
        CHANNELS,
        BEHAVIOR_NAME,
        SPEED,
        SHIFT_KEY,
        STAFFING_KEY,
        AFTER_SHIFT,
        Key::new(
            "start_activity",
            Kind::Name,
            "The activity in which a shift begins; `exported` keeps the exported one.",
        )
        .default("\"Available\""),
    ],
    choices: SHIFT_OR_STAFFING,
};

/// The days on which something repeats.
pub(super) const DAYS: Key =
    Key::new("days", Kind::Days, "On which days of the week.").default("\"daily\"");

static SHIFT: Shape = Shape {
    title: "shift",
    doc: "When all workers of a group are there.",
    keys: &[
        DAYS,
        Key::new("start", Kind::TimeOfDay, "When it begins.").required(),
        Key::new("end", Kind::TimeOfDay, "When it ends; before `start`: on the next day.")
            .required(),
        Key::new("breaks", Kind::List(&Kind::Table(&BREAK)), "Breaks, in order.").default("[]"),
    ],
    choices: &[],
};

static BREAK: Shape = Shape {
    title: "shift.breaks[]",
    doc: "No new offers from `at`; the break begins when the work in hand ends.",
    keys: &[
        Key::new("at", Kind::TimeOfDay, "When it is due.").required(),
        Key::new("for", POSITIVE_DURATION, "How long it lasts.").required(),
    ],
    choices: &[],
};

static STAFFING: Shape = Shape {
    title: "staffing",
    doc: "How many workers are there, interval by interval; repeats every day.",
    keys: &[
        Key::new("per", POSITIVE_DURATION, "The length of an interval.").required(),
        DAYS,
        Key::new("from", Kind::TimeOfDay, "When the first interval begins.").default("\"00:00\""),
        Key::new("counts", Kind::NonEmpty(&COUNT), "How many workers in each interval.")
            .required()
            .unit("workers"),
    ],
    choices: &[],
};

/// What a worker does with an offer.
pub(super) static BEHAVIOR: Shape = Shape {
    title: "behavior.<name>",
    doc: "What a worker does with an offer.",
    keys: &[
        Key::new(
            "response",
            TIME,
            "The time to answer; beyond the reservation timeout it is a miss.",
        )
        .default("\"0s\""),
        Key::new("reject", Kind::Table(&REJECT), "Offers that are rejected."),
        Key::new("miss", Kind::Share, "The share of offers that are never answered.")
            .default("0.0"),
        Key::new("away", Kind::Table(&AWAY), "Absences that nobody is told of."),
        Key::new(
            "recovery",
            Kind::Either(&[
                TIME,
                Kind::OneOf(&["never"]),
                Kind::Table(&AUTO),
                Kind::Table(&UNNOTICED),
            ]),
            "From the timeout activity back to an available one.",
        )
        .default("{ dist = \"exponential\", mean = \"75s\" }"),
        Key::new("connect", Kind::Table(&CONNECT), "The set-up phase after accepting."),
        Key::new("other_work", Kind::Table(&OTHER_WORK), "Work that TaskRouter does not bring."),
        Key::new(
            "slowdown_per_extra",
            Kind::Share,
            "The share of the talk rate lost for each further task at once.",
        )
        .default("0.0"),
        Key::new(
            "alternatives",
            Kind::List(&Kind::Table(&ALTERNATIVE)),
            "Other answers that what was measured does not rule out, as `trsim fit` writes them; \
             `tune` says whether its recommendation would change with them.",
        ),
        Key::new(
            "supported_to",
            POSITIVE_DURATION,
            "The longest reservation timeout about which what was measured says something; `tune` \
             calls longer ones extrapolated.",
        ),
        Key::new("auto_accept", Kind::Bool, "Whether the client accepts offers by itself.")
            .default("false"),
    ],
    choices: &[],
};

static ALTERNATIVE: Shape = Shape {
    title: "alternatives[]",
    doc: "Another time to answer and share missed; the rest of the behavior is the same.",
    keys: &[
        Key::new("name", Kind::Name, "Behaviors with alternatives of one name change together.")
            .required(),
        Key::new("response", TIME, "The time to answer.").required(),
        Key::new("miss", Kind::Share, "The share of offers that are never answered.").required(),
    ],
    choices: &[],
};

static REJECT: Shape = Shape {
    title: "reject",
    doc: "Offers that are rejected.",
    keys: &[
        Key::new("p", Kind::Share, "Their share; with `miss` at most 1.").required(),
        Key::new("after", TIME, "The time to reject.").default("\"0s\""),
    ],
    choices: &[],
};

static AWAY: Shape = Shape {
    title: "away",
    doc: "A hidden timeline: there, away, there, …",
    keys: &[
        Key::new("every", TIME, "How long the worker is there.").required(),
        Key::new("lasts", TIME, "How long the worker is away.").required(),
    ],
    choices: &[],
};

static AUTO: Shape = Shape {
    title: "recovery, automatic",
    doc: "The client puts the worker back.",
    keys: &[Key::new("auto", DURATION, "After this time.").required()],
    choices: &[],
};

static UNNOTICED: Shape = Shape {
    title: "recovery, sometimes unnoticed",
    doc: "Some misses are only noticed at the next break.",
    keys: &[
        Key::new("p_unnoticed", Kind::Share, "The share of misses that go unnoticed.").required(),
        Key::new("until", Kind::OneOf(&["next_break"]), "Until when.").default("\"next_break\""),
        Key::new(
            "otherwise",
            Kind::Either(&[TIME, Kind::OneOf(&["never"]), Kind::Table(&AUTO)]),
            "The recovery of the others.",
        )
        .required(),
    ],
    choices: &[],
};

static CONNECT: Shape = Shape {
    title: "connect",
    doc: "The set-up phase after accepting is requested; the reservation timeout is suspended.",
    keys: &[
        Key::new("time", TIME, "How long it takes.").default("\"0s\""),
        Key::new("fail", Kind::Share, "How often it fails.").default("0.0"),
    ],
    choices: &[],
};

static OTHER_WORK: Shape = Shape {
    title: "other_work",
    doc: "Outbound calls, transfers: busy, and not offerable.",
    keys: &[
        Key::new(
            "share",
            Kind::Number { min: 0.0, max: 0.99, above: false },
            "The share of a worker's time.",
        )
        .required(),
        Key::new("lasts", TIME, "How long one piece takes.").required(),
    ],
    choices: &[],
};
