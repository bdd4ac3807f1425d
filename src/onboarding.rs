//! From what TaskRouter exports, and how many tasks came, to a first scenario.
//!
//! The scenario refers to the exported files and adds what TaskRouter does not know: sources whose
//! attributes lead to the queues, groups of workers who are alike, behaviors. Whatever had to be
//! guessed is marked `# TODO`, with the reason. It knows nothing of simulation.
//!
//! Start reading at [`first_draft`]; `inventory` is what there is, `leads` how tasks get to queues,
//! `volumes` how many, `streams` both together, `crews` who is alike, `write` the text.

mod crews;
mod inventory;
mod leads;
mod page;
mod paths;
mod statistics;
mod streams;
mod times;
mod volumes;
mod write;

pub use page::Todo;

use std::path::{Path, PathBuf};

use crate::onboarding::inventory::Inventory;
use crate::onboarding::leads::leads;
use crate::onboarding::volumes::Volumes;
use crate::scenario::load::{Documents, Failed, load_documents};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::{Loaded, Scenario};

/// What a first scenario is made of.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Files of TaskRouter's JSON, resources and cumulative statistics; `*`, `?` and `[…]` stand for
    /// parts of names.
    pub exports: &'a [PathBuf],
    /// A CSV file that says how many tasks came.
    pub arrivals: Option<&'a Path>,
    /// Where the scenario will be: paths in it are relative to that folder.
    pub out: &'a Path,
}

/// A first scenario.
#[derive(Debug)]
pub struct Draft {
    /// The scenario file.
    pub text: String,
    /// What was guessed, in order of lines.
    pub todos: Vec<Todo>,
    /// What the file says; its warnings include those about the exports.
    pub loaded: Loaded,
}

/// Makes a first scenario of `request`; writes nothing.
///
/// # Errors
///
/// If a file cannot be read or is wrong, or the scenario would not be valid because something is
/// missing in the exports: everything that is wrong, each at its place.
pub fn first_draft(request: Request<'_>) -> Result<Draft, Failed> {
    let mut exports = paths::expand(request.exports)?;
    let statistics = statistics::apart(&mut exports);
    let mut documents = load_documents(&exports)?;
    let inventory = Inventory::of(&documents);
    let mut problems = std::mem::take(&mut documents.warnings);
    if inventory.workflows.is_empty() {
        let problem = Problem::nowhere("there is no workflow in these files");
        problems.push(problem.with_help("export the workspace's workflows and name the file too"));
    }
    let volumes = request.arrivals.and_then(|path| {
        Volumes::read(path, &inventory, &mut documents.texts)
            .map_err(|found| problems.extend(found))
            .ok()
    });
    let found = leads(&inventory);
    if let (true, Some(workflow)) = (found.found.is_empty(), inventory.workflows.first()) {
        let what = "no tasks can be made up that a filter takes";
        let problem = Problem::error(what, &workflow.place);
        problems.push(problem.with_help(found.left_out.join("; ")));
    }
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    if problems.iter().any(is_error) {
        let Documents { texts, .. } = documents;
        return Err(Failed { texts, problems });
    }
    let folder = request.out.parent().unwrap_or(Path::new(""));
    let mut page = write::write(request, &inventory, (&found, volumes.as_ref()));
    statistics::observed(&mut page, &statistics, (&inventory, folder));
    let (text, todos) = page.finish();
    let loaded = Scenario::parse(&request.out.to_string_lossy(), &text, folder, &[])?;
    Ok(Draft { text, todos, loaded })
}
