//! Whole scenarios, small ones.

mod exports;
mod files;
mod run;
mod sources;
mod staff;
mod workflows;

use super::testing::{ONE_QUEUE, changed, scenario, told};
use crate::id::Id;
use crate::routing::WorkerId;
use crate::scenario::source::Arrivals;
use crate::scenario::staff::Presence;

#[test]
fn one_queue_becomes_a_scenario() {
    let scenario = scenario(ONE_QUEUE);
    assert_eq!(scenario.workspace.workers.len(), 2);
    assert_eq!(scenario.workspace.workers[WorkerId::new(1)].friendly_name, "day-2");
    let source = scenario.sources.iter().next().unwrap();
    let Arrivals::Constant { per_second } = source.arrivals else { panic!("a constant rate") };
    assert!((per_second * 3600.0 - 20.0).abs() < 1e-9);
    assert_eq!(scenario.workspace.channels[source.channel].unique_name, "voice");
    assert_eq!(scenario.groups.iter().next().unwrap().presence, Presence::Always);
    assert_eq!(
        scenario.assumed,
        [
            "workflow `Support`: reservations time out after 120 s",
            "group `day` is always there (no `shift` or `staffing`)",
            "group `day`: one task at once on voice",
            "source `calls`: nobody gives up (no `patience`)",
        ]
    );
    assert_eq!(scenario.sha256.len(), 64);
}

#[test]
fn unknown_names_are_told_at_their_place_with_the_nearest_one() {
    let text = changed(&[
        ("workflow = 'Support'", "workflow = 'Suport'"),
        ("queue = 'Billing'", "queue = 'Sales'"),
    ]);
    assert_eq!(
        told(&text),
        [
            "line 20 'Sales': no queue is named `Sales`; the queues are: Billing",
            "line 5 'Suport': no workflow is named `Suport`; did you mean `Support`?",
        ]
    );
}

#[test]
fn what_the_check_of_the_shape_reports_is_not_reported_again() {
    let text = changed(&[("per_hour = 20", "per_hour = -1"), ("talk = '4m'", "talk = 240")]);
    let told = told(&text);
    assert_eq!(told.len(), 2, "{told:#?}");
}

#[test]
fn nothing_that_is_missing_or_of_a_wrong_kind_stops_the_search() {
    for line in ONE_QUEUE.lines() {
        let without = ONE_QUEUE.replacen(&format!("{line}\n"), "", 1);
        told(&without);
        if let Some((key, _)) = line.split_once(" = ") {
            for value in ["1", "''", "[]", "{}", "[[1]]", "{ x = 1 }", "-1", "'x'", "true"] {
                let line = &format!("{line}\n");
                told(&ONE_QUEUE.replacen(line, &format!("{key} = {value}\n"), 1));
            }
        }
    }
}

#[test]
fn names_and_sids_come_once() {
    let text = changed(&[(
        "task_queues = [",
        "task_queues = [{ friendly_name = 'Billing' }, { friendly_name = 'A', sid = 'WQ1' }, \
         { friendly_name = 'B', sid = 'WQ1' }, ",
    )]);
    assert_eq!(
        told(&text),
        [
            "line 15 'WQ1': two queues have the sid WQ1",
            "line 15 'Billing': there is another queue named `Billing`",
        ]
    );
}

#[test]
fn service_levels_differ_by_channel_and_queue_and_inherit_the_rest() {
    let text = changed(&[(
        "[source.calls]",
        "[service_level]\ntarget = 0.9\n[service_level.channel.voice]\nthreshold = '10s'\n\
         [service_level.task_queue.Billing]\nformula = 'answered'\n[source.calls]",
    )]);
    let levels = scenario(&text).service_levels;
    let (voice, billing) = (levels.channels[0].1, levels.queues[0].1);
    assert_eq!((voice.threshold.as_millis(), billing.threshold.as_millis()), (10_000, 20_000));
    assert!((voice.target - 0.9).abs() < 1e-9 && (billing.target - 0.9).abs() < 1e-9);
    let wrong = text.replace("task_queue.Billing", "task_queue.Biling");
    assert_eq!(
        told(&wrong),
        ["line 8 Biling: no queue is named `Biling`; did you mean `Billing`?"]
    );
}
