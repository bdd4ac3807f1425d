//! Tasks that wait, in lanes: all tasks of a lane are judged alike by every worker.
//!
//! A lane is a target, an attributes document and a channel. Which workers could ever take its
//! tasks is worked out once per lane; so a freed worker meets lanes, not tasks.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use crate::define_id;
use crate::id::IdVec;
use crate::routing::program::StepId;
use crate::routing::task::{Task, TaskId};
use crate::routing::workspace::{AttributesId, ChannelId, TaskOrder, Workspace};

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
    tasks: BTreeSet<(Rank, TaskId)>,
}

/// Everything that waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    lanes: IdVec<LaneId, Lane>,
    by_kind: BTreeMap<(StepId, AttributesId, ChannelId), LaneId>,
    /// Lanes with tasks in them.
    busy: BTreeSet<LaneId>,
}

impl Waiting {
    /// The lane of `task`; `eligible` is asked when there was none yet.
    pub(crate) fn lane_of(
        &mut self,
        task: &Task,
        eligible: impl FnOnce() -> FixedBitSet,
    ) -> LaneId {
        let kind = (task.step, task.attributes, task.channel);
        if let Some(lane) = self.by_kind.get(&kind) {
            return *lane;
        }
        let (step, attributes, channel) = kind;
        let lane = Lane { step, attributes, channel, eligible: eligible(), tasks: BTreeSet::new() };
        let lane = self.lanes.push(lane);
        self.by_kind.insert(kind, lane);
        lane
    }

    pub(crate) fn insert(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        self.lanes[lane].tasks.insert((rank, task));
        self.busy.insert(lane);
    }

    pub(crate) fn remove(&mut self, lane: LaneId, rank: Rank, task: TaskId) {
        let tasks = &mut self.lanes[lane].tasks;
        let was_there = tasks.remove(&(rank, task));
        debug_assert!(was_there, "a pending task waits in its lane");
        if tasks.is_empty() {
            self.busy.remove(&lane);
        }
    }

    /// All lanes that ever were.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = (LaneId, &Lane)> {
        self.lanes.iter_with_id()
    }

    pub(crate) fn lane(&self, lane: LaneId) -> &Lane {
        &self.lanes[lane]
    }

    /// All lanes that ever were, to be corrected when a worker's attributes change.
    pub(crate) fn lanes_mut(&mut self) -> impl Iterator<Item = &mut Lane> {
        self.lanes.iter_mut()
    }

    /// Lanes with tasks in them.
    pub(crate) fn busy(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.busy.iter().copied()
    }
}

impl Lane {
    /// The first task that waits.
    pub(crate) fn first(&self) -> Option<(Rank, TaskId)> {
        self.tasks.first().copied()
    }

    /// All that wait, in order.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = (Rank, TaskId)> + '_ {
        self.tasks.iter().copied()
    }

    /// The first task behind `place`, whether that is still taken or not.
    pub(crate) fn after(&self, place: (Rank, TaskId)) -> Option<(Rank, TaskId)> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.tasks.range((Excluded(place), Unbounded)).next().copied()
    }
}
