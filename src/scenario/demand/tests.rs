//! Offers against what can be worked out by hand.

#![expect(clippy::float_cmp, reason = "whole numbers of workers")]

use std::path::Path;

use super::{Demand, Offers};
use crate::scenario::Scenario;
use crate::time::{Span, Time};

/// What becomes of the offers of workers with this behavior.
fn offers(behavior: &str) -> Offers {
    let text = format!(
        "schema = 1
        name = 'offers'
        horizon = '1h'
        [workspace]
        task_queues = [{{ friendly_name = 'Q' }}]
        [[workspace.workflows]]
        friendly_name = 'W'
        task_reservation_timeout = 20
        configuration = {{ task_routing = {{ default_filter = {{ queue = 'Q' }} }} }}
        [[workers]]
        group = 'desk'
        count = 10
        behavior = 'desk'
        [behavior.desk]
        {behavior}
        [source.calls]
        arrivals = {{ per_hour = 10 }}
        talk = '4m'"
    );
    let loaded = Scenario::parse("s.toml", &text, Path::new("."), &[]).expect("valid");
    let demand = Demand::of(&loaded.scenario).expect("few kinds");
    demand.classes[0].offers.clone()
}

fn assert_near(got: f64, expected: f64) {
    assert!((got - expected).abs() < 2e-3 * expected.abs().max(0.1), "{got}, not {expected}");
}

#[test]
fn an_exponential_response_is_missed_when_it_takes_too_long() {
    let offers = offers(
        "response = { dist = 'exponential', mean = '10s' }
        miss = 0.1
        reject = { p = 0.05, after = '3s' }
        recovery = '1m'",
    );
    let late = (-2.0_f64).exp();
    let (accepted, missed) = (0.85 * (1.0 - late), 0.1 + 0.85 * late);
    assert_near(offers.accepted(), accepted);
    assert_near(offers.missed(), missed);
    assert_near(offers.rejected, 0.05);
    // E[R; R <= 20] = 10 (1 - e^-2) - 20 e^-2, of 10 s.
    let rung = 0.85 * (10.0 * (1.0 - late) - 20.0 * late) + 0.05 * 3.0 + missed * 20.0;
    assert_near(offers.ringing_per_task(), rung / accepted);
    assert_near(offers.lost_per_task(), missed * 60.0 / accepted);
    assert_near(offers.lost_per_miss(), 60.0);
}

#[test]
fn who_is_away_answers_when_they_are_back_in_time() {
    let offers = offers(
        "response = '0s'
        away = { every = '3m', lasts = { dist = 'exponential', mean = '1m' } }
        recovery = '1m'",
    );
    // Away for a quarter of the time, and for another minute in the mean.
    assert_near(offers.missed(), 0.25 * (-20.0_f64 / 60.0).exp());
    assert_near(offers.accepted() + offers.missed(), 1.0);
}

#[test]
fn what_is_accepted_at_once_takes_no_time() {
    assert!(offers("auto_accept = true").is_instant());
    assert!(!offers("response = '1s'").is_instant());
}

#[test]
fn breaks_steps_and_opening_hours_cut_time() {
    let text = "schema = 1
        name = 'stretches'
        horizon = '4h'
        start = 2026-03-02T08:00:00
        [workspace]
        task_queues = [{ friendly_name = 'Q' }]
        [[workspace.workflows]]
        friendly_name = 'W'
        configuration = { task_routing = { default_filter = { queue = 'Q' } } }
        [[workers]]
        group = 'desk'
        count = 3
        shift = { days = 'mon-fri', start = '08:00', end = '12:00', breaks = [{ at = '10:00', for = '30m' }] }
        [[workers]]
        group = 'part'
        count = 4
        staffing = { per = '2h', from = '08:00', counts = [1, 4] }
        [source.calls]
        arrivals = { per_hour = 20 }
        talk = '3m'";
    let loaded = Scenario::parse("s.toml", text, Path::new("."), &[]).expect("valid");
    let demand = Demand::of(&loaded.scenario).expect("few kinds");
    let crew = demand.crew(&demand.classes);
    let at = |minutes: u64| crew.places(Time::ZERO + Span::from_secs(60 * minutes));
    assert_eq!([0, 119, 120, 149, 150, 239].map(at), [4.0, 4.0, 4.0, 4.0, 7.0, 7.0]);
    let starts: Vec<u64> =
        demand.stretches(Time::ZERO).iter().map(|(from, _)| from.as_millis() / 60_000).collect();
    assert_eq!(starts, [0, 120, 150]);
    let need = demand.need(&demand.classes[0], Time::ZERO);
    assert_near(need.total(), 1.0);
}
