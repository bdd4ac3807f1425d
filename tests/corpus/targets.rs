//! What the targets of a filter ask of a task and a worker together: attributes of both that agree,
//! and a worker whom the task knows.

use serde_json::{Map, Value as Json, json};
use taskrouter_sim::expr::ast::{Comparison, Condition, Operand, Operator};
use taskrouter_sim::expr::{Context, Segment, parse};

/// What worker a task knows: by sid and by name.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The sid.
    pub(crate) sid: String,
    /// The name.
    pub(crate) friendly_name: String,
}

/// Attributes of a task and of workers that the targets of `filter` accept together.
pub(crate) fn agreeing(filter: &Json, known: Option<&Known>) -> (Json, Json) {
    let mut pair = (Json::Object(Map::new()), Json::Object(Map::new()));
    for target in filter["targets"].as_array().into_iter().flatten() {
        let text = target["expression"].as_str().unwrap_or_default();
        if let Ok(expression) = parse(text, Context::Target) {
            agree(&expression.root.node, &mut pair);
        }
        let Some(known) = known else { continue };
        for (key, value) in
            [("known_worker_sid", &known.sid), ("known_worker_friendly_name", &known.friendly_name)]
        {
            let path = target[key].as_str().and_then(|path| path.strip_prefix("task."));
            if let Some(path) = path {
                put(&mut pair.0, &path.split('.').collect::<Vec<_>>(), json!(value));
            }
        }
    }
    pair
}

fn agree(condition: &Condition, pair: &mut (Json, Json)) {
    match condition {
        Condition::Or(parts) | Condition::And(parts) => {
            parts.iter().for_each(|part| agree(&part.node, pair));
        }
        Condition::Not(_) => (),
        Condition::Compare(comparison) => agree_on(comparison, pair),
    }
}

/// Two attributes that are compared get values for which the comparison is true.
fn agree_on(comparison: &Comparison, pair: &mut (Json, Json)) {
    let (left, right) = match comparison.operator.node {
        Operator::Equal => (json!("x"), json!("x")),
        Operator::NotEqual => (json!("x"), json!("y")),
        Operator::Has => (json!(["x"]), json!("x")),
        Operator::In => (json!("x"), json!(["x"])),
        Operator::NotIn => (json!("x"), json!([])),
        _ => return,
    };
    let sides = [&comparison.left.node, &comparison.right.node];
    let [Operand::Path(a), Operand::Path(b)] = sides else { return };
    for (path, value) in [(a, left), (b, right)] {
        let keys: Option<Vec<&str>> = path.segments().iter().map(key).collect();
        match keys.as_deref() {
            Some(["task", rest @ ..]) => put(&mut pair.0, rest, value),
            // A sid is nobody's to give; what a task says of it excludes nobody.
            Some(["worker", "sid" | "friendly_name"]) => (),
            Some(["worker", rest @ ..]) => put(&mut pair.1, rest, value),
            _ => (),
        }
    }
}

fn key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) => Some(key),
        Segment::Index(_) => None,
    }
}

/// Puts `value` at a path where nothing is yet.
pub(crate) fn put(into: &mut Json, path: &[&str], value: Json) {
    let Json::Object(fields) = into else { return };
    match path {
        [] => (),
        [last] => {
            fields.entry(*last).or_insert(value);
        }
        [first, rest @ ..] => {
            let inner = fields.entry(*first).or_insert_with(|| Json::Object(Map::new()));
            put(inner, rest, value);
        }
    }
}
