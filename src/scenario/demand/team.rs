//! Sets of workers, and who serves which queue and target.

use std::cmp::{Ordering, Reverse};

use roaring::RoaringBitmap;

use crate::expr::{Census, Compiled, Resolved};
use crate::id::{Id, IdVec};
use crate::routing::{QueueId, Target, WorkerId, Workspace};
use crate::scenario::everybody::Everybody;

/// A set of workers.
///
/// Order: at the first worker who is in one of two teams only, the one without is less.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Team(RoaringBitmap);

impl Team {
    /// Only one.
    #[must_use]
    pub fn of(worker: WorkerId) -> Self {
        Self(RoaringBitmap::from([number(worker)]))
    }

    /// Whether somebody is in both.
    #[must_use]
    pub fn shares_with(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// Everybody of `other` too.
    pub fn join(&mut self, other: &Self) {
        self.0 |= &other.0;
    }

    /// All of them, in order of the file.
    pub fn iter(&self) -> impl Iterator<Item = WorkerId> + '_ {
        self.0.iter().map(|worker| WorkerId::new(worker as usize))
    }

    /// Those who are not in `others`.
    pub(super) fn without(&self, others: &Self) -> Self {
        Self(&self.0 - &others.0)
    }
}

impl Eq for Team {}

impl Ord for Team {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().map(Reverse).cmp(other.0.iter().map(Reverse))
    }
}

impl PartialOrd for Team {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn number(worker: WorkerId) -> u32 {
    u32::try_from(worker.index()).expect("an id has 32 bits")
}

/// Who serves which queue and target, whatever they do at the moment.
#[derive(Debug)]
pub(super) struct Service<'s> {
    workspace: &'s Workspace,
    everybody: Everybody<'s>,
    census: Census,
    /// The members of queues, as far as they were asked for.
    members: IdVec<QueueId, Option<Team>>,
}

impl<'s> Service<'s> {
    pub(super) fn new(workspace: &'s Workspace) -> Self {
        let Workspace { paths, workers, attributes, queues, .. } = workspace;
        let document = |worker| &attributes[workers[worker].attributes];
        let everybody = Everybody::new(paths, workers, document);
        let members = IdVec::filled(None, queues.len());
        Self { workspace, everybody, census: Census::default(), members }
    }

    /// The members of a queue.
    pub(super) fn members(&mut self, queue: QueueId) -> &Team {
        if self.members[queue].is_none() {
            let wanted = self.workspace.queues[queue].target_workers.as_ref();
            let members = wanted.map_or_else(Team::default, |wanted| self.who(wanted, None));
            self.members[queue] = Some(members);
        }
        self.members[queue].as_ref().expect("asked for just now")
    }

    /// The members of a target's queue whom it wants for a task.
    pub(super) fn wanted(&mut self, target: &Target, task: &Resolved) -> Team {
        let mut team = self.members(target.queue).clone();
        let parts = target.expression.iter().flat_map(|split| [&split.worker_only, &split.pair]);
        for part in parts.flatten() {
            team.0 &= self.who(part, Some(task)).0;
        }
        team
    }

    fn who(&mut self, wanted: &Compiled, task: Option<&Resolved>) -> Team {
        Team(self.census.who(&self.everybody, wanted, task))
    }
}
