//! Which decisions have nothing to do with one another.
//!
//! Tasks of two sources meet where a worker can serve both. A workflow's reservation timeout acts
//! on the tasks of that workflow, and through its workers on all that these serve. What is not
//! connected so can be decided by itself, without the other tasks: every draw belongs to a task or
//! a worker, so nothing changes for those that are left.

use crate::id::Id as _;
use crate::observation::{Measured, Scope};
use crate::routing::{WorkerId, WorkflowId};
use crate::scenario::condition::Condition;
use crate::scenario::demand::{Class, Demand, Team};
use crate::scenario::{Arrivals, Horizon, Presence, Scenario, SourceId};

/// Decisions that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which decisions, in order.
    pub decisions: Vec<usize>,
    /// Which conditions are about their tasks, in order.
    pub conditions: Vec<usize>,
    /// Whose tasks they act on; `None` means everybody's.
    pub sources: Option<Vec<SourceId>>,
}

/// The workflows whose reservation timeout a decision sets, by what it changes from `base` to
/// `other`; `None` if it is no reservation timeout.
#[must_use]
pub fn workflows_set(path: &str, base: &Scenario, other: &Scenario) -> Option<Vec<WorkflowId>> {
    if !path.ends_with("task_reservation_timeout") {
        return None;
    }
    let (base, other) = (&base.workspace.workflows, &other.workspace.workflows);
    let is_set =
        |id: &WorkflowId| base[*id].task_reservation_timeout != other[*id].task_reservation_timeout;
    Some(base.ids().filter(is_set).collect())
}

/// The parts into which decisions fall, in the order of their first decisions; one if they are
/// connected, or may be.
///
/// `set` says for each decision which workflows' timeouts it sets.
#[must_use]
pub fn parts(
    scenario: &Scenario,
    set: &[Option<Vec<WorkflowId>>],
    conditions: &[Condition],
) -> Vec<Part> {
    divided(scenario, set, conditions).filter(|parts| 1 < parts.len()).unwrap_or_else(|| {
        let (decisions, conditions) = ((0..set.len()).collect(), (0..conditions.len()).collect());
        vec![Part { decisions, conditions, sources: None }]
    })
}

fn divided(
    scenario: &Scenario,
    set: &[Option<Vec<WorkflowId>>],
    conditions: &[Condition],
) -> Option<Vec<Part>> {
    let tasks = Tasks::of(scenario)?;
    let mut links = Links::new(scenario.sources.len());
    tasks.link(&mut links);
    let acted: Vec<Vec<SourceId>> =
        set.iter().map(|set| Some(tasks.of_workflows(set.as_ref()?))).collect::<Option<_>>()?;
    if acted.iter().any(Vec::is_empty) {
        return None;
    }
    acted.iter().for_each(|sources| links.join(sources));
    let watched: Vec<Vec<SourceId>> =
        conditions.iter().map(|condition| tasks.watched(condition)).collect();
    watched.iter().for_each(|sources| links.join(sources));
    // What nobody decides about, and yet has to hold, is watched with the first decision.
    for sources in &watched {
        let Some(&first) = sources.first() else { continue };
        if acted.iter().all(|acted| links.root(acted[0]) != links.root(first)) {
            links.join(&[acted[0][0], first]);
        }
    }
    let mut roots: Vec<SourceId> = Vec::new();
    for acted in &acted {
        if !roots.contains(&links.root(acted[0])) {
            roots.push(links.root(acted[0]));
        }
    }
    let part = |root: &SourceId| Part {
        decisions: (0..acted.len()).filter(|i| links.root(acted[*i][0]) == *root).collect(),
        conditions: (0..watched.len())
            .filter(|i| watched[*i].first().map_or(roots[0], |first| links.root(*first)) == *root)
            .collect(),
        sources: Some(scenario.sources.ids().filter(|id| links.root(*id) == *root).collect()),
    };
    Some(roots.iter().map(part).collect())
}

/// `scenario` without the tasks of other sources.
#[must_use]
pub fn alone(mut scenario: Scenario, sources: &[SourceId]) -> Scenario {
    for id in scenario.sources.ids().filter(|id| !sources.contains(id)) {
        scenario.sources[id].arrivals = Arrivals::Intervals(Vec::new());
    }
    scenario
}

/// Who can serve which tasks.
struct Tasks<'s> {
    scenario: &'s Scenario,
    classes: Vec<Class>,
    /// For each class, its workers, and those who come and go with them.
    teams: Vec<Team>,
}

impl<'s> Tasks<'s> {
    /// Nothing where tasks may meet in another way than through their workers: where arrivals end
    /// by their number, targets look at who is free, or it is not known who can serve all tasks.
    fn of(scenario: &'s Scenario) -> Option<Self> {
        let configurations = &scenario.workspace.configurations;
        let mut targets = configurations.iter().flat_map(|configuration| {
            let filtered = configuration.filters.iter().flat_map(|filter| &filter.targets);
            filtered.chain(&configuration.default_filter)
        });
        if matches!(scenario.horizon, Horizon::Tasks(_))
            || targets.any(|target| target.skip_if.is_some())
        {
            return None;
        }
        let Demand { classes, .. } = Demand::of(scenario)?;
        let served = |id: SourceId| {
            let own = classes.iter().filter(|class| class.source == id);
            own.map(|class| class.share).sum::<f64>()
        };
        if scenario.sources.ids().any(|id| served(id) < 1.0 - 1e-9) {
            return None;
        }
        let teams = classes.iter().map(|class| with_group(scenario, &class.workers)).collect();
        Some(Self { scenario, classes, teams })
    }

    fn link(&self, links: &mut Links) {
        for (index, (class, team)) in self.classes.iter().zip(&self.teams).enumerate() {
            let before = self.classes[..index].iter().zip(&self.teams);
            let meets = |(other, others): &(&Class, &Team)| {
                links.root(other.source) != links.root(class.source)
                    && (others.shares_with(team)
                        || other.queues.iter().any(|queue| class.queues.contains(queue)))
            };
            let met: Vec<SourceId> = before.filter(meets).map(|(other, _)| other.source).collect();
            met.into_iter().for_each(|other| links.join(&[class.source, other]));
        }
    }

    fn of_workflows(&self, workflows: &[WorkflowId]) -> Vec<SourceId> {
        let is_meant = |id: &SourceId| {
            let routed_by = self.scenario.sources[*id].routed_by();
            routed_by.is_some_and(|workflow| workflows.contains(&workflow))
        };
        self.scenario.sources.ids().filter(is_meant).collect()
    }

    /// The sources that a condition is about.
    fn watched(&self, condition: &Condition) -> Vec<SourceId> {
        let Ok(Measured { scope, .. }) = Measured::find(&condition.subject, self.scenario) else {
            return Vec::new();
        };
        let sources = &self.scenario.sources;
        let is_of = |worker: WorkerId, group| self.scenario.people[worker].group == group;
        let is_meant = |id: &SourceId| {
            let mut own = self.classes.iter().filter(|class| class.source == *id);
            match scope {
                Scope::All => true,
                Scope::Workflow(workflow) => sources[*id].routed_by() == Some(workflow),
                Scope::TaskQueue(queue) => own.any(|class| class.queues.contains(&queue)),
                Scope::Channel(channel) => sources[*id].channel == channel,
                Scope::Source(source) => *id == source,
                Scope::WorkerGroup(group) => {
                    own.any(|class| class.workers.iter().any(|worker| is_of(worker, group)))
                }
            }
        };
        sources.ids().filter(is_meant).collect()
    }
}

/// Who leaves when a group shrinks depends on what all of the group are doing.
fn with_group(scenario: &Scenario, team: &Team) -> Team {
    let mut groups: Vec<_> = team.iter().map(|worker| scenario.people[worker].group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.retain(|&group| matches!(scenario.groups[group].presence, Presence::Staffing(_)));
    let mut all = team.clone();
    let people = scenario.people.iter_with_id();
    let own = people.filter(|(_, person)| groups.contains(&person.group));
    own.for_each(|(worker, _)| all.join(&Team::of(worker)));
    all
}

/// Which sources are connected.
struct Links {
    /// By source, one that it is connected with, or itself.
    to: Vec<SourceId>,
}

impl Links {
    fn new(n_sources: usize) -> Self {
        Self { to: (0..n_sources).map(SourceId::new).collect() }
    }

    fn root(&self, source: SourceId) -> SourceId {
        let next = self.to[source.index()];
        if next == source { source } else { self.root(next) }
    }

    /// Connects all of them.
    fn join(&mut self, sources: &[SourceId]) {
        let Some((&first, rest)) = sources.split_first() else { return };
        for &other in rest {
            let (one, other) = (self.root(first), self.root(other));
            // The earliest is the root.
            self.to[one.max(other).index()] = one.min(other);
        }
    }
}
