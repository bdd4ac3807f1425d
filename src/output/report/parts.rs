//! One row per workflow, queue, channel, and group of workers.

use crate::observation::Scope;
use crate::output::report::numbers::{count, duration, estimate, hours, number, percent, value};
use crate::output::report::overall::Of;
use crate::output::report::table::Section;
use crate::output::results::Results;

/// A section for each kind of part of which there is something to compare.
pub(super) fn sections(results: &Results<'_>) -> Vec<Section> {
    [
        tasks(results, "By workflow", |scope| matches!(scope, Scope::Workflow(_)), 2),
        tasks(results, "By task queue", |scope| matches!(scope, Scope::TaskQueue(_)), 1),
        tasks(results, "By channel", |scope| matches!(scope, Scope::Channel(_)), 2),
        groups(results),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Those parts that had tasks; nothing if they are fewer than `least`.
fn tasks(
    results: &Results<'_>,
    title: &'static str,
    is_wanted: fn(Scope) -> bool,
    least: usize,
) -> Option<Section> {
    let scopes = Of::each(results).filter(|of| is_wanted(of.scope));
    let (busy, idle): (Vec<Of<'_>>, Vec<Of<'_>>) = scopes.partition(|of| {
        ["tasks_created", "tasks_entered"]
            .iter()
            .any(|metric| of.get(metric).is_some_and(|estimate| 0.0 < estimate.value))
    });
    if busy.len() < least {
        return None;
    }
    let notes = match idle.len() {
        0 => Vec::new(),
        1 => vec!["One more had no tasks.".to_owned()],
        n => vec![format!("{} more had no tasks.", count(n as u64))],
    };
    let columns = vec![
        "",
        "tasks",
        "service level",
        "target",
        "abandoned",
        "mean wait",
        "90 % wait",
        "timeouts",
    ];
    Some(Section {
        title,
        columns,
        rows: busy.into_iter().map(task_row).collect(),
        texts: vec![3],
        notes,
    })
}

fn task_row(of: Of<'_>) -> Vec<String> {
    let tasks = of.get("tasks_created").or_else(|| of.get("tasks_entered"));
    vec![
        of.scope.name(of.results.scenario).to_owned(),
        value(tasks, number),
        estimate(of.get("service_level"), percent),
        of.verdict(),
        value(of.get("abandonment_rate"), percent),
        value(of.get("wait_until_accepted_mean"), duration),
        value(of.get("wait_until_accepted_p90"), duration),
        value(of.get("reservation_timeout_rate"), percent),
    ]
}

fn groups(results: &Results<'_>) -> Option<Section> {
    let groups = Of::each(results).filter(|of| matches!(of.scope, Scope::WorkerGroup(_)));
    let rows: Vec<_> = groups.map(group_row).collect();
    let columns =
        vec!["", "accepted", "timeouts", "occupancy", "ringing", "lost after misses", "FTE lost"];
    let section = Section { title: "By worker group", columns, rows, texts: vec![], notes: vec![] };
    (!section.rows.is_empty()).then_some(section)
}

fn group_row(of: Of<'_>) -> Vec<String> {
    vec![
        of.scope.name(of.results.scenario).to_owned(),
        value(of.get("tasks_accepted"), number),
        value(of.get("reservation_timeout_rate"), percent),
        estimate(of.get("occupancy"), percent),
        value(of.get("hours_ringing"), hours),
        value(of.get("hours_lost_after_miss"), hours),
        value(of.get("fte_lost"), number),
    ]
}
