//! Files to one tree.

use std::path::{Path, PathBuf};

use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// Everything that was read for one scenario.
#[derive(Debug)]
pub struct Document {
    /// All texts.
    pub texts: Texts,
    /// The scenario file, with TaskRouter's exports in place of the references to them.
    pub root: Node,
    /// What is likely not meant.
    pub warnings: Vec<Problem>,
    /// The folder to which paths in the scenario are relative; the working directory's for
    /// standard input.
    pub folder: PathBuf,
}

impl Document {
    /// The path of a file that the scenario names.
    #[must_use]
    pub fn path(&self, written: &str) -> PathBuf {
        self.folder.join(Path::new(written))
    }
}

/// Why there is no [`Document`]: at least one error, and the texts to show it in.
#[derive(Debug)]
pub struct Failed {
    /// All texts that were read so far.
    pub texts: Texts,
    /// Errors, and warnings beside them.
    pub problems: Vec<Problem>,
}
