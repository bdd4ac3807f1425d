//! `study.json`: what a store holds blocks of, and from which files it came.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::output::store::{RESULTS, StoreError, VERSION, at, write_whole};

const NAME: &str = "study.json";

/// What a store holds blocks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyPlan {
    /// The version of trsim.
    pub version: String,
    /// The name of the study.
    pub study: String,
    /// The seed of all cells.
    pub seed: u64,
    /// The name of the cell that others are compared with.
    pub baseline: String,
    /// How many replications of each cell; the least number if `stops`.
    pub replications: u32,
    /// If cells stop when they are precise enough: after how many in any case.
    pub stops_at: Option<u32>,
    /// All cells, in order.
    pub cells: Vec<CellPlan>,
    /// The files that were named.
    pub files: Vec<PathBuf>,
    /// Another seed that was asked for.
    pub asked_seed: Option<u64>,
    /// Another number of replications that was asked for.
    pub asked_replications: Option<u32>,
    /// Another way to replicate that was asked for.
    #[serde(default)]
    pub asked_sampling: Option<String>,
    /// Whether a control variate was asked for.
    #[serde(default)]
    pub asked_control_variate: bool,
    /// Whether estimates have a control variate: it decides where cells stop.
    #[serde(default)]
    pub control_variate: bool,
    /// `PATH=VALUE` for all cells.
    pub set: Vec<String>,
    /// Whether malformed expressions never match.
    pub lenient: bool,
}

/// A cell, and of what its blocks are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellPlan {
    /// As the study names it.
    pub name: String,
    /// SHA-256 of everything that was read for its scenario, in hexadecimal.
    pub scenario_sha256: String,
    /// The root of its draws.
    pub seed: u64,
    /// How its replications depend on each other.
    #[serde(default)]
    pub sampling: String,
    /// Whether malformed expressions never match.
    pub lenient: bool,
}

impl CellPlan {
    pub(super) fn folder(&self) -> String {
        let (sha, seed) = (&self.scenario_sha256, self.seed.to_string());
        short(&digest(&[sha, &seed, &self.sampling, &self.lenient.to_string()]))
    }
}

impl StudyPlan {
    /// The version that makes results now: that of trsim, and that of what it makes of a seed.
    #[must_use]
    pub fn version() -> String {
        format!("{VERSION} (results {RESULTS})")
    }

    /// SHA-256 of what decides about the results of its cells, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut parts = vec![self.study.as_str(), self.baseline.as_str()];
        let folders: Vec<String> = self.cells.iter().map(CellPlan::folder).collect();
        let cells = self.cells.iter().zip(&folders);
        parts.extend(cells.flat_map(|(cell, folder)| [cell.name.as_str(), folder.as_str()]));
        digest(&parts)
    }

    pub(super) fn folder(&self) -> String {
        short(&self.sha256())
    }

    /// The plan of a folder; `None` if there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path, error)),
        };
        let plan = serde_json::from_slice(&bytes);
        plan.map(Some).map_err(|error| {
            StoreError::Mismatch(format!("{} is not readable: {error}", path.display()))
        })
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        write_whole(&folder.join(NAME), |out| {
            serde_json::to_writer_pretty(&mut *out, self).expect("memory can be written");
            out.push(b'\n');
        })
    }

    /// Whether blocks that were made for `there` may be used.
    pub(super) fn agrees_with(&self, there: &Self, root: &Path) -> Result<(), StoreError> {
        if self.version == there.version {
            return Ok(());
        }
        let (shown, version) = (root.display(), &there.version);
        let what = format!("{shown} was made by version {version}, this is {}", self.version);
        Err(StoreError::Mismatch(what))
    }

    /// Whether blocks of both may be put together; `names` say whose they are.
    ///
    /// # Errors
    /// What is different.
    pub fn joins(&self, other: &Self, names: (&str, &str)) -> Result<(), StoreError> {
        let (a, b) = names;
        let differ = |what: String| Err(StoreError::Mismatch(format!("{a} and {b} {what}")));
        if self.version != other.version {
            return differ(format!(
                "are of different versions: {} and {}",
                self.version, other.version
            ));
        }
        if self.seed != other.seed {
            return differ(format!("have different seeds: {} and {}", self.seed, other.seed));
        }
        let sampling = |plan: &Self| plan.cells.first().map(|cell| cell.sampling.clone());
        if let (Some(own), Some(theirs)) = (sampling(self), sampling(other))
            && own != theirs
        {
            return differ(format!("are sampled differently: {own} and {theirs}"));
        }
        if self.control_variate != other.control_variate {
            return differ("are estimated differently: one has a control variate".to_owned());
        }
        let pairs = self.cells.iter().zip(&other.cells);
        if let Some((cell, _)) = pairs.into_iter().find(|(a, b)| a != b) {
            return differ(format!("have different scenarios for `{}`", cell.name));
        }
        let same = self.sha256() == other.sha256() && self.cells.len() == other.cells.len();
        if !same {
            return differ("are of different studies".to_owned());
        }
        if (self.replications, self.stops_at) != (other.replications, other.stops_at) {
            return differ(format!(
                "have different numbers of replications: {} and {}",
                self.replications, other.replications
            ));
        }
        Ok(())
    }
}

/// SHA-256 of some texts, in hexadecimal.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As much of a digest as the name of a folder needs.
fn short(digest: &str) -> String {
    digest[..16].to_owned()
}
