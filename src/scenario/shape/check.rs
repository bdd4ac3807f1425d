//! Whether a file keeps to the grammar: all problems at once, each at its place.

use super::choose::{candidates, distribution, no_distribution, none_fits};
use super::{Choice, Kind, Presence, ROOT, Shape, value};
use crate::scenario::export::{EXPORTED, is_exported};
use crate::scenario::nearest::suggest;
use crate::scenario::node::{Entry, Item, Node, Table};
use crate::scenario::problem::Problem;

/// Checks a whole scenario: unknown keys, wrong types, numbers out of range, missing keys.
///
/// Of resources that TaskRouter exported only the keys that are used are checked; there may be
/// others.
#[must_use]
pub fn check_shape(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_table(root, &ROOT, &mut problems);
    let source = root.get("source");
    if let Some(Item::Table(table)) = source.map(|node| &node.value)
        && table.entries.is_empty()
    {
        let place = &root.get("source").unwrap_or(root).place;
        problems.push(Problem::error("at least one source is needed", place));
    }
    problems
}

fn check(node: &Node, kind: &Kind, problems: &mut Vec<Problem>) {
    match kind {
        Kind::Table(shape) if value::accepts(kind, node) => check_table(node, shape, problems),
        Kind::MapOf(kind) if node.as_table().is_some() => {
            for entry in entries(node) {
                check(&entry.node, kind, problems);
            }
        }
        Kind::List(kind) | Kind::NonEmpty(kind) if node.as_array().is_some() => {
            check_items(node, kind, problems);
        }
        Kind::Resources(shape) if node.as_array().is_some() => {
            check_items(node, &Kind::Table(shape), problems);
        }
        Kind::Files if node.as_array().is_some() => check_items(node, &Kind::Name, problems),
        Kind::Distribution(of) if node.as_table().is_some() => {
            if let Some(shape) = distribution(node, of, problems) {
                check_table(node, shape, problems);
            }
        }
        Kind::Distribution(of) if value::accepts(kind, node) => {
            value::check(node, &of.constant, problems);
        }
        Kind::Distribution(of) => problems.push(no_distribution(node, of)),
        Kind::Either(kinds) => check_either(node, kinds, problems),
        _ => value::check(node, kind, problems),
    }
    if matches!(kind, Kind::NonEmpty(_)) && node.as_array().is_some_and(<[Node]>::is_empty) {
        problems.push(Problem::error("the list is empty", &node.place));
    }
}

fn check_items(node: &Node, kind: &Kind, problems: &mut Vec<Problem>) {
    for item in node.as_array().unwrap_or_default() {
        check(item, kind, problems);
    }
}

fn check_either(node: &Node, kinds: &'static [Kind], problems: &mut Vec<Problem>) {
    let candidates = candidates(node, kinds);
    match candidates.as_slice() {
        [] => problems.push(none_fits(node, kinds)),
        [kind] => check(node, kind, problems),
        several => {
            let fits = several.iter().any(|kind| {
                let mut wrong = Vec::new();
                check(node, kind, &mut wrong);
                wrong.is_empty()
            });
            if !fits {
                problems.push(none_fits(node, kinds));
            }
        }
    }
}

fn check_table(node: &Node, shape: &Shape, problems: &mut Vec<Problem>) {
    let lax = is_exported(node);
    for entry in entries(node) {
        match shape.key(&entry.key) {
            Some(key) => match key.kind {
                Kind::Refused(help) => problems.push(refused(entry, help)),
                kind => check(&entry.node, &kind, problems),
            },
            None if lax => {}
            None => problems.push(unknown(entry, shape)),
        }
    }
    let table = node.as_table();
    for key in shape.keys.iter().filter(|key| key.presence == Presence::Required) {
        if node.get(key.name).is_none() {
            let what = format!("`{}` is missing in {}", key.name, shape.title);
            problems.push(Problem::error(what, &node.place).with_help(key.doc));
        }
    }
    for choice in shape.choices {
        if let Some(table) = table {
            check_choice(node, table, choice, problems);
        }
    }
}

fn entries(node: &Node) -> impl Iterator<Item = &Entry> {
    let entries = node.as_table().map_or(&[][..], |table| table.entries.as_slice());
    let present = |entry: &&Entry| !matches!(entry.node.value, Item::Null);
    entries.iter().filter(present).filter(|entry| entry.key != EXPORTED)
}

fn refused(entry: &Entry, help: &str) -> Problem {
    if help.starts_with("not supported") {
        return Problem::error(format!("`{}` is {help}", entry.key), &entry.key_place);
    }
    Problem::error(format!("there is no key `{}`", entry.key), &entry.key_place).with_help(help)
}

fn unknown(entry: &Entry, shape: &Shape) -> Problem {
    let known = shape.keys.iter().filter(|key| !matches!(key.kind, Kind::Refused(_)));
    let what = format!("unknown key `{}` in {}", entry.key, shape.title);
    let problem = Problem::error(what, &entry.key_place);
    match suggest(&entry.key, known.map(|key| key.name)) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

/// Of some sets of keys one is used, whole.
fn check_choice(node: &Node, table: &Table, choice: &Choice, problems: &mut Vec<Problem>) {
    let has = |key: &&&str| node.get(key).is_some();
    let used: Vec<&[&str]> =
        choice.sets.iter().copied().filter(|set| set.iter().any(|key| has(&key))).collect();
    match used.as_slice() {
        [] if choice.required => {
            let sets: Vec<String> = choice.sets.iter().map(|set| names(set)).collect();
            let what = format!("{} is missing", sets.join(" or "));
            problems.push(Problem::error(what, &node.place));
        }
        [] => {}
        [set] => {
            for key in set.iter().filter(|key| !has(key)) {
                let beside = set.iter().find(has).unwrap_or(key);
                let what = format!("`{key}` is missing beside `{beside}`");
                problems.push(Problem::error(what, &node.place));
            }
        }
        [first, second, ..] => {
            let first = first.iter().find(has).unwrap_or(&"");
            let second = second.iter().find(has).unwrap_or(&"");
            let entry = table.entries.iter().find(|entry| entry.key == **second);
            let place = entry.map_or(&node.place, |entry| &entry.key_place);
            let what = format!("`{first}` and `{second}` exclude each other");
            problems.push(Problem::error(what, place));
        }
    }
}

fn names(set: &[&str]) -> String {
    set.iter().map(|key| format!("`{key}`")).collect::<Vec<String>>().join(" and ")
}
