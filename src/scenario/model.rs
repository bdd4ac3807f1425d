//! A scenario that can be simulated.

use crate::id::IdVec;
use crate::random::Sampling;
use crate::routing::{ChannelId, QueueId, WorkerId, WorkflowId, Workspace};
use crate::scenario::clock::Clock;
use crate::scenario::condition::Condition;
use crate::scenario::observed::Observed;
use crate::scenario::source::{Busyness, BusynessId, Source, SourceId};
use crate::scenario::staff::{Behavior, BehaviorId, Group, GroupId, Person};
use crate::scenario::tune::Tune;
use crate::time::{Span, Time};

/// A validated scenario. Holding one means that every name resolved and every number is in range.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// As the file names it; also the name of the results folder.
    pub name: String,
    /// Civil time.
    pub clock: Clock,
    /// Where arrivals end.
    pub horizon: Horizon,
    /// What happens to work in hand after the horizon.
    pub drain: Drain,
    /// Tasks created before this are not counted.
    pub warm_up: Span,
    /// The length of a row of `intervals.csv`; `None` means that there is no such file.
    pub interval: Option<Span>,
    /// How many replications.
    pub replications: u32,
    /// The root of all draws.
    pub seed: u64,
    /// How replications depend on each other. The file does not say: whoever compares scenarios
    /// may choose.
    pub sampling: Sampling,
    /// Whether the number of tasks that came, whose mean is known, is a control variate of
    /// estimates. The file does not say either.
    pub control_variate: bool,
    /// What should hold of the results.
    pub assert: Vec<Condition>,
    /// What was measured in reality.
    pub observed: Observed,
    /// What counts as in time.
    pub service_levels: ServiceLevels,
    /// TaskRouter's side.
    pub workspace: Workspace,
    /// How long after its creation an offer rings.
    pub assignment_latency: IdVec<WorkflowId, Span>,
    /// Groups of workers.
    pub groups: IdVec<GroupId, Group>,
    /// One for each worker of the workspace.
    pub people: IdVec<WorkerId, Person>,
    /// Ways to deal with offers.
    pub behaviors: IdVec<BehaviorId, Behavior>,
    /// Streams of tasks.
    pub sources: IdVec<SourceId, Source>,
    /// Factors on rates.
    pub busyness: IdVec<BusynessId, Busyness>,
    /// What is to be chosen, and by what; `None` if the file does not say.
    pub tune: Option<Tune>,
    /// What was assumed because the file does not say, one sentence each.
    pub assumed: Vec<String>,
    /// SHA-256 of everything that was read, in hexadecimal.
    pub sha256: String,
}

/// Where arrivals end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// At this instant.
    At(Time),
    /// 1 ms after this many first attempts of all sources together.
    Tasks(u64),
}

/// What happens to work in hand after the horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drain {
    /// The run goes on until nothing waits and nobody works.
    #[default]
    UntilEmpty,
    /// The run goes on for this long, or until it is empty.
    For(Span),
}

/// What counts as in time, and where it differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceLevels {
    /// Where nothing else holds.
    pub default: ServiceLevel,
    /// By channel.
    pub channels: Vec<(ChannelId, ServiceLevel)>,
    /// By queue; goes before the channel's.
    pub queues: Vec<(QueueId, ServiceLevel)>,
}

/// What counts as in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceLevel {
    /// A wait up to this is in time.
    pub threshold: Span,
    /// The share that should be, 0 to 1.
    pub target: f64,
    /// Whoever gives up within this does not count under the formula `offered`.
    pub short_abandon: Span,
    /// Which of the three formulas `service_level` is.
    pub formula: Formula,
}

impl ServiceLevels {
    /// What counts as in time for a task: its queue's, its channel's, or the general one.
    #[must_use]
    pub fn of(&self, queue: Option<QueueId>, channel: ChannelId) -> ServiceLevel {
        let of_queue = self.queues.iter().find(|(of, _)| Some(*of) == queue).map(|(_, l)| *l);
        let of_channel = || self.channels.iter().find(|(of, _)| *of == channel).map(|(_, l)| *l);
        of_queue.or_else(of_channel).unwrap_or(self.default)
    }
}

impl Default for ServiceLevel {
    fn default() -> Self {
        Self {
            threshold: Span::from_secs(20),
            target: 0.8,
            short_abandon: Span::from_secs(5),
            formula: Formula::Created,
        }
    }
}

/// By what the tasks in time are divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formula {
    /// All that were created.
    #[default]
    Created,
    /// Those accepted, and those that gave up after `short_abandon`.
    Offered,
    /// Those accepted.
    Answered,
}
