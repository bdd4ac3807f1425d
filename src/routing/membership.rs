//! Who belongs where: members of queues, workers by name, workers with room.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use crate::expr::Counter;
use crate::id::{Id, IdVec};
use crate::routing::workspace::{ActivityId, ChannelId, QueueId, Worker, WorkerId, Workspace};

/// Sets of workers, kept up to date by the router.
#[derive(Clone, Debug)]
pub(crate) struct Membership {
    members: IdVec<QueueId, FixedBitSet>,
    queues_of: IdVec<WorkerId, Vec<QueueId>>,
    in_activity: IdVec<QueueId, IdVec<ActivityId, u32>>,
    room: IdVec<ChannelId, FixedBitSet>,
    by_sid: BTreeMap<String, WorkerId>,
    by_name: BTreeMap<String, WorkerId>,
}

/// Everybody who is in both sets, in order; a machine word at a time.
pub(crate) fn in_both<'a>(
    a: &'a FixedBitSet,
    b: &'a FixedBitSet,
) -> impl Iterator<Item = WorkerId> + 'a {
    let words = a.as_slice().iter().zip(b.as_slice()).enumerate();
    words.flat_map(|(index, (a, b))| {
        let rests = std::iter::successors(Some(a & b), |rest| Some(rest & rest.wrapping_sub(1)));
        let ones = rests.take_while(|rest| *rest != 0).map(usize::trailing_zeros);
        ones.map(move |one| WorkerId::new(index * usize::BITS as usize + one as usize))
    })
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
            members: IdVec::filled(nobody.clone(), n_queues),
            queues_of: IdVec::filled(Vec::new(), workspace.workers.len()),
            in_activity: IdVec::filled(counts, n_queues),
            room: IdVec::filled(nobody, workspace.channels.len()),
            by_sid: named(|worker| &worker.sid),
            by_name: named(|worker| &worker.friendly_name),
        }
    }

    /// `worker`, who is in `activity`, becomes a member of `queue`, or ceases to be one.
    pub(crate) fn set_member(&mut self, queue: QueueId, who: (WorkerId, ActivityId), is_in: bool) {
        let (worker, activity) = who;
        if self.members[queue].contains(worker.index()) == is_in {
            return;
        }
        self.members[queue].set(worker.index(), is_in);
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

    pub(crate) fn members(&self, queue: QueueId) -> &FixedBitSet {
        &self.members[queue]
    }

    pub(crate) fn is_member(&self, queue: QueueId, worker: WorkerId) -> bool {
        self.members[queue].contains(worker.index())
    }

    pub(crate) fn set_room(&mut self, channel: ChannelId, worker: WorkerId, has_room: bool) {
        self.room[channel].set(worker.index(), has_room);
    }

    /// Workers in an available activity with room on `channel`.
    pub(crate) fn with_room(&self, channel: ChannelId) -> &FixedBitSet {
        &self.room[channel]
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
