//! `manifest.json`: of what a folder holds the results, and how they were made.

use std::io::Write;
use std::path::Path;

use crate::output::results::{Cost, Options, Results};
use crate::output::rows::{Manifest, OptionsRow};
use crate::output::tuning::TuningResults;
use crate::output::tunings::Tunings;
use crate::scenario::Scenario;

/// The name of the file; a folder with one of ours is a results folder.
pub(super) const NAME: &str = "manifest.json";

/// Writes it.
pub(super) fn write(results: &Results<'_>, out: impl Write) -> std::io::Result<()> {
    let how = (&results.options, &results.cost);
    put(
        Manifest {
            replications: results.n_replications(),
            tasks: results.n_tasks(),
            events: results.n_events(),
            ..manifest(results.scenario, how)
        },
        out,
    )
}

/// That of studies; the replications are the fresh ones of each candidate, the most of any study.
///
/// # Panics
/// If there is no study.
pub(super) fn write_tuning(results: &Tunings<'_>, out: impl Write) -> std::io::Result<()> {
    let first = results.parts.first().expect("there is a study");
    let parts = || results.parts.iter();
    let cost = results.cost();
    put(
        Manifest {
            replications: parts().map(TuningResults::n_fresh).max().unwrap_or(0),
            tasks: parts().map(|part| part.tuned.n_tasks).sum(),
            events: parts().map(|part| part.tuned.n_events).sum(),
            ..manifest(first.scenario, (&first.options, &cost))
        },
        out,
    )
}

/// With nothing simulated yet.
fn manifest<'a>(scenario: &'a Scenario, (options, cost): (&'a Options, &Cost)) -> Manifest<'a> {
    Manifest {
        version: env!("CARGO_PKG_VERSION"),
        scenario: &scenario.name,
        scenario_sha256: &scenario.sha256,
        seed: scenario.seed,
        replications: 0,
        options: OptionsRow::of(options),
        assumed: &scenario.assumed,
        tasks: 0,
        events: 0,
        wall_seconds: cost.wall_seconds,
        cpu_seconds: cost.cpu_seconds,
        peak_rss_bytes: cost.peak_rss_bytes,
    }
}

fn put(manifest: Manifest<'_>, mut out: impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &manifest)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes that of a folder that holds several scenarios.
pub(super) fn write_batch(manifest: &Manifest<'_>, folder: &Path) -> std::io::Result<()> {
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    std::fs::write(folder.join(NAME), text)
}

/// Whether `folder` holds a manifest of ours.
pub(super) fn is_ours(folder: &Path) -> bool {
    let text = std::fs::read(folder.join(NAME)).unwrap_or_default();
    let read: Result<serde_json::Value, _> = serde_json::from_slice(&text);
    read.is_ok_and(|manifest| Manifest::COLUMNS.iter().all(|key| manifest.get(key).is_some()))
}
