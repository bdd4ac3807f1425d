//! Would the decision change if the inputs were different?

use rayon::ThreadPool;

use crate::experiment::tune::variations::{Variation, variations};
use crate::experiment::tune::{Cell, Study, expected_tasks};
use crate::stats::paired_mean_difference;

/// How many candidates the choice is compared with at most.
const RIVALS: usize = 8;
/// The first replication: neither one of the selection, where the choice was lucky, nor of a
/// certificate.
const FROM: u32 = 3 << 30;
/// After how many replications is looked whether it is sure.
const LOOKS: [u32; 4] = [30, 60, 120, 240];

/// The choice where an input differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// What is different.
    pub what: String,
    /// The candidate that costs least there, of those compared.
    pub best: usize,
    /// How much more per task the choice costs there than that, by its mean.
    pub excess: f64,
    /// Whether the choice is as good there as it is here.
    pub holds: Holds,
}

/// Whether a choice is within the indifference of the best of those compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Surely.
    Yes,
    /// Surely not: the recommendation changes.
    No,
    /// It is not sure.
    Unclear,
}

impl Study {
    /// The choice `best` under every variation that touches this scenario.
    pub(super) fn sensitivity(&self, pool: &ThreadPool, best: usize) -> Vec<Shift> {
        let candidates = self.compared(best);
        let base = &self.cells[best].scenario;
        let touching = variations(base).into_iter();
        touching.map(|variation| self.shift(pool, (best, &candidates), variation)).collect()
    }

    /// The choice, what is in force, and others evenly over the grid.
    fn compared(&self, best: usize) -> Vec<usize> {
        let k = self.cells.len();
        let even = (0..RIVALS).map(|rival| rival * (k - 1) / (RIVALS - 1));
        let mut compared: Vec<usize> = even.chain([best, self.grid.present]).collect();
        compared.sort_unstable();
        compared.dedup();
        compared
    }

    fn shift(
        &self,
        pool: &ThreadPool,
        (best, candidates): (usize, &[usize]),
        Variation { what, apply }: Variation,
    ) -> Shift {
        let cell = |&candidate: &usize| {
            let mut scenario = self.cells[candidate].scenario.clone();
            apply(&mut scenario);
            let tasks = expected_tasks(&scenario);
            Cell { scenario, tasks }
        };
        let cells: Vec<Cell> = candidates.iter().map(cell).collect();
        let own = candidates.iter().position(|&candidate| candidate == best);
        let own = own.expect("the choice is among those compared");
        let all: Vec<usize> = (0..cells.len()).collect();
        let mut costs = vec![Vec::new(); cells.len()];
        let mut from = 0;
        for look in LOOKS {
            let days = self.days(pool, (&cells, &all), FROM + from..FROM + look);
            for ((costs, days), cell) in costs.iter_mut().zip(&days).zip(&cells) {
                costs.extend(days.iter().map(|day| day.cost(&self.tune.cost) / cell.tasks));
            }
            from = look;
            if self.excess(&costs, own).2 != Holds::Unclear {
                break;
            }
        }
        let (worst, excess, holds) = self.excess(&costs, own);
        Shift { what, best: candidates[worst], excess: excess.max(0.0), holds }
    }

    /// Whom the choice `own` exceeds most, by how much, and whether that is within the
    /// indifference. The risk is shared by all comparisons and looks.
    fn excess(&self, costs: &[Vec<f64>], own: usize) -> (usize, f64, Holds) {
        #[expect(clippy::cast_precision_loss, reason = "numbers of candidates and looks")]
        let statements = ((costs.len().max(2) - 1) * LOOKS.len()) as f64;
        let risk = 2.0 * (1.0 - self.tune.confidence) / statements;
        let excess = |other: &Vec<f64>| {
            let difference = paired_mean_difference(&costs[own], other, 1.0 - risk);
            let difference = difference.expect("there are replications");
            let half = difference.interval.map_or(0.0, |interval| interval.half_width());
            (difference.value, half)
        };
        let excesses: Vec<(f64, f64)> = costs.iter().map(excess).collect();
        let worst = (0..costs.len()).max_by(|&a, &b| excesses[a].0.total_cmp(&excesses[b].0));
        let worst = worst.expect("there is a candidate");
        let delta = self.tune.indifference;
        let holds = if excesses.iter().all(|(mean, half)| mean + half <= delta) {
            Holds::Yes
        } else if excesses.iter().any(|(mean, half)| delta < mean - half) {
            Holds::No
        } else {
            Holds::Unclear
        };
        (worst, excesses[worst].0, holds)
    }
}
