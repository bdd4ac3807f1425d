//! The counting: as the long way counts, but each wait once.

use crate::express::call::{Call, Rest};
use crate::express::plan::{Pair, PairId, Plan};
use crate::express::served::Served;
use crate::express::staff::{Hand, Staff};
use crate::id::{Id, IdVec};
use crate::observation::{
    Cell, Fate, Lengths, Offers, Outcome, Parts, Recorder, StaffTime, Stories, Story, Work,
    WorkerCounters,
};
use crate::routing::{CancelReason, QueueId};
use crate::scenario::{GroupId, SourceId};
use crate::time::{Span, Time};

/// What is counted in one replication.
///
/// A task counts in the cell of its source and queue, once it is accepted in the one of its source,
/// queue and group: what the cells of sources, queues and groups hold are sums of those.
#[derive(Debug)]
pub(super) struct Books<'p, 's> {
    plan: &'p Plan<'s>,
    pairs: IdVec<PairId, Cell>,
    /// One for each group of the first pair, then of the second, and so on.
    accepted: Vec<Cell>,
    /// Of the same, tasks that were completed; of their waits `accepted` has the distribution.
    served: Vec<Served>,
    n_groups: usize,
    /// Tasks that were created before do not count.
    counted_from: Time,
    has_intervals: bool,
    pub(super) lengths: Lengths,
    /// Where tasks are counted by interval.
    stories: Stories<'s>,
    wait_unserved_ms: u64,
    pub(super) n_tasks: u64,
    pub(super) n_events: u64,
}

impl<'p, 's> Books<'p, 's> {
    pub(super) fn new(plan: &'p Plan<'s>) -> Self {
        let n_groups = plan.scenario.groups.len();
        Self {
            plan,
            pairs: IdVec::filled(Cell::default(), plan.pairs.len()),
            accepted: vec![Cell::default(); plan.pairs.len() * n_groups],
            served: vec![Served::default(); plan.pairs.len() * n_groups],
            n_groups,
            counted_from: Time::ZERO + plan.scenario.warm_up,
            has_intervals: plan.scenario.interval.is_some(),
            lengths: Lengths::new(plan.scenario),
            stories: Stories::new(plan.scenario),
            wait_unserved_ms: 0,
            n_tasks: 0,
            n_events: 0,
        }
    }

    /// Whether a task that was created then counts.
    #[inline]
    pub(super) fn is_counted(&self, created: Time) -> bool {
        self.counted_from <= created
    }

    /// A task begins to wait, or ends.
    #[inline]
    pub(super) fn change_length(
        &mut self,
        now: Time,
        (source, queue): (SourceId, QueueId),
        by: i64,
    ) {
        self.lengths.change_source(now, source, by);
        self.lengths.change_queue(now, Some(queue), by);
    }

    /// An offer is made.
    #[inline]
    pub(super) fn offer(&mut self, created: Time, hand: &mut Hand) {
        if self.is_counted(created) {
            hand.n_reserved += 1;
            if self.has_intervals {
                self.stories.count_offer_in_interval(created, hand.group);
            }
        }
    }

    /// An offer has ended without acceptance.
    pub(super) fn let_go(
        &mut self,
        (call, rest): (&Call, &Rest),
        outcome: Outcome,
        (group, counters): (GroupId, &mut WorkerCounters),
    ) {
        if self.is_counted(call.created) {
            outcome.count_worker(counters);
            let cell = self.accepted_cell(call, group);
            outcome.count(&mut self.accepted[cell].counters);
            if outcome == Outcome::TimedOut {
                self.stories.count_timeout_in_interval(&self.story(call, rest), group);
            }
        }
    }

    /// The task as the long way remembers it.
    fn story(&self, call: &Call, rest: &Rest) -> Story {
        let Pair { source, queue, .. } = self.plan.pairs[self.plan.routes[call.route].pair];
        let created = call.created;
        let (stay, n_offers) = (call.stay(rest), call.n_offers);
        let offered = |at: Time| (at != Time::NEVER).then_some(at);
        Story {
            queue: Some(queue),
            queue_entered: stay.since,
            n_offers,
            n_offers_here: n_offers - stay.n_offers_before,
            n_bursts: n_offers,
            n_bursts_here: n_offers - stay.n_offers_before,
            reserved_since: call.reserved,
            missed: call.missed,
            first_offered: offered(call.first_offered),
            first_offered_here: offered(stay.first_offered),
            accepted: (call.accepted != Time::NEVER).then_some((call.accepted, call.worker)),
            talk_end: (call.talk_end != Time::NEVER).then_some(call.talk_end),
            ..Story::new(source, created, self.is_counted(created))
        }
    }

    /// A task leaves its queue for another one.
    pub(super) fn leave_queue(&mut self, now: Time, (call, rest): (&Call, &Rest), next: QueueId) {
        let story = self.story(call, rest);
        self.lengths.change_queue(now, story.queue, -1);
        self.lengths.change_queue(now, Some(next), 1);
        if story.is_counted {
            self.stories.count_move(&story);
            self.stories.end_counted_stay(&story);
        }
    }

    /// No target is left: the task is canceled.
    pub(super) fn cancel(&mut self, (call, rest): (&Call, &Rest), now: Time) {
        self.stories
            .count(&self.story(call, rest), Fate::Canceled(now, CancelReason::WorkflowTimeout));
    }

    /// Counts a task that is gone in the interval of its creation.
    #[inline]
    fn count_in_interval(&mut self, (call, rest): (&Call, &Rest), fate: Fate) {
        if self.has_intervals {
            let Pair { queue, level, .. } = self.plan.pairs[self.plan.routes[call.route].pair];
            let (created, n) = (call.created, call.n_offers);
            self.stories.count_stay_in_interval(created, queue, n);
            self.stories.count_in_interval(&self.story(call, rest), fate, level);
        }
    }

    /// A task is completed.
    #[inline]
    pub(super) fn complete(&mut self, (call, rest): (&Call, &Rest), now: Time, hand: &mut Hand) {
        if !self.is_counted(call.created) {
            return;
        }
        hand.n_accepted += 1;
        if call.has_moved {
            return self.stories.count(&self.story(call, rest), Fate::Completed(now));
        }
        self.count_in_interval((call, rest), Fate::Completed(now));
        let route = &self.plan.routes[call.route];
        let cell = route.pair.index() * self.n_groups + hand.group.index();
        self.served[cell].count(call, (now, route.threshold), &mut self.accepted[cell]);
    }

    /// The run is over, and somebody has accepted the task.
    pub(super) fn leave_in_hand(&mut self, (call, rest): (&Call, &Rest), hand: &mut Hand) {
        if !self.is_counted(call.created) {
            return;
        }
        hand.n_accepted += 1;
        let fate = Fate::Open(call.accepted);
        if call.has_moved {
            return self.stories.count(&self.story(call, rest), fate);
        }
        self.count_in_interval((call, rest), fate);
        let pair = self.come(call);
        let has_talked = call.talk_end != Time::NEVER;
        let talk = has_talked.then(|| call.talk_end.since(call.accepted));
        let work = Work { group: hand.group, talk, wrap_up: None };
        let wait = call.accepted.since(call.created);
        let last = call.accepted.since(call.reserved);
        let unoffered = wait - call.missed - last;
        let parts = Parts { wait, unoffered, missed: call.missed, last };
        let is_first = call.n_offers == 1;
        self.pairs[pair].counters.tasks_first_offer_accepted += u64::from(is_first);
        let cell = self.accepted_cell(call, hand.group);
        let threshold = self.plan.routes[call.route].threshold;
        let cell = &mut self.accepted[cell];
        cell.accept(parts, wait, threshold);
        work.count(&mut cell.counters);
    }

    /// The customer hung up.
    pub(super) fn abandon(&mut self, (call, rest): (&Call, &Rest), now: Time, while_ringing: bool) {
        if !self.is_counted(call.created) {
            return;
        }
        let fate = Fate::Canceled(now, CancelReason::HangUp);
        if call.has_moved {
            let story = self.story(call, rest);
            let cut_short = while_ringing.then_some(now);
            return self.stories.count(&Story { cut_short, ..story }, fate);
        }
        self.count_in_interval((call, rest), fate);
        let pair = self.come(call);
        let wait = now.since(call.created);
        let level = self.plan.pairs[pair].level;
        let cell = &mut self.pairs[pair];
        cell.cancel(wait, CancelReason::HangUp);
        cell.abandon(wait, level.threshold);
        cell.counters.tasks_short_abandoned += u64::from(wait <= level.short_abandon);
        cell.counters.abandoned_while_ringing += u64::from(while_ringing);
    }

    /// The run is over, and nobody has accepted the task.
    pub(super) fn leave_unserved(&mut self, (call, rest): (&Call, &Rest), now: Time) {
        if !self.is_counted(call.created) {
            return;
        }
        if call.has_moved {
            return self.stories.count(&self.story(call, rest), Fate::Open(now));
        }
        self.count_in_interval((call, rest), Fate::Open(now));
        let pair = self.come(call);
        let waited = now.since(call.created).as_millis();
        self.wait_unserved_ms += waited;
        let counters = &mut self.pairs[pair].counters;
        counters.tasks_unserved_at_end += 1;
        counters.longest_wait_ms = counters.longest_wait_ms.max(waited);
    }

    #[inline]
    fn come(&mut self, call: &Call) -> PairId {
        let pair = self.plan.routes[call.route].pair;
        let since = call.created;
        let offers = Offers {
            since,
            n: call.n_offers,
            first: (call.n_offers != 0).then_some(call.first_offered),
        };
        self.pairs[pair].come(since, offers);
        pair
    }

    #[inline]
    fn accepted_cell(&self, call: &Call, group: GroupId) -> usize {
        self.plan.routes[call.route].pair.index() * self.n_groups + group.index()
    }

    /// What was seen until `now`; the window ends at `end`.
    pub(super) fn close(mut self, staff: &mut Staff<'s>, (end, now): (Time, Time)) -> Recorder<'s> {
        let scenario = self.plan.scenario;
        for worker in scenario.people.ids() {
            staff.touch(now, worker);
        }
        let by_interval = staff.by_interval.take();
        let mut time = by_interval.map_or_else(|| StaffTime::new(scenario), |(time, _)| time);
        for worker in scenario.people.ids() {
            let (hours, units) = staff.hours(worker);
            time.enter(worker, &hours, units);
        }
        for (pair, of) in self.plan.pairs.iter_with_id() {
            for group in scenario.groups.ids() {
                let cell = pair.index() * self.n_groups + group.index();
                self.served[cell].enter(&mut self.pairs[pair], &mut self.accepted[cell]);
                self.stories.absorb(&self.accepted[cell], (of.source, of.queue, Some(group)));
            }
            self.stories.absorb(&self.pairs[pair], (of.source, of.queue, None));
        }
        self.stories.set_workers(staff.take_counters(), self.wait_unserved_ms);
        let parts = (self.stories, time, self.lengths);
        Recorder::of(scenario, parts, end, (self.n_tasks, self.n_events))
    }
}

/// The length of a stage that is not over within a day: then TaskRouter ends it.
pub(super) const ASSIGNED_MAX: Span = Span::from_secs(86_400);
