//! The table of `trsim validate`: a section per case, a line per check.

use crate::output::report::table::Section;
use crate::output::validation::Judged;
use crate::validation::Verdict;

/// For a terminal.
#[must_use]
pub fn validation_table(judged: &[Judged], color: bool) -> String {
    let text = section(judged).text(false);
    if !color {
        return text;
    }
    text.replace("  MISSES", "  \u{1b}[31mMISSES\u{1b}[0m")
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
        notes: [legend(), titles(judged)].concat(),
    }
}

fn legend() -> Vec<String> {
    let lines = [
        "",
        "± is half of a 95 % interval. How far off is in standard errors of the simulated value; more",
        "than chance alone brings about once in 16,000 times is a miss.",
        "",
    ];
    lines.map(str::to_owned).to_vec()
}

/// What each case is, and where its exact answer comes from.
fn titles(judged: &[Judged]) -> Vec<String> {
    let width = judged.iter().map(|judged| judged.case.name.len()).max().unwrap_or(0);
    let title = |Judged { case, .. }: &Judged| {
        format!("{:width$}  {}; {}", case.name, case.title, case.source)
    };
    judged.iter().map(title).collect()
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
