//! Everything that is written and shown of one experiment.

use crate::experiment::{
    Checked, IntervalRow, Judgment, Row, assertions, check_observed, estimate_intervals,
    estimate_scopes,
};
use crate::observation::{Recording, Traces};
use crate::random::Sampling;
use crate::scenario::Scenario;

/// Everything that is written and shown of one experiment.
#[derive(Debug)]
pub struct Results<'a> {
    /// What was simulated.
    pub scenario: &'a Scenario,
    /// One for each replication, in order.
    pub recordings: &'a [Recording],
    /// Which rows were kept.
    pub traces: Traces,
    /// What was asked for beside the scenario.
    pub options: Options,
    /// What the simulation took.
    pub cost: Cost,
    /// All metrics of all scopes.
    pub rows: Vec<Row>,
    /// All intervals of all scopes; none if the scenario has no intervals.
    pub intervals: Vec<IntervalRow>,
}

/// What was asked for beside the scenario, as far as it changes results.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Another seed.
    pub seed: Option<u64>,
    /// Another number of replications.
    pub replications: Option<u32>,
    /// Other changes: `PATH=VALUE`.
    pub set: Vec<String>,
    /// Whether malformed expressions never match instead of stopping us.
    pub lenient: bool,
    /// How replications depend on each other.
    pub sampling: Sampling,
    /// Whether estimates have the number of tasks that came as control variate.
    pub control_variate: bool,
}

/// What a simulation took. Nothing else differs between two runs of the same input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// On the clock on the wall.
    pub wall_seconds: f64,
    /// Of all threads together.
    pub cpu_seconds: f64,
    /// The most memory the process had; `None` where the system does not say.
    pub peak_rss_bytes: Option<u64>,
}

impl<'a> Results<'a> {
    /// What `recordings` say about `scenario`.
    #[must_use]
    pub fn new(scenario: &'a Scenario, recordings: &'a [Recording]) -> Self {
        Self {
            scenario,
            recordings,
            traces: Traces::default(),
            options: Options::default(),
            cost: Cost::default(),
            rows: estimate_scopes(scenario, recordings),
            intervals: estimate_intervals(scenario, recordings),
        }
    }

    /// What came of what the scenario asserts, in the order of the file.
    ///
    /// # Panics
    /// If [`assertions`] refuses the scenario; that should be asked before anything is simulated.
    #[must_use]
    pub fn judgments(&self) -> Vec<Judgment<'a>> {
        let all = assertions(self.scenario).expect("asked before anything was simulated");
        all.into_iter().map(|one| one.judge(&self.rows, self.n_replications())).collect()
    }

    /// What was observed beside what is simulated, in the order of the file.
    ///
    /// # Panics
    /// As [`check_observed`].
    #[must_use]
    pub fn observed(&self) -> Vec<Checked<'a>> {
        check_observed(self.scenario, &self.rows, self.n_replications())
    }

    /// How many replications there are.
    #[must_use]
    pub fn n_replications(&self) -> u32 {
        u32::try_from(self.recordings.len()).expect("replications are counted in 32 bits")
    }

    /// How many tasks were created in all replications, warm-up included.
    #[must_use]
    pub fn n_tasks(&self) -> u64 {
        self.recordings.iter().map(|recording| recording.n_tasks).sum()
    }

    /// How many events there were in all replications.
    #[must_use]
    pub fn n_events(&self) -> u64 {
        self.recordings.iter().map(|recording| recording.n_events).sum()
    }
}
