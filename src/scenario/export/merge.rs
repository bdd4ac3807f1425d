//! Resources that come in several files: one of each sid, worker channels with their workers.

use std::collections::BTreeMap;

use crate::scenario::export::{EXPORTED, Resource};
use crate::scenario::node::{Entry, Item, Node};
use crate::scenario::problem::Problem;

/// One resource of each sid, in order of their first coming. Later ones add what is missing; if
/// they differ in something that is used, that is a warning.
#[must_use]
pub fn by_sid(
    resources: Vec<(Resource, Node)>,
    problems: &mut Vec<Problem>,
) -> Vec<(Resource, Node)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut merged: Vec<(Resource, Node)> = Vec::new();
    for (kind, node) in resources {
        let sid = node.get("sid").and_then(Node::as_str).map(str::to_owned);
        match sid.as_ref().and_then(|sid| seen.get(sid)) {
            Some(index) => merge(kind, &mut merged[*index].1, node, problems),
            None => {
                if let Some(sid) = sid {
                    seen.insert(sid, merged.len());
                }
                merged.push((kind, node));
            }
        }
    }
    merged
}

fn merge(kind: Resource, first: &mut Node, second: Node, problems: &mut Vec<Problem>) {
    let (Item::Table(first), Item::Table(second)) = (&mut first.value, second.value) else {
        return;
    };
    for entry in second.entries {
        let Some(present) = first.get(&entry.key) else {
            first.entries.push(entry);
            continue;
        };
        let used = kind.shape().key(&entry.key).is_some();
        if used && !same(present, &entry.node) {
            let name = first.get("sid").and_then(Node::as_str).unwrap_or_default();
            let what = format!("the files differ in `{}` of {name}: the first counts", entry.key);
            problems.push(Problem::warning(what, &entry.node.place));
        }
    }
}

/// Whether two values are the same, wherever they are written.
#[must_use]
pub fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Item::Null, Item::Null) => true,
        (Item::Bool(a), Item::Bool(b)) => a == b,
        (Item::Integer(a), Item::Integer(b)) => a == b,
        (Item::Float(a), Item::Float(b)) => a.to_bits() == b.to_bits(),
        (Item::String(a), Item::String(b)) | (Item::Datetime(a), Item::Datetime(b)) => a == b,
        (Item::Array(a), Item::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Item::Table(a), Item::Table(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .all(|entry| b.get(&entry.key).is_some_and(|node| same(&entry.node, node)))
        }
        _ => false,
    }
}

/// Puts worker channels under `channels` of their workers.
pub fn attach_channels(workers: &mut [Node], channels: Vec<Node>, problems: &mut Vec<Problem>) {
    let mut by_sid: BTreeMap<String, usize> = BTreeMap::new();
    for (index, worker) in workers.iter().enumerate() {
        if let Some(sid) = worker.get("sid").and_then(Node::as_str) {
            by_sid.insert(sid.to_owned(), index);
        }
    }
    let mut strangers: BTreeMap<String, Node> = BTreeMap::new();
    for channel in channels {
        let owner = channel.get("worker_sid").and_then(Node::as_str).unwrap_or_default();
        match by_sid.get(owner) {
            Some(index) => attach(&mut workers[*index], channel),
            None => drop(strangers.entry(owner.to_owned()).or_insert(channel)),
        }
    }
    for (owner, channel) in strangers {
        let what = format!("the worker {owner:?} of this worker channel is not among the files");
        problems.push(Problem::warning(what, &channel.place));
    }
}

fn attach(worker: &mut Node, channel: Node) {
    let Item::Table(table) = &mut worker.value else { return };
    if let Some(present) = table.get_mut("channels") {
        if let Item::Array(channels) = &mut present.value {
            channels.push(channel);
        }
        return;
    }
    let place = channel.place.clone();
    let node = Node { value: Item::Array(vec![channel]), place: place.clone() };
    let at = table.entries.iter().position(|entry| entry.key == EXPORTED);
    let entry = Entry { key: "channels".into(), key_place: place, node };
    table.entries.insert(at.unwrap_or(table.entries.len()), entry);
}
