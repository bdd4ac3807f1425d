//! Simulates a case and compares.

use std::num::NonZero;

use crate::experiment::{Experiment, Row, estimate_scopes};
use crate::observation::{Recording, Traces};
use crate::scenario::Scenario;
use crate::stats::{Estimate, student_t};
use crate::validation::{Case, Check};

/// How often chance alone passes the bound on one side: that of four standard errors of a normal.
const CHANCE: f64 = 3.167e-5;
/// What four standard errors are to come down to, relative to the exact value, at full effort.
const BAND: f64 = 0.01;
/// The number of standard errors of a band.
const SIGMAS: f64 = 4.0;
/// More replications than this are not simulated for one case.
const MOST_REPLICATIONS: f64 = 20_000.0;

/// How much is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// The replications that the scenario asks for.
    Quick,
    /// As many as bring four standard errors of every check down to 1 % of the exact value.
    Full,
}

/// One simulation of a case.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'s> {
    /// What is simulated: the scenario of the case.
    pub scenario: &'s Scenario,
    /// How much of it.
    pub effort: Effort,
    /// How many replications at once. The result does not depend on it.
    pub threads: NonZero<usize>,
}

/// A check, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// What was compared.
    pub check: Check,
    /// The unit of the metric.
    pub unit: &'static str,
    /// What was simulated, with its 95 % interval.
    pub simulated: Estimate,
    /// Of the estimate, in the unit of the metric.
    pub standard_error: f64,
    /// How far off the estimate may be, in standard errors.
    pub bound: f64,
    /// How many replications were simulated.
    pub replications: u32,
}

impl Verdict {
    /// By how many standard errors the simulated value exceeds the exact one.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        (self.simulated.value - self.check.exact) / self.standard_error
    }

    /// Whether the two agree.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.deviation().abs() <= self.bound
    }

    /// Four standard errors, relative to the exact value.
    #[must_use]
    pub fn band(&self) -> f64 {
        SIGMAS * self.standard_error / self.check.exact.abs()
    }

    /// How many replications bring the band down to [`BAND`].
    fn wanted(&self) -> f64 {
        f64::from(self.replications) * (self.band() / BAND).powi(2)
    }
}

impl Trial<'_> {
    /// Simulates, and judges every check of `case`, in order. `on_each` hears of each replication
    /// as it is done, in no order.
    ///
    /// # Panics
    /// If a check names a scope or metric that the scenario does not have.
    pub fn judge(&self, case: &Case, on_each: impl Fn(&Recording) + Sync) -> Vec<Verdict> {
        let mut verdicts = self.simulate(case, self.scenario.replications.max(2), &on_each);
        if self.effort == Effort::Quick {
            return verdicts;
        }
        // A tenth more than wanted, for the error of the pilot's error; a second look at most.
        for _ in 0..3 {
            let wanted = verdicts.iter().map(Verdict::wanted).fold(0.0, f64::max);
            let more = (1.1 * wanted).ceil().min(MOST_REPLICATIONS);
            if verdicts.iter().all(|verdict| verdict.band() <= BAND) {
                break;
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
            let replications = more as u32;
            verdicts = self.simulate(case, replications, &on_each);
        }
        verdicts
    }

    fn simulate(
        &self,
        case: &Case,
        replications: u32,
        on_each: &(impl Fn(&Recording) + Sync),
    ) -> Vec<Verdict> {
        let Self { scenario, threads, .. } = *self;
        let experiment = Experiment {
            scenario,
            replications: 0..replications,
            threads,
            traces: Traces::default(),
        };
        let recordings = experiment.run(on_each);
        let rows = estimate_scopes(scenario, &recordings);
        let judge = |check: &Check| self.verdict(*check, &rows, replications);
        case.checks.iter().map(judge).collect()
    }

    fn verdict(&self, check: Check, rows: &[Row], replications: u32) -> Verdict {
        let is_meant = |row: &&Row| {
            (row.scope.kind(), row.scope.name(self.scenario)) == check.scope
                && row.metric.name == check.metric
        };
        let row = rows.iter().find(is_meant);
        let row = row.unwrap_or_else(|| panic!("no {} of {:?}", check.metric, check.scope));
        let simulated = row.estimate.expect("tasks were created");
        let degrees = replications as usize - 1;
        let error = simulated.interval.and_then(|interval| interval.error);
        Verdict {
            check,
            unit: row.metric.unit,
            simulated,
            standard_error: error.unwrap_or(f64::INFINITY),
            bound: student_t(1.0 - CHANCE, degrees),
            replications,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::cases;

    const TWO: NonZero<usize> = NonZero::new(2).unwrap();

    fn judge(name: &str, set: &[&str]) -> Vec<Verdict> {
        let cases = cases();
        let case = cases.iter().find(|case| case.name == name).expect("a case");
        let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
        let scenario = case.scenario(&set).expect("changes that fit");
        Trial { scenario: &scenario, effort: Effort::Quick, threads: TWO }.judge(case, |_| ())
    }

    #[test]
    fn a_check_agrees_with_what_is_right_and_not_with_what_is_three_percent_off() {
        let right = judge("erlang_c", &["horizon={tasks=20000}"]);
        assert!(right.iter().all(Verdict::agrees), "{right:?}");
        let wrong = judge("erlang_c", &["horizon={tasks=20000}", "source.calls.talk.mean='186s'"]);
        assert!(!wrong.iter().all(Verdict::agrees), "{wrong:?}");
    }

    #[test]
    fn the_bound_is_that_of_four_standard_errors() {
        assert!((student_t(1.0 - CHANCE, 1_000_000) - 4.0).abs() < 1e-3);
        let verdicts = judge("one_worker", &["horizon={tasks=2000}"]);
        assert!((4.9..5.5).contains(&verdicts[0].bound), "{:?}", verdicts[0]);
    }

    #[test]
    fn full_effort_goes_on_until_the_band_is_narrow() {
        let cases = cases();
        let case = cases.iter().find(|case| case.name == "missed_race").expect("a case");
        let set = ["horizon={tasks=20000}".to_owned(), "replications=3".to_owned()];
        let scenario = case.scenario(&set).expect("changes that fit");
        let case = Case { checks: vec![case.checks[0]], ..case.clone() };
        let trial = Trial { scenario: &scenario, effort: Effort::Full, threads: TWO };
        let verdict = trial.judge(&case, |_| ())[0];
        assert!(verdict.band() <= BAND && 3 < verdict.replications, "{verdict:?}");
    }
}
