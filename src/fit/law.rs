//! The laws that are tried: of one family, or two members of it mixed.

use libm::{exp, log};

use crate::random::Dist;

/// A mixture has no part smaller than this.
const LEAST_SHARE: f64 = 0.02;
/// How many values stand for a mixture where it has to be written as a table.
const TABLE: u32 = 200;

/// A family of laws of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// By its mean.
    Exponential,
    /// By its median and the standard deviation of its logarithm.
    LogNormal,
    /// By its mean and its coefficient of variation.
    Gamma,
    /// By its mean and its shape.
    Weibull,
}

/// A family, and whether one member is meant or two, mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The family.
    pub family: Family,
    /// Whether two members are mixed.
    pub is_mixed: bool,
}

/// A law of a time.
#[derive(Clone, Debug)]
pub struct Law {
    /// What it is a member of.
    pub form: Form,
    /// Its parts: one, or two whose shares add up to 1.
    pub parts: Vec<Part>,
}

/// A part of a law.
#[derive(Clone, Debug)]
pub struct Part {
    /// How much of the law it is.
    pub share: f64,
    /// Its median if it is log-normal, else its mean, in seconds.
    pub scale: f64,
    /// What its family has beside the scale; 1 of an exponential one.
    pub shape: f64,
    dist: Dist,
}

impl Family {
    const fn n_parameters(self) -> usize {
        match self {
            Self::Exponential => 1,
            _ => 2,
        }
    }

    /// The member with these parameters; `None` if nobody means such a one.
    fn part(self, share: f64, parameters: &[f64]) -> Option<Part> {
        let scale = exp(parameters[0]);
        let shape = parameters.get(1).map_or(1.0, |shape| exp(*shape));
        let (least, most) = match self {
            Self::Exponential => (1.0, 1.0),
            Self::LogNormal => (0.02, 2.0),
            Self::Gamma => (0.05, 10.0),
            Self::Weibull => (0.1, 20.0),
        };
        if !(1e-3..1e8).contains(&scale) || !(least..=most).contains(&shape) {
            return None;
        }
        let dist = match self {
            Self::Exponential => Dist::exponential(scale),
            Self::LogNormal => Dist::lognormal_median_sigma(scale, shape),
            Self::Gamma => Dist::gamma(scale, shape),
            Self::Weibull => Dist::weibull(scale, shape),
        };
        Some(Part { share, scale, shape, dist: dist.ok()? })
    }

    /// The shape with which a search begins.
    const fn usual_shape(self) -> f64 {
        match self {
            Self::Exponential => 1.0,
            Self::LogNormal | Self::Gamma => 0.7,
            Self::Weibull => 1.5,
        }
    }
}

impl Form {
    /// One member of a family.
    #[must_use]
    pub const fn one(family: Family) -> Self {
        Self { family, is_mixed: false }
    }

    /// Two members of a family.
    #[must_use]
    pub const fn two(family: Family) -> Self {
        Self { family, is_mixed: true }
    }

    /// How many numbers say which law it is.
    #[must_use]
    pub const fn n_parameters(self) -> usize {
        let n = self.family.n_parameters();
        if self.is_mixed { 2 * n + 1 } else { n }
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.family, self.is_mixed) {
            (Family::Exponential, false) => "exponential",
            (Family::LogNormal, false) => "log-normal",
            (Family::Gamma, false) => "gamma",
            (Family::Weibull, false) => "Weibull",
            (Family::Exponential, true) => "two exponentials",
            (Family::LogNormal, true) => "two log-normals",
            (Family::Gamma, true) => "two gammas",
            (Family::Weibull, true) => "two Weibulls",
        }
    }

    /// The law with these parameters, all of which may be any numbers; `None` if nobody means such
    /// a one.
    pub(super) fn law(self, parameters: &[f64]) -> Option<Law> {
        let n = self.family.n_parameters();
        let parts = if self.is_mixed {
            let share = 1.0 / (1.0 + exp(-parameters[2 * n]));
            if !(LEAST_SHARE..=1.0 - LEAST_SHARE).contains(&share) {
                return None;
            }
            let first = self.family.part(share, &parameters[..n])?;
            vec![first, self.family.part(1.0 - share, &parameters[n..2 * n])?]
        } else {
            vec![self.family.part(1.0, &parameters[..n])?]
        };
        Some(Law { form: self, parts })
    }

    /// Where searches begin for times of which half are below `middle`, and a quarter below `low`
    /// and above `high`.
    pub(super) fn starts(self, [low, middle, high]: [f64; 3]) -> Vec<Vec<f64>> {
        let shape = log(self.family.usual_shape());
        let one = |scale: f64| match self.family {
            Family::Exponential => vec![log(scale)],
            _ => vec![log(scale), shape],
        };
        let two = |first: f64, second: f64, share: f64| {
            [one(first), one(second), vec![log(share / (1.0 - share))]].concat()
        };
        if self.is_mixed {
            vec![two(low, high, 0.5), two(middle, 3.0 * high, 0.8), two(low, 2.0 * high, 0.6)]
        } else {
            vec![one(middle)]
        }
    }
}

impl Law {
    /// The share of times up to `time`.
    #[must_use]
    pub fn cdf(&self, time: f64) -> f64 {
        self.parts.iter().map(|part| part.share * part.dist.cdf(time)).sum()
    }

    /// The share of times beyond `time`, also where that is almost nothing.
    #[must_use]
    pub fn survival(&self, time: f64) -> f64 {
        self.parts.iter().map(|part| part.share * part.dist.survival(time)).sum()
    }

    /// The mean, in seconds.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.parts.iter().map(|part| part.share * part.dist.mean()).sum()
    }

    /// The time, in seconds, up to which a share `p` lies, `p` between 0 and 1 exclusive.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let of = |part: &Part| part.dist.quantile(p);
        let (mut low, mut high) = self
            .parts
            .iter()
            .map(of)
            .fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(at), high.max(at)));
        while 1e-9 * high < high - low {
            let middle = f64::midpoint(low, high);
            if self.cdf(middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// Values, in seconds, that stand for the law: the middle of each two-hundredth of it.
    #[must_use]
    pub fn table(&self) -> Vec<f64> {
        let middle = |i: u32| self.quantile((f64::from(i) + 0.5) / f64::from(TABLE));
        (0..TABLE).map(middle).collect()
    }

    /// The same law, `factor` times as long.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let part = |part: &Part| Part {
            scale: part.scale * factor,
            dist: part.dist.scaled(factor),
            ..part.clone()
        };
        Self { form: self.form, parts: self.parts.iter().map(part).collect() }
    }

    /// A log-normal law.
    ///
    /// # Panics
    /// If the median is not positive and finite, or sigma not a number from 0 up.
    #[must_use]
    pub fn lognormal(median: f64, sigma: f64) -> Self {
        let dist = Dist::lognormal_median_sigma(median, sigma).expect("as asked for");
        let part = Part { share: 1.0, scale: median, shape: sigma, dist };
        Self { form: Form::one(Family::LogNormal), parts: vec![part] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_lies_between_its_parts() {
        let form = Form::two(Family::LogNormal);
        let law = form.law(&[log(4.0), log(0.4), log(20.0), log(0.3), log(1.5)]).unwrap();
        assert!((law.parts[0].share - 0.6).abs() < 1e-12);
        assert!((law.cdf(law.quantile(0.7)) - 0.7).abs() < 1e-7);
        let table = law.table();
        let mean = table.iter().sum::<f64>() / f64::from(TABLE);
        assert!((mean / law.mean() - 1.0).abs() < 0.005, "{mean} {}", law.mean());
        assert!((law.scaled(2.0).quantile(0.5) / law.quantile(0.5) - 2.0).abs() < 1e-7);
    }

    #[test]
    fn what_nobody_means_is_no_law() {
        assert!(Form::one(Family::LogNormal).law(&[log(5.0), log(9.0)]).is_none());
        assert!(Form::one(Family::Weibull).law(&[log(1e9), 0.0]).is_none());
        assert!(Form::two(Family::Gamma).law(&[0.0, 0.0, 0.0, 0.0, 9.0]).is_none());
    }
}
