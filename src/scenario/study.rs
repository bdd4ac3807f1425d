//! Several scenarios to be compared: files side by side, or the cells of a study file.

mod grid;
mod setting;

use std::path::{Path, PathBuf};

pub use setting::Setting;

use crate::random::Sampling;
use crate::scenario::condition::{Bound, Subject};
use crate::scenario::load::Failed;
use crate::scenario::nearest::suggest;
use crate::scenario::node::{Item, Node, Place};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::read;
use crate::scenario::shape::check_study;
use crate::scenario::study::grid::{Axis, grid};
use crate::scenario::study::setting::settings;
use crate::scenario::text::Texts;
use crate::scenario::toml::parse_toml;
use crate::scenario::{Loaded, Scenario};

/// More cells than this are refused: nobody reads them, and somebody pays for them.
pub const MAX_CELLS: usize = 10_000;

/// Several scenarios to be compared.
#[derive(Clone, Debug)]
pub struct Study {
    /// Names the results folder.
    pub name: String,
    /// At least two, with names of their own.
    pub cells: Vec<Cell>,
    /// The index of the cell that others are compared with.
    pub baseline: usize,
    /// How many replications for each cell, where the study says so.
    pub replications: Option<u32>,
    /// When a cell is precise enough; if empty, the number of replications is fixed.
    pub stop_when: Vec<StopRule>,
    /// Where a cell stops in any case.
    pub max_replications: u32,
    /// How the replications of a cell depend on each other, where the study says so, and where.
    pub sampling: Option<(Sampling, Place)>,
    /// Whether the number of tasks that came is a control variate, where the study says so, and
    /// where.
    pub control_variate: Option<(bool, Place)>,
    /// The study file, or nothing.
    pub texts: Texts,
}

/// One of the scenarios.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Tells it from the others.
    pub name: String,
    /// The scenario file.
    pub path: PathBuf,
    /// What is changed in it.
    pub settings: Vec<Setting>,
}

/// How precise a metric is to be.
#[derive(Clone, Debug)]
pub struct StopRule {
    /// Which metric.
    pub subject: Subject,
    /// How precise.
    pub precision: Precision,
}

/// A greatest half width of a 95 % interval.
#[derive(Clone, Debug, PartialEq)]
pub enum Precision {
    /// In the unit of the metric, and where that is written.
    Absolute(Bound, Place),
    /// As a share of the estimate, more than 0.
    Relative(f64),
}

impl Study {
    /// Whether the file at `path` is a study: whether it has a `base`.
    #[must_use]
    pub fn is_in(path: &Path) -> bool {
        let mut texts = Texts::new();
        let root = texts.add_file(path).ok().and_then(|id| parse_toml(&texts, id).ok());
        root.is_some_and(|root| root.get("base").is_some())
    }

    /// Reads one study file, or several scenario files.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the study itself. Whether each cell is a scenario is found
    /// out by [`Study::load`].
    pub fn read(paths: &[PathBuf]) -> Result<Self, Failed> {
        let mut texts = Texts::new();
        match paths {
            [path] => Self::of_file(path, texts),
            paths => {
                let cells = paths.iter().map(|path| named(path, &mut texts)).collect();
                let study = Self { texts, ..Self::new("batch".to_owned(), cells) };
                study.checked(Vec::new())
            }
        }
    }

    fn new(name: String, cells: Vec<Cell>) -> Self {
        Self {
            name,
            cells,
            baseline: 0,
            replications: None,
            stop_when: Vec::new(),
            max_replications: 10_000,
            sampling: None,
            control_variate: None,
            texts: Texts::new(),
        }
    }

    fn of_file(path: &Path, mut texts: Texts) -> Result<Self, Failed> {
        let read = texts.add_file(path).map_err(|problem| vec![problem]);
        let root = match read.and_then(|id| parse_toml(&texts, id)) {
            Ok(root) => root,
            Err(problems) => return Err(Failed { texts, problems }),
        };
        if root.get("schema").is_some() && root.get("base").is_none() {
            let what = format!("{} is one scenario: there is nothing to compare", path.display());
            let help = "name several, or a study file whose `base` is a scenario";
            let problems = vec![Problem::nowhere(what).with_help(help)];
            return Err(Failed { texts, problems });
        }
        let problems = check_study(&root);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(Failed { texts, problems });
        }
        Self::of_root(path, &root, texts)
    }

    fn of_root(path: &Path, root: &Node, mut texts: Texts) -> Result<Self, Failed> {
        let mut problems = Vec::new();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = root.get("name").and_then(Node::as_str).map_or(stem, str::to_owned);
        let folder = path.parent().unwrap_or(Path::new(""));
        let base = folder.join(root.get("base").and_then(Node::as_str).unwrap_or_default());
        let axes = Axis::read(root.get("axes"), &mut texts, &mut problems);
        let mut cells = grid(&axes, &base, &mut problems);
        cells.extend(cases(root, &base, &mut texts));
        let baseline = baseline(root, (&axes, &base), &mut cells, &mut problems);
        let whole = |key| root.get(key).and_then(Node::as_integer);
        let replications = whole("replications").and_then(|n| u32::try_from(n).ok());
        let most = whole("max_replications").and_then(|n| u32::try_from(n).ok());
        let stop_when = stop_rules(root, &texts, &mut problems);
        let sampling = root
            .get("sampling")
            .and_then(|node| Some((Sampling::named(node.as_str()?)?, node.place.clone())));
        let control_variate = root
            .get("control_variate")
            .and_then(|node| Some((node.as_bool()?, node.place.clone())));
        let study = Self {
            baseline,
            replications,
            stop_when,
            max_replications: most.unwrap_or(10_000),
            sampling,
            control_variate,
            texts,
            ..Self::new(name, cells)
        };
        study.checked(problems)
    }

    /// No two cells of one name, and at least two of them.
    fn checked(self, mut problems: Vec<Problem>) -> Result<Self, Failed> {
        let mut names: Vec<&str> = self.cells.iter().map(|cell| cell.name.as_str()).collect();
        names.sort_unstable();
        for twice in names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            let what = format!("{} cells are named `{}`", twice.len(), twice[0]);
            problems.push(Problem::nowhere(what).with_help("give each a name of its own"));
        }
        if self.cells.len() < 2 && problems.is_empty() {
            let problem = Problem::nowhere("there is only one cell: nothing to compare");
            problems.push(problem.with_help("vary something in [axes], or add a [[case]]"));
        }
        if problems.is_empty() { Ok(self) } else { Err(Failed { texts: self.texts, problems }) }
    }

    /// The scenario of a cell; `overrides` are `PATH=VALUE` and the same for all cells.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, what the study has set shown in the study file.
    pub fn load(&self, cell: usize, overrides: &[String], lenient: bool) -> Result<Loaded, Failed> {
        let Cell { path, settings, .. } = &self.cells[cell];
        let own = settings.iter().map(Setting::written);
        let all: Vec<String> = overrides.iter().cloned().chain(own).collect();
        Scenario::load(path, &all, lenient)
            .map_err(|failed| setting::shown_in_study(failed, self, settings, overrides.len()))
    }
}

/// A scenario file, by the name it gives itself.
fn named(path: &Path, texts: &mut Texts) -> Cell {
    let root = texts.add_file(path).ok().and_then(|id| parse_toml(texts, id).ok());
    let name = root.as_ref().and_then(|root| root.get("name")).and_then(Node::as_str);
    let stem = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = name.map_or_else(stem, str::to_owned);
    Cell { name, path: path.to_owned(), settings: Vec::new() }
}

fn cases(root: &Node, base: &Path, texts: &mut Texts) -> Vec<Cell> {
    let cases = root.get("case").and_then(Node::as_array).unwrap_or_default();
    let cell = |case: &Node| Cell {
        name: case.get("name").and_then(Node::as_str).unwrap_or_default().to_owned(),
        path: base.to_owned(),
        settings: settings(case.get("set"), texts),
    };
    cases.iter().map(cell).collect()
}

/// Which cell the others are compared with; the base as it is becomes one if nothing is said.
fn baseline(
    root: &Node,
    (axes, base): (&[Axis], &Path),
    cells: &mut Vec<Cell>,
    problems: &mut Vec<Problem>,
) -> usize {
    let Some(node) = root.get("baseline") else {
        cells.insert(
            0,
            Cell { name: "base".to_owned(), path: base.to_owned(), settings: Vec::new() },
        );
        return 0;
    };
    let found = match &node.value {
        Item::String(name) => {
            let names = cells.iter().map(|cell| cell.name.as_str());
            let found = cells.iter().position(|cell| cell.name == *name);
            found.ok_or_else(|| {
                let problem = Problem::error(format!("no cell is named `{name}`"), &node.place);
                vec![with_help(problem, suggest(name, names.collect::<Vec<_>>()))]
            })
        }
        _ => grid::find(axes, node),
    };
    found.unwrap_or_else(|wrong| {
        problems.extend(wrong);
        0
    })
}

fn with_help(problem: Problem, help: Option<String>) -> Problem {
    match help {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

fn stop_rules(root: &Node, texts: &Texts, problems: &mut Vec<Problem>) -> Vec<StopRule> {
    let rules = root.get("stop_when").and_then(Node::as_array).unwrap_or_default();
    let read = |node: &Node| stop_rule(node, texts).map_err(|problem| problems.push(problem)).ok();
    rules.iter().filter_map(read).collect()
}

fn stop_rule(node: &Node, texts: &Texts) -> Result<StopRule, Problem> {
    let mut unread = Vec::new();
    let mut text = |key| node.get(key).and_then(|node| read::text(node, &mut unread));
    let metric = text("metric").unwrap_or_default();
    let scope = text("scope").unwrap_or("all");
    let place_of = |key| node.get(key).map_or(&node.place, |node| &node.place).clone();
    let (metric_place, scope_place) = (place_of("metric"), place_of("scope"));
    let subject = Subject::of((metric, &metric_place), (scope, &scope_place));
    let precision = match (node.get("half_width"), node.get("relative").and_then(Node::as_number)) {
        (Some(half_width), _) => {
            Precision::Absolute(Bound::of(half_width, texts)?, half_width.place.clone())
        }
        (None, relative) => Precision::Relative(relative.unwrap_or(1.0)),
    };
    Ok(StopRule { subject, precision })
}

#[cfg(test)]
mod tests;
