//! A workspace to begin with, made from a scenario.

use serde_json::{Map, Value as Json, json};

use crate::expr::Value;
use crate::id::IdVec;
use crate::routing::{QueueId, WorkerId, WorkflowId, Workspace};
use crate::scenario::load::Document;
use crate::scenario::node::Node;
use crate::scenario::{Scenario, read_attributes};

/// A workspace in which nothing has happened yet, and the texts that the REST interface shows of
/// it.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The workspace's name.
    pub friendly_name: String,
    /// What is routed.
    pub workspace: Workspace,
    /// The expression of each queue.
    pub target_workers: IdVec<QueueId, String>,
    /// The configuration of each workflow, with queues by their sids.
    pub configurations: IdVec<WorkflowId, String>,
    /// The attributes of each worker.
    pub attributes: IdVec<WorkerId, String>,
}

impl Blueprint {
    /// The workspace of `scenario`, which was made of `document`: queues, workflows, workers with
    /// their attributes and capacities. Its customers and behaviors have no part in it.
    #[must_use]
    pub fn of(document: &Document, scenario: &Scenario) -> Self {
        let workspace = scenario.workspace.clone();
        let list = |key: &str| {
            let node = document.root.get("workspace").and_then(|node| node.get(key));
            node.and_then(Node::as_array).unwrap_or_default()
        };
        let target_workers = list("task_queues").iter().map(|queue| {
            let text = queue.get("target_workers").and_then(Node::as_str);
            text.unwrap_or("1==1").to_owned()
        });
        let configurations = list("workflows").iter().map(|workflow| {
            let document = workflow.get("configuration").map(value_of).unwrap_or(Value::Null);
            configuration(&document, &workspace).to_string()
        });
        let attributes = workspace.workers.iter();
        let attributes =
            attributes.map(|it| json_of(&workspace.attributes[it.attributes]).to_string());
        Self {
            friendly_name: scenario.name.clone(),
            target_workers: target_workers.collect(),
            configurations: configurations.collect(),
            attributes: attributes.collect(),
            workspace,
        }
    }
}

/// A table, or JSON text as TaskRouter's answers have it.
fn value_of(node: &Node) -> Value {
    match node.as_str() {
        Some(text) => read_attributes(text).unwrap_or(Value::Null),
        None => Value::from(node),
    }
}

/// The document as TaskRouter writes it: queues by sid.
fn configuration(document: &Value, workspace: &Workspace) -> Json {
    match document {
        Value::Object(fields) => {
            let one = |(key, value): (&std::sync::Arc<str>, &Value)| {
                let written = match (&**key, value) {
                    ("queue" | "task_queue_sid", Value::String(name)) => {
                        let mut queues = workspace.queues.iter();
                        let queue = queues.find(|queue| *queue.friendly_name == **name);
                        json!(queue.map_or(&**name, |queue| &*queue.sid))
                    }
                    (_, value) => configuration(value, workspace),
                };
                (key.to_string(), written)
            };
            Json::Object(fields.iter().map(one).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| configuration(item, workspace)).collect(),
        value => json_of(value),
    }
}

/// As JSON, whole numbers without a decimal point.
pub(crate) fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => value.as_integer().map_or_else(|| json!(number), |it| json!(it)),
        Value::String(text) => json!(&**text),
        Value::Array(items) => items.iter().map(json_of).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.to_string(), json_of(value))).collect()
        }
    }
}
