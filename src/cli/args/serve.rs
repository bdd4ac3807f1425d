//! What can be typed after `trsim serve`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::ValueEnum;

/// The arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ServeArgs {
    /// The port to listen on; 0 is any that is free.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub(in crate::cli) port: u16,
    /// The address to listen on; another than this machine's own needs an auth token of yours.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(in crate::cli) bind: IpAddr,
    /// Where the absolute URLs of answers begin, if not at the host that a client names.
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) public_url: Option<String>,
    /// AC and 32 hexadecimal digits; by default TWILIO_ACCOUNT_SID, or all zeros.
    #[arg(long, value_name = "SID")]
    pub(in crate::cli) account_sid: Option<String>,
    /// What clients prove themselves with; by default TWILIO_AUTH_TOKEN, or all zeros.
    #[arg(long, value_name = "TOKEN")]
    pub(in crate::cli) auth_token: Option<String>,
    /// All sids follow from it.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// A scenario whose workspace is there at the start: queues, workflows and workers.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) scenario: Option<PathBuf>,
    /// The scenario's customers and workers live in it: they call, answer, reject and miss by
    /// themselves.
    #[arg(long, requires = "scenario")]
    pub(in crate::cli) people: bool,
    /// A worker of the scenario whom you play, though the others live; may be repeated.
    #[arg(long, value_name = "NAME", requires = "people")]
    pub(in crate::cli) by_hand: Vec<String>,
    /// What /_sim/log answered: it is done again, and a virtual clock stands where it ended.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "activities", "account_sid", "clock"])]
    pub(in crate::cli) replay: Option<PathBuf>,
    /// Whose time it is.
    #[arg(long, value_enum, default_value_t, value_name = "CLOCK")]
    pub(in crate::cli) clock: ClockArg,
    /// The activities that a new workspace begins with.
    #[arg(long, value_enum, default_value_t, value_name = "SET")]
    pub(in crate::cli) activities: ActivitiesArg,
    /// How much to log on standard error; info has a line for each request.
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    pub(in crate::cli) log: LogLevel,
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ClockArg {
    /// The machine's.
    #[default]
    Real,
    /// It stands still until /_sim/clock tells it to go on.
    Virtual,
}

/// The activities of a new workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ActivitiesArg {
    /// Offline, Available, Unavailable: as TaskRouter makes them today.
    #[default]
    Modern,
    /// Offline, Idle, Busy, Reserved: as in older accounts and in the quickstart.
    Classic,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogLevel {
    /// What went wrong here.
    Error,
    /// What went wrong elsewhere, too.
    #[default]
    Warn,
    /// A line for each request.
    Info,
    /// Callbacks, too.
    Debug,
}
