//! What tasks ask of workers on average, before anything is simulated: how much work comes, who can
//! do it, and how many of them are there.
//!
//! Everything here is a mean. Chance, hang-ups and retries are what the simulation is for.

mod class;
mod crew;
mod offers;
mod route;
mod team;
mod traffic;

pub use class::Class;
pub use crew::Crew;
pub use offers::Offers;
pub use route::{By, Load, Route, Stop};
pub use team::Team;

use std::collections::BTreeSet;

use crate::id::IdVec;
use crate::scenario::demand::traffic::Traffic;
use crate::scenario::{Horizon, Scenario, SourceId};
use crate::time::Time;

/// What the tasks of a scenario ask of its workers.
#[derive(Debug)]
pub struct Demand<'s> {
    scenario: &'s Scenario,
    /// All tasks, by source and by who can serve them; none whom nobody can.
    pub classes: Vec<Class>,
    traffic: IdVec<SourceId, Traffic>,
}

/// How many workers something keeps busy, or places of workers who take several tasks at once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Need {
    /// Talking.
    pub talk: f64,
    /// Wrapping up.
    pub wrap_up: f64,
    /// Being rung, in vain or not, and connected.
    pub ringing: f64,
    /// Out of line after missed offers.
    pub lost: f64,
}

impl Need {
    /// All of it.
    #[must_use]
    pub fn total(self) -> f64 {
        self.talk + self.wrap_up + self.ringing + self.lost
    }

    /// With `other`, `weight` times.
    #[must_use]
    pub fn plus(self, other: Self, weight: f64) -> Self {
        Self {
            talk: self.talk + weight * other.talk,
            wrap_up: self.wrap_up + weight * other.wrap_up,
            ringing: self.ringing + weight * other.ringing,
            lost: self.lost + weight * other.lost,
        }
    }
}

impl<'s> Demand<'s> {
    /// What the tasks of `scenario` ask; nothing if there are too many kinds of them to look at.
    #[must_use]
    pub fn of(scenario: &'s Scenario) -> Option<Self> {
        let classes = class::classes(scenario)?;
        let traffic = scenario.sources.iter().map(|source| Traffic::of(scenario, source)).collect();
        Some(Self { scenario, classes, traffic })
    }

    /// Tasks of a class per second at an instant, expected over all replications.
    #[must_use]
    pub fn rate(&self, class: &Class, at: Time) -> f64 {
        class.share * self.traffic[class.source].rate(&self.scenario.sources[class.source], at)
    }

    /// What one task of a class takes, in seconds of a worker, if it comes at this instant.
    #[must_use]
    pub fn per_task(&self, class: &Class, at: Time) -> Need {
        let source = &self.scenario.sources[class.source];
        Need {
            talk: class.talk.of(source.talk.at(at).mean()),
            wrap_up: class.wrap_up.of(source.wrap_up.at(at).mean()),
            ringing: class.offers.ringing_per_task(),
            lost: class.capacity * class.offers.lost_per_task(),
        }
    }

    /// Whether those who bring these tasks never give up.
    #[must_use]
    pub fn is_patient(&self, class: &Class) -> bool {
        self.scenario.sources[class.source].patience.is_none()
    }

    /// What a class keeps busy at an instant.
    #[must_use]
    pub fn need(&self, class: &Class, at: Time) -> Need {
        Need::default().plus(self.per_task(class, at), self.rate(class, at))
    }

    /// Where arrivals end; where they end after a number of tasks, about when that will be.
    #[must_use]
    pub fn end(&self) -> Time {
        match self.scenario.horizon {
            Horizon::At(end) => end,
            Horizon::Tasks(tasks) => traffic::when(tasks, &self.traffic),
        }
    }

    /// The stretches of time, from `start` to the end of arrivals, within which rates and staff
    /// stay the same.
    ///
    /// Shape: in order, without gaps, each `(from, to)`.
    #[must_use]
    pub fn stretches(&self, start: Time) -> Vec<(Time, Time)> {
        let end = self.end();
        let mut bounds = BTreeSet::from([start, end]);
        for (id, source) in self.scenario.sources.iter_with_id() {
            self.traffic[id].bounds(source, &mut bounds);
        }
        self.scenario.groups.iter().for_each(|group| crew::bounds(&group.presence, &mut bounds));
        let bounds: Vec<Time> =
            bounds.into_iter().filter(|at| start <= *at && *at <= end).collect();
        bounds.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The workers who can serve at least one of `classes`, all of them on one channel.
    #[must_use]
    pub fn crew<'a>(&self, classes: impl IntoIterator<Item = &'a Class>) -> Crew<'s> {
        Crew::new(self.scenario, classes)
    }
}

#[cfg(test)]
mod tests;
