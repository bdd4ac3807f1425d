//! What makes intervals narrower keeps them right: stratified busyness, antithetic pairs, the number
//! of tasks that came as control variate.

use std::num::NonZero;
use std::path::Path;

use taskrouter_sim::experiment::tune::expected_tasks;
use taskrouter_sim::experiment::{
    CONFIDENCE, Experiment, Row, Series, Side, can_be_controlled, estimate_scopes,
};
use taskrouter_sim::observation::{METRICS, Recording, Scope, Traces};
use taskrouter_sim::random::Sampling;
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::stats::Estimate;

/// So many times is each estimate made, with as many seeds, if a trial is cheap.
const TRIALS: u32 = 300;

/// A quarter of an hour on busy and calm days: two workers, a dozen tasks.
fn scenario(seed: u32, more: &str) -> Scenario {
    let text = format!(
        "schema = 1\nname = 'x'\nhorizon = '15m'\nseed = {seed}\n[busyness]\n\
         day = {{ dist = 'gamma', mean = 1, cv = 0.4 }}\n\
         [workspace]\ntask_queues = [{{ friendly_name = 'Billing' }}]\n\
         [[workspace.workflows]]\nfriendly_name = 'Support'\n\
         configuration = {{ task_routing = {{ default_filter = {{ queue = 'Billing' }} }} }}\n\
         [[workers]]\ngroup = 'day'\ncount = 2\n\
         [source.calls]\nbusyness = 'day'\narrivals = {{ per = '5m', counts = [3, 6, 3] }}\n\
         patience = {{ dist = 'exponential', mean = '1m' }}\n\
         talk = {{ dist = 'exponential', mean = '2m' }}\n{more}"
    );
    Scenario::parse("s.toml", &text, Path::new(""), &[])
        .unwrap_or_else(|e| panic!("{e:?}"))
        .scenario
}

fn simulate(scenario: &Scenario, n: u32) -> Vec<Recording> {
    let (threads, traces) = (NonZero::<usize>::MIN, Traces::default());
    Experiment { scenario, replications: 0..n, threads, traces }.run(|_| ())
}

fn row<'r>(rows: &'r [Row], metric: &str) -> &'r Row {
    let is_it = |row: &&Row| row.scope == Scope::All && row.metric.name == metric;
    rows.iter().find(is_it).expect("a metric of everything")
}

fn value(estimate: Option<Estimate>) -> f64 {
    estimate.expect("there is something to measure").value
}

/// How replications are sampled, and whether estimates are controlled.
type Way = (Sampling, bool);

/// How often the interval of `metric` holds the truth, and the variance of its estimates.
fn trials(metric: &str, truth: f64, n: u32, (sampling, control): Way) -> (f64, f64) {
    let n_trials = if n <= 40 { TRIALS } else { TRIALS / 4 };
    let (mut n_held, mut values) = (0.0, Vec::new());
    for seed in 1..=n_trials {
        let mut scenario = scenario(seed, "");
        (scenario.sampling, scenario.control_variate) = (sampling, control);
        let rows = estimate_scopes(&scenario, &simulate(&scenario, n));
        let estimate = row(&rows, metric).estimate.expect("many replications");
        values.push(estimate.value);
        n_held += f64::from(u8::from(estimate.interval.expect("many units").contains(truth)));
    }
    let n = f64::from(n_trials);
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    (n_held / n, squares / (n - 1.0))
}

/// Of the metrics that are asked for: one exactly, the others from many independent replications of
/// a seed that no trial has.
fn truths() -> [(&'static str, f64); 4] {
    let scenario = scenario(1_000_003, "");
    let rows = estimate_scopes(&scenario, &simulate(&scenario, 30_000));
    let of = |metric: &'static str| (metric, value(row(&rows, metric).estimate));
    let created = value(row(&rows, "tasks_created").estimate);
    assert!((created - 12.0).abs() < 0.15, "{created} tasks instead of 12");
    [
        ("tasks_created", expected_tasks(&scenario)),
        of("tasks_abandoned"),
        of("service_level"),
        of("wait_p90"),
    ]
}

#[test]
fn stratified_and_antithetic_intervals_hold_the_truth_and_vary_less() {
    // 20 units of each; 95 % hold, give or take 1.3 of 300 and 2.5 of 75.
    for (metric, truth) in truths() {
        for (sampling, n, times) in
            [(Sampling::Stratified, 400, 1.1), (Sampling::Antithetic, 40, 1.1)]
        {
            let (held, variance) = trials(metric, truth, n, (sampling, false));
            let (_, other) = trials(metric, truth, n, (Sampling::Independent, false));
            let ratio = other / variance;
            assert!((0.88..=1.0).contains(&held), "{metric} {sampling:?}: {held} of the intervals");
            assert!(times < ratio, "{metric} {sampling:?}: {ratio} times less variance");
        }
    }
}

#[test]
fn controlled_intervals_hold_the_truth_and_vary_less() {
    let [created, abandoned, level, _] = truths();
    for (metric, truth) in [abandoned, level] {
        let (held, variance) = trials(metric, truth, 40, (Sampling::Independent, true));
        let (_, other) = trials(metric, truth, 40, (Sampling::Independent, false));
        assert!(0.88 <= held, "{metric}: {held} of the intervals");
        assert!(1.3 < other / variance, "{metric}: {} times less variance", other / variance);
    }
    // What came is known: nothing is left of its variance.
    let (_, variance) = trials(created.0, created.1, 40, (Sampling::Independent, true));
    assert!(variance < 1e-18, "{variance}");
}

#[test]
fn only_what_is_divided_by_what_came_is_controlled() {
    let mut scenario = scenario(1, "");
    scenario.control_variate = true;
    let recordings = simulate(&scenario, 40);
    let rows = estimate_scopes(&scenario, &recordings);
    for (metric, method) in [
        ("tasks_accepted", "mean_controlled"),
        ("abandonment_rate", "ratio_controlled"),
        ("service_level", "ratio_controlled"),
        ("service_level_answered", "ratio"),
        ("wait_until_accepted_mean", "ratio"),
        ("wait_p90", "quantile"),
        ("wait_max", "max"),
    ] {
        assert_eq!(row(&rows, metric).method, method, "{metric}");
    }
    let is_it = |row: &&Row| row.metric.name == "abandonment_rate";
    let methods: Vec<_> = rows.iter().filter(is_it).map(|r| (r.scope.kind(), r.method)).collect();
    let (controlled, plain) = ("ratio_controlled", "ratio");
    assert_eq!(
        methods,
        [
            ("all", controlled),
            ("workflow", controlled),
            // Those that entered a queue are others than those that came.
            ("task_queue", plain),
            ("channel", controlled),
            ("source", controlled),
        ]
    );
    // A difference is the difference of what is shown.
    let mut other = scenario.clone();
    other.service_levels.default.threshold = taskrouter_sim::time::Span::from_secs(60);
    let others = simulate(&other, 40);
    let other_rows = estimate_scopes(&other, &others);
    let side = |scenario, recordings, rows| Side { scenario, recordings, rows };
    for metric in METRICS.iter().filter(|m| ["tasks_in_time", "service_level"].contains(&m.name)) {
        let a = Series::of(&side(&other, &others, &other_rows), (0, Scope::All), metric);
        let b = Series::of(&side(&scenario, &recordings, &rows), (0, Scope::All), metric);
        let difference = a.minus(&b, CONFIDENCE).expect("both are defined");
        let [a, b] = [&other_rows, &rows].map(|rows| row(rows, metric.name).estimate);
        assert!((difference.value - (value(a) - value(b))).abs() < 1e-9, "{}", metric.name);
        let [a, d] = [a, Some(difference)].map(|e| e.and_then(|e| e.interval).expect("40 of them"));
        assert!(d.half_width() < a.half_width(), "{}", metric.name);
    }
}

#[test]
fn a_control_variate_is_refused_where_its_mean_is_not_known() {
    assert_eq!(can_be_controlled(&scenario(1, "")), Ok(()));
    let again = "retry = { p = 0.3, after = '1m', max = 2 }\n";
    assert!(can_be_controlled(&scenario(1, again)).unwrap_err().contains("`calls` come again"));
    let mut counted = scenario(1, "");
    counted.horizon = taskrouter_sim::scenario::Horizon::Tasks(7);
    assert!(can_be_controlled(&counted).unwrap_err().contains("the horizon is 7 tasks"));
}

#[test]
fn what_comes_has_the_mean_that_is_taken_for_it() {
    let more = [
        "open = { from = '00:02', to = '00:11' }\n",
        "balk = 0.3\n",
        "priority = 2\n[source.chats]\nchannel = 'chat'\narrivals = { per_hour = 30 }\n\
         talk = '1m'\nbusyness = 'day'\n",
    ];
    for more in more {
        let mut scenario = scenario(5, more);
        scenario.warm_up = taskrouter_sim::time::Span::from_secs(200);
        let rows = estimate_scopes(&scenario, &simulate(&scenario, 4_000));
        let estimate = row(&rows, "tasks_created").estimate.expect("thousands");
        let off = (estimate.value - expected_tasks(&scenario)).abs();
        let half = estimate.interval.expect("thousands").half_width();
        // Twice a half width is four standard errors.
        assert!(off < 2.0 * half, "{more}: off by {off}, half width {half}");
    }
}

#[test]
#[should_panic(expected = "whole units")]
fn a_part_of_a_block_is_no_unit() {
    let mut scenario = scenario(1, "");
    scenario.sampling = Sampling::Stratified;
    let _ = estimate_scopes(&scenario, &simulate(&scenario, 30));
}
