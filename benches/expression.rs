//! Expressions: reading one, and asking it.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use taskrouter_sim::expr::{Compiled, Context, Documents, Paths, Value, parse};

/// A filter of usual size, and a target that compares a task with a worker.
const EXPRESSIONS: [(&str, Context, &str); 3] = [
    ("equality", Context::Filter, "skill == 'sales'"),
    (
        "filter",
        Context::Filter,
        "(type == 'call' OR type == 'callback') AND region IN ['emea', 'apac'] AND value >= 100",
    ),
    (
        "target",
        Context::Target,
        "task.skill IN worker.skills AND worker.level > 2 AND NOT worker.team == 'night'",
    ),
];

fn task() -> Value {
    let texts = [("skill", "sales"), ("type", "callback"), ("region", "apac"), ("value", "250")];
    Value::object(texts)
}

fn worker() -> Value {
    let skills = Value::array(["support", "billing", "sales"]);
    Value::object([("skills", skills), ("level", Value::from(3)), ("team", Value::from("day"))])
}

fn reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("expression/parse");
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    for (name, context, text) in EXPRESSIONS {
        group.bench_function(name, |b| b.iter(|| parse(black_box(text), context)));
    }
    group.finish();
}

fn asking(c: &mut Criterion) {
    let mut paths = Paths::new();
    let compile = |(name, context, text)| {
        let expression = parse(text, context).expect("an expression of ours");
        (name, expression.compile(context, &mut paths))
    };
    let compiled: Vec<(&str, Compiled)> = EXPRESSIONS.into_iter().map(compile).collect();
    let (task, worker) = (paths.resolve(&task()), paths.resolve(&worker()));
    let documents = Documents { task: Some(&task), worker: Some(&worker) };
    let mut group = c.benchmark_group("expression/evaluate");
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    for (name, expression) in compiled {
        assert!(expression.matches(&documents), "{name} is to be evaluated to its end");
        group.bench_function(name, |b| b.iter(|| expression.matches(black_box(&documents))));
    }
    group.finish();
}

criterion_group!(benches, reading, asking);
criterion_main!(benches);
