//! Who watches a run.

use crate::routing::{Event, WorkerId};
use crate::simulation::world::World;
use crate::time::Time;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    /// Something that TaskRouter would publish.
    Event(&'a Event),
    /// What a worker is doing has changed in a way that TaskRouter does not see: they came or went,
    /// missed an offer or recovered, took up other work.
    Worker(WorkerId),
    /// The run is over.
    End,
}

/// Sees everything that happens in a run, in order.
/// Cannot change it: `world` is shared, and there is nothing to draw from.
pub trait Observer {
    /// `fact` has just happened, and `world` is as it left it.
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>);
}

/// Watches nothing, and costs nothing.
impl Observer for () {
    fn observe(&mut self, _: Time, _: Fact<'_>, _: &World<'_>) {}
}

/// Two observers watch side by side; nest pairs for more.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        self.0.observe(now, fact, world);
        self.1.observe(now, fact, world);
    }
}

/// Watches if it is there.
impl<A: Observer> Observer for Option<A> {
    fn observe(&mut self, now: Time, fact: Fact<'_>, world: &World<'_>) {
        if let Some(observer) = self {
            observer.observe(now, fact, world);
        }
    }
}
