//! Workers' time and capacity, from the rows of reservations and the events of activities.

use std::collections::BTreeMap;

use taskrouter_sim::observation::{TaskRow, WorkerCounters};
use taskrouter_sim::routing::{RoutingTarget, WorkerId};
use taskrouter_sim::scenario::{Person, Presence};
use taskrouter_sim::time::{Span, Time};

use super::broken::Broken;
use super::identities::Seen;
use super::replay::{Hold, Stand};

/// What a worker has at the moment.
#[derive(Clone, Debug, Default)]
struct Desk {
    offers: i64,
    talks: i64,
    wraps: i64,
    is_available: bool,
}

/// A change of what a worker has; at one instant, departures before arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Activity(bool),
    Offers(i64),
    Talks(i64),
    Wraps(i64),
}

/// Time adds up, nobody is over capacity, nobody who is unavailable is offered anything.
pub(crate) fn staff(seen: &Seen<'_>, broken: &mut Broken) {
    for (worker, person) in seen.scenario.people.iter_with_id() {
        let name = &seen.scenario.workspace.workers[worker].friendly_name;
        let counted = &seen.recording.workers[worker];
        time_adds_up(seen, broken, (worker, person, counted));
        time_is_spent_as_rows_say(seen, broken, (worker, person, counted));
        broken.holds(format!("{name} is over capacity"), keeps_to_capacity(seen, worker));
    }
    offers_go_to_the_available(seen, broken);
}

const fn scheduled(c: &WorkerCounters) -> u64 {
    c.talking_ms + c.wrapping_ms + c.ringing_ms + c.recovering_ms + c.idle_ms + c.unavailable_ms
}

/// A worker's times add up to what was planned, and what they stayed longer for.
fn time_adds_up(
    seen: &Seen<'_>,
    broken: &mut Broken,
    (worker, person, counted): (WorkerId, &Person, &WorkerCounters),
) {
    let window = seen.end.since(seen.start);
    let planned = match &seen.scenario.groups[person.group].presence {
        Presence::Always => window,
        Presence::Shifts(shifts) => shifts
            .iter()
            .map(|shift| super::replay::overlap((shift.start, shift.end), seen.start, seen.end))
            .fold(Span::ZERO, |sum, span| sum + span),
        Presence::Staffing(_) => Span::ZERO,
    };
    let (scheduled, planned) = (scheduled(counted), planned.as_millis());
    let is_always = seen.scenario.groups[person.group].presence == Presence::Always;
    let adds_up = if is_always { scheduled == planned } else { planned <= scheduled };
    let what = format!("{worker:?} was scheduled for {scheduled} ms, planned were {planned}");
    broken.holds(what, adds_up && scheduled <= window.as_millis());
}

/// Talk, wrap-up, ringing and idle time are those of the rows; other work and the work after calls
/// of single-tasking are in no row.
fn time_is_spent_as_rows_say(
    seen: &Seen<'_>,
    broken: &mut Broken,
    (worker, person, counted): (WorkerId, &Person, &WorkerCounters),
) {
    let other_work = seen.scenario.behaviors[person.behavior].other_work.is_some();
    if other_work || !seen.scenario.workspace.multi_task_enabled {
        return;
    }
    let mut again = WorkerCounters::default();
    let mut desk = Desk { is_available: begins_available(seen, worker), ..Desk::default() };
    let mut since = Time::ZERO;
    let mut changes = changes(seen, worker);
    changes.entry(seen.end).or_default();
    for (at, changes) in changes {
        let lasted = super::replay::overlap((since, at), seen.start, seen.end).as_millis();
        match (desk.talks, desk.wraps, desk.offers) {
            (1.., _, _) => again.talking_ms += lasted,
            (_, 1.., _) => again.wrapping_ms += lasted,
            (_, _, 1..) => again.ringing_ms += lasted,
            _ if desk.is_available => again.idle_ms += lasted,
            _ => again.unavailable_ms += lasted,
        }
        since = at;
        changes.into_iter().for_each(|change| desk.apply(change));
    }
    let of = |c: &WorkerCounters| [c.talking_ms, c.wrapping_ms, c.ringing_ms, c.idle_ms];
    broken.equal(format!("time of {worker:?}"), of(counted), of(&again));
}

impl Desk {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Activity(is_available) => self.is_available = is_available,
            Change::Offers(by) => self.offers += by,
            Change::Talks(by) => self.talks += by,
            Change::Wraps(by) => self.wraps += by,
        }
    }
}

fn begins_available(seen: &Seen<'_>, worker: WorkerId) -> bool {
    let workspace = &seen.scenario.workspace;
    workspace.activities[workspace.workers[worker].activity].available
}

/// When a reservation is over, and gives its unit of capacity back.
fn over(seen: &Seen<'_>, hold: &Hold) -> Time {
    let ended = hold.since(|stand| matches!(stand, Stand::Completed | Stand::LetGo(_)));
    let removed = || seen.replay.tasks.get(&hold.task).and_then(|life| life.ended());
    ended.or_else(removed).unwrap_or(Time::NEVER)
}

fn changes(seen: &Seen<'_>, worker: WorkerId) -> BTreeMap<Time, Vec<Change>> {
    let mut changes: BTreeMap<Time, Vec<Change>> = BTreeMap::new();
    let mut add = |at: Time, change| changes.entry(at).or_default().push(change);
    for hold in seen.replay.holds.values().filter(|hold| hold.worker == worker) {
        let end = over(seen, hold);
        let talk = hold.since(|stand| stand == Stand::Accepted).unwrap_or(end);
        let wrap = hold.since(|stand| stand == Stand::Wrapping).unwrap_or(end);
        for (from, to, kind) in [
            (hold.stands[0].0, talk, Change::Offers as fn(i64) -> Change),
            (talk, wrap, Change::Talks),
            (wrap, end, Change::Wraps),
        ] {
            add(from, kind(1));
            add(to, kind(-1));
        }
    }
    let updates = seen.recording.rows.events.iter().filter(|event| event.worker == Some(worker));
    for event in updates.filter(|event| event.event_type == "worker.activity.update") {
        add(event.time, Change::Activity(becomes_available(seen, &event.detail)));
    }
    changes
}

/// Whether the activity after the arrow of `Offline -> Available` is available.
fn becomes_available(seen: &Seen<'_>, detail: &str) -> bool {
    let (_, to) = detail.split_once(" -> ").expect("an arrow");
    let mut activities = seen.scenario.workspace.activities.iter();
    activities.any(|activity| activity.friendly_name == to && activity.available)
}

/// Whether a worker never holds more units of a channel than they have, but for tasks that were
/// sent to them whatever they hold (TR-148).
fn keeps_to_capacity(seen: &Seen<'_>, worker: WorkerId) -> bool {
    let channels = &seen.scenario.workspace.workers[worker].channels;
    channels.iter_with_id().all(|(id, channel)| {
        let mut changes: BTreeMap<Time, i64> = BTreeMap::new();
        let holds = seen.replay.holds.values().filter(|hold| hold.worker == worker);
        let is_here = |hold: &&Hold| row_of(seen, hold).channel == id && !is_forced(seen, hold);
        for hold in holds.filter(is_here) {
            *changes.entry(hold.stands[0].0).or_default() += 1;
            *changes.entry(over(seen, hold)).or_default() -= 1;
        }
        let mut held = 0;
        changes.into_values().all(|by| {
            held += by;
            held <= i64::from(channel.capacity)
        })
    })
}

fn row_of<'a>(seen: &Seen<'a>, hold: &Hold) -> &'a TaskRow {
    let index = usize::try_from(hold.task - 1).expect("a task");
    &seen.recording.rows.tasks[index]
}

fn is_forced(seen: &Seen<'_>, hold: &Hold) -> bool {
    let source = &seen.scenario.sources[row_of(seen, hold).source];
    matches!(source.routing_target, Some(RoutingTarget::Worker { ignore_capacity: true, .. }))
}

/// An offer goes to nobody who is unavailable, unless the task was sent to them.
fn offers_go_to_the_available(seen: &Seen<'_>, broken: &mut Broken) {
    let is_sent = |source: &taskrouter_sim::scenario::Source| {
        matches!(source.routing_target, Some(RoutingTarget::Worker { .. }))
    };
    if seen.scenario.sources.iter().any(is_sent) {
        return;
    }
    let mut available: BTreeMap<WorkerId, bool> = BTreeMap::new();
    for event in &seen.recording.rows.events {
        let Some(worker) = event.worker else { continue };
        match event.event_type {
            "worker.activity.update" => {
                available.insert(worker, becomes_available(seen, &event.detail));
            }
            "reservation.created" => {
                let known = available.get(&worker).copied();
                let is_available = known.unwrap_or_else(|| begins_available(seen, worker));
                broken.holds(format!("{event:?} goes to somebody unavailable"), is_available);
            }
            _ => (),
        }
    }
}
