//! What must hold in every run holds in runs of everything there is: one small scenario each of
//! `tests/identities`, by the checker of `tests/runs/identities.rs`.

mod runs;

use std::path::Path;

use runs::identities::{assert_identities, identities};
use runs::{ALL_ROWS, record, told};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::Span;

fn scenario(name: &str) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/identities");
    let path = Path::new(folder).join(name).with_extension("toml");
    let loaded = Scenario::load(&path, &[], false);
    loaded.unwrap_or_else(|failed| panic!("{}", told(&failed))).scenario
}

fn holds(name: &str) {
    let scenario = scenario(name);
    for recording in record(&scenario, 3, ALL_ROWS) {
        assert!(0 < recording.n_tasks, "{name} brings no tasks");
        assert_identities(&scenario, &recording);
    }
}

#[test]
fn identities_hold_for_voice_and_chat_on_the_same_workers() {
    holds("two_channels");
}

#[test]
fn identities_hold_where_several_workers_are_asked_at_once() {
    holds("many_offers");
}

#[test]
fn identities_hold_over_shifts_breaks_and_staffing() {
    holds("shifts");
}

#[test]
fn identities_hold_in_a_single_tasking_workspace() {
    holds("single_tasking");
}

#[test]
fn identities_hold_beside_other_work_and_slow_talks() {
    holds("other_work");
}

#[test]
fn identities_hold_where_sources_close() {
    holds("closing");
}

#[test]
fn identities_hold_where_the_system_removes_tasks() {
    holds("long_talks");
}

#[test]
fn identities_hold_where_everything_stops_at_the_horizon() {
    holds("no_drain");
}

#[test]
fn identities_hold_where_tasks_go_to_a_queue_or_a_worker_directly() {
    holds("direct");
}

#[test]
fn the_checker_bites() {
    let scenario = scenario("two_channels");
    let good = record(&scenario, 1, ALL_ROWS).remove(0);
    assert!(identities(&scenario, &good).sentences.is_empty());

    let mut late = good.clone();
    let accepted = late.rows.tasks.iter_mut().find_map(|row| row.accepted.as_mut());
    let accepted = accepted.expect("somebody is accepted");
    *accepted = *accepted + Span::from_millis(1);
    let mut twice = good.clone();
    let ended =
        twice.rows.events.iter().position(|event| event.event_type == "reservation.timeout");
    let again = twice.rows.events[ended.expect("something times out")].clone();
    twice.rows.events.push(again);
    let mut lost = good.clone();
    lost.rows.reservations.pop();
    let mut idle = good;
    idle.workers.iter_mut().next().expect("a worker").idle_ms += 1;
    for (what, wrong) in [("late", late), ("twice", twice), ("lost", lost), ("idle", idle)] {
        assert!(!identities(&scenario, &wrong).sentences.is_empty(), "{what}");
    }
}
