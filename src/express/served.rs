//! Tasks that were accepted in their first queue and completed: the few numbers from which all their
//! counters follow.

use crate::express::call::Call;
use crate::observation::{Cell, Counters};
use crate::time::{Span, Time};

/// Sums over tasks of one source and queue that workers of one group completed.
#[derive(Clone, Debug, Default)]
pub(super) struct Served {
    n: u64,
    /// Those who were accepted the moment they came, from their first offer: only these are among
    /// none of the following but the sums of work.
    n_at_once: u64,
    n_offers: u64,
    n_offered_at_once: u64,
    n_2plus_offers: u64,
    n_3plus_offers: u64,
    n_in_time: u64,
    n_waited: u64,
    until_first_offer_ms: u64,
    wait_ms: u64,
    wait_max_ms: u64,
    missed_ms: u64,
    last_ms: u64,
    talk_ms: u64,
    wrap_up_ms: u64,
}

impl Served {
    /// One more, completed now. `cell` counts its wait.
    #[inline]
    pub(super) fn count(&mut self, call: &Call, (now, threshold): (Time, Span), cell: &mut Cell) {
        let (created, n_offers) = (call.created, u64::from(call.n_offers));
        self.talk_ms += call.talk_end.since(call.accepted).as_millis();
        self.wrap_up_ms += now.since(call.talk_end).as_millis();
        if call.accepted == created && n_offers == 1 {
            self.n_at_once += 1;
            return;
        }
        let wait = call.accepted.since(created);
        let first_offered = call.first_offered;
        self.n += 1;
        self.n_offers += n_offers;
        self.n_offered_at_once += u64::from(first_offered == created);
        self.n_2plus_offers += u64::from(2 <= n_offers);
        self.n_3plus_offers += u64::from(3 <= n_offers);
        self.n_in_time += u64::from(wait <= threshold);
        self.n_waited += u64::from(wait != Span::ZERO);
        self.until_first_offer_ms += first_offered.since(created).as_millis();
        self.wait_ms += wait.as_millis();
        self.wait_max_ms = self.wait_max_ms.max(wait.as_millis());
        self.missed_ms += call.missed.as_millis();
        self.last_ms += call.accepted.since(call.reserved).as_millis();
        cell.record_served(wait, 1);
    }

    /// Enters all of them as the tasks of their source and queue, and as those of their group.
    pub(super) fn enter(&self, of_pair: &mut Cell, of_group: &mut Cell) {
        let Self { n, n_at_once, wait_ms, wait_max_ms, missed_ms, last_ms, .. } = *self;
        let all = n + n_at_once;
        of_pair.counters.absorb(&Counters {
            tasks_created: all,
            reservations_created: self.n_offers + n_at_once,
            tasks_offered: all,
            wait_until_first_offer_ms: self.until_first_offer_ms,
            tasks_offered_at_once: self.n_offered_at_once + n_at_once,
            tasks_first_offer_accepted: all - self.n_2plus_offers,
            tasks_with_2plus_offers: self.n_2plus_offers,
            tasks_with_3plus_offers: self.n_3plus_offers,
            ..Counters::default()
        });
        of_group.record_served(Span::ZERO, n_at_once);
        of_group.counters.absorb(&Counters {
            reservations_accepted: all,
            tasks_accepted: all,
            tasks_in_time: self.n_in_time + n_at_once,
            tasks_over_threshold: n - self.n_in_time,
            tasks_waited: self.n_waited,
            wait_ms,
            wait_max_ms,
            longest_wait_ms: wait_max_ms,
            wait_until_accepted_ms: wait_ms,
            wait_until_accepted_max_ms: wait_max_ms,
            wait_in_task_queue_until_accepted_ms: wait_ms,
            wait_in_task_queue_until_accepted_max_ms: wait_max_ms,
            wait_unoffered_ms: wait_ms - missed_ms - last_ms,
            wait_in_missed_offers_ms: missed_ms,
            wait_in_final_offer_ms: last_ms,
            talks: all,
            talk_ms: self.talk_ms,
            tasks_completed: all,
            wrap_up_ms: self.wrap_up_ms,
            ..Counters::default()
        });
    }
}
