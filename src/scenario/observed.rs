//! What was measured in reality, as the file or a statistics answer says it.

use crate::scenario::condition::{Bound, Subject};
use crate::scenario::node::Place;

/// What was measured in reality.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// How many replications long the time is in which it was measured; more than zero.
    pub periods: f64,
    /// What was measured, in the order of the file.
    pub facts: Vec<Fact>,
}

impl Default for Observed {
    fn default() -> Self {
        Self { periods: 1.0, facts: Vec::new() }
    }
}

/// One number that was measured.
///
/// Whether there is such a metric, and such a part of the scenario, is asked where metrics are
/// known: in `observation`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Of what.
    pub subject: Subject,
    /// The number; of what is counted, the mean of one replication.
    pub value: Bound,
    /// Where it is written.
    pub place: Place,
}
