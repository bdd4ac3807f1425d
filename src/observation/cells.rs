//! Where things are counted: one cell for each source, queue and group of workers.

use crate::id::IdVec;
use crate::observation::scope::Scope;
use crate::observation::story::Story;
use crate::observation::waits::Cell;
use crate::routing::QueueId;
use crate::scenario::{GroupId, Scenario, Source, SourceId};

/// One cell for each source, queue and group.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    pub(super) sources: IdVec<SourceId, Cell>,
    pub(super) queues: IdVec<QueueId, Cell>,
    pub(super) groups: IdVec<GroupId, Cell>,
}

impl Cells {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self {
            sources: IdVec::filled(Cell::default(), scenario.sources.len()),
            queues: IdVec::filled(Cell::default(), scenario.workspace.queues.len()),
            groups: IdVec::filled(Cell::default(), scenario.groups.len()),
        }
    }

    /// The cells that make up a scope.
    pub(super) fn of<'a>(&'a self, scenario: &'a Scenario, scope: Scope) -> Vec<&'a Cell> {
        let where_source = |holds: &dyn Fn(&Source) -> bool| {
            let sources = scenario.sources.iter().zip(&self.sources);
            sources.filter(|(source, _)| holds(source)).map(|(_, cell)| cell).collect()
        };
        match scope {
            Scope::All => self.sources.iter().collect(),
            Scope::Workflow(id) => where_source(&|source| source.routed_by() == Some(id)),
            Scope::Channel(id) => where_source(&|source| source.channel == id),
            Scope::Source(id) => vec![&self.sources[id]],
            Scope::TaskQueue(id) => vec![&self.queues[id]],
            Scope::WorkerGroup(id) => vec![&self.groups[id]],
        }
    }

    /// The source's cell, the queue's, and that of a group of workers if it is about one.
    #[inline]
    pub(super) fn each(
        &mut self,
        story: &Story,
        group: Option<GroupId>,
        mut act: impl FnMut(&mut Cell),
    ) {
        act(&mut self.sources[story.source]);
        if let Some(queue) = story.queue {
            act(&mut self.queues[queue]);
        }
        if let Some(group) = group {
            act(&mut self.groups[group]);
        }
    }
}
