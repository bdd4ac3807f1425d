//! How an offer ends without acceptance.

use crate::observation::tally::{Counters, WorkerCounters};

/// How an offer ends without acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Rejected,
    TimedOut,
    Canceled,
    Rescinded,
}

impl Outcome {
    pub(crate) const fn count(self, counters: &mut Counters) {
        *match self {
            Self::Rejected => &mut counters.reservations_rejected,
            Self::TimedOut => &mut counters.reservations_timed_out,
            Self::Canceled => &mut counters.reservations_canceled,
            Self::Rescinded => &mut counters.reservations_rescinded,
        } += 1;
    }

    pub(crate) const fn count_worker(self, counters: &mut WorkerCounters) {
        *match self {
            Self::Rejected => &mut counters.rejected,
            Self::TimedOut => &mut counters.timed_out,
            Self::Canceled => &mut counters.canceled,
            Self::Rescinded => &mut counters.rescinded,
        } += 1;
    }
}
