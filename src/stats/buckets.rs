//! Counting how long things lasted, as fast as it goes.

use crate::stats::histogram::{Counts, LONGEST, SIGNIFICANT_BITS};
use crate::time::Span;

/// Durations as they are counted while a replication runs.
///
/// The same buckets as [`Histogram`](crate::stats::Histogram)'s, found by a shift: a number of at
/// most eleven binary digits, and how many digits were dropped. 4 bytes for each bucket up to the
/// longest duration counted: 8 KB to 90 KB; an empty one takes no memory.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    counts: Vec<u32>,
}

/// Half of the numbers that a bucket can begin with: the others belong to shorter durations.
const HALF: u64 = 1 << (SIGNIFICANT_BITS - 1);

impl Buckets {
    /// Counts `span`. O(1), but for growing.
    #[inline]
    pub fn record(&mut self, span: Span) {
        let index = index_of(span.as_millis().min(LONGEST));
        if let Some(count) = self.counts.get_mut(index) {
            *count += 1;
        } else {
            self.grow(index);
        }
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        self.counts.resize(index + 1, 0);
        self.counts[index] = 1;
    }

    /// What several counted together.
    ///
    /// # Panics
    /// As [`Histogram::counts`](crate::stats::Histogram::counts).
    #[must_use]
    pub fn sum(parts: &[&Self]) -> Counts {
        let len = parts.iter().map(|part| part.counts.len()).max().unwrap_or(0);
        let of = |index: usize| -> u64 {
            parts.iter().filter_map(|part| part.counts.get(index)).map(|n| u64::from(*n)).sum()
        };
        Counts::of_buckets((0..len).map(|index| (shortest(index as u64), of(index))))
    }
}

/// The bucket of a duration.
#[inline]
fn index_of(millis: u64) -> usize {
    let digits = u64::BITS - millis.leading_zeros();
    let dropped = digits.saturating_sub(SIGNIFICANT_BITS);
    let index = u64::from(dropped) * HALF + (millis >> dropped);
    usize::try_from(index).expect("a month has 24,000 buckets")
}

/// The shortest duration of a bucket.
fn shortest(index: u64) -> u64 {
    let dropped = (index / HALF).saturating_sub(1);
    (index - dropped * HALF) << dropped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Histogram;

    #[test]
    fn the_buckets_are_those_of_the_histogram() {
        let edges = (0..32).flat_map(|bit| [-1, 0, 1].map(|by| (1_i64 << bit) + by));
        let some = (0..4_000).map(|n| n * n * 167).chain(0..5_000);
        let all = edges.chain(some).filter_map(|millis| u64::try_from(millis).ok());
        let (mut buckets, mut histogram) = (Buckets::default(), Histogram::new());
        for span in all.map(Span::from_millis).chain([Span::FOREVER]) {
            buckets.record(span);
            histogram.record(span);
        }
        assert_eq!(Buckets::sum(&[&buckets]), histogram.counts());
        histogram.merge(&histogram.clone());
        assert_eq!(Buckets::sum(&[&buckets, &buckets]), histogram.counts());
        assert_eq!(Buckets::sum(&[]), Counts::default());
    }
}
