//! What the known documents hold: kinds counted at one path, and the attribute most like another.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::compare::numeric;
use super::super::path::{Path, Segment};
use super::super::value::Value;

/// Documents that are known, and what was found out about them.
///
/// - Cost: what is asked about a path is counted once, in O(documents).
#[derive(Clone, Debug, Default)]
pub struct Sample<'a> {
    documents: &'a [Value],
    surveys: RefCell<BTreeMap<Path, Survey>>,
    /// The paths of so many steps that lead to something.
    paths: RefCell<BTreeMap<usize, BTreeSet<Path>>>,
}

impl<'a> Sample<'a> {
    /// Nothing is found out yet about `documents`.
    #[must_use]
    pub fn new(documents: &'a [Value]) -> Self {
        Self { documents, ..Self::default() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    pub(super) fn survey(&self, path: &Path) -> Survey {
        let mut surveys = self.surveys.borrow_mut();
        if let Some(known) = surveys.get(path) {
            return *known;
        }
        *surveys.entry(path.clone()).or_insert_with(|| Survey::of(path, self.documents))
    }

    /// The path in the documents that is written most like `path`, with at most two letters
    /// different.
    pub(super) fn nearest(&self, path: &Path) -> Option<Path> {
        let depth = path.segments().len();
        let mut paths = self.paths.borrow_mut();
        let found = paths.entry(depth).or_insert_with(|| paths_of(self.documents, depth));
        let wanted = path.to_string();
        let distances = found.iter().map(|path| (distance(&wanted, &path.to_string()), path));
        let near = distances.filter(|(distance, _)| *distance <= 2 && *distance * 2 < wanted.len());
        near.min().map(|(_, path)| path.clone())
    }
}

/// How many documents hold what at a path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Survey {
    pub(super) documents: usize,
    pub(super) set: usize,
    pub(super) arrays: usize,
    pub(super) objects: usize,
    pub(super) booleans: usize,
    pub(super) numbers: usize,
    /// Of the numbers, those that an order of workers goes by.
    pub(super) whole: usize,
    pub(super) texts: usize,
    /// Of the texts, those that look like a number.
    pub(super) numeric_texts: usize,
}

impl Survey {
    pub(super) fn of(path: &Path, documents: &[Value]) -> Self {
        let mut survey = Self::default();
        documents.iter().for_each(|document| survey.count(document.get(path)));
        survey
    }

    fn count(&mut self, value: &Value) {
        self.documents += 1;
        self.set += usize::from(!value.is_null());
        match value {
            Value::Null => {}
            Value::Bool(_) => self.booleans += 1,
            Value::Number(_) => {
                self.numbers += 1;
                self.whole += usize::from(value.as_integer().is_some());
            }
            Value::Array(_) => self.arrays += 1,
            Value::Object(_) => self.objects += 1,
            Value::String(text) => {
                self.texts += 1;
                self.numeric_texts += usize::from(numeric(text).is_some());
            }
        }
    }

    /// The kind of all values that are set, if it is one, with its article.
    pub(super) fn kind(&self) -> Option<&'static str> {
        let kinds = [
            (self.arrays, "an array"),
            (self.objects, "an object"),
            (self.booleans, "a boolean"),
            (self.numbers, "a number"),
            (self.texts, "a string"),
        ];
        let only = kinds.into_iter().find(|(count, _)| *count > 0 && *count == self.set);
        only.map(|(_, kind)| kind)
    }
}

/// All paths of `depth` steps in `documents`.
fn paths_of(documents: &[Value], depth: usize) -> BTreeSet<Path> {
    let mut found = BTreeSet::new();
    documents.iter().for_each(|document| collect(document, &mut Vec::new(), depth, &mut found));
    found
}

fn collect(value: &Value, at: &mut Vec<Segment>, depth: usize, found: &mut BTreeSet<Path>) {
    let Value::Object(fields) = value else { return };
    for (key, value) in fields.iter() {
        at.push(Segment::Key(key.clone()));
        if at.len() == depth {
            found.insert(Path::new(at.clone()));
        } else {
            collect(value, at, depth, found);
        }
        at.pop();
    }
}

/// How many letters must be put in, taken out or replaced; the case of a letter does not count.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (n, left) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[m + 1];
            row[m + 1] = replaced.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters_put_in_taken_out_or_replaced() {
        assert_eq!(distance("wworker", "worker"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("Worker", "worker"), 0);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abcd", "bcde"), 2);
    }

    #[test]
    fn the_nearest_path_is_short_of_half_of_another_word() {
        let near = |wanted: &str, keys: [&str; 2]| {
            let document = Value::object(keys.map(|key| (key, 1)));
            let documents = [document];
            let near = Sample::new(&documents).nearest(&wanted.parse().expect("a path"));
            near.map(|path| path.to_string())
        };
        assert_eq!(near("ab", ["ac", "zz"]), None);
        assert_eq!(near("abc", ["abd", "zz"]).as_deref(), Some("abd"));
        assert_eq!(near("abcd", ["abxy", "zz"]), None);
        assert_eq!(near("abcde", ["abcxy", "zz"]).as_deref(), Some("abcxy"));
        assert_eq!(near("abcdefgh", ["abcdexyz", "zz"]), None);
        assert_eq!(near("abcde", ["abcxy", "abcdx"]).as_deref(), Some("abcdx"));
    }
}
