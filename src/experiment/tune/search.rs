//! Candidates for a study of too many combinations to simulate them all.

use std::num::NonZero;
use std::ops::Range;

use crate::experiment::tune::candidates::{Grid, Searched, axes};
use crate::experiment::tune::{Cell, Listener, Stage, Study, pool};
use crate::scenario::problem::Problem;
use crate::scenario::{Decision, Scenario, Setting};
use crate::tuning::Outcome;
use crate::tuning::search::{Found, Point, Space, least_budget, search};

/// How many candidates are picked at most.
const MOST_PICKED: usize = 200;
/// How many replications a search has if nothing is said about the budget.
const USUAL: u64 = 60_000;

/// The scenario with some values for all decisions.
pub type Load<'a, E> = dyn FnMut(&[Setting]) -> Result<Scenario, E> + 'a;

impl Study {
    /// Picks candidates among all combinations of the values of `decisions`; `self` is a study of
    /// what is in force alone. `load` makes the scenario of a combination. The result does not
    /// depend on the number of threads.
    ///
    /// # Errors
    /// Whatever `load` fails with.
    ///
    /// # Panics
    /// If no threads can be started.
    pub fn pick<E>(
        &self,
        decisions: &[Decision],
        threads: NonZero<usize>,
        (load, listener): (&mut Load<'_, E>, &Listener<'_>),
    ) -> Result<Grid, E> {
        let pool = pool(threads);
        let (axes, present) = axes(decisions);
        let space = self.space(&axes, present);
        // One after the other, as they are visited.
        let mut visited: Vec<(Point, Cell)> = Vec::new();
        let mut n_runs = 0;
        let mut probe = |points: &[Point], replications: Range<u32>| {
            listener(Stage::Search, visited.len(), n_runs);
            for point in points {
                if visited.iter().all(|(known, _)| known != point) {
                    let scenario = load(&settings(&axes, point))?;
                    visited.push((point.clone(), Cell::new(scenario)));
                }
            }
            let place = |point| visited.iter().position(|(known, _)| known == point);
            let places = points.iter().map(|point| place(point).expect("it was just loaded"));
            let cells: Vec<Cell> = places.map(|place| visited[place].1.clone()).collect();
            let all: Vec<usize> = (0..cells.len()).collect();
            let days = self.days(&pool, (&cells, &all), replications);
            n_runs += days.iter().map(|row| row.len() as u64).sum::<u64>();
            let rows = cells.iter().zip(&days).map(|(cell, row)| self.outcomes(cell, row));
            Ok::<Vec<Vec<Outcome>>, E>(rows.collect())
        };
        let Found { points, n_visited, spent } = search(&space, &mut probe)?;
        let candidates = points.iter().map(|point| settings(&axes, point)).collect();
        let sizes = axes.iter().map(|axis| axis.len() as u64);
        let n_combinations = sizes.fold(1_u64, u64::saturating_mul);
        let searched = Searched { axes, n_combinations, n_visited, spent };
        Ok(Grid::picked(decisions, candidates, searched))
    }

    /// Whether the budget is enough to look for candidates at all, here where only what is in force
    /// is a candidate.
    ///
    /// # Errors
    /// If it is not: then nothing should be simulated.
    pub fn check_search(&self) -> Result<(), Problem> {
        let least = 2 * least_budget(self.grid.paths.len());
        if self.tune.budget.is_some_and(|budget| budget < least) {
            let problem = format!("the budget is too small: a search needs {least} replications");
            return Err(Problem::nowhere(problem));
        }
        Ok(())
    }

    /// Where is searched: half of the budget goes into it.
    fn space(&self, axes: &[Vec<Setting>], present: Point) -> Space {
        let budget = self.tune.budget.map_or(USUAL, |budget| budget / 2);
        let left = self.tune.budget.map_or(u64::MAX, |all| all - budget);
        let affordable = left / self.plan().least_budget().max(1);
        let most = usize::try_from(affordable).unwrap_or(usize::MAX).saturating_sub(1);
        Space {
            sizes: axes.iter().map(Vec::len).collect(),
            present,
            indifference: self.tune.indifference,
            budget,
            most: most.clamp(1, MOST_PICKED),
        }
    }
}

fn settings(axes: &[Vec<Setting>], point: &[usize]) -> Vec<Setting> {
    axes.iter().zip(point).map(|(axis, &at)| axis[at].clone()).collect()
}
