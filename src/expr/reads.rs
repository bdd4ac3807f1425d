//! What an expression reads, for whoever looks for attributes that suit it.

use super::ast::{Comparison, Condition, Expression, Operand, Operator};
use super::names::{Context, Name, WorkerField};
use super::path::Path;

/// A comparison of a task with a worker, as a target's expression makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairing {
    /// The attribute of the task.
    pub task: Path,
    /// What is asked.
    pub operator: Operator,
    /// The attribute of the worker; `None` for its sid or name, which only one worker has.
    pub worker: Option<Path>,
    /// Whether the task's attribute is written first.
    pub task_is_left: bool,
}

impl Expression {
    /// The attributes of workers that it reads where it is written, each once, in order.
    #[must_use]
    pub fn worker_attributes(&self, context: Context) -> Vec<Path> {
        let mut found = Vec::new();
        for comparison in self.comparisons() {
            for side in [&comparison.left.node, &comparison.right.node] {
                if let Operand::Path(path) = side
                    && let Name::Worker(path) = Name::of(path, context)
                    && !found.contains(&path)
                {
                    found.push(path);
                }
            }
        }
        found
    }

    /// The comparisons of a task with a worker that a target's expression makes, in order.
    #[must_use]
    pub fn pairings(&self) -> Vec<Pairing> {
        self.comparisons().into_iter().filter_map(pairing).collect()
    }

    fn comparisons(&self) -> Vec<&Comparison> {
        let mut found = Vec::new();
        collect(&self.root.node, &mut found);
        found
    }
}

fn collect<'e>(condition: &'e Condition, found: &mut Vec<&'e Comparison>) {
    match condition {
        Condition::Or(parts) | Condition::And(parts) => {
            parts.iter().for_each(|part| collect(&part.node, found));
        }
        Condition::Not(inner) => collect(&inner.node, found),
        Condition::Compare(comparison) => found.push(comparison),
    }
}

fn pairing(comparison: &Comparison) -> Option<Pairing> {
    let (Operand::Path(left), Operand::Path(right)) =
        (&comparison.left.node, &comparison.right.node)
    else {
        return None;
    };
    let name = |path| Name::of(path, Context::Target);
    let (task, worker, task_is_left) = match (name(left), name(right)) {
        (Name::Task(task), worker) => (task, worker, true),
        (worker, Name::Task(task)) => (task, worker, false),
        _ => return None,
    };
    let worker = match worker {
        Name::Worker(path) => Some(path),
        Name::Field(WorkerField::Sid | WorkerField::FriendlyName) => None,
        _ => return None,
    };
    Some(Pairing { task, operator: comparison.operator.node, worker, task_is_left })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn attributes_of_workers_are_listed_once() {
        let read = |text, context| {
            let expression = parse(text, context).expect("an expression");
            let paths = expression.worker_attributes(context);
            paths.iter().map(Path::to_string).collect::<Vec<_>>()
        };
        let queue = "skills HAS 'a' AND (NOT levels.a > 2 OR skills HAS 'b') AND sid != 'WK1'";
        assert_eq!(read(queue, Context::TargetWorkers), ["skills", "levels.a"]);
        let target =
            "task.language IN worker.languages AND worker.channel.voice.assigned_tasks == 0";
        assert_eq!(read(target, Context::Target), ["languages"]);
    }

    #[test]
    fn a_pairing_says_which_side_is_the_task_s() {
        let pairings = |text| parse(text, Context::Target).expect("an expression").pairings();
        let found = pairings("worker.languages HAS task.language AND worker.level > 2");
        assert_eq!(found.len(), 1);
        let Pairing { task, operator, worker, task_is_left } = &found[0];
        assert_eq!((task.to_string(), *operator), ("language".to_owned(), Operator::Has));
        assert_eq!(worker.as_ref().map(Path::to_string).as_deref(), Some("languages"));
        assert!(!task_is_left);
        assert_eq!(pairings("task.agent == worker.sid")[0].worker, None);
        assert_eq!(pairings("worker.a == worker.b"), []);
    }
}
