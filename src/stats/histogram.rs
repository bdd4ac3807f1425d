//! How long things lasted, counted.

use crate::time::Span;

/// What is longer than 31 days is counted as 31 days.
pub(super) const LONGEST: u64 = 31 * 86_400_000;
const SIGNIFICANT_DIGITS: u8 = 3;
/// Of which three decimal digits are a part.
pub(super) const SIGNIFICANT_BITS: u32 = 11;

/// Durations, counted in buckets of three significant digits.
///
/// A bucket goes by the shortest duration it holds: exact to the millisecond up to 2 s, and at
/// most 0.1 % short above (so 20 s and 30 s are reported as such). Counts are integers: merging
/// in any order gives the same. It grows with the longest duration counted, 16 KB to 190 KB;
/// an empty one takes no memory. To keep many of them, keep their [`Counts`].
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    recorded: Option<Box<hdrhistogram::Histogram<u64>>>,
}

impl Histogram {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { recorded: None }
    }

    /// Counts `span`. O(1), but for growing.
    pub fn record(&mut self, span: Span) {
        self.record_n(span, 1);
    }

    /// Adds what `other` counted.
    pub fn merge(&mut self, other: &Self) {
        for (span, count) in other.iter() {
            self.record_n(span, count);
        }
    }

    /// Adds what `counts` holds.
    pub fn merge_counts(&mut self, counts: &Counts) {
        for (span, count) in counts.iter() {
            self.record_n(span, count);
        }
    }

    /// How many durations were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.recorded.as_ref().map_or(0, |recorded| recorded.len())
    }

    /// How many durations are in buckets above that of `span`.
    #[must_use]
    pub fn count_above(&self, span: Span) -> u64 {
        above(self.iter(), self.bucket(span))
    }

    /// The shortest duration counted that the share `p` of all do not exceed; nothing when empty.
    ///
    /// The first bucket at which `p` times the count is reached: for 4 durations the median is the
    /// 2nd. A `p` of 0 or less gives the shortest, of 1 or more the longest.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Span> {
        quantile(self.iter(), self.count(), p)
    }

    /// The buckets in use with their counts, shortest first.
    pub fn iter(&self) -> impl Iterator<Item = (Span, u64)> {
        self.recorded.iter().flat_map(|recorded| {
            recorded.iter_recorded().map(|entry| {
                let shortest = recorded.lowest_equivalent(entry.value_iterated_to());
                (Span::from_millis(shortest), entry.count_at_value())
            })
        })
    }

    /// The buckets in use, packed: 8 bytes each.
    ///
    /// # Panics
    /// When a bucket counts 2^32 or more, which no single replication does.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let pack = |(span, count): (Span, u64)| (narrow(span.as_millis()), narrow(count));
        Counts { count: self.count(), buckets: self.iter().map(pack).collect() }
    }

    fn record_n(&mut self, span: Span, count: u64) {
        let recorded = self.recorded.get_or_insert_with(|| Box::new(scale()));
        let millis = span.as_millis().min(LONGEST);
        recorded.record_n(millis, count).expect("it grows as needed");
    }

    /// The shortest duration in the bucket of `span`.
    fn bucket(&self, span: Span) -> Span {
        self.recorded.as_ref().map_or(span, |recorded| {
            Span::from_millis(recorded.lowest_equivalent(span.as_millis().min(LONGEST)))
        })
    }
}

/// What a [`Histogram`] counted, packed to be kept: 8 bytes for each bucket in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    count: u64,
    buckets: Box<[(u32, u32)]>,
}

impl Counts {
    /// What `spans` come to. Cost: O(n log n), for few much less than to record them.
    ///
    /// # Panics
    /// As [`Histogram::counts`].
    #[must_use]
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Self {
        let scale = scale();
        let shortest = |span: Span| scale.lowest_equivalent(span.as_millis().min(LONGEST));
        let mut all: Vec<u64> = spans.into_iter().map(shortest).collect();
        all.sort_unstable();
        let buckets = all.chunk_by(|a, b| a == b);
        let buckets = buckets.map(|same| (narrow(same[0]), narrow(same.len() as u64)));
        Self { count: all.len() as u64, buckets: buckets.collect() }
    }

    /// What [`iter`](Self::iter) told, put together again; `None` unless the buckets are in order
    /// and each is one that a histogram could have.
    #[must_use]
    pub fn from_buckets(buckets: &[(Span, u64)]) -> Option<Self> {
        let scale = scale();
        let is_in_order = buckets.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let is_bucket = |&(span, count): &(Span, u64)| {
            let millis = span.as_millis();
            millis <= LONGEST && scale.lowest_equivalent(millis) == millis && 0 < count
        };
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

    /// Buckets with their counts, shortest first; those that count nothing are left out.
    pub(super) fn of_buckets(buckets: impl Iterator<Item = (u64, u64)>) -> Self {
        let mut count = 0;
        let in_use = buckets.filter(|(_, n)| *n != 0).map(|(millis, n)| {
            count += n;
            (narrow(millis), narrow(n))
        });
        let buckets = in_use.collect();
        Self { count, buckets }
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

    /// As [`Histogram::quantile`].
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Span> {
        quantile(self.iter(), self.count, p)
    }

    /// The buckets in use with their counts, shortest first.
    pub fn iter(&self) -> impl Iterator<Item = (Span, u64)> {
        self.buckets
            .iter()
            .map(|&(millis, count)| (Span::from_millis(u64::from(millis)), u64::from(count)))
    }
}

/// An empty histogram of the library's, which tells buckets apart.
fn scale() -> hdrhistogram::Histogram<u64> {
    hdrhistogram::Histogram::new(SIGNIFICANT_DIGITS).expect("0 to 5 digits are possible")
}

fn above(buckets: impl Iterator<Item = (Span, u64)>, bucket: Span) -> u64 {
    buckets.filter(|(span, _)| *span > bucket).map(|(_, count)| count).sum()
}

pub(super) fn quantile(
    buckets: impl Iterator<Item = (Span, u64)>,
    total: u64,
    p: f64,
) -> Option<Span> {
    // A hair less, lest 0.07 * 100 = 7.000000000000001 ask for the eighth.
    let wanted = (p * total as f64 * (1.0 - 1e-12)).ceil();
    let mut reached = 0;
    let mut longest = None;
    for (span, count) in buckets {
        reached += count;
        longest = Some(span);
        if reached as f64 >= wanted {
            break;
        }
    }
    longest
}

fn narrow(x: u64) -> u32 {
    u32::try_from(x)
        .expect("31 days in milliseconds, and what one replication counts, is below 2^32")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_millis(millis: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::new();
        millis.into_iter().for_each(|millis| histogram.record(Span::from_millis(millis)));
        histogram
    }

    #[test]
    fn quantiles_are_the_smallest_that_reach_their_share() {
        let four = of_millis([10, 20, 30, 40]);
        let at = |p| four.quantile(p).map(Span::as_millis);
        assert_eq!([at(0.0), at(0.25), at(0.5), at(0.51)], [10, 10, 20, 30].map(Some));
        assert_eq!([at(0.99), at(1.0), at(7.0)], [Some(40); 3]);
        assert_eq!(of_millis(1..=100).quantile(0.07), Some(Span::from_millis(7)));
        assert_eq!(Histogram::new().quantile(0.5), None);
    }

    #[test]
    fn round_durations_are_reported_as_such() {
        let one = of_millis([30_000]);
        assert_eq!(one.quantile(0.5), Some(Span::from_secs(30)));
        for millis in [2_047, 2_049, 61_007, 3_599_999, 100_000_007] {
            let got = of_millis([millis]).quantile(0.5).map_or(0, Span::as_millis);
            assert!(got <= millis && got + millis / 1_000 >= millis, "{got} for {millis}");
        }
    }

    #[test]
    fn what_is_above_leaves_out_the_own_bucket() {
        let many = of_millis((0..60).map(|secs| secs * 1_000));
        assert_eq!(many.count_above(Span::from_secs(20)), 39);
        assert_eq!(many.count_above(Span::from_millis(20_003)), 39);
        assert_eq!(many.counts().count_above(Span::from_secs(20)), 39);
        assert_eq!(many.count_above(Span::FOREVER), 0);
    }

    #[test]
    fn merging_in_any_order_is_counting_together() {
        let (a, b) = (of_millis([0, 5, 70_000]), of_millis([5, 1_000_000]));
        let (mut ab, mut ba) = (a.clone(), Histogram::new());
        ab.merge(&b);
        ba.merge_counts(&b.counts());
        ba.merge_counts(&a.counts());
        assert_eq!(ab.counts(), ba.counts());
        assert_eq!(ab.counts(), of_millis([0, 5, 5, 70_000, 1_000_000]).counts());
        assert_eq!(ab.count(), 5);
        assert_eq!(ab.counts(), Counts::of([70_000, 5, 0, 1_000_000, 5].map(Span::from_millis)));
    }

    #[test]
    fn a_month_is_the_longest() {
        let mut long = of_millis([1]);
        long.record(Span::FOREVER);
        let longest = long.quantile(1.0).map_or(0, Span::as_millis);
        assert!(longest <= LONGEST && longest + LONGEST / 1_000 >= LONGEST);
        assert_eq!(Counts::of([Span::FOREVER, Span::from_millis(1)]), long.counts());
    }
}
