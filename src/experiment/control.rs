//! The number of tasks that came, as a control variate: how busy the replications at hand happened
//! to be is known, because the mean is.
//!
//! What is measured is regressed on that number, and the estimate moved to where the mean number
//! would have been. It is of use, and valid, where the denominator of a metric is not random or is
//! that number itself: for means, and for shares of the tasks created. Other ratios and quantiles
//! are estimated as ever.

use crate::experiment::exogenous::expected_tasks_of;
use crate::experiment::units::{per_unit, unit};
use crate::observation::{Counters, Read, Recording, Scope};
use crate::scenario::{Arrivals, Horizon, Scenario, Source, SourceId};
use crate::stats::{Control, Estimate, controlled_interval};

/// Fewer units than this are too few for a regression.
pub const CONTROLLED_UNITS: u32 = 20;

/// How many tasks came in each unit, and how many do in the mean; per replication.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    counts: Vec<f64>,
    expected: f64,
}

impl Arrived {
    /// The tasks of the sources that belong to `scope`; of all sources, where that is none of
    /// theirs. `None` if estimates are not to be controlled.
    pub(super) fn of(
        scenario: &Scenario,
        replications: &[Recording],
        scope: Scope,
    ) -> Option<Self> {
        if !scenario.control_variate {
            return None;
        }
        let belongs = |id: SourceId, source: &Source| match scope {
            Scope::Source(own) => id == own,
            Scope::Channel(channel) => source.channel == channel,
            Scope::Workflow(workflow) => source.routed_by() == Some(workflow),
            Scope::All | Scope::TaskQueue(_) | Scope::WorkerGroup(_) => true,
        };
        let is_ours = |scope: &Scope| match scope {
            Scope::Source(id) => belongs(*id, &scenario.sources[*id]),
            _ => false,
        };
        let scopes = Scope::all(scenario).into_iter().enumerate();
        let ours: Vec<usize> =
            scopes.filter(|(_, scope)| is_ours(scope)).map(|(index, _)| index).collect();
        let count = |one: &Recording| -> f64 {
            ours.iter().map(|index| created(&one.tallies[*index].counters)).sum()
        };
        let counts = per_unit(replications.iter().map(count).collect(), unit(scenario));
        let expected = expected_tasks_of(scenario, belongs);
        (0.0 < expected).then_some(Self { counts, expected })
    }

    /// What is to be estimated in each unit, if the denominator is the number of tasks that came:
    /// the numerators over its mean.
    pub(super) fn shares(&self, numerators: &[f64], all: Read, scope: Scope) -> Option<Vec<f64>> {
        let is_created = reads_created(all) && counts_creation(scope);
        is_created.then(|| numerators.iter().map(|x| x / self.expected).collect())
    }

    /// The mean of `values`, one per unit.
    pub(super) fn mean(&self, values: &[f64], confidence: f64) -> Option<Estimate> {
        let control = Control { values: &self.counts, mean: self.expected };
        controlled_interval(values, control, confidence)
    }
}

/// Why estimates of `scenario` cannot be controlled.
///
/// # Errors
/// If the number of tasks that come has no known mean, or is always the same.
pub fn can_be_controlled(scenario: &Scenario) -> Result<(), String> {
    let returns = |source: &&Source| source.retry.as_ref().is_some_and(|r| 0.0 < r.probability);
    if let Some(source) = scenario.sources.iter().find(returns) {
        let name = &source.name;
        return Err(format!("the tasks of `{name}` come again: their mean number is not known"));
    }
    if let Horizon::Tasks(tasks) = scenario.horizon {
        return Err(format!("the horizon is {tasks} tasks: their number is always the same"));
    }
    let is_random = |source: &Source| !matches!(source.arrivals, Arrivals::Trace(_));
    if !scenario.sources.iter().any(is_random) {
        return Err("all arrivals are traces: their number is always the same".to_owned());
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn created(counters: &Counters) -> f64 {
    counters.tasks_created as f64
}

/// Whether a reading is the number of tasks created and nothing else.
fn reads_created(all: Read) -> bool {
    let index = Counters::NAMES.iter().position(|name| *name == "tasks_created");
    let probe = |is_created: bool| {
        let value = |at: usize| u64::from((Some(at) == index) == is_created);
        Counters::from_values(&(0..Counters::NAMES.len()).map(value).collect::<Vec<_>>())
    };
    let [alone, others] = [true, false].map(|is_created| probe(is_created).map(|c| all(&c)));
    alone == Some(1.0) && others == Some(0.0)
}

/// Whether `tasks_created` of a scope are tasks that came, not those that entered or were accepted.
const fn counts_creation(scope: Scope) -> bool {
    !matches!(scope, Scope::TaskQueue(_) | Scope::WorkerGroup(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{METRICS, Measure};

    #[test]
    fn denominators_that_are_the_tasks_created_are_known_as_such() {
        let known = METRICS.iter().filter(
            |metric| matches!(metric.measure, Measure::Ratio(_, all) if reads_created(all)),
        );
        let names: Vec<&str> = known.map(|metric| metric.name).collect();
        assert_eq!(
            names,
            [
                "abandonment_rate",
                "offers_per_task",
                "tasks_with_2plus_offers",
                "tasks_with_3plus_offers",
                "immediate_offer_probability",
                "service_level_created",
            ]
        );
    }
}
