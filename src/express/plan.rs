//! What all replications of a scenario have in common.

use crate::define_id;
use crate::express::map::{Layout, Map};
use crate::express::notices::WHICH_MAX;
use crate::express::selection::Selection;
use crate::id::IdVec;
use crate::random::Dist;
use crate::routing::{
    AttributesId, ChannelId, Moment, OnReservationFailure, QueueId, TaskOrder, WorkerId,
};
use crate::scenario::{
    AfterShift, Arrivals, AtClose, Behavior, BehaviorId, Group, GroupId, Presence, Scenario,
    ServiceLevel, Source, SourceId, Timed, Variant,
};
use crate::simulation::{Agent, Request};
use crate::time::{Span, Time};

define_id! {
    /// A lane: tasks that every worker judges alike.
    pub(super) LaneId
}

define_id! {
    /// A class: workers who may take tasks of the same lanes.
    pub(super) ClassId
}

define_id! {
    /// A roster: workers of whom the longest idle is asked.
    pub(super) RosterId
}

define_id! {
    /// A route: from a source with certain attributes into a lane.
    pub(super) RouteId
}

define_id! {
    /// A pair: a source, and a queue that its tasks come into.
    pub(super) PairId
}

/// What all replications of a scenario have in common.
#[derive(Debug)]
pub(super) struct Plan<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) lanes: IdVec<LaneId, Lane>,
    pub(super) classes: IdVec<ClassId, Class>,
    pub(super) rosters: IdVec<RosterId, Roster>,
    pub(super) routes: IdVec<RouteId, Route>,
    /// The routes of each source, by attributes.
    by_source: IdVec<SourceId, Vec<(AttributesId, RouteId)>>,
    /// The routes of each source, by variant.
    by_variant: IdVec<SourceId, Vec<RouteId>>,
    pub(super) pairs: IdVec<PairId, Pair>,
    pub(super) people: IdVec<WorkerId, Member>,
    /// What the talks of a source last, unless that depends on more than the task and the speed of
    /// its worker.
    pub(super) talk: IdVec<SourceId, Option<&'s Dist>>,
    /// Whether tasks of a source are ever wrapped up.
    pub(super) has_wrap_up: IdVec<SourceId, bool>,
    /// Whether any task comes from a trace, may come again, or may leave its target.
    pub(super) keeps_rest: bool,
    /// Whether anybody ever comes or goes.
    pub(super) has_changes: bool,
    /// Whether workers count as idle from the acceptance of a task on.
    pub(super) counts_accepted: bool,
    /// A bit for each moment from which on workers count as idle.
    moments: u8,
}

/// Tasks that every worker judges alike.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) channel: ChannelId,
    /// The class whose workers may take them, if there is only one.
    pub(super) only: Option<ClassId>,
    /// Who may take them, those first who are asked first.
    pub(super) rosters: Vec<RosterId>,
}

/// Workers of whom the longest idle is asked.
#[derive(Debug)]
pub(super) struct Roster {
    pub(super) channel: ChannelId,
    pub(super) classes: Selection<ClassId>,
    /// Whether they have a line of their own, because the heads of their classes are too many to be
    /// looked at.
    pub(super) has_line: bool,
}

/// Workers who may take tasks of the same lanes.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) lanes: Selection<LaneId>,
    /// The lane, if there is only one.
    pub(super) only: Option<LaneId>,
}

/// From a source with certain attributes into a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) lane: LaneId,
    pub(super) pair: PairId,
    pub(super) queue: QueueId,
    pub(super) channel: ChannelId,
    /// The priority that the target gives.
    pub(super) priority: Option<u32>,
    pub(super) order: TaskOrder,
    /// Whether the queue's kind of order goes behind the other one.
    pub(super) is_second: bool,
    /// After what time in the target, those before included, a task leaves it, if ever.
    pub(super) timeout: Option<Span>,
    /// Where it goes then; nowhere means that it is canceled.
    pub(super) next: Option<RouteId>,
    pub(super) reservation_timeout: Span,
    pub(super) latency: Span,
    /// After what time TaskRouter cancels a task.
    pub(super) time_to_live: Span,
    /// Within what time an answer counts as in time.
    pub(super) threshold: Span,
}

impl Route {
    /// When TaskRouter cancels a task that was created then.
    #[inline]
    pub(super) fn expires(&self, created: Time) -> Time {
        created + self.time_to_live
    }
}

/// A source, and a queue that its tasks come into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) source: SourceId,
    pub(super) queue: QueueId,
    pub(super) level: ServiceLevel,
}

/// A worker, as far as replications do not differ.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) class: ClassId,
    pub(super) group: GroupId,
    pub(super) behavior: BehaviorId,
    /// The person, before anything has happened.
    pub(super) agent: Agent,
    /// Whether they take every offer the moment it is made.
    pub(super) is_instant: bool,
}

impl<'s> Plan<'s> {
    /// `None` if the scenario needs more than the express lane knows.
    pub(super) fn new(scenario: &'s Scenario) -> Option<Self> {
        if !is_common(scenario) {
            return None;
        }
        let mut map = Map::new(scenario);
        let mut by_source = IdVec::new();
        for (id, source) in scenario.sources.iter_with_id() {
            by_source.push(map.source(id, source)?);
        }
        let Layout { lanes, rosters, class_of, served } = map.lay_out();
        let classes = served.into_iter().map(|served| {
            let lanes_of_class = Selection::new(served, lanes.len());
            Class { only: lanes_of_class.only(), lanes: lanes_of_class }
        });
        let classes = classes.collect();
        let Map { routes, pairs, .. } = map;
        let people = scenario.people.iter().zip(&class_of).map(|(person, class)| Member {
            class: *class,
            group: person.group,
            behavior: person.behavior,
            agent: Agent::new(person, scenario.seed),
            is_instant: is_instant(&scenario.behaviors[person.behavior]),
        });
        let people = people.collect();
        let longest_idle = scenario.workspace.settings.longest_idle;
        let counting = Moment::ALL.into_iter().filter(|moment| longest_idle.counts(*moment));
        let by_variant = scenario.sources.iter_with_id().map(|(id, source)| {
            let route = |of: &Variant| find(&by_source[id], of.attributes);
            source.mix.iter().map(route).collect()
        });
        let by_variant = by_variant.collect();
        let keeps_rest = |source: &Source| {
            source.retry.is_some() || matches!(source.arrivals, Arrivals::Trace(_))
        };
        let keeps_rest = scenario.sources.iter().any(keeps_rest)
            || routes.iter().any(|route: &Route| route.timeout.is_some());
        Some(Self {
            scenario,
            by_variant,
            lanes,
            classes,
            rosters,
            routes,
            by_source,
            pairs,
            people,
            keeps_rest,
            talk: scenario.sources.iter().map(talk).collect(),
            has_wrap_up: scenario.sources.iter().map(has_wrap_up).collect(),
            has_changes: scenario.groups.iter().any(|group| group.presence != Presence::Always)
                || scenario.behaviors.iter().any(|behavior| behavior.other_work.is_some()),
            counts_accepted: longest_idle.counts(Moment::Accepted),
            moments: counting.map(|moment| 1 << moment as u8).sum(),
        })
    }

    /// Whether `moment` is one from which on workers count as idle.
    #[inline]
    pub(super) fn counts(&self, moment: Moment) -> bool {
        self.moments & 1 << moment as u8 != 0
    }

    /// Where a task goes that is created so.
    #[inline]
    pub(super) fn route(&self, request: &Request) -> RouteId {
        match request.variant {
            Some(variant) => self.by_variant[request.source][variant as usize],
            None => find(&self.by_source[request.source], request.attributes),
        }
    }
}

/// The route of these attributes.
fn find(routes: &[(AttributesId, RouteId)], attributes: AttributesId) -> RouteId {
    let place = routes.binary_search_by_key(&attributes, |(of, _)| *of);
    routes[place.expect("all attributes of a source have a route")].1
}

/// Whether nothing happens but what the express lane knows; targets apart.
fn is_common(scenario: &Scenario) -> bool {
    let workspace = &scenario.workspace;
    let is_patient = |group: &Group| {
        group.presence == Presence::Always || group.after_shift == AfterShift::Finish
    };
    let is_plain =
        |behavior: &Behavior| behavior.connect.is_none() && behavior.slowdown_per_extra <= 0.0;
    let is_steady = |source: &Source| {
        source.routing_target.is_none() && source.balk <= 0.0 && source.at_close != AtClose::Cancel
    };
    workspace.multi_task_enabled
        && !workspace.settings.auto_reject_on_unavailable
        && workspace.settings.on_reservation_failure == OnReservationFailure::Stay
        && workspace.settings.immediate_attempt
        && (1..WHICH_MAX).contains(&scenario.sources.len())
        && !workspace.activities[workspace.timeout_activity].available
        && scenario.groups.iter().all(is_patient)
        && scenario.behaviors.iter().all(is_plain)
        && scenario.sources.iter().all(is_steady)
}

/// Whether a worker takes every offer the moment it is made.
fn is_instant(behavior: &Behavior) -> bool {
    let is_quick = behavior.away.is_none() && behavior.response.is_zero();
    behavior.auto_accept && behavior.away.is_none()
        || is_quick && behavior.reject <= 0.0 && behavior.miss <= 0.0
}

/// What the talks of a source last, if that is the same for all.
fn talk(source: &Source) -> Option<&Dist> {
    let is_traced = matches!(source.arrivals, Arrivals::Trace(_));
    let Timed { base, by_interval } = &source.talk;
    let is_same = !is_traced && source.talk_by_group.is_empty() && by_interval.is_none();
    is_same.then_some(base)
}

/// Whether any work may follow the talks of a source.
fn has_wrap_up(source: &Source) -> bool {
    let is_traced = matches!(source.arrivals, Arrivals::Trace(_));
    let Timed { base, by_interval } = &source.wrap_up;
    is_traced || !source.wrap_up_by_group.is_empty() || by_interval.is_some() || !base.is_zero()
}
