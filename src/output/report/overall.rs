//! Everything together: what customers got, and what it cost.

use crate::experiment::Row;
use crate::observation::Scope;
use crate::output::report::numbers::{NOTHING, duration, estimate, hours, number, percent, value};
use crate::output::report::table::Section;
use crate::output::results::Results;
use crate::scenario::Formula;
use crate::stats::Estimate;

/// Reads estimates of one scope.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) results: &'a Results<'a>,
    pub(super) scope: Scope,
    rows: &'a [Row],
}

impl<'a> Of<'a> {
    /// Every scope of `results`, in order.
    pub(super) fn each(results: &'a Results<'a>) -> impl Iterator<Item = Self> {
        let scopes = results.rows.chunk_by(|a, b| a.scope == b.scope);
        scopes.map(move |rows| Self { results, scope: rows[0].scope, rows })
    }

    pub(super) fn get(self, metric: &str) -> Option<Estimate> {
        self.rows.iter().find(|row| row.metric.name == metric)?.estimate
    }

    /// `80 %: reached`, by the service level's interval; an unclear one is neither.
    pub(super) fn verdict(self) -> String {
        let target = self.scope.service_level(self.results.scenario).target;
        let Some(Estimate { value, interval }) = self.get("service_level") else {
            return NOTHING.into();
        };
        let (low, high) = interval.map_or((value, value), |interval| (interval.low, interval.high));
        let verdict = match (target <= low, high < target) {
            (true, _) => "reached",
            (_, true) => "missed",
            _ => "unclear",
        };
        format!("{} %: {verdict}", number(100.0 * target))
    }
}

/// One line for each question a supervisor asks first.
pub(super) fn section(results: &Results<'_>) -> Section {
    let of = Of::each(results).find(|of| of.scope == Scope::All);
    let rows = of.map_or(Vec::new(), |of| [customers(of), waits(of), workers(of)].concat());
    let notes = if results.recordings.len() > 1 {
        vec!["Numbers are per replication; ± is half of a 95 % interval.".to_owned()]
    } else {
        Vec::new()
    };
    Section { title: "Overall", columns: vec![""; 3], rows, texts: vec![2], notes }
}

fn line(name: &str, number: String, more: String) -> Vec<String> {
    vec![name.to_owned(), number, more]
}

/// What counts as in time: the general threshold, where no part has one of its own.
fn in_time(of: Of<'_>) -> String {
    let levels = &of.results.scenario.service_levels;
    let own = levels.queues.iter().map(|(_, level)| level);
    let mut own = own.chain(levels.channels.iter().map(|(_, level)| level));
    if own.any(|level| level.threshold != levels.default.threshold) {
        return "in time".to_owned();
    }
    format!("within {}", duration(levels.default.threshold.as_secs_f64()))
}

fn customers(of: Of<'_>) -> Vec<Vec<String>> {
    let each = |metric| value(of.get(metric), number);
    let level = of.scope.service_level(of.results.scenario);
    let whom = match level.formula {
        Formula::Created => "of all created",
        Formula::Offered => "of accepted, and abandoned late",
        Formula::Answered => "of accepted",
    };
    let in_time = in_time(of);
    let mut ends =
        format!("{} accepted, {} abandoned", each("tasks_accepted"), each("tasks_abandoned"));
    for (metric, what) in [
        ("tasks_timed_out_in_workflow", "left the workflow"),
        ("tasks_expired", "expired"),
        ("tasks_unserved_at_end", "unserved at the end"),
    ] {
        if of.get(metric).is_some_and(|estimate| 0.0 < estimate.value) {
            ends += &format!(", {} {what}", each(metric));
        }
    }
    let mut lines = vec![
        line("Tasks created", estimate(of.get("tasks_created"), number), ends),
        line(
            "Service level",
            estimate(of.get("service_level"), percent),
            format!("{in_time}, {whom}; target {}", of.verdict()),
        ),
    ];
    if of.get("intervals_below_target").is_some() {
        lines.push(line(
            "Below target",
            value(of.get("intervals_below_target"), percent),
            "of the intervals, each over all replications".into(),
        ));
    }
    lines.push(line(
        "Abandoned",
        estimate(of.get("abandonment_rate"), percent),
        format!("{} of them while an offer rang", each("abandoned_while_ringing")),
    ));
    lines
}

fn waits(of: Of<'_>) -> Vec<Vec<String>> {
    let each = |metric| value(of.get(metric), duration);
    let both = |metric| estimate(of.get(metric), duration);
    let spread = format!(
        "half within {}, 90 % within {}, longest {}",
        each("wait_until_accepted_p50"),
        each("wait_until_accepted_p90"),
        each("wait_until_accepted_max"),
    );
    let offers = format!("{} offers per task", value(of.get("offers_per_task"), number));
    vec![
        line("Wait until accepted", both("wait_until_accepted_mean"), spread),
        line("  without an offer", both("wait_unoffered_mean"), "nobody was free".into()),
        line("  in missed offers", both("wait_in_missed_offers_mean"), offers),
        line(
            "  in the final offer",
            both("wait_in_final_offer_mean"),
            "ringing until answered".into(),
        ),
    ]
}

fn workers(of: Of<'_>) -> Vec<Vec<String>> {
    let each = |metric| value(of.get(metric), number);
    let offers = format!(
        "of {} offers; {} missed when hang-ups count too",
        each("reservations_created"),
        value(of.get("missed_rate"), percent),
    );
    vec![
        line("Reservation timeouts", estimate(of.get("reservation_timeout_rate"), percent), offers),
        line(
            "Occupancy",
            estimate(of.get("occupancy"), percent),
            format!(
                "busy, of busy or available; {} of scheduled time",
                value(of.get("utilization"), percent)
            ),
        ),
        line(
            "Ringing cost",
            estimate(of.get("hours_ringing"), hours),
            format!("{} workers on average", each("workers_ringing_mean")),
        ),
        line(
            "Misses cost",
            estimate(of.get("hours_lost_after_miss"), hours),
            format!("out of line after a timeout; {} full-time workers", each("fte_lost")),
        ),
    ]
}
