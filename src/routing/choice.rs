//! To whom a task is offered: who of those that can take it goes first.

use smallvec::{SmallVec, smallvec};

use crate::id::Id;
use crate::routing::crew::{Crew, FEW_WORKERS};
use crate::routing::membership::in_both;
use crate::routing::program::Step;
use crate::routing::router::Router;
use crate::routing::task::{Task, TaskId};
use crate::routing::waiting::{Lane, LaneId};
use crate::routing::workspace::WorkerId;
use crate::time::Time;

/// How many workers are looked at in the time of a step along an order.
const WALK_COST: usize = 4;

/// To whom a task is to be offered.
pub(crate) enum Choice {
    /// To these, in this order.
    These(SmallVec<[WorkerId; 4]>),
    /// Nobody can take it, nor any other task of its lane, unless something else is reserved.
    Nobody,
    /// Only workers could who have just let it go.
    OnlyRefusers,
}

impl Router {
    /// Whether anybody with room could take tasks of this lane; live conditions apart. Where it
    /// would take long to find out, whether anybody has room.
    pub(crate) fn has_candidates(&self, lane: LaneId) -> bool {
        let lane = self.waiting.lane(lane);
        self.programs.steps[lane.step].ignores_capacity()
            || if FEW_WORKERS < self.workers.len() {
                0 < self.membership.n_with_room(lane.channel)
            } else {
                lane.eligible.has_any_of(self.membership.with_room(lane.channel))
            }
    }

    /// To whom a pending task of `lane` is offered.
    #[inline]
    pub(crate) fn choose(&mut self, now: Time, id: TaskId, lane: LaneId) -> Choice {
        if FEW_WORKERS < self.workers.len()
            && let Some(order) = self.order_to_walk(lane)
        {
            return self.choose_in_order(now, id, (lane, order));
        }
        let lane = self.waiting.lane(lane);
        let step = &self.programs.steps[lane.step];
        let with_room = self.membership.with_room(lane.channel);
        let passes = |worker: &WorkerId| self.passes_live(step, lane.attributes, *worker);
        match &lane.eligible {
            _ if let Some((only, ignores_room)) = step.only => {
                let is_able = ignores_room || with_room.contains(only.index());
                self.choose_of(now, id, is_able.then_some(only).into_iter())
            }
            Crew::Bits(eligible, _) if step.live.is_none() => {
                self.choose_of(now, id, in_both(eligible, with_room))
            }
            Crew::Bits(eligible, _) => {
                self.choose_of(now, id, in_both(eligible, with_room).filter(passes))
            }
            Crew::Listed(all) => {
                let able = all.iter().filter(|worker| with_room.contains(worker.index()));
                self.choose_of(now, id, able.copied().filter(passes))
            }
        }
    }

    /// Which order of idle workers is to be walked for tasks of `lane`; none if it takes longer
    /// than to look at everybody who is eligible.
    fn order_to_walk(&mut self, lane: LaneId) -> Option<usize> {
        if self.membership.orders.is_behind() {
            self.membership.update_orders();
        }
        let Lane { step, channel, eligible, .. } = self.waiting.lane(lane);
        let step = &self.programs.steps[*step];
        let (n_workers, n_with_room) = (self.workers.len(), self.membership.n_with_room(*channel));
        let looks = match eligible {
            Crew::Listed(all) => all.len(),
            Crew::Bits(..) => n_workers / 64 + n_with_room.min(eligible.len()),
        };
        // The first who is eligible comes after so many, in the mean.
        let walks = n_with_room.min(n_workers / eligible.len().max(1));
        if looks < WALK_COST * walks || step.only.is_some() {
            return None;
        }
        let known = self.membership.orders.find(*channel, &step.order);
        let order = if let Some(known) = known {
            known
        } else {
            let levels = self.levels(&step.order);
            self.membership.orders.add(*channel, &step.order, levels)
        };
        self.membership.update_orders();
        Some(order)
    }

    /// As [`choose_of`](Self::choose_of), of everybody with room in the order they are asked.
    fn choose_in_order(&self, now: Time, id: TaskId, (lane, order): (LaneId, usize)) -> Choice {
        let task = &self.tasks[id];
        let lane = self.waiting.lane(lane);
        let step = &self.programs.steps[lane.step];
        let is_able = |worker: &WorkerId| {
            lane.eligible.contains(*worker) && self.passes_live(step, lane.attributes, *worker)
        };
        let mut able = self.membership.orders.walk(order).filter(is_able).peekable();
        if able.peek().is_none() {
            return Choice::Nobody;
        }
        let willing = able.filter(|worker| !self.is_refuser(task, *worker, now));
        let first: SmallVec<[WorkerId; 4]> = willing.take(self.most(step)).collect();
        if first.is_empty() { Choice::OnlyRefusers } else { Choice::These(first) }
    }

    /// To whom of `able` a pending task is offered: the first, or the first few (TR-054).
    #[inline]
    pub(crate) fn choose_of(
        &self,
        now: Time,
        id: TaskId,
        able: impl Iterator<Item = WorkerId>,
    ) -> Choice {
        let task = &self.tasks[id];
        let step = &self.programs.steps[task.step];
        let is_plain = step.order.is_empty() && task.refusals.is_empty();
        if is_plain && self.most(step) == 1 {
            let first = self.membership.longest_idle(task.channel, able);
            return first.map_or(Choice::Nobody, |worker| Choice::These(smallvec![worker]));
        }
        let mut able = able.peekable();
        if able.peek().is_none() {
            return Choice::Nobody;
        }
        let willing = able.filter(|worker| !self.is_refuser(task, *worker, now));
        let first = self.first_of(willing, task);
        if first.is_empty() { Choice::OnlyRefusers } else { Choice::These(first) }
    }

    /// How many workers are asked at once.
    fn most(&self, step: &Step) -> usize {
        step.queue.map_or(1, |queue| self.workspace.queues[queue].max_reserved_workers)
    }

    /// As many workers as the queue reserves at once, in the order they are asked.
    fn first_of(
        &self,
        workers: impl Iterator<Item = WorkerId>,
        task: &Task,
    ) -> SmallVec<[WorkerId; 4]> {
        let step = &self.programs.steps[task.step];
        let most = self.most(step);
        let compare =
            |a: &WorkerId, b: &WorkerId| self.compare_workers(step, task.channel, (*a, *b));
        match most {
            1 if step.order.is_empty() => {
                self.membership.longest_idle(task.channel, workers).into_iter().collect()
            }
            1 => workers.min_by(compare).into_iter().collect(),
            _ => {
                let mut workers: SmallVec<[WorkerId; 4]> = workers.collect();
                workers.sort_unstable_by(compare);
                workers.truncate(most);
                workers
            }
        }
    }
}
