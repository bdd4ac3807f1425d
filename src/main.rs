//! `trsim`: see [`taskrouter_sim::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    taskrouter_sim::cli::main()
}
