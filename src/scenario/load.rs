//! Files to one tree: the scenario, and TaskRouter's exports in place of the references to them.
//!
//! What comes out is still only a tree. Whether it keeps to the grammar is asked in
//! [`crate::scenario::shape::check_shape`], and what it means is found out later.

mod decode;
mod documents;
mod files;
mod include;

use std::io::Read;
use std::path::{Path, PathBuf};

pub use documents::{Documents, load_documents};
pub use files::matching;

use crate::scenario::load::files::Files;
use crate::scenario::node::{Node, TextId};
use crate::scenario::overrides::{self, Override};
use crate::scenario::problem::Problem;
use crate::scenario::shape::check_shape;
use crate::scenario::text::{MAX_BYTES, Texts};
use crate::scenario::toml::parse_toml;

/// Everything that was read for one scenario.
#[derive(Clone, Debug)]
pub struct Document {
    /// All texts.
    pub texts: Texts,
    /// The scenario file, with TaskRouter's exports in place of the references to them.
    pub root: Node,
    /// What is likely not meant.
    pub warnings: Vec<Problem>,
    /// The folder to which paths in the scenario are relative; empty, the working directory, for
    /// standard input.
    pub folder: PathBuf,
}

/// Why nothing came out: at least one error, and the texts to show it in.
#[derive(Debug)]
pub struct Failed {
    /// All texts that were read so far.
    pub texts: Texts,
    /// Errors, and warnings beside them.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The path of a file that the scenario names.
    #[must_use]
    pub fn path(&self, written: &str) -> PathBuf {
        self.folder.join(Path::new(written))
    }
}

/// Reads a scenario file, `-` for standard input, with everything it refers to; `overrides` are
/// `PATH=VALUE`.
///
/// # Errors
///
/// If a file cannot be read or parsed, or an override goes nowhere: all such problems, and those
/// of [`check_shape`] as far as there is a tree. If there is none of the former, `load` succeeds
/// without asking `check_shape`.
pub fn load(path: &Path, overrides: &[String]) -> Result<Document, Failed> {
    if path == Path::new("-") {
        return load_text(STDIN, standard_input()?, Path::new(""), overrides);
    }
    let mut texts = Texts::new();
    match texts.add_file(path) {
        Ok(id) => {
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            Loader { files: Files::new(texts, folder, Some(path)) }.load(id, overrides)
        }
        Err(problem) => Err(Failed { texts, problems: vec![problem] }),
    }
}

/// What standard input is called.
pub const STDIN: &str = "<stdin>";

/// Reads standard input to its end.
///
/// # Errors
///
/// If it cannot be read, is too long, or is no text.
pub fn standard_input() -> Result<String, Failed> {
    let mut bytes = Vec::new();
    let mut texts = Texts::new();
    let read = std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
    let problem = match read {
        Err(error) => Problem::nowhere(format!("cannot read standard input: {error}")),
        Ok(_) if bytes.len() as u64 > MAX_BYTES => {
            Problem::nowhere("standard input is larger than 64 MiB")
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(error) => texts.add_bytes(STDIN, error.into_bytes()).expect_err("not UTF-8"),
        },
    };
    Err(Failed { texts, problems: vec![problem] })
}

/// Reads a scenario from a text; `folder` is where the files it names are.
///
/// # Errors
///
/// As [`load`].
pub fn load_text(
    name: &str,
    text: impl Into<String>,
    folder: &Path,
    overrides: &[String],
) -> Result<Document, Failed> {
    let mut texts = Texts::new();
    let id = texts.add(name, text);
    Loader { files: Files::new(texts, folder.to_owned(), None) }.load(id, overrides)
}

struct Loader {
    files: Files,
}

impl Loader {
    fn load(mut self, id: TextId, overrides: &[String]) -> Result<Document, Failed> {
        let mut root = match parse_toml(&self.files.texts, id) {
            Ok(root) => root,
            Err(problems) => return Err(Failed { texts: self.files.texts, problems }),
        };
        let overrides = self.overrides(overrides);
        let later = self.set_files(&mut root, overrides);
        self.resolve(&mut root);
        if !later.is_empty() && !self.files.failed() {
            for change in later {
                self.set(&mut root, change);
            }
            // What was set may again refer to files.
            self.resolve(&mut root);
        }
        let failed = self.files.failed();
        let Files { texts, folder, mut problems, .. } = self.files;
        if failed {
            // Whoever mends one thing should not be told of the next only then.
            problems.extend(check_shape(&root));
            return Err(Failed { texts, problems });
        }
        Ok(Document { texts, root, warnings: problems, folder })
    }

    fn overrides(&mut self, written: &[String]) -> Vec<Override> {
        let Files { texts, problems, .. } = &mut self.files;
        written
            .iter()
            .filter_map(|written| {
                Override::parse(written, texts).map_err(|problem| problems.push(problem)).ok()
            })
            .collect()
    }

    /// Changes which files are read, and gives back all other changes.
    fn set_files(&self, root: &mut Node, overrides: Vec<Override>) -> Vec<Override> {
        let texts = &self.files.texts;
        let is_set = |change: &Override, root: &mut Node| {
            change.names_file(texts)
                && overrides::set(root, texts, &change.path, change.value.clone()).is_ok()
        };
        overrides.into_iter().filter(|change| !is_set(change, root)).collect()
    }

    fn set(&mut self, root: &mut Node, change: Override) {
        if let Err(problem) = overrides::set(root, &self.files.texts, &change.path, change.value) {
            self.files.problems.push(problem);
        }
    }

    /// Puts files and documents in strings in their places; what is in place already, stays.
    fn resolve(&mut self, root: &mut Node) {
        include::resolve(&mut self.files, root);
        decode::scenario(&mut self.files, root);
    }
}

#[cfg(test)]
mod tests;
