//! TaskRouter's own JSON: pages as the REST API returns them, lists, single resources, or one
//! document with several of them, in `snake_case` or `camelCase`.

pub mod case;
pub mod merge;
pub mod pages;

use crate::scenario::export::pages::Page;
use crate::scenario::node::{Entry, Item, Node, Table};
use crate::scenario::problem::Problem;
use crate::scenario::shape::{self, Shape};

/// The key that marks a table as a resource that TaskRouter exported.
pub const EXPORTED: &str = "$exported";

/// Whether a table is a resource that TaskRouter exported: it may have any other keys, too.
#[must_use]
pub fn is_exported(node: &Node) -> bool {
    node.get(EXPORTED).is_some()
}

/// A kind of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// `WS…`
    Workspace,
    /// `WA…`
    Activity,
    /// `TC…`
    TaskChannel,
    /// `WQ…`
    TaskQueue,
    /// `WK…`
    Worker,
    /// `WC…`
    WorkerChannel,
    /// `WW…`
    Workflow,
}

/// Everything found in some exported documents, in order.
#[derive(Clone, Debug, Default)]
pub struct Harvest {
    /// The resources, each marked as exported.
    pub resources: Vec<(Resource, Node)>,
    /// Bare workflow configurations.
    pub configurations: Vec<Node>,
    /// The pages that the resources came in.
    pub(crate) pages: Vec<Page>,
}

impl Resource {
    const ALL: [(Self, &'static str, &'static str, &'static str); 7] = [
        (Self::Workspace, "WS", "workspaces", "Workspace"),
        (Self::Activity, "WA", "activities", "Activity"),
        (Self::TaskChannel, "TC", "task_channels", "TaskChannel"),
        (Self::TaskQueue, "WQ", "task_queues", "TaskQueue"),
        (Self::Worker, "WK", "workers", "Worker"),
        (Self::WorkerChannel, "WC", "worker_channels", "WorkerChannel"),
        (Self::Workflow, "WW", "workflows", "Workflow"),
    ];

    /// TaskRouter's name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].3
    }

    /// The key under which lists of the kind are, in pages and in the scenario file.
    #[must_use]
    pub fn list_key(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    /// The keys of the kind that are used.
    pub(crate) fn shape(self) -> &'static Shape {
        match self {
            Self::Workspace => &shape::WORKSPACE,
            Self::Activity => &shape::ACTIVITY,
            Self::TaskChannel => &shape::TASK_CHANNEL,
            Self::TaskQueue => &shape::TASK_QUEUE,
            Self::Worker => &shape::WORKER,
            Self::WorkerChannel => &shape::WORKER_CHANNEL,
            Self::Workflow => &shape::WORKFLOW,
        }
    }

    /// The kind of the resource `node`, by its sid or by keys that only one kind has.
    fn of(node: &Node) -> Option<Self> {
        let has = |key: &str| node.get(key).is_some() || node.get(&case::camel(key)).is_some();
        if let Some(sid) = node.get("sid").and_then(Node::as_str) {
            let found = Self::ALL.iter().find(|(_, prefix, ..)| sid.starts_with(prefix));
            if found.is_some() {
                return found.map(|(kind, ..)| *kind);
            }
        }
        [
            ("configuration", Self::Workflow),
            ("target_workers", Self::TaskQueue),
            ("configured_capacity", Self::WorkerChannel),
            ("unique_name", Self::TaskChannel),
            ("multi_task_enabled", Self::Workspace),
            ("prioritize_queue_order", Self::Workspace),
            ("activity_name", Self::Worker),
            ("attributes", Self::Worker),
            ("available", Self::Activity),
        ]
        .into_iter()
        .find_map(|(key, kind)| has(key).then_some(kind))
    }
}

impl Harvest {
    /// Adds everything in `node`. Resources that do not say what they are, are `expected`.
    pub fn add(&mut self, node: Node, expected: Option<Resource>, problems: &mut Vec<Problem>) {
        let table = match node.value {
            Item::Array(items) => {
                items.into_iter().for_each(|item| self.add(item, expected, problems));
                return;
            }
            Item::Table(ref table) => table,
            _ => {
                problems.push(crate::scenario::read::wrong(&node, "a resource of TaskRouter's"));
                return;
            }
        };
        if is_error(&node) {
            let message = node.get("message").and_then(Node::as_str).unwrap_or_default();
            let what = format!("this is an error of the API, not a resource: {message}");
            problems.push(Problem::error(what, &node.place));
        } else if is_configuration(&node) {
            self.configurations.push(case::configuration(node));
        } else if table.get("sid").is_none() && table.entries.iter().any(is_list) {
            self.add_lists(node, problems);
        } else if let Some(kind) = Resource::of(&node).or(expected) {
            self.resources.push((kind, marked(case::resource(node, kind.shape()))));
        } else {
            let problem = Problem::error("this is no resource of TaskRouter's", &node.place);
            problems.push(problem.with_help("a resource has a `sid`, a page a list and `meta`"));
        }
    }

    /// Adds the lists of a page, or of a document with several of them.
    fn add_lists(&mut self, node: Node, problems: &mut Vec<Problem>) {
        let Item::Table(table) = node.value else { return };
        let meta = table.get("meta").cloned();
        for entry in table.entries {
            let key = case::snake(&entry.key);
            let known = Resource::ALL.iter().find(|(_, _, list, _)| *list == key);
            let single = Resource::ALL.iter().find(|(.., name)| case::snake(name) == key);
            let expected = known.or(single).map(|(kind, ..)| *kind);
            if expected.is_none() && key != "channels" {
                continue;
            }
            let before = self.resources.len();
            // Pages of task channels and of worker channels are both called `channels`.
            let fallback = expected.unwrap_or(Resource::TaskChannel);
            self.add(entry.node, Some(fallback), problems);
            if let Some(meta) = &meta {
                let kind = self.resources.get(before).map_or(fallback, |(kind, _)| *kind);
                self.pages.push(Page::new(kind, meta));
            }
        }
    }
}

/// A list of resources, or a single one under its own name.
fn is_list(entry: &Entry) -> bool {
    let key = case::snake(&entry.key);
    let list = Resource::ALL.iter().any(|(_, _, list, _)| *list == key) || key == "channels";
    let single = Resource::ALL.iter().any(|(.., name)| case::snake(name) == key);
    match &entry.node.value {
        Item::Array(_) => list,
        Item::Table(_) => single,
        _ => false,
    }
}

fn is_error(node: &Node) -> bool {
    node.get("sid").is_none()
        && node.get("message").and_then(Node::as_str).is_some()
        && node.get("code").or_else(|| node.get("status")).and_then(Node::as_integer).is_some()
}

/// Whether `node` is a workflow's configuration, with or without its wrapper.
pub(crate) fn is_configuration(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some_and(|node| node.as_table().is_some());
    let filters = node.get("filters").is_some_and(|node| node.as_array().is_some());
    node.get("sid").is_none()
        && (has("task_routing")
            || has("taskRouting")
            || filters
            || has("default_filter")
            || has("defaultFilter"))
}

fn marked(mut node: Node) -> Node {
    let place = node.place.clone();
    if let Item::Table(Table { entries }) = &mut node.value {
        let mark = Node { value: Item::Bool(true), place: place.clone() };
        entries.push(Entry { key: EXPORTED.into(), key_place: place, node: mark });
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::json::parse_json;
    use crate::scenario::text::Texts;

    fn harvest(text: &str) -> (Harvest, Vec<Problem>) {
        let mut texts = Texts::new();
        let id = texts.add("x.json", text);
        let mut problems = Vec::new();
        let node = parse_json(&texts, id, &mut problems).unwrap();
        let mut harvest = Harvest::default();
        harvest.add(node, None, &mut problems);
        (harvest, problems)
    }

    fn kinds(text: &str) -> Vec<Resource> {
        let (harvest, problems) = harvest(text);
        assert!(problems.is_empty(), "{problems:?}");
        harvest.resources.into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn pages_lists_and_single_resources_are_told_apart() {
        use Resource::{Activity, TaskChannel, TaskQueue, Worker, WorkerChannel, Workflow};
        assert_eq!(kinds(r#"{"sid": "WQ1", "friendly_name": "a"}"#), [TaskQueue]);
        assert_eq!(kinds(r#"[{"sid": "WK1"}, {"sid": "WA1"}]"#), [Worker, Activity]);
        assert_eq!(kinds(r#"{"workers": [{"friendly_name": "a"}], "meta": {}}"#), [Worker]);
        assert_eq!(kinds(r#"{"taskQueues": [{"friendlyName": "a"}]}"#), [TaskQueue]);
        assert_eq!(kinds(r#"{"channels": [{"unique_name": "voice"}]}"#), [TaskChannel]);
        assert_eq!(
            kinds(r#"{"channels": [{"worker_sid": "WK1", "configured_capacity": 2}]}"#),
            [WorkerChannel]
        );
        assert_eq!(
            kinds(r#"{"workflows": [{"sid": "WW1"}], "activities": [{"sid": "WA1"}], "x": 1}"#),
            [Workflow, Activity]
        );
        assert_eq!(kinds(r#"{"workspace": {"sid": "WS1"}}"#), [Resource::Workspace]);
    }

    #[test]
    fn bare_configurations_are_known_and_their_keys_become_snake_case() {
        let (harvest, _) = harvest(r#"{"taskRouting": {"filters": [], "defaultFilter": {}}}"#);
        let routing = harvest.configurations[0].get("task_routing").unwrap();
        assert!(routing.get("default_filter").is_some());
    }

    #[test]
    fn an_error_of_the_api_is_no_resource() {
        let (_, problems) =
            harvest(r#"{"code": 20404, "message": "not found", "more_info": "x", "status": 404}"#);
        assert!(problems[0].message.ends_with("not found"), "{problems:?}");
        let (_, problems) = harvest(r#"{"x": 1}"#);
        assert_eq!(problems.len(), 1);
    }
}
