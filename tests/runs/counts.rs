//! The counts and sums of a recording, counted again from its rows.

use taskrouter_sim::observation::{
    Counters, IntervalCounters, ReservationRow, Scope, TaskRow, WorkerCounters,
};
use taskrouter_sim::routing::QueueId;
use taskrouter_sim::scenario::{Drain, GroupId, ServiceLevel};
use taskrouter_sim::time::{Span, Time};

use super::broken::Broken;
use super::identities::Seen;
use super::replay::{Life, Status};

/// Whether a task belongs to a scope that its source decides.
pub(crate) fn belongs(row: &TaskRow, scope: Scope) -> bool {
    match scope {
        Scope::All => true,
        Scope::Workflow(workflow) => row.workflow == Some(workflow),
        Scope::Channel(channel) => row.channel == channel,
        Scope::Source(source) => row.source == source,
        Scope::TaskQueue(_) | Scope::WorkerGroup(_) => false,
    }
}

/// Every stretch of a task in `queue`, up to `end`.
pub(crate) fn visits(life: &Life, queue: QueueId, end: Time) -> Vec<(Time, Time)> {
    let ends = life.queues.iter().skip(1).map(|(since, _)| *since).chain([end]);
    let visits = life.queues.iter().zip(ends);
    visits.filter(|((_, of), _)| *of == queue).map(|((from, _), to)| (*from, to)).collect()
}

/// The counters of every scope and worker, counted again.
pub(crate) fn counts(seen: &Seen<'_>, broken: &mut Broken) {
    for (scope, tally) in Scope::all(seen.scenario).iter().zip(&seen.recording.tallies) {
        let again = again(seen, *scope);
        let what = format!("{} {}", scope.kind(), scope.name(seen.scenario));
        let pairs = comparable(*scope).into_iter();
        let pairs = pairs.map(|read| (read(&tally.counters), read(&again)));
        for (index, (counted, again)) in pairs.enumerate() {
            broken.equal(format!("{what}: counter {index}"), counted, again);
        }
        let accepted = tally.wait_until_accepted.count();
        broken.equal(format!("{what}: waits kept"), accepted, tally.counters.tasks_accepted);
        let all = tally.counters.tasks_accepted + tally.counters.tasks_abandoned;
        let is_group = matches!(scope, Scope::WorkerGroup(_));
        broken.holds(format!("{what}: all waits kept"), is_group || tally.wait.count() == all);
    }
    workers(seen, broken);
}

type Read = fn(&Counters) -> u64;

/// What the rows say about reservations, in every scope.
const OF_RESERVATIONS: &[Read] = &[
    |c| c.reservations_created,
    |c| c.reservations_accepted,
    |c| c.reservations_rejected,
    |c| c.reservations_timed_out,
    |c| c.reservations_canceled,
    |c| c.reservations_rescinded,
    |c| c.tasks_accepted,
    |c| c.wait_until_accepted_ms,
    |c| c.wait_until_accepted_max_ms,
    |c| c.wait_in_task_queue_until_accepted_ms,
    |c| c.wait_unoffered_ms,
    |c| c.wait_in_missed_offers_ms,
    |c| c.wait_in_final_offer_ms,
    |c| c.talks,
    |c| c.talk_ms,
    |c| c.tasks_completed,
    |c| c.wrap_up_ms,
    |c| c.tasks_in_time,
];

/// What the rows say about tasks, where every task belongs to one scope of a kind.
const OF_TASKS: &[Read] = &[
    |c| c.tasks_created,
    |c| c.tasks_canceled,
    |c| c.tasks_abandoned,
    |c| c.tasks_short_abandoned,
    |c| c.tasks_timed_out_in_workflow,
    |c| c.tasks_expired,
    |c| c.tasks_unserved_at_end,
    |c| c.tasks_offered,
    |c| c.tasks_offered_at_once,
    |c| c.tasks_first_offer_accepted,
    |c| c.tasks_with_2plus_offers,
    |c| c.tasks_with_3plus_offers,
    |c| c.tasks_waited,
    |c| c.tasks_over_threshold,
    |c| c.wait_until_canceled_ms,
    |c| c.wait_ms,
    |c| c.wait_until_first_offer_ms,
    |c| c.wait_until_canceled_max_ms,
    |c| c.wait_max_ms,
    |c| c.longest_wait_ms,
    |c| c.tasks_moved,
];

fn comparable(scope: Scope) -> Vec<Read> {
    match scope {
        Scope::TaskQueue(_) => [OF_RESERVATIONS, &OF_TASKS[..2]].concat(),
        Scope::WorkerGroup(_) => OF_RESERVATIONS.to_vec(),
        _ => [OF_RESERVATIONS, OF_TASKS].concat(),
    }
}

/// The counters of a scope from the rows.
fn again(seen: &Seen<'_>, scope: Scope) -> Counters {
    let mut c = Counters::default();
    for (row, life) in seen.tasks().filter(|(row, _)| seen.is_counted(row)) {
        match scope {
            Scope::TaskQueue(queue) => {
                let entries = life.queues.iter().filter(|(_, of)| *of == queue).count();
                c.tasks_created += entries as u64;
                if row.task_queue == Some(queue) {
                    c.tasks_canceled += u64::from(row.canceled.is_some());
                    accepted(&mut c, seen, (row, life));
                }
            }
            Scope::WorkerGroup(group) if is_by(seen, row, group) => {
                accepted(&mut c, seen, (row, life));
            }
            scope if belongs(row, scope) => {
                accepted(&mut c, seen, (row, life));
                task(&mut c, seen, (row, life));
            }
            _ => (),
        }
    }
    for row in &seen.recording.rows.reservations {
        if is_of(seen, row, scope) {
            reservation(&mut c, row);
        }
    }
    c
}

/// Whether a worker of `group` accepted a task.
fn is_by(seen: &Seen<'_>, row: &TaskRow, group: GroupId) -> bool {
    row.worker.is_some_and(|worker| seen.scenario.people[worker].group == group)
}

/// The task of a reservation.
fn task_of<'a>(seen: &Seen<'a>, row: &ReservationRow) -> &'a TaskRow {
    let index = usize::try_from(row.task - 1).expect("a task");
    &seen.recording.rows.tasks[index]
}

fn is_of(seen: &Seen<'_>, row: &ReservationRow, scope: Scope) -> bool {
    let task = task_of(seen, row);
    let is_here = match scope {
        Scope::TaskQueue(queue) => row.task_queue == Some(queue),
        Scope::WorkerGroup(group) => seen.scenario.people[row.worker].group == group,
        scope => belongs(task, scope),
    };
    is_here && seen.is_counted(task)
}

fn reservation(c: &mut Counters, row: &ReservationRow) {
    c.reservations_created += 1;
    match row.outcome {
        "accepted" => c.reservations_accepted += 1,
        "rejected" => c.reservations_rejected += 1,
        "timeout" => c.reservations_timed_out += 1,
        "canceled" => c.reservations_canceled += 1,
        "rescinded" => c.reservations_rescinded += 1,
        _ => (),
    }
}

fn ms(span: Option<Span>) -> u64 {
    span.map_or(0, Span::as_millis)
}

/// What counts as in time for a task: its queue's, its channel's, or the general one.
fn level(seen: &Seen<'_>, row: &TaskRow) -> ServiceLevel {
    let levels = &seen.scenario.service_levels;
    let queue = levels.queues.iter().find(|(queue, _)| Some(*queue) == row.task_queue);
    let channel = levels.channels.iter().find(|(channel, _)| *channel == row.channel);
    queue.map(|(_, level)| *level).or(channel.map(|(_, level)| *level)).unwrap_or(levels.default)
}

/// What is counted of a task with whom accepted it.
fn accepted(c: &mut Counters, seen: &Seen<'_>, (row, life): (&TaskRow, &Life)) {
    let (Some(at), Some(wait)) = (row.accepted, row.wait) else { return };
    let entered = life.queues.last().map_or(row.created, |(since, _)| *since);
    c.tasks_accepted += 1;
    c.tasks_in_time += u64::from(wait <= level(seen, row).threshold);
    c.wait_until_accepted_ms += wait.as_millis();
    c.wait_until_accepted_max_ms = c.wait_until_accepted_max_ms.max(wait.as_millis());
    c.wait_in_task_queue_until_accepted_ms += at.since(entered).as_millis();
    c.wait_unoffered_ms += ms(row.wait_unoffered);
    c.wait_in_missed_offers_ms += ms(row.wait_in_missed_offers);
    c.wait_in_final_offer_ms += ms(row.wait_in_final_offer);
    if let Some(talk_end) = row.talk_end {
        c.talks += 1;
        c.talk_ms += talk_end.since(at).as_millis();
        c.tasks_completed += u64::from(row.completed.is_some());
        c.wrap_up_ms += ms(row.completed.map(|end| end.since(talk_end)));
    }
}

/// What is counted of a task whoever accepted it, if anybody did.
fn task(c: &mut Counters, seen: &Seen<'_>, (row, life): (&TaskRow, &Life)) {
    let level = level(seen, row);
    let abandons = row.reason == "hangup";
    let wait = row.wait.unwrap_or(Span::ZERO);
    c.tasks_created += 1;
    c.tasks_moved += life.queues.len().saturating_sub(1) as u64;
    if row.canceled.is_some() {
        c.tasks_canceled += 1;
        c.wait_until_canceled_ms += wait.as_millis();
        c.wait_until_canceled_max_ms = c.wait_until_canceled_max_ms.max(wait.as_millis());
        c.tasks_abandoned += u64::from(abandons);
        c.tasks_short_abandoned += u64::from(abandons && wait <= level.short_abandon);
        c.tasks_timed_out_in_workflow += u64::from(row.reason == "Workflow timed out");
        c.tasks_expired += u64::from(row.reason == "Task TTL Exceeded");
    }
    if row.accepted.is_some() || abandons {
        c.wait_ms += wait.as_millis();
        c.wait_max_ms = c.wait_max_ms.max(wait.as_millis());
        c.tasks_waited += u64::from(wait != Span::ZERO);
        c.tasks_over_threshold += u64::from(level.threshold < wait);
    }
    let waited = row.wait.unwrap_or_else(|| unserved_until(seen).since(row.created));
    c.tasks_unserved_at_end += u64::from(row.wait.is_none());
    c.longest_wait_ms = c.longest_wait_ms.max(waited.as_millis());
    offers(c, row, life);
}

/// Until when a task that is never served has waited.
fn unserved_until(seen: &Seen<'_>) -> Time {
    match seen.scenario.drain {
        Drain::UntilEmpty => seen.last(),
        Drain::For(span) => seen.end + span,
    }
}

fn offers(c: &mut Counters, row: &TaskRow, life: &Life) {
    let n_bursts = life.stages.iter().filter(|(_, status)| *status == Status::Reserved).count();
    c.tasks_first_offer_accepted += u64::from(row.accepted.is_some() && n_bursts == 1);
    c.tasks_with_2plus_offers += u64::from(2 <= row.reservations);
    c.tasks_with_3plus_offers += u64::from(3 <= row.reservations);
    if let Some(first) = row.first_offered {
        c.tasks_offered += 1;
        c.tasks_offered_at_once += u64::from(first == row.created);
        c.wait_until_first_offer_ms += first.since(row.created).as_millis();
    }
}

fn workers(seen: &Seen<'_>, broken: &mut Broken) {
    for (worker, counted) in seen.recording.workers.iter_with_id() {
        let mut again = WorkerCounters::default();
        let rows = seen.recording.rows.reservations.iter();
        for row in rows.filter(|row| row.worker == worker && seen.is_counted(task_of(seen, row))) {
            again.reservations_created += 1;
            match row.outcome {
                "accepted" => again.accepted += 1,
                "rejected" => again.rejected += 1,
                "timeout" => again.timed_out += 1,
                "canceled" => again.canceled += 1,
                "rescinded" => again.rescinded += 1,
                _ => (),
            }
        }
        let reservations = |c: &WorkerCounters| c.values()[..6].to_vec();
        broken.equal(format!("{worker:?}"), reservations(counted), reservations(&again));
    }
}

type ReadPart = fn(&IntervalCounters) -> u64;

/// What intervals have in common with the whole.
const PARTS: &[(ReadPart, Read)] = &[
    (|i| i.tasks_created, |c| c.tasks_created),
    (|i| i.tasks_accepted, |c| c.tasks_accepted),
    (|i| i.tasks_abandoned, |c| c.tasks_abandoned),
    (|i| i.tasks_short_abandoned, |c| c.tasks_short_abandoned),
    (|i| i.tasks_in_time, |c| c.tasks_in_time),
    (|i| i.tasks_unserved_at_end, |c| c.tasks_unserved_at_end),
    (|i| i.reservations_created, |c| c.reservations_created),
    (|i| i.reservations_timed_out, |c| c.reservations_timed_out),
    (|i| i.talks, |c| c.talks),
    (|i| i.talk_ms, |c| c.talk_ms),
    (|i| i.tasks_completed, |c| c.tasks_completed),
    (|i| i.wrap_up_ms, |c| c.wrap_up_ms),
    (|i| i.window_ms, |c| c.window_ms),
];

/// The same for workers' time, which channels do not have by interval.
const PARTS_OF_TIME: &[(ReadPart, Read)] = &[
    (|i| i.busy_ms, Counters::busy_ms),
    (|i| i.busy_or_available_ms, Counters::busy_or_available_ms),
    (|i| i.scheduled_ms, Counters::scheduled_ms),
    (|i| i.recovering_ms, |c| c.recovering_ms),
];

/// Intervals add up to the whole.
pub(crate) fn intervals(seen: &Seen<'_>, broken: &mut Broken) {
    if seen.scenario.interval.is_none() {
        return;
    }
    for (index, scope) in Scope::all(seen.scenario).into_iter().enumerate() {
        let whole = &seen.recording.tallies[index].counters;
        let mut sum = IntervalCounters::default();
        seen.recording.intervals.iter().for_each(|i| sum.absorb(&i[index].counters));
        let has_time = matches!(scope, Scope::All | Scope::WorkerGroup(_));
        let time = PARTS_OF_TIME.iter().filter(|_| has_time);
        for (part, (of_sum, of_whole)) in PARTS.iter().chain(time).enumerate() {
            let what = format!("intervals of {scope:?}: counter {part}");
            broken.equal(what, of_sum(&sum), of_whole(whole));
        }
    }
}
