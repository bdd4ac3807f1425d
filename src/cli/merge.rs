//! `trsim merge`: the parts of a batch become its results.

use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::args::MergeArgs;
use crate::cli::batch::show::show;
use crate::cli::batch::work::{Asked, Work};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::experiment::{blocks, estimate_scopes, limits};
use crate::output::{Cost, Folder, Found, Store, StoreError, StudyPlan};
use crate::scenario::problem::Problem;

pub(super) fn run(args: &MergeArgs, console: &Console) -> Outcome {
    let store = Store::join(&args.stores).map_err(unreadable)?;
    let plan = store.plan();
    if plan.version != StudyPlan::version() {
        let (theirs, ours) = (&plan.version, StudyPlan::version());
        let what = format!("the stores were made by version {theirs}, this is {ours}");
        return Err(Failure::usage(Problem::nowhere(what)));
    }
    let files = files(args, plan)?;
    let work = Work::new(&files, Asked::again(plan), &args.show)?;
    plan.joins(&work.plan(&files), ("the stores", "the files as they are now"))?;
    let folder = args.show.out.clone().unwrap_or_else(|| Folder::default_for(&work.study.name));
    let folder = Folder::claim(&folder, args.show.force)?;
    let cells = 0..work.cells.len();
    let numbers: Result<Vec<u32>, Failure> =
        cells.map(|cell| number(&work, &store, cell)).collect();
    show(&work, (&store, &numbers?, Cost::default()), (&folder, &args.show), console)
}

/// The files of the study: those that are named, or where the shards read them.
fn files(args: &MergeArgs, plan: &StudyPlan) -> Result<Vec<PathBuf>, Failure> {
    if !args.study.is_empty() {
        return Ok(args.study.clone());
    }
    match plan.files.iter().find(|path| !path.exists()) {
        None => Ok(plan.files.clone()),
        Some(lost) => {
            let what = format!("the shards read {}, which is not there", lost.display());
            let problem = Problem::nowhere(what).with_help("--study FILE says where it is now");
            Err(Failure::usage(problem))
        }
    }
}

/// How many replications a cell has: where it stopped, as whoever simulated it decided.
fn number(work: &Work, store: &Store, cell: usize) -> Result<u32, Failure> {
    let looks = work.looks();
    let [others @ .., last] = looks.as_slice() else { return Ok(0) };
    if others.is_empty() {
        return Ok(*last);
    }
    let scenario = work.load(cell)?;
    let told = |problems| Failure::input(problems, work.study.texts.clone());
    let limits = limits(&work.study.stop_when, &scenario).map_err(told)?;
    let mut recordings = Vec::new();
    let mut reached = 0;
    for n in others {
        for range in blocks(*n).filter(|range| reached <= range.start) {
            match store.find(&work.cells[cell], &scenario, &range)? {
                Found::Whole(block) => recordings.extend(block),
                // What is missing is told by whoever needs it.
                Found::Damaged(_) | Found::Missing => return Ok(*n),
            }
        }
        reached = *n;
        let rows = estimate_scopes(&scenario, &recordings);
        if limits.iter().all(|limit| limit.is_met(&rows)) {
            return Ok(*n);
        }
    }
    Ok(*last)
}

/// To merge, stores are input: what cannot be read there is the user's to mend.
fn unreadable(error: StoreError) -> Failure {
    match error {
        StoreError::Io { .. } => Failure::usage(Problem::nowhere(format!("cannot read {error}"))),
        StoreError::Mismatch(_) => error.into(),
    }
}
