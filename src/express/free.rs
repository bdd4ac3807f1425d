//! Who has room for a task of one channel, the longest idle first.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;

use crate::express::plan::{ClassId, Lane, Plan, Roster, RosterId};
use crate::id::{Id, IdVec};
use crate::routing::{ChannelId, WorkerId};
use crate::time::Time;

/// How many bits of a key say who it is.
const WORKER_BITS: u32 = 24;

/// Since when a worker counts as idle, and who it is: the least goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdleKey(u64);

impl IdleKey {
    /// Of a worker who never did anything.
    pub(super) fn first(worker: WorkerId) -> Self {
        Self(worker.index() as u64)
    }

    /// Of a worker who counts as idle from `now` on.
    #[inline]
    pub(super) fn new(now: Time, worker: WorkerId) -> Self {
        Self((now.as_millis() + 1) << WORKER_BITS | worker.index() as u64)
    }

    #[inline]
    pub(super) fn worker(self) -> WorkerId {
        WorkerId::new((self.0 & ((1 << WORKER_BITS) - 1)) as usize)
    }
}

/// Behind everybody.
const NOBODY: IdleKey = IdleKey(u64::MAX);

/// Who has room for a task of one channel.
///
/// There is a line for each class, the longest idle first; who is the longest idle of a roster is
/// found among the heads of its classes. Rosters of many classes have a line of their own.
#[derive(Debug)]
pub(super) struct Free {
    lines: IdVec<ClassId, VecDeque<IdleKey>>,
    /// The first of each line; [`NOBODY`] for an empty one.
    heads: Vec<IdleKey>,
    /// Classes with somebody in their line.
    open: FixedBitSet,
    /// How each worker stands in line; [`NOBODY`] for those who do not. Empty if no roster has a
    /// line of its own.
    standing: Vec<IdleKey>,
    queues: IdVec<RosterId, Queue>,
    places: IdVec<ClassId, Places>,
}

/// The line of a roster.
#[derive(Clone, Debug, Default)]
struct Queue {
    n_free: usize,
    /// In order; those who stand in line, and some who have left it.
    keys: VecDeque<IdleKey>,
}

/// Where the workers of a class stand in line.
#[derive(Clone, Debug)]
struct Places {
    has_line: bool,
    queues: Vec<RosterId>,
}

impl Free {
    pub(super) fn new(plan: &Plan<'_>, channel: ChannelId) -> Self {
        let n_classes = plan.classes.len();
        let mut places = IdVec::filled(Places { has_line: false, queues: Vec::new() }, n_classes);
        for lane in plan.lanes.iter().filter(|lane| lane.channel == channel) {
            if let Some(class) = lane.only {
                places[class].has_line = true;
            }
        }
        let mut has_queues = false;
        for (id, roster) in plan.rosters.iter_with_id().filter(|(_, of)| of.channel == channel) {
            for class in roster.classes.iter() {
                if roster.has_line {
                    places[class].queues.push(id);
                } else {
                    places[class].has_line = true;
                }
            }
            has_queues |= roster.has_line;
        }
        Self {
            lines: IdVec::filled(VecDeque::new(), n_classes),
            heads: vec![NOBODY; n_classes],
            open: FixedBitSet::with_capacity(n_classes),
            standing: vec![NOBODY; if has_queues { plan.people.len() } else { 0 }],
            queues: IdVec::filled(Queue::default(), plan.rosters.len()),
            places,
        }
    }

    pub(super) fn insert(&mut self, class: ClassId, key: IdleKey) {
        let Places { has_line, queues } = &self.places[class];
        if *has_line {
            enter(&mut self.lines[class], key);
            self.heads[class.index()] = self.lines[class][0];
            self.open.insert(class.index());
        }
        if queues.is_empty() {
            return;
        }
        self.standing[key.worker().index()] = key;
        for queue in queues {
            let queue = &mut self.queues[*queue];
            queue.n_free += 1;
            if 64 + 4 * queue.n_free < queue.keys.len() {
                queue.keys.retain(|key| self.standing[key.worker().index()] == *key);
            }
            enter(&mut queue.keys, key);
        }
    }

    /// Takes out one that is there.
    pub(super) fn remove(&mut self, class: ClassId, key: IdleKey) {
        let Places { has_line, queues } = &self.places[class];
        if *has_line {
            let line = &mut self.lines[class];
            if line.front() == Some(&key) {
                line.pop_front();
            } else if let Ok(place) = line.binary_search(&key) {
                line.remove(place);
            }
            if let Some(first) = line.front() {
                self.heads[class.index()] = *first;
            } else {
                self.heads[class.index()] = NOBODY;
                self.open.set(class.index(), false);
            }
        }
        if queues.is_empty() {
            return;
        }
        self.standing[key.worker().index()] = NOBODY;
        for queue in queues {
            self.queues[*queue].n_free -= 1;
        }
    }

    /// Whether anybody is free who may take tasks of `lane`.
    #[inline]
    pub(super) fn is_any(&self, plan: &Plan<'_>, lane: &Lane) -> bool {
        match lane.only {
            Some(class) => self.heads[class.index()] != NOBODY,
            None => lane.rosters.iter().any(|id| {
                let roster = &plan.rosters[*id];
                if roster.has_line {
                    self.queues[*id].n_free != 0
                } else {
                    roster.classes.meets(&self.open)
                }
            }),
        }
    }

    /// The longest idle of those who may take tasks of `lane` and are asked first.
    #[inline]
    pub(super) fn first(&mut self, plan: &Plan<'_>, lane: &Lane) -> Option<WorkerId> {
        let first = match lane.only {
            Some(class) => self.heads[class.index()],
            None => {
                let mut rosters = lane.rosters.iter();
                let first = rosters.find_map(|id| self.first_of(*id, &plan.rosters[*id]));
                first.unwrap_or(NOBODY)
            }
        };
        (first != NOBODY).then(|| first.worker())
    }

    #[inline]
    fn first_of(&mut self, id: RosterId, roster: &Roster) -> Option<IdleKey> {
        if !roster.has_line {
            return roster.classes.least(&self.open, &self.heads).filter(|key| *key != NOBODY);
        }
        let queue = &mut self.queues[id];
        if queue.n_free == 0 {
            queue.keys.clear();
            return None;
        }
        while let Some(key) = queue.keys.front() {
            if self.standing[key.worker().index()] == *key {
                return Some(*key);
            }
            queue.keys.pop_front();
        }
        unreachable!("who is free stands in line")
    }

    /// The same, of whom `may` holds.
    pub(super) fn first_who(
        &self,
        plan: &Plan<'_>,
        lane: &Lane,
        may: impl Fn(WorkerId) -> bool,
    ) -> Option<WorkerId> {
        let of_class =
            |class: ClassId| self.lines[class].iter().copied().find(|key| may(key.worker()));
        let stands = |key: &IdleKey| self.standing[key.worker().index()] == *key;
        let first = match lane.only {
            Some(class) => of_class(class),
            None => lane.rosters.iter().find_map(|id| {
                let roster = &plan.rosters[*id];
                if roster.has_line {
                    let mut keys = self.queues[*id].keys.iter().copied();
                    return keys.find(|key| stands(key) && may(key.worker()));
                }
                roster.classes.within(&self.open).filter_map(of_class).min()
            }),
        };
        first.map(IdleKey::worker)
    }
}

/// Enters a key where it belongs, which is mostly the end; once, if it is still there.
#[inline]
fn enter(line: &mut VecDeque<IdleKey>, key: IdleKey) {
    if line.back().is_none_or(|last| *last < key) {
        line.push_back(key);
    } else if let Err(place) = line.binary_search(&key) {
        line.insert(place, key);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use super::*;
    use crate::scenario::Scenario;

    const N_QUEUES: usize = 7;
    const N_WORKERS: usize = 1 << N_QUEUES;

    /// Each worker serves other queues than all others, so half of them every queue.
    fn scenario() -> Scenario {
        let queues = (0..N_QUEUES).map(|q| {
            format!("{{ friendly_name = \"q{q}\", target_workers = \"skills HAS {q}\" }}")
        });
        let filters = (0..N_QUEUES).map(|q| {
            format!("{{ expression = \"k == {q}\", targets = [{{ queue = \"q{q}\" }}] }}")
        });
        let share = 1.0 / N_QUEUES as f64;
        let mix = (0..N_QUEUES).map(|q| format!("{{ p = {share}, set = {{ k = {q} }} }}"));
        let list = |all: Vec<String>| all.join(", ");
        let mut text = format!(
            "schema = 1\nname = \"crowd\"\nhorizon = \"1h\"\n[workspace]\ntask_queues = [{}]\n\
             [[workspace.workflows]]\nfriendly_name = \"W\"\ntask_reservation_timeout = 9\n\
             configuration.task_routing.filters = [{}]\n\
             [source.calls]\narrivals = {{ per_hour = 9 }}\ntalk = \"9s\"\nmix = [{}]\n\
             [behavior.desk]\nresponse = \"1s\"\n",
            list(queues.collect()),
            list(filters.collect()),
            list(mix.collect())
        );
        for worker in 0..N_WORKERS {
            let skills: Vec<usize> = (0..N_QUEUES).filter(|q| worker >> q & 1 == 1).collect();
            let _ = writeln!(
                text,
                "[[workers]]\ngroup = \"g{worker}\"\ncount = 1\nbehavior = \"desk\"\n\
                 attributes = {{ skills = {skills:?} }}"
            );
        }
        let loaded = Scenario::parse("crowd.toml", &text, Path::new("."), &[]);
        loaded.unwrap_or_else(|failed| panic!("{failed:?}")).scenario
    }

    #[test]
    fn the_longest_idle_of_many_classes_is_found() {
        let scenario = scenario();
        let plan = Plan::new(&scenario).expect("nothing unusual");
        assert_eq!(plan.rosters.iter().filter(|roster| roster.has_line).count(), N_QUEUES);
        let channel = ChannelId::new(0);
        let mut free = Free::new(&plan, channel);
        let mut plain: Vec<Option<IdleKey>> = vec![None; N_WORKERS];
        let mut last: Vec<IdleKey> =
            (0..N_WORKERS).map(|w| IdleKey::first(WorkerId::new(w))).collect();
        let mut state = 88_172_645_463_325_252_u64;
        let mut number = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from((state >> 33) % below as u64).expect("few")
        };
        let (mut longest, mut n_found) = (0, 0);
        for step in 0..40_000 {
            let index = number(N_WORKERS);
            let (worker, class) = (WorkerId::new(index), plan.people[WorkerId::new(index)].class);
            if let Some(key) = plain[index].take() {
                free.remove(class, key);
            } else if number(4) == 0 {
                // Some come back as idle as they were.
                if number(3) != 0 {
                    last[index] = IdleKey::new(Time::from_millis(step), worker);
                }
                plain[index] = Some(last[index]);
                free.insert(class, last[index]);
            }
            longest =
                longest.max(free.queues.iter().map(|queue| queue.keys.len()).max().unwrap_or(0));
            // Of the first lane nothing is asked, so that only entering keeps its line short.
            let lane = &plan.lanes.iter().nth(1 + number(N_QUEUES - 1)).expect("as many as queues");
            let may = |worker: WorkerId| !worker.index().is_multiple_of(3);
            let serves = |worker: WorkerId| {
                let classes = lane.rosters.iter().map(|id| &plan.rosters[*id].classes);
                classes.flat_map(|of| of.iter()).any(|of| of == plan.people[worker].class)
            };
            let able: Vec<IdleKey> =
                plain.iter().flatten().copied().filter(|key| serves(key.worker())).collect();
            let first = able.iter().min().map(|key| key.worker());
            assert_eq!(free.is_any(&plan, lane), first.is_some());
            assert_eq!(free.first(&plan, lane), first);
            let willing = able.iter().filter(|key| may(key.worker())).min();
            assert_eq!(free.first_who(&plan, lane, may), willing.map(|key| key.worker()));
            n_found += usize::from(first.is_some());
        }
        assert!(30_000 < n_found, "{n_found}");
        assert!((64..64 + 4 * N_WORKERS).contains(&longest), "{longest}");
    }
}
