//! The families of distributions, and the formulas of each.

use libm::{exp, expm1, log, log1p, pow};
use rand_distr::{Distribution, Gamma};

use super::error::{Reason, not_negative, positive, share};
use super::{DistError, LEAST, MOST};
use crate::random::key::KeyedRng;
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
    /// `u` is strictly between 0 and 1.
    #[inline]
    pub(super) fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::Uniform { min, max } => min + u * (max - min),
            Self::Exponential { mean } => -mean * log1p(-u),
            Self::Weibull { scale, shape, .. } => scale * pow(-log1p(-u), 1.0 / shape),
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
            Self::Gamma(law) => Self::Gamma(GammaLaw::new(law.shape, law.scale * by)),
            Self::Hyperexponential(branches) => Self::Hyperexponential(branches.scaled(by)),
            Self::Empirical(table) => Self::Empirical(table.scaled(by)),
        }
    }
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
    unit: Gamma<f64>,
}

impl GammaLaw {
    pub(super) fn new(shape: f64, scale: f64) -> Self {
        let unit = Gamma::new(shape, 1.0).expect("a shape is positive");
        Self { shape, scale, unit }
    }

    pub(super) fn sample(&self, rng: &mut KeyedRng) -> f64 {
        self.scale * self.unit.sample(rng)
    }
}

/// One exponential of several, shorter means first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Branches(Box<[Branch]>);

#[derive(Clone, Debug, PartialEq)]
struct Branch {
    probability: f64,
    mean: f64,
}

impl Branches {
    pub(super) fn new(branches: &[(f64, f64)]) -> Result<Self, DistError> {
        let mut valid = Vec::new();
        for &(probability, mean) in branches {
            let probability = share("p", probability)?;
            valid.push(Branch { probability, mean: positive("mean", mean)? });
        }
        if valid.is_empty() {
            return Err(DistError::new("p", Reason::Empty));
        }
        let total: f64 = valid.iter().map(|branch| branch.probability).sum();
        if (total - 1.0).abs() > 1e-6 {
            return Err(DistError::new("p", Reason::NotOneInAll));
        }
        valid.retain(|branch| branch.probability > 0.0);
        valid.sort_by(|a, b| a.mean.total_cmp(&b.mean));
        valid.iter_mut().for_each(|branch| branch.probability /= total);
        Ok(Self(valid.into()))
    }

    /// The branch in whose part of the unit interval `u` lies; how far along decides the rest.
    #[inline]
    pub(super) fn sample(&self, mut u: f64) -> f64 {
        let (last, others) = self.0.split_last().expect("there is a branch");
        let mut chosen = last;
        for branch in others {
            if u < branch.probability {
                chosen = branch;
                break;
            }
            u -= branch.probability;
        }
        -chosen.mean * log1p(-(u / chosen.probability).clamp(LEAST, MOST))
    }

    /// The share of values beyond `x`.
    fn beyond(&self, x: f64) -> f64 {
        self.0.iter().map(|branch| branch.probability * exp(-x / branch.mean)).sum()
    }

    /// By bisection, between the quantiles of the shortest and the longest branch.
    fn quantile(&self, u: f64) -> f64 {
        let unit = -log1p(-u);
        let (mut low, mut high) = (unit * self.0[0].mean, unit * self.0[self.0.len() - 1].mean);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.beyond(middle) > 1.0 - u {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    fn mean(&self) -> f64 {
        self.0.iter().map(|branch| branch.probability * branch.mean).sum()
    }

    fn scaled(&self, by: f64) -> Self {
        let scale = |branch: &Branch| Branch { mean: branch.mean * by, ..branch.clone() };
        Self(self.0.iter().map(scale).collect())
    }

    /// How many there are to choose from.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}

/// Values in ascending order, each with the share of all that are at most as large.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table(Box<[(f64, f64)]>);

impl Table {
    pub(super) fn new(values: &[f64], weights: &[f64]) -> Result<Self, DistError> {
        if values.is_empty() {
            return Err(DistError::new("values", Reason::Empty));
        }
        if values.len() != weights.len() {
            return Err(DistError::new("weights", Reason::NotAsManyAs("values")));
        }
        let mut entries = Vec::new();
        for (&value, &weight) in values.iter().zip(weights) {
            let weight = not_negative("weights", weight)?;
            let value = not_negative("values", value)?;
            if weight > 0.0 {
                entries.push((value, weight));
            }
        }
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self::cumulated(entries)
    }

    fn cumulated(mut entries: Vec<(f64, f64)>) -> Result<Self, DistError> {
        let total: f64 = entries.iter().map(|entry| entry.1).sum();
        if !total.is_finite() {
            return Err(DistError::new("weights", Reason::NotFinite));
        }
        let mut sum = 0.0;
        for entry in &mut entries {
            sum += entry.1;
            entry.1 = sum / total;
        }
        let Some(last) = entries.last_mut() else {
            return Err(DistError::new("weights", Reason::AllZero));
        };
        last.1 = 1.0;
        Ok(Self(entries.into()))
    }

    /// Binary search: O(log n).
    #[inline]
    fn quantile(&self, u: f64) -> f64 {
        self.0[self.0.partition_point(|entry| entry.1 < u)].0
    }

    fn cdf(&self, x: f64) -> f64 {
        match self.0.partition_point(|entry| entry.0 <= x) {
            0 => 0.0,
            n => self.0[n - 1].1,
        }
    }

    fn mean(&self) -> f64 {
        let mut before = 0.0;
        let weighted = |&(value, share): &(f64, f64)| {
            let part = value * (share - before);
            before = share;
            part
        };
        self.0.iter().map(weighted).sum()
    }

    fn scaled(&self, by: f64) -> Self {
        Self(self.0.iter().map(|&(value, share)| (value * by, share)).collect())
    }

    /// How many there are to choose from.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}
