//! The front door: a path or a text becomes a scenario, or all that is wrong with it.

use std::path::Path;

use crate::scenario::lint::overload;
use crate::scenario::load::{Document, Failed, load, load_text};
use crate::scenario::model::Scenario;
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::resolve::resolve;
use crate::scenario::shape::check_shape;
use crate::scenario::text::Texts;

/// A scenario, what is likely not meant in it, and the texts to show that in.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// Warnings.
    pub warnings: Vec<Problem>,
    /// All texts that were read.
    pub texts: Texts,
}

impl Scenario {
    /// Reads a scenario file, `-` for standard input, with everything it refers to; `overrides`
    /// are `PATH=VALUE`. If `lenient`, a malformed expression of a workflow never matches.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each at its place.
    pub fn load(path: &Path, overrides: &[String], lenient: bool) -> Result<Loaded, Failed> {
        Self::of(load(path, overrides)?, lenient)
    }

    /// Reads a scenario from a text, as [`load`](Self::load) does; `folder` is where the files are
    /// that it names, `name` is shown with problems.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn parse(
        name: &str,
        text: &str,
        folder: &Path,
        overrides: &[String],
    ) -> Result<Loaded, Failed> {
        Self::of(load_text(name, text, folder, overrides)?, false)
    }

    /// Makes a scenario of what was read. Of two errors at one place the one about the shape of
    /// the file counts.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn of(mut document: Document, lenient: bool) -> Result<Loaded, Failed> {
        let shape = check_shape(&document.root);
        let resolved = resolve(&mut document, lenient);
        let Document { texts, mut warnings, root, .. } = document;
        match resolved {
            Ok((scenario, more)) if !shape.iter().any(is_error) => {
                warnings.extend(shape);
                warnings.extend(more);
                warnings.extend(overload(&scenario, &root));
                Ok(Loaded { scenario, warnings, texts })
            }
            Ok((_, more)) | Err(more) => {
                let told = |new: &Problem| shape.iter().any(|known| known.place == new.place);
                let more: Vec<Problem> = more.into_iter().filter(|new| !told(new)).collect();
                Err(Failed { texts, problems: [warnings, shape, more].concat() })
            }
        }
    }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::scenario::resolve::testing::ONE_QUEUE;

    #[test]
    fn a_file_is_opened_with_its_overrides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        fs::write(&path, ONE_QUEUE).unwrap();
        let set = ["workers[\"day\"].count=5".to_owned()];
        let plain = Scenario::load(&path, &[], false).unwrap();
        let changed = Scenario::load(&path, &set, false).unwrap();
        assert_eq!(plain.scenario.workspace.workers.len(), 2);
        assert_eq!(changed.scenario.workspace.workers.len(), 5);
        assert!(plain.warnings.is_empty());
    }

    #[test]
    fn what_is_wrong_comes_with_the_texts_to_show_it_in() {
        let text = ONE_QUEUE.replace("queue = 'Billing'", "queue = 'Sales'").replace("4m", "4");
        let failed = Scenario::parse("s.toml", &text, Path::new(""), &[]).unwrap_err();
        let shown = crate::scenario::render::render(&failed.problems, &failed.texts, false);
        assert!(shown.contains("s.toml:9:8") && shown.contains("s.toml:20:22"), "{shown}");
    }
}
