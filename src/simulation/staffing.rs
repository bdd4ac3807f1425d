//! Groups whose size follows a table: who comes, and who leaves.

use crate::id::Id;
use crate::random::Entity;
use crate::routing::WorkerId;
use crate::scenario::{AfterShift, GroupId, Presence};
use crate::simulation::agent::Absence;
use crate::simulation::cue::{Act, Cue};
use crate::simulation::observer::Observer;
use crate::simulation::run::Run;

impl<O: Observer> Run<'_, O> {
    pub(crate) fn plan_staffing(&mut self, group: GroupId, step: u32) {
        let Presence::Staffing(steps) = &self.world.scenario.groups[group].presence else { return };
        if let Some((due, _)) = steps.get(step as usize) {
            let entity = Entity::named("group", &self.world.scenario.groups[group].name);
            self.calendar.schedule(*due, Cue::new(entity, 0, Act::Staff(group, step)));
        }
    }

    /// The number of workers of a group changes.
    pub(crate) fn staff(&mut self, group: GroupId, step: u32) {
        let Presence::Staffing(steps) = &self.world.scenario.groups[group].presence else { return };
        let Some((_, count)) = steps.get(step as usize) else { return };
        self.plan_staffing(group, step + 1);
        let staying: Vec<WorkerId> =
            self.members(group).filter(|worker| self.is_staying(*worker)).collect();
        self.debts[group] = 0;
        match count.checked_sub(staying.len()) {
            Some(missing) => self.bring_in(group, missing),
            None => self.send_home(group, &staying, staying.len() - count),
        }
    }

    /// The workers of a group, in order.
    fn members(&self, group: GroupId) -> impl Iterator<Item = WorkerId> + use<'_, O> {
        let people = self.world.scenario.people.iter_with_id();
        people.filter(move |(_, person)| person.group == group).map(|(worker, _)| worker)
    }

    /// Whether a worker is there and not about to leave.
    fn is_staying(&self, worker: WorkerId) -> bool {
        let agent = &self.world.agents[worker];
        let leaves = matches!(agent.absence, Some((Absence::Leave, _)))
            || agent.then == Some(Absence::Leave);
        agent.is_present && !leaves
    }

    /// The lowest numbers come first; those who are about to leave stay only if nobody else is
    /// left.
    fn bring_in(&mut self, group: GroupId, missing: usize) {
        let mut others: Vec<_> = self
            .members(group)
            .filter(|worker| !self.is_staying(*worker))
            .map(|worker| (self.world.agents[worker].is_present, worker))
            .collect();
        others.sort_unstable();
        for (_, worker) in others.into_iter().take(missing) {
            self.come(worker);
        }
    }

    /// Idle workers leave first, the highest number first; then, where offers are rejected, those
    /// who are rung; then whoever finishes next.
    fn send_home(&mut self, group: GroupId, staying: &[WorkerId], surplus: usize) {
        let rejects = self.world.scenario.groups[group].after_shift == AfterShift::RejectOffers;
        let rank = |worker: WorkerId| {
            let (state, agent) = (self.world.router.worker(worker), &self.world.agents[worker]);
            let is_working = agent.is_after_call || agent.is_at_other_work();
            let is_busy = !state.open.is_empty() || is_working;
            let is_only_rung = is_busy && !is_working && state.open.len() == state.pending;
            match (is_busy, is_only_rung && rejects) {
                (false, _) => Some(0),
                (true, true) => Some(1),
                (true, false) => None,
            }
        };
        let mut ready: Vec<_> = staying
            .iter()
            .filter_map(|worker| Some((rank(*worker)?, usize::MAX - worker.index(), *worker)))
            .collect();
        ready.sort_unstable();
        let leaving = ready.len().min(surplus);
        self.debts[group] = surplus - leaving;
        for (_, _, worker) in ready.into_iter().take(leaving) {
            self.go(worker, Absence::Leave);
        }
    }

    /// A worker has finished a task or other work, or is free: if their group has too many, they
    /// leave. Whether they do.
    pub(crate) fn pay_debt(&mut self, worker: WorkerId) -> bool {
        let group = self.world.scenario.people[worker].group;
        let leaves = 0 < self.debts[group] && self.is_staying(worker);
        if leaves {
            self.debts[group] -= 1;
            self.go(worker, Absence::Leave);
        }
        leaves
    }
}
