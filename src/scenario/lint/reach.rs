//! Filters, targets and default filters that no task ever gets to (TR-137 to TR-139).

use std::collections::BTreeMap;

use crate::expr::Expression;
use crate::routing::{Configuration, Filter, Target};
use crate::scenario::lint::Scene;
use crate::scenario::node::{Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::resolve::draft::WrittenConfiguration;

pub(super) fn lint(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let expressions = &scene.draft.written.expressions;
    let expressions: Expressions<'_> =
        expressions.iter().map(|it| (key(&it.string.place), &it.expression)).collect();
    let configurations = scene.draft.configurations.iter();
    for (configuration, written) in configurations.zip(&scene.draft.written.configurations) {
        targets(configuration, written, problems);
        filters(configuration, written, problems);
        repeated(&expressions, (configuration, written), problems);
    }
}

/// All expressions, by where they are written.
type Expressions<'a> = BTreeMap<(TextId, usize, usize), &'a Expression>;

fn key(place: &Place) -> (TextId, usize, usize) {
    (place.text, place.range.start, place.range.end)
}

/// A filter that asks what an earlier one asks gets nothing, if that one lets nothing go.
fn repeated(
    expressions: &Expressions<'_>,
    (configuration, written): (&Configuration, &WrittenConfiguration),
    problems: &mut Vec<Problem>,
) {
    let mut asked: Vec<&Expression> = Vec::new();
    for (filter, places) in configuration.filters.iter().zip(&written.filters) {
        let Some(own) = expressions.get(&key(&places.place)).copied() else { continue };
        if asked.contains(&own) && filter.expression.constant().is_none() {
            let message = "no task gets to this filter: an earlier one asks the same";
            problems.push(Problem::warning(message, &places.place));
        } else if holds_all(filter) {
            asked.push(own);
        }
    }
}

/// Whether a task that comes to `target` stays until it is served, canceled or too old.
fn holds(target: &Target) -> bool {
    let skips = target.skip_if.as_ref().is_some_and(|skip_if| skip_if.constant() != Some(false));
    target.timeout.is_none() && !skips
}

/// Whether every task that matches `filter` stays in it.
fn holds_all(filter: &Filter) -> bool {
    filter.targets.iter().any(holds)
}

fn takes_all(filter: &Filter) -> bool {
    filter.expression.constant() == Some(true)
}

fn targets(
    configuration: &Configuration,
    written: &WrittenConfiguration,
    problems: &mut Vec<Problem>,
) {
    for (filter, places) in configuration.filters.iter().zip(&written.filters) {
        let Some(last) = filter.targets.iter().position(holds) else { continue };
        if let Some(place) = places.targets.get(last + 1) {
            let message = "no task gets to this target: the one before it has no timeout";
            let help = "give the one before a `timeout`, or a `skip_if`";
            problems.push(Problem::warning(message, place).with_help(help));
        }
    }
}

fn filters(
    configuration: &Configuration,
    written: &WrittenConfiguration,
    problems: &mut Vec<Problem>,
) {
    let filters = &configuration.filters;
    for (filter, places) in filters.iter().zip(&written.filters) {
        if filter.expression.constant() == Some(false) {
            problems.push(Problem::warning("this filter never matches", &places.place));
        }
    }
    if let Some(last) = filters.iter().position(|filter| takes_all(filter) && holds_all(filter)) {
        let message = "no task gets to this filter: one before it takes everything";
        let after = written.filters.get(last + 1).map(|places| &places.place);
        problems.extend(after.map(|place| Problem::warning(message, place)));
    }
    let all = filters.iter().find(|filter| takes_all(filter));
    let skipped = |filter: &Filter| {
        filter.targets.iter().all(|target| !holds(target))
            && filter.targets.last().is_some_and(|target| target.skip_if.is_some())
    };
    if let (Some(all), Some(place)) = (all, &written.default_filter)
        && !skipped(all)
    {
        let message = "the default filter is never used: a filter takes everything";
        problems.push(Problem::warning(message, place));
    }
}
