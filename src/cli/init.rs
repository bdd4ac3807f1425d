//! `trsim init`: a first scenario from exports.

use std::fs;
use std::path::Path;

use crate::cli::Outcome;
use crate::cli::args::InitArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::onboarding::{Draft, Request, Todo, first_draft};
use crate::scenario::problem::Problem;

pub(super) fn run(args: &InitArgs, console: &Console) -> Outcome {
    let out = &args.out;
    if out.exists() && !args.force {
        let problem = Problem::nowhere(format!("{} is there already", out.display()));
        let help = "--force replaces it; --out FILE writes elsewhere";
        return Err(Failure::usage(problem.with_help(help)));
    }
    let request = Request { exports: &args.exports, arrivals: args.arrivals.as_deref(), out };
    let draft = first_draft(request)?;
    write(out, &draft.text)?;
    console.problems(&draft.loaded.warnings, &draft.loaded.texts);
    console.print(&summary(out, &draft))
}

/// Writes the file beside its place, then puts it there.
pub(super) fn write(out: &Path, text: &str) -> Outcome {
    let failed = |error| Failure::output(format!("cannot write {}: {error}", out.display()));
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let beside = out.with_file_name(format!(".{name}.new-{}", std::process::id()));
    fs::write(&beside, text).map_err(failed)?;
    fs::rename(&beside, out).map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

/// What was written, and what was guessed in it.
fn summary(out: &Path, draft: &Draft) -> String {
    let scenario = &draft.loaded.scenario;
    let path = out.display();
    let mut text = format!(
        "{path}: {} sources, {} workflows, {} task queues, {} workers in {} groups\n",
        scenario.sources.len(),
        scenario.workspace.workflows.len(),
        scenario.workspace.queues.len(),
        scenario.workspace.workers.len(),
        scenario.groups.len(),
    );
    if !draft.todos.is_empty() {
        text += "  guessed, marked TODO in the file:\n";
        for (place, what) in grouped(&draft.todos) {
            text += &format!("  {path}:{place}: {what}\n");
        }
    }
    text + &format!("  next: trsim check --routes {path}\n")
}

/// What was guessed, each guess once: where it comes first and how often more, and what it is.
fn grouped(todos: &[Todo]) -> Vec<(String, &str)> {
    let mut groups: Vec<(usize, usize, &str)> = Vec::new();
    for todo in todos {
        match groups.iter_mut().find(|(_, _, text)| *text == todo.text) {
            Some((_, more, _)) => *more += 1,
            None => groups.push((todo.line, 0, &todo.text)),
        }
    }
    let place = |(line, more, text)| match more {
        0 => (format!("{line}"), text),
        more => (format!("{line} (and {more} more)"), text),
    };
    groups.into_iter().map(place).collect()
}
