//! Any text is an expression that means the same however it is written, or has a fault at a place.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use taskrouter_sim::expr::ast::{Condition, Spanned};
use taskrouter_sim::expr::{
    ChannelField, Compiled, Context, Counter, ExprError, Expression, Known, Lint, Names, PathId,
    Paths, Resolved, Value, WorkerField, check, check_order_by, parse, parse_known_worker,
    parse_order_by, witness, witness_worker,
};

const CONTEXTS: [Context; 4] =
    [Context::Filter, Context::Target, Context::TargetWorkers, Context::SkipIf];

/// Longer texts are slow and say nothing new.
const MAX_BYTES: usize = 4096;
/// Below this, one more pair of parentheses is never too deep.
const SHALLOW_BYTES: usize = 150;

static DOCUMENTS: LazyLock<[Value; 4]> = LazyLock::new(|| {
    let list = Value::array(["x".into(), 1.0.into(), Value::Null]);
    let inner = Value::object([("c", Value::from(true)), ("d", "1".into())]);
    [
        Value::object(Vec::<(&str, Value)>::new()),
        Value::object([("a", Value::from(1.0)), ("b", inner), ("skills", list.clone())]),
        Value::object([("a", Value::from("1")), ("b", list), ("level", 2.5.into())]),
        Value::object([("a", Value::from("x")), ("type", "sales".into()), ("b", Value::Null)]),
    ]
});

/// A task and a worker with some of everything.
struct Pair {
    task: Resolved,
    worker: Resolved,
}

impl Names for Pair {
    fn task(&self, path: PathId) -> &Value {
        self.task.get(path)
    }
    fn worker(&self, path: PathId) -> &Value {
        self.worker.get(path)
    }
    fn worker_field(&self, field: WorkerField) -> Value {
        Value::from(match field {
            WorkerField::Sid => "WK1",
            WorkerField::FriendlyName => "x",
            WorkerField::ActivitySid => "WA1",
            WorkerField::ActivityName => "Available",
        })
    }
    fn channel(&self, unique_name: &str, field: ChannelField) -> Option<f64> {
        (unique_name == "voice").then_some(match field {
            ChannelField::ConfiguredCapacity => 2.0,
            ChannelField::AssignedTasks => 1.0,
            ChannelField::AvailableCapacityPercentage => 50.0,
        })
    }
    fn workers(&self, counter: &Counter) -> Option<u64> {
        match counter {
            Counter::Available => Some(1),
            Counter::Unavailable => Some(0),
            Counter::Activity(_) => None,
        }
    }
}

fuzz_target!(|text: &str| -> Corpus {
    if MAX_BYTES < text.len() {
        return Corpus::Reject;
    }
    for context in CONTEXTS {
        match parse(text, context) {
            Ok(expression) => holds_together(text, context, &expression),
            Err(error) => is_at_a_place(text, &error),
        }
    }
    match parse_order_by(text) {
        Ok(clauses) => {
            let known = Known { tasks: None, workers: Some(&*DOCUMENTS) };
            are_at_places(text, &check_order_by(&clauses, &known));
        }
        Err(error) => is_at_a_place(text, &error),
    }
    if let Err(error) = parse_known_worker(text) {
        is_at_a_place(text, &error);
    }
    Corpus::Keep
});

fn is_at_a_place(text: &str, error: &ExprError) {
    assert!(text.get(error.span.clone()).is_some(), "{error:?}");
    assert!(!error.message.is_empty(), "{error:?}");
}

fn are_at_places(text: &str, lints: &[Lint]) {
    for lint in lints {
        assert!(text.get(lint.span.clone()).is_some(), "{lint:?}");
        assert!(!lint.message.is_empty(), "{lint:?}");
    }
}

/// What must hold of every expression.
fn holds_together(text: &str, context: Context, expression: &Expression) {
    for documents in [None, Some(&DOCUMENTS[..])] {
        let known = Known { tasks: documents, workers: documents };
        are_at_places(text, &check(expression, context, &known));
    }
    let shown = expression.to_string();
    let again = parse(&shown, context).unwrap_or_else(|error| panic!("{shown}: {error:?}"));
    assert_eq!(&again, expression, "{shown}");

    let said = verdicts(expression, context);
    assert_eq!(by_hand(&expression.root, context), said, "{shown}");
    assert_eq!(verdicts(&again, context), said, "{shown}");
    match parse(&format!("NOT (\n{text}\n)"), context) {
        Ok(negated) => {
            let opposite: Vec<bool> = said.iter().map(|said| !said).collect();
            assert_eq!(verdicts(&negated, context), opposite, "NOT ({shown})");
        }
        Err(error) => assert!(SHALLOW_BYTES < text.len(), "NOT ({text}): {error:?}"),
    }
    match context {
        Context::Filter => drop(witness(expression)),
        Context::TargetWorkers => drop(witness_worker(expression)),
        Context::Target | Context::SkipIf => {}
    }
}

/// What the expression says of each pair of documents, in one piece as taken apart.
fn verdicts(expression: &Expression, context: Context) -> Vec<bool> {
    let mut paths = Paths::new();
    let whole = expression.compile(context, &mut paths);
    let split = whole.clone().split();
    let parts = [split.worker_only, split.pair, split.live];
    pairs(&paths)
        .map(|pair| {
            let holds = |part: &Option<Compiled>| part.as_ref().is_none_or(|it| it.matches(&pair));
            let said = whole.matches(&pair);
            assert_eq!(parts.iter().all(holds), said, "{expression}");
            said
        })
        .collect()
}

/// Each document as a task with each as a worker.
fn pairs(paths: &Paths) -> impl Iterator<Item = Pair> {
    let resolved = || DOCUMENTS.iter().map(|document| paths.resolve(document));
    resolved()
        .flat_map(move |task| resolved().map(move |worker| Pair { task: task.clone(), worker }))
}

/// The same, each comparison for itself, put together by the meaning of AND, OR and NOT.
fn by_hand(condition: &Spanned<Condition>, context: Context) -> Vec<bool> {
    let all = |parts: &[Spanned<Condition>], put: fn(bool, bool) -> bool| {
        let mut said = parts.iter().map(|part| by_hand(part, context));
        let first = said.next().expect("two or more");
        said.fold(first, |one, two| one.into_iter().zip(two).map(|(a, b)| put(a, b)).collect())
    };
    match &condition.node {
        Condition::And(parts) => all(parts, |a, b| a && b),
        Condition::Or(parts) => all(parts, |a, b| a || b),
        Condition::Not(inner) => by_hand(inner, context).iter().map(|said| !said).collect(),
        Condition::Compare(_) => {
            let mut paths = Paths::new();
            let alone = Expression { root: condition.clone() }.compile(context, &mut paths);
            pairs(&paths).map(|pair| alone.matches(&pair)).collect()
        }
    }
}
