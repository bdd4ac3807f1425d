//! What becomes of tasks and their reservations, by source, queue and group of workers.

use crate::id::{IdVec, SecondaryMap};
use crate::observation::cells::Cells;
use crate::observation::scope::Scope;
use crate::observation::story::{Story, is_abandonment};
use crate::observation::tally::{Counters, IntervalCounters, IntervalTally, Tally, WorkerCounters};
use crate::observation::waits::Cell;
use crate::routing::{CancelReason, Event, ReservationRef, TaskId, TaskRef, WorkerId};
use crate::scenario::{Scenario, ServiceLevel};
use crate::simulation::World;
use crate::time::{Span, Time};

/// What becomes of tasks and their reservations.
///
/// A task's source decides its workflow and channel, so those scopes, and everything, are sums over
/// sources; only sources, queues and groups are counted live.
#[derive(Debug)]
pub(super) struct Stories<'s> {
    scenario: &'s Scenario,
    stories: SecondaryMap<TaskId, Story>,
    cells: Cells,
    workers: IdVec<WorkerId, WorkerCounters>,
    intervals: Vec<Cells>,
    wait_unserved_ms: u64,
}

impl<'s> Stories<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        Self {
            scenario,
            stories: SecondaryMap::new(),
            cells: Cells::new(scenario),
            workers: IdVec::filled(WorkerCounters::default(), scenario.people.len()),
            intervals: Vec::new(),
            wait_unserved_ms: 0,
        }
    }

    /// Whether the task waits: pending or reserved.
    pub(super) fn is_waiting(&self, task: TaskId) -> bool {
        self.stories.get(task).is_some_and(|story| story.accepted.is_none())
    }

    pub(super) fn observe(&mut self, now: Time, event: &Event, world: &World<'_>) {
        match event {
            Event::TaskCreated(task) => self.create(now, *task, world),
            Event::TaskQueueEntered(task) => self.enter(now, *task),
            Event::TaskQueueMoved(task) => self.count(task.task, None, |c| c.tasks_moved += 1),
            Event::ReservationCreated(offer) => self.offer(now, *offer),
            Event::ReservationAccepted(offer) => self.accept(now, *offer),
            Event::ReservationRejected(offer) => self.let_go(now, *offer, Outcome::Rejected),
            Event::ReservationTimedOut(offer) => self.let_go(now, *offer, Outcome::TimedOut),
            Event::ReservationCanceled(offer) => self.let_go(now, *offer, Outcome::Canceled),
            Event::ReservationRescinded(offer) => self.let_go(now, *offer, Outcome::Rescinded),
            Event::ReservationWrapUp(offer) | Event::ReservationCompleted(offer) => {
                self.end_talk(now, offer.task);
            }
            Event::TaskCompleted(task) => self.complete(now, task.task),
            Event::TaskCanceled(task, reason) => self.cancel(now, *task, *reason),
            Event::TaskDeleted(task) | Event::TaskSystemDeleted(task) => {
                self.stories.remove(task.task);
            }
            _ => (),
        }
    }

    /// The run is over: what still waits was never served.
    pub(super) fn end(&mut self, now: Time) {
        let waiting = self.stories.iter().filter(|story| story.accepted.is_none());
        let waiting: Vec<Story> = waiting.copied().collect();
        for story in waiting {
            let waited = now.since(story.created).as_millis();
            self.wait_unserved_ms += if story.is_counted { waited } else { 0 };
            self.count_story(&story, None, |c| {
                c.tasks_unserved_at_end += 1;
                c.longest_wait_ms = c.longest_wait_ms.max(waited);
            });
            self.count_interval_story(&story, None, |c| c.tasks_unserved_at_end += 1);
        }
    }

    fn create(&mut self, now: Time, task: TaskRef, world: &World<'_>) {
        let Some(customer) = world.customer(task.task) else { return };
        let is_counted = Time::ZERO + self.scenario.warm_up <= now;
        let story = Story::new(customer.source, now, is_counted);
        self.stories.insert(task.task, story);
        self.count_story(&story, None, |c| c.tasks_created += 1);
        self.count_interval_story(&story, None, |c| c.tasks_created += 1);
    }

    fn enter(&mut self, now: Time, task: TaskRef) {
        let Some(story) = self.stories.get_mut(task.task) else { return };
        story.enter(now, task.queue);
        let story = *story;
        if let Some(queue) = task.queue.filter(|_| story.is_counted) {
            self.cells.queues[queue].counters.tasks_created += 1;
            if let Some(cells) = self.interval_of(&story) {
                cells.queues[queue].interval.tasks_created += 1;
            }
        }
    }

    fn offer(&mut self, now: Time, offer: ReservationRef) {
        let Some(story) = self.stories.get_mut(offer.task) else { return };
        story.offer(now);
        let story = *story;
        if !story.is_counted {
            return;
        }
        self.workers[offer.worker].reservations_created += 1;
        let group = self.scenario.people[offer.worker].group;
        self.cells.groups[group].counters.reservations_created += 1;
        note_offer(
            &mut self.cells.sources[story.source].counters,
            now,
            &story,
            story.n_offers,
            story.created,
        );
        if let Some(queue) = offer.queue {
            let here = &mut self.cells.queues[queue].counters;
            note_offer(here, now, &story, story.n_offers_here, story.queue_entered);
        }
        self.count_interval_story(&story, Some(offer.worker), |c| c.reservations_created += 1);
    }

    fn accept(&mut self, now: Time, offer: ReservationRef) {
        let level = self.service_level(offer.task);
        let Some(story) = self.stories.get_mut(offer.task) else { return };
        let parts = story.accept(now, offer.worker);
        let story = *story;
        if !story.is_counted {
            return;
        }
        self.workers[offer.worker].accepted += 1;
        let in_queue = now.since(story.queue_entered);
        self.each_cell(&story, Some(offer.worker), |cell| {
            cell.counters.reservations_accepted += 1;
            cell.accept(parts, in_queue, level.threshold);
        });
        self.cells.sources[story.source].counters.tasks_first_offer_accepted +=
            u64::from(story.n_bursts == 1);
        if let Some(queue) = story.queue {
            self.cells.queues[queue].counters.tasks_first_offer_accepted +=
                u64::from(story.n_bursts_here == 1);
        }
        let in_time = u64::from(parts.wait <= level.threshold);
        self.each_interval_cell(&story, Some(offer.worker), |cell| {
            cell.interval.tasks_accepted += 1;
            cell.interval.tasks_in_time += in_time;
            cell.note_interval_wait(parts.wait);
        });
    }

    fn let_go(&mut self, now: Time, offer: ReservationRef, outcome: Outcome) {
        let Some(story) = self.stories.get_mut(offer.task) else { return };
        story.let_go(now, outcome == Outcome::Canceled);
        let story = *story;
        if !story.is_counted {
            return;
        }
        outcome.count_worker(&mut self.workers[offer.worker]);
        // In the queue in force at its creation, wherever the task is by now (TR-305).
        let mut there = story;
        there.queue = offer.queue;
        self.count_story(&there, Some(offer.worker), |counters| outcome.count(counters));
        if outcome == Outcome::TimedOut {
            let worker = Some(offer.worker);
            self.count_interval_story(&there, worker, |c| c.reservations_timed_out += 1);
        }
    }

    fn end_talk(&mut self, now: Time, task: TaskId) {
        let Some(story) = self.stories.get_mut(task) else { return };
        let Some((accepted, worker)) = story.accepted.filter(|_| story.talk_end.is_none()) else {
            return;
        };
        story.talk_end = Some(now);
        let talk = now.since(accepted).as_millis();
        self.count(task, Some(worker), |c| {
            c.talks += 1;
            c.talk_ms += talk;
        });
        self.count_interval(task, Some(worker), |c| {
            c.talks += 1;
            c.talk_ms += talk;
        });
    }

    fn complete(&mut self, now: Time, task: TaskId) {
        let Some(story) = self.stories.remove(task) else { return };
        let worker = story.accepted.map(|(_, worker)| worker);
        let wrap_up = story.talk_end.map_or(Span::ZERO, |end| now.since(end)).as_millis();
        self.count_story(&story, worker, |c| {
            c.tasks_completed += 1;
            c.wrap_up_ms += wrap_up;
        });
        self.count_interval_story(&story, worker, |c| {
            c.tasks_completed += 1;
            c.wrap_up_ms += wrap_up;
        });
    }

    fn cancel(&mut self, now: Time, task: TaskRef, reason: CancelReason) {
        let level = self.service_level(task.task);
        let Some(story) = self.stories.remove(task.task) else { return };
        if !story.is_counted {
            return;
        }
        let parts = story.cancel(now);
        let is_short = parts.wait <= level.short_abandon;
        let abandons = is_abandonment(reason);
        let while_ringing = story.rang_until(now);
        self.each_cell(&story, None, |cell| {
            cell.cancel(parts.wait, reason);
            if abandons {
                cell.abandon(parts.wait, level.threshold);
                cell.counters.tasks_short_abandoned += u64::from(is_short);
                cell.counters.abandoned_while_ringing += u64::from(while_ringing);
            }
        });
        if abandons {
            self.each_interval_cell(&story, None, |cell| {
                cell.interval.tasks_abandoned += 1;
                cell.interval.tasks_short_abandoned += u64::from(is_short);
                cell.note_interval_wait(parts.wait);
            });
        }
    }

    /// What counts as in time for a task: its queue's, its channel's, or the general threshold.
    fn service_level(&self, task: TaskId) -> ServiceLevel {
        let levels = &self.scenario.service_levels;
        let Some(story) = self.stories.get(task) else { return levels.default };
        let of_queue = levels.queues.iter().find(|(queue, _)| Some(*queue) == story.queue);
        let channel = self.scenario.sources[story.source].channel;
        let of_channel = || levels.channels.iter().find(|(of, _)| *of == channel).map(|(_, l)| *l);
        of_queue.map(|(_, level)| *level).or_else(of_channel).unwrap_or(levels.default)
    }
}

/// Where things are counted.
impl Stories<'_> {
    fn count(&mut self, task: TaskId, worker: Option<WorkerId>, count: impl Fn(&mut Counters)) {
        if let Some(story) = self.stories.get(task).copied() {
            self.count_story(&story, worker, count);
        }
    }

    fn count_story(
        &mut self,
        story: &Story,
        worker: Option<WorkerId>,
        count: impl Fn(&mut Counters),
    ) {
        if story.is_counted {
            self.each_cell(story, worker, |cell| count(&mut cell.counters));
        }
    }

    fn count_interval(
        &mut self,
        task: TaskId,
        worker: Option<WorkerId>,
        count: impl Fn(&mut IntervalCounters),
    ) {
        if let Some(story) = self.stories.get(task).copied() {
            self.count_interval_story(&story, worker, count);
        }
    }

    fn count_interval_story(
        &mut self,
        story: &Story,
        worker: Option<WorkerId>,
        count: impl Fn(&mut IntervalCounters),
    ) {
        self.each_interval_cell(story, worker, |cell| count(&mut cell.interval));
    }

    /// The source's cell, the queue's, and the group's of the worker it is about.
    fn each_cell(&mut self, story: &Story, worker: Option<WorkerId>, act: impl Fn(&mut Cell)) {
        let group = worker.map(|worker| self.scenario.people[worker].group);
        self.cells.each(story, group, act);
    }

    fn each_interval_cell(
        &mut self,
        story: &Story,
        worker: Option<WorkerId>,
        act: impl Fn(&mut Cell),
    ) {
        let group = worker.map(|worker| self.scenario.people[worker].group);
        if let Some(cells) = self.interval_of(story).filter(|_| story.is_counted) {
            cells.each(story, group, act);
        }
    }

    /// The cells of the interval in which a task was created.
    fn interval_of(&mut self, story: &Story) -> Option<&mut Cells> {
        let length = self.scenario.interval?.as_millis();
        let index = usize::try_from(story.created.as_millis() / length).ok()?;
        if self.intervals.len() <= index {
            let none = Cells::new(self.scenario);
            self.intervals.resize(index + 1, none);
        }
        self.intervals.get_mut(index)
    }
}

/// What it all adds up to.
impl Stories<'_> {
    pub(super) fn worker(&self, worker: WorkerId) -> WorkerCounters {
        self.workers[worker]
    }

    pub(super) fn tally(&self, scope: Scope) -> Tally {
        Cell::sum(&self.cells.of(self.scenario, scope))
    }

    /// The counts of [`tally`](Self::tally) alone.
    pub(super) fn counters(&self, scope: Scope) -> Counters {
        let mut sum = Counters::default();
        let cells = self.cells.of(self.scenario, scope);
        cells.iter().for_each(|cell| sum.absorb(&cell.counters));
        sum
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

/// How an offer ends without acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Rejected,
    TimedOut,
    Canceled,
    Rescinded,
}

impl Outcome {
    const fn count(self, counters: &mut Counters) {
        *match self {
            Self::Rejected => &mut counters.reservations_rejected,
            Self::TimedOut => &mut counters.reservations_timed_out,
            Self::Canceled => &mut counters.reservations_canceled,
            Self::Rescinded => &mut counters.reservations_rescinded,
        } += 1;
    }

    const fn count_worker(self, counters: &mut WorkerCounters) {
        *match self {
            Self::Rejected => &mut counters.rejected,
            Self::TimedOut => &mut counters.timed_out,
            Self::Canceled => &mut counters.canceled,
            Self::Rescinded => &mut counters.rescinded,
        } += 1;
    }
}

/// An offer of a task that has now been offered `n_offers` times since it came at `since`.
fn note_offer(c: &mut Counters, now: Time, story: &Story, n_offers: u32, since: Time) {
    c.reservations_created += 1;
    if n_offers == 1 {
        c.tasks_offered += 1;
        c.wait_until_first_offer_ms += now.since(story.created).as_millis();
        c.tasks_offered_at_once += u64::from(now == since);
    }
    c.tasks_with_2plus_offers += u64::from(n_offers == 2);
    c.tasks_with_3plus_offers += u64::from(n_offers == 3);
}
