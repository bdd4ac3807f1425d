//! The table of `trsim validate`: a section per case, a line per check.

use crate::output::report::table::{Section, bold, item};
use crate::output::validation::Judged;
use crate::validation::Verdict;

/// What the columns say.
const LEGEND: &str = "± is half of a 95 % interval. How far off is in standard errors of the \
                      simulated value; what chance alone does once in 16,000 times is a miss.";

/// For a terminal.
#[must_use]
pub fn validation_table(judged: &[Judged], color: bool) -> String {
    let mut text = section(judged).text(color);
    if color {
        text = text.replace("  MISSES", "  \u{1b}[31mMISSES\u{1b}[0m");
    }
    text += &format!("\n{}\n", bold("The cases, and where their exact answers come from", color));
    for Judged { case, .. } in judged {
        text += &item(&format!("{}: {}; {}", case.name, case.title, case.source));
    }
    text
}

fn section(judged: &[Judged]) -> Section {
    let rows = judged.iter().flat_map(|Judged { case, verdicts }| {
        let names = std::iter::once(case.name).chain(std::iter::repeat(""));
        names.zip(verdicts).map(|(name, verdict)| line(name, verdict))
    });
    Section {
        title: "Simulated beside exact",
        columns: vec!["", "metric", "unit", "simulated", "exact", "off by", "verdict"],
        rows: rows.collect(),
        texts: vec![1, 2, 6],
        notes: vec![LEGEND.to_owned()],
    }
}

fn line(case: &str, verdict: &Verdict) -> Vec<String> {
    let (_, scope) = verdict.check.scope;
    let metric = verdict.check.metric;
    let half = verdict.simulated.interval.map_or(f64::NAN, |interval| interval.half_width());
    vec![
        case.to_owned(),
        if scope.is_empty() { metric.to_owned() } else { format!("{metric} of {scope}") },
        verdict.unit.to_owned(),
        format!("{} ± {}", digits(verdict.simulated.value), digits(half)),
        digits(verdict.check.exact),
        format!("{:+.2}", verdict.deviation()),
        if verdict.agrees() { "agrees" } else { "MISSES" }.to_owned(),
    ]
}

/// Four decimals of what is small, three or two of what is not.
fn digits(value: f64) -> String {
    match value.abs() {
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 10.0 => format!("{value:.3}"),
        _ => format!("{value:.2}"),
    }
}
