//! The counts and sums of one replication and scope, from which every metric follows.

use crate::stats::Counts;

/// Declares a struct of `u64` counters once: the fields, their names in order, and how two are
/// joined.
macro_rules! counters {
    ($(#[$meta:meta])* $name:ident { add { $($(#[$add_meta:meta])* $add:ident),* $(,)? } max { $($(#[$max_meta:meta])* $max:ident),* $(,)? } }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$add_meta])* pub $add: u64,)*
            $($(#[$max_meta])* pub $max: u64,)*
        }

        impl $name {
            /// The names of all counters, in the order of [`values`](Self::values).
            pub const NAMES: &'static [&'static str] = &[$(stringify!($add),)* $(stringify!($max),)*];

            /// All counters.
            #[must_use]
            pub fn values(&self) -> Vec<u64> {
                vec![$(self.$add,)* $(self.$max,)*]
            }

            /// The counters whose [`values`](Self::values) these are; `None` if they are not as
            /// many.
            #[must_use]
            pub fn from_values(values: &[u64]) -> Option<Self> {
                let mut all = values.iter().copied();
                let counters = Self { $($add: all.next()?,)* $($max: all.next()?,)* };
                all.next().is_none().then_some(counters)
            }

            /// Adds what another part counted; of two greatest values the greater one stays.
            pub fn absorb(&mut self, other: &Self) {
                $(self.$add += other.$add;)*
                $(self.$max = self.$max.max(other.$max);)*
            }
        }
    };
}

counters! {
    /// Counts, sums in milliseconds, and greatest values.
    ///
    /// Task counters are about tasks created between warm-up and horizon, followed to their end; in
    /// a queue, about tasks that entered it. Reservation counters belong to those tasks. What ends
    /// in `_ms` and is about workers, units or queues is an integral over time between warm-up and
    /// horizon.
    Counters {
        add {
            /// Created; in a queue: entered.
            tasks_created,
            /// Accepted by a worker.
            tasks_accepted,
            /// Completed.
            tasks_completed,
            /// Canceled, for whatever reason.
            tasks_canceled,
            /// Moves out of a queue into another one.
            tasks_moved,
            /// Accepted within the threshold.
            tasks_in_time,
            /// Canceled because patience ended.
            tasks_abandoned,
            /// Of those, within `short_abandon`.
            tasks_short_abandoned,
            /// Of those, during a pending reservation.
            abandoned_while_ringing,
            /// Canceled at the end of the workflow.
            tasks_timed_out_in_workflow,
            /// Canceled at the end of the time to live.
            tasks_expired,
            /// Still waiting when the drain ended.
            tasks_unserved_at_end,
            /// Offered at least once.
            tasks_offered,
            /// Offered at the instant of creation; in a queue: of entering.
            tasks_offered_at_once,
            /// Accepted from the first offer.
            tasks_first_offer_accepted,
            /// Offered twice or more.
            tasks_with_2plus_offers,
            /// Offered three times or more.
            tasks_with_3plus_offers,
            /// Accepted or abandoned after a wait of more than zero.
            tasks_waited,
            /// Accepted or abandoned after a wait of more than the threshold.
            tasks_over_threshold,
            /// Reservations created.
            reservations_created,
            /// Reservations accepted.
            reservations_accepted,
            /// Reservations rejected.
            reservations_rejected,
            /// Reservations timed out.
            reservations_timed_out,
            /// Reservations canceled.
            reservations_canceled,
            /// Reservations rescinded.
            reservations_rescinded,
            /// Sum over accepted tasks: creation to acceptance.
            wait_until_accepted_ms,
            /// Sum over accepted tasks: queue entry to acceptance.
            wait_in_task_queue_until_accepted_ms,
            /// Sum over canceled tasks: creation to cancellation.
            wait_until_canceled_ms,
            /// Sum over accepted and abandoned tasks: creation to either.
            wait_ms,
            /// Sum over offered tasks: creation to the first offer.
            wait_until_first_offer_ms,
            /// Sum over accepted tasks: time without an offer.
            wait_unoffered_ms,
            /// Sum over accepted tasks: time in offers that failed.
            wait_in_missed_offers_ms,
            /// Sum over accepted tasks: time in the offer that was accepted.
            wait_in_final_offer_ms,
            /// Talks that ended.
            talks,
            /// Sum over those: acceptance to the end of the talk.
            talk_ms,
            /// Sum over completed tasks: end of the talk to completion.
            wrap_up_ms,
            /// Length of the window.
            window_ms,
            /// Tasks pending or reserved.
            queue_length_ms,
            /// Workers talking, or at other work.
            talking_ms,
            /// Workers wrapping up.
            wrapping_ms,
            /// Workers being rung or connected.
            ringing_ms,
            /// Workers who missed an offer and are not back.
            recovering_ms,
            /// Workers idle.
            idle_ms,
            /// Workers on shift who take no offers.
            unavailable_ms,
            /// Units of capacity held.
            units_held_ms,
            /// Units of capacity of workers who are busy or available.
            units_available_ms,
            /// Tasks talked to or wrapped up, while their worker is busy.
            tasks_in_hand_ms,
        }
        max {
            /// The longest wait to acceptance.
            wait_until_accepted_max_ms,
            /// The longest wait in a queue to acceptance.
            wait_in_task_queue_until_accepted_max_ms,
            /// The longest wait to cancellation.
            wait_until_canceled_max_ms,
            /// The longest wait to acceptance or abandonment.
            wait_max_ms,
            /// The greatest number of tasks pending or reserved.
            queue_length_max,
            /// The longest time for which a task was pending or reserved.
            longest_wait_ms,
        }
    }
}

impl Counters {
    /// Milliseconds of workers on shift, or at work after it.
    #[must_use]
    pub const fn scheduled_ms(&self) -> u64 {
        self.busy_or_available_ms() + self.recovering_ms + self.unavailable_ms
    }

    /// Milliseconds of workers talking or wrapping up, or at other work.
    #[must_use]
    pub const fn busy_ms(&self) -> u64 {
        self.talking_ms + self.wrapping_ms
    }

    /// Milliseconds of workers busy, rung or idle.
    #[must_use]
    pub const fn busy_or_available_ms(&self) -> u64 {
        self.busy_ms() + self.ringing_ms + self.idle_ms
    }
}

/// The four waits whose distribution is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Creation to acceptance or abandonment.
    All,
    /// Creation to acceptance.
    UntilAccepted,
    /// Queue entry to acceptance.
    InQueueUntilAccepted,
    /// Creation to cancellation.
    UntilCanceled,
}

impl Wait {
    /// All four, in order.
    pub const ALL: [Self; 4] =
        [Self::All, Self::UntilAccepted, Self::InQueueUntilAccepted, Self::UntilCanceled];
}

/// The counts, sums and distributions of one replication and scope.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Counts, sums, greatest values.
    pub counters: Counters,
    /// Creation to acceptance or abandonment.
    pub wait: Counts,
    /// Creation to acceptance.
    pub wait_until_accepted: Counts,
    /// Queue entry to acceptance.
    pub wait_in_task_queue_until_accepted: Counts,
    /// Creation to cancellation.
    pub wait_until_canceled: Counts,
}

impl Tally {
    /// The distribution of one of the waits.
    #[must_use]
    pub const fn waits(&self, which: Wait) -> &Counts {
        match which {
            Wait::All => &self.wait,
            Wait::UntilAccepted => &self.wait_until_accepted,
            Wait::InQueueUntilAccepted => &self.wait_in_task_queue_until_accepted,
            Wait::UntilCanceled => &self.wait_until_canceled,
        }
    }
}

counters! {
    /// One worker in one replication: reservations of tasks in the window, and milliseconds.
    WorkerCounters {
        add {
            /// Reservations created.
            reservations_created,
            /// Accepted.
            accepted,
            /// Rejected.
            rejected,
            /// Timed out.
            timed_out,
            /// Canceled.
            canceled,
            /// Rescinded.
            rescinded,
            /// Talking, or at other work.
            talking_ms,
            /// Wrapping up.
            wrapping_ms,
            /// Being rung or connected.
            ringing_ms,
            /// Missed an offer, not back yet.
            recovering_ms,
            /// Waiting for an offer.
            idle_ms,
            /// On shift, taking no offers.
            unavailable_ms,
            /// How often they came in.
            shifts,
        }
        max {}
    }
}

counters! {
    /// One interval and scope in one replication. Tasks count in the interval of their creation,
    /// time in the interval itself.
    IntervalCounters {
        add {
            /// Created; in a queue: entered.
            tasks_created,
            /// Accepted.
            tasks_accepted,
            /// Abandoned.
            tasks_abandoned,
            /// Abandoned within `short_abandon`.
            tasks_short_abandoned,
            /// Accepted within the threshold.
            tasks_in_time,
            /// Still waiting when the drain ended.
            tasks_unserved_at_end,
            /// Reservations created.
            reservations_created,
            /// Reservations timed out.
            reservations_timed_out,
            /// Sum over accepted and abandoned tasks.
            wait_ms,
            /// Talks that ended.
            talks,
            /// Sum over those.
            talk_ms,
            /// Completed.
            tasks_completed,
            /// Sum over those.
            wrap_up_ms,
            /// Workers talking or wrapping up, or at other work.
            busy_ms,
            /// Workers busy, rung or idle.
            busy_or_available_ms,
            /// Workers on shift, or at work after it.
            scheduled_ms,
            /// Workers who missed an offer and are not back.
            recovering_ms,
            /// Length of the interval within the window.
            window_ms,
        }
        max {}
    }
}

/// One interval and scope in one replication.
#[derive(Clone, Debug, Default)]
pub struct IntervalTally {
    /// Counts and sums.
    pub counters: IntervalCounters,
    /// Creation to acceptance or abandonment.
    pub wait: Counts,
}
