//! Times that were seen to their end, and times that were not.

/// Grouped times are never finer than this, in seconds: a millisecond.
const FINEST: f64 = 0.001;
/// Into how many cells the lower nine tenths of the times are put.
const CELLS: f64 = 100.0;
/// A curve says something as long as so many are left.
const ENOUGH: usize = 20;

/// Times that were seen to their end (an answer, a hang-up), and times that were only seen to be
/// longer (an offer that timed out, a caller who was answered).
#[derive(Clone, Debug)]
pub struct Sample {
    /// Sorted, in seconds.
    ended: Vec<f64>,
    /// Sorted, in seconds.
    censored: Vec<f64>,
    pub(super) cells: Vec<Cell>,
    pub(super) longer: Vec<Longer>,
}

/// How many times ended between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) n: f64,
}

/// How many times were only seen to be longer than this.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Longer {
    pub(super) than: f64,
    pub(super) n: f64,
}

/// A step of the curve of those left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// When, in seconds.
    pub time: f64,
    /// The share left right after it.
    pub left: f64,
    /// How many might have ended there.
    pub at_risk: usize,
}

impl Sample {
    /// Of times in seconds, none negative, in any order.
    ///
    /// What ended is put into cells: of a second around each time if all are whole seconds, as a
    /// log with whole seconds gives them; else as fine as a hundredth of nine tenths of them. The
    /// likelihood is that of the cells, which is exact.
    #[must_use]
    pub fn new(mut ended: Vec<f64>, mut censored: Vec<f64>) -> Self {
        ended.sort_by(f64::total_cmp);
        censored.sort_by(f64::total_cmp);
        let is_whole = ended.iter().all(|time| (time - time.round()).abs() < 1e-9);
        let most = ended.get(ended.len() * 9 / 10).copied().unwrap_or(1.0);
        let width = if is_whole { 1.0 } else { (most / CELLS).max(FINEST) };
        let offset = if is_whole { 0.5 } else { 0.0 };
        let index = |time: f64| (time / width + offset).floor();
        let cells = ended.chunk_by(|a, b| same(index(*a), index(*b))).map(|chunk| {
            let from = (index(chunk[0]) - offset) * width;
            Cell { from: from.max(0.0), to: from + width, n: chunk.len() as f64 }
        });
        let longer =
            censored.chunk_by(|a, b| same((a / width).floor(), (b / width).floor())).map(|chunk| {
                let n = chunk.len() as f64;
                Longer { than: chunk.iter().sum::<f64>() / n, n }
            });
        Self { cells: cells.collect(), longer: longer.collect(), ended, censored }
    }

    /// How many times were seen to their end.
    #[must_use]
    pub fn n_ended(&self) -> usize {
        self.ended.len()
    }

    /// How many times there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ended.len() + self.censored.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mean of those seen to their end, in seconds; `None` if there are none.
    #[must_use]
    pub fn mean_ended(&self) -> Option<f64> {
        let n = self.ended.len();
        (0 < n).then(|| self.ended.iter().sum::<f64>() / n as f64)
    }

    /// A quantile of those seen to their end, in seconds.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let at = (p * self.ended.len() as f64) as usize;
        self.ended.get(at.min(self.ended.len().saturating_sub(1))).copied().unwrap_or(1.0)
    }

    /// How many lasted at least so long.
    #[must_use]
    pub fn at_risk(&self, time: f64) -> usize {
        let after = |times: &[f64]| times.len() - times.partition_point(|other| *other < time);
        after(&self.ended) + after(&self.censored)
    }

    /// How many ended from `from` on, and before `to`.
    pub(super) fn n_between(&self, from: f64, to: f64) -> usize {
        let before = |time: f64| self.ended.partition_point(|other| *other < time);
        before(to) - before(from)
    }

    /// Up to which time, in seconds, at least twenty of them were watched: beyond it the data say
    /// nothing.
    #[must_use]
    pub fn supported(&self) -> f64 {
        let mut all: Vec<f64> = self.ended.iter().chain(&self.censored).copied().collect();
        all.sort_by(f64::total_cmp);
        let last = all.len().saturating_sub(ENOUGH);
        all.get(last.min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }

    /// The share that is left as time goes by, whatever the law: one step for each time at which
    /// something ended.
    ///
    /// Source: Kaplan & Meier, J. Amer. Statist. Assoc. 53 (1958).
    #[must_use]
    pub fn kaplan_meier(&self) -> Vec<Step> {
        let mut left = 1.0;
        let steps = self.ended.chunk_by(|a, b| same(*a, *b)).map(|chunk| {
            let at_risk = self.at_risk(chunk[0]);
            left *= 1.0 - chunk.len() as f64 / at_risk as f64;
            Step { time: chunk[0], left, at_risk }
        });
        steps.collect()
    }
}

/// Whether two are the same, bit for bit.
fn same(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_left_are_counted_as_kaplan_and_meier_do() {
        let sample = Sample::new(vec![3.0, 1.0, 3.0, 8.0], vec![2.0, 5.0]);
        let steps = sample.kaplan_meier();
        let at: Vec<(f64, usize)> = steps.iter().map(|step| (step.time, step.at_risk)).collect();
        assert_eq!(at, [(1.0, 6), (3.0, 4), (8.0, 1)]);
        let expected = [5.0 / 6.0, 5.0 / 12.0, 0.0];
        assert!(steps.iter().zip(expected).all(|(step, left)| (step.left - left).abs() < 1e-12));
    }

    #[test]
    fn whole_seconds_are_seconds_wide_and_others_finer() {
        let sample = Sample::new(vec![0.0, 2.0, 2.0], vec![]);
        let cell = |from, to, n| Cell { from, to, n };
        assert_eq!(sample.cells, [cell(0.0, 0.5, 1.0), cell(1.5, 2.5, 2.0)]);
        let sample = Sample::new((0..1000).map(|i| 0.0123 * f64::from(i)).collect(), vec![7.0; 3]);
        assert!((100..130).contains(&sample.cells.len()), "{}", sample.cells.len());
        assert_eq!(sample.longer, [Longer { than: 7.0, n: 3.0 }]);
        assert!(sample.cells.iter().all(|cell| cell.n < 20.0));
    }

    #[test]
    fn the_data_say_nothing_beyond_the_last_twenty() {
        let sample = Sample::new(vec![1.0; 500], vec![15.0; 40]);
        assert!((sample.supported() - 15.0).abs() < 1e-12);
        let sample = Sample::new((0..100).map(f64::from).collect(), vec![]);
        assert!((sample.supported() - 80.0).abs() < 1e-12);
    }
}
