//! What is asked of tasks: create, cancel, wrap up, complete, change.

use smallvec::SmallVec;

use crate::routing::command::{NewTask, Refusal};
use crate::routing::deadlines::Deadline;
use crate::routing::event::{CancelReason, Event};
use crate::routing::program::StepId;
use crate::routing::reservation::ReservationId;
use crate::routing::router::Router;
use crate::routing::router::walk::Landing;
use crate::routing::target::RoutingTarget;
use crate::routing::task::{Entering, Pending, Status, Task, TaskId};
use crate::routing::workspace::{AttributesId, ConfigurationId, WorkflowId};
use crate::time::{Span, Time};

/// TaskRouter's greatest priority (TR-342).
const PRIORITY_MAX: u32 = i32::MAX.unsigned_abs();
/// TaskRouter's longest time to live (TR-330).
const TIMEOUT_MAX: Span = Span::from_secs(1_209_600);

/// Where a new task goes: through a workflow, or directly.
struct Route {
    workflow: Option<WorkflowId>,
    configuration: Option<ConfigurationId>,
    landing: Landing,
}

impl Router {
    pub(super) fn create_task(
        &mut self,
        now: Time,
        new: &NewTask,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let start = new.virtual_start_time.unwrap_or(now);
        let refusals = [
            (new.priority > PRIORITY_MAX, Refusal::PriorityOutOfRange),
            (new.timeout == Span::ZERO || TIMEOUT_MAX < new.timeout, Refusal::TimeoutOutOfRange),
            (now < start, Refusal::StartsInFuture),
        ];
        if let Some((_, refusal)) = refusals.iter().find(|(holds, _)| *holds) {
            return Err(*refusal);
        }
        let route = self.route(new)?;
        let number = self.n_tasks;
        self.n_tasks += 1;
        let id = self.tasks.insert(Task {
            number,
            status: Status::Pending(Pending),
            workflow: route.workflow,
            configuration: route.configuration,
            filter: None,
            step: route.landing.step,
            visit: 0,
            queue: None,
            channel: new.channel,
            attributes: new.attributes,
            priority: new.priority,
            created: now,
            virtual_start_time: start,
            queue_entered: now,
            timeout: new.timeout,
            deadline: None,
            base: Span::ZERO,
            passed: Span::ZERO,
            assignment_count: 0,
            lane: None,
            entering: Entering::No,
            redrive: false,
            refusals: SmallVec::new(),
        });
        self.set_deadline((now, new.timeout), number, Deadline::TimeToLive(id));
        let named = self.tasks[id].named(id);
        out.push(Event::TaskCreated(named));
        if route.configuration.is_some() {
            out.push(Event::WorkflowEntered(named));
        }
        self.enter(now, id, route.landing, out);
        Ok(())
    }

    fn route(&mut self, new: &NewTask) -> Result<Route, Refusal> {
        let workflow = match new.routing_target {
            Some(RoutingTarget::Workflow(workflow)) => workflow,
            Some(target) => {
                let landing = Landing { filter: None, step: self.direct_step(target) };
                return Ok(Route { workflow: new.workflow, configuration: None, landing });
            }
            None => new.workflow.ok_or(Refusal::NoRoute)?,
        };
        let configuration = self.workspace.workflows[workflow].configuration;
        let landing = self.beginning(configuration, new.attributes);
        let landing = landing.ok_or(Refusal::NoFilterMatches)?;
        Ok(Route { workflow: Some(workflow), configuration: Some(configuration), landing })
    }

    fn direct_step(&mut self, target: RoutingTarget) -> StepId {
        self.programs.direct(target)
    }

    pub(super) fn cancel_task(
        &mut self,
        now: Time,
        id: TaskId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let task = self.tasks.get(id).ok_or(Refusal::Gone)?;
        match &task.status {
            Status::Pending(_) => self.unplace(id),
            Status::Reserved(reserved) => {
                for offer in reserved.offers.clone() {
                    self.cancel_offer_of_canceled(now, offer, out);
                }
            }
            Status::Assigned(_) | Status::Wrapping(_) => return Err(Refusal::NotCancelable),
        }
        self.remove_canceled(id, reason, out);
        Ok(())
    }

    /// The end of a task that is nowhere and that nobody holds.
    pub(super) fn remove_canceled(
        &mut self,
        id: TaskId,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) {
        let task = self.tasks.remove(id).expect("a task is canceled once");
        out.push(Event::TaskCanceled(task.named(id), reason));
    }

    /// The time to live is over (TR-025), or nobody could be reserved in time (TR-062).
    pub(super) fn expire_task(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let task = &self.tasks[id];
        let is_sent = self.programs.steps[task.step].only.is_some();
        let reason = if is_sent && task.assignment_count == 0 {
            out.push(Event::ReservationFailed(task.named(id)));
            CancelReason::RoutingTargetFailed
        } else {
            CancelReason::TimeToLive
        };
        self.cancel_task(now, id, reason, out).expect("an unassigned task can be canceled");
    }

    pub(super) fn complete_task(
        &mut self,
        now: Time,
        id: TaskId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let by = self.holder(id)?;
        self.complete_reservation(now, by, out)
    }

    pub(super) fn wrap_up_task(&mut self, id: TaskId, out: &mut Vec<Event>) -> Result<(), Refusal> {
        let task = self.tasks.get(id).ok_or(Refusal::Gone)?;
        let Status::Assigned(assigned) = task.status else { return Err(Refusal::NotWrappable) };
        self.wrap_up_reservation(assigned.by, out)
    }

    /// The reservation through which somebody has the task.
    fn holder(&self, id: TaskId) -> Result<ReservationId, Refusal> {
        match self.tasks.get(id).ok_or(Refusal::Gone)?.status {
            Status::Assigned(assigned) => Ok(assigned.by),
            Status::Wrapping(wrapping) => Ok(wrapping.by),
            Status::Pending(_) | Status::Reserved(_) => Err(Refusal::NotAssigned),
        }
    }

    pub(super) fn hang_up(
        &mut self,
        now: Time,
        id: TaskId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        match &self.tasks.get(id).ok_or(Refusal::Gone)?.status {
            Status::Pending(_) | Status::Reserved(_) => {
                self.cancel_task(now, id, CancelReason::HangUp, out)
            }
            Status::Assigned(_) if self.workspace.multi_task_enabled => self.wrap_up_task(id, out),
            Status::Assigned(_) => self.complete_task(now, id, out),
            Status::Wrapping(_) => Ok(()),
        }
    }

    pub(super) fn delete_task(
        &mut self,
        now: Time,
        id: TaskId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        match &self.tasks.get(id).ok_or(Refusal::Gone)?.status {
            Status::Pending(_) => self.unplace(id),
            Status::Reserved(reserved) => {
                for offer in reserved.offers.clone() {
                    self.drop_reservation(now, offer, out);
                }
            }
            Status::Assigned(_) | Status::Wrapping(_) => {
                let by = self.holder(id)?;
                self.drop_reservation(now, by, out);
            }
        }
        let task = self.tasks.remove(id).expect("found above");
        out.push(Event::TaskDeleted(task.named(id)));
        Ok(())
    }

    /// 24 hours after acceptance the system gives up (T10).
    pub(super) fn delete_assigned(&mut self, now: Time, id: TaskId, out: &mut Vec<Event>) {
        let by = self.holder(id).expect("the clock starts with acceptance");
        self.drop_reservation(now, by, out);
        let task = self.tasks.remove(id).expect("found above");
        out.push(Event::TaskSystemDeleted(task.named(id)));
    }

    pub(super) fn update_attributes(
        &mut self,
        now: Time,
        id: TaskId,
        attributes: AttributesId,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let is_pending = self.tasks.get(id).ok_or(Refusal::Gone)?.status.is_pending();
        if is_pending {
            self.unplace(id);
        }
        let task = &mut self.tasks[id];
        task.attributes = attributes;
        task.redrive = matches!(task.status, Status::Reserved(_));
        out.push(Event::TaskUpdated(task.named(id)));
        if is_pending {
            self.redrive(now, id, out);
        }
        Ok(())
    }

    /// A target's own priority wins over a new one (TR-031).
    pub(super) fn update_priority(
        &mut self,
        id: TaskId,
        priority: u32,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let task = self.tasks.get(id).ok_or(Refusal::Gone)?;
        if PRIORITY_MAX < priority {
            return Err(Refusal::PriorityOutOfRange);
        }
        let priority = self.programs.steps[task.step].priority.unwrap_or(priority);
        self.reorder(id, |task| task.priority = priority, out);
        Ok(())
    }

    pub(super) fn update_virtual_start_time(
        &mut self,
        now: Time,
        id: TaskId,
        start: Time,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        self.tasks.get(id).ok_or(Refusal::Gone)?;
        if now < start {
            return Err(Refusal::StartsInFuture);
        }
        self.reorder(id, |task| task.virtual_start_time = start, out);
        Ok(())
    }

    /// Changes what a task's place depends on; it stays in its target as it was.
    fn reorder(&mut self, id: TaskId, change: impl FnOnce(&mut Task), out: &mut Vec<Event>) {
        let is_pending = self.tasks[id].status.is_pending();
        if is_pending {
            self.unplace(id);
        }
        change(&mut self.tasks[id]);
        if is_pending {
            let how = self.tasks[id].entering;
            self.place(id, how);
        }
        out.push(Event::TaskUpdated(self.tasks[id].named(id)));
    }
}
