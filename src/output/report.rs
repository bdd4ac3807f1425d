//! What a supervisor reads: the results rounded for people, as a table or in Markdown; and the
//! same rows as `summary.csv` for programs.

mod assertions;
mod batch;
mod erlang;
mod fit;
mod numbers;
mod observed;
mod overall;
mod parts;
mod routes;
mod table;
mod timeout;
mod tuning;
mod validation;
mod warnings;

pub use assertions::{failed_assertions, failed_in_cell};
pub use batch::{BatchReport, in_unit};
pub use fit::FitReport;
pub use routes::routes_report;
pub use timeout::{LightTraffic, TimeoutRow, light_traffic_table};
pub use tuning::{TuningReport, tunings_markdown, tunings_text};
pub(super) use tuning::{sentence, together};
pub use validation::validation_table;

use crate::output::csv::{summary, summary_row};
use crate::output::report::numbers::{count, duration};
use crate::output::report::table::Section;
use crate::output::results::Results;
use crate::scenario::Horizon;
use crate::time::Time;

/// What a supervisor reads.
#[derive(Debug)]
pub struct Report {
    title: String,
    sections: Vec<Section>,
    assumed: Vec<String>,
}

impl Report {
    /// The report on `results`.
    #[must_use]
    pub fn new(results: &Results<'_>) -> Self {
        let mut sections = vec![overall::section(results)];
        sections.extend(parts::sections(results));
        sections.extend(erlang::sections(results));
        sections.extend(observed::section(results));
        sections.extend(assertions::section(results));
        Self { title: title(results), sections, assumed: results.scenario.assumed.clone() }
    }

    /// For a terminal: at most 100 columns, unless names are long.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut text = format!("{}\n", table::bold(&self.title, color));
        for section in &self.sections {
            text += &format!("\n{}", section.text(color));
        }
        if !self.assumed.is_empty() {
            text += &format!(
                "\n{}\n",
                table::bold("Assumed, because the scenario does not say", color)
            );
            self.assumed.iter().for_each(|sentence| text += &table::item(sentence));
        }
        text
    }

    /// For a document.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        for section in &self.sections {
            text += &format!("\n{}", section.markdown());
        }
        if !self.assumed.is_empty() {
            text += "\n## Assumed, because the scenario does not say\n\n";
            self.assumed.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
        }
        text
    }
}

/// The same as `summary.csv`.
#[must_use]
pub fn summary_csv(results: &Results<'_>) -> String {
    let mut bytes = Vec::new();
    summary(results, &mut bytes).expect("memory can be written");
    String::from_utf8(bytes).expect("names are text")
}

/// The rows of `summary.csv` as a JSON array of objects, one to a line; null is undefined.
#[must_use]
pub fn summary_json(results: &Results<'_>) -> String {
    let row = |row| serde_json::to_string(&summary_row(results, row));
    let rows: Vec<String> =
        results.rows.iter().map(|each| row(each).expect("a row has text for keys")).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn title(results: &Results<'_>) -> String {
    let scenario = results.scenario;
    let n = results.n_replications();
    let replications = if n == 1 { "replication" } else { "replications" };
    let length = match scenario.horizon {
        Horizon::At(horizon) => duration(horizon.since(Time::ZERO).as_secs_f64()),
        Horizon::Tasks(tasks) => format!("{} tasks", count(tasks)),
    };
    let took = results.cost.wall_seconds;
    let took = if 0.0 < took { format!(" in {}", duration(took)) } else { String::new() };
    format!(
        "{}: {} {replications} of {length}, seed {}; {} tasks{took}",
        scenario.name,
        count(u64::from(n)),
        scenario.seed,
        count(results.n_tasks()),
    )
}
