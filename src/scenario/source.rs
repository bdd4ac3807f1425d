//! Where tasks come from, and who brings them.

use crate::define_id;
use crate::random::{Dist, Entity};
use crate::routing::{AttributesId, ChannelId, RoutingTarget, WorkflowId};
use crate::scenario::staff::GroupId;
use crate::time::{Span, Time};

define_id! {
    /// A stream of tasks.
    SourceId
}
define_id! {
    /// A busyness factor that sources share.
    BusynessId
}

/// One stream of tasks.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the file names it.
    pub name: String,
    /// Whose draws these are: the same in every scenario that has a source of this name.
    pub entity: Entity,
    /// The workflow that routes its tasks; `None` when `routing_target` names a worker or queue.
    pub workflow: Option<WorkflowId>,
    /// A worker, queue or workflow that its tasks are sent to directly.
    pub routing_target: Option<RoutingTarget>,
    /// The task channel.
    pub channel: ChannelId,
    /// What tasks look like: at least one variant; the last one's `upto` is 1.
    pub mix: Vec<Variant>,
    /// When they come.
    pub arrivals: Arrivals,
    /// The factor on all its rates, drawn once per replication.
    pub busyness: Option<BusynessId>,
    /// When the source is open, in order, without overlap; `None` means always.
    pub open: Option<Vec<Window>>,
    /// What becomes of waiting tasks at closing time.
    pub at_close: AtClose,
    /// From creation to hanging up, ringing included; `None` means that nobody gives up.
    pub patience: Option<Timed>,
    /// The share of those out of patience who leave without a signal: the task stays.
    pub silent: f64,
    /// The share who leave at once if not offered at once.
    pub balk: f64,
    /// From acceptance to the end of the talk.
    pub talk: Timed,
    /// From the end of the talk to completion.
    pub wrap_up: Timed,
    /// Who of those that gave up comes back.
    pub retry: Option<Retry>,
    /// The task's own time to live.
    pub timeout: Span,
    /// Where the talk time differs by the group of the worker.
    pub talk_by_group: Vec<(GroupId, Dist)>,
    /// Where the wrap-up time differs by the group of the worker.
    pub wrap_up_by_group: Vec<(GroupId, Dist)>,
}

impl Source {
    /// The workflow whose filters or whose timeout its tasks are under.
    #[must_use]
    pub const fn routed_by(&self) -> Option<WorkflowId> {
        match self.routing_target {
            Some(RoutingTarget::Workflow(workflow)) => Some(workflow),
            _ => self.workflow,
        }
    }
}

/// One kind of task of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The variant is taken when a uniform draw is at most this, and above the previous one's.
    pub upto: f64,
    /// What the task brings.
    pub attributes: AttributesId,
    /// 0 to 2,147,483,647.
    pub priority: u32,
}

/// A duration that may differ by the interval of arrival.
#[derive(Clone, Debug)]
pub struct Timed {
    /// What holds where `by_interval` says nothing.
    pub base: Dist,
    /// By interval of arrival, counted from the start of the run; the last value holds on.
    pub by_interval: Option<ByInterval>,
}

impl Timed {
    /// The distribution for a task that arrives at `created`.
    #[must_use]
    pub fn at(&self, created: Time) -> &Dist {
        self.by_interval.as_ref().map_or(&self.base, |by| by.at(created))
    }
}

/// One distribution for each interval of arrival.
#[derive(Clone, Debug)]
pub struct ByInterval {
    /// The length of an interval, more than zero.
    pub per: Span,
    /// At least one; the last one holds on.
    pub values: Vec<Dist>,
}

impl ByInterval {
    fn at(&self, created: Time) -> &Dist {
        let interval = created.as_millis() / self.per.as_millis();
        let last = self.values.len() - 1;
        &self.values[usize::try_from(interval).map_or(last, |interval| interval.min(last))]
    }
}

/// When tasks arrive.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process of constant rate.
    Constant {
        /// Tasks per second, more than zero.
        per_second: f64,
    },
    /// A Poisson process whose rate is constant within each interval; in order, without overlap.
    Intervals(Vec<RateInterval>),
    /// Exactly these, in order of arrival.
    Trace(Vec<TraceRow>),
}

/// An interval, and how many tasks are expected in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateInterval {
    /// Where it begins.
    pub start: Time,
    /// Where it ends, exclusive.
    pub end: Time,
    /// The expected number of tasks, before busyness.
    pub mean: f64,
}

/// One arrival of a trace; what is `None` is drawn from the source's distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceRow {
    /// When.
    pub arrival: Time,
    /// From acceptance to the end of the talk.
    pub talk: Option<Span>,
    /// From the end of the talk to completion.
    pub wrap_up: Option<Span>,
    /// From creation to hanging up.
    pub patience: Option<Span>,
    /// The priority at creation.
    pub priority: Option<u32>,
    /// What the task brings.
    pub attributes: Option<AttributesId>,
}

/// A stretch of time: from `start`, up to but without `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant in it.
    pub start: Time,
    /// The first instant after it.
    pub end: Time,
}

/// What becomes of waiting tasks at closing time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtClose {
    /// They go on waiting, as patient as before.
    #[default]
    Finish,
    /// They are canceled.
    Cancel,
    /// They wait for the next opening; nobody loses patience while closed.
    Carry,
}

/// Who of those that gave up comes back, and when.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The share who try again, 0 to 1.
    pub probability: f64,
    /// From giving up to the next attempt.
    pub after: Dist,
    /// How often at most.
    pub max: u32,
}

/// A random factor on the rates of all sources that share it: one draw per replication.
#[derive(Clone, Debug)]
pub struct Busyness {
    /// As the file names it.
    pub name: String,
    /// Whose draws these are.
    pub entity: Entity,
    /// The factor's distribution.
    pub factor: Dist,
}
