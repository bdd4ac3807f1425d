//! How a task ends, and what came of it if it was accepted.

use crate::observation::story::Story;
use crate::observation::tally::{Counters, IntervalCounters};
use crate::routing::CancelReason;
use crate::scenario::GroupId;
use crate::time::{Span, Time};

/// How a story ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Completed(Time),
    Canceled(Time, CancelReason),
    Deleted,
    /// The run is over, and the task is not.
    Open(Time),
}

/// What came of a task that was accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) group: GroupId,
    pub(crate) talk: Option<Span>,
    /// Of a task that was completed.
    pub(crate) wrap_up: Option<Span>,
}

impl Work {
    pub(crate) fn of(story: &Story, at: Time, group: GroupId, fate: Fate) -> Self {
        let talk = story.talk_end.map(|end| end.since(at));
        let wrap_up = match fate {
            Fate::Completed(now) => Some(story.talk_end.map_or(Span::ZERO, |end| now.since(end))),
            _ => None,
        };
        Self { group, talk, wrap_up }
    }

    pub(crate) fn count(self, c: &mut Counters) {
        if let Some(talk) = self.talk {
            c.talks += 1;
            c.talk_ms += talk.as_millis();
        }
        if let Some(wrap_up) = self.wrap_up {
            c.tasks_completed += 1;
            c.wrap_up_ms += wrap_up.as_millis();
        }
    }

    pub(crate) fn count_interval(self, c: &mut IntervalCounters) {
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
