//! Expressions one by one, with what is known of tasks and workers.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::expr::{Known, Lint, Value, check, check_order_by};
use crate::routing::AttributesId;
use crate::scenario::lint::Scene;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let workers = distinct(scene);
    let known = |tasks| Known { tasks, workers: Some(&workers) };
    for written in &scene.draft.written.expressions {
        let tasks = written.configuration.and_then(|id| scene.tasks.get(&id));
        let known = known(tasks.map(Vec::as_slice));
        for Lint { message, span, help } in check(&written.expression, written.context, &known) {
            problems.push(told(scene, &written.string, span, (message, help)));
        }
    }
    for (string, clauses) in &scene.draft.written.orders {
        for Lint { message, span, help } in check_order_by(clauses, &known(None)) {
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
