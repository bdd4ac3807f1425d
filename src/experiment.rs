//! Many replications, and what they say together.

mod beside;
mod estimate;
mod replicate;

pub use beside::{Beside, Comparison, Feature, Figure, Line, Offered, erlang_beside};
pub use estimate::{CONFIDENCE, IntervalRow, Row, estimate_intervals, estimate_scopes};
pub use replicate::Experiment;
