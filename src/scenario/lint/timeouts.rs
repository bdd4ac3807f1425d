//! Timeouts that do something else than they seem to.

use crate::routing::{Configuration, Filter, Target};
use crate::scenario::lint::{Repeated, Scene};
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::draft::WrittenConfiguration;
use crate::time::Span;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let written = &scene.draft.written.configurations;
    for (id, configuration) in scene.draft.configurations.iter_with_id() {
        past_default(configuration, &written[id], problems);
        known_workers(configuration, &written[id], problems);
        let workflows = scene.draft.workflows.iter();
        let timeouts = workflows.filter(|workflow| workflow.configuration == id);
        for timeout in timeouts.map(|workflow| workflow.task_reservation_timeout) {
            shorter(configuration, &written[id], timeout, problems);
        }
    }
}

fn each_target<'a>(
    configuration: &'a Configuration,
    written: &'a WrittenConfiguration,
) -> impl Iterator<Item = (&'a Target, &'a Place)> {
    let filters = configuration.filters.iter().zip(&written.filters);
    filters.flat_map(|(filter, places)| filter.targets.iter().zip(&places.targets))
}

/// Steps that end while their first offer rings (TR-113, TR-116).
fn shorter(
    configuration: &Configuration,
    written: &WrittenConfiguration,
    reservation: Span,
    problems: &mut Vec<Problem>,
) {
    let mut shorter = Repeated::default();
    let mut shortest = None;
    for (target, place) in each_target(configuration, written) {
        if let Some(timeout) = target.timeout.filter(|timeout| *timeout < reservation) {
            shortest.get_or_insert(timeout);
            shorter.at(place);
        }
    }
    if let Some(timeout) = shortest {
        let what = format!(
            "this target ends after {timeout} s while an offer may ring for {reservation} s"
        );
        shorter.tell(&what, "a step ends only when the offer that rings has ended", problems);
    }
}

/// Tasks that wait for one worker who may never come (TR-142, TR-366).
fn known_workers(
    configuration: &Configuration,
    written: &WrittenConfiguration,
    problems: &mut Vec<Problem>,
) {
    let mut stuck = Repeated::default();
    for (target, place) in each_target(configuration, written) {
        if target.known_worker.is_some() && target.timeout.is_none() && target.skip_if.is_none() {
            stuck.at(place);
        }
    }
    let what = "this target waits for one worker as long as the task lives";
    stuck.tell(what, "give it a `timeout`, or a `skip_if`", problems);
}

/// Tasks that time out of their filter and are canceled in spite of a default filter (TR-139).
fn past_default(
    configuration: &Configuration,
    written: &WrittenConfiguration,
    problems: &mut Vec<Problem>,
) {
    if written.default_filter.is_none() {
        return;
    }
    let filters = &configuration.filters;
    let mut lost = Repeated::default();
    for (number, (filter, places)) in filters.iter().zip(&written.filters).enumerate() {
        let later = filters[number + 1..].iter();
        let caught = later.clone().any(|filter| filter.expression.constant() == Some(true));
        let place = places.targets.last().filter(|_| times_out(filter) && !caught);
        place.into_iter().for_each(|place| lost.at(place));
    }
    let what = "a task that times out here is canceled: the default filter takes only what no \
                filter matched";
    lost.tell(what, "end with a filter `1==1` that has the default queue", problems);
}

fn times_out(filter: &Filter) -> bool {
    let holds = |target: &Target| target.timeout.is_none() && target.skip_if.is_none();
    let (Some(last), false) = (filter.targets.last(), filter.targets.iter().any(holds)) else {
        return false;
    };
    let skips = last.skip_if.as_ref().is_some_and(|skip_if| skip_if.constant() == Some(true));
    last.timeout.is_some() && !skips
}
