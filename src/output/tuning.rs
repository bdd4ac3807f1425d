//! Everything that is written of a study: `tune_curve.csv`, `pareto.csv`, `certificate.json`.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::experiment::tune::{Holds, Shift, Standing, Study, Tuned};
use crate::experiment::{Checked, Row};
use crate::output::csv::write;
use crate::output::report::sentence;
use crate::output::results::{Cost, Options};
use crate::output::rows::{CurveRow, Number, ParetoRow};
use crate::scenario::{Scenario, Setting};
use crate::stats::Estimate;
use crate::time::Span;
use crate::tuning::{Feasibility, Front};

/// Everything that is written and shown of a study.
#[derive(Debug)]
pub struct TuningResults<'a> {
    /// What is in force.
    pub scenario: &'a Scenario,
    /// What was asked.
    pub study: &'a Study,
    /// What came of it.
    pub tuned: &'a Tuned,
    /// What was observed beside what is simulated with what is in force; empty if nothing was.
    pub checked: Vec<Checked<'a>>,
    /// What is in force and what is recommended, every metric of both; `None` if that was not
    /// simulated.
    pub sides: Option<[Vec<Row>; 2]>,
    /// What was asked for beside the scenario.
    pub options: Options,
    /// What it took.
    pub cost: Cost,
}

impl TuningResults<'_> {
    /// The candidate recommended; `None` if all break a constraint.
    #[must_use]
    pub const fn best(&self) -> Option<usize> {
        self.tuned.certificate.best
    }

    /// The candidate that the certificate is about: the one recommended, or else the nearest to
    /// what was to hold.
    ///
    /// # Panics
    /// Never: there is an attempt.
    #[must_use]
    pub fn judged(&self) -> usize {
        let last = self.tuned.certificate.attempts.last().expect("there is an attempt");
        self.best().unwrap_or(last.best)
    }

    /// Whether what is in force may stay: it is as good as the one recommended.
    #[must_use]
    pub fn keeps_present(&self) -> bool {
        let present = self.study.grid().present;
        self.best() == Some(present)
            || (self.best().is_some() && self.tuned.standings[present].is_surely_ok)
    }

    /// How many fresh replications of each candidate the certificate stands on.
    ///
    /// # Panics
    /// Never: there is an attempt.
    #[must_use]
    pub fn n_fresh(&self) -> u32 {
        self.tuned.certificate.attempts.last().expect("there is an attempt").n
    }

    /// How many replications were simulated, sensitivity apart.
    #[must_use]
    pub fn n_replications(&self) -> u64 {
        let searched = self.study.grid().searched.as_ref().map_or(0, |searched| searched.spent);
        self.tuned.certificate.spent + searched
    }
}

/// `tune_curve.csv`: one row per candidate.
pub(super) fn curve(results: &TuningResults<'_>, out: impl Write) -> csv::Result<()> {
    let values = values(results);
    write(out, CurveRow::COLUMNS, curve_rows(results, &values))
}

fn curve_rows<'a>(
    results: &'a TuningResults<'a>,
    values: &'a [String],
) -> impl Iterator<Item = CurveRow<'a>> {
    let rows = results.tuned.standings.iter().zip(values).enumerate();
    rows.map(|(index, (standing, value))| curve_row(value, class(results, index), standing))
}

fn curve_row<'a>(value: &'a str, class: &'static str, standing: &Standing) -> CurveRow<'a> {
    let [cost, ci_low, ci_high] = parts(standing.cost);
    let [difference, difference_low, difference_high] = parts(standing.difference);
    CurveRow {
        value,
        cost,
        ci_low,
        ci_high,
        waiting: Number::new(standing.waiting),
        abandoned: Number::new(standing.abandoned),
        missed: Number::new(standing.missed),
        hours_ringing: Number::new(standing.hours_ringing),
        hours_lost_after_miss: Number::new(standing.hours_lost),
        fte_lost: Number::new(standing.fte_lost),
        difference,
        difference_low,
        difference_high,
        replications: standing.replications,
        eliminated_in_round: standing.dropped_in,
        feasible: feasible(standing.feasibility),
        class,
    }
}

/// `pareto.csv`: one row per candidate.
pub(super) fn pareto(results: &TuningResults<'_>, out: impl Write) -> csv::Result<()> {
    let values = values(results);
    let rows = results.tuned.standings.iter().zip(&values);
    let row = |(standing, value)| {
        let standing: &Standing = standing;
        let value: &String = value;
        ParetoRow {
            value,
            waiting: Number::new(standing.waiting),
            missed_rate: Number::new(standing.missed_rate),
            hours_lost_after_miss: Number::new(standing.hours_lost),
            front: front(standing.front),
        }
    };
    write(out, ParetoRow::COLUMNS, rows.map(row))
}

/// `certificate.json`.
pub(super) fn certificate(results: &TuningResults<'_>, mut out: impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &Certificate::new(results))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Everything as one JSON document, for programs.
#[must_use]
pub fn tuning_json(results: &TuningResults<'_>) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        certificate: Certificate<'a>,
        curve: Vec<CurveRow<'a>>,
        sensitivity: Vec<Sensitivity<'a>>,
    }
    let values = values(results);
    let all = All {
        certificate: Certificate::new(results),
        curve: curve_rows(results, &values).collect(),
        sensitivity: results.tuned.shifts.iter().map(|shift| shifted(results, shift)).collect(),
    };
    let text = serde_json::to_string_pretty(&all).expect("a struct has text for keys");
    text + "\n"
}

/// What `certificate.json` holds.
#[derive(Debug, Serialize)]
pub(super) struct Certificate<'a> {
    recommended: Option<Value>,
    present: Value,
    difference: Option<Difference>,
    certified: bool,
    gap_bound: Option<Number>,
    good: Vec<Value>,
    surely_ok: Vec<Value>,
    candidates: usize,
    /// From how many a search picked the candidates; `null` if they are all that there are.
    combinations: Option<u64>,
    decisions: &'a [String],
    cost: CostRow,
    subject_to: Vec<&'a str>,
    indifference: f64,
    confidence: f64,
    replications: u32,
    replications_in_all: u64,
    seed: u64,
    scenario_sha256: &'a str,
    version: &'static str,
    assumed: &'a [String],
    /// Whether what is in force was compared with what was observed.
    observed_checked: bool,
    sentence: String,
}

/// What the recommended value costs more than the present one.
#[derive(Debug, Serialize)]
struct Difference {
    estimate: Option<Number>,
    ci_low: Option<Number>,
    ci_high: Option<Number>,
}

#[derive(Debug, Serialize)]
struct CostRow {
    waiting_second: f64,
    abandoned: f64,
    missed: f64,
    unavailable_second: f64,
}

#[derive(Debug, Serialize)]
struct Sensitivity<'a> {
    what: &'a str,
    best: Value,
    excess: Option<Number>,
    changes: &'static str,
}

impl<'a> Certificate<'a> {
    pub(super) fn new(results: &TuningResults<'a>) -> Self {
        let (study, tuned) = (results.study, results.tuned);
        let grid = study.grid();
        let all = || grid.candidates.iter().zip(&tuned.standings);
        let values = |is_meant: fn(&Standing) -> bool| -> Vec<Value> {
            let meant = all().filter(|(_, standing)| is_meant(standing));
            meant.map(|(settings, _)| json(&grid.paths, settings)).collect()
        };
        let difference = results.best().map(|best| {
            let [estimate, ci_low, ci_high] = parts(tuned.standings[best].against_present);
            Difference { estimate, ci_low, ci_high }
        });
        let of_candidate = |index: usize| json(&grid.paths, &grid.candidates[index]);
        let rates = study.tune().cost;
        Self {
            recommended: results.best().map(of_candidate),
            present: of_candidate(grid.present),
            difference,
            certified: tuned.certificate.certified,
            gap_bound: results.best().and_then(|_| Number::new(tuned.certificate.gap_bound)),
            good: values(|standing| standing.is_good),
            surely_ok: values(|standing| standing.is_surely_ok),
            candidates: grid.candidates.len(),
            combinations: grid.searched.as_ref().map(|searched| searched.n_combinations),
            decisions: &grid.paths,
            cost: CostRow {
                waiting_second: rates.waiting_second,
                abandoned: rates.abandoned,
                missed: rates.missed,
                unavailable_second: rates.unavailable_second,
            },
            subject_to: study.constraints().iter().map(|constraint| constraint.text()).collect(),
            indifference: study.tune().indifference,
            confidence: study.tune().confidence,
            replications: results.n_fresh(),
            replications_in_all: results.n_replications(),
            seed: results.scenario.seed,
            scenario_sha256: &results.scenario.sha256,
            version: env!("CARGO_PKG_VERSION"),
            assumed: &results.scenario.assumed,
            observed_checked: !results.checked.is_empty(),
            sentence: sentence(results),
        }
    }
}

fn shifted<'a>(results: &TuningResults<'a>, shift: &'a Shift) -> Sensitivity<'a> {
    let grid = results.study.grid();
    Sensitivity {
        what: &shift.what,
        best: json(&grid.paths, &grid.candidates[shift.best]),
        excess: Number::new(shift.excess),
        changes: changes(shift.holds),
    }
}

/// Whether the recommendation changes.
pub(super) const fn changes(holds: Holds) -> &'static str {
    match holds {
        Holds::Yes => "no",
        Holds::No => "yes",
        Holds::Unclear => "unclear",
    }
}

pub(super) const fn front(front: Front) -> &'static str {
    match front {
        Front::On => "on",
        Front::Off => "off",
        Front::Undecided => "undecided",
    }
}

const fn feasible(feasibility: Feasibility) -> &'static str {
    match feasibility {
        Feasibility::Shown => "true",
        Feasibility::Refuted => "false",
        Feasibility::Open => "undecided",
    }
}

/// The longest reservation timeout about which all behaviors say something, in seconds.
pub(super) fn supported(results: &TuningResults<'_>) -> Option<f64> {
    let spans = results.scenario.behaviors.iter().filter_map(|behavior| behavior.supported_to);
    spans.min().map(Span::as_secs_f64)
}

/// Whether a candidate has a reservation timeout about which nothing was measured.
pub(super) fn is_extrapolated(results: &TuningResults<'_>, index: usize) -> bool {
    let Some(supported) = supported(results) else { return false };
    let grid = results.study.grid();
    let mut settings = grid.paths.iter().zip(&grid.candidates[index]);
    settings.any(|(path, setting)| {
        path.ends_with("task_reservation_timeout")
            && setting.number().is_some_and(|seconds| supported < seconds)
    })
}

/// `recommended`, `extrapolated`, `good` or `worse`.
pub(super) fn class(results: &TuningResults<'_>, index: usize) -> &'static str {
    match results.best() {
        Some(best) if best == index => "recommended",
        _ if is_extrapolated(results, index) => "extrapolated",
        Some(_) if results.tuned.standings[index].is_good => "good",
        _ => "worse",
    }
}

fn parts(estimate: Estimate) -> [Option<Number>; 3] {
    let interval = estimate.interval;
    [
        Number::new(estimate.value),
        interval.and_then(|interval| Number::new(interval.low)),
        interval.and_then(|interval| Number::new(interval.high)),
    ]
}

/// For each candidate, its values in one cell.
fn values(results: &TuningResults<'_>) -> Vec<String> {
    results.study.grid().candidates.iter().map(|settings| text(settings)).collect()
}

/// The values of a candidate in one cell: numbers bare, durations in seconds.
fn text(settings: &[Setting]) -> String {
    let one = |setting: &Setting| match setting.number() {
        Some(number) => number.to_string(),
        None => setting.to_string(),
    };
    settings.iter().map(one).collect::<Vec<_>>().join(";")
}

/// The value of an only decision; else each value under the path of its decision.
pub(super) fn json(paths: &[String], settings: &[Setting]) -> Value {
    let one = |setting: &Setting| match setting.number() {
        Some(number) => serde_json::to_value(Number::new(number)).expect("a number"),
        None => Value::String(setting.to_string()),
    };
    match settings {
        [setting] => one(setting),
        _ => {
            let entries = paths.iter().zip(settings);
            let entries = entries.map(|(path, setting)| (path.clone(), one(setting)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
