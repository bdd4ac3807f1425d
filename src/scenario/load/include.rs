//! References to exported files: what they hold takes their place.

use crate::scenario::export::{EXPORTED, Harvest, Resource, merge, pages};
use crate::scenario::load::files::Files;
use crate::scenario::nearest::suggest;
use crate::scenario::node::{Entry, Item, Node, Table};
use crate::scenario::problem::Problem;
use crate::scenario::shape::{Kind, WORKSPACE};

/// The lists of a workspace.
const LISTS: [Resource; 5] = [
    Resource::Activity,
    Resource::TaskChannel,
    Resource::TaskQueue,
    Resource::Worker,
    Resource::Workflow,
];

/// Puts exported resources in place of `file = …` in the workspace, and workflow configurations
/// in place of theirs.
pub(super) fn resolve(files: &mut Files, root: &mut Node) {
    let Item::Table(table) = &mut root.value else { return };
    let Some(workspace) = table.get_mut("workspace") else { return };
    let Item::Table(table) = &mut workspace.value else { return };
    workspace_file(files, table);
    for kind in LISTS {
        if let Some(list) = table.get_mut(kind.list_key()) {
            list_files(files, list, kind);
        }
    }
    if let Some(Item::Array(workflows)) = table.get_mut("workflows").map(|node| &mut node.value) {
        for workflow in workflows {
            configuration_file(files, workflow);
        }
    }
}

/// `[workspace] file = …`: what the scenario does not say itself, the export does.
fn workspace_file(files: &mut Files, table: &mut Table) {
    let Some(at) = table.entries.iter().position(|entry| entry.key == "file") else { return };
    let entry = table.entries.remove(at);
    let errors = files.problems.len();
    let harvest = files.harvest(&entry.node, Some(Resource::Workspace));
    let found = harvest.resources.iter().find(|(kind, _)| *kind == Resource::Workspace);
    match found {
        Some((_, workspace)) => add_known(table, workspace.clone()),
        None if files.problems.len() == errors => {
            files.problems.push(holds_no(&harvest, Resource::Workspace, &entry.node));
        }
        None => {}
    }
    for kind in LISTS {
        let others = harvest.resources.iter().any(|(found, _)| *found == kind);
        if others && table.get(kind.list_key()).is_none() {
            let node = Node {
                value: Item::Array(resources(files, harvest.clone(), kind)),
                place: entry.node.place.clone(),
            };
            let key_place = entry.key_place.clone();
            table.entries.push(Entry { key: kind.list_key().into(), key_place, node });
        }
    }
}

fn add_known(table: &mut Table, exported: Node) {
    let Item::Table(exported) = exported.value else { return };
    let own_activity = table.get("timeout_activity").is_some();
    for entry in exported.entries {
        let scalar = WORKSPACE.key(&entry.key).is_some_and(|key| {
            matches!(key.kind, Kind::Text | Kind::Name | Kind::Bool | Kind::OneOf(_))
        });
        let overruled = own_activity && entry.key.starts_with("timeout_activity");
        if scalar && !overruled && table.get(&entry.key).is_none() {
            table.entries.push(entry);
        }
    }
}

/// A list of resources that is `{ file = … }`, or has such elements.
fn list_files(files: &mut Files, list: &mut Node, kind: Resource) {
    if let Some(found) = file_reference(files, list, kind) {
        list.value = Item::Array(found);
        return;
    }
    let Item::Array(items) = &mut list.value else { return };
    if items.iter().all(|item| item.get("file").is_none()) {
        return;
    }
    let mut all = Vec::new();
    for item in std::mem::take(items) {
        match file_reference(files, &item, kind) {
            Some(found) => all.extend(found),
            None => all.push(item),
        }
    }
    *items = all;
}

/// What `{ file = … }` stands for; `None` if `node` is something else.
fn file_reference(files: &mut Files, node: &Node, kind: Resource) -> Option<Vec<Node>> {
    let table = node.as_table()?;
    let names = node.get("file").filter(|_| table.get(EXPORTED).is_none())?;
    for entry in table.entries.iter().filter(|entry| entry.key != "file") {
        let what = format!("unknown key `{}` beside `file`", entry.key);
        let problem = Problem::error(what, &entry.key_place);
        files.problems.push(match suggest(&entry.key, ["file"]) {
            Some(help) => problem.with_help(help),
            None => problem,
        });
    }
    let errors = files.problems.len();
    let harvest = files.harvest(names, Some(kind));
    let any = harvest.resources.iter().any(|(found, _)| *found == kind);
    let pages = !harvest.pages.is_empty();
    if !any && !pages && files.problems.len() == errors {
        files.problems.push(holds_no(&harvest, kind, names));
    }
    Some(resources(files, harvest, kind))
}

fn holds_no(harvest: &Harvest, kind: Resource, names: &Node) -> Problem {
    let what = format!("there is no {} in this file", kind.name());
    let problem = Problem::error(what, &names.place);
    match harvest.resources.first() {
        Some((found, _)) => problem.with_help(format!("there is a {}", found.name())),
        None => problem,
    }
}

/// The resources of a kind, one of each sid; workers with their channels.
fn resources(files: &mut Files, harvest: Harvest, kind: Resource) -> Vec<Node> {
    let wanted = |found: Resource| {
        found == kind || (kind == Resource::Worker && found == Resource::WorkerChannel)
    };
    let pages: Vec<pages::Page> =
        harvest.pages.into_iter().filter(|page| wanted(page.kind)).collect();
    files.problems.extend(pages::missing(&pages));
    let found = harvest.resources.into_iter().filter(|(found, _)| wanted(*found)).collect();
    let merged = merge::by_sid(found, &mut files.problems);
    let (own, channels): (Vec<_>, Vec<_>) =
        merged.into_iter().partition(|(found, _)| *found == kind);
    let mut own: Vec<Node> = own.into_iter().map(|(_, node)| node).collect();
    let channels = channels.into_iter().map(|(_, node)| node).collect();
    merge::attach_channels(&mut own, channels, &mut files.problems);
    own
}

/// `configuration = { file = … }`: a bare configuration or a Workflow resource.
fn configuration_file(files: &mut Files, workflow: &mut Node) {
    let name = workflow.get("friendly_name").and_then(Node::as_str).map(str::to_owned);
    let Item::Table(table) = &mut workflow.value else { return };
    let Some(configuration) = table.get_mut("configuration") else { return };
    let Some(names) = configuration.get("file").cloned() else { return };
    let errors = files.problems.len();
    let harvest = files.harvest(&names, Some(Resource::Workflow));
    match only_configuration(harvest, name.as_deref()) {
        Ok(node) => *configuration = node,
        Err(what) => {
            if files.problems.len() == errors {
                files.problems.push(Problem::error(what, &names.place));
            }
            configuration.value = Item::Table(Table::default());
        }
    }
}

/// The configuration of a workflow called `name` among what a file holds.
fn only_configuration(harvest: Harvest, name: Option<&str>) -> Result<Node, String> {
    let mut bare = harvest.configurations;
    let mut workflows: Vec<Node> = harvest
        .resources
        .into_iter()
        .filter(|(kind, _)| *kind == Resource::Workflow)
        .map(|(_, node)| node)
        .collect();
    if workflows.len() > 1 {
        workflows.retain(|node| node.get("friendly_name").and_then(Node::as_str) == name);
    }
    match (bare.len(), workflows.len()) {
        (1, 0) => Ok(bare.remove(0)),
        (0, 1) => {
            let found = workflows[0].get("configuration").cloned();
            found.ok_or_else(|| "the Workflow in this file has no `configuration`".into())
        }
        (0, 0) => Err("there is no workflow configuration in this file".into()),
        _ => Err("there are several workflow configurations in this file".into()),
    }
}
