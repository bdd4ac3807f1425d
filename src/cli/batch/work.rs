//! What is to be compared: read, checked, and found to be comparable before anything is simulated.

use std::path::PathBuf;

use crate::cli::args::{BatchArgs, Changes, ShowArgs};
use crate::cli::batch::design::Design;
use crate::cli::failure::Failure;
use crate::cli::input::with_assertions;
use crate::experiment::{limits, looks};
use crate::observation::Measured;
use crate::output::{CellPlan, StudyPlan};
use crate::random::Sampling;
use crate::scenario::condition::Subject;
use crate::scenario::node::Place;
use crate::scenario::problem::Problem;
use crate::scenario::study::Study;
use crate::scenario::text::Texts;
use crate::scenario::{Loaded, Scenario};

/// What was asked for beside the files, as far as it changes results.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Asked {
    pub(in crate::cli) changes: Changes,
    pub(in crate::cli) replications: Option<u32>,
    pub(in crate::cli) sampling: Option<Sampling>,
    pub(in crate::cli) control_variate: bool,
}

impl Asked {
    pub(in crate::cli) fn of(args: &BatchArgs) -> Self {
        let sampling = match (args.stratified, args.antithetic) {
            (true, _) => Some(Sampling::Stratified),
            (_, true) => Some(Sampling::Antithetic),
            _ => None,
        };
        Self {
            changes: args.changes.clone(),
            replications: args.replications,
            sampling,
            control_variate: args.control_variate,
        }
    }

    /// No more than these changes.
    pub(in crate::cli) const fn nothing(changes: Changes) -> Self {
        Self { changes, replications: None, sampling: None, control_variate: false }
    }

    /// As whoever made a store asked.
    pub(in crate::cli) fn again(plan: &StudyPlan) -> Self {
        Self {
            changes: Changes {
                seed: plan.asked_seed,
                set: plan.set.clone(),
                lenient: plan.lenient,
            },
            replications: plan.asked_replications,
            sampling: plan.asked_sampling.as_deref().and_then(Sampling::named),
            control_variate: plan.asked_control_variate,
        }
    }
}

/// What is to be compared.
#[derive(Debug)]
pub(in crate::cli) struct Work {
    pub(in crate::cli) study: Study,
    pub(in crate::cli) cells: Vec<CellPlan>,
    pub(in crate::cli) asked: Asked,
    pub(in crate::cli) design: Design,
    /// How many replications of each cell; with stopping rules, the least number.
    pub(in crate::cli) replications: u32,
    /// By what cells are ranked.
    pub(in crate::cli) rank_by: Subject,
    /// What is likely not meant in the baseline.
    pub(in crate::cli) warnings: Vec<Problem>,
    pub(in crate::cli) texts: Texts,
}

impl Work {
    pub(in crate::cli) fn new(
        files: &[PathBuf],
        asked: Asked,
        show: &ShowArgs,
    ) -> Result<Self, Failure> {
        let mut study = Study::read(files)?;
        let rank_by = rank_by(&mut study.texts, &show.rank_by)?;
        let design = Design::of(&study, &asked);
        let mut work = Self {
            study,
            cells: Vec::new(),
            asked,
            design,
            replications: 0,
            rank_by,
            warnings: Vec::new(),
            texts: Texts::new(),
        };
        let mut numbers = Vec::new();
        for cell in 0..work.study.cells.len() {
            numbers.push(work.check(cell)?);
        }
        work.one_seed()?;
        work.replications = work.one_number(&numbers)?;
        let most = work.looks().last().copied().unwrap_or(work.replications);
        work.design.check_number(most).map_err(|problem| work.told(problem))?;
        Ok(work)
    }

    /// Whether a cell is a scenario that can be compared; its own number of replications.
    fn check(&mut self, cell: usize) -> Result<u32, Failure> {
        let Loaded { scenario, warnings, texts } = self.read(cell)?;
        let told = |problems| Failure::input(problems, self.study.texts.clone());
        limits(&self.study.stop_when, &scenario).map_err(told)?;
        Measured::find(&self.rank_by, &scenario).map_err(|problem| told(vec![problem]))?;
        let name = self.study.cells[cell].name.clone();
        self.design.check(&name, &scenario).map_err(|problem| told(vec![problem]))?;
        self.cells.push(CellPlan {
            name,
            scenario_sha256: scenario.sha256,
            seed: scenario.seed,
            sampling: scenario.sampling.name().to_owned(),
            lenient: self.asked.changes.lenient,
        });
        if cell == self.study.baseline {
            (self.warnings, self.texts) = (warnings, texts);
        }
        Ok(scenario.replications)
    }

    fn read(&self, cell: usize) -> Result<Loaded, Failure> {
        let changes = &self.asked.changes;
        let loaded = self.study.load(cell, &changes.overrides(), changes.lenient)?;
        let mut loaded = with_assertions(loaded)?;
        self.design.apply(&mut loaded.scenario);
        Ok(loaded)
    }

    /// A problem at a place in the study, or nowhere.
    fn told(&self, problem: Problem) -> Failure {
        Failure::input(vec![problem], self.study.texts.clone())
    }

    /// The scenario of a cell.
    pub(in crate::cli) fn load(&self, cell: usize) -> Result<Scenario, Failure> {
        let scenario = self.read(cell)?.scenario;
        if scenario.sha256 != self.cells[cell].scenario_sha256 {
            let what = format!("the files of `{}` were changed meanwhile", self.cells[cell].name);
            return Err(Failure::usage(Problem::nowhere(what)));
        }
        Ok(scenario)
    }

    fn one_seed(&self) -> Result<(), Failure> {
        let first = &self.cells[self.study.baseline];
        match self.cells.iter().find(|cell| cell.seed != first.seed) {
            None => Ok(()),
            Some(other) => {
                let (a, b) = (&first.name, &other.name);
                let what = format!("`{a}` has seed {} and `{b}` seed {}", first.seed, other.seed);
                let help = "common random numbers need one seed: --seed N gives it to all";
                Err(Failure::usage(Problem::nowhere(what).with_help(help)))
            }
        }
    }

    fn one_number(&self, numbers: &[u32]) -> Result<u32, Failure> {
        if let Some(asked) = self.asked.replications.or(self.study.replications) {
            return Ok(asked);
        }
        let first = numbers[self.study.baseline];
        match numbers.iter().position(|number| *number != first) {
            None => Ok(first),
            Some(other) => {
                let (a, b) = (&self.cells[self.study.baseline].name, &self.cells[other].name);
                let what = format!("`{a}` has {first} replications and `{b}` {}", numbers[other]);
                let help = "--replications N gives the same number to all";
                Err(Failure::usage(Problem::nowhere(what).with_help(help)))
            }
        }
    }

    /// After how many replications of a cell is looked whether it is precise enough; without
    /// stopping rules once, at the end.
    pub(in crate::cli) fn looks(&self) -> Vec<u32> {
        match self.study.stop_when.as_slice() {
            [] => vec![self.replications],
            _ => {
                let unit = self.design.sampling.unit();
                looks((self.replications, self.study.max_replications), unit)
            }
        }
    }

    /// What a store is of; `files` are what was named.
    pub(in crate::cli) fn plan(&self, files: &[PathBuf]) -> StudyPlan {
        let Asked { changes, replications, sampling, control_variate } = &self.asked;
        let absolute = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
        let baseline = &self.cells[self.study.baseline];
        let stops = !self.study.stop_when.is_empty();
        StudyPlan {
            version: StudyPlan::version(),
            study: self.study.name.clone(),
            seed: baseline.seed,
            baseline: baseline.name.clone(),
            replications: self.replications,
            stops_at: stops.then_some(self.study.max_replications),
            cells: self.cells.clone(),
            files: files.iter().map(absolute).collect(),
            asked_seed: changes.seed,
            asked_replications: *replications,
            asked_sampling: sampling.map(|sampling| sampling.name().to_owned()),
            asked_control_variate: *control_variate,
            control_variate: self.design.control_variate,
            set: changes.set.clone(),
            lenient: changes.lenient,
        }
    }
}

fn rank_by(texts: &mut Texts, written: &str) -> Result<Subject, Failure> {
    let id = texts.add("--rank-by", written);
    let subject = Subject::read(written, &|range| Place { text: id, range });
    subject.map_err(|problem| Failure::input(vec![problem], texts.clone()))
}
