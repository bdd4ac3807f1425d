//! The next arrival of each source.

use crate::id::{Id, IdVec};
use crate::random::Draws;
use crate::scenario::{Scenario, SourceId};
use crate::simulation::{Arrival, Stream};
use crate::time::Time;

/// The next arrival of each source.
#[derive(Debug)]
pub(super) struct Streams {
    streams: IdVec<SourceId, Stream>,
    next: IdVec<SourceId, Next>,
    /// The source whose arrival comes first, and when.
    first: (Time, SourceId),
}

/// What comes next from a source: never, if it is due at [`Time::NEVER`].
#[derive(Clone, Copy, Debug)]
struct Next {
    due: Time,
    arrival: Option<Arrival>,
}

impl Streams {
    pub(super) fn new(scenario: &Scenario, draws: &Draws, horizon: Time) -> Self {
        let streams = scenario.sources.ids().map(|id| Stream::new(scenario, id, draws));
        let none = Next { due: Time::NEVER, arrival: None };
        let mut streams = Self {
            streams: streams.collect(),
            next: IdVec::filled(none, scenario.sources.len()),
            first: (Time::NEVER, SourceId::new(0)),
        };
        for source in scenario.sources.ids() {
            streams.advance(source, (scenario, draws), horizon);
        }
        streams
    }

    /// When the first arrival is due.
    #[inline]
    pub(super) const fn next_due(&self) -> Time {
        self.first.0
    }

    /// The first arrival, which there must be.
    #[inline]
    pub(super) fn first(&self) -> (SourceId, Arrival) {
        let source = self.first.1;
        (source, self.next[source].arrival.expect("it is due"))
    }

    /// On to the next arrival of `source`, if that is due before `horizon`.
    #[inline(always)]
    pub(super) fn advance(&mut self, source: SourceId, by: (&Scenario, &Draws), horizon: Time) {
        let arrival = self.streams[source].next(by.0, by.1);
        let arrival = arrival.filter(|arrival| arrival.due < horizon);
        let due = arrival.map_or(Time::NEVER, |arrival| arrival.due);
        self.next[source] = Next { due, arrival };
        let all = self.next.iter_with_id().map(|(source, next)| (next.due, source));
        self.first = all.min().expect("there is a source");
    }
}
