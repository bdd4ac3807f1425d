//! Who has room for a task of one channel, the longest idle first.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;

use crate::express::plan::{ClassId, Lane};
use crate::id::{Id, IdVec};
use crate::routing::WorkerId;
use crate::time::Time;

/// How many bits of a key say who it is.
const WORKER_BITS: u32 = 24;

/// Since when a worker counts as idle, and who it is: the least goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdleKey(u64);

impl IdleKey {
    /// Of a worker who never did anything.
    pub(super) fn first(worker: WorkerId) -> Self {
        Self(worker.index() as u64)
    }

    /// Of a worker who counts as idle from `now` on.
    #[inline]
    pub(super) fn new(now: Time, worker: WorkerId) -> Self {
        Self((now.as_millis() + 1) << WORKER_BITS | worker.index() as u64)
    }

    #[inline]
    pub(super) fn worker(self) -> WorkerId {
        WorkerId::new((self.0 & ((1 << WORKER_BITS) - 1)) as usize)
    }
}

/// Behind everybody.
const NOBODY: IdleKey = IdleKey(u64::MAX);

/// Who has room for a task of one channel: by class, the longest idle first.
#[derive(Debug)]
pub(super) struct Free {
    lines: IdVec<ClassId, VecDeque<IdleKey>>,
    /// The first of each line; [`NOBODY`] for an empty one.
    heads: Vec<IdleKey>,
    /// Classes with somebody in them.
    open: FixedBitSet,
}

impl Free {
    pub(super) fn new(n_classes: usize) -> Self {
        Self {
            lines: IdVec::filled(VecDeque::new(), n_classes),
            heads: vec![NOBODY; n_classes],
            open: FixedBitSet::with_capacity(n_classes),
        }
    }

    pub(super) fn insert(&mut self, class: ClassId, key: IdleKey) {
        let line = &mut self.lines[class];
        if line.back().is_none_or(|last| *last < key) {
            line.push_back(key);
        } else {
            let place = line.partition_point(|other| *other < key);
            line.insert(place, key);
        }
        self.heads[class.index()] = line[0];
        self.open.insert(class.index());
    }

    /// Takes out one that is there.
    pub(super) fn remove(&mut self, class: ClassId, key: IdleKey) {
        let line = &mut self.lines[class];
        if line.front() == Some(&key) {
            line.pop_front();
        } else if let Ok(place) = line.binary_search(&key) {
            line.remove(place);
        }
        if let Some(first) = line.front() {
            self.heads[class.index()] = *first;
        } else {
            self.heads[class.index()] = NOBODY;
            self.open.set(class.index(), false);
        }
    }

    /// Whether anybody is free who may take tasks of `lane`.
    #[inline]
    pub(super) fn is_any(&self, lane: &Lane) -> bool {
        match lane.only {
            Some(class) => self.heads[class.index()] != NOBODY,
            None => lane.classes.meets(&self.open),
        }
    }

    /// The longest idle who may take tasks of `lane`.
    #[inline]
    pub(super) fn first(&self, lane: &Lane) -> Option<WorkerId> {
        let first = match lane.only {
            Some(class) => self.heads[class.index()],
            None => lane.classes.least(&self.open, &self.heads).unwrap_or(NOBODY),
        };
        (first != NOBODY).then(|| first.worker())
    }

    /// The longest idle who may take tasks of `lane` and of whom `may` holds.
    pub(super) fn first_who(
        &self,
        lane: &Lane,
        may: impl Fn(WorkerId) -> bool,
    ) -> Option<WorkerId> {
        let firsts = lane
            .classes
            .within(&self.open)
            .filter_map(|class| self.lines[class].iter().copied().find(|key| may(key.worker())));
        firsts.min().map(IdleKey::worker)
    }
}
