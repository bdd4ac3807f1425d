//! Expected numbers of arrivals from a CSV file: one row for each interval, or several.

use std::collections::BTreeMap;

use jiff::ToSpan;

use crate::scenario::clock::Clock;
use crate::scenario::moment::Moment;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::read;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::count_table::Stretch;
use crate::scenario::resolve::csv_file::CsvFile;
use crate::scenario::resolve::value;

/// What the rows for one time say together.
#[derive(Debug)]
struct Interval {
    moment: Moment,
    mean: f64,
}

/// The intervals that the file of `arrivals` names, in order, each with its expected number.
pub(super) fn counts_file(
    cx: &mut Context<'_>,
    arrivals: &Node,
    clock: &Clock,
) -> Option<Vec<(Stretch, f64)>> {
    let file_node = arrivals.get("file")?;
    let mut file = CsvFile::open(cx, file_node)?;
    let columns = Columns::find(cx, &file, arrivals)?;
    let mut intervals: BTreeMap<i64, Interval> = BTreeMap::new();
    for row in 0..file.len() {
        if columns.takes(&file, row)
            && let Some((moment, mean)) = columns.read(cx, &mut file, row)
        {
            let (start, date) = placed(clock, moment);
            if columns.dates.is_none_or(|(first, last)| first <= date && date <= last) {
                let interval = Interval { moment, mean: 0.0 };
                intervals.entry(start).or_insert(interval).mean += mean;
            }
        }
    }
    if !file.is_sound(cx) {
        return None;
    }
    if intervals.is_empty() {
        cx.error("no row has these dates and values", &file_node.place);
        return None;
    }
    let length = length(cx, arrivals, &intervals)?;
    let end = |interval: &Interval| end(clock, interval.moment, length);
    let rows = intervals.iter();
    Some(rows.map(|(&start, row)| (Stretch { start, end: end(row) }, row.mean)).collect())
}

/// How long an interval is, in milliseconds: as long as `per` says, or as two times are apart.
fn length(
    cx: &mut Context<'_>,
    arrivals: &Node,
    intervals: &BTreeMap<i64, Interval>,
) -> Option<i64> {
    let starts: Vec<i64> = intervals.keys().copied().collect();
    let apart = starts.windows(2).map(|pair| pair[1] - pair[0]).min();
    let per = arrivals.get("per").filter(|node| value::span(Some(node)).is_some());
    let per_millis = value::span(per).and_then(|per| i64::try_from(per.as_millis()).ok());
    match (per.zip(per_millis), apart) {
        (Some((node, per)), Some(apart)) if apart < per => {
            cx.error("the intervals of the file are shorter", &node.place);
            None
        }
        (Some((_, per)), _) => Some(per),
        (None, Some(apart)) => Some(apart),
        (None, None) => {
            let message = "how long an interval is cannot be told from a single one";
            let problem = Problem::error(message, &arrivals.place);
            cx.problems.push(problem.with_help("say it: `per = \"30m\"`"));
            None
        }
    }
}

/// When an interval begins, in milliseconds since the start of the run, and its local date.
fn placed(clock: &Clock, moment: Moment) -> (i64, jiff::civil::Date) {
    match moment {
        Moment::Instant(at) => (clock.millis_of(at), clock.date_of(at)),
        Moment::Civil(civil) => (clock.millis(civil), civil.date()),
    }
}

fn end(clock: &Clock, moment: Moment, length: i64) -> i64 {
    match moment {
        Moment::Instant(at) => clock.millis_of(at).saturating_add(length),
        Moment::Civil(civil) => clock.millis(civil.saturating_add(length.milliseconds())),
    }
}

/// Which columns and rows count.
struct Columns<'n> {
    /// One, or a date and a time of day.
    time: Vec<usize>,
    count: usize,
    /// These columns must say this.
    conditions: Vec<(usize, &'n str)>,
    dates: Option<(jiff::civil::Date, jiff::civil::Date)>,
}

impl<'n> Columns<'n> {
    fn find(cx: &mut Context<'_>, file: &CsvFile, arrivals: &'n Node) -> Option<Self> {
        let time = match arrivals.get("time") {
            Some(node) => {
                let names = node.as_array().unwrap_or(std::slice::from_ref(node)).iter();
                names.map(|name| file.column(cx, name)).collect::<Option<Vec<_>>>()
            }
            None => file
                .named(cx, "interval_start", &arrivals.get("file")?.place)
                .map(|column| vec![column]),
        };
        let count = arrivals.get("count").and_then(|node| file.column(cx, node));
        let table = arrivals.get("where").and_then(Node::as_table);
        let mut conditions = Vec::new();
        for entry in table.map(|table| table.entries.as_slice()).unwrap_or_default() {
            let column = file.named(cx, &entry.key, &entry.key_place);
            conditions.push(column.zip(entry.node.as_str()));
        }
        let dates = arrivals.get("dates").and_then(|node| read::dates(node, &mut Vec::new()));
        let conditions = conditions.into_iter().collect::<Option<_>>();
        Some(Self { time: time?, count: count?, conditions: conditions?, dates })
    }

    fn takes(&self, file: &CsvFile, row: usize) -> bool {
        self.conditions.iter().all(|&(column, wanted)| file.cell(row, column) == wanted)
    }

    fn read(&self, cx: &mut Context<'_>, file: &mut CsvFile, row: usize) -> Option<(Moment, f64)> {
        let moment = self.moment(cx, file, row);
        let count = file.read(cx, (row, self.count), |cell| match cell.parse::<f64>() {
            Ok(count) if count.is_finite() && 0.0 <= count => Ok(count),
            _ => Err(format!("`{cell}` is not a number from 0 up")),
        });
        Some((moment?, count?))
    }

    fn moment(&self, cx: &mut Context<'_>, file: &mut CsvFile, row: usize) -> Option<Moment> {
        let first_empty = self.time.iter().find(|&&column| file.cell(row, column).is_empty());
        if let Some(&column) = first_empty {
            file.fault(cx, (row, column), "the time is missing");
            return None;
        }
        let cells: Vec<&str> = self.time.iter().map(|&column| file.cell(row, column)).collect();
        let moment = Moment::of(&cells);
        moment.map_err(|why| file.fault(cx, (row, self.time[0]), why)).ok()
    }
}
