//! Workflow configurations laid out for the router: every target is a step with a number.

use std::collections::BTreeMap;

use crate::define_id;
use crate::expr::{Compiled, PathId};
use crate::id::IdVec;
use crate::routing::target::RoutingTarget;
use crate::routing::workspace::{
    Configuration, ConfigurationId, KnownWorker, OrderBy, QueueId, Target, WorkerId,
};
use crate::time::Span;

define_id! {
    /// A target of some configuration, or a direct route.
    pub(crate) StepId
}

/// Where a task can stand: a target, or the place that a direct route leads to.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Whose members are candidates; none when the task goes to one worker.
    pub(crate) queue: Option<QueueId>,
    /// The only candidate, and whether capacity and activity are ignored.
    pub(crate) only: Option<(WorkerId, bool)>,
    /// Conditions on static attributes of workers alone.
    pub(crate) workers: Option<Compiled>,
    /// Conditions on the task and static attributes of workers.
    pub(crate) pair: Option<Compiled>,
    /// Conditions on what changes while running: activities and channels.
    pub(crate) live: Option<Compiled>,
    /// The task attribute that names the only candidate.
    pub(crate) known_worker: Option<KnownWorker>,
    /// What it reads of tasks to tell workers apart, each path once.
    pub(crate) reads: Vec<PathId>,
    /// Overwrites the task's priority.
    pub(crate) priority: Option<u32>,
    /// How much it adds to the deadline.
    pub(crate) timeout: Option<Span>,
    /// Which worker first, as written.
    pub(crate) order_by: Vec<OrderBy>,
    /// The clauses of `order_by` that count (TR-178).
    pub(crate) order: Vec<OrderBy>,
    /// When to leave at once.
    pub(crate) skip_if: Option<Compiled>,
    /// Whether it is the last target of its filter.
    pub(crate) is_last: bool,
}

/// A configuration: its filters with the number of their first step, and the default step.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) filters: Vec<(Compiled, StepId)>,
    pub(crate) default: Option<StepId>,
}

/// All steps, and how to get to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Programs {
    pub(crate) steps: IdVec<StepId, Step>,
    programs: IdVec<ConfigurationId, Program>,
    direct: BTreeMap<RoutingTarget, StepId>,
}

impl Programs {
    pub(crate) fn new(configurations: &IdVec<ConfigurationId, Configuration>) -> Self {
        let mut programs = Self::default();
        for configuration in configurations {
            programs.add(configuration);
        }
        programs
    }

    /// Lays out one more configuration, under the next id.
    pub(crate) fn add(&mut self, configuration: &Configuration) -> ConfigurationId {
        let mut filters = Vec::with_capacity(configuration.filters.len());
        for filter in &configuration.filters {
            let Some((last, others)) = filter.targets.split_last() else { continue };
            let first = others.iter().map(|target| self.steps.push(Step::of(target, false)));
            let first = first.collect::<Vec<_>>().first().copied();
            let last = self.steps.push(Step::of(last, true));
            filters.push((filter.expression.clone(), first.unwrap_or(last)));
        }
        let default = configuration.default_filter.as_ref();
        let default = default.map(|target| self.steps.push(Step::of_default(target)));
        self.programs.push(Program { filters, default })
    }

    /// Whether tasks were ever sent past the filters.
    pub(crate) fn has_direct_steps(&self) -> bool {
        !self.direct.is_empty()
    }

    pub(crate) fn program(&self, id: ConfigurationId) -> &Program {
        &self.programs[id]
    }

    /// The step of a direct route; the same one for the same route.
    pub(crate) fn direct(&mut self, target: RoutingTarget) -> StepId {
        if let Some(step) = self.direct.get(&target) {
            return *step;
        }
        let step = match target {
            RoutingTarget::Worker { worker, ignore_capacity } => {
                Step { only: Some((worker, ignore_capacity)), ..Step::bare(None) }
            }
            RoutingTarget::Queue(queue) => Step::bare(Some(queue)),
            RoutingTarget::Workflow(_) => {
                unreachable!("a workflow is evaluated, not a direct route")
            }
        };
        let step = self.steps.push(step);
        self.direct.insert(target, step);
        step
    }
}

impl Step {
    fn bare(queue: Option<QueueId>) -> Self {
        Self {
            queue,
            only: None,
            workers: None,
            pair: None,
            live: None,
            known_worker: None,
            reads: Vec::new(),
            priority: None,
            timeout: None,
            order_by: Vec::new(),
            order: Vec::new(),
            skip_if: None,
            is_last: true,
        }
    }

    fn of(target: &Target, is_last: bool) -> Self {
        let expression = target.expression.clone();
        let (workers, pair, live) = expression
            .map_or((None, None, None), |split| (split.worker_only, split.pair, split.live));
        let mut reads: Vec<PathId> =
            pair.iter().chain(&live).flat_map(Compiled::task_paths).collect();
        reads.extend(target.known_worker.map(KnownWorker::path));
        reads.sort_unstable();
        reads.dedup();
        Self {
            workers,
            pair,
            live,
            reads,
            known_worker: target.known_worker,
            priority: target.priority,
            timeout: target.timeout,
            order_by: target.order_by.clone(),
            skip_if: target.skip_if.clone(),
            is_last,
            ..Self::bare(Some(target.queue))
        }
    }

    /// Only the queue and the priority count: TaskRouter's default filter is one target without
    /// timeout.
    fn of_default(target: &Target) -> Self {
        Self { priority: target.priority, ..Self::bare(Some(target.queue)) }
    }

    /// Whether the only candidate is taken past capacity and activity (TR-206).
    pub(crate) const fn ignores_capacity(&self) -> bool {
        matches!(self.only, Some((_, true)))
    }
}
