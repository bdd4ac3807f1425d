//! What has to hold of a choice, as a mean that must not be above zero.

use crate::observation::{METRICS, Measure, Read, Scope, Tally, Wait, service_level};
use crate::scenario::nearest::suggest;
use crate::scenario::problem::Problem;
use crate::scenario::{Condition, Scenario};
use crate::time::Span;

/// What has to hold of a choice.
///
/// Ratios are made linear: a missed rate of at most 8 % means that missed offers less 0.08 of all
/// offers are not above zero on average. A quantile of at most 60 s means that the share of longer
/// waits is small enough.
#[derive(Clone, Debug)]
pub struct Constraint {
    condition: Condition,
    measure: Linear,
    /// What the ratio is compared with.
    bound: f64,
    at_most: bool,
}

#[derive(Clone, Copy, Debug)]
enum Linear {
    Mean(Read),
    Ratio(Read, Read),
    /// The share of waits that are longer.
    Longer(Wait, Span),
    /// Hours lost, in full-time workers of so many.
    FteLost(f64),
}

/// What is divided by what in one replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) numerator: f64,
    pub(super) denominator: f64,
}

impl Constraint {
    /// The constraint that `condition` puts on scenarios like this one.
    ///
    /// # Errors
    /// If there is no such metric or scope, or it cannot be constrained.
    pub(super) fn new(condition: &Condition, scenario: &Scenario) -> Result<Self, Problem> {
        let problem = |message: String| Problem::error(message, &condition.place);
        let name = condition.metric.as_str();
        let Some(metric) = METRICS.iter().find(|metric| metric.name == name) else {
            let known = METRICS.iter().map(|metric| metric.name);
            let problem = problem(format!("there is no metric `{name}`"));
            return Err(suggest(name, known).into_iter().fold(problem, Problem::with_help));
        };
        let Some(scope) = scope(condition, scenario) else {
            let problem = problem(format!("there is no {}", scope_text(condition)));
            let scopes = Scope::all(scenario).into_iter().filter(|s| s.kind() == condition.scope);
            let names: Vec<String> = scopes.map(|s| s.name(scenario).to_owned()).collect();
            let help = suggest(&condition.name, names.iter().map(String::as_str));
            let help = help.unwrap_or_else(|| "scopes are written as in summary.csv".into());
            return Err(problem.with_help(help));
        };
        if !metric.applies.holds(scope) {
            let scope = scope_text(condition);
            return Err(problem(format!("`{name}` has no meaning for {scope}")));
        }
        let measure = match metric.measure {
            Measure::ServiceLevel => service_level(scope.formula(scenario)),
            measure => measure,
        };
        let bound = condition.bound;
        let (measure, bound) = match measure {
            Measure::Mean(of) => (Linear::Mean(of), bound),
            Measure::Ratio(of, all) => (Linear::Ratio(of, all), bound),
            Measure::Quantile(wait, p) => {
                (Linear::Longer(wait, Span::from_secs_f64(bound)), 1.0 - p)
            }
            Measure::FteLost => (Linear::FteLost(workers(scope, scenario)), bound),
            Measure::Max(..) | Measure::IntervalsBelowTarget | Measure::ServiceLevel => {
                let problem = problem(format!("`{name}` cannot be constrained: it is no average"));
                return Err(problem.with_help("a quantile can be, as in \"wait_p95 <= 60s\""));
            }
        };
        Ok(Self { condition: condition.clone(), measure, bound, at_most: condition.at_most })
    }

    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.condition.text
    }

    /// What its value is: the metric, or for a quantile the share that is longer.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self.measure {
            Linear::Longer(..) => format!("share of waits above the bound of `{}`", self.text()),
            _ => format!("{}[{}]", self.condition.metric, scope_text(&self.condition)),
        }
    }

    /// What its value is compared with, and whether that is the most or the least.
    #[must_use]
    pub const fn bound(&self) -> (f64, bool) {
        (self.bound, self.at_most)
    }

    /// Everything, then the scopes of `constraints`, and whether waits are needed.
    pub(super) fn scopes(constraints: &[Self], scenario: &Scenario) -> Vec<(Scope, bool)> {
        let needs = |constraint: &Self| {
            let has_waits = matches!(constraint.measure, Linear::Longer(..));
            let scope = scope(&constraint.condition, scenario).unwrap_or(Scope::All);
            (scope, has_waits)
        };
        std::iter::once((Scope::All, false)).chain(constraints.iter().map(needs)).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
    pub(super) fn read(&self, tally: &Tally) -> Reading {
        let c = &tally.counters;
        let (numerator, denominator) = match self.measure {
            Linear::Mean(of) => (of(c), 1.0),
            Linear::Ratio(of, all) => (of(c), all(c)),
            Linear::Longer(wait, span) => {
                let waits = tally.waits(wait);
                (waits.count_above(span) as f64, waits.count() as f64)
            }
            Linear::FteLost(workers) => (workers * c.recovering_ms as f64, c.scheduled_ms() as f64),
        };
        Reading { numerator, denominator }
    }

    /// By how much it is broken.
    pub(super) const fn excess(&self, reading: Reading) -> f64 {
        let excess = reading.numerator - self.bound * reading.denominator;
        if self.at_most { excess } else { -excess }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of workers")]
fn workers(scope: Scope, scenario: &Scenario) -> f64 {
    let is_meant = |group| !matches!(scope, Scope::WorkerGroup(other) if other != group);
    scenario.people.iter().filter(|person| is_meant(person.group)).count() as f64
}

fn scope(condition: &Condition, scenario: &Scenario) -> Option<Scope> {
    let is_meant =
        |scope: &Scope| scope.kind() == condition.scope && scope.name(scenario) == condition.name;
    Scope::all(scenario).into_iter().find(is_meant)
}

fn scope_text(condition: &Condition) -> String {
    match condition.name.as_str() {
        "" => condition.scope.clone(),
        name => format!("{}:{name}", condition.scope),
    }
}
