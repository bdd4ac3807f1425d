//! Days and times of day laid over the calendar.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use crate::scenario::read;

/// Whether `date` is one of `days`.
pub(super) fn falls_on(days: read::Days, date: Date) -> bool {
    usize::try_from(date.weekday().to_monday_zero_offset()).is_ok_and(|day| days[day])
}

/// A time of day in civil time, up to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimeOfDay {
    seconds: u32,
}

impl TimeOfDay {
    pub(super) const MIDNIGHT: Self = Self::new(0);

    /// So many seconds after midnight.
    pub(super) const fn new(seconds: u32) -> Self {
        Self { seconds }
    }

    /// What the calendar and the clock show.
    pub(super) fn on(self, date: Date) -> DateTime {
        date.to_datetime(Time::midnight()).saturating_add(i64::from(self.seconds).seconds())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_goes_from_midnight_to_24_00() {
        let at = |seconds| TimeOfDay::new(seconds).on(date(2026, 3, 8));
        assert_eq!(at(30_600), date(2026, 3, 8).at(8, 30, 0, 0));
        assert_eq!(at(86_400), date(2026, 3, 9).at(0, 0, 0, 0));
    }

    #[test]
    fn weeks_begin_on_monday() {
        let weekend = [false, false, false, false, false, true, true];
        assert!(falls_on(weekend, date(2026, 3, 8)) && !falls_on(weekend, date(2026, 3, 9)));
    }
}
