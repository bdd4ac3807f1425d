//! `tasks.csv`, `reservations.csv` and `events.csv`: one row per thing that happened.

use std::io::Write;

use csv::Result;

use crate::observation::{EventRow as Event, Recording, ReservationRow as Reservation};
use crate::observation::{Rows, TaskRow as Task};
use crate::output::csv::write;
use crate::output::results::Results;
use crate::output::rows::{EventRow, ReservationRow, TaskRow};
use crate::routing::{QueueId, WorkerId, WorkflowId};
use crate::scenario::Scenario;

/// `tasks.csv`.
pub(super) fn tasks(results: &Results<'_>, out: impl Write) -> Result<()> {
    let names = Names(results.scenario);
    let rows = rows(results, |rows| &rows.tasks).map(|(at, task)| names.task(at, task));
    write(out, TaskRow::COLUMNS, rows)
}

/// `reservations.csv`.
pub(super) fn reservations(results: &Results<'_>, out: impl Write) -> Result<()> {
    let names = Names(results.scenario);
    let rows = rows(results, |rows| &rows.reservations)
        .map(|(at, reservation)| names.reservation(at, reservation));
    write(out, ReservationRow::COLUMNS, rows)
}

/// `events.csv`.
pub(super) fn events(results: &Results<'_>, out: impl Write) -> Result<()> {
    let names = Names(results.scenario);
    let rows = rows(results, |rows| &rows.events).map(|(at, event)| names.event(at, event));
    write(out, EventRow::COLUMNS, rows)
}

/// What was kept of one kind, with the number of its replication.
fn rows<'a, T: 'a>(
    results: &Results<'a>,
    of: fn(&'a Rows) -> &'a [T],
) -> impl Iterator<Item = (u32, &'a T)> {
    let numbered = move |(recording, number): (&'a Recording, u32)| {
        of(&recording.rows).iter().map(move |row| (number, row))
    };
    results.recordings.iter().zip(0..).flat_map(numbered)
}

/// Ids become names.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Scenario);

impl<'a> Names<'a> {
    fn task(self, replication: u32, task: &'a Task) -> TaskRow<'a> {
        TaskRow {
            replication,
            task: task.task,
            key: &task.key,
            source: &self.0.sources[task.source].name,
            workflow: self.workflow(task.workflow),
            task_queue: self.queue(task.task_queue),
            channel: &self.0.workspace.channels[task.channel].unique_name,
            priority: task.priority,
            created: task.created.into(),
            first_offered: task.first_offered.map(Into::into),
            accepted: task.accepted.map(Into::into),
            talk_end: task.talk_end.map(Into::into),
            completed: task.completed.map(Into::into),
            canceled: task.canceled.map(Into::into),
            reason: &task.reason,
            worker: task.worker.map(|worker| self.worker(worker)),
            reservations: task.reservations,
            wait: task.wait.map(Into::into),
            wait_unoffered: task.wait_unoffered.map(Into::into),
            wait_in_missed_offers: task.wait_in_missed_offers.map(Into::into),
            wait_in_final_offer: task.wait_in_final_offer.map(Into::into),
            patience: task.patience.map(Into::into),
            talk_drawn: task.talk_drawn.into(),
            wrap_up_drawn: task.wrap_up_drawn.into(),
        }
    }

    fn reservation(self, replication: u32, reservation: &Reservation) -> ReservationRow<'a> {
        ReservationRow {
            replication,
            reservation: reservation.reservation,
            task: reservation.task,
            task_queue: self.queue(reservation.task_queue),
            worker: self.worker(reservation.worker),
            created: reservation.created.into(),
            ended: reservation.ended.map(Into::into),
            outcome: reservation.outcome,
            ring: reservation.ring.map(Into::into),
            answer_drawn: reservation.answer_drawn.map(Into::into),
        }
    }

    fn event(self, replication: u32, event: &'a Event) -> EventRow<'a> {
        EventRow {
            replication,
            time_ms: event.time.as_millis(),
            event_type: event.event_type,
            task: event.task,
            reservation: event.reservation,
            worker: event.worker.map(|worker| self.worker(worker)),
            task_queue: self.queue(event.task_queue),
            workflow: self.workflow(event.workflow),
            detail: &event.detail,
        }
    }

    fn worker(self, id: WorkerId) -> &'a str {
        &self.0.workspace.workers[id].friendly_name
    }

    fn queue(self, id: Option<QueueId>) -> Option<&'a str> {
        id.map(|id| self.0.workspace.queues[id].friendly_name.as_str())
    }

    fn workflow(self, id: Option<WorkflowId>) -> Option<&'a str> {
        id.map(|id| self.0.workspace.workflows[id].friendly_name.as_str())
    }
}
