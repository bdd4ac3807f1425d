//! Instants in which several things happen.

use crate::express::call::Stage;
use crate::express::run::Run;
use crate::random::Entity;
use crate::simulation::{Act, Cue, Staffing};

/// Somebody to whom something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The stage of a task ends.
    Stage(u32),
    /// A customer's patience ends.
    Customer(u32),
    /// A task has had its time in its target.
    Target(u32),
    /// Something happens to a worker.
    Cue(Cue),
}

/// The order within one instant: kind, whom it concerns, which one of theirs (semantics 17.3).
type Turn = (u8, Entity, u32, Option<Act>);

impl Run<'_, '_> {
    /// Everything that happens at this instant, in order; to the task `first` too, whose notice has
    /// been taken.
    #[inline(never)]
    pub(super) fn act_all(&mut self, first: Option<u32>) {
        let now = self.now;
        let mut batch = std::mem::take(&mut self.batch);
        let mut next = first;
        while let Some(slot) = next {
            let call = &self.calls[slot as usize];
            if call.due == now {
                batch.push(Who::Stage(slot));
            }
            if call.stage.is_unassigned() && call.patience_ends == now {
                batch.push(Who::Customer(slot));
            }
            if call.stage == Stage::Waits && call.leaves == now {
                batch.push(Who::Target(slot));
            }
            let is_due = self.notices.next_due() <= now;
            next = is_due.then(|| {
                let slot = self.notices.take_first();
                u32::try_from(slot).expect("fewer than 2^24")
            });
        }
        while let Some((_, cue)) = self.cues.pop_due(now) {
            batch.push(Who::Cue(cue));
        }
        batch.sort_unstable_by_key(|who| self.turn(*who));
        for who in batch.drain(..) {
            self.act(who);
        }
        self.batch = batch;
    }

    /// Whose turn it is before whose.
    fn turn(&self, who: Who) -> Turn {
        match who {
            Who::Stage(slot) => {
                let call = &self.calls[slot as usize];
                let (kind, index) = match call.stage {
                    Stage::WillAccept => (0, call.n_offers),
                    Stage::WillReject => (1, call.n_offers),
                    Stage::Talks => (2, 0),
                    Stage::WrapsUp => (3, 0),
                    Stage::Gone | Stage::Comes | Stage::Waits | Stage::WillTimeOut => (7, 0),
                };
                (kind, call.entity, index, None)
            }
            Who::Customer(slot) => (4, self.calls[slot as usize].entity, 0, None),
            Who::Cue(cue) if matches!(cue.act, Act::Retry(_)) => {
                (6, cue.entity(), 0, Some(cue.act))
            }
            Who::Cue(cue) => (5, cue.entity(), 0, Some(cue.act)),
            Who::Target(slot) => (7, self.calls[slot as usize].entity, 0, None),
        }
    }

    fn act(&mut self, who: Who) {
        match who {
            Who::Stage(slot) => {
                if self.calls[slot as usize].stage != Stage::Waits {
                    self.end_stage(slot);
                }
            }
            Who::Customer(slot) => {
                if self.calls[slot as usize].stage.is_unassigned() {
                    self.hang_up(slot);
                }
            }
            Who::Target(slot) => self.end_target(slot),
            Who::Cue(cue) => match cue.act {
                Act::Retry(comeback) => self.try_again(comeback),
                act => self.change_staff(act),
            },
        }
    }
}
