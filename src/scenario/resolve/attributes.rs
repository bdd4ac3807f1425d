//! Attributes of workers and tasks: from nodes and JSON to values, each document kept once.

use std::collections::BTreeMap;

use crate::expr::Value;
use crate::id::IdVec;
use crate::routing::AttributesId;
use crate::scenario::json::parse_json;
use crate::scenario::node::{Node, Place};
use crate::scenario::resolve::context::Context;

/// The longest attributes document that TaskRouter takes, in characters (TR-335).
const LONGEST: usize = 4096;

/// All attributes documents, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    documents: IdVec<AttributesId, Value>,
    ids: BTreeMap<String, AttributesId>,
}

impl Attributes {
    /// The id of `document`.
    pub(super) fn intern(&mut self, document: &Value) -> AttributesId {
        let documents = &mut self.documents;
        let id = self.ids.entry(json(document).to_string());
        *id.or_insert_with(|| documents.push(document.clone()))
    }

    /// All of them, by id.
    pub(super) fn into_documents(self) -> IdVec<AttributesId, Value> {
        self.documents
    }
}

impl std::ops::Index<AttributesId> for Attributes {
    type Output = Value;
    fn index(&self, id: AttributesId) -> &Value {
        &self.documents[id]
    }
}

/// The document without a field.
pub(super) fn empty() -> Value {
    Value::object(Vec::<(&str, Value)>::new())
}

/// The attributes at `node`: a table, or JSON text as TaskRouter's answers have it; without
/// `node` there are none.
pub(super) fn attributes(cx: &mut Context<'_>, node: Option<&Node>) -> Value {
    let Some(node) = node else { return empty() };
    let document = match node.as_str() {
        Some(text) => embedded(cx, node, text),
        None => Some(Value::from(node)),
    };
    let document = document.filter(|document| matches!(document, Value::Object(_)));
    let document = document.unwrap_or_else(empty);
    check_length(cx, &document, &node.place);
    document
}

/// A warning if TaskRouter would refuse `document`.
pub(super) fn check_length(cx: &mut Context<'_>, document: &Value, place: &Place) {
    let length = json(document).to_string().chars().count();
    if LONGEST < length {
        cx.warn(
            format!("attributes of {length} characters; TaskRouter takes at most {LONGEST}"),
            place,
        );
    }
}

fn embedded(cx: &mut Context<'_>, node: &Node, text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return None;
    }
    let id = cx.texts.embed(&node.place, text);
    match parse_json(cx.texts, id, &mut cx.problems) {
        Ok(inner) if inner.as_table().is_some() => Some(Value::from(&inner)),
        Ok(inner) => {
            cx.error("attributes are a JSON object", &inner.place);
            None
        }
        Err(problems) => {
            cx.problems.extend(problems);
            None
        }
    }
}

/// `base`, with the fields of `over` in place of its own.
pub(super) fn overlaid(base: &Value, over: &Value) -> Value {
    let fields = |document: &Value| match document {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        _ => Vec::new(),
    };
    Value::object(fields(base).into_iter().chain(fields(over)))
}

/// The value of a JSON text.
pub(super) fn from_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => Value::array(items.iter().map(from_json)),
        serde_json::Value::Object(fields) => {
            Value::object(fields.iter().map(|(key, value)| (key.as_str(), from_json(value))))
        }
    }
}

/// The same as JSON; whole numbers without a decimal point.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => value.as_integer().map_or_else(|| (*number).into(), Into::into),
        Value::String(text) => (**text).into(),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.to_string(), json(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_documents_have_one_id() {
        let mut attributes = Attributes::default();
        let a = Value::object([("level", Value::from(1))]);
        let id = attributes.intern(&a);
        assert_eq!(attributes.intern(&a.clone()), id);
        assert_ne!(attributes.intern(&empty()), id);
        assert_eq!(attributes.into_documents().len(), 2);
    }

    #[test]
    fn fields_laid_over_replace_those_of_the_same_name() {
        let base = Value::object([("a", 1), ("b", 2)]);
        let over = Value::object([("b", 3), ("c", 4)]);
        assert_eq!(overlaid(&base, &over), Value::object([("a", 1), ("b", 3), ("c", 4)]));
    }
}
