//! Which waiting task meets which worker.
//!
//! [`Matcher::Plain`] is the specification: every task, every worker, in TaskRouter's order.
//! [`Matcher::Indexed`] looks only at lanes where something may have changed, and at workers with
//! room; a property test holds it to the plain one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::{SmallVec, smallvec};

use crate::routing::event::Event;
use crate::routing::membership::{InBoth, in_both};
use crate::routing::program::Step;
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
    /// Workers who may take more than before.
    pub(crate) workers: Vec<WorkerId>,
    /// Whether a condition on activities or channels may have become true.
    pub(crate) live: bool,
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

impl News {
    /// `worker` may take more than before.
    pub(crate) fn of_worker(&mut self, worker: WorkerId) {
        if self.workers.last() != Some(&worker) {
            self.workers.push(worker);
        }
    }

    /// Whether there is anything to look at.
    pub(crate) fn is_any(&self) -> bool {
        self.live || !self.workers.is_empty() || !self.lanes.is_empty()
    }

    fn clear(&mut self) {
        self.workers.clear();
        self.lanes.clear();
        self.live = false;
    }
}

impl Router {
    /// Offers tasks to workers until nothing fits any more (semantics 17.1, `match_pass`).
    pub(crate) fn match_all(&mut self, now: Time, out: &mut Vec<Event>) {
        match self.matcher {
            Matcher::Plain => while self.sweep_plain(now, out) {},
            Matcher::Indexed => self.match_indexed(now, out),
        }
        self.news.clear();
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
        match (&self.news.workers[..], &lanes[..]) {
            ([], []) if !self.news.live => {}
            _ if self.has_live_steps => self.match_live(now, &mut lanes, out),
            ([], &[lane]) => self.match_lane(now, lane, out),
            (&[worker], []) => self.match_worker(now, worker, &mut lanes, out),
            _ => self.match_news(now, &mut lanes, out),
        }
        self.news.lanes = lanes;
    }

    /// As long as some condition reads activities and channels, news of one worker may matter to
    /// any lane.
    fn match_live(&mut self, now: Time, lanes: &mut Vec<LaneId>, out: &mut Vec<Event>) {
        if self.news.live || !self.news.workers.is_empty() {
            lanes.clear();
            lanes.extend(self.waiting.busy());
        } else {
            lanes.sort_unstable();
            lanes.dedup();
        }
        while !lanes.is_empty() {
            let any = self.sweep_lanes(now, lanes, out);
            lanes.clear();
            if any {
                // What was reserved may have made a condition on channels or activities true.
                lanes.extend(self.live_lanes());
            }
        }
    }

    /// What waited before waits because nobody could take it, so only tasks of the lanes with news
    /// and of those that the workers with news serve can be matched. Reserving makes nothing
    /// possible that was not.
    fn match_news(&mut self, now: Time, lanes: &mut Vec<LaneId>, out: &mut Vec<Event>) {
        for worker in &self.news.workers {
            if self.has_any_room(*worker) {
                lanes.extend(self.waiting.busy_for(*worker));
            }
        }
        lanes.sort_unstable();
        lanes.dedup();
        self.sweep_lanes(now, lanes, out);
    }

    /// Only `lane` has news.
    fn match_lane(&mut self, now: Time, lane: LaneId, out: &mut Vec<Event>) {
        let mut next = self.waiting.lane(lane).first();
        while let Some(place) = next {
            match self.choose(now, place.1, self.with_room(lane)) {
                Choice::Nobody => return,
                Choice::OnlyRefusers => {}
                Choice::These(workers) => self.reserve(now, place.1, &workers, out),
            }
            next = self.waiting.lane(lane).after(place);
        }
    }

    /// Only `worker` has news: the first of all tasks that they could take, until they have no
    /// room.
    fn match_worker(
        &mut self,
        now: Time,
        worker: WorkerId,
        lanes: &mut Vec<LaneId>,
        out: &mut Vec<Event>,
    ) {
        while self.has_any_room(worker) {
            let heads = self.waiting.busy_for(worker).filter_map(|lane| {
                let (rank, task) = self.waiting.lane(lane).first()?;
                self.has_candidates(lane).then_some((rank, task, lane))
            });
            let Some((_, task, lane)) = heads.min() else { return };
            if let Choice::These(workers) = self.choose(now, task, self.with_room(lane)) {
                self.reserve(now, task, &workers, out);
            } else {
                return self.match_news(now, lanes, out);
            }
        }
    }

    fn has_any_room(&self, worker: WorkerId) -> bool {
        // Whoever is sent a task past capacity needs no room; such lanes are always tried.
        self.programs.has_direct_steps() || self.membership.has_any_room(worker)
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
        let workers = self.with_room(lane);
        let lane = self.waiting.lane(lane);
        let step = &self.programs.steps[lane.step];
        workers.filter(|worker| self.passes_live(step, lane.attributes, *worker))
    }

    /// The same, conditions on activities and channels apart.
    #[inline]
    fn with_room(&self, lane: LaneId) -> InBoth<'_, WorkerId> {
        let lane = self.waiting.lane(lane);
        let with_room = if self.programs.steps[lane.step].ignores_capacity() {
            &lane.eligible
        } else {
            self.membership.with_room(lane.channel)
        };
        in_both(&lane.eligible, with_room)
    }

    /// To whom of `able` a pending task is offered: the first, or the first few (TR-054).
    #[inline]
    fn choose(&self, now: Time, id: TaskId, able: impl Iterator<Item = WorkerId>) -> Choice {
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
