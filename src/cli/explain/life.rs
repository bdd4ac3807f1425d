//! Watches for one task, and notes what happens to it.

use crate::routing::{CancelReason, Event, ReservationId, ReservationRef, TaskId, WorkerId};
use crate::simulation::{Customer, Fact, Observer, World};
use crate::time::{Span, Time};

/// How many keys are kept, to name some if the wanted one does not come.
const MOST_KEYS: usize = 3;

/// Watches for one task.
#[derive(Debug)]
pub(super) struct Life<'a> {
    /// The task's key, or its number in `tasks.csv`.
    wanted: &'a str,
    task: Option<TaskId>,
    /// Offers that still ring, and the places of their lines.
    ringing: Vec<(ReservationRef, usize)>,
    /// Whose offer ended last, and when.
    just_ended: Option<(WorkerId, Time)>,
    n_tasks: u64,
    /// Who it is.
    pub(super) about: Option<About>,
    /// What happened.
    pub(super) lines: Vec<Line>,
    /// Some keys: of the wanted source, if there is such a source.
    pub(super) keys: Vec<String>,
}

/// Who it is.
#[derive(Debug)]
pub(super) struct About {
    pub(super) key: String,
    pub(super) created: Time,
    pub(super) customer: Customer,
    pub(super) talk_drawn: Span,
    pub(super) wrap_up_drawn: Span,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) after: Span,
    pub(super) event: &'static str,
    pub(super) queue: String,
    pub(super) worker: String,
    pub(super) detail: String,
}

impl<'a> Life<'a> {
    /// Nothing seen yet of the task of this key.
    pub(super) const fn new(wanted: &'a str) -> Self {
        Self {
            wanted,
            task: None,
            ringing: Vec::new(),
            just_ended: None,
            n_tasks: 0,
            about: None,
            lines: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Whether a task that is just created is the one.
    fn meet(&mut self, now: Time, task: TaskId, world: &World<'_>) {
        self.n_tasks += 1;
        let Some(customer) = world.customer(task).filter(|_| self.about.is_none()) else { return };
        let key = world.key(customer);
        if key == self.wanted || self.wanted == self.n_tasks.to_string() {
            self.task = Some(task);
            self.about = Some(About {
                key,
                created: now,
                customer: *customer,
                talk_drawn: world.talk_drawn(customer),
                wrap_up_drawn: world.wrap_up_drawn(customer),
            });
        } else {
            self.remember(key);
        }
    }

    fn remember(&mut self, key: String) {
        let source = |key: &str| key.split(':').next().unwrap_or_default().to_owned();
        let is_near = |key: &str| source(key) == source(self.wanted);
        if self.keys.len() < MOST_KEYS {
            self.keys.push(key);
        } else if is_near(&key)
            && let Some(other) = self.keys.iter_mut().find(|other| !is_near(other))
        {
            *other = key;
        }
    }

    fn is_about_it(&self, now: Time, event: &Event) -> bool {
        let task = event.task().map(|task| task.task);
        match (task.or(event.reservation().map(|offer| offer.task)), event) {
            (Some(task), _) => Some(task) == self.task,
            (None, Event::WorkerActivityUpdate { worker, .. }) => {
                self.just_ended == Some((*worker, now))
                    || self.ringing.iter().any(|(offer, _)| offer.worker == *worker)
            }
            _ => false,
        }
    }

    fn note(&mut self, now: Time, event: &Event, world: &World<'_>) {
        let Some(about) = &self.about else { return };
        let workspace = world.router().workspace();
        let offer = event.reservation();
        let queue = event.task().map_or(offer.and_then(|offer| offer.queue), |task| task.queue);
        self.lines.push(Line {
            after: now.since(about.created),
            event: event.name(),
            queue: queue.map_or(String::new(), |id| workspace.queues[id].friendly_name.clone()),
            worker: event
                .worker()
                .map_or(String::new(), |id| workspace.workers[id].friendly_name.clone()),
            detail: self.detail(now, event, world),
        });
        match event {
            Event::ReservationCreated(offer) => self.ringing.push((*offer, self.lines.len() - 1)),
            Event::ReservationAccepted(offer)
            | Event::ReservationRejected(offer)
            | Event::ReservationTimedOut(offer)
            | Event::ReservationCanceled(offer)
            | Event::ReservationRescinded(offer) => {
                self.just_ended = Some((offer.worker, now));
                self.reveal(offer.reservation, world);
                self.ringing.retain(|(other, _)| other.reservation != offer.reservation);
            }
            _ => (),
        }
    }

    fn detail(&self, now: Time, event: &Event, world: &World<'_>) -> String {
        let router = world.router();
        match event {
            Event::WorkflowTargetMatched(task) => router
                .task(task.task)
                .map_or(String::new(), |task| format!("priority {}", task.priority)),
            Event::ReservationAccepted(_) => {
                let created = self.about.as_ref().map_or(now, |about| about.created);
                format!("waited {} s", now.since(created))
            }
            Event::TaskCanceled(_, CancelReason::HangUp) => "the customer left".to_owned(),
            Event::TaskCanceled(_, reason) => reason.to_string(),
            Event::WorkerActivityUpdate { from, to, .. } => {
                let name = |id| router.workspace().activities[id].friendly_name.as_str();
                format!("{} -> {}", name(*from), name(*to))
            }
            _ => String::new(),
        }
    }

    /// What the worker was going to do with an offer is drawn after its creation is told.
    fn reveal(&mut self, id: ReservationId, world: &World<'_>) {
        let line = self.ringing.iter().find(|(offer, _)| offer.reservation == id);
        let (Some((_, line)), Some(offer)) = (line, world.offer(id)) else { return };
        self.lines[*line].detail = match offer.answer_drawn {
            Some(delay) => format!("would be answered after {delay} s"),
            None => "would never be answered".to_owned(),
        };
    }
}

impl Observer for Life<'_> {
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        match fact {
            Fact::Event(event) => {
                if let Event::TaskCreated(task) = event {
                    self.meet(now, task.task, world);
                }
                if self.task.is_some() && self.is_about_it(now, event) {
                    self.note(now, event, world);
                }
            }
            Fact::End => {
                let open: Vec<_> = self.ringing.iter().map(|(o, _)| o.reservation).collect();
                open.into_iter().for_each(|id| self.reveal(id, world));
            }
            Fact::Worker(_) => (),
        }
    }
}
