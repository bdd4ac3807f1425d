//! What is measured in a run: counts, waits, time. Observers see everything and can change nothing.
//!
//! Everything is an integer, counted or summed at the event ([`Counters`]); every ratio, quantile
//! and interval is made of those at the end ([`METRICS`]).

mod cells;
mod fate;
mod lengths;
mod metrics;
mod outcome;
mod recorder;
mod scope;
mod staff_time;
mod stories;
mod story;
mod subject;
mod tally;
mod trace;
mod tracer;
mod waits;
mod window;

pub(crate) use fate::{Fate, Work};
pub(crate) use lengths::Lengths;
pub use metrics::{Applies, METRICS, Measure, Metric, Read, service_level};
pub(crate) use outcome::Outcome;
pub use recorder::{Recorder, Recording, Toll};
pub use scope::Scope;
pub(crate) use staff_time::{Hours, StaffTime, is_busy_or_available};
pub(crate) use stories::Stories;
pub(crate) use story::{Parts, Story};
pub use subject::Measured;
pub use tally::{Counters, IntervalCounters, IntervalTally, Tally, Wait, WorkerCounters};
pub use trace::{EventRow, ReservationRow, Rows, TaskRow, Traces};
pub(crate) use waits::{Cell, Offers};
pub(crate) use window::Window;
