//! From what was named on the command line to a scenario.

use std::path::Path;

use crate::cli::args::Changes;
use crate::cli::failure::Failure;
use crate::scenario::load::{self, Document};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::shape::check_shape;
use crate::scenario::text::Texts;
use crate::scenario::{Scenario, resolve};

/// The bundled example: what is simulated if nothing is named.
const EXAMPLE: (&str, &str) = ("weekday.toml", include_str!("../../scenarios/weekday.toml"));

/// A scenario, and what is to be said about it.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) scenario: Scenario,
    pub(super) warnings: Vec<Problem>,
    pub(super) texts: Texts,
}

/// Reads the scenario at `path`, `-` for standard input, or else the example.
pub(super) fn read(path: Option<&Path>, changes: &Changes) -> Result<Input, Failure> {
    let overrides = changes.overrides();
    let document = match path {
        Some(path) => load::load(path, &overrides)?,
        None => load::load_text(EXAMPLE.0, EXAMPLE.1, Path::new(""), &overrides)?,
    };
    understand(document, changes.lenient)
}

fn understand(mut document: Document, lenient: bool) -> Result<Input, Failure> {
    let mut problems = std::mem::take(&mut document.warnings);
    problems.extend(check_shape(&document.root));
    let scenario = match resolve(&mut document, lenient) {
        Ok((scenario, warnings)) => {
            problems.extend(warnings);
            Some(scenario)
        }
        Err(errors) => {
            problems.extend(errors);
            None
        }
    };
    let texts = document.texts;
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    match scenario {
        Some(scenario) if !problems.iter().any(is_error) => {
            Ok(Input { scenario, warnings: problems, texts })
        }
        _ => Err(Failure::input(problems, texts)),
    }
}
