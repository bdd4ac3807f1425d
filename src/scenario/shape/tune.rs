//! What `trsim tune` chooses, and by what.

use super::{Choice, Key, Kind, Shape};

const RATE: Kind = Kind::Number { min: 0.0, max: 1e9, above: false };
const EXTENT: Kind = Kind::Either(&[
    Kind::Number { min: -1e15, max: 1e15, above: false },
    Kind::Duration { positive: false },
]);
/// What a decision may be set to.
const SETTING: Kind = Kind::Either(&[
    Kind::Bool,
    Kind::Number { min: -1e15, max: 1e15, above: false },
    Kind::Text,
    Kind::Attributes,
]);

pub(super) static TUNE: Shape = Shape {
    title: "tune",
    doc: "What `trsim tune` chooses, and by what.",
    keys: &[
        Key::new(
            "decisions",
            Kind::NonEmpty(&Kind::Table(&DECISION)),
            "What is chosen; every combination is a candidate, or, of more than 2,000, those that a \
             search picks. Reservation timeouts of workflows that share no worker are chosen one by \
             one. Absent: those of the workflows that the command line names, or of the only one.",
        ),
        Key::new(
            "cost",
            Kind::Table(&COST),
            "What is to be as small as possible: the sum of these, per task that comes of itself; \
             retries add cost, not tasks.",
        ),
        Key::new(
            "subject_to",
            Kind::List(&Kind::Name),
            "What has to hold: a metric of summary.csv, its scope in brackets, `<=` or `>=`, and a \
             number or duration, as in \"missed_rate[workflow:Support] <= 0.08\".",
        ),
        Key::new(
            "indifference",
            Kind::Number { min: 0.0, max: 1e9, above: true },
            "Costs per task that differ by no more are as good as equal.",
        )
        .default("0.25"),
        Key::new(
            "confidence",
            Kind::Number { min: 0.5, max: 0.9999, above: true },
            "How surely the statements about the choice hold.",
        )
        .default("0.95"),
        Key::new(
            "budget",
            Kind::Table(&BUDGET),
            "How much is simulated at most. Absent: 100,000 replications over all candidates, and \
             300 of each if they are many.",
        ),
    ],
    choices: &[],
};

static DECISION: Shape = Shape {
    title: "tune.decisions entry",
    doc: "One thing that is chosen: a range, or a list of values. What is in force is always among \
          the candidates.",
    keys: &[
        Key::new(
            "path",
            Kind::Name,
            "Where it stands, as with `--set`: \
             workspace.workflows[\"Support\"].task_reservation_timeout.",
        )
        .required(),
        Key::new("from", EXTENT, "The least value."),
        Key::new("to", EXTENT, "The greatest value."),
        Key::new("step", EXTENT, "From one value to the next: 1 s, or 1, if nothing is said."),
        Key::new("values", Kind::NonEmpty(&SETTING), "The values, in place of a range."),
    ],
    choices: &[Choice { sets: &[&["from", "to"], &["values"]], required: true }],
};

static COST: Shape = Shape {
    title: "tune.cost",
    doc: "What things cost, in any unit.",
    keys: &[
        Key::new(
            "waiting_second",
            RATE,
            "A second for which a task waits, whatever becomes of it.",
        )
        .default("1"),
        Key::new("abandoned", RATE, "A task whose customer gives up.").default("60"),
        Key::new("missed", RATE, "An offer that times out.").default("10"),
        Key::new(
            "unavailable_second",
            RATE,
            "A second for which a worker is out of line after a missed offer.",
        )
        .default("0"),
    ],
    choices: &[],
};

static BUDGET: Shape = Shape {
    title: "tune.budget",
    doc: "How much is simulated at most.",
    keys: &[Key::new(
        "replications",
        Kind::Integer { min: 1, max: 1_000_000_000 },
        "Replications over all candidates; the selection takes at most half of them, and a search \
         half before it. Sensitivity comes on top.",
    )
    .required()],
    choices: &[],
};
