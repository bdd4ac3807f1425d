use std::fs;
use std::path::PathBuf;

use super::*;
use crate::scenario::export::{Resource, is_exported};
use crate::scenario::node::Item;
use crate::scenario::render::render;

const SCENARIO: &str = r#"
schema = 1
name = "x"
horizon = "1h"
[workspace]
file = "workspace.json"
task_queues = { file = "all.json" }
workers = { file = ["workers-*.json", "channels.json"] }
workflows = { file = "all.json" }
[source.a]
workflow = "Support"
arrivals = { per_hour = 1 }
talk = "1m"
"#;
const WORKSPACE: &str = r#"{"sid": "WS1", "friendly_name": "Center", "timeout_activity_name": "Break",
    "multi_task_enabled": true, "links": {}, "date_created": "2020-01-01T00:00:00Z"}"#;
const ALL: &str = r#"{"task_queues": [{"sid": "WQ1", "friendlyName": "Billing", "maxReservedWorkers": 2}],
    "workflows": [{"sid": "WW1", "friendly_name": "Support", "task_reservation_timeout": 20,
    "configuration": "{\"task_routing\": {\"default_filter\": {\"queue\": \"WQ1\"}}}"}]}"#;
const CHANNELS: &str = r#"{"channels": [{"sid": "WC1", "worker_sid": "WK2",
    "task_channel_unique_name": "voice", "configured_capacity": 3, "available": true}], "meta": {}}"#;

/// A page of workers; `next` says whether another one is announced.
fn page(number: usize, next: bool) -> String {
    let next =
        if next { format!("\"https://x/Workers?Page={}\"", number + 1) } else { "null".into() };
    format!(
        r#"{{"workers": [{{"sid": "WK{number}", "friendly_name": "w{number}", "attributes": "{{\"level\": {number}}}"}}],
        "meta": {{"key": "workers", "page": {number}, "url": "https://x/Workers?Page={number}", "next_page_url": {next}}}}}"#
    )
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in [
            ("s.toml", SCENARIO),
            ("workspace.json", WORKSPACE),
            ("all.json", ALL),
            ("channels.json", CHANNELS),
        ] {
            folder.write(name, text);
        }
        for (number, next) in [(0, true), (1, true), (2, false)] {
            folder.write(&format!("workers-{number}.json"), &page(number, next));
        }
        folder
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, overrides: &[&str]) -> Result<Document, String> {
        let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
        load(&self.0.path().join("s.toml"), &overrides)
            .map_err(|failed| render(&failed.problems, &failed.texts, false))
    }

    fn with(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }
}

fn list<'a>(document: &'a Document, key: &str) -> &'a [Node] {
    document.root.get("workspace").and_then(|node| node.get(key)).unwrap().as_array().unwrap()
}

#[test]
fn exports_take_the_place_of_their_references() {
    let document = Folder::new().load(&[]).unwrap();
    assert!(document.warnings.is_empty());
    let workers = list(&document, "workers");
    let sids: Vec<&str> = workers.iter().filter_map(|node| node.get("sid")?.as_str()).collect();
    assert_eq!(sids, ["WK0", "WK1", "WK2"]);
    assert!(workers.iter().all(is_exported));
    assert_eq!(workers[1].get("attributes").unwrap().get("level").unwrap().as_integer(), Some(1));
    let channel = &workers[2].get("channels").unwrap().as_array().unwrap()[0];
    assert_eq!(channel.get("configured_capacity").unwrap().as_integer(), Some(3));
    let queue = &list(&document, "task_queues")[0];
    assert_eq!(queue.get("max_reserved_workers").unwrap().as_integer(), Some(2));
    let routing = list(&document, "workflows")[0].get("configuration").unwrap();
    assert!(routing.get("task_routing").unwrap().get("default_filter").is_some());
    let workspace = document.root.get("workspace").unwrap();
    assert_eq!(workspace.get("timeout_activity_name").unwrap().as_str(), Some("Break"));
    assert!(workspace.get("file").is_none() && workspace.get("links").is_none());
    assert_eq!(render(&check_shape(&document.root), &document.texts, false), "");
}

#[test]
fn a_problem_in_a_string_of_an_export_is_shown_in_its_file() {
    let folder = Folder::new();
    let broken = page(1, true).replace("{\\\"level\\\": 1}", "{\\\"level\\\": }");
    let shown = folder.with("workers-1.json", &broken).load(&[]).unwrap_err();
    assert!(shown.contains("workers-1.json:1:"), "{shown}");
    assert!(shown.contains("\\\"level\\\": }"), "{shown}");
}

#[test]
fn a_missing_page_is_a_problem() {
    let folder = Folder::new();
    fs::remove_file(folder.0.path().join("workers-1.json")).unwrap();
    let shown = folder.load(&[]).unwrap_err();
    assert!(shown.contains("the next page of workers is not among the files"), "{shown}");
    assert!(shown.contains("fetch https://x/Workers?Page=1"), "{shown}");
}

#[test]
fn references_that_lead_nowhere_are_told_where_they_are_written() {
    for (set, part) in [
        ("workspace.task_queues={file=\"none.json\"}", "there is no such file"),
        ("workspace.task_queues={file=\"none-*.json\"}", "no file matches"),
        ("workspace.task_queues={file=\".\"}", "it is a directory"),
        ("workspace.task_queues={file=\"s.toml\"}", "cannot be a part of itself"),
        ("workspace.task_queues={file=\"workspace.json\"}", "there is no TaskQueue in this file"),
        ("workspace.task_queues={file=\"channels.json\", x = 1}", "unknown key `x` beside `file`"),
        ("workspace.task_queues={file=3}", "expected text in quotes"),
        (
            "workspace.workflows[0].configuration={file=\"channels.json\"}",
            "no workflow configuration",
        ),
    ] {
        let shown = Folder::new().load(&[set]).unwrap_err();
        assert!(shown.contains(part) && shown.contains("--set:1:"), "{set}\n{shown}");
    }
}

#[test]
fn a_configuration_may_be_a_file() {
    let bare = r#"{"taskRouting": {"defaultFilter": {"queue": "Everyone"}}}"#;
    let folder = Folder::new().with("bare.json", bare);
    for file in ["bare.json", "all.json"] {
        let set = format!("workspace.workflows[\"Support\"].configuration={{file=\"{file}\"}}");
        let document = folder.load(&[&set]).unwrap();
        let configuration = list(&document, "workflows")[0].get("configuration").unwrap();
        assert!(configuration.get("task_routing").is_some(), "{file}");
    }
}

#[test]
fn overrides_reach_into_exports() {
    let document = Folder::new()
        .load(&[
            "workspace.workflows[\"Support\"].task_reservation_timeout=30s",
            "workspace.task_queues[\"WQ1\"].target_workers = \"1==1\"",
            "workspace.workers[\"w1\"].attributes.level=7",
            "workspace.workflows[0].configuration.task_routing.default_filter.queue=\"Billing\"",
        ])
        .unwrap();
    let workflow = &list(&document, "workflows")[0];
    assert_eq!(workflow.get("task_reservation_timeout").unwrap().as_str(), Some("30s"));
    let worker = &list(&document, "workers")[1];
    assert_eq!(worker.get("attributes").unwrap().get("level").unwrap().as_integer(), Some(7));
    assert_eq!(render(&check_shape(&document.root), &document.texts, false), "");
}

#[test]
fn a_file_may_be_set() {
    let other = WORKSPACE.replace("Break", "Lunch");
    let folder = Folder::new().with("other.json", &other);
    let document = folder.load(&["workspace.file=\"other.json\""]).unwrap();
    let workspace = document.root.get("workspace").unwrap();
    assert_eq!(workspace.get("timeout_activity_name").unwrap().as_str(), Some("Lunch"));
}

#[test]
fn one_resource_in_two_files_is_one() {
    let folder = Folder::new().with(
        "workers-3.json",
        r#"[{"sid": "WK1", "friendly_name": "other", "attributes": "{\"level\": 1}"}]"#,
    );
    let document = folder.load(&[]).unwrap();
    assert_eq!(list(&document, "workers").len(), 3);
    assert_eq!(document.warnings.len(), 1);
    assert!(document.warnings[0].message.contains("`friendly_name` of WK1"));
}

#[test]
fn documents_are_read_without_a_scenario() {
    let folder = Folder::new();
    let path = |name: &str| folder.0.path().join(name);
    let bare = folder.write("bare.json", r#"{"task_routing": {"filters": []}}"#);
    let documents = load_documents(&[
        path("all.json"),
        path("workers-0.json"),
        path("workers-1.json"),
        path("workers-2.json"),
        path("channels.json"),
        bare,
    ])
    .unwrap();
    assert_eq!(documents.configurations.len(), 1);
    assert_eq!(documents.of(Resource::Worker).count(), 3);
    assert_eq!(documents.of(Resource::WorkerChannel).count(), 0);
    assert!(documents.of(Resource::Worker).last().unwrap().get("channels").is_some());
    let failed = load_documents(&[path("workers-0.json"), path("none.json")]).unwrap_err();
    assert_eq!(failed.problems.len(), 2);
}

#[test]
fn garbage_of_any_kind_is_told_quickly() {
    let garbage: String = (0..10_000_000_u32)
        .map(|at| {
            char::from(b' ' + u8::try_from(at.wrapping_mul(2_654_435_761) >> 16 & 63).unwrap())
        })
        .collect();
    let lines: String = "= [ \" {\n".repeat(1_000_000);
    for text in
        [garbage, lines, "\0".repeat(100_000), "[[".repeat(1_000_000), "a=1\n".repeat(500_000)]
    {
        let start = cpu_time::ThreadTime::now();
        let failed = load_text("s.toml", text.clone(), Path::new(""), &[]).unwrap_err();
        let shown = render(&failed.problems, &failed.texts, false);
        assert!(shown.len() < 100_000);
        let folder = Folder::new().with("all.json", &text);
        assert!(folder.load(&[]).is_err());
        assert!(start.elapsed().as_secs_f64() < 4.0, "{:?}", start.elapsed());
    }
}

#[test]
fn trees_of_any_shape_are_checked_without_a_panic() {
    for text in [
        "workspace = 3",
        "[workspace]\nworkers = 3",
        "workers = [1, []]",
        "source = []",
        "[workspace]\nworkflows = [3, {}, { configuration = 3 }]",
        "workspace = { file = [] }",
        "source.a.mix = [1]\nsource.a.attributes = \"[1]\"",
        "[[workspace]]",
        "horizon = {}",
        "[workspace]\nworkers = [{ file = \"x\" }, 3]",
    ] {
        let checked = match load_text("s.toml", text, Path::new("/nowhere"), &[]) {
            Ok(document) => check_shape(&document.root).len(),
            Err(failed) => failed.problems.len(),
        };
        assert!(checked > 0, "{text}");
    }
}

#[test]
fn null_is_as_good_as_absent() {
    let queue = r#"[{"sid": "WQ1", "friendly_name": "Billing", "target_workers": null}]"#;
    let folder = Folder::new().with("queues.json", queue);
    let document = folder.load(&["workspace.task_queues={file=\"queues.json\"}"]).unwrap();
    assert!(matches!(
        list(&document, "task_queues")[0].as_table().unwrap().get("target_workers").unwrap().value,
        Item::Null
    ));
    assert!(check_shape(&document.root).is_empty());
}
