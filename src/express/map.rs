//! How a scenario is laid out in lanes, routes, pairs and classes.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::express::plan::{ClassId, Lane, LaneId, Pair, PairId, Roster, RosterId, Route, RouteId};
use crate::express::selection::Selection;
use crate::id::{Id, IdVec};
use crate::routing::{
    AttributesId, ChannelId, Matcher, OrderBy, QueueId, Router, Step, StepId, WorkerId, WorkflowId,
};
use crate::scenario::{Arrivals, Scenario, Source, SourceId};

/// Of more classes than this, the heads take longer to look at than a line to keep.
const SCANNED_MAX: usize = 48;

/// Lanes, routes and pairs, as they are found.
pub(super) struct Map<'s> {
    scenario: &'s Scenario,
    router: Router,
    known: BTreeMap<(StepId, AttributesId, ChannelId), LaneId>,
    lanes: IdVec<LaneId, Draft>,
    /// Every way in which targets order workers, and where each worker stands in it.
    orders: Vec<(Vec<OrderBy>, IdVec<WorkerId, u32>)>,
    pub(super) routes: IdVec<RouteId, Route>,
    pub(super) pairs: IdVec<PairId, Pair>,
}

/// Who may take what.
pub(super) struct Layout {
    pub(super) lanes: IdVec<LaneId, Lane>,
    pub(super) rosters: IdVec<RosterId, Roster>,
    /// The class of each worker.
    pub(super) class_of: Vec<ClassId>,
    /// The lanes of each class.
    pub(super) served: Vec<Vec<LaneId>>,
}

/// A lane before its classes are known.
struct Draft {
    channel: ChannelId,
    eligible: RoaringBitmap,
    /// The order in which workers are asked, unless it is only that of idleness.
    order: Option<usize>,
}

impl<'s> Map<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        Self {
            scenario,
            router: Router::new(scenario.workspace.clone(), Matcher::Indexed),
            known: BTreeMap::new(),
            lanes: IdVec::new(),
            orders: Vec::new(),
            routes: IdVec::new(),
            pairs: IdVec::new(),
        }
    }

    /// The routes of all attributes that tasks of a source bring.
    pub(super) fn source(
        &mut self,
        id: SourceId,
        source: &Source,
    ) -> Option<Vec<(AttributesId, RouteId)>> {
        let mut all: Vec<AttributesId> = source.mix.iter().map(|of| of.attributes).collect();
        if let Arrivals::Trace(rows) = &source.arrivals {
            all.extend(rows.iter().filter_map(|row| row.attributes));
        }
        all.sort_unstable();
        all.dedup();
        let workflow = source.workflow?;
        let routes = all.into_iter().map(|attributes| {
            let steps = self.router.steps_of(workflow, attributes)?;
            let mut next = None;
            for step in steps.into_iter().rev() {
                let mut route = self.route((id, source.channel), workflow, attributes, step)?;
                route.next = next;
                next = Some(self.routes.push(route));
            }
            Some((attributes, next?))
        });
        routes.collect()
    }

    fn route(
        &mut self,
        (source, channel): (SourceId, ChannelId),
        workflow: WorkflowId,
        attributes: AttributesId,
        id: StepId,
    ) -> Option<Route> {
        let scenario = self.scenario;
        let step = self.router.step(id);
        let queue = step.queue?;
        let it = &scenario.workspace.queues[queue];
        if !is_plain(step) || it.max_reserved_workers != 1 {
            return None;
        }
        let (priority, timeout) = (step.priority, step.timeout);
        let pair = self.pair(source, queue);
        Some(Route {
            lane: self.lane(id, attributes, channel),
            pair,
            threshold: self.pairs[pair].level.threshold,
            time_to_live: scenario.sources[source].timeout,
            queue,
            channel,
            priority,
            order: it.task_order,
            timeout,
            next: None,
            is_second: it.task_order != scenario.workspace.prioritize_queue_order,
            reservation_timeout: scenario.workspace.workflows[workflow].task_reservation_timeout,
            latency: scenario.assignment_latency[workflow],
        })
    }

    fn lane(&mut self, step: StepId, attributes: AttributesId, channel: ChannelId) -> LaneId {
        if let Some(lane) = self.known.get(&(step, attributes, channel)) {
            return *lane;
        }
        let eligible = self.router.ever_eligible(step, attributes);
        let order = self.order(step);
        let lane = self.lanes.push(Draft { channel, eligible, order });
        self.known.insert((step, attributes, channel), lane);
        lane
    }

    fn order(&mut self, step: StepId) -> Option<usize> {
        let clauses = &self.router.step(step).order;
        if clauses.is_empty() {
            return None;
        }
        let known = self.orders.iter().position(|(known, _)| known == clauses);
        Some(known.unwrap_or_else(|| {
            self.orders.push((clauses.clone(), self.router.levels(clauses)));
            self.orders.len() - 1
        }))
    }

    fn pair(&mut self, source: SourceId, queue: QueueId) -> PairId {
        let known = self.pairs.iter_with_id().find(|(_, p)| (p.source, p.queue) == (source, queue));
        if let Some((pair, _)) = known {
            return pair;
        }
        let channel = self.scenario.sources[source].channel;
        let level = self.scenario.service_levels.of(Some(queue), channel);
        self.pairs.push(Pair { source, queue, level })
    }

    /// Who may take what.
    pub(super) fn lay_out(&self) -> Layout {
        let (class_of, members) = self.classes();
        let mut serving = vec![Vec::new(); self.lanes.len()];
        for (class, (lanes, _)) in members.iter().enumerate() {
            lanes.iter().for_each(|lane| serving[lane.index()].push(ClassId::new(class)));
        }
        let (mut known, mut rosters) = (BTreeMap::new(), IdVec::new());
        let lanes = self.lanes.iter().zip(serving).map(|(draft, serving)| {
            let channel = draft.channel;
            if let [only] = serving[..] {
                return Lane { channel, only: Some(only), rosters: Vec::new() };
            }
            let mut roster = |classes: Vec<ClassId>| {
                *known.entry((channel, classes)).or_insert_with_key(|(channel, classes)| {
                    let has_line = SCANNED_MAX < classes.len();
                    let classes = Selection::new(classes.clone(), members.len());
                    rosters.push(Roster { channel: *channel, classes, has_line })
                })
            };
            let tiers = self.tiers(draft.order, serving, &members);
            Lane { channel, only: None, rosters: tiers.into_iter().map(&mut roster).collect() }
        });
        let lanes = lanes.collect();
        let served = members.into_iter().map(|(lanes, _)| lanes).collect();
        Layout { lanes, rosters, class_of, served }
    }

    /// The classes of a lane, those first that are asked first.
    fn tiers(
        &self,
        order: Option<usize>,
        serving: Vec<ClassId>,
        members: &[(Vec<LaneId>, WorkerId)],
    ) -> Vec<Vec<ClassId>> {
        let Some(order) = order else { return vec![serving] };
        let levels = &self.orders[order].1;
        let mut by_level: BTreeMap<u32, Vec<ClassId>> = BTreeMap::new();
        for class in serving {
            let (_, anybody) = members[class.index()];
            by_level.entry(levels[anybody]).or_default().push(class);
        }
        by_level.into_values().collect()
    }

    /// The class of each worker; and of each class the lanes, and one of its workers.
    fn classes(&self) -> (Vec<ClassId>, Vec<(Vec<LaneId>, WorkerId)>) {
        let mut lanes_of = vec![Vec::new(); self.scenario.people.len()];
        for (lane, draft) in self.lanes.iter_with_id() {
            draft.eligible.iter().for_each(|worker| lanes_of[worker as usize].push(lane));
        }
        let (mut known, mut members) = (BTreeMap::new(), Vec::new());
        let class_of = lanes_of.into_iter().enumerate().map(|(worker, lanes)| {
            let worker = WorkerId::new(worker);
            let mut orders: Vec<usize> =
                lanes.iter().filter_map(|lane| self.lanes[*lane].order).collect();
            orders.sort_unstable();
            orders.dedup();
            let levels = orders.into_iter().map(|order| self.orders[order].1[worker]);
            let kind = (lanes, levels.collect::<Vec<u32>>());
            if let Some(class) = known.get(&kind) {
                return *class;
            }
            let class = ClassId::new(members.len());
            members.push((kind.0.clone(), worker));
            known.insert(kind, class);
            class
        });
        let class_of = class_of.collect();
        (class_of, members)
    }
}

/// Whether the target takes one of workers who are always the same.
fn is_plain(step: &Step) -> bool {
    step.only.is_none() && step.live.is_none() && step.skip_if.is_none()
}
