//! How many tasks are pending or reserved, over time and by scope.

use crate::id::{Id, IdVec};
use crate::observation::scope::Scope;
use crate::observation::tally::Counters;
use crate::observation::window::Window;
use crate::routing::QueueId;
use crate::scenario::{Scenario, Source, SourceId};
use crate::time::Time;

/// How many tasks are pending or reserved, for each scope.
#[derive(Debug)]
pub(crate) struct Lengths {
    /// One for each queue, then one for each different set of sources that makes up a scope.
    levels: Vec<Level>,
    window: Window,
    /// Whose level is the scope's.
    of_scope: Vec<usize>,
    /// The levels that a source's tasks count in, but for that of their queue.
    of_source: IdVec<SourceId, Vec<usize>>,
}

/// One number that goes up and down.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    count: u64,
    since: Time,
    integral_ms: u64,
    max: u64,
}

impl Level {
    #[inline]
    fn change(&mut self, now: Time, window: Window, by: i64) {
        let lasted = window.overlap_ms(self.since, now);
        if lasted != 0 {
            self.integral_ms += self.count * lasted;
            self.max = self.max.max(self.count);
        }
        self.since = now;
        self.count = self.count.checked_add_signed(by).expect("nothing leaves that did not come");
    }
}

/// The sources whose tasks a scope is about; none for queues and groups of workers.
fn sources_of(scenario: &Scenario, scope: Scope) -> Vec<SourceId> {
    let holds = |source: &Source, id: SourceId| match scope {
        Scope::All => true,
        Scope::Workflow(workflow) => source.routed_by() == Some(workflow),
        Scope::Channel(channel) => source.channel == channel,
        Scope::Source(of) => of == id,
        Scope::TaskQueue(_) | Scope::WorkerGroup(_) => false,
    };
    let sources = scenario.sources.iter_with_id();
    sources.filter(|(id, source)| holds(source, *id)).map(|(id, _)| id).collect()
}

impl Lengths {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let n_queues = scenario.workspace.queues.len();
        let mut sets: Vec<Vec<SourceId>> = Vec::new();
        let level_of = |scope| {
            if let Scope::TaskQueue(queue) = scope {
                return queue.index();
            }
            let set = sources_of(scenario, scope);
            let known = sets.iter().position(|known| *known == set);
            n_queues
                + known.unwrap_or_else(|| {
                    sets.push(set);
                    sets.len() - 1
                })
        };
        let of_scope: Vec<usize> = Scope::all(scenario).into_iter().map(level_of).collect();
        let levels_with = |source: SourceId| {
            let sets = sets.iter().enumerate().filter(|(_, set)| set.contains(&source));
            sets.map(|(number, _)| n_queues + number).collect()
        };
        Self {
            levels: vec![Level::default(); n_queues + sets.len()],
            window: Window::of(scenario, Time::NEVER),
            of_source: scenario.sources.ids().map(levels_with).collect(),
            of_scope,
        }
    }

    /// As many more tasks of a source are pending or reserved.
    pub(crate) fn change_source(&mut self, now: Time, source: SourceId, by: i64) {
        for level in &self.of_source[source] {
            self.levels[*level].change(now, self.window, by);
        }
    }

    /// As many more tasks in a queue are pending or reserved.
    pub(crate) fn change_queue(&mut self, now: Time, queue: Option<QueueId>, by: i64) {
        if let Some(queue) = queue {
            self.levels[queue.index()].change(now, self.window, by);
        }
    }

    /// Time counts up to here.
    pub(crate) const fn set_horizon(&mut self, horizon: Time) {
        self.window.end = horizon;
    }

    /// The run is over: what still waits has waited until now.
    pub(crate) fn end(&mut self, now: Time, horizon: Time) {
        self.window.end = horizon;
        for level in &mut self.levels {
            level.change(now, self.window, 0);
        }
    }

    pub(crate) fn counters(&self, scope: usize) -> Counters {
        let Level { integral_ms, max, .. } = self.levels[self.of_scope[scope]];
        Counters { queue_length_ms: integral_ms, queue_length_max: max, ..Counters::default() }
    }
}
