//! How a task ends, and what came of it if it was accepted.

use crate::observation::story::Story;
use crate::observation::tally::{Counters, IntervalCounters};
use crate::routing::CancelReason;
use crate::scenario::GroupId;
use crate::time::{Span, Time};

/// How a story ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Completed(Time),
    Canceled(Time, CancelReason),
    Deleted,
    /// The run is over, and the task is not.
    Open(Time),
}

/// What came of a task that was accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    pub(super) group: GroupId,
    pub(super) talk: Option<Span>,
    /// Of a task that was completed.
    pub(super) wrap_up: Option<Span>,
}

impl Work {
    pub(super) fn of(story: &Story, at: Time, group: GroupId, fate: Fate) -> Self {
        let talk = story.talk_end.map(|end| end.since(at));
        let wrap_up = match fate {
            Fate::Completed(now) => Some(story.talk_end.map_or(Span::ZERO, |end| now.since(end))),
            _ => None,
        };
        Self { group, talk, wrap_up }
    }

    pub(super) fn count(self, c: &mut Counters) {
        if let Some(talk) = self.talk {
            c.talks += 1;
            c.talk_ms += talk.as_millis();
        }
        if let Some(wrap_up) = self.wrap_up {
            c.tasks_completed += 1;
            c.wrap_up_ms += wrap_up.as_millis();
        }
    }

    pub(super) fn count_interval(self, c: &mut IntervalCounters) {
        if let Some(talk) = self.talk {
            c.talks += 1;
            c.talk_ms += talk.as_millis();
        }
        if let Some(wrap_up) = self.wrap_up {
            c.tasks_completed += 1;
            c.wrap_up_ms += wrap_up.as_millis();
        }
    }
}
