//! One document by itself, as a server is given it: a workflow's, or attributes.

use std::path::Path;

use crate::expr::{Paths, Value};
use crate::id::IdVec;
use crate::routing::{Configuration, QueueId, TaskQueue};
use crate::scenario::json::parse_json;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::{Draft, WrittenConfiguration};
use crate::scenario::resolve::is_error;
use crate::scenario::text::Texts;

/// The configuration that the JSON text says, with queues by their sids only; the attribute paths
/// that it reads go into `paths`.
///
/// # Errors
/// The first thing that is wrong; `paths` may have grown.
pub fn read_configuration(
    text: &str,
    queues: &IdVec<QueueId, TaskQueue>,
    paths: &mut Paths,
) -> Result<Configuration, String> {
    let mut texts = Texts::new();
    let node = parse(&mut texts, text)?;
    if node.as_table().is_none() {
        return Err("a configuration is a JSON object".into());
    }
    let by_sid =
        |queue: &TaskQueue| TaskQueue { friendly_name: queue.sid.clone(), ..queue.clone() };
    let mut draft = Draft {
        queues: queues.iter().map(by_sid).collect(),
        paths: std::mem::take(paths),
        ..Draft::default()
    };
    let mut cx = Context::new(&mut texts, Path::new(""), false);
    let configuration = draft.configuration(&mut cx, &node, &mut WrittenConfiguration::default());
    *paths = draft.paths;
    let problems = std::mem::take(&mut cx.problems);
    match problems.into_iter().find(is_error) {
        Some(problem) => Err(told(&problem, &texts)),
        None => Ok(configuration),
    }
}

/// The attributes that the JSON text says.
///
/// # Errors
/// What is wrong, if it is no JSON object.
pub fn read_attributes(text: &str) -> Result<Value, String> {
    let node = parse(&mut Texts::new(), text)?;
    match node.as_table() {
        Some(_) => Ok(Value::from(&node)),
        None => Err("attributes are a JSON object".into()),
    }
}

fn parse(texts: &mut Texts, text: &str) -> Result<Node, String> {
    let id = texts.add("", text);
    parse_json(texts, id, &mut Vec::new()).map_err(|problems| {
        problems.first().map_or_else(String::new, |problem| told(problem, texts))
    })
}

/// In one line, with the place in the text.
fn told(problem: &Problem, texts: &Texts) -> String {
    let Some(place) = &problem.place else { return problem.message.clone() };
    let before = &texts.content(place.text)[..place.range.start];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("{}, at line {line}, column {column}", problem.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::TaskOrder;

    fn queues() -> IdVec<QueueId, TaskQueue> {
        IdVec::from_iter([TaskQueue {
            sid: "WQ1".into(),
            friendly_name: "Sales".into(),
            target_workers: None,
            max_reserved_workers: 1,
            task_order: TaskOrder::Fifo,
            reservation_activity: None,
            assignment_activity: None,
        }])
    }

    #[test]
    fn a_configuration_names_queues_by_sid() {
        let read = |text: &str| read_configuration(text, &queues(), &mut Paths::new());
        let text = |queue: &str| {
            format!("{{\"task_routing\": {{\"default_filter\": {{\"queue\": \"{queue}\"}}}}}}")
        };
        assert!(read(&text("WQ1")).is_ok_and(|read| read.default_filter.is_some()));
        for wrong in [&*text("Sales"), &*text("WQ2"), "{\"task_routing\":\n {]", "[]", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("{\n ]").is_err_and(|message| message.ends_with("at line 2, column 2")));
    }

    #[test]
    fn attributes_are_an_object() {
        assert_eq!(read_attributes("{\"a\": 1}"), Ok(Value::object([("a", 1)])));
        assert!(read_attributes("7").is_err() && read_attributes("{a: 1}").is_err());
    }
}
