//! Erlang's formulas beside what was simulated, where one of them is near.
//!
//! Tasks that share workers are one station. It gets the mean load, talk and wrap-up, and the mean
//! number of workers, from warm-up to horizon; what the formula does not know is named.

mod feature;
mod station;

pub use feature::Feature;

use crate::experiment::beside::feature::features;
use crate::experiment::beside::station::{Pool, pools};
use crate::experiment::estimate::Row;
use crate::observation::Scope;
use crate::scenario::demand::{Demand, Offers};
use crate::scenario::{Scenario, ServiceLevels};
use crate::stats::Estimate;
use crate::theory::{ErlangA, ErlangC, Station};

/// What there is to say about tasks that share workers.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// A formula is near.
    Near(Box<Comparison>),
    /// None is, and why: what it is about, and the reason.
    Far(Scope, String),
}

/// A formula beside a simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The tasks compared.
    pub scope: Scope,
    /// What the formula is given; per second, in seconds.
    pub station: Station,
    /// The mean patience in seconds: Erlang A; `None` is Erlang C.
    pub patience: Option<f64>,
    /// The figures.
    pub lines: Vec<Line>,
    /// What the formula does not know.
    pub features: Vec<Feature>,
    /// What the offers add; `None` if every offer is accepted at once.
    pub offered: Option<Offered>,
}

/// What ringing, rejecting and missing offers adds to each task, in the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offered {
    /// Seconds of ringing.
    pub ringing: f64,
    /// Seconds that workers are out of line after missed offers.
    pub lost: f64,
}

/// One figure, simulated and computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Which one.
    pub figure: Figure,
    /// From the simulation.
    pub simulated: Estimate,
    /// By the formula.
    pub formula: f64,
    /// By the formula with what the offers add; where it has a steady state.
    pub with_offers: Option<f64>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// The share of all tasks accepted within these seconds.
    ServiceLevel(f64),
    /// Until accepted, in seconds.
    MeanWait,
    /// The share of tasks.
    Abandonment,
    /// Busy ÷ (busy or available).
    Occupancy,
}

impl Figure {
    const fn metric(self) -> &'static str {
        match self {
            Self::ServiceLevel(_) => "service_level_created",
            Self::MeanWait => "wait_until_accepted_mean",
            Self::Abandonment => "abandonment_rate",
            Self::Occupancy => "occupancy",
        }
    }
}

/// Erlang's formulas beside `rows`, the estimates for `scenario`: one entry for each set of tasks
/// that share no workers with others, nothing without tasks.
#[must_use]
pub fn erlang_beside(scenario: &Scenario, rows: &[Row]) -> Vec<Beside> {
    let Some(demand) = Demand::of(scenario) else { return Vec::new() };
    let pools = pools(scenario, &demand);
    let compare = |pool: &Pool<'_>| match compare(scenario, &demand, pool, rows) {
        Ok(comparison) => Beside::Near(Box::new(comparison)),
        Err(reason) => Beside::Far(pool.scope.unwrap_or(Scope::All), reason),
    };
    pools.iter().map(compare).collect()
}

fn compare(
    scenario: &Scenario,
    demand: &Demand<'_>,
    pool: &Pool<'_>,
    rows: &[Row],
) -> Result<Comparison, String> {
    let scope = pool.scope.ok_or("several queues share workers that other queues do not have")?;
    let mean = pool.mean(scenario, demand)?;
    let patience = pool.patience(scenario, demand)?;
    let plain = Formula::new(mean.station, patience).ok_or_else(|| too_much(&mean.station))?;
    let model = offers(pool, &mean.weights).filter(|offers| !offers.is_instant());
    let offered = Offered { ringing: mean.ringing, lost: mean.lost };
    let with = model.and_then(|offers| WithOffers::new(&plain, offers, offered));
    let estimate = |figure: Figure| {
        let of = if figure == Figure::Occupancy { pool.workers? } else { scope };
        let row = rows.iter().find(|row| row.scope == of && row.metric.name == figure.metric())?;
        let simulated = row.estimate?;
        let with_offers = with.as_ref().map(|with| with.value(figure));
        Some(Line { figure, simulated, formula: plain.value(figure), with_offers })
    };
    let level = threshold(scenario, scope).map(Figure::ServiceLevel);
    let abandonment = patience.map(|_| Figure::Abandonment);
    let figures = [level, Some(Figure::MeanWait), abandonment, Some(Figure::Occupancy)];
    Ok(Comparison {
        scope,
        station: mean.station,
        patience,
        lines: figures.into_iter().flatten().filter_map(estimate).collect(),
        features: features(scenario, pool, &mean, (rows, patience)),
        offered: with.is_some().then_some(offered),
    })
}

fn too_much(station: &Station) -> String {
    let (load, servers) = (station.load(), station.servers);
    format!("{load:.1} erlangs are too much for {servers} workers: the queue has no end")
}

/// What counts as in time, in seconds; nothing where it is not one for all.
fn threshold(scenario: &Scenario, scope: Scope) -> Option<f64> {
    let ServiceLevels { channels, queues, .. } = &scenario.service_levels;
    let level = scope.service_level(scenario);
    let mut own = channels.iter().map(|(_, l)| l).chain(queues.iter().map(|(_, l)| l));
    let is_one = scope != Scope::All || own.all(|own| own.threshold == level.threshold);
    is_one.then(|| level.threshold.as_secs_f64())
}

/// The offers of all classes, if they ring for the same time.
fn offers(pool: &Pool<'_>, weights: &[f64]) -> Option<Offers> {
    let first = pool.classes.first()?.offers.timeout;
    let is_one = pool.classes.iter().all(|class| (class.offers.timeout - first).abs() < 1e-9);
    let parts = pool.classes.iter().zip(weights).map(|(class, w)| (class.offers.clone(), *w));
    Offers::mean(&parts.collect::<Vec<_>>()).filter(|_| is_one)
}

/// Erlang C or Erlang A.
#[derive(Clone, Debug)]
struct Formula {
    station: Station,
    patience: Option<f64>,
    law: Law,
}

#[derive(Clone, Debug)]
enum Law {
    C(ErlangC),
    A(ErlangA),
}

impl Formula {
    fn new(station: Station, patience: Option<f64>) -> Option<Self> {
        let law = match patience {
            Some(patience) => Law::A(ErlangA::new(station, patience)),
            None => Law::C(ErlangC::new(station)?),
        };
        Some(Self { station, patience, law })
    }

    fn value(&self, figure: Figure) -> f64 {
        match (&self.law, figure) {
            (_, Figure::ServiceLevel(time)) => self.within(time),
            (Law::C(law), Figure::MeanWait) => law.mean_wait,
            (Law::A(law), Figure::MeanWait) => law.mean_wait_of_served,
            (Law::C(_), Figure::Abandonment) => 0.0,
            (Law::A(law), Figure::Abandonment) => law.p_abandon,
            (Law::C(law), Figure::Occupancy) => law.occupancy,
            (Law::A(law), Figure::Occupancy) => law.occupancy,
        }
    }

    fn within(&self, time: f64) -> f64 {
        match &self.law {
            _ if time < 0.0 => 0.0,
            Law::C(law) => law.service_level(time),
            Law::A(law) => law.service_level(time),
        }
    }
}

/// A formula with what offers add: workers are taken while it rings and while they are out of line,
/// customers wait while it rings, and hang up then as at any time.
///
/// An approximation: a task whose offer fails is offered again at once.
#[derive(Debug)]
struct WithOffers {
    law: Formula,
    offers: Offers,
    /// Seconds of talk and wrap-up.
    work: f64,
    lost: f64,
    /// The share of those who were offered a worker and were still there to be answered.
    stays: f64,
}

impl WithOffers {
    fn new(plain: &Formula, offers: Offers, offered: Offered) -> Option<Self> {
        let stays = stays(&offers, plain.patience);
        let Station { rate, mean_service: work, servers } = plain.station;
        let mean_service = work * stays + offered.ringing + offered.lost;
        let law = Formula::new(Station { rate, mean_service, servers }, plain.patience)?;
        Some(Self { law, offers, work, lost: offered.lost, stays })
    }

    fn value(&self, figure: Figure) -> f64 {
        let served = 1.0 - self.law.value(Figure::Abandonment);
        match figure {
            Figure::ServiceLevel(time) => self.within(time),
            Figure::MeanWait => self.law.value(figure) + self.ringing(),
            Figure::Abandonment => 1.0 - served * self.stays,
            Figure::Occupancy => {
                let Station { rate, servers, .. } = self.law.station;
                let busy = rate * served * self.stays * self.work;
                busy / (f64::from(servers) - rate * served * self.lost)
            }
        }
    }

    /// Seconds of ringing in the wait of a task that is accepted.
    fn ringing(&self) -> f64 {
        let accepted = self.offers.accepted();
        let last: f64 = self.offers.rings().map(|(ring, share)| ring * share).sum();
        last + (1.0 / accepted - 1.0) * self.offers.vain()
    }

    /// The share of tasks answered within `time`: by the first offer, the second, and so on.
    fn within(&self, time: f64) -> f64 {
        let (accepted, vain) = (self.offers.accepted(), self.offers.vain());
        let (mut sum, mut share, mut spent) = (0.0, accepted, 0.0);
        while spent <= time && 1e-6 < share {
            let each = self.offers.rings().map(|(ring, p)| {
                p * still_there(ring + spent, self.law.patience)
                    * self.law.within(time - spent - ring)
            });
            sum += share * each.sum::<f64>();
            share *= 1.0 - accepted;
            spent += vain.max(0.001);
        }
        sum
    }
}

/// The share who hear all the ringing that it takes until somebody answers.
fn stays(offers: &Offers, patience: Option<f64>) -> f64 {
    let last: f64 = offers.rings().map(|(ring, p)| p * still_there(ring, patience)).sum();
    let (accepted, vain) = (offers.accepted(), still_there(offers.vain(), patience));
    accepted * last / (1.0 - (1.0 - accepted) * vain)
}

fn still_there(after: f64, patience: Option<f64>) -> f64 {
    patience.map_or(1.0, |patience| (-after / patience).exp())
}

#[cfg(test)]
mod tests;
