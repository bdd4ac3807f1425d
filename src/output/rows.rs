//! The rows of all files: the only place that knows how results are spelled.
//!
//! A field is a column, in this order. Undefined is empty; instants and durations of one task are
//! seconds to the millisecond; all other numbers are the shortest that read back the same.

use serde::{Serialize, Serializer};

use crate::output::results::Options;
use crate::random::Sampling;
use crate::time::{Span, Time};

/// Declares a row once: its fields, and their names as the header.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Serialize)]
        pub(super) struct $name<'a> { $(pub(super) $field: $type,)* }

        impl $name<'_> {
            /// The header.
            pub(super) const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

row! {
    /// One metric of one scope, in `summary.csv`.
    SummaryRow {
        scenario: &'a str,
        scope: &'static str,
        name: &'a str,
        metric: &'static str,
        unit: &'static str,
        estimate: Option<Number>,
        ci_low: Option<Number>,
        ci_high: Option<Number>,
        replications: u32,
        method: &'static str,
    }
}

row! {
    /// One observed number beside the simulated one, in `observed.csv`.
    ObservedRow {
        scope: &'static str,
        name: &'a str,
        metric: &'static str,
        observed: Option<Number>,
        estimate: Option<Number>,
        ci_low: Option<Number>,
        ci_high: Option<Number>,
        deviation: Option<Number>,
    }
}

row! {
    /// One metric of one scope of one cell beside the baseline's, in `compare.csv`.
    CompareRow {
        scenario: &'a str,
        case: &'a str,
        baseline: &'a str,
        scope: &'static str,
        name: &'a str,
        metric: &'static str,
        difference: Option<Number>,
        ci_low: Option<Number>,
        ci_high: Option<Number>,
        adjusted: Option<Number>,
    }
}

row! {
    /// One check of `trsim validate`.
    CheckRow {
        case: &'a str,
        title: &'a str,
        scope: &'static str,
        name: &'a str,
        metric: &'static str,
        unit: &'static str,
        simulated: Option<Number>,
        ci_low: Option<Number>,
        ci_high: Option<Number>,
        standard_error: Option<Number>,
        exact: Option<Number>,
        deviation: Option<Number>,
        bound: Option<Number>,
        agrees: bool,
        replications: u32,
        source: &'a str,
    }
}

row! {
    /// One interval of one scope, in `intervals.csv`.
    IntervalRow {
        scenario: &'a str,
        interval_start: String,
        scope: &'static str,
        name: &'a str,
        tasks_created: Option<Number>,
        tasks_accepted: Option<Number>,
        tasks_abandoned: Option<Number>,
        tasks_in_time: Option<Number>,
        reservations_created: Option<Number>,
        reservations_timed_out: Option<Number>,
        service_level: Option<Number>,
        service_level_half_width: Option<Number>,
        met_target: Option<bool>,
        wait_mean: Option<Number>,
        wait_p90: Option<Number>,
        aht: Option<Number>,
        occupancy: Option<Number>,
        staffed_mean: Option<Number>,
        hours_lost_after_miss: Option<Number>,
    }
}

row! {
    /// One worker, in `workers.csv`: means per replication, times in seconds.
    WorkerRow {
        scenario: &'a str,
        worker: &'a str,
        group: &'a str,
        reservations_created: Option<Number>,
        accepted: Option<Number>,
        rejected: Option<Number>,
        timed_out: Option<Number>,
        canceled: Option<Number>,
        rescinded: Option<Number>,
        talking: Option<Number>,
        wrapping: Option<Number>,
        ringing: Option<Number>,
        recovering: Option<Number>,
        idle: Option<Number>,
        unavailable: Option<Number>,
        scheduled: Option<Number>,
        timed_out_per_shift: Option<Number>,
    }
}

row! {
    /// One task, in `tasks.csv`.
    TaskRow {
        replication: u32,
        task: u64,
        key: &'a str,
        source: &'a str,
        workflow: Option<&'a str>,
        task_queue: Option<&'a str>,
        channel: &'a str,
        priority: u32,
        created: Seconds,
        first_offered: Option<Seconds>,
        accepted: Option<Seconds>,
        talk_end: Option<Seconds>,
        completed: Option<Seconds>,
        canceled: Option<Seconds>,
        reason: &'a str,
        worker: Option<&'a str>,
        reservations: u32,
        wait: Option<Seconds>,
        wait_unoffered: Option<Seconds>,
        wait_in_missed_offers: Option<Seconds>,
        wait_in_final_offer: Option<Seconds>,
        patience: Option<Seconds>,
        talk_drawn: Seconds,
        wrap_up_drawn: Seconds,
    }
}

row! {
    /// One reservation, in `reservations.csv`.
    ReservationRow {
        replication: u32,
        reservation: u64,
        task: u64,
        task_queue: Option<&'a str>,
        worker: &'a str,
        created: Seconds,
        ended: Option<Seconds>,
        outcome: &'static str,
        ring: Option<Seconds>,
        answer_drawn: Option<Seconds>,
    }
}

row! {
    /// One event, in `events.csv`.
    EventRow {
        replication: u32,
        time_ms: u64,
        event_type: &'static str,
        task: Option<u64>,
        reservation: Option<u64>,
        worker: Option<&'a str>,
        task_queue: Option<&'a str>,
        workflow: Option<&'a str>,
        detail: &'a str,
    }
}

row! {
    /// One candidate, in `tune_curve.csv`: per task, hours per replication.
    CurveRow {
        value: &'a str,
        cost: Option<Number>,
        ci_low: Option<Number>,
        ci_high: Option<Number>,
        waiting: Option<Number>,
        abandoned: Option<Number>,
        missed: Option<Number>,
        hours_ringing: Option<Number>,
        hours_lost_after_miss: Option<Number>,
        fte_lost: Option<Number>,
        difference: Option<Number>,
        difference_low: Option<Number>,
        difference_high: Option<Number>,
        replications: u64,
        eliminated_in_round: Option<u32>,
        feasible: &'static str,
        class: &'static str,
    }
}

row! {
    /// One candidate, in `pareto.csv`.
    ParetoRow {
        value: &'a str,
        waiting: Option<Number>,
        missed_rate: Option<Number>,
        hours_lost_after_miss: Option<Number>,
        front: &'static str,
    }
}

row! {
    /// `manifest.json`.
    Manifest {
        version: &'static str,
        scenario: &'a str,
        scenario_sha256: &'a str,
        seed: u64,
        replications: u32,
        options: OptionsRow<'a>,
        assumed: &'a [String],
        tasks: u64,
        events: u64,
        wall_seconds: f64,
        cpu_seconds: f64,
        peak_rss_bytes: Option<u64>,
    }
}

/// What was asked for on the command line, or in a study, and changes results; what was not is left
/// out.
#[derive(Debug, Serialize)]
pub(super) struct OptionsRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replications: Option<u32>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) set: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) lenient: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sampling: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) control_variate: bool,
}

impl<'a> OptionsRow<'a> {
    pub(super) fn of(options: &'a Options) -> Self {
        let Options { seed, replications, set, lenient, sampling, control_variate } = options;
        let is_usual = *sampling == Sampling::default();
        Self {
            seed: *seed,
            replications: *replications,
            set,
            lenient: *lenient,
            sampling: (!is_usual).then(|| sampling.name()),
            control_variate: *control_variate,
        }
    }
}

/// A finite number; whole ones are written without a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number(f64);

impl Number {
    /// Nothing for what is no number, or endless.
    pub(super) fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// Seconds to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seconds(Span);

impl From<Time> for Seconds {
    fn from(at: Time) -> Self {
        Self(at.since(Time::ZERO))
    }
}

impl From<Span> for Seconds {
    fn from(span: Span) -> Self {
        Self(span)
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_shortest_that_read_back_the_same() {
        let text = |value| serde_json::to_string(&Number::new(value)).unwrap();
        let texts = [20.0, 0.1 + 0.2, -0.0, 1e-7, 2f64.powi(60)].map(text);
        assert_eq!(texts, ["20", "0.30000000000000004", "0", "1e-7", "1.152921504606847e+18"]);
        assert_eq!([f64::NAN, f64::INFINITY].map(text), ["null", "null"]);
    }

    #[test]
    fn seconds_of_one_task_are_exact() {
        let text =
            |millis| serde_json::to_string(&Seconds::from(Time::from_millis(millis))).unwrap();
        assert_eq!([text(12_000), text(36_000_001)], ["\"12\"", "\"36000.001\""]);
    }
}
