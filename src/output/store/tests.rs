//! What is kept comes back, and what is not what it should be is found out.

use std::num::NonZero;

use super::*;
use crate::experiment::{Experiment, estimate_scopes};
use crate::observation::Traces;

const SCENARIO: &str = r#"
    schema = 1
    name = "x"
    horizon = "2h"
    interval = "30m"
    [workspace]
    task_queues = [{ friendly_name = "Billing" }]
    [[workspace.workflows]]
    friendly_name = "Support"
    configuration = { task_routing = { default_filter = { queue = "Billing" } } }
    [[workers]]
    group = "day"
    count = 3
    [source.calls]
    arrivals = { per_hour = 60 }
    patience = { dist = "exponential", mean = "2m" }
    talk = { dist = "exponential", mean = "3m" }
"#;

fn scenario() -> Scenario {
    Scenario::parse("s.toml", SCENARIO, Path::new(""), &[]).unwrap().scenario
}

fn cell(seed: u64) -> CellPlan {
    let name = "base".to_owned();
    CellPlan { name, scenario_sha256: "ab".repeat(32), seed, lenient: false }
}

fn plan(seed: u64) -> StudyPlan {
    StudyPlan {
        version: StudyPlan::version(),
        study: "study".to_owned(),
        seed,
        baseline: "base".to_owned(),
        replications: 4,
        stops_at: None,
        cells: vec![cell(seed)],
        files: Vec::new(),
        asked_seed: None,
        asked_replications: None,
        set: Vec::new(),
        lenient: false,
    }
}

fn simulate(scenario: &Scenario) -> Vec<Recording> {
    let (threads, traces) = (NonZero::<usize>::MIN, Traces::default());
    Experiment { scenario, replications: 0..4, threads, traces }.run(|_| ())
}

#[test]
fn a_block_that_was_kept_says_the_same() {
    let (folder, scenario) = (tempfile::tempdir().unwrap(), scenario());
    let store = Store::open(folder.path(), plan(1)).unwrap();
    let recordings = simulate(&scenario);
    let missing = store.find(&cell(1), &scenario, &(0..4)).unwrap();
    assert!(matches!(missing, Found::Missing));
    store.keep(&cell(1), &(0..4), &recordings).unwrap();
    let Found::Whole(found) = store.find(&cell(1), &scenario, &(0..4)).unwrap() else { panic!() };
    let estimates =
        |recordings: &[Recording]| format!("{:?}", estimate_scopes(&scenario, recordings));
    assert_eq!(estimates(&found), estimates(&recordings));
    assert_eq!(
        block::write(&cell(1), &(0..4), &found),
        block::write(&cell(1), &(0..4), &recordings)
    );
}

#[test]
fn a_block_that_was_changed_or_cut_is_damaged() {
    let (folder, scenario) = (tempfile::tempdir().unwrap(), scenario());
    let store = Store::open(folder.path(), plan(1)).unwrap();
    store.keep(&cell(1), &(0..4), &simulate(&scenario)).unwrap();
    let path = store.folders[0].join(block_name(&cell(1), &(0..4)));
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let found = store.find(&cell(1), &scenario, &(0..4)).unwrap();
        assert!(matches!(found, Found::Damaged(_)), "byte {at}");
        fs::write(&path, &whole[..at]).unwrap();
        let found = store.find(&cell(1), &scenario, &(0..4)).unwrap();
        assert!(matches!(found, Found::Damaged(_)), "cut at {at}");
    }
}

#[test]
fn stores_of_different_versions_seeds_or_scenarios_are_not_joined() {
    let refused = |other: StudyPlan| {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Store::open(a.path(), plan(1)).unwrap();
        Store::open(b.path(), other).unwrap();
        let roots = [a.path().to_owned(), b.path().to_owned()];
        Store::join(&roots).map(drop).map_err(|error| error.to_string())
    };
    assert!(refused(plan(1)).is_ok());
    let told = refused(plan(2)).unwrap_err();
    assert!(told.contains("different seeds: 1 and 2"), "{told}");
    let told = refused(StudyPlan { version: "0.0.1".to_owned(), ..plan(1) }).unwrap_err();
    assert!(told.contains("different versions"), "{told}");
    let changed = CellPlan { scenario_sha256: "cd".repeat(32), ..cell(1) };
    let told = refused(StudyPlan { cells: vec![changed], ..plan(1) }).unwrap_err();
    assert!(told.contains("different scenarios for `base`"), "{told}");
    let told = refused(StudyPlan { replications: 40, ..plan(1) }).unwrap_err();
    assert!(told.contains("different numbers of replications"), "{told}");
    let folder = tempfile::tempdir().unwrap();
    let told = Store::join(&[folder.path().to_owned()]).unwrap_err().to_string();
    assert!(told.contains("is no store of trsim batch"), "{told}");
}
