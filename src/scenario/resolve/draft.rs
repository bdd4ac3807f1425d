//! A workspace in the making: what has been resolved, and how it was written.

use crate::expr::{Context as Where, Expression, OrderClause, Paths};
use crate::id::IdVec;
use crate::routing::{
    Activity, ActivityId, ChannelId, Configuration, ConfigurationId, QueueId, TaskChannel,
    TaskQueue, Worker, WorkerId, Workflow, WorkflowId,
};
use crate::scenario::node::{self, Node};
use crate::scenario::resolve::names::Index;

/// A workspace in the making.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Draft {
    pub(in crate::scenario) multi_task_enabled: bool,
    pub(in crate::scenario) activities: IdVec<ActivityId, Activity>,
    pub(in crate::scenario) channels: IdVec<ChannelId, TaskChannel>,
    pub(in crate::scenario) queues: IdVec<QueueId, TaskQueue>,
    pub(super) queue_ids: Index<QueueId>,
    pub(in crate::scenario) workers: IdVec<WorkerId, Worker>,
    pub(in crate::scenario) workflows: IdVec<WorkflowId, Workflow>,
    pub(in crate::scenario) configurations: IdVec<ConfigurationId, Configuration>,
    pub(in crate::scenario) paths: Paths,
    pub(in crate::scenario) written: Written,
    /// Whether a queue that a workflow names and nobody defines is a queue all the same.
    pub(in crate::scenario) unknown_queues: bool,
}

/// How it was written: what the lints look at.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Written {
    pub(in crate::scenario) expressions: Vec<WrittenExpression>,
    /// Each with the string it was read from.
    pub(in crate::scenario) orders: Vec<(Node, Vec<OrderClause>)>,
    /// Where each queue is.
    pub(in crate::scenario) queues: IdVec<QueueId, node::Place>,
    pub(in crate::scenario) configurations: IdVec<ConfigurationId, WrittenConfiguration>,
}

/// An expression and the string it was read from.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct WrittenExpression {
    pub(in crate::scenario) string: Node,
    pub(in crate::scenario) context: Where,
    pub(in crate::scenario) expression: Expression,
    /// Whose part it is; `None` for a queue's.
    pub(in crate::scenario) configuration: Option<ConfigurationId>,
}

/// Where the parts of a configuration are.
#[derive(Debug, Default)]
pub(in crate::scenario) struct WrittenConfiguration {
    pub(in crate::scenario) filters: Vec<WrittenFilter>,
    pub(in crate::scenario) default_filter: Option<node::Place>,
}

/// Where the parts of a filter are.
#[derive(Debug)]
pub(in crate::scenario) struct WrittenFilter {
    /// Its expression.
    pub(in crate::scenario) place: node::Place,
    pub(in crate::scenario) targets: Vec<node::Place>,
}
