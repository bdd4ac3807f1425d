//! The results folder of a batch: the cells one after the other, and each beside the baseline.
//!
//! Cells are written as they come and forgotten: only the baseline, and a few numbers of each
//! cell, are kept.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use csv::Writer;

use crate::experiment::{Difference, Row};
use crate::observation::Scope;
use crate::output::csv::{add_replications, add_summary, replication_columns, writer};
use crate::output::folder::{Folder, FolderError};
use crate::output::manifest::write_batch;
use crate::output::results::{Cost, Options, Results};
use crate::output::rows::{CompareRow, Manifest, Number, OptionsRow, SummaryRow};
use crate::stats::Estimate;

/// What is written of a batch beside its cells.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// The name of the study.
    pub study: &'a str,
    /// Its hash.
    pub sha256: &'a str,
    /// The seed of all cells.
    pub seed: u64,
    /// The name of the baseline.
    pub baseline: &'a str,
    /// What was assumed because the baseline does not say.
    pub assumed: &'a [String],
    /// What was asked for beside the study.
    pub options: Options,
    /// The confidence of the intervals of differences.
    pub confidence: f64,
    /// What the simulation took.
    pub cost: Cost,
}

/// A cell: its scenario, by the cell's name, and what came of it.
#[derive(Debug)]
pub struct CellResults<'a> {
    /// What is written of the cell; the scenario has the cell's name.
    pub results: &'a Results<'a>,
    /// The name that the scenario gives itself.
    pub scenario: &'a str,
    /// Beside the baseline; none of the baseline itself.
    pub differences: &'a [Difference],
}

type Csv = Writer<BufWriter<File>>;

/// The files of a batch while they are written.
#[derive(Debug)]
pub struct BatchFiles<'a> {
    batch: &'a Batch<'a>,
    folder: &'a Path,
    summary: Csv,
    replications: Csv,
    compare: Csv,
    n_replications: u32,
    n_tasks: u64,
    n_events: u64,
}

impl<'a> BatchFiles<'a> {
    /// Lets `write` add all cells, then puts the folder in its place.
    ///
    /// # Errors
    /// As `write` says, or if a file cannot be written; then what was there is still there.
    pub fn write<E: From<FolderError>>(
        target: &Folder,
        batch: &Batch<'_>,
        write: impl FnOnce(&mut BatchFiles<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        target.fill(|folder| {
            let mut files = BatchFiles::new(folder, batch)?;
            write(&mut files)?;
            Ok(files.finish()?)
        })
    }

    fn new(folder: &'a Path, batch: &'a Batch<'a>) -> Result<Self, FolderError> {
        let open = |name: &str, columns: &[&str]| {
            let path = folder.join(name);
            let file = File::create(&path).map_err(|error| FolderError::Io { path, error })?;
            let mut writer = writer(BufWriter::new(file));
            writer.write_record(columns).map_err(|error| failed(folder, error))?;
            Ok(writer)
        };
        Ok(Self {
            batch,
            folder,
            summary: open("summary.csv", SummaryRow::COLUMNS)?,
            replications: open("replications.csv", &replication_columns())?,
            compare: open("compare.csv", CompareRow::COLUMNS)?,
            n_replications: 0,
            n_tasks: 0,
            n_events: 0,
        })
    }

    /// Adds a cell.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn add(&mut self, cell: &CellResults<'_>) -> Result<(), FolderError> {
        let CellResults { results, differences, .. } = cell;
        self.n_replications = self.n_replications.max(results.n_replications());
        self.n_tasks += results.n_tasks();
        self.n_events += results.n_events();
        let added = add_summary(results, &mut self.summary)
            .and_then(|()| add_replications(results, &mut self.replications))
            .and_then(|()| {
                let mut rows = differences.iter().map(|one| row(self.batch, cell, one));
                rows.try_for_each(|row| self.compare.serialize(row))
            });
        added.map_err(|error| failed(self.folder, error))
    }

    fn finish(mut self) -> Result<(), FolderError> {
        let Batch { study, sha256, seed, assumed, options, cost, .. } = self.batch;
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION"),
            scenario: study,
            scenario_sha256: sha256,
            seed: *seed,
            replications: self.n_replications,
            options: OptionsRow::of(options),
            assumed,
            tasks: self.n_tasks,
            events: self.n_events,
            wall_seconds: cost.wall_seconds,
            cpu_seconds: cost.cpu_seconds,
            peak_rss_bytes: cost.peak_rss_bytes,
        };
        let files = [&mut self.summary, &mut self.replications, &mut self.compare];
        let written = files.into_iter().try_for_each(Writer::flush);
        let written = written.and_then(|()| write_batch(&manifest, self.folder));
        written.map_err(|error| FolderError::Io { path: self.folder.to_owned(), error })
    }
}

fn failed(folder: &Path, error: csv::Error) -> FolderError {
    FolderError::Io { path: folder.to_owned(), error: error.into() }
}

fn row<'a>(batch: &'a Batch<'_>, cell: &CellResults<'a>, one: &Difference) -> CompareRow<'a> {
    let interval = one.difference.and_then(|difference| difference.interval);
    CompareRow {
        scenario: cell.scenario,
        case: &cell.results.scenario.name,
        baseline: batch.baseline,
        scope: one.scope.kind(),
        name: one.scope.name(cell.results.scenario),
        metric: one.metric.name,
        difference: one.difference.and_then(|difference| Number::new(difference.value)),
        ci_low: interval.and_then(|interval| Number::new(interval.low)),
        ci_high: interval.and_then(|interval| Number::new(interval.high)),
        adjusted: Number::new(batch.confidence).filter(|_| interval.is_some()),
    }
}

/// An estimate of everything.
pub(super) fn overall(rows: &[Row], metric: &str) -> Option<Estimate> {
    let is_it = |row: &&Row| row.scope == Scope::All && row.metric.name == metric;
    rows.iter().find(is_it)?.estimate
}

/// A difference of everything.
pub(super) fn overall_difference(differences: &[Difference], metric: &str) -> Option<Estimate> {
    let is_it = |one: &&Difference| one.scope == Scope::All && one.metric.name == metric;
    differences.iter().find(is_it)?.difference
}
