//! JSON documents inside strings: attributes and configurations.

use crate::scenario::export::{Resource, case};
use crate::scenario::json::parse_json;
use crate::scenario::load::files::Files;
use crate::scenario::node::{Item, Node, Table};

/// Reads all documents in strings of a scenario.
pub(super) fn scenario(files: &mut Files, root: &mut Node) {
    for group in items(root, "workers") {
        attributes(files, group, "attributes");
    }
    for source in values(root, "source") {
        attributes(files, source, "attributes");
        for variant in items(source, "mix") {
            attributes(files, variant, "set");
        }
    }
    let Item::Table(table) = &mut root.value else { return };
    let Some(workspace) = table.get_mut("workspace") else { return };
    for worker in items(workspace, "workers") {
        resource(files, Resource::Worker, worker);
    }
    for workflow in items(workspace, "workflows") {
        resource(files, Resource::Workflow, workflow);
    }
}

/// Reads the documents in strings of one resource.
pub(super) fn resource(files: &mut Files, kind: Resource, node: &mut Node) {
    match kind {
        Resource::Worker => attributes(files, node, "attributes"),
        Resource::Workflow => {
            let Item::Table(table) = &mut node.value else { return };
            let Some(configuration) = table.get_mut("configuration") else { return };
            let help = "a file is named by { file = \"…\" }";
            document(files, configuration, Some(help));
            let place = configuration.place.clone();
            let value = std::mem::replace(&mut configuration.value, Item::Null);
            *configuration = case::configuration(Node { value, place });
        }
        _ => {}
    }
}

fn attributes(files: &mut Files, node: &mut Node, key: &str) {
    let Item::Table(table) = &mut node.value else { return };
    let Some(attributes) = table.get_mut(key) else { return };
    if attributes.as_str().is_some_and(|text| text.trim().is_empty()) {
        attributes.value = Item::Table(Table::default());
    }
    document(files, attributes, None);
}

/// The document in place of the string that holds it. If it is not JSON, that is told and an
/// empty table stands in its place.
fn document(files: &mut Files, node: &mut Node, help: Option<&str>) {
    let Some(text) = node.as_str().map(str::to_owned) else { return };
    let help = help.filter(|_| !text.trim_start().starts_with('{'));
    let id = files.texts.embed(&node.place, text);
    match parse_json(&files.texts, id, &mut files.problems) {
        Ok(parsed) => *node = parsed,
        Err(problems) => {
            files.problems.extend(problems.into_iter().map(|problem| match help {
                Some(help) => problem.with_help(help),
                None => problem,
            }));
            node.value = Item::Table(Table::default());
        }
    }
}

fn items<'a>(node: &'a mut Node, key: &str) -> &'a mut [Node] {
    match &mut node.value {
        Item::Table(table) => match table.get_mut(key).map(|node| &mut node.value) {
            Some(Item::Array(items)) => items,
            _ => &mut [],
        },
        _ => &mut [],
    }
}

fn values<'a>(node: &'a mut Node, key: &str) -> Vec<&'a mut Node> {
    match &mut node.value {
        Item::Table(table) => match table.get_mut(key).map(|node| &mut node.value) {
            Some(Item::Table(table)) => {
                table.entries.iter_mut().map(|entry| &mut entry.node).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
