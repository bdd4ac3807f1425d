//! What was measured in reality.

use super::{Choice, Key, Kind, Shape};

/// What `[observed]` may hold under each of its names.
pub(super) const OBSERVED: Kind = Kind::MapOf(&Kind::Either(&[
    Kind::Number { min: 0.0, max: 1e15, above: false },
    Kind::Text,
    Kind::Table(&STATISTICS),
]));

static STATISTICS: Shape = Shape {
    title: "observed.<name>",
    doc: "A statistics answer of TaskRouter's.",
    keys: &[
        Key::new("file", Kind::Name, "The answer to a request for cumulative statistics, JSON.")
            .required()
            .taskrouter("CumulativeStatistics"),
        Key::new("workflow", Kind::Name, "The workflow that it is about, by friendly name."),
        Key::new("task_queue", Kind::Name, "The queue that it is about, by friendly name."),
        Key::new("channel", Kind::Name, "The channel by which it was filtered, by unique name."),
    ],
    choices: &[Choice { sets: &[&["workflow"], &["task_queue"], &["channel"]], required: false }],
};
