//! The loop: whatever is due first, instant by instant.

use std::collections::BTreeSet;

use crate::calendar::EventCalendar;
use crate::id::{IdVec, Pool, SecondaryMap};
use crate::random::Draws;
use crate::routing::{ActivityId, ChannelId, Command, Event, Matcher, Refusal, Router, WorkerId};
use crate::scenario::{Drain, GroupId, Horizon, Scenario, SourceId};
use crate::simulation::agent::Agent;
use crate::simulation::arrivals::{Arrival, Stream};
use crate::simulation::callers::RetryId;
use crate::simulation::cue::{Act, Cue};
use crate::simulation::customer::Request;
use crate::simulation::observer::{Fact, Observer};
use crate::simulation::presence::{Holding, Office};
use crate::simulation::staffing::Staffing;
use crate::simulation::world::World;
use crate::time::{Span, Time};

/// Simulates one replication and returns what watched it.
///
/// The result depends on the scenario, its seed and the number of the replication, and on nothing
/// else.
pub fn simulate<O: Observer>(scenario: &Scenario, replication: u32, observer: O) -> O {
    Run::new(scenario, replication, observer).play()
}

/// A run in progress.
pub(crate) struct Run<'s, O> {
    pub(crate) world: World<'s>,
    pub(crate) now: Time,
    pub(crate) calendar: EventCalendar<Cue>,
    pub(crate) streams: IdVec<SourceId, Stream>,
    /// When the next task of each source arrives.
    pub(crate) arrivals: EventCalendar<SourceId>,
    /// The next arrival of each source.
    pub(crate) next_arrival: IdVec<SourceId, Option<Arrival>>,
    /// What arrives at this instant.
    pub(crate) arriving: Vec<Request>,
    /// Who will try again.
    pub(crate) comebacks: Pool<RetryId, Request>,
    /// How many first attempts there were.
    pub(crate) n_created: u64,
    /// How many workers of a group are to leave as soon as they are done.
    pub(crate) debts: IdVec<GroupId, usize>,
    /// How much later it is by the router's clock; nothing, but where others use the router too.
    pub(crate) origin: Span,
    /// Workers whom others play: they do nothing by themselves.
    pub(crate) by_hand: BTreeSet<WorkerId>,
    /// What is to be done at this instant, in the next round.
    pub(crate) soon: Vec<Cue>,
    /// What is done in this round.
    batch: Vec<Cue>,
    pub(crate) events: Vec<Event>,
    n_published: usize,
    is_publishing: bool,
    pub(crate) observer: O,
}

impl<'s, O: Observer> Office<'s> for Run<'s, O> {
    fn scenario(&self) -> &'s Scenario {
        self.world.scenario
    }

    fn draws(&self) -> &Draws {
        &self.world.draws
    }

    fn now(&self) -> Time {
        self.now
    }

    fn agent(&self, worker: WorkerId) -> &Agent {
        &self.world.agents[worker]
    }

    fn agent_mut(&mut self, worker: WorkerId) -> &mut Agent {
        &mut self.world.agents[worker]
    }

    fn holding(&self, worker: WorkerId) -> Holding {
        let state = self.world.router.worker(worker);
        Holding { n_open: state.open.len(), n_pending: state.pending }
    }

    fn channel(&self, worker: WorkerId, channel: ChannelId) -> (bool, bool) {
        let side = self.world.router.worker(worker).channels[channel];
        (side.available, side.has_room())
    }

    fn set_activity(&mut self, worker: WorkerId, activity: ActivityId, reject_pending: bool) {
        self.attempt(Command::SetActivity { worker, activity, reject_pending });
    }

    fn set_channel_available(&mut self, worker: WorkerId, channel: ChannelId, available: bool) {
        self.attempt(Command::SetChannelAvailable { worker, channel, available });
    }

    fn cue(&mut self, due: Time, cue: Cue) {
        self.calendar.schedule(due, cue);
    }

    fn tell_worker(&mut self, worker: WorkerId) {
        self.tell(Fact::Worker(worker));
    }

    fn debt(&mut self, group: GroupId) -> &mut usize {
        &mut self.debts[group]
    }
}

impl<'s, O: Observer> Run<'s, O> {
    pub(crate) fn new(scenario: &'s Scenario, replication: u32, observer: O) -> Self {
        let draws = Draws::sampled(scenario.seed, replication, scenario.sampling);
        let horizon = match scenario.horizon {
            Horizon::At(horizon) => horizon,
            Horizon::Tasks(_) => Time::NEVER,
        };
        let agents = scenario.people.iter().map(|person| Agent::new(person, scenario.seed));
        let world = World {
            scenario,
            draws,
            router: Router::new(scenario.workspace.clone(), Matcher::Indexed),
            customers: SecondaryMap::new(),
            offers: SecondaryMap::new(),
            agents: agents.collect(),
            horizon,
        };
        let streams = scenario.sources.ids().map(|id| Stream::new(scenario, id, &draws));
        Self {
            world,
            now: Time::ZERO,
            calendar: EventCalendar::new(),
            streams: streams.collect(),
            arrivals: EventCalendar::new(),
            next_arrival: IdVec::filled(None, scenario.sources.len()),
            arriving: Vec::new(),
            comebacks: Pool::new(),
            n_created: 0,
            debts: IdVec::filled(0, scenario.groups.len()),
            origin: Span::ZERO,
            by_hand: BTreeSet::new(),
            soon: Vec::new(),
            batch: Vec::new(),
            events: Vec::new(),
            n_published: 0,
            is_publishing: false,
            observer,
        }
    }

    fn play(mut self) -> O {
        self.begin_staff();
        self.begin_sources();
        while let Some(now) = self.next_instant() {
            self.now = now;
            self.round();
        }
        self.stop();
        self.tell(Fact::End);
        self.observer
    }

    /// Nothing happens any more: it is as late as it gets.
    fn stop(&mut self) {
        if self.world.horizon == Time::NEVER {
            // Fewer tasks came than the horizon was to count.
            self.world.horizon = self.after(Span::from_millis(1));
        }
        let is_empty = self.world.router.n_tasks() == 0;
        self.now = match self.world.scenario.drain {
            Drain::For(_) if !is_empty => self.end(),
            _ => self.end().min(self.world.horizon.max(self.now)),
        };
    }

    /// When something happens next; `None` when the run is over.
    fn next_instant(&mut self) -> Option<Time> {
        let cue = self.calendar.next_due().unwrap_or(Time::NEVER);
        let arrival = self.arrivals.next_due().unwrap_or(Time::NEVER);
        let mut next = if self.soon.is_empty() { cue.min(arrival) } else { self.now };
        if self.world.router.next_deadline().is_some_and(|due| due < next) {
            self.world.router.forget_outlived();
            next = self.world.router.next_deadline().map_or(next, |due| due.min(next));
        }
        let is_done = self.world.horizon <= next && self.world.router.n_tasks() == 0;
        (next < self.end() && !is_done).then_some(next)
    }

    /// When the run is over at the latest.
    fn end(&self) -> Time {
        match self.world.scenario.drain {
            Drain::UntilEmpty => Time::NEVER,
            Drain::For(span) => self.world.horizon + span,
        }
    }

    /// Everything that people do at this instant, and then the router's part: deadlines, matching.
    /// What follows from that at the same instant makes another round (semantics 17.3).
    pub(crate) fn round(&mut self) {
        while let Some((_, source)) = self.arrivals.pop_due(self.now) {
            self.call_in(source);
        }
        let mut batch = std::mem::take(&mut self.batch);
        batch.append(&mut self.soon);
        while let Some((_, cue)) = self.calendar.pop_due(self.now) {
            batch.push(cue);
        }
        if 1 < batch.len() {
            batch.sort_unstable();
        }
        for cue in batch.drain(..) {
            self.act(cue.act);
        }
        self.batch = batch;
        self.let_in();
        let now = self.router_now();
        if self.world.router.next_deadline().is_some_and(|due| due <= now) {
            self.world.router.advance(now, &mut self.events);
            self.publish();
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Accept(offer) => self.answer(offer),
            Act::Connect(offer) => self.connect(offer),
            Act::Reject(offer) => self.attempt(Command::RejectReservation(offer, None)),
            Act::EndTalk(task, pace) => self.end_talk(task, pace),
            Act::EndWrapUp(task) => self.attempt(Command::CompleteTask(task)),
            Act::EndAfterCall(worker, call) => self.end_after_call(worker, call),
            Act::LosePatience(task) => self.lose_patience(task),
            Act::Balk(task) => self.balk(task),
            Act::Close(source) => self.close(source),
            Act::Recover(..)
            | Act::StartShift(..)
            | Act::EndShift(..)
            | Act::StartBreak(..)
            | Act::EndAbsence(..)
            | Act::StartOtherWork(..)
            | Act::Staff(..) => self.change_staff(act),
            Act::Retry(comeback) => self.come_back(comeback),
        }
    }

    /// What time it is by the router's clock.
    pub(crate) fn router_now(&self) -> Time {
        self.now + self.origin
    }

    /// Whether the worker is simulated: not by hand, and not somebody who joined later.
    pub(crate) fn plays(&self, worker: WorkerId) -> bool {
        self.world.agents.get(worker).is_some() && !self.by_hand.contains(&worker)
    }

    pub(crate) fn after(&self, span: Span) -> Time {
        self.now + span
    }

    /// Asks something of the router that it may refuse, because what it is about is long over.
    pub(crate) fn attempt(&mut self, command: Command) {
        let _: Result<(), Refusal> = self.command(command);
    }

    /// Asks something of the router.
    pub(crate) fn command(&mut self, command: Command) -> Result<(), Refusal> {
        let done = self.world.router.handle(self.router_now(), command, &mut self.events);
        self.publish();
        done
    }

    /// Asks something of the router, and leaves the events to be published later.
    pub(crate) fn hand_over(&mut self, command: Command) -> Result<Event, Refusal> {
        let first = self.events.len();
        self.world.router.handle(self.router_now(), command, &mut self.events)?;
        Ok(self.events[first])
    }

    fn tell(&mut self, fact: Fact<'_>) {
        self.observer.observe(self.now, fact, &self.world);
    }

    /// Every event is seen, then people react to it; what they do at once adds to the events.
    pub(crate) fn publish(&mut self) {
        if self.is_publishing {
            return;
        }
        self.is_publishing = true;
        while self.n_published < self.events.len() {
            let event = self.events[self.n_published];
            self.n_published += 1;
            self.observer.observe(self.now, Fact::Event(&event), &self.world);
            if event.worker().is_none_or(|worker| self.plays(worker)) {
                self.react(&event);
            }
        }
        self.events.clear();
        self.n_published = 0;
        self.is_publishing = false;
    }

    fn react(&mut self, event: &Event) {
        match event {
            Event::ReservationCreated(offer) => self.ring(*offer),
            Event::ReservationAccepted(offer) => self.start_talk(*offer),
            Event::ReservationWrapUp(offer) => self.start_wrap_up(*offer),
            Event::ReservationCompleted(offer) => self.finish_work(*offer),
            Event::ReservationTimedOut(offer) => self.miss(*offer),
            Event::ReservationRejected(offer)
            | Event::ReservationCanceled(offer)
            | Event::ReservationRescinded(offer) => self.forget_offer(*offer),
            Event::TaskCanceled(task, reason) => self.lose_customer(task.task, *reason),
            Event::TaskCompleted(task) => {
                self.world.customers.remove(task.task);
            }
            Event::TaskDeleted(task) | Event::TaskSystemDeleted(task) => {
                self.world.customers.remove(task.task);
                self.drop_work(task.task);
            }
            _ => (),
        }
    }
}
