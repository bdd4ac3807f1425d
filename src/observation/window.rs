//! The stretch of a run that time averages cover: from the end of warm-up to the horizon.

use crate::scenario::Scenario;
use crate::time::Time;

/// From the end of warm-up to the horizon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) start: Time,
    pub(crate) end: Time,
}

impl Window {
    /// `horizon` is [`Time::NEVER`] while it is not known yet.
    pub(crate) fn of(scenario: &Scenario, horizon: Time) -> Self {
        Self { start: Time::ZERO + scenario.warm_up, end: horizon }
    }

    pub(crate) fn length_ms(self) -> u64 {
        self.end.since(self.start).as_millis()
    }

    /// How much of a stretch lies in the window.
    #[inline]
    pub(crate) fn overlap_ms(self, from: Time, to: Time) -> u64 {
        to.min(self.end).since(from.max(self.start)).as_millis()
    }
}
