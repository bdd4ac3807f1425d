//! Which waiting task meets which worker.
//!
//! [`Matcher::Plain`] is the specification: every task, every worker, in TaskRouter's order.
//! [`Matcher::Indexed`] looks only at lanes where something may have changed, and at workers with
//! room; a property test holds it to the plain one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::routing::choice::Choice;
use crate::routing::event::Event;
use crate::routing::router::Router;
use crate::routing::task::{Entering, TaskId};
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
    /// Whether some task may be offered to somebody again.
    pub(crate) reoffers: bool,
}

/// The first task of a lane that is still to be tried.
type Head = (Rank, TaskId, LaneId);
pub(crate) type Heads = BinaryHeap<Reverse<Head>>;

impl News {
    /// `worker` may take more than before.
    pub(crate) fn of_worker(&mut self, worker: WorkerId) {
        if self.workers.last() != Some(&worker) {
            self.workers.push(worker);
        }
    }

    /// A task may be offered to somebody again, if it waits in a lane.
    pub(crate) fn of_reoffer(&mut self, lane: Option<LaneId>) {
        self.lanes.extend(lane);
        self.reoffers = true;
    }

    /// Whether there is anything to look at.
    pub(crate) fn is_any(&self) -> bool {
        self.live || !self.workers.is_empty() || !self.lanes.is_empty()
    }

    fn clear(&mut self) {
        self.workers.clear();
        self.lanes.clear();
        self.live = false;
        self.reoffers = false;
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
            if let Choice::These(workers) = self.choose_of(now, id, eligible) {
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
                self.waiting.for_each_busy(*worker, |lane| lanes.push(lane));
            }
        }
        lanes.sort_unstable();
        lanes.dedup();
        self.sweep_lanes(now, lanes, out);
    }

    /// Only `lane` has news.
    fn match_lane(&mut self, now: Time, lane: LaneId, out: &mut Vec<Event>) {
        if self.waits_in_vain(lane) {
            return;
        }
        let mut next = self.waiting.lane(lane).first();
        while let Some(place) = next {
            match self.choose(now, place.1, lane) {
                Choice::Nobody => return,
                Choice::OnlyRefusers => {}
                Choice::These(workers) => self.reserve(now, place.1, &workers, out),
            }
            next = self.waiting.lane(lane).after(place);
        }
    }

    /// Whether one of the first two tasks of `lane` has waited before, and not for somebody who let
    /// it go: then nobody can take any, as long as no worker has news.
    fn waits_in_vain(&self, lane: LaneId) -> bool {
        let lane = self.waiting.lane(lane);
        let has_waited = |place: (Rank, TaskId)| {
            let task = &self.tasks[place.1];
            task.entering == Entering::No && task.refusals.is_empty()
        };
        let first = lane.first();
        let second = || lane.after(first?);
        !self.news.reoffers && (first.is_some_and(has_waited) || second().is_some_and(has_waited))
    }

    /// Only `worker` has news: the first of all tasks that they could take, until they have no
    /// room. Nobody else can take what waited before.
    fn match_worker(
        &mut self,
        now: Time,
        worker: WorkerId,
        lanes: &mut Vec<LaneId>,
        out: &mut Vec<Event>,
    ) {
        while self.has_any_room(worker) {
            let Some(task) = self.first_for(worker) else { return };
            if self.is_refuser(&self.tasks[task], worker, now) {
                return self.match_news(now, lanes, out);
            }
            self.reserve(now, task, &[worker], out);
        }
    }

    /// The first task of all that wait for whom `worker` has room.
    fn first_for(&self, worker: WorkerId) -> Option<TaskId> {
        let mut first: Option<(Rank, TaskId)> = None;
        self.waiting.for_each_busy(worker, |lane| {
            let lane = self.waiting.lane(lane);
            let has_room = self.membership.has_room(lane.channel, worker)
                || self.programs.steps[lane.step].ignores_capacity();
            let head = lane.first().filter(|head| has_room && first.is_none_or(|it| *head < it));
            first = head.or(first);
        });
        first.map(|(_, task)| task)
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
            match self.choose(now, task, lane) {
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
}
