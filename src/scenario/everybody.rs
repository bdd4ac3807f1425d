//! The workers of a workspace, as far as expressions see what they keep.

use std::collections::BTreeMap;

use crate::expr::{Crowd, PathId, Paths, Resolved, Value};
use crate::id::{Id, IdVec};
use crate::routing::{AttributesId, Worker, WorkerId};

/// All workers; those with the same attributes share what is known of them.
#[derive(Debug)]
pub(super) struct Everybody<'a> {
    workers: &'a IdVec<WorkerId, Worker>,
    documents: Vec<Resolved>,
    /// The place of each worker's document.
    of: Vec<usize>,
}

impl<'a> Everybody<'a> {
    /// `document` is what a worker's attributes are; the same for the same id.
    pub(super) fn new<'d>(
        paths: &Paths,
        workers: &'a IdVec<WorkerId, Worker>,
        document: impl Fn(WorkerId) -> &'d Value,
    ) -> Self {
        let mut known: BTreeMap<AttributesId, usize> = BTreeMap::new();
        let mut documents = Vec::new();
        let mut of = Vec::with_capacity(workers.len());
        for (id, worker) in workers.iter_with_id() {
            let place = *known.entry(worker.attributes).or_insert(documents.len());
            if place == documents.len() {
                documents.push(paths.resolve(document(id)));
            }
            of.push(place);
        }
        Self { workers, documents, of }
    }
}

impl Crowd for Everybody<'_> {
    fn size(&self) -> usize {
        self.of.len()
    }

    fn attribute(&self, row: usize, path: PathId) -> &Value {
        self.documents[self.of[row]].get(path)
    }

    fn sid(&self, row: usize) -> &str {
        &self.workers[WorkerId::new(row)].sid
    }

    fn friendly_name(&self, row: usize) -> &str {
        &self.workers[WorkerId::new(row)].friendly_name
    }
}
