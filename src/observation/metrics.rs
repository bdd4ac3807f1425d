//! Every metric of `summary.csv`: its name, unit, and what it is made of. One line, one definition.

use crate::observation::scope::Scope;
use crate::observation::tally::{Counters, Wait};
use crate::scenario::Formula;

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// As results name it.
    pub name: &'static str,
    /// What a value counts: `tasks`, `s`, `share`, …
    pub unit: &'static str,
    /// How it is estimated from replications.
    pub measure: Measure,
    /// For which scopes it has a meaning.
    pub applies: Applies,
}

/// A number of one replication.
pub type Read = fn(&Counters) -> f64;

/// How a metric is estimated.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// The mean over replications.
    Mean(Read),
    /// The sum over replications of one thing, divided by that of another.
    Ratio(Read, Read),
    /// A quantile of all waits of all replications.
    Quantile(Wait, f64),
    /// The greatest value of all replications, if there is any of what it is the greatest of.
    Max(Read, Read),
    /// The service level by the scope's own formula.
    ServiceLevel,
    /// The share of intervals whose service level misses the target.
    IntervalsBelowTarget,
    /// Hours lost after a miss, divided by the scheduled hours of one worker.
    FteLost,
}

/// For which scopes a metric has a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// For all.
    Everywhere,
    /// For all but groups of workers, to whom tasks belong only once they are accepted.
    Tasks,
    /// For all but queues and groups: tasks are created there; queues have `tasks_entered`.
    Creation,
    /// For queues.
    Queues,
    /// For everything, and groups of workers.
    Workers,
    /// For everything, channels, and groups of workers.
    Units,
}

impl Applies {
    /// Whether it has a meaning for `scope`.
    #[must_use]
    pub const fn holds(self, scope: Scope) -> bool {
        match (self, scope) {
            (Self::Everywhere, _)
            | (Self::Workers | Self::Units, Scope::All | Scope::WorkerGroup(_)) => true,
            (Self::Tasks, Scope::WorkerGroup(_)) => false,
            (Self::Tasks, _)
            | (Self::Units, Scope::Channel(_))
            | (Self::Queues, Scope::TaskQueue(_)) => true,
            (Self::Creation, scope) => {
                !matches!(scope, Scope::TaskQueue(_) | Scope::WorkerGroup(_))
            }
            (Self::Queues | Self::Workers | Self::Units, _) => false,
        }
    }
}

/// What `service_level` is under a formula.
#[must_use]
pub const fn service_level(formula: Formula) -> Measure {
    match formula {
        Formula::Created => Measure::Ratio(|c| n(c.tasks_in_time), |c| n(c.tasks_created)),
        Formula::Offered => Measure::Ratio(|c| n(c.tasks_in_time), offered),
        Formula::Answered => Measure::Ratio(|c| n(c.tasks_in_time), |c| n(c.tasks_accepted)),
    }
}

/// Accepted, abandoned but not within `short_abandon`, and those nobody ever served.
fn offered(c: &Counters) -> f64 {
    n(c.tasks_accepted + c.tasks_abandoned - c.tasks_short_abandoned + c.tasks_unserved_at_end)
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
const fn n(count: u64) -> f64 {
    count as f64
}

/// Seconds of milliseconds.
fn s(millis: u64) -> f64 {
    n(millis) / 1000.0
}

/// Hours of milliseconds.
fn h(millis: u64) -> f64 {
    n(millis) / 3_600_000.0
}

const fn count(name: &'static str, applies: Applies, read: Read) -> Metric {
    Metric { name, unit: unit_of_count(name), measure: Measure::Mean(read), applies }
}

const fn unit_of_count(name: &str) -> &'static str {
    // `reservations_…` and `tasks_…`; `const` has no `starts_with`.
    if name.as_bytes()[0] == b'r' { "reservations" } else { "tasks" }
}

const fn share(name: &'static str, applies: Applies, of: Read, all: Read) -> Metric {
    Metric { name, unit: "share", measure: Measure::Ratio(of, all), applies }
}

const fn mean(name: &'static str, applies: Applies, of: Read, all: Read) -> Metric {
    Metric { name, unit: "s", measure: Measure::Ratio(of, all), applies }
}

const fn quantile(name: &'static str, applies: Applies, wait: Wait, p: f64) -> Metric {
    Metric { name, unit: "s", measure: Measure::Quantile(wait, p), applies }
}

const fn longest(name: &'static str, applies: Applies, of: Read, all: Read) -> Metric {
    Metric { name, unit: "s", measure: Measure::Max(of, all), applies }
}

const fn workers(name: &'static str, of: Read) -> Metric {
    let measure = Measure::Ratio(of, |c| n(c.window_ms));
    Metric { name, unit: "workers", measure, applies: Workers }
}

const fn hours(name: &'static str, of: Read) -> Metric {
    Metric { name, unit: "h", measure: Measure::Mean(of), applies: Workers }
}

use Applies::{Creation, Everywhere, Queues, Tasks, Units, Workers};

/// All metrics, in the order of results.
pub const METRICS: &[Metric] = &[
    count("tasks_created", Creation, |c| n(c.tasks_created)),
    count("tasks_entered", Queues, |c| n(c.tasks_created)),
    count("tasks_accepted", Everywhere, |c| n(c.tasks_accepted)),
    count("tasks_completed", Everywhere, |c| n(c.tasks_completed)),
    count("tasks_canceled", Tasks, |c| n(c.tasks_canceled)),
    count("tasks_moved", Tasks, |c| n(c.tasks_moved)),
    count("tasks_in_time", Everywhere, |c| n(c.tasks_in_time)),
    count("tasks_abandoned", Tasks, |c| n(c.tasks_abandoned)),
    count("tasks_short_abandoned", Tasks, |c| n(c.tasks_short_abandoned)),
    share("abandonment_rate", Tasks, |c| n(c.tasks_abandoned), |c| n(c.tasks_created)),
    count("abandoned_while_ringing", Tasks, |c| n(c.abandoned_while_ringing)),
    count("tasks_timed_out_in_workflow", Tasks, |c| n(c.tasks_timed_out_in_workflow)),
    count("tasks_expired", Tasks, |c| n(c.tasks_expired)),
    count("tasks_unserved_at_end", Tasks, |c| n(c.tasks_unserved_at_end)),
    count("reservations_created", Everywhere, |c| n(c.reservations_created)),
    count("reservations_accepted", Everywhere, |c| n(c.reservations_accepted)),
    count("reservations_rejected", Everywhere, |c| n(c.reservations_rejected)),
    count("reservations_timed_out", Everywhere, |c| n(c.reservations_timed_out)),
    count("reservations_canceled", Everywhere, |c| n(c.reservations_canceled)),
    count("reservations_rescinded", Everywhere, |c| n(c.reservations_rescinded)),
    share("reservation_timeout_rate", Everywhere, |c| n(c.reservations_timed_out), created),
    share("reservation_rejection_rate", Everywhere, |c| n(c.reservations_rejected), created),
    share(
        "missed_rate",
        Everywhere,
        |c| n(c.reservations_timed_out + c.reservations_canceled),
        created,
    ),
    share("no_answer_rate", Everywhere, |c| n(c.reservations_timed_out), answered_or_not),
    share(
        "first_offer_accepted_rate",
        Tasks,
        |c| n(c.tasks_first_offer_accepted),
        |c| n(c.tasks_offered),
    ),
    Metric {
        name: "offers_per_task",
        unit: "reservations",
        measure: Measure::Ratio(created, |c| n(c.tasks_created)),
        applies: Tasks,
    },
    share(
        "tasks_with_2plus_offers",
        Tasks,
        |c| n(c.tasks_with_2plus_offers),
        |c| n(c.tasks_created),
    ),
    share(
        "tasks_with_3plus_offers",
        Tasks,
        |c| n(c.tasks_with_3plus_offers),
        |c| n(c.tasks_created),
    ),
    mean("wait_until_accepted_mean", Everywhere, |c| s(c.wait_until_accepted_ms), accepted),
    quantile("wait_until_accepted_p50", Everywhere, Wait::UntilAccepted, 0.50),
    quantile("wait_until_accepted_p90", Everywhere, Wait::UntilAccepted, 0.90),
    quantile("wait_until_accepted_p95", Everywhere, Wait::UntilAccepted, 0.95),
    quantile("wait_until_accepted_p99", Everywhere, Wait::UntilAccepted, 0.99),
    longest("wait_until_accepted_max", Everywhere, |c| s(c.wait_until_accepted_max_ms), accepted),
    mean(
        "wait_in_task_queue_until_accepted_mean",
        Everywhere,
        |c| s(c.wait_in_task_queue_until_accepted_ms),
        accepted,
    ),
    quantile("wait_in_task_queue_until_accepted_p50", Everywhere, Wait::InQueueUntilAccepted, 0.50),
    quantile("wait_in_task_queue_until_accepted_p90", Everywhere, Wait::InQueueUntilAccepted, 0.90),
    quantile("wait_in_task_queue_until_accepted_p95", Everywhere, Wait::InQueueUntilAccepted, 0.95),
    quantile("wait_in_task_queue_until_accepted_p99", Everywhere, Wait::InQueueUntilAccepted, 0.99),
    longest(
        "wait_in_task_queue_until_accepted_max",
        Everywhere,
        |c| s(c.wait_in_task_queue_until_accepted_max_ms),
        accepted,
    ),
    mean(
        "wait_until_canceled_mean",
        Tasks,
        |c| s(c.wait_until_canceled_ms),
        |c| n(c.tasks_canceled),
    ),
    quantile("wait_until_canceled_p50", Tasks, Wait::UntilCanceled, 0.50),
    quantile("wait_until_canceled_p90", Tasks, Wait::UntilCanceled, 0.90),
    quantile("wait_until_canceled_p95", Tasks, Wait::UntilCanceled, 0.95),
    quantile("wait_until_canceled_p99", Tasks, Wait::UntilCanceled, 0.99),
    longest(
        "wait_until_canceled_max",
        Tasks,
        |c| s(c.wait_until_canceled_max_ms),
        |c| n(c.tasks_canceled),
    ),
    mean("wait_mean", Tasks, |c| s(c.wait_ms), ended),
    quantile("wait_p50", Tasks, Wait::All, 0.50),
    quantile("wait_p90", Tasks, Wait::All, 0.90),
    quantile("wait_p95", Tasks, Wait::All, 0.95),
    quantile("wait_p99", Tasks, Wait::All, 0.99),
    longest("wait_max", Tasks, |c| s(c.wait_max_ms), ended),
    mean(
        "wait_until_first_offer_mean",
        Tasks,
        |c| s(c.wait_until_first_offer_ms),
        |c| n(c.tasks_offered),
    ),
    share("wait_probability", Tasks, |c| n(c.tasks_waited), ended),
    share("wait_over_threshold", Tasks, |c| n(c.tasks_over_threshold), ended),
    share(
        "immediate_offer_probability",
        Tasks,
        |c| n(c.tasks_offered_at_once),
        |c| n(c.tasks_created),
    ),
    mean("wait_unoffered_mean", Everywhere, |c| s(c.wait_unoffered_ms), accepted),
    mean("wait_in_missed_offers_mean", Everywhere, |c| s(c.wait_in_missed_offers_ms), accepted),
    mean("wait_in_final_offer_mean", Everywhere, |c| s(c.wait_in_final_offer_ms), accepted),
    Metric { name: "service_level", unit: "share", measure: Measure::ServiceLevel, applies: Tasks },
    Metric {
        name: "service_level_created",
        unit: "share",
        measure: service_level(Formula::Created),
        applies: Tasks,
    },
    Metric {
        name: "service_level_offered",
        unit: "share",
        measure: service_level(Formula::Offered),
        applies: Tasks,
    },
    Metric {
        name: "service_level_answered",
        unit: "share",
        measure: service_level(Formula::Answered),
        applies: Tasks,
    },
    Metric {
        name: "intervals_below_target",
        unit: "share",
        measure: Measure::IntervalsBelowTarget,
        applies: Tasks,
    },
    mean("talk_mean", Everywhere, |c| s(c.talk_ms), |c| n(c.talks)),
    mean("wrap_up_mean", Everywhere, |c| s(c.wrap_up_ms), |c| n(c.tasks_completed)),
    mean("aht", Everywhere, |c| s(c.talk_ms + c.wrap_up_ms), |c| n(c.tasks_completed)),
    share("occupancy", Workers, |c| n(c.busy_ms()), |c| n(c.busy_or_available_ms())),
    share("utilization", Workers, |c| n(c.busy_ms()), |c| n(c.scheduled_ms())),
    share("capacity_utilization", Units, |c| n(c.units_held_ms), |c| n(c.units_available_ms)),
    Metric {
        name: "concurrency_mean",
        unit: "tasks",
        measure: Measure::Ratio(|c| n(c.tasks_in_hand_ms), |c| n(c.busy_ms())),
        applies: Workers,
    },
    workers("workers_talking_mean", |c| n(c.talking_ms)),
    workers("workers_wrapping_mean", |c| n(c.wrapping_ms)),
    workers("workers_ringing_mean", |c| n(c.ringing_ms)),
    workers("workers_recovering_mean", |c| n(c.recovering_ms)),
    workers("workers_idle_mean", |c| n(c.idle_ms)),
    workers("workers_unavailable_mean", |c| n(c.unavailable_ms)),
    hours("hours_ringing", |c| h(c.ringing_ms)),
    hours("hours_lost_after_miss", |c| h(c.recovering_ms)),
    Metric { name: "fte_lost", unit: "workers", measure: Measure::FteLost, applies: Workers },
    Metric {
        name: "queue_length_mean",
        unit: "tasks",
        measure: Measure::Ratio(|c| n(c.queue_length_ms), |c| n(c.window_ms)),
        applies: Tasks,
    },
    Metric {
        name: "queue_length_max",
        unit: "tasks",
        measure: Measure::Max(|c| n(c.queue_length_max), |c| n(c.window_ms)),
        applies: Tasks,
    },
    longest("longest_wait", Tasks, |c| s(c.longest_wait_ms), |c| n(c.tasks_created)),
];

fn created(c: &Counters) -> f64 {
    n(c.reservations_created)
}

fn answered_or_not(c: &Counters) -> f64 {
    n(c.reservations_accepted + c.reservations_rejected + c.reservations_timed_out)
}

fn accepted(c: &Counters) -> f64 {
    n(c.tasks_accepted)
}

/// Tasks whose wait came to an end by acceptance or abandonment.
fn ended(c: &Counters) -> f64 {
    n(c.tasks_accepted + c.tasks_abandoned)
}
