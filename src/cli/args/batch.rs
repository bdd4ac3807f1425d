//! What can be typed after `batch` and `merge`.

use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;

use super::Changes;

/// The arguments of `batch`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BatchArgs {
    /// Scenario files to be compared with the first one; or one study file.
    #[arg(required = true, value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) changes: Changes,
    /// How many replications of each, instead of the file's own number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) replications: Option<u32>,
    /// Spread busy and calm days evenly over each 20 replications; intervals are then made of such
    /// blocks.
    #[arg(long, conflicts_with = "antithetic")]
    pub(in crate::cli) stratified: bool,
    /// Make replications in pairs, one busy where the other is calm; intervals are then made of
    /// pairs.
    #[arg(long)]
    pub(in crate::cli) antithetic: bool,
    /// Correct means, and shares of the tasks created, by how many tasks happened to come.
    #[arg(long)]
    pub(in crate::cli) control_variate: bool,
    /// How many threads; all processors by default. Never changes a result.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) threads: Option<NonZero<usize>>,
    /// Where finished blocks are kept, so that what was interrupted goes on; by default beside the
    /// results.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) store: Option<PathBuf>,
    /// Simulate only the I-th of N parts, counted from 1, into the store; `merge` joins them.
    #[arg(long, value_name = "I/N")]
    pub(in crate::cli) shard: Option<Shard>,
    #[command(flatten)]
    pub(in crate::cli) show: ShowArgs,
    /// Show no progress, even on a terminal.
    #[arg(long)]
    pub(in crate::cli) no_progress: bool,
}

/// The arguments of `merge`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct MergeArgs {
    /// The stores of all shards.
    #[arg(required = true, value_name = "STORE")]
    pub(in crate::cli) stores: Vec<PathBuf>,
    /// The study file or the scenarios, if they are no longer where the shards read them.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) study: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) show: ShowArgs,
}

/// What `batch` and `merge` make of what was simulated.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ShowArgs {
    /// The folder to write, by default out/ and the study's name; with --shard, the store.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Replace the folder even if it holds something else than results.
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// By what cells are ranked, as in 'wait_p90[task_queue:Billing]'.
    #[arg(long, value_name = "METRIC", default_value = "service_level[all]")]
    pub(in crate::cli) rank_by: String,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(in crate::cli) format: BatchFormat,
    /// Print errors only.
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum BatchFormat {
    /// For people.
    #[default]
    Table,
    /// The same in Markdown.
    Md,
    /// The same as compare.csv.
    Csv,
}

/// One of several parts of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Shard {
    /// Which, counted from 0.
    index: usize,
    /// Of how many.
    count: usize,
}

impl Shard {
    /// Whether the `number`-th piece of work belongs to it.
    pub(in crate::cli) const fn has(self, number: usize) -> bool {
        number % self.count == self.index
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(index, count)| {
            Some((index.trim().parse::<usize>().ok()?, count.trim().parse::<usize>().ok()?))
        });
        match numbers {
            Some((index, count)) if 1 <= index && index <= count => {
                Ok(Self { index: index - 1, count })
            }
            _ => Err("a shard is written I/N, as 1/4 for the first of four"),
        }
    }
}
