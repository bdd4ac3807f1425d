//! Why cells stopped where they did: what was precise enough last, and what never was.

use std::collections::BTreeMap;

use crate::cli::batch::standing;
use crate::cli::batch::work::Work;
use crate::cli::failure::Failure;
use crate::experiment::{Limit, Row, limits};
use crate::scenario::Scenario;

/// How many cells that are not precise enough are told one by one.
const TOLD: usize = 5;

/// Why cells stopped where they did; nothing if their numbers of replications were fixed.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// Metrics that were precise enough only at the last look, and in how many cells.
    last: BTreeMap<&'static str, usize>,
    /// Of each cell that is not precise enough, what is not.
    imprecise: Vec<String>,
}

impl Stops {
    /// Adds a cell with so many replications; `rows` are what the first of them say.
    pub(super) fn add(
        &mut self,
        work: &Work,
        (scenario, replications): (&Scenario, u32),
        rows: impl Fn(u32) -> Vec<Row>,
    ) -> Result<(), Failure> {
        let rules = &work.study.stop_when;
        let told = |problems| Failure::input(problems, work.study.texts.clone());
        let limits = limits(rules, scenario).map_err(told)?;
        if limits.is_empty() {
            return Ok(());
        }
        let now = rows(replications);
        let unmet: Vec<String> = limits
            .iter()
            .filter(|limit| !limit.is_met(&now))
            .map(|limit| standing(limit, &now))
            .collect();
        if !unmet.is_empty() {
            self.imprecise.push(format!("`{}`: {}", scenario.name, unmet.join(", ")));
            return Ok(());
        }
        let looks = work.looks();
        if let Some(before) = looks.iter().rev().find(|look| **look < replications) {
            let then = rows(*before);
            let late = limits.iter().filter(|limit| !limit.is_met(&then)).map(Limit::name);
            for name in late {
                *self.last.entry(name).or_default() += 1;
            }
        }
        Ok(())
    }

    /// What is to be said under the table.
    pub(super) fn told(&self) -> Vec<String> {
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        let last: Vec<String> =
            self.last.iter().map(|(name, n)| format!("{name} in {}", cells(*n))).collect();
        let last = (!last.is_empty())
            .then(|| format!("Precise enough at the last look only: {}.", last.join(", ")));
        let imprecise = (!self.imprecise.is_empty()).then(|| {
            let more = match self.imprecise.len().saturating_sub(TOLD) {
                0 => String::new(),
                n => format!("; and {} more", cells(n)),
            };
            let some = &self.imprecise[..self.imprecise.len().min(TOLD)];
            format!("Not precise enough after max_replications: {}{more}.", some.join("; "))
        });
        last.into_iter().chain(imprecise).collect()
    }
}
