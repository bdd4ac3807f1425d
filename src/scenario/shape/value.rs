//! Kinds of values: what they accept, and how to say so.

use super::Kind;
use crate::scenario::node::{Item, Node};
use crate::scenario::problem::Problem;
use crate::scenario::read;
use crate::time::Span;

/// Whether a value is of the right type, whatever it says.
pub(super) fn accepts(kind: &Kind, node: &Node) -> bool {
    let value = &node.value;
    match kind {
        Kind::Bool => matches!(value, Item::Bool(_)),
        Kind::Text
        | Kind::Name
        | Kind::Expression
        | Kind::Condition
        | Kind::OneOf(_)
        | Kind::Days
        | Kind::Duration { .. } => matches!(value, Item::String(_)),
        Kind::TimeOfDay | Kind::DateTime | Kind::Dates => {
            matches!(value, Item::String(_) | Item::Datetime(_))
        }
        Kind::Seconds { .. } => {
            matches!(value, Item::String(_) | Item::Integer(_) | Item::Float(_))
        }
        Kind::Integer { .. } | Kind::Number { .. } | Kind::Share => {
            matches!(value, Item::Integer(_) | Item::Float(_))
        }
        Kind::Distribution(distribution) => {
            matches!(value, Item::Table(_)) || accepts(&distribution.constant, node)
        }
        Kind::Attributes | Kind::Configuration | Kind::Table(_) | Kind::MapOf(_) => {
            matches!(value, Item::Table(_))
        }
        Kind::List(_) | Kind::NonEmpty(_) | Kind::Resources(_) => matches!(value, Item::Array(_)),
        Kind::Files => matches!(value, Item::String(_) | Item::Array(_)),
        Kind::Either(kinds) => kinds.iter().any(|kind| accepts(kind, node)),
        Kind::Any => true,
        Kind::Refused(_) => false,
    }
}

/// Checks a single value, one that has no parts of its own.
pub(super) fn check(node: &Node, kind: &Kind, problems: &mut Vec<Problem>) {
    match kind {
        Kind::Bool => drop(read::boolean(node, problems)),
        Kind::Text | Kind::Expression | Kind::Condition => drop(read::text(node, problems)),
        Kind::Name => check_name(node, problems),
        Kind::Duration { positive } => {
            if read::duration(node, problems) == Some(Span::ZERO) && *positive {
                problems.push(Problem::error("the duration must be more than zero", &node.place));
            }
        }
        Kind::Seconds { min, max } => check_seconds(node, *min..=*max, problems),
        Kind::Integer { min, max } => {
            if read::integer(node, problems).is_some_and(|value| !(min..=max).contains(&&value)) {
                problems.push(read::wrong(node, &describe(kind)));
            }
        }
        Kind::Number { min, max, above } => {
            let outside = |value: f64| value < *min || value > *max || (*above && value <= *min);
            if read::number(node, problems).is_some_and(outside) {
                problems.push(read::wrong(node, &describe(kind)));
            }
        }
        Kind::Share => drop(read::share(node, problems)),
        Kind::OneOf(values) => check_one_of(node, values, problems),
        Kind::TimeOfDay => drop(read::time_of_day(node, problems)),
        Kind::DateTime => drop(read::date_time(node, problems)),
        Kind::Dates => drop(read::dates(node, problems)),
        Kind::Days => drop(read::days(node, problems)),
        _ if accepts(kind, node) => {}
        _ => problems.push(read::wrong(node, &describe(kind))),
    }
}

fn check_name(node: &Node, problems: &mut Vec<Problem>) {
    if read::text(node, problems).is_some_and(|text| text.trim().is_empty()) {
        problems.push(Problem::error("the text is empty", &node.place));
    }
}

fn check_seconds(node: &Node, allowed: std::ops::RangeInclusive<u64>, problems: &mut Vec<Problem>) {
    let Some(span) = read::seconds(node, problems) else { return };
    let millis = allowed.start() * 1000..=allowed.end() * 1000;
    if !millis.contains(&span.as_millis()) {
        let (min, max) = (allowed.start(), allowed.end());
        problems.push(read::wrong(node, &format!("{min} s to {max} s")));
    }
}

fn check_one_of(node: &Node, values: &[&str], problems: &mut Vec<Problem>) {
    if node.as_str().is_some_and(|text| values.contains(&text)) {
        return;
    }
    let problem = read::wrong(node, &describe_one_of(values));
    let near = node
        .as_str()
        .and_then(|text| crate::scenario::nearest::nearest(text, values.iter().copied()));
    problems.push(match near {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem,
    });
}

fn describe_one_of(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    quoted.join(" or ")
}

/// What is expected, in words that follow "expected".
#[must_use]
pub fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".into(),
        Kind::Text | Kind::Name => "text in quotes".into(),
        Kind::Expression => "an expression in quotes".into(),
        Kind::Condition => "a condition such as \"service_level[all] >= 80%\"".into(),
        Kind::Files => "a path, or a list of paths".into(),
        Kind::Duration { .. } => "a duration such as \"20s\"".into(),
        Kind::Seconds { .. } => "whole seconds, or a duration such as \"20s\"".into(),
        Kind::Integer { min, max: i64::MAX } => format!("a whole number, at least {min}"),
        Kind::Integer { min, max } if min == max => format!("{min}"),
        Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Kind::Number { min, max, above: true } => format!("a number above {min}, at most {max}"),
        Kind::Number { min, max, above: false } => format!("a number from {min} to {max}"),
        Kind::Share => "a number from 0 to 1".into(),
        Kind::OneOf(values) => describe_one_of(values),
        Kind::TimeOfDay => "a time of day such as \"08:30\"".into(),
        Kind::DateTime => "a date and time such as 2026-03-02T08:00:00".into(),
        Kind::Dates => "dates such as \"2026-03-02..2026-03-06\"".into(),
        Kind::Days => "days such as \"mon-fri\"".into(),
        Kind::Distribution(distribution) => {
            format!("{}, or a distribution {{ dist = … }}", describe(&distribution.constant))
        }
        Kind::Attributes => "a table of attributes".into(),
        Kind::Configuration => "a workflow configuration".into(),
        Kind::Any => "any value".into(),
        Kind::List(kind) | Kind::NonEmpty(kind) => format!("a list of {}", plural(kind)),
        Kind::Table(shape) => format!("a table{}", keys_of(shape)),
        Kind::MapOf(_) => "a table".into(),
        Kind::Resources(_) => "a list of tables, or { file = … }".into(),
        Kind::Either(kinds) => kinds.iter().map(describe).collect::<Vec<String>>().join(", or "),
        Kind::Refused(help) => (*help).into(),
    }
}

fn plural(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer { .. } => "whole numbers",
        Kind::Number { .. } | Kind::Share => "numbers",
        Kind::Duration { .. } => "durations",
        Kind::Table(_) => "tables",
        Kind::Condition => "conditions such as \"service_level[all] >= 80%\"",
        _ => "values",
    }
}

/// The keys that tell tables apart, as in `{ per_hour = … }`.
fn keys_of(shape: &super::Shape) -> String {
    let required = shape.keys.iter().filter(|key| key.presence == super::Presence::Required);
    let names: Vec<String> = required.map(|key| format!("{} = …", key.name)).take(3).collect();
    if names.is_empty() { String::new() } else { format!(" {{ {} }}", names.join(", ")) }
}
