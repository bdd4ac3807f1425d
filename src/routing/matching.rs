//! Which waiting task meets which worker.
//!
//! [`Matcher::Plain`] is the specification: every task, every worker, in TaskRouter's order.
//! [`Matcher::Indexed`] looks only at lanes where something may have changed, and at workers with
//! room; a property test holds it to the plain one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use crate::routing::event::Event;
use crate::routing::membership::in_both;
use crate::routing::router::Router;
use crate::routing::task::{Task, TaskId};
use crate::routing::waiting::{Lane, LaneId, Rank};
use crate::routing::workspace::WorkerId;
use crate::time::Time;

/// How waiting tasks and workers are brought together. The outcome is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matcher {
    /// Every task, every worker: slow, and obviously right.
    Plain,
    /// Only what may have changed.
    #[default]
    Indexed,
}

/// What may have changed since matching was last done.
#[derive(Clone, Debug, Default)]
pub(crate) struct News {
    /// Some worker may take more than before.
    pub(crate) workers: bool,
    /// Lanes in which a task is new, or may be offered to somebody again.
    pub(crate) lanes: Vec<LaneId>,
}

/// The first task of a lane that is still to be tried.
type Head = (Rank, TaskId, LaneId);
pub(crate) type Heads = BinaryHeap<Reverse<Head>>;

/// To whom a task is to be offered.
enum Choice {
    /// To these, in this order.
    These(SmallVec<[WorkerId; 4]>),
    /// Nobody can take it, nor any other task of its lane, unless something else is reserved.
    Nobody,
    /// Only workers could who have just let it go.
    OnlyRefusers,
}

impl Router {
    /// Offers tasks to workers until nothing fits any more (semantics 17.1, `match_pass`).
    pub(crate) fn match_all(&mut self, now: Time, out: &mut Vec<Event>) {
        match self.matcher {
            Matcher::Plain => while self.sweep_plain(now, out) {},
            Matcher::Indexed => self.match_indexed(now, out),
        }
        self.news.workers = false;
        self.news.lanes.clear();
    }

    /// One walk over all waiting tasks; whether anything was reserved.
    fn sweep_plain(&mut self, now: Time, out: &mut Vec<Event>) -> bool {
        let pending = self.tasks.iter().filter(|(_, task)| task.status.is_pending());
        let mut waiting: Vec<_> =
            pending.map(|(id, task)| (Rank::of(task, &self.workspace), id)).collect();
        waiting.sort_unstable();
        let mut any = false;
        for (_, id) in waiting {
            let task = &self.tasks[id];
            let step = &self.programs.steps[task.step];
            let workers = self.workspace.workers.ids();
            let eligible = workers.filter(|worker| {
                self.may_ever_take(step, task.attributes, *worker)
                    && self.may_take_now(step, task, *worker)
            });
            if let Choice::These(workers) = self.choose(now, id, eligible) {
                self.reserve(now, id, &workers, out);
                any = true;
            }
        }
        any
    }

    fn match_indexed(&mut self, now: Time, out: &mut Vec<Event>) {
        let mut lanes = std::mem::take(&mut self.news.lanes);
        if self.news.workers {
            lanes.clear();
            lanes.extend(self.waiting.busy());
        } else {
            lanes.sort_unstable();
            lanes.dedup();
        }
        while !lanes.is_empty() {
            let any = self.sweep_lanes(now, &lanes, out);
            lanes.clear();
            if any {
                // What was reserved may have made a condition on channels or activities true.
                lanes.extend(self.live_lanes());
            }
        }
        self.news.lanes = lanes;
    }

    /// One walk over the tasks of `lanes` in TaskRouter's order; whether anything was reserved.
    fn sweep_lanes(&mut self, now: Time, lanes: &[LaneId], out: &mut Vec<Event>) -> bool {
        let mut heads = std::mem::take(&mut self.heads);
        heads.extend(lanes.iter().filter_map(|lane| self.head(*lane, Lane::first)));
        // Lanes with live conditions that would not let anybody take a task.
        let mut asleep = Vec::new();
        let mut any = false;
        while let Some(Reverse((rank, task, lane))) = heads.pop() {
            let behind = |lane: &Lane| lane.after((rank, task));
            match self.choose(now, task, self.able(lane)) {
                Choice::Nobody if self.is_live(lane) => asleep.push(lane),
                Choice::Nobody => {}
                Choice::OnlyRefusers => heads.extend(self.head(lane, behind)),
                Choice::These(workers) => {
                    self.reserve(now, task, &workers, out);
                    if !any {
                        asleep.extend(
                            self.live_lanes().filter(|live| lanes.binary_search(live).is_err()),
                        );
                    }
                    any = true;
                    // What is reserved may make conditions true, for whatever comes behind.
                    let awake = asleep.drain(..).chain([lane]);
                    heads.extend(awake.filter_map(|lane| self.head(lane, behind)));
                }
            }
        }
        self.heads = heads;
        any
    }

    /// The task of `lane` that `which` names, unless nobody has room for it anyway.
    fn head(
        &self,
        lane: LaneId,
        which: impl Fn(&Lane) -> Option<(Rank, TaskId)>,
    ) -> Option<Reverse<Head>> {
        let (rank, task) = which(self.waiting.lane(lane)).filter(|_| self.has_candidates(lane))?;
        Some(Reverse((rank, task, lane)))
    }

    /// Lanes whose targets read activities or channels, with tasks in them.
    fn live_lanes(&self) -> impl Iterator<Item = LaneId> + '_ {
        let busy = self.has_live_steps.then(|| self.waiting.busy());
        busy.into_iter().flatten().filter(|lane| self.is_live(*lane))
    }

    fn is_live(&self, lane: LaneId) -> bool {
        self.programs.steps[self.waiting.lane(lane).step].live.is_some()
    }

    /// Whether anybody with room could take tasks of this lane; live conditions apart.
    fn has_candidates(&self, lane: LaneId) -> bool {
        let lane = self.waiting.lane(lane);
        self.programs.steps[lane.step].ignores_capacity()
            || !lane.eligible.is_disjoint(self.membership.with_room(lane.channel))
    }

    /// Everybody who can take the tasks of this lane now, in order of the file.
    fn able(&self, lane: LaneId) -> impl Iterator<Item = WorkerId> + '_ {
        let lane = self.waiting.lane(lane);
        let step = &self.programs.steps[lane.step];
        let with_room = if step.ignores_capacity() {
            &lane.eligible
        } else {
            self.membership.with_room(lane.channel)
        };
        let workers = in_both(&lane.eligible, with_room);
        workers.filter(|worker| self.passes_live(step, lane.attributes, *worker))
    }

    /// To whom of `able` a pending task is offered: the first, or the first few (TR-054).
    fn choose(&self, now: Time, id: TaskId, able: impl Iterator<Item = WorkerId>) -> Choice {
        let task = &self.tasks[id];
        let mut able = able.peekable();
        if able.peek().is_none() {
            return Choice::Nobody;
        }
        let willing = able.filter(|worker| !self.is_refuser(task, *worker, now));
        let first = self.first_of(willing, task);
        if first.is_empty() { Choice::OnlyRefusers } else { Choice::These(first) }
    }

    /// As many workers as the queue reserves at once, in the order they are asked.
    fn first_of(
        &self,
        workers: impl Iterator<Item = WorkerId>,
        task: &Task,
    ) -> SmallVec<[WorkerId; 4]> {
        let step = &self.programs.steps[task.step];
        let most = step.queue.map_or(1, |queue| self.workspace.queues[queue].max_reserved_workers);
        let compare =
            |a: &WorkerId, b: &WorkerId| self.compare_workers(step, task.channel, (*a, *b));
        match most {
            1 if step.order.is_empty() => {
                let key = |worker: &WorkerId| self.idle_key(task.channel, *worker);
                workers.min_by_key(key).into_iter().collect()
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
