//! Several studies of one scenario: decisions that do not touch one another are chosen one by one.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::output::report::together;
use crate::output::results::Cost;
use crate::output::tuning::{Certificate, TuningResults, json, tuning_json};

/// The studies of one scenario, in the order of their first decisions; at least one.
#[derive(Debug)]
pub struct Tunings<'a> {
    /// One for each part into which the decisions fall.
    pub parts: Vec<TuningResults<'a>>,
    /// How surely the statements about all parts hold together.
    pub confidence: f64,
}

impl Tunings<'_> {
    /// What all of it took.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let costs = || self.parts.iter().map(|part| part.cost);
        Cost {
            wall_seconds: costs().map(|cost| cost.wall_seconds).sum(),
            cpu_seconds: costs().map(|cost| cost.cpu_seconds).sum(),
            peak_rss_bytes: costs().filter_map(|cost| cost.peak_rss_bytes).max(),
        }
    }

    /// The values of all decisions, by path; `None` if a part has none.
    fn values(
        &self,
        of: impl Fn(&TuningResults<'_>) -> Option<usize>,
    ) -> Option<Map<String, Value>> {
        let mut all = Map::new();
        for part in &self.parts {
            let grid = part.study.grid();
            let settings = &grid.candidates[of(part)?];
            for (path, setting) in grid.paths.iter().zip(settings) {
                all.insert(path.clone(), json(&[], std::slice::from_ref(setting)));
            }
        }
        Some(all)
    }
}

/// What `certificate.json` holds of several parts.
#[derive(Debug, Serialize)]
struct Together<'a> {
    recommended: Option<Map<String, Value>>,
    present: Map<String, Value>,
    certified: bool,
    confidence: f64,
    sentence: String,
    parts: Vec<Certificate<'a>>,
}

impl<'a> Together<'a> {
    fn new(results: &'a Tunings<'a>) -> Self {
        let present = results.values(|part| Some(part.study.grid().present));
        Self {
            recommended: results.values(|part| part.best()),
            present: present.expect("something is in force"),
            certified: results.parts.iter().all(|part| part.tuned.certificate.certified),
            confidence: results.confidence,
            sentence: together(results),
            parts: results.parts.iter().map(Certificate::new).collect(),
        }
    }
}

/// `certificate.json` of several parts.
pub(super) fn certificate(results: &Tunings<'_>, mut out: impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &Together::new(results))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Everything as one JSON document, for programs: that of the only part, or what all parts say
/// together and that of each.
///
/// # Panics
/// Never: what was written as JSON can be read.
#[must_use]
pub fn tunings_json(results: &Tunings<'_>) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        certificate: Together<'a>,
        parts: Vec<Value>,
    }
    if let [only] = results.parts.as_slice() {
        return tuning_json(only);
    }
    let part = |part| serde_json::from_str(&tuning_json(part)).expect("this is JSON");
    let parts = results.parts.iter().map(part).collect();
    let all = All { certificate: Together::new(results), parts };
    serde_json::to_string_pretty(&all).expect("a struct has text for keys") + "\n"
}
