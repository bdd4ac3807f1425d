//! Names bound and constants worked out, so that evaluation has little left to do.

use std::sync::Arc;

use super::ast::{Comparison, Condition, Expression, Operand, Operator, Spanned};
use super::eval::Names;
use super::names::{ChannelField, Context, Counter, Name, WorkerField};
use super::path::{PathId, Paths};
use super::value::Value;

/// An expression that is ready to be asked.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(super) root: Node,
}

impl Expression {
    /// Binds the names as they are meant in `context`; the attributes' paths go into `paths`.
    #[must_use]
    pub fn compile(&self, context: Context, paths: &mut Paths) -> Compiled {
        Compiled { root: Binder { context, paths }.condition(&self.root.node) }
    }
}

impl Compiled {
    /// One that says the same of everybody.
    #[must_use]
    pub const fn always(value: bool) -> Self {
        Self { root: Node::Always(value) }
    }

    /// Whether it holds for these names.
    pub fn matches(&self, names: &impl Names) -> bool {
        self.root.matches(names)
    }

    /// What it says of everybody, if it is the same for all whatever their attributes are.
    #[must_use]
    pub const fn constant(&self) -> Option<bool> {
        if let Node::Always(value) = self.root { Some(value) } else { None }
    }

    /// Whether it reads a task attribute.
    #[must_use]
    pub fn reads_task(&self) -> bool {
        self.root.any_term(&|term| matches!(term, Term::Task(_)))
    }

    /// The task attributes that it reads, in order of the text; some of them several times.
    #[must_use]
    pub fn task_paths(&self) -> Vec<PathId> {
        let mut found = Vec::new();
        self.root.each_term(&mut |term| {
            if let Term::Task(path) = term {
                found.push(*path);
            }
        });
        found
    }

    /// Whether it reads anything of the worker.
    #[must_use]
    pub fn reads_worker(&self) -> bool {
        self.root
            .any_term(&|term| matches!(term, Term::Worker(_) | Term::Field(_) | Term::Channel(..)))
    }

    /// Whether it reads what changes while running: an activity, a channel's state, a counter.
    #[must_use]
    pub fn reads_live(&self) -> bool {
        self.root.any_term(&Term::is_live)
    }
}

/// A bound condition. Nothing but a root is `Always`.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Always(bool),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Box<Node>),
    Test(Box<Test>),
}

#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) left: Term,
    pub(super) operator: Operator,
    pub(super) right: Term,
}

#[derive(Clone, Debug)]
pub(super) enum Term {
    Constant(Value),
    Task(PathId),
    Worker(PathId),
    Field(WorkerField),
    Channel(Arc<str>, ChannelField),
    Counter(Counter),
    /// Not all of its elements are constants.
    List(Box<[Term]>),
}

impl Node {
    fn any_term(&self, wanted: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::Always(_) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any_term(wanted)),
            Self::Not(inner) => inner.any_term(wanted),
            Self::Test(test) => test.left.any(wanted) || test.right.any(wanted),
        }
    }
}

impl Node {
    fn each_term(&self, visit: &mut impl FnMut(&Term)) {
        match self {
            Self::Always(_) => {}
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.each_term(visit));
            }
            Self::Not(inner) => inner.each_term(visit),
            Self::Test(test) => [&test.left, &test.right].into_iter().for_each(|t| t.each(visit)),
        }
    }
}

impl Term {
    fn each(&self, visit: &mut impl FnMut(&Self)) {
        match self {
            Self::List(terms) => terms.iter().for_each(|term| term.each(visit)),
            term => visit(term),
        }
    }

    pub(super) fn any(&self, wanted: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::List(terms) => terms.iter().any(|term| term.any(wanted)),
            term => wanted(term),
        }
    }

    const fn is_live(&self) -> bool {
        matches!(
            self,
            Self::Field(WorkerField::ActivitySid | WorkerField::ActivityName)
                | Self::Channel(..)
                | Self::Counter(_)
        )
    }
}

struct Binder<'a> {
    context: Context,
    paths: &'a mut Paths,
}

impl Binder<'_> {
    fn condition(&mut self, condition: &Condition) -> Node {
        match condition {
            Condition::And(parts) => join(self.conditions(parts), false, Node::All),
            Condition::Or(parts) => join(self.conditions(parts), true, Node::Any),
            Condition::Not(inner) => match self.condition(&inner.node) {
                Node::Always(value) => Node::Always(!value),
                Node::Not(inner) => *inner,
                node => Node::Not(Box::new(node)),
            },
            Condition::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn conditions(&mut self, parts: &[Spanned<Condition>]) -> Vec<Node> {
        parts.iter().map(|part| self.condition(&part.node)).collect()
    }

    fn comparison(&mut self, comparison: &Comparison) -> Node {
        let left = self.operand(&comparison.left.node);
        let right = self.operand(&comparison.right.node);
        let test = Test { left, operator: comparison.operator.node, right };
        match (&test.left, &test.right) {
            (Term::Constant(_), Term::Constant(_)) => Node::Always(test.holds(&Nobody)),
            _ => Node::Test(Box::new(test)),
        }
    }

    fn operand(&mut self, operand: &Operand) -> Term {
        match operand {
            Operand::Constant(value) => Term::Constant(value.clone()),
            Operand::Path(path) => match Name::of(path, self.context) {
                Name::Task(path) => Term::Task(self.paths.intern(&path)),
                Name::Worker(path) => Term::Worker(self.paths.intern(&path)),
                Name::Field(field) => Term::Field(field),
                Name::Channel(name, field) => Term::Channel(name, field),
                Name::Counter(counter) => Term::Counter(counter),
                Name::Nothing(_) => Term::Constant(Value::Null),
            },
            Operand::List(elements) => {
                list(elements.iter().map(|element| self.operand(&element.node)).collect())
            }
        }
    }
}

/// There is nobody to ask where there are only constants.
struct Nobody;

impl Names for Nobody {}

/// A constant if all elements are.
fn list(terms: Vec<Term>) -> Term {
    let constant = |term: &Term| {
        if let Term::Constant(value) = term { Some(value.clone()) } else { None }
    };
    match terms.iter().map(constant).collect::<Option<Vec<_>>>() {
        Some(values) => Term::Constant(values.into()),
        None => Term::List(terms.into()),
    }
}

/// AND or OR of `parts`: one that is `deciding` decides, the opposite is left out; ANDs in an AND
/// are laid out flat, to be taken apart.
pub(super) fn join(parts: Vec<Node>, deciding: bool, of: fn(Box<[Node]>) -> Node) -> Node {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Node::Always(value) if value == deciding => return Node::Always(deciding),
            Node::Always(_) => {}
            Node::All(inner) if !deciding => kept.extend(inner),
            part => kept.push(part),
        }
    }
    match kept.len() {
        0 => Node::Always(!deciding),
        1 => kept.remove(0),
        _ => of(kept.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn compiled(text: &str, context: Context) -> Compiled {
        parse(text, context).expect("an expression").compile(context, &mut Paths::new())
    }

    #[test]
    fn what_no_attribute_can_change_is_a_constant() {
        let constant = |text| compiled(text, Context::Filter).constant();
        assert_eq!(constant("1==1"), Some(true));
        assert_eq!(constant("1==0 AND type == 'x'"), Some(false));
        assert_eq!(constant("type == 'x' OR NOT 1==0"), Some(true));
        assert_eq!(constant("'a' IN ['a', 'b'] AND type == 'x'"), None);
        assert_eq!(constant("type == 'x'"), None);
        assert_eq!(constant("1==1 AND 2==2"), Some(true));
        assert_eq!(constant("1==0 OR 2==0"), Some(false));
    }

    #[test]
    fn the_task_attributes_that_are_read_are_told() {
        let mut paths = Paths::new();
        let [b, a] = ["b", "a"].map(|path| paths.intern(&path.parse().expect("a path")));
        let text = "NOT (task.a == 1 OR worker.b IN [task.b, 2]) AND task.a > worker.a";
        let expression = parse(text, Context::Target).expect("an expression");
        assert_eq!(expression.compile(Context::Target, &mut paths).task_paths(), [a, b, a]);
    }

    #[test]
    fn an_expression_knows_what_it_reads() {
        let reads = |text| {
            let compiled = compiled(text, Context::Target);
            [compiled.reads_task(), compiled.reads_worker(), compiled.reads_live()]
        };
        assert_eq!(reads("task.a == 1"), [true, false, false]);
        assert_eq!(reads("worker.sid IN [1, task.a]"), [true, true, false]);
        assert_eq!(reads("NOT worker.activity_name == 'x'"), [false, true, true]);
        assert_eq!(reads("worker.channel.chat.assigned_tasks == 0"), [false, true, true]);
        assert_eq!(reads("1==1"), [false; 3]);
    }
}
