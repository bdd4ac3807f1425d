//! Customers: they arrive, lose patience, leave, and come back.

use crate::define_key;
use crate::random::Purpose;
use crate::routing::{CancelReason, Command, Event, NewTask, TaskId};
use crate::scenario::{AtClose, Horizon, SourceId};
use crate::simulation::arrivals::Arrival;
use crate::simulation::cue::{Act, Cue};
use crate::simulation::customer::{Customer, Request, is_open, patience_ends};
use crate::simulation::observer::Observer;
use crate::simulation::run::Run;
use crate::time::Span;

define_key! {
    /// Somebody who will try again.
    pub(crate) RetryId
}

impl<O: Observer> Run<'_, O> {
    /// The first arrival of each source, and the closing times that matter.
    pub(crate) fn begin_sources(&mut self) {
        for (id, source) in self.world.scenario.sources.iter_with_id() {
            self.schedule_next(id);
            if source.at_close == AtClose::Cancel {
                for window in source.open.iter().flatten() {
                    self.calendar.schedule(window.end, Cue::new(source.entity, 0, Act::Close(id)));
                }
            }
        }
    }

    fn schedule_next(&mut self, id: SourceId) {
        let next = self.streams[id].next(self.world.scenario, &self.world.draws);
        let next = next.filter(|arrival| arrival.due < self.world.horizon);
        self.next_arrival[id] = next;
        if let Some(arrival) = next {
            self.arrivals.schedule(arrival.due, id);
        }
    }

    /// An arrival of this instant is counted in, and the source's next one put into the calendar.
    pub(crate) fn call_in(&mut self, id: SourceId) {
        let arrival = self.next_arrival[id].take().expect("a notice for each next arrival");
        self.schedule_next(id);
        self.count_in(id, &arrival);
    }

    /// A first attempt, if the source is open.
    fn count_in(&mut self, id: SourceId, arrival: &Arrival) {
        let source = &self.world.scenario.sources[id];
        if self.world.horizon <= self.now || !is_open(source.open.as_deref(), self.now) {
            return;
        }
        self.arriving.push(Request::of(id, arrival, self.cast()));
        self.count_first_attempt();
    }

    /// All that arrive at this instant, in the order of their keys.
    pub(crate) fn let_in(&mut self) {
        if self.arriving.is_empty() {
            return;
        }
        let mut arriving = std::mem::take(&mut self.arriving);
        arriving.sort_unstable_by_key(|request| request.entity);
        for request in arriving.drain(..) {
            self.create(&request);
        }
        self.arriving = arriving;
    }

    fn count_first_attempt(&mut self) {
        self.n_created += 1;
        if self.world.scenario.horizon == Horizon::Tasks(self.n_created) {
            self.world.horizon = self.after(Span::from_millis(1));
        }
    }

    fn create(&mut self, request: &Request) {
        let source = &self.world.scenario.sources[request.source];
        let command = Command::CreateTask(NewTask {
            workflow: source.workflow,
            routing_target: source.routing_target,
            attributes: request.attributes,
            channel: source.channel,
            priority: request.priority,
            timeout: source.timeout,
            virtual_start_time: None,
        });
        let task = self.created(command);
        let customer = Customer::of(request, self.now, self.cast());
        let balks = request.happens(Purpose::Balk, source.balk, &self.world.draws);
        self.world.customers.insert(task, customer);
        if let Some(patience) = customer.patience.filter(|_| !customer.is_silent) {
            let ends = patience_ends(source, self.now, patience);
            self.calendar.schedule(ends, Cue::new(request.entity, 0, Act::LosePatience(task)));
        }
        if balks {
            // After this instant's matching, which makes another round.
            self.calendar.schedule(self.now, Cue::new(request.entity, 0, Act::Balk(task)));
        }
        self.publish();
    }

    pub(crate) fn lose_patience(&mut self, task: TaskId) {
        let waits = self.world.router.task(task).is_some_and(|task| task.status.is_unassigned());
        if waits {
            self.attempt(Command::HangUp(task));
        }
    }

    pub(crate) fn balk(&mut self, task: TaskId) {
        let waits = self.world.router.task(task).is_some_and(|task| task.status.is_pending());
        if waits {
            self.attempt(Command::HangUp(task));
        }
    }

    /// A source closes, and what waits is canceled, in order of creation.
    pub(crate) fn close(&mut self, id: SourceId) {
        let waiting = self.world.router.tasks().filter(|(task, state)| {
            let customer = self.world.customers.get(*task);
            state.status.is_unassigned() && customer.is_some_and(|customer| customer.source == id)
        });
        let mut waiting: Vec<_> = waiting.map(|(task, state)| (state.number, task)).collect();
        waiting.sort_unstable();
        for (_, task) in waiting {
            self.attempt(Command::CancelTask(task, CancelReason::Closed));
        }
    }

    /// A task was canceled: its customer is gone, and may come back.
    pub(crate) fn lose_customer(&mut self, task: TaskId, reason: CancelReason) {
        let Some(customer) = self.world.customers.remove(task) else { return };
        if reason != CancelReason::HangUp {
            return;
        }
        if let Some((after, request)) = customer.comes_again(self.cast()) {
            let entity = request.entity;
            let comeback = self.comebacks.insert(request);
            self.calendar.schedule(self.after(after), Cue::new(entity, 0, Act::Retry(comeback)));
        }
    }

    /// Somebody who gave up tries again, if arrivals have not ended and the source is open.
    pub(crate) fn come_back(&mut self, comeback: RetryId) {
        let Some(request) = self.comebacks.remove(comeback) else { return };
        let source = &self.world.scenario.sources[request.source];
        if self.now < self.world.horizon && is_open(source.open.as_deref(), self.now) {
            self.arriving.push(request);
        }
    }

    /// Creates a task; its customer is to be made known before anybody sees the events.
    fn created(&mut self, command: Command) -> TaskId {
        match self.hand_over(command) {
            Ok(Event::TaskCreated(task)) => task.task,
            Ok(event) => unreachable!("a new task begins with its creation, not {event:?}"),
            Err(refusal) => unreachable!("resolving checks that a workflow takes it: {refusal}"),
        }
    }
}
