//! Numbers per interval that repeat every civil day: `{ per = "30m", from = "08:00", counts = […] }`.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::scenario::clock::Clock;
use crate::scenario::node::Node;
use crate::scenario::read::Days;
use crate::scenario::resolve::civil::{TimeOfDay, falls_on};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::value;
use crate::scenario::source::RateInterval;
use crate::time::{Span, Time};

const DAY: Span = Span::from_secs(86_400);

/// Numbers per interval, every civil day; nothing outside.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CountTable<T> {
    pub(super) days: Days,
    pub(super) from: TimeOfDay,
    pub(super) per: Span,
    /// All of them together last at most a day.
    pub(super) counts: Vec<T>,
}

/// Something that lasts, in milliseconds since the start of the run; it may begin before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Stretch {
    /// The part of it between the start of the run and `until`, if there is any.
    pub(super) fn within(self, until: Time) -> Option<(Time, Time)> {
        let start = Time::from_millis(u64::try_from(self.start).unwrap_or(0));
        let end = Time::from_millis(u64::try_from(self.end).unwrap_or(0)).min(until);
        (start < end).then_some((start, end))
    }

    /// The part of it between the start of the run and `horizon`, with the part of `mean` that
    /// falls into it.
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^53 ms")]
    pub(super) fn expecting(self, mean: f64, horizon: Time) -> Option<RateInterval> {
        let (start, end) = self.within(horizon)?;
        let whole = (self.end - self.start) as f64;
        let part = end.since(start).as_millis() as f64;
        (0.0 < mean).then_some(RateInterval { start, end, mean: mean * (part / whole) })
    }
}

impl<T: Copy> CountTable<T> {
    /// The table at `node`, its counts read by `count`.
    pub(super) fn read(
        cx: &mut Context<'_>,
        node: &Node,
        count: impl Fn(&Node) -> Option<T>,
    ) -> Option<Self> {
        let per = value::span(node.get("per")).filter(|per| Span::ZERO < *per)?;
        let written = node.get("counts")?;
        let counts: Option<Vec<T>> = value::list(Some(written)).iter().map(count).collect();
        let counts = counts.filter(|counts| !counts.is_empty())?;
        if DAY < per * counts.len() as u64 {
            cx.error("a table that repeats daily is longer than a day", &written.place);
            return None;
        }
        let days = value::days(node.get("days"))?;
        let from = match node.get("from") {
            Some(from) => value::time_of_day(Some(from))?,
            None => TimeOfDay::MIDNIGHT,
        };
        Some(Self { days, from, per, counts })
    }

    /// Every interval that begins before `until`, in order.
    fn intervals(&self, clock: &Clock, until: Time) -> impl Iterator<Item = (Stretch, T)> {
        let dates = clock.dates(until).filter(|&date| falls_on(self.days, date));
        let limit = i64::try_from(until.as_millis()).unwrap_or(i64::MAX);
        let intervals = dates.flat_map(move |date| self.day(clock, date));
        intervals.filter(move |(stretch, _)| stretch.start < stretch.end && stretch.start < limit)
    }

    fn day(&self, clock: &Clock, date: Date) -> impl Iterator<Item = (Stretch, T)> {
        let step = i64::try_from(self.per.as_millis()).unwrap_or(i64::MAX);
        let begin = self.from.on(date);
        let bound = move |index: usize| {
            let past = i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(step);
            clock.millis(begin.saturating_add(past.milliseconds()))
        };
        self.counts.iter().enumerate().map(move |(index, &count)| {
            (Stretch { start: bound(index), end: bound(index + 1) }, count)
        })
    }
}

impl CountTable<f64> {
    /// The expected numbers of arrivals up to `horizon`.
    pub(super) fn rates(&self, clock: &Clock, horizon: Time) -> Vec<RateInterval> {
        let intervals = self.intervals(clock, horizon);
        intervals.filter_map(|(stretch, mean)| stretch.expecting(mean, horizon)).collect()
    }
}

impl CountTable<usize> {
    /// How many workers are there from when on. The entries of the last day that has one before
    /// `horizon` all count, and the last of them holds.
    pub(super) fn staffing(&self, clock: &Clock, horizon: Time) -> Vec<(Time, usize)> {
        let begun = |date: &Date| {
            let first = clock.millis(self.from.on(*date));
            u64::try_from(first).unwrap_or(0) < horizon.as_millis()
        };
        let dates = clock.dates(horizon).filter(|&date| falls_on(self.days, date));
        let days: Vec<Date> = dates.filter(begun).collect();
        let mut steps: Vec<(i64, usize)> = Vec::new();
        for &date in &days {
            let entries = self.day(clock, date).filter(|(stretch, _)| stretch.start < stretch.end);
            let mut end = None;
            for (stretch, count) in entries {
                steps.push((stretch.start, count));
                end = Some(stretch.end);
            }
            if date != days[days.len() - 1] {
                steps.extend(end.map(|end| (end, 0)));
            }
        }
        tidy(&steps)
    }
}

/// Of several steps at one time the last; what began before the run begins with it; no step to
/// what already holds.
fn tidy(steps: &[(i64, usize)]) -> Vec<(Time, usize)> {
    let mut tidy: Vec<(Time, usize)> = Vec::new();
    for &(at, count) in steps {
        let at = Time::from_millis(u64::try_from(at).unwrap_or(0));
        if tidy.last().is_some_and(|&(last, _)| last == at) {
            tidy.pop();
        }
        if tidy.last().map_or(0, |&(_, last)| last) != count {
            tidy.push((at, count));
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn table<T>(from: &str, per: &str, counts: Vec<T>) -> CountTable<T> {
        let hour: u32 = from[..2].parse().unwrap();
        let from = TimeOfDay::new(hour * 3600);
        CountTable { days: [true; 7], from, per: per.parse().unwrap(), counts }
    }

    fn hours(steps: &[(Time, usize)]) -> Vec<(u64, usize)> {
        steps.iter().map(|&(at, count)| (at.as_millis() / 3_600_000, count)).collect()
    }

    #[test]
    fn staffing_repeats_daily_and_the_last_entry_of_the_last_day_holds() {
        let staffing = table("08:00", "1h", vec![4, 6, 6]);
        let clock = Clock::default();
        let steps = staffing.staffing(&clock, Time::from_secs(40 * 3600));
        assert_eq!(hours(&steps), [(8, 4), (9, 6), (11, 0), (32, 4), (33, 6)]);
        let steps = staffing.staffing(&clock, Time::from_secs(32 * 3600));
        assert_eq!(hours(&steps), [(8, 4), (9, 6)], "the second day begins at the horizon");
    }

    #[test]
    fn an_entry_that_began_before_the_run_holds_from_its_start() {
        let clock = Clock::new("UTC", date(2026, 1, 5).at(9, 30, 0, 0)).unwrap();
        let steps = table("08:00", "1h", vec![4, 6, 8]).staffing(&clock, Time::from_secs(3600));
        assert_eq!(steps, [(Time::ZERO, 6), (Time::from_secs(1800), 8)]);
    }

    #[test]
    fn expected_numbers_shrink_with_what_is_cut_off_their_interval() {
        let clock = Clock::new("UTC", date(2026, 1, 5).at(8, 15, 0, 0)).unwrap();
        let arrivals = table("08:00", "30m", vec![20.0, 0.0, 30.0]);
        let rates = arrivals.rates(&clock, Time::from_secs(55 * 60));
        let rate = |start, end, mean| RateInterval {
            start: Time::from_secs(start),
            end: Time::from_secs(end),
            mean,
        };
        assert_eq!(rates, [rate(0, 900, 10.0), rate(2700, 3300, 10.0)]);
    }

    #[test]
    fn a_night_table_runs_into_the_next_day() {
        let clock = Clock::default();
        let rates = table("23:00", "1h", vec![1.0, 2.0]).rates(&clock, Time::from_secs(48 * 3600));
        let starts: Vec<_> = rates.iter().map(|rate| rate.start.as_millis() / 3_600_000).collect();
        assert_eq!(starts, [0, 23, 24, 47]);
    }

    #[test]
    fn an_hour_that_the_clock_skips_has_no_arrivals_and_one_that_comes_twice_is_long() {
        let table = table("00:00", "1h", vec![1.0; 4]);
        let spring = Clock::new("America/New_York", date(2026, 3, 8).at(0, 0, 0, 0)).unwrap();
        assert_eq!(table.rates(&spring, Time::from_secs(10 * 3600)).len(), 3);
        let autumn = Clock::new("America/New_York", date(2026, 11, 1).at(0, 0, 0, 0)).unwrap();
        let rates = table.rates(&autumn, Time::from_secs(10 * 3600));
        let lengths: Vec<_> = rates.iter().map(|rate| rate.end.since(rate.start)).collect();
        assert_eq!(lengths[1], Span::from_secs(2 * 3600));
    }
}
