//! What `trsim validate` writes.

use std::io::Write;

use crate::output::csv::write;
use crate::output::rows::{CheckRow, Number};
use crate::validation::{Case, Verdict};

/// A case, and what came of its checks.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was simulated.
    pub case: Case,
    /// One per check, in order.
    pub verdicts: Vec<Verdict>,
}

/// One row per check, as CSV.
///
/// # Errors
/// If `out` cannot be written.
pub fn validation_csv(judged: &[Judged], out: impl Write) -> std::io::Result<()> {
    let rows = judged.iter().flat_map(|Judged { case, verdicts }| {
        verdicts.iter().map(move |verdict| row(case, verdict))
    });
    Ok(write(out, CheckRow::COLUMNS, rows)?)
}

fn row<'a>(case: &'a Case, verdict: &Verdict) -> CheckRow<'a> {
    let interval = verdict.simulated.interval;
    let (scope, name) = verdict.check.scope;
    CheckRow {
        case: case.name,
        title: case.title,
        scope,
        name,
        metric: verdict.check.metric,
        unit: verdict.unit,
        simulated: Number::new(verdict.simulated.value),
        ci_low: interval.and_then(|interval| Number::new(interval.low)),
        ci_high: interval.and_then(|interval| Number::new(interval.high)),
        standard_error: Number::new(verdict.standard_error),
        exact: Number::new(verdict.check.exact),
        deviation: Number::new(verdict.deviation()),
        bound: Number::new(verdict.bound),
        agrees: verdict.agrees(),
        replications: verdict.replications,
        source: case.source,
    }
}
