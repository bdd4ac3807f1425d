//! From what was named on the command line to a scenario.

use std::path::Path;

use crate::cli::args::Changes;
use crate::experiment::{assertions, observations};
use crate::scenario::load::{Failed, load_text};
use crate::scenario::{Loaded, Scenario};

/// The bundled example: what is simulated if nothing is named.
const EXAMPLE: (&str, &str) = ("weekday.toml", include_str!("../../scenarios/weekday.toml"));

/// Reads the scenario at `path`, `-` for standard input, or else the example.
pub(super) fn read(path: Option<&Path>, changes: &Changes) -> Result<Loaded, Failed> {
    let overrides = changes.overrides();
    let loaded = match path {
        Some(path) => Scenario::load(path, &overrides, changes.lenient),
        None => {
            let document = load_text(EXAMPLE.0, EXAMPLE.1, Path::new(""), &overrides)?;
            Scenario::of(document, changes.lenient)
        }
    }?;
    with_assertions(loaded)
}

/// Whether what the scenario asserts can be judged, and what it says was observed compared.
pub(super) fn with_assertions(loaded: Loaded) -> Result<Loaded, Failed> {
    let asserted = assertions(&loaded.scenario).err().unwrap_or_default();
    let observed = observations(&loaded.scenario).err().unwrap_or_default();
    if asserted.is_empty() && observed.is_empty() {
        return Ok(loaded);
    }
    let problems = [loaded.warnings, asserted, observed].concat();
    Err(Failed { texts: loaded.texts, problems })
}
