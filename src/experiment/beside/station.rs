//! Which tasks share workers, and what comes to them in the mean.

use crate::observation::Scope;
use crate::routing::QueueId;
use crate::scenario::Scenario;
use crate::scenario::demand::{Class, Demand, Need, Team};
use crate::theory::Station;
use crate::time::{Span, Time};

/// How much more the busiest stretch may ask of a worker than the mean.
const BUSIEST_MAX: f64 = 1.1;

/// Tasks that share workers with each other and with no other tasks.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    pub(super) classes: Vec<&'a Class>,
    /// Whose results they are; nothing if no scope has just these tasks.
    pub(super) scope: Option<Scope>,
    /// Whose results their workers are.
    pub(super) workers: Option<Scope>,
}

/// What comes to a pool, in the mean from warm-up to horizon.
#[derive(Debug)]
pub(super) struct Mean {
    pub(super) station: Station,
    /// How many workers there are, which the station rounds.
    pub(super) staff: f64,
    /// How much more the busiest stretch asks of a worker than the mean.
    pub(super) busiest: f64,
    /// Seconds of ringing for one task.
    pub(super) ringing: f64,
    /// Seconds out of line for one task.
    pub(super) lost: f64,
    /// Tasks per second of each class.
    pub(super) weights: Vec<f64>,
}

/// All pools, in order of their first source.
pub(super) fn pools<'a>(scenario: &Scenario, demand: &'a Demand<'_>) -> Vec<Pool<'a>> {
    let mut parts: Vec<(Vec<&Class>, Team)> = Vec::new();
    for class in &demand.classes {
        let shares = |(_, team): &(_, Team)| team.shares_with(&class.workers);
        let (with, without): (Vec<_>, Vec<_>) = parts.into_iter().partition(shares);
        parts = without;
        let (mut together, mut all) = (Vec::new(), class.workers.clone());
        for (classes, team) in with {
            together.extend(classes);
            all.join(&team);
        }
        together.push(class);
        parts.push((together, all));
    }
    let mut parts: Vec<Vec<&Class>> = parts.into_iter().map(|(classes, _)| classes).collect();
    parts.sort_by_key(|part| part.iter().map(|class| class.source).min());
    let is_only = parts.len() == 1;
    let pool = |classes: Vec<&'a Class>| {
        let scope = if is_only { Some(Scope::All) } else { scope(&classes) };
        let groups = demand.crew(classes.iter().copied()).whole_groups().unwrap_or_default();
        let workers = match groups.as_slice() {
            [one] => Some(Scope::WorkerGroup(*one)),
            all if all.len() == scenario.groups.len() => Some(Scope::All),
            _ => None,
        };
        Pool { classes, scope, workers }
    };
    parts.into_iter().map(pool).collect()
}

/// The one queue that all of them wait in.
fn scope(classes: &[&Class]) -> Option<Scope> {
    let queues: Vec<&Vec<QueueId>> = classes.iter().map(|class| &class.queues).collect();
    let first = queues.first()?;
    let is_one = first.len() == 1 && queues.iter().all(|queues| queues == first);
    is_one.then(|| Scope::TaskQueue(first[0]))
}

impl Pool<'_> {
    /// The mean patience in seconds of those who come; `None` if nobody gives up.
    pub(super) fn patience(
        &self,
        scenario: &Scenario,
        demand: &Demand<'_>,
    ) -> Result<Option<f64>, String> {
        let n_patient = self.classes.iter().filter(|class| demand.is_patient(class)).count();
        if n_patient == self.classes.len() {
            return Ok(None);
        }
        if n_patient != 0 {
            return Err("some give up while others never do".into());
        }
        let mean = |class: &Class| {
            let patience = scenario.sources[class.source].patience.as_ref();
            patience.map_or(0.0, |patience| patience.base.mean())
        };
        let weights = self.weights(demand, &self.stretches(scenario, demand));
        let total: f64 = weights.iter().sum();
        let sum: f64 = self.classes.iter().zip(&weights).map(|(class, w)| w * mean(class)).sum();
        Some(sum / total)
            .filter(|mean| 1e-6 < *mean)
            .map_or_else(|| Err("nobody waits at all".into()), |mean| Ok(Some(mean)))
    }

    fn stretches(&self, scenario: &Scenario, demand: &Demand<'_>) -> Vec<(Time, Time)> {
        demand.stretches(Time::ZERO + scenario.warm_up)
    }

    /// Tasks per second of each class, in the mean.
    fn weights(&self, demand: &Demand<'_>, stretches: &[(Time, Time)]) -> Vec<f64> {
        let whole: f64 = stretches.iter().map(|stretch| length(*stretch)).sum();
        let weight = |class: &&Class| {
            let part = |(from, to): &(Time, Time)| demand.rate(class, *from) * length((*from, *to));
            stretches.iter().map(part).sum::<f64>() / whole
        };
        self.classes.iter().map(weight).collect()
    }

    /// What comes in the mean, if that says anything.
    pub(super) fn mean(&self, scenario: &Scenario, demand: &Demand<'_>) -> Result<Mean, String> {
        self.is_simple(scenario)?;
        let stretches = self.stretches(scenario, demand);
        let whole: f64 = stretches.iter().map(|stretch| length(*stretch)).sum();
        let weights = self.weights(demand, &stretches);
        let rate: f64 = weights.iter().sum();
        if whole <= 0.0 || rate <= 0.0 {
            return Err("no tasks are expected".into());
        }
        let crew = demand.crew(self.classes.iter().copied());
        let (mut need, mut staff, mut peak) = (Need::default(), 0.0, 0.0_f64);
        for &(from, to) in &stretches {
            let add = |sum: Need, class: &&Class| sum.plus(demand.need(class, from), 1.0);
            let now = self.classes.iter().fold(Need::default(), add);
            let (share, there) = (length((from, to)) / whole, crew.places(from));
            need = need.plus(now, share);
            staff += there * share;
            if 0.0 < now.total() {
                peak = peak.max((now.talk + now.wrap_up) / there);
            }
        }
        let load = need.talk + need.wrap_up;
        let busiest = peak * staff / load;
        if load <= 0.0 || BUSIEST_MAX < busiest || !busiest.is_finite() {
            return Err(varies(busiest));
        }
        let servers = whole_number(staff).ok_or("there is nobody")?;
        let station = Station { rate, mean_service: load / rate, servers };
        let (ringing, lost) = (need.ringing / rate, need.lost / rate);
        Ok(Mean { station, staff, busiest, ringing, lost, weights })
    }

    /// Whether each worker has one task at a time, or all have the same number of equal places.
    fn is_simple(&self, scenario: &Scenario) -> Result<(), String> {
        let first = self.classes[0];
        if self.classes.iter().any(|class| class.channel != first.channel) {
            return Err("workers take tasks of several channels at once".into());
        }
        let slows = scenario.behaviors.iter().any(|behavior| 0.0 < behavior.slowdown_per_extra);
        if slows && 1.0 < first.capacity {
            return Err("talks take longer when a worker has several".into());
        }
        Ok(())
    }

    /// How long the station takes to forget how it began: its relaxation time, or the patience if
    /// that is shorter.
    ///
    /// Source: Newell's estimate for M/M/n, `1 / (µ n (1 - √ρ)²)`.
    pub(super) fn memory(station: &Station, patience: Option<f64>) -> Span {
        let busy = (station.load() / f64::from(station.servers)).min(0.999);
        let slowest = f64::from(station.servers) * (1.0 - busy.sqrt()).powi(2);
        let memory = station.mean_service * (1.0 / slowest).max(1.0);
        let longest = patience.map_or(f64::INFINITY, |patience| patience.max(station.mean_service));
        Span::from_secs_f64(memory.min(longest).min(1e9))
    }
}

fn varies(busiest: f64) -> String {
    if busiest.is_finite() && 0.0 < busiest {
        format!(
            "load and staff change (at the busiest {busiest:.2} times the mean load per worker)"
        )
    } else {
        "tasks come while nobody is on shift".into()
    }
}

fn length((from, to): (Time, Time)) -> f64 {
    to.since(from).as_secs_f64()
}

fn whole_number(staff: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
    let whole = staff.round() as u32;
    Some(whole).filter(|whole| 0 < *whole)
}
