//! The lives of tasks and reservations as their events tell them.

use std::collections::BTreeMap;

use taskrouter_sim::routing::{
    Command, Event, ReservationId, ReservationRef, RoutingTarget, TaskId, TaskRef,
};
use taskrouter_sim::time::{Span, Time};

use crate::order::{Verdict, answer_is_in_order, check, instant_is_in_order};
use crate::support::play::Player;

/// A task's statuses: from, event, to (TR-021). What is not here is illegal.
const TASKS: &[(&str, &str, &str)] = &[
    ("", "task.created", "pending"),
    ("pending", "reservation.created", "reserved"),
    ("reserved", "reservation.created", "reserved"),
    ("reserved", "reservation.accepted", "assigned"),
    ("assigned", "task.wrapup", "wrapping"),
    ("assigned wrapping", "task.completed", "over"),
    ("assigned wrapping", "task.system-deleted", "over"),
    ("pending", "task.canceled", "over"),
    ("pending reserved assigned wrapping", "task.deleted", "over"),
    ("pending reserved assigned wrapping", "task.updated", "="),
    ("pending reserved", "reservation.failed", "="),
    ("pending", "workflow.entered", "="),
    ("pending", "workflow.target-matched", "="),
    ("pending", "workflow.timeout", "="),
    ("pending", "workflow.skipped", "="),
    ("pending", "task-queue.entered", "="),
    ("pending", "task-queue.moved", "="),
    ("pending", "task-queue.timeout", "="),
];

/// A reservation's statuses: from, event, to (TR-052).
const RESERVATIONS: &[(&str, &str, &str)] = &[
    ("", "reservation.created", "pending"),
    ("pending held", "reservation.accepted", "accepted"),
    ("pending", "reservation.rejected", "over"),
    ("pending", "reservation.timeout", "over"),
    ("pending held", "reservation.canceled", "over"),
    ("pending held", "reservation.rescinded", "over"),
    ("accepted", "reservation.wrapup", "wrapping"),
    ("accepted wrapping", "reservation.completed", "over"),
];

/// Where `event` leads from `from`.
fn next(
    table: &[(&str, &str, &'static str)],
    from: &'static str,
    event: &str,
) -> Result<&'static str, String> {
    let fits = |froms: &str| froms == from || froms.split(' ').any(|known| known == from);
    let row = table.iter().find(|(froms, name, _)| *name == event && fits(froms));
    let (_, _, to) = row.ok_or_else(|| format!("`{event}` when `{from}`"))?;
    Ok(if *to == "=" { from } else { to })
}

#[derive(Debug)]
struct TaskLife {
    status: &'static str,
    open: Vec<ReservationId>,
    /// Sent to one worker past capacity.
    past_capacity: bool,
    /// When it was last reserved, how many at once, and how often.
    burst: (Time, usize),
    n_bursts: usize,
    created: Time,
    /// Who let it go, and when.
    let_go: Vec<(ReservationRef, Time)>,
}

#[derive(Debug)]
struct ReservationLife {
    status: &'static str,
    of: ReservationRef,
    due: Time,
}

/// Everything that was told so far.
#[derive(Debug, Default)]
pub(crate) struct Saga {
    tasks: BTreeMap<TaskId, TaskLife>,
    reservations: BTreeMap<ReservationId, ReservationLife>,
    /// Whether the next task to be created is sent past capacity.
    sent: bool,
}

impl Saga {
    /// What a command has led to at once.
    pub(crate) fn answer(
        &mut self,
        player: &Player,
        command: Command,
        events: &[Event],
    ) -> Verdict {
        if let Command::CreateTask(task) = command {
            let target = task.routing_target;
            self.sent = matches!(target, Some(RoutingTarget::Worker { ignore_capacity: true, .. }));
        }
        if let Command::HoldReservation(id) = command {
            self.reservations.get_mut(&id).ok_or("held, but unknown")?.status = "held";
        }
        let names: Vec<_> = events.iter().map(Event::name).collect();
        check(!names.contains(&"reservation.created"), || "a command matches".into())?;
        check(!names.contains(&"reservation.timeout"), || "a command lets time pass".into())?;
        for event in events {
            self.hear(player, event)?;
        }
        answer_is_in_order(command, &names)
    }

    /// What an instant has brought.
    pub(crate) fn passed(&mut self, player: &Player, events: &[Event]) -> Verdict {
        for event in events {
            self.hear(player, event)?;
        }
        instant_is_in_order(events)?;
        let now = player.now;
        check(player.router.next_deadline().is_none_or(|due| now < due), || "time stops".into())?;
        check(player.router.n_tasks() == self.tasks.len(), || "tasks are lost".into())?;
        for (id, life) in &self.tasks {
            let status = player.router.task(*id).map(|task| task.status.name());
            check(status == Some(life.status), || format!("{id:?} is {status:?}, not {life:?}"))?;
        }
        self.has_room_for_what_was_made(player, events)
    }

    fn hear(&mut self, player: &Player, event: &Event) -> Verdict {
        let told = match (event.task(), event.reservation()) {
            (Some(task), _) => self.hear_of_task(player, event, task),
            (_, Some(reservation)) => self.hear_of_reservation(player, event, reservation),
            _ => Ok(()),
        };
        told.map_err(|fault| format!("at {}: {event:?}: {fault}", player.now))
    }

    fn hear_of_task(&mut self, player: &Player, event: &Event, it: TaskRef) -> Verdict {
        let name = event.name();
        if name == "task.created" {
            let life = TaskLife {
                status: "",
                open: Vec::new(),
                past_capacity: self.sent,
                burst: (Time::NEVER, 0),
                n_bursts: 0,
                created: player.now,
                let_go: Vec::new(),
            };
            check(self.tasks.insert(it.task, life).is_none(), || "created twice".into())?;
        }
        let life = self.tasks.get_mut(&it.task).ok_or("of no task")?;
        life.status = next(TASKS, life.status, name)?;
        if life.status == "over" {
            let vanish = name.ends_with("deleted");
            check(vanish || life.open.is_empty(), || "over with open reservations".into())?;
            for id in &life.open {
                self.reservations.remove(id);
            }
            self.tasks.remove(&it.task);
        }
        Ok(())
    }

    fn hear_of_reservation(
        &mut self,
        player: &Player,
        event: &Event,
        it: ReservationRef,
    ) -> Verdict {
        let (id, now, name) = (it.reservation, player.now, event.name());
        let task = self.tasks.get_mut(&it.task).ok_or("of no task")?;
        if name == "reservation.created" {
            task.status = next(TASKS, task.status, name)?;
            task.is_made(player, it)?;
            let timeout = player.router.reservation(id).map(|made| made.timeout);
            let due = now + timeout.ok_or("made, but not open")?;
            let life = ReservationLife { status: "", of: it, due };
            check(self.reservations.insert(id, life).is_none(), || "created twice".into())?;
        }
        let life = self.reservations.get_mut(&id).ok_or("of no reservation")?;
        check(life.of == it, || format!("it was {:?}", life.of))?;
        if life.status == "pending" {
            let is_due =
                if name == "reservation.timeout" { now == life.due } else { now <= life.due };
            check(is_due, || format!("due at {}", life.due))?;
        }
        let was = life.status;
        life.status = next(RESERVATIONS, was, name)?;
        if name == "reservation.accepted" {
            task.status = next(TASKS, task.status, name)?;
        }
        if life.status == "over" {
            self.reservations.remove(&id);
            task.open.retain(|open| *open != id);
            task.let_go.push((it, now));
            if matches!(was, "pending" | "held")
                && task.status == "reserved"
                && task.open.is_empty()
            {
                task.status = "pending";
            }
        }
        Ok(())
    }

    /// Nobody got more than fits, except past capacity; nobody was asked who is not there.
    fn has_room_for_what_was_made(&self, player: &Player, events: &[Event]) -> Verdict {
        let made = events.iter().filter(|event| event.name() == "reservation.created");
        let made: Vec<_> = made.filter_map(Event::reservation).collect();
        for (place, it) in made.iter().enumerate() {
            let offer = player.router.reservation(it.reservation).ok_or("made, but not open")?;
            if self.tasks[&it.task].past_capacity {
                continue;
            }
            let is_there = player.router.is_available(offer.previous_activity);
            check(is_there, || format!("{it:?} is made for somebody who is away"))?;
            if player.setup.workspace.multi_task_enabled {
                let side = &player.router.worker(it.worker).channels[offer.channel];
                let since = made[place + 1..].iter().filter(|later| {
                    let other = player.router.reservation(later.reservation);
                    later.worker == it.worker && other.is_some_and(|o| o.channel == offer.channel)
                });
                let held = side.held as usize - since.count();
                let fits = side.available && held <= side.capacity as usize;
                check(fits, || format!("{it:?} does not fit into {side:?}"))?;
            }
        }
        Ok(())
    }
}

impl TaskLife {
    /// One more reservation: no worker twice, no more than the queue asks at once, nobody within
    /// the gap, no more than 1,000 times.
    fn is_made(&mut self, player: &Player, it: ReservationRef) -> Verdict {
        let (now, workspace) = (player.now, &player.setup.workspace);
        let goes_on = !self.open.is_empty() && self.burst.0 == now;
        check(goes_on || self.open.is_empty(), || "topped up while reserved".into())?;
        self.burst = if goes_on { (now, self.burst.1 + 1) } else { (now, 1) };
        self.n_bursts += usize::from(!goes_on);
        let most = it.queue.map_or(1, |queue| workspace.queues[queue].max_reserved_workers);
        check(self.burst.1 <= most, || format!("to more than {most} at once"))?;
        check(self.n_bursts <= 1000, || "more than 1,000 times".into())?;
        check(self.created <= now, || "before it was there".into())?;
        let gap = workspace.settings.reoffer_gap;
        let mut same = self.let_go.iter().filter(|(other, _)| other.worker == it.worker);
        let early = same.find(|(_, ended)| gap != Span::ZERO && now < *ended + gap);
        check(early.is_none(), || format!("too soon after {early:?}"))?;
        self.open.push(it.reservation);
        Ok(())
    }
}
