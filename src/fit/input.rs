//! Files of offers, tasks and events, of whichever shape they are.

use std::path::{Path, PathBuf};

use crate::fit::answers::Offer;
use crate::fit::events::{self, Statistics};
use crate::fit::table::{Columns, Table};
use crate::fit::times::Times;
use crate::scenario::load::Failed;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// What is read, and how.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The files; any number.
    pub files: &'a [PathBuf],
    /// What the columns of CSV files are called, where they are not called as ours are:
    /// `wait=q_s`.
    pub columns: &'a [String],
    /// Only the rows in which a column has a value: `queue=Billing`.
    pub only: &'a [String],
}

/// What files say.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Offers that were watched one by one.
    pub offers: Vec<Offer>,
    /// Tasks: how long they waited, and how long they took.
    pub tasks: Vec<Times>,
    /// How many offers ended how, from statistics answers, in the order of the files.
    pub statistics: Vec<Statistics>,
    /// What was left out, one sentence each.
    pub notes: Vec<String>,
    /// The texts that were read.
    pub texts: Texts,
}

/// Reads files: CSV with offers or tasks, as `reservations.csv` and `tasks.csv` have them; events
/// of TaskRouter's, one JSON object to a line or pages of them; cumulative statistics.
///
/// # Errors
///
/// Everything that is wrong with them, each at its place.
pub fn read(request: &Request<'_>) -> Result<Measured, Failed> {
    let mut measured = Measured { texts: Texts::new(), ..Measured::default() };
    let mut problems = Vec::new();
    let columns = match Columns::of(request.columns, request.only) {
        Ok(columns) => columns,
        Err(problem) => return Err(Failed { texts: Texts::new(), problems: vec![problem] }),
    };
    for path in request.files {
        if let Err(found) = read_file(path, &columns, &mut measured) {
            problems.extend(found);
        }
    }
    if problems.is_empty() {
        return Ok(measured);
    }
    Err(Failed { texts: measured.texts, problems })
}

fn read_file(path: &Path, columns: &Columns, measured: &mut Measured) -> Result<(), Vec<Problem>> {
    let id = measured.texts.add_file(path).map_err(|problem| vec![problem])?;
    let begins = measured.texts.content(id).trim_start().chars().next();
    if matches!(begins, Some('{' | '[')) {
        let found = events::read(&measured.texts, id)?;
        measured.statistics.extend(found.statistics);
        measured.offers.extend(found.offers);
        measured.tasks.extend(found.tasks);
        return Ok(());
    }
    let table = Table::read(&measured.texts, id, columns)?;
    let (offers, tasks, left_out) = table.rows(&measured.texts)?;
    if left_out != 0 {
        let what = format!("{}: {left_out} rows say nothing of use here", path.display());
        measured.notes.push(what);
    }
    measured.offers.extend(offers);
    measured.tasks.extend(tasks);
    Ok(())
}
