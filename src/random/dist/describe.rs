//! A distribution in words.

use libm::expm1;

use super::Dist;
use super::family::{Family, GammaLaw};

impl Dist {
    /// In words, values in seconds: `lognormal, mean 250 s, cv 1.1`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.describe_in(" s")
    }

    /// In words, each value followed by `unit`, which is empty for a factor.
    #[must_use]
    pub fn describe_in(&self, unit: &str) -> String {
        let mut text = self.family.describe(unit);
        if self.shift > 0.0 {
            text += &format!(", plus {}{unit}", short(self.shift));
        }
        if self.zero_mass > 0.0 {
            text += &format!(", {} % zero", short(100.0 * self.zero_mass));
        }
        text
    }
}

impl Family {
    fn describe(&self, unit: &str) -> String {
        let mean = format!("mean {}{unit}", short(self.mean()));
        match self {
            Self::Constant { value } => format!("constant {}{unit}", short(*value)),
            Self::Uniform { min, max } => {
                format!("uniform, {} to {}{unit}", short(*min), short(*max))
            }
            Self::Exponential { .. } => format!("exponential, {mean}"),
            Self::Weibull { shape, .. } => format!("weibull, {mean}, shape {}", short(*shape)),
            Self::LogNormal { sigma, .. } => {
                format!("lognormal, {mean}, cv {}", short(expm1(sigma * sigma).sqrt()))
            }
            Self::Triangular { min, mode, max } => {
                let [min, mode, max] = [min, mode, max].map(|x| short(*x));
                format!("triangular, {min} to {max}{unit}, mode {mode}{unit}")
            }
            Self::Gamma(GammaLaw { phases: Some(phases), .. }) => {
                format!("erlang, {phases} phases, {mean}")
            }
            Self::Gamma(law) => format!("gamma, {mean}, cv {}", short(1.0 / law.shape.sqrt())),
            Self::Hyperexponential(branches) => {
                format!("hyperexponential, {mean}, {} branches", branches.len())
            }
            Self::Empirical(table) => format!("empirical, {mean}, {} values", table.len()),
        }
    }
}

/// To six significant digits or the unit, whichever is finer, without trailing zeros.
fn short(x: f64) -> String {
    if !(1e-6..1e15).contains(&x) {
        return if x > 0.0 { format!("{x:e}") } else { "0".to_owned() };
    }
    let decimals = (0..11).rev().find(|&n| x * POWERS[n] < 1e6).unwrap_or(0);
    let text = format!("{x:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

const POWERS: [f64; 11] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];
