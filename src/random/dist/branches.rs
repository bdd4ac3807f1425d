//! The hyperexponential distribution: one exponential of several.

use libm::{exp, log1p};

use super::error::{Reason, positive, share};
use super::{DistError, LEAST, MOST};

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
    pub(super) fn beyond(&self, x: f64) -> f64 {
        self.0.iter().map(|branch| branch.probability * exp(-x / branch.mean)).sum()
    }

    /// By bisection, between the quantiles of the shortest and the longest branch.
    pub(super) fn quantile(&self, u: f64) -> f64 {
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

    pub(super) fn mean(&self) -> f64 {
        self.0.iter().map(|branch| branch.probability * branch.mean).sum()
    }

    pub(super) fn scaled(&self, by: f64) -> Self {
        let scale = |branch: &Branch| Branch { mean: branch.mean * by, ..branch.clone() };
        Self(self.0.iter().map(scale).collect())
    }

    /// How many there are to choose from.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }
}
