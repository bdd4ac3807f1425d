//! The way of tasks: from source to filter, target, queue, and who can serve them there.

use crate::expr::{Documents, Resolved};
use crate::routing::{
    ChannelId, Configuration, OnReservationFailure, QueueId, RoutingTarget, WorkerId,
};
use crate::scenario::demand::class::kinds;
use crate::scenario::demand::crew::{places, present};
use crate::scenario::demand::team::{Service, Team};
use crate::scenario::demand::{Demand, Need};
use crate::scenario::{Scenario, Source, SourceId};
use crate::time::{Span, Time};

/// Of how many kinds of tasks of one source the ways are told.
const KINDS_MAX: usize = 100;

/// The way of one kind of tasks of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Where they come from.
    pub source: SourceId,
    /// Which share of the source's tasks they are, 0 to 1.
    pub share: f64,
    /// What sends them on their way first.
    pub by: By,
    /// Where they may wait, in order: the targets of the first filter that takes them, then those of
    /// the next one that does, and so on; the default filter's after what may be skipped.
    pub stops: Vec<Stop>,
}

/// What sends tasks on their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The filter of this name; without a name, of this number, counted from 1.
    Filter(String),
    /// The default filter, because no other takes them.
    Default,
    /// The source itself, to a worker or a queue.
    Source,
    /// Nothing: they are never offered.
    Nothing,
}

/// One place where tasks may wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// What sends them here.
    pub by: By,
    /// The queue; `None` if they wait for one worker.
    pub queue: Option<QueueId>,
    /// How many workers can serve them here, on their channel.
    pub eligible: usize,
    /// How many of those are on shift when most tasks of the source come.
    pub at_peak: usize,
    /// The age at which they leave, unless an offer rings; `None` if they stay.
    pub deadline: Option<Span>,
    /// Whether they may leave at once, by `skip_if`.
    pub may_skip: bool,
    /// Whether one worker is asked whom the task names.
    pub is_personal: bool,
    /// Whether whoever leaves here is canceled.
    pub is_last: bool,
}

/// The work that begins in one queue on one channel, and who is there for it, when most of it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// The queue.
    pub queue: QueueId,
    /// The channel.
    pub channel: ChannelId,
    /// From when to when.
    pub peak: (Time, Time),
    /// Tasks per hour.
    pub per_hour: f64,
    /// How many workers, or places of workers, these tasks keep busy.
    pub need: Need,
    /// How many places of workers who can serve them there are.
    pub staff: f64,
}

impl Demand<'_> {
    /// The ways of all tasks, source by source, the commonest kind first.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let mut routes = Vec::new();
        let mut service = Service::new(&self.scenario.workspace);
        for (id, source) in self.scenario.sources.iter_with_id() {
            let peak = self.peak_of(id);
            let mut of_source: Vec<Route> = Vec::new();
            for (attributes, share) in kinds(source).into_iter().take(KINDS_MAX) {
                let mut walk =
                    Walk { scenario: self.scenario, source, peak, service: &mut service };
                let (by, stops) = walk.way(attributes);
                match of_source.iter_mut().find(|route| route.by == by && route.stops == stops) {
                    Some(route) => route.share += share,
                    None => of_source.push(Route { source: id, share, by, stops }),
                }
            }
            of_source.sort_by(|a, b| b.share.total_cmp(&a.share));
            routes.extend(of_source);
        }
        routes
    }

    /// When most tasks of a source come.
    fn peak_of(&self, source: SourceId) -> Time {
        let rate = |at: Time| self.traffic[source].rate(&self.scenario.sources[source], at);
        let starts = self.stretches(Time::ZERO).into_iter().map(|(from, _)| from);
        starts.rev().max_by(|a, b| rate(*a).total_cmp(&rate(*b))).unwrap_or(Time::ZERO)
    }

    /// The work of each queue and channel in which tasks begin, in order of queues.
    #[must_use]
    pub fn loads(&self) -> Vec<Load> {
        let mut pairs: Vec<(QueueId, ChannelId)> = Vec::new();
        let firsts = self.classes.iter();
        pairs.extend(firsts.filter_map(|class| Some((*class.queues.first()?, class.channel))));
        pairs.sort_unstable();
        pairs.dedup();
        let stretches = self.stretches(Time::ZERO);
        pairs.into_iter().filter_map(|pair| self.load(pair, &stretches)).collect()
    }

    fn load(&self, (queue, channel): (QueueId, ChannelId), all: &[(Time, Time)]) -> Option<Load> {
        let is_here = |class: &&super::Class| {
            class.queues.first() == Some(&queue) && class.channel == channel
        };
        let classes: Vec<_> = self.classes.iter().filter(is_here).collect();
        let crew = self.crew(classes.iter().copied());
        let at = |&peak: &(Time, Time)| {
            let sum = |sum: Need, class: &&super::Class| sum.plus(self.need(class, peak.0), 1.0);
            Load {
                queue,
                channel,
                peak,
                per_hour: classes.iter().map(|class| self.rate(class, peak.0) * 3600.0).sum(),
                need: classes.iter().fold(Need::default(), sum),
                staff: crew.places(peak.0),
            }
        };
        let found = all.iter().rev().map(at);
        found.max_by(|a, b| a.need.total().total_cmp(&b.need.total()))
    }
}

struct Walk<'a, 's> {
    scenario: &'s Scenario,
    source: &'s Source,
    peak: Time,
    service: &'a mut Service<'s>,
}

impl Walk<'_, '_> {
    fn way(&mut self, attributes: crate::routing::AttributesId) -> (By, Vec<Stop>) {
        let workspace = &self.scenario.workspace;
        let workflow = match self.source.routing_target {
            Some(RoutingTarget::Worker { worker, .. }) => {
                return (By::Source, vec![self.stop(None, &Team::of(worker))]);
            }
            Some(RoutingTarget::Queue(queue)) => {
                let members = self.service.members(queue).clone();
                return (By::Source, vec![self.stop(Some(queue), &members)]);
            }
            Some(RoutingTarget::Workflow(workflow)) => Some(workflow),
            None => self.source.workflow,
        };
        let Some(workflow) = workflow else { return (By::Nothing, Vec::new()) };
        let task = workspace.paths.resolve(&workspace.attributes[attributes]);
        let configuration = &workspace.configurations[workspace.workflows[workflow].configuration];
        let stops = self.stops(configuration, &task);
        (stops.first().map_or(By::Nothing, |stop| stop.by.clone()), stops)
    }

    /// As the router walks: from target to target of the first filter that takes the task, then of
    /// the next one that does. Whoever is skipped past the last goes to the default filter; whoever
    /// times out there is canceled (TR-138, TR-139).
    fn stops(&mut self, configuration: &Configuration, task: &Resolved) -> Vec<Stop> {
        let workspace = &self.scenario.workspace;
        let names = Documents { task: Some(task), worker: None };
        let advances = workspace.settings.on_reservation_failure == OnReservationFailure::Advance;
        let filters = configuration.filters.iter().enumerate();
        let taking = filters
            .filter(|(_, filter)| !filter.targets.is_empty() && filter.expression.matches(&names));
        let targets = taking.flat_map(|(number, filter)| {
            let name = match filter.friendly_name.as_str() {
                "" => format!("number {}", number + 1),
                name => name.to_owned(),
            };
            filter.targets.iter().map(move |target| (By::Filter(name.clone()), target))
        });
        let (mut stops, mut age) = (Vec::new(), Span::ZERO);
        for (by, target) in targets {
            let able = self.service.wanted(target, task);
            age += target.timeout.unwrap_or(Span::ZERO);
            let stop = Stop {
                by,
                deadline: target.timeout.map(|_| age),
                may_skip: target.skip_if.is_some(),
                is_personal: target.known_worker.is_some(),
                ..self.stop(Some(target.queue), &able)
            };
            let stays = stop.deadline.is_none() && !stop.may_skip && !advances;
            stops.push(stop);
            if stays {
                return stops;
            }
        }
        let is_skipped = stops.last().is_none_or(|stop: &Stop| stop.may_skip);
        if let Some(target) = configuration.default_filter.as_ref().filter(|_| is_skipped) {
            let able = self.service.members(target.queue).clone();
            stops.push(Stop { by: By::Default, ..self.stop(Some(target.queue), &able) });
        } else if let Some(last) = stops.last_mut() {
            last.is_last = last.deadline.is_some() || last.may_skip;
        }
        stops
    }

    fn stop(&self, queue: Option<QueueId>, able: &Team) -> Stop {
        let scenario = self.scenario;
        let has_room = |id: &WorkerId| 0.0 < places(scenario, *id, self.source.channel);
        let eligible: Vec<WorkerId> = able.iter().filter(has_room).collect();
        let is_there = |id: &&WorkerId| {
            let person = &scenario.people[**id];
            person.ordinal < present(&scenario.groups[person.group].presence, self.peak)
        };
        Stop {
            by: By::Source,
            queue,
            eligible: eligible.len(),
            at_peak: eligible.iter().filter(is_there).count(),
            deadline: None,
            may_skip: false,
            is_personal: false,
            is_last: false,
        }
    }
}
