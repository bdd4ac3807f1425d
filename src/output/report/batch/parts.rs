//! The cells of a batch for a supervisor: what misses cost, and each queue and channel.

use crate::observation::Scope;
use crate::output::report::batch::unit;
use crate::output::report::numbers::{NOTHING, value};
use crate::output::report::table::Section;
use crate::output::results::Results;

/// Of everything.
const OVERALL: [&str; 5] = [
    "intervals_below_target",
    "reservation_timeout_rate",
    "hours_ringing",
    "hours_lost_after_miss",
    "fte_lost",
];
/// Of each queue and channel.
const EACH: [&str; 4] =
    ["service_level", "wait_until_accepted_mean", "abandonment_rate", "reservation_timeout_rate"];

/// The rows of all cells so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    overall: Vec<Vec<String>>,
    queues: Vec<Vec<String>>,
    channels: Vec<Vec<String>>,
}

impl Parts {
    /// Adds a cell.
    pub(super) fn add(&mut self, results: &Results<'_>) {
        let cell = results.scenario.name.clone();
        let all = OVERALL.map(|metric| number(results, Scope::All, metric));
        self.overall.push([vec![cell.clone()], all.to_vec()].concat());
        for scope in Scope::all(results.scenario) {
            let rows = match scope {
                Scope::TaskQueue(_) => &mut self.queues,
                Scope::Channel(_) => &mut self.channels,
                _ => continue,
            };
            let numbers = EACH.map(|metric| number(results, scope, metric));
            if numbers[0] != NOTHING {
                let name = scope.name(results.scenario).to_owned();
                rows.push([vec![cell.clone(), name], numbers.to_vec()].concat());
            }
        }
    }

    /// A table for each.
    pub(super) fn sections(&self) -> Vec<Section> {
        let section = |title, columns: &[&'static str], rows: &Vec<Vec<String>>| Section {
            title,
            columns: columns.to_vec(),
            rows: rows.clone(),
            texts: if columns[1].is_empty() { vec![1] } else { Vec::new() },
            notes: Vec::new(),
        };
        let each = ["", "", "service level", "mean wait", "abandoned", "timeouts"];
        let overall = [
            "",
            "intervals below target",
            "timeouts",
            "ringing",
            "lost after misses",
            "full-time workers lost",
        ];
        vec![
            section("What misses cost", &overall, &self.overall),
            section("By task queue", &each, &self.queues),
            section("By channel", &each, &self.channels),
        ]
    }
}

fn number(results: &Results<'_>, scope: Scope, metric: &str) -> String {
    let is_it = |row: &&crate::experiment::Row| row.scope == scope && row.metric.name == metric;
    let row = results.rows.iter().find(is_it);
    row.map_or(NOTHING.to_owned(), |row| value(row.estimate, unit(row.metric)))
}
