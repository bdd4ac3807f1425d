//! The documents of the corpus, and a scenario around each: sources that its filters take, workers
//! that its queues want.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::targets::{Known, agreeing};
use serde_json::{Map, Value as Json};
use taskrouter_sim::expr::{Context, Documents, Paths, Value, parse, witness, witness_worker};

/// A workflow with the queues it uses.
pub(crate) struct Document {
    /// The name of its file.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) json: Json,
    /// What is known of its queues.
    pub(crate) queues: Vec<Queue>,
}

/// A queue as the corpus has it.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Its sid, if it has one.
    pub(crate) sid: Option<String>,
    /// Its name, or what it is called by.
    pub(crate) name: String,
    /// Whom it wants.
    pub(crate) target_workers: String,
}

/// A scenario around a document, and what could not be built.
pub(crate) struct Built {
    /// The scenario file.
    pub(crate) text: String,
    /// Source name by index of the filter; what a filter has instead of one.
    pub(crate) filters: Vec<Result<String, &'static str>>,
    /// Queues that nobody can be built for.
    pub(crate) unstaffed: Vec<String>,
    /// Whether a source brings tasks for the default filter.
    pub(crate) has_default: bool,
}

/// All documents in `folder`, by name.
pub(crate) fn all(folder: &Path) -> Vec<Document> {
    let files = std::fs::read_dir(folder.join("workflows")).expect("a folder of workflows");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| document(folder, path)).collect()
}

fn document(folder: &Path, path: PathBuf) -> Document {
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let json = read(&path);
    let file = folder.join("queues").join(format!("{name}.queues.json"));
    let mut queues = Vec::new();
    if file.is_file() {
        queues.extend(read(&file).as_array().into_iter().flatten().map(queue));
    }
    for reference in references(&json) {
        let is_known =
            |queue: &Queue| queue.sid.as_deref() == Some(&reference) || queue.name == reference;
        if !queues.iter().any(is_known) {
            queues.push(Queue { sid: None, name: reference, target_workers: "1==1".into() });
        }
    }
    Document { name, path, json, queues: named_apart(queues) }
}

/// No two queues have one name; references are by sid then.
fn named_apart(mut queues: Vec<Queue>) -> Vec<Queue> {
    let mut names = BTreeSet::new();
    for queue in &mut queues {
        if !names.insert(queue.name.clone()) {
            queue.name = format!("{} {}", queue.name, queue.sid.as_deref().unwrap_or_default());
        }
    }
    queues
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).expect("a text");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn queue(json: &Json) -> Queue {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let sid = text("sid").or_else(|| text("key"));
    Queue {
        name: text("friendly_name").or_else(|| sid.clone()).expect("a name or a sid"),
        sid,
        target_workers: text("target_workers").unwrap_or_else(|| "1==1".into()),
    }
}

/// The body of a configuration.
pub(crate) fn body(json: &Json) -> &Json {
    let wrapped = json.get("task_routing").or(json.get("taskRouting"));
    wrapped.unwrap_or(json)
}

/// The filters of a configuration.
pub(crate) fn filters(json: &Json) -> &[Json] {
    body(json)["filters"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn default_filter(json: &Json) -> Option<&Json> {
    body(json).get("default_filter").or(body(json).get("defaultFilter"))
}

/// Every queue that a configuration refers to.
fn references(json: &Json) -> BTreeSet<String> {
    let targets = filters(json).iter().flat_map(|filter| filter["targets"].as_array());
    let targets = targets.flatten().chain(default_filter(json));
    let queues = targets.filter_map(|target| target.get("queue").or(target.get("task_queue_sid")));
    queues.filter_map(|queue| queue.as_str().map(str::to_owned)).collect()
}

/// Whether a filter takes a task with these attributes.
fn takes(expression: &str, attributes: &Value) -> bool {
    let mut paths = Paths::new();
    let Ok(parsed) = parse(expression, Context::Filter) else { return false };
    let compiled = parsed.compile(Context::Filter, &mut paths);
    let resolved = paths.resolve(attributes);
    compiled.matches(&Documents { task: Some(&resolved), worker: None })
}

/// Attributes that a filter takes and none of the `earlier` ones.
fn attributes(expression: &str, earlier: &[&str]) -> Result<Value, &'static str> {
    let mut wanted = format!("({expression})");
    for _ in 0..=earlier.len() {
        let parsed = parse(&wanted, Context::Filter).map_err(|_| "unreadable")?;
        let Some(found) = witness(&parsed) else {
            let is_shadowed = wanted != format!("({expression})");
            return Err(if is_shadowed { "shadowed by an earlier filter" } else { "never true" });
        };
        match earlier.iter().find(|earlier| takes(earlier, &found)) {
            Some(earlier) => write!(wanted, " AND NOT ({earlier})").expect("a string"),
            None => return Ok(found),
        }
    }
    Err("not built")
}

/// A scenario around a document, whose tasks know a worker.
pub(crate) fn build(document: &Document, known: Option<&Known>) -> Built {
    let mut text = head(document);
    let expressions: Vec<&str> = filters(&document.json)
        .iter()
        .map(|filter| filter["expression"].as_str().unwrap_or_default())
        .collect();
    let mut of_all = Json::Object(Map::new());
    let mut found = Vec::new();
    for (index, expression) in expressions.iter().enumerate() {
        let (of_task, of_worker) = agreeing(&filters(&document.json)[index], known);
        merge(&mut of_all, &of_worker);
        let built = attributes(expression, &expressions[..index]).map(|attributes| {
            let name = format!("f{index}");
            let mut attributes = json(&attributes);
            merge(&mut attributes, &of_task);
            text += &source(&name, &attributes);
            name
        });
        found.push(built);
    }
    let nothing = Value::object(Vec::<(&str, Value)>::new());
    let has_default = default_filter(&document.json).is_some()
        && !expressions.iter().any(|expression| takes(expression, &nothing));
    if has_default {
        text += &source("default", &json(&nothing));
    }
    let unstaffed = staff(document, &of_all, &mut text);
    Built { text, filters: found, unstaffed, has_default }
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}

fn head(document: &Document) -> String {
    let queue = |queue: &Queue| {
        let sid = queue.sid.as_ref().map(|sid| format!("sid = {}, ", quoted(sid)));
        let (name, wanted) = (quoted(&queue.name), quoted(&queue.target_workers));
        let sid = sid.unwrap_or_default();
        format!("  {{ {sid}friendly_name = {name}, target_workers = {wanted} }},\n")
    };
    let queues: String = document.queues.iter().map(queue).collect();
    let path = quoted(&document.path.to_string_lossy());
    let name = quoted(&document.name);
    format!(
        r#"schema = 1
name = {name}
horizon = "1h"
interval = "30m"
[workspace]
task_queues = [
{queues}]
[[workspace.workflows]]
friendly_name = "W"
task_reservation_timeout = 20
configuration = {{ file = {path} }}
[behavior.b]
response = {{ dist = "lognormal", median = "6s", sigma = 0.7 }}
reject = {{ p = 0.03, after = "3s" }}
miss = 0.08
recovery = {{ dist = "exponential", mean = "60s" }}
"#
    )
}

fn source(name: &str, attributes: &Json) -> String {
    let attributes = quoted(&attributes.to_string());
    format!(
        r#"[source.{name}]
workflow = "W"
attributes = {attributes}
arrivals = {{ per_hour = 25 }}
patience = {{ dist = "exponential", mean = "5m" }}
talk = {{ dist = "exponential", mean = "2m" }}
wrap_up = {{ dist = "exponential", mean = "20s" }}
"#
    )
}

/// Two workers for every queue, and two who have what all of those have; all have `of_all`.
fn staff(document: &Document, of_all: &Json, text: &mut String) -> Vec<String> {
    let mut unstaffed = Vec::new();
    let mut general = of_all.clone();
    for (index, queue) in document.queues.iter().enumerate() {
        let wanted = parse(&queue.target_workers, Context::TargetWorkers);
        let Some(found) = wanted.ok().and_then(|wanted| witness_worker(&wanted)) else {
            unstaffed.push(queue.name.clone());
            continue;
        };
        let mut attributes = json(&found);
        merge(&mut attributes, of_all);
        merge(&mut general, &attributes);
        *text += &group(&format!("q{index}"), &attributes);
    }
    *text += &group("general", &general);
    unstaffed
}

fn group(name: &str, attributes: &Json) -> String {
    let attributes = quoted(&attributes.to_string());
    format!(
        "[[workers]]\ngroup = \"{name}\"\ncount = 2\nattributes = {attributes}\nbehavior = \"b\"\n"
    )
}

/// Adds what `other` has: fields, elements; the first of two values stays.
fn merge(into: &mut Json, other: &Json) {
    match (into, other) {
        (Json::Object(into), Json::Object(other)) => {
            for (key, value) in other {
                merge(into.entry(key.clone()).or_insert(Json::Null), value);
            }
        }
        (Json::Array(into), Json::Array(other)) => {
            into.extend(
                other.iter().filter(|value| !into.contains(value)).cloned().collect::<Vec<_>>(),
            );
        }
        (into @ Json::Null, other) => *into = other.clone(),
        _ => (),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(is) => Json::Bool(*is),
        Value::Number(number) => Json::from(*number),
        Value::String(text) => Json::String(text.to_string()),
        Value::Array(elements) => elements.iter().map(json).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.to_string(), json(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
