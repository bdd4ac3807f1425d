//! When something was, as files of other programs write it: in one cell, or a date and a time.

use std::str::FromStr;

use jiff::civil::DateTime;

/// A date-time of a file, with offset or as the clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
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

impl Moment {
    /// What the cells of some columns say together: one date-time, or a date and a time of day,
    /// as `8:30`, `08:30:00`, `8:30 PM` or, of an interval, `08:30-09:00`.
    ///
    /// # Errors
    ///
    /// If it is no date and time.
    pub fn of(cells: &[&str]) -> Result<Self, String> {
        match cells {
            [date, time] => match clock(time) {
                Some(time) => format!("{date}T{time}")
                    .parse()
                    .map_err(|_: String| format!("`{date}` is not a date such as 2026-03-02")),
                None => Err(format!("`{time}` is not a time of day such as 08:30")),
            },
            _ => cells.concat().parse(),
        }
    }
}

/// `08:30:00` of a time of day, or of the beginning of an interval.
fn clock(text: &str) -> Option<String> {
    let begin = text.split(['-', '–']).next().unwrap_or_default().trim();
    let upper = begin.to_ascii_uppercase();
    let (digits, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (upper.as_str(), None),
    };
    let fields: Vec<&str> = digits.trim().split(':').collect();
    let number = |index: usize| match fields.get(index) {
        None => Some(0_u32),
        Some(field) => {
            let is_one =
                (1..=2).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit());
            is_one.then(|| field.parse().ok()).flatten()
        }
    };
    let (hours, minutes, seconds) = (number(0)?, number(1)?, number(2)?);
    let hours = match half {
        Some(half) if (1..=12).contains(&hours) => hours % 12 + half,
        Some(_) => return None,
        None if fields.len() < 2 => return None,
        None => hours,
    };
    let is_time = fields.len() <= 3 && hours < 24 && minutes < 60 && seconds < 60;
    is_time.then(|| format!("{hours:02}:{minutes:02}:{seconds:02}"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn date_times_are_read_with_and_without_offset() {
        let civil = |text: &str| matches!(text.parse(), Ok(Moment::Civil(_)));
        let instant = |text: &str| matches!(text.parse(), Ok(Moment::Instant(_)));
        assert!(civil("2026-03-02T08:00:00") && civil("2026-03-02 08:00"));
        assert!(instant("2026-03-02T08:00:00Z") && instant("2026-03-02 08:00-05:00"));
        assert!("8 o'clock".parse::<Moment>().is_err());
    }

    #[test]
    fn a_date_and_a_time_may_stand_in_two_columns() {
        let at = |hour, minute| Ok(Moment::Civil(date(2026, 3, 2).at(hour, minute, 0, 0)));
        let of = |time: &str| Moment::of(&["2026-03-02", time]);
        for (time, hour, minute) in [
            ("08:30", 8, 30),
            ("8:30", 8, 30),
            ("08:30:00", 8, 30),
            ("08:30-09:00", 8, 30),
            ("08:30 – 09:00", 8, 30),
            ("8:30 pm", 20, 30),
            ("12:15 AM", 0, 15),
            ("8 AM", 8, 0),
        ] {
            assert_eq!(of(time), at(hour, minute), "{time}");
        }
        assert_eq!(Moment::of(&["2026-03-02T08:30"]), at(8, 30));
        for wrong in ["", "8", "25:00", "13 PM", "08:30:00:00", "a:b", "8:61"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        assert!(Moment::of(&["03/02/2026", "08:30"]).unwrap_err().contains("03/02/2026"));
    }
}
