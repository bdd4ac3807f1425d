//! How far a run has come, on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::experiment::CONFIDENCE;
use crate::observation::{Measure, Recording, Scope, service_level};
use crate::scenario::Scenario;
use crate::stats::{Ratio, ratio_interval};

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
        let half = estimate.interval?.half_width();
        Some(format!("service level {:.1} % ± {:.1} %", 100.0 * estimate.value, 100.0 * half))
    }
}

/// How many of several scenarios' replications are done.
pub(super) struct Count(ProgressBar);

impl Count {
    /// Shows nothing unless `is_wanted` and there is a terminal.
    pub(super) fn new(replications: u64, is_wanted: bool) -> Self {
        if is_wanted && stderr().is_terminal() {
            Self(ProgressBar::new(replications).with_style(style()))
        } else {
            Self(ProgressBar::hidden())
        }
    }

    /// What is simulated now.
    pub(super) fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// So many more are done.
    pub(super) fn add(&self, replications: u64) {
        self.0.inc(replications);
    }

    /// No more of it.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    let template = "{bar:12} {pos}/{len} replications  {per_sec}  {wide_msg}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
