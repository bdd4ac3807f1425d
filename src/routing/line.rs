//! Things in order, of which mostly the first is wanted.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Bound::{Excluded, Unbounded};

/// How many of the first are kept close together.
const NEAR_MAX: usize = 32;

/// Things in order: those that come first close together, the others in a tree.
///
/// What is entered goes mostly to the end, and what is taken comes mostly from the front; while
/// there are few, neither allocates. Everything is O(log n).
#[derive(Clone, Debug)]
pub(crate) struct Line<T> {
    near: VecDeque<T>,
    /// All of them behind all of `near`; empty when `near` is.
    far: BTreeSet<T>,
}

impl<T: Ord + Copy> Line<T> {
    pub(crate) const fn new() -> Self {
        Self { near: VecDeque::new(), far: BTreeSet::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.near.is_empty()
    }

    /// Enters `item`, which must not be there yet.
    pub(crate) fn insert(&mut self, item: T) {
        let is_last = self.near.back().is_none_or(|last| *last < item);
        if is_last && self.far.is_empty() && self.near.len() < NEAR_MAX {
            self.near.push_back(item);
        } else if is_last {
            self.far.insert(item);
        } else {
            let place = self.near.partition_point(|other| *other < item);
            self.near.insert(place, item);
            if NEAR_MAX < self.near.len() {
                self.far.extend(self.near.pop_back());
            }
        }
    }

    /// Takes `item` out; whether it was there.
    pub(crate) fn remove(&mut self, item: T) -> bool {
        if self.near.front() == Some(&item) {
            self.near.pop_front();
        } else if self.near.back().is_some_and(|last| *last < item) {
            return self.far.remove(&item);
        } else {
            let Ok(place) = self.near.binary_search(&item) else { return false };
            self.near.remove(place);
        }
        while !self.far.is_empty() && self.near.len() < NEAR_MAX / 2 {
            let Some(next) = self.far.pop_first() else { break };
            self.near.push_back(next);
        }
        true
    }

    pub(crate) fn first(&self) -> Option<T> {
        self.near.front().copied()
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.near.iter().chain(&self.far).copied()
    }

    /// The first one behind `place`, whether that is still taken or not.
    pub(crate) fn after(&self, place: T) -> Option<T> {
        if self.near.is_empty() {
            return None;
        }
        let next = self.near.partition_point(|other| *other <= place);
        let in_far = || self.far.range((Excluded(place), Unbounded)).next();
        self.near.get(next).or_else(in_far).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_does_what_a_tree_does() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut number = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) % below
        };
        let (mut line, mut tree) = (Line::new(), BTreeSet::new());
        let mut longest = 0;
        for step in 0..40_000 {
            let item = number(400);
            // It fills up to a few hundred, and empties again.
            let fills = step % 2_000 < 1_200;
            if number(10) < if fills { 6 } else { 3 } {
                if tree.insert(item) {
                    line.insert(item);
                }
            } else {
                let item = if number(2) == 0 { item } else { line.first().unwrap_or(item) };
                assert_eq!(line.remove(item), tree.remove(&item));
            }
            assert!(line.iter().eq(tree.iter().copied()));
            let behind = tree.range((Excluded(item), Unbounded)).next().copied();
            assert_eq!(line.after(item), behind);
            assert_eq!(line.is_empty(), tree.is_empty());
            longest = longest.max(tree.len());
        }
        assert!(2 * NEAR_MAX < longest, "{longest}");
    }
}
