//! What was asserted, and whether it holds.

use crate::experiment::{Difference, Judgment, Verdict};
use crate::output::batch::CellResults;
use crate::output::report::batch;
use crate::output::report::numbers::{NOTHING, count, estimate};
use crate::output::report::table::Section;
use crate::output::results::Results;

/// A line for each assertion; nothing if nothing is asserted.
pub(super) fn section(results: &Results<'_>) -> Option<Section> {
    let judgments = results.judgments();
    if judgments.is_empty() {
        return None;
    }
    let row = |judgment: &Judgment<'_>| {
        let text = judgment.assertion.condition.text.clone();
        vec![text, simulated(judgment), verdict(judgment)]
    };
    Some(Section {
        title: "Asserted",
        columns: vec!["", "simulated", ""],
        rows: judgments.iter().map(row).collect(),
        texts: vec![2],
        notes: Vec::new(),
    })
}

/// The assertions that do not hold, each with what was simulated instead.
#[must_use]
pub fn failed_assertions(judgments: &[Judgment<'_>]) -> Vec<String> {
    let failed = judgments.iter().filter(|judgment| !judgment.verdict.holds());
    failed.map(difference).collect()
}

/// The assertions that do not hold in a cell of a batch, each beside the baseline too.
#[must_use]
pub fn failed_in_cell(cell: &CellResults<'_>) -> Vec<String> {
    let judgments = cell.results.judgments();
    let failed = judgments.iter().filter(|judgment| !judgment.verdict.holds());
    let name = &cell.results.scenario.name;
    failed
        .map(|one| format!("`{name}`: {}{}", difference(one), beside_baseline(one, cell)))
        .collect()
}

/// `; -10.8 % ± 0.9 % beside the baseline`
fn beside_baseline(judgment: &Judgment<'_>, cell: &CellResults<'_>) -> String {
    let measured = judgment.assertion.measured;
    let is_it =
        |one: &&Difference| one.scope == measured.scope && one.metric.name == measured.metric.name;
    let found = cell.differences.iter().find(is_it).and_then(|one| one.difference);
    found.map_or_else(String::new, |found| {
        format!("; {} beside the baseline", batch::signed(Some(found), unit(judgment)))
    })
}

/// A line for each assertion of a cell: its name, what is asserted, what came of it.
pub(super) fn rows_of_cell(results: &Results<'_>) -> Vec<Vec<String>> {
    let name = &results.scenario.name;
    let row = |judgment: &Judgment<'_>| {
        let text = judgment.assertion.condition.text.clone();
        vec![name.clone(), text, simulated(judgment), verdict(judgment)]
    };
    results.judgments().iter().map(row).collect()
}

/// `service_level[all] >= 80%, simulated 71.2 % ± 1.3 %, off by 8.8 %`
fn difference(judgment: &Judgment<'_>) -> String {
    let text = &judgment.assertion.condition.text;
    let Some(found) = judgment.estimate else {
        return format!("{text}, but there was nothing to measure");
    };
    let off = unit(judgment)((found.value - judgment.assertion.bound).abs());
    let unclear = if judgment.verdict.is_unclear() {
        format!(" ({})", unclear(judgment))
    } else {
        String::new()
    };
    format!("{text}, simulated {}, off by {off}{unclear}", simulated(judgment))
}

fn simulated(judgment: &Judgment<'_>) -> String {
    estimate(judgment.estimate, unit(judgment))
}

fn verdict(judgment: &Judgment<'_>) -> String {
    match judgment.verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::HoldsUnclear => format!("holds, {}", unclear(judgment)),
        Verdict::FailsUnclear => format!("FAILS, {}", unclear(judgment)),
        Verdict::Fails => "FAILS".to_owned(),
        Verdict::Undefined => format!("FAILS: {NOTHING} is nothing to compare"),
    }
}

fn unclear(judgment: &Judgment<'_>) -> String {
    let interval = judgment.estimate.and_then(|estimate| estimate.interval);
    match judgment.enough {
        None if interval.is_none() => "without an interval".to_owned(),
        Some(n) => format!("unclear: some {} replications would tell", count(u64::from(n))),
        None => "unclear: it is too close to tell".to_owned(),
    }
}

fn unit(judgment: &Judgment<'_>) -> fn(f64) -> String {
    batch::unit(judgment.assertion.measured.metric)
}
