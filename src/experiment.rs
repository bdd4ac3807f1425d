//! Many replications, and what they say together.

mod assertion;
mod beside;
mod compare;
mod estimate;
mod observed;
mod replicate;
mod stopping;
pub mod tune;

pub use assertion::{Assertion, Judgment, Verdict, assertions};
pub use beside::{Beside, Comparison, Feature, Figure, Line, Offered, erlang_beside};
pub use compare::{Difference, Series, Side, adjusted, differences, is_better_when_greater};
pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use observed::{Agreement, Checked, Observation, check_observed, observations};
pub use replicate::Experiment;
pub use stopping::{BLOCK, Limit, blocks, limits, looks};
