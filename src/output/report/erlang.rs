//! Erlang's formulas beside the simulation, in words.

use crate::experiment::{Beside, Comparison, Feature, Figure, Line, erlang_beside};
use crate::observation::Scope;
use crate::output::report::numbers::{duration, estimate, number, percent};
use crate::output::report::table::Section;
use crate::output::results::Results;

/// How many of them are shown.
const MOST: usize = 3;

/// One section for each set of tasks that share workers.
pub(super) fn sections(results: &Results<'_>) -> Vec<Section> {
    let all = erlang_beside(results.scenario, &results.rows);
    all.iter().take(MOST).map(|beside| section(results, beside)).collect()
}

fn section(results: &Results<'_>, beside: &Beside) -> Section {
    let about = |scope: &Scope| match scope.name(results.scenario) {
        "" => String::new(),
        name => format!("{name}: "),
    };
    match beside {
        Beside::Near(comparison) => near(comparison, &about(&comparison.scope)),
        Beside::Far(scope, reason) => Section {
            title: "Beside Erlang",
            columns: Vec::new(),
            rows: Vec::new(),
            texts: Vec::new(),
            notes: vec![format!("{}No closed form is near, because {reason}.", about(scope))],
        },
    }
}

fn near(comparison: &Comparison, about: &str) -> Section {
    let model = model(comparison);
    let mut columns = vec!["", "simulated", model, "difference"];
    if comparison.offered.is_some() {
        columns.push("with offers");
    }
    let Comparison { station, patience, .. } = comparison;
    let given = format!(
        "{about}{model} is given {} tasks an hour, {} of talk and wrap-up each, {} at work{}.",
        number(3600.0 * station.rate),
        duration(station.mean_service),
        station.servers,
        patience.map_or(String::new(), |mean| format!(", {} of patience", duration(mean))),
    );
    Section {
        title: "Beside Erlang",
        columns,
        rows: comparison.lines.iter().map(row).collect(),
        texts: Vec::new(),
        notes: [Some(given), Some(unknown(comparison, model)), offers(comparison)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

const fn model(comparison: &Comparison) -> &'static str {
    if comparison.patience.is_some() { "Erlang A" } else { "Erlang C" }
}

fn row(line: &Line) -> Vec<String> {
    let (name, unit): (String, fn(f64) -> String) = match line.figure {
        Figure::ServiceLevel(time) => (format!("Accepted within {}", duration(time)), percent),
        Figure::MeanWait => ("Wait until accepted".into(), duration),
        Figure::Abandonment => ("Abandoned".into(), percent),
        Figure::Occupancy => ("Occupancy".into(), percent),
    };
    let gap = line.simulated.value - line.formula;
    let sign = if gap < 0.0 { "-" } else { "+" };
    let simulated = estimate(Some(line.simulated), unit);
    let size = match line.figure {
        Figure::MeanWait => duration(gap.abs()),
        _ => format!("{:.1} points", 100.0 * gap.abs()),
    };
    let mut row = vec![name, simulated, unit(line.formula), format!("{sign}{size}")];
    row.extend(line.with_offers.map(unit));
    row
}

/// What the formula does not know.
fn unknown(comparison: &Comparison, model: &str) -> String {
    let known: Vec<String> = comparison.features.iter().map(word).collect();
    match known.split_last() {
        None => format!("Nothing in the scenario is beyond {model}: what differs is chance."),
        Some((only, [])) => format!("It does not know of {only}."),
        Some((last, others)) => format!("It does not know of {}, and {last}.", others.join(", ")),
    }
}

fn word(feature: &Feature) -> String {
    match feature {
        Feature::Ringing(seconds) => format!("ringing ({} before an answer)", duration(*seconds)),
        Feature::Misses(share, each) if *each < 0.005 => {
            format!("missed offers ({})", percent(*share))
        }
        Feature::Misses(share, each) => format!(
            "missed offers ({}, each takes a worker out of line for {})",
            percent(*share),
            duration(*each)
        ),
        Feature::Rejections(share) => format!("rejected offers ({})", percent(*share)),
        Feature::Skills => "skills (it lets every worker serve every task)".into(),
        Feature::Priorities => "priorities".into(),
        Feature::NewestFirst => "the newest going first".into(),
        Feature::Varying(busiest) => {
            format!("changing load and staff (at the busiest {busiest:.2} times the mean)")
        }
        Feature::Staff(staff) => format!("a part of a worker ({} there)", number(*staff)),
        Feature::Handling(cv) => {
            format!("handle times that are not exponential (cv {})", number(*cv))
        }
        Feature::Patience => "patience that is not exponential".into(),
        Feature::Busyness => "days that differ".into(),
        Feature::Retries(share) => format!("retries ({} try again)", percent(*share)),
        Feature::Leaving => "balking or silent leaving".into(),
        Feature::EmptyStart => "the empty start (short warm-up or none)".into(),
    }
}

/// What the last column is.
fn offers(comparison: &Comparison) -> Option<String> {
    let offered = comparison.offered?;
    let lost = match offered.lost {
        lost if lost < 0.005 => String::new(),
        lost => format!(" and {} out of line after misses", duration(lost)),
    };
    Some(format!(
        "\"with offers\": the same formula when each task takes {} of ringing{lost} more of a \
         worker's time, and its ringing counts as waiting.",
        duration(offered.ringing),
    ))
}
