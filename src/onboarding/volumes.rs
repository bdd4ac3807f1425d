//! How many tasks came, from a planner's CSV file: long, a row for each interval and queue, or wide,
//! a column for each queue.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use jiff::civil::{Date, DateTime};

use crate::onboarding::inventory::Inventory;
use crate::scenario::moment::Moment;
use crate::scenario::nearest::suggest;
use crate::scenario::problem::Problem;
use crate::scenario::sheet::Sheet;
use crate::scenario::text::Texts;
use crate::time::Span;

/// What planners call the columns, in lower case without marks between words.
const DATES: [&str; 3] = ["date", "day", "calendardate"];
const TIMES: [&str; 7] =
    ["interval", "time", "intervalstart", "start", "starttime", "period", "timeofday"];
const QUEUES: [&str; 6] = ["queue", "taskqueue", "queuename", "taskqueuename", "skill", "split"];
const CHANNELS: [&str; 4] = ["channel", "taskchannel", "media", "channeltype"];
const COUNTS: [&str; 8] =
    ["offered", "volume", "calls", "contacts", "tasks", "count", "callsoffered", "tasksentered"];
const AHTS: [&str; 6] =
    ["aht", "ahts", "averagehandletime", "avghandletime", "handletime", "ahtsec"];

/// How many wrong cells are told.
const FAULTS_MAX: usize = 20;
/// Of which years arrivals can be: TaskRouter's, with room.
const YEARS: RangeInclusive<i16> = 2000..=2099;
/// The longest handle time, in seconds: a month, as waits are counted.
const AHT_MAX: f64 = 31.0 * 86_400.0;

/// How many tasks came.
#[derive(Debug)]
pub(super) struct Volumes {
    /// The titles of the columns that say when.
    pub(super) times: Vec<String>,
    /// Seconds from one interval to the next.
    pub(super) interval: i64,
    pub(super) first: Date,
    pub(super) last: Date,
    /// Between which seconds of the day tasks came, the last interval included; on which days of
    /// the week, Monday first.
    pub(super) open: (i64, i64),
    pub(super) days: [bool; 7],
    pub(super) lines: Vec<Line>,
}

/// The tasks of one queue and channel.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) queue: usize,
    pub(super) channel: Option<String>,
    /// The title of the column that counts.
    pub(super) count: String,
    /// What other columns must say.
    pub(super) only: Vec<(String, String)>,
    pub(super) offered: f64,
    /// In the fullest interval.
    pub(super) peak: f64,
    /// In seconds, weighted by tasks.
    pub(super) aht: Option<f64>,
}

/// One cell that counts.
struct Cell {
    at: DateTime,
    queue: usize,
    channel: Option<String>,
    count: usize,
    only: Vec<(String, String)>,
    offered: f64,
    aht: Option<f64>,
}

impl Volumes {
    /// Reads the file at `path`; queues are those of the exports.
    ///
    /// # Errors
    ///
    /// All that is wrong, each at its place.
    pub(super) fn read(
        path: &Path,
        inventory: &Inventory,
        texts: &mut Texts,
    ) -> Result<Self, Vec<Problem>> {
        let text = texts.add_file(path).map_err(|problem| vec![problem])?;
        let sheet = Sheet::of(texts, text);
        let reader = Reader { sheet: &sheet, texts, inventory, problems: Vec::new() };
        reader.volumes()
    }
}

/// Which column says what.
struct Columns {
    times: Vec<usize>,
    queue: Option<usize>,
    channel: Option<usize>,
    /// Those that count; of a wide file each with its queue.
    counts: Vec<(usize, Option<usize>)>,
    /// Those with handle times; of a wide file each with its queue.
    ahts: Vec<(usize, Option<usize>)>,
}

struct Reader<'a> {
    sheet: &'a Sheet,
    texts: &'a Texts,
    inventory: &'a Inventory,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn volumes(mut self) -> Result<Volumes, Vec<Problem>> {
        let columns = self.columns();
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let rows = 0..self.sheet.len();
        let cells: Vec<Cell> = rows.flat_map(|row| self.row(&columns, row)).collect();
        let volumes = self.gathered(&columns, &cells);
        match volumes {
            Some(volumes) if self.problems.is_empty() => Ok(volumes),
            _ => {
                if self.problems.is_empty() {
                    let what = "no row says how many tasks came";
                    let place = self.sheet.title_place(self.texts, 0);
                    self.problems.push(Problem::error(what, &place));
                }
                self.problems.truncate(FAULTS_MAX);
                Err(self.problems)
            }
        }
    }

    fn titled(&self, names: &[&str]) -> Option<usize> {
        self.sheet.titles().position(|title| names.contains(&plain(title).as_str()))
    }

    fn columns(&mut self) -> Columns {
        let (date, time) = (self.titled(&DATES), self.titled(&TIMES));
        let times: Vec<usize> = date.into_iter().chain(time).collect();
        let (queue, channel) = (self.titled(&QUEUES), self.titled(&CHANNELS));
        if times.is_empty() {
            self.missing("when an interval begins: `date` and `interval`, or `interval_start`");
        }
        let known: Vec<usize> = times.iter().copied().chain(queue).chain(channel).collect();
        let (mut counts, mut ahts) = (Vec::new(), Vec::new());
        if queue.is_some() {
            counts.extend(self.titled(&COUNTS).map(|column| (column, None)));
            ahts.extend(self.titled(&AHTS).map(|column| (column, None)));
        } else {
            let titles: Vec<String> = self.sheet.titles().map(str::to_owned).collect();
            for (column, title) in titles.iter().enumerate() {
                if known.contains(&column) {
                    continue;
                }
                let aht = strip_aht(title).and_then(|name| self.inventory.queue_named(name));
                match (self.inventory.queue_named(title), aht) {
                    (Some(queue), _) => counts.push((column, Some(queue))),
                    (None, Some(queue)) => ahts.push((column, Some(queue))),
                    _ => self.no_queue(title, self.sheet.title_place(self.texts, column)),
                }
            }
        }
        if counts.is_empty() && self.problems.is_empty() {
            self.missing("how many tasks came: `offered`");
        }
        Columns { times, queue, channel, counts, ahts }
    }

    fn missing(&mut self, what: &str) {
        let titles: Vec<&str> = self.sheet.titles().collect();
        let help = format!("the columns are: {}", titles.join(", "));
        let place = self.sheet.title_place(self.texts, 0);
        let problem = Problem::error(format!("no column says {what}"), &place);
        self.problems.push(problem.with_help(help));
    }

    fn no_queue(&mut self, name: &str, place: crate::scenario::node::Place) {
        let problem = Problem::error(format!("no queue is named `{name}`"), &place);
        let names = self.inventory.queues.iter().map(|queue| queue.name.as_str());
        self.problems.push(match suggest(name, names) {
            Some(help) => problem.with_help(help),
            None => problem.with_help("the queues are those of the exported files"),
        });
    }

    fn fault(&mut self, row: usize, column: usize, why: impl Into<String>) {
        let place = self.sheet.place(self.texts, row, column);
        self.problems.push(Problem::error(why, &place));
    }

    fn row(&mut self, columns: &Columns, row: usize) -> Vec<Cell> {
        let parts: Vec<&str> = columns.times.iter().map(|&at| self.sheet.cell(row, at)).collect();
        let at = match Moment::of(&parts) {
            Ok(Moment::Civil(at)) if YEARS.contains(&at.year()) => at,
            Ok(Moment::Civil(at)) => {
                let (first, last) = (YEARS.start(), YEARS.end());
                let why = format!("the year {} is not from {first} to {last}", at.year());
                self.fault(row, columns.times[0], why);
                return Vec::new();
            }
            Ok(Moment::Instant(_)) => {
                self.fault(row, columns.times[0], "a time without offset is wanted");
                return Vec::new();
            }
            Err(why) => {
                self.fault(row, columns.times[0], why);
                return Vec::new();
            }
        };
        let named = columns.queue.map(|column| (column, self.sheet.cell(row, column).to_owned()));
        let own = match &named {
            Some((column, name)) => match self.inventory.queue_named(name) {
                Some(queue) => Some(queue),
                None => {
                    self.no_queue(name, self.sheet.place(self.texts, row, *column));
                    return Vec::new();
                }
            },
            None => None,
        };
        let channel = columns.channel.map(|column| (column, self.sheet.cell(row, column)));
        let title = |column: usize| self.sheet.titles().nth(column).unwrap_or_default().to_owned();
        let only: Vec<(String, String)> = named
            .iter()
            .map(|(column, value)| (title(*column), value.clone()))
            .chain(channel.map(|(column, value)| (title(column), value.to_owned())))
            .collect();
        let channel = channel.map(|(_, value)| value.to_owned());
        let mut cells = Vec::new();
        for &(count, queue) in &columns.counts {
            let Some(queue) = queue.or(own) else { continue };
            let Some(offered) = self.number(row, count) else { continue };
            let aht = columns.ahts.iter().find(|(_, of)| of.or(own) == Some(queue));
            let aht = aht.and_then(|&(column, _)| self.seconds(row, column));
            let (only, channel) = (only.clone(), channel.clone());
            cells.push(Cell { at, queue, channel, count, only, offered, aht });
        }
        cells
    }

    fn number(&mut self, row: usize, column: usize) -> Option<f64> {
        let cell = self.sheet.cell(row, column);
        if cell.is_empty() {
            return None;
        }
        let number = cell.parse::<f64>().ok().filter(|number| number.is_finite() && 0.0 <= *number);
        if number.is_none() {
            self.fault(row, column, format!("`{cell}` is not a number from 0 up"));
        }
        number
    }

    /// A handle time: seconds, `4:45`, `0:04:45` or `4m45s`.
    fn seconds(&mut self, row: usize, column: usize) -> Option<f64> {
        let cell = self.sheet.cell(row, column);
        if cell.is_empty() {
            return None;
        }
        let seconds = handle_time(cell);
        if seconds.is_none() {
            self.fault(
                row,
                column,
                format!("`{cell}` is no handle time such as 285 or 4:45, of at most 31 days"),
            );
        }
        seconds
    }

    fn gathered(&self, columns: &Columns, cells: &[Cell]) -> Option<Volumes> {
        let title = |column: usize| self.sheet.titles().nth(column).unwrap_or_default().to_owned();
        let mut starts: Vec<DateTime> = cells.iter().map(|cell| cell.at).collect();
        starts.sort();
        starts.dedup();
        let seconds = |a: DateTime, b: DateTime| b.duration_since(a).as_secs();
        let apart = starts.windows(2).map(|pair| seconds(pair[0], pair[1])).min();
        let interval = apart.unwrap_or(1800);
        let mut lines: BTreeMap<(usize, Option<String>), (Line, f64, f64)> = BTreeMap::new();
        let (mut open, mut days) = ((86_400, 0), [false; 7]);
        for cell in cells {
            let new = || Line {
                queue: cell.queue,
                channel: cell.channel.clone(),
                count: title(cell.count),
                only: cell.only.clone(),
                offered: 0.0,
                peak: 0.0,
                aht: None,
            };
            let key = (cell.queue, cell.channel.clone());
            let (line, weight, handled) = lines.entry(key).or_insert_with(|| (new(), 0.0, 0.0));
            line.offered += cell.offered;
            line.peak = line.peak.max(cell.offered);
            if let Some(aht) = cell.aht {
                *weight += cell.offered;
                *handled += cell.offered * aht;
            }
            if 0.0 < cell.offered {
                let midnight = cell.at.date().to_datetime(jiff::civil::Time::midnight());
                let from = seconds(midnight, cell.at);
                open = (open.0.min(from), open.1.max((from + interval).min(86_400)));
                let day = usize::try_from(cell.at.date().weekday().to_monday_zero_offset());
                days[day.unwrap_or(0)] = true;
            }
        }
        let finish = |(mut line, weight, handled): (Line, f64, f64)| {
            line.aht = (0.0 < weight).then(|| handled / weight);
            line
        };
        Some(Volumes {
            times: columns.times.iter().map(|&column| title(column)).collect(),
            interval,
            first: starts.first()?.date(),
            last: starts.last()?.date(),
            open,
            days,
            lines: lines.into_values().map(finish).collect(),
        })
    }
}

fn plain(title: &str) -> String {
    title.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// The name before ` AHT` or `_aht`.
fn strip_aht(title: &str) -> Option<&str> {
    let cut = title.len().checked_sub(4)?;
    let (name, end) = (title.get(..cut)?, title.get(cut..)?);
    let is_aht = end.starts_with([' ', '_']) && end[1..].eq_ignore_ascii_case("aht");
    is_aht.then_some(name)
}

/// Seconds; `None` if it is no time, or not above 0 and at most a month.
fn handle_time(cell: &str) -> Option<f64> {
    let seconds = if let Ok(seconds) = cell.parse::<f64>() {
        seconds
    } else if let Ok(span) = cell.parse::<Span>() {
        span.as_secs_f64()
    } else {
        clock_time(cell)?
    };
    (0.0 < seconds && seconds <= AHT_MAX).then_some(seconds)
}

/// The seconds of `4:45` or `0:04:45`.
fn clock_time(cell: &str) -> Option<f64> {
    let fields = cell.split(':').map(|field| field.trim().parse::<u32>().ok().map(f64::from));
    match fields.collect::<Option<Vec<f64>>>()?.as_slice() {
        [minutes, seconds] if *seconds < 60.0 => Some(minutes * 60.0 + seconds),
        [hours, minutes, seconds] if *minutes < 60.0 && *seconds < 60.0 => {
            Some(hours * 3600.0 + minutes * 60.0 + seconds)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handle_times_are_seconds_or_clock_times() {
        let times = ["285", "4:45", "0:04:45", "4m45s"].map(handle_time);
        assert_eq!(times, [Some(285.0); 4]);
        assert_eq!(["", "x", "4:75", "-3"].map(handle_time), [None; 4]);
        let long = ["1e300", "inf", "9999999:00:00", "4294967295:10", "32d"].map(handle_time);
        assert_eq!(long, [None; 5]);
    }

    #[test]
    fn titles_are_known_whatever_stands_between_their_words() {
        assert_eq!(plain("Interval Start"), "intervalstart");
        assert_eq!(strip_aht("Billing AHT"), Some("Billing"));
        assert_eq!((strip_aht("AHT"), strip_aht("Billing")), (None, None));
    }
}
