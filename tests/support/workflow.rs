//! Workflow lines into a configuration.

use taskrouter_sim::expr::{Context, Split, parse, parse_known_worker, parse_order_by};
use taskrouter_sim::routing::{Configuration, Filter, KnownWorker, OrderBy, QueueId, Target};

use super::setup::Setup;
use super::tokens::{setting, span};

/// One line of a workflow's text.
pub(crate) fn line(setup: &mut Setup, line: &str, words: &[String]) {
    match words[0].as_str() {
        "workflow" => drop(setup.add_workflow(&words[1])),
        "text" => drop(setup.add_text(&words[1])),
        "filter" => {
            let (_, expression) = line.split_once(": ").expect("filter NAME: EXPRESSION");
            filter(setup, words[1].trim_end_matches(':'), expression);
        }
        "target" => {
            let target = target(setup, &words[1..]);
            let filter = current(setup).filters.last_mut().expect("a target belongs to a filter");
            filter.targets.push(target);
        }
        _ => {
            let target = target(setup, &words[1..]);
            current(setup).default_filter = Some(target);
        }
    }
}

/// `create sales` finds its way into the queue `sales`.
pub(crate) fn one_filter_per_queue(setup: &mut Setup) {
    setup.add_workflow("main");
    let names: Vec<_> = setup.workspace.queues.iter().map(|q| q.friendly_name.clone()).collect();
    for name in names {
        filter(setup, &name, &format!("queue == '{name}'"));
        let target = target(setup, &[name]);
        current(setup).filters.last_mut().expect("just added").targets.push(target);
    }
    if setup.show.is_empty() {
        setup.show = ["task", "reservation", "worker"].map(String::from).to_vec();
    }
}

fn current(setup: &mut Setup) -> &mut Configuration {
    setup.workspace.configurations.iter_mut().last().expect("after `workflow` or `text`")
}

fn filter(setup: &mut Setup, name: &str, expression: &str) {
    let parsed = parse(expression, Context::Filter).expect("a filter's expression");
    let expression = parsed.compile(Context::Filter, &mut setup.workspace.paths);
    let filter = Filter { friendly_name: name.into(), expression, targets: Vec::new() };
    current(setup).filters.push(filter);
}

fn target(setup: &mut Setup, words: &[String]) -> Target {
    let queue = words.first().filter(|word| setting(word).is_none());
    let queue = queue.map(|name| setup.queue_named(name));
    let mut target = Target {
        queue: queue.unwrap_or_else(|| inherited(setup)),
        expression: None,
        priority: None,
        timeout: None,
        order_by: Vec::new(),
        skip_if: None,
        known_worker: None,
    };
    for (key, value) in words.iter().filter_map(|word| setting(word)) {
        set(setup, &mut target, key, value);
    }
    target
}

/// The queue of the target before.
fn inherited(setup: &mut Setup) -> QueueId {
    let filter = current(setup).filters.last().expect("a target belongs to a filter");
    filter.targets.last().expect("the first target names its queue").queue
}

fn set(setup: &mut Setup, target: &mut Target, key: &str, value: &str) {
    let paths = &mut setup.workspace.paths;
    match key {
        "priority" => target.priority = Some(value.parse().expect("a priority")),
        "timeout" => target.timeout = Some(span(value)),
        "skip_if" => {
            let parsed = parse(value, Context::SkipIf).expect("skip_if");
            target.skip_if = Some(parsed.compile(Context::SkipIf, paths));
        }
        "expression" => {
            let parsed = parse(value, Context::Target).expect("a target's expression");
            let split: Split = parsed.compile(Context::Target, paths).split();
            target.expression = Some(split);
        }
        "order_by" => {
            let clauses = parse_order_by(value).expect("order_by").into_iter();
            let clauses =
                clauses.map(|c| OrderBy { path: paths.intern(&c.path), descending: c.descending });
            target.order_by = clauses.collect();
        }
        "known_worker_sid" => {
            let path = parse_known_worker(value).expect("a task attribute");
            target.known_worker = Some(KnownWorker::Sid(paths.intern(&path)));
        }
        _ => {
            let path = parse_known_worker(value).expect("a task attribute");
            target.known_worker = Some(KnownWorker::FriendlyName(paths.intern(&path)));
        }
    }
}
