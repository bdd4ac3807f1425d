//! Paths of exported files: what patterns stand for, and how a scenario names them.

use std::path::{Component, Path, PathBuf};

use crate::scenario::load::{Failed, matching};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// The files that `patterns` stand for, each once, pages in order of their numbers.
///
/// # Errors
///
/// If a pattern is none, or stands for nothing: all such problems.
pub(super) fn expand(patterns: &[PathBuf]) -> Result<Vec<PathBuf>, Failed> {
    let (mut paths, mut problems): (Vec<PathBuf>, Vec<Problem>) = (Vec::new(), Vec::new());
    for pattern in patterns {
        match matching(pattern) {
            Ok(found) if found.is_empty() => {
                problems.push(Problem::nowhere(format!("no file matches {}", pattern.display())));
            }
            Ok(found) => found.into_iter().for_each(|path| {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }),
            Err(why) => {
                let what = format!("{} is not a pattern of paths: {why}", pattern.display());
                problems.push(Problem::nowhere(what));
            }
        }
    }
    if problems.is_empty() { Ok(paths) } else { Err(Failed { texts: Texts::new(), problems }) }
}

/// The value of a `file` key: a path, a pattern or a list of them, relative to `folder`.
pub(super) fn written(files: &[PathBuf], folder: &Path) -> String {
    let short: Vec<String> = match pattern(files) {
        Some(pattern) => vec![relative(&pattern, folder)],
        None => files.iter().map(|file| relative(file, folder)).collect(),
    };
    let quoted: Vec<String> = short.iter().map(|path| super::page::quoted(path)).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

/// `workers-*.json` where it stands for exactly these files.
fn pattern(files: &[PathBuf]) -> Option<PathBuf> {
    let [first, .., last] = files else { return None };
    let folder = first.parent()?;
    if files.iter().any(|file| file.parent() != Some(folder)) {
        return None;
    }
    let name = |file: &'_ Path| Some(file.file_name()?.to_str()?.to_owned());
    let (first, last) = (name(first)?, name(last)?);
    let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
    // A whole word in front, so that the pattern reads like a name.
    let word = first.get(..same)?.rfind(|letter: char| !letter.is_alphanumeric())? + 1;
    let ending = first.rfind('.').map_or("", |dot| &first[dot..]);
    let pattern = folder.join(format!("{}*{ending}", &first[..word]));
    let mut found = matching(&pattern).ok()?;
    let mut wanted = files.to_vec();
    found.sort();
    wanted.sort();
    (found == wanted).then_some(pattern)
}

/// A path as it is seen from `folder`, with `/` between its parts.
pub(super) fn relative(path: &Path, folder: &Path) -> String {
    let parts = |path: &Path| {
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let parts = full.components().filter(|part| *part != Component::CurDir);
        parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    if path.is_absolute() {
        return path.to_string_lossy().into_owned();
    }
    let here = if folder == Path::new("") { Path::new(".") } else { folder };
    let (path, folder) = (parts(path), parts(here));
    let same = path.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", folder.len() - same);
    up.chain(path[same..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn paths_are_seen_from_the_scenario() {
        let of = |path: &str, folder: &str| relative(Path::new(path), Path::new(folder));
        assert_eq!(of("export/a.json", ""), "export/a.json");
        assert_eq!(of("export/a.json", "export"), "a.json");
        assert_eq!(of("./export/a.json", "out/x"), "../../export/a.json");
        assert_eq!(of("/export/a.json", "out"), "/export/a.json");
    }

    #[test]
    fn pages_become_a_pattern_if_it_stands_for_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["workers-0.json", "workers-1.json", "queues.json"] {
            fs::write(path(name), "{}").unwrap();
        }
        let pages = [path("workers-0.json"), path("workers-1.json")];
        assert_eq!(pattern(&pages), Some(path("workers-*.json")));
        fs::write(path("workers-2.json"), "{}").unwrap();
        assert_eq!(pattern(&pages), None, "it would stand for a third one");
        assert_eq!(expand(&[path("workers-*.json"), path("workers-1.json")]).unwrap().len(), 3);
        assert!(expand(&[path("x-*.json")]).is_err());
    }
}
