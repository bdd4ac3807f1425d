//! From replications to estimates with intervals.

use crate::experiment::control::Arrived;
use crate::experiment::units::{per_unit, unit};
use crate::observation::{
    IntervalCounters, IntervalTally, METRICS, Measure, Metric, Read, Recording, Scope, Tally, Wait,
    service_level,
};
use crate::scenario::{Formula, Scenario};
use crate::stats::{Estimate, Pooled, Ratio, mean_interval, ratio_interval};
use crate::time::{Span, Time};

/// The confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// One metric of one scope.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is about.
    pub scope: Scope,
    /// What it says.
    pub metric: &'static Metric,
    /// The value and its interval; `None` where it is undefined.
    pub estimate: Option<Estimate>,
    /// How it was estimated: `mean`, `ratio`, `quantile`, `max`; `mean_controlled`,
    /// `ratio_controlled` with the number of tasks that came as control variate.
    pub method: &'static str,
}

/// One interval of one scope: numbers are means per replication, ratios are ratios of sums.
#[derive(Clone, Copy, Debug)]
pub struct IntervalRow {
    /// When the interval begins.
    pub start: Time,
    /// What it is about.
    pub scope: Scope,
    /// Created in it; in a queue: entered.
    pub tasks_created: f64,
    /// Of those, accepted.
    pub tasks_accepted: f64,
    /// Of those, abandoned.
    pub tasks_abandoned: f64,
    /// Of those, accepted in time.
    pub tasks_in_time: f64,
    /// Reservations of those.
    pub reservations_created: f64,
    /// Of those reservations, timed out.
    pub reservations_timed_out: f64,
    /// By the scope's formula.
    pub service_level: Option<f64>,
    /// Half the width of its interval.
    pub service_level_half_width: Option<f64>,
    /// Whether it reaches the target.
    pub met_target: Option<bool>,
    /// Of those accepted and abandoned, in seconds.
    pub wait_mean: Option<f64>,
    /// Of those accepted and abandoned, in seconds.
    pub wait_p90: Option<f64>,
    /// Talk and wrap-up, in seconds.
    pub aht: Option<f64>,
    /// Busy ÷ (busy or available).
    pub occupancy: Option<f64>,
    /// Workers on shift; only for everything and groups.
    pub staffed_mean: Option<f64>,
    /// Hours lost after a miss; only for everything and groups.
    pub hours_lost_after_miss: Option<f64>,
}

/// Every metric of every scope for which it has a meaning, in the order of scopes, then metrics.
///
/// # Panics
/// If replications depend on each other and there are not whole units of them.
#[must_use]
pub fn estimate_scopes(scenario: &Scenario, replications: &[Recording]) -> Vec<Row> {
    let scopes = Scope::all(scenario).into_iter().enumerate();
    let rows = scopes.flat_map(|(index, scope)| {
        let tallies: Vec<&Tally> = replications.iter().map(|r| &r.tallies[index]).collect();
        let waits = Wait::ALL.map(|wait| {
            Pooled::in_units(tallies.iter().map(|t| t.waits(wait)).collect(), unit(scenario))
        });
        let arrived = Arrived::of(scenario, replications, scope);
        let sample = Sample { scenario, scope, index, tallies, waits, arrived, replications };
        let metrics = METRICS.iter().filter(|metric| metric.applies.holds(scope));
        metrics.filter_map(|metric| sample.row(metric)).collect::<Vec<_>>()
    });
    rows.collect()
}

/// The replications of one scope.
struct Sample<'a> {
    scenario: &'a Scenario,
    scope: Scope,
    index: usize,
    tallies: Vec<&'a Tally>,
    /// In the order of [`Wait::ALL`].
    waits: [Pooled<'a>; 4],
    /// The control variate, if there is to be one.
    arrived: Option<Arrived>,
    replications: &'a [Recording],
}

impl Sample<'_> {
    /// `None` where the scenario has nothing to measure it by.
    fn row(&self, metric: &'static Metric) -> Option<Row> {
        let measure = match metric.measure {
            Measure::ServiceLevel => service_level(self.scope.formula(self.scenario)),
            measure => measure,
        };
        let (estimate, method) = match measure {
            Measure::Mean(of) => self.mean(&self.read(of)),
            Measure::Ratio(of, all) => self.ratio_of(of, all),
            Measure::Quantile(wait, p) => {
                (self.waits[wait as usize].quantile_interval(p, CONFIDENCE), "quantile")
            }
            Measure::Max(of, all) => (self.greatest(of, all), "max"),
            Measure::IntervalsBelowTarget => {
                self.scenario.interval?;
                (self.intervals_below_target(), "ratio")
            }
            Measure::FteLost => (self.fte_lost(), "ratio"),
            Measure::ServiceLevel => unreachable!("replaced above"),
        };
        Some(Row { scope: self.scope, metric, estimate, method })
    }

    /// The mean of each unit.
    fn read(&self, of: Read) -> Vec<f64> {
        let each = self.tallies.iter().map(|tally| of(&tally.counters)).collect();
        per_unit(each, unit(self.scenario))
    }

    fn mean(&self, values: &[f64]) -> (Option<Estimate>, &'static str) {
        match self.arrived.as_ref().and_then(|arrived| arrived.mean(values, CONFIDENCE)) {
            Some(estimate) => (Some(estimate), "mean_controlled"),
            None => (mean_interval(values, CONFIDENCE), "mean"),
        }
    }

    fn ratio_of(&self, of: Read, all: Read) -> (Option<Estimate>, &'static str) {
        let numerators = self.read(of);
        let controlled = self.arrived.as_ref().and_then(|arrived| {
            let shares = arrived.shares(&numerators, all, self.scope)?;
            arrived.mean(&shares, CONFIDENCE)
        });
        match controlled {
            Some(estimate) => (Some(estimate), "ratio_controlled"),
            None => (self.ratio(&numerators, &self.read(all)), "ratio"),
        }
    }

    fn ratio(&self, numerators: &[f64], denominators: &[f64]) -> Option<Estimate> {
        ratio_interval(Ratio { numerators, denominators }, CONFIDENCE)
    }

    fn greatest(&self, of: Read, all: Read) -> Option<Estimate> {
        let some = |tally: &&&Tally| 0.0 < all(&tally.counters);
        let values = self.tallies.iter().filter(some).map(|tally| of(&tally.counters));
        values.max_by(f64::total_cmp).map(|value| Estimate { value, interval: None })
    }

    /// What those who missed an offer were missing for, in whole workers: their hours, divided by
    /// the scheduled hours of one worker.
    fn fte_lost(&self) -> Option<Estimate> {
        let n_workers = n_workers(self.scenario, self.scope);
        let lost: Vec<f64> =
            self.read(|c| ms(c.recovering_ms)).iter().map(|x| x * n_workers).collect();
        self.ratio(&lost, &self.read(|c| ms(c.scheduled_ms())))
    }

    fn intervals_below_target(&self) -> Option<Estimate> {
        let rows =
            estimate_intervals_of(self.scenario, self.replications, (self.index, self.scope));
        let judged: Vec<bool> = rows.iter().filter_map(|row| row.met_target).collect();
        if judged.is_empty() {
            return None;
        }
        let missed = judged.iter().filter(|met| !**met).count();
        #[expect(clippy::cast_precision_loss, reason = "numbers of intervals")]
        let value = missed as f64 / judged.len() as f64;
        Some(Estimate { value, interval: None })
    }
}

/// How many workers a scope has: those of a group, or all.
#[expect(clippy::cast_precision_loss, reason = "numbers of workers")]
pub(super) fn n_workers(scenario: &Scenario, scope: Scope) -> f64 {
    let of = |group| scenario.people.iter().filter(|person| person.group == group).count();
    match scope {
        Scope::WorkerGroup(group) => of(group) as f64,
        _ => scenario.people.len() as f64,
    }
}

/// Every interval of every scope, in the order of intervals, then scopes.
#[must_use]
pub fn estimate_intervals(scenario: &Scenario, replications: &[Recording]) -> Vec<IntervalRow> {
    let scopes = Scope::all(scenario).into_iter().enumerate();
    let rows = scopes.flat_map(|scope| estimate_intervals_of(scenario, replications, scope));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| row.start);
    rows
}

fn estimate_intervals_of<'r>(
    scenario: &Scenario,
    replications: &'r [Recording],
    (index, scope): (usize, Scope),
) -> Vec<IntervalRow> {
    let n_intervals = replications.iter().map(|r| r.intervals.len()).max().unwrap_or(0);
    let length = scenario.interval.unwrap_or(Span::ZERO);
    let row = |interval: usize| {
        let tally = |r: &'r Recording| r.intervals.get(interval).map(|parts| &parts[index]);
        let tallies: Vec<&IntervalTally> = replications.iter().filter_map(tally).collect();
        let together = |of_unit: &'r [Recording]| {
            of_unit.iter().filter_map(tally).map(|tally| tally.counters).reduce(|mut sum, one| {
                sum.absorb(&one);
                sum
            })
        };
        let units = replications.chunks(unit(scenario));
        let counters: Vec<IntervalCounters> = units.filter_map(together).collect();
        let wait = Pooled::new(tallies.iter().map(|tally| &tally.wait).collect());
        let start = Time::ZERO + length * u64::try_from(interval).expect("few intervals");
        let part = Part { scenario, scope, counters, n: replications.len() };
        part.row(start, wait.quantile(0.9).map(Span::as_secs_f64))
    };
    (0..n_intervals).map(row).collect()
}

/// The replications of one interval and scope.
struct Part<'a> {
    scenario: &'a Scenario,
    scope: Scope,
    counters: Vec<IntervalCounters>,
    n: usize,
}

type ReadPart = fn(&IntervalCounters) -> u64;

impl Part<'_> {
    fn row(&self, start: Time, wait_p90: Option<f64>) -> IntervalRow {
        let level = self.service_level();
        let target = self.scope.service_level(self.scenario).target;
        let has_staff = matches!(self.scope, Scope::All | Scope::WorkerGroup(_));
        let seconds = |ratio: Option<f64>| ratio.map(|millis| millis / 1000.0);
        IntervalRow {
            start,
            scope: self.scope,
            tasks_created: self.mean(|c| c.tasks_created),
            tasks_accepted: self.mean(|c| c.tasks_accepted),
            tasks_abandoned: self.mean(|c| c.tasks_abandoned),
            tasks_in_time: self.mean(|c| c.tasks_in_time),
            reservations_created: self.mean(|c| c.reservations_created),
            reservations_timed_out: self.mean(|c| c.reservations_timed_out),
            service_level: level.map(|level| level.value),
            service_level_half_width: level.and_then(|l| Some(l.interval?.half_width())),
            met_target: level.map(|level| target <= level.value),
            wait_mean: seconds(self.ratio(|c| c.wait_ms, |c| c.tasks_accepted + c.tasks_abandoned)),
            wait_p90,
            aht: seconds(self.ratio(|c| c.talk_ms + c.wrap_up_ms, |c| c.tasks_completed)),
            occupancy: self.ratio(|c| c.busy_ms, |c| c.busy_or_available_ms),
            staffed_mean: self.ratio(|c| c.scheduled_ms, |c| c.window_ms).filter(|_| has_staff),
            hours_lost_after_miss: has_staff.then(|| self.mean(|c| c.recovering_ms) / 3_600_000.0),
        }
    }

    fn service_level(&self) -> Option<Estimate> {
        let denominator: ReadPart = match self.scope.formula(self.scenario) {
            Formula::Created => |c| c.tasks_created,
            Formula::Offered => |c| {
                c.tasks_accepted + c.tasks_abandoned - c.tasks_short_abandoned
                    + c.tasks_unserved_at_end
            },
            Formula::Answered => |c| c.tasks_accepted,
        };
        let (numerators, denominators) = (self.read(|c| c.tasks_in_time), self.read(denominator));
        let ratio = Ratio { numerators: &numerators, denominators: &denominators };
        ratio_interval(ratio, CONFIDENCE)
    }

    fn read(&self, of: ReadPart) -> Vec<f64> {
        self.counters.iter().map(|counters| ms(of(counters))).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers of replications")]
    fn mean(&self, of: ReadPart) -> f64 {
        self.read(of).iter().sum::<f64>() / self.n as f64
    }

    fn ratio(&self, of: ReadPart, all: ReadPart) -> Option<f64> {
        let all: f64 = self.read(all).iter().sum();
        (0.0 < all).then(|| self.read(of).iter().sum::<f64>() / all)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
pub(super) const fn ms(count: u64) -> f64 {
    count as f64
}
