//! What must hold in every run, whatever its scenario: checked over the rows of a traced run.

use std::collections::BTreeMap;

use taskrouter_sim::observation::{Recording, Scope, TaskRow};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::{Span, Time};

use super::broken::Broken;
use super::replay::{Life, Replay, Status, overlap};
use super::{counts, exact, staff};

/// One replication, seen from all sides.
pub(crate) struct Seen<'a> {
    /// What was simulated.
    pub(crate) scenario: &'a Scenario,
    /// What was recorded.
    pub(crate) recording: &'a Recording,
    /// Its events, played again.
    pub(crate) replay: Replay,
    /// The end of warm-up.
    pub(crate) start: Time,
    /// The horizon, or the end of the run if that is earlier.
    pub(crate) end: Time,
}

/// All that does not hold of a traced run: Little's law with its boundary terms, conservation at
/// every instant, legal order of states, parts that add up, counts that the rows reproduce, workers'
/// time and capacity.
pub(crate) fn identities(scenario: &Scenario, recording: &Recording) -> Broken {
    let start = Time::ZERO + scenario.warm_up;
    let window = Span::from_millis(recording.tallies[0].counters.window_ms);
    let replay = Replay::of(&recording.rows.events);
    let seen = Seen { scenario, recording, replay, start, end: start + window };
    let mut broken = seen.replay.broken.clone();
    rows_and_events_agree(&seen, &mut broken);
    waits_add_up(&seen, &mut broken);
    conservation(&seen, &mut broken);
    littles_law(&seen, &mut broken);
    queue_lengths(&seen, &mut broken);
    reservations_end_once(&seen, &mut broken);
    counts::counts(&seen, &mut broken);
    counts::intervals(&seen, &mut broken);
    staff::staff(&seen, &mut broken);
    exact::durations(&seen, &mut broken);
    broken
}

/// Fails unless all identities hold.
pub(crate) fn assert_identities(scenario: &Scenario, recording: &Recording) {
    identities(scenario, recording).assert_none(&scenario.name);
}

impl Seen<'_> {
    /// All tasks: their rows, and their lives.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = (&TaskRow, &Life)> {
        let rows = self.recording.rows.tasks.iter();
        rows.filter_map(|row| Some((row, self.replay.tasks.get(&row.task)?)))
    }

    /// Whether a task counts: it was created after warm-up.
    pub(crate) fn is_counted(&self, row: &TaskRow) -> bool {
        self.start <= row.created
    }

    /// The last instant that anything was seen at, and no earlier than the window's end.
    pub(crate) fn last(&self) -> Time {
        self.recording.rows.events.last().map_or(self.end, |event| event.time.max(self.end))
    }
}

fn rows_and_events_agree(seen: &Seen<'_>, broken: &mut Broken) {
    let (n_rows, n_lives) = (seen.recording.rows.tasks.len(), seen.replay.tasks.len());
    broken.equal("tasks in rows and in events", n_rows, n_lives);
    broken.equal("tasks counted", seen.recording.n_tasks, n_rows as u64);
    broken.equal(
        "events counted",
        seen.recording.n_events,
        seen.recording.rows.events.len() as u64,
    );
    for (row, life) in seen.tasks() {
        let key = &row.key;
        let talk_end = life.since(Status::Wrapping).or(life.since(Status::Completed));
        let is_canceled = row.reason != "task.system-deleted";
        broken.equal(format!("{key} created"), Some(row.created), life.since(Status::Pending));
        broken.equal(format!("{key} first offered"), row.first_offered, life.first_offered);
        broken.equal(format!("{key} accepted"), row.accepted, life.since(Status::Assigned));
        broken.equal(format!("{key} talk end"), row.talk_end, talk_end);
        broken.equal(format!("{key} completed"), row.completed, life.since(Status::Completed));
        let gone = life.since(Status::Gone).filter(|_| is_canceled);
        broken.equal(format!("{key} canceled"), row.canceled, gone);
        broken.equal(format!("{key} reservations"), row.reservations as usize, life.offers.len());
        let queue = life.queues.last().map(|(_, queue)| *queue);
        broken.equal(format!("{key} last queue"), row.task_queue, queue);
    }
}

/// The wait is what lies between creation and its end, and its parts are what the offers say.
fn waits_add_up(seen: &Seen<'_>, broken: &mut Broken) {
    for (row, life) in seen.tasks() {
        let (key, until) = (&row.key, row.accepted.or(row.canceled));
        broken.equal(format!("{key} wait"), row.wait, until.map(|end| end.since(row.created)));
        let Some(until) = until else { continue };
        let offered = life.stretches(Status::Reserved, until);
        let offered: Vec<Span> = offered.iter().map(|(from, to)| to.since(*from)).collect();
        let last = row.accepted.and(offered.last().copied()).unwrap_or(Span::ZERO);
        let all = offered.iter().fold(Span::ZERO, |sum, span| sum + *span);
        let waiting = life.stretches(Status::Pending, until).into_iter();
        let unoffered = waiting.fold(Span::ZERO, |sum, (from, to)| sum + to.since(from));
        broken.equal(format!("{key} final offer"), row.wait_in_final_offer, Some(last));
        broken.equal(format!("{key} missed offers"), row.wait_in_missed_offers, Some(all - last));
        broken.equal(format!("{key} unoffered"), row.wait_unoffered, Some(unoffered));
        let parts = [row.wait_unoffered, row.wait_in_missed_offers, row.wait_in_final_offer];
        let sum = parts.iter().flatten().fold(Span::ZERO, |sum, part| sum + *part);
        broken.equal(format!("{key} parts of the wait"), Some(sum), row.wait);
    }
}

/// The changes of a level: by how much, and when.
type Changes = BTreeMap<Time, i64>;

fn change(changes: &mut Changes, (from, to): (Time, Option<Time>)) {
    *changes.entry(from).or_default() += 1;
    if let Some(to) = to {
        *changes.entry(to).or_default() -= 1;
    }
}

/// At every instant, what was created is completed, canceled or alive; the rows say how many were
/// created and ended, the events how many are where.
fn conservation(seen: &Seen<'_>, broken: &mut Broken) {
    let (mut created, mut ended, mut alive) = (Changes::new(), Changes::new(), Changes::new());
    for (row, life) in seen.tasks() {
        change(&mut created, (row.created, None));
        // A task that the system removes has no instant of its own in its row.
        let removed = life.ended().filter(|_| row.reason == "task.system-deleted");
        if let Some(end) = row.completed.or(row.canceled).or(removed) {
            change(&mut ended, (end, None));
        }
        for status in [Status::Pending, Status::Reserved, Status::Assigned, Status::Wrapping] {
            for (from, to) in life.stretches(status, Time::NEVER) {
                change(&mut alive, (from, Some(to).filter(|to| *to < Time::NEVER)));
            }
        }
    }
    let mut balance = 0;
    let instants: BTreeMap<Time, ()> =
        created.keys().chain(ended.keys()).chain(alive.keys()).map(|at| (*at, ())).collect();
    for at in instants.keys() {
        let of = |changes: &Changes| changes.get(at).copied().unwrap_or(0);
        balance += of(&created) - of(&ended) - of(&alive);
        broken.equal(format!("created less ended and alive at {at:?}"), balance, 0);
    }
}

/// The area under the level of a status, from 0 to `end`.
fn area(seen: &Seen<'_>, status: Status, end: Time) -> u64 {
    let mut changes = Changes::new();
    for life in seen.replay.tasks.values() {
        for stretch in life.stretches(status, Time::NEVER) {
            change(&mut changes, (stretch.0, Some(stretch.1)));
        }
    }
    let (mut level, mut since, mut area) = (0_i64, Time::ZERO, 0_i64);
    for (at, by) in changes {
        let lasted = at.min(end).since(since.min(end)).as_millis();
        area += level * i64::try_from(lasted).expect("short of 300 million years");
        (level, since) = (level + by, at);
    }
    area.unsigned_abs()
}

/// A stretch of a task's life, if it has that.
type Stretch<'a> = &'a dyn Fn(&TaskRow, &Life) -> Option<(Time, Time)>;

/// The area under the number of tasks in a state is the sum of their times in it, cut off at the
/// end: exactly, at the horizon and half-way to it.
fn littles_law(seen: &Seen<'_>, broken: &mut Broken) {
    for end in [seen.end, Time::from_millis(seen.end.as_millis() / 2)] {
        let sum = |of: Stretch<'_>| -> u64 {
            let times = seen.tasks().filter_map(|(row, life)| of(row, life));
            times.map(|stretch| overlap(stretch, Time::ZERO, end).as_millis()).sum()
        };
        let over = |life: &Life| life.ended().unwrap_or(Time::NEVER);
        let waiting = sum(&|row, life| {
            Some((row.created, row.accepted.or(row.canceled).unwrap_or(over(life))))
        });
        let talking = sum(&|row, life| Some((row.accepted?, row.talk_end.unwrap_or(over(life)))));
        let wrapping = sum(&|row, life| Some((row.talk_end?, row.completed.unwrap_or(over(life)))));
        let reserved: u64 = seen.replay.tasks.values().map(|life| reserved(life, seen, end)).sum();
        let (pending_area, reserved_area) =
            (area(seen, Status::Pending, end), area(seen, Status::Reserved, end));
        broken.equal("Little's law of the queue", pending_area + reserved_area, waiting);
        broken.equal("Little's law of reserved tasks", reserved_area, reserved);
        broken.equal("Little's law of assigned", area(seen, Status::Assigned, end), talking);
        broken.equal("Little's law of wrapping", area(seen, Status::Wrapping, end), wrapping);
    }
}

/// How long a task was offered, by the rows of its reservations.
fn reserved(life: &Life, seen: &Seen<'_>, end: Time) -> u64 {
    let rows = &seen.recording.rows.reservations;
    let row = |number: &u64| rows.get(usize::try_from(number - 1).ok()?);
    let (mut sum, mut until) = (0, Time::ZERO);
    for row in life.offers.iter().filter_map(row) {
        let ended = row.ended.unwrap_or(Time::NEVER);
        sum += overlap((row.created.max(until), ended), Time::ZERO, end).as_millis();
        until = until.max(ended);
    }
    sum
}

/// The areas under the lengths of queues are what the rows say, between warm-up and horizon.
fn queue_lengths(seen: &Seen<'_>, broken: &mut Broken) {
    for (scope, tally) in Scope::all(seen.scenario).iter().zip(&seen.recording.tallies) {
        let waits = seen.tasks().map(|(row, life)| {
            let end = row.accepted.or(life.ended()).unwrap_or(Time::NEVER);
            let stretches = match scope {
                Scope::TaskQueue(queue) => counts::visits(life, *queue, end),
                scope if counts::belongs(row, *scope) => vec![(row.created, end)],
                _ => Vec::new(),
            };
            let parts = stretches.into_iter();
            parts.map(|part| overlap(part, seen.start, seen.end).as_millis()).sum::<u64>()
        });
        let what = format!("queue length of {} {}", scope.kind(), scope.name(seen.scenario));
        broken.equal(what, tally.counters.queue_length_ms, waits.sum());
    }
}

/// Every reservation has one row, and ends once or is open at the end.
fn reservations_end_once(seen: &Seen<'_>, broken: &mut Broken) {
    let rows = &seen.recording.rows.reservations;
    broken.equal("reservations in rows and events", rows.len(), seen.replay.holds.len());
    for (row, (number, hold)) in rows.iter().zip(&seen.replay.holds) {
        let what = format!("reservation {number}");
        let (ended, outcome) = match hold.stands.get(1) {
            Some((at, super::replay::Stand::LetGo(how))) => (Some(*at), *how),
            Some((at, _)) => (Some(*at), "accepted"),
            None => (None, ""),
        };
        broken.equal(format!("{what}: number"), row.reservation, *number);
        broken.equal(format!("{what}: task"), row.task, hold.task);
        broken.equal(format!("{what}: worker"), row.worker, hold.worker);
        broken.equal(format!("{what}: created"), row.created, hold.stands[0].0);
        broken.equal(format!("{what}: ended"), row.ended, ended);
        broken.equal(format!("{what}: outcome"), row.outcome, outcome);
        broken.equal(format!("{what}: ring"), row.ring, ended.map(|at| at.since(row.created)));
    }
}
