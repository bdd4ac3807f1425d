//! Workers with room, in the order in which they are asked: for large workspaces, where walking
//! this order until somebody is eligible is shorter than looking at everybody who is.

use std::collections::BTreeSet;

use crate::id::IdVec;
use crate::routing::workspace::{ChannelId, OrderBy, WorkerId};

/// How many workers may have changed before the orders are brought up to date.
const TOUCHED_MAX: usize = 256;

/// All orders that some search has needed, brought up to date when they are needed next.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdleOrders {
    orders: Vec<IdleOrder>,
    /// Who may have changed places, some of them several times.
    touched: Vec<WorkerId>,
}

/// Where a worker stands: the levels of `order_by`, then since when they are idle.
type Place = (u32, u64);

/// The workers with room on a channel, by `order_by`, then the longest idle, then as listed.
#[derive(Clone, Debug)]
struct IdleOrder {
    channel: ChannelId,
    clauses: Vec<OrderBy>,
    /// The least goes first; equal for equal levels.
    levels: IdVec<WorkerId, u32>,
    /// Where each worker stands in `line`.
    places: IdVec<WorkerId, Option<Place>>,
    line: BTreeSet<(Place, WorkerId)>,
}

impl IdleOrders {
    /// Which order this is, if there is one yet.
    pub(crate) fn find(&self, channel: ChannelId, clauses: &[OrderBy]) -> Option<usize> {
        let is_it = |order: &IdleOrder| order.channel == channel && order.clauses == clauses;
        self.orders.iter().position(is_it)
    }

    /// A new order, in which nobody stands until it is brought up to date.
    pub(crate) fn add(
        &mut self,
        channel: ChannelId,
        clauses: &[OrderBy],
        levels: IdVec<WorkerId, u32>,
    ) -> usize {
        self.touched = levels.ids().collect();
        self.orders.push(IdleOrder {
            channel,
            clauses: clauses.to_vec(),
            places: IdVec::filled(None, levels.len()),
            levels,
            line: BTreeSet::new(),
        });
        self.orders.len() - 1
    }

    /// Whether the orders must be brought up to date before many more workers change.
    pub(crate) fn is_behind(&self) -> bool {
        TOUCHED_MAX < self.touched.len()
    }

    /// `worker` may have gained or lost room, or may be idle since another time.
    #[inline]
    pub(crate) fn touch(&mut self, worker: WorkerId) {
        if !self.orders.is_empty() && self.touched.last() != Some(&worker) {
            self.touched.push(worker);
        }
    }

    /// Brings all orders up to date; `idle` says since when a worker has been idle who has room.
    pub(crate) fn update(&mut self, idle: impl Fn(ChannelId, WorkerId) -> Option<u64>) {
        for worker in self.touched.drain(..) {
            for order in &mut self.orders {
                order.put(worker, idle(order.channel, worker));
            }
        }
    }

    /// Everybody in an order, first to last.
    pub(crate) fn walk(&self, order: usize) -> impl Iterator<Item = WorkerId> + '_ {
        self.orders[order].line.iter().map(|(_, worker)| *worker)
    }

    /// Somebody's levels may have changed.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether everybody who was not touched stands where they should.
    pub(crate) fn is_true(&self, idle: impl Fn(ChannelId, WorkerId) -> Option<u64>) -> bool {
        self.orders.iter().all(|order| {
            let stands = |worker: WorkerId| {
                let place = order.place(worker, idle(order.channel, worker));
                let is_in_line = place.is_none_or(|place| order.line.contains(&(place, worker)));
                self.touched.contains(&worker) || is_in_line && order.places[worker] == place
            };
            let n_placed = order.places.iter().flatten().count();
            n_placed == order.line.len() && order.places.ids().all(stands)
        })
    }
}

impl IdleOrder {
    fn place(&self, worker: WorkerId, idle: Option<u64>) -> Option<Place> {
        idle.map(|since| (self.levels[worker], since))
    }

    fn put(&mut self, worker: WorkerId, idle: Option<u64>) {
        let place = self.place(worker, idle);
        let before = std::mem::replace(&mut self.places[worker], place);
        if before == place {
            return;
        }
        if let Some(before) = before {
            self.line.remove(&(before, worker));
        }
        if let Some(place) = place {
            self.line.insert((place, worker));
        }
    }
}
