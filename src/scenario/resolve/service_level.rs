//! What counts as in time, and where it differs.

use crate::id::{Id, IdVec};
use crate::scenario::model::{Formula, ServiceLevel, ServiceLevels};
use crate::scenario::node::Node;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::{Named, lookup, unknown};
use crate::scenario::resolve::value;

/// What `[service_level]` says.
pub(super) fn service_levels(cx: &mut Context<'_>, root: &Node, draft: &Draft) -> ServiceLevels {
    let Some(node) = root.get("service_level") else { return ServiceLevels::default() };
    let default = service_level(node, ServiceLevel::default());
    ServiceLevels {
        default,
        channels: overrides(cx, node.get("channel"), &draft.channels, default),
        queues: overrides(cx, node.get("task_queue"), &draft.queues, default),
    }
}

fn overrides<I: Id, T: Named>(
    cx: &mut Context<'_>,
    node: Option<&Node>,
    things: &IdVec<I, T>,
    usual: ServiceLevel,
) -> Vec<(I, ServiceLevel)> {
    let table = node.and_then(Node::as_table);
    let mut levels = Vec::new();
    for entry in table.map(|table| table.entries.as_slice()).unwrap_or_default() {
        match lookup(things, &entry.key) {
            Some(id) => levels.push((id, service_level(&entry.node, usual))),
            None => cx.problems.push(unknown(&entry.key, &entry.key_place, things)),
        }
    }
    levels
}

fn service_level(node: &Node, usual: ServiceLevel) -> ServiceLevel {
    let formulas = [
        ("created", Formula::Created),
        ("offered", Formula::Offered),
        ("answered", Formula::Answered),
    ];
    let formula = node.get("formula").and_then(|node| value::choice(Some(node), &formulas));
    ServiceLevel {
        threshold: value::span(node.get("threshold")).unwrap_or(usual.threshold),
        target: value::share(node.get("target")).unwrap_or(usual.target),
        short_abandon: value::span(node.get("short_abandon")).unwrap_or(usual.short_abandon),
        formula: formula.unwrap_or(usual.formula),
    }
}
