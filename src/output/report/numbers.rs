//! Numbers, rounded as much as people round them.

use crate::stats::Estimate;

/// What is written for what is undefined.
pub(super) const NOTHING: &str = "-";

/// A number and half of its interval, each written by `unit`: `82.3 % ± 0.5 %`.
pub(super) fn estimate(estimate: Option<Estimate>, unit: fn(f64) -> String) -> String {
    let Some(Estimate { value, interval }) = estimate else { return NOTHING.into() };
    match interval {
        Some(interval) => format!("{} ± {}", unit(value), unit(interval.half_width())),
        None => unit(value),
    }
}

/// A number alone.
pub(super) fn value(estimate: Option<Estimate>, unit: fn(f64) -> String) -> String {
    estimate.map_or(NOTHING.into(), |estimate| unit(estimate.value))
}

/// `12,345`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut parts: Vec<&str> = Vec::new();
    if first != 0 {
        parts.push(&digits[..first]);
    }
    parts.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    parts.join(",")
}

/// `12,345`, `12.3`, `1.23`, `0.001`: three digits, and whole numbers from 100 on.
pub(super) fn number(number: f64) -> String {
    let size = number.abs();
    if size >= 99.95 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
        let whole = size.round() as u64;
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", count(whole));
    }
    let decimals = if size >= 9.995 { 1 } else { 2 };
    let text = format!("{number:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// `82.3 %` of a share.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// `0.42 s`, `13.6 s`, `3m04s`, `1h02m`, `5d` of seconds.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 59.95 {
        return format!("{} s", number(seconds));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
    let seconds = seconds.round() as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, minutes, 0) => format!("{minutes}m"),
        (0, 0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (0, hours, 0, _) => format!("{hours}h"),
        (0, hours, minutes, _) => format!("{hours}h{minutes:02}m"),
        (days, 0, _, _) => format!("{days}d"),
        (days, hours, _, _) => format!("{days}d{hours}h"),
    }
}

/// `2.3 h`
pub(super) fn hours(hours: f64) -> String {
    format!("{} h", number(hours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Interval;

    #[test]
    fn numbers_keep_three_digits() {
        let texts =
            [0.0, 0.004, 0.126, 9.994, 9.996, 12.34, 99.94, 99.96, 12_345.6, -0.001, -1234.0];
        let expected =
            ["0", "0", "0.13", "9.99", "10", "12.3", "99.9", "100", "12,346", "0", "-1,234"];
        assert_eq!(texts.map(number), expected);
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn durations_have_the_units_people_use() {
        let texts = [0.25, 59.94, 59.96, 184.0, 3600.0, 3725.0, 432_000.0, 90_000.0];
        let expected = ["0.25 s", "59.9 s", "1m", "3m04s", "1h", "1h02m", "5d", "1d1h"];
        assert_eq!(texts.map(duration), expected);
    }

    #[test]
    fn an_estimate_shows_half_of_its_interval_if_it_has_one() {
        let interval = Some(Interval { low: 0.818, high: 0.828, error: None });
        let level = Estimate { value: 0.823, interval };
        assert_eq!(estimate(Some(level), percent), "82.3 % ± 0.5 %");
        assert_eq!(estimate(Some(Estimate { interval: None, ..level }), percent), "82.3 %");
        assert_eq!(estimate(None, percent), "-");
    }
}
