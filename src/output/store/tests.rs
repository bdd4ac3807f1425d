//! What is kept comes back, and what is not what it should be is found out.

use std::num::NonZero;

use super::*;
use crate::experiment::{Experiment, estimate_scopes};
use crate::observation::{Counters, IntervalCounters, Traces};
use crate::random::Sampling;

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
    let sampling = "independent".to_owned();
    CellPlan { name, scenario_sha256: "ab".repeat(32), seed, sampling, lenient: false }
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
        asked_sampling: None,
        asked_control_variate: false,
        control_variate: false,
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
    let sampled = CellPlan { sampling: "antithetic".to_owned(), ..cell(1) };
    let told = refused(StudyPlan { cells: vec![sampled], ..plan(1) }).unwrap_err();
    assert!(told.contains("sampled differently: independent and antithetic"), "{told}");
    let told = refused(StudyPlan { control_variate: true, ..plan(1) }).unwrap_err();
    assert!(told.contains("one has a control variate"), "{told}");
    let told = refused(StudyPlan { replications: 40, ..plan(1) }).unwrap_err();
    assert!(told.contains("different numbers of replications"), "{told}");
    let folder = tempfile::tempdir().unwrap();
    let told = Store::join(&[folder.path().to_owned()]).unwrap_err().to_string();
    assert!(told.contains("is no store of trsim batch"), "{told}");
}

/// For every bundled scenario the digest of a block, and one of the names of all counters.
fn results_now() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let names = [Counters::NAMES, IntervalCounters::NAMES].concat();
    let mut text = format!("results {RESULTS}\ncounters {}\n", plan::digest(&names));
    for path in paths {
        let loaded = Scenario::load(&path, &[], false).map_err(|failed| failed.problems);
        let mut scenario = loaded.unwrap().scenario;
        for sampling in Sampling::ALL {
            scenario.sampling = sampling;
            let (threads, traces) = (NonZero::<usize>::MIN, Traces::default());
            let plan = Experiment { scenario: &scenario, replications: 1..2, threads, traces };
            let block = block::write(&cell(1), &(1..2), &plan.run(|_| ()));
            let rows = String::from_utf8(block).unwrap();
            let (_, rows) = rows.split_once("\n\n").unwrap();
            let name = path.file_stem().unwrap().to_string_lossy();
            text += &format!("{name} {} {}\n", sampling.name(), plan::digest(&[rows]));
        }
    }
    text
}

#[test]
fn results_are_those_that_their_version_stands_for() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output/store/results.txt");
    let (written, now) = (fs::read_to_string(&path).unwrap_or_default(), results_now());
    let is_new = written.lines().next() != now.lines().next();
    if is_new && std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).unwrap();
        return;
    }
    let help = "raise RESULTS in src/output/store.rs, run this test with UPDATE=1, and tell it in \
                the changelog";
    let differences = written.lines().zip(now.lines()).filter(|(a, b)| a != b);
    let differences: Vec<(&str, &str)> = differences.collect();
    assert!(written == now, "results are other ones: {help}\n{differences:#?}");
}
