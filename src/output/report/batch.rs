//! What is printed of a batch: a line per cell, and which are the best.

mod parts;

use crate::experiment::CONFIDENCE;
use crate::observation::Metric;
use crate::output::batch::{CellResults, overall, overall_difference};
use crate::output::report::assertions::rows_of_cell;
use crate::output::report::batch::parts::Parts;
use crate::output::report::numbers::{NOTHING, count, duration, estimate, hours, number, percent};
use crate::output::report::table::{Section, bold};
use crate::stats::Estimate;

/// What is shown of everything, a table for each: the metric, its title, how it is written.
const SHOWN: [(&str, &str, Unit); 3] = [
    ("service_level", "Service level", percent),
    ("abandonment_rate", "Abandoned", percent),
    ("wait_until_accepted_p90", "Wait until accepted: 90 % within", duration),
];

/// How a number is written.
type Unit = fn(f64) -> String;

/// What is printed of a batch, gathered cell by cell.
#[derive(Debug)]
pub struct BatchReport {
    title: String,
    /// Of each of [`SHOWN`].
    rows: [Vec<Vec<String>>; SHOWN.len()],
    notes: Vec<String>,
    asserted: Vec<Vec<String>>,
    ranking: Option<Section>,
    parts: Parts,
}

impl BatchReport {
    /// Nothing yet.
    #[must_use]
    pub fn new(study: &str, n_cells: usize, seed: u64) -> Self {
        let title = format!("{study}: {} cells, seed {seed}", count(n_cells as u64));
        Self {
            title,
            rows: Default::default(),
            notes: Vec::new(),
            asserted: Vec::new(),
            ranking: None,
            parts: Parts::default(),
        }
    }

    /// Adds a cell; of the baseline there are no differences.
    pub fn add(&mut self, cell: &CellResults<'_>, is_baseline: bool) {
        let CellResults { results, differences, .. } = cell;
        self.parts.add(results);
        self.asserted.extend(rows_of_cell(results));
        for (rows, (metric, _, unit)) in self.rows.iter_mut().zip(SHOWN) {
            let difference = match is_baseline {
                true => "baseline".to_owned(),
                false => signed(overall_difference(differences, metric), unit),
            };
            rows.push(vec![
                results.scenario.name.clone(),
                count(u64::from(results.n_replications())),
                estimate(overall(&results.rows, metric), unit),
                difference,
            ]);
        }
    }

    /// Says something under the table.
    pub fn note(&mut self, sentence: String) {
        self.notes.push(sentence);
    }

    /// Adds which cells are best by `metric` of `scope`: names, estimates, and how far each is
    /// behind the first, which itself is not behind. Best first.
    pub fn rank(
        &mut self,
        (metric, scope): (&'static Metric, &str),
        standing: &[(String, Option<Estimate>, Option<Estimate>)],
    ) {
        let unit = unit(metric);
        let row = |(rank, (name, own, behind)): (usize, &(String, Option<Estimate>, _))| {
            let verdict = match (rank, behind) {
                (0, _) => "best".to_owned(),
                (_, Some(behind)) if is_clear(behind) => "worse".to_owned(),
                _ => "not clearly worse".to_owned(),
            };
            vec![name.clone(), estimate(*own, unit), signed(*behind, unit), verdict]
        };
        let rows = standing.iter().enumerate().map(row).collect();
        self.ranking = Some(Section {
            title: "Ranking",
            columns: vec!["", metric.name, "beside the best", ""],
            rows,
            texts: vec![3],
            notes: vec![format!("By {}[{scope}].", metric.name)],
        });
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut text = format!("{}\n", bold(&self.title, color));
        for section in self.sections().iter().chain(&self.asserted()).chain(&self.ranking) {
            text += &format!("\n{}", section.text(color));
        }
        text
    }

    /// For a document: each queue and channel too.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        let (sections, parts, asserted) = (self.sections(), self.parts.sections(), self.asserted());
        for section in sections.iter().chain(&parts).chain(&asserted).chain(&self.ranking) {
            text += &format!("\n{}", section.markdown());
        }
        text
    }

    /// What cells assert; nothing if none does.
    fn asserted(&self) -> Option<Section> {
        (!self.asserted.is_empty()).then(|| Section {
            title: "Asserted",
            columns: vec!["", "", "simulated", ""],
            rows: self.asserted.clone(),
            texts: vec![1, 3],
            notes: Vec::new(),
        })
    }

    fn sections(&self) -> Vec<Section> {
        let section = |((_, title, _), rows): (&(_, &'static str, _), &Vec<Vec<String>>)| Section {
            title,
            columns: vec!["", "replications", "simulated", "beside the baseline"],
            rows: rows.clone(),
            texts: Vec::new(),
            notes: Vec::new(),
        };
        let mut sections: Vec<Section> = SHOWN.iter().zip(&self.rows).map(section).collect();
        let note = format!(
            "± of a difference is half of an interval; those of a table hold together with {} %.",
            number(100.0 * CONFIDENCE)
        );
        if let Some(last) = sections.last_mut() {
            last.notes = std::iter::once(note).chain(self.notes.iter().cloned()).collect();
        }
        sections
    }
}

/// Whether an interval leaves 0 out.
fn is_clear(difference: &Estimate) -> bool {
    difference.interval.is_some_and(|interval| !interval.contains(0.0))
}

/// `+1.2 % ± 0.4 %`
pub(super) fn signed(difference: Option<Estimate>, unit: Unit) -> String {
    let Some(Estimate { value, interval }) = difference else { return NOTHING.into() };
    let sign = if value < 0.0 { "-" } else { "+" };
    let text = format!("{sign}{}", unit(value.abs()));
    match interval {
        Some(interval) => format!("{text} ± {}", unit(interval.half_width())),
        None => text,
    }
}

/// A value of a metric as people write it: `3.1 s`, `81.2 %`.
#[must_use]
pub fn in_unit(metric: &Metric, value: f64) -> String {
    unit(metric)(value)
}

/// How people write the values of a metric.
pub(super) fn unit(metric: &Metric) -> Unit {
    match metric.unit {
        "share" => percent,
        "s" => duration,
        "h" => hours,
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Interval;

    #[test]
    fn differences_have_a_sign() {
        let of = |value, half: f64| {
            let interval = Some(Interval { low: value - half, high: value + half, error: None });
            Some(Estimate { value, interval })
        };
        assert_eq!(signed(of(0.012, 0.004), percent), "+1.2 % ± 0.4 %");
        assert_eq!(signed(of(-75.0, 5.0), duration), "-1m15s ± 5 s");
        assert_eq!(signed(None, percent), "-");
        assert!(is_clear(&of(0.012, 0.004).unwrap()) && !is_clear(&of(0.012, 0.02).unwrap()));
    }
}
