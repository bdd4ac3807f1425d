//! A workspace that changes while it runs, as one behind an API does; in a simulation it never
//! does.

use crate::id::IdVec;
use crate::routing::matching::News;
use crate::routing::membership::Membership;
use crate::routing::router::Router;
use crate::routing::task::TaskId;
use crate::routing::waiting::{Rank, Waiting};
use crate::routing::worker::{ChannelState, WorkerState};
use crate::routing::workspace::{AttributesId, WorkerId, Workspace};
use crate::time::Time;

impl Router {
    /// Changes the workspace at `now`; tasks and reservations stay as they are, and what waits is
    /// matched again at the next [`advance`](Self::advance).
    ///
    /// `change` may add activities, channels, queues, workers and workflows, and alter what is
    /// there. It takes nothing away, and gives a worker as many channels as there are. What a
    /// worker does is changed by commands, not here; configurations come in by
    /// [`add_configuration`](Self::add_configuration).
    ///
    /// - Cost: O(workers × (queues + lanes)), and all that waits is put in order again.
    pub fn reshape(&mut self, now: Time, change: impl FnOnce(&mut Workspace)) {
        change(&mut self.workspace);
        self.rework(now);
    }

    /// The worker, who holds nothing, is gone for good: no member of any queue from now on.
    ///
    /// - Cost: as [`reshape`](Self::reshape).
    pub fn retire(&mut self, now: Time, worker: WorkerId) {
        debug_assert!(self.workers[worker].open.is_empty(), "they hold nothing");
        self.workers[worker].is_gone = true;
        self.rework(now);
    }

    /// Forgets the attributes that neither a worker nor a task has any more, and what was worked
    /// out for them. The first `kept` stay as they are; all others have new ids, so that such an
    /// [`AttributesId`] from before is worth nothing afterwards.
    ///
    /// - Cost: as [`reshape`](Self::reshape).
    pub fn forget_attributes(&mut self, now: Time, kept: usize) {
        let mut moved: IdVec<AttributesId, Option<AttributesId>> =
            IdVec::filled(None, self.workspace.attributes.len());
        let before = std::mem::take(&mut self.workspace.attributes);
        let after = &mut self.workspace.attributes;
        let mut keep =
            |id: AttributesId| *moved[id].get_or_insert_with(|| after.push(before[id].clone()));
        for id in before.ids().take(kept) {
            keep(id);
        }
        for (worker, state) in self.workspace.workers.iter_mut().zip(self.workers.iter_mut()) {
            state.attributes = keep(state.attributes);
            worker.attributes = state.attributes;
        }
        for id in self.tasks.iter().map(|(id, _)| id).collect::<Vec<_>>() {
            let task = &mut self.tasks[id];
            task.attributes = keep(task.attributes);
        }
        self.rework(now);
    }

    /// Works out again all that follows from the workspace.
    fn rework(&mut self, now: Time) {
        let Self { workspace, .. } = self;
        self.resolved = workspace.attributes.iter().map(|v| workspace.paths.resolve(v)).collect();
        self.forget_census();
        self.beginnings = IdVec::new();
        self.meet_newcomers();
        let before = std::mem::replace(&mut self.membership, Membership::new(&self.workspace));
        self.membership.keep_idle(&before, &self.workspace.channels);
        for worker in self.workspace.workers.ids() {
            self.update_membership(worker);
            self.update_room(worker);
        }
        self.survey_steps();
        self.queue_up_again();
        self.dirty.get_or_insert(now);
    }

    /// States for workers and channels that were not there before.
    fn meet_newcomers(&mut self) {
        for (id, worker) in self.workspace.workers.iter_with_id() {
            if self.workers.get(id).is_none() {
                self.workers.push(WorkerState::new(worker));
            }
            let sides = &mut self.workers[id].channels;
            for side in worker.channels.iter().skip(sides.len()) {
                sides.push(ChannelState::new(side));
            }
        }
    }

    /// Everything that waits takes its place anew, in lanes made afresh.
    fn queue_up_again(&mut self) {
        self.waiting = Waiting::default();
        self.news = News::default();
        let tasks: Vec<TaskId> = self.tasks.iter().map(|(id, _)| id).collect();
        for id in tasks {
            self.tasks[id].lane = None;
            if self.tasks[id].status.is_pending() {
                let lane = self.lane_of(id);
                self.tasks[id].lane = Some(lane);
                let rank = Rank::of(&self.tasks[id], &self.workspace);
                self.waiting.insert(lane, rank, id);
            }
        }
        self.news.lanes.extend(self.waiting.lane_ids());
        // Anybody may be able to take what waited in vain.
        self.news.workers.extend(self.workspace.workers.ids());
        self.tell_live();
    }
}
