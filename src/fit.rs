//! What people do, from what was measured of them: behaviors, patience, times of work.
//!
//! Most of what is measured of an answer is that there was none before the timeout; most of what is
//! measured of patience is that it was not needed. So everything here treats what was cut short as
//! cut short. Start at [`Fits`].

mod answers;
mod counters;
mod events;
mod groups;
mod input;
mod joint;
mod law;
mod likelihood;
mod overlay;
mod sample;
mod search;
mod select;
mod table;
mod times;

pub use answers::{ANSWERS_LEAST, Answers, Offer, Outcome, Outcomes};
pub use counters::{Counters, CountersError, Guess, USUAL_SIGMA};
pub use events::Statistics;
pub use groups::Grouped;
pub use input::{Measured, Request, read};
pub use joint::{Count, Joint, Misfit, together};
pub use law::{Family, Form, Law, Part};
pub use likelihood::Fitted;
pub use overlay::{BehaviorFound, Overlay, SourceFound};
pub use sample::{Sample, Step};
pub use select::{AS_GOOD, Fits, Goodness, SIMPLER};
pub use times::{Ending, TIMES_LEAST, Times, Timing, Work};
