//! What is in force beside what is proposed, number by number: for a supervisor.

use crate::experiment::Row;
use crate::observation::Scope;
use crate::output::report::batch;
use crate::output::report::numbers::{NOTHING, estimate, value};
use crate::output::report::table::Section;
use crate::output::tuning::TuningResults;

/// Of everything: the metric and what it is called.
const OVERALL: [(&str, &str); 9] = [
    ("service_level", "Service level"),
    ("intervals_below_target", "Intervals below target"),
    ("abandonment_rate", "Abandoned"),
    ("wait_until_accepted_mean", "Wait until accepted"),
    ("wait_until_accepted_p90", "90 % are accepted within"),
    ("reservation_timeout_rate", "Offers that time out"),
    ("hours_ringing", "Hours ringing"),
    ("hours_lost_after_miss", "Hours lost after misses"),
    ("fte_lost", "Full-time workers lost after misses"),
];
/// Of each queue and channel.
const EACH: [&str; 4] =
    ["service_level", "wait_until_accepted_mean", "abandonment_rate", "reservation_timeout_rate"];

/// The tables; none if both were not simulated.
pub(super) fn sections(results: &TuningResults<'_>) -> Vec<Section> {
    let Some([now, proposed]) = &results.sides else { return Vec::new() };
    let overall = OVERALL.iter().filter_map(|(metric, title)| {
        let of = |rows: &[Row]| find(rows, Scope::All, metric).copied();
        let (now, proposed) = (of(now)?, of(proposed)?);
        let unit = batch::unit(now.metric);
        let side = |row: Row| estimate(row.estimate, unit);
        Some(vec![(*title).to_owned(), side(now), side(proposed)])
    });
    let mut sections = vec![Section {
        title: "Now and proposed",
        columns: vec!["", "now", "proposed"],
        rows: overall.collect(),
        texts: Vec::new(),
        notes: vec![format!(
            "Per replication, from {} replications of each with the same customers; ± is half of \
             a 95 % interval.",
            results.scenario.replications
        )],
    }];
    let kinds = [
        ("By task queue", (|scope| matches!(scope, Scope::TaskQueue(_))) as fn(Scope) -> bool),
        ("By channel", |scope| matches!(scope, Scope::Channel(_))),
    ];
    sections.extend(kinds.map(|(title, is_meant)| each(results, title, (now, proposed), is_meant)));
    sections
}

/// A line for each part that has tasks.
fn each(
    results: &TuningResults<'_>,
    title: &'static str,
    (now, proposed): (&[Row], &[Row]),
    is_meant: fn(Scope) -> bool,
) -> Section {
    let scopes = Scope::all(results.scenario).into_iter().filter(|scope| is_meant(*scope));
    let rows = scopes.filter_map(|scope| {
        find(now, scope, EACH[0])?.estimate?;
        let pairs = EACH.iter().map(|metric| {
            let side = |rows| match find(rows, scope, metric) {
                Some(row) => value(row.estimate, batch::unit(row.metric)),
                None => NOTHING.to_owned(),
            };
            format!("{} → {}", side(now), side(proposed))
        });
        let name = scope.name(results.scenario).to_owned();
        Some(std::iter::once(name).chain(pairs).collect())
    });
    Section {
        title,
        columns: vec!["", "service level", "mean wait", "abandoned", "timeouts"],
        rows: rows.collect(),
        texts: Vec::new(),
        notes: Vec::new(),
    }
}

fn find<'r>(rows: &'r [Row], scope: Scope, metric: &str) -> Option<&'r Row> {
    rows.iter().find(|row| row.scope == scope && row.metric.name == metric)
}
