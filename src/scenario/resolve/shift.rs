//! Shifts: the same every chosen day, in civil time.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use crate::scenario::clock::Clock;
use crate::scenario::read::Days;
use crate::scenario::resolve::civil::{TimeOfDay, falls_on};
use crate::scenario::resolve::count_table::Stretch;
use crate::scenario::source::Window;
use crate::scenario::staff::{Break, Shift};
use crate::time::{Span, Time};

/// From `start` to `end` on `days`; into the next day where `end` is not after `start`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DailyShift {
    pub(super) days: Days,
    pub(super) start: TimeOfDay,
    pub(super) end: TimeOfDay,
    /// In order, all within the shift.
    pub(super) breaks: Vec<(TimeOfDay, Span)>,
}

impl DailyShift {
    /// The shifts of a run until `until`, in order. Those that meet are one.
    pub(super) fn shifts(&self, clock: &Clock, until: Time) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        let dates = clock.dates(until).filter(|&date| falls_on(self.days, date));
        for shift in dates.filter_map(|date| self.on(clock, date)) {
            match shifts.last_mut() {
                _ if until <= shift.start => {}
                Some(last) if shift.start <= last.end => {
                    last.end = shift.end;
                    last.breaks.extend(shift.breaks);
                }
                _ => shifts.push(shift),
            }
        }
        shifts
    }

    /// The same without breaks: when something is open.
    pub(super) fn windows(&self, clock: &Clock, until: Time) -> Vec<Window> {
        let shifts = self.shifts(clock, until);
        shifts.iter().map(|shift| Window { start: shift.start, end: shift.end }).collect()
    }

    /// The first breaks that do not lie within the shift or overlap, counted from 0.
    pub(super) fn misplaced_break(&self) -> Option<usize> {
        let day = Date::constant(2026, 1, 5);
        let millis = |civil: DateTime| civil.duration_since(self.start.on(day)).as_millis();
        let end = millis(self.end_on(day));
        let mut free_from = 0;
        self.breaks.iter().position(|&(at, length)| {
            let at = millis(self.break_on(day, at));
            let over = at + i128::from(length.as_millis());
            let misplaced = at < free_from || end < over;
            free_from = over;
            misplaced
        })
    }

    fn on(&self, clock: &Clock, date: Date) -> Option<Shift> {
        let stretch = Stretch {
            start: clock.millis(self.start.on(date)),
            end: clock.millis(self.end_on(date)),
        };
        let (start, end) = stretch.within(Time::NEVER)?;
        let rest = |&(at, length): &(TimeOfDay, Span)| {
            let start = clock.millis(self.break_on(date, at));
            let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
            let (at, over) = Stretch { start, end: start.saturating_add(length) }.within(end)?;
            Some(Break { at, length: over.since(at) })
        };
        Some(Shift { start, end, breaks: self.breaks.iter().filter_map(rest).collect() })
    }

    fn end_on(&self, date: Date) -> DateTime {
        let end = self.end.on(date);
        if self.start < self.end { end } else { end.saturating_add(1.day()) }
    }

    fn break_on(&self, date: Date, at: TimeOfDay) -> DateTime {
        let civil = at.on(date);
        if self.start <= at { civil } else { civil.saturating_add(1.day()) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HOUR: u64 = 3600;

    const ALL: Days = [true; 7];
    const WORKDAYS: Days = [true, true, true, true, true, false, false];

    fn time(text: &str) -> TimeOfDay {
        let (hours, minutes) = text.split_once(':').unwrap();
        TimeOfDay::new(hours.parse::<u32>().unwrap() * 3600 + minutes.parse::<u32>().unwrap() * 60)
    }

    fn shift(days: Days, start: &str, end: &str) -> DailyShift {
        DailyShift { days, start: time(start), end: time(end), breaks: Vec::new() }
    }

    fn hours(shifts: &[Shift]) -> Vec<(u64, u64)> {
        let hour = |time: Time| time.as_millis() / 3_600_000;
        shifts.iter().map(|shift| (hour(shift.start), hour(shift.end))).collect()
    }

    #[test]
    fn a_shift_comes_back_on_its_days() {
        let friday = Clock::new("UTC", date(2026, 3, 6).at(0, 0, 0, 0)).unwrap();
        let shifts = shift(WORKDAYS, "08:00", "16:00").shifts(&friday, Time::from_secs(90 * HOUR));
        assert_eq!(hours(&shifts), [(8, 16), (80, 88)]);
    }

    #[test]
    fn a_shift_over_midnight_that_began_yesterday_is_cut_at_the_start() {
        let mut night = shift(WORKDAYS, "22:00", "06:00");
        night.breaks = vec![(time("01:00"), Span::from_secs(1800))];
        let tuesday = Clock::new("UTC", date(2026, 3, 3).at(0, 0, 0, 0)).unwrap();
        let shifts = night.shifts(&tuesday, Time::from_secs(24 * HOUR));
        assert_eq!(hours(&shifts), [(0, 6), (22, 30)]);
        let breaks: Vec<_> = shifts.iter().map(|shift| shift.breaks[0].at).collect();
        assert_eq!(breaks, [Time::from_secs(HOUR), Time::from_secs(25 * HOUR)]);
    }

    #[test]
    fn a_break_that_has_begun_lasts_the_rest_of_it() {
        let mut day = shift(ALL, "08:00", "16:00");
        day.breaks = vec![(time("12:00"), Span::from_secs(HOUR))];
        let clock = Clock::new("UTC", date(2026, 3, 3).at(12, 45, 0, 0)).unwrap();
        let shifts = day.shifts(&clock, Time::from_secs(HOUR));
        assert_eq!(shifts[0].breaks, [Break { at: Time::ZERO, length: Span::from_secs(900) }]);
    }

    #[test]
    fn shifts_around_the_clock_are_one_shift() {
        let around = shift(ALL, "06:00", "06:00");
        let shifts = around.shifts(&Clock::default(), Time::from_secs(48 * HOUR));
        assert_eq!(hours(&shifts), [(0, 54)]);
    }

    #[test]
    fn a_night_shift_is_an_hour_shorter_when_summer_time_begins() {
        let clock = Clock::new("America/New_York", date(2026, 3, 7).at(12, 0, 0, 0)).unwrap();
        let shifts = shift([false, false, false, false, false, true, false], "22:00", "06:00")
            .shifts(&clock, Time::from_secs(24 * HOUR));
        assert_eq!(hours(&shifts), [(10, 17)]);
    }

    #[test]
    fn breaks_must_lie_within_the_shift_and_apart() {
        let mut night = shift(ALL, "22:00", "06:00");
        let rest = |at: &str, length: &str| (time(at), length.parse().unwrap());
        night.breaks = vec![rest("23:30", "30m"), rest("00:00", "30m"), rest("05:30", "30m")];
        assert_eq!(night.misplaced_break(), None);
        night.breaks[1] = rest("23:45", "30m");
        assert_eq!(night.misplaced_break(), Some(1));
        night.breaks = vec![rest("05:45", "30m")];
        assert_eq!(night.misplaced_break(), Some(0));
    }
}
