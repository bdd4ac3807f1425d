//! Choosing a setting: candidates are simulated, the cheapest is chosen, and the choice is proved.

mod candidates;
mod constraint;
mod day;
mod parts;
mod search;
mod sensitivity;
mod tuned;
mod variations;

use std::num::NonZero;
use std::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

pub use crate::experiment::exogenous::expected_tasks;
pub use candidates::{Grid, MOST_CANDIDATES, Searched, TooMany};
pub use constraint::Constraint;
pub use day::Day;
pub use parts::{Part, alone, parts, workflows_set};
pub use search::Load;
pub use sensitivity::{Holds, Shift};
pub use tuned::{Standing, Tuned};

use crate::express::Express;
use crate::observation::Traces;
use crate::scenario::problem::Problem;
use crate::scenario::{Scenario, Tune};
use crate::tuning::{FRESH, Outcome, Plan, certify, select};

/// What is asked: which of some scenarios costs least.
#[derive(Debug)]
pub struct Study {
    tune: Tune,
    grid: Grid,
    cells: Vec<Cell>,
    constraints: Vec<Constraint>,
}

/// Nobody looks at single tasks.
const NO_TRACES: Traces = Traces { tasks: false, reservations: false, events: false };

/// A candidate that can be simulated.
#[derive(Clone, Debug)]
struct Cell {
    scenario: Scenario,
    /// Of a replication.
    tasks: f64,
}

impl Cell {
    fn new(scenario: Scenario) -> Self {
        let tasks = expected_tasks(&scenario);
        Self { scenario: Scenario { interval: None, ..scenario }, tasks }
    }
}

/// How far a study has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Candidates are being looked for.
    Search,
    /// Candidates are being dropped.
    Selection,
    /// The choice is being judged by fresh replications.
    Certificate,
    /// The choice is tried where inputs differ.
    Sensitivity,
}

/// Hears how far a study has come: the stage, how many candidates are in it or were found, and how
/// many replications have been simulated.
pub type Listener<'a> = dyn Fn(Stage, usize, u64) + Sync + 'a;

impl Study {
    /// The study of `grid`, whose scenarios are `scenarios`, in the same order.
    ///
    /// # Errors
    /// If a constraint is about something that there is not, if no tasks come, or if the budget is
    /// too small for anything to be decided.
    pub fn new(tune: Tune, grid: Grid, scenarios: Vec<Scenario>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut constraints = Vec::new();
        for condition in &tune.subject_to {
            match Constraint::new(condition, &scenarios[grid.present]) {
                Ok(constraint) => constraints.push(constraint),
                Err(problem) => problems.push(problem),
            }
        }
        let cells: Vec<Cell> = scenarios.into_iter().map(Cell::new).collect();
        if cells.iter().any(|cell| cell.tasks <= 0.0) {
            problems.push(Problem::nowhere("no task comes between warm-up and horizon"));
        }
        let study = Self { tune, grid, cells, constraints };
        let least = study.plan().least_budget();
        if study.tune.budget.is_some() && study.budget() < least {
            let n = study.cells.len();
            let problem =
                format!("the budget is too small: {n} candidates need {least} replications");
            problems.push(Problem::nowhere(problem).with_help("fewer candidates need fewer"));
        }
        if problems.is_empty() { Ok(study) } else { Err(problems) }
    }

    /// What is chosen, and by what.
    #[must_use]
    pub const fn tune(&self) -> &Tune {
        &self.tune
    }

    /// The candidates.
    #[must_use]
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// What has to hold.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// The number of replications that may be simulated, search and sensitivity apart.
    #[must_use]
    pub fn budget(&self) -> u64 {
        let usual = 100_000.max(300 * self.cells.len() as u64);
        let searched = self.grid.searched.as_ref().map_or(0, |searched| searched.spent);
        self.tune.budget.map_or(usual, |budget| budget.saturating_sub(searched))
    }

    fn plan(&self) -> Plan {
        Plan {
            indifference: self.tune.indifference,
            confidence: self.tune.confidence,
            budget: self.budget(),
            ..Plan::new(self.grid.distances(), self.constraints.len())
        }
    }

    /// Chooses, proves, and tries the choice where inputs differ. The result does not depend on
    /// the number of threads.
    ///
    /// # Panics
    /// If no threads can be started.
    #[must_use]
    pub fn run(&self, threads: NonZero<usize>, listener: &Listener<'_>) -> Tuned {
        let tuned = self.choose(threads, listener);
        let shifts = match tuned.certificate.best {
            Some(best) => {
                listener(Stage::Sensitivity, 1, tuned.certificate.spent);
                self.sensitivity(&pool(threads), best)
            }
            None => Vec::new(),
        };
        Tuned { shifts, ..tuned }
    }

    /// Chooses and proves, and does not try the choice where inputs differ.
    ///
    /// # Panics
    /// If no threads can be started.
    #[must_use]
    pub fn choose(&self, threads: NonZero<usize>, listener: &Listener<'_>) -> Tuned {
        let (pool, plan) = (pool(threads), self.plan());
        let (mut fresh, mut n_runs) = (Vec::new(), 0);
        let (mut n_tasks, mut n_events) = (0, 0);
        let mut ask = |candidates: &[usize], replications: Range<u32>| {
            let is_fresh = FRESH <= replications.start;
            let stage = if is_fresh { Stage::Certificate } else { Stage::Selection };
            listener(stage, candidates.len(), n_runs);
            let days = self.days(&pool, (&self.cells, candidates), replications);
            n_runs += days.iter().map(|row| row.len() as u64).sum::<u64>();
            n_tasks += days.iter().flatten().map(|day| day.n_tasks).sum::<u64>();
            n_events += days.iter().flatten().map(|day| day.n_events).sum::<u64>();
            let rows = candidates.iter().zip(&days);
            let outcomes = rows.map(|(&candidate, row)| self.outcomes(&self.cells[candidate], row));
            let outcomes = outcomes.collect();
            if is_fresh {
                fresh = days;
            }
            outcomes
        };
        let selection = select(&plan, &mut ask);
        let certificate = certify(&plan, &selection, &mut ask);
        let standings = self.standings(&selection, &certificate, &fresh);
        Tuned { selection, certificate, standings, shifts: Vec::new(), n_tasks, n_events }
    }

    /// What becomes of each of `candidates` on each of `replications`, in that order.
    ///
    /// # Panics
    /// If no threads can be started, or there is no such candidate.
    #[must_use]
    pub fn play(
        &self,
        threads: NonZero<usize>,
        candidates: &[usize],
        replications: Range<u32>,
    ) -> Vec<Vec<Day>> {
        self.days(&pool(threads), (&self.cells, candidates), replications)
    }

    /// What each of `candidates` costs per task on each of `replications`, in that order.
    ///
    /// # Panics
    /// If no threads can be started, or there is no such candidate.
    #[must_use]
    pub fn costs(
        &self,
        threads: NonZero<usize>,
        candidates: &[usize],
        replications: Range<u32>,
    ) -> Vec<Vec<f64>> {
        let days = self.play(threads, candidates, replications);
        let cost = |cell: &Cell, day: &Day| day.cost(&self.tune.cost) / cell.tasks;
        let row = |(&candidate, days): (&usize, &Vec<Day>)| {
            days.iter().map(|day| cost(&self.cells[candidate], day)).collect()
        };
        candidates.iter().zip(&days).map(row).collect()
    }

    fn outcomes(&self, cell: &Cell, days: &[Day]) -> Vec<Outcome> {
        let outcome = |day: &Day| Outcome {
            cost: day.cost(&self.tune.cost) / cell.tasks,
            excesses: day
                .readings
                .iter()
                .zip(&self.constraints)
                .map(|(reading, constraint)| constraint.excess(*reading))
                .collect(),
        };
        days.iter().map(outcome).collect()
    }

    /// The days of each of `candidates` on each of `replications`, in that order.
    fn days(
        &self,
        pool: &ThreadPool,
        (cells, candidates): (&[Cell], &[usize]),
        replications: Range<u32>,
    ) -> Vec<Vec<Day>> {
        let n = replications.len();
        let express = |candidate: &usize| Express::new(&cells[*candidate].scenario, NO_TRACES);
        let express: Vec<Express<'_>> = candidates.iter().map(express).collect();
        let one = |index: usize| {
            let number = replications.start + u32::try_from(index % n).expect("fewer than 2^32");
            self.day(&cells[candidates[index / n]].scenario, &express[index / n], number)
        };
        let days: Vec<Day> =
            pool.install(|| (0..candidates.len() * n).into_par_iter().map(one).collect());
        days.chunks(n.max(1)).map(<[Day]>::to_vec).collect()
    }

    fn day(&self, scenario: &Scenario, express: &Express<'_>, replication: u32) -> Day {
        let scopes = Constraint::scopes(&self.constraints);
        let toll = express.play(replication).toll(&scopes);
        Day::new(&toll, &self.constraints, scenario.people.len())
    }
}

fn pool(threads: NonZero<usize>) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(threads.get()).build();
    pool.expect("threads can be started")
}
