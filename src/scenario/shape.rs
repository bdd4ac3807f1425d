//! The grammar of the scenario file, as data: every table, every key, what it may hold, its
//! default, what it means, and TaskRouter's own name for it.
//!
//! The check of a file, the JSON Schema and the reference are all made from this one list. Start
//! reading at [`ROOT`].

mod check;
mod choose;
mod dist;
mod observed;
mod root;
mod source;
mod staff;
mod study;
mod tune;
mod value;
mod walk;
mod workspace;

pub use check::{check_shape, check_study};
pub use root::ROOT;
pub use study::STUDY;
pub use value::describe;
pub(crate) use walk::{child, default, element, keys};
pub(crate) use workspace::{
    ACTIVITY, TASK_CHANNEL, TASK_QUEUE, WORKER, WORKER_CHANNEL, WORKFLOW, WORKSPACE,
};

/// A table.
#[derive(Debug)]
pub struct Shape {
    /// What to call it, such as `source`.
    pub title: &'static str,
    /// What it is, one sentence.
    pub doc: &'static str,
    /// Its keys; there are no others.
    pub keys: &'static [Key],
    /// Sets of keys that exclude each other.
    pub choices: &'static [Choice],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it must be there.
    pub presence: Presence,
    /// What it means, one sentence.
    pub doc: &'static str,
    /// The unit of a bare number.
    pub unit: Option<&'static str>,
    /// TaskRouter's name, where it has one.
    pub taskrouter: Option<&'static str>,
}

/// Whether a key must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It need not, and then this holds, as it would be written.
    Default(&'static str),
    /// It need not, and then nothing of the kind happens.
    Optional,
}

/// Exactly one of some sets of keys is used, or none.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The sets; a set is used when one of its keys is there, and then all must be.
    pub sets: &'static [&'static [&'static str]],
    /// Whether one set must be used.
    pub required: bool,
}

/// What a key may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// Any text.
    Text,
    /// Text that is not empty.
    Name,
    /// An expression of TaskRouter's.
    Expression,
    /// A condition on a metric.
    Condition,
    /// A path or several, `*` and `?` standing for parts of names.
    Files,
    /// A duration; `positive` ones are not zero.
    Duration {
        /// Whether zero is refused.
        positive: bool,
    },
    /// Whole seconds, as in TaskRouter's API, or a duration.
    Seconds {
        /// The shortest, in seconds.
        min: u64,
        /// The longest, in seconds.
        max: u64,
    },
    /// A whole number, bounds included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number.
    Number {
        /// The smallest.
        min: f64,
        /// The largest, included.
        max: f64,
        /// Whether `min` itself is refused.
        above: bool,
    },
    /// A number from 0 to 1.
    Share,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A time of day, `"08:30"`.
    TimeOfDay,
    /// A civil date and time.
    DateTime,
    /// A range of dates.
    Dates,
    /// Days of the week.
    Days,
    /// A distribution, or a bare constant.
    Distribution(&'static Distribution),
    /// Attributes as workers and tasks have them: any table.
    Attributes,
    /// A workflow's configuration: TaskRouter's document, as a table, a file or JSON text.
    Configuration,
    /// Anything: what it must be is known where it is put.
    Any,
    /// Several of a kind, or none.
    List(&'static Kind),
    /// At least one of a kind.
    NonEmpty(&'static Kind),
    /// A table of this shape.
    Table(&'static Shape),
    /// A table with free keys.
    MapOf(&'static Kind),
    /// TaskRouter's resources: a list of tables, or `{ file = … }` for an export.
    Resources(&'static Shape),
    /// One of these.
    Either(&'static [Kind]),
    /// Nothing: the key is refused, with this help.
    Refused(&'static str),
}

/// Distributions of one kind of quantity.
#[derive(Debug)]
pub struct Distribution {
    /// What is drawn, such as `durations`.
    pub of: &'static str,
    /// What a bare value, and each parameter, is.
    pub constant: Kind,
    /// By `dist`.
    pub shapes: &'static [(&'static str, &'static Shape)],
}

impl Shape {
    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Key {
    /// An optional key.
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, presence: Presence::Optional, doc, unit: None, taskrouter: None }
    }

    const fn required(self) -> Self {
        Self { presence: Presence::Required, ..self }
    }

    const fn default(self, value: &'static str) -> Self {
        Self { presence: Presence::Default(value), ..self }
    }

    const fn unit(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }

    const fn taskrouter(self, name: &'static str) -> Self {
        Self { taskrouter: Some(name), ..self }
    }
}

const DURATION: Kind = Kind::Duration { positive: false };
const POSITIVE_DURATION: Kind = Kind::Duration { positive: true };
const COUNT: Kind = Kind::Integer { min: 0, max: 1_000_000 };
/// As TaskRouter limits it.
const PRIORITY: Kind = Kind::Integer { min: 0, max: 2_147_483_647 };
