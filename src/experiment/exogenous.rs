//! How many tasks come of themselves, retries apart.

use crate::scenario::{Arrivals, Horizon, Scenario, Source, SourceId, Window};
use crate::time::Time;

/// How many tasks are expected between warm-up and horizon, retries apart.
///
/// Exact, but where the horizon is a number of tasks and there is a warm-up: what comes in the
/// warm-up is then taken at its expected rate.
#[must_use]
pub fn expected_tasks(scenario: &Scenario) -> f64 {
    expected_tasks_of(scenario, |_, _| true)
}

/// The same of some sources; of a horizon that is a number of tasks, of all of them.
pub(super) fn expected_tasks_of(
    scenario: &Scenario,
    belongs: impl Fn(SourceId, &Source) -> bool,
) -> f64 {
    let warm_up = Time::ZERO + scenario.warm_up;
    let between = |from: Time, to: Time| {
        let sources = scenario.sources.iter_with_id().filter(|(id, source)| belongs(*id, source));
        let of = |(_, source): (SourceId, &Source)| {
            factor(scenario, source) * expected(source, Window { start: from, end: to })
        };
        sources.map(of).sum::<f64>()
    };
    match scenario.horizon {
        Horizon::At(end) => between(warm_up, end),
        #[expect(clippy::cast_precision_loss, reason = "at most ten thousand million tasks")]
        Horizon::Tasks(tasks) => tasks as f64 - between(Time::ZERO, warm_up),
    }
}

/// The mean factor on what a source brings; a trace knows of no busyness.
fn factor(scenario: &Scenario, source: &Source) -> f64 {
    match (source.busyness, &source.arrivals) {
        (None, _) | (_, Arrivals::Trace(_)) => 1.0,
        (Some(id), _) => scenario.busyness[id].factor.mean(),
    }
}

/// How many tasks a source brings in a window, before busyness.
fn expected(source: &Source, within: Window) -> f64 {
    let whole = [Window { start: Time::ZERO, end: Time::NEVER }];
    let open = source.open.as_deref().unwrap_or(&whole);
    let overlap = |start: Time, end: Time| {
        let part = |window: &Window| {
            let from = start.max(window.start).max(within.start);
            end.min(window.end).min(within.end).since(from).as_secs_f64()
        };
        open.iter().map(part).sum::<f64>()
    };
    match &source.arrivals {
        Arrivals::Constant { per_second } => per_second * overlap(Time::ZERO, Time::NEVER),
        Arrivals::Intervals(intervals) => {
            let of = |i: &crate::scenario::RateInterval| {
                i.mean * overlap(i.start, i.end) / i.end.since(i.start).as_secs_f64()
            };
            intervals.iter().map(of).sum()
        }
        Arrivals::Trace(rows) => {
            let counts = |at: Time| {
                within.start <= at
                    && at < within.end
                    && open.iter().any(|window| window.start <= at && at < window.end)
            };
            #[expect(clippy::cast_precision_loss, reason = "a number of rows")]
            let n = rows.iter().filter(|row| counts(row.arrival)).count() as f64;
            n
        }
    }
}
