//! The routing state machine: the three calls, and what it knows.

mod offers;
mod reshape;
mod staff;
mod tasks;
mod walk;

use crate::expr::{Census, Paths, Resolved, Value};
use crate::id::{Id, IdVec, Pool};
use crate::routing::command::{Command, Refusal};
use crate::routing::deadlines::{Deadline, Deadlines};
use crate::routing::event::Event;
use crate::routing::matching::{Heads, Matcher, News};
use crate::routing::membership::Membership;
use crate::routing::program::Programs;
use crate::routing::reservation::{Reservation, ReservationId, ReservationStatus};
use crate::routing::router::walk::Landing;
use crate::routing::task::{Task, TaskId};
use crate::routing::waiting::Waiting;
use crate::routing::worker::WorkerState;
use crate::routing::workspace::{
    ActivityId, AttributesId, Configuration, ConfigurationId, QueueId, WorkerId, Workspace,
};
use crate::time::{Span, Time};

/// The routing state machine.
///
/// Feed it commands with [`handle`](Self::handle); when [`next_deadline`](Self::next_deadline) has
/// come, call [`advance`](Self::advance). Both append what happened to `out`, in the order it
/// happened. At one instant, commands go before deadlines: whoever accepts in the last millisecond
/// is in time. Then what waits is matched, once (semantics 17.3).
#[derive(Clone, Debug)]
pub struct Router {
    pub(crate) workspace: Workspace,
    pub(crate) resolved: IdVec<AttributesId, Resolved>,
    /// What is known of the attributes of all workers.
    pub(crate) census: Census,
    pub(crate) programs: Programs,
    pub(crate) tasks: Pool<TaskId, Task>,
    pub(crate) reservations: Pool<ReservationId, Reservation>,
    pub(crate) workers: IdVec<WorkerId, WorkerState>,
    pub(crate) membership: Membership,
    pub(crate) waiting: Waiting,
    pub(crate) deadlines: Deadlines,
    pub(crate) matcher: Matcher,
    pub(crate) news: News,
    /// Whether any target reads activities or channels.
    pub(crate) has_live_steps: bool,
    /// Tasks that have just come into a target, or back to it.
    pub(crate) entering: Vec<TaskId>,
    /// Where tasks begin that bring these attributes into this text.
    beginnings: IdVec<AttributesId, Vec<(ConfigurationId, Landing)>>,
    /// Empty; kept for its memory.
    pub(crate) heads: Heads,
    /// Since when something is to be matched.
    dirty: Option<Time>,
    n_tasks: u64,
    n_reservations: u64,
}

impl Router {
    /// A workspace in which nothing has happened yet.
    #[must_use]
    pub fn new(workspace: Workspace, matcher: Matcher) -> Self {
        let membership = Membership::new(&workspace);
        let mut router = Self {
            resolved: workspace.attributes.iter().map(|v| workspace.paths.resolve(v)).collect(),
            census: Census::default(),
            programs: Programs::new(&workspace.configurations),
            tasks: Pool::new(),
            reservations: Pool::new(),
            workers: workspace.workers.iter().map(WorkerState::new).collect(),
            membership,
            waiting: Waiting::default(),
            deadlines: Deadlines::default(),
            matcher,
            news: News::default(),
            has_live_steps: false,
            entering: Vec::new(),
            beginnings: IdVec::new(),
            heads: Heads::new(),
            dirty: None,
            n_tasks: 0,
            n_reservations: 0,
            workspace,
        };
        router.enroll_all();
        for worker in router.workspace.workers.ids() {
            router.update_room(worker);
        }
        router.survey_steps();
        router
    }

    /// Carries out `command` at `now`, which must not lie before an earlier call's, nor after
    /// [`next_deadline`](Self::next_deadline).
    ///
    /// # Errors
    /// A [`Refusal`] leaves the router as it was, and `out` untouched.
    pub fn handle(
        &mut self,
        now: Time,
        command: Command,
        out: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        debug_assert!(self.next_deadline().is_none_or(|due| now <= due), "advance first");
        match command {
            Command::CreateTask(task) => self.create_task(now, &task, out),
            Command::CancelTask(task, reason) => self.cancel_task(now, task, reason, out),
            Command::CompleteTask(task) => self.complete_task(now, task, out),
            Command::WrapUpTask(task) => self.wrap_up_task(task, out),
            Command::HangUp(task) => self.hang_up(now, task, out),
            Command::DeleteTask(task) => self.delete_task(now, task, out),
            Command::UpdateTaskAttributes(task, attributes) => {
                self.update_attributes(now, task, attributes, out)
            }
            Command::UpdateTaskPriority(task, priority) => {
                self.update_priority(task, priority, out)
            }
            Command::UpdateTaskVirtualStartTime(task, start) => {
                self.update_virtual_start_time(now, task, start, out)
            }
            Command::AcceptReservation(id) => self.accept(now, id, ReservationStatus::Pending, out),
            Command::HoldReservation(id) => self.hold(id),
            Command::ConnectReservation(id) => self.accept(now, id, ReservationStatus::OnHold, out),
            Command::FailReservation(id) => self.fail(now, id, out),
            Command::RejectReservation(id, activity) => self.reject(now, id, activity, out),
            Command::CancelReservation(id) => self.cancel_offer(now, id, out),
            Command::WrapUpReservation(id) => self.wrap_up_reservation(id, out),
            Command::CompleteReservation(id) => self.complete_reservation(now, id, out),
            Command::SetActivity { worker, activity, reject_pending } => {
                self.change_activity(now, (worker, activity), reject_pending, out)
            }
            Command::SetCapacity { worker, channel, capacity } => {
                self.set_capacity(worker, channel, capacity, out);
                Ok(())
            }
            Command::SetChannelAvailable { worker, channel, available } => {
                self.set_channel_available(worker, channel, available, out);
                Ok(())
            }
            Command::UpdateWorkerAttributes(worker, attributes) => {
                self.update_worker_attributes(worker, attributes, out);
                Ok(())
            }
            Command::UpdateWorkflow {
                workflow,
                configuration,
                task_reservation_timeout,
                re_evaluate,
            } => {
                let workflow_text = &mut self.workspace.workflows[workflow];
                workflow_text.configuration = configuration;
                workflow_text.task_reservation_timeout = task_reservation_timeout;
                out.push(Event::WorkflowUpdated(workflow));
                if re_evaluate {
                    self.re_evaluate(now, workflow, out);
                }
                Ok(())
            }
        }?;
        if self.news.is_any() || !self.entering.is_empty() {
            self.dirty = Some(now);
        }
        Ok(())
    }

    /// When [`advance`](Self::advance) must next be called, unless a command changes matters first:
    /// at once, while something is to be matched. It may be for a deadline of something that ended
    /// long ago; [`forget_outlived`](Self::forget_outlived) does away with those.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Time> {
        match (self.dirty, self.deadlines.next_due()) {
            (Some(dirty), Some(due)) => Some(dirty.min(due)),
            (dirty, due) => dirty.or(due),
        }
    }

    /// Lets every deadline up to `now` pass, instant by instant, and matches what waits.
    pub fn advance(&mut self, now: Time, out: &mut Vec<Event>) {
        while let Some(instant) = self.next_deadline().filter(|due| *due <= now) {
            while let Some(notice) = self.deadlines.pop_due(instant) {
                self.expire(instant, notice.deadline, out);
            }
            self.settle(instant, out);
            self.dirty = None;
        }
    }

    /// What waits is matched; what just came into a target and found nobody may leave it at once
    /// (semantics 17.1, `settle`).
    fn settle(&mut self, now: Time, out: &mut Vec<Event>) {
        loop {
            self.match_all(now, out);
            if self.entering.is_empty() {
                return;
            }
            self.leave_or_stay(now, out);
        }
    }

    /// A deadline has come. Most are for something that ended long ago.
    fn expire(&mut self, now: Time, deadline: Deadline, out: &mut Vec<Event>) {
        if !is_alive(&self.tasks, &self.reservations, deadline) {
            return;
        }
        match deadline {
            Deadline::Reservation(id) => self.time_out_offer(now, id, out),
            Deadline::TimeToLive(task) => self.expire_task(now, task, out),
            Deadline::Target(task, _) => {
                self.unplace(task);
                self.leave_by_timeout(now, task, out);
            }
            Deadline::Assigned(task) => self.delete_assigned(now, task, out),
            Deadline::Reoffer(task) => self.end_reoffer_gap(now, task),
        }
    }

    /// After this, [`next_deadline`](Self::next_deadline) tells of something alive.
    pub fn forget_outlived(&mut self) {
        let (tasks, reservations) = (&self.tasks, &self.reservations);
        self.deadlines.prune(|deadline| is_alive(tasks, reservations, deadline));
    }

    /// Sets a deadline `span` from `now`; `number` orders those of one kind and instant.
    fn set_deadline(&mut self, (now, span): (Time, Span), number: u64, deadline: Deadline) {
        let (tasks, reservations) = (&self.tasks, &self.reservations);
        let is_alive = |deadline| is_alive(tasks, reservations, deadline);
        self.deadlines.after((now, span), number, deadline, is_alive);
    }

    /// Somebody's attributes have changed, or more of them are read.
    fn forget_census(&mut self) {
        self.census = Census::default();
        self.membership.orders.clear();
    }

    /// Which steps read live state, and which `order_by` clauses count.
    fn survey_steps(&mut self) {
        self.has_live_steps = self.programs.steps.iter().any(|step| step.live.is_some());
        self.choose_order_clauses();
    }
}

/// Whether a deadline is still for something.
#[inline]
fn is_alive(
    tasks: &Pool<TaskId, Task>,
    reservations: &Pool<ReservationId, Reservation>,
    deadline: Deadline,
) -> bool {
    let task = |id| tasks.get(id);
    match deadline {
        Deadline::Reservation(id) => {
            reservations.get(id).is_some_and(|offer| offer.status == ReservationStatus::Pending)
        }
        Deadline::TimeToLive(id) => task(id).is_some_and(|task| task.status.is_unassigned()),
        // While the task is reserved the deadline has no effect (TR-113); when it comes back,
        // its age is compared, and a new deadline set.
        Deadline::Target(id, visit) => {
            task(id).is_some_and(|task| task.visit == visit && task.status.is_pending())
        }
        Deadline::Assigned(id) => task(id).is_some(),
        // Also while a sibling's offer is open: the task may be pending before the gap ends.
        Deadline::Reoffer(id) => task(id).is_some_and(|task| task.status.is_unassigned()),
    }
}

/// What there is to see.
impl Router {
    /// The workspace, its workflows as they stand.
    #[must_use]
    pub const fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The task, if it is alive.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(id)
    }

    /// All tasks that are alive, in no order that means anything.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task)> {
        self.tasks.iter()
    }

    /// How many tasks are alive.
    #[must_use]
    pub const fn n_tasks(&self) -> usize {
        self.tasks.len()
    }

    /// The reservation, if it is open.
    #[must_use]
    pub fn reservation(&self, id: ReservationId) -> Option<&Reservation> {
        self.reservations.get(id)
    }

    /// The worker as they are now.
    #[must_use]
    pub fn worker(&self, id: WorkerId) -> &WorkerState {
        &self.workers[id]
    }

    /// Whether the queue's `target_workers` take the worker.
    #[must_use]
    pub fn is_member(&self, queue: QueueId, worker: WorkerId) -> bool {
        self.membership.is_member(queue, worker)
    }

    /// Whether tasks are offered in `activity`.
    #[must_use]
    pub fn is_available(&self, activity: ActivityId) -> bool {
        self.workspace.activities[activity].available
    }
}

/// What is added while running, before a command refers to it.
impl Router {
    /// Makes an attributes document known; the same id for the same document.
    pub fn add_attributes(&mut self, attributes: Value) -> AttributesId {
        let known = self.workspace.attributes.iter().position(|known| *known == attributes);
        if let Some(index) = known {
            return AttributesId::new(index);
        }
        self.resolved.push(self.workspace.paths.resolve(&attributes));
        self.workspace.attributes.push(attributes)
    }

    /// Makes a workflow's text known; `build` compiles its expressions against the paths.
    pub fn add_configuration(
        &mut self,
        build: impl FnOnce(&mut Paths) -> Configuration,
    ) -> ConfigurationId {
        let configuration = build(&mut self.workspace.paths);
        let id = self.programs.add(&configuration);
        self.workspace.configurations.push(configuration);
        let paths = &self.workspace.paths;
        self.resolved = self.workspace.attributes.iter().map(|v| paths.resolve(v)).collect();
        self.forget_census();
        self.survey_steps();
        id
    }
}
