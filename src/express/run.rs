//! The loop: instant by instant, in the order of the long way.

use crate::calendar::EventCalendar;
use crate::express::books::Books;
use crate::express::call::{Call, Rest, Stage};
use crate::express::crowd::Who;
use crate::express::notices::{Notices, WHICH_MAX};
use crate::express::pairing::{Lanes, News};
use crate::express::plan::Plan;
use crate::express::staff::Staff;
use crate::express::streams::Streams;
use crate::id::{IdVec, Pool};
use crate::observation::{Recorder, Window};
use crate::random::{Draws, Entity};
use crate::routing::WorkerId;
use crate::scenario::{Drain, GroupId, Horizon};
use crate::simulation::{Cast, Cue, Request, RetryId, Staffing};
use crate::time::{Span, Time};

/// One replication in progress.
#[derive(Debug)]
pub(super) struct Run<'p, 's> {
    pub(super) plan: &'p Plan<'s>,
    pub(super) draws: Draws,
    pub(super) now: Time,
    /// What happens next to each task.
    pub(super) notices: Notices,
    /// What happens next to workers, and to those who will try again.
    pub(super) cues: EventCalendar<Cue>,
    /// When the first cue is due, or a task may be offered again to somebody who let it go.
    pub(super) others_due: Time,
    /// Who will try again.
    pub(super) comebacks: Pool<RetryId, Request>,
    /// How many workers of a group are to leave as soon as they are done.
    pub(super) debts: IdVec<GroupId, usize>,
    pub(super) calls: Vec<Call>,
    /// The rest of each; none where no task needs it.
    pub(super) rests: Vec<Rest>,
    /// Slots of calls that are gone.
    pub(super) free_slots: Vec<u32>,
    pub(super) staff: Staff<'s>,
    pub(super) lanes: Lanes,
    pub(super) news: News,
    pub(super) books: Books<'p, 's>,
    /// Whether anything is in one of the lists of this instant, which follow.
    pub(super) has_more: bool,
    /// Offers that time out at this instant, by number of reservation.
    pub(super) timing_out: Vec<(u32, u32)>,
    /// Tasks that leave their target at this instant, by number.
    pub(super) leaving: Vec<(u32, u32)>,
    /// Tasks that have just come into a target whose time is over, by rank.
    pub(super) overdue: Vec<(u64, u32)>,
    /// Who missed an offer at this instant, the task's customer, and which of its offers it was.
    pub(super) missed: Vec<(WorkerId, Entity, u32)>,
    pub(super) n_reservations: u32,
    /// Whether something has happened that only the long way knows.
    pub(super) gives_up: bool,
    pub(super) streams: Streams,
    pub(super) horizon: Time,
    /// When the run is over at the latest.
    end: Time,
    /// Whoever still waits then has outlived their time to live.
    outlived: Time,
    pub(super) n_created: u64,
    pub(super) n_numbered: u32,
    pub(super) arriving: Vec<Request>,
    pub(super) batch: Vec<Who>,
}

impl<'p, 's> Run<'p, 's> {
    pub(super) fn new(plan: &'p Plan<'s>, replication: u32) -> Self {
        let scenario = plan.scenario;
        let draws = Draws::sampled(scenario.seed, replication, scenario.sampling);
        let horizon = match scenario.horizon {
            Horizon::At(horizon) => horizon,
            Horizon::Tasks(_) => Time::NEVER,
        };
        let mut run = Self {
            plan,
            draws,
            now: Time::ZERO,
            notices: Notices::new(scenario.people.len()),
            cues: EventCalendar::new(),
            others_due: Time::NEVER,
            comebacks: Pool::new(),
            debts: IdVec::filled(0, scenario.groups.len()),
            calls: Vec::new(),
            rests: Vec::new(),
            free_slots: Vec::new(),
            staff: Staff::new(plan, Window::of(scenario, horizon)),
            lanes: Lanes::new(plan),
            news: News::default(),
            books: Books::new(plan),
            has_more: false,
            timing_out: Vec::new(),
            leaving: Vec::new(),
            overdue: Vec::new(),
            missed: Vec::new(),
            n_reservations: 0,
            gives_up: WHICH_MAX <= scenario.people.len(),
            streams: Streams::new(scenario, &draws, horizon),
            horizon,
            end: Time::NEVER,
            outlived: Time::NEVER,
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
        self.begin_staff();
        while let Some(now) = self.next_instant() {
            self.now = now;
            self.round();
            // What people do about what they missed may make room.
            while self.news.is_any() && (now < self.horizon || self.n_alive() != 0) {
                self.round();
            }
            if self.gives_up {
                return None;
            }
        }
        self.close()
    }

    /// When something happens next; `None` when the run is over.
    #[inline(always)]
    fn next_instant(&mut self) -> Option<Time> {
        let next = self.notices.next_due().min(self.streams.next_due()).min(self.others_due);
        if next < self.horizon { Some(next) } else { self.late_instant(next) }
    }

    /// The same, once arrivals have ended.
    #[inline(never)]
    fn late_instant(&mut self, next: Time) -> Option<Time> {
        let is_done = self.n_alive() == 0;
        self.gives_up |= self.streams.is_too_far;
        self.gives_up |= !is_done && self.outlived <= next && next != Time::NEVER;
        (next < self.end && !is_done).then_some(next)
    }

    /// Something else than the next step of a task is due.
    #[inline]
    pub(super) fn expect_at(&mut self, due: Time) {
        self.others_due = self.others_due.min(due);
    }

    /// Looks again what else than the next steps of tasks is due, and when.
    pub(super) fn look_ahead(&mut self) {
        let of_workers = self.cues.next_due().unwrap_or(Time::NEVER);
        self.others_due = of_workers.min(self.lanes.next_reoffer(&self.calls));
    }

    pub(super) fn set_horizon(&mut self, horizon: Time) {
        self.horizon = horizon;
        self.end = match self.plan.scenario.drain {
            Drain::UntilEmpty => Time::NEVER,
            Drain::For(span) => horizon + span,
        };
        let longest = self.plan.scenario.sources.iter().map(|source| source.timeout).max();
        self.outlived = horizon + longest.unwrap_or(Span::FOREVER);
        self.books.lengths.set_horizon(horizon);
        self.staff.set_horizon(horizon);
    }

    const fn n_alive(&self) -> usize {
        self.calls.len() - self.free_slots.len()
    }

    /// What people do, in order; then the deadlines of offers, then the matching.
    #[inline(always)]
    fn round(&mut self) {
        let now = self.now;
        if self.streams.next_due() <= now {
            self.arrive();
        }
        let is_due = self.notices.next_due() <= now;
        let is_alone = now < self.others_due;
        match (is_due, is_alone, &self.arriving[..]) {
            (false, true, [_]) => self.let_in_alone(),
            (true, _, _) => self.act_first(),
            (false, false, _) => self.act_all(None),
            (false, true, _) => (),
        }
        if is_alone && !self.has_more && self.arriving.is_empty() {
            self.match_all();
            if !self.has_more {
                return;
            }
        }
        self.settle();
    }

    /// What else belongs to this instant, and the matching.
    fn settle(&mut self) {
        if !self.arriving.is_empty() {
            self.let_in();
        }
        if !self.timing_out.is_empty() {
            self.time_out_offers();
        }
        if !self.leaving.is_empty() {
            self.leave_targets();
        }
        if self.others_due <= self.now {
            self.end_reoffer_gaps();
            self.look_ahead();
        }
        self.match_all();
        while !self.overdue.is_empty() {
            self.leave_at_once();
            self.match_all();
        }
        if !self.missed.is_empty() {
            self.notice_misses();
        }
        self.has_more = false;
    }

    /// Something happens to a task at this instant; mostly it is the only thing that happens.
    #[inline(always)]
    fn act_first(&mut self) {
        let now = self.now;
        let slot = self.notices.take_first();
        let call = &self.calls[slot];
        let is_patience = call.patience_ends == now && call.stage.is_unassigned();
        let is_other = call.due == now || call.leaves == now;
        let is_alone = now < self.notices.next_due() && now < self.others_due;
        let slot = u32::try_from(slot).expect("fewer than 2^24");
        if !is_alone || is_patience && is_other {
            self.act_all(Some(slot));
        } else if is_patience {
            self.hang_up(slot);
        } else {
            self.end_stage(slot);
        }
    }

    /// What the stage of a task ends with, when it is left alone.
    #[inline(always)]
    pub(super) fn end_stage(&mut self, slot: u32) {
        let call = &self.calls[slot as usize];
        match call.stage {
            Stage::Talks => self.end_talk(slot),
            Stage::WillAccept => self.accept(slot),
            Stage::WrapsUp => self.complete(slot),
            Stage::WillReject => self.reject(slot),
            Stage::WillTimeOut => {
                self.timing_out.push((call.reservation, slot));
                self.has_more = true;
            }
            Stage::Waits => self.end_target(slot),
            Stage::Gone | Stage::Comes => (),
        }
    }

    /// A task has had its time in its target.
    pub(super) fn end_target(&mut self, slot: u32) {
        self.leaving.push((self.calls[slot as usize].number, slot));
        self.has_more = true;
    }

    /// A task is gone.
    #[inline]
    pub(super) fn vacate(&mut self, slot: u32) {
        let call = &mut self.calls[slot as usize];
        (call.stage, call.due) = (Stage::Gone, Time::NEVER);
        self.free_slots.push(slot);
        self.notices.set(slot as usize, Time::NEVER);
    }

    /// Something happens next to a task, if nothing else comes before.
    #[inline]
    pub(super) fn expect_next(&mut self, slot: u32, due: Time) {
        self.gives_up |= !self.notices.set(slot as usize, due);
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
        for (slot, call) in (0..).zip(&calls).filter(|(_, call)| call.stage != Stage::Gone) {
            let rest = Rest::of(&self.rests, slot);
            self.staff.book_open(call, (self.plan.routes[call.route].channel, self.now));
            if call.stage.is_unassigned() {
                let expires = self.plan.routes[call.route].expires(call.created);
                self.gives_up |= expires <= self.now;
                self.books.leave_unserved((call, rest), self.now);
            } else {
                self.books.leave_in_hand((call, rest), &mut self.staff.people[call.worker]);
            }
        }
        self.books.lengths.end(self.now, self.horizon);
        if self.gives_up {
            return None;
        }
        let end = self.horizon.min(self.now);
        Some(self.books.close(&mut self.staff, (end, self.now)))
    }
}
