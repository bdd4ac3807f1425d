//! The grammar of the scenario file for editors, and for people.

mod reference;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use reference::reference_markdown;

use crate::scenario::node::{Item, Node, Place};
use crate::scenario::shape::{Choice, Distribution, Key, Kind, Presence, ROOT, STUDY, Shape};
use crate::scenario::text::Texts;
use crate::scenario::toml::parse_toml_value;

const DURATION: &str = r"^\s*((\d+\.?\d*|\.\d+)(ms|s|m|h|d)\s*)+$";
const SECONDS: &str = r"^\s*(\d+|((\d+\.?\d*|\.\d+)(ms|s|m|h|d)\s*)+)\s*$";
const TIME_OF_DAY: &str = r"^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$";
const DATES: &str = r"^\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?$";
const DATE_TIME: &str = r"^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$";

/// The JSON Schema of the scenario file, draft 2020-12.
#[must_use]
pub fn scenario_schema() -> Value {
    schema(&ROOT)
}

/// The JSON Schema of the study file. What it sets in scenarios may be anything.
#[must_use]
pub fn study_schema() -> Value {
    schema(&STUDY)
}

fn schema(file: &'static Shape) -> Value {
    let mut writer = Writer::default();
    let mut root = writer.table(file);
    let defs: Map<String, Value> = writer.defs.into_iter().collect();
    root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("$defs".into(), Value::Object(defs));
    Value::Object(root)
}

#[derive(Default)]
struct Writer {
    /// By the name under which they are referred to.
    defs: BTreeMap<String, Value>,
}

impl Writer {
    fn table(&mut self, shape: &'static Shape) -> Map<String, Value> {
        let mut properties = Map::new();
        for key in shape.keys {
            properties.insert(key.name.into(), self.key(key));
        }
        let required: Vec<&str> = shape
            .keys
            .iter()
            .filter(|key| key.presence == Presence::Required)
            .map(|key| key.name)
            .collect();
        let mut schema = Map::new();
        schema.insert("title".into(), json!(shape.title));
        schema.insert("description".into(), json!(shape.doc));
        schema.insert("type".into(), json!("object"));
        schema.insert("properties".into(), Value::Object(properties));
        schema.insert("additionalProperties".into(), json!(false));
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        if !shape.choices.is_empty() {
            let choices: Vec<Value> = shape.choices.iter().map(choice).collect();
            schema.insert("allOf".into(), json!(choices));
        }
        schema
    }

    fn key(&mut self, key: &Key) -> Value {
        let mut schema = self.kind(&key.kind);
        let object = schema.as_object_mut().expect("every schema here is an object");
        let mut description = key.doc.to_owned();
        if let Some(unit) = key.unit {
            description += &format!(" Unit: {unit}.");
        }
        if let Some(name) = key.taskrouter {
            description += &format!(" TaskRouter: `{name}`.");
        }
        object.insert("description".into(), json!(description));
        if let Presence::Default(written) = key.presence {
            object.insert("default".into(), default(written));
        }
        schema
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Text => json!({ "type": "string" }),
            Kind::Name | Kind::Expression | Kind::Condition | Kind::Days => {
                json!({ "type": "string", "minLength": 1 })
            }
            Kind::Files => files(),
            Kind::Duration { .. } => json!({ "type": "string", "pattern": DURATION }),
            Kind::Seconds { min, max } => json!({ "anyOf": [
                { "type": "integer", "minimum": min, "maximum": max },
                { "type": "string", "pattern": SECONDS },
            ] }),
            Kind::Integer { min, max } => {
                json!({ "type": "integer", "minimum": min, "maximum": max })
            }
            Kind::Number { min, max, above } => {
                let least = if *above { "exclusiveMinimum" } else { "minimum" };
                json!({ "type": "number", least: min, "maximum": max })
            }
            Kind::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
            Kind::OneOf(values) => json!({ "enum": values }),
            Kind::TimeOfDay => json!({ "type": "string", "pattern": TIME_OF_DAY }),
            Kind::DateTime => json!({ "type": "string", "pattern": DATE_TIME }),
            Kind::Dates => json!({ "type": "string", "pattern": DATES }),
            Kind::Attributes | Kind::Configuration => json!({ "type": ["object", "string"] }),
            Kind::List(kind) => json!({ "type": "array", "items": self.kind(kind) }),
            Kind::NonEmpty(kind) => {
                json!({ "type": "array", "items": self.kind(kind), "minItems": 1 })
            }
            Kind::MapOf(kind) => {
                json!({ "type": "object", "additionalProperties": self.kind(kind) })
            }
            Kind::Table(shape) => self.reference(shape),
            Kind::Resources(shape) => self.resources(shape),
            Kind::Distribution(distribution) => self.distribution(distribution),
            Kind::Either(kinds) => {
                let kinds: Vec<Value> = kinds.iter().map(|kind| self.kind(kind)).collect();
                json!({ "anyOf": kinds })
            }
            Kind::Any => json!({}),
            Kind::Refused(help) => json!({ "not": {}, "$comment": help }),
        }
    }

    fn reference(&mut self, shape: &'static Shape) -> Value {
        let name = slug(shape.title);
        if !self.defs.contains_key(&name) {
            // So that a shape inside itself ends here.
            self.defs.insert(name.clone(), Value::Null);
            let schema = self.table(shape);
            self.defs.insert(name.clone(), Value::Object(schema));
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn resources(&mut self, shape: &'static Shape) -> Value {
        let table = self.reference(shape);
        let export = json!({
            "type": "object",
            "properties": { "file": files() },
            "required": ["file"],
            "additionalProperties": false,
        });
        json!({ "anyOf": [export, { "type": "array", "items": { "anyOf": [table, export] } }] })
    }

    fn distribution(&mut self, distribution: &'static Distribution) -> Value {
        let name = slug(distribution.of);
        if !self.defs.contains_key(&name) {
            let mut kinds = vec![self.kind(&distribution.constant)];
            for (_, shape) in distribution.shapes {
                kinds.push(Value::Object(self.table(shape)));
            }
            let title = format!("distribution of {}", distribution.of);
            self.defs.insert(name.clone(), json!({ "title": title, "anyOf": kinds }));
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

fn files() -> Value {
    let path = json!({ "type": "string", "minLength": 1 });
    json!({ "anyOf": [path, { "type": "array", "items": path }] })
}

fn choice(choice: &Choice) -> Value {
    let required = |set: &&[&str]| json!({ "required": set });
    if choice.required {
        let sets: Vec<Value> = choice.sets.iter().map(required).collect();
        return json!({ "oneOf": sets });
    }
    let firsts: Vec<&str> = choice.sets.iter().filter_map(|set| set.first().copied()).collect();
    json!({ "not": { "required": firsts } })
}

fn slug(title: &str) -> String {
    let letters = title.chars().filter(|letter| !matches!(letter, '<' | '>' | '[' | ']' | ','));
    letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn default(written: &str) -> Value {
    default_node(written).map_or(Value::Null, |node| value(&node))
}

/// The default as it would be read from a file.
fn default_node(written: &str) -> Option<Node> {
    let mut texts = Texts::new();
    let id = texts.add("default", written);
    parse_toml_value(&texts, &Place { text: id, range: 0..written.len() })
}

/// The value as JSON; dates and times become text.
fn value(node: &Node) -> Value {
    match &node.value {
        Item::Null => Value::Null,
        Item::Bool(value) => json!(value),
        Item::Integer(value) => json!(value),
        Item::Float(value) => json!(value),
        Item::String(text) | Item::Datetime(text) => json!(text),
        Item::Array(items) => Value::Array(items.iter().map(value).collect()),
        Item::Table(table) => Value::Object(
            table.entries.iter().map(|entry| (entry.key.clone(), value(&entry.node))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::toml::parse_toml;

    /// As much of JSON Schema as is used here, without patterns.
    fn valid(schema: &Value, root: &Value, value: &Value) -> bool {
        let Some(rules) = schema.as_object() else { return true };
        let all = |list: &Value| list.as_array().unwrap().iter().all(|s| valid(s, root, value));
        let count = |list: &Value| {
            list.as_array().unwrap().iter().filter(|s| valid(s, root, value)).count()
        };
        let number = value.as_f64();
        rules.iter().all(|(rule, argument)| match rule.as_str() {
            "$ref" => valid(root.pointer(&argument.as_str().unwrap()[1..]).unwrap(), root, value),
            "type" => match argument.as_str() {
                Some(name) => is_type(value, name),
                None => {
                    argument.as_array().unwrap().iter().any(|n| is_type(value, n.as_str().unwrap()))
                }
            },
            "enum" => argument.as_array().unwrap().contains(value),
            "minimum" => number.is_none_or(|number| number >= argument.as_f64().unwrap()),
            "exclusiveMinimum" => number.is_none_or(|number| number > argument.as_f64().unwrap()),
            "maximum" => number.is_none_or(|number| number <= argument.as_f64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| !items.is_empty()),
            "minLength" => value.as_str().is_none_or(|text| !text.is_empty()),
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| valid(argument, root, item))),
            "required" => value.as_object().is_none_or(|object| {
                argument
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "allOf" => all(argument),
            "anyOf" => count(argument) > 0,
            "oneOf" => count(argument) == 1,
            "not" => !valid(argument, root, value),
            "properties" => value.as_object().is_none_or(|object| {
                object.iter().all(|(key, value)| {
                    argument.get(key).is_none_or(|schema| valid(schema, root, value))
                })
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                let known = rules.get("properties").and_then(Value::as_object);
                let others =
                    object.iter().filter(|(key, _)| known.is_none_or(|k| !k.contains_key(*key)));
                let mut others = others.map(|(_, value)| value);
                others.all(|value| *argument != json!(false) && valid(argument, root, value))
            }),
            _ => true,
        })
    }

    fn is_type(value: &Value, name: &str) -> bool {
        match name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => false,
        }
    }

    fn is_accepted(schema: &Value, toml: &str) -> bool {
        let mut texts = Texts::new();
        let id = texts.add("s.toml", toml);
        valid(schema, schema, &value(&parse_toml(&texts, id).unwrap()))
    }

    fn accepts(toml: &str) -> bool {
        is_accepted(&scenario_schema(), toml)
    }

    #[test]
    fn the_study_of_the_manual_is_valid_and_what_is_wrong_with_it_is_not() {
        let schema = study_schema();
        let accepts = |toml: &str| is_accepted(&schema, toml);
        let study = r#"
            base      = "support.toml"
            replications = 400
            baseline  = { 'workspace.workflows["Support"].task_reservation_timeout' = "30s", 'workers["day"].count' = 24 }
            stop_when = [ { metric = "service_level", scope = "all", half_width = 0.01 }, { metric = "wait_p90", scope = "all", relative = 0.05 } ]
            sampling  = "stratified"
            control_variate = true
            [axes]
            'workspace.workflows["Support"].task_reservation_timeout' = { from = "5s", to = "120s", step = "5s" }
            'workers["day"].count' = [22, 24, 26]
            [[case]]
            name = "by level"
            set  = { 'workspace.workflows["Support"].configuration' = { file = "by-level.workflow.json" } }
        "#;
        assert!(accepts(study));
        for (from, to) in [
            ("base ", "bass "),
            ("base      = \"support.toml\"", ""),
            ("[22, 24, 26]", "[]"),
            ("step = \"5s\"", "stride = \"5s\""),
            ("half_width = 0.01", "half_width = 0.01, relative = 0.1"),
            (", relative = 0.05", ""),
            ("name = \"by level\"", ""),
            ("\"stratified\"", "\"stratify\""),
            ("= true", "= 1"),
            ("400", "0"),
        ] {
            assert!(study.contains(from) && !accepts(&study.replacen(from, to, 1)), "{from}");
        }
        assert!(!accepts(include_str!("../../tests/data/every-key.toml")));
    }

    #[test]
    fn every_key_of_the_manual_is_valid() {
        let every_key = include_str!("../../tests/data/every-key.toml");
        assert!(accepts(every_key));
        assert!(!accepts(&every_key.replace("at_close", "at_closing")));
        assert!(!accepts(&every_key.replace("miss     = 0.05", "miss = 5")));
        assert!(!accepts(&every_key.replace("schema    = 1", "schema = 2")));
        assert!(!accepts(&every_key.replace("sigma = 0.7", "cv = 0.7")));
        assert!(!accepts("schema = 1"));
    }

    #[test]
    fn references_lead_somewhere_and_every_definition_is_finished() {
        for schema in [scenario_schema(), study_schema()] {
            let text = schema.to_string();
            for reference in text.split("\"$ref\":\"#").skip(1) {
                let pointer = reference.split('"').next().unwrap();
                assert!(schema.pointer(pointer).is_some_and(Value::is_object), "{pointer}");
            }
        }
    }
}
