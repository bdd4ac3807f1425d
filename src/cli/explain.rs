//! `trsim explain`: the life of one task, event by event.

mod life;

use crate::cli::Outcome;
use crate::cli::args::ExplainArgs;
use crate::cli::console::Console;
use crate::cli::explain::life::{About, Life, Line};
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::scenario::problem::Problem;
use crate::scenario::{Loaded, Scenario};
use crate::simulation::simulate;
use crate::time::Span;

pub(super) fn run(args: &ExplainArgs, console: &Console) -> Outcome {
    let Loaded { scenario, warnings, texts } = input::read(Some(&args.scenario), &args.changes)?;
    console.problems(&warnings, &texts);
    let life = simulate(&scenario, args.replication, Life::new(&args.task));
    let Some(about) = &life.about else { return Err(unknown(args, &life)) };
    let who = who(about, &scenario, args.replication);
    console.print(&format!("{who}\n{}", table(&life)))
}

fn unknown(args: &ExplainArgs, life: &Life<'_>) -> Failure {
    let message = format!("replication {} has no task `{}`", args.replication, args.task);
    let help = match life.keys.as_slice() {
        [] => "no task was created in it at all".to_owned(),
        keys => format!(
            "there are `{}` and others; `run --trace tasks` lists all in tasks.csv",
            keys.join("`, `")
        ),
    };
    Failure::usage(Problem::nowhere(message).with_help(help))
}

/// Some lines on the task and what was drawn for it.
fn who(about: &About, scenario: &Scenario, replication: u32) -> String {
    let About { key, created, customer, .. } = about;
    let source = &scenario.sources[customer.source];
    let channel = &scenario.workspace.channels[source.channel].unique_name;
    let attributes = &scenario.workspace.attributes[customer.attributes];
    let patience = match customer.patience {
        Some(patience) if customer.is_silent => format!("leaves unnoticed after {patience} s"),
        Some(patience) => format!("waits up to {patience} s"),
        None => "waits for ever".to_owned(),
    };
    format!(
        "{key} in replication {replication} of {}\n  \
         created at {} ({created} s), on {channel}, priority {}\n  \
         attributes {attributes}\n  \
         {patience}; talk {} s and wrap-up {} s with a worker of average speed\n",
        scenario.name,
        scenario.clock.iso(*created),
        customer.priority,
        about.talk_drawn,
        about.wrap_up_drawn,
    )
}

/// What happened, in columns that line up; times to the right.
fn table(life: &Life<'_>) -> String {
    let head = ["after", "event", "queue", "worker", "detail"].map(str::to_owned);
    let rows = life.lines.iter().map(|line| {
        let Line { after, event, queue, worker, detail } = line;
        [&seconds(*after), *event, queue, worker, detail].map(str::to_owned)
    });
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [w0, w1, w2, w3, _] = [0, 1, 2, 3, 4].map(|column| width(column).unwrap_or(0));
    let line = |[after, event, queue, worker, detail]: &[String; 5]| {
        let line = format!("  {after:>w0$}  {event:w1$}  {queue:w2$}  {worker:w3$}  {detail}");
        line.trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// All with three decimals, so that points line up.
fn seconds(span: Span) -> String {
    format!("{}.{:03} s", span.as_millis() / 1000, span.as_millis() % 1000)
}
