//! Watches a replication for everything that results are made of.

use crate::id::IdVec;
use crate::observation::tally::{IntervalTally, Tally, WorkerCounters};
use crate::observation::trace::{Rows, Traces};
use crate::routing::WorkerId;
use crate::scenario::Scenario;
use crate::simulation::{Fact, Observer, World};
use crate::time::Time;

/// What was seen of one replication.
#[derive(Clone, Debug)]
pub struct Recording {
    /// One for each of [`Scope::all`](crate::observation::Scope::all), in that order.
    pub tallies: Vec<Tally>,
    /// One for each worker.
    pub workers: IdVec<WorkerId, WorkerCounters>,
    /// For each interval, one for each scope; empty if the scenario has no intervals.
    pub intervals: Vec<Vec<IntervalTally>>,
    /// What was traced.
    pub rows: Rows,
    /// How many tasks were created, warm-up included.
    pub n_tasks: u64,
    /// How many events there were.
    pub n_events: u64,
}

/// Watches a replication for everything that results are made of.
#[derive(Debug)]
pub struct Recorder;

impl Recorder {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(_: &Scenario, _: Traces) -> Self {
        Self
    }

    /// What was seen.
    #[must_use]
    pub fn finish(self) -> Recording {
        todo!()
    }
}

impl Observer for Recorder {
    fn observe(&mut self, _: Time, _: Fact<'_>, _: &World<'_>) {}
}
