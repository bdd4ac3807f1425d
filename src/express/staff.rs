//! The workers: what each of them holds, whether they are in line, and how they spend their time.

use crate::express::call::Call;
use crate::express::free::{Free, IdleKey};
use crate::express::plan::{ClassId, Lane, Plan};
use crate::id::{Id, IdVec};
use crate::observation::{Hours, StaffTime, Window, WorkerCounters, is_busy_or_available};
use crate::routing::{ActivityId, ChannelId, WorkerId};
use crate::scenario::{BehaviorId, GroupId};
use crate::simulation::{Agent, Condition};
use crate::time::{Span, Time};

/// The workers of one replication.
#[derive(Debug)]
pub(super) struct Staff<'s> {
    pub(super) people: IdVec<WorkerId, Hand>,
    /// The same workers as persons.
    pub(super) agents: IdVec<WorkerId, Agent>,
    /// Of each, what [`Hand`] does not count.
    pub(super) counters: IdVec<WorkerId, WorkerCounters>,
    /// How often each has come in.
    shifts: IdVec<WorkerId, u64>,
    /// One for each channel of the first worker, then of the second, and so on.
    sides: Vec<Side>,
    n_channels: usize,
    /// Whether a channel has an idle order of its own.
    is_optimized: Vec<bool>,
    pub(super) free: IdVec<ChannelId, Free>,
    window: Window,
    /// Where time is booked by interval, and how long those are.
    pub(super) by_interval: Option<(StaffTime<'s>, Span)>,
}

/// A worker as they are now: what every offer needs, in two cache lines.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Hand {
    /// Until when `lasted` is told.
    since: Time,
    pub(super) speed: f64,
    pub(super) class: ClassId,
    pub(super) group: GroupId,
    pub(super) behavior: BehaviorId,
    pub(super) activity: ActivityId,
    /// Of tasks that count: offers, and those that were accepted.
    pub(super) n_reserved: u32,
    pub(super) n_accepted: u32,
    pub(super) pending: u32,
    pub(super) accepted: u32,
    pub(super) wrapping: u32,
    /// Whether tasks are offered in the worker's activity.
    pub(super) is_available: bool,
    /// Whether they take every offer the moment it is made.
    pub(super) is_instant: bool,
    mood: Mood,
    /// Whether they were not there when last looked at.
    is_off: bool,
    /// Milliseconds in each condition.
    lasted: [u64; Condition::COUNT],
    in_hand_ms: u64,
}

/// What somebody does who holds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    /// Something happened to the person since it was last looked at.
    Unknown,
    AtOtherWork,
    Away,
    Recovering,
    There,
}

impl Mood {
    fn of(agent: &Agent) -> Self {
        if agent.is_at_other_work() {
            Self::AtOtherWork
        } else if !agent.is_present {
            Self::Away
        } else if agent.is_recovering {
            Self::Recovering
        } else {
            Self::There
        }
    }
}

/// A worker's capacity on one channel.
#[derive(Clone, Copy, Debug)]
struct Side {
    held: u32,
    is_open: bool,
    /// None while the channel is closed to the worker.
    room: u32,
    capacity: u32,
    /// Whether they stand in line.
    is_in: bool,
    idle: IdleKey,
    /// For how long units were held that are free again.
    held_ms: u64,
}

impl Hand {
    /// What the worker is doing.
    #[inline]
    const fn condition(&self) -> Condition {
        if self.accepted != 0 || matches!(self.mood, Mood::AtOtherWork) {
            Condition::Talking
        } else if self.wrapping != 0 {
            Condition::Wrapping
        } else if self.pending != 0 {
            Condition::Ringing
        } else {
            match self.mood {
                Mood::Away => Condition::Off,
                Mood::Recovering => Condition::Recovering,
                _ if self.is_available => Condition::Idle,
                _ => Condition::Unavailable,
            }
        }
    }
}

impl<'s> Staff<'s> {
    pub(super) fn new(plan: &Plan<'s>, window: Window) -> Self {
        let scenario = plan.scenario;
        let workspace = &scenario.workspace;
        let people = workspace.workers.iter().zip(&plan.people).map(|(worker, member)| Hand {
            since: Time::ZERO,
            speed: member.agent.speed,
            class: member.class,
            group: member.group,
            behavior: member.behavior,
            activity: worker.activity,
            n_reserved: 0,
            n_accepted: 0,
            pending: 0,
            accepted: 0,
            wrapping: 0,
            is_available: workspace.activities[worker.activity].available,
            is_instant: member.is_instant,
            mood: Mood::Unknown,
            is_off: true,
            lasted: [0; Condition::COUNT],
            in_hand_ms: 0,
        });
        let sides = workspace.workers.iter_with_id().flat_map(|(id, worker)| {
            worker.channels.iter().map(move |channel| Side {
                held: 0,
                is_open: channel.available,
                room: if channel.available { channel.capacity } else { 0 },
                capacity: channel.capacity,
                is_in: false,
                idle: IdleKey::first(id),
                held_ms: 0,
            })
        });
        let free = workspace.channels.ids().map(|channel| Free::new(plan, channel));
        let mut staff = Self {
            people: people.collect(),
            agents: plan.people.iter().map(|member| member.agent.clone()).collect(),
            shifts: IdVec::filled(0, plan.people.len()),
            counters: IdVec::filled(WorkerCounters::default(), plan.people.len()),
            sides: sides.collect(),
            n_channels: workspace.channels.len(),
            is_optimized: workspace
                .channels
                .iter()
                .map(|of| of.channel_optimized_routing)
                .collect(),
            free: free.collect(),
            by_interval: scenario.interval.map(|length| (StaffTime::new(scenario), length)),
            window,
        };
        workspace.workers.ids().for_each(|worker| staff.line_up(worker));
        staff
    }

    /// The worker, who is about to change: what they have been doing until now is booked.
    #[inline(always)]
    pub(super) fn touch(&mut self, now: Time, worker: WorkerId) -> &mut Hand {
        let hand = &mut self.people[worker];
        let since = std::mem::replace(&mut hand.since, now);
        if since != now {
            if hand.mood == Mood::Unknown {
                hand.mood = Mood::of(&self.agents[worker]);
            }
            // What they held is booked when it is free again.
            let condition = hand.condition();
            let lasted = self.window.overlap_ms(since, now);
            hand.lasted[condition as usize] += lasted;
            if let Some((time, length)) = &mut self.by_interval
                && lasted != 0
                && condition != Condition::Off
            {
                time.book_intervals((since, now), worker, condition, *length);
            }
        }
        hand
    }

    /// The person, to whom something is about to happen.
    pub(super) fn touch_agent(&mut self, now: Time, worker: WorkerId) -> &mut Agent {
        self.touch(now, worker).mood = Mood::Unknown;
        &mut self.agents[worker]
    }

    /// What each worker did, once all is over.
    pub(super) fn take_counters(&mut self) -> IdVec<WorkerId, WorkerCounters> {
        let mut all = std::mem::take(&mut self.counters);
        for (counters, hand) in all.iter_mut().zip(self.people.iter()) {
            counters.reservations_created = u64::from(hand.n_reserved);
            counters.accepted = u64::from(hand.n_accepted);
        }
        all
    }

    /// What a worker has done, and the milliseconds of units held and there to be held on each
    /// channel.
    pub(super) fn hours(&self, worker: WorkerId) -> (Hours, impl Iterator<Item = (u64, u64)>) {
        let first = worker.index() * self.n_channels;
        let sides = &self.sides[first..first + self.n_channels];
        let hand = &self.people[worker];
        let (mut lasted, in_hand_ms) = (hand.lasted, hand.in_hand_ms);
        lasted[Condition::Off as usize] = 0;
        let hours = Hours { shifts: self.shifts[worker], lasted, in_hand_ms };
        let there = Condition::ALL.into_iter().filter(|of| is_busy_or_available(*of));
        let there_ms: u64 = there.map(|of| hours.lasted[of as usize]).sum();
        let units =
            sides.iter().map(move |side| (side.held_ms, u64::from(side.capacity) * there_ms));
        (hours, units)
    }

    /// Time counts up to here.
    pub(super) fn set_horizon(&mut self, horizon: Time) {
        self.window.end = horizon;
        if let Some((time, _)) = &mut self.by_interval {
            time.set_horizon(horizon);
        }
    }

    /// Looks whether the worker has come in.
    pub(super) fn look_at(&mut self, now: Time, worker: WorkerId) {
        let ends = self.window.end;
        self.touch(now, worker);
        let hand = &mut self.people[worker];
        hand.mood = Mood::of(&self.agents[worker]);
        let is_off = hand.condition() == Condition::Off;
        let comes = std::mem::replace(&mut hand.is_off, is_off) && !is_off;
        self.shifts[worker] += u64::from(comes && now < ends);
    }

    /// Whether a channel is open to the worker, and whether they have room on it.
    pub(super) fn channel(&self, worker: WorkerId, channel: ChannelId) -> (bool, bool) {
        let side = &self.sides[worker.index() * self.n_channels + channel.index()];
        (side.is_open, side.held < side.room)
    }

    /// Opens or closes a channel to the worker.
    pub(super) fn set_open(&mut self, worker: WorkerId, channel: ChannelId, is_open: bool) {
        let side = &mut self.sides[worker.index() * self.n_channels + channel.index()];
        side.is_open = is_open;
        side.room = if is_open { side.capacity } else { 0 };
        self.line_up(worker);
    }

    /// One more unit of capacity is held.
    #[inline(always)]
    pub(super) fn hold(&mut self, worker: WorkerId, channel: ChannelId) {
        let side = &mut self.sides[worker.index() * self.n_channels + channel.index()];
        side.held += 1;
        if side.is_in && side.room <= side.held {
            side.is_in = false;
            self.free[channel].remove(self.people[worker].class, side.idle);
        }
    }

    /// One unit of capacity that was held since then is free again. The worker does not stand in
    /// line for it yet: maybe there is something to do at once.
    #[inline]
    pub(super) fn release(&mut self, worker: WorkerId, channel: ChannelId, held: (Time, Time)) {
        let side = &mut self.sides[worker.index() * self.n_channels + channel.index()];
        side.held -= 1;
        side.held_ms += self.window.overlap_ms(held.0, held.1);
    }

    /// What is held of a task that is not over as the run ends, is booked until then.
    pub(super) fn book_open(&mut self, call: &Call, (channel, now): (ChannelId, Time)) {
        if call.stage.is_held() {
            let side = call.worker.index() * self.n_channels + channel.index();
            self.sides[side].held_ms += self.window.overlap_ms(call.reserved, now);
        }
        if call.stage.is_assigned() {
            self.book_in_hand(call.worker, (call.accepted, now));
        }
    }

    /// An accepted task was in hand for so long.
    #[inline]
    pub(super) fn book_in_hand(&mut self, worker: WorkerId, (since, now): (Time, Time)) {
        self.people[worker].in_hand_ms += self.window.overlap_ms(since, now);
    }

    /// Whether the worker has room on any channel.
    #[inline(always)]
    pub(super) fn has_any_room(&self, worker: WorkerId) -> bool {
        let first = worker.index() * self.n_channels;
        let sides = &self.sides[first..first + self.n_channels];
        self.people[worker].is_available && sides.iter().any(|side| side.held < side.room)
    }

    /// Whether the worker has room on this channel, and nobody else has who may take tasks of
    /// `lane`.
    #[inline]
    pub(super) fn is_only_one(&self, worker: WorkerId, plan: &Plan<'_>, lane: &Lane) -> bool {
        let side = &self.sides[worker.index() * self.n_channels + lane.channel.index()];
        !side.is_in && side.held < side.room && !self.free[lane.channel].is_any(plan, lane)
    }

    /// Stands in line where there is room, and nowhere else.
    #[inline(always)]
    pub(super) fn line_up(&mut self, worker: WorkerId) {
        let Hand { class, is_available, .. } = self.people[worker];
        let first = worker.index() * self.n_channels;
        let sides = &mut self.sides[first..first + self.n_channels];
        for (side, free) in sides.iter_mut().zip(self.free.iter_mut()) {
            let has_room = is_available && side.held < side.room;
            if has_room != side.is_in {
                side.is_in = has_room;
                if has_room {
                    free.insert(class, side.idle);
                } else {
                    free.remove(class, side.idle);
                }
            }
        }
    }

    /// From now on the worker counts as idle: on all channels, or on this one and those that are not
    /// optimized on their own.
    #[inline(always)]
    pub(super) fn note_idle(&mut self, now: Time, worker: WorkerId, on: Option<ChannelId>) {
        let first = worker.index() * self.n_channels;
        let sides = &mut self.sides[first..first + self.n_channels];
        let key = IdleKey::new(now, worker);
        for (channel, side) in sides.iter_mut().enumerate() {
            if on.is_some_and(|on| on.index() != channel) && self.is_optimized[channel] {
                continue;
            }
            let before = std::mem::replace(&mut side.idle, key);
            if side.is_in && before != key {
                let (class, channel) = (self.people[worker].class, ChannelId::new(channel));
                self.free[channel].remove(class, before);
                self.free[channel].insert(class, key);
            }
        }
    }
}
