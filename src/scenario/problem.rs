//! One thing wrong with what was read, and where.

use crate::scenario::node::Place;

/// One thing wrong with what was read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops us.
    pub severity: Severity,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// Where; `None` for what has no place, such as a file that is not there.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

/// Whether a problem stops us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is simulated.
    Error,
    /// It is likely not meant.
    Warning,
}

impl Problem {
    /// Something that stops us.
    #[must_use]
    pub fn error(message: impl Into<String>, place: &Place) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: Some(place.clone()),
            help: None,
        }
    }

    /// Something that is likely not meant.
    #[must_use]
    pub fn warning(message: impl Into<String>, place: &Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message, place) }
    }

    /// Something that stops us and has no place.
    #[must_use]
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: None, help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
