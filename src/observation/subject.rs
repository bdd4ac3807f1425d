//! From a written `metric[scope]` to the metric and the part of the scenario that it names.

use crate::observation::metrics::{METRICS, Measure, Metric};
use crate::observation::scope::Scope;
use crate::scenario::Scenario;
use crate::scenario::condition::{Bound, Condition, Subject, Word};
use crate::scenario::nearest::suggest;
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;

/// The kinds of scope, as results name them.
const KINDS: [&str; 6] = ["all", "workflow", "task_queue", "channel", "source", "worker_group"];

/// A metric of a part of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The part.
    pub scope: Scope,
    /// Which of [`Scope::all`] it is: the index of its tally in a recording.
    pub index: usize,
    /// The metric.
    pub metric: &'static Metric,
}

impl Measured {
    /// What `subject` names in `scenario`.
    ///
    /// # Errors
    ///
    /// If there is no such metric, kind of part or part, or the metric says nothing about it.
    pub fn find(subject: &Subject, scenario: &Scenario) -> Result<Self, Problem> {
        let metric = metric(&subject.metric)?;
        let (index, scope) = scope(subject, scenario)?;
        if !metric.applies.holds(scope) {
            let what = format!("`{}` says nothing about a {}", metric.name, scope.kind());
            return Err(Problem::error(what, &subject.metric.place));
        }
        if matches!(metric.measure, Measure::IntervalsBelowTarget) && scenario.interval.is_none() {
            let what = format!("`{}` needs an `interval` in the scenario", metric.name);
            return Err(Problem::error(what, &subject.metric.place));
        }
        Ok(Self { scope, index, metric })
    }

    /// The bound of a condition on this metric, in the metric's unit.
    ///
    /// # Errors
    ///
    /// If the bound is of another kind than the metric.
    pub fn bound(&self, condition: &Condition) -> Result<f64, Problem> {
        self.in_unit(condition.bound, &condition.bound_place)
    }

    /// What is written at `place`, in the metric's unit.
    ///
    /// # Errors
    ///
    /// If it is of another kind than the metric.
    pub fn in_unit(&self, bound: Bound, place: &Place) -> Result<f64, Problem> {
        let wrong = |expected: &str| {
            let what = format!("`{}` is compared with {expected}", self.metric.name);
            Problem::error(what, place)
        };
        match (self.metric.unit, bound) {
            ("share", Bound::Percent(share) | Bound::Number(share)) if share <= 1.0 => Ok(share),
            ("share", Bound::Number(number)) if number <= 100.0 => {
                let help = format!("for {number} % write {number}%");
                Err(wrong("a share from 0 to 1").with_help(help))
            }
            ("share", _) => Err(wrong("a share from 0 to 1, or a percentage")),
            ("s", Bound::Duration(span)) => Ok(span.as_secs_f64()),
            ("s", Bound::Number(number)) => {
                let help = format!("with its unit: {number}s");
                Err(wrong("a duration").with_help(help))
            }
            ("s", Bound::Percent(_)) => Err(wrong("a duration")),
            ("h", Bound::Duration(span)) => Ok(span.as_secs_f64() / 3600.0),
            ("h", Bound::Number(hours)) => Ok(hours),
            ("h", Bound::Percent(_)) => Err(wrong("hours")),
            (_, Bound::Number(number)) => Ok(number),
            (_, Bound::Percent(_) | Bound::Duration(_)) => Err(wrong("a bare number")),
        }
    }
}

fn metric(word: &Word) -> Result<&'static Metric, Problem> {
    METRICS.iter().find(|metric| metric.name == word.text).ok_or_else(|| {
        let names = METRICS.iter().map(|metric| metric.name);
        no("metric", word, suggest(&word.text, names))
    })
}

fn scope(subject: &Subject, scenario: &Scenario) -> Result<(usize, Scope), Problem> {
    let Subject { kind, name, .. } = subject;
    if !KINDS.contains(&&*kind.text) {
        return Err(no("kind of part", kind, suggest(&kind.text, KINDS)));
    }
    let scopes = Scope::all(scenario).into_iter().enumerate();
    let of_kind: Vec<_> = scopes.filter(|(_, scope)| scope.kind() == kind.text).collect();
    match name {
        None if kind.text == "all" => Ok((0, Scope::All)),
        None => {
            let what = format!("which {}? Write [{0}:NAME]", kind.text);
            Err(Problem::error(what, &kind.place))
        }
        Some(name) if kind.text == "all" => {
            Err(Problem::error("`all` has no parts: write [all]", &name.place))
        }
        Some(name) => {
            let found = of_kind.iter().find(|(_, scope)| scope.name(scenario) == name.text);
            let names: Vec<&str> = of_kind.iter().map(|(_, s)| s.name(scenario)).collect();
            found.copied().ok_or_else(|| no(&kind.text, name, suggest(&name.text, names)))
        }
    }
}

fn no(what: &str, word: &Word, help: Option<String>) -> Problem {
    let problem = Problem::error(format!("no {what} is named `{}`", word.text), &word.place);
    match help {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::node::{Item, Node};
    use crate::scenario::text::Texts;

    const SCENARIO: &str = r#"
        schema = 1
        name = "x"
        horizon = "1h"
        [workspace]
        task_queues = [{ friendly_name = "Billing" }]
        [[workspace.workflows]]
        friendly_name = "Support"
        configuration = { task_routing = { default_filter = { queue = "Billing" } } }
        [[workers]]
        group = "day"
        count = 1
        [source.calls]
        arrivals = { per_hour = 1 }
        talk = "1m"
    "#;

    fn bound(text: &str) -> Result<f64, String> {
        let scenario = Scenario::parse("s.toml", SCENARIO, Path::new(""), &[]).unwrap().scenario;
        let mut texts = Texts::new();
        let id = texts.add("--assert", format!("{text:?}"));
        let place = Place { text: id, range: 0..texts.content(id).len() };
        let node = Node { value: Item::String(text.to_owned()), place };
        let condition = Condition::read(&node, &texts).expect(text);
        let told = |problem: Problem| {
            let place = problem.place.expect("it has a place");
            format!(
                "{}|{}|{}",
                problem.message,
                problem.help.unwrap_or_default(),
                texts.slice(&place)
            )
        };
        let measured = Measured::find(&condition.subject, &scenario).map_err(told)?;
        assert_eq!(Scope::all(&scenario)[measured.index], measured.scope);
        measured.bound(&condition).map_err(told)
    }

    #[test]
    fn bounds_are_in_the_unit_of_the_metric() {
        assert_eq!(bound("service_level[all] >= 80%"), Ok(0.8));
        assert_eq!(bound("service_level[workflow:Support] >= 0.8"), Ok(0.8));
        assert_eq!(bound("wait_p90[task_queue:Billing] <= 1m30s"), Ok(90.0));
        assert_eq!(bound("hours_ringing[worker_group:day] <= 90m"), Ok(1.5));
        assert_eq!(bound("hours_ringing <= 2"), Ok(2.0));
        assert_eq!(bound("tasks_abandoned[source:calls] < 10"), Ok(10.0));
    }

    #[test]
    fn what_is_not_there_names_the_nearest() {
        for (text, part) in [
            ("service_leval[all] >= 1", "did you mean `service_level`?|service_leval"),
            ("service_level[workflow:Suport] >= 1", "did you mean `Support`?|Suport"),
            ("service_level[workflows:Support] >= 1", "did you mean `workflow`?|workflows"),
            ("service_level[workflow] >= 1", "which workflow?"),
            ("service_level[all:x] >= 1", "`all` has no parts"),
            ("occupancy[source:calls] <= 1", "says nothing about a source"),
            ("intervals_below_target <= 10%", "needs an `interval`"),
            ("service_level >= 80", "for 80 % write 80%|80"),
            ("service_level >= 20s", "a share from 0 to 1, or a percentage||20s"),
            ("wait_p90 <= 41", "with its unit: 41s|41"),
            ("tasks_created <= 10%", "a bare number||10%"),
        ] {
            let told = bound(text).unwrap_err();
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
