//! What common random numbers save where two timeouts are compared.

use std::num::NonZero;

use crate::flagship::{mean, study, variance};

const REPLICATIONS: u32 = 600;
const PAIRS: [(f64, f64); 4] = [(15.0, 16.0), (15.0, 20.0), (15.0, 40.0), (8.0, 15.0)];
/// Half the width that an interval is to have, in cost per task.
const WANTED: f64 = 0.25;

pub(crate) fn run(threads: NonZero<usize>) {
    let study = study(&[]);
    let axis = study.grid().axis().expect("timeouts are numbers");
    let at = |timeout: f64| {
        let is_it = |other: &f64| (other - timeout).abs() < 1e-9;
        axis.iter().position(is_it).expect("it is a candidate")
    };
    println!(
        "variance of the difference in cost per task between two timeouts, {REPLICATIONS} \
         replications; how many replications a half width of {WANTED} takes\n"
    );
    println!(
        "| timeouts | difference | independent | common | times | correlation | independent | common |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (a, b) in PAIRS {
        let pair = [at(a), at(b)];
        let common = study.costs(threads, &pair, 0..REPLICATIONS);
        let other = study.costs(threads, &pair[1..], REPLICATIONS..2 * REPLICATIONS);
        let minus = |other: &[f64]| -> Vec<f64> {
            common[0].iter().zip(other).map(|(a, b)| a - b).collect()
        };
        let together = minus(&common[1]);
        let (paired, apart) = (variance(&together), variance(&minus(&other[0])));
        let needed = |variance: f64| (1.96 * 1.96 * variance / (WANTED * WANTED)).ceil();
        println!(
            "| {a} s, {b} s | {:.3} | {apart:.2} | {paired:.4} | {:.0} | {:.4} | {:.0} | {:.0} |",
            mean(&together),
            apart / paired,
            correlation(&common[0], &common[1]),
            needed(apart),
            needed(paired),
        );
    }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| a + b).collect();
    let (own, other) = (variance(a), variance(b));
    0.5 * (variance(&sum) - own - other) / (own * other).sqrt()
}
