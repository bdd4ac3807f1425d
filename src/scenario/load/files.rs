//! The files that a scenario names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::scenario::export::{Harvest, Resource};
use crate::scenario::json::parse_json;
use crate::scenario::node::{Item, Node};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::read;
use crate::scenario::text::Texts;

/// What was read, and what went wrong on the way.
pub(super) struct Files {
    pub(super) texts: Texts,
    pub(super) folder: PathBuf,
    pub(super) problems: Vec<Problem>,
    /// The scenario file itself, which cannot be one of its parts.
    scenario: Option<PathBuf>,
    /// Documents by path: one file may be named several times.
    parsed: BTreeMap<PathBuf, Option<Node>>,
}

impl Files {
    pub(super) fn new(texts: Texts, folder: PathBuf, scenario: Option<&Path>) -> Self {
        let scenario = scenario.and_then(|path| path.canonicalize().ok());
        Self { texts, folder, problems: Vec::new(), scenario, parsed: BTreeMap::new() }
    }

    /// Whether there is an error.
    pub(super) fn failed(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Everything in the files that `files`, a path or a list of paths, stands for.
    pub(super) fn harvest(&mut self, files: &Node, expected: Option<Resource>) -> Harvest {
        let mut harvest = Harvest::default();
        let patterns = match &files.value {
            Item::Array(patterns) => patterns.iter().collect(),
            _ => vec![files],
        };
        let mut paths: Vec<(PathBuf, &Node)> = Vec::new();
        for pattern in patterns {
            for path in self.paths(pattern) {
                if paths.iter().all(|(known, _)| *known != path) {
                    paths.push((path, pattern));
                }
            }
        }
        for (path, pattern) in paths {
            if let Some(node) = self.document(&path, pattern) {
                harvest.add(node, expected, &mut self.problems);
            }
        }
        harvest
    }

    /// The files that a path with `*`, `?` and `[…]` stands for, `2` before `10`.
    fn paths(&mut self, pattern: &Node) -> Vec<PathBuf> {
        let Some(written) = read::text(pattern, &mut self.problems) else { return Vec::new() };
        let plain = self.folder.join(written);
        if !is_pattern(written) || plain.exists() {
            return vec![plain];
        }
        let folder = glob::Pattern::escape(&self.folder.to_string_lossy());
        match found(&Path::new(&folder).join(written)) {
            Err(why) => {
                let what = format!("{written:?} is not a pattern of paths: {why}");
                self.problems.push(Problem::error(what, &pattern.place));
                Vec::new()
            }
            Ok(paths) => {
                if paths.is_empty() {
                    let what = format!("no file matches {written:?}");
                    let help = format!("paths are relative to {}", shown(&self.folder));
                    let problem = Problem::error(what, &pattern.place);
                    self.problems.push(problem.with_help(help));
                }
                paths
            }
        }
    }

    /// The JSON document in a file that is named at `mention`.
    fn document(&mut self, path: &Path, mention: &Node) -> Option<Node> {
        if let Some(known) = self.parsed.get(path) {
            return known.clone();
        }
        let node = self.read(path, mention);
        self.parsed.insert(path.to_owned(), node.clone());
        node
    }

    fn read(&mut self, path: &Path, mention: &Node) -> Option<Node> {
        if self.scenario.is_some() && path.canonicalize().ok() == self.scenario {
            let what = "the scenario file cannot be a part of itself";
            let problem = Problem::error(what, &mention.place);
            self.problems.push(problem.with_help("this names a file of TaskRouter's JSON"));
            return None;
        }
        let id = match self.texts.add_file(path) {
            Ok(id) => id,
            Err(problem) => {
                self.problems.push(Problem { place: Some(mention.place.clone()), ..problem });
                return None;
            }
        };
        match parse_json(&self.texts, id, &mut self.problems) {
            Ok(node) => Some(node),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }
}

/// The files that a path with `*`, `?` and `[…]` stands for, `2` before `10`; a plain path stands
/// for itself, whether it is there or not.
///
/// # Errors
///
/// Why it is no pattern.
pub fn matching(pattern: &Path) -> Result<Vec<PathBuf>, String> {
    if !is_pattern(&pattern.to_string_lossy()) || pattern.exists() {
        return Ok(vec![pattern.to_owned()]);
    }
    found(pattern)
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

fn found(pattern: &Path) -> Result<Vec<PathBuf>, String> {
    let found = glob::glob(&pattern.to_string_lossy()).map_err(|error| error.msg.to_owned())?;
    let mut paths: Vec<PathBuf> =
        found.filter_map(Result::ok).filter(|path| !path.is_dir()).collect();
    paths.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
    Ok(paths)
}

fn shown(folder: &Path) -> String {
    if folder == Path::new("") {
        "the working directory".into()
    } else {
        folder.display().to_string()
    }
}

/// A text cut into words and numbers, so that `page-2` sorts before `page-10`.
fn natural(text: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, digits) = rest.split_at(word);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        parts.push((text.to_owned(), digits[..end].parse().unwrap_or(u64::MAX)));
        rest = &digits[end..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_sort_by_their_numbers() {
        let mut names = ["w-10.json", "w-2.json", "a.json", "w-1.json"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["a.json", "w-1.json", "w-2.json", "w-10.json"]);
    }
}
