//! What TaskRouter accepts and hardly anybody means.
//!
//! Every lint is a warning at the place it is about. What repeats within one workflow is told once,
//! with how often it comes. Expressions are checked by [`crate::expr::check`]; here are the lints
//! that look at more than one of them.

mod expressions;
mod load;
mod reach;
mod service;
mod timeouts;

pub(super) use load::overload;

use std::collections::BTreeMap;

use crate::expr::Value;
use crate::id::IdVec;
use crate::routing::{ChannelId, ConfigurationId, WorkerId};
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::text::Texts;

/// What the lints look at.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) texts: &'a Texts,
    pub(super) draft: &'a Draft,
    /// The attributes of all tasks that a configuration routes, as far as they are known.
    pub(super) tasks: BTreeMap<ConfigurationId, Vec<Value>>,
    /// The attributes of each worker; without any, nothing is known about workers.
    pub(super) workers: IdVec<WorkerId, Value>,
    /// The channels that sources use, and where they say so.
    pub(super) channels: Vec<(ChannelId, Place)>,
}

/// All warnings, by what they look at.
pub(super) fn lint(scene: &Scene<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    expressions::lint(scene, &mut problems);
    reach::lint(scene, &mut problems);
    timeouts::lint(scene, &mut problems);
    service::lint(scene, &mut problems);
    problems
}

/// The same thing in several places of one workflow.
#[derive(Debug, Default)]
struct Repeated {
    places: Vec<Place>,
}

impl Repeated {
    fn at(&mut self, place: &Place) {
        self.places.push(place.clone());
    }

    /// One warning at the first place, which says how many there are.
    fn tell(self, what: &str, help: &str, problems: &mut Vec<Problem>) {
        let Some(first) = self.places.first() else { return };
        let message = match self.places.len() {
            1 => what.to_owned(),
            2 => format!("{what} (and one more target)"),
            many => format!("{what} (and {} more targets)", many - 1),
        };
        problems.push(Problem::warning(message, first).with_help(help));
    }
}

#[cfg(test)]
mod tests;
