//! The families of distributions, and the formulas of each.

use libm::{exp, expm1, log, log1p, pow};
use rand_distr::{Distribution, Gamma};

use super::branches::Branches;
use super::table::Table;
use crate::random::key::KeyedRng;
use crate::random::log::ln;
use crate::random::{gamma, normal};

/// What is drawn, before zeros and shift.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Family {
    Constant { value: f64 },
    Uniform { min: f64, max: f64 },
    Exponential { mean: f64 },
    Weibull { scale: f64, shape: f64, mean: f64 },
    LogNormal { median: f64, sigma: f64 },
    Triangular { min: f64, mode: f64, max: f64 },
    Gamma(GammaLaw),
    Hyperexponential(Branches),
    Empirical(Table),
}

impl Family {
    #[inline]
    pub(super) fn exponential_quantile(mean: f64, u: f64) -> f64 {
        -mean * ln_of_rest(u)
    }

    /// `u` is strictly between 0 and 1.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::Uniform { min, max } => min + u * (max - min),
            Self::Exponential { mean } => Self::exponential_quantile(*mean, u),
            Self::Weibull { scale, shape, .. } => scale * exp(log(-log1p(-u)) / shape),
            Self::LogNormal { median, sigma } => median * exp(sigma * normal::quantile(u)),
            Self::Triangular { min, mode, max } => triangular_quantile([*min, *mode, *max], u),
            Self::Gamma(law) => law.scale * gamma::quantile(law.shape, u),
            Self::Hyperexponential(branches) => branches.quantile(u),
            Self::Empirical(table) => table.quantile(u),
        }
    }

    /// `x` is not negative.
    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self {
            Self::Constant { value } => f64::from(u8::from(x >= *value)),
            Self::Uniform { min, max } if x < *max => ((x - min) / (max - min)).max(0.0),
            Self::Uniform { .. } => 1.0,
            Self::Exponential { mean } => -expm1(-x / mean),
            Self::Weibull { scale, shape, .. } => -expm1(-pow(x / scale, *shape)),
            Self::LogNormal { median, sigma } => normal::cdf(log(x / median) / sigma),
            Self::Triangular { min, mode, max } => triangular_cdf([*min, *mode, *max], x),
            Self::Gamma(law) => gamma::shares(law.shape, x / law.scale).0,
            Self::Hyperexponential(branches) => 1.0 - branches.beyond(x),
            Self::Empirical(table) => table.cdf(x),
        }
    }

    /// The share beyond `x`, which is not negative: accurate also where almost nothing is left.
    pub(super) fn survival(&self, x: f64) -> f64 {
        match self {
            Self::Exponential { mean } => exp(-x / mean),
            Self::Weibull { scale, shape, .. } => exp(-pow(x / scale, *shape)),
            Self::LogNormal { median, sigma } => normal::cdf(log(median / x) / sigma),
            Self::Gamma(law) => gamma::shares(law.shape, x / law.scale).1,
            Self::Hyperexponential(branches) => branches.beyond(x),
            _ => 1.0 - self.cdf(x),
        }
    }

    pub(super) fn mean(&self) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::Uniform { min, max } => 0.5 * (min + max),
            Self::Exponential { mean } | Self::Weibull { mean, .. } => *mean,
            Self::LogNormal { median, sigma } => median * exp(sigma * sigma / 2.0),
            Self::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Self::Gamma(law) => law.shape * law.scale,
            Self::Hyperexponential(branches) => branches.mean(),
            Self::Empirical(table) => table.mean(),
        }
    }

    /// `by` is positive.
    pub(super) fn scaled(&self, by: f64) -> Self {
        match self {
            Self::Constant { value } => Self::Constant { value: value * by },
            Self::Uniform { min, max } => Self::Uniform { min: min * by, max: max * by },
            Self::Exponential { mean } => Self::Exponential { mean: mean * by },
            Self::Weibull { scale, shape, mean } => {
                Self::Weibull { scale: scale * by, shape: *shape, mean: mean * by }
            }
            Self::LogNormal { median, sigma } => {
                Self::LogNormal { median: median * by, sigma: *sigma }
            }
            Self::Triangular { min, mode, max } => {
                Self::Triangular { min: min * by, mode: mode * by, max: max * by }
            }
            Self::Gamma(law) => Self::Gamma(GammaLaw { scale: law.scale * by, ..law.clone() }),
            Self::Hyperexponential(branches) => Self::Hyperexponential(branches.scaled(by)),
            Self::Empirical(table) => Self::Empirical(table.scaled(by)),
        }
    }
}

/// ln(1 - u): where 1 - u is not exact enough, in the rare case of a small `u`, by `libm`.
#[inline]
fn ln_of_rest(u: f64) -> f64 {
    const SMALL: f64 = 1.0 / 1024.0;
    if u < SMALL { log1p(-u) } else { ln(1.0 - u) }
}

fn triangular_quantile([min, mode, max]: [f64; 3], u: f64) -> f64 {
    let width = max - min;
    if u * width < mode - min {
        min + (u * width * (mode - min)).sqrt()
    } else {
        max - ((1.0 - u) * width * (max - mode)).sqrt()
    }
}

fn triangular_cdf([min, mode, max]: [f64; 3], x: f64) -> f64 {
    let width = max - min;
    match x {
        x if x >= max => 1.0,
        x if x >= mode => 1.0 - (max - x) * (max - x) / (width * (max - mode)),
        x if x > min => (x - min) * (x - min) / (width * (mode - min)),
        _ => 0.0,
    }
}

/// Gamma, and erlang as one with a whole shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GammaLaw {
    pub(super) shape: f64,
    pub(super) scale: f64,
    /// Of an erlang.
    pub(super) phases: Option<u32>,
    unit: Gamma<f64>,
}

impl GammaLaw {
    pub(super) fn new(shape: f64, scale: f64) -> Self {
        let unit = Gamma::new(shape, 1.0).expect("a shape is positive");
        Self { shape, scale, phases: None, unit }
    }

    pub(super) fn of_phases(phases: u32, mean: f64) -> Self {
        let shape = f64::from(phases);
        Self { phases: Some(phases), ..Self::new(shape, mean / shape) }
    }

    pub(super) fn sample(&self, rng: &mut KeyedRng) -> f64 {
        self.scale * self.unit.sample(rng)
    }
}
