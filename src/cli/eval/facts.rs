//! What an expression is asked about: documents given on the command line.

use crate::expr::{
    ChannelField, Context, Counter, Known, Names, Path, PathId, Paths, Resolved, Segment, Value,
    WorkerField,
};
use crate::scenario::json::parse_json;
use crate::scenario::node::{Item, Node};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// What an expression is asked about.
#[derive(Debug, Default)]
pub(super) struct Facts {
    task: Option<Value>,
    worker: Option<Value>,
    workers: Option<Value>,
}

/// The same, at the paths that an expression reads.
#[derive(Debug)]
pub(super) struct Witness<'a> {
    facts: &'a Facts,
    task: Resolved,
    worker: Resolved,
}

impl Facts {
    /// Reads the documents; what is wrong with them goes to `problems`.
    pub(super) fn read(
        [task, worker, workers]: [Option<&str>; 3],
        texts: &mut Texts,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let workers = object("--workers", workers, (texts, problems));
        for entry in workers.iter().filter_map(Node::as_table).flat_map(|table| &table.entries) {
            if entry.node.as_integer().is_none_or(|count| count < 0) {
                let message = "a number of workers is a whole number, not below 0";
                problems.push(Problem::error(message, &entry.node.place));
            }
        }
        let task = object("--task", task, (texts, problems)).as_ref().map(value);
        let worker = object("--worker", worker, (texts, problems)).as_ref().map(value);
        Self { task, worker, workers: workers.as_ref().map(value) }
    }

    /// The documents that were given, for lints.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            tasks: self.task.as_ref().map(std::slice::from_ref),
            workers: self.worker.as_ref().map(std::slice::from_ref),
        }
    }

    /// What they hold at `paths`.
    pub(super) fn at<'a>(&'a self, paths: &Paths) -> Witness<'a> {
        let resolve = |document: &Option<Value>| paths.resolve(&of(document));
        Witness { facts: self, task: resolve(&self.task), worker: resolve(&self.worker) }
    }

    /// What one of the documents has beside attributes.
    fn get(document: &Option<Value>, keys: &[&str]) -> Value {
        let path = Path::new(keys.iter().map(|key| Segment::Key((*key).into())).collect());
        of(document).get(&path).clone()
    }
}

impl Names for Witness<'_> {
    fn task(&self, path: PathId) -> &Value {
        self.task.get(path)
    }

    fn worker(&self, path: PathId) -> &Value {
        self.worker.get(path)
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        let key = match field {
            WorkerField::Sid => "sid",
            WorkerField::FriendlyName => "friendly_name",
            WorkerField::ActivitySid => "activity_sid",
            WorkerField::ActivityName => "activity_name",
        };
        Facts::get(&self.facts.worker, &[key])
    }

    fn channel(&self, unique_name: &str, field: ChannelField) -> Option<f64> {
        let key = match field {
            ChannelField::ConfiguredCapacity => "configured_capacity",
            ChannelField::AssignedTasks => "assigned_tasks",
            ChannelField::AvailableCapacityPercentage => "available_capacity_percentage",
        };
        number(&Facts::get(&self.facts.worker, &["channel", unique_name, key]))
    }

    /// There are always workers that are available and such that are not: none, if nobody says.
    fn workers(&self, counter: &Counter) -> Option<u64> {
        let (key, otherwise) = match counter {
            Counter::Available => ("available", Some(0)),
            Counter::Unavailable => ("unavailable", Some(0)),
            Counter::Activity(sid) => (&**sid, None),
        };
        let count = Facts::get(&self.facts.workers, &[key]).as_integer();
        count.and_then(|count| u64::try_from(count).ok()).or(otherwise)
    }
}

/// What an empty text says: as if it were not there; but then a TaskQueue has nobody, and a filter
/// takes nothing.
pub(super) const fn of_nothing(context: Context) -> bool {
    matches!(context, Context::Target)
}

fn of(document: &Option<Value>) -> Value {
    document.clone().unwrap_or(Value::Null)
}

const fn number(value: &Value) -> Option<f64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

/// The object written in an option.
fn object(
    option: &str,
    written: Option<&str>,
    (texts, problems): (&mut Texts, &mut Vec<Problem>),
) -> Option<Node> {
    let id = texts.add(option, written?);
    match parse_json(texts, id, problems) {
        Ok(node) if node.as_table().is_some() => return Some(node),
        Ok(node) => {
            let problem = Problem::error(format!("{option} takes a JSON object"), &node.place);
            problems.push(problem.with_help("as in '{\"type\": \"billing\"}'"));
        }
        Err(errors) => problems.extend(errors),
    }
    None
}

/// What `node` holds, as expressions see it.
fn value(node: &Node) -> Value {
    match &node.value {
        Item::Null => Value::Null,
        Item::Bool(value) => Value::Bool(*value),
        Item::Integer(_) | Item::Float(_) => node.as_number().map_or(Value::Null, Value::Number),
        Item::String(text) | Item::Datetime(text) => text.as_str().into(),
        Item::Array(items) => Value::array(items.iter().map(value)),
        Item::Table(table) => Value::object(
            table.entries.iter().map(|entry| (entry.key.as_str(), value(&entry.node))),
        ),
    }
}
