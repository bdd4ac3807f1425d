//! The built-in cases, from the simplest on.

mod day;
mod offers;
mod one_queue;
mod skills;

use crate::validation::{Case, Check};

/// All built-in cases.
#[must_use]
pub fn cases() -> Vec<Case> {
    [one_queue::cases(), skills::cases(), offers::cases(), day::cases()].concat()
}

/// The scenario of this name.
macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../../../scenarios/validation/", $name, ".toml"))
    };
}
use text;

const ALL: (&str, &str) = ("all", "");

/// A metric of everything.
const fn all(metric: &'static str, exact: f64) -> Check {
    Check { scope: ALL, metric, exact }
}

/// A metric of a source.
const fn source(name: &'static str, metric: &'static str, exact: f64) -> Check {
    Check { scope: ("source", name), metric, exact }
}

/// A metric of a group of workers.
const fn group(name: &'static str, metric: &'static str, exact: f64) -> Check {
    Check { scope: ("worker_group", name), metric, exact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_every_scenario_can_be_read() {
        let cases = cases();
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases.len());
        for case in &cases {
            assert!(case.scenario(&[]).is_ok(), "{}", case.name);
            assert!(!case.checks.is_empty() && case.checks.iter().all(|c| c.exact.is_finite()));
        }
    }
}
