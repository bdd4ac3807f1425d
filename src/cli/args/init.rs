//! What can be typed after `trsim init`.

use std::path::PathBuf;

/// The arguments of `init`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct InitArgs {
    /// Files of TaskRouter's JSON, as its REST API returns them: workspace, activities, task
    /// channels, task queues, workers, worker channels, workflows; * and ? stand for parts of names.
    #[arg(required = true, value_name = "EXPORT")]
    pub(in crate::cli) exports: Vec<PathBuf>,
    /// A CSV file with the tasks that came: date, interval, queue, offered and, if known, channel
    /// and AHT; or date, interval and a column for each queue.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) arrivals: Option<PathBuf>,
    /// The scenario file to write.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    pub(in crate::cli) force: bool,
}
