//! What a scenario has that Erlang's formulas do not know.

use crate::experiment::beside::station::{Mean, Pool};
use crate::experiment::estimate::Row;
use crate::random::Dist;
use crate::routing::TaskOrder;
use crate::scenario::demand::Class;
use crate::scenario::{Scenario, Source};

/// What a scenario has that the formula beside it does not know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feature {
    /// Seconds of ringing before an answer, simulated.
    Ringing(f64),
    /// The simulated share of offers that time out, and the seconds out of line after each.
    Misses(f64, f64),
    /// The simulated share of offers that are rejected.
    Rejections(f64),
    /// Not every worker can serve every task.
    Skills,
    /// Some tasks go before others.
    Priorities,
    /// The newest task goes first.
    NewestFirst,
    /// How much more the busiest stretch asks of a worker than the mean.
    Varying(f64),
    /// How many workers there are in the mean, where that is no whole number.
    Staff(f64),
    /// The coefficient of variation of talk and wrap-up together.
    Handling(f64),
    /// Patience is not exponential.
    Patience,
    /// Days differ, by a common factor.
    Busyness,
    /// The share of those who gave up that try again.
    Retries(f64),
    /// Some leave at once if they are not offered at once, or leave without a signal.
    Leaving,
    /// The run begins empty and is counted from the start.
    EmptyStart,
}

/// What `pool` has beyond the formula, in the order in which it mostly matters.
pub(super) fn features(
    scenario: &Scenario,
    pool: &Pool<'_>,
    mean: &Mean,
    (rows, patience): (&[Row], Option<f64>),
) -> Vec<Feature> {
    let simulated = |name: &str| {
        let row = rows.iter().find(|row| Some(row.scope) == pool.scope && row.metric.name == name);
        row.and_then(|row| row.estimate).map_or(0.0, |estimate| estimate.value)
    };
    let mut sources: Vec<_> = pool.classes.iter().map(|class| class.source).collect();
    sources.dedup();
    let sources: Vec<&Source> = sources.into_iter().map(|id| &scenario.sources[id]).collect();
    let any = |has: fn(&&Source) -> bool| sources.iter().any(has);
    let missed: f64 = weighted(pool, mean, |class| class.offers.missed());
    let each = weighted(pool, mean, |c| c.capacity * c.offers.lost_per_miss() * c.offers.missed());
    let retry = sources.iter().filter_map(|source| Some(source.retry.as_ref()?.probability));
    let (rejected, timed_out) = ("reservation_rejection_rate", "reservation_timeout_rate");
    let ringing = simulated("wait_in_final_offer_mean");
    let whole = f64::from(mean.station.servers);
    let cv = sources.first().map_or(1.0, |source| handling_cv(source));
    let memory = Pool::memory(&mean.station, patience);
    let all = [
        (0.005 <= ringing, Feature::Ringing(ringing)),
        (0.0 < simulated(timed_out), Feature::Misses(simulated(timed_out), each / missed)),
        (0.0 < simulated(rejected), Feature::Rejections(simulated(rejected))),
        (has_skills(pool), Feature::Skills),
        (has_priorities(scenario, &sources), Feature::Priorities),
        (has_lifo(scenario, pool), Feature::NewestFirst),
        (1.005 < mean.busiest, Feature::Varying(mean.busiest)),
        (0.005 * whole < (mean.staff - whole).abs(), Feature::Staff(mean.staff)),
        (0.05 < (cv - 1.0).abs(), Feature::Handling(cv)),
        (any(|source| !has_exponential_patience(source)), Feature::Patience),
        (any(|source| source.busyness.is_some()), Feature::Busyness),
        (any(|source| source.retry.is_some()), Feature::Retries(retry.fold(0.0, f64::max))),
        (any(|source| 0.0 < source.balk || 0.0 < source.silent), Feature::Leaving),
        (scenario.warm_up < memory, Feature::EmptyStart),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, feature)| feature).collect()
}

fn weighted(pool: &Pool<'_>, mean: &Mean, of: impl Fn(&Class) -> f64) -> f64 {
    let total: f64 = mean.weights.iter().sum();
    pool.classes.iter().zip(&mean.weights).map(|(class, weight)| weight * of(class)).sum::<f64>()
        / total
}

fn has_skills(pool: &Pool<'_>) -> bool {
    pool.classes.windows(2).any(|pair| pair[0].workers != pair[1].workers)
}

fn has_priorities(scenario: &Scenario, sources: &[&Source]) -> bool {
    let mut own = sources.iter().flat_map(|source| source.mix.iter().map(|v| v.priority));
    let first = own.next();
    let configurations = scenario.workspace.configurations.iter();
    let filters = configurations.flat_map(|configuration| &configuration.filters);
    let mut targets = filters.flat_map(|filter| &filter.targets);
    own.any(|priority| Some(priority) != first) || targets.any(|t| t.priority.is_some())
}

fn has_lifo(scenario: &Scenario, pool: &Pool<'_>) -> bool {
    let mut queues = pool.classes.iter().flat_map(|class| &class.queues);
    queues.any(|queue| scenario.workspace.queues[*queue].task_order == TaskOrder::Lifo)
}

/// How much talk and wrap-up together spread; 1 if exponential.
fn handling_cv(source: &Source) -> f64 {
    let (talk, wrap_up) = (&source.talk.base, &source.wrap_up.base);
    let variance = |dist: &Dist| {
        let mean = dist.mean();
        let at = |step: u32| dist.quantile((f64::from(step) + 0.5) / f64::from(CUTS));
        (0..CUTS).map(|step| (at(step) - mean).powi(2)).sum::<f64>() / f64::from(CUTS)
    };
    (variance(talk) + variance(wrap_up)).sqrt() / (talk.mean() + wrap_up.mean())
}

/// Into how many parts a distribution is cut: the tail that is lost changes the second digit.
const CUTS: u32 = 4_000;

fn has_exponential_patience(source: &Source) -> bool {
    source.patience.as_ref().is_none_or(|patience| {
        let (dist, mean) = (&patience.base, patience.base.mean());
        let is_near = |x: f64| (dist.cdf(x * mean) + (-x).exp_m1()).abs() < 0.005;
        [0.05, 0.5, 1.0, 2.0].into_iter().all(is_near)
    })
}
