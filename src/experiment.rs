//! Many replications, and what they say together.

mod estimate;
mod replicate;

pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use replicate::Experiment;
