//! TaskRouter's documents without a scenario around them, as `trsim check` and `init` take them.

use std::path::{Path, PathBuf};

use crate::scenario::export::{Harvest, Resource, merge, pages};
use crate::scenario::load::files::Files;
use crate::scenario::load::{Failed, decode};
use crate::scenario::node::{Item, Node};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::text::Texts;

/// TaskRouter's documents without a scenario around them.
#[derive(Debug)]
pub struct Documents {
    /// All texts.
    pub texts: Texts,
    /// All resources, one of each sid, in order of the files; documents in strings are read,
    /// and worker channels are under `channels` of their workers.
    pub resources: Vec<(Resource, Node)>,
    /// Bare workflow configurations.
    pub configurations: Vec<Node>,
    /// What is likely not meant.
    pub warnings: Vec<Problem>,
}

impl Documents {
    /// The resources of one kind.
    pub fn of(&self, kind: Resource) -> impl Iterator<Item = &Node> {
        self.resources.iter().filter(move |(found, _)| *found == kind).map(|(_, node)| node)
    }
}

/// Reads files of TaskRouter's JSON.
///
/// # Errors
///
/// If one cannot be read or parsed, or a page is missing: all such problems.
pub fn load_documents(paths: &[PathBuf]) -> Result<Documents, Failed> {
    let mut files = Files::new(Texts::new(), PathBuf::new(), None);
    let mut harvest = Harvest::default();
    for path in paths {
        add(&mut files, path, &mut harvest);
    }
    files.problems.extend(pages::missing(&harvest.pages));
    let merged = merge::by_sid(harvest.resources, &mut files.problems);
    let mut resources = with_channels(merged, &mut files.problems);
    for (kind, node) in &mut resources {
        decode::resource(&mut files, *kind, node);
    }
    let Files { texts, problems, .. } = files;
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failed { texts, problems });
    }
    let configurations = harvest.configurations;
    Ok(Documents { texts, resources, configurations, warnings: problems })
}

fn add(files: &mut Files, path: &Path, harvest: &mut Harvest) {
    match files.texts.add_file(path) {
        Err(problem) => files.problems.push(problem),
        Ok(id) => match crate::scenario::json::parse_json(&files.texts, id, &mut files.problems) {
            Ok(node) => harvest.add(node, None, &mut files.problems),
            Err(problems) => files.problems.extend(problems),
        },
    }
}

fn with_channels(
    merged: Vec<(Resource, Node)>,
    problems: &mut Vec<Problem>,
) -> Vec<(Resource, Node)> {
    let (channels, mut others): (Vec<_>, Vec<_>) =
        merged.into_iter().partition(|(kind, _)| *kind == Resource::WorkerChannel);
    let channels: Vec<Node> = channels.into_iter().map(|(_, node)| node).collect();
    let empty = |node: &mut Node| {
        let place = node.place.clone();
        std::mem::replace(node, Node { value: Item::Null, place })
    };
    let is_worker = |kind: &Resource| *kind == Resource::Worker;
    let mut workers: Vec<Node> = others
        .iter_mut()
        .filter(|(kind, _)| is_worker(kind))
        .map(|(_, node)| empty(node))
        .collect();
    merge::attach_channels(&mut workers, channels, problems);
    let slots = others.iter_mut().filter(|(kind, _)| is_worker(kind));
    for ((_, slot), worker) in slots.zip(workers) {
        *slot = worker;
    }
    others
}
