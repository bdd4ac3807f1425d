//! Many replications, and what they say together.

mod assertion;
mod beside;
mod compare;
mod control;
mod estimate;
mod exogenous;
mod observed;
mod replicate;
mod stopping;
pub mod tune;
mod units;

pub use assertion::{Assertion, Judgment, Verdict, assertions};
pub use beside::{Beside, Comparison, Feature, Figure, Line, Offered, erlang_beside};
pub use compare::{Difference, Series, Side, adjusted, differences, is_better_when_greater};
pub use control::{CONTROLLED_UNITS, can_be_controlled};
pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use observed::{Agreement, Checked, Observation, check_observed, observations};
pub use replicate::Experiment;
pub use stopping::{BLOCK, Limit, blocks, limits, looks};
