//! The studies that a scenario asks for: one for each part of its decisions.

use std::num::NonZero;

use crate::cli::failure::Failure;
use crate::cli::tune::reader::Reader;
use crate::experiment::tune::{
    Grid, Listener, MOST_CANDIDATES, Part, Study, TooMany, alone, parts, workflows_set,
};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;
use crate::scenario::{Decision, Scenario, Setting, Tune};

/// What is asked, and who can read the scenario with other values.
pub(super) struct Asked<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) changes: &'a [String],
    pub(super) scenario: &'a Scenario,
    pub(super) texts: &'a Texts,
}

/// A study that may have to look for its candidates first.
pub(super) struct Draft {
    tune: Tune,
    part: Part,
    /// Of all candidates, or of what is in force alone.
    study: Study,
    must_search: bool,
}

impl Asked<'_> {
    /// A draft for each part into which the decisions fall. Nothing is simulated.
    pub(super) fn drafts(&self, tune: &Tune) -> Result<Vec<Draft>, Failure> {
        let parts = self.parts(tune)?;
        #[expect(clippy::cast_precision_loss, reason = "a number of decisions")]
        let n = parts.len() as f64;
        let draft = |part: Part| {
            let of_part = Tune {
                decisions: part.decisions.iter().map(|i| tune.decisions[*i].clone()).collect(),
                subject_to: part.conditions.iter().map(|i| tune.subject_to[*i].clone()).collect(),
                // The statements about all parts hold together.
                confidence: 1.0 - (1.0 - tune.confidence) / n,
                ..tune.clone()
            };
            self.draft(of_part, part)
        };
        parts.into_iter().map(draft).collect()
    }

    fn parts(&self, tune: &Tune) -> Result<Vec<Part>, Failure> {
        let set = |decision: &Decision| {
            let mut values = decision.values.iter();
            let other = values.find(|value| **value != decision.present);
            let Some(other) = other.filter(|_| 1 < tune.decisions.len()) else { return Ok(None) };
            let changed = self.read(std::slice::from_ref(decision), std::slice::from_ref(other))?;
            Ok::<_, Failure>(workflows_set(&decision.path, self.scenario, &changed))
        };
        let set = tune.decisions.iter().map(set).collect::<Result<Vec<_>, Failure>>()?;
        Ok(parts(self.scenario, &set, &tune.subject_to))
    }

    fn draft(&self, tune: Tune, part: Part) -> Result<Draft, Failure> {
        let (grid, must_search) = match Grid::new(&tune.decisions) {
            Ok(grid) => (grid, false),
            Err(TooMany { .. }) if 1 < tune.decisions.len() => {
                (Grid::present(&tune.decisions), true)
            }
            Err(TooMany { n }) => {
                let problem =
                    format!("{n} candidates: more than {MOST_CANDIDATES} are not simulated");
                let help = "larger steps or a shorter range make fewer";
                return Err(Failure::usage(Problem::nowhere(problem).with_help(help)));
            }
        };
        let study = self.study(&tune, &part, grid)?;
        if must_search {
            study.check_search().map_err(Failure::usage)?;
        }
        Ok(Draft { tune, part, study, must_search })
    }

    /// The study of a draft; if it has to look for candidates, that is done now.
    pub(super) fn complete(
        &self,
        draft: Draft,
        threads: NonZero<usize>,
        listener: &Listener<'_>,
    ) -> Result<Study, Failure> {
        let Draft { tune, part, study, must_search } = draft;
        if !must_search {
            return Ok(study);
        }
        let mut load = |settings: &[Setting]| self.load(&tune.decisions, settings, &part);
        let grid = study.pick(&tune.decisions, threads, (&mut load, listener))?;
        self.study(&tune, &part, grid)
    }

    fn study(&self, tune: &Tune, part: &Part, grid: Grid) -> Result<Study, Failure> {
        let load = |settings: &Vec<Setting>| self.load(&tune.decisions, settings, part);
        let scenarios = grid.candidates.iter().map(load).collect::<Result<Vec<_>, Failure>>()?;
        let study = Study::new(tune.clone(), grid, scenarios);
        study.map_err(|problems| Failure::input(problems, self.texts.clone()))
    }

    /// With other values, and without the tasks of other parts.
    fn load(
        &self,
        decisions: &[Decision],
        settings: &[Setting],
        part: &Part,
    ) -> Result<Scenario, Failure> {
        let scenario = self.read(decisions, settings)?;
        Ok(match &part.sources {
            Some(sources) => alone(scenario, sources),
            None => scenario,
        })
    }

    fn read(&self, decisions: &[Decision], settings: &[Setting]) -> Result<Scenario, Failure> {
        let set = decisions.iter().zip(settings);
        let set = set.map(|(decision, value)| format!("{}={}", decision.path, value.toml()));
        let changes: Vec<String> = self.changes.iter().cloned().chain(set).collect();
        Ok(self.reader.read(&changes)?.scenario)
    }
}
