//! A workspace in the making: what has been resolved, and how it was written.

use crate::expr::{Context as Place, Expression, OrderClause, Paths};
use crate::id::IdVec;
use crate::routing::{
    Activity, ActivityId, ChannelId, Configuration, ConfigurationId, QueueId, TaskChannel,
    TaskQueue, Worker, WorkerId, Workflow, WorkflowId,
};
use crate::scenario::node::{self, Node};

/// A workspace in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) multi_task_enabled: bool,
    pub(super) activities: IdVec<ActivityId, Activity>,
    pub(super) channels: IdVec<ChannelId, TaskChannel>,
    pub(super) queues: IdVec<QueueId, TaskQueue>,
    pub(super) workers: IdVec<WorkerId, Worker>,
    pub(super) workflows: IdVec<WorkflowId, Workflow>,
    pub(super) configurations: IdVec<ConfigurationId, Configuration>,
    pub(super) paths: Paths,
    pub(super) written: Written,
    /// Whether a queue that a workflow names and nobody defines is a queue all the same.
    pub(super) unknown_queues: bool,
}

/// How it was written: what the lints look at.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) expressions: Vec<WrittenExpression>,
    /// Each with the string it was read from.
    pub(super) orders: Vec<(Node, Vec<OrderClause>)>,
    /// Where each queue is.
    pub(super) queues: IdVec<QueueId, node::Place>,
    pub(super) configurations: IdVec<ConfigurationId, WrittenConfiguration>,
}

/// An expression and the string it was read from.
#[derive(Clone, Debug)]
pub(super) struct WrittenExpression {
    pub(super) string: Node,
    pub(super) context: Place,
    pub(super) expression: Expression,
}

/// Where the parts of a configuration are.
#[derive(Debug)]
pub(super) struct WrittenConfiguration {
    pub(super) place: node::Place,
    pub(super) filters: Vec<WrittenFilter>,
    pub(super) default_filter: Option<node::Place>,
}

impl WrittenConfiguration {
    /// One whose parts are not known yet.
    pub(super) fn at(place: &node::Place) -> Self {
        Self { place: place.clone(), filters: Vec::new(), default_filter: None }
    }
}

/// Where the parts of a filter are.
#[derive(Debug)]
pub(super) struct WrittenFilter {
    /// Its expression.
    pub(super) place: node::Place,
    pub(super) targets: Vec<node::Place>,
}
