//! Estimates and their confidence intervals, from one value per replication.

use libm::cbrt;

use super::student::student_t;

/// An estimate, and how far off it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of what was measured.
    pub value: f64,
    /// Where the truth is with the confidence asked for; nothing when there is one replication, or
    /// when the data set no bounds.
    pub interval: Option<Interval>,
}

/// A confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The standard error that it was made from; nothing where it was made otherwise.
    pub error: Option<f64>,
}

impl Interval {
    /// Half its width.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Whether `x` is inside, ends included.
    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }
}

/// What is divided by what: one numerator and one denominator per replication.
#[derive(Clone, Copy, Debug)]
pub struct Ratio<'a> {
    /// Numerators, in order of replication.
    pub numerators: &'a [f64],
    /// Denominators, as many, none negative.
    pub denominators: &'a [f64],
}

/// What varies with what is estimated, and whose mean is known.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// One for each replication, in their order.
    pub values: &'a [f64],
    /// Their mean, if there were endlessly many.
    pub mean: f64,
}

/// The mean of `values`, one per replication; nothing when there is none.
///
/// `confidence` is a share, as 0.95. Interval: `mean ± t s / sqrt(R)`, `t` Student's quantile of
/// `R - 1` degrees of freedom, from ten values on corrected for their skewness: the side of the long
/// tail is longer, since days that are much worse than others may not be among those at hand.
///
/// Source: Hall, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54 (1992).
#[must_use]
pub fn mean_interval(values: &[f64], confidence: f64) -> Option<Estimate> {
    let value = mean(values)?;
    let errors: Vec<f64> = values.iter().map(|x| x - value).collect();
    let reach = Reach::of(&errors, confidence);
    Some(Estimate { value, interval: reach.map(|reach| reach.around(value)) })
}

/// The mean of `values`, one per replication, where `control` would have its mean: `values` are
/// regressed on it. Nothing if there are fewer than three, or the control is always the same.
///
/// Interval: `± t s sqrt(1/R + d²/Σ(c - mean(c))²)`, with `s²` the sum of squared residuals over
/// `R - 2`, `d` by how much the control is off, and `t` Student's quantile of `R - 2` degrees of
/// freedom; corrected for the skewness of the residuals. Exact where both are jointly normal; else
/// the bias is of order `1/R`.
///
/// # Panics
/// When there are not as many of the one as of the other.
///
/// Source: Lavenberg & Welch, Management Science 27 (1981); Law, "Simulation Modeling and
/// Analysis", section 11.4.
#[must_use]
pub fn controlled_interval(
    values: &[f64],
    control: Control<'_>,
    confidence: f64,
) -> Option<Estimate> {
    assert_eq!(values.len(), control.values.len(), "each replication has its control");
    let n = values.len();
    if n < 3 {
        return None;
    }
    let (dx, dc) = (deviations(values), deviations(control.values));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let squares = product(&dc, &dc);
    if squares <= 0.0 {
        return None;
    }
    let slope = product(&dx, &dc) / squares;
    let off = mean(control.values)? - control.mean;
    let value = mean(values)? - slope * off;
    let residuals = dx.iter().zip(&dc).map(|(x, c)| x - slope * c);
    let residuals: Vec<f64> = residuals.collect();
    let variance = product(&residuals, &residuals) / (n - 2) as f64;
    let error = (variance * (1.0 / n as f64 + off * off / squares)).sqrt();
    let reach = Reach::skewed(error, &residuals, two_sided(confidence, n - 2));
    Some(Estimate { value, interval: Some(reach.around(value)) })
}

/// The ratio of sums, as a yearly report shows it, not the mean of daily ratios; nothing when the
/// denominators are all 0.
///
/// Interval: with `e = x - r y`, `r ± t sqrt(Σe²/(R-1)/R) / mean(y)`, corrected for the skewness of
/// `e` as that of a mean is; when the mean of `y` is uncertain by more than a tenth, Fieller's, which
/// is lopsided and may have no bounds.
///
/// # Panics
/// When there are not as many denominators as numerators.
///
/// Source: Cochran, "Sampling Techniques", ch. 6; Fieller, J. R. Statist. Soc. B 16 (1954).
#[must_use]
pub fn ratio_interval(ratio: Ratio<'_>, confidence: f64) -> Option<Estimate> {
    let (value, errors) = ratio.linearised()?;
    let uncertainty = standard_error(&deviations(ratio.denominators));
    let interval = if uncertainty > 0.1 * mean(ratio.denominators)? {
        fieller(ratio, confidence)
    } else {
        Reach::of(&errors, confidence).map(|reach| reach.around(value))
    };
    Some(Estimate { value, interval })
}

/// By how much `a` exceeds `b` on average, replication by replication under common random
/// numbers: the interval of the mean of `a - b`.
///
/// # Panics
/// When there are not as many of the one as of the other.
#[must_use]
pub fn paired_mean_difference(a: &[f64], b: &[f64], confidence: f64) -> Option<Estimate> {
    assert_eq!(a.len(), b.len(), "pairs have two sides");
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    mean_interval(&differences, confidence)
}

/// By how much the ratio `a` exceeds the ratio `b`, replication by replication under common
/// random numbers; nothing when a side's denominators are all 0.
///
/// Interval: as of a ratio, with `e = e_a / mean(y_a) - e_b / mean(y_b)`.
///
/// # Panics
/// When the four slices differ in length.
#[must_use]
pub fn paired_ratio_difference(a: Ratio<'_>, b: Ratio<'_>, confidence: f64) -> Option<Estimate> {
    assert_eq!(a.numerators.len(), b.numerators.len(), "pairs have two sides");
    let ((r_a, e_a), (r_b, e_b)) = (a.linearised()?, b.linearised()?);
    let errors: Vec<f64> = e_a.iter().zip(&e_b).map(|(a, b)| a - b).collect();
    let value = r_a - r_b;
    let reach = Reach::of(&errors, confidence);
    Some(Estimate { value, interval: reach.map(|reach| reach.around(value)) })
}

impl Ratio<'_> {
    /// The ratio of sums, and each replication's error `(x - r y) / mean(y)`.
    pub(super) fn linearised(&self) -> Option<(f64, Vec<f64>)> {
        assert_eq!(self.numerators.len(), self.denominators.len(), "a ratio has two sides");
        let (x, y) = (mean(self.numerators)?, mean(self.denominators)?);
        if y <= 0.0 {
            return None;
        }
        let value = x / y;
        let pairs = self.numerators.iter().zip(self.denominators);
        Some((value, pairs.map(|(x, d)| (x - value * d) / y).collect()))
    }
}

/// Where `(mean(x) - r mean(y))²` is at most `t²` times its estimated variance: a quadratic in `r`.
fn fieller(ratio: Ratio<'_>, confidence: f64) -> Option<Interval> {
    let (x, y) = (mean(ratio.numerators)?, mean(ratio.denominators)?);
    let (dx, dy) = (deviations(ratio.numerators), deviations(ratio.denominators));
    let n = dx.len();
    if n < 2 {
        return None;
    }
    let t = two_sided(confidence, n - 1);
    let weight = t * t / ((n - 1) as f64 * n as f64);
    let product = |a: &[f64], b: &[f64]| weight * a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let a = y * y - product(&dy, &dy);
    let b = x * y - product(&dx, &dy);
    let c = x * x - product(&dx, &dx);
    if a <= 0.0 {
        return None;
    }
    let root = (b * b - a * c).max(0.0).sqrt();
    let (_, errors) = ratio.linearised()?;
    let error = Some(standard_error(&errors));
    Some(Interval { low: (b - root) / a, high: (b + root) / a, error })
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn deviations(values: &[f64]) -> Vec<f64> {
    let mean = mean(values).unwrap_or(0.0);
    values.iter().map(|x| x - mean).collect()
}

/// Of the mean of what has these `errors`, whose own mean is 0; 0 for fewer than two.
fn standard_error(errors: &[f64]) -> f64 {
    let n = errors.len();
    if n < 2 {
        return 0.0;
    }
    let squares: f64 = errors.iter().map(|e| e * e).sum();
    (squares / ((n - 1) as f64 * n as f64)).sqrt()
}

/// The skewness of fewer values than this says nothing.
const LEAST_SKEWED: usize = 10;

/// How far below and above an estimate the truth may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) below: f64,
    pub(super) above: f64,
    /// The standard error.
    pub(super) error: f64,
    /// How far it would be to both sides without skewness.
    pub(super) straight: f64,
}

impl Reach {
    /// That of a mean of what has these `errors`, whose own mean is 0; nothing for fewer than two.
    pub(super) fn of(errors: &[f64], confidence: f64) -> Option<Self> {
        let degrees = errors.len().checked_sub(1).filter(|&degrees| degrees > 0)?;
        Some(Self::skewed(standard_error(errors), errors, two_sided(confidence, degrees)))
    }

    /// Where Hall's cubic `T + g (T²/3 + 1/6) / sqrt(n) + g² T³ / (27 n)` of `T`, the error divided
    /// by its standard error, lies between `-t` and `t`; `g` is the skewness of the errors.
    fn skewed(error: f64, errors: &[f64], t: f64) -> Self {
        let n = errors.len() as f64;
        let square = errors.iter().map(|e| e * e).sum::<f64>() / n;
        let cube = errors.iter().map(|e| e * e * e).sum::<f64>() / n;
        let straight = t * error;
        let tilt = cube / (square * square.sqrt() * n.sqrt());
        // Also where there is no error at all.
        if errors.len() < LEAST_SKEWED || !tilt.is_finite() || tilt.abs() < 1e-6 {
            return Self { below: straight, above: straight, error, straight };
        }
        let inverse = |y: f64| (cbrt(1.0 + tilt * (y - tilt / 6.0)) - 1.0) * 3.0 / tilt;
        Self { below: error * inverse(t), above: -error * inverse(-t), error, straight }
    }

    const fn around(self, value: f64) -> Interval {
        let Self { below, above, error, .. } = self;
        Interval { low: value - below, high: value + above, error: Some(error) }
    }
}

fn two_sided(confidence: f64, degrees: usize) -> f64 {
    student_t(0.5 + 0.5 * confidence, degrees)
}

#[cfg(test)]
mod tests;
