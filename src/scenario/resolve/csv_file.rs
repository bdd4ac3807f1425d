//! Columns of CSV files, with the place of each cell.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::scenario::nearest::nearest;
use crate::scenario::node::{Node, Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;

/// How many wrong cells of a file are told.
const FAULTS_MAX: usize = 20;

/// A CSV file with a header row.
#[derive(Debug)]
pub(super) struct CsvFile {
    text: TextId,
    header: StringRecord,
    rows: Vec<Row>,
    faults: usize,
}

#[derive(Debug)]
struct Row {
    /// Where its first byte is, or the line breaks before it.
    start: usize,
    cells: StringRecord,
}

impl CsvFile {
    /// Reads the file that the string at `node` names.
    pub(super) fn open(cx: &mut Context<'_>, node: &Node) -> Option<Self> {
        let text = cx.open(node)?;
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .from_reader(cx.texts.content(text).as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let cells = record.expect("the text is UTF-8, and rows may have any length");
            let start = cells.position().map_or(0, csv::Position::byte);
            rows.push(Row { start: usize::try_from(start).unwrap_or(usize::MAX), cells });
        }
        let mut file = Self { text, header, rows, faults: 0 };
        file.check_lengths(cx);
        Some(file)
    }

    /// How many rows there are beside the header.
    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Which column has this title.
    pub(super) fn position(&self, title: &str) -> Option<usize> {
        self.header.iter().position(|other| other == title)
    }

    /// The column that the string at `node` names, or a problem.
    pub(super) fn column(&self, cx: &mut Context<'_>, node: &Node) -> Option<usize> {
        self.named(cx, node.as_str()?, &node.place)
    }

    /// The column of this title, or a problem at `place`.
    pub(super) fn named(&self, cx: &mut Context<'_>, title: &str, place: &Place) -> Option<usize> {
        let found = self.position(title);
        if found.is_none() {
            let file = cx.texts.name(self.text);
            let problem = Problem::error(format!("{file} has no column `{title}`"), place);
            let titles: Vec<&str> = self.header.iter().collect();
            cx.problems.push(match nearest(title, titles.iter().copied()) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem.with_help(format!("the columns are: {}", titles.join(", "))),
            });
        }
        found
    }

    /// What a cell says; empty if the row is too short.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].cells.get(column).unwrap_or_default()
    }

    /// What `read` makes of a cell; `None` if it is empty, or wrong, which is a problem then.
    pub(super) fn read<T>(
        &mut self,
        cx: &mut Context<'_>,
        (row, column): (usize, usize),
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            return None;
        }
        read(cell).map_err(|why| self.fault(cx, (row, column), why)).ok()
    }

    /// Tells what is wrong with a cell, unless so much is wrong that nobody would read it.
    pub(super) fn fault(
        &mut self,
        cx: &mut Context<'_>,
        (row, column): (usize, usize),
        why: impl Into<String>,
    ) {
        self.faults += 1;
        if self.faults <= FAULTS_MAX {
            let place = self.place(cx, row, column);
            cx.error(why, &place);
        }
    }

    /// Whether nothing was wrong; if more was than has been told, this says so.
    pub(super) fn is_sound(&self, cx: &mut Context<'_>) -> bool {
        if FAULTS_MAX < self.faults {
            let (file, more) = (cx.texts.name(self.text), self.faults - FAULTS_MAX);
            cx.problems.push(Problem::nowhere(format!("{file}: {more} more cells are wrong")));
        }
        self.faults == 0
    }

    /// Where a cell is written.
    pub(super) fn place(&self, cx: &Context<'_>, row: usize, column: usize) -> Place {
        let start = self.rows[row].start;
        let rest = cx.texts.content(self.text).get(start..).unwrap_or_default();
        let cell = cell_range(rest, column);
        Place { text: self.text, range: start + cell.start..start + cell.end }
    }

    fn check_lengths(&mut self, cx: &mut Context<'_>) {
        let columns = self.header.len();
        let odd = |row: &Row| row.cells.len() != columns;
        let odd: Vec<usize> = (0..self.rows.len()).filter(|&row| odd(&self.rows[row])).collect();
        for row in odd {
            let cells = self.rows[row].cells.len();
            let why = format!("this row has {cells} cells; the header has {columns}");
            self.fault(cx, (row, cells.min(columns) - 1), why);
        }
    }
}

/// Where the cell of this number is in the row with which `text` begins, quotes included.
fn cell_range(text: &str, column: usize) -> Range<usize> {
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let (mut start, mut quoted, mut left) = (blank, false, column);
    for (at, byte) in text.bytes().enumerate().skip(blank) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted && left == 0 => return trimmed(text, start..at),
            b',' if !quoted => {
                left -= 1;
                start = at + 1;
            }
            b'\r' | b'\n' if !quoted => return trimmed(text, start..at),
            _ => {}
        }
    }
    trimmed(text, start..text.len())
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let cell = &text[range.clone()];
    let start = range.start + (cell.len() - cell.trim_start().len());
    start..start + cell.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_past_quotes_and_line_breaks() {
        let text = "\r\na,\"b, \"\"c\"\"\n d\", 17 \nnext";
        let cell = |column| &text[cell_range(text, column)];
        assert_eq!([cell(0), cell(1), cell(2)], ["a", "\"b, \"\"c\"\"\n d\"", "17"]);
    }
}
