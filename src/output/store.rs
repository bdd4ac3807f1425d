//! The store of a batch: what was simulated, in write-once blocks that outlive the process.
//!
//! `STORE/<study>/<cell>/<low>-<high>.txt`, the names of study and cell being hashes of what they
//! are. A block is written under another name and then renamed, so that one that is there is
//! whole; and it says of what it is and carries a digest of its rows, so that one that is not what
//! it should be is found out.

mod block;
mod plan;

use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use plan::{CellPlan, StudyPlan};

use crate::observation::Recording;
use crate::scenario::Scenario;

/// The version of trsim; with [`RESULTS`] it is written into every block and plan, and blocks of
/// different ones are not mixed.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of what trsim makes of a scenario and a seed, whatever its own version is: raised
/// with every change of results, or of what blocks hold. A test compares the blocks of all bundled
/// scenarios with those that this number stands for (`store/results.txt`).
pub(super) const RESULTS: u32 = 1;

/// One or several folders with blocks of one study.
#[derive(Clone, Debug)]
pub struct Store {
    folders: Vec<PathBuf>,
    plan: StudyPlan,
}

/// Why a store is of no use.
#[derive(Debug)]
pub enum StoreError {
    /// It does not hold what it should.
    Mismatch(String),
    /// It cannot be read or written.
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(what) => f.write_str(what),
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for StoreError {}

/// What is known of a block.
#[derive(Debug)]
pub enum Found {
    /// It is there, and whole.
    Whole(Vec<Recording>),
    /// It is there, but not what it should be.
    Damaged(PathBuf),
    /// It is not there.
    Missing,
}

impl Store {
    /// The store at `root` for what `plan` says, made if it is not there.
    ///
    /// # Errors
    /// If it cannot be written, or another version made what is there.
    pub fn open(root: &Path, plan: StudyPlan) -> Result<Self, StoreError> {
        let folder = root.join(plan.folder());
        fs::create_dir_all(&folder).map_err(|error| at(&folder, error))?;
        match StudyPlan::read(&folder)? {
            None => plan.write(&folder)?,
            Some(there) => {
                plan.agrees_with(&there, root)?;
                // The number of replications and the place of the files may be other ones.
                if plan != there {
                    plan.write(&folder)?;
                }
            }
        }
        Ok(Self { folders: vec![folder], plan })
    }

    /// The stores at `roots`, which must all be parts of one study.
    ///
    /// # Errors
    /// If one is no store, or they are of different versions, seeds or scenarios.
    pub fn join(roots: &[PathBuf]) -> Result<Self, StoreError> {
        let mut folders: Vec<PathBuf> = Vec::new();
        let mut first: Option<(StudyPlan, PathBuf)> = None;
        for root in roots {
            let (folder, plan) = only_study(root)?;
            match &first {
                None => first = Some((plan, root.clone())),
                Some((known, known_root)) => {
                    let names = [known_root, root].map(|root| root.display().to_string());
                    known.joins(&plan, (&names[0], &names[1]))?;
                }
            }
            folders.push(folder);
        }
        let Some((plan, _)) = first else {
            return Err(StoreError::Mismatch("no store is named".to_owned()));
        };
        Ok(Self { folders, plan })
    }

    /// Of what it holds blocks.
    #[must_use]
    pub const fn plan(&self) -> &StudyPlan {
        &self.plan
    }

    /// The replications `range` of a cell whose scenario is `scenario`.
    ///
    /// # Errors
    /// If a block is there and cannot be read, or two copies of it differ.
    pub fn find(
        &self,
        cell: &CellPlan,
        scenario: &Scenario,
        range: &Range<u32>,
    ) -> Result<Found, StoreError> {
        let mut whole: Option<(PathBuf, Vec<u8>, Vec<Recording>)> = None;
        let mut otherwise = Found::Missing;
        for folder in &self.folders {
            let path = folder.join(block_name(cell, range));
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(at(&path, error)),
            };
            match (&whole, block::read(&bytes, cell, scenario, range)) {
                (_, None) => otherwise = Found::Damaged(path),
                (None, Some(recordings)) => whole = Some((path, bytes, recordings)),
                (Some((_, known, _)), Some(_)) if *known == bytes => {}
                (Some((other, ..)), Some(_)) => {
                    let (a, b) = (other.display(), path.display());
                    let what = format!("{a} and {b} are the same block and differ");
                    return Err(StoreError::Mismatch(what));
                }
            }
        }
        Ok(whole.map_or(otherwise, |(_, _, recordings)| Found::Whole(recordings)))
    }

    /// Keeps the replications `range` of a cell in the first of its folders.
    ///
    /// # Errors
    /// If it cannot be written; then nothing is there under the name of the block.
    pub fn keep(
        &self,
        cell: &CellPlan,
        range: &Range<u32>,
        recordings: &[Recording],
    ) -> Result<(), StoreError> {
        write_whole(&self.folders[0].join(block_name(cell, range)), |out| {
            out.extend_from_slice(&block::write(cell, range, recordings));
        })
    }
}

/// The study that a store holds.
fn only_study(root: &Path) -> Result<(PathBuf, StudyPlan), StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).map_err(|error| at(root, error))? {
        let folder = entry.map_err(|error| at(root, error))?.path();
        if folder.is_dir()
            && let Some(plan) = StudyPlan::read(&folder)?
        {
            found.push((folder, plan));
        }
    }
    let shown = root.display();
    match found.len() {
        0 => Err(StoreError::Mismatch(format!("{shown} is no store of trsim batch"))),
        1 => Ok(found.remove(0)),
        n => {
            let what = format!("{shown} holds {n} studies: give each a store of its own");
            Err(StoreError::Mismatch(what))
        }
    }
}

/// `<cell>/<low>-<high>.txt`
fn block_name(cell: &CellPlan, range: &Range<u32>) -> PathBuf {
    Path::new(&cell.folder()).join(format!("{}-{}.txt", range.start, range.end))
}

/// Writes a file under another name and renames it.
fn write_whole(path: &Path, fill: impl FnOnce(&mut Vec<u8>)) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let mut bytes = Vec::new();
    fill(&mut bytes);
    fs::write(&draft, &bytes).map_err(|error| at(&draft, error))?;
    fs::rename(&draft, path).map_err(|error| {
        let _ = fs::remove_file(&draft);
        at(path, error)
    })
}

fn at(path: &Path, error: io::Error) -> StoreError {
    StoreError::Io { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
