//! Would the decision change if the inputs were different?

use std::ops::Range;

use rayon::ThreadPool;

use crate::experiment::tune::{Cell, Study, expected_tasks};
use crate::routing::{LongestIdle, OnReservationFailure, RedriveBase, Settings};
use crate::scenario::{Arrivals, Behavior, Recovery, Scenario, Timed};
use crate::stats::paired_mean_difference;
use crate::time::Span;

/// How many candidates the choice is compared with at most.
const RIVALS: usize = 8;
/// Which replications: neither those of the selection, where the choice was lucky, nor those of a
/// certificate.
const REPLICATIONS: Range<u32> = (3 << 30)..(3 << 30) + 30;

/// The choice where an input differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// What is different.
    pub what: String,
    /// The candidate that costs least there, of those compared.
    pub best: usize,
    /// How much more per task the choice costs there than that, by its mean.
    pub excess: f64,
    /// Whether the choice is as good there as it is here.
    pub holds: Holds,
}

/// Whether a choice is within the indifference of the best of those compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Surely.
    Yes,
    /// Surely not: the recommendation changes.
    No,
    /// It is not sure.
    Unclear,
}

/// A difference of the inputs; gives nothing if it makes none.
struct Variation {
    what: String,
    apply: Box<dyn Fn(&mut Scenario) + Sync>,
}

impl Study {
    /// The choice `best` under every variation that touches this scenario.
    pub(super) fn sensitivity(&self, pool: &ThreadPool, best: usize) -> Vec<Shift> {
        let candidates = self.compared(best);
        let base = &self.cells[best].scenario;
        let touching = variations(base).into_iter();
        touching.map(|variation| self.shift(pool, (best, &candidates), variation)).collect()
    }

    /// The choice, what is in force, and others evenly over the grid.
    fn compared(&self, best: usize) -> Vec<usize> {
        let k = self.cells.len();
        let even = (0..RIVALS).map(|rival| rival * (k - 1) / (RIVALS - 1));
        let mut compared: Vec<usize> = even.chain([best, self.grid.present]).collect();
        compared.sort_unstable();
        compared.dedup();
        compared
    }

    fn shift(
        &self,
        pool: &ThreadPool,
        (best, candidates): (usize, &[usize]),
        Variation { what, apply }: Variation,
    ) -> Shift {
        let cell = |&candidate: &usize| {
            let mut scenario = self.cells[candidate].scenario.clone();
            apply(&mut scenario);
            let tasks = expected_tasks(&scenario);
            Cell { scenario, tasks }
        };
        let cells: Vec<Cell> = candidates.iter().map(cell).collect();
        let all: Vec<usize> = (0..cells.len()).collect();
        let days = self.days(pool, (&cells, &all), REPLICATIONS);
        let cost = |index: usize| -> Vec<f64> {
            let rates = &self.tune.cost;
            days[index].iter().map(|day| day.cost(rates) / cells[index].tasks).collect()
        };
        let costs: Vec<Vec<f64>> = all.iter().map(|&index| cost(index)).collect();
        let own = candidates.iter().position(|&candidate| candidate == best);
        let own = &costs[own.expect("the choice is among those compared")];
        #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
        let risk = 2.0 * (1.0 - self.tune.confidence) / (all.len().max(2) - 1) as f64;
        let excess = |costs: &Vec<f64>| {
            let difference = paired_mean_difference(own, costs, 1.0 - risk);
            let difference = difference.expect("there are replications");
            let half = difference.interval.map_or(0.0, |interval| interval.half_width());
            (difference.value, half)
        };
        let excesses: Vec<(f64, f64)> = costs.iter().map(excess).collect();
        let worst = (0..all.len()).max_by(|&a, &b| excesses[a].0.total_cmp(&excesses[b].0));
        let worst = worst.expect("there is a candidate");
        let delta = self.tune.indifference;
        let holds = if excesses.iter().all(|(mean, half)| mean + half <= delta) {
            Holds::Yes
        } else if excesses.iter().any(|(mean, half)| delta < mean - half) {
            Holds::No
        } else {
            Holds::Unclear
        };
        Shift { what, best: candidates[worst], excess: excesses[worst].0.max(0.0), holds }
    }
}

/// Those that make a difference to this scenario.
fn variations(scenario: &Scenario) -> Vec<Variation> {
    let behaviors = |test: fn(&Behavior) -> bool| scenario.behaviors.iter().any(test);
    let sources = |test: fn(&crate::scenario::Source) -> bool| scenario.sources.iter().any(test);
    let mut all = Vec::new();
    all.extend(alternatives(scenario));
    if behaviors(|behavior| !matches!(behavior.recovery, Recovery::Never)) {
        all.extend([0.5, 4.0].map(|by| scaled("time to recover", by, recover)));
    }
    if behaviors(|behavior| 0.0 < behavior.miss || behavior.away.is_some()) {
        all.extend([0.5, 2.0].map(|by| scaled("offers that nobody hears", by, miss)));
    }
    if behaviors(|behavior| !behavior.response.is_zero()) {
        all.extend([0.8, 1.2].map(|by| scaled("time to answer", by, response)));
    }
    if behaviors(|behavior| 0.0 < behavior.reject) {
        all.extend([0.8, 1.2].map(|by| scaled("share rejected", by, reject)));
    }
    if sources(|source| !matches!(source.arrivals, Arrivals::Trace(_))) {
        all.extend([0.8, 1.2].map(|by| scaled("number of tasks", by, volume)));
    }
    if sources(|source| source.patience.is_some()) {
        all.extend([0.8, 1.2].map(|by| scaled("patience", by, patience)));
    }
    all.extend([0.8, 1.2].map(|by| scaled("time to handle a task", by, handle)));
    all.extend(settings(scenario.workspace.settings));
    all
}

fn scaled(what: &str, factor: f64, apply: fn(&mut Scenario, f64)) -> Variation {
    let what = format!("{what} × {factor}");
    Variation { what, apply: Box::new(move |scenario| apply(scenario, factor)) }
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
