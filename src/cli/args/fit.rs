//! What can be typed after `trsim fit`.

use std::path::PathBuf;

/// The arguments of `fit`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct FitArgs {
    /// What was measured: offers and tasks in CSV as reservations.csv and tasks.csv have them,
    /// TaskRouter's event log (one JSON object to a line, or pages of GET …/Events), or its
    /// cumulative statistics.
    #[arg(value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// The reservation timeout that was in force as offers were counted; several with commas, one for
    /// each count. By default that of the workflow in --into which a file of statistics is about.
    #[arg(long, value_name = "DURATION", value_delimiter = ',')]
    pub(in crate::cli) timeout: Vec<String>,
    /// How many reservations were created; several numbers are counts under several timeouts, which
    /// together tell a late answer from none.
    #[arg(long, value_name = "N", value_delimiter = ',')]
    #[arg(requires_all = ["accepted", "timed_out", "timeout"])]
    pub(in crate::cli) created: Vec<u32>,
    /// How many of them were accepted.
    #[arg(long, value_name = "N", value_delimiter = ',', requires = "created")]
    pub(in crate::cli) accepted: Vec<u32>,
    /// How many of them were rejected; absent: none.
    #[arg(long, value_name = "N", value_delimiter = ',', requires = "created")]
    pub(in crate::cli) rejected: Vec<u32>,
    /// How many of them timed out.
    #[arg(long, value_name = "N", value_delimiter = ',', requires = "created")]
    pub(in crate::cli) timed_out: Vec<u32>,
    /// How long accepted offers rang in the mean, where that is known.
    #[arg(long, value_name = "DURATION", value_delimiter = ',')]
    pub(in crate::cli) mean_ring: Vec<String>,
    /// What the columns of CSV files are called, as in wait=queue_seconds,talk=service_seconds; ours
    /// are outcome, ring, worker, group, wait, talk, wrap_up, source, or the instants created,
    /// accepted, talk_end, completed.
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',')]
    pub(in crate::cli) columns: Vec<String>,
    /// Only rows of CSV files in which a column has this value.
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub(in crate::cli) only: Vec<String>,
    /// The behavior that is fitted; by default the only one of the scenario, or desk.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) behavior: Option<String>,
    /// The source whose times are fitted, if the tasks do not say.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) source: Option<String>,
    /// Put what is found into this scenario file, whose groups tell the workers apart; everything
    /// else in it stays as it is.
    #[arg(long, value_name = "SCENARIO")]
    pub(in crate::cli) into: Option<PathBuf>,
    /// Print errors only.
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}
