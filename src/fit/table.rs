//! Offers and tasks in CSV files, whose columns may be called otherwise than ours.

use std::str::FromStr;

use jiff::civil::date;

use crate::fit::answers::{Offer, Outcome};
use crate::fit::times::{Ending, Times};
use crate::scenario::moment::Moment;
use crate::scenario::node::{Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::sheet::Sheet;
use crate::scenario::text::Texts;
use crate::time::Span;

/// How many wrong cells of a file are told.
const FAULTS_MAX: usize = 20;
/// The names by which columns are known.
const NAMES: [&str; 15] = [
    "outcome",
    "ring",
    "worker",
    "created",
    "ended",
    "wait",
    "reason",
    "accepted",
    "canceled",
    "talk",
    "wrap_up",
    "talk_end",
    "completed",
    "source",
    "group",
];

/// What columns are called, and which rows count.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Our name, and theirs.
    called: Vec<(String, String)>,
    /// Their name, and the value that is wanted.
    only: Vec<(String, String)>,
}

impl Columns {
    /// `ours=theirs`, and `theirs=value`.
    pub(super) fn of(called: &[String], only: &[String]) -> Result<Self, Problem> {
        let pair = |option: &str, text: &str| {
            let pair = text.split_once('=').filter(|(name, _)| !name.trim().is_empty());
            let pair = pair.map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
            pair.ok_or_else(|| Problem::nowhere(format!("{option}: `{text}` is no NAME=VALUE")))
        };
        let called: Vec<(String, String)> =
            called.iter().map(|text| pair("--columns", text)).collect::<Result<_, _>>()?;
        if let Some((unknown, _)) = called.iter().find(|(ours, _)| !NAMES.contains(&&**ours)) {
            let what = format!("--columns: there is no column `{unknown}` here");
            return Err(Problem::nowhere(what).with_help(format!("there are {}", NAMES.join(", "))));
        }
        let only = only.iter().map(|text| pair("--where", text)).collect::<Result<_, _>>()?;
        Ok(Self { called, only })
    }

    fn theirs<'a>(&'a self, ours: &'a str) -> &'a str {
        let called = self.called.iter().find(|(name, _)| name == ours);
        called.map_or(ours, |(_, theirs)| theirs)
    }
}

/// A CSV file of offers or tasks.
pub(super) struct Table {
    sheet: Sheet,
    /// Where each of [`NAMES`] is.
    at: Vec<Option<usize>>,
    /// Which column has to have which value.
    only: Vec<(usize, String)>,
}

/// Offers, tasks, and how many rows were neither.
type Rows = (Vec<Offer>, Vec<Times>, usize);

impl Table {
    /// Finds the columns.
    pub(super) fn read(texts: &Texts, id: TextId, columns: &Columns) -> Result<Self, Vec<Problem>> {
        let sheet = Sheet::of(texts, id);
        let find =
            |title: &str| sheet.titles().position(|other| other.trim().eq_ignore_ascii_case(title));
        let missing = |title: &str| {
            let titles: Vec<&str> = sheet.titles().collect();
            let what = format!("{} has no column `{title}`", texts.name(id));
            let problem = Problem::error(what, &sheet.title_place(texts, 0));
            vec![problem.with_help(format!("the columns are: {}", titles.join(", ")))]
        };
        if let Some((_, title)) = columns.called.iter().find(|(_, title)| find(title).is_none()) {
            return Err(missing(title));
        }
        let only = columns.only.iter().map(|(title, value)| {
            find(title).map(|at| (at, value.clone())).ok_or_else(|| missing(title))
        });
        let only = only.collect::<Result<Vec<_>, _>>()?;
        let at = NAMES.iter().map(|name| find(columns.theirs(name))).collect();
        let table = Self { sheet, at, only };
        if table.has("ring") || table.has("wait") || table.has("talk") || table.has("wrap_up") {
            return Ok(table);
        }
        let what = format!("{} is about neither offers nor tasks", texts.name(id));
        let problem = Problem::error(what, &table.sheet.title_place(texts, 0));
        Err(vec![problem.with_help(
            "offers have the columns outcome and ring; tasks have wait, and outcome or accepted \
             and reason; --columns ours=theirs says what they are called",
        )])
    }

    /// Whether there is the column that we call so.
    fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    fn column(&self, name: &str) -> Option<usize> {
        NAMES.iter().position(|other| *other == name).and_then(|index| self.at[index])
    }

    fn cell(&self, row: usize, name: &str) -> &str {
        self.column(name).map_or("", |column| self.sheet.cell(row, column))
    }

    /// What the rows say.
    pub(super) fn rows(&self, texts: &Texts) -> Result<Rows, Vec<Problem>> {
        let (mut offers, mut tasks, mut left_out) = (Vec::new(), Vec::new(), 0);
        let mut faults = Faults { texts, sheet: &self.sheet, problems: Vec::new(), more: 0 };
        for row in 0..self.sheet.len() {
            if self.only.iter().any(|(column, value)| self.sheet.cell(row, *column) != value) {
                continue;
            }
            if self.has("ring") {
                match self.offer(row, &mut faults) {
                    Some(offer) => offers.push(offer),
                    None => left_out += 1,
                }
            } else {
                match self.task(row, &mut faults) {
                    Some(task) => tasks.push(task),
                    None => left_out += 1,
                }
            }
        }
        faults.told().map(|()| (offers, tasks, left_out))
    }

    fn offer(&self, row: usize, faults: &mut Faults<'_>) -> Option<Offer> {
        let outcome = match word(self.cell(row, "outcome")).as_str() {
            "accepted" | "answered" | "completed" => Outcome::Accepted,
            "rejected" | "declined" => Outcome::Rejected,
            "timeout" | "timedout" | "missed" => Outcome::TimedOut,
            "canceled" | "cancelled" | "rescinded" | "abandoned" => Outcome::Withdrawn,
            _ => return None,
        };
        let ring = self.seconds(row, "ring", faults)?;
        let to = [self.cell(row, "group"), self.cell(row, "worker")];
        let to = to.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned();
        Some(Offer { to, outcome, ring })
    }

    fn task(&self, row: usize, faults: &mut Faults<'_>) -> Option<Times> {
        let wait = self.seconds(row, "wait", faults);
        let ending = match word(self.cell(row, "outcome")).as_str() {
            "accepted" | "answered" | "completed" | "handled" | "agent" => Some(Ending::Answered),
            "abandoned" | "abandon" | "hang" | "hangup" => Some(Ending::Abandoned),
            "" if self.has("accepted") && !self.cell(row, "accepted").is_empty() => {
                Some(Ending::Answered)
            }
            "" if word(self.cell(row, "reason")) == "hangup" => Some(Ending::Abandoned),
            _ => None,
        };
        let waited = wait.zip(ending);
        let is_answered = ending == Some(Ending::Answered) || !self.has("outcome");
        let between = |from: &str, to: &str, faults: &mut Faults<'_>| {
            Some((self.instant(row, to, faults)? - self.instant(row, from, faults)?).max(0.0))
        };
        let talk = match self.has("talk") {
            true if is_answered => self.seconds(row, "talk", faults),
            true => None,
            false => between("accepted", "talk_end", faults),
        };
        let wrap_up = match self.has("wrap_up") {
            true if is_answered => self.seconds(row, "wrap_up", faults),
            true => None,
            false => between("talk_end", "completed", faults),
        };
        let of = self.cell(row, "source").to_owned();
        (waited.is_some() || talk.is_some() || wrap_up.is_some()).then_some(Times {
            of,
            waited,
            talk,
            wrap_up,
        })
    }

    /// A time in seconds, bare or with its unit; `None` if the cell is empty or wrong.
    fn seconds(&self, row: usize, name: &str, faults: &mut Faults<'_>) -> Option<f64> {
        let cell = self.cell(row, name);
        if cell.is_empty() {
            return None;
        }
        let number = cell.parse::<f64>().ok();
        let seconds = number.or_else(|| cell.parse::<Span>().ok().map(Span::as_secs_f64));
        let seconds = seconds.filter(|seconds| seconds.is_finite() && 0.0 <= *seconds);
        if seconds.is_none() {
            faults.add(row, self.column(name), format!("`{cell}` is no time in seconds"));
        }
        seconds
    }

    /// A number of seconds since whenever, or a date and time.
    fn instant(&self, row: usize, name: &str, faults: &mut Faults<'_>) -> Option<f64> {
        let cell = self.cell(row, name);
        if cell.is_empty() {
            return None;
        }
        let seconds = cell.parse::<f64>().ok().or_else(|| match Moment::from_str(cell).ok()? {
            Moment::Instant(at) => Some(at.as_millisecond() as f64 / 1000.0),
            Moment::Civil(at) => {
                let since = at.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
                Some(since.as_millis() as f64 / 1000.0)
            }
        });
        if seconds.is_none() {
            faults.add(row, self.column(name), format!("`{cell}` is no date and time"));
        }
        seconds
    }
}

/// Letters and digits, in lower case.
fn word(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// What is wrong with the cells of a file.
struct Faults<'a> {
    texts: &'a Texts,
    sheet: &'a Sheet,
    problems: Vec<Problem>,
    more: usize,
}

impl Faults<'_> {
    fn add(&mut self, row: usize, column: Option<usize>, why: String) {
        if FAULTS_MAX <= self.problems.len() {
            self.more += 1;
            return;
        }
        let place: Place = self.sheet.place(self.texts, row, column.unwrap_or(0));
        self.problems.push(Problem::error(why, &place));
    }

    fn told(mut self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(());
        }
        if self.more != 0 {
            let file = self.texts.name(self.sheet.text());
            let what = format!("{file}: {} more cells are wrong", self.more);
            self.problems.push(Problem::nowhere(what));
        }
        Err(self.problems)
    }
}
