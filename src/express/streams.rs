//! The next arrival of each source.

use crate::express::notices::Notices;
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
    /// The source whose arrival comes first, and when.
    first: (Time, SourceId),
    /// Where there are several, when the next one of each comes.
    notices: Notices,
    /// Whether an arrival is so far off that it cannot be told from never.
    pub(super) is_too_far: bool,
}

impl Streams {
    pub(super) fn new(scenario: &Scenario, draws: &Draws, horizon: Time) -> Self {
        let streams = scenario.sources.ids().map(|id| Stream::new(scenario, id, draws));
        let mut streams = Self {
            streams: streams.collect(),
            next: IdVec::filled(None, scenario.sources.len()),
            first: (Time::NEVER, SourceId::new(0)),
            notices: Notices::new(scenario.sources.len()),
            is_too_far: false,
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
        (source, self.next[source].expect("it is due"))
    }

    /// On to the next arrival of `source`, if that is due before `horizon`.
    #[inline(always)]
    pub(super) fn advance(&mut self, source: SourceId, by: (&Scenario, &Draws), horizon: Time) {
        let arrival = self.streams[source].next(by.0, by.1);
        let arrival = arrival.filter(|arrival| arrival.due < horizon);
        let due = arrival.map_or(Time::NEVER, |arrival| arrival.due);
        self.next[source] = arrival;
        self.first = (due, source);
        if 1 < self.next.len() {
            self.is_too_far |= !self.notices.set(source.index(), due);
            let first = SourceId::new(self.notices.first().min(self.next.len() - 1));
            self.first = (self.notices.next_due(), first);
        }
    }
}
