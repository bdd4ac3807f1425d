//! When tasks come: streams that can be laid over any horizon.

use crate::scenario::clock::Clock;
use crate::scenario::node::{Entry, Node, Place};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::count_table::{CountTable, Stretch};
use crate::scenario::resolve::counts_file::counts_file;
use crate::scenario::resolve::shift::DailyShift;
use crate::scenario::resolve::trace::trace;
use crate::scenario::resolve::value;
use crate::scenario::source::{Arrivals, RateInterval, TraceRow, Window};
use crate::time::{Span, Time};

/// How long a task lives where the source does not say (TR-330).
const USUAL_TIMEOUT: Span = Span::from_secs(86_400);

/// A source, as far as it must be known to say how long a run lasts.
#[derive(Debug)]
pub(super) struct Stream<'n> {
    pub(super) name: &'n str,
    pub(super) node: &'n Node,
    /// The time to live of its tasks.
    pub(super) timeout: Span,
    pub(super) open: Option<DailyShift>,
    arrivals: Plan,
}

/// When tasks come, whatever the horizon is.
#[derive(Debug)]
enum Plan {
    Constant {
        per_second: f64,
    },
    Daily(CountTable<f64>),
    File {
        intervals: Vec<(Stretch, f64)>,
        place: Place,
    },
    Trace {
        rows: Vec<TraceRow>,
        place: Place,
    },
    /// Reported, or nothing to come.
    Nothing,
}

/// The streams of all sources.
pub(super) fn streams<'n>(cx: &mut Context<'_>, root: &'n Node, clock: &Clock) -> Vec<Stream<'n>> {
    let sources = root.get("source").and_then(Node::as_table).map(|table| &table.entries);
    sources.into_iter().flatten().map(|entry| stream(cx, entry, clock)).collect()
}

fn stream<'n>(cx: &mut Context<'_>, entry: &'n Entry, clock: &Clock) -> Stream<'n> {
    let node = &entry.node;
    let arrivals = node.get("arrivals").and_then(|arrivals| plan(cx, node, arrivals, clock));
    Stream {
        name: &entry.key,
        node,
        timeout: value::seconds(node.get("timeout")).unwrap_or(USUAL_TIMEOUT),
        open: node.get("open").and_then(open),
        arrivals: arrivals.unwrap_or(Plan::Nothing),
    }
}

fn open(node: &Node) -> Option<DailyShift> {
    Some(DailyShift {
        days: value::days(node.get("days"))?,
        start: value::time_of_day(node.get("from"))?,
        end: value::time_of_day(node.get("to"))?,
        breaks: Vec::new(),
    })
}

fn plan(cx: &mut Context<'_>, source: &Node, node: &Node, clock: &Clock) -> Option<Plan> {
    if let Some(per_hour) = node.get("per_hour") {
        let per_second = value::number(Some(per_hour))? / 3600.0;
        return (0.0 < per_second).then_some(Plan::Constant { per_second });
    }
    if let Some(file) = node.get("trace") {
        return Some(Plan::Trace { rows: trace(cx, source, node)?, place: file.place.clone() });
    }
    if let Some(file) = node.get("file") {
        let intervals = counts_file(cx, node, clock)?;
        return Some(Plan::File { intervals, place: file.place.clone() });
    }
    CountTable::read(cx, node, |count| value::number(Some(count))).map(Plan::Daily)
}

impl Stream<'_> {
    /// The task channel of its tasks (TR-200).
    pub(super) fn channel(&self) -> &str {
        value::text(self.node.get("channel")).unwrap_or("default")
    }

    /// When tasks come in a run whose arrivals end at `horizon`.
    pub(super) fn arrivals(&self, cx: &mut Context<'_>, clock: &Clock, horizon: Time) -> Arrivals {
        let arrivals = self.arrivals.until(clock, horizon);
        match (&self.arrivals, &arrivals) {
            (Plan::File { intervals, place }, Arrivals::Intervals(rates)) if rates.is_empty() => {
                outside(cx, clock, (intervals, place), horizon);
            }
            (Plan::Trace { rows, place }, Arrivals::Trace(kept)) if kept.len() < rows.len() => {
                let (left, all) = (rows.len() - kept.len(), rows.len());
                let message = format!("{left} of {all} rows arrive at the horizon or later");
                cx.warn(format!("{message}; they are left out"), place);
            }
            _ => {}
        }
        arrivals
    }

    /// When it is open in a run that ends at `end`.
    pub(super) fn windows(&self, clock: &Clock, end: Time) -> Option<Vec<Window>> {
        self.open.as_ref().map(|open| open.windows(clock, end))
    }

    /// After which no task comes; `None` if they never end.
    pub(super) fn last(&self) -> Option<Time> {
        match &self.arrivals {
            Plan::Constant { .. } | Plan::Daily(_) => None,
            Plan::File { intervals, .. } => {
                let end = intervals.last().map_or(0, |(stretch, _)| stretch.end);
                Some(Time::from_millis(u64::try_from(end).unwrap_or(0)))
            }
            Plan::Trace { rows, .. } => Some(rows.last().map_or(Time::ZERO, after)),
            Plan::Nothing => Some(Time::ZERO),
        }
    }

    /// How many tasks are expected until `end`.
    pub(super) fn expected(&self, clock: &Clock, end: Time) -> f64 {
        let always = [Window { start: Time::ZERO, end }];
        let windows = self.windows(clock, end);
        let windows = windows.as_deref().unwrap_or(&always);
        match self.arrivals.until(clock, end) {
            Arrivals::Constant { per_second } => {
                per_second * Span::from_millis(open_for(windows, Time::ZERO, end)).as_secs_f64()
            }
            Arrivals::Intervals(rates) => {
                rates.iter().map(|rate| rate.mean * open_share(windows, rate)).sum()
            }
            Arrivals::Trace(rows) => {
                let open = |row: &&TraceRow| open_for(windows, row.arrival, after(row)) > 0;
                f64::from(u32::try_from(rows.iter().filter(open).count()).unwrap_or(u32::MAX))
            }
        }
    }
}

fn after(row: &TraceRow) -> Time {
    row.arrival + Span::from_millis(1)
}

/// How many of the milliseconds from `start` to `end` lie in `windows`.
fn open_for(windows: &[Window], start: Time, end: Time) -> u64 {
    let first = windows.partition_point(|window| window.end <= start);
    let in_reach = windows[first..].iter().take_while(|window| window.start < end);
    in_reach.map(|w| w.end.min(end).since(w.start.max(start)).as_millis()).sum()
}

fn open_share(windows: &[Window], rate: &RateInterval) -> f64 {
    let open = Span::from_millis(open_for(windows, rate.start, rate.end));
    open.as_secs_f64() / rate.end.since(rate.start).as_secs_f64()
}

impl Plan {
    fn until(&self, clock: &Clock, horizon: Time) -> Arrivals {
        match self {
            Self::Constant { per_second } => Arrivals::Constant { per_second: *per_second },
            Self::Daily(table) => Arrivals::Intervals(table.rates(clock, horizon)),
            Self::File { intervals, .. } => {
                let placed = |&(stretch, mean): &(Stretch, f64)| stretch.expecting(mean, horizon);
                Arrivals::Intervals(intervals.iter().filter_map(placed).collect())
            }
            Self::Trace { rows, .. } => {
                let before = rows.partition_point(|row| row.arrival < horizon);
                Arrivals::Trace(rows[..before].to_vec())
            }
            Self::Nothing => Arrivals::Intervals(Vec::new()),
        }
    }
}

/// Tells that no interval of a file lies in the run.
fn outside(
    cx: &mut Context<'_>,
    clock: &Clock,
    (intervals, place): (&[(Stretch, f64)], &Place),
    horizon: Time,
) {
    let within = |&&(stretch, _): &&(Stretch, f64)| stretch.within(horizon).is_some();
    if intervals.iter().find(within).is_some() {
        return; // in the run, with a count of 0
    }
    let (Some((first, _)), Some((last, _))) = (intervals.first(), intervals.last()) else { return };
    let message = format!(
        "no row lies in the run: the run goes from {} to {}, the rows from {} to {}",
        clock.iso(Time::ZERO),
        clock.iso(horizon),
        clock.iso_millis(first.start),
        clock.iso_millis(last.end),
    );
    cx.error(message, place);
}
