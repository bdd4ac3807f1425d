//! How far a run has come, on a terminal.

use std::cell::RefCell;
use std::io::{IsTerminal, stderr};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::experiment::CONFIDENCE;
use crate::observation::{Measure, Recording, Scope, service_level};
use crate::scenario::Scenario;
use crate::stats::{Estimate, Ratio, ratio_interval};

/// How far a run has come.
pub(super) struct Progress<'s> {
    bar: ProgressBar,
    scenario: &'s Scenario,
    /// Of the service level: numerators and denominators so far, in no order.
    level: Mutex<(Vec<f64>, Vec<f64>)>,
}

impl<'s> Progress<'s> {
    /// Shows nothing unless `is_wanted` and there is a terminal.
    pub(super) fn new(scenario: &'s Scenario, replications: u32, is_wanted: bool) -> Self {
        let bar = if is_wanted && stderr().is_terminal() {
            ProgressBar::new(u64::from(replications)).with_style(style())
        } else {
            ProgressBar::hidden()
        };
        Self { bar, scenario, level: Mutex::default() }
    }

    /// One more replication is done.
    pub(super) fn add(&self, recording: &Recording) {
        if !self.bar.is_hidden() {
            if let Some(level) = self.level_with(recording) {
                self.bar.set_message(level);
            }
            self.bar.inc(1);
        }
    }

    /// No more of it.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn level_with(&self, recording: &Recording) -> Option<String> {
        let Measure::Ratio(of, all) = service_level(Scope::All.formula(self.scenario)) else {
            return None;
        };
        let counters = &recording.tallies.first()?.counters;
        let mut level = self.level.lock().ok()?;
        level.0.push(of(counters));
        level.1.push(all(counters));
        let ratio = Ratio { numerators: &level.0, denominators: &level.1 };
        let estimate = ratio_interval(ratio, CONFIDENCE)?;
        estimate.interval.map(|_| level_text(estimate))
    }
}

/// How far a batch has come: replications, the cell in hand, how precise it is by now.
pub(super) struct Count {
    bar: ProgressBar,
    n_cells: usize,
    cell: RefCell<InHand>,
}

/// The cell in hand.
#[derive(Default)]
struct InHand {
    /// Which, and its name.
    title: String,
    /// Of the service level: numerators and denominators of the replications so far.
    level: [Vec<f64>; 2],
}

impl Count {
    /// Shows nothing unless `is_wanted` and there is a terminal.
    pub(super) fn new((n_cells, replications): (usize, u64), is_wanted: bool) -> Self {
        let bar = if is_wanted && stderr().is_terminal() {
            ProgressBar::new(replications).with_style(style())
        } else {
            ProgressBar::hidden()
        };
        Self { bar, n_cells, cell: RefCell::default() }
    }

    /// On to a cell: the `number`-th, from 0.
    pub(super) fn begin(&self, number: usize, name: &str) {
        let title = format!("cell {}/{} {name}", number + 1, self.n_cells);
        self.bar.set_message(title.clone());
        *self.cell.borrow_mut() = InHand { title, ..InHand::default() };
    }

    /// The bar, for whoever simulates in several threads.
    pub(super) const fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// So many replications were there already, which says nothing about the time that others take.
    pub(super) fn skip(&self, replications: u64) {
        self.bar.inc(replications);
        self.bar.reset_eta();
    }

    /// So many more replications are wanted than was thought.
    pub(super) fn expect_more(&self, replications: u64) {
        self.bar.inc_length(replications);
    }

    /// A block of the cell is done: the service level by now.
    pub(super) fn see(&self, scenario: &Scenario, block: &[Recording]) {
        let Measure::Ratio(of, all) = service_level(Scope::All.formula(scenario)) else { return };
        if self.bar.is_hidden() {
            return;
        }
        let cell = &mut *self.cell.borrow_mut();
        let counters = block.iter().filter_map(|one| Some(&one.tallies.first()?.counters));
        for counters in counters {
            cell.level[0].push(of(counters));
            cell.level[1].push(all(counters));
        }
        let unit = usize::try_from(scenario.sampling.unit()).expect("a small constant");
        let sums = cell.level.each_ref().map(|values| -> Vec<f64> {
            values.chunks(unit).map(|unit| unit.iter().sum()).collect()
        });
        let ratio = Ratio { numerators: &sums[0], denominators: &sums[1] };
        let level = ratio_interval(ratio, CONFIDENCE).map_or_else(String::new, level_text);
        self.bar.set_message(format!("{}  {level}", cell.title));
    }

    /// How precise the cell is beside what is wanted of it.
    pub(super) fn say(&self, precision: &str) {
        self.bar.set_message(format!("{}  {precision}", self.cell.borrow().title));
    }

    /// No more of it.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn level_text(estimate: Estimate) -> String {
    let level = 100.0 * estimate.value;
    match estimate.interval {
        Some(interval) => {
            format!("service level {level:.1} % ± {:.1} %", 100.0 * interval.half_width())
        }
        None => format!("service level {level:.1} %"),
    }
}

fn style() -> ProgressStyle {
    let template = "{bar:12} {pos}/{len} replications  {per_sec}  {eta} left  {wide_msg}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
