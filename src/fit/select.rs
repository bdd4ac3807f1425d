//! Which of several laws fits, and how sure the share is that never ends.

use crate::fit::law::{Family, Form};
use crate::fit::likelihood::{Fitted, Never, most_likely};
use crate::fit::sample::Sample;
use crate::random::Dist;

/// Of laws whose criterion is no farther from the best the simplest is taken: a mixture of two comes
/// so far before its own single law by chance once in fifty samples.
pub const SIMPLER: f64 = 4.0;
/// Laws whose criterion is no farther from the best are as good as it.
pub const AS_GOOD: f64 = 2.0;
/// By how much the log-likelihood falls at the ends of a 95 % interval: half of 3.84.
pub(super) const FALL: f64 = 1.920_73;
/// How often an interval's end is halved.
const HALVINGS: usize = 12;
/// How many classes the times are put into for the chi-square test.
const CLASSES: usize = 12;
/// Into how many bits a class is cut to count those who might have ended.
const BITS: u32 = 40;

/// The laws that were tried on a sample.
#[derive(Clone, Debug)]
pub struct Fits {
    /// By Akaike's criterion, the best first.
    pub all: Vec<Fitted>,
    /// Which is taken: of those hardly worse than the best, the one with the fewest parameters.
    pub chosen: usize,
    /// The 95 % interval of the share that never ends, by the profile likelihoods of the law taken
    /// and of all that are as good as the best; `None` where that share is 0 by nature.
    pub never: Option<(f64, f64)>,
    /// How well the chosen one fits; `None` from too few times.
    pub goodness: Option<Goodness>,
}

/// How well a law fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goodness {
    /// The largest distance between the shares left by the law and by Kaplan and Meier.
    pub distance: f64,
    /// Where that is, in seconds.
    pub at: f64,
    /// The squares of what is seen beyond what is expected, by class, in their variance.
    pub chi_square: f64,
    /// Classes without parameters.
    pub degrees: usize,
    /// How often chance alone makes as much of it.
    pub p: f64,
}

impl Fits {
    /// The law of answers: some offers are never answered.
    ///
    /// `None` if nothing was answered.
    #[must_use]
    pub fn of_answers(sample: &Sample) -> Option<Self> {
        let families = [Family::LogNormal, Family::Gamma, Family::Weibull];
        let forms = families.map(Form::one).into_iter().chain(families.map(Form::two));
        Self::of(sample, Never::Free, forms)
    }

    /// The law of patience: everybody leaves at last.
    #[must_use]
    pub fn of_patience(sample: &Sample) -> Option<Self> {
        let families = [Family::Exponential, Family::Weibull, Family::LogNormal, Family::Gamma];
        let forms = families.map(Form::one).into_iter().chain([Form::two(Family::Exponential)]);
        Self::of(sample, Never::Fixed(0.0), forms)
    }

    /// The law of talk and wrap-up, of which all are seen to their end.
    #[must_use]
    pub fn of_work(sample: &Sample) -> Option<Self> {
        let families = [Family::Exponential, Family::LogNormal, Family::Gamma, Family::Weibull];
        let forms = families.map(Form::one).into_iter();
        Self::of(sample, Never::Fixed(0.0), forms.chain([Form::two(Family::LogNormal)]))
    }

    fn of(sample: &Sample, never: Never, forms: impl Iterator<Item = Form>) -> Option<Self> {
        if sample.n_ended() == 0 {
            return None;
        }
        let quartiles = [0.25, 0.5, 0.75].map(|p| sample.quantile(p).max(0.01));
        let fit = |form: Form| most_likely(form, sample, (never, &form.starts(quartiles)));
        let mut all: Vec<Fitted> = forms.filter_map(fit).collect();
        all.sort_by(|a, b| a.aic().total_cmp(&b.aic()));
        let best = all.first()?.aic();
        let near = |by: f64| {
            all.iter().enumerate().take_while(move |(_, fitted)| fitted.aic() <= best + by)
        };
        let chosen = near(SIMPLER).min_by_key(|(_, fitted)| fitted.n_parameters);
        let chosen = chosen.map_or(0, |(index, _)| index);
        let interval = (never == Never::Free).then(|| {
            let good = near(AS_GOOD).map(|(index, _)| index).filter(|index| *index != chosen);
            let good = good.chain([chosen]).map(|index| interval(&all[index], sample));
            good.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0.0, 1.0))
        });
        let goodness = goodness(&all[chosen], sample);
        Some(Self { all, chosen, never: interval, goodness })
    }

    /// The law that is taken.
    #[must_use]
    pub fn best(&self) -> &Fitted {
        &self.all[self.chosen]
    }
}

/// Where the likelihood, the law being the most likely one each time, has fallen by no more than
/// chance makes it.
fn interval(fitted: &Fitted, sample: &Sample) -> (f64, f64) {
    let holds = |share: f64, start: &mut Vec<f64>| {
        let never = (Never::Fixed(share), &[start.clone()][..]);
        let Some(other) = most_likely(fitted.law.form, sample, never) else { return false };
        *start = other.at;
        fitted.log_likelihood - other.log_likelihood <= FALL
    };
    let end = |limit: f64| {
        let mut start = fitted.at.clone();
        if holds(limit, &mut start.clone()) {
            return limit;
        }
        let (mut inside, mut outside) = (fitted.never, limit);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(inside, outside);
            if holds(middle, &mut start) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        outside
    };
    // More than those not seen to end, and some by chance, cannot be.
    let n = sample.len() as f64;
    let unended = 1.0 - sample.n_ended() as f64 / n;
    let most = (unended + 4.0 * (unended * (1.0 - unended) / n).sqrt()).min(1.0 - 1e-9);
    (end(0.0), end(most.max(fitted.never)))
}

/// Compares with Kaplan and Meier's curve, and by a chi-square test of ends in classes, each with
/// those who had not ended before it.
fn goodness(fitted: &Fitted, sample: &Sample) -> Option<Goodness> {
    let steps = sample.kaplan_meier();
    let supported = sample.supported();
    let mut before = 1.0;
    let mut farthest = (0.0, 0.0);
    for step in steps.iter().filter(|step| step.time <= supported) {
        let law = fitted.left(step.time);
        let distance = (law - step.left).abs().max((law - before).abs());
        if farthest.0 < distance {
            farthest = (distance, step.time);
        }
        before = step.left;
    }
    let (chi_square, n_classes) = chi_square(fitted, sample);
    let degrees = n_classes.checked_sub(fitted.n_parameters).filter(|degrees| 0 < *degrees)?;
    let p = chance(chi_square, degrees);
    Some(Goodness { distance: farthest.0, at: farthest.1, chi_square, degrees, p })
}

/// How often a chi-square quantity of so many degrees, at least 1, is as large: it is a gamma one.
pub(super) fn chance(chi_square: f64, degrees: usize) -> f64 {
    let mean = degrees as f64;
    let law = Dist::gamma(mean, (2.0 / mean).sqrt()).expect("a degree at least");
    law.survival(chi_square)
}

fn chi_square(fitted: &Fitted, sample: &Sample) -> (f64, usize) {
    // Between cells, so that whole seconds are not split.
    let edge = |class: usize| {
        let time = sample.quantile(class as f64 / CLASSES as f64);
        let cell = sample.cells.iter().find(|cell| time < cell.to);
        cell.map_or(time, |cell| cell.to)
    };
    let mut edges: Vec<f64> = [0.0].into_iter().chain((1..CLASSES).map(edge)).collect();
    edges.push(sample.supported().max(edges[CLASSES - 1]));
    edges.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let (mut sum, mut n_classes) = (0.0, 0);
    for pair in edges.windows(2) {
        let (expected, variance) = expected(fitted, sample, (pair[0], pair[1]));
        let excess = sample.n_between(pair[0], pair[1]) as f64 - expected;
        if 1.0 < variance {
            sum += excess * excess / variance;
            n_classes += 1;
        }
    }
    (sum, n_classes)
}

/// How many are expected to end from one time to another, by those who are left bit by bit, and the
/// variance of that.
fn expected(fitted: &Fitted, sample: &Sample, (from, to): (f64, f64)) -> (f64, f64) {
    let (mut expected, mut variance) = (0.0, 0.0);
    let at = |bit: u32| from + (to - from) * f64::from(bit) / f64::from(BITS);
    for bit in 0..BITS {
        let (begin, end) = (at(bit), at(bit + 1));
        let at_risk = sample.at_risk(f64::midpoint(begin, end)) as f64;
        // About half of those who end in the bit have done so by its middle.
        let at_risk = at_risk + 0.5 * sample.n_between(begin, end) as f64;
        let p = 1.0 - fitted.left(end) / fitted.left(begin);
        expected += at_risk * p;
        variance += at_risk * p * (1.0 - p);
    }
    (expected, variance)
}
