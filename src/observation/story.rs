//! What is remembered of a task while it is alive.

use crate::routing::{CancelReason, QueueId, WorkerId};
use crate::scenario::SourceId;
use crate::time::{Span, Time};

/// What is remembered of a task while it is alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    /// Whether it was created between warm-up and horizon.
    pub(crate) is_counted: bool,
    pub(crate) source: SourceId,
    pub(crate) created: Time,
    pub(crate) queue: Option<QueueId>,
    pub(crate) queue_entered: Time,
    /// How often it was offered, altogether and in this queue.
    pub(crate) n_offers: u32,
    pub(crate) n_offers_here: u32,
    /// How often offers went out, however many at once, altogether and in this queue.
    pub(crate) n_bursts: u32,
    pub(crate) n_bursts_here: u32,
    pub(crate) n_open: u32,
    pub(crate) reserved_since: Time,
    /// How long it was in offers that failed.
    pub(crate) missed: Span,
    /// When it was first offered, altogether and in this queue.
    pub(crate) first_offered: Option<Time>,
    pub(crate) first_offered_here: Option<Time>,
    /// Who accepted it, and when.
    pub(crate) accepted: Option<(Time, WorkerId)>,
    pub(crate) talk_end: Option<Time>,
    /// When the customer's leaving last cut an offer short.
    pub(crate) cut_short: Option<Time>,
}

/// The parts of a wait; they add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) wait: Span,
    pub(crate) unoffered: Span,
    pub(crate) missed: Span,
    pub(crate) last: Span,
}

impl Story {
    pub(crate) const fn new(source: SourceId, created: Time, is_counted: bool) -> Self {
        Self {
            is_counted,
            source,
            created,
            queue: None,
            queue_entered: created,
            n_offers: 0,
            n_offers_here: 0,
            n_bursts: 0,
            n_bursts_here: 0,
            n_open: 0,
            reserved_since: created,
            missed: Span::ZERO,
            first_offered: None,
            first_offered_here: None,
            accepted: None,
            talk_end: None,
            cut_short: None,
        }
    }

    pub(crate) const fn enter(&mut self, now: Time, queue: Option<QueueId>) {
        self.queue = queue;
        self.queue_entered = now;
        self.n_offers_here = 0;
        self.first_offered_here = None;
        self.n_bursts_here = 0;
    }

    pub(crate) fn offer(&mut self, now: Time) {
        self.n_offers += 1;
        self.n_offers_here += 1;
        self.first_offered.get_or_insert(now);
        self.first_offered_here.get_or_insert(now);
        if self.n_open == 0 {
            self.reserved_since = now;
            self.n_bursts += 1;
            self.n_bursts_here += 1;
        }
        self.n_open += 1;
    }

    /// An offer ended without acceptance.
    pub(crate) fn let_go(&mut self, now: Time, is_canceled: bool) {
        if self.accepted.is_some() {
            return;
        }
        self.n_open -= 1;
        if self.n_open == 0 {
            self.missed += now.since(self.reserved_since);
            self.cut_short = is_canceled.then_some(now);
        }
    }

    /// The wait of a task that is accepted now.
    pub(crate) fn accept(&mut self, now: Time, worker: WorkerId) -> Parts {
        self.accepted = Some((now, worker));
        self.parts(now)
    }

    /// The wait of a task that was accepted at `at`.
    pub(crate) fn parts(&self, at: Time) -> Parts {
        let last = at.since(self.reserved_since);
        let wait = at.since(self.created);
        Parts { wait, unoffered: wait - self.missed - last, missed: self.missed, last }
    }

    /// The talk ends, unless it has.
    pub(crate) fn end_talk(&mut self, now: Time) {
        if self.accepted.is_some() {
            self.talk_end.get_or_insert(now);
        }
    }

    /// The wait of a task that is canceled now: the offer that was cut short failed too.
    pub(crate) fn cancel(&self, now: Time) -> Parts {
        let wait = now.since(self.created);
        Parts { wait, unoffered: wait - self.missed, missed: self.missed, last: Span::ZERO }
    }

    /// Whether a cancellation at `now` cut an offer short.
    pub(crate) fn rang_until(&self, now: Time) -> bool {
        self.cut_short == Some(now)
    }
}

/// Whether the customer gave up.
pub(crate) const fn is_abandonment(reason: CancelReason) -> bool {
    matches!(reason, CancelReason::HangUp)
}
