//! Instants as TaskRouter writes them. The machine's time counts from 1900, so that every virtual
//! start time that TaskRouter takes has a place on its axis.

use jiff::Timestamp;
use jiff::civil::{Date, Time as Midnight};
use jiff::tz::TimeZone;

use crate::time::Time;

/// Seconds from 1900-01-01 to 1970-01-01.
const TO_UNIX: i64 = 2_208_988_800;

/// The instant `millis` milliseconds after 1970; nothing before 1900.
pub(crate) fn from_unix_millis(millis: i64) -> Option<Time> {
    u64::try_from(millis.checked_add(TO_UNIX * 1000)?).ok().map(Time::from_millis)
}

/// Milliseconds since 1970.
pub(crate) fn unix_millis(time: Time) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX) - TO_UNIX * 1000
}

/// Whole seconds in UTC: `2014-05-14T18:50:02Z`.
pub(crate) fn iso(time: Time) -> String {
    let seconds = unix_millis(time).div_euclid(1000);
    Timestamp::from_second(seconds)
        .map_or_else(|_| "9999-12-31T23:59:59Z".into(), |t| t.to_string())
}

/// Reads `2014-05-14T18:50:02Z`, with any offset, or `2014-05-14`; nothing before 1900.
pub(crate) fn parse(text: &str) -> Option<Time> {
    let instant = text.parse::<Timestamp>().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(day.to_datetime(Midnight::midnight())).ok()
    })?;
    from_unix_millis(instant.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_and_read_in_whole_seconds() {
        let text = "2014-05-14T18:50:02Z";
        let time = parse(text).expect("an instant");
        assert_eq!((iso(time), unix_millis(time)), (text.into(), 1_400_093_402_000));
        assert_eq!(parse("2014-05-14T20:50:02.4+02:00").map(iso), Some(text.into()));
        assert_eq!(parse("1900-01-01"), Some(Time::ZERO));
        assert_eq!([parse("1899-12-31"), parse("soon"), parse("")], [None; 3]);
    }
}
