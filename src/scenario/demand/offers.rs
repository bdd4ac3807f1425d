//! What becomes of an offer, on average.

use crate::random::Dist;
use crate::scenario::{Away, Behavior, Recovery};
use crate::time::Span;

/// How finely the time of ringing is cut.
const STEPS: usize = 240;

/// What becomes of the offers of one kind of task, on average over the workers who may get them,
/// if nobody hangs up.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    /// How long an offer rings at most, in seconds.
    pub timeout: f64,
    /// The share of offers answered within 0, 1, … of [`STEPS`] parts of the timeout.
    answered: Vec<f64>,
    /// The share of offers that are rejected.
    pub rejected: f64,
    /// Seconds of ringing until rejected, counted for every offer.
    rejecting: f64,
    /// The share of offers whose set-up fails after they were answered.
    failed: f64,
    /// Seconds of set-up, counted for every offer.
    connecting: f64,
    /// Seconds out of line after a miss, counted for every offer.
    lost: f64,
}

impl Offers {
    /// With this behavior; the offer rings `latency` after its creation.
    #[must_use]
    pub fn of(behavior: &Behavior, timeout: Span, latency: Span) -> Self {
        let ear = Ear::new(behavior, timeout.as_secs_f64(), latency.as_secs_f64());
        let (reject, miss) =
            if behavior.auto_accept { (0.0, 0.0) } else { (behavior.reject, behavior.miss) };
        let mut answered = ear.curve((!behavior.auto_accept).then_some(&behavior.response));
        answered.iter_mut().for_each(|share| *share *= 1.0 - reject - miss);
        let rejects: Vec<f64> = match reject {
            0.0 => vec![0.0; STEPS + 1],
            _ => ear.curve(Some(&behavior.reject_after)).iter().map(|s| s * reject).collect(),
        };
        let connect = behavior.connect.as_ref();
        let (takes, fails) = connect.map_or((0.0, 0.0), |c| (c.time.mean(), c.fail));
        let (all, rejected) = (answered[STEPS], rejects[STEPS]);
        Self {
            timeout: ear.timeout,
            rejected,
            rejecting: mean(&rejects, ear.timeout),
            failed: all * fails,
            connecting: all * takes,
            lost: (1.0 - all - rejected) * recovery(&behavior.recovery),
            answered,
        }
    }

    /// The mean of several, each with its weight; all have one timeout. Nothing of none.
    #[must_use]
    pub fn mean(parts: &[(Self, f64)]) -> Option<Self> {
        let total: f64 = parts.iter().map(|(_, weight)| weight).sum();
        let (first, _) = parts.first().filter(|_| 0.0 < total)?;
        let of = |read: &dyn Fn(&Self) -> f64| {
            parts.iter().map(|(part, weight)| read(part) * weight).sum::<f64>() / total
        };
        Some(Self {
            timeout: first.timeout,
            answered: (0..=STEPS).map(|step| of(&|part| part.answered[step])).collect(),
            rejected: of(&|part| part.rejected),
            rejecting: of(&|part| part.rejecting),
            failed: of(&|part| part.failed),
            connecting: of(&|part| part.connecting),
            lost: of(&|part| part.lost),
        })
    }

    /// The share of offers that end in a conversation.
    #[must_use]
    pub fn accepted(&self) -> f64 {
        self.answered[STEPS] - self.failed
    }

    /// The share of offers that time out.
    #[must_use]
    pub fn missed(&self) -> f64 {
        (1.0 - self.answered[STEPS] - self.rejected).max(0.0)
    }

    /// Seconds of ringing and set-up of one offer, whatever becomes of it.
    fn per_offer(&self) -> f64 {
        mean(&self.answered, self.timeout)
            + self.rejecting
            + self.connecting
            + self.missed() * self.timeout
    }

    /// Seconds of ringing and set-up until a task is accepted, all its offers together.
    #[must_use]
    pub fn ringing_per_task(&self) -> f64 {
        self.per_offer() / self.accepted()
    }

    /// Seconds that workers are out of line after the offers of one task that were missed.
    #[must_use]
    pub fn lost_per_task(&self) -> f64 {
        self.lost / self.accepted()
    }

    /// Seconds out of line after one miss; 0 if there are none.
    #[must_use]
    pub fn lost_per_miss(&self) -> f64 {
        if 0.0 < self.missed() { self.lost / self.missed() } else { 0.0 }
    }

    /// Seconds of ringing and set-up of an offer that is not accepted; 0 if there are none.
    #[must_use]
    pub fn vain(&self) -> f64 {
        let vain = 1.0 - self.accepted();
        let waits = self.missed() * self.timeout + self.rejecting + self.failed * self.set_up();
        if 1e-12 < vain { waits / vain } else { 0.0 }
    }

    /// How long an accepted offer rings and connects: `(seconds, share of accepted offers)`.
    pub fn rings(&self) -> impl Iterator<Item = (f64, f64)> {
        let (all, set_up) = (self.answered[STEPS], self.set_up());
        let part = self.timeout / steps();
        let at_once = (set_up, self.answered[0] / all);
        let later = self.answered.windows(2).zip(0..).map(move |(pair, step)| {
            (part * (f64::from(step) + 0.5) + set_up, (pair[1] - pair[0]) / all)
        });
        std::iter::once(at_once).chain(later).filter(|(_, share)| 0.0 < *share)
    }

    fn set_up(&self) -> f64 {
        if 0.0 < self.connecting { self.connecting / self.answered[STEPS] } else { 0.0 }
    }

    /// Whether every offer is accepted at the instant it is made.
    #[must_use]
    pub fn is_instant(&self) -> bool {
        1.0 - 1e-9 < self.accepted() && self.per_offer() < 1e-9
    }
}

fn steps() -> f64 {
    f64::from(u16::try_from(STEPS).expect("few steps"))
}

/// The mean of what is distributed as `curve` says, over the share that is.
fn mean(curve: &[f64], timeout: f64) -> f64 {
    let part = timeout / steps();
    let moved = |(pair, step): (&[f64], u16)| (pair[1] - pair[0]) * part * (f64::from(step) + 0.5);
    curve.windows(2).zip(0..).map(moved).sum()
}

/// From a miss back to work, as far as that is known beforehand.
fn recovery(recovery: &Recovery) -> f64 {
    match recovery {
        Recovery::After(dist) => dist.mean(),
        Recovery::Never => 0.0,
        Recovery::NextBreak { p_unnoticed, otherwise } => {
            otherwise.as_ref().map_or(0.0, |dist| (1.0 - p_unnoticed) * dist.mean())
        }
    }
}

/// When the ringing is heard.
struct Ear {
    timeout: f64,
    latency: f64,
    /// The share of time away, and how it is distributed how much longer it lasts: midpoints of
    /// parts, each with its share.
    away: (f64, Vec<(f64, f64)>),
}

impl Ear {
    fn new(behavior: &Behavior, timeout: f64, latency: f64) -> Self {
        let away = behavior.away.as_ref().map_or((0.0, Vec::new()), |away| residual(away, timeout));
        Self { timeout, latency, away }
    }

    /// The share that has answered within 0, 1, … parts of the timeout; without a response time,
    /// as soon as it rings.
    fn curve(&self, response: Option<&Dist>) -> Vec<f64> {
        let answers = |heard: f64, x: f64| match response {
            Some(response) => response.cdf(x - heard),
            None => f64::from(u8::from(heard <= x)),
        };
        let (share, residual) = &self.away;
        let later = |x: f64| -> f64 {
            residual.iter().map(|(back, p)| p * answers(back.max(self.latency), x)).sum()
        };
        let at = |step: u16| {
            let x = self.timeout * f64::from(step) / steps();
            (1.0 - share) * answers(self.latency, x) + share * later(x)
        };
        (0..=STEPS).map(|step| at(u16::try_from(step).expect("few steps"))).collect()
    }
}

/// The share of time away, and how much longer an absence lasts that is met at a random time, up to
/// `timeout`.
///
/// Source: renewal theory, the density is `(1 - F(x)) / mean`.
fn residual(away: &Away, timeout: f64) -> (f64, Vec<(f64, f64)>) {
    let (there, lasts) = (away.every.mean(), away.lasts.mean());
    if lasts <= 0.0 {
        return (0.0, Vec::new());
    }
    let part = timeout / steps();
    let midpoint = |step| part * (f64::from(step) + 0.5);
    let parts = (0..STEPS).map(|step| midpoint(u16::try_from(step).expect("few steps")));
    let parts = parts.map(|x| (x, part * (1.0 - away.lasts.cdf(x)) / lasts)).collect();
    (lasts / (there + lasts), parts)
}
