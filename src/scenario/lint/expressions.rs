//! Expressions one by one, with what is known of tasks and workers.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::expr::{Lint, Linter, Sample, Value};
use crate::routing::AttributesId;
use crate::scenario::lint::Scene;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let workers = distinct(scene);
    let workers = Sample::new(&workers);
    let tasks: BTreeMap<_, _> =
        scene.tasks.iter().map(|(id, tasks)| (*id, Sample::new(tasks))).collect();
    let linter = |tasks| Linter { tasks, workers: Some(&workers) };
    for written in &scene.draft.written.expressions {
        let tasks = written.configuration.and_then(|id| tasks.get(&id));
        let lints = linter(tasks).check(&written.expression, written.context);
        for Lint { message, span, help } in lints {
            problems.push(told(scene, &written.string, span, (message, help)));
        }
    }
    for (string, clauses) in &scene.draft.written.orders {
        for Lint { message, span, help } in linter(None).check_order_by(clauses) {
            problems.push(told(scene, string, span, (message, help)));
        }
    }
}

/// The documents of workers, those that are the same once.
fn distinct(scene: &Scene<'_>) -> Vec<Value> {
    let documents = scene.draft.workers.iter().zip(&scene.workers);
    let by_id: BTreeMap<AttributesId, &Value> =
        documents.map(|(worker, document)| (worker.attributes, document)).collect();
    by_id.into_values().cloned().collect()
}

fn told(
    scene: &Scene<'_>,
    string: &Node,
    span: Range<usize>,
    (message, help): (String, Option<String>),
) -> Problem {
    let problem = Problem::warning(message, &scene.texts.sub_place(string, span));
    help.into_iter().fold(problem, Problem::with_help)
}
