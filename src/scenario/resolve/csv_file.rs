//! Columns of the CSV files that a scenario names; what is wrong with them is told.

use std::ops::Deref;

use crate::scenario::nearest::nearest;
use crate::scenario::node::{Node, Place};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::sheet::Sheet;

/// How many wrong cells of a file are told.
const FAULTS_MAX: usize = 20;

/// A CSV file that a scenario names, and how much of it is wrong.
#[derive(Debug)]
pub(super) struct CsvFile {
    sheet: Sheet,
    faults: usize,
}

impl Deref for CsvFile {
    type Target = Sheet;

    fn deref(&self) -> &Sheet {
        &self.sheet
    }
}

impl CsvFile {
    /// Reads the file that the string at `node` names.
    pub(super) fn open(cx: &mut Context<'_>, node: &Node) -> Option<Self> {
        let text = cx.open(node)?;
        let mut file = Self { sheet: Sheet::of(cx.texts, text), faults: 0 };
        file.check_lengths(cx);
        Some(file)
    }

    /// The column that the string at `node` names, or a problem.
    pub(super) fn column(&self, cx: &mut Context<'_>, node: &Node) -> Option<usize> {
        self.named(cx, node.as_str()?, &node.place)
    }

    /// The column of this title, or a problem at `place`.
    pub(super) fn named(&self, cx: &mut Context<'_>, title: &str, place: &Place) -> Option<usize> {
        let found = self.position(title);
        if found.is_none() {
            let file = cx.texts.name(self.text());
            let problem = Problem::error(format!("{file} has no column `{title}`"), place);
            let titles: Vec<&str> = self.titles().collect();
            cx.problems.push(match nearest(title, titles.iter().copied()) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem.with_help(format!("the columns are: {}", titles.join(", "))),
            });
        }
        found
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
            let place = self.place(cx.texts, row, column);
            cx.error(why, &place);
        }
    }

    /// Whether nothing was wrong; if more was than has been told, this says so.
    pub(super) fn is_sound(&self, cx: &mut Context<'_>) -> bool {
        if FAULTS_MAX < self.faults {
            let (file, more) = (cx.texts.name(self.text()), self.faults - FAULTS_MAX);
            cx.problems.push(Problem::nowhere(format!("{file}: {more} more cells are wrong")));
        }
        self.faults == 0
    }

    fn check_lengths(&mut self, cx: &mut Context<'_>) {
        let columns = self.width();
        let odd = (0..self.len()).filter(|&row| self.cells(row) != columns);
        for row in odd.collect::<Vec<_>>() {
            let cells = self.cells(row);
            let why = format!("this row has {cells} cells; the header has {columns}");
            self.fault(cx, (row, cells.min(columns) - 1), why);
        }
    }
}
