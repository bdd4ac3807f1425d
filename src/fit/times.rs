//! How long people wait and tasks take, from tasks that were watched one by one.

use crate::fit::sample::Sample;
use crate::fit::select::Fits;

/// Fewer times than this say too little about a law.
pub const TIMES_LEAST: usize = 50;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The task was accepted.
    Answered,
    /// The customer gave up.
    Abandoned,
}

/// The times of a task, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// The source, or whatever tasks are told apart by; may be empty.
    pub of: String,
    /// From creation to acceptance or hanging up, and which.
    pub waited: Option<(f64, Ending)>,
    /// From acceptance to the end of the talk.
    pub talk: Option<f64>,
    /// From the end of the talk to completion.
    pub wrap_up: Option<f64>,
}

/// A sample of times and the laws that were tried on it.
#[derive(Clone, Debug)]
pub struct Timing {
    /// The times.
    pub sample: Sample,
    /// The laws.
    pub fits: Fits,
}

/// The laws of what customers and workers do with tasks of one kind.
#[derive(Clone, Debug)]
pub struct Work {
    /// How many tasks there were.
    pub n: usize,
    /// Until they hang up; those answered are only known to have waited longer.
    pub patience: Option<Timing>,
    /// The talk.
    pub talk: Option<Timing>,
    /// The wrap-up.
    pub wrap_up: Option<Timing>,
}

impl Work {
    /// What `tasks` say; parts of it `None` where fewer than [`TIMES_LEAST`] say something.
    #[must_use]
    pub fn of<'t>(tasks: impl Iterator<Item = &'t Times> + Clone) -> Self {
        let waits = tasks.clone().filter_map(|task| task.waited);
        let (answered, abandoned): (Vec<_>, Vec<_>) =
            waits.partition(|(_, ending)| *ending == Ending::Answered);
        let seconds = |waits: Vec<(f64, Ending)>| waits.into_iter().map(|(wait, _)| wait).collect();
        let patience = Sample::new(seconds(abandoned), seconds(answered));
        let of = |times: Vec<f64>| timing(Sample::new(times, Vec::new()), Fits::of_work);
        Self {
            n: tasks.clone().count(),
            patience: timing(patience, Fits::of_patience),
            talk: of(tasks.clone().filter_map(|task| task.talk).collect()),
            wrap_up: of(tasks.filter_map(|task| task.wrap_up).collect()),
        }
    }
}

fn timing(sample: Sample, fit: impl Fn(&Sample) -> Option<Fits>) -> Option<Timing> {
    if sample.n_ended() < TIMES_LEAST {
        return None;
    }
    let fits = fit(&sample)?;
    Some(Timing { sample, fits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_censored_by_answers() {
        // Everybody would wait 100 s in the mean; half are answered before they give up.
        let task = |i: u32| {
            let patience = -100.0 * libm::log((f64::from(i) + 0.5) / 2000.0);
            let answered = f64::from((i * 7919) % 2000) / 10.0;
            let waited = if patience < answered {
                (patience, Ending::Abandoned)
            } else {
                (answered, Ending::Answered)
            };
            Times { of: String::new(), waited: Some(waited), talk: Some(60.0), wrap_up: None }
        };
        let tasks: Vec<Times> = (0..2000).map(task).collect();
        let work = Work::of(tasks.iter());
        let patience = work.patience.expect("many gave up");
        let mean = patience.fits.best().law.mean();
        assert!((mean / 100.0 - 1.0).abs() < 0.1, "{mean}");
        assert!(patience.sample.mean_ended().expect("many") < 70.0);
        assert!(work.talk.is_some() && work.wrap_up.is_none());
    }
}
