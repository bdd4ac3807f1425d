//! What comes of a study.

use crate::experiment::tune::{Day, Shift, Study};
use crate::stats::{Estimate, Ratio, ratio_interval};
use crate::tuning::{Certificate, Feasibility, Front, Selection, fronts};

/// What comes of a study.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// How the choice was made.
    pub selection: Selection,
    /// How it was proved.
    pub certificate: Certificate,
    /// One for each candidate.
    pub standings: Vec<Standing>,
    /// The choice where inputs differ; none if nothing was chosen.
    pub shifts: Vec<Shift>,
    /// How many tasks were created in selection and certificate.
    pub n_tasks: u64,
    /// How many events there were in selection and certificate.
    pub n_events: u64,
}

/// How a candidate stands, by fresh replications.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What it costs per task.
    pub cost: Estimate,
    /// By how much it costs more per task than the one chosen.
    pub difference: Estimate,
    /// By how much it costs more per task than what is in force, with the usual interval of a
    /// single comparison.
    pub against_present: Estimate,
    /// Waiting seconds per task.
    pub waiting: f64,
    /// Abandoned tasks per task.
    pub abandoned: f64,
    /// Offers timed out per task.
    pub missed: f64,
    /// Offers timed out per offer.
    pub missed_rate: f64,
    /// Hours of ringing per replication.
    pub hours_ringing: f64,
    /// Hours out of line after missed offers per replication.
    pub hours_lost: f64,
    /// The same in full-time workers.
    pub fte_lost: f64,
    /// For each constraint, its value.
    pub constraints: Vec<Option<Estimate>>,
    /// What is known about the constraints together.
    pub feasibility: Feasibility,
    /// In which round of the selection it was dropped, if it was.
    pub dropped_in: Option<u32>,
    /// How many replications of it were simulated.
    pub replications: u64,
    /// Not shown to be worse than the one chosen.
    pub is_good: bool,
    /// Shown to be within the indifference of the one chosen.
    pub is_surely_ok: bool,
    /// Whether another one waits less, misses less and loses less time of workers.
    pub front: Front,
}

impl Study {
    /// How the candidates stand by `days`, the fresh ones of the last attempt.
    pub(super) fn standings(
        &self,
        selection: &Selection,
        certificate: &Certificate,
        days: &[Vec<Day>],
    ) -> Vec<Standing> {
        let measures: Vec<_> = (0..days.len()).map(|i| self.measures(i, &days[i])).collect();
        let fronts = fronts(&measures, self.tune.confidence);
        let n_fresh: u64 = certificate.attempts.iter().map(|attempt| u64::from(attempt.n)).sum();
        let standing = |candidate: usize| {
            let days = &days[candidate];
            let tasks = self.cells[candidate].tasks;
            let mean = |of: fn(&Day) -> f64| mean(days, of);
            Standing {
                cost: certificate.costs[candidate],
                difference: certificate.differences[candidate],
                against_present: self.against_present(certificate, candidate),
                waiting: mean(|day| day.waiting) / tasks,
                abandoned: mean(|day| day.abandoned) / tasks,
                missed: mean(|day| day.missed) / tasks,
                missed_rate: ratio(mean(|day| day.missed), mean(|day| day.offers)),
                hours_ringing: mean(|day| day.hours_ringing),
                hours_lost: mean(|day| day.hours_lost),
                fte_lost: mean(|day| day.workers)
                    * ratio(mean(|day| day.hours_lost), mean(|day| day.hours_scheduled)),
                constraints: self.constraint_values(days),
                feasibility: certificate.feasibility[candidate],
                dropped_in: selection.dropped_in[candidate],
                replications: selection.sample.n(candidate) as u64 + n_fresh,
                is_good: certificate.is_good(candidate),
                is_surely_ok: certificate.is_surely_ok(candidate, self.tune.indifference),
                front: fronts[candidate],
            }
        };
        (0..days.len()).map(standing).collect()
    }

    /// What counts against a candidate, by measure and replication, as means: waiting per task,
    /// the missed rate made linear, and hours of workers lost.
    fn measures(&self, candidate: usize, days: &[Day]) -> Vec<Vec<f64>> {
        let tasks = self.cells[candidate].tasks;
        let offers = mean(days, |day| day.offers);
        let rate = ratio(mean(days, |day| day.missed), offers);
        let missed = |day: &Day| rate + ratio(day.missed - rate * day.offers, offers);
        vec![
            days.iter().map(|day| day.waiting / tasks).collect(),
            days.iter().map(missed).collect(),
            days.iter().map(|day| day.hours_lost).collect(),
        ]
    }

    fn constraint_values(&self, days: &[Day]) -> Vec<Option<Estimate>> {
        let value = |index: usize| {
            let readings = days.iter().map(|day| day.readings[index]);
            let (numerators, denominators): (Vec<f64>, Vec<f64>) =
                readings.map(|reading| (reading.numerator, reading.denominator)).unzip();
            let ratio = Ratio { numerators: &numerators, denominators: &denominators };
            ratio_interval(ratio, self.tune.confidence)
        };
        (0..self.constraints.len()).map(value).collect()
    }

    fn against_present(&self, certificate: &Certificate, candidate: usize) -> Estimate {
        let sample = &certificate.attempts.last().expect("there is an attempt").sample;
        sample.paired(candidate, self.grid.present, self.tune.confidence)
    }
}

pub(super) fn mean(days: &[Day], of: fn(&Day) -> f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of replications")]
    let n = days.len().max(1) as f64;
    days.iter().map(of).sum::<f64>() / n
}

fn ratio(of: f64, all: f64) -> f64 {
    if 0.0 < all { of / all } else { 0.0 }
}
