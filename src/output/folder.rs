//! The results folder: complete, or not there.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Component, Path, PathBuf};

use crate::output::results::Results;
use crate::output::tuning::TuningResults;
use crate::output::tunings::Tunings;
use crate::output::{csv, manifest, trace, tuning, tunings};

/// Where results will be: a place that was looked at before anything is simulated.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
}

/// Why results cannot be put somewhere.
#[derive(Debug)]
pub enum FolderError {
    /// Something that is not ours would be lost.
    Taken {
        /// What is there.
        target: PathBuf,
        /// What it is.
        why: &'static str,
        /// Whether `--force` helps.
        can_force: bool,
    },
    /// It cannot be written.
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { target, why, .. } => write!(f, "{} {why}", target.display()),
            Self::Io { path, error } => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for FolderError {}

impl Folder {
    /// Looks at the place: whether a folder can be made there, and whether anything is lost by it.
    /// What is there must be empty or results of ours, unless `force`.
    ///
    /// # Errors
    /// If something else is there, or nothing can be written there; then nothing has changed.
    pub fn claim(target: &Path, force: bool) -> Result<Self, FolderError> {
        let target = real(target);
        check(&target, force)?;
        let folder = Self { target };
        let parts = folder.parent();
        fs::create_dir_all(&parts).map_err(|error| FolderError::Io { path: parts, error })?;
        // Made and removed again: whoever interrupts the simulation leaves nothing behind.
        folder.draft()?;
        Ok(folder)
    }

    /// The name under which a scenario's results are put if nothing else is said.
    #[must_use]
    pub fn default_for(scenario: &str) -> PathBuf {
        let plain = |letter: char| {
            if letter.is_alphanumeric() || "-_.+,= ()".contains(letter) { letter } else { '-' }
        };
        let name: String = scenario.trim().chars().take(100).map(plain).collect();
        let name = name.trim_start_matches('.').trim_end_matches(['.', ' ']);
        Path::new("out").join(if name.is_empty() { "scenario" } else { name })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Writes all files beside the place, then puts them there in place of what was there.
    ///
    /// # Errors
    /// If a file cannot be written; then what was there is still there.
    pub fn write(&self, results: &Results<'_>) -> Result<(), FolderError> {
        self.fill(|folder| write_files(results, folder))
    }

    /// Lets `write` make files in a folder beside the place, then puts it there in place of what
    /// was there.
    ///
    /// # Errors
    /// As `write` says, or if the folder cannot be made or moved; then what was there is still
    /// there.
    pub(super) fn fill<E: From<FolderError>>(
        &self,
        write: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let draft = self.draft()?;
        write(&draft.path)?;
        Ok(self.replace(draft)?)
    }

    /// As [`write`](Self::write), what comes of studies: of one in the folder, of several in
    /// `part-1`, `part-2`, … within.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_tuning(&self, results: &Tunings<'_>) -> Result<(), FolderError> {
        self.fill(|folder| {
            if let [only] = results.parts.as_slice() {
                write_study(only, folder)?;
            } else {
                for (number, part) in (1..).zip(&results.parts) {
                    let within = folder.join(format!("part-{number}"));
                    fs::create_dir(&within)
                        .map_err(|error| FolderError::Io { path: within.clone(), error })?;
                    write_study(part, &within)?;
                }
                put(folder, "certificate.json", &|out| tunings::certificate(results, out))?;
            }
            put(folder, manifest::NAME, &|out| manifest::write_tuning(results, out))
        })
    }

    fn draft(&self) -> Result<Draft, FolderError> {
        let path = self.beside("new");
        match fs::create_dir(&path) {
            Ok(()) => Ok(Draft { path, is_moved: false }),
            Err(error) => Err(FolderError::Io { path: self.target.clone(), error }),
        }
    }

    fn replace(&self, mut draft: Draft) -> Result<(), FolderError> {
        let failed = |error| FolderError::Io { path: self.target.clone(), error };
        let old = self.beside("old");
        let was_there = self.target.symlink_metadata().is_ok();
        if was_there {
            fs::rename(&self.target, &old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(&draft.path, &self.target) {
            if was_there {
                let _ = fs::rename(&old, &self.target);
            }
            return Err(failed(error));
        }
        draft.is_moved = true;
        if was_there {
            let removed =
                if old.is_dir() { fs::remove_dir_all(&old) } else { fs::remove_file(&old) };
            removed.map_err(|error| FolderError::Io { path: old, error })?;
        }
        Ok(())
    }

    fn parent(&self) -> PathBuf {
        match self.target.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// `.NAME.new-PROCESS`, in the same folder: renaming does not cross a file system.
    fn beside(&self, what: &str) -> PathBuf {
        let name = self.target.file_name().unwrap_or_default().to_string_lossy();
        self.parent().join(format!(".{name}.{what}-{}", std::process::id()))
    }
}

/// A folder that is removed unless it is moved to its place.
struct Draft {
    path: PathBuf,
    is_moved: bool,
}

/// Writes the content of one file.
type WriteFile<'a> = dyn Fn(BufWriter<File>) -> io::Result<()> + 'a;

/// Puts a file into a folder.
fn put(folder: &Path, name: &str, write: &WriteFile<'_>) -> Result<(), FolderError> {
    let path = folder.join(name);
    let done = File::create(&path).and_then(|file| write(BufWriter::new(file)));
    done.map_err(|error| FolderError::Io { path, error })
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_moved {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Without links and `..`, as far as it exists.
fn real(target: &Path) -> PathBuf {
    if let Ok(real) = target.canonicalize()
        && (target.is_symlink()
            || target.components().any(|part| part == Component::ParentDir)
            || target.file_name().is_none())
    {
        return real;
    }
    target.to_owned()
}

fn check(target: &Path, force: bool) -> Result<(), FolderError> {
    let taken =
        |why, can_force| Err(FolderError::Taken { target: target.to_owned(), why, can_force });
    if target.file_name().is_none() {
        return taken("cannot be a results folder", false);
    }
    let Ok(metadata) = target.metadata() else { return Ok(()) };
    if metadata.is_dir() {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let real = target.canonicalize();
        if let (Ok(here), Ok(real)) = (here, real)
            && here.starts_with(&real)
        {
            return taken("is the folder you are in, which results would replace", false);
        }
        let is_empty = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
        if is_empty || manifest::is_ours(target) || force {
            return Ok(());
        }
        return taken("exists and holds no results of trsim", true);
    }
    if force { Ok(()) } else { taken("exists and is no folder", true) }
}

fn write_study(results: &TuningResults<'_>, folder: &Path) -> Result<(), FolderError> {
    put(folder, "tune_curve.csv", &|out| Ok(tuning::curve(results, out)?))?;
    put(folder, "pareto.csv", &|out| Ok(tuning::pareto(results, out)?))?;
    put(folder, "certificate.json", &|out| tuning::certificate(results, out))
}

fn write_files(results: &Results<'_>, folder: &Path) -> Result<(), FolderError> {
    let to = |name: &str, write: &WriteFile<'_>| put(folder, name, write);
    to("summary.csv", &|out| Ok(csv::summary(results, out)?))?;
    to("summary_wide.csv", &|out| Ok(csv::summary_wide(results, out)?))?;
    to("replications.csv", &|out| Ok(csv::replications(results, out)?))?;
    to("workers.csv", &|out| Ok(csv::workers(results, out)?))?;
    if results.scenario.interval.is_some() {
        to("intervals.csv", &|out| Ok(csv::intervals(results, out)?))?;
    }
    if !results.scenario.observed.facts.is_empty() {
        to("observed.csv", &|out| Ok(csv::observed(results, out)?))?;
    }
    if results.traces.tasks {
        to("tasks.csv", &|out| Ok(trace::tasks(results, out)?))?;
    }
    if results.traces.reservations {
        to("reservations.csv", &|out| Ok(trace::reservations(results, out)?))?;
    }
    if results.traces.events {
        to("events.csv", &|out| Ok(trace::events(results, out)?))?;
    }
    to(manifest::NAME, &|out| manifest::write(results, out))
}

#[cfg(test)]
mod tests;
