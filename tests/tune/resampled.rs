//! The whole procedure on real costs whose means are known: the bundled scenario's days are stored
//! once and are the population; a trial draws days from it with replacement, the same day for all
//! candidates.

use std::ops::Range;
use std::path::Path;

use taskrouter_sim::experiment::tune::{Grid, Study};
use taskrouter_sim::random::{Draws, Entity, Purpose};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::tuning::{Outcome, Plan, certify, select};

use crate::{at_least, two_threads};

/// Costs by candidate and day, and their means.
struct Population {
    costs: Vec<Vec<f64>>,
    means: Vec<f64>,
}

impl Population {
    /// Of timeouts from 5 s on.
    fn new((to, step): (u32, u32), days: u32) -> Self {
        let decide = format!(
            "tune.decisions=[{{ path = 'workspace.workflows[\"Support\"].task_reservation_timeout', \
             from = '5s', to = '{to}s', step = '{step}s' }}]"
        );
        let load = |more: &[String]| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/missed_offers.toml");
            let set = [std::slice::from_ref(&decide), more].concat();
            Scenario::load(&path, &set, false).expect("a bundled scenario").scenario
        };
        let tune = load(&[]).tune.expect("a decision");
        let grid = Grid::new(&tune.decisions).expect("few");
        let all: Vec<usize> = (0..grid.candidates.len()).collect();
        let scenarios = all.iter().map(|&candidate| load(&grid.overrides(candidate))).collect();
        let study = Study::new(tune, grid, scenarios).expect("a study");
        let costs = study.costs(two_threads(), &all, 0..days);
        let means = costs.iter().map(|row| row.iter().sum::<f64>() / f64::from(days)).collect();
        Self { costs, means }
    }

    fn outcomes(
        &self,
        seed: u64,
        candidates: &[usize],
        replications: Range<u32>,
    ) -> Vec<Vec<Outcome>> {
        let n = self.costs[0].len();
        let entity = Entity::named("population", "");
        let day = |replication| {
            let u = Draws::new(seed, replication).uniform(entity, Purpose::Mix, 0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a number of days"
            )]
            let day = (u * n as f64) as usize;
            day.min(n - 1)
        };
        let days: Vec<usize> = replications.map(day).collect();
        let row = |&candidate: &usize| {
            let cost =
                |&day: &usize| Outcome { cost: self.costs[candidate][day], excesses: Vec::new() };
            days.iter().map(cost).collect()
        };
        candidates.iter().map(row).collect()
    }

    /// In how many of some trials the choice is within the indifference of the best, in how many
    /// within what was certified, and in how many the best is among those not shown to be worse.
    fn trials(&self, indifference: f64, trials: u32) -> [u32; 3] {
        let k = self.means.len();
        let plan = Plan { indifference, ..Plan::new(vec![0.0; k], 0) };
        let best = (0..k).min_by(|&a, &b| self.means[a].total_cmp(&self.means[b])).expect("some");
        let mut counts = [0; 3];
        for seed in 0..u64::from(trials) {
            let mut simulate =
                |candidates: &[usize], replications| self.outcomes(seed, candidates, replications);
            let selection = select(&plan, &mut simulate);
            let certificate = certify(&plan, &selection, &mut simulate);
            let chosen = certificate.best.expect("nothing has to hold");
            let gap = self.means[chosen] - self.means[best];
            counts[0] += u32::from(gap <= indifference);
            counts[1] += u32::from(gap <= certificate.gap_bound);
            counts[2] += u32::from(certificate.is_good(best));
        }
        counts
    }
}

#[test]
fn days_drawn_from_a_known_population_lead_to_good_choices() {
    let population = Population::new((120, 23), 300);
    assert_eq!(population.means.len(), 7, "six timeouts, and the one in force");
    let counts = population.trials(0.5, 60);
    assert!(counts.iter().all(|count| 57 <= *count), "{counts:?} of 60");
}

#[test]
#[ignore = "minutes; by hand"]
#[expect(clippy::print_stdout, reason = "what is seen by hand")]
fn days_drawn_from_a_large_population_lead_to_good_choices_as_often_as_promised() {
    let population = Population::new((120, 1), 2_000);
    let counts = population.trials(0.25, 500);
    println!(
        "of 500: {} good, {} covered, {} with the best in the band",
        counts[0], counts[1], counts[2]
    );
    assert!(counts.iter().all(|count| 0.95 <= at_least(*count, 500)), "{counts:?} of 500");
}
