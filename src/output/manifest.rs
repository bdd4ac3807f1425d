//! `manifest.json`: of what a folder holds the results, and how they were made.

use std::io::Write;
use std::path::Path;

use crate::output::results::Results;
use crate::output::rows::{Manifest, OptionsRow};

/// The name of the file; a folder with one of ours is a results folder.
pub(super) const NAME: &str = "manifest.json";

/// Writes it.
pub(super) fn write(results: &Results<'_>, mut out: impl Write) -> std::io::Result<()> {
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION"),
        scenario: &results.scenario.name,
        scenario_sha256: &results.scenario.sha256,
        seed: results.scenario.seed,
        replications: results.n_replications(),
        options: OptionsRow {
            seed: results.options.seed,
            replications: results.options.replications,
            set: &results.options.set,
            lenient: results.options.lenient,
        },
        assumed: &results.scenario.assumed,
        tasks: results.n_tasks(),
        events: results.n_events(),
        wall_seconds: results.cost.wall_seconds,
        cpu_seconds: results.cost.cpu_seconds,
        peak_rss_bytes: results.cost.peak_rss_bytes,
    };
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
