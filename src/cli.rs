//! The command line: arguments in, text and exit code out.
//!
//! Exit codes: 0 done; 1 our failure, or the output cannot be written; 2 the input is wrong or
//! unreadable; 3 something that was asserted did not hold. One file per command; whatever stops a
//! command is a `Failure`, and only `Console` prints.

mod about;
mod args;
mod batch;
mod check;
mod console;
mod eval;
mod explain;
mod failure;
mod fit;
mod init;
mod input;
mod merge;
mod progress;
mod run;
#[cfg(feature = "serve")]
mod serve;
mod timeout;
mod tune;
mod validate;

use std::panic::catch_unwind;
use std::process::ExitCode;

use crate::cli::args::{Command, parse};
use crate::cli::console::Console;
use crate::cli::failure::Failure;

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let args = parse();
    let console = Console::new(args.color);
    // Code 1 is ours whatever happens; the panic has said where.
    let done = catch_unwind(|| run(&args.command, &console));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(&console),
        Err(_) => Failure::bug().report(&console),
    }
}

fn run(command: &Command, console: &Console) -> Outcome {
    match command {
        Command::Init(args) => init::run(args, console),
        Command::Check(args) => check::run(args, console),
        Command::Fit(args) => fit::run(args, console),
        Command::Run(args) => run::run(args, console),
        Command::Batch(args) => batch::run(args, console),
        Command::Merge(args) => merge::run(args, console),
        Command::Tune(args) => tune::run(args, console),
        Command::Timeout(args) => timeout::run(args, console),
        Command::Explain(args) => explain::run(args, console),
        Command::Eval(args) => eval::run(args, console),
        Command::Validate(args) => validate::run(args, console),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, console),
        Command::Schema(args) => about::schema(args.of, console),
        Command::Completions { shell } => about::completions(*shell, console),
        Command::Man => about::man(console),
    }
}

/// What a command comes to.
type Outcome = Result<(), Failure>;
