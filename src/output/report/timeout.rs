//! The table of `trsim timeout`.

use crate::output::report::numbers::{duration, number, percent};
use crate::output::report::table::Section;

/// What the light-traffic law says.
#[derive(Clone, Debug)]
pub struct LightTraffic {
    /// The time to answer, in words.
    pub answer: String,
    /// The share of workers who are not at the desk.
    pub away: f64,
    /// What a miss costs, in seconds of waiting.
    pub miss_cost: f64,
    /// The best timeout.
    pub best: TimeoutRow,
    /// The same in whole seconds.
    pub whole: TimeoutRow,
    /// Others.
    pub others: Vec<TimeoutRow>,
    /// Costs that differ by no more are as good as equal.
    pub slack: f64,
    /// From where to where that holds, around the best.
    pub equally_good: (f64, f64),
    /// Whether waiting on always pays, as far as was looked.
    pub is_open: bool,
}

/// A timeout; times in seconds.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutRow {
    /// How long an offer rings at most.
    pub timeout: f64,
    /// The mean wait until answered, and the cost of misses before.
    pub cost: f64,
    /// The share of offers missed.
    pub missed: f64,
    /// The rate at which an offer that has rung so long is answered, per second.
    pub hazard: f64,
}

/// For a terminal.
#[must_use]
pub fn light_traffic_table(law: &LightTraffic) -> String {
    let best = law.best;
    let text = if law.is_open {
        format!(
            "Light traffic: the longer the better; a timeout of {} costs {} s per task.\n",
            duration(best.timeout),
            number(best.cost)
        )
    } else {
        format!(
            "Light traffic: best timeout {} s ({} s to be exact); it costs {} s per task; {}–{} s \
             cost at most {} s more.\n",
            law.whole.timeout,
            number(best.timeout),
            number(law.whole.cost),
            number(law.equally_good.0),
            number(law.equally_good.1),
            law.slack,
        )
    };
    text + &format!("\n{}", section(law).text(false))
}

fn section(law: &LightTraffic) -> Section {
    let named = |name: String, row: &TimeoutRow| {
        let TimeoutRow { cost, missed, hazard, .. } = *row;
        let cost = if cost.is_finite() { number(cost) } else { "endless".into() };
        vec![name, cost, percent(missed), format!("{hazard:.4}")]
    };
    let others = law.others.iter().map(|row| named(format!("{} s", row.timeout), row));
    let rows = std::iter::once(named(format!("{} s, best", law.whole.timeout), &law.whole));
    let threshold = 1.0 / (law.best.cost + law.miss_cost);
    Section {
        title: "Seconds of waiting, and of misses, per task",
        columns: vec!["timeout", "cost", "missed", "answered per second"],
        rows: rows.chain(others).collect(),
        texts: vec![],
        notes: vec![
            format!(
                "Answer: {}; {} of offers reach an empty desk; a miss costs {} s.",
                law.answer,
                percent(law.away),
                number(law.miss_cost)
            ),
            format!("Ring on while an offer is answered at more than {threshold:.4} per second."),
            "This is the law of light traffic: another worker is always free, and a miss takes \
             nobody away."
                .to_owned(),
            "In a busy center longer timeouts are better: ask `trsim tune`.".to_owned(),
        ],
    }
}
