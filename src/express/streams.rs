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
    next: IdVec<SourceId, Option<Arrival>>,
    /// When each is due; [`Time::NEVER`] for none.
    due: Vec<Time>,
    /// When the first one is due, and whose it is.
    first: (Time, usize),
}

impl Streams {
    pub(super) fn new(scenario: &Scenario, draws: &Draws, horizon: Time) -> Self {
        let streams = scenario.sources.ids().map(|id| Stream::new(scenario, id, draws));
        let n = scenario.sources.len();
        let mut streams = Self {
            streams: streams.collect(),
            next: IdVec::filled(None, n),
            due: vec![Time::NEVER; n],
            first: (Time::NEVER, 0),
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

    /// Takes an arrival that is due at `now`.
    #[inline]
    pub(super) fn pop_due(
        &mut self,
        now: Time,
        by: (&Scenario, &Draws),
        horizon: Time,
    ) -> Option<(SourceId, Arrival)> {
        if now < self.first.0 {
            return None;
        }
        let source = SourceId::new(self.first.1);
        let arrival = self.next[source].take()?;
        self.advance(source, by, horizon);
        Some((source, arrival))
    }

    #[inline]
    fn advance(&mut self, source: SourceId, by: (&Scenario, &Draws), horizon: Time) {
        let next = self.streams[source].next(by.0, by.1);
        let next = next.filter(|arrival| arrival.due < horizon);
        self.due[source.index()] = next.map_or(Time::NEVER, |arrival| arrival.due);
        self.next[source] = next;
        let due = self.due.iter().copied().zip(0..);
        self.first = due.min().unwrap_or((Time::NEVER, 0));
    }
}
