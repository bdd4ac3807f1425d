//! How many tasks are pending or reserved, over time and by scope.

use crate::id::Id;
use crate::observation::scope::Scope;
use crate::observation::stories::Stories;
use crate::observation::tally::Counters;
use crate::observation::window::Window;
use crate::routing::{Event, QueueId, TaskId};
use crate::scenario::{Scenario, Source};
use crate::simulation::World;
use crate::time::Time;

/// How many tasks are pending or reserved, for each scope.
#[derive(Debug)]
pub(super) struct Lengths {
    levels: Vec<Level>,
    window: Window,
    /// Where each kind of scope begins in the list of all.
    first_queue: usize,
    first_channel: usize,
    first_source: usize,
}

/// One number that goes up and down.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    count: u64,
    since: Time,
    integral_ms: u64,
    max: u64,
}

impl Level {
    fn change(&mut self, now: Time, window: Window, by: i64) {
        let lasted = window.overlap_ms(self.since, now);
        if lasted != 0 {
            self.integral_ms += self.count * lasted;
            self.max = self.max.max(self.count);
        }
        self.since = now;
        self.count = self.count.checked_add_signed(by).expect("nothing leaves that did not come");
    }
}

impl Lengths {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let workspace = &scenario.workspace;
        let first_queue = 1 + workspace.workflows.len();
        let first_channel = first_queue + workspace.queues.len();
        Self {
            levels: vec![Level::default(); Scope::all(scenario).len()],
            window: Window::of(scenario, Time::NEVER),
            first_queue,
            first_channel,
            first_source: first_channel + workspace.channels.len(),
        }
    }

    /// `stories` are as they were before the event.
    pub(super) fn observe(
        &mut self,
        now: Time,
        event: &Event,
        stories: &Stories<'_>,
        world: &World<'_>,
    ) {
        self.window.end = world.horizon();
        match event {
            Event::TaskCreated(task) => self.change_all(now, world, task.task, 1),
            Event::TaskQueueEntered(task) => self.change_queue(now, task.queue, 1),
            Event::TaskQueueMoved(task) => self.change_queue(now, task.queue, -1),
            Event::ReservationAccepted(offer) => {
                self.change_all(now, world, offer.task, -1);
                self.change_queue(now, offer.queue, -1);
            }
            Event::TaskCanceled(task, _) | Event::TaskDeleted(task)
                if stories.is_waiting(task.task) =>
            {
                self.change_all(now, world, task.task, -1);
                self.change_queue(now, task.queue, -1);
            }
            _ => (),
        }
    }

    /// The run is over: what still waits has waited until now.
    pub(super) fn end(&mut self, now: Time, horizon: Time) {
        self.window.end = horizon;
        for level in &mut self.levels {
            level.change(now, self.window, 0);
        }
    }

    pub(super) fn counters(&self, scope: usize) -> Counters {
        let Level { integral_ms, max, .. } = self.levels[scope];
        Counters { queue_length_ms: integral_ms, queue_length_max: max, ..Counters::default() }
    }

    fn change_all(&mut self, now: Time, world: &World<'_>, task: TaskId, by: i64) {
        let Some(customer) = world.customer(task) else { return };
        let source: &Source = &world.scenario().sources[customer.source];
        self.levels[0].change(now, self.window, by);
        if let Some(workflow) = source.routed_by() {
            self.levels[1 + workflow.index()].change(now, self.window, by);
        }
        let channel = self.first_channel + source.channel.index();
        self.levels[channel].change(now, self.window, by);
        let source = self.first_source + customer.source.index();
        self.levels[source].change(now, self.window, by);
    }

    fn change_queue(&mut self, now: Time, queue: Option<QueueId>, by: i64) {
        if let Some(queue) = queue {
            self.levels[self.first_queue + queue.index()].change(now, self.window, by);
        }
    }
}
