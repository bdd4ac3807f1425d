//! What `trsim tune` chooses, and by what.

use std::fmt;

use crate::scenario::condition::Condition;
use crate::time::Span;

/// What is chosen, and by what.
#[derive(Clone, Debug)]
pub struct Tune {
    /// What is chosen; none if the file leaves that to the command line.
    pub decisions: Vec<Decision>,
    /// What is to be as small as possible.
    pub cost: CostRates,
    /// What has to hold.
    pub subject_to: Vec<Condition>,
    /// Costs per task that differ by no more are as good as equal; more than 0.
    pub indifference: f64,
    /// How surely statements hold, between 0.5 and 1, both excluded.
    pub confidence: f64,
    /// How many replications may be simulated over all candidates; `None` leaves it to us.
    pub budget: Option<u64>,
}

impl Default for Tune {
    fn default() -> Self {
        Self {
            decisions: Vec::new(),
            cost: CostRates::default(),
            subject_to: Vec::new(),
            indifference: 0.25,
            confidence: 0.95,
            budget: None,
        }
    }
}

/// One thing that is chosen.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Where it stands, as with `--set`.
    pub path: String,
    /// The values to choose from: at least one, without repetition.
    pub values: Vec<Setting>,
    /// The value in force.
    pub present: Setting,
}

/// What things cost, in any unit; none negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostRates {
    /// A second for which a task waits, whatever becomes of it.
    pub waiting_second: f64,
    /// A task whose customer gives up.
    pub abandoned: f64,
    /// An offer that times out.
    pub missed: f64,
    /// A second for which a worker is out of line after a missed offer.
    pub unavailable_second: f64,
}

impl Default for CostRates {
    fn default() -> Self {
        Self { waiting_second: 1.0, abandoned: 60.0, missed: 10.0, unavailable_second: 0.0 }
    }
}

/// A value that something is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A duration.
    Duration(Span),
    /// A number.
    Number(f64),
    /// Anything else, as TOML.
    Other(String),
}

impl Setting {
    /// As TOML, for `--set`.
    #[must_use]
    pub fn toml(&self) -> String {
        match self {
            Self::Duration(span) if span.as_millis() % 1000 == 0 => format!("\"{span}s\""),
            Self::Duration(span) => format!("\"{}ms\"", span.as_millis()),
            Self::Number(number) => number.to_string(),
            Self::Other(toml) => toml.clone(),
        }
    }

    /// The number, or the seconds; `None` for anything else.
    #[must_use]
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Duration(span) => Some(span.as_secs_f64()),
            Self::Number(number) => Some(*number),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(span) => write!(f, "{span} s"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Other(toml) => f.write_str(toml),
        }
    }
}
