//! Days of the week and times of day, as a scenario writes them.

use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// Days of the week: `mon-fri`, `mon,wed,sat`, `sat-sun`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days([bool; 7]);

impl Days {
    /// Every day.
    pub(super) const ALL: Self = Self([true; 7]);

    pub(super) fn has(self, date: Date) -> bool {
        self.0[position(date.weekday())]
    }
}

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut days = [false; 7];
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (weekday(first)?, weekday(last)?);
            let count = (last + 7 - first) % 7;
            (first..=first + count).for_each(|day| days[day % 7] = true);
        }
        Ok(Self(days))
    }
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn weekday(text: &str) -> Result<usize, String> {
    let name = text.trim().to_ascii_lowercase();
    let known = NAMES.iter().position(|&day| day == name);
    known.ok_or_else(|| format!("no day is named `{}`", text.trim()))
}

fn position(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).expect("a day of the week is 0 to 6")
}

/// A time of day in civil time, `08:30`, up to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimeOfDay {
    seconds: i64,
}

impl TimeOfDay {
    pub(super) const MIDNIGHT: Self = Self { seconds: 0 };

    /// What the calendar and the clock show.
    pub(super) fn on(self, date: Date) -> DateTime {
        date.to_datetime(Time::midnight()).saturating_add(self.seconds.seconds())
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str, below: i64| {
            let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
            let number = part.parse().ok().filter(|&number: &i64| digits && number < below);
            number.ok_or_else(|| format!("`{text}` is not a time of day"))
        };
        let parts: Vec<&str> = text.trim().split(':').collect();
        let seconds = match parts[..] {
            [hours, minutes] => number(hours, 25)? * 3600 + number(minutes, 60)? * 60,
            [hours, minutes, seconds] => {
                number(hours, 25)? * 3600 + number(minutes, 60)? * 60 + number(seconds, 60)?
            }
            _ => return Err(format!("`{text}` is not a time of day")),
        };
        if seconds <= 86_400 {
            Ok(Self { seconds })
        } else {
            Err(format!("`{text}` is past 24:00"))
        }
    }
}

/// A date-time of a file, with offset or as the clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// An instant.
    Instant(jiff::Timestamp),
    /// In the time zone of the scenario.
    Civil(DateTime),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(instant) = text.parse() {
            return Ok(Self::Instant(instant));
        }
        let civil = text.parse().map(Self::Civil);
        civil.map_err(|_| format!("`{text}` is not a date and time"))
    }
}

/// `2026-03-02..2026-03-06`, both included, or one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dates {
    first: Date,
    last: Date,
}

impl Dates {
    pub(super) fn has(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

impl FromStr for Dates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let date = |text: &str| {
            text.trim().parse().map_err(|_| format!("`{}` is not a date", text.trim()))
        };
        let (first, last) = (date(first)?, date(last)?);
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(format!("{last} is before {first}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_ranges_and_lists_and_may_go_round_the_week() {
        let days = |text: &str| text.parse::<Days>().map(|days| days.0.map(u8::from));
        assert_eq!(days("mon-fri"), Ok([1, 1, 1, 1, 1, 0, 0]));
        assert_eq!(days("mon,wed,sat"), Ok([1, 0, 1, 0, 0, 1, 0]));
        assert_eq!(days("Sat-Mon"), Ok([1, 0, 0, 0, 0, 1, 1]));
        assert_eq!(days("mon-tue, sun"), Ok([1, 1, 0, 0, 0, 0, 1]));
        assert_eq!(days("mon-fir"), Err("no day is named `fir`".into()));
        assert!("sat-sun".parse::<Days>().is_ok_and(|days| days.has(date(2026, 3, 8))));
    }

    #[test]
    fn a_day_goes_from_midnight_to_24_00() {
        let at = |text: &str| text.parse::<TimeOfDay>().map(|time| time.on(date(2026, 3, 8)));
        assert_eq!(at("08:30"), Ok(date(2026, 3, 8).at(8, 30, 0, 0)));
        assert_eq!(at("8:30:15"), Ok(date(2026, 3, 8).at(8, 30, 15, 0)));
        assert_eq!(at("24:00"), Ok(date(2026, 3, 9).at(0, 0, 0, 0)));
        assert_eq!(at("24:01"), Err("`24:01` is past 24:00".into()));
        assert_eq!(at("8h"), Err("`8h` is not a time of day".into()));
        assert_eq!(at("08:60"), Err("`08:60` is not a time of day".into()));
    }

    #[test]
    fn date_times_are_read_with_and_without_offset() {
        let civil = |text: &str| matches!(text.parse(), Ok(Moment::Civil(_)));
        let instant = |text: &str| matches!(text.parse(), Ok(Moment::Instant(_)));
        assert!(civil("2026-03-02T08:00:00") && civil("2026-03-02 08:00"));
        assert!(instant("2026-03-02T08:00:00Z") && instant("2026-03-02 08:00-05:00"));
        assert!("8 o'clock".parse::<Moment>().is_err());
    }

    #[test]
    fn a_range_of_dates_includes_both_ends() {
        let dates: Dates = "2026-03-02..2026-03-06".parse().unwrap();
        assert!(dates.has(date(2026, 3, 2)) && dates.has(date(2026, 3, 6)));
        assert!(!dates.has(date(2026, 3, 7)));
        assert_eq!(
            "2026-03-02".parse(),
            Ok(Dates { first: date(2026, 3, 2), last: date(2026, 3, 2) })
        );
        assert_eq!("2026-03".parse::<Dates>(), Err("`2026-03` is not a date".into()));
        assert!("2026-03-06..2026-03-02".parse::<Dates>().is_err());
    }
}
