//! Names become ids here, and nowhere else.

use std::collections::BTreeMap;

use crate::id::{Id, IdVec};
use crate::routing::{Activity, TaskChannel, TaskQueue, Worker, Workflow};
use crate::scenario::nearest::nearest;
use crate::scenario::node::{Node, Place};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::context::Context;
use crate::scenario::source::Busyness;
use crate::scenario::staff::{Behavior, Group};

/// What other parts of a scenario refer to by name, and TaskRouter's resources by sid too.
pub(super) trait Named {
    /// One of it and several of it, for messages.
    const KIND: [&'static str; 2];

    fn name(&self) -> &str;

    fn sid(&self) -> Option<&str> {
        None
    }
}

/// The one of `things` that the string at `node` names, or a problem.
pub(super) fn find<I: Id, T: Named>(
    cx: &mut Context<'_>,
    node: &Node,
    things: &IdVec<I, T>,
) -> Option<I> {
    let wanted = node.as_str()?;
    let found = lookup(things, wanted);
    if found.is_none() {
        cx.problems.push(unknown(wanted, &node.place, things));
    }
    found
}

/// The one that has this name, or else this sid.
pub(super) fn lookup<I: Id, T: Named>(things: &IdVec<I, T>, wanted: &str) -> Option<I> {
    let by = |is: &dyn Fn(&T) -> bool| things.ids().find(|&id| is(&things[id]));
    by(&|thing| thing.name() == wanted).or_else(|| by(&|thing| thing.sid() == Some(wanted)))
}

/// Ids by name and by sid, the first of each: for things of which there may be thousands.
#[derive(Debug)]
pub(in crate::scenario) struct Index<I> {
    by_name: BTreeMap<String, I>,
    by_sid: BTreeMap<String, I>,
}

impl<I> Default for Index<I> {
    fn default() -> Self {
        Self { by_name: BTreeMap::new(), by_sid: BTreeMap::new() }
    }
}

impl<I: Id> Index<I> {
    pub(super) fn add(&mut self, thing: &impl Named, id: I) {
        self.by_name.entry(thing.name().to_owned()).or_insert(id);
        if let Some(sid) = thing.sid() {
            self.by_sid.entry(sid.to_owned()).or_insert(id);
        }
    }

    /// As [`lookup`].
    pub(super) fn lookup(&self, wanted: &str) -> Option<I> {
        self.by_name.get(wanted).or_else(|| self.by_sid.get(wanted)).copied()
    }

    /// Whether something has the name or the sid of `new`.
    pub(super) fn has_one_like(&self, new: &impl Named) -> bool {
        let has_sid = new.sid().is_some_and(|sid| self.by_sid.contains_key(sid));
        has_sid || self.by_name.contains_key(new.name())
    }
}

/// None of `things` is named `wanted`; the nearest one may be meant.
pub(super) fn unknown<I: Id, T: Named>(
    wanted: &str,
    place: &Place,
    things: &IdVec<I, T>,
) -> Problem {
    let names: Vec<&str> = things.iter().map(T::name).collect();
    let [kind, kinds] = T::KIND;
    let problem = Problem::error(format!("no {kind} is named `{wanted}`"), place);
    match nearest(wanted, names.iter().copied()) {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None if names.is_empty() => problem.with_help(format!("there are no {kinds}")),
        None => problem.with_help(format!("the {kinds} are: {}", list(&names))),
    }
}

fn list(names: &[&str]) -> String {
    const MOST: usize = 12;
    let mut list = names[..names.len().min(MOST)].join(", ");
    if MOST < names.len() {
        list += &format!(" and {} more", names.len() - MOST);
    }
    list
}

macro_rules! named {
    ($($type:ty, $one:literal, $several:literal, $name:ident $(, $sid:ident)?;)*) => {
        $(impl Named for $type {
            const KIND: [&'static str; 2] = [$one, $several];
            fn name(&self) -> &str {
                &self.$name
            }
            $(fn sid(&self) -> Option<&str> {
                Some(&self.$sid)
            })?
        })*
    };
}

named! {
    Activity, "activity", "activities", friendly_name, sid;
    TaskChannel, "task channel", "task channels", unique_name, sid;
    TaskQueue, "queue", "queues", friendly_name, sid;
    Worker, "worker", "workers", friendly_name, sid;
    Workflow, "workflow", "workflows", friendly_name, sid;
    Group, "group", "groups", name;
    Behavior, "behavior", "behaviors", name;
    Busyness, "busyness", "busyness factors", name;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_names_are_cut() {
        let names = ["a"; 14];
        assert!(list(&names).ends_with("a, a and 2 more"));
    }
}
