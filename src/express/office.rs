//! The express lane as an office, in which people come and go.

use crate::express::run::Run;
use crate::random::Draws;
use crate::routing::{ActivityId, ChannelId, Moment, WorkerId};
use crate::scenario::{GroupId, Scenario};
use crate::simulation::{Agent, Cue, Holding, Office};
use crate::time::Time;

impl<'s> Office<'s> for Run<'_, 's> {
    fn scenario(&self) -> &'s Scenario {
        self.plan.scenario
    }

    fn draws(&self) -> &Draws {
        &self.draws
    }

    fn now(&self) -> Time {
        self.now
    }

    fn agent(&self, worker: WorkerId) -> &Agent {
        &self.staff.agents[worker]
    }

    fn agent_mut(&mut self, worker: WorkerId) -> &mut Agent {
        self.staff.touch_agent(self.now, worker)
    }

    fn holding(&self, worker: WorkerId) -> Holding {
        let hand = &self.staff.people[worker];
        let n_open = hand.pending + hand.accepted + hand.wrapping;
        Holding { n_open: n_open as usize, n_pending: hand.pending as usize }
    }

    fn channel(&self, worker: WorkerId, channel: ChannelId) -> (bool, bool) {
        self.staff.channel(worker, channel)
    }

    /// As the router does it: nobody goes away while offers ring.
    fn set_activity(&mut self, worker: WorkerId, activity: ActivityId, reject_pending: bool) {
        let is_available = self.plan.scenario.workspace.activities[activity].available;
        let hand = self.staff.touch(self.now, worker);
        if !is_available && hand.pending != 0 {
            self.gives_up |= reject_pending;
            return;
        }
        let from = std::mem::replace(&mut hand.activity, activity);
        let was_available = std::mem::replace(&mut hand.is_available, is_available);
        if is_available && !was_available && self.plan.counts(Moment::CameBack) {
            self.staff.note_idle(self.now, worker, None);
        }
        if from != activity {
            self.books.n_events += 1;
            self.staff.line_up(worker);
            self.news.of_worker(worker);
        }
    }

    fn set_channel_available(&mut self, worker: WorkerId, channel: ChannelId, available: bool) {
        self.staff.touch(self.now, worker);
        self.books.n_events += 1;
        self.staff.set_open(worker, channel, available);
        self.news.of_worker(worker);
    }

    fn cue(&mut self, due: Time, cue: Cue) {
        self.expect_at(due);
        self.cues.schedule(due, cue);
    }

    fn tell_worker(&mut self, worker: WorkerId) {
        self.staff.look_at(self.now, worker);
    }

    fn debt(&mut self, group: GroupId) -> &mut usize {
        &mut self.debts[group]
    }
}
