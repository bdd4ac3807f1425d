//! The people of a scenario in a workspace: its customers come, its workers answer, reject and
//! miss, beside whatever is asked over REST.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::id::Id;
use crate::routing::{Event, TaskId, WorkerId};
use crate::scenario::Scenario;
use crate::serve::blueprint::json_of;
use crate::serve::center::{Center, TaskText, Thing};
use crate::serve::request::ApiError;
use crate::simulation::{Resident, without};
use crate::time::Time;

/// The people of a scenario, ready to live in a workspace.
///
/// They stay in memory until the process ends: a server that opens the same workspace again and
/// again should keep them, as [`Library`](crate::serve::Library) does.
#[derive(Clone, Debug)]
pub struct People {
    scenario: &'static Scenario,
    by_hand: BTreeSet<WorkerId>,
}

impl People {
    /// The people of `scenario`, but for the workers named `by_hand`, whom others play.
    ///
    /// # Errors
    /// The names that are no worker's.
    pub fn of(scenario: Scenario, by_hand: &[String]) -> Result<Self, Vec<String>> {
        let workers = &scenario.workspace.workers;
        let named = |name: &String| {
            let found = workers.iter_with_id().find(|(_, it)| it.friendly_name == *name);
            found.map(|(id, _)| id).ok_or_else(|| name.clone())
        };
        let (found, unknown): (Vec<_>, Vec<_>) = by_hand.iter().map(named).partition(Result::is_ok);
        if !unknown.is_empty() {
            return Err(unknown.into_iter().filter_map(Result::err).collect());
        }
        let by_hand: BTreeSet<WorkerId> = found.into_iter().flatten().collect();
        let scenario = Box::leak(Box::new(without(scenario, &by_hand)));
        Ok(Self { scenario, by_hand })
    }

    /// Their life begins at `origin`.
    pub(crate) fn move_in(&self, origin: Time) -> Resident {
        Resident::new(self.scenario, self.by_hand.clone(), origin)
    }
}

impl Center {
    /// When one of its people does something next.
    pub(crate) fn next_cue(&self) -> Option<Time> {
        self.people.as_ref().and_then(Resident::next_due)
    }

    /// Lets happen what is due at `self.now`: what people do, and then what the router does.
    pub(crate) fn live(&mut self) {
        let events = if let Some(people) = &mut self.people {
            people.round(self.now, &mut self.router)
        } else {
            let mut events = Vec::new();
            self.router.advance(self.now, &mut events);
            events
        };
        self.learn(&events);
    }

    /// Takes note of what was done from outside; people hear of it first, and may answer at once.
    pub(crate) fn spread(&mut self, events: Vec<Event>) {
        let all = match &mut self.people {
            Some(people) => people.hear(self.now, &events, &mut self.router),
            None => events,
        };
        self.learn(&all);
    }

    /// Whether somebody is simulated.
    pub(crate) fn is_simulated(&self, worker: WorkerId) -> bool {
        self.people.as_ref().is_some_and(|people| people.plays(worker))
    }

    /// How many attributes documents the people know by their numbers.
    pub(crate) fn n_known_documents(&self) -> usize {
        let scenario = self.people.as_ref().map(Resident::scenario);
        scenario.map_or(0, |scenario| scenario.workspace.attributes.len())
    }

    /// What a simulated customer's task is created with.
    pub(crate) fn own_text(&self, task: TaskId) -> Option<TaskText> {
        let attributes = self.router.task(task)?.attributes;
        let text = json_of(&self.workspace().attributes[attributes]).to_string();
        let attributes = Arc::from(text.as_str());
        Some(TaskText { attributes, routing_target: None, ignore_capacity: None })
    }

    /// Refuses to delete what the people count on: whatever came with their scenario.
    pub(crate) fn check_unpeopled(&self, thing: Thing) -> Result<(), ApiError> {
        let Some(people) = &self.people else { return Ok(()) };
        let theirs = &people.scenario().workspace;
        let is_theirs = match thing {
            Thing::Activity(id) => id.index() < theirs.activities.len(),
            Thing::Channel(id) => id.index() < theirs.channels.len(),
            Thing::Queue(id) => id.index() < theirs.queues.len(),
            Thing::Worker(id) => id.index() < theirs.workers.len(),
            Thing::Workflow(id) => id.index() < theirs.workflows.len(),
            Thing::Task(_) | Thing::Reservation(_) => false,
        };
        if is_theirs {
            let message = "Cannot delete what belongs to the scenario whose people live here";
            return Err(ApiError::invalid(message));
        }
        Ok(())
    }
}
