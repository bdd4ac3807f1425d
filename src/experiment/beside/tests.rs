//! Where a formula is near, and what explains the rest.

use std::num::NonZero;
use std::path::Path;

use super::{Beside, Comparison, Feature, Figure, erlang_beside};
use crate::experiment::{Experiment, estimate_scopes};
use crate::observation::Traces;
use crate::scenario::Scenario;
use crate::theory::{ErlangC, Station};

fn beside(text: &str) -> Vec<Beside> {
    let loaded = Scenario::parse("s.toml", text, Path::new("."), &[]).expect("valid");
    let scenario = &loaded.scenario;
    let threads = NonZero::new(2).expect("not zero");
    let plan = Experiment { scenario, replications: 0..10, threads, traces: Traces::default() };
    erlang_beside(scenario, &estimate_scopes(scenario, &plan.run(|_| ())))
}

/// One queue, fourteen workers, 200 calls of three minutes an hour; `more` at the end.
fn station(behavior: &str, more: &str) -> String {
    format!(
        "schema = 1
        name = 'station'
        horizon = '40h'
        warm_up = '2h'
        [workspace]
        task_queues = [{{ friendly_name = 'Q' }}]
        [[workspace.workflows]]
        friendly_name = 'W'
        task_reservation_timeout = 20
        configuration = {{ task_routing = {{ default_filter = {{ queue = 'Q' }} }} }}
        [[workers]]
        group = 'desk'
        count = 14
        behavior = 'desk'
        [behavior.desk]
        {behavior}
        [source.calls]
        arrivals = {{ per_hour = 200 }}
        talk = {{ dist = 'exponential', mean = '3m' }}
        {more}"
    )
}

fn near(text: &str) -> Comparison {
    match beside(text).as_slice() {
        [Beside::Near(comparison)] => (**comparison).clone(),
        other => panic!("{other:?}"),
    }
}

fn far(text: &str) -> String {
    match beside(text).as_slice() {
        [Beside::Far(_, reason)] => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_textbook_is_met_and_nothing_is_left_to_explain() {
    let found = near(&station("response = '0s'", ""));
    let exact = Station { rate: 200.0 / 3600.0, mean_service: 180.0, servers: 14 };
    let exact = ErlangC::new(exact).expect("stable");
    let expected = [
        (Figure::ServiceLevel(20.0), exact.service_level(20.0)),
        (Figure::MeanWait, exact.mean_wait),
        (Figure::Occupancy, exact.occupancy),
    ];
    assert_eq!(found.lines.len(), expected.len());
    for (line, (figure, value)) in found.lines.iter().zip(expected) {
        assert_eq!(line.figure, figure);
        assert!((line.formula - value).abs() < 1e-9, "{line:?}");
        let interval = line.simulated.interval.expect("several replications");
        assert!(interval.low <= value && value <= interval.high, "{line:?}");
    }
    assert_eq!((found.features, found.offered), (Vec::new(), None));
}

#[test]
fn ringing_and_misses_are_named_and_explain_the_gap() {
    let behavior = "response = '5s'\nmiss = 0.1\nrecovery = { dist = 'exponential', mean = '1m' }";
    let patience = "patience = { dist = 'exponential', mean = '4m' }";
    let found = near(&station(behavior, patience));
    let [Feature::Ringing(ringing), Feature::Misses(missed, each)] = found.features[..] else {
        panic!("{:?}", found.features);
    };
    assert!((ringing - 5.0).abs() < 0.01 && (each - 60.0).abs() < 0.1, "{ringing} {each}");
    assert!((missed - 0.1).abs() < 0.01, "{missed}");
    let offered = found.offered.expect("ringing takes time");
    // 1/0.9 offers a task: 5 s of the last one, 20 s of each that was missed.
    assert!((offered.ringing - 65.0 / 9.0).abs() < 0.1, "{offered:?}");
    assert!((offered.lost - 60.0 / 9.0).abs() < 0.01, "{offered:?}");
    for line in &found.lines {
        let gap = (line.simulated.value - line.formula).abs();
        let rest = (line.simulated.value - line.with_offers.expect("offers ring")).abs();
        assert!(rest < 0.35 * gap, "{line:?}");
    }
}

#[test]
fn nothing_near_is_claimed_where_nothing_is() {
    let crowd = station("response = '0s'", "").replace("per_hour = 200", "per_hour = 300");
    assert_eq!(far(&crowd), "15.0 erlangs are too much for 14 workers: the queue has no end");
    let peak = "per = '6h', from = '00:00', counts = [1000, 1000, 2500, 1500]";
    let peak = station("response = '0s'", "").replace("per_hour = 200", peak);
    assert!(far(&peak).starts_with("load and staff change (at the busiest 1.70"), "{}", far(&peak));
}

#[test]
fn what_the_formula_does_not_know_is_named() {
    let more = "patience = '4m'\nretry = { p = 0.3, after = '5m', max = 1 }\nwrap_up = '1m'";
    let text = station("response = '0s'", more).replace("warm_up = '2h'", "");
    let features = near(&text).features;
    assert!(features.contains(&Feature::Patience), "{features:?}");
    assert!(features.contains(&Feature::EmptyStart), "{features:?}");
    assert!(
        features.iter().any(|f| matches!(f, Feature::Handling(cv) if (cv - 0.75).abs() < 0.01))
    );
    assert!(features.iter().any(|f| matches!(f, Feature::Retries(p) if (p - 0.3).abs() < 1e-9)));
}
