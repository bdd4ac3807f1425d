//! Durations are those that were drawn: talk, wrap-up, patience, answers, reservation timeouts.

use taskrouter_sim::observation::{ReservationRow, TaskRow};
use taskrouter_sim::random::{Entity, Purpose};
use taskrouter_sim::scenario::{AtClose, Person, Source};
use taskrouter_sim::time::Span;

use super::broken::Broken;
use super::identities::Seen;

/// Whatever was drawn for a task or an offer is what happened to it, where nothing changes it.
pub fn durations(seen: &Seen<'_>, broken: &mut Broken) {
    for row in &seen.recording.rows.tasks {
        let source = &seen.scenario.sources[row.source];
        service(seen, broken, (row, source));
        patience(broken, (row, source));
    }
    for row in &seen.recording.rows.reservations {
        answer(seen, broken, row);
    }
}

/// The factor on a person's talk and wrap-up times.
fn speed(seen: &Seen<'_>, person: &Person) -> f64 {
    let draws = taskrouter_sim::random::Draws::new(seen.scenario.seed, u32::MAX);
    let entity: Entity = person.entity;
    person.speed.sample(&draws, entity, Purpose::Speed, 0)
}

/// Talk and wrap-up last as drawn, times the personal factor, unless several talks slow it down or
/// the group has its own distribution.
fn service(seen: &Seen<'_>, broken: &mut Broken, (row, source): (&TaskRow, &Source)) {
    let (Some(worker), Some(accepted), Some(talk_end)) = (row.worker, row.accepted, row.talk_end)
    else {
        return;
    };
    let person = &seen.scenario.people[worker];
    let speed = speed(seen, person);
    let scaled = |span: Span| {
        let scaled = Span::from_secs_f64(span.as_secs_f64() * speed);
        if (speed - 1.0).abs() < f64::EPSILON { span } else { scaled }
    };
    let slows = 0.0 < seen.scenario.behaviors[person.behavior].slowdown_per_extra;
    if source.talk_by_group.is_empty() {
        let (talk, drawn) = (talk_end.since(accepted), scaled(row.talk_drawn));
        let is_so = if slows { drawn <= talk + Span::from_millis(2) } else { drawn == talk };
        broken.holds(format!("{}: talk {talk:?} instead of {drawn:?}", row.key), is_so);
    }
    let Some(completed) = row.completed else { return };
    if source.wrap_up_by_group.is_empty() && seen.scenario.workspace.multi_task_enabled {
        let wrap_up = completed.since(talk_end);
        broken.equal(format!("{}: wrap-up", row.key), wrap_up, scaled(row.wrap_up_drawn));
    }
}

/// Whoever hangs up does so as patience ends, and nobody is accepted after it but the silent.
fn patience(broken: &mut Broken, (row, source): (&TaskRow, &Source)) {
    let (Some(patience), Some(wait)) = (row.patience, row.wait) else { return };
    let is_carried = source.open.is_some() && source.at_close == AtClose::Carry;
    if is_carried {
        return;
    }
    if row.reason == "hangup" {
        let is_so = wait == patience || (0.0 < source.balk && wait == Span::ZERO);
        broken.holds(format!("{} gives up after {wait:?}, not {patience:?}", row.key), is_so);
    } else if source.silent <= 0.0 {
        broken.holds(format!("{} is patient beyond {patience:?}", row.key), wait <= patience);
    }
}

/// An offer is answered when drawn, or times out at the workflow's timeout.
fn answer(seen: &Seen<'_>, broken: &mut Broken, row: &ReservationRow) {
    let Some(ring) = row.ring else { return };
    let what = format!("reservation {}: {} after {ring:?}", row.reservation, row.outcome);
    let index = usize::try_from(row.task - 1).expect("a task");
    let workflow = seen.recording.rows.tasks[index].workflow;
    let workspace = &seen.scenario.workspace;
    let timeout = workflow
        .map_or(Span::from_secs(120), |id| workspace.workflows[id].task_reservation_timeout);
    let latency = workflow.map_or(Span::ZERO, |id| seen.scenario.assignment_latency[id]);
    let behavior = &seen.scenario.behaviors[seen.scenario.people[row.worker].behavior];
    let is_plain = behavior.away.is_none();
    let answers = row.answer_drawn.map(|drawn| drawn + latency);
    if row.outcome == "timeout" {
        broken.equal(format!("{what}, the timeout"), ring, timeout);
        let is_missed = answers.is_none_or(|answer| timeout < answer);
        broken.holds(format!("{what}, drawn {answers:?}"), !is_plain || is_missed);
    }
    if row.outcome == "accepted" && behavior.connect.is_none() {
        broken.holds(format!("{what} beyond the timeout"), ring <= timeout);
        broken.holds(format!("{what}, drawn {answers:?}"), !is_plain || Some(ring) == answers);
    }
}
