//! Counts of offers, and the timeout that was in force for each.

use std::path::Path;

use crate::cli::args::FitArgs;
use crate::cli::failure::Failure;
use crate::cli::fit::usage;
use crate::fit::{Count, Counters, Statistics};
use crate::scenario::Scenario;
use crate::time::Span;

/// What was counted, on the command line or in files; nothing if it was not.
pub(super) fn counts(
    args: &FitArgs,
    statistics: &[Statistics],
    scenario: Option<&Scenario>,
) -> Result<Vec<Count>, Failure> {
    let typed = typed(args)?;
    if !typed.is_empty() && !statistics.is_empty() {
        let what = format!("counts are typed, and there are more in {}", statistics[0].file);
        return Err(usage(&what, "give one or the other"));
    }
    no_offer_twice(statistics)?;
    let names: Vec<String> = match statistics {
        [] => (1..=typed.len()).map(|number| format!("count {number}")).collect(),
        files => files.iter().map(|one| name(one, scenario)).collect(),
    };
    let counters: Vec<Counters> =
        typed.into_iter().chain(statistics.iter().map(|one| one.counters)).collect();
    if counters.is_empty() {
        return Ok(Vec::new());
    }
    let timeouts = match args.timeout.as_slice() {
        [] => in_scenario(statistics, scenario)?,
        [one] => vec![span(one, "--timeout")?; counters.len()],
        several => {
            as_many("--timeout", several.len(), &names)?;
            several.iter().map(|text| span(text, "--timeout")).collect::<Result<_, _>>()?
        }
    };
    let rings = match args.mean_ring.as_slice() {
        [] => vec![None; counters.len()],
        given => {
            as_many("--mean-ring", given.len(), &names)?;
            let ring = |text: &String| span(text, "--mean-ring").map(Some);
            given.iter().map(ring).collect::<Result<_, _>>()?
        }
    };
    let parts = names.into_iter().zip(counters).zip(timeouts).zip(rings);
    let count = |(((of, counters), timeout), ring)| Count { of, counters, timeout, ring };
    Ok(parts.map(count).collect())
}

/// The counts of the command line.
fn typed(args: &FitArgs) -> Result<Vec<Counters>, Failure> {
    let n = args.created.len();
    for (option, given) in [
        ("--accepted", args.accepted.len()),
        ("--timed-out", args.timed_out.len()),
        ("--rejected", if args.rejected.is_empty() { n } else { args.rejected.len() }),
    ] {
        if given != n {
            let what = format!("--created has {n} numbers, and {option} {given}");
            return Err(usage(&what, "as many of each, in the same order, with commas between"));
        }
    }
    let counters = |index: usize| {
        let of = |list: &[u32]| list.get(index).copied().map_or(0.0, f64::from);
        Counters {
            created: of(&args.created),
            accepted: of(&args.accepted),
            rejected: of(&args.rejected),
            timed_out: of(&args.timed_out),
        }
    };
    Ok((0..n).map(counters).collect())
}

/// The workflow's name where the scenario knows it, else the file's.
fn name(one: &Statistics, scenario: Option<&Scenario>) -> String {
    let stem = Path::new(&one.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let workflow = scenario.zip(one.about.as_ref()).and_then(|(scenario, (_, sid))| {
        let mut workflows = scenario.workspace.workflows.iter();
        workflows.find(|workflow| workflow.sid == *sid)
    });
    workflow.map_or_else(
        || stem.unwrap_or_else(|| one.file.clone()),
        |workflow| workflow.friendly_name.clone(),
    )
}

/// Answers about different kinds of things, or twice about the same, count offers twice.
fn no_offer_twice(statistics: &[Statistics]) -> Result<(), Failure> {
    let kind = |one: &Statistics| one.about.as_ref().map_or("workspace", |(kind, _)| *kind);
    for (index, one) in statistics.iter().enumerate() {
        let twice = |other: &&Statistics| {
            kind(other) != kind(one) || (other.about == one.about && other.between == one.between)
        };
        if let Some(other) = statistics[..index].iter().find(twice) {
            let what = format!("{} and {} count the same offers", other.file, one.file);
            let (of, and) = (kind(other).replace('_', " "), kind(one).replace('_', " "));
            let help = if of == and {
                "both are about the same, and about the same time: leave one out".to_owned()
            } else {
                format!("one is about a {of}, one about a {and}: give answers of one kind")
            };
            return Err(usage(&what, &help));
        }
    }
    Ok(())
}

/// The timeouts of the workflows in the scenario.
fn in_scenario(
    statistics: &[Statistics],
    scenario: Option<&Scenario>,
) -> Result<Vec<f64>, Failure> {
    let what = "counts say nothing without the reservation timeout that was in force";
    let (Some(scenario), false) = (scenario, statistics.is_empty()) else {
        let help = "add --timeout 20s, or whatever it was; for statistics of workflows, --into a \
                    scenario that has them says it too";
        return Err(usage(what, help));
    };
    let timeout = |one: &Statistics| {
        let workflows = &scenario.workspace.workflows;
        let sid = one.about.as_ref().filter(|(kind, _)| *kind == "workflow").map(|(_, sid)| sid);
        let mut all: Vec<Span> = workflows
            .iter()
            .filter(|workflow| sid.is_none_or(|sid| workflow.sid == *sid))
            .map(|workflow| workflow.task_reservation_timeout)
            .collect();
        all.sort_unstable();
        all.dedup();
        match (all.as_slice(), sid) {
            ([one], _) => Ok(one.as_secs_f64()),
            (_, Some(sid)) => {
                let what = format!(
                    "{} is about the workflow {sid}, which the scenario does not \
                                    know",
                    one.file
                );
                Err(usage(&what, "add --timeout with the one that was in force there"))
            }
            (several, None) => {
                let several: Vec<String> = several.iter().map(|one| format!("{one}s")).collect();
                let help = format!(
                    "{} is of no one workflow, and the timeouts of the scenario's are {}: add \
                     --timeout, or take the statistics of the workflows",
                    one.file,
                    several.join(", ")
                );
                Err(usage(what, &help))
            }
        }
    };
    statistics.iter().map(timeout).collect()
}

fn as_many(option: &str, given: usize, names: &[String]) -> Result<(), Failure> {
    if given == names.len() {
        return Ok(());
    }
    let what = format!("{option} has {given} values, and there are {} counts", names.len());
    Err(usage(&what, &format!("one for each, in this order: {}", names.join(", "))))
}

fn span(text: &str, option: &str) -> Result<f64, Failure> {
    text.parse::<Span>().map(Span::as_secs_f64).map_err(|error| {
        usage(&format!("{option}: `{text}`: {error}"), "a duration has a unit: 20s")
    })
}
