//! What happened in a workspace, as far back as it is kept: events to be read, and deeds to be
//! counted.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::routing::{ActivityId, ChannelId, QueueId, WorkerId, WorkflowId};
use crate::time::{Span, Time};

/// How many events can be read back.
const FACTS_MAX: usize = 20_000;
/// How many deeds statistics look back upon.
const DEEDS_MAX: usize = 200_000;

/// Names and values of an event, in the spelling of event callbacks.
pub(crate) type Pairs = Vec<(&'static str, Arc<str>)>;

/// An event as it can be read back.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) sid: String,
    pub(crate) at: Time,
    /// TaskRouter's event type.
    pub(crate) name: &'static str,
    pub(crate) description: String,
    /// What it is about: `task`, and which one.
    pub(crate) resource: (&'static str, String),
    pub(crate) pairs: Pairs,
}

/// An event as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed {
    pub(crate) at: Time,
    /// TaskRouter's event type.
    pub(crate) name: &'static str,
    pub(crate) queue: Option<QueueId>,
    pub(crate) workflow: Option<WorkflowId>,
    pub(crate) worker: Option<WorkerId>,
    pub(crate) channel: Option<ChannelId>,
    /// The activity that the worker left.
    pub(crate) activity: Option<ActivityId>,
    /// Since the task was created; or how long the worker was in the activity they left.
    pub(crate) wait: Span,
    /// Since the task came into its queue.
    pub(crate) in_queue: Span,
}

/// What is kept of what happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    facts: VecDeque<Fact>,
    /// How many events there were, those that are gone included.
    n_told: u64,
    deeds: VecDeque<Deed>,
}

impl Fact {
    /// What it says under `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value)
    }
}

impl History {
    pub(crate) fn tell(&mut self, fact: Fact) {
        self.n_told += 1;
        if self.facts.len() == FACTS_MAX {
            self.facts.pop_front();
        }
        self.facts.push_back(fact);
    }

    pub(crate) fn count(&mut self, deed: Deed) {
        if self.deeds.len() == DEEDS_MAX {
            self.deeds.pop_front();
        }
        self.deeds.push_back(deed);
    }

    /// How many events there were: the number of the last one, counted from 1.
    pub(crate) const fn n_told(&self) -> u64 {
        self.n_told
    }

    /// All that is kept, the newest first.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().rev()
    }

    /// All that happened from `start` up to `end`, in order.
    pub(crate) fn deeds(&self, start: Time, end: Time) -> impl Iterator<Item = &Deed> {
        let from = self.deeds.partition_point(|deed| deed.at < start);
        self.deeds.range(from..).take_while(move |deed| deed.at <= end)
    }
}
