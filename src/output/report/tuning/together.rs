//! What a supervisor reads of several studies of one scenario.

use crate::output::report::numbers::number;
use crate::output::report::table::{bold, item};
use crate::output::report::tuning::words::headline;
use crate::output::report::tuning::{TuningReport, sides};
use crate::output::tunings::Tunings;

/// What the statements about all parts say together.
pub(in crate::output) fn together(results: &Tunings<'_>) -> String {
    format!(
        "These decisions do not touch one another: no worker can serve tasks of two of them. So \
         each is chosen by itself, with only its own tasks, and costs are per task of its own. The \
         statements about all of them hold together with probability at least {} %.",
        number(100.0 * results.confidence),
    )
}

/// For a terminal.
#[must_use]
pub fn tunings_text(results: &Tunings<'_>, color: bool) -> String {
    if let [only] = results.parts.as_slice() {
        return TuningReport::new(only).text(color);
    }
    let mut text = String::new();
    results.parts.iter().for_each(|part| text += &format!("{}\n", bold(&headline(part), color)));
    text += &format!("\n{}", item(&together(results)));
    sections(results).iter().for_each(|section| text += &format!("\n{}", section.text(color)));
    reports(results).iter().for_each(|report| text += &format!("\n\n{}", report.text(color)));
    text
}

/// For a document.
#[must_use]
pub fn tunings_markdown(results: &Tunings<'_>) -> String {
    if let [only] = results.parts.as_slice() {
        return TuningReport::new(only).markdown();
    }
    let mut text = "# Decisions that do not touch one another\n\n".to_owned();
    results.parts.iter().for_each(|part| text += &format!("- {}\n", headline(part)));
    text += &format!("\n{}\n", together(results));
    sections(results).iter().for_each(|section| text += &format!("\n{}", section.markdown()));
    reports(results).iter().for_each(|report| text += &format!("\n{}", report.markdown()));
    text
}

/// What is in force beside all that is recommended.
fn sections(results: &Tunings<'_>) -> Vec<super::Section> {
    results.parts.first().map(sides::sections).unwrap_or_default()
}

/// One for each part; what was assumed is about all of them, and comes last.
fn reports(results: &Tunings<'_>) -> Vec<TuningReport> {
    let last = results.parts.len() - 1;
    let report = |(index, part)| {
        let report = TuningReport::alone(part);
        if index == last { report } else { TuningReport { assumed: Vec::new(), ..report } }
    };
    results.parts.iter().enumerate().map(report).collect()
}
