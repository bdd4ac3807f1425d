//! Groups whose size follows a table: who comes, and who leaves.

use crate::id::Id;
use crate::random::Entity;
use crate::routing::WorkerId;
use crate::scenario::{AfterShift, GroupId, Presence as Plan};
use crate::simulation::agent::Absence;
use crate::simulation::cue::{Act, Cue};
use crate::simulation::presence::{Office, Presence};

/// Groups whose size follows a table.
pub(crate) trait Staffing<'s>: Presence<'s> {
    /// Everybody's first cue.
    fn begin_staff(&mut self) {
        self.begin_presence();
        for group in self.scenario().groups.ids() {
            self.plan_staffing(group, 0);
        }
    }

    /// Does what a cue about a worker or a group says.
    fn change_staff(&mut self, act: Act) {
        match act {
            Act::Recover(worker, miss) => self.recover(worker, miss),
            Act::StartShift(worker, shift) => self.start_shift(worker, shift),
            Act::EndShift(worker, shift) => self.end_shift(worker, shift),
            Act::StartBreak(worker, shift, rest) => self.start_break(worker, shift, rest),
            Act::EndAbsence(worker, number) => self.end_absence(worker, number),
            Act::StartOtherWork(worker, piece) => self.start_other_work(worker, piece),
            Act::Staff(group, step) => self.staff(group, step),
            _ => unreachable!("not about a worker: {act:?}"),
        }
    }

    fn plan_staffing(&mut self, group: GroupId, step: u32) {
        let Plan::Staffing(steps) = &self.scenario().groups[group].presence else { return };
        if let Some((due, _)) = steps.get(step as usize) {
            let entity = Entity::named("group", &self.scenario().groups[group].name);
            self.cue(*due, Cue::new(entity, 0, Act::Staff(group, step)));
        }
    }

    /// The number of workers of a group changes.
    fn staff(&mut self, group: GroupId, step: u32) {
        let Plan::Staffing(steps) = &self.scenario().groups[group].presence else { return };
        let Some((_, count)) = steps.get(step as usize) else { return };
        self.plan_staffing(group, step + 1);
        let staying: Vec<WorkerId> =
            self.members(group).filter(|worker| self.is_staying(*worker)).collect();
        *self.debt(group) = 0;
        match count.checked_sub(staying.len()) {
            Some(missing) => self.bring_in(group, missing),
            None => self.send_home(group, &staying, staying.len() - count),
        }
    }

    /// The workers of a group, in order.
    fn members(&self, group: GroupId) -> impl Iterator<Item = WorkerId> {
        let people = self.scenario().people.iter_with_id();
        people.filter(move |(_, person)| person.group == group).map(|(worker, _)| worker)
    }

    /// The lowest numbers come first; those who are about to leave stay only if nobody else is
    /// left.
    fn bring_in(&mut self, group: GroupId, missing: usize) {
        let mut others: Vec<_> = self
            .members(group)
            .filter(|worker| !self.is_staying(*worker))
            .map(|worker| (self.agent(worker).is_present, worker))
            .collect();
        others.sort_unstable();
        for (_, worker) in others.into_iter().take(missing) {
            self.come(worker);
        }
    }

    /// Idle workers leave first, the highest number first; then, where offers are rejected, those
    /// who are rung; then whoever finishes next.
    fn send_home(&mut self, group: GroupId, staying: &[WorkerId], surplus: usize) {
        let rejects = self.scenario().groups[group].after_shift == AfterShift::RejectOffers;
        let rank = |worker: WorkerId| {
            let (holding, agent) = (self.holding(worker), self.agent(worker));
            let is_working = agent.is_after_call || agent.is_at_other_work();
            let is_busy = holding.n_open != 0 || is_working;
            let is_only_rung = is_busy && !is_working && holding.n_open == holding.n_pending;
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
        *self.debt(group) = surplus - leaving;
        for (_, _, worker) in ready.into_iter().take(leaving) {
            self.go(worker, Absence::Leave);
        }
    }
}

impl<'s, O: Office<'s>> Staffing<'s> for O {}
