//! Task queues.

use crate::expr::{Compiled, Context as Where};
use crate::id::Id;
use crate::routing::{ActivityId, QueueId, TaskQueue};
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::find;
use crate::scenario::resolve::sid::{Kind, sid};
use crate::scenario::resolve::unique::unique;
use crate::scenario::resolve::value;
use crate::scenario::resolve::workspace::{by_name_or_sid, task_order};

impl Draft {
    /// The queues in the list at `node`.
    pub(super) fn queues(&mut self, cx: &mut Context<'_>, node: Option<&Node>) {
        for node in value::list(node) {
            let Some(name) = value::text(node.get("friendly_name").or(node.get("sid"))) else {
                continue;
            };
            let queue = TaskQueue {
                sid: sid(cx, Kind::TaskQueue, name, Some(node)),
                friendly_name: name.into(),
                target_workers: self.target_workers(cx, node),
                max_reserved_workers: max_reserved_workers(cx, node.get("max_reserved_workers")),
                task_order: task_order(node.get("task_order")),
                reservation_activity: self.legacy(cx, node, ["reservation_activity", "Reserved"]),
                assignment_activity: self.legacy(cx, node, ["assignment_activity", "Busy"]),
            };
            let is_new = !self.queue_ids.has_one_like(&queue);
            if is_new || unique(cx, &self.queues, &queue, node) {
                let name = node.get("friendly_name").unwrap_or(node);
                self.add_queue(queue, name);
            }
        }
    }

    /// Who is a member: everybody where nothing is said, nobody where the text is empty (TR-145).
    fn target_workers(&mut self, cx: &mut Context<'_>, queue: &Node) -> Option<Compiled> {
        let Some(node) = queue.get("target_workers") else { return Some(Compiled::always(true)) };
        if node.as_str()?.trim().is_empty() {
            let name = value::text(queue.get("friendly_name")).unwrap_or_default();
            cx.warn(format!("queue `{name}` has no workers: its expression is empty"), &node.place);
            return None;
        }
        self.expression(cx, node, Where::TargetWorkers)
    }

    /// An activity of single-tasking; of no concern otherwise.
    fn legacy(
        &mut self,
        cx: &mut Context<'_>,
        node: &Node,
        [key, usual]: [&str; 2],
    ) -> Option<ActivityId> {
        if self.multi_task_enabled {
            return None;
        }
        let named = by_name_or_sid(cx, Some(node), key, &self.activities);
        Some(named.unwrap_or_else(|| self.unavailable(cx, usual)))
    }

    /// The queue that `node` names, by name or sid.
    pub(super) fn find_queue(&mut self, cx: &mut Context<'_>, node: &Node) -> Option<QueueId> {
        let name = node.as_str()?;
        match self.queue_ids.lookup(name) {
            None if self.unknown_queues => Some(self.add_queue(unknown(name), node)),
            None => find(cx, node, &self.queues),
            known => known,
        }
    }

    /// Tells that nothing is known of the queues, if that is so.
    pub(super) fn tell_unknown_queues(&self, cx: &mut Context<'_>) {
        if let (true, Some(place)) = (self.unknown_queues, self.written.queues.iter().next()) {
            let many = self.queues.len();
            let message = match many {
                1 => "nothing is known of this queue".to_owned(),
                _ => format!("nothing is known of this queue and {} more", many - 1),
            };
            let problem = Problem::warning(message, place);
            cx.problems.push(problem.with_help("give the exported task queues beside it"));
        }
    }

    fn add_queue(&mut self, queue: TaskQueue, node: &Node) -> QueueId {
        self.written.queues.push(node.place.clone());
        let id = QueueId::new(self.queues.len());
        self.queue_ids.add(&queue, id);
        self.queues.push(queue)
    }
}

/// 1 to 50 (TR-333).
fn max_reserved_workers(cx: &mut Context<'_>, node: Option<&Node>) -> usize {
    let Some(node) = node else { return 1 };
    let many = value::whole(Some(node)).filter(|many| (1..=50).contains(many));
    if many.is_none() {
        cx.error("a task is offered to 1 to 50 workers at once", &node.place);
    }
    many.unwrap_or(1)
}

fn unknown(name: &str) -> TaskQueue {
    TaskQueue {
        sid: name.into(),
        friendly_name: name.into(),
        target_workers: Some(Compiled::always(true)),
        max_reserved_workers: 1,
        task_order: task_order(None),
        reservation_activity: None,
        assignment_activity: None,
    }
}
