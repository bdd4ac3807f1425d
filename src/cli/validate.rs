//! `trsim validate`.

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal, Write, stderr};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Outcome;
use crate::cli::args::ValidateArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::output::{Judged, validation_csv, validation_table};
use crate::scenario::nearest::nearest;
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;
use crate::validation::{Case, Effort, Trial, Verdict, cases};

pub(super) fn run(args: &ValidateArgs, console: &Console) -> Outcome {
    if let Some(name) = &args.print {
        return console.print(chosen(std::slice::from_ref(name))?[0].text);
    }
    let cases = chosen(&args.cases)?;
    if let Some(path) = &args.out {
        beside(path)?;
    }
    let judged = judge(cases, args)?;
    console.print(&validation_table(&judged, console.prints_color()))?;
    if let Some(path) = &args.out {
        write(path, &judged)?;
    }
    conclude(&judged, console)
}

/// The cases of these names, in their own order; all if none is named.
fn chosen(names: &[String]) -> Result<Vec<Case>, Failure> {
    let all = cases();
    let unknown = |name: &&String| all.iter().all(|case| case.name != **name);
    let problems: Vec<Problem> = names.iter().filter(unknown).map(|n| unknown_case(n)).collect();
    if !problems.is_empty() {
        return Err(Failure::input(problems, Texts::new()));
    }
    let is_meant = |case: &Case| names.is_empty() || names.iter().any(|name| name == case.name);
    Ok(all.into_iter().filter(is_meant).collect())
}

fn unknown_case(name: &str) -> Problem {
    let names: Vec<&str> = cases().iter().map(|case| case.name).collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("the cases are {}", names.join(", ")),
    };
    Problem::nowhere(format!("there is no case {name}")).with_help(help)
}

fn judge(cases: Vec<Case>, args: &ValidateArgs) -> Result<Vec<Judged>, Failure> {
    let effort = if args.full { Effort::Full } else { Effort::Quick };
    let bar = progress(&cases, !args.no_progress);
    let threads = args.threads.or_else(|| available_parallelism().ok());
    let threads = threads.unwrap_or(NonZero::<usize>::MIN);
    let judge = |case: Case| {
        bar.set_message(case.title);
        let scenario = case.scenario(&args.overrides())?;
        let trial = Trial { scenario: &scenario, effort, threads };
        let verdicts = trial.judge(&case, |_| bar.inc(1));
        Ok(Judged { case, verdicts })
    };
    let judged = cases.into_iter().map(judge).collect();
    bar.finish_and_clear();
    judged
}

/// Counts replications: how many there will be is not known at full effort.
fn progress(cases: &[Case], is_wanted: bool) -> ProgressBar {
    if cases.is_empty() || !is_wanted || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {pos} replications  {wide_msg}");
    ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

fn conclude(judged: &[Judged], console: &Console) -> Outcome {
    let n_checks: usize = judged.iter().map(|judged| judged.verdicts.len()).sum();
    let missed = judged.iter().flat_map(|judged| &judged.verdicts).filter(|v| !v.agrees()).count();
    let what = format!("{n_checks} checks of {} cases", judged.len());
    if missed == 0 {
        let worst = judged.iter().flat_map(|judged| &judged.verdicts).map(Verdict::deviation);
        let worst = worst.map(f64::abs).fold(0.0, f64::max);
        console.tell(&format!("{what} agree; the worst is {worst:.2} standard errors off\n"));
        return Ok(());
    }
    Err(Failure::not_held(format!("{missed} of {what} miss")))
}

/// Where the file is written before it takes its place.
fn beside(path: &Path) -> Result<PathBuf, Failure> {
    let is_usable = path.file_name().is_some() && !path.is_dir();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if !is_usable || folder.is_some_and(|folder| !folder.is_dir()) {
        let message = format!("cannot write {}", path.display());
        let help = "--out is the name of a CSV file in a folder that is there";
        return Err(Failure::usage(Problem::nowhere(message).with_help(help)));
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    Ok(name.into())
}

fn write(path: &Path, judged: &[Judged]) -> Outcome {
    let draft = beside(path)?;
    let written = File::create(&draft).and_then(|file| {
        let mut out = BufWriter::new(file);
        validation_csv(judged, &mut out)?;
        out.flush()?;
        fs::rename(&draft, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&draft);
        Failure::output(format!("cannot write {}: {error}", path.display()))
    })
}
