//! How many of some workers are there, and when.

use std::collections::BTreeSet;

use crate::id::IdVec;
use crate::routing::{ChannelId, WorkerId};
use crate::scenario::demand::class::Class;
use crate::scenario::demand::team::Team;
use crate::scenario::{GroupId, Presence, Scenario, Shift};
use crate::time::Time;

/// Workers who can serve some classes of tasks, on one channel.
#[derive(Debug)]
pub struct Crew<'s> {
    scenario: &'s Scenario,
    /// By group: the number in the group, and how many places of those up to this one.
    groups: IdVec<GroupId, Vec<(usize, f64)>>,
}

impl<'s> Crew<'s> {
    pub(super) fn new<'a>(
        scenario: &'s Scenario,
        classes: impl IntoIterator<Item = &'a Class>,
    ) -> Self {
        let mut members = IdVec::filled(Vec::new(), scenario.groups.len());
        let mut seen = Team::default();
        for class in classes {
            for worker in class.workers.without(&seen).iter() {
                let person = &scenario.people[worker];
                let places =
                    share_present(scenario, worker) * places(scenario, worker, class.channel);
                if 0.0 < places {
                    members[person.group].push((person.ordinal, places));
                }
            }
            seen.join(&class.workers);
        }
        for group in &mut members.iter_mut() {
            group.sort_by_key(|(ordinal, _)| *ordinal);
            let mut sum = 0.0;
            for (_, places) in group {
                sum += *places;
                *places = sum;
            }
        }
        Self { scenario, groups: members }
    }

    /// How many places there are at an instant: workers, times how many tasks each takes at once,
    /// without those on breaks and the share of time for other work.
    #[must_use]
    pub fn places(&self, at: Time) -> f64 {
        let in_group = |(id, members): (GroupId, &Vec<(usize, f64)>)| {
            let there = present(&self.scenario.groups[id].presence, at);
            let n = members.partition_point(|(ordinal, _)| *ordinal < there);
            n.checked_sub(1).map_or(0.0, |last| members[last].1)
        };
        self.groups.iter_with_id().map(in_group).sum()
    }

    /// The groups of which all workers are in it, if it has no others; else nothing.
    #[must_use]
    pub fn whole_groups(&self) -> Option<Vec<GroupId>> {
        let size = |id| self.scenario.people.iter().filter(|person| person.group == id).count();
        let used = self.groups.iter_with_id().filter(|(_, members)| !members.is_empty());
        let whole = used.map(|(id, members)| (members.len() == size(id)).then_some(id));
        whole.collect()
    }
}

/// How many tasks a worker takes at once on a channel; single-tasking workers take one.
pub(super) fn places(scenario: &Scenario, worker: WorkerId, channel: ChannelId) -> f64 {
    let worker = &scenario.workspace.workers[worker];
    let side = worker.channels.get(channel);
    match side {
        _ if !scenario.workspace.multi_task_enabled => 1.0,
        Some(side) if side.available => f64::from(side.capacity),
        _ => 0.0,
    }
}

/// The share of scheduled time that is for tasks.
fn share_present(scenario: &Scenario, worker: WorkerId) -> f64 {
    let person = &scenario.people[worker];
    let activity = scenario.workspace.workers[worker].activity;
    let is_always = scenario.groups[person.group].presence == Presence::Always;
    if is_always && !scenario.workspace.activities[activity].available {
        return 0.0;
    }
    let other = scenario.behaviors[person.behavior].other_work.as_ref();
    other.map_or(1.0, |other| 1.0 - other.share)
}

/// How many of a group are there: those with a lower number than this.
pub(super) fn present(presence: &Presence, at: Time) -> usize {
    match presence {
        Presence::Always => usize::MAX,
        Presence::Shifts(shifts) => {
            let works = |shift: &&Shift| shift.start <= at && at < shift.end;
            let rests = |shift: &Shift| {
                shift.breaks.iter().any(|rest| rest.at <= at && at < rest.at + rest.length)
            };
            let now = shifts.iter().find(works);
            if now.is_some_and(|shift| !rests(shift)) { usize::MAX } else { 0 }
        }
        Presence::Staffing(steps) => {
            let next = steps.partition_point(|(from, _)| *from <= at);
            next.checked_sub(1).map_or(0, |step| steps[step].1)
        }
    }
}

/// When the number of those who are there changes.
pub(super) fn bounds(presence: &Presence, bounds: &mut BTreeSet<Time>) {
    match presence {
        Presence::Always => (),
        Presence::Shifts(shifts) => {
            for shift in shifts {
                bounds.extend([shift.start, shift.end]);
                bounds
                    .extend(shift.breaks.iter().flat_map(|rest| [rest.at, rest.at + rest.length]));
            }
        }
        Presence::Staffing(steps) => bounds.extend(steps.iter().map(|(from, _)| *from)),
    }
}
