//! What workers do with offers, from counts under several timeouts.
//!
//! One timeout gives one number, the share answered within it, and so does not tell a late answer
//! from none. Two timeouts do, if the spread of the times to answer is supposed; three, or a mean
//! ring, without that. What is left open is the profile likelihood of the share never answered: its
//! ends are the low and the high behavior.

use libm::{exp, log};

use crate::fit::counters::{Below, Counters, CountersError, Guess, SIGMAS, USUAL_SIGMA, below};
use crate::fit::law::Law;
use crate::fit::search::{Found, minimum};
use crate::fit::select::{FALL, chance};

/// The first steps of a search.
const STEP: f64 = 0.5;
/// Nobody answers sooner than this in the median, in seconds.
const SOONEST: f64 = 1.0;
/// The median of people at a desk, in seconds, where the timeouts are too long to tell one.
const USUAL_MEDIAN: f64 = 5.0;
/// Timeouts that go with both of these medians, in seconds, do not tell one.
const MEDIANS: [f64; 2] = [2.5, 10.0];
/// How often an interval's end is halved.
const HALVINGS: usize = 20;
/// How many numbers say what a behavior is: median, spread, share never answered.
const N_PARAMETERS: usize = 3;

/// What was counted under one timeout.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// What it is of, such as a workflow's name; may be empty.
    pub of: String,
    /// The counts.
    pub counters: Counters,
    /// The reservation timeout that was in force, in seconds.
    pub timeout: f64,
    /// The mean ring of accepted offers, in seconds, if it is known.
    pub ring: Option<f64>,
}

/// Counts under one and the same timeout as one; `None` if the timeouts differ, or the mean ring of
/// some is known and of others not.
#[must_use]
pub fn together(counts: &[Count]) -> Option<Count> {
    let mut counts = counts.iter().cloned();
    let first = counts.next()?;
    counts.try_fold(first, |one, other| {
        let is_alike = one.timeout.total_cmp(&other.timeout).is_eq()
            && one.ring.is_some() == other.ring.is_some();
        let of = |count: &Count| count.counters.accepted;
        let ring = one
            .ring
            .zip(other.ring)
            .map(|(ring, more)| (ring * of(&one) + more * of(&other)) / (of(&one) + of(&other)));
        let counters = one.counters.plus(other.counters);
        is_alike.then_some(Count { counters, ring, ..one })
    })
}

/// What counts say together.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Low, middle and high, by what is missed: the ends of what the counts leave open, and what is
    /// taken.
    pub guesses: [Guess; 3],
    /// The share timed out of what was accepted or timed out, count by count: as the middle behavior
    /// has it.
    pub timed_out: Vec<f64>,
    /// How far the most likely behavior is from the counts.
    pub misfit: Misfit,
    /// Whether the counts themselves tell the spread of the times to answer, or it is supposed to
    /// lie between [`Joint::SIGMAS`].
    pub tells_spread: bool,
    /// Whether the counts tell the median of the times to answer, or it is supposed to be
    /// [`Joint::USUAL_MEDIAN`].
    pub tells_median: bool,
}

/// How far a behavior is from counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Misfit {
    /// Twice what the logarithm of the likelihood lacks.
    pub deviance: f64,
    /// Numbers that were counted, beyond those that were fitted.
    pub degrees: usize,
    /// How often chance alone makes as much of it; as of one degree where there is none.
    pub p: f64,
}

/// A behavior of which the likelihood is asked.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    median: f64,
    sigma: f64,
    never: f64,
}

/// What of a behavior is not searched for.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    median: Option<f64>,
    sigma: Option<f64>,
    never: Option<f64>,
}

impl Joint {
    /// The least and the greatest spread that is thought of.
    pub const SIGMAS: [f64; 2] = SIGMAS;
    /// The median, in seconds, where the timeouts are too long to tell one.
    pub const USUAL_MEDIAN: f64 = USUAL_MEDIAN;

    /// The behaviors of workers who answer alike in all of `counts`.
    ///
    /// # Errors
    ///
    /// If counts cannot be such, or there are none.
    pub fn of(counts: &[Count]) -> Result<Self, CountersError> {
        for count in counts {
            count.counters.check(count.timeout, count.ring)?;
        }
        let all = counts.iter().map(|count| count.counters).reduce(Counters::plus);
        let reject = all.ok_or(CountersError::NoneAccepted)?.reject();
        let data = Data { counts };
        let best = data.search(Given::default(), &[]);
        let misfit = data.misfit(best.value);
        // Where chance does not explain the counts, they say less.
        let fall = FALL * (misfit.deviance / misfit.degrees.max(1) as f64).max(1.0);
        let holds = |found: &Found| found.value <= best.value + fall;
        let is_open = |given: Given| holds(&data.search(given, &[]));
        let sigma = |sigma: f64| Given { sigma: Some(sigma), ..Given::default() };
        let median = |median: f64| Given { median: Some(median), ..sigma(USUAL_SIGMA) };
        let tells_median = !MEDIANS.iter().all(|one| is_open(median(*one)));
        let given = [median(USUAL_MEDIAN), sigma(USUAL_SIGMA), Given::default()];
        let mut given = given.into_iter().skip(usize::from(tells_median));
        let given = given.find(|given| is_open(*given)).unwrap_or_default();
        let middle = Candidate::at(&data.search(given, &[]).at, given);
        let end = |limit: f64| data.end((middle.never, limit), holds);
        let (low, high) = (end(0.0), end(1.0 - 1e-6));
        let law = |one: Candidate| (one.never, Law::lognormal(one.median, one.sigma));
        let wide = [SIGMAS[0] + 0.02, SIGMAS[1] - 0.02];
        let tells_spread = wide.iter().all(|one| !is_open(sigma(*one)));
        Ok(Self {
            guesses: Guess::named([low, middle, high].map(law), reject),
            timed_out: counts.iter().map(|count| 1.0 - count.accepted(middle).0).collect(),
            misfit,
            tells_spread,
            tells_median,
        })
    }
}

impl Candidate {
    /// By what is not given: the logarithm of the median, the spread, and the share never answered,
    /// on scales without ends.
    fn at(parameters: &[f64], given: Given) -> Self {
        let mut rest = parameters.iter();
        let mut next = || rest.next().copied().unwrap_or_default();
        let share = |x: f64| 1.0 / (1.0 + exp(-x));
        let median = given.median.unwrap_or_else(|| exp(next().clamp(log(SOONEST), 14.0)));
        let [least, most] = SIGMAS;
        let sigma = given.sigma.unwrap_or_else(|| least + (most - least) * share(next()));
        Self { median, sigma, never: given.never.unwrap_or_else(|| share(next())) }
    }
}

impl Count {
    /// The share accepted of what is accepted or times out, and what the law has below the timeout.
    fn accepted(&self, one: Candidate) -> (f64, Below) {
        let below = below((one.median, one.sigma), self.timeout);
        let in_time = (1.0 - one.never) * below.share;
        let kept = self.counters.kept(self.timeout, Some(self.ring.unwrap_or(below.mean)));
        let (accepted, timed_out) = (in_time * kept.accepted, (1.0 - in_time) * kept.timed_out);
        (accepted / (accepted + timed_out), below)
    }

    /// Half of the deviance: how much less likely the count is than it can be.
    fn lack(&self, one: Candidate) -> f64 {
        let (share, below) = self.accepted(one);
        let Counters { accepted, timed_out, .. } = self.counters;
        let part = |n: f64, share: f64| {
            let seen = n / (accepted + timed_out);
            if n <= 0.0 { 0.0 } else { n * (log(seen) - log(share.max(1e-300))) }
        };
        let ring = self.ring.map_or(0.0, |ring| {
            let error = (below.variance / accepted).max(1e-12);
            (ring - below.mean) * (ring - below.mean) / (2.0 * error)
        });
        part(accepted, share) + part(timed_out, 1.0 - share) + ring
    }
}

struct Data<'c> {
    counts: &'c [Count],
}

impl Data<'_> {
    /// The most likely behavior, what is given of it being so; `near` is where to look first.
    fn search(&self, given: Given, near: &[f64]) -> Found {
        let lack = |parameters: &[f64]| {
            let one = Candidate::at(parameters, given);
            self.counts.iter().map(|count| count.lack(one)).sum::<f64>()
        };
        let shortest = self.counts.iter().map(|count| count.timeout).fold(f64::MAX, f64::min);
        let start = |(part, spread): (f64, f64)| {
            let median = given.median.is_none().then(|| log((shortest * part).max(SOONEST)));
            let sigma = given.sigma.is_none().then_some(spread);
            let never = given.never.is_none().then_some(-2.5);
            [median, sigma, never].into_iter().flatten().collect::<Vec<f64>>()
        };
        let near = (!near.is_empty()).then(|| near.to_vec());
        let starts = [(0.2, 0.0), (0.4, -1.5), (0.4, 1.5), (0.8, 0.0)].into_iter().map(start);
        let all = near.into_iter().chain(starts).map(|start| minimum(&lack, &start, STEP));
        all.min_by(|a, b| a.value.total_cmp(&b.value)).expect("there are starts")
    }

    /// The behavior with the share never answered that is farthest towards `limit` from one that
    /// holds.
    fn end(&self, (never, limit): (f64, f64), holds: impl Fn(&Found) -> bool) -> Candidate {
        let at = |share: f64, near: &[f64]| {
            let given = Given { never: Some(share), ..Given::default() };
            let found = self.search(given, near);
            let one = Candidate::at(&found.at, given);
            holds(&found).then_some((one, found.at))
        };
        if let Some((one, _)) = at(limit, &[]) {
            return one;
        }
        let (mut inside, mut outside) = (never, limit);
        let mut last = at(never, &[]);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(inside, outside);
            let near = last.as_ref().map_or(&[][..], |(_, near)| near);
            match at(middle, near) {
                Some(found) => (inside, last) = (middle, Some(found)),
                None => outside = middle,
            }
        }
        last.map_or_else(
            || {
                let given = Given { never: Some(never), ..Given::default() };
                Candidate::at(&self.search(given, &[]).at, given)
            },
            |(one, _)| one,
        )
    }

    fn misfit(&self, lack: f64) -> Misfit {
        let mut different: Vec<(f64, bool)> = Vec::new();
        for count in self.counts {
            for is_ring in [Some(false), count.ring.map(|_| true)].into_iter().flatten() {
                let is_it = |(timeout, ring): &(f64, bool)| {
                    timeout.total_cmp(&count.timeout).is_eq() && *ring == is_ring
                };
                if !different.iter().any(is_it) {
                    different.push((count.timeout, is_ring));
                }
            }
        }
        let rings = self.counts.iter().filter(|count| count.ring.is_some()).count();
        let fitted = different.len().min(N_PARAMETERS);
        let degrees = (self.counts.len() + rings).saturating_sub(fitted);
        let deviance = 2.0 * lack.max(0.0);
        Misfit { deviance, degrees, p: chance(deviance, degrees.max(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::counters::normal_quantile;
    use crate::random::{Draws, Entity, Purpose};

    const TRUTH: Candidate = Candidate { median: 6.0, sigma: 0.6, never: 0.08 };
    const N: f64 = 20_000.0;

    fn count(timeout: f64, accepted: f64) -> Count {
        let (of, timed_out) = (String::new(), N - accepted);
        let counters = Counters { created: N, accepted, rejected: 0.0, timed_out };
        Count { of, counters, timeout, ring: None }
    }

    /// What the truth gives in the mean.
    fn mean(timeout: f64) -> Count {
        let (median, sigma) = (TRUTH.median, TRUTH.sigma);
        count(timeout, N * (1.0 - TRUTH.never) * below((median, sigma), timeout).share)
    }

    #[test]
    fn three_timeouts_tell_a_late_answer_from_none() {
        let joint = Joint::of(&[10.0, 20.0, 45.0].map(mean)).unwrap();
        let [low, middle, high] = joint.guesses.each_ref().map(|guess| guess.miss);
        assert!(low < 0.08 && 0.08 < high && high - low < 0.02, "{low} {middle} {high}");
        assert!((middle - 0.08).abs() < 0.01, "{middle}");
        assert!(0.05 < joint.misfit.p, "{:?}", joint.misfit);
        let seen = [10.0, 20.0, 45.0].map(|timeout| mean(timeout).counters.timed_out / N);
        for (fitted, seen) in joint.timed_out.iter().zip(seen) {
            assert!((fitted - seen).abs() < 0.01, "{fitted} {seen}");
        }
    }

    #[test]
    fn a_mean_ring_says_what_two_timeouts_do_not() {
        let counts = [10.0, 20.0].map(mean);
        let without = Joint::of(&counts).unwrap();
        let ring = |count: &Count| Count {
            ring: Some(below((TRUTH.median, TRUTH.sigma), count.timeout).mean),
            ..count.clone()
        };
        let with = Joint::of(&counts.each_ref().map(ring)).unwrap();
        let width = |joint: &Joint| joint.guesses[2].miss - joint.guesses[0].miss;
        assert!(3.0 * width(&with) < width(&without), "{} {}", width(&with), width(&without));
        assert!(!without.tells_spread && with.tells_spread);
        for joint in [without, with] {
            assert!(joint.guesses[0].miss < 0.08 && 0.08 < joint.guesses[2].miss, "{joint:?}");
        }
    }

    #[test]
    fn timeouts_far_beyond_all_answers_tell_what_is_missed_and_not_how_soon_people_answer() {
        let joint =
            Joint::of(&[60.0, 90.0, 120.0].map(|timeout| count(timeout, 0.92 * N))).unwrap();
        assert!(!joint.tells_median && !joint.tells_spread, "{joint:?}");
        let middle = joint.guesses[1].response.quantile(0.5);
        assert!((middle - USUAL_MEDIAN).abs() < 1e-6, "{middle}");
        assert!(joint.guesses.iter().all(|guess| (guess.miss - 0.08).abs() < 0.02), "{joint:?}");
        let soonest = joint.guesses.iter().map(|guess| guess.response.quantile(0.5));
        assert!(soonest.fold(f64::MAX, f64::min) >= SOONEST - 1e-9, "{joint:?}");
    }

    #[test]
    fn whoever_answers_less_when_there_is_more_time_is_not_alike() {
        let same = Joint::of(&[count(15.0, 17_000.0), count(15.0, 17_050.0)]).unwrap();
        assert!(same.misfit.degrees == 1 && 0.1 < same.misfit.p, "{:?}", same.misfit);
        let other = Joint::of(&[count(15.0, 18_000.0), count(40.0, 17_000.0)]).unwrap();
        assert!(other.misfit.p < 1e-6, "{:?}", other.misfit);
        let width = |joint: &Joint| joint.guesses[2].miss - joint.guesses[0].miss;
        assert!(0.02 < width(&other), "{other:?}");
    }

    /// In how many of `trials` the interval has the truth in it.
    fn covered(trials: u32, timeouts: &[f64]) -> usize {
        let draw = |trial: u32, index: usize, timeout: f64| {
            let wanted = mean(timeout).counters.accepted;
            let entity = Entity::named("count", &index.to_string());
            let z = normal_quantile(Draws::new(1, trial).uniform(entity, Purpose::Mix, 0));
            count(timeout, (wanted + z * (wanted * (1.0 - wanted / N)).sqrt()).round())
        };
        let is_covered = |trial: &u32| {
            let counts = timeouts.iter().enumerate().map(|(i, timeout)| draw(*trial, i, *timeout));
            let guesses = Joint::of(&counts.collect::<Vec<_>>()).unwrap().guesses;
            guesses[0].miss <= TRUTH.never && TRUTH.never <= guesses[2].miss
        };
        (1..=trials).filter(is_covered).count()
    }

    #[test]
    fn the_truth_is_between_low_and_high() {
        assert!(17 <= covered(20, &[10.0, 20.0, 45.0]));
    }
}
