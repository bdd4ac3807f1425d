//! Events as lines of text.

use taskrouter_sim::routing::{
    Event, QueueId, ReservationId, ReservationRef, Router, TaskId, TaskRef, WorkerId, Workspace,
};

use super::names::Named;

/// Tasks and reservations in order of creation: t1, t2, …, r1, r2, …
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) tasks: Vec<TaskId>,
    pub(crate) reservations: Vec<ReservationId>,
}

impl Known {
    /// Gives a number to what `event` has made.
    pub(crate) fn learn(&mut self, event: &Event) {
        match event {
            Event::TaskCreated(task) => self.tasks.push(task.task),
            Event::ReservationCreated(it) => self.reservations.push(it.reservation),
            _ => {}
        }
    }

    fn task(&self, id: TaskId) -> String {
        let place = self.tasks.iter().rposition(|known| *known == id);
        format!("t{}", place.expect("a task that was created") + 1)
    }

    fn reservation(&self, id: ReservationId) -> String {
        let place = self.reservations.iter().rposition(|known| *known == id);
        format!("r{}", place.expect("a reservation that was created") + 1)
    }

    /// `event` as a line: its name, what and who, and what else it tells.
    pub(crate) fn line(&self, event: &Event, workspace: &Workspace) -> String {
        let name = event.name();
        let detail = match *event {
            Event::TaskCanceled(task, reason) => {
                format!("{} ({reason})", self.of_task(task, workspace))
            }
            Event::ReservationCreated(it) => {
                format!("{}{}", self.of_reservation(it, workspace), queue(it.queue, workspace))
            }
            Event::WorkerActivityUpdate { worker, from, to } => {
                let named = |id| &workspace.activities[id].friendly_name;
                let who = &workspace.workers[worker].friendly_name;
                format!("{who} {} -> {}", named(from), named(to))
            }
            Event::WorkerCapacityUpdate(worker, channel)
            | Event::WorkerChannelAvailabilityUpdate(worker, channel) => {
                let who = &workspace.workers[worker].friendly_name;
                format!("{who} {}", workspace.channels[channel].unique_name)
            }
            Event::WorkerAttributesUpdate(worker) => {
                workspace.workers[worker].friendly_name.clone()
            }
            Event::WorkflowUpdated(workflow) => workspace.workflows[workflow].friendly_name.clone(),
            _ => match (event.task(), event.reservation()) {
                (Some(task), _) => self.of_task(task, workspace),
                (_, Some(it)) => self.of_reservation(it, workspace),
                _ => unreachable!("about a task, a reservation, a worker or a workflow"),
            },
        };
        format!("{name} {detail}")
    }

    fn of_task(&self, task: TaskRef, workspace: &Workspace) -> String {
        format!("{}{}", self.task(task.task), queue(task.queue, workspace))
    }

    fn of_reservation(&self, it: ReservationRef, workspace: &Workspace) -> String {
        let worker = &workspace.workers[it.worker].friendly_name;
        format!("{} {} {worker}", self.reservation(it.reservation), self.task(it.task))
    }

    /// What `look ada` or `look t1` sees.
    pub(crate) fn look(&self, router: &Router, name: &str) -> String {
        match router.workspace().worker(name) {
            Some(worker) => look_at_worker(router, worker),
            None => self.look_at_task(router, name),
        }
    }

    fn look_at_task(&self, router: &Router, name: &str) -> String {
        let number: usize = name[1..].parse().expect("t1, t2, …");
        let Some(task) = router.task(self.tasks[number - 1]) else { return format!("{name} gone") };
        let (status, priority, n) = (task.status.name(), task.priority, task.assignment_count);
        let queue = queue(task.queue, router.workspace());
        format!("{name} {status}{queue}, priority {priority}, reserved {n} times")
    }
}

fn look_at_worker(router: &Router, id: WorkerId) -> String {
    let (state, workspace) = (router.worker(id), router.workspace());
    let activity = &workspace.activities[state.activity].friendly_name;
    let mut text = format!("{} {activity}", workspace.workers[id].friendly_name);
    for (channel, side) in workspace.channels.iter().zip(&state.channels) {
        if side.held > 0 || side.capacity != 1 {
            text += &format!(
                ", {} {} of {}: {} %, {} assigned",
                channel.unique_name,
                side.held,
                side.capacity,
                side.available_percentage(),
                side.accepted
            );
        }
    }
    text
}

fn queue(queue: Option<QueueId>, workspace: &Workspace) -> String {
    queue.map(|queue| format!(" {}", workspace.queues[queue].friendly_name)).unwrap_or_default()
}
