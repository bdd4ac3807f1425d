//! The CSV files of a results folder: header, rows in a fixed order, `\n` at the end of a line.

use std::io::Write;

use csv::{Result, Writer, WriterBuilder};
use serde::Serialize;

use crate::experiment::Row;
use crate::observation::{Counters, METRICS, Metric, Scope, Wait, WorkerCounters};
use crate::output::results::Results;
use crate::output::rows::{IntervalRow, Number, ObservedRow, SummaryRow, WorkerRow};
use crate::stats::Counts;

/// `summary.csv`: one row per scope and metric.
pub(super) fn summary(results: &Results<'_>, out: impl Write) -> Result<()> {
    write(out, SummaryRow::COLUMNS, results.rows.iter().map(|row| summary_row(results, row)))
}

/// Rows of `summary.csv` without a header.
pub(super) fn add_summary(results: &Results<'_>, writer: &mut Writer<impl Write>) -> Result<()> {
    results.rows.iter().try_for_each(|row| writer.serialize(summary_row(results, row)))
}

/// One row of `summary.csv`.
pub(super) fn summary_row<'a>(results: &Results<'a>, row: &Row) -> SummaryRow<'a> {
    let interval = row.estimate.and_then(|estimate| estimate.interval);
    SummaryRow {
        scenario: &results.scenario.name,
        scope: row.scope.kind(),
        name: row.scope.name(results.scenario),
        metric: row.metric.name,
        unit: row.metric.unit,
        estimate: row.estimate.and_then(|estimate| Number::new(estimate.value)),
        ci_low: interval.and_then(|interval| Number::new(interval.low)),
        ci_high: interval.and_then(|interval| Number::new(interval.high)),
        replications: results.n_replications(),
        method: row.method,
    }
}

/// `summary_wide.csv`: one row per scope, one column per metric.
pub(super) fn summary_wide(results: &Results<'_>, out: impl Write) -> Result<()> {
    let mut writer = writer(out);
    let names = METRICS.iter().map(|metric| metric.name);
    writer.write_record(["scenario", "scope", "name"].into_iter().chain(names))?;
    for rows in results.rows.chunk_by(|a, b| a.scope == b.scope) {
        let scope = rows[0].scope;
        let value = |metric: &Metric| {
            let row = rows.iter().find(|row| row.metric.name == metric.name)?;
            Number::new(row.estimate?.value)
        };
        let values: Vec<Option<Number>> = METRICS.iter().map(value).collect();
        writer.serialize((scope_columns(results, scope), values))?;
    }
    Ok(writer.flush()?)
}

/// `replications.csv`: one row per replication and scope, from which every metric can be
/// recomputed.
pub(super) fn replications(results: &Results<'_>, out: impl Write) -> Result<()> {
    let mut writer = writer(out);
    writer.write_record(replication_columns())?;
    add_replications(results, &mut writer)?;
    Ok(writer.flush()?)
}

/// The header of `replications.csv`.
pub(super) fn replication_columns() -> Vec<&'static str> {
    let first = ["scenario", "replication", "scope", "name"];
    let last = [
        "wait_histogram",
        "wait_until_accepted_histogram",
        "wait_in_task_queue_until_accepted_histogram",
        "wait_until_canceled_histogram",
    ];
    first.iter().chain(Counters::NAMES).chain(&last).copied().collect()
}

/// Rows of `replications.csv` without a header.
pub(super) fn add_replications(
    results: &Results<'_>,
    writer: &mut Writer<impl Write>,
) -> Result<()> {
    let scopes = Scope::all(results.scenario);
    let mut text = String::new();
    for (replication, recording) in results.recordings.iter().enumerate() {
        for (scope, tally) in scopes.iter().zip(&recording.tallies) {
            let (scenario, kind, name) = scope_columns(results, *scope);
            let mut digits = itoa::Buffer::new();
            for field in [scenario, digits.format(replication), kind, name] {
                writer.write_field(field)?;
            }
            for value in tally.counters.values() {
                writer.write_field(digits.format(value))?;
            }
            for wait in Wait::ALL {
                text.clear();
                sparse(&mut text, tally.waits(wait));
                writer.write_field(&text)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    Ok(())
}

/// `0:12 1.5:1`: how many lasted so many seconds, what did not occur left out.
fn sparse(text: &mut String, counts: &Counts) {
    let mut digits = itoa::Buffer::new();
    for (span, count) in counts.iter() {
        if !text.is_empty() {
            text.push(' ');
        }
        span.write_secs(text).expect("a string takes all");
        text.push(':');
        text.push_str(digits.format(count));
    }
}

/// `intervals.csv`: one row per interval and scope.
pub(super) fn intervals(results: &Results<'_>, out: impl Write) -> Result<()> {
    let rows = results.intervals.iter().map(|row| {
        let (scenario, scope, name) = scope_columns(results, row.scope);
        let some = |value: Option<f64>| value.and_then(Number::new);
        IntervalRow {
            scenario,
            interval_start: results.scenario.clock.iso(row.start),
            scope,
            name,
            tasks_created: Number::new(row.tasks_created),
            tasks_accepted: Number::new(row.tasks_accepted),
            tasks_abandoned: Number::new(row.tasks_abandoned),
            tasks_in_time: Number::new(row.tasks_in_time),
            reservations_created: Number::new(row.reservations_created),
            reservations_timed_out: Number::new(row.reservations_timed_out),
            service_level: some(row.service_level),
            service_level_half_width: some(row.service_level_half_width),
            met_target: row.met_target,
            wait_mean: some(row.wait_mean),
            wait_p90: some(row.wait_p90),
            aht: some(row.aht),
            occupancy: some(row.occupancy),
            staffed_mean: some(row.staffed_mean),
            hours_lost_after_miss: some(row.hours_lost_after_miss),
        }
    });
    write(out, IntervalRow::COLUMNS, rows)
}

/// `observed.csv`: one row per observed number.
pub(super) fn observed(results: &Results<'_>, out: impl Write) -> Result<()> {
    let rows = results.observed();
    let rows = rows.iter().map(|checked| {
        let measured = checked.observation.measured;
        let interval = checked.estimate.and_then(|estimate| estimate.interval);
        ObservedRow {
            scope: measured.scope.kind(),
            name: measured.scope.name(results.scenario),
            metric: measured.metric.name,
            observed: Number::new(checked.observation.value),
            estimate: checked.estimate.and_then(|estimate| Number::new(estimate.value)),
            ci_low: interval.and_then(|interval| Number::new(interval.low)),
            ci_high: interval.and_then(|interval| Number::new(interval.high)),
            deviation: checked.deviation.and_then(Number::new),
        }
    });
    write(out, ObservedRow::COLUMNS, rows)
}

/// `workers.csv`: one row per worker.
pub(super) fn workers(results: &Results<'_>, out: impl Write) -> Result<()> {
    let scenario = results.scenario;
    let rows = scenario.workspace.workers.iter_with_id().map(|(id, worker)| {
        let mut sum = WorkerCounters::default();
        results.recordings.iter().for_each(|recording| sum.absorb(&recording.workers[id]));
        let group = &scenario.groups[scenario.people[id].group].name;
        worker_row(results, (&worker.friendly_name, group), &sum)
    });
    write(out, WorkerRow::COLUMNS, rows)
}

fn worker_row<'a>(
    results: &Results<'a>,
    (worker, group): (&'a str, &'a str),
    sum: &WorkerCounters,
) -> WorkerRow<'a> {
    let n = f64::from(results.n_replications());
    let mean = |count: u64| Number::new(float(count) / n);
    // One division, so that what adds up in milliseconds adds up in seconds as nearly as can be.
    let seconds = |millis: u64| Number::new(float(millis) / (1000.0 * n));
    let states = [
        sum.talking_ms,
        sum.wrapping_ms,
        sum.ringing_ms,
        sum.recovering_ms,
        sum.idle_ms,
        sum.unavailable_ms,
    ];
    WorkerRow {
        scenario: &results.scenario.name,
        worker,
        group,
        reservations_created: mean(sum.reservations_created),
        accepted: mean(sum.accepted),
        rejected: mean(sum.rejected),
        timed_out: mean(sum.timed_out),
        canceled: mean(sum.canceled),
        rescinded: mean(sum.rescinded),
        talking: seconds(sum.talking_ms),
        wrapping: seconds(sum.wrapping_ms),
        ringing: seconds(sum.ringing_ms),
        recovering: seconds(sum.recovering_ms),
        idle: seconds(sum.idle_ms),
        unavailable: seconds(sum.unavailable_ms),
        scheduled: seconds(states.iter().sum()),
        timed_out_per_shift: Number::new(float(sum.timed_out) / float(sum.shifts)),
    }
}

fn scope_columns<'a>(results: &Results<'a>, scope: Scope) -> (&'a str, &'static str, &'a str) {
    (&results.scenario.name, scope.kind(), scope.name(results.scenario))
}

/// A file of `rows` under a header; the header alone if there are none.
pub(super) fn write(
    out: impl Write,
    columns: &[&str],
    rows: impl Iterator<Item = impl Serialize>,
) -> Result<()> {
    let mut writer = writer(out);
    writer.write_record(columns)?;
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.flush()?)
}

/// Of a file whose header is written by whoever asks.
pub(super) fn writer<W: Write>(out: W) -> Writer<W> {
    WriterBuilder::new().has_headers(false).from_writer(out)
}

#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
const fn float(count: u64) -> f64 {
    count as f64
}
