//! What there is in exported documents, as far as a first scenario needs it.

use std::path::{Path, PathBuf};

use crate::expr::{Compiled, Context, Documents as Names, Expression, Paths, Value, parse};
use crate::scenario::export::Resource;
use crate::scenario::load::Documents;
use crate::scenario::node::{Node, Place};

/// What there is in exported documents.
#[derive(Debug)]
pub(super) struct Inventory {
    /// The files in which resources of each kind are; worker channels count as workers.
    pub(super) files: Vec<(Resource, Vec<PathBuf>)>,
    pub(super) queues: Vec<Queue>,
    pub(super) workflows: Vec<Workflow>,
    pub(super) workers: Vec<Worker>,
    /// The unique names of task channels; none if they were not exported.
    pub(super) channels: Vec<String>,
}

/// A task queue.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) name: String,
    sid: Option<String>,
    /// Whom it wants; `None` for everybody, and where the expression cannot be read.
    pub(super) wanted: Option<Expression>,
    /// Whether it is in the exports; else some workflow only names it.
    pub(super) is_exported: bool,
}

/// A workflow.
#[derive(Debug)]
pub(super) struct Workflow {
    pub(super) name: String,
    sid: Option<String>,
    pub(super) filters: Vec<Filter>,
    /// The queue of the default filter.
    pub(super) default: Option<usize>,
    /// Where its configuration is.
    pub(super) place: Place,
    /// The file, if it holds nothing but the configuration.
    pub(super) bare: Option<PathBuf>,
}

/// A filter.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) expression: String,
    pub(super) targets: Vec<Target>,
}

/// A target.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) queue: usize,
    pub(super) expression: Option<Expression>,
    /// Whether it names one worker.
    pub(super) is_personal: bool,
}

/// A worker.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) attributes: Value,
    /// The channels on which somebody takes tasks, with how many at once; `None` if not exported.
    pub(super) channels: Option<Vec<(String, i64)>>,
}

impl Inventory {
    /// What is in `documents`.
    pub(super) fn of(documents: &Documents) -> Self {
        let mut all = Self {
            files: files(documents),
            queues: documents.of(Resource::TaskQueue).filter_map(queue).collect(),
            workflows: Vec::new(),
            workers: documents.of(Resource::Worker).map(worker).collect(),
            channels: documents
                .of(Resource::TaskChannel)
                .filter_map(|node| text(node, &["unique_name"]))
                .collect(),
        };
        for node in documents.of(Resource::Workflow) {
            let name = text(node, &["friendly_name"]).unwrap_or_default();
            if let Some(configuration) = node.get("configuration") {
                all.add_workflow(name, configuration, None);
                let added = all.workflows.last_mut().expect("it was added");
                added.sid = text(node, &["sid"]);
            }
        }
        for node in &documents.configurations {
            let file = PathBuf::from(documents.texts.name(node.place.text));
            let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            all.add_workflow(name.unwrap_or_else(|| "Workflow".to_owned()), node, Some(file));
        }
        all
    }

    fn add_workflow(&mut self, name: String, node: &Node, bare: Option<PathBuf>) {
        let body = first(node, &["task_routing", "taskRouting"]).unwrap_or(node);
        let list = body.get("filters").and_then(Node::as_array).unwrap_or_default();
        let filters = list.iter().map(|filter| self.filter(filter)).collect();
        let default = body.get("default_filter").and_then(|node| self.queue_of(node));
        let place = node.place.clone();
        self.workflows.push(Workflow { name, sid: None, filters, default, place, bare });
    }

    fn filter(&mut self, node: &Node) -> Filter {
        let mut targets = Vec::new();
        let mut queue = None;
        for target in node.get("targets").and_then(Node::as_array).unwrap_or_default() {
            queue = self.queue_of(target).or(queue);
            let written = text(target, &["expression"]).filter(|text| !text.trim().is_empty());
            let expression = written.and_then(|text| parse(&text, Context::Target).ok());
            let pairings = expression.iter().flat_map(Expression::pairings);
            let names_one = pairings.into_iter().any(|pairing| pairing.worker.is_none());
            let knows = ["known_worker_sid", "known_worker_friendly_name"];
            let is_personal = names_one || first(target, &knows).is_some();
            targets.extend(queue.map(|queue| Target { queue, expression, is_personal }));
        }
        let name = text(node, &["filter_friendly_name", "friendly_name"]).unwrap_or_default();
        Filter { name, expression: text(node, &["expression"]).unwrap_or_default(), targets }
    }

    /// The queue that a target names; if it is not exported, it is added.
    fn queue_of(&mut self, target: &Node) -> Option<usize> {
        let name = text(target, &["queue", "task_queue_sid"])?;
        Some(self.queue_named(&name).unwrap_or_else(|| {
            self.queues.push(Queue { name, sid: None, wanted: None, is_exported: false });
            self.queues.len() - 1
        }))
    }

    /// The queue of this name, or of this sid.
    pub(super) fn queue_named(&self, name: &str) -> Option<usize> {
        let by_name = self.queues.iter().position(|queue| queue.name == name);
        by_name.or_else(|| self.queues.iter().position(|queue| queue.sid.as_deref() == Some(name)))
    }

    /// The name of the exported `workflow` or `task_queue` with a sid.
    pub(super) fn name_of(&self, kind: &str, sid: &str) -> Option<String> {
        let is_it = |own: &Option<String>| own.as_deref() == Some(sid);
        if kind == "workflow" {
            let found = self.workflows.iter().find(|workflow| is_it(&workflow.sid))?;
            return Some(found.name.clone());
        }
        Some(self.queues.iter().find(|queue| is_it(&queue.sid))?.name.clone())
    }

    /// The workers whom a queue wants, as far as their attributes tell.
    pub(super) fn members(&self, queue: usize) -> impl Iterator<Item = &Worker> {
        let mut paths = Paths::new();
        let wanted = self.queues[queue].wanted.as_ref();
        let wanted = wanted.map(|wanted| wanted.compile(Context::TargetWorkers, &mut paths));
        self.workers.iter().filter(move |worker| is_wanted(wanted.as_ref(), &paths, worker))
    }
}

fn is_wanted(wanted: Option<&Compiled>, paths: &Paths, worker: &Worker) -> bool {
    let resolved = paths.resolve(&worker.attributes);
    wanted.is_none_or(|wanted| wanted.matches(&Names { task: None, worker: Some(&resolved) }))
}

fn first<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().find_map(|key| node.get(key))
}

fn text(node: &Node, keys: &[&str]) -> Option<String> {
    first(node, keys)?.as_str().map(str::to_owned)
}

fn queue(node: &Node) -> Option<Queue> {
    let wanted = text(node, &["target_workers"]);
    Some(Queue {
        name: text(node, &["friendly_name"])?,
        sid: text(node, &["sid"]),
        wanted: wanted.and_then(|wanted| parse(&wanted, Context::TargetWorkers).ok()),
        is_exported: true,
    })
}

fn worker(node: &Node) -> Worker {
    let channel = |node: &Node| {
        let capacity = node.get("configured_capacity").and_then(Node::as_integer).unwrap_or(1);
        let is_open = node.get("available").and_then(Node::as_bool).unwrap_or(true);
        let name = text(node, &["task_channel_unique_name"])?;
        (is_open && 0 < capacity).then_some((name, capacity))
    };
    let channels = node.get("channels").and_then(Node::as_array);
    let nothing = || Value::object(Vec::<(&str, Value)>::new());
    Worker {
        attributes: node.get("attributes").map_or_else(nothing, Value::from),
        channels: channels.map(|all| all.iter().filter_map(channel).collect()),
    }
}

/// Which files hold which kinds of resources.
fn files(documents: &Documents) -> Vec<(Resource, Vec<PathBuf>)> {
    let mut all: Vec<(Resource, Vec<PathBuf>)> = Vec::new();
    let mut add = |kind: Resource, node: &Node| {
        let file = Path::new(documents.texts.name(node.place.text)).to_owned();
        match all.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, files)) if files.contains(&file) => {}
            Some((_, files)) => files.push(file),
            None => all.push((kind, vec![file])),
        }
    };
    for (kind, node) in &documents.resources {
        add(*kind, node);
    }
    for worker in documents.of(Resource::Worker) {
        for channel in worker.get("channels").and_then(Node::as_array).unwrap_or_default() {
            add(Resource::WorkerChannel, channel);
        }
    }
    all
}
