//! The bundled scenario of missed offers, and what its timeouts cost.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use taskrouter_sim::experiment::tune::{Grid, Study};
use taskrouter_sim::scenario::Scenario;

/// The reservation timeout from 5 s to 120 s, second by second, as `trsim tune` has it.
const DECISION: &str = "tune.decisions=[{ path = 'workspace.workflows[\"Support\"].task_reservation_timeout', \
                        from = '5s', to = '120s', step = '1s' }]";
/// What the reference is simulated with; no other table uses this seed.
const SEED: &str = "seed=1000003";
/// So many replications of every timeout tell which may be the best …
const COARSE: u32 = 1_000;
/// … and so many of those by how much they differ from it.
const FINE: u32 = 20_000;
/// So many replications are in memory at once.
const PART: usize = 500;

/// The scenario with some `PATH=VALUE` set.
pub(crate) fn scenario(set: &[String]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/missed_offers.toml");
    Scenario::load(&path, set, false).expect("a bundled scenario").scenario
}

/// What `trsim tune` makes of it, with some `PATH=VALUE` set.
pub(crate) fn study(set: &[String]) -> Study {
    let set = [set, &[DECISION.to_owned()]].concat();
    let tune = scenario(&set).tune.expect("there is a decision");
    let grid = Grid::new(&tune.decisions).expect("there are 116 timeouts");
    let cell = |candidate| scenario(&[set.as_slice(), &grid.overrides(candidate)].concat());
    let scenarios = (0..grid.candidates.len()).map(cell).collect();
    Study::new(tune, grid, scenarios).expect("it can be tuned")
}

/// What a timeout costs more per task than the best.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excess {
    pub(crate) mean: f64,
    pub(crate) error: f64,
    pub(crate) replications: usize,
}

/// Of every timeout, in the order of the grid.
pub(crate) fn reference() -> Vec<(f64, Excess)> {
    let text = fs::read_to_string(path()).expect("the reference is there");
    let number = |word: &str| word.parse::<f64>().expect("a number");
    let row = |line: &str| {
        let words: Vec<&str> = line.split(',').collect();
        let replications = words[3].parse().expect("a number");
        (number(words[0]), Excess { mean: number(words[1]), error: number(words[2]), replications })
    };
    text.lines().skip(1).map(row).collect()
}

/// Simulates every timeout, then those that may be as good as equal to the best again and more.
pub(crate) fn write_reference(threads: NonZero<usize>) {
    let study = study(&[SEED.to_owned()]);
    let axis = study.grid().axis().expect("timeouts are numbers");
    let all: Vec<usize> = (0..axis.len()).collect();
    let coarse = costs(&study, &all, COARSE, threads);
    let coarse = excesses(&coarse);
    let indifference = study.tune().indifference;
    let near: Vec<usize> = all
        .into_iter()
        .filter(|&i| coarse[i].mean - 5.0 * coarse[i].error <= indifference)
        .collect();
    println!("{} of {} timeouts are simulated {FINE} times", near.len(), axis.len());
    let fine = excesses(&costs(&study, &near, FINE, threads));
    let mut rows = coarse;
    near.iter().zip(fine).for_each(|(&candidate, excess)| rows[candidate] = excess);
    let mut text = "timeout_s,excess,standard_error,replications\n".to_owned();
    for (timeout, Excess { mean, error, replications }) in axis.iter().zip(rows) {
        text += &format!("{timeout},{mean:.5},{error:.5},{replications}\n");
    }
    fs::write(path(), text).expect("the reference can be written");
    println!("{} is written", path().display());
}

/// The costs of `candidates`, by candidate and replication.
fn costs(study: &Study, candidates: &[usize], n: u32, threads: NonZero<usize>) -> Vec<Vec<f64>> {
    let mut all = vec![Vec::new(); candidates.len()];
    for start in (0..n).step_by(PART) {
        let part = start..n.min(start + u32::try_from(PART).expect("a small number"));
        let rows = study.costs(threads, candidates, part);
        all.iter_mut().zip(rows).for_each(|(known, row)| known.extend(row));
    }
    all
}

/// Replication by replication against the one with the least mean.
fn excesses(costs: &[Vec<f64>]) -> Vec<Excess> {
    let means: Vec<f64> = costs.iter().map(|row| mean(row)).collect();
    let best = (0..means.len()).min_by(|&a, &b| means[a].total_cmp(&means[b])).expect("some");
    let excess = |row: &Vec<f64>| {
        let differences: Vec<f64> = row.iter().zip(&costs[best]).map(|(a, b)| a - b).collect();
        let error = (variance(&differences) / count(&differences)).sqrt();
        Excess { mean: mean(&differences), error, replications: differences.len() }
    };
    costs.iter().map(excess).collect()
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/statistics/reference.csv")
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

pub(crate) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count(values) - 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "a number of replications")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}
