//! The units that intervals are made of: one replication each, or as many as depend on each other.

use crate::scenario::Scenario;

/// How many replications of `scenario` in a row are a unit.
pub(super) fn unit(scenario: &Scenario) -> usize {
    usize::try_from(scenario.sampling.unit()).expect("a small constant")
}

/// The mean of each unit of so many replications.
///
/// # Panics
/// If there are not whole units of them.
#[expect(clippy::cast_precision_loss, reason = "a small constant")]
pub(super) fn per_unit(values: Vec<f64>, unit: usize) -> Vec<f64> {
    if unit == 1 {
        return values;
    }
    assert!(values.len().is_multiple_of(unit), "replications come in whole units");
    values.chunks(unit).map(|chunk| chunk.iter().sum::<f64>() / unit as f64).collect()
}
