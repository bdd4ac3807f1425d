//! Whole scenarios, small ones.

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
    assert!(
        matches!(source.arrivals, Arrivals::Constant { per_second } if per_second == 120.0 / 3600.0)
    );
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
