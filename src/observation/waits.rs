//! Counts and waits of one source, queue or group.

use crate::observation::story::Parts;
use crate::observation::tally::{Counters, IntervalCounters, IntervalTally, Tally};
use crate::routing::CancelReason;
use crate::stats::{Buckets, Counts};
use crate::time::{Span, Time};

/// Counts and waits of one source, queue or group; as a whole, or in one interval.
///
/// Every wait is counted once; the four distributions are sums.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) counters: Counters,
    pub(crate) interval: IntervalCounters,
    /// To acceptance, of tasks that came into their queue as they were created.
    served: Buckets,
    /// To acceptance, of the others; and from the queue's point of view.
    served_elsewhere: Buckets,
    in_queue: Buckets,
    /// To abandonment, and to any other cancellation.
    abandoned: Buckets,
    canceled: Buckets,
    interval_waits: Vec<Span>,
}

/// The offers of a task, altogether or in one queue, where it has been `since`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offers {
    pub(crate) since: Time,
    pub(crate) n: u32,
    pub(crate) first: Option<Time>,
}

impl Cell {
    /// A task that was created at `created`, and its offers.
    pub(crate) fn come(&mut self, created: Time, offers: Offers) {
        let c = &mut self.counters;
        c.tasks_created += 1;
        c.reservations_created += u64::from(offers.n);
        if let Some(first) = offers.first {
            c.tasks_offered += 1;
            c.wait_until_first_offer_ms += first.since(created).as_millis();
            c.tasks_offered_at_once += u64::from(first == offers.since);
            c.tasks_with_2plus_offers += u64::from(2 <= offers.n);
            c.tasks_with_3plus_offers += u64::from(3 <= offers.n);
        }
    }

    pub(crate) fn accept(&mut self, parts: Parts, in_queue: Span, threshold: Span) {
        let c = &mut self.counters;
        c.reservations_accepted += 1;
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
        if in_queue == parts.wait {
            self.served.record(parts.wait);
        } else {
            self.served_elsewhere.record(parts.wait);
            self.in_queue.record(in_queue);
        }
        self.end_wait(parts.wait, threshold);
        self.note_longest(parts.wait);
    }

    /// The wait of as many tasks as `n` says that were accepted in the queue they came into.
    #[inline]
    pub(crate) fn record_served(&mut self, wait: Span, n: u64) {
        self.served.record_many(wait, n);
    }

    pub(crate) fn cancel(&mut self, wait: Span, reason: CancelReason) {
        let c = &mut self.counters;
        c.tasks_canceled += 1;
        c.wait_until_canceled_ms += wait.as_millis();
        c.wait_until_canceled_max_ms = c.wait_until_canceled_max_ms.max(wait.as_millis());
        match reason {
            CancelReason::WorkflowTimeout => c.tasks_timed_out_in_workflow += 1,
            CancelReason::TimeToLive | CancelReason::RoutingTargetFailed => c.tasks_expired += 1,
            _ => (),
        }
        self.note_longest(wait);
    }

    /// A canceled task's wait, which was given up.
    pub(crate) fn abandon(&mut self, wait: Span, threshold: Span) {
        self.counters.tasks_abandoned += 1;
        self.abandoned.record(wait);
        self.end_wait(wait, threshold);
    }

    /// A canceled task's wait, which was ended by others.
    pub(crate) fn cut_short(&mut self, wait: Span) {
        self.canceled.record(wait);
    }

    /// A wait has come to an end by acceptance or abandonment.
    fn end_wait(&mut self, wait: Span, threshold: Span) {
        let c = &mut self.counters;
        c.wait_ms += wait.as_millis();
        c.wait_max_ms = c.wait_max_ms.max(wait.as_millis());
        c.tasks_waited += u64::from(wait != Span::ZERO);
        c.tasks_over_threshold += u64::from(threshold < wait);
    }

    fn note_longest(&mut self, wait: Span) {
        let longest = &mut self.counters.longest_wait_ms;
        *longest = (*longest).max(wait.as_millis());
    }

    pub(crate) fn note_interval_wait(&mut self, wait: Span) {
        self.interval.wait_ms += wait.as_millis();
        self.interval_waits.push(wait);
    }

    /// Adds what another one counted; intervals apart.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.counters.absorb(&other.counters);
        self.served.absorb(&other.served);
        self.served_elsewhere.absorb(&other.served_elsewhere);
        self.in_queue.absorb(&other.in_queue);
        self.abandoned.absorb(&other.abandoned);
        self.canceled.absorb(&other.canceled);
    }

    pub(crate) fn sum(cells: &[&Self]) -> Tally {
        let mut counters = Counters::default();
        cells.iter().for_each(|cell| counters.absorb(&cell.counters));
        let sum = |of: &[fn(&Self) -> &Buckets]| {
            let parts = cells.iter().flat_map(|cell| of.iter().map(|of| of(cell)));
            Buckets::sum(&parts.collect::<Vec<_>>())
        };
        let served: [fn(&Self) -> &Buckets; 2] =
            [|cell| &cell.served, |cell| &cell.served_elsewhere];
        let [at_once, elsewhere] = served;
        Tally {
            counters,
            wait: sum(&[at_once, elsewhere, |cell| &cell.abandoned]),
            wait_until_accepted: sum(&served),
            wait_in_task_queue_until_accepted: sum(&[at_once, |cell| &cell.in_queue]),
            wait_until_canceled: sum(&[|cell| &cell.abandoned, |cell| &cell.canceled]),
        }
    }

    pub(crate) fn sum_intervals(cells: &[&Self]) -> IntervalTally {
        let mut counters = IntervalCounters::default();
        cells.iter().for_each(|cell| counters.absorb(&cell.interval));
        let waits = cells.iter().flat_map(|cell| &cell.interval_waits);
        IntervalTally { counters, wait: Counts::of(waits.copied()) }
    }
}
