//! Who belongs where: members of queues, workers by name, workers with room.

use std::collections::BTreeMap;
use std::iter::Zip;
use std::marker::PhantomData;
use std::slice::Iter;

use fixedbitset::FixedBitSet;
use roaring::RoaringBitmap;

use crate::expr::Counter;
use crate::id::{Id, IdVec};
use crate::routing::idle::IdleOrders;
use crate::routing::workspace::{
    ActivityId, ChannelId, QueueId, TaskChannel, Worker, WorkerId, Workspace,
};
use crate::time::Time;

/// Sets of workers, kept up to date by the router.
#[derive(Clone, Debug)]
pub(crate) struct Membership {
    members: IdVec<QueueId, RoaringBitmap>,
    queues_of: IdVec<WorkerId, Vec<QueueId>>,
    in_activity: IdVec<QueueId, IdVec<ActivityId, u32>>,
    room: IdVec<ChannelId, FixedBitSet>,
    /// How many have room.
    n_with_room: IdVec<ChannelId, usize>,
    /// Since when each worker waits for a task on a channel: the number of the millisecond, from 1;
    /// 0 goes before any time.
    idle: IdVec<ChannelId, Vec<u64>>,
    pub(crate) orders: IdleOrders,
    by_sid: BTreeMap<String, WorkerId>,
    by_name: BTreeMap<String, WorkerId>,
}

/// Everything that is in both sets, in order; a machine word at a time.
pub(crate) struct InBoth<'a, I> {
    words: Zip<Iter<'a, usize>, Iter<'a, usize>>,
    /// Where the word in hand begins, and what is left of it.
    base: usize,
    rest: usize,
    marker: PhantomData<I>,
}

pub(crate) fn in_both<'a, I: Id>(a: &'a FixedBitSet, b: &'a FixedBitSet) -> InBoth<'a, I> {
    let mut words = a.as_slice().iter().zip(b.as_slice());
    let rest = words.next().map_or(0, |(a, b)| a & b);
    InBoth { words, base: 0, rest, marker: PhantomData }
}

impl<I: Id> Iterator for InBoth<'_, I> {
    type Item = I;

    #[inline]
    fn next(&mut self) -> Option<I> {
        while self.rest == 0 {
            let (a, b) = self.words.next()?;
            self.rest = a & b;
            self.base += usize::BITS as usize;
        }
        let one = self.base + self.rest.trailing_zeros() as usize;
        self.rest &= self.rest - 1;
        Some(I::new(one))
    }
}

impl Membership {
    /// Nobody is a member of anything yet.
    pub(crate) fn new(workspace: &Workspace) -> Self {
        let nobody = FixedBitSet::with_capacity(workspace.workers.len());
        let named = |name: fn(&Worker) -> &String| {
            workspace
                .workers
                .iter_with_id()
                .map(|(id, worker)| (name(worker).clone(), id))
                .collect()
        };
        let n_queues = workspace.queues.len();
        let counts = IdVec::filled(0, workspace.activities.len());
        Self {
            members: IdVec::filled(RoaringBitmap::new(), n_queues),
            queues_of: IdVec::filled(Vec::new(), workspace.workers.len()),
            in_activity: IdVec::filled(counts, n_queues),
            room: IdVec::filled(nobody, workspace.channels.len()),
            n_with_room: IdVec::filled(0, workspace.channels.len()),
            orders: IdleOrders::default(),
            idle: IdVec::filled(vec![0; workspace.workers.len()], workspace.channels.len()),
            by_sid: named(|worker| &worker.sid),
            by_name: named(|worker| &worker.friendly_name),
        }
    }

    /// `worker`, who is in `activity`, becomes a member of `queue`, or ceases to be one.
    pub(crate) fn set_member(&mut self, queue: QueueId, who: (WorkerId, ActivityId), is_in: bool) {
        let (worker, activity) = who;
        let members = &mut self.members[queue];
        let changes =
            if is_in { members.insert(number(worker)) } else { members.remove(number(worker)) };
        if !changes {
            return;
        }
        let count = &mut self.in_activity[queue][activity];
        if is_in {
            self.queues_of[worker].push(queue);
            *count += 1;
        } else {
            self.queues_of[worker].retain(|of| *of != queue);
            *count -= 1;
        }
    }

    /// The counts of `skip_if` follow a worker's change of activity.
    pub(crate) fn move_activity(&mut self, worker: WorkerId, from: ActivityId, to: ActivityId) {
        for queue in &self.queues_of[worker] {
            let counts = &mut self.in_activity[*queue];
            counts[from] -= 1;
            counts[to] += 1;
        }
    }

    pub(crate) fn members(&self, queue: QueueId) -> &RoaringBitmap {
        &self.members[queue]
    }

    pub(crate) fn is_member(&self, queue: QueueId, worker: WorkerId) -> bool {
        self.members[queue].contains(number(worker))
    }

    pub(crate) fn set_room(&mut self, channel: ChannelId, worker: WorkerId, has_room: bool) {
        let with_room = &mut self.room[channel];
        let had_room = with_room.contains(worker.index());
        with_room.set(worker.index(), has_room);
        let n = &mut self.n_with_room[channel];
        *n = *n + usize::from(has_room) - usize::from(had_room);
        self.orders.touch(worker);
    }

    /// How many are in [`with_room`](Self::with_room).
    pub(crate) fn n_with_room(&self, channel: ChannelId) -> usize {
        self.n_with_room[channel]
    }

    /// Whether `worker` is in an available activity with room on `channel`.
    pub(crate) fn has_room(&self, channel: ChannelId, worker: WorkerId) -> bool {
        self.room[channel].contains(worker.index())
    }

    /// Brings the orders of idle workers up to date.
    pub(crate) fn update_orders(&mut self) {
        let Self { orders, room, idle, .. } = self;
        orders.update(|channel, worker| idle_with_room(room, idle, (channel, worker)));
    }

    /// Whether the orders of idle workers are what they should be.
    pub(crate) fn orders_are_true(&self) -> bool {
        let Self { orders, room, idle, .. } = self;
        orders.is_true(|channel, worker| idle_with_room(room, idle, (channel, worker)))
    }

    /// Workers in an available activity with room on `channel`.
    pub(crate) fn with_room(&self, channel: ChannelId) -> &FixedBitSet {
        &self.room[channel]
    }

    /// From `now` on, `worker` waits for tasks on `channel`; and on all others, but for those where
    /// only their own tasks count (TR-177).
    pub(crate) fn set_idle(
        &mut self,
        now: Time,
        worker: WorkerId,
        channel: ChannelId,
        channels: &IdVec<ChannelId, TaskChannel>,
    ) {
        for ((id, it), idle) in channels.iter_with_id().zip(self.idle.iter_mut()) {
            if id == channel || !it.channel_optimized_routing {
                idle[worker.index()] = now.as_millis() + 1;
            }
        }
        self.orders.touch(worker);
    }

    /// Since when each worker waits is as it was `before`. On a channel that is new they wait since
    /// they wait on those where all tasks count.
    pub(crate) fn keep_idle(&mut self, before: &Self, channels: &IdVec<ChannelId, TaskChannel>) {
        let mut usual = channels.iter_with_id().filter(|(_, it)| !it.channel_optimized_routing);
        let usual = usual.next().and_then(|(id, _)| before.idle.get(id));
        for (id, idle) in channels.ids().zip(self.idle.iter_mut()) {
            let known = before.idle.get(id).or(usual).map(Vec::as_slice).unwrap_or_default();
            idle[..known.len()].copy_from_slice(known);
        }
    }

    /// The least goes first on `channel`: the longest idle (TR-176), then the first listed.
    #[inline]
    pub(crate) fn idle_key(&self, channel: ChannelId, worker: WorkerId) -> (u64, WorkerId) {
        (self.idle[channel][worker.index()], worker)
    }

    /// Of `able`, who come in the order they are listed, the longest idle.
    #[inline]
    pub(crate) fn longest_idle(
        &self,
        channel: ChannelId,
        able: impl Iterator<Item = WorkerId>,
    ) -> Option<WorkerId> {
        let idle = &self.idle[channel][..];
        let mut first = None;
        let mut least = u64::MAX;
        for worker in able {
            let since = idle[worker.index()];
            if since < least {
                (least, first) = (since, Some(worker));
            }
        }
        first
    }

    /// Whether the worker has room on some channel.
    pub(crate) fn has_any_room(&self, worker: WorkerId) -> bool {
        self.room.iter().any(|room| room.contains(worker.index()))
    }

    pub(crate) fn by_sid(&self, sid: &str) -> Option<WorkerId> {
        self.by_sid.get(sid).copied()
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<WorkerId> {
        self.by_name.get(name).copied()
    }

    /// What `skip_if` counts among the members of `queue`; `None` for an unknown activity.
    pub(crate) fn count(
        &self,
        workspace: &Workspace,
        queue: QueueId,
        counter: &Counter,
    ) -> Option<u64> {
        let counts = &self.in_activity[queue];
        let sum_where = |available| {
            let activities = workspace.activities.iter().zip(counts);
            let matching = activities.filter(|(activity, _)| activity.available == available);
            matching.map(|(_, count)| u64::from(*count)).sum()
        };
        match counter {
            Counter::Available => Some(sum_where(true)),
            Counter::Unavailable => Some(sum_where(false)),
            Counter::Activity(sid) => {
                let mut activities = workspace.activities.iter().zip(counts);
                activities.find(|(activity, _)| *activity.sid == **sid).map(|(_, n)| u64::from(*n))
            }
        }
    }
}

pub(crate) fn number(worker: WorkerId) -> u32 {
    u32::try_from(worker.index()).expect("an id has 32 bits")
}

fn idle_with_room(
    room: &IdVec<ChannelId, FixedBitSet>,
    idle: &IdVec<ChannelId, Vec<u64>>,
    (channel, worker): (ChannelId, WorkerId),
) -> Option<u64> {
    let has_room = room[channel].contains(worker.index());
    has_room.then(|| idle[channel][worker.index()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_both_goes_through_all_words_in_order() {
        let set = |all: &[usize]| {
            let mut set = FixedBitSet::with_capacity(200);
            all.iter().for_each(|one| set.insert(*one));
            set
        };
        let (a, b) = (set(&[0, 5, 63, 64, 130, 199]), set(&[5, 6, 63, 65, 130, 199]));
        let both: Vec<usize> = in_both(&a, &b).map(WorkerId::index).collect();
        assert_eq!(both, [5, 63, 130, 199]);
    }
}
