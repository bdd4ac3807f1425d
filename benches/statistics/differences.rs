//! What common random numbers save where two timeouts are compared.

use std::num::NonZero;

use taskrouter_sim::experiment::tune::{Day, Study, expected_tasks};

use crate::flagship::{mean, scenario, study, variance};

const REPLICATIONS: u32 = 600;
const PAIRS: [(f64, f64); 4] = [(15.0, 16.0), (15.0, 20.0), (15.0, 40.0), (8.0, 15.0)];
/// Half the width that an interval is to have, in cost per task.
const WANTED: f64 = 0.25;

/// A quantity of a day.
type Measure = fn(&Day) -> f64;

/// What else may be compared than costs; sums of a day.
const MEASURES: [(&str, Measure); 5] = [
    ("waiting seconds", |day| day.waiting),
    ("abandoned tasks", |day| day.abandoned),
    ("missed offers", |day| day.missed),
    ("hours ringing", |day| day.hours_ringing),
    ("hours lost after misses", |day| day.hours_lost),
];

/// The scenario with something else about chance.
const VARIANTS: [(&str, &[&str]); 3] = [
    ("as it is", &[]),
    (
        "days that differ by 10 %",
        &["busyness.day={ dist = 'gamma', mean = 1.0, cv = 0.1 }", "source.calls.busyness='day'"],
    ),
    ("nobody away", &["behavior.desk.away={ every = '1000h', lasts = '1ms' }"]),
];

pub(crate) fn run(threads: NonZero<usize>) {
    let study = study(&[]);
    println!(
        "variance of the difference in cost per task between two timeouts, {REPLICATIONS} \
         replications; how many replications a half width of {WANTED} takes\n"
    );
    println!(
        "| timeouts | difference | independent | common | times | correlation | independent | common |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (a, b) in PAIRS {
        let [one, two, other] = days(&study, (a, b), threads).map(|days| costs(&study, &days));
        let (paired, apart) = (variance(&minus(&one, &two)), variance(&minus(&one, &other)));
        let needed = |variance: f64| (1.96 * 1.96 * variance / (WANTED * WANTED)).ceil();
        println!(
            "| {a} s, {b} s | {:.3} | {apart:.2} | {paired:.4} | {:.0} | {:.4} | {:.0} | {:.0} |",
            mean(&minus(&one, &two)),
            apart / paired,
            correlation(&one, &two),
            needed(apart),
            needed(paired),
        );
    }
    by_measure(threads);
}

/// How many times less the difference between 15 s and 16 s varies, measure by measure.
fn by_measure(threads: NonZero<usize>) {
    println!("\n15 s and 16 s: how many times less the difference varies\n");
    let names: Vec<&str> = VARIANTS.iter().map(|(name, _)| *name).collect();
    println!("| | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    let all = VARIANTS.map(|(_, set)| {
        let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
        let study = study(&set);
        let days = days(&study, PAIRS[0], threads);
        (study, days)
    });
    let row = |name: &str, of: &dyn Fn(&Study, &[Day]) -> Vec<f64>| {
        let times = all.iter().map(|(study, [one, two, other])| {
            let [one, two, other] = [one, two, other].map(|days| of(study, days));
            let (apart, paired) = (variance(&minus(&one, &other)), variance(&minus(&one, &two)));
            format!("{:.1} ({apart:.4} / {paired:.4})", apart / paired)
        });
        println!("| {name} | {} |", times.collect::<Vec<_>>().join(" | "));
    };
    row("cost per task", &costs);
    for (name, of) in MEASURES {
        row(name, &|_, days| days.iter().map(of).collect());
    }
}

/// The days of both timeouts on the same replications, and of the second one on others.
fn days(study: &Study, (a, b): (f64, f64), threads: NonZero<usize>) -> [Vec<Day>; 3] {
    let axis = study.grid().axis().expect("timeouts are numbers");
    let at = |timeout: f64| {
        let is_it = |other: &f64| (other - timeout).abs() < 1e-9;
        axis.iter().position(is_it).expect("it is a candidate")
    };
    let mut common = study.play(threads, &[at(a), at(b)], 0..REPLICATIONS);
    let mut other = study.play(threads, &[at(b)], REPLICATIONS..2 * REPLICATIONS);
    let two = common.remove(1);
    [common.remove(0), two, other.remove(0)]
}

/// By day, per task.
fn costs(study: &Study, days: &[Day]) -> Vec<f64> {
    let tasks = expected_tasks(&scenario(&[]));
    days.iter().map(|day| day.cost(&study.tune().cost) / tasks).collect()
}

fn minus(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| a + b).collect();
    let (own, other) = (variance(a), variance(b));
    0.5 * (variance(&sum) - own - other) / (own * other).sqrt()
}
