//! The router's own timers: reservation timeouts, times to live, target deadlines.
//!
//! Deadlines of one kind and one constant length fall due in the order in which they were set, so
//! they wait in a lane: a ring whose dead heads are dropped as they surface. Only target deadlines,
//! which count from the age of the task, need a heap. Nothing is ever canceled.

use std::cmp::Ordering;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) due: Time,
    number: u64,
    pub(crate) deadline: Deadline,
}

/// Deadlines of one kind and length, in the order in which they were set and fall due.
#[derive(Clone, Debug)]
struct Lane {
    kind: u8,
    length: Span,
    notices: VecDeque<Notice>,
}

/// All that will be due.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines {
    lanes: Vec<Lane>,
    heap: EventCalendar<Notice>,
    /// What is due first in the heap.
    top: Option<Notice>,
    /// Nothing is due earlier: asked several times for each one that passes.
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

impl Notice {
    const fn rank(&self) -> (Time, u8, u64, Deadline) {
        (self.due, self.deadline.kind(), self.number, self.deadline)
    }
}

impl Ord for Notice {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Notice {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Deadlines {
    /// Sets a deadline `span` from `now`; `number` orders those of one kind and instant. As each
    /// one comes, up to two that were outlived go, so that a lane is about as long as what is
    /// alive in it.
    #[inline]
    pub(crate) fn after(
        &mut self,
        (now, span): (Time, Span),
        number: u64,
        deadline: Deadline,
        is_alive: impl Fn(Deadline) -> bool,
    ) {
        let kind = deadline.kind();
        let notice = Notice { due: now + span, number, deadline };
        self.expect(notice.due);
        let lane = self.lanes.iter_mut().find(|lane| (lane.kind, lane.length) == (kind, span));
        if let Some(lane) = lane {
            for _ in 0..2 {
                if lane.notices.front().is_some_and(|notice| !is_alive(notice.deadline)) {
                    lane.notices.pop_front();
                }
            }
            // At the end, but for those of the same instant, which `number` orders.
            let before = lane.notices.iter().rposition(|before| *before < notice);
            lane.notices.insert(before.map_or(0, |place| place + 1), notice);
        } else if self.lanes.len() < LANES_MAX {
            self.lanes.push(Lane { kind, length: span, notices: VecDeque::from([notice]) });
        } else {
            self.schedule(notice);
        }
    }

    /// Sets a deadline at `due`; `number` orders those of one kind and instant.
    pub(crate) fn at(&mut self, due: Time, number: u64, deadline: Deadline) {
        self.expect(due);
        self.schedule(Notice { due, number, deadline });
    }

    fn schedule(&mut self, notice: Notice) {
        self.heap.schedule(notice.due, notice);
        self.top = Some(self.top.map_or(notice, |top| top.min(notice)));
    }

    fn expect(&mut self, due: Time) {
        self.next_due = Some(self.next_due.map_or(due, |next| next.min(due)));
    }

    /// Drops what has been outlived from the front, so that `next_due` tells of something alive.
    pub(crate) fn prune(&mut self, is_alive: impl Fn(Deadline) -> bool) {
        for lane in &mut self.lanes {
            while lane.notices.front().is_some_and(|notice| !is_alive(notice.deadline)) {
                lane.notices.pop_front();
            }
        }
        while self.top.is_some_and(|notice| !is_alive(notice.deadline)) {
            self.pop_heap();
        }
        self.next_due = self.first().map(|notice| notice.due);
    }

    /// When the first of all is due, or one that was outlived.
    pub(crate) const fn next_due(&self) -> Option<Time> {
        self.next_due
    }

    /// What is due first.
    fn first(&self) -> Option<Notice> {
        let heads = self.lanes.iter().filter_map(|lane| lane.notices.front());
        heads.chain(&self.top).min().copied()
    }

    fn pop_heap(&mut self) {
        self.heap.pop();
        self.top = self.heap.peek().map(|(_, notice)| notice);
    }

    /// Takes what is due first, if that is at `now` or before.
    pub(crate) fn pop_due(&mut self, now: Time) -> Option<Notice> {
        self.next_due.filter(|due| *due <= now)?;
        // What was to be due first may have been outlived and dropped.
        let first = self.first();
        self.next_due = first.map(|notice| notice.due);
        let first = first.filter(|notice| notice.due <= now)?;
        let lane = self.lanes.iter_mut().find(|lane| lane.notices.front() == Some(&first));
        match lane {
            Some(lane) => drop(lane.notices.pop_front()),
            None => self.pop_heap(),
        }
        self.next_due = self.first().map(|notice| notice.due);
        Some(first)
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
        let mut after = |now, secs, number, deadline| {
            let length = (Time::from_secs(now), Span::from_secs(secs));
            deadlines.after(length, number, deadline, |_| true);
        };
        after(0, 20, 0, Deadline::TimeToLive(task));
        after(10, 10, 5, Deadline::Reservation(reservation));
        after(15, 5, 4, Deadline::Reservation(reservation));
        let order: Vec<_> = std::iter::from_fn(|| deadlines.pop_due(at))
            .map(|n| (n.deadline.kind(), n.number))
            .collect();
        assert_eq!(order, [(0, 4), (0, 5), (1, 0), (2, 0)]);
    }

    #[test]
    fn one_instant_goes_by_number_in_a_lane_as_in_the_heap() {
        let mut deadlines = Deadlines::default();
        let day = Span::from_secs(86_400);
        for number in [2, 0, 1] {
            let task = TaskId::new(0, 0);
            deadlines.after((Time::ZERO, day), number, Deadline::Assigned(task), |_| true);
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
        let span = Span::from_secs(20);
        let is_alive = |deadline| deadline != Deadline::TimeToLive(old);
        deadlines.after((Time::ZERO, span), 0, Deadline::TimeToLive(old), is_alive);
        let mut other = deadlines.clone();
        other.after((Time::from_secs(1), span), 1, Deadline::TimeToLive(new), |_| true);
        other.prune(is_alive);
        assert_eq!(other.next_due(), Some(Time::from_secs(21)));
        deadlines.after((Time::from_secs(1), span), 1, Deadline::TimeToLive(new), is_alive);
        assert_eq!(deadlines.lanes[0].notices.len(), 1);
        // It still tells of the one that was dropped; but that is not what is due then.
        assert_eq!(deadlines.pop_due(Time::from_secs(20)), None);
        assert_eq!(deadlines.next_due(), Some(Time::from_secs(21)));
    }
}
