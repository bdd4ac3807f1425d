//! The customer behind a task: what they ask for, and how long they wait for it.

use std::fmt;

use crate::random::{Dist, Draws, Entity, Purpose};
use crate::routing::{AttributesId, WorkerId};
use crate::scenario::{AtClose, GroupId, Scenario, Source, SourceId, TraceRow, Window};
use crate::time::{Span, Time};

/// The customer behind a task.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// Where the task came from.
    pub source: SourceId,
    /// Which one of the source's.
    pub label: Label,
    /// Whose draws these are.
    pub entity: Entity,
    /// When the task was created.
    pub created: Time,
    /// What the task brought.
    pub attributes: AttributesId,
    /// The priority at creation.
    pub priority: u32,
    /// From creation to hanging up; `None` means that they never give up.
    pub patience: Option<Span>,
    /// Whether they leave without a signal.
    pub is_silent: bool,
    /// What a trace says; draws apply to the rest.
    pub(crate) row: Option<TraceRow>,
    /// How often the task was offered.
    pub(crate) n_offers: u32,
    /// Which pace of talk is in force: outdated ends of talk are ignored.
    pub(crate) pace: u32,
}

/// The number of a task within its source; the same in every scenario that has the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The interval of arrival, where rates are given by interval.
    pub interval: u32,
    /// Which one of the interval.
    pub ordinal: u32,
    /// 0 for the first attempt.
    pub attempt: u32,
}

/// A label with the name of its source: `calls:3:17`, its first retry `calls:3:17+1`.
pub(crate) struct FullLabel<'a>(pub(crate) &'a str, pub(crate) Label);

impl fmt::Display for FullLabel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(source, Label { interval, ordinal, attempt }) = self;
        write!(f, "{source}:{interval}:{ordinal}")?;
        if *attempt != 0 {
            write!(f, "+{attempt}")?;
        }
        Ok(())
    }
}

impl Customer {
    /// The talk time before worker factors.
    #[must_use]
    pub fn talk_drawn(&self, scenario: &Scenario, draws: &Draws) -> Span {
        self.row.and_then(|row| row.talk).unwrap_or_else(|| {
            let talk = scenario.sources[self.source].talk.at(self.created);
            Span::from_secs_f64(talk.sample(draws, self.entity, Purpose::Talk, 0))
        })
    }

    /// The wrap-up time before worker factors.
    #[must_use]
    pub fn wrap_up_drawn(&self, scenario: &Scenario, draws: &Draws) -> Span {
        self.row.and_then(|row| row.wrap_up).unwrap_or_else(|| {
            let wrap_up = scenario.sources[self.source].wrap_up.at(self.created);
            Span::from_secs_f64(wrap_up.sample(draws, self.entity, Purpose::WrapUp, 0))
        })
    }

    /// The talk time with this worker: their group's, at their speed.
    pub(crate) fn talk_with(&self, worker: WorkerId, speed: f64, cast: Cast<'_>) -> Span {
        let by_group = &cast.scenario.sources[self.source].talk_by_group;
        let base = || self.talk_drawn(cast.scenario, cast.draws);
        self.adjusted(worker, speed, cast, (by_group, Purpose::Talk, &base))
    }

    /// The wrap-up time with this worker: their group's, at their speed.
    pub(crate) fn wrap_up_with(&self, worker: WorkerId, speed: f64, cast: Cast<'_>) -> Span {
        let by_group = &cast.scenario.sources[self.source].wrap_up_by_group;
        let base = || self.wrap_up_drawn(cast.scenario, cast.draws);
        self.adjusted(worker, speed, cast, (by_group, Purpose::WrapUp, &base))
    }

    fn adjusted(
        &self,
        worker: WorkerId,
        speed: f64,
        cast: Cast<'_>,
        (by_group, purpose, base): (ByGroup<'_>, Purpose, &dyn Fn() -> Span),
    ) -> Span {
        let group = cast.scenario.people[worker].group;
        let own = by_group.iter().find(|(of, _)| *of == group);
        let is_traced = self.row.is_some_and(|row| match purpose {
            Purpose::Talk => row.talk.is_some(),
            _ => row.wrap_up.is_some(),
        });
        let span = match own {
            Some((_, dist)) if !is_traced => {
                Span::from_secs_f64(dist.sample(cast.draws, self.entity, purpose, 0))
            }
            _ => base(),
        };
        if (speed - 1.0).abs() < f64::EPSILON {
            return span;
        }
        Span::from_secs_f64(span.as_secs_f64() * speed)
    }
}

type ByGroup<'a> = &'a [(GroupId, Dist)];

/// Where durations come from.
#[derive(Clone, Copy)]
pub(crate) struct Cast<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) draws: &'a Draws,
}

/// How long the customer who arrives at `created` waits before hanging up.
pub(crate) fn patience(
    source: &Source,
    entity: Entity,
    created: Time,
    draws: &Draws,
) -> Option<Span> {
    let patience = source.patience.as_ref()?.at(created);
    Some(Span::from_secs_f64(patience.sample(draws, entity, Purpose::Patience, 0)))
}

/// When the patience of somebody who came at `created` ends: closed hours do not count where tasks
/// are carried over them.
pub(crate) fn patience_ends(source: &Source, created: Time, patience: Span) -> Time {
    let Some(open) = source.open.as_ref().filter(|_| source.at_close == AtClose::Carry) else {
        return created + patience;
    };
    let mut left = patience;
    for window in open.iter().filter(|window| created < window.end) {
        let from = window.start.max(created);
        let lasts = window.end.since(from);
        if left <= lasts {
            return from + left;
        }
        left = left - lasts;
    }
    Time::NEVER
}

/// Whether a source that is open in `windows` is open at `now`.
pub(crate) fn is_open(windows: Option<&[Window]>, now: Time) -> bool {
    windows.is_none_or(|windows| {
        let next = windows.partition_point(|window| window.start <= now);
        next.checked_sub(1).is_some_and(|index| now < windows[index].end)
    })
}
