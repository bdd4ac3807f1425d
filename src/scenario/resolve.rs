//! From the tree that was read to a [`Scenario`]: names become ids, texts become expressions,
//! civil times become milliseconds. All problems are collected; none stops the search for others.

mod alone;
mod arrivals;
mod attributes;
mod behavior;
mod civil;
mod configuration;
mod context;
mod count_table;
mod counts_file;
mod coverage;
mod csv_file;
mod distribution;
mod documents;
pub(super) mod draft;
mod expression;
mod group;
mod names;
mod observed;
mod queue;
mod routing_target;
mod run;
mod service_level;
mod shift;
mod sid;
mod source;
mod statistics;
mod timed;
mod trace;
mod tune;
mod unique;
mod value;
mod workers;
mod workflow;
mod workspace;

#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

pub use alone::{read_attributes, read_configuration};
pub use documents::check_documents;

use std::collections::BTreeMap;

use crate::expr::Value;
use crate::id::IdVec;
use crate::random::Sampling;
use crate::routing::{ActivityId, ConfigurationId, WorkerId, WorkflowId, Workspace};
use crate::scenario::condition::Condition;
use crate::scenario::lint::{Scene, lint};
use crate::scenario::load::Document;
use crate::scenario::model::Scenario;
use crate::scenario::node::{Node, Place};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::resolve::arrivals::{Stream, streams};
use crate::scenario::resolve::behavior::behaviors;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::coverage::{check_coverage, tasks_by_configuration};
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::group::Staff;
use crate::scenario::resolve::names::lookup;
use crate::scenario::resolve::run::{Run, clock, run};
use crate::scenario::resolve::service_level::service_levels;
use crate::scenario::resolve::source::{Around, busyness, sources};
use crate::scenario::resolve::workers::Roster;
use crate::scenario::resolve::workspace::{activities, channel_nodes, settings, task_order};
use crate::scenario::staff::{Behavior, BehaviorId, Person};
use crate::time::Span;

/// Makes a scenario of what was read; the warnings come with it.
///
/// What the check of the shape reports is not reported again. If `lenient`, a malformed expression
/// of a workflow never matches instead of stopping us.
///
/// # Errors
///
/// Everything that is wrong, and the warnings beside it.
pub fn resolve(
    document: &mut Document,
    lenient: bool,
) -> Result<(Scenario, Vec<Problem>), Vec<Problem>> {
    let Document { texts, root, folder, .. } = document;
    let mut cx = Context::new(texts, folder, lenient);
    cx.seed = value::whole(root.get("seed")).unwrap_or(1);
    let scenario = scenario(&mut cx, root);
    let problems = std::mem::take(&mut cx.problems);
    if problems.iter().any(is_error) { Err(problems) } else { Ok((scenario, problems)) }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

fn scenario(cx: &mut Context<'_>, root: &Node) -> Scenario {
    let clock = clock(cx, root);
    let streams = streams(cx, root, &clock);
    let run = run(cx, root, clock, &streams);
    let mut draft = draft(cx, root);
    let latencies = queues_and_workflows(cx, root, &mut draft);
    let timeout_activity = draft.timeout_activity(cx, root.get("workspace"));
    let behaviors = behaviors(cx, root);
    let mut staff = staff(cx, &mut draft, (&run, &streams), behaviors);
    let people = people(cx, root, &mut draft, &mut staff);
    let busyness = busyness(cx, root);
    let around = Around { draft: &draft, groups: &staff.groups, busyness: &busyness, run: &run };
    let sources = sources(cx, &streams, around);
    check_coverage(cx, &sources, (&streams, &draft));
    let service_levels = service_levels(cx, root, &draft);
    let assert = conditions(cx, root.get("assert"));
    let observed = observed::observed(cx, root.get("observed"), (&draft, &service_levels));
    if !cx.problems.iter().any(is_error) {
        let tasks = tasks_by_configuration(cx, &sources, &draft);
        lint_all(cx, (&draft, &streams), tasks);
    }
    let tune = tune::tune(cx, root);
    let Staff { groups, behaviors, .. } = staff;
    Scenario {
        name: value::text(root.get("name")).unwrap_or_default().into(),
        clock: run.clock,
        horizon: run.horizon,
        drain: run.drain,
        warm_up: run.warm_up,
        interval: value::span(root.get("interval")),
        replications: value::whole(root.get("replications")).unwrap_or(20),
        seed: cx.seed,
        sampling: Sampling::default(),
        control_variate: false,
        assert,
        observed,
        service_levels,
        workspace: workspace(cx, root, draft, timeout_activity),
        assignment_latency: latencies,
        groups,
        people,
        behaviors,
        sources,
        busyness,
        tune,
        assumed: std::mem::take(&mut cx.assumed),
        sha256: cx.texts.sha256(),
    }
}

/// A list of conditions; which metrics and scopes there are is asked by whoever judges them.
fn conditions(cx: &mut Context<'_>, list: Option<&Node>) -> Vec<Condition> {
    let read = |node: &Node| {
        Condition::read(node, cx.texts).map_err(|problem| cx.problems.push(problem)).ok()
    };
    value::list(list).iter().filter_map(read).collect()
}

/// Warns of what is hardly meant.
fn lint_all(
    cx: &mut Context<'_>,
    (draft, streams): (&Draft, &[Stream<'_>]),
    tasks: BTreeMap<ConfigurationId, Vec<Value>>,
) {
    let workers = draft.workers.iter().map(|worker| cx.attributes[worker.attributes].clone());
    let channel = |stream: &Stream<'_>| {
        let id = lookup(&draft.channels, stream.channel())?;
        Some((id, stream.node.get("channel").unwrap_or(stream.node).place.clone()))
    };
    let channels = streams.iter().filter_map(channel).collect();
    let scene = Scene { texts: cx.texts, draft, tasks, workers: workers.collect(), channels };
    let problems = lint(&scene);
    cx.problems.extend(problems);
}

/// A workspace with activities and channels.
fn draft(cx: &mut Context<'_>, root: &Node) -> Draft {
    let node = root.get("workspace");
    let get = |key| node.and_then(|node| node.get(key));
    let mut draft = Draft {
        multi_task_enabled: value::flag(get("multi_task_enabled")).unwrap_or(true),
        activities: activities(cx, get("activities")),
        ..Draft::default()
    };
    if !draft.activities.iter().any(|activity| activity.available) {
        let place = get("activities").map_or_else(|| beginning(root), |node| node.place.clone());
        cx.error("no activity is available, so nobody is ever offered a task", &place);
    }
    let sources = root.get("source").and_then(Node::as_table).map(|table| &table.entries);
    let of_sources = sources.into_iter().flatten().filter_map(|entry| entry.node.get("channel"));
    let lists = [root.get("workers"), root.get("assign"), get("workers")];
    let workers = lists.into_iter().flat_map(value::list);
    let of_workers: Vec<Node> =
        workers.flat_map(|worker| channel_nodes(worker.get("channels"))).collect();
    draft.channels(cx, get("task_channels"), of_sources.chain(&of_workers));
    draft
}

fn queues_and_workflows(
    cx: &mut Context<'_>,
    root: &Node,
    draft: &mut Draft,
) -> IdVec<WorkflowId, Span> {
    let node = root.get("workspace");
    draft.queues(cx, node.and_then(|node| node.get("task_queues")));
    if draft.queues.is_empty() {
        let problem = Problem::error("there are no task queues", &beginning(node.unwrap_or(root)));
        cx.problems.push(problem.with_help("list them in `[workspace]` as `task_queues`"));
    }
    draft.workflows(cx, node.and_then(|node| node.get("workflows")))
}

fn staff<'r>(
    cx: &mut Context<'_>,
    draft: &mut Draft,
    (run, streams): (&'r Run, &[Stream<'_>]),
    behaviors: IdVec<BehaviorId, Behavior>,
) -> Staff<'r> {
    let away_activity = draft.away_activity(cx);
    let other_work = behaviors.iter().any(|behavior| behavior.other_work.is_some());
    let other_work_activity =
        if other_work { draft.unavailable(cx, "Other work") } else { away_activity };
    let channels = streams.iter().map(|stream| stream.channel());
    let mut in_use: Vec<_> = channels.filter_map(|name| lookup(&draft.channels, name)).collect();
    in_use.sort_unstable();
    in_use.dedup();
    Staff {
        run,
        away_activity,
        other_work_activity,
        in_use,
        groups: IdVec::new(),
        behaviors,
        prompt: None,
    }
}

fn people(
    cx: &mut Context<'_>,
    root: &Node,
    draft: &mut Draft,
    staff: &mut Staff<'_>,
) -> IdVec<WorkerId, Person> {
    let exported = root.get("workspace").and_then(|node| node.get("workers"));
    let mut roster = Roster::new(draft, staff);
    roster.groups(cx, value::list(root.get("workers")));
    roster.exported(cx, value::list(exported), value::list(root.get("assign")));
    roster.people
}

fn workspace(
    cx: &mut Context<'_>,
    root: &Node,
    draft: Draft,
    timeout_activity: ActivityId,
) -> Workspace {
    let node = root.get("workspace");
    let get = |key| node.and_then(|node| node.get(key));
    Workspace {
        multi_task_enabled: draft.multi_task_enabled,
        timeout_activity,
        prioritize_queue_order: task_order(get("prioritize_queue_order")),
        settings: settings(get("settings")),
        activities: draft.activities,
        channels: draft.channels,
        queues: draft.queues,
        workers: draft.workers,
        workflows: draft.workflows,
        configurations: draft.configurations,
        attributes: std::mem::take(&mut cx.attributes).into_documents(),
        paths: draft.paths,
    }
}

/// Where `node` begins, for what is missing in it.
fn beginning(node: &Node) -> Place {
    let start = node.place.range.start;
    Place { text: node.place.text, range: start..start }
}
