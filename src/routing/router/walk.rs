//! A task's way through its workflow: into a target, out of it, to the next (semantics 17.2).

use smallvec::SmallVec;

use crate::id::Id;
use crate::routing::crew::Crew;
use crate::routing::deadlines::Deadline;
use crate::routing::eligibility::Facts;
use crate::routing::event::{CancelReason, Event};
use crate::routing::program::{Step, StepId};
use crate::routing::router::Router;
use crate::routing::task::{Entering, TaskId};
use crate::routing::waiting::{LaneId, Rank};
use crate::routing::workspace::{
    AttributesId, ConfigurationId, OnReservationFailure, RedriveBase, WorkflowId,
};
use crate::time::{Span, Time};

/// A target, and the filter it belongs to; no filter for the default one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Landing {
    pub(super) filter: Option<usize>,
    pub(super) step: StepId,
}

impl Router {
    /// The first target of the first filter, from number `from` on, that takes these attributes.
    pub(super) fn first_match(
        &self,
        configuration: ConfigurationId,
        attributes: AttributesId,
        from: usize,
    ) -> Option<Landing> {
        let facts = Facts { router: self, task: Some(attributes), worker: None, queue: None };
        let filters = self.programs.program(configuration).filters.iter().enumerate().skip(from);
        let mut matching = filters.filter(|(_, (expression, _))| expression.matches(&facts));
        matching.next().map(|(filter, (_, step))| Landing { filter: Some(filter), step: *step })
    }

    /// The default filter's target.
    pub(super) fn default_landing(&self, configuration: ConfigurationId) -> Option<Landing> {
        self.programs.program(configuration).default.map(|step| Landing { filter: None, step })
    }

    /// Where a task that is new to this text begins: found once for all tasks alike.
    pub(super) fn beginning(
        &mut self,
        configuration: ConfigurationId,
        attributes: AttributesId,
    ) -> Option<Landing> {
        let mut known = self.beginnings.get(attributes).into_iter().flatten();
        if let Some((_, landing)) = known.find(|(of, _)| *of == configuration) {
            return Some(*landing);
        }
        let first = self.first_match(configuration, attributes, 0);
        let landing = first.or_else(|| self.default_landing(configuration))?;
        while self.beginnings.len() <= attributes.index() {
            self.beginnings.push(Vec::new());
        }
        self.beginnings[attributes].push((configuration, landing));
        Some(landing)
    }

    /// The targets that a task of `workflow` with these attributes would come into one after
    /// another, as one after the other times out.
    pub(crate) fn steps_of(
        &mut self,
        workflow: WorkflowId,
        attributes: AttributesId,
    ) -> Option<Vec<StepId>> {
        let configuration = self.workspace.workflows[workflow].configuration;
        let first = self.beginning(configuration, attributes)?;
        let next = |at: &Landing| self.landing_after(*at, configuration, attributes);
        let mut steps = Vec::new();
        for landing in std::iter::successors(Some(first), next) {
            steps.push(landing.step);
            // Without a timeout it is never left.
            if self.programs.steps[landing.step].timeout.is_none() {
                break;
            }
        }
        Some(steps)
    }

    /// A target.
    pub(crate) fn step(&self, id: StepId) -> &Step {
        &self.programs.steps[id]
    }

    /// A task that is nowhere comes into a target. It grabs no worker by itself: it only joins
    /// those that wait, so that a freed worker goes to whoever is first of all.
    pub(super) fn enter(&mut self, now: Time, id: TaskId, landing: Landing, out: &mut Vec<Event>) {
        let step = &self.programs.steps[landing.step];
        let task = &mut self.tasks[id];
        let moves = task.queue != step.queue;
        if moves && task.queue.is_some() {
            out.push(Event::TaskQueueMoved(task.named(id)));
        }
        task.filter = landing.filter;
        task.step = landing.step;
        task.visit += 1;
        task.priority = step.priority.unwrap_or(task.priority);
        task.deadline = step.timeout.map(|timeout| task.base + task.passed + timeout);
        task.queue = step.queue;
        let named = task.named(id);
        if task.configuration.is_some() {
            out.push(Event::WorkflowTargetMatched(named));
        }
        if moves && task.queue.is_some() {
            task.queue_entered = now;
            out.push(Event::TaskQueueEntered(named));
        }
        if task.is_overdue(now) && !self.workspace.settings.immediate_attempt {
            self.leave_by_timeout(now, id, out);
        } else {
            self.place(id, Entering::Anew);
        }
    }

    /// A task that is nowhere leaves its target because the deadline has come (TR-139).
    pub(super) fn leave_by_timeout(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let task = &mut self.tasks[id];
        let step = &self.programs.steps[task.step];
        out.push(Event::TaskQueueTimeout(task.named(id)));
        task.passed += step.timeout.unwrap_or(Span::ZERO);
        if let Some(landing) = self.next_landing(id) {
            self.enter(now, id, landing, out);
        } else {
            out.push(Event::WorkflowTimeout(self.tasks[id].named(id)));
            self.remove_canceled(id, CancelReason::WorkflowTimeout, out);
        }
    }

    /// A task that is nowhere leaves its target because `skip_if` holds (TR-138).
    fn leave_by_skip(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let task = &mut self.tasks[id];
        if self.workspace.settings.skipped_targets_count {
            let step = &self.programs.steps[task.step];
            task.passed += step.timeout.unwrap_or(Span::ZERO);
        }
        let configuration = task.configuration;
        let next = self.next_landing(id);
        let landing = next.or_else(|| self.default_landing(configuration?));
        if let Some(landing) = landing {
            self.enter(now, id, landing, out);
        } else {
            out.push(Event::WorkflowSkipped(self.tasks[id].named(id)));
            self.remove_canceled(id, CancelReason::WorkflowSkipped, out);
        }
    }

    fn next_landing(&self, id: TaskId) -> Option<Landing> {
        let task = &self.tasks[id];
        let here = Landing { filter: task.filter, step: task.step };
        self.landing_after(here, task.configuration?, task.attributes)
    }

    /// The next target of the filter, else the first of the next filter that matches.
    fn landing_after(
        &self,
        here: Landing,
        configuration: ConfigurationId,
        attributes: AttributesId,
    ) -> Option<Landing> {
        let filter = here.filter?;
        if self.programs.steps[here.step].is_last {
            return self.first_match(configuration, attributes, filter + 1);
        }
        Some(Landing { filter: Some(filter), step: StepId::new(here.step.index() + 1) })
    }

    /// A pending task runs through its workflow again (TR-144).
    pub(super) fn redrive(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let task = &mut self.tasks[id];
        task.redrive = false;
        let Some(configuration) = task.configuration else {
            self.place(id, Entering::Anew);
            return;
        };
        task.passed = Span::ZERO;
        task.base = match self.workspace.settings.redrive_base {
            RedriveBase::Created => Span::ZERO,
            RedriveBase::Now => task.age(now),
        };
        let attributes = task.attributes;
        match self.beginning(configuration, attributes) {
            Some(landing) => self.enter(now, id, landing, out),
            None => self.remove_canceled(id, CancelReason::NoFilterMatches, out),
        }
    }

    /// Everything of `workflow` that waits runs through its new text.
    pub(super) fn re_evaluate(&mut self, now: Time, workflow: WorkflowId, out: &mut Vec<Event>) {
        let configuration = self.workspace.workflows[workflow].configuration;
        let waiting = self.tasks.iter().filter(|(_, task)| {
            task.status.is_pending()
                && task.workflow == Some(workflow)
                && task.configuration.is_some()
        });
        let mut waiting: Vec<_> = waiting.map(|(id, task)| (task.number, id)).collect();
        waiting.sort_unstable();
        for (_, id) in waiting {
            self.unplace(id);
            self.tasks[id].configuration = Some(configuration);
            self.redrive(now, id, out);
        }
    }

    /// The last offer of a task has ended and nobody took it (TR-112).
    pub(super) fn come_back(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let task = &self.tasks[id];
        let settings = &self.workspace.settings;
        let advances = settings.on_reservation_failure == OnReservationFailure::Advance
            && task.filter.is_some();
        if task.assignment_count >= ASSIGNMENTS_MAX {
            self.remove_canceled(id, CancelReason::MaxAssignments, out);
        } else if task.redrive {
            self.redrive(now, id, out);
        } else if advances || task.is_overdue(now) {
            self.leave_by_timeout(now, id, out);
        } else {
            self.place(id, Entering::Again);
        }
    }

    /// What has just come into a target and was not matched: it is skipped, or its deadline has
    /// long passed, or it waits.
    pub(super) fn leave_or_stay(&mut self, now: Time, out: &mut Vec<Event>) {
        if let [id] = self.entering[..] {
            self.entering.clear();
            if self.is_entering(id) {
                self.leave_or_stay_one(now, id, out);
            }
            return;
        }
        let waits = |id: &TaskId| {
            self.is_entering(*id).then(|| (Rank::of(&self.tasks[*id], &self.workspace), *id))
        };
        let mut entering: SmallVec<[_; 4]> = self.entering.iter().filter_map(waits).collect();
        self.entering.clear();
        entering.sort_unstable();
        entering.dedup();
        for (_, id) in entering {
            self.leave_or_stay_one(now, id, out);
        }
    }

    /// Whether a task has just come into its target, and was not matched.
    fn is_entering(&self, id: TaskId) -> bool {
        let task = self.tasks.get(id);
        task.is_some_and(|task| task.entering != Entering::No && task.status.is_pending())
    }

    fn leave_or_stay_one(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let how = std::mem::take(&mut self.tasks[id].entering);
        if self.is_skipped(id, how) {
            self.unplace(id);
            self.leave_by_skip(now, id, out);
        } else if self.tasks[id].is_overdue(now) {
            self.unplace(id);
            self.leave_by_timeout(now, id, out);
        } else {
            self.set_target_deadline(id);
        }
    }

    /// Whether the target's `skip_if` holds, for a task that came into it `how` (TR-136, OC-14).
    fn is_skipped(&self, id: TaskId, how: Entering) -> bool {
        let task = &self.tasks[id];
        let asked = how == Entering::Anew || self.workspace.settings.skip_if_after_failure;
        let facts = Facts { router: self, task: None, worker: None, queue: task.queue };
        let skip_if = self.programs.steps[task.step].skip_if.as_ref();
        asked && skip_if.is_some_and(|condition| condition.matches(&facts))
    }

    fn set_target_deadline(&mut self, id: TaskId) {
        let task = &self.tasks[id];
        if let Some(deadline) = task.deadline {
            let deadline_is = task.created + deadline;
            self.deadlines.at(deadline_is, task.number, Deadline::Target(id, task.visit));
        }
    }

    /// A task joins those that wait.
    pub(super) fn place(&mut self, id: TaskId, how: Entering) {
        let lane = self.lane_of(id);
        let task = &mut self.tasks[id];
        task.entering = how;
        task.lane = Some(lane);
        let rank = Rank::of(task, &self.workspace);
        self.entering.push(id);
        self.waiting.insert(lane, rank, id);
        self.news.lanes.push(lane);
    }

    /// A task is taken out of those that wait.
    pub(crate) fn unplace(&mut self, id: TaskId) {
        let task = &self.tasks[id];
        let lane = task.lane.expect("what waits has a lane");
        self.waiting.remove(lane, Rank::of(task, &self.workspace), id);
    }

    /// A task may be offered to somebody who let it go.
    pub(super) fn end_reoffer_gap(&mut self, now: Time, id: TaskId) {
        let gap = self.workspace.settings.reoffer_gap;
        let task = &mut self.tasks[id];
        task.refusals.retain(|(_, ended)| now < *ended + gap);
        if task.status.is_pending() {
            self.news.of_reoffer(task.lane);
        }
    }

    pub(super) fn lane_of(&mut self, id: TaskId) -> LaneId {
        let task = &self.tasks[id];
        if let Some(lane) = self.waiting.known_lane(task) {
            return lane;
        }
        let (step, channel, attributes) = (task.step, task.channel, task.attributes);
        let reads = self.programs.steps[step].reads.iter();
        let read = reads.map(|path| format!("{}\n", self.resolved[attributes].get(*path)));
        let kind = (step, channel, read.collect());
        if let Some(lane) = self.waiting.lane_of_kind(task, &kind) {
            return lane;
        }
        let eligible = self.ever_eligible(step, attributes);
        let eligible = Crew::new(&eligible, self.workers.len());
        self.waiting.add_lane(&self.tasks[id], kind, eligible)
    }
}

/// How often a task may be reserved (TR-027).
const ASSIGNMENTS_MAX: u32 = 1000;
