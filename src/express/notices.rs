//! What is due, and when: words in a heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::id::Id;
use crate::routing::WorkerId;
use crate::time::Time;

/// Whom a notice is for. It says nothing of what is to be done: the one it is for knows whether
/// anything is due now, so that notices are outlived and never taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The stage of a task ends.
    Stage(u32),
    /// A customer's patience ends.
    Customer(u32),
    /// A worker comes back.
    Worker(WorkerId),
}

/// What is due, in no order among what is due at once.
#[derive(Debug, Default)]
pub(super) struct Notices {
    heap: BinaryHeap<Reverse<u64>>,
}

/// How many bits of a notice say for whom it is.
const WHO_BITS: u32 = 26;
/// How many of those say which one of its kind.
const WHICH_BITS: u32 = 24;
/// As many tasks at once, and as many workers, can be told apart.
pub(super) const WHICH_MAX: usize = 1 << WHICH_BITS;
/// From here on, after 8.7 years, nothing can be entered.
const FAR: u64 = 1 << (u64::BITS - WHO_BITS);

impl Who {
    #[inline]
    fn pack(self) -> u64 {
        let (kind, which) = match self {
            Self::Stage(slot) => (0, u64::from(slot)),
            Self::Customer(slot) => (1, u64::from(slot)),
            Self::Worker(worker) => (2, worker.index() as u64),
        };
        kind << WHICH_BITS | which
    }

    #[inline]
    fn unpack(word: u64) -> Self {
        let which = (word & ((1 << WHICH_BITS) - 1)) as u32;
        match word >> WHICH_BITS & 0b11 {
            0 => Self::Stage(which),
            1 => Self::Customer(which),
            _ => Self::Worker(WorkerId::new(which as usize)),
        }
    }
}

impl Notices {
    /// Enters a notice for `due`; whether that was possible.
    #[inline]
    pub(super) fn enter(&mut self, due: Time, who: Who) -> bool {
        let is_near = due.as_millis() < FAR;
        if is_near {
            self.heap.push(Reverse(due.as_millis() << WHO_BITS | who.pack()));
        }
        is_near
    }

    /// When the first one is due.
    #[inline]
    pub(super) fn next_due(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |Reverse(word)| Time::from_millis(word >> WHO_BITS))
    }

    /// Takes one that is due at `now`.
    #[inline]
    pub(super) fn pop_due(&mut self, now: Time) -> Option<Who> {
        if now < self.next_due() {
            return None;
        }
        self.heap.pop().map(|Reverse(word)| Who::unpack(word))
    }
}
