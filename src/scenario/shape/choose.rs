//! Which of several kinds was meant.

use super::value::{accepts, describe};
use super::{Distribution, Kind, Shape};
use crate::scenario::nearest::{nearest, suggest};
use crate::scenario::node::{Node, Table};
use crate::scenario::problem::Problem;
use crate::scenario::read;

/// The kinds that fit a value by its type; of tables only the one that shares most keys.
pub(super) fn candidates(node: &Node, kinds: &'static [Kind]) -> Vec<&'static Kind> {
    let fitting: Vec<&Kind> = kinds.iter().filter(|kind| accepts(kind, node)).collect();
    match node.as_table() {
        Some(table) if fitting.len() > 1 => best(table, &fitting).into_iter().collect(),
        _ => fitting,
    }
}

fn best(table: &Table, kinds: &[&'static Kind]) -> Option<&'static Kind> {
    let scored = kinds.iter().map(|kind| (likeness(table, kind), *kind));
    let (score, kind) = scored.rev().max_by_key(|(score, _)| *score)?;
    (score > 0).then_some(kind)
}

/// How many keys of the table a kind knows; what tells it apart counts most.
fn likeness(table: &Table, kind: &Kind) -> usize {
    match kind {
        Kind::Distribution(_) if table.get("dist").is_some() => 1000,
        Kind::Distribution(distribution) => {
            distribution.shapes.iter().map(|(_, shape)| known(table, shape)).max().unwrap_or(0)
        }
        Kind::Table(shape) => known(table, shape),
        _ => 0,
    }
}

fn known(table: &Table, shape: &Shape) -> usize {
    table
        .entries
        .iter()
        .filter_map(|entry| shape.key(&entry.key))
        .map(|key| if key.presence == super::Presence::Required { 10 } else { 1 })
        .sum()
}

/// The problem of a value that none of `kinds` fits.
pub(super) fn none_fits(node: &Node, kinds: &'static [Kind]) -> Problem {
    let problem = read::wrong(node, &describe(&Kind::Either(kinds)));
    if let Some(near) = near(node, kinds) {
        return problem.with_help(format!("did you mean `{near}`?"));
    }
    if kinds.iter().any(is_timed) { with_unit(problem, node) } else { problem }
}

/// What one of the keys, or the text, was probably meant to be.
fn near(node: &Node, kinds: &'static [Kind]) -> Option<&'static str> {
    if let Some(table) = node.as_table() {
        let known = super::keys(kinds);
        let entries = table.entries.iter().take(20);
        return entries.filter_map(|entry| nearest(&entry.key, known.iter().copied())).next();
    }
    let values = kinds.iter().filter_map(|kind| match kind {
        Kind::OneOf(values) => Some(*values),
        _ => None,
    });
    nearest(node.as_str()?, values.flatten().copied())
}

fn is_timed(kind: &Kind) -> bool {
    match kind {
        Kind::Duration { .. } => true,
        Kind::Distribution(distribution) => is_timed(&distribution.constant),
        _ => false,
    }
}

/// The problem of a value that is no distribution of this quantity.
pub(super) fn no_distribution(node: &Node, of: &'static Distribution) -> Problem {
    let problem = read::wrong(node, &describe(&Kind::Distribution(of)));
    if is_timed(&of.constant) { with_unit(problem, node) } else { problem }
}

fn with_unit(problem: Problem, node: &Node) -> Problem {
    match node.as_number() {
        Some(number) => problem.with_help(format!("a duration has a unit: \"{number}s\"")),
        None => problem,
    }
}

/// The shape that a table's `dist` names.
pub(super) fn distribution(
    node: &Node,
    distribution: &Distribution,
    problems: &mut Vec<Problem>,
) -> Option<&'static Shape> {
    let names = distribution.shapes.iter().map(|(name, _)| *name);
    let Some(dist) = node.get("dist") else {
        let known: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        problems.push(
            Problem::error("`dist` is missing", &node.place)
                .with_help(format!("the distributions are {}", known.join(", "))),
        );
        return None;
    };
    let name = read::text(dist, problems)?;
    let shape = distribution.shapes.iter().find(|(known, _)| *known == name);
    if shape.is_none() {
        let problem = Problem::error(format!("there is no distribution `{name}`"), &dist.place);
        problems.push(match suggest(name, names) {
            Some(help) => problem.with_help(help),
            None => problem,
        });
    }
    shape.map(|(_, shape)| *shape)
}
