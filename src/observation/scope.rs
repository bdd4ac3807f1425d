//! What a row of results is about: everything, or a part of it.

use crate::routing::{ChannelId, QueueId, WorkflowId};
use crate::scenario::{Formula, GroupId, Scenario, ServiceLevel, SourceId};

/// What a row of results is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything.
    All,
    /// Tasks of one workflow.
    Workflow(WorkflowId),
    /// Tasks that entered one queue.
    TaskQueue(QueueId),
    /// Tasks of one channel.
    Channel(ChannelId),
    /// Tasks of one source.
    Source(SourceId),
    /// The workers of one group.
    WorkerGroup(GroupId),
}

impl Scope {
    /// All scopes of a scenario, in the order of results.
    #[must_use]
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let workspace = &scenario.workspace;
        std::iter::once(Self::All)
            .chain(workspace.workflows.ids().map(Self::Workflow))
            .chain(workspace.queues.ids().map(Self::TaskQueue))
            .chain(workspace.channels.ids().map(Self::Channel))
            .chain(scenario.sources.ids().map(Self::Source))
            .chain(scenario.groups.ids().map(Self::WorkerGroup))
            .collect()
    }

    /// The kind, as results name it.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Workflow(_) => "workflow",
            Self::TaskQueue(_) => "task_queue",
            Self::Channel(_) => "channel",
            Self::Source(_) => "source",
            Self::WorkerGroup(_) => "worker_group",
        }
    }

    /// The name of the part; empty for everything.
    #[must_use]
    pub fn name(self, scenario: &Scenario) -> &str {
        let workspace = &scenario.workspace;
        match self {
            Self::All => "",
            Self::Workflow(id) => &workspace.workflows[id].friendly_name,
            Self::TaskQueue(id) => &workspace.queues[id].friendly_name,
            Self::Channel(id) => &workspace.channels[id].unique_name,
            Self::Source(id) => &scenario.sources[id].name,
            Self::WorkerGroup(id) => &scenario.groups[id].name,
        }
    }

    /// What counts as in time for this part: a queue's or channel's own, or the general one.
    #[must_use]
    pub fn service_level(self, scenario: &Scenario) -> ServiceLevel {
        let levels = &scenario.service_levels;
        let own = match self {
            Self::TaskQueue(id) => levels.queues.iter().find(|(of, _)| *of == id).map(|(_, l)| *l),
            Self::Channel(id) => levels.channels.iter().find(|(of, _)| *of == id).map(|(_, l)| *l),
            _ => None,
        };
        own.unwrap_or(levels.default)
    }

    /// Which of the three formulas is `service_level` here.
    #[must_use]
    pub fn formula(self, scenario: &Scenario) -> Formula {
        self.service_level(scenario).formula
    }
}
