//! The durations of several replications, counted together.

use crate::stats::buckets::shortest;
use crate::stats::counts::Counts;
use crate::stats::estimate::{Estimate, Interval, Ratio, Reach};
use crate::time::Span;

/// The durations of all replications together: counted together once, to be read at any quantile.
#[derive(Clone, Debug)]
pub struct Pooled<'a> {
    replications: Vec<&'a Counts>,
    /// So many in a row are independent of all others.
    unit: usize,
    /// How many did not last longer than those of each bucket in use, shortest first: too many for
    /// one [`Counts`], perhaps.
    reached: Vec<(Span, u64)>,
}

impl<'a> Pooled<'a> {
    /// One `Counts` for each replication. Cost: what they hold, and the number of buckets up to the
    /// longest duration.
    #[must_use]
    pub fn new(replications: Vec<&'a Counts>) -> Self {
        Self::in_units(replications, 1)
    }

    /// The same where replications depend on each other: so many in a row are a unit, and it is
    /// units that are independent.
    ///
    /// # Panics
    /// If there are not whole units.
    #[must_use]
    pub fn in_units(replications: Vec<&'a Counts>, unit: usize) -> Self {
        assert!(replications.len().is_multiple_of(unit), "replications come in whole units");
        let mut counts = Vec::new();
        replications.iter().for_each(|one| one.add_to(&mut counts));
        let mut reached = Vec::with_capacity(counts.iter().filter(|n| **n != 0).count());
        let mut total = 0;
        for (index, n) in counts.iter().enumerate().filter(|(_, n)| **n != 0) {
            total += n;
            reached.push((Span::from_millis(shortest(index as u64)), total));
        }
        Self { replications, unit, reached }
    }

    /// How many durations there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.reached.last().map_or(0, |(_, all)| *all)
    }

    /// The shortest duration counted that the share `p` of all do not exceed; nothing when empty.
    ///
    /// The first bucket at which `p` times the count is reached: for 4 durations the median is the
    /// 2nd. A `p` of 0 or less gives the shortest, of 1 or more the longest.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<Span> {
        // A hair less, lest 0.07 * 100 = 7.000000000000001 ask for the eighth.
        let wanted = (p * self.count() as f64 * (1.0 - 1e-12)).ceil();
        let first = self.reached.partition_point(|(_, reached)| (*reached as f64) < wanted);
        self.reached.get(first).or(self.reached.last()).map(|(span, _)| *span)
    }

    /// The quantile `p`, in seconds; nothing when there is no duration.
    ///
    /// Interval: the share that exceeds the quantile is a ratio with a standard error; the
    /// durations are read at `p ± t` times that, or further where the share is skewed, on the side of
    /// its long tail. (On the other side the correction would hold for the share, but not for the
    /// durations: the error of the share is not the same there.) Where this runs past the last
    /// duration, the longest one is the upper end. Resolution: that of the buckets, 0.1 %.
    #[must_use]
    pub fn quantile_interval(&self, p: f64, confidence: f64) -> Option<Estimate> {
        let value = self.quantile(p)?;
        let sum = |unit: &[&Counts], of: &dyn Fn(&Counts) -> u64| {
            unit.iter().map(|counts| of(counts)).sum::<u64>() as f64
        };
        let units = self.replications.chunks(self.unit);
        let pair = |unit| (sum(unit, &|c| c.count_above(value)), sum(unit, &Counts::count));
        let (above, all): (Vec<f64>, Vec<f64>) = units.map(pair).unzip();
        let (_, errors) = Ratio { numerators: &above, denominators: &all }.linearised()?;
        let at = |p| self.quantile(p).map(Span::as_secs_f64);
        let interval = Reach::of(&errors, confidence).and_then(|reach| {
            let Reach { below, above, straight, error } = reach;
            let low = at(p - below.max(straight))?;
            let high = at(p + above.max(straight))?;
            // As much of the scale of durations as the standard error is of that of shares.
            let slope = 0.5 * (at(p + straight)? - at(p - straight)?) / straight;
            Some(Interval {
                low,
                high,
                error: Some(if 0.0 < straight { error * slope } else { 0.0 }),
            })
        });
        Some(Estimate { value: value.as_secs_f64(), interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_millis(millis: impl IntoIterator<Item = u64>) -> Counts {
        Counts::of(millis.into_iter().map(Span::from_millis))
    }

    fn quantile(counts: &Counts, p: f64) -> Option<u64> {
        Pooled::new(vec![counts]).quantile(p).map(Span::as_millis)
    }

    #[test]
    fn quantiles_are_the_smallest_that_reach_their_share() {
        let four = of_millis([10, 20, 30, 40]);
        let at = |p| quantile(&four, p);
        let short = [at(-1.0), at(0.0), at(0.25), at(0.5), at(0.51)];
        assert_eq!(short, [10, 10, 10, 20, 30].map(Some));
        assert_eq!([at(0.99), at(1.0), at(7.0)], [Some(40); 3]);
        assert_eq!(quantile(&of_millis(1..=100), 0.07), Some(7));
        assert_eq!(quantile(&Counts::default(), 0.5), None);
    }

    #[test]
    fn round_durations_are_reported_as_such() {
        assert_eq!(quantile(&of_millis([30_000]), 0.5), Some(30_000));
        for millis in [2_047, 2_049, 61_007, 3_599_999, 100_000_007] {
            let got = quantile(&of_millis([millis]), 0.5).unwrap_or(0);
            assert!(got <= millis && got + millis / 1_000 >= millis, "{got} for {millis}");
        }
    }

    #[test]
    fn a_month_is_the_longest() {
        let longest = quantile(&Counts::of([Span::FOREVER, Span::from_millis(1)]), 1.0);
        let month = 31 * 86_400_000;
        assert!(longest.is_some_and(|got| got <= month && got + month / 1_000 >= month));
    }

    #[test]
    fn pooling_is_counting_together() {
        let (a, b) = (of_millis([0, 5, 70_000]), of_millis([5, 1_000_000, 5]));
        let (none, together) = (Counts::default(), of_millis([0, 5, 70_000, 5, 1_000_000, 5]));
        let together = Pooled::new(vec![&together]);
        for pooled in [Pooled::new(vec![&a, &b]), Pooled::new(vec![&b, &none, &a])] {
            assert_eq!(pooled.count(), 6);
            assert_eq!(pooled.reached, together.reached);
        }
        assert_eq!(together.reached.len(), 4);
    }
}
