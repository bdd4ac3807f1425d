//! How many tasks come, and when.

use std::collections::BTreeSet;

use crate::id::IdVec;
use crate::scenario::{Arrivals, RateInterval, Scenario, Source, SourceId, TraceRow};
use crate::time::{Span, Time};

/// The parts in which the arrivals of a trace are counted.
const TRACE_PART: Span = Span::from_secs(1800);

/// How many tasks a source brings per second, from when on; none before the first step.
#[derive(Clone, Debug)]
pub(super) struct Traffic(Vec<(Time, f64)>);

impl Traffic {
    pub(super) fn of(scenario: &Scenario, source: &Source) -> Self {
        let busyness = source.busyness.map_or(1.0, |id| scenario.busyness[id].factor.mean());
        match &source.arrivals {
            Arrivals::Constant { per_second } => Self(vec![(Time::ZERO, per_second * busyness)]),
            Arrivals::Intervals(intervals) => Self::of_intervals(intervals, busyness),
            Arrivals::Trace(rows) => Self::of_intervals(&counted(rows), 1.0),
        }
    }

    fn of_intervals(intervals: &[RateInterval], factor: f64) -> Self {
        let mut steps = Vec::with_capacity(intervals.len() + 1);
        for (number, interval) in intervals.iter().enumerate() {
            let length = interval.end.since(interval.start).as_secs_f64();
            steps.push((interval.start, factor * interval.mean / length));
            if intervals.get(number + 1).is_none_or(|next| interval.end < next.start) {
                steps.push((interval.end, 0.0));
            }
        }
        Self(steps)
    }

    /// Tasks per second; none while the source is closed.
    pub(super) fn rate(&self, source: &Source, at: Time) -> f64 {
        let is_open = source.open.as_ref().is_none_or(|windows| {
            let next = windows.partition_point(|window| window.start <= at);
            next.checked_sub(1).is_some_and(|index| at < windows[index].end)
        });
        let next = self.0.partition_point(|(from, _)| *from <= at);
        next.checked_sub(1).filter(|_| is_open).map_or(0.0, |step| self.0[step].1)
    }

    /// When the rate changes.
    pub(super) fn bounds(&self, source: &Source, bounds: &mut BTreeSet<Time>) {
        bounds.extend(self.0.iter().map(|(from, _)| *from));
        let windows = source.open.iter().flatten();
        bounds.extend(windows.flat_map(|window| [window.start, window.end]));
    }
}

/// A trace as rates by half an hour.
fn counted(rows: &[TraceRow]) -> Vec<RateInterval> {
    let part_of = |row: &TraceRow| row.arrival.as_millis() / TRACE_PART.as_millis();
    let parts = rows.chunk_by(|a, b| part_of(a) == part_of(b));
    let interval = |part: &[TraceRow]| {
        let start = Time::ZERO + TRACE_PART * part_of(&part[0]);
        let mean = f64::from(u32::try_from(part.len()).unwrap_or(u32::MAX));
        RateInterval { start, end: start + TRACE_PART, mean }
    };
    parts.map(interval).collect()
}

/// About when this many tasks have come, by all sources together.
pub(super) fn when(tasks: u64, traffic: &IdVec<SourceId, Traffic>) -> Time {
    let mut bounds: BTreeSet<Time> = BTreeSet::from([Time::ZERO]);
    traffic.iter().for_each(|traffic| bounds.extend(traffic.0.iter().map(|(from, _)| *from)));
    let bounds: Vec<Time> = bounds.into_iter().collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of tasks")]
    let mut left = tasks as f64;
    for (number, &from) in bounds.iter().enumerate() {
        let step = |traffic: &Traffic| traffic.0.partition_point(|(at, _)| *at <= from);
        let rate = |traffic: &Traffic| step(traffic).checked_sub(1).map_or(0.0, |i| traffic.0[i].1);
        let rate: f64 = traffic.iter().map(rate).sum();
        let to = bounds.get(number + 1);
        let lasts = to.map_or(f64::INFINITY, |to| to.since(from).as_secs_f64());
        if 0.0 < rate && left <= rate * lasts {
            return from + Span::from_secs_f64(left / rate);
        }
        left -= rate * if lasts.is_finite() { lasts } else { 0.0 };
    }
    bounds.last().copied().unwrap_or(Time::ZERO)
}
