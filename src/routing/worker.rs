//! A worker as the router keeps it: activity, room on each channel, and what they hold.

use smallvec::SmallVec;

use crate::id::IdVec;
use crate::routing::reservation::ReservationId;
use crate::routing::workspace::{
    ActivityId, AttributesId, ChannelId, LongestIdle, Worker, WorkerChannel,
};

/// A worker's state.
#[derive(Clone, Debug)]
pub struct WorkerState {
    /// Where they are.
    pub activity: ActivityId,
    /// What expressions read.
    pub attributes: AttributesId,
    /// One for each task channel.
    pub channels: IdVec<ChannelId, ChannelState>,
    /// All that they hold, in order of creation.
    pub open: SmallVec<[ReservationId; 4]>,
    /// How many of those are pending offers.
    pub pending: usize,
    /// How many are accepted and not wrapping.
    pub accepted: usize,
    /// How many are wrapping.
    pub wrapping: usize,
    /// Whether they have left for good.
    pub is_gone: bool,
}

/// A worker's side of a task channel.
#[derive(Clone, Copy, Debug)]
pub struct ChannelState {
    /// How many reservations may be held.
    pub capacity: u32,
    /// Whether new ones may come.
    pub available: bool,
    /// How many are held: pending, on hold, accepted or wrapping (TR-095, TR-096).
    pub held: u32,
    /// How many of those are accepted and not wrapping, `assigned_tasks` (TR-202).
    pub accepted: u32,
}

/// What may count as the beginning of waiting (OC-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Reserved,
    Accepted,
    Completed,
    /// A reservation ended in any way.
    Freed,
    /// The worker came back to an available activity.
    CameBack,
}

impl Moment {
    pub(crate) const ALL: [Self; 5] =
        [Self::Reserved, Self::Accepted, Self::Completed, Self::Freed, Self::CameBack];
}

impl LongestIdle {
    pub(crate) fn counts(self, moment: Moment) -> bool {
        match self {
            Self::LastReserved => moment == Moment::Reserved,
            Self::LastAccepted => moment == Moment::Accepted,
            Self::LastCompleted => moment == Moment::Completed,
            Self::IdleSince => {
                matches!(moment, Moment::Completed | Moment::Freed | Moment::CameBack)
            }
        }
    }
}

impl WorkerState {
    pub(crate) fn new(worker: &Worker) -> Self {
        Self {
            activity: worker.activity,
            attributes: worker.attributes,
            channels: worker.channels.iter().map(ChannelState::new).collect(),
            open: SmallVec::new(),
            pending: 0,
            accepted: 0,
            wrapping: 0,
            is_gone: false,
        }
    }
}

impl ChannelState {
    pub(crate) const fn new(channel: &WorkerChannel) -> Self {
        let &WorkerChannel { capacity, available } = channel;
        Self { capacity, available, held: 0, accepted: 0 }
    }

    /// Whether one more reservation fits.
    #[must_use]
    pub const fn has_room(&self) -> bool {
        self.available && self.held < self.capacity
    }

    /// `available_capacity_percentage` (TR-203).
    #[must_use]
    pub fn available_percentage(&self) -> u32 {
        if self.capacity == 0 {
            return 0;
        }
        let free = self.capacity.saturating_sub(self.held);
        // TaskRouter's floor((1 − n / capacity) × 100), in integers: no rounding to think about.
        u32::try_from(u64::from(free) * 100 / u64::from(self.capacity)).expect("at most 100")
    }
}
