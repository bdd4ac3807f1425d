//! What becomes of offers and of those who are offered something.

use crate::express::books::ASSIGNED_MAX;
use crate::express::call::{Rest, Stage};
use crate::express::run::Run;
use crate::observation::Outcome;
use crate::random::Entity;
use crate::routing::{ChannelId, Moment, WorkerId};
use crate::scenario::{Away, Behavior, Person};
use crate::simulation::{Act, Decision, Office, Presence, at_speed, recovery};
use crate::time::{Span, Time};

/// How often a task may be reserved (TR-027).
const ASSIGNMENTS_MAX: u32 = 1000;

impl<'s> Run<'_, 's> {
    fn person(&self, worker: WorkerId) -> (&'s Person, &'s Behavior) {
        let scenario = self.plan.scenario;
        let person = &scenario.people[worker];
        (person, &scenario.behaviors[person.behavior])
    }

    /// A pending task is offered to a worker, whose answer is decided now. Its customer counts as
    /// waiting, unless the task has just come.
    #[inline]
    pub(super) fn reserve(&mut self, slot: u32, worker: WorkerId) {
        let now = self.now;
        let call = &mut self.calls[slot as usize];
        let has_come = call.stage == Stage::Comes;
        let ordinal = call.n_offers;
        call.n_offers += 1;
        (call.worker, call.reserved) = (worker, now);
        call.first_offered = call.first_offered.min(now);
        if call.has_moved {
            let stay = &mut self.rests[slot as usize].stay;
            stay.first_offered = stay.first_offered.min(now);
        }
        call.reservation = self.n_reservations;
        self.n_reservations = self.n_reservations.wrapping_add(1);
        let (route, entity) = (&self.plan.routes[call.route], call.entity);
        self.books.n_events += 1;
        let hand = self.staff.touch(now, worker);
        let (is_instant, behavior) = (hand.is_instant, hand.behavior);
        self.books.offer(call.created, hand);
        self.staff.hold(worker, route.channel);
        self.note(worker, route.channel, Moment::Reserved);
        if is_instant && route.latency == Span::ZERO && self.accept_at_once(slot) {
            return;
        }
        if has_come {
            self.begin_wait(slot);
        }
        self.staff.people[worker].pending += 1;
        let last = now + route.reservation_timeout;
        let behavior = &self.plan.scenario.behaviors[behavior];
        let answer = match Decision::of(behavior, &self.draws, (entity, ordinal)) {
            Decision::Accept(delay) => Some((delay, Stage::WillAccept)),
            Decision::Reject(delay) => Some((delay, Stage::WillReject)),
            Decision::Miss => None,
        };
        let away = behavior.away.as_ref();
        let there_from = answer.map_or(now, |_| self.there_from(worker, (away, route.latency)));
        let answer = answer.map(|(delay, stage)| (there_from + delay, stage));
        let in_time = answer.filter(|(due, _)| *due <= last);
        let (due, stage) = in_time.unwrap_or((last, Stage::WillTimeOut));
        let call = &mut self.calls[slot as usize];
        (call.due, call.stage) = (due, stage);
        let next = due.min(call.patience_ends);
        self.expect_next(slot, next);
    }

    /// Accepts a task without a round in between, if nothing could come in between; whether it did.
    #[inline(always)]
    fn accept_at_once(&mut self, slot: u32) -> bool {
        let talk = self.talk(slot);
        let is_due = self.plan.has_changes
            && self.staff.agents[self.calls[slot as usize].worker].absence.is_some();
        if talk == Span::ZERO || self.plan.counts_accepted || is_due {
            return false;
        }
        self.start_talk(slot, talk);
        true
    }

    /// A customer begins to wait.
    #[inline]
    pub(super) fn begin_wait(&mut self, slot: u32) {
        let call = &self.calls[slot as usize];
        let queue = self.plan.routes[call.route].queue;
        self.books.change_length(self.now, (call.source, queue), 1);
    }

    /// From when on the worker hears the ringing.
    #[inline]
    fn there_from(&mut self, worker: WorkerId, (away, latency): (Option<&Away>, Span)) -> Time {
        let rings = self.now + latency;
        let Some(away) = away else { return rings };
        let person = &self.plan.scenario.people[worker];
        let timeline = &mut self.staff.agents[worker].timeline;
        let back = timeline.back_at(self.now, away, (&self.draws, person.entity));
        back.map_or(rings, |back| back.max(rings))
    }

    /// The worker picks up.
    #[inline]
    pub(super) fn accept(&mut self, slot: u32) {
        let talk = self.talk(slot);
        self.staff.touch(self.now, self.calls[slot as usize].worker).pending -= 1;
        self.start_talk(slot, talk);
    }

    /// How long customer and worker will talk.
    #[inline(always)]
    fn talk(&self, slot: u32) -> Span {
        let call = &self.calls[slot as usize];
        let speed = self.staff.people[call.worker].speed;
        if let Some(dist) = self.plan.talk[call.source] {
            return at_speed(call.talk(dist, &self.draws), speed);
        }
        let customer = call.customer(Rest::of(&self.rests, slot));
        customer.talk_with(call.worker, speed, self.cast())
    }

    /// A task is accepted, and the talk begins.
    #[inline(always)]
    fn start_talk(&mut self, slot: u32, talk: Span) {
        let now = self.now;
        let due = now + talk;
        let call = &mut self.calls[slot as usize];
        let route = &self.plan.routes[call.route];
        self.gives_up |= ASSIGNED_MAX <= talk || route.expires(call.created) <= now;
        let has_waited = call.stage != Stage::Comes;
        (call.accepted, call.stage, call.due) = (now, Stage::Talks, due);
        let (worker, source) = (call.worker, call.source);
        self.books.n_events += 1;
        if has_waited {
            self.books.change_length(now, (source, route.queue), -1);
        }
        self.staff.people[worker].accepted += 1;
        self.note(worker, route.channel, Moment::Accepted);
        self.expect_next(slot, due);
        if self.plan.has_changes {
            self.reconsider(worker);
        }
    }

    /// The call is over; the work after it begins.
    #[inline]
    pub(super) fn end_talk(&mut self, slot: u32) {
        let now = self.now;
        let call = &mut self.calls[slot as usize];
        call.talk_end = now;
        call.stage = Stage::WrapsUp;
        let worker = call.worker;
        // Of the reservation and of the task.
        self.books.n_events += 2;
        let hand = self.staff.touch(now, worker);
        hand.accepted -= 1;
        hand.wrapping += 1;
        let call = &self.calls[slot as usize];
        if !self.plan.has_wrap_up[call.source] {
            return self.complete(slot);
        }
        let speed = self.staff.people[worker].speed;
        let customer = call.customer(Rest::of(&self.rests, slot));
        let wrap_up = customer.wrap_up_with(worker, speed, self.cast());
        if wrap_up == Span::ZERO {
            return self.complete(slot);
        }
        let due = now + wrap_up;
        self.gives_up |= ASSIGNED_MAX <= due.since(call.accepted);
        self.calls[slot as usize].due = due;
        self.expect_next(slot, due);
    }

    /// The task is done, and its worker free.
    #[inline(always)]
    pub(super) fn complete(&mut self, slot: u32) {
        let call = &self.calls[slot as usize];
        // Of the reservation and of the task.
        self.books.n_events += 2;
        let hand = self.staff.touch(self.now, call.worker);
        hand.wrapping -= 1;
        self.books.complete((call, Rest::of(&self.rests, slot)), self.now, hand);
        let (worker, channel) = (call.worker, self.plan.routes[call.route].channel);
        let (reserved, accepted) = (call.reserved, call.accepted);
        self.staff.book_in_hand(worker, (accepted, self.now));
        self.release(worker, (channel, reserved), Moment::Completed);
        self.vacate(slot);
        if self.plan.has_changes {
            self.pay_debt(worker);
            self.reconsider(worker);
        }
    }

    /// A unit of a worker's capacity that was held since then is free again.
    #[inline(always)]
    fn release(&mut self, worker: WorkerId, (channel, since): (ChannelId, Time), moment: Moment) {
        self.note(worker, channel, moment);
        self.staff.release(worker, channel, (since, self.now));
        self.news.of_worker(worker);
    }

    /// Something happened from which on the worker may count as idle.
    #[inline(always)]
    fn note(&mut self, worker: WorkerId, channel: ChannelId, moment: Moment) {
        if self.plan.counts(moment) {
            self.staff.note_idle(self.now, worker, Some(channel));
        }
    }

    /// The worker turns the offer down.
    pub(super) fn reject(&mut self, slot: u32) {
        let worker = self.calls[slot as usize].worker;
        self.end_offer(slot, Outcome::Rejected);
        self.books.n_events += 1;
        self.let_go(slot);
        self.forget_offer(worker);
    }

    /// An offer has ended without acceptance.
    fn forget_offer(&mut self, worker: WorkerId) {
        if self.plan.has_changes {
            if self.holding(worker).n_open == 0 {
                self.pay_debt(worker);
            }
            self.reconsider(worker);
        }
    }

    /// The customer hangs up before anybody has accepted.
    pub(super) fn hang_up(&mut self, slot: u32) {
        let is_reserved = self.calls[slot as usize].stage.is_reserved();
        if is_reserved {
            self.end_offer(slot, Outcome::Canceled);
            self.books.n_events += 1;
        } else {
            self.unplace(slot);
        }
        let call = &self.calls[slot as usize];
        let (worker, route) = (call.worker, &self.plan.routes[call.route]);
        self.gives_up |= route.expires(call.created) <= self.now;
        self.books.n_events += 1;
        self.books.change_length(self.now, (call.source, route.queue), -1);
        self.books.abandon((call, Rest::of(&self.rests, slot)), self.now, is_reserved);
        self.lose_customer(slot);
        self.vacate(slot);
        if is_reserved {
            self.forget_offer(worker);
        }
    }

    /// Offers that nobody has answered in time, in the order in which they were made.
    pub(super) fn time_out_offers(&mut self) {
        let mut timing_out = std::mem::take(&mut self.timing_out);
        timing_out.sort_unstable();
        for (reservation, slot) in timing_out.drain(..) {
            let call = &self.calls[slot as usize];
            if (call.stage, call.reservation) == (Stage::WillTimeOut, reservation) {
                self.time_out(slot);
            }
        }
        self.timing_out = timing_out;
    }

    /// Nobody answered: the worker is taken out of the line, and has to notice.
    fn time_out(&mut self, slot: u32) {
        let call = &self.calls[slot as usize];
        let (worker, entity, ordinal) = (call.worker, call.entity, call.n_offers - 1);
        self.end_offer(slot, Outcome::TimedOut);
        self.books.n_events += 1;
        let timeout_activity = self.plan.scenario.workspace.timeout_activity;
        let hand = &mut self.staff.people[worker];
        if hand.activity != timeout_activity {
            hand.activity = timeout_activity;
            hand.is_available = false;
            self.books.n_events += 1;
            self.staff.line_up(worker);
        }
        self.let_go(slot);
        self.missed.push((worker, entity, ordinal));
        self.has_more = true;
    }

    /// What people do about the offers they missed, once TaskRouter is through with this instant.
    pub(super) fn notice_misses(&mut self) {
        let mut missed = std::mem::take(&mut self.missed);
        for (worker, entity, ordinal) in missed.drain(..) {
            let hand = &self.staff.people[worker];
            let agent = &self.staff.agents[worker];
            let is_idle = agent.is_present && agent.absence.is_none() && !agent.is_recovering;
            if is_idle && !hand.is_available {
                self.begin_recovery(worker, (entity, ordinal));
            }
            self.forget_offer(worker);
        }
        self.missed = missed;
    }

    /// A worker who was taken out of the line comes back after a while.
    fn begin_recovery(&mut self, worker: WorkerId, offer: (Entity, u32)) {
        let after = recovery(self.person(worker).1, &self.draws, offer);
        let agent = self.agent_mut(worker);
        agent.is_recovering = true;
        agent.miss += 1;
        let act = Act::Recover(worker, agent.miss);
        if let Some(after) = after {
            self.cue_worker(self.now + after, worker, act);
        }
    }

    /// An offer ends without acceptance.
    fn end_offer(&mut self, slot: u32, outcome: Outcome) {
        let call = &mut self.calls[slot as usize];
        call.missed += self.now.since(call.reserved);
        let hand = self.staff.touch(self.now, call.worker);
        hand.pending -= 1;
        let group = hand.group;
        let counters = &mut self.staff.counters[call.worker];
        self.books.let_go((call, Rest::of(&self.rests, slot)), outcome, (group, counters));
        let (worker, reserved) = (call.worker, call.reserved);
        let channel = self.plan.routes[call.route].channel;
        self.release(worker, (channel, reserved), Moment::Freed);
    }

    /// The task goes on waiting.
    fn let_go(&mut self, slot: u32) {
        let call = &mut self.calls[slot as usize];
        call.due = Time::NEVER;
        self.gives_up |= ASSIGNMENTS_MAX <= call.n_offers;
        let gap = self.plan.scenario.workspace.settings.reoffer_gap;
        if gap != Span::ZERO {
            let worker = call.worker;
            call.is_refused = true;
            let task = (slot, call.entity);
            self.lanes.refuse(self.now + gap, task, worker);
            self.expect_at(self.now + gap);
        }
        if self.calls[slot as usize].leaves <= self.now {
            self.leave_target(slot);
        } else {
            self.place(slot);
        }
    }
}
