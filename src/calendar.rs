//! The event calendar: what is due, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Time;

/// What is due, and when.
///
/// Notices for one instant come out in the order of the events themselves (kind, then the
/// entity's key), never in the order they went in. There is no cancel: a notice names the thing it
/// is for, and whoever receives it ignores it once that thing is gone.
#[derive(Clone, Debug)]
pub struct EventCalendar<E> {
    heap: BinaryHeap<Reverse<(Time, E)>>,
}

impl<E: Ord> EventCalendar<E> {
    /// An empty calendar.
    #[must_use]
    pub const fn new() -> Self {
        Self { heap: BinaryHeap::new() }
    }

    /// Enters `event` at `due`. O(log n).
    pub fn schedule(&mut self, due: Time, event: E) {
        self.heap.push(Reverse((due, event)));
    }

    /// When the next event is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((due, _))| *due)
    }

    /// The next event without taking it.
    #[must_use]
    pub fn peek(&self) -> Option<(Time, &E)> {
        self.heap.peek().map(|Reverse((due, event))| (*due, event))
    }

    /// Takes the next event. O(log n).
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.heap.pop().map(|Reverse(notice)| notice)
    }

    /// Takes the next event if it is due at `now` or before. O(log n).
    pub fn pop_due(&mut self, now: Time) -> Option<(Time, E)> {
        if self.next_due()? <= now { self.pop() } else { None }
    }
}

impl<E: Ord> Default for EventCalendar<E> {
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
    fn pop_due_leaves_what_lies_ahead() {
        let mut calendar = EventCalendar::new();
        calendar.schedule(Time::from_secs(5), ());
        assert_eq!(calendar.pop_due(Time::from_secs(4)), None);
        assert_eq!(calendar.pop_due(Time::from_secs(5)), Some((Time::from_secs(5), ())));
    }
}
