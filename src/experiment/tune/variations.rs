//! The inputs that may be different from what a scenario says.

use crate::routing::{LongestIdle, OnReservationFailure, RedriveBase, Settings};
use crate::scenario::{Arrivals, Behavior, Recovery, Scenario, Source, Timed};
use crate::time::Span;

/// A difference of the inputs.
pub(super) struct Variation {
    /// In words.
    pub(super) what: String,
    /// Makes it.
    pub(super) apply: Box<dyn Fn(&mut Scenario) + Sync>,
}

/// Those that make a difference to this scenario.
pub(super) fn variations(scenario: &Scenario) -> Vec<Variation> {
    let mut all = alternatives(scenario);
    all.extend(of_behaviors(scenario));
    all.extend(of_sources(scenario));
    all.extend(settings(scenario.workspace.settings));
    all
}

/// An input, by which factors it is changed, whether a scenario has it, and how it is changed.
type Input<T> = (&'static str, [f64; 2], fn(&T) -> bool, fn(&mut Scenario, f64));

/// Each input of a behavior; recovery and misses by more than the others, since less is known of
/// them.
const BEHAVIOR: &[Input<Behavior>] = &[
    ("time to recover", [0.5, 4.0], |b| !matches!(b.recovery, Recovery::Never), recover),
    ("misses not noticed", USUAL, |b| 0.0 < unnoticed(b), overlook),
    ("offers that nobody hears", [0.5, 2.0], |b| 0.0 < b.miss || b.away.is_some(), miss),
    ("time to answer", USUAL, |b| !b.response.is_zero(), response),
    ("share rejected", USUAL, |b| 0.0 < b.reject, reject),
    ("time to reject", USUAL, |b| 0.0 < b.reject && !b.reject_after.is_zero(), reject_after),
    ("time to connect", USUAL, |b| b.connect.as_ref().is_some_and(|c| !c.time.is_zero()), connect),
    (
        "share that fails to connect",
        USUAL,
        |b| b.connect.as_ref().is_some_and(|c| 0.0 < c.fail),
        fail,
    ),
    ("share of other work", USUAL, |b| b.other_work.is_some(), other_work),
    ("slowdown by further tasks", USUAL, |b| 0.0 < b.slowdown_per_extra, slowdown),
];

/// Each input of a source.
const SOURCE: &[Input<Source>] = &[
    ("number of tasks", USUAL, |s| !matches!(s.arrivals, Arrivals::Trace(_)), volume),
    ("patience", USUAL, |s| s.patience.is_some(), patience),
    ("share that leaves at once", USUAL, |s| 0.0 < s.balk, balk),
    ("share that leaves without a sign", USUAL, |s| 0.0 < s.silent, silent),
    ("share that tries again", USUAL, |s| s.retry.is_some(), retry),
    ("time to handle a task", USUAL, |_| true, handle),
];

const USUAL: [f64; 2] = [0.8, 1.2];

fn of_behaviors(scenario: &Scenario) -> Vec<Variation> {
    let has = |test: fn(&Behavior) -> bool| scenario.behaviors.iter().any(test);
    BEHAVIOR.iter().filter(|input| has(input.2)).flat_map(scaled).collect()
}

fn of_sources(scenario: &Scenario) -> Vec<Variation> {
    let has = |test: fn(&Source) -> bool| scenario.sources.iter().any(test);
    SOURCE.iter().filter(|input| has(input.2)).flat_map(scaled).collect()
}

fn scaled<T>((what, factors, _, apply): &Input<T>) -> [Variation; 2] {
    factors.map(|factor| {
        let (what, apply) = (format!("{what} × {factor}"), *apply);
        Variation { what, apply: Box::new(move |scenario: &mut Scenario| apply(scenario, factor)) }
    })
}

/// The behaviors that what was measured does not rule out, by name.
fn alternatives(scenario: &Scenario) -> Vec<Variation> {
    let all = scenario.behaviors.iter().flat_map(|behavior| &behavior.alternatives);
    let mut names: Vec<String> = all.map(|other| other.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let variation = |name: String| Variation {
        what: format!("behavior: the alternative `{name}`"),
        apply: Box::new(move |scenario: &mut Scenario| {
            each_behavior(scenario, |behavior| {
                let other = behavior.alternatives.iter().find(|other| other.name == name).cloned();
                if let Some(other) = other {
                    behavior.response = other.response;
                    behavior.miss = other.miss;
                }
            });
        }),
    };
    names.into_iter().map(variation).collect()
}

fn each_behavior(scenario: &mut Scenario, mut change: impl FnMut(&mut Behavior)) {
    scenario.behaviors.iter_mut().for_each(&mut change);
}

fn recover(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| match &mut behavior.recovery {
        Recovery::After(time) | Recovery::NextBreak { otherwise: Some(time), .. } => {
            *time = time.scaled(factor);
        }
        Recovery::Never | Recovery::NextBreak { otherwise: None, .. } => (),
    });
}

fn miss(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| {
        behavior.miss = (factor * behavior.miss).min(1.0 - behavior.reject);
        if let Some(away) = &mut behavior.away {
            away.lasts = away.lasts.scaled(factor);
        }
    });
}

fn response(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| behavior.response = behavior.response.scaled(factor));
}

fn reject(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| {
        behavior.reject = (factor * behavior.reject).min(1.0 - behavior.miss);
    });
}

fn reject_after(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |b| b.reject_after = b.reject_after.scaled(factor));
}

fn connect(scenario: &mut Scenario, factor: f64) {
    let each = |behavior: &mut Behavior| {
        behavior.connect.iter_mut().for_each(|connect| connect.time = connect.time.scaled(factor));
    };
    each_behavior(scenario, each);
}

fn fail(scenario: &mut Scenario, factor: f64) {
    let each = |behavior: &mut Behavior| {
        let all = behavior.connect.iter_mut();
        all.for_each(|connect| connect.fail = (factor * connect.fail).min(1.0));
    };
    each_behavior(scenario, each);
}

fn other_work(scenario: &mut Scenario, factor: f64) {
    let each = |behavior: &mut Behavior| {
        let all = behavior.other_work.iter_mut();
        // The share is below 1, and stays there.
        all.for_each(|work| work.share = (factor * work.share).min(0.5 * (1.0 + work.share)));
    };
    each_behavior(scenario, each);
}

fn slowdown(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| behavior.slowdown_per_extra *= factor);
}

const fn unnoticed(behavior: &Behavior) -> f64 {
    match behavior.recovery {
        Recovery::NextBreak { p_unnoticed, .. } => p_unnoticed,
        Recovery::After(_) | Recovery::Never => 0.0,
    }
}

fn overlook(scenario: &mut Scenario, factor: f64) {
    each_behavior(scenario, |behavior| {
        if let Recovery::NextBreak { p_unnoticed, .. } = &mut behavior.recovery {
            *p_unnoticed = (factor * *p_unnoticed).min(1.0);
        }
    });
}

fn each_source(scenario: &mut Scenario, change: impl FnMut(&mut Source)) {
    scenario.sources.iter_mut().for_each(change);
}

fn balk(scenario: &mut Scenario, factor: f64) {
    each_source(scenario, |source| source.balk = (factor * source.balk).min(1.0));
}

fn silent(scenario: &mut Scenario, factor: f64) {
    each_source(scenario, |source| source.silent = (factor * source.silent).min(1.0));
}

fn retry(scenario: &mut Scenario, factor: f64) {
    each_source(scenario, |source| {
        let all = source.retry.iter_mut();
        all.for_each(|retry| retry.probability = (factor * retry.probability).min(1.0));
    });
}

fn volume(scenario: &mut Scenario, factor: f64) {
    for source in scenario.sources.iter_mut() {
        match &mut source.arrivals {
            Arrivals::Constant { per_second } => *per_second *= factor,
            Arrivals::Intervals(intervals) => {
                intervals.iter_mut().for_each(|interval| interval.mean *= factor);
            }
            Arrivals::Trace(_) => (),
        }
    }
}

fn timed(times: &mut Timed, factor: f64) {
    times.base = times.base.scaled(factor);
    if let Some(by) = &mut times.by_interval {
        by.values.iter_mut().for_each(|dist| *dist = dist.scaled(factor));
    }
}

fn patience(scenario: &mut Scenario, factor: f64) {
    for source in scenario.sources.iter_mut() {
        if let Some(patience) = &mut source.patience {
            timed(patience, factor);
        }
    }
}

/// Talk and wrap-up; what a trace says is as it was.
fn handle(scenario: &mut Scenario, factor: f64) {
    for source in scenario.sources.iter_mut() {
        timed(&mut source.talk, factor);
        timed(&mut source.wrap_up, factor);
        let by_group = source.talk_by_group.iter_mut().chain(&mut source.wrap_up_by_group);
        by_group.for_each(|(_, dist)| *dist = dist.scaled(factor));
    }
}

/// The other readings of TaskRouter's documents.
fn settings(usual: Settings) -> Vec<Variation> {
    let one = |what: &str, other: Settings| Variation {
        what: what.to_owned(),
        apply: Box::new(move |scenario: &mut Scenario| scenario.workspace.settings = other),
    };
    let flag = |name: &str, value: bool, other| one(&format!("{name} = {value}"), other);
    let mut all = Vec::new();
    for (name, idle) in [
        ("last_reserved", LongestIdle::LastReserved),
        ("last_accepted", LongestIdle::LastAccepted),
        ("last_completed", LongestIdle::LastCompleted),
        ("idle_since", LongestIdle::IdleSince),
    ] {
        if idle != usual.longest_idle {
            let what = format!("longest_idle = \"{name}\"");
            all.push(one(&what, Settings { longest_idle: idle, ..usual }));
        }
    }
    if usual.reoffer_gap != Span::ZERO {
        all.push(one("reoffer_gap = \"0s\"", Settings { reoffer_gap: Span::ZERO, ..usual }));
    }
    all.push(match usual.on_reservation_failure {
        OnReservationFailure::Stay => {
            let on_reservation_failure = OnReservationFailure::Advance;
            let other = Settings { on_reservation_failure, ..usual };
            one("on_reservation_failure = \"advance\"", other)
        }
        OnReservationFailure::Advance => {
            let on_reservation_failure = OnReservationFailure::Stay;
            one("on_reservation_failure = \"stay\"", Settings { on_reservation_failure, ..usual })
        }
    });
    all.push(match usual.redrive_base {
        RedriveBase::Created => {
            one("redrive_base = \"now\"", Settings { redrive_base: RedriveBase::Now, ..usual })
        }
        RedriveBase::Now => {
            let redrive_base = RedriveBase::Created;
            one("redrive_base = \"created\"", Settings { redrive_base, ..usual })
        }
    });
    let value = !usual.skip_if_after_failure;
    let other = Settings { skip_if_after_failure: value, ..usual };
    all.push(flag("skip_if_after_failure", value, other));
    let value = !usual.skipped_targets_count;
    let other = Settings { skipped_targets_count: value, ..usual };
    all.push(flag("skipped_targets_count", value, other));
    let value = !usual.immediate_attempt;
    all.push(flag("immediate_attempt", value, Settings { immediate_attempt: value, ..usual }));
    let value = !usual.auto_reject_on_unavailable;
    let other = Settings { auto_reject_on_unavailable: value, ..usual };
    all.push(flag("auto_reject_on_unavailable", value, other));
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const SCENARIO: &str = r#"
schema = 1
name = "all inputs"
horizon = "1h"
[workspace]
task_queues = [{ friendly_name = "Q" }]
[[workspace.workflows]]
friendly_name = "W"
configuration = { task_routing = { default_filter = { queue = "Q" } } }
[[workers]]
group = "day"
count = 3
channels = { default = 2 }
behavior = "desk"
[behavior.desk]
response = { dist = "lognormal", median = "5s", sigma = 0.7 }
reject = { p = 0.1, after = "3s" }
miss = 0.1
recovery = { p_unnoticed = 0.1, otherwise = { dist = "exponential", mean = "60s" } }
connect = { time = "2s", fail = 0.1 }
other_work = { share = 0.9, lasts = "2m" }
slowdown_per_extra = 0.2
[source.calls]
channel = "default"
arrivals = { per_hour = 30 }
patience = { dist = "exponential", mean = "3m" }
silent = 0.9
balk = 0.05
talk = "2m"
retry = { p = 0.5, after = "5m", max = 2 }
"#;

    fn scenario(text: &str) -> Scenario {
        Scenario::parse("s.toml", text, Path::new(""), &[]).unwrap().scenario
    }

    #[test]
    fn every_input_there_is_is_varied_and_every_variation_changes_something() {
        let base = scenario(SCENARIO);
        let all = variations(&base);
        let times: usize = BEHAVIOR.len() + SOURCE.len();
        let scaled = all.iter().filter(|variation| variation.what.contains('×')).count();
        assert_eq!(scaled, 2 * times);
        // Eight settings, one of which has four values.
        assert_eq!(all.len(), 2 * times + 10);
        for Variation { what, apply } in &all {
            let mut other = base.clone();
            apply(&mut other);
            assert_ne!(format!("{other:?}"), format!("{base:?}"), "{what}");
        }
    }

    #[test]
    fn shares_stay_shares() {
        for Variation { apply, .. } in variations(&scenario(SCENARIO)) {
            let mut other = scenario(SCENARIO);
            (0..9).for_each(|_| apply(&mut other));
            for behavior in other.behaviors.iter() {
                assert!(behavior.reject + behavior.miss <= 1.0);
                assert!(behavior.other_work.as_ref().unwrap().share < 1.0);
                assert!(behavior.connect.as_ref().unwrap().fail <= 1.0);
                assert!(unnoticed(behavior) <= 1.0);
            }
            for source in other.sources.iter() {
                let shares =
                    [source.balk, source.silent, source.retry.as_ref().unwrap().probability];
                assert!(shares.iter().all(|share| *share <= 1.0));
            }
        }
    }

    #[test]
    fn what_is_not_there_is_not_varied() {
        let (before, after) = SCENARIO.split_once("behavior = \"desk\"").unwrap();
        let (_, after) = after.split_once("[source.calls]").unwrap();
        let text = format!("{before}[source.calls]{after}");
        let text = text.replace("silent = 0.9\nbalk = 0.05\n", "");
        let all = variations(&scenario(&text));
        let named: Vec<&str> = all.iter().map(|variation| variation.what.as_str()).collect();
        let scaled = named.iter().filter_map(|what| what.strip_suffix(" × 1.2"));
        let expected =
            ["number of tasks", "patience", "share that tries again", "time to handle a task"];
        assert_eq!(scaled.collect::<Vec<_>>(), expected);
    }
}
