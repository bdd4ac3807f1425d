//! Systems whose exact answers are known, simulated and compared: the program's proof of itself.
//!
//! A [`Case`] is an ordinary scenario and what exact theory says of some of its metrics. A check is
//! judged by the standard error of what was simulated: it agrees as long as it lies within a bound
//! that chance passes once in 16,000 times, which is four standard errors in the limit.

mod cases;
mod judge;

pub use cases::cases;
pub use judge::{Effort, Trial, Verdict};

use crate::scenario::Scenario;
use crate::scenario::load::Failed;

/// A system with exact answers.
#[derive(Clone, Debug)]
pub struct Case {
    /// A short name for the command line.
    pub name: &'static str,
    /// What it is, in queueing theory's terms.
    pub title: &'static str,
    /// Where the exact answer comes from.
    pub source: &'static str,
    /// The scenario, as a file.
    pub text: &'static str,
    /// What is different from the file.
    pub set: Vec<String>,
    /// What is compared.
    pub checks: Vec<Check>,
}

/// One metric of one scope, and what it is exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// The kind of the scope and its name, as in `summary.csv`.
    pub scope: (&'static str, &'static str),
    /// The metric, as in `summary.csv`.
    pub metric: &'static str,
    /// What it is exactly, in the unit of the metric.
    pub exact: f64,
}

impl Case {
    /// The scenario of the case; `set` are further changes, as `PATH=VALUE`.
    ///
    /// # Errors
    /// If a change does not fit. Without changes there is no error.
    pub fn scenario(&self, set: &[String]) -> Result<Scenario, Failed> {
        let name = format!("{}.toml", self.name);
        let set = [self.set.as_slice(), set].concat();
        let loaded = Scenario::parse(&name, self.text, std::path::Path::new(""), &set)?;
        Ok(loaded.scenario)
    }
}
