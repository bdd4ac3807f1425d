//! How many tasks come of themselves, retries apart.

use crate::scenario::{Arrivals, Horizon, Scenario, Source, Window};
use crate::time::Time;

/// How many tasks are expected between warm-up and horizon, retries apart.
///
/// Exact, but where the horizon is a number of tasks and there is a warm-up: what comes in the
/// warm-up is then taken at its expected rate.
#[must_use]
pub fn expected_tasks(scenario: &Scenario) -> f64 {
    let warm_up = Time::ZERO + scenario.warm_up;
    let between = |from: Time, to: Time| {
        let of = |source: &Source| {
            let busyness = source.busyness.map(|id| scenario.busyness[id].factor.mean());
            busyness.unwrap_or(1.0) * expected(source, Window { start: from, end: to })
        };
        scenario.sources.iter().map(of).sum::<f64>()
    };
    match scenario.horizon {
        Horizon::At(end) => between(warm_up, end),
        #[expect(clippy::cast_precision_loss, reason = "at most ten thousand million tasks")]
        Horizon::Tasks(tasks) => tasks as f64 - between(Time::ZERO, warm_up),
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
