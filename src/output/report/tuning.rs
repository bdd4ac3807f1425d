//! What a supervisor reads of a study: the decision first, then why.

mod chart;
mod sides;
mod together;
mod words;

pub(in crate::output) use together::together;
pub use together::{tunings_markdown, tunings_text};
pub(in crate::output) use words::sentence;
use words::{headline, labels};

use crate::experiment::tune::Standing;
use crate::output::report::numbers::{count, duration, estimate, hours, number, percent};
use crate::output::report::observed::trust;
use crate::output::report::table::{Section, bold, item};
use crate::output::tuning::{TuningResults, changes, class, front, is_extrapolated, supported};
use crate::stats::Estimate;

/// How many candidates are shown on a terminal at most, those that matter apart.
const SHOWN: usize = 12;

/// What is read of a study.
#[derive(Debug)]
pub struct TuningReport {
    headline: String,
    text: Vec<String>,
    decision: Section,
    chart: Option<String>,
    sections: Vec<Section>,
    assumed: Vec<String>,
}

impl TuningReport {
    /// The report on `results`.
    #[must_use]
    pub fn new(results: &TuningResults<'_>) -> Self {
        let alone = Self::alone(results);
        let sections = sides::sections(results).into_iter().chain(alone.sections).collect();
        Self { sections, ..alone }
    }

    /// The same without what is in force beside what is recommended, metric by metric.
    fn alone(results: &TuningResults<'_>) -> Self {
        let sections = [constraints(results), Some(candidates(results)), sensitivity(results)];
        let sections = sections.into_iter().flatten();
        Self {
            headline: headline(results),
            text: [
                Some(sentence(results)),
                Some(trust(&results.checked)),
                extrapolated(results),
                Some(priced(results)),
                Some(effort(results)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            decision: decision(results),
            chart: chart::chart(results),
            sections: sections.collect(),
            assumed: results.scenario.assumed.clone(),
        }
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut text = format!("{}\n\n", bold(&self.headline, color));
        self.text.iter().for_each(|sentence| text += &item(sentence));
        text += &format!("\n{}", self.decision.text(color));
        if let Some(chart) = &self.chart {
            text += &format!("\n{}\n{chart}", bold(chart::TITLE, color));
        }
        for section in &self.sections {
            text += &format!("\n{}", section.text(color));
        }
        if !self.assumed.is_empty() {
            let title = "Assumed, because the scenario does not say";
            text += &format!("\n{}\n", bold(title, color));
            self.assumed.iter().for_each(|sentence| text += &item(sentence));
        }
        text
    }

    /// For a document.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.headline);
        self.text.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
        text += &format!("\n{}", self.decision.markdown());
        if let Some(chart) = &self.chart {
            text += &format!("\n## {}\n\n```text\n{chart}```\n", chart::TITLE);
        }
        for section in &self.sections {
            text += &format!("\n{}", section.markdown());
        }
        if !self.assumed.is_empty() {
            text += "\n## Assumed, because the scenario does not say\n\n";
            self.assumed.iter().for_each(|sentence| text += &format!("- {sentence}\n"));
        }
        text
    }
}

/// Which candidates nothing was measured about.
fn extrapolated(results: &TuningResults<'_>) -> Option<String> {
    let supported = supported(results)?;
    let all = 0..results.study.grid().candidates.len();
    let beyond = all.filter(|index| is_extrapolated(results, *index)).count();
    if beyond == 0 {
        return None;
    }
    let best = results.best().filter(|best| is_extrapolated(results, *best));
    let best = if best.is_some() { ", the RECOMMENDED one among them" } else { "" };
    Some(format!(
        "What was measured says something about timeouts up to {}: {} of the candidates lie beyond \
         (extrapolated{best}).",
        duration(supported),
        count(beyond as u64),
    ))
}

/// What counts.
fn priced(results: &TuningResults<'_>) -> String {
    let rates = results.study.tune().cost;
    let parts = [
        (rates.waiting_second, "per waiting second"),
        (rates.abandoned, "per abandoned task"),
        (rates.missed, "per missed offer"),
        (rates.unavailable_second, "per second out of line after a miss"),
    ];
    let parts = parts.iter().filter(|(rate, _)| 0.0 < *rate);
    let parts: Vec<String> =
        parts.map(|(rate, what)| format!("{} {what}", number(*rate))).collect();
    let rates = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" + ") };
    format!("Cost: {rates}, per task that comes of itself; retries add cost, not tasks.")
}

/// What it took.
fn effort(results: &TuningResults<'_>) -> String {
    let took = results.cost.wall_seconds;
    let took = if 0.0 < took { format!(" in {}", duration(took)) } else { String::new() };
    let stopped =
        if results.tuned.selection.finished { "" } else { "; the budget ended the selection" };
    let of = results.study.grid().searched.as_ref().map_or(String::new(), |searched| {
        let (seen, all) = (searched.n_visited as u64, searched.n_combinations);
        format!(" picked by a search that saw {} of {} combinations", count(seen), count(all))
    });
    format!(
        "{} candidates{of}, {} replications{took}, seed {}{stopped}.",
        count(results.study.grid().candidates.len() as u64),
        count(results.n_replications()),
        results.scenario.seed,
    )
}

/// What is in force beside what is recommended.
fn decision(results: &TuningResults<'_>) -> Section {
    let present = results.study.grid().present;
    let judged = results.judged();
    let name = if results.best().is_some() { "recommended" } else { "nearest" };
    let labels = labels(results);
    let standings = &results.tuned.standings;
    let row = |name: &str, index: usize| {
        let standing = &standings[index];
        let first = format!("{name} {}", labels[index]);
        [vec![first, estimate(Some(standing.cost), cost)], figures(standing)].concat()
    };
    let mut rows = vec![row("now", present)];
    if judged != present {
        rows.push(row(name, judged));
    }
    let mut notes = Vec::new();
    if judged != present {
        let against = standings[judged].against_present;
        notes.push(format!(
            "{} costs {} per task {} than {}, on the same replications.",
            labels[judged],
            estimate(Some(Estimate { value: against.value.abs(), ..against }), cost),
            if against.value < 0.0 { "less" } else { "more" },
            labels[present],
        ));
    }
    notes.push("± is half of an interval; those of one column hold together.".to_owned());
    Section { title: "Decision", columns: columns("cost per task"), rows, texts: vec![], notes }
}

fn columns(cost: &'static str) -> Vec<&'static str> {
    vec!["", cost, "waiting", "abandoned", "missed", "ringing", "lost after misses", "FTE lost"]
}

fn figures(standing: &Standing) -> Vec<String> {
    vec![
        duration(standing.waiting),
        percent(standing.abandoned),
        percent(standing.missed_rate),
        hours(standing.hours_ringing),
        hours(standing.hours_lost),
        number(standing.fte_lost),
    ]
}

fn cost(cost: f64) -> String {
    number(cost)
}

/// What has to hold, at what is in force and at what is recommended.
fn constraints(results: &TuningResults<'_>) -> Option<Section> {
    let constraints = results.study.constraints();
    let (present, judged) = (results.study.grid().present, results.judged());
    let labels = labels(results);
    let row = |(index, constraint): (usize, &crate::experiment::tune::Constraint)| {
        let value = |candidate: usize| {
            let value = results.tuned.standings[candidate].constraints[index];
            let (bound, at_most) = constraint.bound();
            let verdict = match value.map(|value| value.interval.map(|i| (i.low, i.high))) {
                Some(Some((low, high))) => match (at_most, high <= bound, bound < low) {
                    (true, true, _) => "kept",
                    (true, _, true) => "broken",
                    (false, _, _) if bound <= low => "kept",
                    (false, _, _) if high < bound => "broken",
                    _ => "unclear",
                },
                _ => "unclear",
            };
            format!("{}: {verdict}", estimate(value, |value| format!("{value:.4}")))
        };
        vec![constraint.text().to_owned(), value(present), value(judged)]
    };
    let rows: Vec<_> = constraints.iter().enumerate().map(row).collect();
    let meanings = constraints.iter().map(|constraint| constraint.meaning());
    let meanings: Vec<String> = meanings.filter(|meaning| meaning.starts_with("share")).collect();
    let judged = if results.best().is_some() { "recommended" } else { "nearest" };
    let shown = format!(
        "The second column is {}, the third {}.",
        labels[present],
        labels[results.judged()]
    );
    (!rows.is_empty()).then(|| Section {
        title: "What has to hold",
        columns: vec!["", "now", judged],
        rows,
        texts: vec![1, 2],
        notes: [vec![shown], meanings].concat(),
    })
}

/// A choice of candidates: evenly, and those that matter.
fn candidates(results: &TuningResults<'_>) -> Section {
    let labels = labels(results);
    let standings = &results.tuned.standings;
    let k = standings.len();
    let shown = shown(results);
    let row = |&index: &usize| {
        let standing = &standings[index];
        let class = match class(results, index) {
            "worse" if standing.is_surely_ok => {
                format!("within {}", number(results.study.tune().indifference))
            }
            class => class.to_owned(),
        };
        let is_now = index == results.study.grid().present;
        let label = format!("{}{}", labels[index], if is_now { ", now" } else { "" });
        let first = vec![label, estimate(Some(standing.cost), cost)];
        let mut figures = figures(standing);
        figures.pop();
        [first, figures, vec![front(standing.front).to_owned(), class]].concat()
    };
    let rows: Vec<_> = shown.iter().map(row).collect();
    let mut notes = Vec::new();
    if rows.len() < k {
        notes.push(format!(
            "{} of {} candidates; tune_curve.csv has all.",
            rows.len(),
            count(k as u64)
        ));
    }
    notes.push(
        "front: whether no other one waits less, misses less and loses less time of workers."
            .into(),
    );
    let mut columns = columns("cost");
    columns.truncate(6);
    columns.push("lost");
    columns.extend(["front", "class"]);
    Section { title: "Candidates", columns, rows, texts: vec![7, 8], notes }
}

/// Those to show, in order: evenly over all, the one recommended, what is in force, and the ends of
/// what is equally good.
fn shown(results: &TuningResults<'_>) -> Vec<usize> {
    let standings = &results.tuned.standings;
    let k = standings.len();
    let even = (0..SHOWN.min(k)).map(|at| at * (k - 1) / (SHOWN.min(k) - 1).max(1));
    let first = standings.iter().position(|standing| standing.is_surely_ok);
    let last = standings.iter().rposition(|standing| standing.is_surely_ok);
    let special = [results.judged(), results.study.grid().present];
    let mut shown: Vec<usize> = even.chain(special).chain(first).chain(last).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// Where the recommendation would change.
fn sensitivity(results: &TuningResults<'_>) -> Option<Section> {
    let labels = labels(results);
    let shifts = &results.tuned.shifts;
    let row = |shift: &crate::experiment::tune::Shift| {
        vec![
            shift.what.clone(),
            labels[shift.best].clone(),
            cost(shift.excess),
            changes(shift.holds).to_owned(),
        ]
    };
    let changed = shifts.iter().filter(|shift| changes(shift.holds) == "yes").count();
    let unclear = shifts.iter().filter(|shift| changes(shift.holds) == "unclear").count();
    let is_range = results.study.grid().axis().is_some();
    let tried = if is_range { "over the whole range" } else { "of them" };
    let notes = vec![
        format!(
            "The recommendation changes in {changed} of {} cases, and may in {unclear} more.",
            shifts.len()
        ),
        format!("It changes if one of the candidates tried, about eight {tried}, costs less"),
        "by more than the indifference. What has to hold is not asked again.".to_owned(),
    ];
    (!shifts.is_empty()).then(|| Section {
        title: "If the inputs were different",
        columns: vec!["", "best tried", "recommended costs more", "recommendation changes"],
        rows: shifts.iter().map(row).collect(),
        texts: vec![3],
        notes,
    })
}
