//! What `trsim tune` chooses with one seed after the other.

use std::num::NonZero;

use crate::flagship::{reference, study};
use crate::usage;

/// Prints a line for each seed of `range`, as `1..100`, ends included; then how many were good.
pub(crate) fn run(range: &str, threads: NonZero<usize>) {
    let ends = range.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    let Some((first, last)): Option<(u64, u64)> = ends else { usage() };
    let reference = reference();
    println!("seed,timeout_s,excess,gap_bound,certified,replications,attempts");
    let (mut n, mut good, mut covered) = (0, 0, 0);
    for seed in first..=last {
        let study = study(&[format!("seed={seed}")]);
        let axis = study.grid().axis().expect("timeouts are numbers");
        let certificate = study.choose(threads, &|_, _, _| ()).certificate;
        let chosen = axis[certificate.best.expect("nothing has to hold")];
        let of = |(timeout, _): &&(f64, _)| (*timeout - chosen).abs() < 1e-9;
        let (_, excess) = reference.iter().find(of).expect("every timeout is in the reference");
        n += 1;
        good += u32::from(excess.mean <= study.tune().indifference);
        covered += u32::from(excess.mean <= certificate.gap_bound);
        println!(
            "{seed},{chosen},{:.3},{:.3},{},{},{}",
            excess.mean,
            certificate.gap_bound,
            certificate.certified,
            certificate.spent,
            certificate.attempts.len()
        );
    }
    println!(
        "{good} of {n} within the indifference of the best, {covered} of {n} within the bound"
    );
}
