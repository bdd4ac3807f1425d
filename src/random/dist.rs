//! A distribution over numbers that are not negative: seconds, or a factor.

mod branches;
mod build;
mod describe;
mod error;
mod family;
mod table;

pub use error::DistError;
use family::Family;

use super::key::{Draws, Entity};
use super::purpose::Purpose;

/// The largest number that [`Draws::uniform`] gives.
const MOST: f64 = 1.0 - f64::EPSILON / 2.0;
/// The least number that [`Draws::uniform`] gives.
const LEAST: f64 = f64::EPSILON / 2.0;

/// A distribution over numbers that are not negative: seconds, or a factor. Always valid.
///
/// With probability `zero_mass` the value is exactly 0; else it is the family's value plus
/// `shift`. Families are made by [`constant`](Self::constant), [`exponential`](Self::exponential)
/// and so on, from what people know: means, coefficients of variation (standard deviation over
/// mean, here `cv`), medians.
#[derive(Clone, Debug, PartialEq)]
pub struct Dist {
    family: Family,
    shift: f64,
    zero_mass: f64,
}

impl Dist {
    /// The value that `entity` has for `purpose`.
    ///
    /// It comes from the same uniform number as [`Draws::uniform`], by inversion, so it grows with
    /// that number; but gamma and erlang use [`Draws::stream`] (only whether the value is 0 hangs
    /// on the uniform number), and hyperexponential lets the number choose a branch first.
    ///
    /// Unit: that of the parameters. Cost: a constant draws nothing.
    #[inline]
    #[must_use]
    pub fn sample(&self, draws: &Draws, entity: Entity, purpose: Purpose, index: u32) -> f64 {
        if let (Family::Constant { value }, true) = (&self.family, self.zero_mass <= 0.0) {
            return self.shift + value;
        }
        let u = draws.uniform(entity, purpose, index);
        self.sample_at(u, draws, (entity, purpose, index))
    }

    /// The same for whoever already has `u`, the uniform number of this key.
    #[inline]
    #[must_use]
    pub fn sample_at(&self, u: f64, draws: &Draws, key: (Entity, Purpose, u32)) -> f64 {
        let (entity, purpose, index) = key;
        let Some(u) = self.beyond_zero_mass(u) else { return 0.0 };
        let value = match &self.family {
            // In line, where it is drawn most.
            Family::Exponential { mean } => Family::exponential_quantile(*mean, u),
            Family::Gamma(law) => law.sample(&mut draws.stream(entity, purpose, index)),
            Family::Hyperexponential(branches) => branches.sample(u),
            family => family.quantile(u),
        };
        self.shift + value
    }

    /// The value that is not exceeded with probability `u`; never falls as `u` grows.
    ///
    /// A `u` that is not strictly between 0 and 1 is taken as the nearest one that can be drawn.
    /// Cost: gamma, erlang and hyperexponential search for it (about a microsecond).
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        let u = if u < MOST { u.max(f64::MIN_POSITIVE) } else { MOST };
        self.beyond_zero_mass(u).map_or(0.0, |u| self.shift + self.family.quantile(u))
    }

    /// The mean, zeros and shift included.
    #[must_use]
    pub fn mean(&self) -> f64 {
        (1.0 - self.zero_mass) * (self.shift + self.family.mean())
    }

    /// The share of values that are at most `x`; between 0 and 1, 0 for a negative `x` or NaN.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() || x < 0.0 {
            return 0.0;
        }
        let beyond = x - self.shift;
        let share = if beyond < 0.0 { 0.0 } else { self.family.cdf(beyond) };
        self.zero_mass + (1.0 - self.zero_mass) * share
    }

    /// The share of values greater than `x`; 1 for a negative `x` or NaN. Where almost nothing is
    /// left it is accurate, which one minus [`cdf`](Self::cdf) is not.
    #[must_use]
    pub fn survival(&self, x: f64) -> f64 {
        if x.is_nan() || x < 0.0 {
            return 1.0;
        }
        let beyond = x - self.shift;
        let share = if beyond < 0.0 { 1.0 } else { self.family.survival(beyond) };
        (1.0 - self.zero_mass) * share
    }

    /// Whether the value is 0 for certain.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.mean() <= 0.0
    }

    /// The distribution of `factor` times the value: same family, same `cv`.
    ///
    /// # Panics
    /// When `factor` is negative, infinite or NaN.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        assert!(factor.is_finite() && factor >= 0.0, "a factor is a number from 0 up");
        if factor <= 0.0 {
            return Self::of(Family::Constant { value: 0.0 });
        }
        Self {
            family: self.family.scaled(factor),
            shift: self.shift * factor,
            zero_mass: self.zero_mass,
        }
    }

    /// The distribution of the same family and `cv`, zeros and shift included, that has this
    /// `mean`. What is always 0 becomes constant.
    ///
    /// # Panics
    /// When `mean` is negative, infinite or NaN.
    #[must_use]
    pub fn with_mean(&self, mean: f64) -> Self {
        if self.is_zero() {
            return Self::of(Family::Constant { value: 1.0 }).scaled(mean);
        }
        self.scaled(mean / self.mean())
    }

    /// Adds `shift` to every value but the zeros of `zero_mass`, in place of an earlier shift.
    ///
    /// # Errors
    /// When `shift` is negative or not finite.
    pub fn with_shift(self, shift: f64) -> Result<Self, DistError> {
        Ok(Self { shift: error::not_negative("shift", shift)?, ..self })
    }

    /// Makes the value exactly 0 with probability `zero_mass`, in place of an earlier one.
    ///
    /// # Errors
    /// When `zero_mass` is not between 0 and 1.
    pub fn with_zero_mass(self, zero_mass: f64) -> Result<Self, DistError> {
        Ok(Self { zero_mass: error::share("zero_mass", zero_mass)?, ..self })
    }

    const fn of(family: Family) -> Self {
        Self { family, shift: 0.0, zero_mass: 0.0 }
    }

    /// What is left of `u` for the family; nothing when the value is 0.
    #[inline]
    fn beyond_zero_mass(&self, u: f64) -> Option<f64> {
        if self.zero_mass <= 0.0 {
            return Some(u);
        }
        let beyond = u - self.zero_mass;
        (beyond > 0.0).then(|| (beyond / (1.0 - self.zero_mass)).clamp(LEAST, MOST))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the values compared are exact")]
mod tests;
