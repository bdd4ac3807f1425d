//! What workers do with offers, from offers that were watched one by one.

use libm::{exp, log};

use crate::fit::law::Law;
use crate::fit::sample::Sample;
use crate::fit::select::Fits;

/// Fewer answers than this say too little about a law.
pub const ANSWERS_LEAST: usize = 50;

/// How an offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The worker accepted it.
    Accepted,
    /// The worker rejected it.
    Rejected,
    /// It timed out.
    TimedOut,
    /// The task went away, or another worker took it.
    Withdrawn,
}

/// An offer, from ringing to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The worker it was made to, or whatever offers are told apart by.
    pub to: String,
    /// How it ended.
    pub outcome: Outcome,
    /// For how long it rang, in seconds, not negative.
    pub ring: f64,
}

/// How many offers ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Accepted.
    pub accepted: usize,
    /// Rejected.
    pub rejected: usize,
    /// Timed out.
    pub timed_out: usize,
    /// Canceled or rescinded.
    pub withdrawn: usize,
}

impl Outcomes {
    /// All of them.
    #[must_use]
    pub const fn created(self) -> usize {
        self.accepted + self.rejected + self.timed_out + self.withdrawn
    }

    /// The share rejected of those that the worker decided, or let time out.
    #[must_use]
    pub fn reject(self) -> f64 {
        let decided = self.accepted + self.rejected + self.timed_out;
        if decided == 0 { 0.0 } else { self.rejected as f64 / decided as f64 }
    }
}

/// What some workers do with offers.
#[derive(Clone, Debug)]
pub struct Answers {
    /// What became of the offers.
    pub outcomes: Outcomes,
    /// How long those rang that were not rejected: answered, or not.
    pub sample: Sample,
    /// The laws that were tried on that. Its share that never ends is of the offers that are not
    /// rejected.
    pub fits: Fits,
    /// The time to reject; `None` if nothing was rejected.
    pub reject_after: Option<Law>,
}

impl Answers {
    /// What `offers` say; `None` if too few of them were answered.
    ///
    /// An offer is rejected, or not heard, or answered: shares of all, as in a scenario's
    /// behavior. Rejections are taken to come before the timeout.
    #[must_use]
    pub fn of<'o>(offers: impl Iterator<Item = &'o Offer>) -> Option<Self> {
        let mut outcomes = Outcomes::default();
        let (mut answered, mut longer, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
        for offer in offers {
            let (count, times) = match offer.outcome {
                Outcome::Accepted => (&mut outcomes.accepted, &mut answered),
                Outcome::Rejected => (&mut outcomes.rejected, &mut rejected),
                Outcome::TimedOut => (&mut outcomes.timed_out, &mut longer),
                Outcome::Withdrawn => (&mut outcomes.withdrawn, &mut longer),
            };
            *count += 1;
            times.push(offer.ring);
        }
        if answered.len() < ANSWERS_LEAST {
            return None;
        }
        let sample = Sample::new(answered, longer);
        let fits = Fits::of_answers(&sample)?;
        Some(Self { outcomes, sample, fits, reject_after: spread(&rejected) })
    }

    /// The share of all offers that is never answered.
    #[must_use]
    pub fn miss(&self) -> f64 {
        self.fits.best().never * (1.0 - self.outcomes.reject())
    }

    /// The 95 % interval of [`Self::miss`].
    #[must_use]
    pub fn miss_interval(&self) -> (f64, f64) {
        let heard = 1.0 - self.outcomes.reject();
        let (low, high) = self.fits.never.unwrap_or((0.0, 1.0));
        (low * heard, high * heard)
    }

    /// The time to answer.
    #[must_use]
    pub fn response(&self) -> &Law {
        &self.fits.best().law
    }

    /// Up to which timeout, in seconds, the offers support a statement.
    #[must_use]
    pub fn supported(&self) -> f64 {
        self.sample.supported()
    }
}

/// A log-normal law by the mean and the spread of the logarithms; few times have the usual spread.
fn spread(times: &[f64]) -> Option<Law> {
    if times.is_empty() {
        return None;
    }
    let n = times.len() as f64;
    let logs: Vec<f64> = times.iter().map(|time| log(time.max(0.1))).collect();
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    let sigma = if times.len() < 20 { 0.5 } else { variance.sqrt().clamp(0.05, 3.0) };
    Some(Law::lognormal(exp(mean), sigma))
}
