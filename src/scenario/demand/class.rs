//! Tasks by who can serve them.

use std::collections::BTreeMap;

use crate::expr::{Documents, Resolved};
use crate::random::Dist;
use crate::routing::{
    AttributesId, ChannelId, Configuration, QueueId, RoutingTarget, Target, WorkerId,
};
use crate::scenario::demand::crew::places;
use crate::scenario::demand::offers::Offers;
use crate::scenario::demand::team::{Service, Team};
use crate::scenario::{Arrivals, BehaviorId, GroupId, Scenario, Source, SourceId};
use crate::time::Span;

/// Of how many kinds the tasks of one source may be.
const KINDS_MAX: usize = 1_000;

/// Tasks of one source that the same workers can serve.
#[derive(Clone, Debug)]
pub struct Class {
    /// Where they come from.
    pub source: SourceId,
    /// The channel.
    pub channel: ChannelId,
    /// Which share of the source's tasks they are, 0 to 1.
    pub share: f64,
    /// Where they may wait: the first one is where they begin. None if sent to one worker.
    pub queues: Vec<QueueId>,
    /// Who can serve them in some step of their way.
    pub workers: Team,
    /// What becomes of their offers.
    pub offers: Offers,
    /// How many of them one of these workers takes at once, on average.
    pub capacity: f64,
    pub(super) talk: Pace,
    pub(super) wrap_up: Pace,
}

/// From the mean duration that a source says to that with the workers there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pace {
    factor: f64,
    plus: f64,
}

impl Pace {
    pub(super) fn of(self, mean: f64) -> f64 {
        self.factor.mul_add(mean, self.plus)
    }
}

/// All classes of `scenario` that somebody can serve; nothing if there are too many kinds of tasks.
pub(super) fn classes(scenario: &Scenario) -> Option<Vec<Class>> {
    let mut scout = Scout { scenario, service: Service::new(&scenario.workspace) };
    let mut classes = Vec::new();
    for (id, source) in scenario.sources.iter_with_id() {
        classes.extend(scout.classes(id, source)?);
    }
    Some(classes)
}

/// Where tasks may wait, and who can serve them there.
type Way = (Vec<QueueId>, Team);

struct Scout<'s> {
    scenario: &'s Scenario,
    service: Service<'s>,
}

impl Scout<'_> {
    fn classes(&mut self, id: SourceId, source: &Source) -> Option<Vec<Class>> {
        let kinds = kinds(source);
        if KINDS_MAX < kinds.len() {
            return None;
        }
        let mut shares: BTreeMap<Way, f64> = BTreeMap::new();
        for (attributes, share) in kinds {
            *shares.entry(self.way(source, attributes)).or_default() += share;
        }
        let class = |(way, share)| self.class((id, source), way, share);
        Some(shares.into_iter().filter_map(class).collect())
    }

    fn class(&self, (id, source): (SourceId, &Source), way: Way, share: f64) -> Option<Class> {
        let (queues, workers) = way;
        let places = |worker| places(self.scenario, worker, source.channel);
        let able: Vec<WorkerId> = workers.iter().filter(|&worker| 0.0 < places(worker)).collect();
        let offers = self.offers(source, &able).filter(|offers| 1e-9 < offers.accepted())?;
        let capacity = mean(&able, places);
        Some(Class {
            talk: self.pace(&source.talk_by_group, &able, |w| self.stretch(w, places(w))),
            wrap_up: self.pace(&source.wrap_up_by_group, &able, |_| 1.0),
            source: id,
            channel: source.channel,
            share,
            queues,
            workers,
            offers,
            capacity,
        })
    }

    /// What becomes of offers to these workers, on average.
    fn offers(&self, source: &Source, able: &[WorkerId]) -> Option<Offers> {
        let mut weights: BTreeMap<BehaviorId, f64> = BTreeMap::new();
        for &worker in able {
            *weights.entry(self.scenario.people[worker].behavior).or_default() += 1.0;
        }
        let workspace = &self.scenario.workspace;
        let workflow = source.routed_by();
        let timeout = workflow
            .map_or(Span::from_secs(120), |id| workspace.workflows[id].task_reservation_timeout);
        let latency = workflow.map_or(Span::ZERO, |id| self.scenario.assignment_latency[id]);
        let parts = weights.into_iter().map(|(id, weight)| {
            (Offers::of(&self.scenario.behaviors[id], timeout, latency), weight)
        });
        Offers::mean(&parts.collect::<Vec<_>>())
    }

    /// How much slower a worker is to talk who has as many tasks as they take.
    fn stretch(&self, worker: WorkerId, places: f64) -> f64 {
        let behavior = &self.scenario.behaviors[self.scenario.people[worker].behavior];
        1.0 / (1.0 - behavior.slowdown_per_extra * (places - 1.0).max(0.0)).max(0.01)
    }

    fn pace(
        &self,
        own: &[(GroupId, Dist)],
        able: &[WorkerId],
        stretch: impl Fn(WorkerId) -> f64,
    ) -> Pace {
        let own = |worker: WorkerId| {
            let group = self.scenario.people[worker].group;
            own.iter().find(|(of, _)| *of == group).map(|(_, dist)| dist.mean())
        };
        let factor = |worker: WorkerId| self.scenario.people[worker].speed.mean() * stretch(worker);
        Pace {
            factor: mean(able, |w| if own(w).is_none() { factor(w) } else { 0.0 }),
            plus: mean(able, |w| own(w).map_or(0.0, |mean| mean * factor(w))),
        }
    }

    /// Every step that a task may come to, whatever happens.
    fn way(&mut self, source: &Source, attributes: AttributesId) -> Way {
        let workspace = &self.scenario.workspace;
        let workflow = match source.routing_target {
            Some(RoutingTarget::Worker { worker, .. }) => {
                return (Vec::new(), Team::of(worker));
            }
            Some(RoutingTarget::Queue(queue)) => {
                return (vec![queue], self.service.members(queue).clone());
            }
            Some(RoutingTarget::Workflow(workflow)) => Some(workflow),
            None => source.workflow,
        };
        let task = workspace.paths.resolve(&workspace.attributes[attributes]);
        let mut way = (Vec::new(), Team::default());
        let Some(workflow) = workflow else { return way };
        let configuration = &workspace.configurations[workspace.workflows[workflow].configuration];
        for (target, is_default) in steps(configuration, &task) {
            if !way.0.contains(&target.queue) {
                way.0.push(target.queue);
            }
            if is_default {
                way.1.join(self.service.members(target.queue));
            } else {
                way.1.join(&self.service.wanted(target, &task));
            }
        }
        way
    }
}

/// The targets that a task may come to, each with whether it is the default one.
fn steps<'a>(configuration: &'a Configuration, task: &Resolved) -> Vec<(&'a Target, bool)> {
    let names = Documents { task: Some(task), worker: None };
    let mut steps = Vec::new();
    let mut may_skip = false;
    for filter in configuration.filters.iter().filter(|f| f.expression.matches(&names)) {
        for target in &filter.targets {
            steps.push((target, false));
            may_skip |= target.skip_if.is_some();
            if target.timeout.is_none() && target.skip_if.is_none() {
                return steps;
            }
        }
    }
    let default = configuration.default_filter.as_ref();
    steps.extend(default.filter(|_| may_skip || steps.is_empty()).map(|target| (target, true)));
    steps
}

/// The kinds of tasks of a source, each with its share.
pub(super) fn kinds(source: &Source) -> BTreeMap<AttributesId, f64> {
    let mut before = 0.0;
    let mut mix = BTreeMap::new();
    for variant in &source.mix {
        *mix.entry(variant.attributes).or_insert(0.0) += variant.upto - before;
        before = variant.upto;
    }
    let Arrivals::Trace(rows) = &source.arrivals else { return mix };
    let mut kinds = BTreeMap::new();
    let each = 1.0 / f64::from(u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX));
    for row in rows {
        match row.attributes {
            Some(attributes) => *kinds.entry(attributes).or_insert(0.0) += each,
            None => {
                mix.iter().for_each(|(id, share)| *kinds.entry(*id).or_insert(0.0) += each * share);
            }
        }
    }
    kinds
}

fn mean(workers: &[WorkerId], of: impl Fn(WorkerId) -> f64) -> f64 {
    let count = f64::from(u32::try_from(workers.len().max(1)).unwrap_or(u32::MAX));
    workers.iter().map(|&worker| of(worker)).sum::<f64>() / count
}
