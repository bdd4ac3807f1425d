//! What one replication of one candidate comes to.

use crate::experiment::tune::constraint::{Constraint, Reading};
use crate::observation::Toll;
use crate::scenario::CostRates;

/// What one replication of one candidate comes to; everything together, not per task.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Seconds that tasks waited, whatever became of them.
    pub waiting: f64,
    /// Tasks whose customer gave up.
    pub abandoned: f64,
    /// Offers that timed out.
    pub missed: f64,
    /// Offers.
    pub offers: f64,
    /// Hours that workers were rung.
    pub hours_ringing: f64,
    /// Hours that workers were out of line after a missed offer.
    pub hours_lost: f64,
    /// Hours that workers were scheduled.
    pub hours_scheduled: f64,
    /// How many workers there are.
    pub workers: f64,
    /// For each constraint, what is divided by what.
    pub(super) readings: Vec<Reading>,
    pub(super) n_tasks: u64,
    pub(super) n_events: u64,
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
const fn n(count: u64) -> f64 {
    count as f64
}

impl Day {
    /// Of a toll of everything, then of the scopes of `constraints`.
    ///
    /// # Panics
    /// If the toll is one of other scopes.
    #[must_use]
    pub(super) fn new(toll: &Toll, constraints: &[Constraint], n_workers: usize) -> Self {
        let (all, parts) = toll.tallies.split_first().expect("the first is everything");
        let c = &all.counters;
        let waiting = c.wait_until_accepted_ms + c.wait_until_canceled_ms + toll.wait_unserved_ms;
        Self {
            waiting: n(waiting) / 1000.0,
            abandoned: n(c.tasks_abandoned),
            missed: n(c.reservations_timed_out),
            offers: n(c.reservations_created),
            hours_ringing: n(c.ringing_ms) / 3_600_000.0,
            hours_lost: n(c.recovering_ms) / 3_600_000.0,
            hours_scheduled: n(c.scheduled_ms()) / 3_600_000.0,
            workers: n(n_workers as u64),
            readings: constraints.iter().zip(parts).map(|(of, part)| of.read(part)).collect(),
            n_tasks: toll.n_tasks,
            n_events: toll.n_events,
        }
    }

    /// What it costs.
    #[must_use]
    pub const fn cost(&self, rates: &CostRates) -> f64 {
        rates.waiting_second * self.waiting
            + rates.abandoned * self.abandoned
            + rates.missed * self.missed
            + rates.unavailable_second * 3600.0 * self.hours_lost
    }
}
