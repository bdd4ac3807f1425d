//! Counts and waits of one source, queue or group.

use crate::observation::story::Parts;
use crate::observation::tally::{Counters, IntervalCounters, IntervalTally, Tally};
use crate::routing::CancelReason;
use crate::stats::{Counts, Histogram};
use crate::time::Span;

/// Counts and waits of one source, queue or group; as a whole, or in one interval.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) counters: Counters,
    pub(super) interval: IntervalCounters,
    wait: Histogram,
    until_accepted: Histogram,
    in_queue: Histogram,
    until_canceled: Histogram,
    interval_waits: Vec<Span>,
}

impl Cell {
    pub(super) fn accept(&mut self, parts: Parts, in_queue: Span, threshold: Span) {
        let c = &mut self.counters;
        c.tasks_accepted += 1;
        c.tasks_in_time += u64::from(parts.wait <= threshold);
        c.wait_until_accepted_ms += parts.wait.as_millis();
        c.wait_until_accepted_max_ms = c.wait_until_accepted_max_ms.max(parts.wait.as_millis());
        c.wait_in_task_queue_until_accepted_ms += in_queue.as_millis();
        let longest = &mut c.wait_in_task_queue_until_accepted_max_ms;
        *longest = (*longest).max(in_queue.as_millis());
        c.wait_unoffered_ms += parts.unoffered.as_millis();
        c.wait_in_missed_offers_ms += parts.missed.as_millis();
        c.wait_in_final_offer_ms += parts.last.as_millis();
        self.until_accepted.record(parts.wait);
        self.in_queue.record(in_queue);
        self.end_wait(parts.wait, threshold);
        self.note_longest(parts.wait);
    }

    pub(super) fn cancel(&mut self, wait: Span, reason: CancelReason) {
        let c = &mut self.counters;
        c.tasks_canceled += 1;
        c.wait_until_canceled_ms += wait.as_millis();
        c.wait_until_canceled_max_ms = c.wait_until_canceled_max_ms.max(wait.as_millis());
        match reason {
            CancelReason::WorkflowTimeout => c.tasks_timed_out_in_workflow += 1,
            CancelReason::TimeToLive | CancelReason::RoutingTargetFailed => c.tasks_expired += 1,
            _ => (),
        }
        self.until_canceled.record(wait);
        self.note_longest(wait);
    }

    pub(super) fn abandon(&mut self, wait: Span, threshold: Span) {
        self.counters.tasks_abandoned += 1;
        self.end_wait(wait, threshold);
    }

    /// A wait has come to an end by acceptance or abandonment.
    fn end_wait(&mut self, wait: Span, threshold: Span) {
        let c = &mut self.counters;
        c.wait_ms += wait.as_millis();
        c.wait_max_ms = c.wait_max_ms.max(wait.as_millis());
        c.tasks_waited += u64::from(wait != Span::ZERO);
        c.tasks_over_threshold += u64::from(threshold < wait);
        self.wait.record(wait);
    }

    fn note_longest(&mut self, wait: Span) {
        let longest = &mut self.counters.longest_wait_ms;
        *longest = (*longest).max(wait.as_millis());
    }

    pub(super) fn note_interval_wait(&mut self, wait: Span) {
        self.interval.wait_ms += wait.as_millis();
        self.interval_waits.push(wait);
    }

    pub(super) fn sum(cells: &[&Self]) -> Tally {
        let mut counters = Counters::default();
        cells.iter().for_each(|cell| counters.absorb(&cell.counters));
        let merged = |of: fn(&Self) -> &Histogram| {
            // Most scopes are one cell.
            let [first, others @ ..] = cells else { return Counts::default() };
            let mut sum = of(first).clone();
            others.iter().for_each(|cell| sum.merge(of(cell)));
            sum.counts()
        };
        Tally {
            counters,
            wait: merged(|cell| &cell.wait),
            wait_until_accepted: merged(|cell| &cell.until_accepted),
            wait_in_task_queue_until_accepted: merged(|cell| &cell.in_queue),
            wait_until_canceled: merged(|cell| &cell.until_canceled),
        }
    }

    pub(super) fn sum_intervals(cells: &[&Self]) -> IntervalTally {
        let mut counters = IntervalCounters::default();
        cells.iter().for_each(|cell| counters.absorb(&cell.interval));
        let waits = cells.iter().flat_map(|cell| &cell.interval_waits);
        IntervalTally { counters, wait: Counts::of(waits.copied()) }
    }
}
