//! The events of a run, played again: every task and reservation through its legal states.
//!
//! It shares nothing with the program but the rows of `events.csv`, so that it can judge them.

use std::collections::BTreeMap;

use taskrouter_sim::observation::EventRow;
use taskrouter_sim::routing::{QueueId, WorkerId};
use taskrouter_sim::time::{Span, Time};

use super::broken::Broken;

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In a queue, not offered.
    Pending,
    /// Offered.
    Reserved,
    /// Talked to.
    Assigned,
    /// Wrapped up.
    Wrapping,
    /// Completed.
    Completed,
    /// Canceled, or removed by the system.
    Gone,
}

/// The life of a task: every status it was in, and since when.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// In order; the last one goes on.
    pub stages: Vec<(Time, Status)>,
    /// Every queue it entered, and when.
    pub queues: Vec<(Time, QueueId)>,
    /// When it was first offered.
    pub first_offered: Option<Time>,
    /// The reservations it was offered by.
    pub offers: Vec<u64>,
    open: Vec<u64>,
}

impl Life {
    /// The status it was in last.
    pub fn last(&self) -> Option<Status> {
        self.stages.last().map(|(_, status)| *status)
    }

    /// When it first was in `status`.
    pub fn since(&self, status: Status) -> Option<Time> {
        self.stages.iter().find(|(_, of)| *of == status).map(|(since, _)| *since)
    }

    /// Every stretch in `status`, up to `end` where it has not ended.
    pub fn stretches(&self, status: Status, end: Time) -> Vec<(Time, Time)> {
        let ends = self.stages.iter().skip(1).map(|(since, _)| *since).chain([end]);
        let stages = self.stages.iter().zip(ends);
        stages.filter(|((_, of), _)| *of == status).map(|((from, _), to)| (*from, to)).collect()
    }

    /// When it was over: completed, canceled, or removed.
    pub fn ended(&self) -> Option<Time> {
        let is_over = |status: &Status| matches!(status, Status::Completed | Status::Gone);
        self.stages.last().filter(|(_, status)| is_over(status)).map(|(at, _)| *at)
    }
}

/// How a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Offered.
    Open,
    /// Talked to.
    Accepted,
    /// Wrapped up.
    Wrapping,
    /// Completed after acceptance.
    Completed,
    /// Over without acceptance.
    LetGo(&'static str),
}

/// A reservation: whose, and every stand it was in, and since when.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Of which task.
    pub task: u64,
    /// For whom.
    pub worker: WorkerId,
    /// In order; the last one goes on.
    pub stands: Vec<(Time, Stand)>,
}

impl Hold {
    /// When it stood so.
    pub fn since(&self, wanted: impl Fn(Stand) -> bool) -> Option<Time> {
        self.stands.iter().find(|(_, stand)| wanted(*stand)).map(|(since, _)| *since)
    }

    fn stand(&self) -> Stand {
        self.stands.last().expect("it begins open").1
    }
}

/// A run, played again.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// By number.
    pub tasks: BTreeMap<u64, Life>,
    /// By number.
    pub holds: BTreeMap<u64, Hold>,
    /// What is not legal.
    pub broken: Broken,
}

impl Replay {
    /// Plays the events of one replication.
    pub fn of(events: &[EventRow]) -> Self {
        let mut replay = Self::default();
        let mut before = Time::ZERO;
        for event in events {
            let broken = &mut replay.broken;
            broken.holds(format!("{event:?} comes after {before:?}"), before <= event.time);
            before = event.time;
            replay.play(event);
        }
        replay
    }

    fn play(&mut self, event: &EventRow) {
        let now = event.time;
        if let Some(number) = event.reservation {
            return self.play_reservation(event, number);
        }
        let Some(number) = event.task else { return };
        if event.event_type == "task.created" {
            let next = self.tasks.len() as u64 + 1;
            self.broken.equal("the number of a new task", number, next);
            let life = Life { stages: vec![(now, Status::Pending)], ..Life::default() };
            self.tasks.insert(number, life);
            return;
        }
        let Some(life) = self.tasks.get_mut(&number) else {
            self.broken.sentences.push(format!("{event:?} is about no task"));
            return;
        };
        let is_over = life.ended().is_some();
        self.broken.holds(format!("{event:?} comes after the end of its task"), !is_over);
        self.play_task(event, number);
    }

    fn play_task(&mut self, event: &EventRow, number: u64) {
        let (now, life) = (event.time, self.tasks.get_mut(&number).expect("looked up before"));
        let status = life.last();
        let is_legal = match event.event_type {
            "task-queue.entered" => {
                life.queues.extend(event.task_queue.map(|queue| (now, queue)));
                status == Some(Status::Pending)
            }
            "task-queue.moved" => {
                status == Some(Status::Pending)
                    && life.queues.last().map(|(_, queue)| *queue) == event.task_queue
            }
            "task.wrapup" => {
                life.stages.push((now, Status::Wrapping));
                status == Some(Status::Assigned)
            }
            "task.completed" => {
                life.stages.push((now, Status::Completed));
                matches!(status, Some(Status::Assigned | Status::Wrapping)) && life.open.is_empty()
            }
            "task.canceled" => {
                life.stages.push((now, Status::Gone));
                status == Some(Status::Pending) && life.open.is_empty()
            }
            "task.system-deleted" => {
                life.stages.push((now, Status::Gone));
                matches!(status, Some(Status::Assigned | Status::Wrapping))
            }
            _ => true,
        };
        self.broken.holds(format!("{event:?} does not follow {status:?}"), is_legal);
    }

    fn play_reservation(&mut self, event: &EventRow, number: u64) {
        let now = event.time;
        if event.event_type == "reservation.created" {
            let next = self.holds.len() as u64 + 1;
            self.broken.equal("the number of a new reservation", number, next);
            let (Some(task), Some(worker)) = (event.task, event.worker) else {
                self.broken.sentences.push(format!("{event:?} is for nobody"));
                return;
            };
            self.holds.insert(number, Hold { task, worker, stands: vec![(now, Stand::Open)] });
            return self.offer(event, task, number);
        }
        let Some(hold) = self.holds.get_mut(&number) else {
            self.broken.sentences.push(format!("{event:?} is about no reservation"));
            return;
        };
        self.broken.equal(format!("{event:?}: its task"), event.task, Some(hold.task));
        self.broken.equal(format!("{event:?}: its worker"), event.worker, Some(hold.worker));
        let before = hold.stand();
        let (is_legal, stand) = follows(before, event.event_type);
        self.broken.holds(format!("{event:?} does not follow {before:?}"), is_legal);
        hold.stands.push((now, stand));
        let task = hold.task;
        self.change_task(event, (task, number, stand));
    }

    /// A task is offered: once, or to several at the same instant.
    fn offer(&mut self, event: &EventRow, task: u64, number: u64) {
        let now = event.time;
        let Some(life) = self.tasks.get_mut(&task) else {
            self.broken.sentences.push(format!("{event:?} is about no task"));
            return;
        };
        let last = life.stages.last().copied();
        let is_legal = match last {
            Some((_, Status::Pending)) => life.open.is_empty(),
            Some((since, Status::Reserved)) => since == now,
            _ => false,
        };
        self.broken.holds(format!("{event:?} does not follow {last:?}"), is_legal);
        if last.is_some_and(|(_, status)| status == Status::Pending) {
            life.stages.push((now, Status::Reserved));
        }
        life.open.push(number);
        life.offers.push(number);
        life.first_offered.get_or_insert(now);
    }

    fn change_task(&mut self, event: &EventRow, (task, number, stand): (u64, u64, Stand)) {
        let Some(life) = self.tasks.get_mut(&task) else { return };
        let was_open = life.open.contains(&number);
        life.open.retain(|open| *open != number);
        let status = life.last();
        let is_legal = match stand {
            Stand::Open => false,
            Stand::Accepted => {
                life.stages.push((event.time, Status::Assigned));
                was_open && status == Some(Status::Reserved)
            }
            Stand::LetGo("rescinded") => was_open && status == Some(Status::Assigned),
            Stand::LetGo(_) => {
                if life.open.is_empty() {
                    life.stages.push((event.time, Status::Pending));
                }
                was_open && status == Some(Status::Reserved)
            }
            Stand::Wrapping | Stand::Completed => life.open.is_empty(),
        };
        self.broken.holds(format!("{event:?} does not follow the task's {status:?}"), is_legal);
    }
}

/// Whether an event is legal for a reservation that stands so, and how it stands then.
fn follows(before: Stand, event_type: &str) -> (bool, Stand) {
    let is_open = before == Stand::Open;
    match event_type {
        "reservation.accepted" => (is_open, Stand::Accepted),
        "reservation.rejected" => (is_open, Stand::LetGo("rejected")),
        "reservation.timeout" => (is_open, Stand::LetGo("timeout")),
        "reservation.canceled" => (is_open, Stand::LetGo("canceled")),
        "reservation.rescinded" => (is_open, Stand::LetGo("rescinded")),
        "reservation.wrapup" => (before == Stand::Accepted, Stand::Wrapping),
        "reservation.completed" => {
            (matches!(before, Stand::Accepted | Stand::Wrapping), Stand::Completed)
        }
        _ => (false, before),
    }
}

/// How much of a stretch lies between `from` and `to`.
pub fn overlap((from, to): (Time, Time), start: Time, end: Time) -> Span {
    to.min(end).since(from.max(start))
}
