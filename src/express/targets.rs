//! From one target to the next.

use crate::express::arrivals::rank;
use crate::express::call::{Rest, Stage, Stay};
use crate::express::run::Run;
use crate::time::Time;

impl Run<'_, '_> {
    /// Tasks that have had their time in their targets, in the order of their creation.
    pub(super) fn leave_targets(&mut self) {
        let mut leaving = std::mem::take(&mut self.leaving);
        leaving.sort_unstable();
        for (number, slot) in leaving.drain(..) {
            let call = &self.calls[slot as usize];
            let is_due = call.stage == Stage::Waits && call.leaves <= self.now;
            if is_due && call.number == number {
                self.unplace(slot);
                self.leave_target(slot);
            }
        }
        self.leaving = leaving;
    }

    /// Tasks that came into a target whose time is over had one attempt there, and go on.
    pub(super) fn leave_at_once(&mut self) {
        let mut overdue = std::mem::take(&mut self.overdue);
        overdue.sort_unstable();
        overdue.dedup();
        for (rank, slot) in overdue.drain(..) {
            let call = &self.calls[slot as usize];
            let is_due = call.stage == Stage::Waits && call.leaves <= self.now;
            if is_due && call.rank == rank {
                self.unplace(slot);
                self.leave_target(slot);
            }
        }
        // What has come into such a target meanwhile.
        overdue.append(&mut self.overdue);
        self.overdue = overdue;
    }

    /// A task that waits nowhere goes on to the next target; if there is none, it is canceled.
    pub(super) fn leave_target(&mut self, slot: u32) {
        let now = self.now;
        let call = &self.calls[slot as usize];
        let here = &self.plan.routes[call.route];
        let (queue, timeout, next) = (here.queue, here.timeout, here.next);
        // The queue timed out.
        self.books.n_events += 1;
        let Some(next) = next else {
            return self.cancel(slot);
        };
        let route = &self.plan.routes[next];
        if route.queue != queue {
            // Moved out of one queue, entered another one.
            self.books.n_events += 2;
            self.books.leave_queue(now, (call, Rest::of(&self.rests, slot)), route.queue);
        }
        // A target was matched.
        self.books.n_events += 1;
        let call = &mut self.calls[slot as usize];
        let rest = &mut self.rests[slot as usize];
        if route.queue != queue {
            let n_offers_before = call.n_offers;
            call.has_moved = true;
            rest.stay = Stay { since: now, n_offers_before, first_offered: Time::NEVER };
        }
        call.route = next;
        rest.passed += timeout.unwrap_or_default();
        rest.priority = route.priority.unwrap_or(rest.priority);
        call.rank = rank(route, rest.priority, call.number);
        let leaves = |timeout| call.created + rest.passed + timeout;
        call.leaves = route.timeout.map_or(Time::NEVER, leaves);
        self.place(slot);
    }

    /// No target is left.
    fn cancel(&mut self, slot: u32) {
        let now = self.now;
        let call = &self.calls[slot as usize];
        self.gives_up |= self.plan.routes[call.route].expires(call.created) <= now;
        // Of the workflow and of the task.
        self.books.n_events += 2;
        let queue = self.plan.routes[call.route].queue;
        self.books.change_length(self.now, (call.source, queue), -1);
        self.books.cancel((call, Rest::of(&self.rests, slot)), self.now);
        self.vacate(slot);
    }
}
