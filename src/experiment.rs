//! Many replications, and what they say together.

mod assertion;
mod estimate;
mod replicate;

pub use assertion::{Assertion, Judgment, Verdict, assertions};
pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use replicate::Experiment;
