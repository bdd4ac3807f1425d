//! The event calendar: what is due, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Time;

/// How many bits of a key say where the event is: 67 million notices.
const PLACE_BITS: u32 = 26;
/// From here on, after 8.7 years, notices go to a heap of their own.
const FAR: Time = Time::from_millis(1 << (u64::BITS - PLACE_BITS));

/// What is due, and when.
///
/// Notices for one instant come out in the order of the events themselves (kind, then the
/// entity's key), never in the order they went in. There is no cancel: a notice names the thing it
/// is for, and whoever receives it ignores it once that thing is gone.
///
/// Instant and place share a word, so that the heap moves and compares words; events stay where
/// they are, and are compared only when several are due at once. Nothing is allocated once it has
/// been as full as it gets.
#[derive(Clone, Debug)]
pub struct EventCalendar<E> {
    heap: BinaryHeap<Reverse<u64>>,
    events: Vec<E>,
    free: Vec<u32>,
    /// What else is due at the instant that was taken last, the last one first.
    ties: Vec<(Time, E)>,
    /// What is due after everything in the heap.
    far: BinaryHeap<Reverse<(Time, E)>>,
}

impl<E: Ord + Copy> EventCalendar<E> {
    /// An empty calendar.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            events: Vec::new(),
            free: Vec::new(),
            ties: Vec::new(),
            far: BinaryHeap::new(),
        }
    }

    /// Enters `event` at `due`. O(log n).
    ///
    /// # Panics
    /// When there are 67 million notices.
    pub fn schedule(&mut self, due: Time, event: E) {
        if FAR <= due {
            self.far.push(Reverse((due, event)));
            return;
        }
        let place = if let Some(place) = self.free.pop() {
            self.events[place as usize] = event;
            place
        } else {
            self.grow(event)
        };
        self.heap.push(Reverse(due.as_millis() << PLACE_BITS | u64::from(place)));
    }

    #[cold]
    fn grow(&mut self, event: E) -> u32 {
        self.events.push(event);
        let place = u32::try_from(self.events.len() - 1).ok();
        place.filter(|place| *place < 1 << PLACE_BITS).expect("fewer than 67 million notices")
    }

    /// When the first notice of the heap is due.
    #[inline]
    fn first(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(key)| Time::from_millis(key >> PLACE_BITS))
    }

    /// When the next event is due.
    #[inline]
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        let first = self.first();
        if self.ties.is_empty() && (first.is_some() || self.far.is_empty()) {
            return first;
        }
        let rest = self.ties.last().or_else(|| self.far.peek().map(|Reverse(notice)| notice));
        first.into_iter().chain(rest.map(|(due, _)| *due)).min()
    }

    /// Takes the next event. O(log n).
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_due(Time::NEVER)
    }

    /// Takes the next event if it is due at `now` or before. O(log n).
    #[inline]
    pub fn pop_due(&mut self, now: Time) -> Option<(Time, E)> {
        if !self.ties.is_empty() || !self.far.is_empty() {
            return if self.next_due()? <= now { self.pop_tied() } else { None };
        }
        let due = self.first().filter(|due| *due <= now)?;
        let event = self.take_first()?;
        if self.first() == Some(due) {
            self.ties.push((due, event));
            return self.pop_tied();
        }
        Some((due, event))
    }

    /// Takes the next event where several are due at once, or some have been put aside.
    #[cold]
    fn pop_tied(&mut self) -> Option<(Time, E)> {
        let Some(due) = self.next_due().filter(|due| *due < FAR) else {
            return self.far.pop().map(|Reverse(notice)| notice);
        };
        if self.first() == Some(due) {
            while self.first() == Some(due) {
                let event = self.take_first()?;
                self.ties.push((due, event));
            }
            // Of those that were there before, some may be due later.
            self.ties.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.ties.pop()
    }

    /// The next event without taking it. O(log n).
    #[must_use]
    pub fn peek(&mut self) -> Option<(Time, E)> {
        let next = self.pop()?;
        if next.0 < FAR {
            self.ties.push(next);
        } else {
            self.far.push(Reverse(next));
        }
        Some(next)
    }

    /// Takes the event on top of the heap.
    #[inline]
    fn take_first(&mut self) -> Option<E> {
        let Reverse(key) = self.heap.pop()?;
        let place = (key & ((1 << PLACE_BITS) - 1)) as u32;
        self.free.push(place);
        self.events.get(place as usize).copied()
    }
}

impl<E: Ord + Copy> Default for EventCalendar<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_instant_come_by_their_own_order_not_by_entry() {
        let mut calendar = EventCalendar::new();
        let at = Time::from_secs;
        for (due, event) in [(at(2), 'b'), (at(1), 'z'), (at(2), 'a'), (at(1), 'y')] {
            calendar.schedule(due, event);
        }
        let order: String = std::iter::from_fn(|| calendar.pop()).map(|(_, event)| event).collect();
        assert_eq!(order, "yzab");
    }

    #[test]
    fn whatever_is_entered_when_comes_out_in_order() {
        // Against the plain one: a sorted list. Few instants, so many ties; some are entered for
        // the instant that is being taken, some for an earlier one.
        let mut state = 88_172_645_463_325_252_u64;
        let mut number = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) % below
        };
        let (mut calendar, mut plain) = (EventCalendar::new(), Vec::new());
        for _ in 0..20_000 {
            if number(100) < 52 {
                let far = if number(10) == 0 { FAR.as_millis() - 20 } else { 0 };
                let (due, event) = (Time::from_millis(far + number(40)), number(30));
                calendar.schedule(due, event);
                plain.push((due, event));
                plain.sort_unstable_by(|a, b| b.cmp(a));
            } else {
                assert_eq!(calendar.peek(), plain.last().copied());
                assert_eq!(calendar.pop(), plain.pop());
            }
            assert_eq!(calendar.next_due(), plain.last().map(|(due, _)| *due));
        }
        assert!(100 < plain.len());
    }

    #[test]
    fn pop_due_leaves_what_lies_ahead() {
        let mut calendar = EventCalendar::new();
        calendar.schedule(Time::from_secs(5), ());
        assert_eq!(calendar.pop_due(Time::from_secs(4)), None);
        assert_eq!(calendar.pop_due(Time::from_secs(5)), Some((Time::from_secs(5), ())));
    }
}
