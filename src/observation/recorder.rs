//! Watches a replication for everything that results are made of.

use crate::id::IdVec;
use crate::observation::lengths::Lengths;
use crate::observation::outcome::Outcome;
use crate::observation::scope::Scope;
use crate::observation::staff_time::StaffTime;
use crate::observation::stories::Stories;
use crate::observation::tally::{Counters, IntervalTally, Tally, WorkerCounters};
use crate::observation::trace::{Rows, Traces};
use crate::observation::tracer::Tracer;
use crate::observation::window::Window;
use crate::routing::{Event, QueueId, TaskId, WorkerId};
use crate::scenario::Scenario;
use crate::simulation::{Fact, Observer, World};
use crate::time::Time;

/// What was seen of one replication.
#[derive(Clone, Debug)]
pub struct Recording {
    /// One for each of [`Scope::all`], in that order.
    pub tallies: Vec<Tally>,
    /// One for each worker.
    pub workers: IdVec<WorkerId, WorkerCounters>,
    /// For each interval, one for each scope; empty if the scenario has no intervals.
    pub intervals: Vec<Vec<IntervalTally>>,
    /// What was traced.
    pub rows: Rows,
    /// How many tasks were created, warm-up included.
    pub n_tasks: u64,
    /// How many events there were.
    pub n_events: u64,
}

/// What was seen of one replication as far as it decides something.
#[derive(Clone, Debug)]
pub struct Toll {
    /// One for each scope asked for.
    pub tallies: Vec<Tally>,
    /// Sum over tasks still waiting when the run ended: creation to that.
    pub wait_unserved_ms: u64,
    /// How many tasks were created, warm-up included.
    pub n_tasks: u64,
    /// How many events there were.
    pub n_events: u64,
}

/// Watches a replication for everything that results are made of.
#[derive(Debug)]
pub struct Recorder<'s> {
    scenario: &'s Scenario,
    stories: Stories<'s>,
    staff: StaffTime<'s>,
    lengths: Lengths,
    tracer: Option<Tracer>,
    end: Time,
    n_tasks: u64,
    n_events: u64,
}

impl<'s> Recorder<'s> {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(scenario: &'s Scenario, traces: Traces) -> Self {
        Self {
            scenario,
            stories: Stories::new(scenario),
            staff: StaffTime::new(scenario),
            lengths: Lengths::new(scenario),
            tracer: (traces != Traces::default()).then(|| Tracer::new(traces)),
            end: Time::NEVER,
            n_tasks: 0,
            n_events: 0,
        }
    }

    /// Of what was counted elsewhere.
    pub(crate) fn of(
        scenario: &'s Scenario,
        (stories, staff, lengths): (Stories<'s>, StaffTime<'s>, Lengths),
        end: Time,
        (n_tasks, n_events): (u64, u64),
    ) -> Self {
        Self { scenario, stories, staff, lengths, tracer: None, end, n_tasks, n_events }
    }

    /// What was seen: sources, queues and groups, and what they add up to.
    #[must_use]
    pub fn finish(self) -> Recording {
        let window = Window::of(self.scenario, self.end);
        let scopes = Scope::all(self.scenario);
        let tallies = self.stories.tallies(&scopes);
        let scopes = scopes.into_iter().zip(tallies).enumerate();
        let tally = |(index, (scope, mut tally)): (usize, (Scope, Tally))| {
            tally.counters.absorb(&self.staff.counters(scope));
            tally.counters.absorb(&self.lengths.counters(index));
            tally
                .counters
                .absorb(&Counters { window_ms: window.length_ms(), ..Counters::default() });
            tally
        };
        let tallies = scopes.map(tally).collect();
        Recording {
            tallies,
            intervals: self.intervals(window),
            workers: self.workers(),
            n_tasks: self.n_tasks,
            n_events: self.n_events,
            rows: self.tracer.map_or_else(Rows::default, Tracer::finish),
        }
    }

    /// What was seen as far as it decides something: cheaper than [`finish`](Self::finish), which
    /// also merges the distributions of all waits.
    ///
    /// The tallies are those of `scopes`, in that order; waits are kept where the second says so.
    #[must_use]
    pub fn toll(self, scopes: &[(Scope, bool)]) -> Toll {
        let window = Window::of(self.scenario, self.end);
        let all = Scope::all(self.scenario);
        let tally = |&(scope, has_waits): &(Scope, bool)| {
            let with_waits = if has_waits { self.stories.tallies(&[scope]).pop() } else { None };
            let mut tally = if let Some(tally) = with_waits {
                tally
            } else {
                Tally { counters: self.stories.counters(scope), ..Tally::default() }
            };
            tally.counters.absorb(&self.staff.counters(scope));
            let index = all.iter().position(|known| *known == scope).expect("a scope of this one");
            tally.counters.absorb(&self.lengths.counters(index));
            tally.counters.window_ms = window.length_ms();
            tally
        };
        Toll {
            tallies: scopes.iter().map(tally).collect(),
            wait_unserved_ms: self.stories.wait_unserved_ms(),
            n_tasks: self.n_tasks,
            n_events: self.n_events,
        }
    }

    fn workers(&self) -> IdVec<WorkerId, WorkerCounters> {
        let ids = self.scenario.people.ids();
        let join = |worker| {
            let mut counters = self.staff.worker(worker);
            counters.absorb(&self.stories.worker(worker));
            counters
        };
        ids.map(join).collect()
    }

    fn intervals(&self, window: Window) -> Vec<Vec<IntervalTally>> {
        let Some(length) = self.scenario.interval else { return Vec::new() };
        let n_intervals = window.end.as_millis().div_ceil(length.as_millis());
        let scopes = Scope::all(self.scenario);
        let one = |interval: u64| {
            let start = Time::ZERO + length * interval;
            let part = window.overlap_ms(start, start + length);
            let index = usize::try_from(interval).expect("few intervals");
            let tally = |scope: &Scope| {
                let mut tally = self.stories.interval_tally(index, *scope);
                tally.counters.absorb(&self.staff.interval_counters(index, *scope));
                tally.counters.window_ms = part;
                tally
            };
            scopes.iter().map(tally).collect()
        };
        (0..n_intervals).map(one).collect()
    }
}

impl Recorder<'_> {
    #[inline]
    fn see(&mut self, now: Time, event: &Event, world: &World<'_>) {
        self.n_events += 1;
        if let Some(tracer) = &mut self.tracer {
            tracer.observe(now, event, world);
        }
        self.lengths.set_horizon(world.horizon());
        match event {
            Event::WorkflowEntered(_) | Event::WorkflowTargetMatched(_) | Event::TaskWrapUp(_) => {
                return;
            }
            Event::TaskCreated(task) => self.create(now, task.task, world),
            Event::TaskQueueEntered(task) => {
                self.lengths.change_queue(now, task.queue, 1);
                self.stories.enter(now, *task);
            }
            Event::TaskQueueMoved(task) => {
                self.lengths.change_queue(now, task.queue, -1);
                self.stories.leave(task.task);
            }
            Event::ReservationCreated(offer) => self.stories.offer(now, *offer),
            Event::ReservationAccepted(offer) => {
                self.stop_waiting(now, offer.task, offer.queue);
                self.stories.accept(now, *offer);
            }
            Event::ReservationRejected(offer) => {
                self.stories.let_go(now, *offer, Outcome::Rejected);
            }
            Event::ReservationTimedOut(offer) => {
                self.stories.let_go(now, *offer, Outcome::TimedOut);
            }
            Event::ReservationCanceled(offer) => {
                self.stories.let_go(now, *offer, Outcome::Canceled);
            }
            Event::ReservationRescinded(offer) => {
                self.stories.let_go(now, *offer, Outcome::Rescinded);
            }
            Event::ReservationWrapUp(offer) | Event::ReservationCompleted(offer) => {
                self.stories.end_talk(now, offer.task);
            }
            Event::TaskCompleted(task) => self.stories.complete(now, task.task),
            Event::TaskCanceled(task, reason) => {
                self.stop_waiting(now, task.task, task.queue);
                self.stories.cancel(now, task.task, *reason);
            }
            Event::TaskDeleted(task) | Event::TaskSystemDeleted(task) => {
                self.stop_waiting(now, task.task, task.queue);
                self.stories.delete(task.task);
            }
            _ => (),
        }
        if let Some(worker) = event.worker() {
            self.staff.observe(now, worker, world);
        }
    }

    fn create(&mut self, now: Time, task: TaskId, world: &World<'_>) {
        self.n_tasks += 1;
        if let Some(customer) = world.customer(task) {
            self.lengths.change_source(now, customer.source, 1);
            self.stories.create(now, task, customer.source);
        }
    }

    /// A task that was pending or reserved is not any more.
    fn stop_waiting(&mut self, now: Time, task: TaskId, queue: Option<QueueId>) {
        if !self.stories.is_waiting(task) {
            return;
        }
        if let Some(source) = self.stories.source(task) {
            self.lengths.change_source(now, source, -1);
        }
        self.lengths.change_queue(now, queue, -1);
    }
}

impl Observer for Recorder<'_> {
    #[inline]
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        match fact {
            Fact::Event(event) => self.see(now, event, world),
            Fact::Worker(worker) => self.staff.observe(now, worker, world),
            Fact::End => {
                self.end = world.horizon().min(now);
                self.stories.end(now);
                self.lengths.end(now, world.horizon());
                for worker in self.scenario.people.ids() {
                    self.staff.observe(now, worker, world);
                }
                if let Some(tracer) = &mut self.tracer {
                    tracer.end(world);
                }
            }
        }
    }
}
