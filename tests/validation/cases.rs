//! The published cases: what to simulate for each, and where its metrics are read.

use super::runs::sums::{Sums, number, over, seconds};

/// How the tolerance of a metric follows.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// From its own sigma.
    Own,
    /// Relatively as that of another metric: Little's law, or a fixed factor.
    Like(&'static str),
    /// From metrics it is a weighted sum of.
    Sum(&'static [(&'static str, f64)]),
    /// Half a percent.
    HalfPercent,
}

/// One metric of a case.
pub struct Metric {
    /// As `cases.json` names it.
    pub name: &'static str,
    /// How far off it may be.
    pub rule: Rule,
    /// What was simulated.
    pub read: fn(&Sums<'_>) -> f64,
}

/// One run of a case: a scenario, and the metrics that it is for.
pub struct Part {
    /// As `cases.json` names it.
    pub case: &'static str,
    /// What is set in the scenario of that name.
    pub set: &'static [&'static str],
    /// Tasks per second; 0 where replications are days.
    pub rate: f64,
    /// What is judged.
    pub metrics: Vec<Metric>,
}

const fn own(name: &'static str, read: fn(&Sums<'_>) -> f64) -> Metric {
    Metric { name, rule: Rule::Own, read }
}

const fn by(rule: Rule, name: &'static str, read: fn(&Sums<'_>) -> f64) -> Metric {
    Metric { name, rule, read }
}

fn p_wait(sums: &Sums<'_>, kind: &str, name: &str) -> f64 {
    let c = sums.of(kind, name);
    over(c.tasks_waited, c.tasks_accepted + c.tasks_abandoned)
}

fn wait(sums: &Sums<'_>, kind: &str, name: &str) -> f64 {
    let c = sums.of(kind, name);
    seconds(c.wait_ms, c.tasks_accepted + c.tasks_abandoned)
}

fn sl(sums: &Sums<'_>) -> f64 {
    over(sums.all().tasks_in_time, sums.all().tasks_created)
}

fn occupancy(sums: &Sums<'_>, kind: &str, name: &str) -> f64 {
    let c = sums.of(kind, name);
    over(c.busy_ms(), c.busy_or_available_ms())
}

fn queue(sums: &Sums<'_>) -> f64 {
    over(sums.all().queue_length_ms, sums.all().window_ms)
}

fn workers(of: u64, sums: &Sums<'_>) -> f64 {
    over(of, sums.all().window_ms)
}

fn wait_all(sums: &Sums<'_>) -> f64 {
    wait(sums, "all", "")
}

fn p_wait_all(sums: &Sums<'_>) -> f64 {
    p_wait(sums, "all", "")
}

fn occupancy_all(sums: &Sums<'_>) -> f64 {
    occupancy(sums, "all", "")
}

use Rule::{HalfPercent, Like, Sum};

/// All parts of all cases but the replay of a trace.
pub fn parts() -> Vec<Part> {
    vec![
        Part { case: "O01", set: &[], rate: 1.0 / 18.0, metrics: o01() },
        Part { case: "O02", set: &[], rate: 0.0025, metrics: o02() },
        Part { case: "O03", set: &[], rate: 0.8, metrics: o03() },
        Part { case: "O05", set: &[], rate: 1.0 / 30.0, metrics: o05() },
        Part {
            case: "O06",
            set: &[],
            rate: 1.0 / 75.0,
            metrics: vec![
                own("mean_wait_det_s", wait_all),
                own("p_wait", p_wait_all),
                by(Like("mean_wait_det_s"), "mean_queue_det", queue),
            ],
        },
        Part {
            case: "O06",
            set: &["source.calls.talk={dist=\"lognormal\",mean=\"60s\",cv=1.5}"],
            rate: 1.0 / 75.0,
            metrics: vec![
                own("mean_wait_lognormal_s", wait_all),
                own("p_wait", p_wait_all),
                by(Like("mean_wait_lognormal_s"), "mean_queue_lognormal", queue),
            ],
        },
        Part { case: "O07", set: &[], rate: 0.0, metrics: o07() },
        Part {
            case: "O07",
            set: &["workers[\"g\"].count=12", "workers[\"g\"].channels={default=1}"],
            rate: 0.0,
            metrics: o07(),
        },
        Part { case: "O08", set: &[], rate: 0.028, metrics: o08() },
        Part { case: "O09", set: &[], rate: 0.02, metrics: o09() },
        Part { case: "O10", set: &[], rate: 0.015, metrics: o10() },
        Part { case: "O11", set: &[], rate: 1.0 / 300.0, metrics: o11() },
        Part { case: "O12", set: &[], rate: 0.0, metrics: o12() },
    ]
}

fn o01() -> Vec<Metric> {
    vec![
        own("p_wait", p_wait_all),
        own("mean_wait_s", wait_all),
        own("sl_20s", sl),
        by(HalfPercent, "occupancy", occupancy_all),
        by(Like("mean_wait_s"), "mean_queue", queue),
        by(Like("mean_wait_s"), "mean_wait_of_waiting_s", |s| wait_all(s) / p_wait_all(s)),
    ]
}

fn o02() -> Vec<Metric> {
    vec![
        own("mean_wait_s", wait_all),
        own("p_wait", p_wait_all),
        own("sl_600s", sl),
        by(Like("mean_wait_s"), "mean_queue", queue),
        by(Sum(&[("mean_wait_s", 1.0)]), "mean_time_in_system_s", |s| {
            wait_all(s) + seconds(s.all().talk_ms, s.all().talks)
        }),
    ]
}

fn o03() -> Vec<Metric> {
    vec![
        own("p_abandon", |s| over(s.all().tasks_abandoned, s.all().tasks_created)),
        own("mean_wait_all_s", wait_all),
        own("p_wait", p_wait_all),
        own("sl_20s_of_arrivals", sl),
        own("mean_wait_served_s", |s| {
            seconds(s.all().wait_until_accepted_ms, s.all().tasks_accepted)
        }),
        by(Like("mean_wait_all_s"), "mean_wait_abandoned_s", |s| {
            seconds(s.all().wait_until_canceled_ms, s.all().tasks_canceled)
        }),
        by(HalfPercent, "occupancy", occupancy_all),
        by(Like("mean_wait_all_s"), "mean_queue", queue),
        // Who waits longer is neither served within it nor gone by then.
        by(Sum(&[("sl_20s_of_arrivals", 1.0)]), "p_wait_gt_20s", |s| {
            over(s.all().tasks_over_threshold, s.all().tasks_created)
        }),
    ]
}

fn o05() -> Vec<Metric> {
    let parts: &[_] = &[("mean_wait_high_s", 0.25), ("mean_wait_low_s", 0.75)];
    vec![
        own("mean_wait_high_s", |s| wait(s, "source", "high")),
        own("mean_wait_low_s", |s| wait(s, "source", "low")),
        by(Sum(parts), "mean_wait_all_s", wait_all),
        by(HalfPercent, "p_wait", p_wait_all),
    ]
}

fn o07() -> Vec<Metric> {
    vec![
        own("served_within_20s_per_day", |s| number(s.all().tasks_in_time) / s.n()),
        own("sl_20s", sl),
        own("mean_wait_s", wait_all),
        by(HalfPercent, "occupancy_0_to_8h", |s| {
            over(s.all().units_held_ms, s.all().units_available_ms)
        }),
    ]
}

fn o08() -> Vec<Metric> {
    vec![
        own("mean_wait_A_s", |s| wait(s, "source", "a")),
        own("mean_wait_B_s", |s| wait(s, "source", "b")),
        own("p_wait_A", |s| p_wait(s, "source", "a")),
        own("p_wait_B", |s| p_wait(s, "source", "b")),
        own("occupancy_P1", |s| occupancy(s, "worker_group", "p1")),
        own("occupancy_P2", |s| occupancy(s, "worker_group", "p2")),
    ]
}

fn o09() -> Vec<Metric> {
    vec![
        own("mean_wait_class0_s", |s| wait(s, "source", "c0")),
        own("mean_wait_class1_s", |s| wait(s, "source", "c1")),
        own("mean_wait_class2_s", |s| wait(s, "source", "c2")),
        own("p_wait_class0", |s| p_wait(s, "source", "c0")),
        own("p_wait_class1", |s| p_wait(s, "source", "c1")),
        own("p_wait_class2", |s| p_wait(s, "source", "c2")),
        own("occupancy_worker0", |s| occupancy(s, "worker_group", "w0")),
        own("occupancy_worker1", |s| occupancy(s, "worker_group", "w1")),
        own("occupancy_worker2", |s| occupancy(s, "worker_group", "w2")),
    ]
}

/// What two models of missed reservations have in common.
fn reservations() -> Vec<Metric> {
    vec![
        own("mean_wait_to_accept_s", wait_all),
        own("offers_per_task", |s| over(s.all().reservations_created, s.all().tasks_created)),
        own("p_reservation_timeout", |s| {
            over(s.all().reservations_timed_out, s.all().reservations_created)
        }),
        by(HalfPercent, "workers_talking", |s| workers(s.all().talking_ms, s)),
        by(HalfPercent, "workers_ringing", |s| workers(s.all().ringing_ms, s)),
        by(HalfPercent, "workers_offline", |s| workers(s.all().recovering_ms, s)),
    ]
}

fn o10() -> Vec<Metric> {
    let more = vec![
        by(Sum(&[("mean_wait_to_accept_s", 1.0)]), "mean_time_not_reserved_s", |s| {
            seconds(s.all().wait_unoffered_ms, s.all().tasks_accepted)
        }),
        by(HalfPercent, "p_immediate_offer", |s| {
            over(s.all().tasks_offered_at_once, s.all().tasks_created)
        }),
        by(Sum(&[("offers_per_task", 1.0)]), "timeouts_per_task", |s| {
            over(s.all().reservations_timed_out, s.all().tasks_created)
        }),
    ];
    reservations().into_iter().chain(more).collect()
}

fn o11() -> Vec<Metric> {
    let more = vec![
        own("mean_wait_to_first_offer_s", |s| {
            seconds(s.all().wait_until_first_offer_ms, s.all().tasks_offered)
        }),
        by(HalfPercent, "mean_ring_of_accepted_s", |s| {
            seconds(s.all().wait_in_final_offer_ms, s.all().tasks_accepted)
        }),
    ];
    reservations().into_iter().chain(more).collect()
}

fn good(sums: &Sums<'_>, source: &str, period: usize) -> f64 {
    number(sums.interval(("source", source), period).tasks_in_time) / sums.n()
}

fn o12() -> Vec<Metric> {
    vec![
        own("served_per_day", |s| number(s.all().tasks_accepted) / s.n()),
        own("abandoned_per_day", |s| number(s.all().tasks_abandoned) / s.n()),
        own("sl_20s", |s| {
            let c = s.all();
            over(c.tasks_in_time, c.tasks_accepted + c.tasks_abandoned - c.tasks_short_abandoned)
        }),
        own("occupancy_group0", |s| occupancy(s, "worker_group", "g0")),
        own("good_type0_period0", |s| good(s, "t0", 0)),
        own("good_type0_period1", |s| good(s, "t0", 1)),
        own("good_type0_period2", |s| good(s, "t0", 2)),
        own("good_type1_period0", |s| good(s, "t1", 0)),
        own("good_type1_period1", |s| good(s, "t1", 1)),
        own("good_type1_period2", |s| good(s, "t1", 2)),
        own("good_type2_period0", |s| good(s, "t2", 0)),
        own("good_type2_period1", |s| good(s, "t2", 1)),
        own("good_type2_period2", |s| good(s, "t2", 2)),
    ]
}
