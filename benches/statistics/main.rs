//! What statements about a scenario are worth: how often `trsim tune` chooses well, how often
//! intervals hold the truth, and what common random numbers save. By hand, minutes to hours each.

#![expect(clippy::print_stdout, reason = "tables are what this is for")]

mod coverage;
mod differences;
mod flagship;
mod reduction;
mod seeds;

use std::num::NonZero;
use std::process::exit;
use std::thread::available_parallelism;

const USAGE: &str = "cargo bench --bench statistics -- WHAT [THREADS], where WHAT is
  reference      what every timeout of the bundled scenario costs; writes benches/statistics/reference.csv
  seeds A..B     what `trsim tune` chooses with the seeds A to B, judged by that file
  coverage       how often 95 % intervals of 20 replications hold the truth
  differences    variances of differences, with and without common random numbers
  reduction      variances with stratified busyness, antithetic pairs, and a control variate";

fn main() {
    // Cargo adds `--bench` to whatever is asked.
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let threads = |word: Option<&&str>| match word {
        None => available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        Some(word) => word.parse().unwrap_or_else(|_| usage()),
    };
    match words.as_slice() {
        ["reference", rest @ ..] => flagship::write_reference(threads(rest.first())),
        ["seeds", range, rest @ ..] => seeds::run(range, threads(rest.first())),
        ["coverage", rest @ ..] => coverage::run(threads(rest.first())),
        ["differences", rest @ ..] => differences::run(threads(rest.first())),
        ["reduction", rest @ ..] => reduction::run(threads(rest.first())),
        [] => println!("{USAGE}"),
        _ => usage(),
    }
}

fn usage() -> ! {
    println!("{USAGE}");
    exit(2)
}
