//! Many replications, and what they say together.

mod estimate;
mod replicate;
pub mod tune;

pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use replicate::Experiment;
