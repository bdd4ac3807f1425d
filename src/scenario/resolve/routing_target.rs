//! Where tasks are sent directly: `"WQ…"`, or `{ worker = "day-1", ignore_capacity = true }`.

use crate::routing::RoutingTarget;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::{find, lookup};
use crate::scenario::resolve::value;

/// The worker, queue or workflow at `node`.
pub(super) fn routing_target(
    cx: &mut Context<'_>,
    node: &Node,
    draft: &Draft,
) -> Option<RoutingTarget> {
    if let Some(name) = node.as_str() {
        return bare(cx, node, name, draft);
    }
    if let Some(worker) = node.get("worker") {
        let ignore_capacity = value::flag(node.get("ignore_capacity")).unwrap_or(true);
        let worker = find(cx, worker, &draft.workers)?;
        return Some(RoutingTarget::Worker { worker, ignore_capacity });
    }
    if let Some(queue) = node.get("task_queue") {
        return find(cx, queue, &draft.queues).map(RoutingTarget::Queue);
    }
    find(cx, node.get("workflow")?, &draft.workflows).map(RoutingTarget::Workflow)
}

/// A sid says what it is of; a name must be the name of one thing only.
fn bare(cx: &mut Context<'_>, node: &Node, name: &str, draft: &Draft) -> Option<RoutingTarget> {
    let worker = lookup(&draft.workers, name)
        .map(|worker| RoutingTarget::Worker { worker, ignore_capacity: true });
    let queue = lookup(&draft.queues, name).map(RoutingTarget::Queue);
    let workflow = lookup(&draft.workflows, name).map(RoutingTarget::Workflow);
    let mut found = [worker, queue, workflow].into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(target), None) => Some(target),
        (None, _) => {
            let message = format!("no worker, queue or workflow is named `{name}`");
            cx.error(message, &node.place);
            None
        }
        (Some(_), Some(_)) => {
            let problem = Problem::error(format!("`{name}` names several things"), &node.place);
            cx.problems.push(
                problem.with_help(format!("say which, as in `{{ task_queue = \"{name}\" }}`")),
            );
            None
        }
    }
}
