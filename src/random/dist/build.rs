//! The constructors of [`Dist`]: what people know becomes what the formulas need.

use libm::{exp, expm1, lgamma, log, log1p};

use super::branches::Branches;
use super::error::{Reason, not_negative, positive, within};
use super::family::{Family, GammaLaw};
use super::table::Table;
use super::{Dist, DistError};

/// What a coefficient of variation may be.
const CVS: std::ops::RangeInclusive<f64> = 1e-3..=1e3;
/// What a shape may be.
const SHAPES: std::ops::RangeInclusive<f64> = 1e-2..=1e6;

impl Dist {
    /// Always `value`.
    ///
    /// # Errors
    /// When `value` is negative or not finite.
    pub fn constant(value: f64) -> Result<Self, DistError> {
        Ok(Self::of(Family::Constant { value: not_negative("value", value)? }))
    }

    /// Anything from `min` to `max` with equal odds.
    ///
    /// # Errors
    /// When `min` is negative, a parameter is not finite, or they are in the wrong order.
    pub fn uniform(min: f64, max: f64) -> Result<Self, DistError> {
        let min = not_negative("min", min)?;
        let max = ordered("max", max, "min", min)?;
        Ok(Self::of(Family::Uniform { min, max }))
    }

    /// Exponential: what is to come does not depend on what was.
    ///
    /// # Errors
    /// When `mean` is not positive and finite.
    pub fn exponential(mean: f64) -> Result<Self, DistError> {
        Ok(Self::of(Family::Exponential { mean: positive("mean", mean)? }))
    }

    /// The sum of `k` exponential phases of equal length, `mean` altogether.
    ///
    /// # Errors
    /// When `k` is 0 or above a million, or `mean` is not positive and finite.
    pub fn erlang(k: u32, mean: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        within("k", f64::from(k), SHAPES)?;
        Ok(Self::of(Family::Gamma(GammaLaw::of_phases(k, mean))))
    }

    /// Gamma, as of a busyness; a `cv` of 0 makes it constant.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `cv` is neither 0 nor from 0.001 to 10.
    pub fn gamma(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        if not_negative("cv", cv)? <= 0.0 {
            return Self::constant(mean);
        }
        let cv = within("cv", cv, 1e-3..=10.0)?;
        Self::gamma_mean_shape(mean, (1.0 / (cv * cv)).clamp(*SHAPES.start(), *SHAPES.end()))
    }

    /// Gamma by its `shape`: 1 is exponential, a larger one is less spread.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `shape` is not from 0.01 to a million.
    pub fn gamma_mean_shape(mean: f64, shape: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        let shape = within("shape", shape, SHAPES)?;
        Ok(Self::of(Family::Gamma(GammaLaw::new(shape, mean / shape))))
    }

    /// Weibull: with a `shape` below 1, who has waited long will wait longer.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `shape` is not from 0.05 to 1000.
    pub fn weibull(mean: f64, shape: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        let shape = within("shape", shape, 0.05..=1e3)?;
        let scale = mean / exp(lgamma(1.0 + 1.0 / shape));
        Ok(Self::of(Family::Weibull { scale, shape, mean }))
    }

    /// Weibull by its `cv`; a `cv` of 1 is exponential.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `cv` is not from 0.002 to 100.
    pub fn weibull_mean_cv(mean: f64, cv: f64) -> Result<Self, DistError> {
        positive("mean", mean)?;
        let cv = within("cv", cv, 2e-3..=100.0)?;
        Self::weibull(mean, weibull_shape(cv))
    }

    /// Log-normal, by `mean` and `cv`; a `cv` of 0 makes it constant.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `cv` is neither 0 nor from 0.001 to 1000.
    pub fn lognormal_mean_cv(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        if not_negative("cv", cv)? <= 0.0 {
            return Self::constant(mean);
        }
        let cv = within("cv", cv, CVS)?;
        let squared = log1p(cv * cv);
        Self::lognormal_median_sigma(mean * exp(-squared / 2.0), squared.sqrt())
    }

    /// Log-normal, by `median` and the standard deviation `sigma` of the logarithm; a `sigma` of 0
    /// makes it constant.
    ///
    /// # Errors
    /// When `median` is not positive and finite, or `sigma` is not from 0 to 5.
    pub fn lognormal_median_sigma(median: f64, sigma: f64) -> Result<Self, DistError> {
        let median = positive("median", median)?;
        if not_negative("sigma", sigma)? <= 0.0 {
            return Self::constant(median);
        }
        let sigma = within("sigma", sigma, 0.0..=5.0)?;
        Ok(Self::of(Family::LogNormal { median, sigma }))
    }

    /// One exponential or another: `branches` are (probability, mean).
    ///
    /// # Errors
    /// When there is none, a probability is not between 0 and 1, they do not add up to 1 within a
    /// millionth, or a mean is not positive and finite.
    pub fn hyperexponential(branches: &[(f64, f64)]) -> Result<Self, DistError> {
        Ok(Self::of(Family::Hyperexponential(Branches::new(branches)?)))
    }

    /// Two exponentials with balanced means: each branch has half of the total.
    ///
    /// # Errors
    /// When `mean` is not positive and finite, or `cv` is not from 1 to 1000.
    pub fn hyperexponential_mean_cv(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mean = positive("mean", mean)?;
        let cv = within("cv", cv, CVS)?;
        if cv < 1.0 {
            return Err(DistError::new("cv", Reason::BelowOne));
        }
        let square = cv * cv;
        let rare = 0.5 * (1.0 - ((square - 1.0) / (square + 1.0)).sqrt());
        let often = 1.0 - rare;
        Self::hyperexponential(&[(often, mean / (2.0 * often)), (rare, mean / (2.0 * rare))])
    }

    /// From `min` to `max`, most often near `mode`.
    ///
    /// # Errors
    /// When `min` is negative, a parameter is not finite, or they are in the wrong order.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Self, DistError> {
        let min = not_negative("min", min)?;
        let mode = ordered("mode", mode, "min", min)?;
        let max = ordered("max", max, "mode", mode)?;
        Ok(Self::of(Family::Triangular { min, mode, max }))
    }

    /// One of `values`, with odds in proportion to `weights`; in any order.
    ///
    /// # Errors
    /// When there is none, there are not as many weights as values, one is negative or not
    /// finite, or all weights are 0.
    pub fn empirical(values: &[f64], weights: &[f64]) -> Result<Self, DistError> {
        Ok(Self::of(Family::Empirical(Table::new(values, weights)?)))
    }
}

/// `x`, which must not be less than `least`.
fn ordered(
    parameter: &'static str,
    x: f64,
    than: &'static str,
    least: f64,
) -> Result<f64, DistError> {
    let x = not_negative(parameter, x)?;
    if x < least { Err(DistError::new(parameter, Reason::Below(than))) } else { Ok(x) }
}

/// The shape of the Weibull distribution that has this `cv`, found by bisection.
fn weibull_shape(cv: f64) -> f64 {
    let (mut low, mut high) = (log(0.05), log(1e3));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if weibull_cv(exp(middle)) > cv {
            low = middle;
        } else {
            high = middle;
        }
    }
    exp(0.5 * (low + high))
}

fn weibull_cv(shape: f64) -> f64 {
    expm1(lgamma(1.0 + 2.0 / shape) - 2.0 * lgamma(1.0 + 1.0 / shape)).sqrt()
}
