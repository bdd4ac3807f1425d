//! A workflow's document: filters, targets, the default filter, and their many spellings.

use crate::expr::{Compiled, Context as Where, parse_known_worker, parse_order_by};
use crate::routing::{Configuration, Filter, KnownWorker, OrderBy, QueueId, Target};
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::{Draft, WrittenConfiguration, WrittenFilter};
use crate::scenario::resolve::expression::malformed;
use crate::scenario::resolve::value;
use crate::time::Span;

const WRAPPERS: [&str; 2] = ["task_routing", "taskRouting"];
const FILTER_NAMES: [&str; 4] =
    ["friendly_name", "filter_friendly_name", "friendlyName", "filterFriendlyName"];
const DEFAULTS: [&str; 2] = ["default_filter", "defaultFilter"];
const QUEUES: [&str; 2] = ["queue", "task_queue_sid"];
const TARGET_KEYS: [&str; 9] = [
    "queue",
    "task_queue_sid",
    "expression",
    "priority",
    "timeout",
    "order_by",
    "skip_if",
    "known_worker_sid",
    "known_worker_friendly_name",
];

impl Draft {
    /// What the document at `node` says.
    pub(super) fn configuration(
        &mut self,
        cx: &mut Context<'_>,
        node: &Node,
        written: &mut WrittenConfiguration,
    ) -> Configuration {
        let wrapped = first(node, &WRAPPERS);
        if wrapped.is_some() {
            ignored(cx, node, &[&WRAPPERS], "a workflow");
        }
        let body = wrapped.unwrap_or(node);
        if body.as_table().is_none() {
            return Configuration::default();
        }
        ignored(cx, body, &[&["filters"], &DEFAULTS], "`task_routing`");
        let mut configuration = Configuration::default();
        for filter in value::list(body.get("filters")) {
            if let Some((filter, places)) = self.filter(cx, filter) {
                configuration.filters.push(filter);
                written.filters.push(places);
            }
        }
        if let Some(default) = first(body, &DEFAULTS) {
            configuration.default_filter = self.default_filter(cx, default);
            written.default_filter = Some(default.place.clone());
        }
        if value::list(body.get("filters")).is_empty() && written.default_filter.is_none() {
            cx.error("no filters and no default filter: it takes no task", &body.place);
        }
        configuration
    }

    fn filter(&mut self, cx: &mut Context<'_>, node: &Node) -> Option<(Filter, WrittenFilter)> {
        ignored(cx, node, &[&FILTER_NAMES, &["expression", "targets"]], "a filter");
        let place = node.get("expression").map_or(&node.place, |expression| &expression.place);
        let expression = self.filter_expression(cx, node);
        let targets = value::list(node.get("targets"));
        if targets.is_empty() {
            cx.error("a filter needs a target", &node.place);
        }
        let mut written = WrittenFilter { place: place.clone(), targets: Vec::new() };
        let mut resolved = Vec::new();
        let mut queue = None;
        for target in targets {
            queue = self.target_queue(cx, target, queue);
            if let Some(queue) = queue {
                resolved.push(self.target(cx, target, queue));
                written.targets.push(target.place.clone());
            }
        }
        let friendly_name = first(node, &FILTER_NAMES).and_then(Node::as_str).unwrap_or_default();
        let filter = Filter {
            friendly_name: friendly_name.into(),
            expression: expression?,
            targets: resolved,
        };
        (!filter.targets.is_empty()).then_some((filter, written))
    }

    fn filter_expression(&mut self, cx: &mut Context<'_>, filter: &Node) -> Option<Compiled> {
        let Some(node) = filter.get("expression") else {
            let message = "a filter needs an expression";
            let problem = Problem::error(message, &filter.place);
            cx.problems.push(problem.with_help("for a filter that takes everything write `1==1`"));
            return None;
        };
        let Some(text) = node.as_str() else {
            cx.error("an expression is a text", &node.place);
            return None;
        };
        if text.trim().is_empty() {
            cx.warn("an empty expression never matches", &node.place);
            return Some(Compiled::always(false));
        }
        self.expression(cx, node, Where::Filter)
    }

    /// The queue of a target, by default that of the one before.
    fn target_queue(
        &mut self,
        cx: &mut Context<'_>,
        target: &Node,
        before: Option<QueueId>,
    ) -> Option<QueueId> {
        match first(target, &QUEUES) {
            Some(node) => self.find_queue(cx, node).or(before),
            None => {
                if before.is_none() {
                    cx.error("the first target needs a queue", &target.place);
                }
                before
            }
        }
    }

    fn target(&mut self, cx: &mut Context<'_>, node: &Node, queue: QueueId) -> Target {
        ignored(cx, node, &[&TARGET_KEYS], "a target");
        let expression = self.written_expression(cx, node.get("expression"), Where::Target);
        Target {
            queue,
            expression: expression.map(Compiled::split),
            priority: priority(cx, node),
            timeout: timeout(cx, node),
            order_by: self.order_by(cx, node),
            skip_if: self.written_expression(cx, node.get("skip_if"), Where::SkipIf),
            known_worker: self.known_worker(cx, node),
        }
    }

    /// The expression at `node`; an empty one is as good as none.
    fn written_expression(
        &mut self,
        cx: &mut Context<'_>,
        node: Option<&Node>,
        context: Where,
    ) -> Option<Compiled> {
        let node = node.filter(|node| node.as_str().is_some_and(|text| !text.trim().is_empty()))?;
        self.expression(cx, node, context)
    }

    fn order_by(&mut self, cx: &mut Context<'_>, target: &Node) -> Vec<OrderBy> {
        let Some(node) = target.get("order_by") else { return Vec::new() };
        let Some(text) = node.as_str().filter(|text| !text.trim().is_empty()) else {
            return Vec::new();
        };
        match parse_order_by(text) {
            Ok(clauses) => {
                let paths = &mut self.paths;
                let order = clauses.iter().map(|clause| OrderBy {
                    path: paths.intern(&clause.path),
                    descending: clause.descending,
                });
                let order = order.collect();
                self.written.orders.push((node.clone(), clauses));
                order
            }
            Err(error) => {
                malformed(cx, node, error);
                Vec::new()
            }
        }
    }

    fn known_worker(&mut self, cx: &mut Context<'_>, target: &Node) -> Option<KnownWorker> {
        let (sid, name) = ("known_worker_sid", "known_worker_friendly_name");
        if let (Some(_), Some(ignored)) = (target.get(sid), target.get(name)) {
            cx.warn(format!("TaskRouter wants `{sid}` or `{name}`, not both"), &ignored.place);
        }
        let node = target.get(sid).or(target.get(name))?;
        match parse_known_worker(node.as_str()?) {
            Ok(path) => {
                let path = self.paths.intern(&path);
                let by_sid = target.get(sid).is_some();
                Some(if by_sid { KnownWorker::Sid(path) } else { KnownWorker::FriendlyName(path) })
            }
            Err(error) => {
                let problem = cx.malformed(node, error);
                cx.problems.push(problem);
                None
            }
        }
    }

    /// The default filter: a queue, and perhaps a priority.
    fn default_filter(&mut self, cx: &mut Context<'_>, node: &Node) -> Option<Target> {
        ignored(cx, node, &[&QUEUES, &["priority"], &FILTER_NAMES], "the default filter");
        let Some(queue) = first(node, &QUEUES) else {
            cx.error("the default filter needs a queue", &node.place);
            return None;
        };
        Some(Target {
            queue: self.find_queue(cx, queue)?,
            expression: None,
            priority: priority(cx, node),
            timeout: None,
            order_by: Vec::new(),
            skip_if: None,
            known_worker: None,
        })
    }
}

fn first<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    keys.iter().find_map(|key| node.get(key))
}

/// Warns of the keys at `node` that are none of `known`.
fn ignored(cx: &mut Context<'_>, node: &Node, known: &[&[&str]], whose: &str) {
    let entries = node.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
    for entry in entries {
        if !known.iter().any(|keys| keys.contains(&entry.key.as_str())) {
            let message = format!("TaskRouter ignores `{}` in {whose}", entry.key);
            let problem = Problem::warning(message, &entry.key_place);
            let misplaced = DEFAULTS.contains(&entry.key.as_str());
            cx.problems.push(if misplaced {
                problem.with_help("it belongs into `task_routing`")
            } else {
                problem
            });
        }
    }
}

fn priority(cx: &mut Context<'_>, target: &Node) -> Option<u32> {
    let node = target.get("priority")?;
    let priority =
        value::whole(Some(node)).filter(|priority: &u32| i32::try_from(*priority).is_ok());
    if priority.is_none() {
        cx.error("a priority is a whole number from 0 to 2147483647", &node.place);
    }
    priority
}

fn timeout(cx: &mut Context<'_>, target: &Node) -> Option<Span> {
    let node = target.get("timeout")?;
    let timeout = value::seconds(Some(node)).filter(|timeout| Span::ZERO < *timeout);
    if timeout.is_none() {
        cx.error("a timeout is a whole number of seconds from 1 up", &node.place);
    }
    timeout
}
