//! The person behind a worker, as they are at the moment.

use crate::random::{Dist, Draws, Entity, Purpose};
use crate::routing::TaskId;
use crate::scenario::{Away, Person};
use crate::time::{Span, Time};

/// The person behind a worker, as they are at the moment.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    /// Whether they are on shift, or still at work after it.
    pub(crate) is_present: bool,
    /// Whether they missed an offer and have not come back since.
    pub(crate) is_recovering: bool,
    /// Which miss counts: outdated recoveries are ignored.
    pub(crate) miss: u32,
    /// Whether they are wrapping up a task that single-tasking has already completed.
    pub(crate) is_after_call: bool,
    /// Which call that was.
    pub(crate) after_call: u32,
    /// What takes them away, and how far that has come.
    pub(crate) absence: Option<(Absence, Stage)>,
    /// Which absence counts: outdated returns are ignored.
    pub(crate) absence_number: u32,
    /// What takes them away next.
    pub(crate) then: Option<Absence>,
    /// How many pieces of other work have come up.
    pub(crate) n_other_work: u32,
    /// When the next piece is due; while they are at it, when it would end had it begun when due.
    pub(crate) other_work_until: Time,
    /// The factor on their talk and wrap-up times.
    pub(crate) speed: f64,
    /// Where they are on their hidden timeline.
    pub(crate) timeline: Timeline,
    /// What they are talking to, where that slows them down.
    pub(crate) talks: Vec<Talk>,
}

/// What takes a worker away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// The shift is over.
    Leave,
    /// A rest of this length.
    Break(Span),
    /// Work of this length that does not come through TaskRouter.
    OtherWork(Span),
}

/// How far an absence has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Offers ring; they are answered first.
    Ringing,
    /// No new offers; the work in hand is finished first.
    Finishing,
    /// They are away.
    Running,
}

/// A talk whose pace depends on how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    pub(crate) task: TaskId,
    /// Milliseconds of talk to come, at full pace.
    pub(crate) left: f64,
    pub(crate) since: Time,
    pub(crate) rate: f64,
}

impl Agent {
    pub(crate) fn new(person: &Person, seed: u64) -> Self {
        // A person is the same in all replications.
        let draws = Draws::new(seed, u32::MAX);
        Self {
            is_present: false,
            is_recovering: false,
            miss: 0,
            is_after_call: false,
            after_call: 0,
            absence: None,
            absence_number: 0,
            then: None,
            n_other_work: 0,
            other_work_until: Time::ZERO,
            speed: person.speed.sample(&draws, person.entity, Purpose::Speed, 0),
            timeline: Timeline::default(),
            talks: Vec::new(),
        }
    }

    /// Whether they are at other work.
    pub(crate) const fn is_at_other_work(&self) -> bool {
        matches!(self.absence, Some((Absence::OtherWork(_), Stage::Running)))
    }
}

/// A hidden timeline: there, away, there, … The pieces are draws of the worker, so the same worker
/// is away at the same times whatever else happens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timeline {
    /// The absence that has not ended yet: from when to when.
    from: Time,
    to: Time,
    cycle: u32,
}

impl Timeline {
    /// When somebody who is away at `now` is back; `None` if they are there.
    pub(crate) fn back_at(
        &mut self,
        now: Time,
        away: &Away,
        (draws, entity): (&Draws, Entity),
    ) -> Option<Time> {
        while self.to <= now {
            let draw = |dist: &Dist, purpose| {
                Span::from_secs_f64(dist.sample(draws, entity, purpose, self.cycle))
            };
            let there = draw(&away.every, Purpose::AwayEvery);
            let lasts = draw(&away.lasts, Purpose::AwayLasts);
            self.from = self.to + there;
            self.to = self.from + lasts.max(Span::from_millis(1));
            self.cycle += 1;
        }
        (self.from <= now).then_some(self.to)
    }
}
