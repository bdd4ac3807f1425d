//! What can be typed.

mod batch;
mod fit;
mod init;
mod schema;
#[cfg(feature = "serve")]
mod serve;

use std::num::NonZero;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub(super) use batch::{BatchArgs, BatchFormat, MergeArgs, Shard, ShowArgs};
pub(super) use fit::FitArgs;
pub(super) use init::InitArgs;
pub(super) use schema::{SchemaArgs, SchemaOf};
#[cfg(feature = "serve")]
pub(super) use serve::{ActivitiesArg, ClockArg, LogLevel, ServeArgs};

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
    /// Write a first scenario from exported TaskRouter JSON and the numbers of tasks that came
    Init(InitArgs),
    /// Read scenarios or TaskRouter's documents and say what is wrong with them
    Check(CheckArgs),
    /// Find behaviors, patience and times of work from what was measured
    Fit(FitArgs),
    /// Simulate a scenario, print what comes of it, and write it as CSV files
    Run(RunArgs),
    /// Compare several scenarios, or the cells of a study file
    Batch(BatchArgs),
    /// Join the parts of a batch that was made in shards
    Merge(MergeArgs),
    /// Choose the reservation timeout, or what [tune] lists, and prove the choice
    Tune(TuneArgs),
    /// Show the life of one task, event by event
    Explain(ExplainArgs),
    /// Evaluate one TaskRouter expression: true or false
    Eval(EvalArgs),
    /// Give the best reservation timeout in light traffic, without simulation
    Timeout(TimeoutArgs),
    /// Simulate systems whose exact answers are known, and compare
    Validate(ValidateArgs),
    /// Serve TaskRouter's REST interface on this machine
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Print the JSON Schema of scenario or study files, for editors
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// The commands of the planner's path, in its order; the rest follows under its own heading.
const PATH: [&str; 5] = ["init", "check", "fit", "run", "tune"];

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Scenario files, - for standard input; or TaskRouter's documents, whose names end in .json.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// The task queues that a bare workflow names.
    #[arg(long, value_name = "FILE")]
    pub(super) task_queues: Vec<PathBuf>,
    /// Show which way the tasks of each source go, who can serve them, the work against the staff
    /// of each queue, and what is to be looked at twice.
    #[arg(long)]
    pub(super) routes: bool,
    /// End with code 3 if there are warnings.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) deny: Option<Deny>,
    #[command(flatten)]
    pub(super) changes: Changes,
}

/// What is not to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Anything that is likely not meant.
    Warnings,
}

/// The arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(super) struct EvalArgs {
    /// The expression, as \"type == 'billing' AND level > 2\".
    #[arg(allow_hyphen_values = true)]
    pub(super) expression: String,
    /// Where it is written, which decides what its names mean.
    #[arg(long = "as", value_enum, value_name = "PLACE")]
    pub(super) place: Place,
    /// The task's attributes.
    #[arg(long, value_name = "JSON")]
    pub(super) task: Option<String>,
    /// The worker's attributes; sid, friendly_name, activity_name, activity_sid and channel among
    /// them are the worker's own.
    #[arg(long, value_name = "JSON")]
    pub(super) worker: Option<String>,
    /// How many workers there are: available, unavailable, and by the sid of an activity.
    #[arg(long, value_name = "JSON")]
    pub(super) workers: Option<String>,
    /// A malformed expression is false, with a warning.
    #[arg(long)]
    pub(super) lenient: bool,
}

/// Where an expression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Place {
    /// A workflow's filter: names are task attributes.
    Filter,
    /// A workflow's target: task. and worker.
    Target,
    /// A TaskQueue: names are worker attributes.
    TargetWorkers,
    /// A target's skip_if: workers.
    SkipIf,
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

/// The arguments of `tune`.
#[derive(Debug, clap::Args)]
pub(super) struct TuneArgs {
    /// The scenario file; - is standard input.
    pub(super) scenario: PathBuf,
    /// The workflow whose reservation timeout is chosen; by default the only one, or what [tune]
    /// says. Once for each of several.
    #[arg(long, value_name = "NAME")]
    pub(super) workflow: Vec<String>,
    /// The timeouts to choose from, as in 5s..120s or, in steps, 5s..120s:5s.
    #[arg(long, value_name = "FROM..TO[:STEP]")]
    pub(super) timeouts: Option<String>,
    #[command(flatten)]
    pub(super) changes: Changes,
    /// How many threads; all processors by default. Never changes a result.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZero<usize>>,
    /// The folder to write; by default out/ and the scenario's name with -tune.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace the folder even if it holds something else than results.
    #[arg(long)]
    pub(super) force: bool,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: ReportFormat,
    /// Print errors only.
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Show no progress, even on a terminal.
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// The arguments of `timeout`.
#[derive(Debug, clap::Args)]
pub(super) struct TimeoutArgs {
    /// How long a worker at the desk takes to answer: lognormal:MEDIAN:SIGMA, exponential:MEAN,
    /// weibull:MEAN:SHAPE or gamma:MEAN:CV.
    #[arg(long, value_name = "LAW", default_value = "lognormal:5s:0.7")]
    pub(super) answer: String,
    /// The share of offers that reach an empty desk.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, allow_negative_numbers = true)]
    pub(super) away: f64,
    /// What a missed offer costs, in time that the task waits.
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(super) miss_cost: String,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people.
    #[default]
    Table,
    /// The same in Markdown.
    Md,
    /// For programs: the certificate, the curve, the sensitivity.
    Json,
}

/// The arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// The scenario file; - is standard input.
    pub(super) scenario: PathBuf,
    /// The task's key, as calls:3:17, or its number in tasks.csv.
    #[arg(long, value_name = "KEY")]
    pub(super) task: String,
    /// In which replication, counted from 0.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) replication: u32,
    #[command(flatten)]
    pub(super) changes: Changes,
}

/// The arguments of `validate`.
#[derive(Debug, clap::Args)]
pub(super) struct ValidateArgs {
    /// Which cases; all if none is named.
    #[arg(value_name = "CASE")]
    pub(super) cases: Vec<String>,
    /// Simulate for seconds: the default.
    #[arg(long, conflicts_with = "full")]
    pub(super) quick: bool,
    /// Simulate for minutes, until four standard errors are 1 % of the exact value.
    #[arg(long)]
    pub(super) full: bool,
    /// Write the table as a CSV file too.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// The seed of all chance.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(super) seed: Option<u64>,
    /// Change the scenarios but not their exact answers, to see that a check bites.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Print the scenario of a case and simulate nothing.
    #[arg(long, value_name = "CASE", exclusive = true)]
    pub(super) print: Option<String>,
    /// How many threads; all processors by default. Never changes a result.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZero<usize>>,
    /// Show no progress, even on a terminal.
    #[arg(long)]
    pub(super) no_progress: bool,
}

impl ValidateArgs {
    /// All changes as overrides; the seed is the last word.
    pub(super) fn overrides(&self) -> Vec<String> {
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        self.set.iter().cloned().chain(seed).collect()
    }
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
            ..Options::default()
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
    let matches = command().get_matches();
    Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// What can be typed. Its help opens with the planner's path.
pub(super) fn command() -> clap::Command {
    let command = Args::command();
    let line = |sub: &clap::Command| {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {:12} {about}\n", sub.get_name())
    };
    let (path, others): (Vec<_>, Vec<_>) =
        command.get_subcommands().partition(|sub| PATH.contains(&sub.get_name()));
    let lines = |subs: &[&clap::Command]| subs.iter().map(|sub| line(sub)).collect::<String>();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\nThe planner's path: {}\n{}\n\
         Other commands:\n{}\nOptions:\n{{options}}\n",
        PATH.join(" -> "),
        lines(&path),
        lines(&others),
    );
    command.help_template(template)
}
