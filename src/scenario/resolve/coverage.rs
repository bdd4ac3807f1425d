//! Every task must be taken by some filter when it is created (TR-141).

use std::collections::{BTreeMap, BTreeSet};

use crate::expr::{Documents, Value};
use crate::id::IdVec;
use crate::routing::{AttributesId, Configuration, ConfigurationId, RoutingTarget};
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::arrivals::Stream;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::value;
use crate::scenario::source::{Arrivals, Source, SourceId};

/// How many documents the lints look at.
const DOCUMENTS_MAX: usize = 10_000;

/// Reports the sources whose tasks no filter takes.
pub(super) fn check_coverage(
    cx: &mut Context<'_>,
    sources: &IdVec<SourceId, Source>,
    (streams, draft): (&[Stream<'_>], &Draft),
) {
    for source in sources {
        let Some(stream) = streams.iter().find(|stream| stream.name == source.name) else {
            continue;
        };
        let Some(id) = configuration(source, draft) else { continue };
        let configuration = &draft.configurations[id];
        let untaken =
            |cx: &Context<'_>, id: AttributesId| !takes(draft, configuration, &cx.attributes[id]);
        for (number, variant) in source.mix.iter().enumerate() {
            if untaken(cx, variant.attributes) {
                let written = value::list(stream.node.get("mix")).get(number);
                let written = written.or_else(|| stream.node.get("attributes"));
                let place = written.unwrap_or(stream.node).place.clone();
                report(cx, &source.name, variant.attributes, &place);
            }
        }
        if let Some(id) = traced(source).into_iter().find(|&id| untaken(cx, id)) {
            let place = stream.node.get("arrivals").unwrap_or(stream.node).place.clone();
            report(cx, &source.name, id, &place);
        }
    }
}

/// What the rows of a trace bring themselves.
fn traced(source: &Source) -> BTreeSet<AttributesId> {
    match &source.arrivals {
        Arrivals::Trace(rows) => rows.iter().filter_map(|row| row.attributes).collect(),
        Arrivals::Constant { .. } | Arrivals::Intervals(_) => BTreeSet::new(),
    }
}

/// The attributes of the tasks that each configuration routes, unless there are too many to look
/// at.
pub(super) fn tasks_by_configuration(
    cx: &Context<'_>,
    sources: &IdVec<SourceId, Source>,
    draft: &Draft,
) -> BTreeMap<ConfigurationId, Vec<Value>> {
    let mut ids: BTreeMap<ConfigurationId, BTreeSet<AttributesId>> = BTreeMap::new();
    for source in sources {
        if let Some(id) = configuration(source, draft) {
            let all = ids.entry(id).or_default();
            all.extend(source.mix.iter().map(|variant| variant.attributes));
            all.extend(traced(source));
        }
    }
    let few = ids.into_iter().filter(|(_, all)| all.len() <= DOCUMENTS_MAX);
    let documents = |all: BTreeSet<_>| all.iter().map(|&id| cx.attributes[id].clone()).collect();
    few.map(|(id, all)| (id, documents(all))).collect()
}

/// What routes the tasks of a source, if filters do.
fn configuration(source: &Source, draft: &Draft) -> Option<ConfigurationId> {
    let workflow = match source.routing_target {
        Some(RoutingTarget::Worker { .. } | RoutingTarget::Queue(_)) => return None,
        Some(RoutingTarget::Workflow(workflow)) => workflow,
        None => source.workflow?,
    };
    Some(draft.workflows[workflow].configuration)
}

/// Whether a task with these attributes finds a filter, or a default filter.
pub(super) fn takes(draft: &Draft, configuration: &Configuration, attributes: &Value) -> bool {
    let resolved = draft.paths.resolve(attributes);
    let names = Documents { task: Some(&resolved), worker: None };
    configuration.default_filter.is_some()
        || configuration.filters.iter().any(|filter| filter.expression.matches(&names))
}

fn report(cx: &mut Context<'_>, source: &str, id: AttributesId, place: &Place) {
    let message =
        format!("no filter takes these tasks of `{source}` and there is no default filter");
    let problem = Problem::error(message, place);
    let attributes = &cx.attributes[id];
    let help = format!("their attributes are {attributes}");
    cx.problems.push(problem.with_help(help));
}
