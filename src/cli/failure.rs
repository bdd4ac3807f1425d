//! Why a command ends early, and the exit code that says so.

use std::io;
use std::process::ExitCode;

use crate::cli::console::Console;
use crate::output::{FolderError, StoreError};
use crate::scenario::load::Failed;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// Why a command ends early.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    problems: Vec<Problem>,
    texts: Texts,
}

impl Failure {
    /// The input is wrong: nothing is done.
    pub(super) const fn input(problems: Vec<Problem>, texts: Texts) -> Self {
        Self { code: 2, problems, texts }
    }

    /// The input is wrong in a way that has no place in a text.
    pub(super) fn usage(problem: Problem) -> Self {
        Self::input(vec![problem], Texts::new())
    }

    /// The output cannot be written.
    pub(super) fn output(message: impl Into<String>) -> Self {
        Self { code: 1, problems: vec![Problem::nowhere(message)], texts: Texts::new() }
    }

    /// We are wrong.
    pub(super) fn bug() -> Self {
        let problem = Problem::nowhere("this is a bug of trsim, not a mistake of yours");
        let problem = problem.with_help("please report it, with the scenario if you can");
        Self { code: 1, problems: vec![problem], texts: Texts::new() }
    }

    /// Something that was asserted does not hold.
    pub(super) fn not_held(message: impl Into<String>) -> Self {
        Self { code: 3, problems: vec![Problem::nowhere(message)], texts: Texts::new() }
    }

    /// Several things that were asserted do not hold.
    pub(super) fn none_held(messages: Vec<String>) -> Self {
        let problems = messages.into_iter().map(Problem::nowhere).collect();
        Self { code: 3, problems, texts: Texts::new() }
    }

    /// Standard output cannot be written. Whoever closed the pipe has read what they wanted.
    pub(super) fn printing(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => {
                Self { code: 0, problems: Vec::new(), texts: Texts::new() }
            }
            _ => Self::output(format!("cannot write standard output: {error}")),
        }
    }

    /// Says why, and with which code to end.
    pub(super) fn report(&self, console: &Console) -> ExitCode {
        console.problems(&self.problems, &self.texts);
        ExitCode::from(self.code)
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        Self::input(failed.problems, failed.texts)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Mismatch(_) => Self::usage(Problem::nowhere(message)),
            StoreError::Io { .. } => Self::output(format!("cannot use {message}")),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        let message = error.to_string();
        match error {
            FolderError::Io { .. } => Self::output(message),
            FolderError::Taken { can_force, .. } => {
                let help = if can_force {
                    "--force replaces it with all it holds; --out DIR puts the results elsewhere"
                } else {
                    "--out DIR puts the results elsewhere"
                };
                Self::usage(Problem::nowhere(message).with_help(help))
            }
        }
    }
}
