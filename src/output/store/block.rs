//! A block as text: a header, and the counts of some replications of one cell.
//!
//! A line for each scope: its counters, then four histograms as `+MILLISECONDSxCOUNT`, each bucket
//! told by its distance from the one before. Zeros at the end of counters are left out. What is
//! kept is what the files of a batch are made of: no rows of traces, no workers.

use std::fmt::Write as _;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::id::IdVec;
use crate::observation::{
    Counters, IntervalCounters, IntervalTally, Recording, Rows, Scope, Tally, Wait,
};
use crate::output::store::{CellPlan, StudyPlan};
use crate::scenario::Scenario;
use crate::stats::Counts;
use crate::time::Span;

/// The block as it is written.
pub(super) fn write(cell: &CellPlan, range: &Range<u32>, recordings: &[Recording]) -> Vec<u8> {
    let mut rows = String::new();
    for recording in recordings {
        replication(&mut rows, recording);
    }
    (header(cell, range, &rows) + &rows).into_bytes()
}

/// What a block says; `None` if it is not whole, or of something else.
pub(super) fn read(
    bytes: &[u8],
    cell: &CellPlan,
    scenario: &Scenario,
    range: &Range<u32>,
) -> Option<Vec<Recording>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, rows) = text.split_once("\n\n")?;
    if !text.starts_with(&header(cell, range, rows)) {
        return None;
    }
    let n_scopes = Scope::all(scenario).len();
    let mut lines = rows.lines();
    let recordings: Option<Vec<Recording>> =
        range.clone().map(|_| recording(&mut lines, n_scopes)).collect();
    recordings.filter(|_| lines.next().is_none())
}

fn header(cell: &CellPlan, range: &Range<u32>, rows: &str) -> String {
    let digest = Sha256::digest(rows.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let Range { start, end } = range;
    format!(
        "trsim block\nversion {}\nscenario {}\nseed {}\nsampling {}\nlenient {}\n\
         replications {start}-{end}\nsha256 {digest}\n\n",
        StudyPlan::version(),
        cell.scenario_sha256,
        cell.seed,
        cell.sampling,
        cell.lenient
    )
}

fn replication(rows: &mut String, recording: &Recording) {
    let Recording { n_tasks, n_events, intervals, .. } = recording;
    let _ = writeln!(rows, "replication {n_tasks} {n_events} {}", intervals.len());
    for tally in &recording.tallies {
        counters(rows, &tally.counters.values());
        Wait::ALL.iter().for_each(|wait| histogram(rows, tally.waits(*wait)));
        rows.push('\n');
    }
    for tally in intervals.iter().flatten() {
        counters(rows, &tally.counters.values());
        rows.push('\n');
    }
}

fn counters(rows: &mut String, values: &[u64]) {
    let mut digits = itoa::Buffer::new();
    let used = values.iter().rposition(|value| *value != 0).map_or(0, |last| last + 1);
    for (index, value) in values[..used].iter().enumerate() {
        if index != 0 {
            rows.push(' ');
        }
        rows.push_str(digits.format(*value));
    }
}

fn histogram(rows: &mut String, counts: &Counts) {
    rows.push(';');
    let (mut before, mut digits) = (0, itoa::Buffer::new());
    for (span, count) in counts.iter() {
        rows.push('+');
        rows.push_str(digits.format(span.as_millis() - before));
        if count != 1 {
            rows.push('x');
            rows.push_str(digits.format(count));
        }
        before = span.as_millis();
    }
}

fn recording<'a>(lines: &mut impl Iterator<Item = &'a str>, n_scopes: usize) -> Option<Recording> {
    let mut head = lines.next()?.strip_prefix("replication ")?.split(' ');
    let mut number = || head.next()?.parse::<u64>().ok();
    let (n_tasks, n_events, n_intervals) = (number()?, number()?, number()?);
    let tallies: Option<Vec<Tally>> = (0..n_scopes).map(|_| tally(lines.next()?)).collect();
    let tallies = tallies?;
    let mut intervals = Vec::new();
    for _ in 0..n_intervals {
        let one: Option<Vec<IntervalTally>> =
            (0..n_scopes).map(|_| interval(lines.next()?)).collect();
        intervals.push(one?);
    }
    let (workers, rows) = (IdVec::new(), Rows::default());
    Some(Recording { tallies, workers, intervals, rows, n_tasks, n_events })
}

fn tally(line: &str) -> Option<Tally> {
    let mut parts = line.split(';');
    let counters = Counters::from_values(&padded(parts.next()?, Counters::NAMES.len())?)?;
    let mut counts = || histogram_of(parts.next()?);
    let tally = Tally {
        counters,
        wait: counts()?,
        wait_until_accepted: counts()?,
        wait_in_task_queue_until_accepted: counts()?,
        wait_until_canceled: counts()?,
    };
    parts.next().is_none().then_some(tally)
}

fn interval(line: &str) -> Option<IntervalTally> {
    let values = padded(line, IntervalCounters::NAMES.len())?;
    Some(IntervalTally {
        counters: IntervalCounters::from_values(&values)?,
        wait: Counts::default(),
    })
}

/// Counters, with the zeros at the end that were left out.
fn padded(text: &str, n: usize) -> Option<Vec<u64>> {
    let numbers = text.split(' ').filter(|number| !number.is_empty());
    let mut values: Vec<u64> = numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?;
    if n < values.len() {
        return None;
    }
    values.resize(n, 0);
    Some(values)
}

fn histogram_of(text: &str) -> Option<Counts> {
    let mut at = 0_u64;
    let mut buckets = Vec::new();
    for part in text.split('+').skip(1) {
        let (step, count) = part.split_once('x').unwrap_or((part, "1"));
        at = at.checked_add(step.parse().ok()?)?;
        buckets.push((Span::from_millis(at), count.parse().ok()?));
    }
    Counts::from_buckets(&buckets)
}
