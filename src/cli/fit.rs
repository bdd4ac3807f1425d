//! `trsim fit`: behaviors, patience and times of work from what was measured.

mod counts;
mod names;

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::Outcome;
use crate::cli::args::FitArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::fit::names::Names;
use crate::cli::init::write;
use crate::fit::{
    BehaviorFound, Count, Grouped, Joint, Measured, Overlay, Request, SourceFound, Work, read,
    together,
};
use crate::output::FitReport;
use crate::scenario::load::Failed;
use crate::scenario::problem::Problem;
use crate::scenario::{Loaded, Scenario};

pub(super) fn run(args: &FitArgs, console: &Console) -> Outcome {
    let into = args.into.as_deref().map(|path| Scenario::load(path, &[], false)).transpose()?;
    let scenario = into.as_ref().map(|loaded| &loaded.scenario);
    let request = Request { files: &args.files, columns: &args.columns, only: &args.only };
    let mut measured = read(&request)?;
    if args.files.is_empty() && args.created.is_empty() {
        let help =
            "as in --timeout 20s --created 41200 --accepted 37900 --timed-out 2690, or a file";
        return Err(usage("nothing was measured: name files, or say the counts", help));
    }
    let counts = counts::counts(args, &measured.statistics, scenario)?;
    let mut finding = Finding { overlay: Overlay::default(), report: FitReport::default() };
    let names = Names::of(args.behavior.as_deref(), scenario);
    if let Some(scenario) = scenario {
        names::into_groups(&mut measured, scenario);
        names.only_meant(&mut measured);
    }
    finding.offers(&measured, &names)?;
    if !counts.is_empty() {
        finding.counts(&counts, &names)?;
    }
    finding.tasks(args, &measured, scenario);
    for note in &measured.notes {
        finding.report.note(note);
    }
    if finding.overlay.behaviors.is_empty() && finding.overlay.sources.is_empty() {
        return Err(nothing(&measured));
    }
    if let Some(path) = &args.into {
        put(path, &finding.overlay)?;
    }
    if args.quiet {
        return Ok(());
    }
    console.print(&finding.report.text(console.prints_color()))?;
    match &args.into {
        Some(path) => console.print(&format!("{} has what was found.\n", path.display())),
        None => console.print(&format!("\n{}", finding.overlay.toml())),
    }
}

/// What has been found so far.
struct Finding {
    overlay: Overlay,
    report: FitReport,
}

impl Finding {
    /// Behaviors by offers that were watched one by one.
    fn offers(&mut self, measured: &Measured, names: &Names<'_>) -> Outcome {
        if measured.offers.is_empty() {
            return Ok(());
        }
        let Some(grouped) = Grouped::of(&measured.offers) else {
            self.report.note(&format!(
                "{} offers: fewer than 50 were accepted, which is too few for a law",
                measured.offers.len()
            ));
            return Ok(());
        };
        let of_all = names.of_all(&grouped);
        let title = of_all.first().map_or("offers", |named| &named.behavior).to_owned();
        for named in of_all {
            if !names.is_used(&named) {
                return Err(names.nobody_has(&named.behavior));
            }
            let found = BehaviorFound::of_answers(&named.behavior, named.groups, &grouped.all);
            self.overlay.behaviors.push(found);
        }
        for (group, answers) in &grouped.groups {
            let named = names.of_group(group);
            let found = BehaviorFound::of_answers(&named.behavior, named.groups, answers);
            self.overlay.behaviors.push(found);
        }
        self.report.answers(&title, &grouped);
        Ok(())
    }

    /// Three behaviors by counts.
    fn counts(&mut self, counts: &[Count], names: &Names<'_>) -> Outcome {
        if !self.overlay.behaviors.is_empty() {
            self.report.note("The counts are left out: the offers themselves say more");
            return Ok(());
        }
        let Some(named) = names.of_one() else { return Err(names.several()) };
        if !names.is_used(&named) {
            return Err(names.nobody_has(&named.behavior));
        }
        let refused =
            |error: crate::fit::CountersError| Failure::usage(Problem::nowhere(error.to_string()));
        let joint = (1 < counts.len()).then(|| Joint::of(counts)).transpose().map_err(refused)?;
        let one = together(counts);
        let guesses = match (&one, &joint) {
            (Some(one), _) => one.counters.guesses(one.timeout, one.ring).map_err(refused)?,
            (None, Some(joint)) => joint.guesses.clone(),
            (None, None) => return Ok(()),
        };
        self.report.counts(&named.behavior, (counts, one.as_ref(), joint.as_ref()), &guesses);
        let found = BehaviorFound::of_guesses(&named.behavior, named.groups, guesses, counts);
        self.overlay.behaviors.push(found);
        Ok(())
    }

    /// Patience and times of work, source by source.
    fn tasks(&mut self, args: &FitArgs, measured: &Measured, scenario: Option<&Scenario>) {
        let mut by_source: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let only = scenario.filter(|scenario| scenario.sources.len() == 1);
        let only = only.and_then(|scenario| scenario.sources.iter().next());
        let named = args.source.as_deref().or(only.map(|source| source.name.as_str()));
        for task in &measured.tasks {
            let name = if task.of.is_empty() { named.unwrap_or_default() } else { &task.of };
            by_source.entry(name.to_owned()).or_default().push(task);
        }
        for (name, tasks) in by_source {
            let work = Work::of(tasks.into_iter());
            let is_known = scenario
                .is_none_or(|scenario| scenario.sources.iter().any(|source| source.name == name));
            if !is_known {
                let of = if name.is_empty() { "no source".to_owned() } else { format!("`{name}`") };
                let n = work.n;
                self.report.note(&format!("{n} tasks of {of} are of no source of the scenario"));
                continue;
            }
            let name = if name.is_empty() { "tasks" } else { &name };
            self.report.work(name, &work);
            self.overlay.sources.extend(SourceFound::of(name, &work));
        }
    }
}

fn usage(what: &str, help: &str) -> Failure {
    Failure::usage(Problem::nowhere(what).with_help(help))
}

fn nothing(measured: &Measured) -> Failure {
    let (offers, tasks) = (measured.offers.len(), measured.tasks.len());
    let what = format!("{offers} offers and {tasks} tasks are too few to fit anything to");
    let least = "50 accepted offers, or 50 tasks, are the least".to_owned();
    let help: Vec<String> = [least].into_iter().chain(measured.notes.iter().cloned()).collect();
    usage(&what, &help.join("; "))
}

/// Changes the scenario file, if what comes of it is a scenario.
fn put(path: &Path, overlay: &Overlay) -> Outcome {
    let read = std::fs::read_to_string(path);
    let text =
        read.map_err(|error| Failure::output(format!("cannot read {}: {error}", path.display())))?;
    let refused = |why: String| usage(&format!("{}: {why}", path.display()), "nothing was changed");
    let text = overlay.put_into(&text).map_err(refused)?;
    let name = path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new(""));
    let Loaded { .. } = Scenario::parse(&name, &text, folder, &[])
        .map_err(|failed: Failed| Failure::input(failed.problems, failed.texts))?;
    write(path, &text)
}
