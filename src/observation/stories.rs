//! What becomes of tasks and their reservations, by source, queue and group of workers.

use crate::id::{IdVec, SecondaryMap};
use crate::observation::cells::Cells;
use crate::observation::fate::{Fate, Work};
use crate::observation::outcome::Outcome;
use crate::observation::scope::Scope;
use crate::observation::story::{Story, is_abandonment};
use crate::observation::tally::{Counters, IntervalTally, Tally, WorkerCounters};
use crate::observation::waits::{Cell, Offers};
use crate::routing::{CancelReason, QueueId, ReservationRef, TaskId, TaskRef, WorkerId};
use crate::scenario::{GroupId, Scenario, ServiceLevel, SourceId};
use crate::time::Time;

/// What becomes of tasks and their reservations.
///
/// What happens to a task is remembered in its [`Story`], and counted when the task is gone; only
/// what is rare, or about somebody who may not have the task in the end, is counted as it happens.
///
/// A task's source decides its workflow and channel, so those scopes, and everything, are sums over
/// sources; only sources, queues and groups are counted live.
#[derive(Debug)]
pub(crate) struct Stories<'s> {
    scenario: &'s Scenario,
    stories: SecondaryMap<TaskId, Story>,
    cells: Cells,
    groups: IdVec<WorkerId, GroupId>,
    workers: IdVec<WorkerId, WorkerCounters>,
    intervals: Vec<Cells>,
    wait_unserved_ms: u64,
}

/// What happens to a task.
impl<'s> Stories<'s> {
    pub(crate) fn new(scenario: &'s Scenario) -> Self {
        Self {
            scenario,
            stories: SecondaryMap::new(),
            cells: Cells::new(scenario),
            groups: scenario.people.iter().map(|person| person.group).collect(),
            workers: IdVec::filled(WorkerCounters::default(), scenario.people.len()),
            intervals: Vec::new(),
            wait_unserved_ms: 0,
        }
    }

    /// Where a task that is alive came from.
    pub(super) fn source(&self, task: TaskId) -> Option<SourceId> {
        self.stories.get(task).map(|story| story.source)
    }

    /// Whether the task waits: pending or reserved.
    pub(super) fn is_waiting(&self, task: TaskId) -> bool {
        self.stories.get(task).is_some_and(|story| story.accepted.is_none())
    }

    pub(super) fn create(&mut self, now: Time, task: TaskId, source: SourceId) {
        let is_counted = Time::ZERO + self.scenario.warm_up <= now;
        self.stories.insert(task, Story::new(source, now, is_counted));
    }

    pub(super) fn enter(&mut self, now: Time, task: TaskRef) {
        let Some(story) = self.stories.get_mut(task.task) else { return };
        let before = *story;
        story.enter(now, task.queue);
        self.end_counted_stay(&before);
    }

    /// A task that was in a queue comes into another one.
    pub(crate) fn end_counted_stay(&mut self, story: &Story) {
        if story.is_counted && story.queue.is_some() {
            self.end_stay(story);
        }
    }

    /// The task moves on to another queue.
    pub(super) fn leave(&mut self, task: TaskId) {
        let Some(story) = self.stories.get(task).copied().filter(|story| story.is_counted) else {
            return;
        };
        self.count_move(&story);
    }

    /// A task leaves its queue for another one.
    pub(crate) fn count_move(&mut self, story: &Story) {
        self.cells.each(story, None, |cell| cell.counters.tasks_moved += 1);
    }

    pub(super) fn offer(&mut self, now: Time, offer: ReservationRef) {
        let Some(story) = self.stories.get_mut(offer.task) else { return };
        story.offer(now);
        if !story.is_counted {
            return;
        }
        self.workers[offer.worker].reservations_created += 1;
        let (created, group) = (story.created, self.groups[offer.worker]);
        self.count_offer_in_interval(created, group);
    }

    pub(super) fn accept(&mut self, now: Time, offer: ReservationRef) {
        if let Some(story) = self.stories.get_mut(offer.task) {
            story.accept(now, offer.worker);
        }
    }

    pub(super) fn let_go(&mut self, now: Time, offer: ReservationRef, outcome: Outcome) {
        let Some(story) = self.stories.get_mut(offer.task) else { return };
        story.let_go(now, outcome == Outcome::Canceled);
        if !story.is_counted {
            return;
        }
        outcome.count_worker(&mut self.workers[offer.worker]);
        // In the queue in force at its creation, wherever the task is by now (TR-305).
        let mut there = *story;
        there.queue = offer.queue;
        let group = Some(self.groups[offer.worker]);
        self.cells.each(&there, group, |cell| outcome.count(&mut cell.counters));
        if outcome == Outcome::TimedOut {
            self.count_timeout_in_interval(&there, self.groups[offer.worker]);
        }
    }

    pub(super) fn end_talk(&mut self, now: Time, task: TaskId) {
        if let Some(story) = self.stories.get_mut(task) {
            story.end_talk(now);
        }
    }

    pub(super) fn complete(&mut self, now: Time, task: TaskId) {
        self.finish(task, Fate::Completed(now));
    }

    pub(super) fn cancel(&mut self, now: Time, task: TaskId, reason: CancelReason) {
        self.finish(task, Fate::Canceled(now, reason));
    }

    pub(super) fn delete(&mut self, task: TaskId) {
        self.finish(task, Fate::Deleted);
    }

    /// The run is over: what still waits was never served.
    pub(super) fn end(&mut self, now: Time) {
        for story in std::mem::take(&mut self.stories).iter() {
            self.count(story, Fate::Open(now));
        }
    }

    fn finish(&mut self, task: TaskId, fate: Fate) {
        if let Some(story) = self.stories.remove(task) {
            self.count(&story, fate);
        }
    }
}

/// What it comes to in the end.
impl Stories<'_> {
    pub(crate) fn count(&mut self, story: &Story, fate: Fate) {
        if !story.is_counted {
            return;
        }
        let offers = Offers { since: story.created, n: story.n_offers, first: story.first_offered };
        self.cells.sources[story.source].come(story.created, offers);
        self.end_stay(story);
        let level = self.service_level(story);
        if let Some((at, worker)) = story.accepted {
            self.workers[worker].accepted += 1;
            let work = Work::of(story, at, self.groups[worker], fate);
            self.count_accepted(story, at, work, level);
        }
        match fate {
            Fate::Canceled(now, reason) => self.count_canceled(story, now, reason, level),
            Fate::Open(now) if story.accepted.is_none() => {
                let waited = now.since(story.created).as_millis();
                self.wait_unserved_ms += waited;
                self.cells.each(story, None, |cell| {
                    let c = &mut cell.counters;
                    c.tasks_unserved_at_end += 1;
                    c.longest_wait_ms = c.longest_wait_ms.max(waited);
                });
            }
            _ => (),
        }
        if self.scenario.interval.is_some() {
            self.count_in_interval(story, fate, level);
        }
    }

    /// The task is leaving its queue.
    fn end_stay(&mut self, story: &Story) {
        let Some(queue) = story.queue else { return };
        let &Story { queue_entered: since, n_offers_here: n, first_offered_here: first, .. } =
            story;
        self.cells.queues[queue].come(story.created, Offers { since, n, first });
        self.count_stay_in_interval(story.created, queue, n);
    }

    fn count_accepted(&mut self, story: &Story, at: Time, work: Work, level: ServiceLevel) {
        let parts = story.parts(at);
        let in_queue = at.since(story.queue_entered);
        self.cells.each(story, Some(work.group), |cell| {
            cell.accept(parts, in_queue, level.threshold);
            work.count(&mut cell.counters);
        });
        self.cells.sources[story.source].counters.tasks_first_offer_accepted +=
            u64::from(story.n_bursts == 1);
        if let Some(queue) = story.queue {
            self.cells.queues[queue].counters.tasks_first_offer_accepted +=
                u64::from(story.n_bursts_here == 1);
        }
    }

    fn count_canceled(
        &mut self,
        story: &Story,
        now: Time,
        reason: CancelReason,
        level: ServiceLevel,
    ) {
        let wait = story.cancel(now).wait;
        let is_short = wait <= level.short_abandon;
        let while_ringing = story.rang_until(now);
        self.cells.each(story, None, |cell| {
            cell.cancel(wait, reason);
            if is_abandonment(reason) {
                cell.abandon(wait, level.threshold);
                cell.counters.tasks_short_abandoned += u64::from(is_short);
                cell.counters.abandoned_while_ringing += u64::from(while_ringing);
            } else {
                cell.cut_short(wait);
            }
        });
    }

    /// The same for the interval of the task's creation.
    pub(crate) fn count_in_interval(&mut self, story: &Story, fate: Fate, level: ServiceLevel) {
        let accepted = story.accepted.map(|(at, worker)| (at, self.groups[worker]));
        let Some(cells) = self.interval_of(story.created) else { return };
        let source = &mut cells.sources[story.source].interval;
        source.tasks_created += 1;
        source.reservations_created += u64::from(story.n_offers);
        if let Some((at, group)) = accepted {
            let work = Work::of(story, at, group, fate);
            let wait = at.since(story.created);
            cells.each(story, Some(group), |cell| {
                cell.interval.tasks_accepted += 1;
                cell.interval.tasks_in_time += u64::from(wait <= level.threshold);
                cell.note_interval_wait(wait);
                work.count_interval(&mut cell.interval);
            });
        }
        match fate {
            Fate::Canceled(now, reason) if is_abandonment(reason) => {
                let wait = now.since(story.created);
                cells.each(story, None, |cell| {
                    cell.interval.tasks_abandoned += 1;
                    cell.interval.tasks_short_abandoned += u64::from(wait <= level.short_abandon);
                    cell.note_interval_wait(wait);
                });
            }
            Fate::Open(_) if story.accepted.is_none() => {
                cells.each(story, None, |cell| cell.interval.tasks_unserved_at_end += 1);
            }
            _ => (),
        }
    }

    /// A task that was created then is offered to one of `group`.
    pub(crate) fn count_offer_in_interval(&mut self, created: Time, group: GroupId) {
        if let Some(cells) = self.interval_of(created) {
            cells.groups[group].interval.reservations_created += 1;
        }
    }

    /// An offer of this task to one of `group` timed out.
    pub(crate) fn count_timeout_in_interval(&mut self, story: &Story, group: GroupId) {
        if let Some(cells) = self.interval_of(story.created) {
            cells.each(story, Some(group), |cell| cell.interval.reservations_timed_out += 1);
        }
    }

    /// A task that was created then was in `queue`, and offered there `n` times.
    pub(crate) fn count_stay_in_interval(&mut self, created: Time, queue: QueueId, n: u32) {
        if let Some(cells) = self.interval_of(created) {
            let interval = &mut cells.queues[queue].interval;
            interval.tasks_created += 1;
            interval.reservations_created += u64::from(n);
        }
    }

    /// What counts as in time for a task: its queue's, its channel's, or the general threshold.
    fn service_level(&self, story: &Story) -> ServiceLevel {
        let channel = self.scenario.sources[story.source].channel;
        self.scenario.service_levels.of(story.queue, channel)
    }

    /// The cells of the interval in which a task was created.
    fn interval_of(&mut self, created: Time) -> Option<&mut Cells> {
        let length = self.scenario.interval?.as_millis();
        let index = usize::try_from(created.as_millis() / length).ok()?;
        if self.intervals.len() <= index {
            let none = Cells::new(self.scenario);
            self.intervals.resize(index + 1, none);
        }
        self.intervals.get_mut(index)
    }
}

/// What was counted elsewhere.
impl Stories<'_> {
    /// Adds what was counted of tasks of one source in one queue, and of one group's work on them.
    pub(crate) fn absorb(&mut self, cell: &Cell, of: (SourceId, QueueId, Option<GroupId>)) {
        let (source, queue, group) = of;
        self.cells.sources[source].absorb(cell);
        self.cells.queues[queue].absorb(cell);
        if let Some(group) = group {
            self.cells.groups[group].absorb(cell);
        }
    }

    /// Takes what was counted of each worker, and adds how long tasks waited that nobody served.
    pub(crate) fn set_workers(
        &mut self,
        workers: IdVec<WorkerId, WorkerCounters>,
        wait_unserved_ms: u64,
    ) {
        self.workers = workers;
        self.wait_unserved_ms += wait_unserved_ms;
    }
}

/// What it all adds up to.
impl Stories<'_> {
    pub(super) fn worker(&self, worker: WorkerId) -> WorkerCounters {
        self.workers[worker]
    }

    /// One for each of `scopes`: those that are made up of the same cells are summed once.
    pub(super) fn tallies(&self, scopes: &[Scope]) -> Vec<Tally> {
        let mut known: Vec<(Vec<&Cell>, Tally)> = Vec::new();
        let tally = |scope: &Scope| {
            let cells = self.cells.of(self.scenario, *scope);
            let is_same = |(of, _): &&(Vec<&Cell>, Tally)| {
                of.len() == cells.len() && of.iter().zip(&cells).all(|(a, b)| std::ptr::eq(*a, *b))
            };
            let mut tally = if let Some((_, tally)) = known.iter().find(is_same) {
                tally.clone()
            } else {
                let tally = Cell::sum(&cells);
                known.push((cells, tally.clone()));
                tally
            };
            self.count_offers(*scope, &mut tally.counters);
            tally
        };
        scopes.iter().map(tally).collect()
    }

    /// The counts of [`tally`](Self::tally) alone.
    pub(super) fn counters(&self, scope: Scope) -> Counters {
        let mut sum = Counters::default();
        let cells = self.cells.of(self.scenario, scope);
        cells.iter().for_each(|cell| sum.absorb(&cell.counters));
        self.count_offers(scope, &mut sum);
        sum
    }

    /// The offers of a group are counted by worker.
    fn count_offers(&self, scope: Scope, counters: &mut Counters) {
        if let Scope::WorkerGroup(group) = scope {
            let workers = self.groups.iter().zip(&self.workers);
            let own = workers.filter(|(of, _)| **of == group);
            counters.reservations_created =
                own.map(|(_, worker)| worker.reservations_created).sum();
        }
    }

    /// How long tasks have waited that nobody ever served.
    pub(super) const fn wait_unserved_ms(&self) -> u64 {
        self.wait_unserved_ms
    }

    pub(super) fn interval_tally(&self, interval: usize, scope: Scope) -> IntervalTally {
        let cells = self.intervals.get(interval).map(|cells| cells.of(self.scenario, scope));
        Cell::sum_intervals(&cells.unwrap_or_default())
    }
}
