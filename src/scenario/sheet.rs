//! A CSV file with a header row, and the place of each cell.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::scenario::node::{Place, TextId};
use crate::scenario::text::Texts;

/// A CSV file with a header row. Blanks around cells do not count; rows may have any length.
#[derive(Debug)]
pub struct Sheet {
    text: TextId,
    header: StringRecord,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// Where its first byte is, or the line breaks before it.
    start: usize,
    cells: StringRecord,
}

impl Sheet {
    /// What the text `text` says as CSV.
    ///
    /// # Panics
    ///
    /// If `texts` does not have it.
    #[must_use]
    pub fn of(texts: &Texts, text: TextId) -> Self {
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .from_reader(texts.content(text).as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let cells = record.expect("the text is UTF-8, and rows may have any length");
            let start = cells.position().map_or(0, csv::Position::byte);
            rows.push(Row { start: usize::try_from(start).unwrap_or(usize::MAX), cells });
        }
        Self { text, header, rows }
    }

    /// The text that it was made of.
    #[must_use]
    pub const fn text(&self) -> TextId {
        self.text
    }

    /// The titles of the columns, in order.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// How many columns the header has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// How many rows there are beside the header.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row beside the header.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many cells a row has.
    #[must_use]
    pub fn cells(&self, row: usize) -> usize {
        self.rows[row].cells.len()
    }

    /// Which column has this title.
    #[must_use]
    pub fn position(&self, title: &str) -> Option<usize> {
        self.header.iter().position(|other| other == title)
    }

    /// What a cell says; empty if the row is too short.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.rows[row].cells.get(column).unwrap_or_default()
    }

    /// Where a cell is written.
    #[must_use]
    pub fn place(&self, texts: &Texts, row: usize, column: usize) -> Place {
        self.place_from(texts, self.rows[row].start, column)
    }

    /// Where the title of a column is written.
    #[must_use]
    pub fn title_place(&self, texts: &Texts, column: usize) -> Place {
        self.place_from(texts, 0, column)
    }

    fn place_from(&self, texts: &Texts, start: usize, column: usize) -> Place {
        let rest = texts.content(self.text).get(start..).unwrap_or_default();
        let cell = cell_range(rest, column);
        Place { text: self.text, range: start + cell.start..start + cell.end }
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

    #[test]
    fn a_title_and_a_cell_know_their_places() {
        let mut texts = Texts::new();
        let id = texts.add("a.csv", "day, calls\nmon, 3\n");
        let sheet = Sheet::of(&texts, id);
        assert_eq!(texts.slice(&sheet.title_place(&texts, 1)), "calls");
        assert_eq!(texts.slice(&sheet.place(&texts, 0, 1)), "3");
        assert_eq!((sheet.cell(0, 1), sheet.cell(0, 7)), ("3", ""));
    }
}
