//! Evaluation: a compiled expression asks whoever knows the names.

use std::borrow::Cow;

use super::compare::holds;
use super::compile::{Node, Term, Test};
use super::names::{ChannelField, Counter, WorkerField};
use super::path::{PathId, Resolved};
use super::value::{NULL, Value};

/// What an expression may ask about. What is not answered is null.
pub trait Names {
    /// The task's attribute.
    fn task(&self, _path: PathId) -> &Value {
        &NULL
    }
    /// The worker's attribute.
    fn worker(&self, _path: PathId) -> &Value {
        &NULL
    }
    /// What the worker has beside its attributes.
    fn worker_field(&self, _field: WorkerField) -> Value {
        Value::Null
    }
    /// The state of the worker's channel of that unique name; `None` if there is no such channel.
    fn channel(&self, _unique_name: &str, _field: ChannelField) -> Option<f64> {
        None
    }
    /// How many workers of the step's queue there are; `None` if there is no such activity.
    fn workers(&self, _counter: &Counter) -> Option<u64> {
        None
    }
}

/// Names that are attributes only: all that a filter needs, and most of a TaskQueue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Documents<'a> {
    /// The task's.
    pub task: Option<&'a Resolved>,
    /// The worker's.
    pub worker: Option<&'a Resolved>,
}

impl Names for Documents<'_> {
    fn task(&self, path: PathId) -> &Value {
        self.task.map_or(&NULL, |resolved| resolved.get(path))
    }
    fn worker(&self, path: PathId) -> &Value {
        self.worker.map_or(&NULL, |resolved| resolved.get(path))
    }
}

impl Node {
    pub(super) fn matches(&self, names: &impl Names) -> bool {
        match self {
            Self::Always(value) => *value,
            Self::All(parts) => parts.iter().all(|part| part.matches(names)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(names)),
            Self::Not(inner) => !inner.matches(names),
            Self::Test(test) => test.holds(names),
        }
    }
}

impl Test {
    pub(super) fn holds(&self, names: &impl Names) -> bool {
        holds(&self.left.value(names), self.operator, &self.right.value(names))
    }
}

impl Term {
    pub(super) fn value<'a>(&'a self, names: &'a impl Names) -> Cow<'a, Value> {
        match self {
            Self::Constant(value) => Cow::Borrowed(value),
            Self::Task(path) => Cow::Borrowed(names.task(*path)),
            Self::Worker(path) => Cow::Borrowed(names.worker(*path)),
            Self::Field(field) => Cow::Owned(names.worker_field(*field)),
            Self::Channel(name, field) => Cow::Owned(number(names.channel(name, *field))),
            Self::Counter(counter) => Cow::Owned(number(names.workers(counter).map(count))),
            Self::List(terms) => {
                Cow::Owned(Value::array(terms.iter().map(|term| term.value(names).into_owned())))
            }
        }
    }
}

fn number(known: Option<f64>) -> Value {
    known.map_or(Value::Null, Value::Number)
}

fn count(workers: u64) -> f64 {
    u32::try_from(workers).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Paths, parse};
    use super::*;

    #[test]
    fn what_is_not_answered_is_null() {
        let holds = |text, context| {
            let expression = parse(text, context).expect("an expression");
            expression.compile(context, &mut Paths::new()).matches(&Documents::default())
        };
        assert!(holds("worker.channel.chat.assigned_tasks == null", Context::Target));
        assert!(holds("worker.sid == null AND task.a == null", Context::Target));
        assert!(holds("workers.available == null AND workers.WA1 == null", Context::SkipIf));
    }
}
