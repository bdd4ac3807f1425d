//! The study file: a base scenario, what is varied, and how precisely.

use super::{Choice, Key, Kind, POSITIVE_DURATION, Shape};

const NUMBER: Kind = Kind::Number { min: -1e15, max: 1e15, above: false };
const ABOVE_ZERO: Kind = Kind::Number { min: 0.0, max: 1e15, above: true };
const REPLICATIONS: Kind = Kind::Integer { min: 1, max: 100_000_000 };

/// The study file.
pub static STUDY: Shape = Shape {
    title: "study",
    doc: "What `trsim batch` compares: a file of its own beside the scenario. Every combination \
          of the values of all axes is a cell, and so is every case; all cells share their random \
          draws.",
    keys: &[
        Key::new("base", Kind::Name, "The scenario file that is varied, relative to this file.")
            .required(),
        Key::new(
            "name",
            Kind::Name,
            "Names the results folder; absent: the name of this file without its ending.",
        ),
        Key::new(
            "axes",
            Kind::MapOf(&Kind::Either(&[Kind::NonEmpty(&Kind::Any), Kind::Table(&RANGE)])),
            "What is varied, by its path in the scenario as `--set` takes it, in quotes: a list \
             of values, or a range.",
        ),
        Key::new("case", Kind::List(&Kind::Table(&CASE)), "Further cells, beside those of axes."),
        Key::new(
            "baseline",
            Kind::Either(&[Kind::MapOf(&Kind::Any), Kind::Name]),
            "The cell that others are compared with: one value of each axis, or the name of a \
             cell. Absent: the base as it is, which is then a cell of its own.",
        ),
        Key::new(
            "replications",
            REPLICATIONS,
            "How many for each cell, instead of the base's number; with `stop_when`, at least.",
        ),
        Key::new(
            "stop_when",
            Kind::List(&Kind::Table(&STOP)),
            "Each cell is simulated until all of these are precise enough; looked at after 20, \
             40, 80, … replications.",
        ),
        Key::new(
            "max_replications",
            REPLICATIONS,
            "With `stop_when`: where a cell stops in any case.",
        )
        .default("10000"),
        Key::new(
            "sampling",
            Kind::OneOf(&["independent", "stratified", "antithetic"]),
            "How replications depend on each other. `stratified`: in each 20 of them every twentieth \
             of the distribution of a busyness comes once; intervals are made of blocks of 20. \
             `antithetic`: pairs, one busy where the other is calm; intervals are made of pairs.",
        )
        .default("\"independent\""),
        Key::new(
            "control_variate",
            Kind::Bool,
            "Whether means, and shares of the tasks created, are corrected by how many tasks came, \
             whose mean is known. Not where tasks come again, nor with a horizon in tasks.",
        )
        .default("false"),
        Key::new("tune", Kind::Refused("not supported in a study"), "What `tune` chooses."),
    ],
    choices: &[] as &[Choice],
};

const END: Kind = Kind::Either(&[Kind::Duration { positive: false }, NUMBER]);

static RANGE: Shape = Shape {
    title: "axes.<path>",
    doc: "Values at equal distances, ends included.",
    keys: &[
        Key::new("from", END, "The first value.").required(),
        Key::new("to", END, "No value is greater.").required(),
        Key::new("step", Kind::Either(&[POSITIVE_DURATION, ABOVE_ZERO]), "From one to the next.")
            .required(),
    ],
    choices: &[],
};

static CASE: Shape = Shape {
    title: "case",
    doc: "A cell by name: the base with some changes.",
    keys: &[
        Key::new("name", Kind::Name, "Names the cell.").required(),
        Key::new(
            "set",
            Kind::MapOf(&Kind::Any),
            "What is changed in the base, by path as in `axes`; files are relative to the base.",
        )
        .required(),
    ],
    choices: &[],
};

static STOP: Shape = Shape {
    title: "stop_when",
    doc: "How precise a metric is to be: half the width of its 95 % interval.",
    keys: &[
        Key::new("metric", Kind::Name, "As summary.csv names it.").required(),
        Key::new("scope", Kind::Name, "`all`, or kind and name as in `workflow:Support`.")
            .default("\"all\""),
        Key::new(
            "half_width",
            Kind::Either(&[ABOVE_ZERO, Kind::Name]),
            "At most this, in the metric's unit: a number, a percentage or a duration.",
        ),
        Key::new("relative", ABOVE_ZERO, "At most this share of the estimate."),
    ],
    choices: &[Choice { sets: &[&["half_width"], &["relative"]], required: true }],
};
