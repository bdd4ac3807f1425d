//! Single values out of nodes. What is wrong becomes a problem at the value's place.

use jiff::civil::{Date, DateTime, Time as CivilTime};

use crate::scenario::node::{Item, Node};
use crate::scenario::problem::Problem;
use crate::time::Span;

/// The longest duration that is read: a hundred years of 365 days.
pub const LONGEST: Span = Span::from_secs(36_500 * 86_400);
const DAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Days of the week, Monday first.
pub type Days = [bool; 7];

/// True or false.
pub fn boolean(node: &Node, problems: &mut Vec<Problem>) -> Option<bool> {
    some_or(node.as_bool(), node, "true or false", problems)
}

/// Text.
pub fn text<'a>(node: &'a Node, problems: &mut Vec<Problem>) -> Option<&'a str> {
    some_or(node.as_str(), node, "text in quotes", problems)
}

/// A whole number; `3.0`, as some JSON writers have it, is one.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
pub fn integer(node: &Node, problems: &mut Vec<Problem>) -> Option<i64> {
    let whole = match node.value {
        Item::Integer(value) => Some(value),
        Item::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => Some(value as i64),
        _ => None,
    };
    some_or(whole, node, "a whole number", problems)
}

/// A number, neither infinite nor undefined.
pub fn number(node: &Node, problems: &mut Vec<Problem>) -> Option<f64> {
    let finite = node.as_number().filter(|value| value.is_finite());
    some_or(finite, node, "a number", problems)
}

/// A number from 0 to 1.
pub fn share(node: &Node, problems: &mut Vec<Problem>) -> Option<f64> {
    let value = number(node, problems)?;
    if (0.0..=1.0).contains(&value) {
        return Some(value);
    }
    let mut problem = Problem::error("a share is a number from 0 to 1", &node.place);
    if value > 1.0 && value <= 100.0 {
        problem = problem.with_help(format!("for {value} % write {}", value / 100.0));
    }
    problems.push(problem);
    None
}

/// A duration with its unit, as in `"20s"` or `"4m10s"`.
pub fn duration(node: &Node, problems: &mut Vec<Problem>) -> Option<Span> {
    let Some(written) = node.as_str() else {
        let problem = wrong(node, "a duration such as \"20s\"");
        problems.push(match node.as_number().filter(|number| number.is_finite()) {
            Some(number) => problem.with_help(format!("with its unit: \"{number}s\"")),
            None => problem,
        });
        return None;
    };
    match written.parse::<Span>() {
        Ok(span) if span <= LONGEST => return Some(span),
        Ok(_) => problems.push(Problem::error("a duration of more than 100 years", &node.place)),
        Err(_) if written.trim_start().starts_with('-') => {
            problems.push(Problem::error("a duration cannot be negative", &node.place));
        }
        Err(error) => problems.push(Problem::error(error.to_string(), &node.place)),
    }
    None
}

/// Whole seconds, as TaskRouter has them, also as a string of digits; or a duration.
pub fn seconds(node: &Node, problems: &mut Vec<Problem>) -> Option<Span> {
    let whole = match &node.value {
        Item::String(digits) => digits.trim().parse::<i64>().ok(),
        Item::Integer(_) | Item::Float(_) => Some(integer(node, problems)?),
        _ => None,
    };
    match whole.map(u64::try_from) {
        None => duration(node, problems),
        Some(Ok(secs)) if secs <= LONGEST.as_millis() / 1000 => Some(Span::from_secs(secs)),
        Some(Ok(_)) => {
            problems.push(Problem::error("a duration of more than 100 years", &node.place));
            None
        }
        Some(Err(_)) => {
            problems.push(Problem::error("a duration cannot be negative", &node.place));
            None
        }
    }
}

/// A time of day, as in `"08:30"`, in seconds since midnight; `"24:00"` is the end of the day.
pub fn time_of_day(node: &Node, problems: &mut Vec<Problem>) -> Option<u32> {
    let seconds = match &node.value {
        Item::String(written) | Item::Datetime(written) => clock_seconds(written.trim()),
        _ => None,
    };
    some_or(seconds, node, "a time of day such as \"08:30\"", problems)
}

fn clock_seconds(written: &str) -> Option<u32> {
    let mut parts = [0_u32; 3];
    let fields: Vec<&str> = written.split(':').collect();
    if !(2..=3).contains(&fields.len()) {
        return None;
    }
    for (part, field) in parts.iter_mut().zip(fields) {
        let digits = (1..=2).contains(&field.len()) && field.bytes().all(|b| b.is_ascii_digit());
        *part = if digits { field.parse().ok()? } else { return None };
    }
    let [hours, minutes, seconds] = parts;
    let total = hours * 3600 + minutes * 60 + seconds;
    (minutes < 60 && seconds < 60 && total <= 86_400).then_some(total)
}

/// Days of the week, as in `"mon-fri"`, `"mon, wed, sat-sun"` or `"daily"`.
pub fn days(node: &Node, problems: &mut Vec<Problem>) -> Option<Days> {
    let days = node.as_str().and_then(week_days);
    some_or(days, node, "days such as \"mon-fri\", \"mon,wed\" or \"daily\"", problems)
}

fn week_days(written: &str) -> Option<Days> {
    let written = written.to_lowercase();
    if written.trim() == "daily" {
        return Some([true; 7]);
    }
    let day = |name: &str| DAY_NAMES.iter().position(|day| *day == name.trim());
    let mut days = [false; 7];
    for part in written.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut at, last) = (day(first)?, day(last)?);
        days[at] = true;
        while at != last {
            at = (at + 1) % 7;
            days[at] = true;
        }
    }
    Some(days)
}

/// A civil date and time, as in `2026-03-02T08:00:00`, with or without quotes; a date alone
/// means its midnight.
pub fn date_time(node: &Node, problems: &mut Vec<Problem>) -> Option<DateTime> {
    let (Item::String(written) | Item::Datetime(written)) = &node.value else {
        problems.push(wrong(node, "a date and time such as 2026-03-02T08:00:00"));
        return None;
    };
    let has_offset = written.ends_with(['Z', 'z'])
        || written.get(11..).is_some_and(|time| time.contains(['+', '-']));
    let parsed = if has_offset { None } else { civil(written.trim()) };
    if parsed.is_none() {
        let mut problem = wrong(node, "a date and time such as 2026-03-02T08:00:00");
        if has_offset {
            problem =
                problem.with_help("without an offset: `time_zone` says where the clock hangs");
        }
        problems.push(problem);
    }
    parsed
}

fn civil(written: &str) -> Option<DateTime> {
    match written.len() {
        10 => written.parse::<Date>().ok().map(|date| date.to_datetime(CivilTime::midnight())),
        _ => written.parse().ok(),
    }
}

/// A range of civil dates, as in `2026-03-02..2026-03-06`, both included; one date is a range too.
pub fn dates(node: &Node, problems: &mut Vec<Problem>) -> Option<(Date, Date)> {
    let range = match &node.value {
        Item::String(written) | Item::Datetime(written) => {
            let (first, last) = written.split_once("..").unwrap_or((written, written));
            first.trim().parse().ok().zip(last.trim().parse().ok())
        }
        _ => None,
    };
    let range = range.filter(|(first, last): &(Date, Date)| first <= last);
    some_or(range, node, "dates such as \"2026-03-02..2026-03-06\"", problems)
}

fn some_or<T>(
    value: Option<T>,
    node: &Node,
    expected: &str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    if value.is_none() {
        problems.push(wrong(node, expected));
    }
    value
}

/// The problem that `node` is something else than `expected`.
#[must_use]
pub fn wrong(node: &Node, expected: &str) -> Problem {
    Problem::error(format!("expected {expected}, found {}", found(node)), &node.place)
}

/// What a value is, in words.
#[must_use]
pub fn found(node: &Node) -> String {
    match &node.value {
        Item::Null => "null".into(),
        Item::Bool(value) => format!("{value}"),
        Item::Integer(value) => format!("the number {value}"),
        Item::Float(value) => format!("the number {value}"),
        Item::String(value) if value.chars().count() <= 40 => format!("{value:?}"),
        Item::String(_) => "a long text".into(),
        Item::Datetime(value) => format!("the date or time {value}"),
        Item::Array(_) => "a list".into(),
        Item::Table(_) => "a table".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::scenario::node::{Place, TextId};

    fn node(value: Item) -> Node {
        Node { value, place: Place { text: TextId::new(0), range: 0..1 } }
    }

    fn string(value: &str) -> Node {
        node(Item::String(value.into()))
    }

    fn message<T>(read: impl FnOnce(&mut Vec<Problem>) -> Option<T>) -> String {
        let mut problems = Vec::new();
        assert!(read(&mut problems).is_none());
        problems.remove(0).message
    }

    #[test]
    fn durations_have_units_and_limits() {
        let read = |value: &str| duration(&string(value), &mut Vec::new()).map(Span::as_millis);
        assert_eq!((read("20s"), read("4m10s")), (Some(20_000), Some(250_000)));
        let wrong = |node: Node| message(|problems| duration(&node, problems));
        assert_eq!(wrong(string("-5s")), "a duration cannot be negative");
        assert_eq!(wrong(string("40000d")), "a duration of more than 100 years");
        assert!(wrong(node(Item::Integer(20))).contains("found the number 20"));
    }

    #[test]
    fn seconds_may_be_whole_numbers_and_digits_in_quotes() {
        let read = |node: Node| seconds(&node, &mut Vec::new()).map(Span::as_millis);
        assert_eq!(read(node(Item::Integer(20))), Some(20_000));
        assert_eq!(read(string("300")), Some(300_000));
        assert_eq!(read(string("20s")), Some(20_000));
        assert_eq!(read(node(Item::Float(20.0))), Some(20_000));
        assert_eq!(read(node(Item::Integer(-1))), None);
        assert_eq!(read(node(Item::Float(0.5))), None);
        assert_eq!(read(node(Item::Integer(i64::MAX))), None);
    }

    #[test]
    fn numbers_are_finite_and_shares_are_no_percentages() {
        assert!(number(&node(Item::Float(f64::NAN)), &mut Vec::new()).is_none());
        assert_eq!(integer(&node(Item::Float(3.0)), &mut Vec::new()), Some(3));
        let mut problems = Vec::new();
        assert_eq!(share(&node(Item::Integer(80)), &mut problems), None);
        assert_eq!(problems[0].help.as_deref(), Some("for 80 % write 0.8"));
    }

    #[test]
    fn times_of_day_end_at_midnight() {
        let read = |value: &str| time_of_day(&string(value), &mut Vec::new());
        assert_eq!((read("08:30"), read("8:30:15")), (Some(30_600), Some(30_615)));
        assert_eq!((read("24:00"), read("24:01"), read("08:60")), (Some(86_400), None, None));
        assert_eq!((read("8"), read("+8:00"), read("08:30 pm")), (None, None, None));
    }

    #[test]
    fn days_wrap_around_the_week() {
        let read = |value: &str| days(&string(value), &mut Vec::new());
        assert_eq!(read("mon-fri"), Some([true, true, true, true, true, false, false]));
        assert_eq!(read("Sat-Mon"), Some([true, false, false, false, false, true, true]));
        assert_eq!(read("tue, thu"), Some([false, true, false, true, false, false, false]));
        assert_eq!((read("daily"), read("monday"), read("")), (Some([true; 7]), None, None));
    }

    #[test]
    fn civil_times_have_no_offset() {
        let read = |value: &str| date_time(&string(value), &mut Vec::new());
        assert!(read("2026-03-02T08:00:00").is_some());
        assert!(read("2026-03-02 08:00").is_some());
        assert!(read("2026-03-02").is_some());
        assert!(read("2026-03-02T08:00:00Z").is_none());
        assert!(read("2026-03-02T08:00:00+01:00").is_none());
        assert!(read("2026-02-30T08:00:00").is_none());
        assert!(dates(&string("2026-03-02..2026-03-06"), &mut Vec::new()).is_some());
        assert!(dates(&string("2026-03-06..2026-03-02"), &mut Vec::new()).is_none());
    }
}
