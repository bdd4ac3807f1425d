//! Counting how long things lasted, as fast as it goes.

use crate::stats::counts::Counts;
use crate::time::Span;

/// What is longer than 31 days is counted as 31 days.
const LONGEST: u64 = 31 * 86_400_000;
/// Of which three decimal digits are a part.
const SIGNIFICANT_BITS: u32 = 11;

/// Durations as they are counted while a replication runs.
///
/// A bucket is found by a shift: it is a number of at most eleven binary digits, and how many
/// digits were dropped. 4 bytes for each bucket up to the
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

    /// Counts `span` as often as `n` says.
    ///
    /// # Panics
    /// When that is more than 2^32 times.
    #[inline]
    pub fn record_many(&mut self, span: Span, n: u64) {
        if n != 0 {
            self.record(span);
        }
        if 1 < n {
            let index = index_of(span.as_millis().min(LONGEST));
            self.counts[index] += u32::try_from(n - 1).expect("fewer than 2^32 tasks");
        }
    }

    /// Adds what another one counted.
    pub fn absorb(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, n)| *sum += n);
    }

    /// What several counted together. Cost: the number of buckets up to the longest, each.
    ///
    /// # Panics
    /// As [`Counts::of`].
    #[must_use]
    pub fn sum(parts: &[&Self]) -> Counts {
        let parts: Vec<&[u32]> =
            parts.iter().map(|part| &part.counts[..]).filter(|part| !part.is_empty()).collect();
        if let [only] = parts[..] {
            return Counts::of_dense(only);
        }
        let len = parts.iter().map(|part| part.len()).max().unwrap_or(0);
        let mut sum = vec![0_u64; len];
        for part in parts {
            sum.iter_mut().zip(part).for_each(|(sum, n)| *sum += u64::from(*n));
        }
        Counts::of_dense(&sum)
    }
}

/// The bucket of a duration.
#[inline]
pub(super) fn index_of(millis: u64) -> usize {
    let digits = u64::BITS - millis.leading_zeros();
    let dropped = digits.saturating_sub(SIGNIFICANT_BITS);
    let index = u64::from(dropped) * HALF + (millis >> dropped);
    usize::try_from(index).expect("a month has 24,000 buckets")
}

/// The shortest duration of a bucket, in milliseconds.
#[inline]
pub(super) fn shortest(index: u64) -> u64 {
    let dropped = (index / HALF).saturating_sub(1);
    (index - dropped * HALF) << dropped
}

/// The shortest duration in the bucket of `span`, in milliseconds.
pub(super) fn beginning(span: Span) -> u64 {
    shortest(index_of(span.as_millis().min(LONGEST)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_are_those_of_an_hdr_histogram() {
        let edges = (0..32).flat_map(|bit| [-1, 0, 1].map(|by| (1_i64 << bit) + by));
        let some = (0..4_000).map(|n| n * n * 167).chain(0..5_000);
        let all: Vec<u64> = edges.chain(some).filter_map(|millis| millis.try_into().ok()).collect();
        let mut buckets = Buckets::default();
        let mut theirs = hdrhistogram::Histogram::<u64>::new(3).expect("three digits");
        for millis in all.iter().copied().chain([u64::MAX]) {
            buckets.record(Span::from_millis(millis));
            theirs.record(millis.min(LONGEST)).expect("it grows as needed");
        }
        let pack = |n_times| {
            let entries = theirs.iter_recorded();
            let shortest = |value| Span::from_millis(theirs.lowest_equivalent(value));
            let pack = entries.map(|entry| {
                (shortest(entry.value_iterated_to()), n_times * entry.count_at_value())
            });
            pack.collect::<Vec<_>>()
        };
        let sum = |parts: &[&Buckets]| Buckets::sum(parts).iter().collect::<Vec<_>>();
        assert_eq!(sum(&[&buckets]), pack(1));
        assert_eq!(sum(&[&buckets, &Buckets::default(), &buckets]), pack(2));
        let spans = all.into_iter().map(Span::from_millis).chain([Span::FOREVER]);
        assert_eq!(Counts::of(spans), Buckets::sum(&[&buckets]));
        assert_eq!(Buckets::sum(&[]), Counts::default());
    }
}
