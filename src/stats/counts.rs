//! How long things lasted, counted in buckets, to be kept.

use crate::stats::buckets::{beginning, index_of, shortest};
use crate::time::Span;

/// Durations, counted in buckets of three significant digits, shortest first: 8 bytes for each
/// bucket in use.
///
/// A bucket goes by the shortest duration it holds: exact to the millisecond up to 2 s, and at
/// most 0.1 % short above (so 20 s and 30 s are reported as such). What is longer than 31 days is
/// counted as 31 days. The buckets are those of an HDR histogram of three digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    count: u64,
    buckets: Box<[(u32, u32)]>,
}

impl Counts {
    /// What `spans` come to. Cost: O(n log n), for few much less than to count them in
    /// [`Buckets`](crate::stats::Buckets).
    ///
    /// # Panics
    /// When a bucket counts 2^32 or more, which no single replication does.
    #[must_use]
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut all: Vec<u64> = spans.into_iter().map(beginning).collect();
        all.sort_unstable();
        let buckets = all.chunk_by(|a, b| a == b);
        let buckets = buckets.map(|same| (narrow(same[0]), narrow(same.len() as u64)));
        Self { count: all.len() as u64, buckets: buckets.collect() }
    }

    /// What [`iter`](Self::iter) told, put together again; `None` unless the buckets are in order
    /// and each is one that there is.
    #[must_use]
    pub fn from_buckets(buckets: &[(Span, u64)]) -> Option<Self> {
        let is_in_order = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let is_bucket =
            |&(span, count): &(Span, u64)| beginning(span) == span.as_millis() && 0 < count;
        if !is_in_order || !buckets.iter().all(is_bucket) {
            return None;
        }
        let packed: Option<Vec<(u32, u32)>> = buckets
            .iter()
            .map(|(span, n)| Some((span.as_millis().try_into().ok()?, u32::try_from(*n).ok()?)))
            .collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        Some(Self { count, buckets: packed?.into_boxed_slice() })
    }

    /// How many are in each bucket, from the shortest on.
    pub(super) fn of_dense<N: Copy + Into<u64>>(counts: &[N]) -> Self {
        // Most buckets are empty, and are passed over by the block.
        const BLOCK: usize = 8;
        let mut buckets = Vec::new();
        for (block, counts) in counts.chunks(BLOCK).enumerate() {
            if counts.iter().fold(0, |any, n| any | (*n).into()) == 0 {
                continue;
            }
            for (index, n) in counts.iter().enumerate() {
                let n = (*n).into();
                if n != 0 {
                    let at = shortest((block * BLOCK + index) as u64);
                    buckets.push((narrow(at), narrow(n)));
                }
            }
        }
        let count = buckets.iter().map(|(_, n)| u64::from(*n)).sum();
        Self { count, buckets: buckets.into_boxed_slice() }
    }

    /// How many durations were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How many durations are in buckets that begin above `span`.
    #[must_use]
    pub fn count_above(&self, span: Span) -> u64 {
        let is_in = |&(millis, _): &(u32, u32)| u64::from(millis) <= span.as_millis();
        let above = &self.buckets[self.buckets.partition_point(is_in)..];
        above.iter().map(|&(_, count)| u64::from(count)).sum()
    }

    /// Adds how many are in each bucket, from the shortest on, to `counts`.
    pub(super) fn add_to(&self, counts: &mut Vec<u64>) {
        let n_buckets = self.buckets.last().map_or(0, |(longest, _)| place(*longest) + 1);
        if counts.len() < n_buckets {
            counts.resize(n_buckets, 0);
        }
        self.buckets.iter().for_each(|(at, n)| counts[place(*at)] += u64::from(*n));
    }

    /// The buckets in use with their counts, shortest first.
    pub fn iter(&self) -> impl Iterator<Item = (Span, u64)> {
        self.buckets
            .iter()
            .map(|&(millis, count)| (Span::from_millis(u64::from(millis)), u64::from(count)))
    }
}

/// Which bucket of all it is that begins at `millis`.
fn place(millis: u32) -> usize {
    index_of(u64::from(millis))
}

fn narrow(x: u64) -> u32 {
    u32::try_from(x)
        .expect("31 days in milliseconds, and what one replication counts, is below 2^32")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_millis(millis: impl IntoIterator<Item = u64>) -> Counts {
        Counts::of(millis.into_iter().map(Span::from_millis))
    }

    #[test]
    fn what_is_above_leaves_out_the_own_bucket() {
        let many = of_millis((0..60).map(|secs| secs * 1_000));
        assert_eq!(many.count_above(Span::from_secs(20)), 39);
        assert_eq!(many.count_above(Span::from_millis(20_003)), 39);
        assert_eq!(many.count_above(Span::FOREVER), 0);
    }

    #[test]
    fn only_what_counts_hold_is_read_back() {
        let counts = of_millis([0, 3, 3, 99_999, 1 << 40]);
        let buckets: Vec<_> = counts.iter().collect();
        assert_eq!(Counts::from_buckets(&buckets), Some(counts));
        let read = |millis: &[u64], n| {
            let each = millis.iter().map(|millis| (Span::from_millis(*millis), n));
            Counts::from_buckets(&each.collect::<Vec<_>>())
        };
        assert!(read(&[3, 99_968], 1).is_some());
        let wrong = [read(&[3, 3], 1), read(&[4, 3], 1), read(&[99_999], 1), read(&[3], 0)];
        assert_eq!(wrong, [const { None }; 4]);
        assert_eq!([read(&[1 << 32], 1), read(&[3], 1 << 32)], [const { None }; 2]);
    }
}
