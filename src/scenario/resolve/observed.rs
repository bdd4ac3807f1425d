//! What `[observed]` says: numbers as they are written, and those of TaskRouter's answers.

use crate::scenario::condition::{Bound, Subject, Word};
use crate::scenario::json::parse_json;
use crate::scenario::model::ServiceLevels;
use crate::scenario::node::{Entry, Node, Place};
use crate::scenario::observed::{Fact, Observed};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::lookup;
use crate::scenario::resolve::statistics::Answer;

/// The key that is no name of a metric or answer.
const PERIODS: &str = "periods";
/// The keys that say which part an answer is about.
const PARTS: [&str; 3] = ["workflow", "task_queue", "channel"];

/// What `[observed]` says; nothing if there is no such section.
pub(super) fn observed(
    cx: &mut Context<'_>,
    node: Option<&Node>,
    known: (&Draft, &ServiceLevels),
) -> Observed {
    let table = node.and_then(Node::as_table);
    let entries = table.map(|table| table.entries.as_slice()).unwrap_or_default();
    let mut observed = Observed::default();
    if let Some(entry) = entries.iter().find(|entry| entry.key == PERIODS) {
        observed.periods = periods(cx, &entry.node);
    } else if !entries.is_empty() {
        cx.assume("[observed] is one period as long as a replication (`periods`).");
    }
    for entry in entries.iter().filter(|entry| entry.key != PERIODS) {
        match entry.node.as_table() {
            Some(_) => observed.facts.extend(answer(cx, entry, (known, observed.periods))),
            None => observed.facts.extend(number(cx, entry)),
        }
    }
    observed
}

fn periods(cx: &mut Context<'_>, node: &Node) -> f64 {
    let number = node.as_number().filter(|number| number.is_finite() && 0.0 < *number);
    if number.is_none() {
        cx.error("`periods` is a number of replications, more than 0", &node.place);
    }
    number.unwrap_or(1.0)
}

/// `"metric[scope]" = value`.
fn number(cx: &mut Context<'_>, entry: &Entry) -> Option<Fact> {
    let subject = told(cx, |cx| subject(cx, entry));
    let value = told(cx, |cx| Bound::of(&entry.node, cx.texts));
    Some(Fact { subject: subject?, value: value?, place: entry.node.place.clone() })
}

fn told<T>(
    cx: &mut Context<'_>,
    read: impl FnOnce(&Context<'_>) -> Result<T, Problem>,
) -> Option<T> {
    let read = read(cx);
    read.map_err(|problem| cx.problems.push(problem)).ok()
}

/// What the key names, at its place.
fn subject(cx: &Context<'_>, entry: &Entry) -> Result<Subject, Problem> {
    let written = cx.texts.slice(&entry.key_place);
    // Where the quotes hide no escapes, each word has its own place.
    let offset = written.find(&entry.key).filter(|_| written.len() <= entry.key.len() + 2);
    Subject::read(&entry.key, &|range| {
        let mut place = entry.key_place.clone();
        if let Some(offset) = offset {
            let start = place.range.start + offset;
            place.range = start + range.start..start + range.end;
        }
        place
    })
}

/// `name = { file = …, workflow = … }`: everything that the answer says of the part; under a
/// metric, that alone.
fn answer(
    cx: &mut Context<'_>,
    entry: &Entry,
    ((draft, levels), periods): ((&Draft, &ServiceLevels), f64),
) -> Vec<Fact> {
    let is_one = entry.key.contains('[');
    let about = if is_one { told(cx, |cx| subject(cx, entry)) } else { Some(part(entry)) };
    let Some(about) = about else { return Vec::new() };
    if is_one && !agrees(&entry.node, &about) {
        cx.error("the metric is that of another part", &about.kind.place);
        return Vec::new();
    }
    let Some(file) = entry.node.get("file") else { return Vec::new() };
    let Some(root) = document(cx, file) else { return Vec::new() };
    let queue = about.name.as_ref().filter(|_| about.kind.text == "task_queue");
    let queue = queue.and_then(|name| lookup(&draft.queues, &name.text));
    let own = levels.queues.iter().find(|(id, _)| Some(*id) == queue);
    let threshold = own.map_or(levels.default, |(_, level)| *level).threshold;
    let read =
        Answer::of(&root, &about, &file.place).map(|answer| answer.facts(threshold, periods));
    let facts = told(cx, |_| read).unwrap_or_default();
    if !is_one {
        return facts;
    }
    let one = facts.into_iter().find(|fact| fact.subject.metric.text == about.metric.text);
    if one.is_none() {
        let what = format!("the answer says nothing about `{}`", about.metric.text);
        cx.error(what, &about.metric.place);
    }
    one.map(|fact| Fact { subject: about, ..fact }).into_iter().collect()
}

/// The part that is named beside the file; everything if none is.
fn part(entry: &Entry) -> Subject {
    let word = |text: &str, place: &Place| Word { text: text.to_owned(), place: place.clone() };
    let named = PARTS.iter().find_map(|kind| {
        let node = entry.node.get(kind)?;
        Some((word(kind, &node.place), word(node.as_str()?, &node.place)))
    });
    let metric = word(&entry.key, &entry.key_place);
    match named {
        Some((kind, name)) => Subject { metric, kind, name: Some(name) },
        None => Subject { metric, kind: word("all", &entry.key_place), name: None },
    }
}

/// Whether what is named beside the file is the part of `subject`, if anything is.
fn agrees(node: &Node, subject: &Subject) -> bool {
    PARTS.iter().filter_map(|kind| Some((*kind, node.get(kind)?.as_str()?))).all(|(kind, name)| {
        subject.kind.text == kind && subject.name.as_ref().is_some_and(|own| own.text == name)
    })
}

/// The JSON document in the file that the string at `file` names.
fn document(cx: &mut Context<'_>, file: &Node) -> Option<Node> {
    let id = cx.open(file)?;
    match parse_json(cx.texts, id, &mut cx.problems) {
        Ok(root) => Some(root),
        Err(problems) => {
            cx.problems.extend(problems);
            None
        }
    }
}
