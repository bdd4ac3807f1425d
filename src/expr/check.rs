//! What is legal and yet hardly meant: names without meaning, comparisons that never hold or that
//! hold for all.

mod kinds;
mod known;
mod missing;
mod prefixes;

use std::ops::Range;

use super::ast::{Comparison, Condition, Expression, Operand, Operator, Spanned};
use super::names::{Context, Name};
use super::order_by::OrderClause;
use super::path::Path;
use super::value::Value;
pub use known::Sample;
use known::Survey;

/// Something legal that is probably a mistake. The expression means what it says all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What is odd, and what follows from it.
    pub message: String,
    /// The bytes of the text it is about.
    pub span: Range<usize>,
    /// What to write instead, when there is a good guess.
    pub help: Option<String>,
}

/// The documents of attributes that occur, when they are known. An empty list is as good as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// Those of all tasks.
    pub tasks: Option<&'a [Value]>,
    /// Those of all workers.
    pub workers: Option<&'a [Value]>,
}

/// What is odd about `expression` where it is written, in order of place.
///
/// - Cost: O(comparisons · documents); see [`Linter`] for many expressions.
#[must_use]
pub fn check(expression: &Expression, context: Context, known: &Known<'_>) -> Vec<Lint> {
    let [tasks, workers] = [known.tasks, known.workers].map(|known| known.map(Sample::new));
    Linter { tasks: tasks.as_ref(), workers: workers.as_ref() }.check(expression, context)
}

/// What is odd about an order of workers, in order of place: attributes that are no whole numbers.
#[must_use]
pub fn check_order_by(clauses: &[OrderClause], known: &Known<'_>) -> Vec<Lint> {
    let workers = known.workers.map(Sample::new);
    Linter { tasks: None, workers: workers.as_ref() }.check_order_by(clauses)
}

/// Checks many expressions against the same documents, each path of which is looked at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Linter<'a> {
    /// The documents of all tasks, where they are known.
    pub tasks: Option<&'a Sample<'a>>,
    /// The documents of all workers, where they are known.
    pub workers: Option<&'a Sample<'a>>,
}

impl Linter<'_> {
    /// As [`check`].
    #[must_use]
    pub fn check(&self, expression: &Expression, context: Context) -> Vec<Lint> {
        let mut checker = Checker { context, known: self, guards: Vec::new(), lints: Vec::new() };
        checker.condition(&expression.root);
        let mut lints = checker.lints;
        lints.sort_by_key(|lint| (lint.span.start, lint.span.end));
        lints.dedup();
        lints
    }

    /// As [`check_order_by`].
    #[must_use]
    pub fn check_order_by(&self, clauses: &[OrderClause]) -> Vec<Lint> {
        let Some(workers) = self.workers else { return Vec::new() };
        clauses.iter().filter_map(|clause| kinds::of_order(clause, workers)).collect()
    }
}

/// Walks the tree and collects.
struct Checker<'a> {
    context: Context,
    known: &'a Linter<'a>,
    /// Paths that a conjunct beside the current condition says are not null.
    guards: Vec<&'a Path>,
    lints: Vec<Lint>,
}

impl<'a> Checker<'a> {
    fn condition(&mut self, condition: &'a Spanned<Condition>) {
        match &condition.node {
            Condition::Or(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::And(parts) => {
                let outer = self.guards.len();
                self.guards.extend(parts.iter().filter_map(missing::guard));
                parts.iter().for_each(|part| self.condition(part));
                self.guards.truncate(outer);
            }
            Condition::Not(inner) => self.condition(inner),
            Condition::Compare(comparison) => self.comparison(comparison, &condition.span),
        }
    }

    fn comparison(&mut self, comparison: &'a Comparison, span: &Range<usize>) {
        let operator = &comparison.operator;
        if let Operator::NotHas | Operator::NotContains = operator.node {
            self.add("TaskRouter does not document this operator", &operator.span, None);
        }
        comparison.sides().into_iter().for_each(|side| self.paths(side));
        self.both_missing(comparison, span);
        match comparison.array_and_scalar() {
            Some([array, scalar]) => self.array_and_scalar(operator.node, array, scalar),
            None => self.scalars(comparison),
        }
    }

    fn paths(&mut self, operand: &'a Spanned<Operand>) {
        match &operand.node {
            Operand::Constant(_) => {}
            Operand::List(elements) => elements.iter().for_each(|element| self.paths(element)),
            Operand::Path(path) => {
                if !self.prefix(path, &operand.span) {
                    self.never_set(path, &operand.span);
                }
            }
        }
    }

    fn add(&mut self, message: impl Into<String>, span: &Range<usize>, help: Option<String>) {
        self.lints.push(Lint { message: message.into(), span: span.clone(), help });
    }

    fn name(&self, path: &Path) -> Name {
        Name::of(path, self.context)
    }

    /// What the known documents hold at `path`, if it is an attribute and documents are known.
    fn survey(&self, path: &Path) -> Option<Survey> {
        let (sample, path) = self.sample(path)?;
        Some(sample.survey(&path))
    }

    fn sample(&self, path: &Path) -> Option<(&'a Sample<'a>, Path)> {
        let (sample, path) = match self.name(path) {
            Name::Task(path) => (self.known.tasks?, path),
            Name::Worker(path) => (self.known.workers?, path),
            _ => return None,
        };
        if sample.is_empty() { None } else { Some((sample, path)) }
    }

    /// `task` or `worker`, for messages.
    fn whose(&self, path: &Path) -> &'static str {
        if let Name::Task(_) = self.name(path) { "task" } else { "worker" }
    }
}

#[cfg(test)]
mod tests;
