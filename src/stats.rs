//! From what was measured in each replication to an estimate with its interval.
//!
//! The unit of analysis is the replication, never the single task: tasks of one day share its
//! rush hours, so that formulas for independent tasks give intervals many times too narrow.
//! Whoever measures keeps exact integer sums; here they become means, ratios and quantiles.
//!
//! Sums of floats are taken in the order of the slices, and the one transcendental function used
//! is the `libm` crate's: the same bits everywhere.

mod buckets;
mod counts;
mod estimate;
mod pooled;
mod student;

pub use buckets::Buckets;
pub use counts::Counts;
pub use estimate::{
    Control, Estimate, Interval, Ratio, controlled_interval, mean_interval, paired_mean_difference,
    paired_ratio_difference, ratio_interval,
};
pub use pooled::Pooled;
pub use student::student_t;
