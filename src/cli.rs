//! The command line: arguments in, text and exit code out.
//!
//! Exit codes: 0 done; 1 our failure, or the output cannot be written; 2 the input is wrong or
//! unreadable; 3 something that was asserted did not hold. One file per command; whatever stops a
//! command is a `Failure`, and only `Console` prints.

mod args;
mod console;
mod failure;
mod input;
mod progress;
mod run;

use std::process::ExitCode;

use crate::cli::args::{Command, parse};
use crate::cli::console::Console;
use crate::cli::failure::Failure;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let args = parse();
    let console = Console::new(args.color);
    let done = match &args.command {
        Command::Run(args) => run::run(args, &console),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&console),
    }
}

/// What a command comes to.
type Outcome = Result<(), Failure>;
