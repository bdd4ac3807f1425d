//! What was asserted, and whether it holds.

use crate::experiment::{Judgment, Verdict};
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
