//! Civil time: what the clock on the wall says at an instant of the run, and the other way round.
//!
//! Time zones come from the database that is compiled in, so a scenario means the same on every
//! machine. Only here is there a calendar; everything else counts milliseconds from the start.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

use crate::time::Time;

/// Which civil time it is at the start of the run, and where.
#[derive(Clone, Debug)]
pub struct Clock {
    time_zone: TimeZone,
    start: Timestamp,
}

impl Clock {
    /// A clock of the zone named `zone`, as in `America/New_York`, that shows `start` at t = 0;
    /// `None` if there is no such zone, or no such instant before the year 9999.
    #[must_use]
    pub fn new(zone: &str, start: DateTime) -> Option<Self> {
        let time_zone = TimeZoneDatabase::bundled().get(zone).ok()?;
        let start = instant(&time_zone, start)?;
        Some(Self { time_zone, start })
    }

    /// Local time in ISO 8601 with its offset: `2026-03-02T08:00:00-05:00`.
    #[must_use]
    pub fn iso(&self, at: Time) -> String {
        self.iso_millis(i64::try_from(at.as_millis()).unwrap_or(i64::MAX))
    }

    /// The same for an instant that may lie before the start.
    pub(crate) fn iso_millis(&self, millis: i64) -> String {
        let zoned = self.after(millis).to_zoned_datetime(self.time_zone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
    }

    /// The local date at `at`.
    #[must_use]
    pub fn date(&self, at: Time) -> Date {
        self.date_of(self.timestamp(at))
    }

    /// The local date at `at`.
    #[must_use]
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.time_zone.to_datetime(at).date()
    }

    /// Milliseconds from the start of the run to `civil`; negative before it.
    ///
    /// A time that the clock skips is the instant of the jump; one that it shows twice is the
    /// first.
    #[must_use]
    pub fn millis(&self, civil: DateTime) -> i64 {
        let at = instant(&self.time_zone, civil).unwrap_or(Timestamp::MAX);
        self.millis_of(at)
    }

    /// Milliseconds from the start of the run to `at`; negative before it.
    #[must_use]
    pub fn millis_of(&self, at: Timestamp) -> i64 {
        at.as_millisecond() - self.start.as_millisecond()
    }

    /// All local dates that have begun by `until`, from the day before the start on: what began
    /// yesterday may last until today.
    pub fn dates(&self, until: Time) -> impl Iterator<Item = Date> + use<> {
        let first = self.date(Time::ZERO).saturating_sub(1.day());
        let last = self.date(until);
        first.series(1.day()).take_while(move |&date| date <= last)
    }

    fn timestamp(&self, at: Time) -> Timestamp {
        self.after(i64::try_from(at.as_millis()).unwrap_or(i64::MAX))
    }

    fn after(&self, millis: i64) -> Timestamp {
        let since_1970 = self.start.as_millisecond().saturating_add(millis);
        Timestamp::from_millisecond(since_1970).unwrap_or(Timestamp::MAX)
    }
}

/// 2026-01-05, a Monday, 00:00 UTC.
impl Default for Clock {
    fn default() -> Self {
        Self::new("UTC", DEFAULT_START).expect("UTC is in the database")
    }
}

/// What a scenario starts with that does not say: a Monday, at midnight.
pub const DEFAULT_START: DateTime = DateTime::constant(2026, 1, 5, 0, 0, 0, 0);

/// The names of all time zones that are known.
pub(crate) fn time_zones() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
}

fn instant(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { before, .. } => jump(zone, civil, before),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            ambiguous.earlier().ok()
        }
    }
}

/// When the clock skips `civil`: read by the offset before, it lies after the jump.
fn jump(zone: &TimeZone, civil: DateTime, before: Offset) -> Option<Timestamp> {
    let after = before.to_timestamp(civil).ok()?;
    let next = after.checked_add(1.nanosecond()).ok()?;
    zone.preceding(next).next().map(|transition| transition.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn new_york(start: DateTime) -> Clock {
        Clock::new("America/New_York", start).expect("New York is in the database")
    }

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_clock_shows_local_time_with_its_offset() {
        assert_eq!(Clock::default().iso(Time::ZERO), "2026-01-05T00:00:00+00:00");
        let clock = new_york(date(2026, 3, 7).at(20, 0, 0, 0));
        assert_eq!(clock.iso(Time::from_secs(90)), "2026-03-07T20:01:30-05:00");
        assert_eq!(clock.iso(Time::from_secs(86_400)), "2026-03-08T21:00:00-04:00");
        assert_eq!(clock.iso(Time::from_millis(250)), "2026-03-07T20:00:00.25-05:00");
        assert!(clock.iso(Time::NEVER).starts_with("9999"));
    }

    #[test]
    fn the_day_on_which_summer_time_begins_has_23_hours() {
        let clock = new_york(date(2026, 3, 8).at(0, 0, 0, 0));
        assert_eq!(clock.millis(date(2026, 3, 8).at(1, 59, 0, 0)), 2 * HOUR - 60_000);
        assert_eq!(clock.millis(date(2026, 3, 8).at(2, 0, 0, 0)), 2 * HOUR);
        assert_eq!(clock.millis(date(2026, 3, 8).at(2, 30, 0, 0)), 2 * HOUR, "is skipped");
        assert_eq!(clock.millis(date(2026, 3, 8).at(3, 30, 0, 0)), 2 * HOUR + HOUR / 2);
        assert_eq!(clock.millis(date(2026, 3, 9).at(0, 0, 0, 0)), 23 * HOUR);
    }

    #[test]
    fn the_hour_that_comes_twice_is_the_first_one() {
        let clock = new_york(date(2026, 11, 1).at(0, 0, 0, 0));
        assert_eq!(clock.millis(date(2026, 11, 1).at(1, 30, 0, 0)), HOUR + HOUR / 2);
        assert_eq!(clock.millis(date(2026, 11, 1).at(2, 0, 0, 0)), 3 * HOUR);
        assert_eq!(clock.millis(date(2026, 10, 31).at(23, 0, 0, 0)), -HOUR);
    }

    #[test]
    fn dates_begin_the_day_before_the_start() {
        let clock = new_york(date(2026, 3, 2).at(8, 0, 0, 0));
        let dates: Vec<_> = clock.dates(Time::from_secs(16 * 3600)).collect();
        assert_eq!(dates, [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]);
    }

    #[test]
    fn an_unknown_zone_is_none() {
        assert!(Clock::new("America/New_Yrok", DEFAULT_START).is_none());
    }
}
