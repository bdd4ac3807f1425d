//! How replications depend on each other and how they are estimated from, as the study or the
//! command line asks; and whether that is possible.

use crate::cli::batch::work::Asked;
use crate::experiment::{CONTROLLED_UNITS, can_be_controlled};
use crate::random::Sampling;
use crate::scenario::Scenario;
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;
use crate::scenario::study::Study;

/// Fewer units than this have no interval.
const LEAST_UNITS: u32 = 2;
/// So many units are suggested to whoever has too few.
const GOOD_UNITS: u32 = 20;

/// How all cells are replicated and estimated.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Design {
    pub(in crate::cli) sampling: Sampling,
    pub(in crate::cli) control_variate: bool,
    /// Where the study asks for the one and the other; nowhere if the command line does.
    places: [Option<Place>; 2],
}

impl Design {
    /// The command line goes before the study.
    pub(in crate::cli) fn of(study: &Study, asked: &Asked) -> Self {
        let (sampling, sampling_place) = match (asked.sampling, &study.sampling) {
            (Some(sampling), _) => (sampling, None),
            (None, Some((sampling, place))) => (*sampling, Some(place.clone())),
            (None, None) => (Sampling::default(), None),
        };
        let (control_variate, control_place) = match (asked.control_variate, &study.control_variate)
        {
            (true, _) => (true, None),
            (false, Some((is_wanted, place))) => (*is_wanted, Some(place.clone())),
            (false, None) => (false, None),
        };
        Self { sampling, control_variate, places: [sampling_place, control_place] }
    }

    /// Replicates and estimates a cell in this way.
    pub(in crate::cli) const fn apply(&self, scenario: &mut Scenario) {
        scenario.sampling = self.sampling;
        scenario.control_variate = self.control_variate;
    }

    /// Whether a cell can be.
    pub(in crate::cli) fn check(&self, cell: &str, scenario: &Scenario) -> Result<(), Problem> {
        let has_busyness = scenario.sources.iter().any(|source| source.busyness.is_some());
        if self.sampling == Sampling::Stratified && !has_busyness {
            let what =
                format!("no source of `{cell}` has a busyness: there is nothing to stratify");
            let help = "antithetic pairs need none";
            return Err(self.problem(0, what).with_help(help));
        }
        if self.control_variate {
            can_be_controlled(scenario).map_err(|why| {
                self.problem(1, format!("`{cell}` has no control variate: {why}"))
            })?;
        }
        Ok(())
    }

    /// Whether so many replications, or at most so many if cells stop, can be.
    pub(in crate::cli) fn check_number(&self, most: u32) -> Result<(), Problem> {
        let unit = self.sampling.unit();
        let name = match self.sampling {
            Sampling::Independent => "replications",
            Sampling::Stratified => "blocks of 20 replications",
            Sampling::Antithetic => "pairs of replications",
        };
        let help = |units: u32| {
            let units = units.min(u32::MAX / unit);
            format!("--replications {} makes {units} of them", units * unit)
        };
        if !most.is_multiple_of(unit) {
            let what = format!("{most} replications are not whole {name}");
            return Err(self.problem(0, what).with_help(help(most.div_ceil(unit).max(GOOD_UNITS))));
        }
        let n = most / unit;
        if 1 < unit && n < LEAST_UNITS {
            let what = format!("intervals are made of {name}, at least two: there is {n}");
            return Err(self.problem(0, what).with_help(help(GOOD_UNITS)));
        }
        if self.control_variate && n < CONTROLLED_UNITS {
            let what =
                format!("a control variate needs {CONTROLLED_UNITS} {name} or more: there are {n}");
            return Err(self.problem(1, what).with_help(help(CONTROLLED_UNITS)));
        }
        Ok(())
    }

    /// What a reader of intervals should know.
    pub(in crate::cli) fn told(&self, replications: u32, study: &Study) -> Vec<String> {
        let unit = self.sampling.unit();
        let units = match (self.sampling, study.stop_when.is_empty()) {
            (Sampling::Independent, _) => None,
            (Sampling::Stratified, true) => Some(format!("{} blocks of 20", replications / unit)),
            (Sampling::Stratified, false) => Some("blocks of 20".to_owned()),
            (Sampling::Antithetic, true) => Some(format!("{} pairs", replications / unit)),
            (Sampling::Antithetic, false) => Some("pairs".to_owned()),
        };
        let name = self.sampling.name();
        let units =
            units.map(|units| format!("Sampling is {name}: intervals are made of {units}."));
        let control = self.control_variate.then(|| {
            "Means, and shares of the tasks created, are corrected by how many tasks came."
                .to_owned()
        });
        units.into_iter().chain(control).collect()
    }

    fn problem(&self, which: usize, what: String) -> Problem {
        match &self.places[which] {
            Some(place) => Problem::error(what, place),
            None => Problem::nowhere(what),
        }
    }
}
