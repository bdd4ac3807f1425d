//! The loop: instant by instant, in the order of the long way.

use crate::express::books::Books;
use crate::express::call::{Call, Stage};
use crate::express::notices::{Notices, WHICH_MAX, Who};
use crate::express::pairing::{Lanes, News};
use crate::express::plan::Plan;
use crate::express::staff::Staff;
use crate::express::streams::Streams;
use crate::id::Id;
use crate::observation::{Recorder, Window};
use crate::random::{Draws, Entity};
use crate::routing::{TaskOrder, WorkerId};
use crate::scenario::{Drain, Horizon, SourceId};
use crate::simulation::{Arrival, Cast, Customer, Request, is_open, patience_ends};
use crate::time::{Span, Time};

/// One replication in progress.
#[derive(Debug)]
pub(super) struct Run<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    pub(super) draws: Draws,
    pub(super) now: Time,
    pub(super) notices: Notices,
    pub(super) calls: Vec<Call>,
    /// Slots of calls that are gone.
    free_slots: Vec<u32>,
    pub(super) staff: Staff,
    pub(super) lanes: Lanes,
    pub(super) news: News,
    pub(super) books: Books<'p, 's>,
    /// What will be done at this instant, in the next round.
    pub(super) soon: Vec<Who>,
    /// Offers that time out at this instant, by number of reservation.
    pub(super) timing_out: Vec<(u32, u32)>,
    pub(super) n_reservations: u32,
    /// Whether something has happened that only the long way knows.
    pub(super) gives_up: bool,
    streams: Streams,
    horizon: Time,
    /// When the run is over at the latest.
    end: Time,
    n_created: u64,
    n_numbered: u32,
    arriving: Vec<Request>,
    batch: Vec<Who>,
}

/// The order within one instant: kind, whom it concerns, which one of theirs (semantics 17.3).
type Turn = (u8, Entity, u32);

impl<'p, 's> Run<'p, 's> {
    pub(super) fn new(plan: &'p Plan<'s>, replication: u32) -> Self {
        let scenario = plan.scenario;
        let draws = Draws::new(scenario.seed, replication);
        let horizon = match scenario.horizon {
            Horizon::At(horizon) => horizon,
            Horizon::Tasks(_) => Time::NEVER,
        };
        let mut run = Self {
            plan,
            draws,
            now: Time::ZERO,
            notices: Notices::default(),
            calls: Vec::new(),
            free_slots: Vec::new(),
            staff: Staff::new(plan, Window::of(scenario, horizon)),
            lanes: Lanes::new(plan),
            news: News::default(),
            books: Books::new(plan),
            soon: Vec::new(),
            timing_out: Vec::new(),
            n_reservations: 0,
            gives_up: WHICH_MAX <= scenario.people.len(),
            streams: Streams::new(scenario, &draws, horizon),
            horizon,
            end: Time::NEVER,
            n_created: 0,
            n_numbered: 0,
            arriving: Vec::new(),
            batch: Vec::new(),
        };
        run.set_horizon(horizon);
        run
    }

    /// Everything that happens; `None` if something does that only the long way knows.
    pub(super) fn play(mut self) -> Option<Recorder<'s>> {
        while let Some(now) = self.next_instant() {
            self.now = now;
            self.round();
            if self.gives_up {
                return None;
            }
        }
        self.close()
    }

    /// When something happens next; `None` when the run is over.
    #[inline]
    fn next_instant(&mut self) -> Option<Time> {
        let next = if self.soon.is_empty() {
            let others = self.lanes.next_reoffer(&self.calls).min(self.streams.next_due());
            self.notices.next_due().min(others)
        } else {
            self.now
        };
        let is_done = self.horizon <= next && self.n_alive() == 0;
        (next < self.end && !is_done).then_some(next)
    }

    fn set_horizon(&mut self, horizon: Time) {
        self.horizon = horizon;
        self.end = match self.plan.scenario.drain {
            Drain::UntilEmpty => Time::NEVER,
            Drain::For(span) => horizon + span,
        };
        self.books.lengths.set_horizon(horizon);
        self.staff.window.end = horizon;
    }

    const fn n_alive(&self) -> usize {
        self.calls.len() - self.free_slots.len()
    }

    /// What people do, in order; then the deadlines of offers, then the matching.
    #[inline]
    fn round(&mut self) {
        let draws = self.draws;
        let by = (self.plan.scenario, &draws);
        while let Some((source, arrival)) = self.streams.pop_due(self.now, by, self.horizon) {
            self.count_in(source, &arrival);
        }
        if let Some(who) = self.notices.pop_due(self.now) {
            if self.soon.is_empty() && self.now < self.notices.next_due() {
                self.act(who);
            } else {
                self.soon.push(who);
                self.act_all();
            }
        } else if !self.soon.is_empty() {
            self.act_all();
        }
        if !self.arriving.is_empty() {
            self.let_in();
        }
        if !self.timing_out.is_empty() {
            self.time_out_offers();
        }
        self.end_reoffer_gaps();
        self.match_all();
    }

    /// Everything that is due at this instant, in order.
    fn act_all(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        batch.append(&mut self.soon);
        while let Some(who) = self.notices.pop_due(self.now) {
            batch.push(who);
        }
        if 1 < batch.len() {
            batch.sort_unstable_by_key(|who| self.turn(*who));
        }
        for who in batch.drain(..) {
            self.act(who);
        }
        self.batch = batch;
    }

    /// Whose turn it is before whose.
    fn turn(&self, who: Who) -> Turn {
        match who {
            Who::Stage(slot) => {
                let call = &self.calls[slot as usize];
                let (kind, index) = match call.stage {
                    Stage::WillAccept => (0, call.customer.n_offers),
                    Stage::WillReject => (1, call.customer.n_offers),
                    Stage::Talks => (2, 0),
                    Stage::WrapsUp => (3, 0),
                    Stage::Gone | Stage::Comes | Stage::Waits | Stage::WillTimeOut => (6, 0),
                };
                (kind, call.customer.entity, index)
            }
            Who::Customer(slot) => (4, self.calls[slot as usize].customer.entity, 0),
            Who::Worker(worker) => (5, self.plan.scenario.people[worker].entity, 0),
        }
    }

    #[inline]
    fn act(&mut self, who: Who) {
        match who {
            Who::Stage(slot) => {
                let call = &self.calls[slot as usize];
                if call.due != self.now {
                    return;
                }
                match call.stage {
                    Stage::WillAccept => self.accept(slot),
                    Stage::WillReject => self.reject(slot),
                    Stage::WillTimeOut => self.timing_out.push((call.reservation, slot)),
                    Stage::Talks => self.end_talk(slot),
                    Stage::WrapsUp => self.complete(slot),
                    Stage::Gone | Stage::Comes | Stage::Waits => (),
                }
            }
            Who::Customer(slot) => {
                let call = &self.calls[slot as usize];
                if call.patience_ends == self.now && call.stage.is_unassigned() {
                    self.hang_up(slot);
                }
            }
            Who::Worker(worker) => self.come_back(worker),
        }
    }

    /// An arrival of this instant, if the source is open.
    #[inline]
    fn count_in(&mut self, id: SourceId, arrival: &Arrival) {
        let scenario = self.plan.scenario;
        if self.horizon <= self.now || !is_open(scenario.sources[id].open.as_deref(), self.now) {
            return;
        }
        self.arriving.push(Request::of(id, arrival, self.cast()));
        self.n_created += 1;
        if scenario.horizon == Horizon::Tasks(self.n_created) {
            self.set_horizon(self.now + Span::from_millis(1));
        }
    }

    /// All that arrive at this instant, in the order of their keys.
    #[inline]
    fn let_in(&mut self) {
        let mut arriving = std::mem::take(&mut self.arriving);
        if 1 < arriving.len() {
            arriving.sort_unstable_by_key(|request| request.entity);
        }
        for request in arriving.drain(..) {
            self.create(&request);
        }
        self.arriving = arriving;
    }

    /// A task is created, and about to come into its queue.
    #[inline]
    fn create(&mut self, request: &Request) {
        let source = &self.plan.scenario.sources[request.source];
        let customer = Customer::of(request, self.now, self.cast());
        let id = self.plan.route(request);
        let route = &self.plan.routes[id];
        let patience = customer.patience.filter(|_| !customer.is_silent);
        let slot = self.seat(Call {
            customer,
            route: id,
            stage: Stage::Comes,
            worker: WorkerId::new(0),
            due: Time::NEVER,
            patience_ends: patience
                .map_or(Time::NEVER, |patience| patience_ends(source, self.now, patience)),
            is_noted: false,
            rank: rank(route, route.priority.unwrap_or(request.priority), self.n_numbered),
            reservation: 0,
            is_refused: false,
            reserved: self.now,
            first_offered: None,
            missed: Span::ZERO,
            accepted: Time::NEVER,
            talk_end: Time::NEVER,
        });
        self.gives_up |= self.n_numbered == u32::MAX - 1;
        self.n_numbered += 1;
        // Created, entered the workflow, matched a target, entered the queue.
        self.books.n_events += 4;
        self.books.n_tasks += 1;
        self.news.calls.push(slot);
    }

    #[inline]
    fn seat(&mut self, call: Call) -> u32 {
        if let Some(slot) = self.free_slots.pop() {
            self.calls[slot as usize] = call;
            return slot;
        }
        self.calls.push(call);
        self.gives_up |= WHICH_MAX < self.calls.len();
        u32::try_from(self.calls.len() - 1).expect("fewer than 2^24")
    }

    /// A task is gone.
    #[inline]
    pub(super) fn vacate(&mut self, slot: u32) {
        self.calls[slot as usize].stage = Stage::Gone;
        self.free_slots.push(slot);
    }

    #[inline]
    pub(super) fn enter(&mut self, due: Time, who: Who) {
        self.gives_up |= !self.notices.enter(due, who);
    }

    pub(super) const fn cast(&self) -> Cast<'_> {
        Cast { scenario: self.plan.scenario, draws: &self.draws }
    }

    /// Nothing happens any more: what is not over is counted as it stands.
    fn close(mut self) -> Option<Recorder<'s>> {
        let is_empty = self.n_alive() == 0;
        let is_limited = matches!(self.plan.scenario.drain, Drain::For(_));
        if self.horizon == Time::NEVER || !is_empty && !is_limited {
            return None;
        }
        self.now = if is_limited && !is_empty {
            self.end
        } else {
            self.end.min(self.horizon.max(self.now))
        };
        let calls = std::mem::take(&mut self.calls);
        for call in calls.iter().filter(|call| call.stage != Stage::Gone) {
            if call.stage.is_unassigned() {
                self.gives_up |= self.has_outlived(call);
                self.books.leave_unserved(call, self.now);
            } else {
                self.books.accept(call, None, &mut self.staff.people[call.worker]);
            }
        }
        self.books.lengths.end(self.now, self.horizon);
        if self.gives_up {
            return None;
        }
        let end = self.horizon.min(self.now);
        Some(self.books.close(&mut self.staff, (end, self.now)))
    }

    /// Whether a task that nobody has accepted yet would have been canceled by now.
    #[inline]
    pub(super) fn has_outlived(&self, call: &Call) -> bool {
        let timeout = self.plan.scenario.sources[call.customer.source].timeout;
        timeout <= self.now.since(call.customer.created)
    }
}

/// A task's place among all that wait: the other kind of order behind, then by priority and age, or
/// the latest first.
#[inline]
fn rank(route: &crate::express::plan::Route, priority: u32, number: u32) -> u64 {
    let group = u64::from(route.is_second) << 63;
    match route.order {
        TaskOrder::Fifo => {
            let priority = u64::from(i32::MAX.unsigned_abs() - priority);
            group | priority << 32 | u64::from(number)
        }
        TaskOrder::Lifo => group | u64::from(!number),
    }
}
