//! TaskRouter's documents without a scenario around them: read as far as they go, and linted.

use std::collections::BTreeMap;
use std::path::Path;

use crate::expr::Value;
use crate::id::{Id, IdVec};
use crate::routing::{ActivityId, Worker, WorkerId};
use crate::scenario::export::Resource;
use crate::scenario::lint::{Scene, lint};
use crate::scenario::load::Documents;
use crate::scenario::node::{Item, Node};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::attributes::attributes;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::sid::{Kind, sid};
use crate::scenario::resolve::workspace::activities;
use crate::scenario::resolve::{is_error, value};

/// What is wrong with TaskRouter's documents, and what is hardly meant.
///
/// Without any queue among them, queues that workflows name are taken as they come, with a
/// warning. If `lenient`, malformed expressions of a workflow are warnings.
pub fn check_documents(documents: &mut Documents, lenient: bool) -> Vec<Problem> {
    let Documents { texts, resources, configurations, .. } = documents;
    let folder = Path::new("");
    let mut cx = Context::new(texts, folder, lenient);
    let list = |kind| list(resources, kind);
    let mut draft = draft(&mut cx, &list);
    draft.workflows(&mut cx, list(Resource::Workflow).as_ref());
    for node in configurations.iter() {
        draft.document(&mut cx, node);
    }
    draft.tell_unknown_queues(&mut cx);
    let workers = workers(&mut cx, &mut draft, list(Resource::Worker).as_ref());
    if !cx.problems.iter().any(is_error) {
        let tasks = BTreeMap::new();
        let scene = Scene { texts: cx.texts, draft: &draft, tasks, workers, channels: Vec::new() };
        let problems = lint(&scene);
        cx.problems.extend(problems);
    }
    cx.problems
}

/// A workspace with activities and queues.
fn draft(cx: &mut Context<'_>, list: &dyn Fn(Resource) -> Option<Node>) -> Draft {
    let mut draft = Draft {
        multi_task_enabled: true,
        activities: activities(cx, list(Resource::Activity).as_ref()),
        unknown_queues: list(Resource::TaskQueue).is_none(),
        ..Draft::default()
    };
    draft.queues(cx, list(Resource::TaskQueue).as_ref());
    draft
}

/// The resources of one kind as a list; `None` if there are none.
fn list(resources: &[(Resource, Node)], kind: Resource) -> Option<Node> {
    let of_kind = resources.iter().filter(|(other, _)| *other == kind);
    let nodes: Vec<Node> = of_kind.map(|(_, node)| node.clone()).collect();
    let place = nodes.first()?.place.clone();
    Some(Node { value: Item::Array(nodes), place })
}

/// The workers, in no activity of consequence; and their attributes.
fn workers(cx: &mut Context<'_>, draft: &mut Draft, list: Option<&Node>) -> IdVec<WorkerId, Value> {
    let mut all = IdVec::new();
    for node in value::list(list) {
        let Some(name) = value::text(node.get("friendly_name")) else { continue };
        let document = attributes(cx, node.get("attributes"));
        draft.workers.push(Worker {
            sid: sid(cx, Kind::Worker, name, Some(node)),
            friendly_name: name.into(),
            attributes: cx.attributes.intern(&document),
            activity: ActivityId::new(0),
            channels: IdVec::new(),
        });
        all.push(document);
    }
    all
}
