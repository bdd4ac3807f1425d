//! From acceptance to completion: talk, and the work after it.

use crate::calendar::EventCalendar;
use crate::id::SecondaryMap;
use crate::routing::{Command, ReservationRef, TaskId, WorkerId};
use crate::simulation::agent::Talk;
use crate::simulation::cue::{Act, Cue};
use crate::simulation::customer::{Cast, Customer};
use crate::simulation::observer::Observer;
use crate::simulation::presence::{Office, Presence};
use crate::simulation::run::Run;
use crate::time::{Span, Time};

impl<O: Observer> Run<'_, O> {
    pub(crate) const fn cast(&self) -> Cast<'_> {
        Cast { scenario: self.world.scenario, draws: &self.world.draws }
    }

    pub(crate) fn start_talk(&mut self, named: ReservationRef) {
        self.world.offers.remove(named.reservation);
        let Some(customer) = self.world.customers.get(named.task) else { return };
        let speed = self.world.agents[named.worker].speed;
        let talk = customer.talk_with(named.worker, speed, self.cast());
        if 0.0 < self.slowdown(named.worker) {
            self.join_talks(named, talk);
        } else {
            let cue = Cue::new(customer.entity, 0, Act::EndTalk(named.task, 0));
            self.calendar.schedule(self.after(talk), cue);
        }
        self.reconsider(named.worker);
    }

    /// The call is over: TaskRouter puts the task into wrap-up, or completes it (T7, T8).
    pub(crate) fn end_talk(&mut self, task: TaskId, pace: u32) {
        let is_current = self.world.customers.get(task).is_some_and(|c| c.pace == pace);
        let is_assigned = self.world.router.task(task).is_some_and(|t| !t.status.is_unassigned());
        if is_current && is_assigned {
            self.attempt(Command::HangUp(task));
        }
    }

    pub(crate) fn start_wrap_up(&mut self, named: ReservationRef) {
        self.leave_talks(named.worker, named.task);
        let Some(customer) = self.world.customers.get(named.task) else { return };
        let speed = self.world.agents[named.worker].speed;
        let wrap_up = customer.wrap_up_with(named.worker, speed, self.cast());
        if wrap_up == Span::ZERO {
            self.attempt(Command::CompleteTask(named.task));
        } else {
            let cue = Cue::new(customer.entity, 0, Act::EndWrapUp(named.task));
            self.calendar.schedule(self.after(wrap_up), cue);
        }
    }

    /// A worker is through with a task. In a single-tasking workspace the task completes with the
    /// call, and the worker stays in the assignment activity until the work after it is done.
    pub(crate) fn finish_work(&mut self, named: ReservationRef) {
        if !self.world.scenario.workspace.multi_task_enabled {
            self.leave_talks(named.worker, named.task);
            self.start_after_call(named);
        }
        self.pay_debt(named.worker);
        self.reconsider(named.worker);
    }

    /// A task is gone without a word about its reservation: whoever had it is done with it. The
    /// event does not say who that was.
    pub(crate) fn drop_work(&mut self, task: TaskId) {
        for worker in self.world.scenario.people.ids() {
            self.leave_talks(worker, task);
            if self.world.router.worker(worker).open.is_empty() {
                self.pay_debt(worker);
            }
            self.reconsider(worker);
            self.tell_worker(worker);
        }
    }

    fn start_after_call(&mut self, named: ReservationRef) {
        let Some(customer) = self.world.customers.get(named.task) else { return };
        let speed = self.world.agents[named.worker].speed;
        let wrap_up = customer.wrap_up_with(named.worker, speed, self.cast());
        let agent = &mut self.world.agents[named.worker];
        agent.is_after_call = true;
        agent.after_call += 1;
        let act = Act::EndAfterCall(named.worker, agent.after_call);
        self.cue_worker(self.after(wrap_up), named.worker, act);
        self.tell_worker(named.worker);
    }

    pub(crate) fn end_after_call(&mut self, worker: WorkerId, call: u32) {
        let agent = &mut self.world.agents[worker];
        if !agent.is_after_call || agent.after_call != call {
            return;
        }
        agent.is_after_call = false;
        if agent.absence.is_none() && agent.is_present && !agent.is_recovering {
            self.be_available(worker);
        }
        self.tell_worker(worker);
        self.reconsider(worker);
    }

    fn slowdown(&self, worker: WorkerId) -> f64 {
        let scenario = self.world.scenario;
        scenario.behaviors[scenario.people[worker].behavior].slowdown_per_extra
    }

    fn join_talks(&mut self, named: ReservationRef, talk: Span) {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 285,000 years")]
        let left = talk.as_millis() as f64;
        let talk = Talk { task: named.task, left, since: self.now, rate: 1.0 };
        self.world.agents[named.worker].talks.push(talk);
        self.change_pace(named.worker);
    }

    fn leave_talks(&mut self, worker: WorkerId, task: TaskId) {
        let talks = &mut self.world.agents[worker].talks;
        let before = talks.len();
        talks.retain(|talk| talk.task != task);
        if talks.len() != before {
            self.change_pace(worker);
        }
    }

    /// The number of a worker's talks has changed: all of them go on at a new pace.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds of talk: exact, positive, and few"
    )]
    fn change_pace(&mut self, worker: WorkerId) {
        let now = self.now;
        let slowdown = self.slowdown(worker);
        let talks = &mut self.world.agents[worker].talks;
        talks.retain(|talk| self.world.customers.get(talk.task).is_some());
        let rate = (1.0 - slowdown * (talks.len().saturating_sub(1)) as f64).max(RATE_MIN);
        for talk in talks {
            let passed = now.since(talk.since).as_millis() as f64;
            *talk =
                Talk { left: (talk.left - passed * talk.rate).max(0.0), since: now, rate, ..*talk };
            let due = now + Span::from_millis((talk.left / rate).round() as u64);
            reschedule(&mut self.world.customers, &mut self.calendar, talk.task, due);
        }
    }
}

/// However many talks there are, each of them goes on.
const RATE_MIN: f64 = 0.01;

fn reschedule(
    customers: &mut SecondaryMap<TaskId, Customer>,
    calendar: &mut EventCalendar<Cue>,
    task: TaskId,
    due: Time,
) {
    if let Some(customer) = customers.get_mut(task) {
        customer.pace += 1;
        let act = Act::EndTalk(task, customer.pace);
        calendar.schedule(due, Cue::new(customer.entity, 0, act));
    }
}
