//! Which waiting task meets which worker: as the router's indexed matcher does it.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;

use crate::express::call::{Call, Stage};
use crate::express::plan::{LaneId, Plan};
use crate::express::run::Run;
use crate::id::{Id, IdVec};
use crate::random::Entity;
use crate::routing::{Line, WorkerId};
use crate::time::Time;

/// Everything that waits.
#[derive(Debug)]
pub(super) struct Lanes {
    lines: IdVec<LaneId, Line<(u64, u32)>>,
    /// Lanes with tasks in them.
    busy: FixedBitSet,
    /// Who may not be offered a task again yet, the oldest first.
    refusals: VecDeque<Refusal>,
    /// Empty; kept for its memory.
    heads: Vec<((u64, u32), LaneId)>,
}

/// Somebody let a task go.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    /// Until when it is not offered to them again.
    until: Time,
    /// The task, and the key of its customer: slots are used again.
    task: (u32, Entity),
    worker: WorkerId,
}

/// What may have changed since matching was last done.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Workers who may take more than before.
    workers: Vec<WorkerId>,
    /// Tasks that have just been created, in order.
    pub(super) calls: Vec<u32>,
    /// Lanes in which a task is new, or may be offered to somebody again.
    pub(super) lanes: Vec<LaneId>,
}

/// To whom a task is to be offered.
enum Choice {
    To(WorkerId),
    /// Nobody can take it, nor any other task of its lane.
    Nobody,
    /// Only workers could who have just let it go.
    OnlyRefusers,
}

impl News {
    /// Whether there is anything to look at.
    #[inline]
    pub(super) fn is_any(&self) -> bool {
        !(self.workers.is_empty() && self.calls.is_empty() && self.lanes.is_empty())
    }

    #[inline]
    pub(super) fn of_worker(&mut self, worker: WorkerId) {
        if self.workers.last() != Some(&worker) {
            self.workers.push(worker);
        }
    }
}

impl Lanes {
    pub(super) fn new(plan: &Plan<'_>) -> Self {
        Self {
            lines: IdVec::filled(Line::new(), plan.lanes.len()),
            busy: FixedBitSet::with_capacity(plan.lanes.len()),
            refusals: VecDeque::new(),
            heads: Vec::new(),
        }
    }

    /// A task is not to be offered to `worker` again before `until`.
    pub(super) fn refuse(&mut self, until: Time, task: (u32, Entity), worker: WorkerId) {
        self.refusals.retain(|refusal| (refusal.task, refusal.worker) != (task, worker));
        self.refusals.push_back(Refusal { until, task, worker });
    }

    fn is_refuser(&self, task: (u32, Entity), worker: WorkerId) -> bool {
        self.refusals.iter().any(|refusal| (refusal.task, refusal.worker) == (task, worker))
    }

    /// When a task may next be offered to somebody again who let it go.
    #[inline]
    pub(super) fn next_reoffer(&mut self, calls: &[Call]) -> Time {
        while let Some(first) = self.refusals.front() {
            if is_alive(first, calls) {
                return first.until;
            }
            self.refusals.pop_front();
        }
        Time::NEVER
    }
}

/// Whether a refusal is still for the task that was refused, and matters.
fn is_alive(refusal: &Refusal, calls: &[Call]) -> bool {
    let (slot, entity) = refusal.task;
    let call = &calls[slot as usize];
    call.entity == entity && call.stage.is_unassigned()
}

impl Run<'_, '_> {
    /// A pending task joins those that wait.
    #[inline]
    pub(super) fn place(&mut self, slot: u32) {
        let call = &mut self.calls[slot as usize];
        call.stage = Stage::Waits;
        let lane = self.plan.routes[call.route].lane;
        self.lanes.lines[lane].insert((call.rank, slot));
        self.lanes.busy.insert(lane.index());
        self.news.lanes.push(lane);
        if call.leaves <= self.now {
            self.overdue.push((call.rank, slot));
            self.has_more = true;
        }
        let next = call.leaves.min(call.patience_ends);
        self.expect_next(slot, next);
    }

    /// A task is taken out of those that wait.
    #[inline]
    pub(super) fn unplace(&mut self, slot: u32) {
        let call = &self.calls[slot as usize];
        let lane = self.plan.routes[call.route].lane;
        let line = &mut self.lanes.lines[lane];
        line.remove((call.rank, slot));
        if line.is_empty() {
            self.lanes.busy.set(lane.index(), false);
        }
    }

    /// Tasks may be offered again to those who let them go long enough ago.
    #[inline]
    pub(super) fn end_reoffer_gaps(&mut self) {
        while let Some(first) = self.lanes.refusals.front() {
            if self.now < first.until {
                return;
            }
            let call = &self.calls[first.task.0 as usize];
            if is_alive(first, &self.calls) && call.stage == Stage::Waits {
                self.news.lanes.push(self.plan.routes[call.route].lane);
            }
            self.lanes.refusals.pop_front();
        }
    }

    /// Offers tasks to workers until nothing fits any more.
    #[inline(always)]
    pub(super) fn match_all(&mut self) {
        match (&self.news.workers[..], &self.news.calls[..], &self.news.lanes[..]) {
            ([], [], []) => return,
            ([], &[slot], []) => self.match_call(slot),
            (&[worker], [], []) => self.match_worker(worker),
            ([], [], &[lane]) => self.match_lane(lane),
            // As after an offer that was missed.
            (&[worker], [], &[lane]) if !self.staff.has_any_room(worker) => {
                self.staff.line_up(worker);
                self.match_lane(lane);
            }
            _ => self.match_news(),
        }
        self.news.workers.clear();
        self.news.calls.clear();
        self.news.lanes.clear();
    }

    /// Only one task is new. If others wait in its lane, nobody can take them.
    #[inline(always)]
    pub(super) fn match_call(&mut self, slot: u32) {
        let lane = self.plan.routes[self.calls[slot as usize].route].lane;
        if self.lanes.busy.contains(lane.index()) {
            self.begin_wait(slot);
            self.place(slot);
            return self.match_lane(lane);
        }
        match self.choose(slot, lane) {
            Choice::To(worker) => self.reserve(slot, worker),
            Choice::Nobody | Choice::OnlyRefusers => {
                self.begin_wait(slot);
                self.place(slot);
            }
        }
    }

    /// A task that waits is offered to a worker.
    #[inline]
    fn offer(&mut self, slot: u32, worker: WorkerId) {
        self.unplace(slot);
        self.reserve(slot, worker);
    }

    /// Only `lane` has news.
    #[inline]
    fn match_lane(&mut self, lane: LaneId) {
        let mut next = self.lanes.lines[lane].first();
        while let Some(place) = next {
            match self.choose(place.1, lane) {
                Choice::Nobody => return,
                Choice::OnlyRefusers => {}
                Choice::To(worker) => self.offer(place.1, worker),
            }
            next = self.lanes.lines[lane].after(place);
        }
    }

    /// Only `worker` has news, and does not stand in line yet: they get the first of all tasks that
    /// they could take, until they have no room. Mostly they are the only one who could.
    #[inline(always)]
    fn match_worker(&mut self, worker: WorkerId) {
        while self.staff.has_any_room(worker) {
            let class = &self.plan.classes[self.staff.people[worker].class];
            let first = |lane: LaneId| Some((self.lanes.lines[lane].first()?, lane));
            let head = match class.only {
                Some(lane) => first(lane),
                None => class.lanes.within(&self.lanes.busy).filter_map(first).min(),
            };
            let Some(((_, slot), lane)) = head else { break };
            let is_only_one = self.staff.is_only_one(worker, self.plan, &self.plan.lanes[lane]);
            if !is_only_one || self.calls[slot as usize].is_refused {
                return self.match_news();
            }
            self.offer(slot, worker);
        }
        self.staff.line_up(worker);
    }

    /// Lanes with news, and those that workers with news serve: their tasks in order.
    fn match_news(&mut self) {
        for index in 0..self.news.calls.len() {
            let slot = self.news.calls[index];
            self.begin_wait(slot);
            self.place(slot);
        }
        let mut lanes = std::mem::take(&mut self.news.lanes);
        for worker in &self.news.workers {
            self.staff.line_up(*worker);
        }
        for worker in &self.news.workers {
            if self.staff.has_any_room(*worker) {
                let served = &self.plan.classes[self.staff.people[*worker].class].lanes;
                lanes.extend(served.within(&self.lanes.busy));
            }
        }
        lanes.sort_unstable();
        lanes.dedup();
        self.sweep(&lanes);
        self.news.lanes = lanes;
    }

    /// One walk over the tasks of `lanes` in order.
    fn sweep(&mut self, lanes: &[LaneId]) {
        let mut heads = std::mem::take(&mut self.lanes.heads);
        let first = |lane: &LaneId| Some((self.lanes.lines[*lane].first()?, *lane));
        heads.extend(lanes.iter().filter_map(first));
        heads.retain(|(_, lane)| self.has_candidates(*lane));
        while let Some(index) = (0..heads.len()).min_by_key(|index| heads[*index]) {
            let (place, lane) = heads.swap_remove(index);
            match self.choose(place.1, lane) {
                Choice::Nobody => continue,
                Choice::OnlyRefusers => (),
                Choice::To(worker) => self.offer(place.1, worker),
            }
            let next = self.lanes.lines[lane].after(place);
            heads.extend(next.filter(|_| self.has_candidates(lane)).map(|next| (next, lane)));
        }
        self.lanes.heads = heads;
    }

    /// Whether anybody with room could take tasks of this lane.
    #[inline]
    fn has_candidates(&self, id: LaneId) -> bool {
        let lane = &self.plan.lanes[id];
        self.staff.free[lane.channel].is_any(self.plan, lane)
    }

    /// To whom a task is offered: the longest idle of those who can take it.
    #[inline(always)]
    fn choose(&mut self, slot: u32, lane: LaneId) -> Choice {
        let lane = &self.plan.lanes[lane];
        let free = &mut self.staff.free[lane.channel];
        if !self.calls[slot as usize].is_refused {
            return free.first(self.plan, lane).map_or(Choice::Nobody, Choice::To);
        }
        if !free.is_any(self.plan, lane) {
            return Choice::Nobody;
        }
        let task = (slot, self.calls[slot as usize].entity);
        let is_willing = |worker| !self.lanes.is_refuser(task, worker);
        free.first_who(self.plan, lane, is_willing).map_or(Choice::OnlyRefusers, Choice::To)
    }
}
