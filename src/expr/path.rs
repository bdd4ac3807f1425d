//! Where an attribute lies, and ids for these places, so that evaluation compares no keys.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::value::{NULL, Value};
use crate::define_id;
use crate::id::{Id, IdVec};

/// The way to an attribute, without `task.` or `worker.`: `routing.levels.en`, `tags[0]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    segments: Vec<Segment>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Into an object.
    Key(Arc<str>),
    /// Into an array, counted from 0.
    Index(usize),
}

impl Path {
    /// The path of these steps.
    #[must_use]
    pub const fn new(segments: Vec<Segment>) -> Self {
        Self { segments }
    }

    /// Its steps, outermost first.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The first key.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        self.segments.first()?.key()
    }

    /// What follows the first step, if anything does.
    #[must_use]
    pub fn tail(&self) -> Option<Self> {
        match self.segments.split_first() {
            Some((_, rest)) if !rest.is_empty() => Some(Self::new(rest.to_vec())),
            _ => None,
        }
    }

    /// All steps as keys, if none is an index.
    pub(super) fn keys(&self) -> Option<Vec<&str>> {
        self.segments.iter().map(Segment::key).collect()
    }
}

impl Segment {
    fn key(&self) -> Option<&str> {
        if let Self::Key(key) = self { Some(key) } else { None }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Key(key) if n == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

define_id! {
    /// A [`Path`] that some expression reads.
    PathId
}

/// All paths that expressions read, each under one id.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    paths: IdVec<PathId, Path>,
    ids: BTreeMap<Path, PathId>,
}

impl Paths {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of `path`, a new one if it was not known.
    pub fn intern(&mut self, path: &Path) -> PathId {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let id = self.paths.push(path.clone());
        self.ids.insert(path.clone(), id);
        id
    }

    /// What `attributes` hold at each of the paths known by now.
    ///
    /// - Cost: O(paths), one look-up for each step.
    #[must_use]
    pub fn resolve(&self, attributes: &Value) -> Resolved {
        Resolved(self.paths.iter().map(|path| attributes.get(path).clone()).collect())
    }
}

/// The values of one document of attributes at the paths that expressions read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved(Box<[Value]>);

impl Resolved {
    /// The value at `path`; null if there was none, or if the path was interned later.
    #[must_use]
    pub fn get(&self, path: PathId) -> &Value {
        self.0.get(path.index()).unwrap_or(&NULL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_interned_once_and_a_later_one_is_null() {
        let mut paths = Paths::new();
        let a: Path = "a.b[0]".parse().expect("a path");
        let id = paths.intern(&a);
        assert_eq!(paths.intern(&a), id);
        let resolved =
            paths.resolve(&Value::object([("a", Value::object([("b", Value::array([1]))]))]));
        let later = paths.intern(&"c".parse().expect("a path"));
        assert_eq!((resolved.get(id), resolved.get(later)), (&Value::from(1), &Value::Null));
    }
}
