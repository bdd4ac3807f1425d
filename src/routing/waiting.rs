//! Tasks that wait, in lanes: all tasks of a lane are judged alike by every worker.
//!
//! A lane is a target, an attributes document and a channel. Which workers could ever take its
//! tasks is worked out once per lane; so a freed worker meets lanes, not tasks.

use fixedbitset::FixedBitSet;

use crate::define_id;
use crate::id::{Id, IdVec};
use crate::routing::line::Line;
use crate::routing::membership::in_both;
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
    pub(crate) attributes: AttributesId,
    pub(crate) channel: ChannelId,
    /// The workers who could take its tasks, as far as static attributes tell.
    pub(crate) eligible: FixedBitSet,
    tasks: Line<(Rank, TaskId)>,
}

/// Everything that waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    lanes: IdVec<LaneId, Lane>,
    /// The lanes of tasks with these attributes.
    by_attributes: IdVec<AttributesId, Vec<(StepId, ChannelId, LaneId)>>,
    /// Lanes with tasks in them.
    busy: FixedBitSet,
    /// The lanes for whose tasks a worker is eligible.
    served: IdVec<WorkerId, FixedBitSet>,
}

impl Waiting {
    /// The lane of `task`, if there is one yet.
    #[inline]
    pub(crate) fn known_lane(&self, task: &Task) -> Option<LaneId> {
        let alike = self.by_attributes.get(task.attributes)?;
        let mut lanes = alike.iter();
        let lane = lanes.find(|(step, channel, _)| (*step, *channel) == (task.step, task.channel));
        lane.map(|(_, _, lane)| *lane)
    }

    /// A new lane, for tasks like `task`, which `eligible` could take.
    pub(crate) fn add_lane(&mut self, task: &Task, eligible: FixedBitSet) -> LaneId {
        let Task { step, attributes, channel, .. } = *task;
        let lane =
            self.lanes.push(Lane { step, attributes, channel, eligible, tasks: Line::new() });
        while self.by_attributes.len() <= attributes.index() {
            self.by_attributes.push(Vec::new());
        }
        self.by_attributes[attributes].push((step, channel, lane));
        self.busy.grow(self.lanes.len());
        while self.served.len() < self.lanes[lane].eligible.len() {
            self.served.push(FixedBitSet::new());
        }
        for worker in self.lanes[lane].eligible.ones() {
            self.served[WorkerId::new(worker)].grow_and_insert(lane.index());
        }
        lane
    }

    pub(crate) fn insert(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        self.lanes[lane].tasks.insert((rank, task));
        self.busy.insert(lane.index());
    }

    pub(crate) fn remove(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        let tasks = &mut self.lanes[lane].tasks;
        let was_there = tasks.remove((rank, task));
        debug_assert!(was_there, "a pending task waits in its lane");
        if tasks.is_empty() {
            self.busy.set(lane.index(), false);
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
        self.lanes[lane].eligible.set(worker.index(), may);
        self.served[worker].grow(self.lanes.len());
        self.served[worker].set(lane.index(), may);
    }

    /// Lanes with tasks in them.
    pub(crate) fn busy(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.busy.ones().map(LaneId::new)
    }

    /// Lanes with tasks in them for which `worker` is eligible.
    pub(crate) fn busy_for(&self, worker: WorkerId) -> impl Iterator<Item = LaneId> + '_ {
        let served = self.served.get(worker);
        served.into_iter().flat_map(|served| in_both(served, &self.busy))
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
