//! The customer behind a task: what they ask for, and how long they wait for it.

use std::fmt;

use crate::random::{Dist, Draws, Entity, Purpose};
use crate::routing::{AttributesId, WorkerId};
use crate::scenario::{
    Arrivals, AtClose, GroupId, Scenario, Source, SourceId, TraceRow, Variant, Window,
};
use crate::simulation::arrivals::{Arrival, entity_of};
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
    /// The uniform number that decides the talk time, if it came with another one.
    pub(crate) talk_luck: Option<f64>,
    /// How often the task was offered.
    pub(crate) n_offers: u32,
    /// Which pace of talk is in force: outdated ends of talk are ignored.
    pub(crate) pace: u32,
}

/// What a task is created with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) source: SourceId,
    pub(crate) label: Label,
    pub(crate) entity: Entity,
    /// Which variant of its source it is, if that is where the attributes are from.
    pub(crate) variant: Option<u32>,
    pub(crate) attributes: AttributesId,
    pub(crate) priority: u32,
}

impl Request {
    /// What an arrival at `source` brings.
    #[inline(always)]
    pub(crate) fn of(source: SourceId, arrival: &Arrival, cast: Cast<'_>) -> Self {
        let from = &cast.scenario.sources[source];
        let (number, variant) = variant(from, arrival.entity, cast.draws);
        let row = trace_row(from, arrival.label);
        let own = row.and_then(|row| row.attributes);
        Self {
            source,
            label: arrival.label,
            entity: arrival.entity,
            variant: if own.is_none() { Some(number) } else { None },
            attributes: own.unwrap_or(variant.attributes),
            priority: row.and_then(|row| row.priority).unwrap_or(variant.priority),
        }
    }

    /// Whether what has probability `p` happens to this customer; nothing is drawn for what never
    /// does.
    pub(crate) fn happens(&self, purpose: Purpose, p: f64, draws: &Draws) -> bool {
        0.0 < p && draws.uniform(self.entity, purpose, 0) < p
    }
}

/// Which variant of a source a task is; where there is only one, without a draw.
#[inline]
fn variant<'v>(source: &'v Source, entity: Entity, draws: &Draws) -> (u32, &'v Variant) {
    let (last, others) = source.mix.split_last().expect("a source has a variant");
    if others.is_empty() {
        return (0, last);
    }
    let u = draws.uniform(entity, Purpose::Mix, 0);
    let number = others.partition_point(|variant| variant.upto < u);
    let variant = others.get(number).unwrap_or(last);
    (u32::try_from(number).expect("few variants"), variant)
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
    /// The customer behind a task that is created now.
    #[inline]
    pub(crate) fn of(request: &Request, now: Time, cast: Cast<'_>) -> Self {
        let Cast { scenario, draws } = cast;
        let source = &scenario.sources[request.source];
        let row = trace_row(source, request.label);
        let (patience, talk_luck) = source.patience.as_ref().map_or((None, None), |patience| {
            // Both have one block of random bits.
            let [u, talk_luck] = draws.pair(request.entity, Purpose::Patience, 0);
            let key = (request.entity, Purpose::Patience, 0);
            let patience = patience.at(now).sample_at(u, draws, key);
            (Some(Span::from_secs_f64(patience)), Some(talk_luck))
        });
        Self {
            source: request.source,
            label: request.label,
            entity: request.entity,
            created: now,
            attributes: request.attributes,
            priority: request.priority,
            patience: row.and_then(|row| row.patience).or(patience),
            is_silent: request.happens(Purpose::Silent, source.silent, draws),
            talk_luck,
            n_offers: 0,
            pace: 0,
        }
    }

    /// What a customer who has hung up will come back with, and after what time, if they do.
    pub(crate) fn comes_again(&self, cast: Cast<'_>) -> Option<(Span, Request)> {
        let source = &cast.scenario.sources[self.source];
        let retry = source.retry.as_ref()?;
        let again = cast.draws.uniform(self.entity, Purpose::Retry, 0) < retry.probability;
        if !again || retry.max <= self.label.attempt {
            return None;
        }
        let after = retry.after.sample(cast.draws, self.entity, Purpose::RetryDelay, 0);
        let label = Label { attempt: self.label.attempt + 1, ..self.label };
        let request = Request {
            source: self.source,
            label,
            entity: entity_of(source, label),
            variant: None,
            attributes: self.attributes,
            priority: self.priority,
        };
        Some((Span::from_secs_f64(after), request))
    }

    /// The talk time before worker factors.
    #[must_use]
    #[inline]
    pub fn talk_drawn(&self, scenario: &Scenario, draws: &Draws) -> Span {
        let source = &scenario.sources[self.source];
        trace_row(source, self.label)
            .and_then(|row| row.talk)
            .unwrap_or_else(|| self.draw(source.talk.at(self.created), Purpose::Talk, draws))
    }

    /// The wrap-up time before worker factors.
    #[must_use]
    #[inline]
    pub fn wrap_up_drawn(&self, scenario: &Scenario, draws: &Draws) -> Span {
        let source = &scenario.sources[self.source];
        trace_row(source, self.label)
            .and_then(|row| row.wrap_up)
            .unwrap_or_else(|| self.draw(source.wrap_up.at(self.created), Purpose::WrapUp, draws))
    }

    /// What this customer has for `purpose`.
    #[inline(always)]
    pub(crate) fn draw(&self, dist: &Dist, purpose: Purpose, draws: &Draws) -> Span {
        Span::from_secs_f64(match (self.talk_luck, purpose) {
            (Some(u), Purpose::Talk) => dist.sample_at(u, draws, (self.entity, purpose, 0)),
            _ => dist.sample(draws, self.entity, purpose, 0),
        })
    }

    /// The talk time with this worker: their group's, at their speed.
    #[inline]
    pub(crate) fn talk_with(&self, worker: WorkerId, speed: f64, cast: Cast<'_>) -> Span {
        let source = &cast.scenario.sources[self.source];
        let own = cast.own(&source.talk_by_group, worker);
        let is_traced = || trace_row(source, self.label).is_some_and(|row| row.talk.is_some());
        let span = match own {
            Some(dist) if !is_traced() => self.draw(dist, Purpose::Talk, cast.draws),
            _ => self.talk_drawn(cast.scenario, cast.draws),
        };
        at_speed(span, speed)
    }

    /// The wrap-up time with this worker: their group's, at their speed.
    pub(crate) fn wrap_up_with(&self, worker: WorkerId, speed: f64, cast: Cast<'_>) -> Span {
        let source = &cast.scenario.sources[self.source];
        let own = cast.own(&source.wrap_up_by_group, worker);
        let is_traced = || trace_row(source, self.label).is_some_and(|row| row.wrap_up.is_some());
        let span = match own {
            Some(dist) if !is_traced() => self.draw(dist, Purpose::WrapUp, cast.draws),
            _ => self.wrap_up_drawn(cast.scenario, cast.draws),
        };
        at_speed(span, speed)
    }
}

#[inline]
pub(crate) fn at_speed(span: Span, speed: f64) -> Span {
    if (speed - 1.0).abs() < f64::EPSILON {
        return span;
    }
    Span::from_secs_f64(span.as_secs_f64() * speed)
}

/// Where durations come from.
#[derive(Clone, Copy)]
pub(crate) struct Cast<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) draws: &'a Draws,
}

impl<'a> Cast<'a> {
    /// What holds for the group of `worker` alone.
    fn own(&self, by_group: &'a [(GroupId, Dist)], worker: WorkerId) -> Option<&'a Dist> {
        if by_group.is_empty() {
            return None;
        }
        let group = self.scenario.people[worker].group;
        by_group.iter().find(|(of, _)| *of == group).map(|(_, dist)| dist)
    }
}

/// What a trace says of a task, its retries included; draws apply to the rest.
pub(crate) fn trace_row(source: &Source, label: Label) -> Option<&TraceRow> {
    match &source.arrivals {
        Arrivals::Trace(rows) => rows.get(label.ordinal as usize),
        Arrivals::Constant { .. } | Arrivals::Intervals(_) => None,
    }
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
