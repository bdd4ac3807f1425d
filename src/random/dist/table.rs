//! The empirical distribution: a table of values.

use super::DistError;
use super::error::{Reason, not_negative};

/// Values in ascending order, each with the share of all that are at most as large.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table(Box<[(f64, f64)]>);

impl Table {
    pub(super) fn new(values: &[f64], weights: &[f64]) -> Result<Self, DistError> {
        if values.is_empty() {
            return Err(DistError::new("values", Reason::Empty));
        }
        if values.len() != weights.len() {
            return Err(DistError::new("weights", Reason::NotAsManyAs("values")));
        }
        let mut entries = Vec::new();
        for (&value, &weight) in values.iter().zip(weights) {
            let weight = not_negative("weights", weight)?;
            let value = not_negative("values", value)?;
            if weight > 0.0 {
                entries.push((value, weight));
            }
        }
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self::cumulated(entries)
    }

    fn cumulated(mut entries: Vec<(f64, f64)>) -> Result<Self, DistError> {
        let total: f64 = entries.iter().map(|entry| entry.1).sum();
        if !total.is_finite() {
            return Err(DistError::new("weights", Reason::NotFinite));
        }
        let mut sum = 0.0;
        for entry in &mut entries {
            sum += entry.1;
            entry.1 = sum / total;
        }
        let Some(last) = entries.last_mut() else {
            return Err(DistError::new("weights", Reason::AllZero));
        };
        last.1 = 1.0;
        Ok(Self(entries.into()))
    }

    /// Binary search: O(log n).
    #[inline]
    pub(super) fn quantile(&self, u: f64) -> f64 {
        self.0[self.0.partition_point(|entry| entry.1 < u)].0
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self.0.partition_point(|entry| entry.0 <= x) {
            0 => 0.0,
            n => self.0[n - 1].1,
        }
    }

    pub(super) fn mean(&self) -> f64 {
        let mut before = 0.0;
        let weighted = |&(value, share): &(f64, f64)| {
            let part = value * (share - before);
            before = share;
            part
        };
        self.0.iter().map(weighted).sum()
    }

    pub(super) fn scaled(&self, by: f64) -> Self {
        Self(self.0.iter().map(|&(value, share)| (value * by, share)).collect())
    }

    /// How many there are to choose from.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}
