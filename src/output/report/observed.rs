//! What was observed, beside what is simulated.

use crate::experiment::{Agreement, Checked};
use crate::output::report::batch;
use crate::output::report::numbers::{NOTHING, count, estimate};
use crate::output::report::table::Section;
use crate::output::results::Results;

/// How many of those that differ are named in a sentence.
const NAMED: usize = 5;

/// A line for each observed number; nothing if nothing was observed.
pub(super) fn section(results: &Results<'_>) -> Option<Section> {
    let all = results.observed();
    if all.is_empty() {
        return None;
    }
    Some(Section {
        title: "Observed",
        columns: vec!["", "observed", "simulated", "deviation", ""],
        rows: all.iter().map(row).collect(),
        texts: vec![4],
        notes: notes(&all, results.scenario.observed.periods),
    })
}

fn row(checked: &Checked<'_>) -> Vec<String> {
    let unit = batch::unit(checked.observation.measured.metric);
    vec![
        checked.observation.fact.subject.to_string(),
        unit(checked.observation.value),
        estimate(checked.estimate, unit),
        checked.deviation.map_or(NOTHING.to_owned(), |deviation| format!("{deviation:+.1}")),
        verdict(checked.agreement).to_owned(),
    ]
}

const fn verdict(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Agrees => "agrees",
        Agreement::Doubtful => "doubtful",
        Agreement::Differs => "DIFFERS",
        Agreement::Unknown => "cannot tell",
    }
}

fn notes(all: &[Checked<'_>], periods: f64) -> Vec<String> {
    let time = if (periods - 1.0).abs() < 1e-9 {
        "one replication".to_owned()
    } else {
        format!("{periods} replications")
    };
    let mut notes = vec![format!(
        "Deviation: in standard errors of the simulated and of what was observed in {time}; chance \
         stays within 2 in 19 cases of 20 (a little more where replications are few)."
    )];
    let n = number_of(all, Agreement::Differs);
    if n != 0 {
        let numbers = if n == 1 { "number".to_owned() } else { format!("{} numbers", count(n)) };
        notes.push(format!("The model does not show the {numbers} marked DIFFERS."));
    }
    notes
}

/// How far the model can be trusted: what was observed and whether it is shown.
pub(super) fn trust(all: &[Checked<'_>]) -> String {
    if all.is_empty() {
        return "The model was not checked: the scenario has no [observed] numbers.".to_owned();
    }
    let of = match all.len() {
        1 => "the observed number".to_owned(),
        n => format!("{} observed numbers", count(n as u64)),
    };
    let differ = all.iter().filter(|checked| checked.agreement == Agreement::Differs);
    let differ: Vec<String> =
        differ.map(|checked| checked.observation.fact.subject.to_string()).collect();
    let doubtful = number_of(all, Agreement::Doubtful);
    match differ.as_slice() {
        [] if doubtful == 0 => format!("The present setting was checked against {of}: it agrees."),
        [] => format!(
            "The present setting was checked against {of}: none differs, {} doubtful.",
            if doubtful == 1 { "1 is".to_owned() } else { format!("{} are", count(doubtful)) },
        ),
        names => format!(
            "The present setting was checked against {of} and DIFFERS in {}: {}{}. `trsim run` shows \
             all.",
            count(names.len() as u64),
            names[..names.len().min(NAMED)].join(", "),
            if NAMED < names.len() { ", …" } else { "" },
        ),
    }
}

fn number_of(all: &[Checked<'_>], agreement: Agreement) -> u64 {
    all.iter().filter(|checked| checked.agreement == agreement).count() as u64
}
