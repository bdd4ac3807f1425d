//! `[observed]`: a right model agrees with a week that it did not see, a wrong one does not.

use std::fmt::Write;
use std::num::NonZero;
use std::path::Path;

use taskrouter_sim::experiment::{
    Agreement, Checked, Experiment, Row, check_observed, estimate_scopes, observations,
};
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;

/// A week of a center: two queues that share some workers, misses, people who give up.
const WEEK: &str = r#"
schema = 1
name = "week"
horizon = "5d"
[workspace]
task_queues = [
  { friendly_name = "Billing", target_workers = "skills HAS 'billing'" },
  { friendly_name = "Sales", target_workers = "skills HAS 'sales'" },
]
[[workspace.workflows]]
friendly_name = "Support"
task_reservation_timeout = 15
[workspace.workflows.configuration.task_routing]
filters = [
  { expression = "type == 'billing'", targets = [{ queue = "Billing" }] },
  { expression = "type == 'sales'", targets = [{ queue = "Sales" }] },
]
[[workers]]
group = "both"
count = 4
attributes = { skills = ["billing", "sales"] }
behavior = "desk"
shift = { start = "08:00", end = "16:30" }
[[workers]]
group = "billing"
count = 5
attributes = { skills = ["billing"] }
behavior = "desk"
shift = { start = "08:00", end = "16:30" }
[behavior.desk]
response = { dist = "lognormal", median = "5s", sigma = 0.7 }
miss = 0.1
recovery = { dist = "exponential", mean = "45s" }
[source.billing]
workflow = "Support"
channel = "voice"
attributes = { type = "billing" }
arrivals = { per = "1h", from = "08:00", counts = [40, 60, 70, 70, 50, 60, 60, 40] }
patience = { dist = "exponential", mean = "4m" }
talk = { dist = "lognormal", mean = "4m", cv = 0.9 }
wrap_up = { dist = "exponential", mean = "30s" }
[source.sales]
workflow = "Support"
channel = "voice"
attributes = { type = "sales" }
arrivals = { per = "1h", from = "08:00", counts = [20, 30, 30, 30, 20, 30, 30, 20] }
patience = { dist = "exponential", mean = "6m" }
talk = { dist = "lognormal", mean = "3m", cv = 0.9 }
wrap_up = { dist = "exponential", mean = "30s" }
"#;

fn scenario(text: &str, seed: u64) -> Scenario {
    let seed = format!("seed={seed}");
    let loaded = Scenario::parse("week.toml", text, Path::new(""), &[seed]);
    loaded.unwrap_or_else(|failed| panic!("{:?}", failed.problems)).scenario
}

fn simulate(scenario: &Scenario, replications: u32) -> Vec<Row> {
    let threads = NonZero::new(2).expect("not zero");
    let plan =
        Experiment { scenario, replications: 0..replications, threads, traces: Traces::default() };
    estimate_scopes(scenario, &plan.run(|_| ()))
}

/// Everything that one simulated week says, as a scenario's `[observed]`.
fn observed(seed: u64) -> String {
    let week = scenario(WEEK, seed);
    let mut text = "[observed]\nperiods = 1\n".to_owned();
    for row in simulate(&week, 1) {
        let Some(estimate) = row.estimate else { continue };
        let (metric, kind, name) = (row.metric.name, row.scope.kind(), row.scope.name(&week));
        let part = if name.is_empty() { kind.to_owned() } else { format!("{kind}:{name}") };
        let value = match row.metric.unit {
            "s" => format!("\"{:.3}s\"", estimate.value),
            _ => format!("{:?}", estimate.value),
        };
        writeln!(text, "\"{metric}[{part}]\" = {value}").expect("a string takes all");
    }
    text
}

/// What a model says to a week of its own or of another one.
fn check(model: &str, week: u64, replications: u32, use_checked: &mut dyn FnMut(&Checked<'_>)) {
    let text = format!("{model}\n{}", observed(week));
    let model = scenario(&text, 1_000_000 + week);
    assert!(observations(&model).is_ok());
    let rows = simulate(&model, replications);
    check_observed(&model, &rows, replications).iter().for_each(use_checked);
}

/// How many deviations lie within 1, 2, 3 and beyond 3, and which those are.
#[derive(Debug, Default)]
struct Spread {
    within: [u32; 4],
    beyond: Vec<String>,
}

impl Spread {
    fn add(&mut self, week: u64, checked: &Checked<'_>) {
        let Some(deviation) = checked.deviation else { return };
        // What cannot vary says nothing about how much things vary.
        if checked
            .estimate
            .and_then(|estimate| estimate.interval)
            .is_none_or(|i| i.half_width() <= 0.0)
        {
            assert_eq!(checked.agreement, Agreement::Agrees);
            return;
        }
        let size = deviation.abs();
        let at = [1.0, 2.0, 3.0].iter().position(|limit| size <= *limit).unwrap_or(3);
        self.within[at] += 1;
        if at == 3 {
            let subject = &checked.observation.fact.subject;
            self.beyond.push(format!("week {week}: {subject} {deviation:+.1}"));
        }
    }

    /// The share beyond three standard errors.
    fn share_beyond(&self) -> f64 {
        f64::from(self.within[3]) / f64::from(self.within.iter().sum::<u32>())
    }
}

fn spread(weeks: std::ops::Range<u64>, replications: u32) -> Spread {
    let mut spread = Spread::default();
    for week in weeks {
        check(WEEK, week, replications, &mut |checked| spread.add(week, checked));
    }
    spread
}

/// The metrics that differ, and how many agree, when misses are thought to be half as many.
fn flagged(weeks: std::ops::Range<u64>, replications: u32) -> Vec<(u64, Vec<String>)> {
    let wrong = WEEK.replace("miss = 0.1", "miss = 0.05");
    let of = |week| {
        let mut found = Vec::new();
        check(&wrong, week, replications, &mut |checked| {
            if checked.agreement == Agreement::Differs {
                found.push(checked.observation.fact.subject.to_string());
            }
        });
        (week, found)
    };
    weeks.map(of).collect()
}

/// What has to differ, and what cannot, when misses are half as many.
fn assert_right_ones_are_flagged(flagged: &[(u64, Vec<String>)]) {
    for (week, found) in flagged {
        for metric in ["reservation_timeout_rate", "no_answer_rate", "missed_rate"] {
            let name = format!("{metric}[all]");
            assert!(found.contains(&name), "week {week}: {metric} is not among {found:?}");
        }
        for metric in ["tasks_created[all]", "talk_mean[all]", "wrap_up_mean[all]", "aht[all]"] {
            assert!(!found.iter().any(|name| name == metric), "week {week}: {metric} in {found:?}");
        }
    }
}

#[test]
fn a_right_model_agrees_with_weeks_that_it_did_not_see() {
    let spread = spread(1..5, 20);
    assert!(spread.share_beyond() < 0.02, "{spread:#?}");
}

#[test]
fn a_model_with_half_the_misses_differs_where_misses_show() {
    assert_right_ones_are_flagged(&flagged(1..3, 20));
}

#[test]
#[expect(clippy::print_stdout, reason = "what is seen by hand")]
#[ignore = "minutes: twenty weeks, and what they say"]
fn twenty_weeks_agree_as_chance_has_it_and_the_wrong_model_is_found() {
    let spread = spread(1..21, 100);
    let all: u32 = spread.within.iter().sum();
    for (part, expected) in spread.within.iter().zip([0.683, 0.272, 0.043, 0.0027]) {
        println!("{part} ({:.4}; normal {expected})", f64::from(*part) / f64::from(all));
    }
    println!("{:#?}", spread.beyond);
    assert!(spread.share_beyond() < 0.01, "{spread:#?}");
    let flagged = flagged(1..21, 100);
    flagged.iter().for_each(|(week, found)| println!("week {week}: {found:?}"));
    assert_right_ones_are_flagged(&flagged);
}
