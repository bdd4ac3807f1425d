//! Streams of tasks: where they go, what they bring, how long they take.

use crate::expr::Value;
use crate::id::IdVec;
use crate::random::{Dist, Entity};
use crate::routing::{RoutingTarget, WorkflowId};
use crate::scenario::node::{Entry, Node};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::arrivals::Stream;
use crate::scenario::resolve::attributes::{attributes, check_length, overlaid};
use crate::scenario::resolve::behavior::duration;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::distribution::{Unit, distribution};
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::{find, lookup};
use crate::scenario::resolve::routing_target::routing_target;
use crate::scenario::resolve::run::Run;
use crate::scenario::resolve::timed::{by_interval, patience, talk};
use crate::scenario::resolve::value;
use crate::scenario::source::{
    AtClose, Busyness, BusynessId, Retry, Source, SourceId, Timed, Variant,
};
use crate::scenario::staff::{Group, GroupId};

/// What sources refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    pub(super) draft: &'a Draft,
    pub(super) groups: &'a IdVec<GroupId, Group>,
    pub(super) busyness: &'a IdVec<BusynessId, Busyness>,
    pub(super) run: &'a Run,
}

/// The factors under `[busyness]`.
pub(super) fn busyness(cx: &mut Context<'_>, root: &Node) -> IdVec<BusynessId, Busyness> {
    let entries = root.get("busyness").and_then(Node::as_table).map(|table| &table.entries);
    let busyness = |Entry { key, node, .. }: &Entry| {
        let factor = distribution(cx, node, Unit::Factor);
        Busyness {
            name: key.clone(),
            entity: Entity::named("busyness", key),
            factor: factor.unwrap_or_else(|| Dist::constant(1.0).expect("1 is not negative")),
        }
    };
    entries.into_iter().flatten().map(busyness).collect()
}

/// All sources; those with a problem are left out.
pub(super) fn sources(
    cx: &mut Context<'_>,
    streams: &[Stream<'_>],
    around: Around<'_>,
) -> IdVec<SourceId, Source> {
    streams.iter().filter_map(|stream| source(cx, stream, around)).collect()
}

fn source(cx: &mut Context<'_>, stream: &Stream<'_>, around: Around<'_>) -> Option<Source> {
    let (node, name) = (stream.node, stream.name);
    let route = route(cx, stream, around.draft);
    let channel = lookup(&around.draft.channels, stream.channel());
    let busyness = node.get("busyness").map(|node| find(cx, node, around.busyness));
    let wrap_up = Timed {
        base: duration(cx, node.get("wrap_up")),
        by_interval: by_interval(cx, node.get("wrap_up_by_interval")),
    };
    let talk = talk(cx, node, &wrap_up);
    let arrivals = stream.arrivals(cx, &around.run.clock, around.run.arrivals_end);
    let patience = patience(cx, stream);
    let retry = node.get("retry").and_then(|retry| self::retry(cx, retry));
    let mix = mix(cx, node);
    let by_group = |cx: &mut Context<'_>, key| by_group(cx, node.get(key), around.groups);
    let (talk_by_group, wrap_up_by_group) =
        (by_group(cx, "talk_by_group"), by_group(cx, "wrap_up_by_group"));
    let (workflow, routing_target) = route?;
    Some(Source {
        name: name.into(),
        entity: Entity::named("source", name),
        workflow,
        routing_target,
        channel: channel?,
        mix,
        arrivals,
        busyness: busyness.map_or(Some(None), |found| found.map(Some))?,
        open: stream.windows(&around.run.clock, around.run.end),
        at_close: at_close(node),
        patience,
        silent: value::share(node.get("silent")).unwrap_or(0.0),
        balk: value::share(node.get("balk")).unwrap_or(0.0),
        talk: talk?,
        wrap_up,
        retry,
        timeout: stream.timeout,
        talk_by_group,
        wrap_up_by_group,
    })
}

fn at_close(node: &Node) -> AtClose {
    let options =
        [("finish", AtClose::Finish), ("cancel", AtClose::Cancel), ("carry", AtClose::Carry)];
    value::choice(node.get("at_close"), &options).unwrap_or_default()
}

/// By which workflow or to which target its tasks go.
fn route(
    cx: &mut Context<'_>,
    stream: &Stream<'_>,
    draft: &Draft,
) -> Option<(Option<WorkflowId>, Option<RoutingTarget>)> {
    let (node, name) = (stream.node, stream.name);
    let named = node.get("workflow").map(|node| find(cx, node, &draft.workflows));
    let target = node.get("routing_target").map(|node| routing_target(cx, node, draft));
    match (named, target) {
        (Some(named), None) => Some((Some(named?), None)),
        (named, Some(target)) => {
            let target = target?;
            let workflow = match (named, target) {
                (Some(named), _) => Some(named?),
                (None, RoutingTarget::Workflow(workflow)) => Some(workflow),
                (None, RoutingTarget::Worker { .. } | RoutingTarget::Queue(_)) => None,
            };
            Some((workflow, Some(target)))
        }
        (None, None) => Some((Some(only_workflow(cx, node, name, draft)?), None)),
    }
}

fn only_workflow(
    cx: &mut Context<'_>,
    node: &Node,
    name: &str,
    draft: &Draft,
) -> Option<WorkflowId> {
    let mut ids = draft.workflows.ids();
    match (ids.next(), ids.next()) {
        (Some(only), None) => {
            let workflow = &draft.workflows[only].friendly_name;
            cx.assume(format!("source `{name}` uses the only workflow, `{workflow}`"));
            Some(only)
        }
        (None, _) => None, // reported where the workspace is
        (Some(_), Some(_)) => {
            let names = draft.workflows.iter().map(|workflow| workflow.friendly_name.as_str());
            let names: Vec<&str> = names.collect();
            let problem = Problem::error(
                format!("by which workflow the tasks of `{name}` are routed is not said"),
                &node.place,
            );
            cx.problems.push(problem.with_help(format!("the workflows are: {}", names.join(", "))));
            None
        }
    }
}

/// The kinds of tasks of a source: one, unless there is a mix.
fn mix(cx: &mut Context<'_>, node: &Node) -> Vec<Variant> {
    let base = attributes(cx, node.get("attributes"));
    let priority = value::whole(node.get("priority")).unwrap_or(0);
    let Some(written) = node.get("mix").filter(|mix| !value::list(Some(mix)).is_empty()) else {
        let attributes = cx.attributes.intern(&base);
        return vec![Variant { upto: 1.0, attributes, priority }];
    };
    let mut sum = 0.0;
    let mut variants = Vec::new();
    for variant in value::list(Some(written)) {
        sum += value::share(variant.get("p")).unwrap_or(0.0);
        let set = variant.get("set").map(Value::from);
        let document = set.map_or_else(|| base.clone(), |set| overlaid(&base, &set));
        check_length(cx, &document, &variant.place);
        let attributes = cx.attributes.intern(&document);
        let priority = value::whole(variant.get("priority")).unwrap_or(priority);
        variants.push(Variant { upto: sum, attributes, priority });
    }
    if 1e-9 < (sum - 1.0).abs() {
        cx.error(format!("the shares of the mix add up to {sum}, not to 1"), &written.place);
    }
    if let Some(last) = variants.last_mut() {
        last.upto = 1.0;
    }
    variants
}

fn retry(cx: &mut Context<'_>, node: &Node) -> Option<Retry> {
    Some(Retry {
        probability: value::share(node.get("p"))?,
        after: distribution(cx, node.get("after")?, Unit::Duration)?,
        max: value::whole(node.get("max"))?,
    })
}

fn by_group(
    cx: &mut Context<'_>,
    node: Option<&Node>,
    groups: &IdVec<GroupId, Group>,
) -> Vec<(GroupId, Dist)> {
    let table = node.and_then(Node::as_table);
    let entries = table.map(|table| table.entries.as_slice()).unwrap_or_default();
    let mut all = Vec::new();
    for entry in entries {
        let dist = distribution(cx, &entry.node, Unit::Duration);
        match lookup(groups, &entry.key) {
            Some(group) => all.extend(dist.map(|dist| (group, dist))),
            None => cx.problems.push(crate::scenario::resolve::names::unknown(
                &entry.key,
                &entry.key_place,
                groups,
            )),
        }
    }
    all
}
