//! What there is at an instant, and the plain things that happen to it. Nothing is indexed: every
//! question is answered by looking through all tasks and all reservations.

use serde_json::Value as Json;

use super::world::{Millis, Target, World};

/// Cap of pending -> reserved (TR-027).
pub(crate) const ASSIGNMENTS_MAX: u32 = 1000;
/// After acceptance (TR-331).
pub(crate) const ASSIGNED_MAX: Millis = 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Reserved,
    Assigned,
    Wrapping,
    /// Completed, canceled or deleted.
    Gone,
}

/// How a task is routed (TR-148).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Filters,
    Queue,
    Worker { worker: usize, ignore_capacity: bool },
}

#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) status: Status,
    pub(crate) route: Route,
    pub(crate) workflow: Option<usize>,
    /// The text in force when it entered (TR-143).
    pub(crate) text: usize,
    /// Filter and target; no filter means the default filter.
    pub(crate) place: (Option<usize>, usize),
    pub(crate) queue: Option<usize>,
    pub(crate) attributes: Json,
    pub(crate) channel: usize,
    pub(crate) priority: u32,
    pub(crate) created: Millis,
    pub(crate) virtual_start_time: Millis,
    pub(crate) ttl: Millis,
    /// Where deadlines count from, as an age (OC-16).
    pub(crate) base: Millis,
    /// Timeouts of the targets passed.
    pub(crate) passed: Millis,
    /// Of the current target, as an age.
    pub(crate) deadline: Option<Millis>,
    /// The flag of 17.1, and whether a failed offer raised it.
    pub(crate) is_entering: bool,
    pub(crate) has_returned: bool,
    /// Attributes changed while reserved (OC-4).
    pub(crate) needs_redrive: bool,
    pub(crate) assignment_count: u32,
    pub(crate) accepted: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    Pending,
    OnHold,
    Accepted,
    Wrapping,
    Ended,
}

#[derive(Clone, Debug)]
pub(crate) struct Reservation {
    pub(crate) state: Offer,
    pub(crate) task: usize,
    pub(crate) worker: usize,
    pub(crate) channel: usize,
    pub(crate) queue: Option<usize>,
    pub(crate) workflow: Option<usize>,
    pub(crate) created: Millis,
    pub(crate) timeout: Millis,
    pub(crate) previous_activity: usize,
    pub(crate) ended: Millis,
}

/// What orders workers, for one worker: instants on each channel, and the last return (OC-18).
#[derive(Clone, Debug, Default)]
pub(crate) struct Idle {
    pub(crate) reserved: Vec<Option<Millis>>,
    pub(crate) accepted: Vec<Option<Millis>>,
    pub(crate) completed: Vec<Option<Millis>>,
    pub(crate) ended: Vec<Option<Millis>>,
    pub(crate) came_back: Option<Millis>,
}

/// Where a worker goes when an offer ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goes {
    Nowhere,
    /// Single-tasking only (TR-090).
    Back,
    To(usize),
}

/// The independent machine.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) world: World,
    pub(crate) now: Millis,
    pub(crate) tasks: Vec<Task>,
    pub(crate) reservations: Vec<Reservation>,
    pub(crate) idle: Vec<Idle>,
    /// What has happened since it was last asked.
    pub(crate) lines: Vec<String>,
    /// Whether a command has come since the last `advance`.
    pub(crate) is_dirty: bool,
}

impl Model {
    pub(crate) fn new(world: World) -> Self {
        let never = vec![None; world.channels.len()];
        let idle = Idle {
            reserved: never.clone(),
            accepted: never.clone(),
            completed: never.clone(),
            ended: never,
            came_back: None,
        };
        let idle = vec![idle; world.workers.len()];
        let (tasks, reservations, lines) = (Vec::new(), Vec::new(), Vec::new());
        Self { world, now: 0, tasks, reservations, idle, lines, is_dirty: false }
    }

    pub(crate) fn age(&self, task: usize) -> Millis {
        self.now - self.tasks[task].created
    }

    /// The step it stands in, if filters route it.
    pub(crate) fn target(&self, task: usize) -> Option<Target> {
        let task = &self.tasks[task];
        let text = &self.world.texts[task.text];
        match (task.route, task.place) {
            (Route::Filters, (Some(filter), index)) => Some(text.filters[filter].1[index].clone()),
            (Route::Filters, (None, _)) => text.default_filter.clone(),
            _ => None,
        }
    }

    /// The reservations of `task` in one of `states`, oldest first.
    pub(crate) fn offers(&self, task: usize, states: &[Offer]) -> Vec<usize> {
        let all = self.reservations.iter().enumerate();
        let all = all.filter(|(_, it)| it.task == task && states.contains(&it.state));
        all.map(|(number, _)| number).collect()
    }

    /// How many reservations `worker` has on `channel` (on all) in one of `states`.
    pub(crate) fn load(&self, worker: usize, channel: Option<usize>, states: &[Offer]) -> u32 {
        let all = self.reservations.iter().filter(|it| {
            it.worker == worker
                && channel.is_none_or(|channel| it.channel == channel)
                && states.contains(&it.state)
        });
        u32::try_from(all.count()).expect("few")
    }

    pub(crate) fn is_available(&self, worker: usize) -> bool {
        self.world.activities[self.world.workers[worker].activity].1
    }

    /// A line about a task.
    pub(crate) fn tell(&mut self, name: &str, task: usize, more: &str) {
        let it = &self.tasks[task];
        let place = self.place(it.queue, it.workflow);
        self.lines.push(format!("{name} t{}{place}{more}", task + 1));
    }

    pub(crate) fn tell_offer(&mut self, name: &str, offer: usize) {
        let it = &self.reservations[offer];
        let (task, worker) = (it.task + 1, &self.world.workers[it.worker].name);
        let place = self.place(it.queue, it.workflow);
        self.lines.push(format!("{name} r{} t{task} {worker}{place}", offer + 1));
    }

    fn place(&self, queue: Option<usize>, workflow: Option<usize>) -> String {
        let queue = queue.map_or("-", |queue| &self.world.queues[queue].name);
        let workflow = workflow.map_or("-", |workflow| &self.world.workflows[workflow].name);
        format!(" queue={queue} workflow={workflow}")
    }

    /// `worker.activity.update`, unless they are there already.
    pub(crate) fn move_worker(&mut self, worker: usize, to: usize) {
        let from = self.world.workers[worker].activity;
        if from == to {
            return;
        }
        self.world.workers[worker].activity = to;
        let (who, activities) = (&self.world.workers[worker].name, &self.world.activities);
        let (from, to) = (&activities[from].0, &activities[to].0);
        self.lines.push(format!("worker.activity.update {who} {from} -> {to}"));
    }

    /// The same, by which a worker may come back. Who is only moved by the offers and assignments of
    /// single-tasking has not been away.
    pub(crate) fn send_worker(&mut self, worker: usize, to: usize) {
        let was_available = self.is_available(worker);
        self.move_worker(worker, to);
        if !was_available && self.is_available(worker) {
            self.idle[worker].came_back = Some(self.now);
        }
    }

    /// One row of table 16.1: the offer is over, and the worker goes somewhere or not.
    pub(crate) fn end_offer(&mut self, offer: usize, name: Option<&str>, goes: Goes) {
        let now = self.now;
        let it = &mut self.reservations[offer];
        (it.state, it.ended) = (Offer::Ended, now);
        let (worker, channel, previous) = (it.worker, it.channel, it.previous_activity);
        self.idle[worker].ended[channel] = Some(now);
        if let Some(name) = name {
            self.tell_offer(name, offer);
        }
        match goes {
            Goes::Nowhere => {}
            Goes::Back if self.world.single_tasking => self.move_worker(worker, previous),
            Goes::Back => {}
            Goes::To(activity) => self.send_worker(worker, activity),
        }
    }

    /// T5, T6.
    pub(crate) fn cancel(&mut self, task: usize, reason: &str) {
        for offer in self.offers(task, &[Offer::Pending, Offer::OnHold]) {
            self.end_offer(offer, Some("reservation.canceled"), Goes::Back);
        }
        self.tasks[task].status = Status::Gone;
        self.tell("task.canceled", task, &format!(" ({reason})"));
    }
}
