//! Writes down what happens, row by row, for those who asked for it.

use crate::id::SecondaryMap;
use crate::observation::story::Story;
use crate::observation::trace::{EventRow, ReservationRow, Rows, TaskRow, Traces};
use crate::routing::{Event, ReservationId, ReservationRef, TaskId, TaskRef};
use crate::simulation::World;
use crate::time::{Span, Time};

/// Writes down what happens, row by row.
#[derive(Debug)]
pub(super) struct Tracer {
    traces: Traces,
    rows: Rows,
    /// The place of each live task among the rows, and what is remembered of it.
    tasks: SecondaryMap<TaskId, (usize, Story)>,
    /// The number of each open reservation.
    reservations: SecondaryMap<ReservationId, usize>,
    n_reservations: usize,
}

impl Tracer {
    pub(super) fn new(traces: Traces) -> Self {
        Self {
            traces,
            rows: Rows::default(),
            tasks: SecondaryMap::new(),
            reservations: SecondaryMap::new(),
            n_reservations: 0,
        }
    }

    pub(super) fn observe(&mut self, now: Time, event: &Event, world: &World<'_>) {
        match event {
            Event::TaskCreated(task) => self.begin_task(now, *task, world),
            Event::ReservationCreated(offer) => self.begin_offer(now, *offer, world),
            _ => (),
        }
        if self.traces.events {
            self.note_event(now, event, world);
        }
        match event {
            Event::TaskQueueEntered(task) => {
                self.change(task.task, |row, story| {
                    story.enter(now, task.queue);
                    row.task_queue = task.queue;
                });
            }
            Event::ReservationAccepted(offer) => self.accept(now, *offer, world),
            Event::ReservationRejected(offer) => self.let_go(now, *offer, "rejected", world),
            Event::ReservationTimedOut(offer) => self.let_go(now, *offer, "timeout", world),
            Event::ReservationCanceled(offer) => self.let_go(now, *offer, "canceled", world),
            Event::ReservationRescinded(offer) => self.let_go(now, *offer, "rescinded", world),
            Event::ReservationWrapUp(offer) | Event::ReservationCompleted(offer) => {
                self.change(offer.task, |row, _| {
                    row.talk_end.get_or_insert(now);
                });
            }
            Event::TaskCompleted(task) => {
                self.change(task.task, |row, _| row.completed = Some(now));
                self.tasks.remove(task.task);
            }
            Event::TaskCanceled(task, reason) => {
                self.change(task.task, |row, story| {
                    row.canceled = Some(now);
                    row.reason = reason.to_string();
                    let parts = story.cancel(now);
                    set_parts(row, parts.wait, (parts.unoffered, parts.missed, parts.last));
                });
                self.tasks.remove(task.task);
            }
            Event::TaskSystemDeleted(task) | Event::TaskDeleted(task) => {
                self.change(task.task, |row, _| row.reason = event.name().to_owned());
                self.tasks.remove(task.task);
            }
            _ => (),
        }
    }

    /// The run is over: what is still alive is written down as it is now.
    pub(super) fn end(&mut self, world: &World<'_>) {
        let router = world.router();
        for (id, task) in router.tasks() {
            self.change(id, |row, _| row.priority = task.priority);
        }
        for worker in router.workspace().workers.ids() {
            for id in &router.worker(worker).open {
                let number = self.reservations.get(*id).copied();
                let row = number.and_then(|number| self.rows.reservations.get_mut(number));
                if let (Some(row), Some(offer)) = (row, world.offer(*id)) {
                    row.answer_drawn = offer.answer_drawn;
                }
            }
        }
    }

    pub(super) fn finish(self) -> Rows {
        let Traces { tasks, reservations, events } = self.traces;
        let Rows { tasks: task_rows, reservations: reservation_rows, events: event_rows } =
            self.rows;
        Rows {
            tasks: if tasks { task_rows } else { Vec::new() },
            reservations: if reservations { reservation_rows } else { Vec::new() },
            events: if events { event_rows } else { Vec::new() },
        }
    }

    fn begin_task(&mut self, now: Time, task: TaskRef, world: &World<'_>) {
        let Some(customer) = world.customer(task.task) else { return };
        let source = &world.scenario().sources[customer.source];
        let number = self.rows.tasks.len();
        self.tasks.insert(task.task, (number, Story::new(customer.source, now, true)));
        self.rows.tasks.push(TaskRow {
            task: number as u64 + 1,
            key: world.key(customer),
            source: customer.source,
            workflow: task.workflow,
            task_queue: None,
            channel: source.channel,
            priority: customer.priority,
            created: now,
            first_offered: None,
            accepted: None,
            talk_end: None,
            completed: None,
            canceled: None,
            reason: String::new(),
            worker: None,
            reservations: 0,
            wait: None,
            wait_unoffered: None,
            wait_in_missed_offers: None,
            wait_in_final_offer: None,
            patience: customer.patience,
            talk_drawn: world.talk_drawn(customer),
            wrap_up_drawn: world.wrap_up_drawn(customer),
        });
    }

    fn begin_offer(&mut self, now: Time, offer: ReservationRef, world: &World<'_>) {
        let number = self.n_reservations;
        self.n_reservations += 1;
        self.reservations.insert(offer.reservation, number);
        let priority = world.router().task(offer.task).map(|task| task.priority);
        self.change(offer.task, |row, story| {
            story.offer(now);
            row.first_offered.get_or_insert(now);
            row.reservations += 1;
            row.priority = priority.unwrap_or(row.priority);
        });
        if self.traces.reservations {
            self.rows.reservations.push(ReservationRow {
                reservation: number as u64 + 1,
                task: self.task_number(offer.task).unwrap_or(0),
                task_queue: offer.queue,
                worker: offer.worker,
                created: now,
                ended: None,
                outcome: "",
                ring: None,
                answer_drawn: None,
            });
        }
    }

    fn accept(&mut self, now: Time, offer: ReservationRef, world: &World<'_>) {
        let priority = world.router().task(offer.task).map(|task| task.priority);
        self.change(offer.task, |row, story| {
            row.accepted = Some(now);
            row.worker = Some(offer.worker);
            row.priority = priority.unwrap_or(row.priority);
            let parts = story.accept(now, offer.worker);
            set_parts(row, parts.wait, (parts.unoffered, parts.missed, parts.last));
        });
        self.end_offer(now, offer, "accepted", world);
    }

    fn change(&mut self, task: TaskId, change: impl FnOnce(&mut TaskRow, &mut Story)) {
        if let Some((number, story)) = self.tasks.get_mut(task) {
            change(&mut self.rows.tasks[*number], story);
        }
    }

    fn task_number(&self, task: TaskId) -> Option<u64> {
        self.tasks.get(task).map(|(number, _)| *number as u64 + 1)
    }
}

fn set_parts(row: &mut TaskRow, wait: Span, (unoffered, missed, last): (Span, Span, Span)) {
    row.wait = Some(wait);
    row.wait_unoffered = Some(unoffered);
    row.wait_in_missed_offers = Some(missed);
    row.wait_in_final_offer = Some(last);
}

impl Tracer {
    fn let_go(
        &mut self,
        now: Time,
        offer: ReservationRef,
        outcome: &'static str,
        world: &World<'_>,
    ) {
        self.change(offer.task, |_, story| story.let_go(now, outcome == "canceled"));
        self.end_offer(now, offer, outcome, world);
    }

    fn end_offer(
        &mut self,
        now: Time,
        offer: ReservationRef,
        outcome: &'static str,
        world: &World<'_>,
    ) {
        let Some(number) = self.reservations.get(offer.reservation).copied() else { return };
        if let Some(row) = self.rows.reservations.get_mut(number) {
            row.ended = Some(now);
            row.outcome = outcome;
            row.ring = Some(now.since(row.created));
            row.answer_drawn = world.offer(offer.reservation).and_then(|offer| offer.answer_drawn);
        }
    }

    fn note_event(&mut self, now: Time, event: &Event, world: &World<'_>) {
        let workspace = world.router().workspace();
        let reservation = event.reservation();
        let task = event.task();
        let of_task = task.map(|task| task.task).or(reservation.map(|offer| offer.task));
        let detail = match event {
            Event::TaskCanceled(_, reason) => reason.to_string(),
            Event::WorkerActivityUpdate { from, to, .. } => {
                let name = |id| workspace.activities[id].friendly_name.as_str();
                format!("{} -> {}", name(*from), name(*to))
            }
            _ => String::new(),
        };
        let number = reservation.and_then(|offer| self.reservations.get(offer.reservation));
        self.rows.events.push(EventRow {
            time: now,
            event_type: event.name(),
            task: of_task.and_then(|task| self.task_number(task)),
            reservation: number.map(|number| *number as u64 + 1),
            worker: event.worker(),
            task_queue: task.map_or(reservation.and_then(|o| o.queue), |task| task.queue),
            workflow: task.map_or(reservation.and_then(|o| o.workflow), |task| task.workflow),
            detail,
        });
    }
}
