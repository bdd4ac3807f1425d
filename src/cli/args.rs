//! What can be typed.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::observation::Traces;
use crate::output::Options;

/// Simulates contact centers on Twilio TaskRouter.
#[derive(Debug, Parser)]
#[command(name = "trsim", version, disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Whether to print in color.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: ColorChoice,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario, print what comes of it, and write it as CSV files.
    Run(RunArgs),
}

/// The arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    /// The scenario file; - is standard input. Without it, the bundled example is simulated.
    pub(super) scenario: Option<PathBuf>,
    #[command(flatten)]
    pub(super) changes: Changes,
    /// How many replications, instead of the scenario's own number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) replications: Option<u32>,
    /// How many threads; all processors by default. Never changes a result.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZero<usize>>,
    /// The folder to write; by default out/ and the scenario's name.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace the folder even if it holds something else than results.
    #[arg(long)]
    pub(super) force: bool,
    /// Write a row for each task, reservation or event too.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    pub(super) trace: Vec<Trace>,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    /// Print errors only.
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Show no progress, even on a terminal.
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// What is to be different from the file.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Changes {
    /// The seed of all chance, instead of the scenario's own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
    /// Change the scenario, as in --set 'workers["day"].count=24'; may be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Let malformed expressions of workflows never match, with a warning.
    #[arg(long)]
    pub(super) lenient: bool,
}

/// What can be written beside the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Trace {
    /// tasks.csv
    Tasks,
    /// reservations.csv
    Reservations,
    /// events.csv, with TaskRouter's names
    Events,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Table,
    /// The same in Markdown.
    Md,
    /// All metrics of all scopes, as a list.
    Json,
    /// The same as summary.csv.
    Csv,
}

/// When to print in color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Changes {
    /// All changes as overrides; the seed is the last word.
    pub(super) fn overrides(&self) -> Vec<String> {
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        self.set.iter().cloned().chain(seed).collect()
    }
}

impl RunArgs {
    /// What changes results.
    pub(super) fn options(&self) -> Options {
        Options {
            seed: self.changes.seed,
            replications: self.replications,
            set: self.changes.set.clone(),
            lenient: self.changes.lenient,
        }
    }

    /// Which rows are kept.
    pub(super) fn traces(&self) -> Traces {
        let has = |what| self.trace.contains(&what);
        Traces {
            tasks: has(Trace::Tasks),
            reservations: has(Trace::Reservations),
            events: has(Trace::Events),
        }
    }
}

/// Reads the arguments of the process; what is wrong ends it with code 2.
pub(super) fn parse() -> Args {
    let matches = Args::command().get_matches();
    Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}
