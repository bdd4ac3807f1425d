//! `trsim timeout`.

use crate::cli::Outcome;
use crate::cli::args::TimeoutArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::output::{LightTraffic, TimeoutRow, light_traffic_table};
use crate::random::{Dist, DistError};
use crate::scenario::problem::Problem;
use crate::theory::Restart;
use crate::time::Span;

/// The longest timeout that is looked at, in seconds.
const LONGEST: f64 = 3600.0;
/// What is shown beside the best; the last is TaskRouter's default.
const OTHERS: [f64; 4] = [15.0, 30.0, 60.0, 120.0];
/// Costs that differ by no more are as good as equal, in seconds.
const SLACK: f64 = 0.25;

pub(super) fn run(args: &TimeoutArgs, console: &Console) -> Outcome {
    let answer = answer(&args.answer)?;
    let miss_cost = span(&args.miss_cost, "--miss-cost")?.as_secs_f64();
    if !(0.0..1.0).contains(&args.away) {
        let problem = Problem::nowhere("--away is a share from 0 to below 1");
        return Err(Failure::usage(problem.with_help("for 10 % write --away 0.1")));
    }
    let law = Restart::new(|time| answer.cdf(time), args.away, miss_cost);
    let best = law.best(LONGEST);
    let row = |timeout: f64| TimeoutRow {
        timeout,
        cost: law.cost(timeout),
        missed: law.p_timeout(timeout),
        hazard: law.hazard(timeout),
    };
    let [shortest, longest] = law.as_good_as_best(LONGEST, SLACK);
    let table = light_traffic_table(&LightTraffic {
        answer: answer.describe(),
        away: args.away,
        miss_cost,
        best: row(best.timeout),
        // TaskRouter takes whole seconds.
        whole: row(best.timeout.round().max(1.0)),
        others: OTHERS.map(row).to_vec(),
        slack: SLACK,
        equally_good: (shortest.timeout, longest.timeout),
        is_open: law.cost(LONGEST) <= best.cost * (1.0 + 1e-6),
    });
    console.print(&table)
}

/// `lognormal:5s:0.7` and others.
fn answer(written: &str) -> Result<Dist, Failure> {
    let parts: Vec<&str> = written.split(':').map(str::trim).collect();
    let wrong = || {
        let problem = Problem::nowhere(format!("`{written}` is no time to answer"));
        Failure::usage(problem.with_help(
            "as in lognormal:MEDIAN:SIGMA, exponential:MEAN, weibull:MEAN:SHAPE, gamma:MEAN:CV: \
             lognormal:5s:0.7",
        ))
    };
    let time = |text: &str| span(text, "--answer").map(Span::as_secs_f64);
    let number = |text: &str| text.parse::<f64>().map_err(|_| wrong());
    let made: Result<Dist, DistError> = match parts.as_slice() {
        ["lognormal", median, sigma] => Dist::lognormal_median_sigma(time(median)?, number(sigma)?),
        ["exponential", mean] => Dist::exponential(time(mean)?),
        ["weibull", mean, shape] => Dist::weibull(time(mean)?, number(shape)?),
        ["gamma", mean, cv] => Dist::gamma(time(mean)?, number(cv)?),
        _ => return Err(wrong()),
    };
    made.map_err(|error| Failure::usage(Problem::nowhere(format!("--answer: {error}"))))
}

fn span(text: &str, option: &str) -> Result<Span, Failure> {
    text.parse::<Span>().map_err(|error| {
        let problem = Problem::nowhere(format!("{option}: `{text}`: {error}"));
        Failure::usage(problem.with_help("a duration has a unit: 5s"))
    })
}
