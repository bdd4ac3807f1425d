//! What all parts of resolving share: the texts, and what was found out on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::expr::ExprError;
use crate::scenario::node::{Node, Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::attributes::Attributes;
use crate::scenario::text::Texts;

/// What all parts of resolving share.
#[derive(Debug)]
pub(super) struct Context<'d> {
    pub(super) texts: &'d mut Texts,
    /// Paths in the scenario are relative to it.
    pub(super) folder: &'d Path,
    /// Whether a malformed expression of a workflow is a warning and never matches.
    pub(super) lenient: bool,
    /// The root of all draws; sids are derived from it.
    pub(super) seed: u64,
    /// All attributes documents so far.
    pub(super) attributes: Attributes,
    /// The files that were opened, so that none is read twice.
    opened: BTreeMap<PathBuf, Option<TextId>>,
    /// Errors and warnings.
    pub(super) problems: Vec<Problem>,
    /// What was assumed because the file does not say, one sentence each.
    pub(super) assumed: Vec<String>,
}

impl<'d> Context<'d> {
    pub(super) fn new(texts: &'d mut Texts, folder: &'d Path, lenient: bool) -> Self {
        Self {
            texts,
            folder,
            lenient,
            seed: 1,
            attributes: Attributes::default(),
            opened: BTreeMap::new(),
            problems: Vec::new(),
            assumed: Vec::new(),
        }
    }

    pub(super) fn error(&mut self, message: impl Into<String>, place: &Place) {
        self.problems.push(Problem::error(message, place));
    }

    pub(super) fn warn(&mut self, message: impl Into<String>, place: &Place) {
        self.problems.push(Problem::warning(message, place));
    }

    pub(super) fn assume(&mut self, sentence: impl Into<String>) {
        self.assumed.push(sentence.into());
    }

    /// The problem that the string at `node` is no expression.
    pub(super) fn malformed(&self, node: &Node, error: ExprError) -> Problem {
        let place = self.texts.sub_place(node, error.span);
        let problem = Problem::error(error.message, &place);
        error.help.into_iter().fold(problem, Problem::with_help)
    }

    /// Reads the file that the string at `node` names.
    pub(super) fn open(&mut self, node: &Node) -> Option<TextId> {
        let path = self.folder.join(node.as_str()?);
        if let Some(opened) = self.opened.get(&path) {
            return *opened;
        }
        let read = self.texts.add_file(&path);
        let read = read.map_err(|problem| self.problems.push(placed(problem, &node.place))).ok();
        self.opened.insert(path, read);
        read
    }
}

fn placed(problem: Problem, place: &Place) -> Problem {
    Problem { place: problem.place.or_else(|| Some(place.clone())), ..problem }
}
