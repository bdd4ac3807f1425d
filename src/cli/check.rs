//! `trsim check`: what is wrong, what is hardly meant, and what is assumed. Simulates nothing.

mod sight;

use std::path::{Path, PathBuf};

use crate::cli::Outcome;
use crate::cli::args::{Changes, CheckArgs};
use crate::cli::batch::design::Design;
use crate::cli::batch::work::Asked;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::experiment::limits;
use crate::output::routes_report;
use crate::scenario::load::{Documents, Failed, load_documents};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::study::Study;
use crate::scenario::text::Texts;
use crate::scenario::{Loaded, check_documents};

/// What was found in one scenario, or in all documents together.
struct Finding {
    problems: Vec<Problem>,
    texts: Texts,
    /// What there is, if nothing is wrong.
    sight: Option<String>,
}

impl Finding {
    fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }
}

pub(super) fn run(args: &CheckArgs, console: &Console) -> Outcome {
    let (documents, scenarios): (Vec<_>, Vec<_>) =
        args.files.iter().cloned().partition(|path| is_document(path));
    let documents = [documents, args.task_queues.clone()].concat();
    let has_no_routes = |path: &&PathBuf| Study::is_in(path);
    if args.routes
        && let Some(path) = documents.first().or_else(|| scenarios.iter().find(has_no_routes))
    {
        let what = format!("--routes is about scenarios, and {} is none", path.display());
        return Err(Failure::usage(Problem::nowhere(what)));
    }
    let mut findings: Vec<Finding> =
        scenarios.iter().map(|path| scenario(path, args, console)).collect();
    if !documents.is_empty() {
        findings.push(of_documents(&documents, args.changes.lenient));
    }
    for finding in &findings {
        console.problems(&finding.problems, &finding.texts);
        console.print(finding.sight.as_deref().unwrap_or_default())?;
    }
    let count = |severity| findings.iter().map(|finding| finding.count(severity)).sum();
    verdict(count(Severity::Error), count(Severity::Warning), args)
}

fn verdict(errors: usize, warnings: usize, args: &CheckArgs) -> Outcome {
    let some = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    if errors != 0 {
        let found = format!("{} and {}", some(errors, "error"), some(warnings, "warning"));
        return Err(Failure::usage(Problem::nowhere(format!("{found} found"))));
    }
    if warnings != 0 && args.deny.is_some() {
        let found = some(warnings, "warning");
        return Err(Failure::not_held(format!("{found} found, and --deny warnings was given")));
    }
    Ok(())
}

fn scenario(path: &Path, args: &CheckArgs, console: &Console) -> Finding {
    let changes = &args.changes;
    if Study::is_in(path) {
        return study(path, changes);
    }
    match input::read(Some(path), changes) {
        Ok(Loaded { scenario, warnings, texts }) => {
            let mut sight = sight::scenario(&path.display().to_string(), &scenario, warnings.len());
            if args.routes {
                sight += &routes_report(&scenario, console.prints_color());
            }
            Finding { problems: warnings, texts, sight: Some(sight) }
        }
        Err(Failed { problems, texts }) => Finding { problems, texts, sight: None },
    }
}

/// A study, and each of its cells; of several cells that are wrong the first is told.
fn study(path: &Path, changes: &Changes) -> Finding {
    let found = Study::read(&[path.to_owned()]).and_then(|study| {
        let overrides = changes.overrides();
        let load = |cell| study.load(cell, &overrides, changes.lenient);
        let design = Design::of(&study, &Asked::nothing(changes.clone()));
        let mut base = load(study.baseline).and_then(input::with_assertions)?;
        for (number, cell) in study.cells.iter().enumerate() {
            let scenario = load(number).and_then(input::with_assertions)?.scenario;
            let limits = limits(&study.stop_when, &scenario).map(drop);
            let design = design.check(&cell.name, &scenario).map_err(|problem| vec![problem]);
            if let Err(problems) = limits.and(design) {
                return Err(Failed { problems, texts: study.texts });
            }
        }
        let fixed = study.replications.unwrap_or(base.scenario.replications);
        let most = if study.stop_when.is_empty() { fixed } else { study.max_replications };
        if let Err(problem) = design.check_number(most) {
            return Err(Failed { problems: vec![problem], texts: study.texts });
        }
        let problems = std::mem::take(&mut base.warnings);
        let sight = sight::study(&path.display().to_string(), &study, problems.len());
        Ok(Finding { problems, texts: base.texts, sight: Some(sight) })
    });
    found.unwrap_or_else(|Failed { problems, texts }| Finding { problems, texts, sight: None })
}

fn of_documents(paths: &[PathBuf], lenient: bool) -> Finding {
    let mut documents = match load_documents(paths) {
        Ok(documents) => documents,
        Err(Failed { problems, texts }) => return Finding { problems, texts, sight: None },
    };
    let mut problems = std::mem::take(&mut documents.warnings);
    problems.extend(check_documents(&mut documents, lenient));
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    let sight = if problems.iter().any(is_error) {
        None
    } else {
        Some(sight::documents(&documents, problems.len()))
    };
    let Documents { texts, .. } = documents;
    Finding { problems, texts, sight }
}

/// TaskRouter's documents are JSON, scenarios are not.
fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
