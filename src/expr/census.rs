//! Which of many workers an expression takes, without asking each of them.
//!
//! What an expression asks about one attribute is answered once for each value that the attribute
//! has among the workers; `==`, HAS and IN are looked up. Answers are sets of rows, and AND, OR and
//! NOT go over sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::{MultiOps, RoaringBitmap};

use super::ast::Operator;
use super::compare::{equal, holds, numeric};
use super::compile::{Compiled, Node, Term, Test};
use super::eval::{Documents, Names};
use super::names::WorkerField;
use super::path::{PathId, Resolved};
use super::value::Value;

/// Many workers: what each keeps, by its number from 0.
pub trait Crowd {
    /// How many there are; fewer than 2^32.
    fn size(&self) -> usize;
    /// An attribute of one.
    fn attribute(&self, row: usize, path: PathId) -> &Value;
    /// The sid of one.
    fn sid(&self, row: usize) -> &str;
    /// The name of one.
    fn friendly_name(&self, row: usize) -> &str;
}

/// What was found out about a crowd, which must be the same in every question.
///
/// - Cost of a question: one test for each value of the attribute that a comparison asks about, and
///   for each equal value where it is `==`, HAS or IN; a test for each worker only for comparisons
///   of two attributes of a worker. The first one about an attribute reads it of each worker.
#[derive(Clone, Debug, Default)]
pub struct Census {
    columns: BTreeMap<ColumnId, Column>,
    n_tests: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ColumnId {
    Attribute(PathId),
    Sid,
    FriendlyName,
}

/// What all have in one place: who has which value.
#[derive(Clone, Debug, Default)]
struct Column {
    scalars: Index,
    /// What is in the arrays.
    elements: Index,
    arrays: RoaringBitmap,
    objects: RoaringBitmap,
}

/// Who has which value, those together that may be equal.
#[derive(Clone, Debug, Default)]
struct Index(BTreeMap<Key, Vec<(Value, RoaringBitmap)>>);

/// Values of different keys are never equal; those of one key may be: `'1'` and `'1.0'` are not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Null,
    Bool(bool),
    Number(u64),
    Text(Arc<str>),
}

/// A question: about whom, and with which task.
struct Question<'a, C> {
    crowd: &'a C,
    task: Option<&'a Resolved>,
}

impl Census {
    /// The rows that `expression` takes, with the attributes of a task if it reads them. What
    /// changes while running, activities and channels, is null.
    pub fn who(
        &mut self,
        crowd: &impl Crowd,
        expression: &Compiled,
        task: Option<&Resolved>,
    ) -> RoaringBitmap {
        self.node(&expression.root, &Question { crowd, task })
    }

    /// How many comparisons were made so far: what the cost grows with.
    #[must_use]
    pub const fn n_tests(&self) -> u64 {
        self.n_tests
    }

    fn node(&mut self, node: &Node, question: &Question<'_, impl Crowd>) -> RoaringBitmap {
        match node {
            Node::Always(value) => question.all_if(*value),
            Node::All(parts) => {
                let mut found = question.all_if(true);
                for part in parts {
                    if !found.is_empty() {
                        found &= self.node(part, question);
                    }
                }
                found
            }
            Node::Any(parts) => {
                let mut found = RoaringBitmap::new();
                parts.iter().for_each(|part| found |= self.node(part, question));
                found
            }
            Node::Not(inner) => question.all_if(true) - self.node(inner, question),
            Node::Test(test) => self.test(test, question),
        }
    }

    fn test(&mut self, test: &Test, question: &Question<'_, impl Crowd>) -> RoaringBitmap {
        let Test { left, operator, right } = test;
        match [question.fixed(left), question.fixed(right)] {
            [Some(left), Some(right)] => {
                self.n_tests += 1;
                question.all_if(holds(&left, *operator, &right))
            }
            [None, Some(value)] if let Some(id) = column(left) => {
                self.ask(id, question.crowd, (*operator, true, &value))
            }
            [Some(value), None] if let Some(id) = column(right) => {
                self.ask(id, question.crowd, (*operator, false, &value))
            }
            _ => self.ask_each(test, question),
        }
    }

    fn ask(
        &mut self,
        id: ColumnId,
        crowd: &impl Crowd,
        asked: (Operator, bool, &Value),
    ) -> RoaringBitmap {
        let column = self.columns.entry(id).or_insert_with(|| Column::of(id, crowd));
        column.answer(asked, &mut self.n_tests)
    }

    fn ask_each(&mut self, test: &Test, question: &Question<'_, impl Crowd>) -> RoaringBitmap {
        let Question { crowd, task } = *question;
        let rows = 0..row(crowd.size());
        self.n_tests += u64::from(rows.end);
        rows.filter(|row| test.holds(&Asked { crowd, row: *row as usize, task })).collect()
    }
}

impl<C: Crowd> Question<'_, C> {
    fn all_if(&self, holds: bool) -> RoaringBitmap {
        let mut rows = RoaringBitmap::new();
        if holds {
            rows.insert_range(0..row(self.crowd.size()));
        }
        rows
    }

    /// The value of a term that is the same for all.
    fn fixed(&self, term: &Term) -> Option<Value> {
        let varies = |term: &Term| !matches!(term, Term::Constant(_) | Term::Task(_));
        let names = Documents { task: self.task, worker: None };
        (!term.any(&varies)).then(|| term.value(&names).into_owned())
    }
}

const fn column(term: &Term) -> Option<ColumnId> {
    match term {
        Term::Worker(path) => Some(ColumnId::Attribute(*path)),
        Term::Field(WorkerField::Sid) => Some(ColumnId::Sid),
        Term::Field(WorkerField::FriendlyName) => Some(ColumnId::FriendlyName),
        _ => None,
    }
}

fn row(row: usize) -> u32 {
    u32::try_from(row).expect("fewer than 2^32 workers")
}

impl Column {
    fn of(id: ColumnId, crowd: &impl Crowd) -> Self {
        let mut column = Self::default();
        for row in 0..crowd.size() {
            match id {
                ColumnId::Attribute(path) => column.add(row, crowd.attribute(row, path)),
                ColumnId::Sid => column.add(row, &crowd.sid(row).into()),
                ColumnId::FriendlyName => column.add(row, &crowd.friendly_name(row).into()),
            }
        }
        column
    }

    fn add(&mut self, number: usize, value: &Value) {
        let number = row(number);
        match value {
            Value::Object(_) => drop(self.objects.insert(number)),
            Value::Array(elements) => {
                self.arrays.insert(number);
                elements.iter().for_each(|element| self.elements.add(number, element));
            }
            scalar => self.scalars.add(number, scalar),
        }
    }

    /// Who has a value of which this is true; `is_left` if the attribute is on the left.
    fn answer(
        &self,
        (operator, is_left, value): (Operator, bool, &Value),
        n_tests: &mut u64,
    ) -> RoaringBitmap {
        match (operator, is_left) {
            (Operator::Has, true) | (Operator::In, false) => self.having(value, n_tests),
            (Operator::NotHas, true) | (Operator::NotIn, false) if value.is_scalar() => {
                &self.arrays - self.having(value, n_tests)
            }
            (Operator::In, true) | (Operator::Has, false) => {
                let values = value.as_array().unwrap_or_default();
                let values = values.iter().filter(|value| !value.is_null());
                let mut found = RoaringBitmap::new();
                values.for_each(|value| found |= self.scalars.equal(value, n_tests));
                found
            }
            (Operator::Equal, _) if value.is_scalar() => self.scalars.equal(value, n_tests),
            _ => self.test_all((operator, is_left, value), n_tests),
        }
    }

    fn having(&self, value: &Value, n_tests: &mut u64) -> RoaringBitmap {
        if value.is_null() { RoaringBitmap::new() } else { self.elements.equal(value, n_tests) }
    }

    /// Tests each value. Of arrays and objects these operators ask only whether there is one.
    fn test_all(
        &self,
        (operator, is_left, value): (Operator, bool, &Value),
        n_tests: &mut u64,
    ) -> RoaringBitmap {
        let mut holds = |own: &Value| {
            *n_tests += 1;
            if is_left { holds(own, operator, value) } else { holds(value, operator, own) }
        };
        let no_fields: [(&str, Value); 0] = [];
        let others =
            [(&Value::array([false; 0]), &self.arrays), (&Value::object(no_fields), &self.objects)];
        let others = others.into_iter().filter(|(_, rows)| !rows.is_empty());
        let scalars = self.scalars.0.values().flatten().map(|(own, rows)| (own, rows));
        scalars.chain(others).filter(|(own, _)| holds(own)).map(|(_, rows)| rows).union()
    }
}

impl Index {
    fn add(&mut self, row: u32, value: &Value) {
        let Some(key) = Key::of(value) else { return };
        let alike = self.0.entry(key).or_default();
        match alike.iter_mut().find(|(known, _)| known == value) {
            Some((_, rows)) => drop(rows.insert(row)),
            None => alike.push((value.clone(), RoaringBitmap::from([row]))),
        }
    }

    fn equal(&self, value: &Value, n_tests: &mut u64) -> RoaringBitmap {
        let alike = Key::of(value).and_then(|key| self.0.get(&key));
        let mut found = RoaringBitmap::new();
        for (own, rows) in alike.into_iter().flatten() {
            *n_tests += 1;
            if equal(own, value) == Some(true) {
                found |= rows;
            }
        }
        found
    }
}

impl Key {
    /// None for what is never equal to anything.
    fn of(value: &Value) -> Option<Self> {
        // What is added makes one zero of the two.
        let number = |number: f64| Self::Number((number + 0.0).to_bits());
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(value) => number(*value),
            Value::String(text) => numeric(text).map_or_else(|| Self::Text(text.clone()), number),
            Value::Array(_) | Value::Object(_) => return None,
        })
    }
}

/// One of the crowd.
struct Asked<'a, C> {
    crowd: &'a C,
    row: usize,
    task: Option<&'a Resolved>,
}

impl<C: Crowd> Names for Asked<'_, C> {
    fn task(&self, path: PathId) -> &Value {
        self.task.map_or(&Value::Null, |task| task.get(path))
    }

    fn worker(&self, path: PathId) -> &Value {
        self.crowd.attribute(self.row, path)
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        match field {
            WorkerField::Sid => self.crowd.sid(self.row).into(),
            WorkerField::FriendlyName => self.crowd.friendly_name(self.row).into(),
            WorkerField::ActivitySid | WorkerField::ActivityName => Value::Null,
        }
    }
}

#[cfg(test)]
mod tests;
