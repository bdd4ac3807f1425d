//! Who works when, and what they do with an offer.

use crate::define_id;
use crate::random::{Dist, Entity};
use crate::routing::ActivityId;
use crate::time::{Span, Time};

define_id! {
    /// A group of workers.
    GroupId
}
define_id! {
    /// A way to deal with offers.
    BehaviorId
}

/// Workers who are planned and reported together.
#[derive(Clone, Debug)]
pub struct Group {
    /// As the file names it.
    pub name: String,
    /// When they are there.
    pub presence: Presence,
    /// What becomes of ringing offers when a worker is due to go.
    pub after_shift: AfterShift,
    /// The activity that a shift begins with, and that a recovery or break returns to; available.
    pub start_activity: ActivityId,
    /// The activity off shift and on breaks; unavailable.
    pub away_activity: ActivityId,
    /// The activity during other work; unavailable.
    pub other_work_activity: ActivityId,
}

/// When the workers of a group are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// All of them, always, in the activity that the workspace gives them.
    Always,
    /// All of them, in these shifts; in order, without overlap.
    Shifts(Vec<Shift>),
    /// As many as the last step says: `(from, count)`, in order; none before the first step.
    Staffing(Vec<(Time, usize)>),
}

/// One shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// When it begins.
    pub start: Time,
    /// When it ends; whoever has work in hand finishes it first.
    pub end: Time,
    /// In order, all within the shift.
    pub breaks: Vec<Break>,
}

/// A break: no new offers from `at` on, then `length` of rest once the work in hand is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// When it is due.
    pub at: Time,
    /// How long it lasts.
    pub length: Span,
}

/// What becomes of a ringing offer when its worker is due to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterShift {
    /// It is answered first.
    #[default]
    Finish,
    /// It is rejected.
    RejectOffers,
}

/// The person behind a worker.
#[derive(Clone, Debug)]
pub struct Person {
    /// The group.
    pub group: GroupId,
    /// Which one of the group, from 0; the highest leave first.
    pub ordinal: usize,
    /// Whose draws these are.
    pub entity: Entity,
    /// What they do with an offer.
    pub behavior: BehaviorId,
    /// The personal factor on talk and wrap-up times: drawn once, the same in all replications.
    pub speed: Dist,
}

/// The name of the behavior of whoever is given none.
pub const ACCEPTS_AT_ONCE: &str = "accepts at once";

/// What a worker does with an offer.
#[derive(Clone, Debug)]
pub struct Behavior {
    /// As the file names it.
    pub name: String,
    /// The time to answer; beyond the reservation timeout it is a miss.
    pub response: Dist,
    /// The share of offers that are rejected, 0 to 1.
    pub reject: f64,
    /// The time to reject.
    pub reject_after: Dist,
    /// The share of offers that are never answered, 0 to 1 − `reject`.
    pub miss: f64,
    /// Absences that nobody is told of.
    pub away: Option<Away>,
    /// From the timeout activity back to work.
    pub recovery: Recovery,
    /// The set-up phase after accepting is requested; `None` means that there is none.
    pub connect: Option<Connect>,
    /// Outbound calls, transfers: busy, and not offerable.
    pub other_work: Option<OtherWork>,
    /// The share of the talk rate lost for each further task that is talked to at once.
    pub slowdown_per_extra: f64,
    /// Whether offers are accepted at once, by the client.
    pub auto_accept: bool,
    /// Other answers that what was measured does not rule out.
    pub alternatives: Vec<Alternative>,
    /// The longest reservation timeout about which what was measured says something; `None` if the
    /// file does not say.
    pub supported_to: Option<Span>,
}

/// Another time to answer and share missed.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// As the file names it.
    pub name: String,
    /// The time to answer.
    pub response: Dist,
    /// The share of offers that are never answered, 0 to 1 − `reject`.
    pub miss: f64,
}

/// A hidden timeline of a worker: there, away, there, …
#[derive(Clone, Debug)]
pub struct Away {
    /// How long they are there.
    pub every: Dist,
    /// How long they are away.
    pub lasts: Dist,
}

/// How a worker gets back from the timeout activity.
#[derive(Clone, Debug)]
pub enum Recovery {
    /// After a time.
    After(Dist),
    /// Not at all.
    Never,
    /// With this probability only after the next break or at the next shift, else after a time.
    NextBreak {
        /// The share of misses that go unnoticed until then.
        p_unnoticed: f64,
        /// The time for the others; `None` means never.
        otherwise: Option<Dist>,
    },
}

/// The set-up phase of an accepted offer (TR-051): on hold, its timeout suspended.
#[derive(Clone, Debug)]
pub struct Connect {
    /// How long it takes.
    pub time: Dist,
    /// How often it fails, 0 to 1.
    pub fail: f64,
}

/// Work that does not come through TaskRouter.
#[derive(Clone, Debug)]
pub struct OtherWork {
    /// The share of a worker's time, 0 to 1 exclusive.
    pub share: f64,
    /// How long one piece takes.
    pub lasts: Dist,
}
