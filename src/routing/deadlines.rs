//! The router's own timers: reservation timeouts, times to live, target deadlines.
//!
//! Deadlines of one kind and one constant length fall due in the order in which they were set, so
//! they wait in a lane: a ring whose dead heads are dropped as they surface. Only target deadlines,
//! which count from the age of the task, need a heap. Nothing is ever canceled.

use std::collections::VecDeque;

use crate::calendar::EventCalendar;
use crate::routing::reservation::ReservationId;
use crate::routing::task::TaskId;
use crate::time::{Span, Time};

/// What is due. The order of variants is the order within one instant (semantics 17.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// A reservation was not answered.
    Reservation(ReservationId),
    /// A task was not assigned within its time to live.
    TimeToLive(TaskId),
    /// A task's target has had its time; the number says at which visit.
    Target(TaskId, u32),
    /// A task was not completed within 24 hours of its acceptance.
    Assigned(TaskId),
    /// A worker may be offered a task again.
    Reoffer(TaskId),
}

/// A deadline and its place in the order: when, what kind, which one of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Notice {
    pub(crate) due: Time,
    kind: u8,
    number: u64,
    pub(crate) deadline: Deadline,
}

/// All that will be due.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines {
    lanes: Vec<(u8, Span, VecDeque<Notice>)>,
    heap: EventCalendar<Notice>,
    /// When the first of all is due: asked several times for each one that passes.
    next_due: Option<Time>,
}

/// Beyond this many different lengths, deadlines go to the heap.
const LANES_MAX: usize = 32;

impl Deadline {
    const fn kind(self) -> u8 {
        match self {
            Self::Reservation(_) => 0,
            Self::TimeToLive(_) => 1,
            Self::Target(..) => 2,
            Self::Assigned(_) => 3,
            Self::Reoffer(_) => 4,
        }
    }
}

impl Deadlines {
    /// Sets a deadline `span` from `now`; `number` orders those of one kind and instant.
    pub(crate) fn after(&mut self, now: Time, span: Span, number: u64, deadline: Deadline) {
        let kind = deadline.kind();
        let notice = Notice { due: now + span, kind, number, deadline };
        self.expect(notice.due);
        let lane = self.lanes.iter_mut().find(|(of, length, _)| (*of, *length) == (kind, span));
        if let Some((_, _, lane)) = lane {
            // At the end, but for those of the same instant, which `number` orders.
            let before = lane.iter().rposition(|before| *before < notice);
            lane.insert(before.map_or(0, |place| place + 1), notice);
        } else if self.lanes.len() < LANES_MAX {
            self.lanes.push((kind, span, VecDeque::from([notice])));
        } else {
            self.heap.schedule(notice.due, notice);
        }
    }

    /// Sets a deadline at `due`; `number` orders those of one kind and instant.
    pub(crate) fn at(&mut self, due: Time, number: u64, deadline: Deadline) {
        let notice = Notice { due, kind: deadline.kind(), number, deadline };
        self.expect(due);
        self.heap.schedule(due, notice);
    }

    fn expect(&mut self, due: Time) {
        self.next_due = Some(self.next_due.map_or(due, |next| next.min(due)));
    }

    /// Drops what has been outlived from the front, so that `next_due` tells of something alive.
    pub(crate) fn prune(&mut self, is_alive: impl Fn(Deadline) -> bool) {
        for (_, _, lane) in &mut self.lanes {
            while lane.front().is_some_and(|notice| !is_alive(notice.deadline)) {
                lane.pop_front();
            }
        }
        while self.heap.peek().is_some_and(|(_, notice)| !is_alive(notice.deadline)) {
            self.heap.pop();
        }
        self.next_due = self.first().map(|notice| notice.due);
    }

    /// When the first of all is due.
    pub(crate) const fn next_due(&self) -> Option<Time> {
        self.next_due
    }

    /// What is due first.
    fn first(&self) -> Option<Notice> {
        let heads = self.lanes.iter().filter_map(|(_, _, lane)| lane.front().copied());
        heads.chain(self.heap.peek().map(|(_, notice)| *notice)).min()
    }

    /// Takes what is due first, if that is at `now` or before.
    pub(crate) fn pop_due(&mut self, now: Time) -> Option<Notice> {
        self.next_due.filter(|due| *due <= now)?;
        let first = self.first()?;
        let lane = self.lanes.iter_mut().find(|(_, _, lane)| lane.front() == Some(&first));
        let popped = match lane {
            Some((_, _, lane)) => lane.pop_front(),
            None => self.heap.pop().map(|(_, notice)| notice),
        };
        self.next_due = self.first().map(|notice| notice.due);
        popped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Key;

    #[test]
    fn one_instant_runs_reservations_then_times_to_live_then_targets() {
        let mut deadlines = Deadlines::default();
        let (task, reservation) = (TaskId::new(0, 0), ReservationId::new(0, 0));
        let at = Time::from_secs(20);
        deadlines.at(at, 0, Deadline::Target(task, 1));
        deadlines.after(Time::ZERO, Span::from_secs(20), 0, Deadline::TimeToLive(task));
        deadlines.after(
            Time::from_secs(10),
            Span::from_secs(10),
            5,
            Deadline::Reservation(reservation),
        );
        deadlines.after(
            Time::from_secs(15),
            Span::from_secs(5),
            4,
            Deadline::Reservation(reservation),
        );
        let order: Vec<_> =
            std::iter::from_fn(|| deadlines.pop_due(at)).map(|n| (n.kind, n.number)).collect();
        assert_eq!(order, [(0, 4), (0, 5), (1, 0), (2, 0)]);
    }

    #[test]
    fn one_instant_goes_by_number_in_a_lane_as_in_the_heap() {
        let mut deadlines = Deadlines::default();
        let day = Span::from_secs(86_400);
        for number in [2, 0, 1] {
            let task = TaskId::new(0, 0);
            deadlines.after(Time::ZERO, day, number, Deadline::Assigned(task));
        }
        let order: Vec<_> = std::iter::from_fn(|| deadlines.pop_due(Time::ZERO + day))
            .map(|notice| notice.number)
            .collect();
        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn what_was_outlived_is_never_next() {
        let mut deadlines = Deadlines::default();
        let (old, new) = (TaskId::new(0, 0), TaskId::new(0, 1));
        deadlines.after(Time::ZERO, Span::from_secs(20), 0, Deadline::TimeToLive(old));
        deadlines.after(Time::from_secs(1), Span::from_secs(20), 1, Deadline::TimeToLive(new));
        deadlines.prune(|deadline| deadline != Deadline::TimeToLive(old));
        assert_eq!(deadlines.next_due(), Some(Time::from_secs(21)));
    }
}
