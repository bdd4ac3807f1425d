//! Independent replications, in parallel.

use std::num::NonZero;
use std::ops::Range;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::express::Express;
use crate::observation::{Recording, Traces};
use crate::scenario::Scenario;

/// A plan of independent replications.
#[derive(Clone, Debug)]
pub struct Experiment<'s> {
    /// What is simulated.
    pub scenario: &'s Scenario,
    /// Which replications, by their numbers: those of a number are the same in every plan.
    pub replications: Range<u32>,
    /// How many at once. The result does not depend on it.
    pub threads: NonZero<usize>,
    /// Which rows are kept.
    pub traces: Traces,
}

impl Experiment<'_> {
    /// All replications, in order of their numbers; `on_each` hears of each as it is done, in no
    /// order.
    ///
    /// # Panics
    /// If no threads can be started.
    pub fn run(&self, on_each: impl Fn(&Recording) + Sync) -> Vec<Recording> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.threads.get())
            .build()
            .expect("threads can be started");
        let express = Express::new(self.scenario, self.traces);
        let one = |number| {
            let recording = express.play(number).finish();
            on_each(&recording);
            recording
        };
        pool.install(|| self.replications.clone().into_par_iter().map(one).collect())
    }
}
