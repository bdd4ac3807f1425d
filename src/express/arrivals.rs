//! Who comes: tasks of the sources, and of customers who try again.

use crate::express::call::{Call, Rest, Stage};
use crate::express::notices::WHICH_MAX;
use crate::express::plan::Route;
use crate::express::run::Run;
use crate::routing::TaskOrder;
use crate::scenario::{Horizon, SourceId};
use crate::simulation::{Act, Arrival, Cue, Customer, Request, RetryId, is_open, patience_ends};
use crate::time::{Span, Time};

impl Run<'_, '_> {
    /// All arrivals of this instant.
    #[inline(always)]
    pub(super) fn arrive(&mut self) {
        while self.streams.next_due() <= self.now {
            let (source, arrival) = self.streams.first();
            let by = (self.plan.scenario, &self.draws);
            self.streams.advance(source, by, self.horizon);
            self.count_in(source, &arrival);
        }
    }

    /// An arrival of this instant, if the source is open.
    #[inline(always)]
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

    /// A customer who hung up may try again.
    pub(super) fn lose_customer(&mut self, slot: u32) {
        let customer = self.calls[slot as usize].customer(Rest::of(&self.rests, slot));
        if let Some((after, request)) = customer.comes_again(self.cast()) {
            let entity = request.entity;
            let act = Act::Retry(self.comebacks.insert(request));
            self.expect_at(self.now + after);
            self.cues.schedule(self.now + after, Cue::new(entity, 0, act));
        }
    }

    /// Somebody who hung up tries again, if arrivals have not ended and the source is open.
    pub(super) fn try_again(&mut self, comeback: RetryId) {
        let Some(request) = self.comebacks.remove(comeback) else { return };
        let source = &self.plan.scenario.sources[request.source];
        if self.now < self.horizon && is_open(source.open.as_deref(), self.now) {
            self.arriving.push(request);
        }
    }

    /// Somebody arrives, and nothing else happens at this instant.
    #[inline(always)]
    pub(super) fn let_in_alone(&mut self) {
        debug_assert!(!self.news.is_any(), "who has news is due too");
        if let Some(request) = self.arriving.pop() {
            let slot = self.create(&request);
            self.match_call(slot);
            self.news.lanes.clear();
        }
    }

    /// All that arrive at this instant, in the order of their keys.
    #[inline]
    pub(super) fn let_in(&mut self) {
        let mut arriving = std::mem::take(&mut self.arriving);
        if 1 < arriving.len() {
            arriving.sort_unstable_by_key(|request| request.entity);
        }
        for request in &arriving {
            let slot = self.create(request);
            self.news.calls.push(slot);
        }
        arriving.clear();
        self.arriving = arriving;
    }

    /// A task is created, and about to come into its queue.
    #[inline(always)]
    fn create(&mut self, request: &Request) -> u32 {
        let (number, now, slot) = (self.n_numbered, self.now, self.seat(request));
        let source = &self.plan.scenario.sources[request.source];
        let id = self.plan.route(request);
        let route = &self.plan.routes[id];
        let priority = route.priority.unwrap_or(request.priority);
        let customer = Customer::of(request, now, self.cast());
        let patience = customer.patience.filter(|_| !customer.is_silent);
        if let Some(rest) = self.rests.get_mut(slot as usize) {
            let (label, attributes) = (request.label, Some(request.attributes));
            let asked_priority = request.priority;
            *rest = Rest { label, attributes, asked_priority, priority, ..Rest::NONE };
        }
        // Field by field: what is put together elsewhere has to be copied.
        let call = &mut self.calls[slot as usize];
        (call.entity, call.created, call.source) = (request.entity, now, request.source);
        call.talk_luck = customer.talk_luck.unwrap_or(f64::NAN);
        call.n_offers = 0;
        call.route = id;
        call.stage = Stage::Comes;
        call.due = Time::NEVER;
        call.patience_ends =
            patience.map_or(Time::NEVER, |patience| patience_ends(source, now, patience));
        call.leaves = route.timeout.map_or(Time::NEVER, |timeout| now + timeout);
        call.number = number;
        call.has_moved = false;
        call.rank = rank(route, priority, number);
        call.is_refused = false;
        call.reserved = now;
        call.first_offered = Time::NEVER;
        call.missed = Span::ZERO;
        call.accepted = Time::NEVER;
        call.talk_end = Time::NEVER;
        self.gives_up |= self.n_numbered == u32::MAX - 1;
        self.n_numbered += 1;
        // Created, entered the workflow, matched a target, entered the queue.
        self.books.n_events += 4;
        self.books.n_tasks += 1;
        slot
    }

    /// A slot that is free, in which a call is to be written.
    #[inline]
    fn seat(&mut self, request: &Request) -> u32 {
        if let Some(slot) = self.free_slots.pop() { slot } else { self.grow(request) }
    }

    /// One slot more.
    #[cold]
    fn grow(&mut self, request: &Request) -> u32 {
        self.calls.push(Call::new(request.entity));
        if self.plan.keeps_rest {
            self.rests.push(Rest::NONE);
        }
        self.notices.grow(self.calls.len());
        self.gives_up |= WHICH_MAX < self.calls.len();
        u32::try_from(self.calls.len() - 1).expect("fewer than 2^24")
    }
}

/// A task's place among all that wait: the other kind of order behind, then by priority and age, or
/// the latest first.
#[inline]
pub(super) fn rank(route: &Route, priority: u32, number: u32) -> u64 {
    let group = u64::from(route.is_second) << 63;
    match route.order {
        TaskOrder::Fifo => {
            let priority = u64::from(i32::MAX.unsigned_abs() - priority);
            group | priority << 32 | u64::from(number)
        }
        TaskOrder::Lifo => group | u64::from(!number),
    }
}
