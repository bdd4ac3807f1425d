//! Tasks that wait, in lanes: all tasks of a lane are judged alike by every worker.
//!
//! A lane is a target, a channel, and what the target reads of the task. Which workers could ever
//! take its tasks is worked out once per lane; so a freed worker meets lanes, not tasks.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use crate::define_id;
use crate::id::{Id, IdVec};
use crate::routing::crew::Crew;
use crate::routing::line::Line;
use crate::routing::program::StepId;
use crate::routing::task::{Task, TaskId};
use crate::routing::workspace::{AttributesId, ChannelId, TaskOrder, WorkerId, Workspace};

define_id! {
    /// A lane.
    pub(crate) LaneId
}

/// A task's place among all that wait; the least goes first (TR-170 to TR-174).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    group: u8,
    priority: u32,
    start: u64,
    number: u64,
}

impl Rank {
    pub(crate) fn of(task: &Task, workspace: &Workspace) -> Self {
        let order = task.queue.map_or(TaskOrder::Fifo, |queue| workspace.queues[queue].task_order);
        let group = u8::from(order != workspace.prioritize_queue_order);
        let start = task.virtual_start_time.as_millis();
        match order {
            TaskOrder::Fifo => Self { group, priority: !task.priority, start, number: task.number },
            TaskOrder::Lifo => Self { group, priority: 0, start: !start, number: !task.number },
        }
    }
}

/// Tasks that every worker judges alike.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) step: StepId,
    /// Those of its first task; its others have the same as far as the target reads them.
    pub(crate) attributes: AttributesId,
    pub(crate) channel: ChannelId,
    /// The workers who could take its tasks, as far as static attributes tell.
    pub(crate) eligible: Crew,
    tasks: Line<(Rank, TaskId)>,
}

/// Everything that waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    lanes: IdVec<LaneId, Lane>,
    /// The lanes of tasks with these attributes.
    by_attributes: IdVec<AttributesId, Vec<(StepId, ChannelId, LaneId)>>,
    by_kind: BTreeMap<Kind, LaneId>,
    /// Lanes with tasks in them, and how many they are.
    busy: FixedBitSet,
    n_busy: usize,
    /// The lanes for whose tasks a worker is eligible, in order.
    served: IdVec<WorkerId, Vec<LaneId>>,
}

/// What makes a lane: a target, a channel, and what the target reads of tasks, as text.
pub(crate) type Kind = (StepId, ChannelId, String);

impl Waiting {
    /// The lane of `task`, if there is one yet.
    #[inline]
    pub(crate) fn known_lane(&self, task: &Task) -> Option<LaneId> {
        let alike = self.by_attributes.get(task.attributes)?;
        let mut lanes = alike.iter();
        let lane = lanes.find(|(step, channel, _)| (*step, *channel) == (task.step, task.channel));
        lane.map(|(_, _, lane)| *lane)
    }

    /// The lane of tasks of this kind, if there is one; from now on that of `task` too, which is
    /// of this kind.
    pub(crate) fn lane_of_kind(&mut self, task: &Task, kind: &Kind) -> Option<LaneId> {
        let lane = *self.by_kind.get(kind)?;
        self.know(task, lane);
        Some(lane)
    }

    /// A new lane, for tasks like `task`, which `eligible` could take.
    pub(crate) fn add_lane(&mut self, task: &Task, kind: Kind, eligible: Crew) -> LaneId {
        let Task { step, attributes, channel, .. } = *task;
        let lane = LaneId::new(self.lanes.len());
        for worker in eligible.workers() {
            while self.served.len() <= worker.index() {
                self.served.push(Vec::new());
            }
            self.served[worker].push(lane);
        }
        self.lanes.push(Lane { step, attributes, channel, eligible, tasks: Line::new() });
        self.by_kind.insert(kind, lane);
        self.busy.grow(self.lanes.len());
        self.know(task, lane);
        lane
    }

    fn know(&mut self, task: &Task, lane: LaneId) {
        while self.by_attributes.len() <= task.attributes.index() {
            self.by_attributes.push(Vec::new());
        }
        self.by_attributes[task.attributes].push((task.step, task.channel, lane));
    }

    pub(crate) fn insert(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        self.lanes[lane].tasks.insert((rank, task));
        self.n_busy += usize::from(!self.busy.put(lane.index()));
    }

    pub(crate) fn remove(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        let tasks = &mut self.lanes[lane].tasks;
        let was_there = tasks.remove((rank, task));
        debug_assert!(was_there, "a pending task waits in its lane");
        if tasks.is_empty() {
            self.busy.set(lane.index(), false);
            self.n_busy -= 1;
        }
    }

    /// All lanes that ever were.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = (LaneId, &Lane)> {
        self.lanes.iter_with_id()
    }

    pub(crate) fn lane_ids(&self) -> impl Iterator<Item = LaneId> + use<> {
        self.lanes.ids()
    }

    pub(crate) fn lane(&self, lane: LaneId) -> &Lane {
        &self.lanes[lane]
    }

    /// Whether `worker` is eligible for the tasks of `lane` from now on.
    pub(crate) fn set_eligible(&mut self, lane: LaneId, worker: WorkerId, may: bool) {
        self.lanes[lane].eligible.set(worker, may);
        while self.served.len() <= worker.index() {
            self.served.push(Vec::new());
        }
        let served = &mut self.served[worker];
        match (served.binary_search(&lane), may) {
            (Err(place), true) => served.insert(place, lane),
            (Ok(place), false) => drop(served.remove(place)),
            _ => {}
        }
    }

    /// Lanes with tasks in them.
    pub(crate) fn busy(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.busy.ones().map(LaneId::new)
    }

    /// Calls `visit` with all lanes with tasks in them for which `worker` is eligible.
    #[inline]
    pub(crate) fn for_each_busy(&self, worker: WorkerId, mut visit: impl FnMut(LaneId)) {
        let served = self.served.get(worker).map(Vec::as_slice).unwrap_or_default();
        if self.n_busy < served.len() {
            let busy = self.busy();
            busy.filter(|lane| self.lanes[*lane].eligible.contains(worker)).for_each(visit);
        } else {
            served.iter().filter(|lane| self.busy.contains(lane.index())).for_each(|l| visit(*l));
        }
    }

    /// Whether the lanes that are kept for each worker are those for which they are eligible.
    pub(crate) fn served_is_true(&self) -> bool {
        let n_served: usize = self.served.iter().map(Vec::len).sum();
        let n_eligible: usize = self.lanes.iter().map(|lane| lane.eligible.len()).sum();
        let holds = |worker: WorkerId| {
            let served = &self.served[worker];
            served.is_sorted() && served.iter().all(|l| self.lanes[*l].eligible.contains(worker))
        };
        n_served == n_eligible
            && self.served.ids().all(holds)
            && self.n_busy == self.busy.count_ones(..)
    }
}

impl Lane {
    /// The first task that waits.
    pub(crate) fn first(&self) -> Option<(Rank, TaskId)> {
        self.tasks.first()
    }

    /// All that wait, in order.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = (Rank, TaskId)> + '_ {
        self.tasks.iter()
    }

    /// The first task behind `place`, whether that is still taken or not.
    pub(crate) fn after(&self, place: (Rank, TaskId)) -> Option<(Rank, TaskId)> {
        self.tasks.after(place)
    }
}
