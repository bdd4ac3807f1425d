//! Last week's numbers among the exports: TaskRouter's answers to requests for cumulative
//! statistics.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::onboarding::inventory::Inventory;
use crate::onboarding::page::{Page, key, quoted};
use crate::onboarding::paths::relative;

/// An answer.
#[derive(Debug)]
pub(super) struct Statistics {
    path: PathBuf,
    /// The sid of what it is about; `None` if that is the whole workspace.
    about: Option<(&'static str, String)>,
}

/// Takes the answers out of `exports`, which are then resources only. What cannot be read stays,
/// for whoever reads it next to say why.
pub(super) fn apart(exports: &mut Vec<PathBuf>) -> Vec<Statistics> {
    let mut found = Vec::new();
    exports.retain(|path| {
        let answer = read(path);
        let is_other = answer.is_none();
        found.extend(answer);
        is_other
    });
    found
}

fn read(path: &Path) -> Option<Statistics> {
    let root: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    let answer = root.get("cumulative").unwrap_or(&root);
    let get = |names: [&str; 2]| names.iter().find_map(|name| answer.get(name));
    get(["reservations_created", "reservationsCreated"])?;
    let sid = |names: [&str; 2]| Some(get(names)?.as_str()?.to_owned());
    let workflow = sid(["workflow_sid", "workflowSid"]).map(|sid| ("workflow", sid));
    let about =
        workflow.or_else(|| sid(["task_queue_sid", "taskQueueSid"]).map(|sid| ("task_queue", sid)));
    Some(Statistics { path: path.to_owned(), about })
}

/// `[observed]`, if there is anything.
pub(super) fn observed(
    page: &mut Page,
    statistics: &[Statistics],
    (inventory, folder): (&Inventory, &Path),
) {
    if statistics.is_empty() {
        return;
    }
    page.comment("What `trsim run` shows beside its own numbers.");
    page.line("[observed]");
    page.todo(
        "how many replications of this scenario the statistics are of: as many days as were asked \
         for, divided by the days of `horizon`.",
    );
    page.line("periods = 1");
    for answer in statistics {
        let stem = answer.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let name = key(&stem.unwrap_or_else(|| "statistics".to_owned()));
        let file = quoted(&relative(&answer.path, folder));
        let part = match &answer.about {
            None => String::new(),
            Some((kind, sid)) => match inventory.name_of(kind, sid) {
                Some(of) => format!(", {kind} = {}", quoted(&of)),
                None => {
                    page.comment(&format!("{file} is about a {kind} that was not exported."));
                    continue;
                }
            },
        };
        page.line(format!("{name} = {{ file = {file}{part} }}"));
    }
    page.gap();
}
