//! Workers come and go: shifts, breaks, other work.
//!
//! Whoever is due to go first answers what rings, then takes no more offers and finishes the work
//! in hand, and then is away ([`Stage`]).

use crate::random::{Draws, Purpose};
use crate::routing::{ActivityId, ChannelId, WorkerId};
use crate::scenario::{AfterShift, Behavior, Group, GroupId, Presence as Plan, Scenario, Shift};
use crate::simulation::agent::{Absence, Agent, Stage};
use crate::simulation::cue::{Act, Cue};
use crate::time::{Span, Time};

/// What people who come and go need of whoever simulates them.
pub(crate) trait Office<'s> {
    fn scenario(&self) -> &'s Scenario;
    fn draws(&self) -> &Draws;
    fn now(&self) -> Time;
    fn agent(&self, worker: WorkerId) -> &Agent;
    fn agent_mut(&mut self, worker: WorkerId) -> &mut Agent;
    fn holding(&self, worker: WorkerId) -> Holding;
    /// Whether a channel is open to a worker, and whether they have room on it.
    fn channel(&self, worker: WorkerId, channel: ChannelId) -> (bool, bool);
    /// Asks for an activity; nothing happens if TaskRouter refuses.
    fn set_activity(&mut self, worker: WorkerId, activity: ActivityId, reject_pending: bool);
    fn set_channel_available(&mut self, worker: WorkerId, channel: ChannelId, available: bool);
    /// Enters a cue.
    fn cue(&mut self, due: Time, cue: Cue);
    /// What a worker is doing has changed in a way that TaskRouter does not see.
    fn tell_worker(&mut self, worker: WorkerId);
    /// How many workers of a group are to leave as soon as they are done.
    fn debt(&mut self, group: GroupId) -> &mut usize;
}

/// What a worker holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    /// Offers and tasks.
    pub(crate) n_open: usize,
    /// Offers without an answer.
    pub(crate) n_pending: usize,
}

/// Coming, going, and what keeps people away.
pub(crate) trait Presence<'s>: Office<'s> {
    /// Everybody's first cue.
    fn begin_presence(&mut self) {
        for worker in self.scenario().people.ids() {
            match &self.group_of(worker).presence {
                Plan::Always => {
                    self.agent_mut(worker).is_present = true;
                    self.plan_other_work(worker, Time::ZERO);
                }
                Plan::Shifts(_) => self.plan_shift(worker, 0),
                Plan::Staffing(_) => (),
            }
            self.tell_worker(worker);
        }
    }

    fn group_of(&self, worker: WorkerId) -> &'s Group {
        let scenario = self.scenario();
        &scenario.groups[scenario.people[worker].group]
    }

    fn shift_of(&self, worker: WorkerId, number: u32) -> Option<&'s Shift> {
        match &self.group_of(worker).presence {
            Plan::Shifts(shifts) => shifts.get(number as usize),
            _ => None,
        }
    }

    fn plan_shift(&mut self, worker: WorkerId, number: u32) {
        if let Some(shift) = self.shift_of(worker, number) {
            self.cue_worker(shift.start, worker, Act::StartShift(worker, number));
        }
    }

    fn start_shift(&mut self, worker: WorkerId, number: u32) {
        let Some(shift) = self.shift_of(worker, number) else { return };
        self.cue_worker(shift.end, worker, Act::EndShift(worker, number));
        for (rest, at) in (0..).zip(shift.breaks.iter().map(|rest| rest.at)) {
            self.cue_worker(at, worker, Act::StartBreak(worker, number, rest));
        }
        self.plan_shift(worker, number + 1);
        self.come(worker);
    }

    fn end_shift(&mut self, worker: WorkerId, number: u32) {
        // Two shifts that touch are one.
        let next = self.shift_of(worker, number + 1);
        if next.is_none_or(|next| self.now() < next.start) {
            self.go(worker, Absence::Leave);
        }
    }

    fn start_break(&mut self, worker: WorkerId, shift: u32, rest: u32) {
        let rest = self.shift_of(worker, shift).and_then(|shift| shift.breaks.get(rest as usize));
        if let Some(rest) = rest {
            self.go(worker, Absence::Break(rest.length));
        }
    }

    /// A worker comes in, or stays after all.
    fn come(&mut self, worker: WorkerId) {
        let agent = self.agent_mut(worker);
        let was_present = std::mem::replace(&mut agent.is_present, true);
        agent.absence = None;
        agent.then = None;
        agent.absence_number += 1;
        agent.is_recovering = false;
        self.open_channels(worker);
        if !self.agent(worker).is_after_call {
            self.be_available(worker);
        }
        if !was_present {
            self.plan_other_work(worker, self.now());
        }
        self.tell_worker(worker);
    }

    /// A worker is due to be away.
    fn go(&mut self, worker: WorkerId, absence: Absence) {
        let agent = self.agent_mut(worker);
        if !agent.is_present {
            return;
        }
        match (agent.absence, absence) {
            // Whoever leaves does not come back for a break.
            (Some((Absence::Leave, _)), _) => return,
            // A break that comes due during other work follows it.
            (Some((Absence::OtherWork(_), Stage::Running)), _) => {
                if agent.then != Some(Absence::Leave) {
                    agent.then = Some(absence);
                }
                return;
            }
            // A shift can end during a break, or while one is waited for.
            (Some(_), Absence::Leave) | (None, _) => (),
            // Other work that has not begun follows the break.
            (Some((waiting @ Absence::OtherWork(_), _)), Absence::Break(_)) => {
                agent.then = Some(waiting);
            }
            (Some(_), _) => return,
        }
        agent.absence = Some((absence, Stage::Ringing));
        agent.absence_number += 1;
        self.reconsider(worker);
    }

    /// Something changed for a worker who may be due to be away: on to the next stage, if it is
    /// time.
    fn reconsider(&mut self, worker: WorkerId) {
        let Some((absence, stage)) = self.agent(worker).absence else { return };
        if stage == Stage::Ringing && !self.stop_offers(worker, absence) {
            return;
        }
        let agent = self.agent(worker);
        let is_free = self.holding(worker).n_open == 0 && !agent.is_after_call;
        if stage != Stage::Running && is_free {
            self.begin_absence(worker, absence);
        }
    }

    /// Takes a worker out of the line, unless offers ring that are to be answered first; then at
    /// least no further ones come.
    fn stop_offers(&mut self, worker: WorkerId, absence: Absence) -> bool {
        let group = self.group_of(worker);
        let is_rung = self.holding(worker).n_pending != 0;
        let rejects = group.after_shift == AfterShift::RejectOffers
            && !matches!(absence, Absence::OtherWork(_));
        if is_rung && !rejects {
            self.close_channels(worker);
            return false;
        }
        let agent = self.agent_mut(worker);
        agent.absence = Some((absence, Stage::Finishing));
        agent.is_recovering = false;
        let activity = match absence {
            Absence::OtherWork(_) => group.other_work_activity,
            Absence::Leave | Absence::Break(_) => group.away_activity,
        };
        self.set_activity(worker, activity, is_rung);
        self.open_channels(worker);
        self.tell_worker(worker);
        true
    }

    fn begin_absence(&mut self, worker: WorkerId, absence: Absence) {
        let agent = self.agent_mut(worker);
        let number = agent.absence_number;
        agent.absence = Some((absence, Stage::Running));
        match absence {
            Absence::Leave => {
                agent.absence = None;
                agent.is_present = false;
            }
            Absence::Break(lasts) | Absence::OtherWork(lasts) => {
                let due = self.now() + lasts;
                self.cue_worker(due, worker, Act::EndAbsence(worker, number));
            }
        }
        self.tell_worker(worker);
    }

    /// A break or other work is over.
    fn end_absence(&mut self, worker: WorkerId, number: u32) {
        let agent = self.agent_mut(worker);
        let Some((absence, Stage::Running)) = agent.absence else { return };
        if agent.absence_number != number {
            return;
        }
        agent.absence = None;
        let (next, until) = (agent.then.take(), agent.other_work_until);
        let was_at_work = matches!(absence, Absence::OtherWork(_));
        if was_at_work && next.is_none() && self.pay_debt(worker) {
            return;
        }
        let is_due = was_at_work && self.plan_other_work(worker, until);
        match next {
            Some(next) => {
                if is_due {
                    let piece = self.agent(worker).n_other_work - 1;
                    self.cue_worker(self.now(), worker, Act::StartOtherWork(worker, piece));
                }
                self.go(worker, next);
            }
            None if is_due => self.take_up_other_work(worker),
            None => self.be_available(worker),
        }
        self.tell_worker(worker);
    }

    /// The next piece of other work: so often that it takes its share of the time. Gaps are
    /// counted from where the piece before would have ended without work in hand to finish first,
    /// or workers would fall behind with it the more, the busier they are. Whether it is due
    /// already; if not, a cue says when.
    fn plan_other_work(&mut self, worker: WorkerId, from: Time) -> bool {
        let Some(other) = &self.behavior(worker).other_work else { return false };
        let (share, mean) = (other.share, other.lasts.mean());
        let entity = self.scenario().people[worker].entity;
        let piece = self.agent(worker).n_other_work;
        let u = self.draws().uniform(entity, Purpose::OtherWorkGap, piece);
        let gap = -libm::log(u) * mean * (1.0 - share) / share;
        let due = from + Span::from_secs_f64(gap).max(Span::from_millis(1));
        let agent = self.agent_mut(worker);
        agent.n_other_work += 1;
        agent.other_work_until = due;
        if due <= self.now() {
            return true;
        }
        self.cue_worker(due, worker, Act::StartOtherWork(worker, piece));
        false
    }

    fn start_other_work(&mut self, worker: WorkerId, piece: u32) {
        let agent = self.agent(worker);
        if !agent.is_present || agent.n_other_work != piece + 1 {
            return;
        }
        if agent.absence.is_some() || agent.is_recovering {
            self.plan_other_work(worker, self.now());
            return;
        }
        self.take_up_other_work(worker);
    }

    fn take_up_other_work(&mut self, worker: WorkerId) {
        let Some(other) = &self.behavior(worker).other_work else { return };
        let entity = self.scenario().people[worker].entity;
        let piece = self.agent(worker).n_other_work - 1;
        let lasts = other.lasts.sample(self.draws(), entity, Purpose::OtherWorkLasts, piece);
        let lasts = Span::from_secs_f64(lasts);
        let agent = self.agent_mut(worker);
        agent.other_work_until = agent.other_work_until + lasts;
        self.go(worker, Absence::OtherWork(lasts));
    }

    /// Back to the activity in which tasks are offered.
    fn be_available(&mut self, worker: WorkerId) {
        let activity = self.group_of(worker).start_activity;
        self.move_to(worker, activity);
    }

    fn move_to(&mut self, worker: WorkerId, activity: ActivityId) {
        self.set_activity(worker, activity, false);
    }

    /// No further offers while one rings that is to be answered first.
    fn close_channels(&mut self, worker: WorkerId) {
        self.set_channels(worker, false);
    }

    fn open_channels(&mut self, worker: WorkerId) {
        self.set_channels(worker, true);
    }

    /// Channels that the workspace itself has closed stay as they are; so do those without room.
    fn set_channels(&mut self, worker: WorkerId, available: bool) {
        let own = &self.scenario().workspace.workers[worker].channels;
        for (channel, own) in own.iter_with_id() {
            let (is_open, has_room) = self.channel(worker, channel);
            let is_due = own.available && is_open != available;
            if is_due && (available || has_room) {
                self.set_channel_available(worker, channel, available);
            }
        }
    }

    /// Enters a cue of `worker`.
    fn cue_worker(&mut self, due: Time, worker: WorkerId, act: Act) {
        let entity = self.scenario().people[worker].entity;
        self.cue(due, Cue::new(entity, 0, act));
    }

    fn behavior(&self, worker: WorkerId) -> &'s Behavior {
        let scenario = self.scenario();
        &scenario.behaviors[scenario.people[worker].behavior]
    }

    /// Whether a worker is there and not about to leave.
    fn is_staying(&self, worker: WorkerId) -> bool {
        let agent = self.agent(worker);
        let leaves = matches!(agent.absence, Some((Absence::Leave, _)))
            || agent.then == Some(Absence::Leave);
        agent.is_present && !leaves
    }

    /// A worker has finished a task or other work, or is free: if their group has too many, they
    /// leave. Whether they do.
    fn pay_debt(&mut self, worker: WorkerId) -> bool {
        let group = self.scenario().people[worker].group;
        let leaves = 0 < *self.debt(group) && self.is_staying(worker);
        if leaves {
            *self.debt(group) -= 1;
            self.go(worker, Absence::Leave);
        }
        leaves
    }

    /// A worker notices what they missed and goes back to work.
    fn recover(&mut self, worker: WorkerId, miss: u32) {
        let agent = self.agent_mut(worker);
        if agent.is_recovering && agent.miss == miss {
            agent.is_recovering = false;
            self.be_available(worker);
            self.tell_worker(worker);
        }
    }
}

impl<'s, O: Office<'s>> Presence<'s> for O {}
