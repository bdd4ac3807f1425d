//! `trsim fit`: behaviors, patience and times of work from what was measured.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::Outcome;
use crate::cli::args::FitArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::init::write;
use crate::fit::{
    BehaviorFound, Counters, Grouped, Measured, Overlay, Request, SourceFound, Work, read,
};
use crate::output::FitReport;
use crate::scenario::load::Failed;
use crate::scenario::problem::Problem;
use crate::scenario::{Loaded, Scenario};
use crate::time::Span;

/// The behavior that is fitted if nothing is said.
const DESK: &str = "desk";

pub(super) fn run(args: &FitArgs, console: &Console) -> Outcome {
    let into = args.into.as_deref().map(|path| Scenario::load(path, &[], false)).transpose()?;
    let scenario = into.as_ref().map(|loaded| &loaded.scenario);
    let request = Request { files: &args.files, columns: &args.columns, only: &args.only };
    let mut measured = read(&request)?;
    let counters = counters(args)?.or(measured.counters);
    let mut finding = Finding { overlay: Overlay::default(), report: FitReport::default() };
    if let Some(scenario) = scenario {
        into_groups(&mut measured, scenario);
    }
    let name = behavior(args, scenario);
    finding.offers(&measured, (&name, scenario));
    if let (Some(counters), None) = (counters, finding.overlay.behaviors.first()) {
        finding.counters(args, counters, &name)?;
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
    fn offers(&mut self, measured: &Measured, (name, scenario): (&str, Option<&Scenario>)) {
        if measured.offers.is_empty() {
            return;
        }
        let Some(grouped) = Grouped::of(&measured.offers) else {
            self.report.note(&format!(
                "{} offers: fewer than 50 were accepted, which is too few for a law",
                measured.offers.len()
            ));
            return;
        };
        let names = Names { name, scenario };
        for name in names.of_all(&grouped) {
            self.overlay.behaviors.push(BehaviorFound::of_answers(&name, None, &grouped.all));
        }
        for (group, answers) in &grouped.groups {
            let (own, is_new) = names.of_group(group);
            let group = is_new.then_some(group.as_str());
            self.overlay.behaviors.push(BehaviorFound::of_answers(&own, group, answers));
        }
        self.report.answers(name, &grouped);
    }

    /// Three behaviors by counts.
    fn counters(&mut self, args: &FitArgs, counters: Counters, name: &str) -> Outcome {
        let Some(timeout) = span(args.timeout.as_deref(), "--timeout")? else {
            let what = "counts say nothing without the reservation timeout that was in force";
            return Err(usage(what, "add --timeout 20s, or whatever it was"));
        };
        let ring = span(args.mean_ring.as_deref(), "--mean-ring")?;
        let guesses = counters
            .guesses(timeout, ring)
            .map_err(|error| Failure::usage(Problem::nowhere(error.to_string())))?;
        self.report.guesses(name, (counters, timeout, ring), &guesses);
        let from = format!(
            "From {} offers under a timeout of {timeout} s, of which {} timed out.",
            counters.created, counters.timed_out
        );
        let found = BehaviorFound::of_guesses(name, guesses, (counters.reject(), timeout), &from);
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

/// What the behaviors are called that were found.
struct Names<'a> {
    name: &'a str,
    scenario: Option<&'a Scenario>,
}

impl Names<'_> {
    /// Groups and the behaviors that they have.
    fn present(&self) -> Vec<(&str, &str)> {
        let Some(scenario) = self.scenario else { return Vec::new() };
        let pairs = scenario.people.iter().map(|person| {
            let group = scenario.groups[person.group].name.as_str();
            (group, scenario.behaviors[person.behavior].name.as_str())
        });
        let mut pairs: Vec<(&str, &str)> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// The behaviors of all workers but those of the groups that have their own.
    fn of_all(&self, grouped: &Grouped) -> Vec<String> {
        let is_own = |group: &str| grouped.groups.iter().any(|(own, _)| own == group);
        let others = self.present().into_iter().filter(|(group, _)| !is_own(group));
        let mut names: Vec<String> = others.map(|(_, behavior)| behavior.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        if self.scenario.is_none() { vec![self.name.to_owned()] } else { names }
    }

    /// The behavior of a group, and whether it is a new one: that which it has, if no other group
    /// has it.
    fn of_group(&self, group: &str) -> (String, bool) {
        let present = self.present();
        let old = present.iter().find(|(of, _)| *of == group).map_or(self.name, |(_, old)| old);
        let is_shared = present.iter().filter(|(_, behavior)| *behavior == old).count() != 1;
        if is_shared { (format!("{old}-{group}"), true) } else { (old.to_owned(), false) }
    }
}

/// Workers become groups of the scenario, as far as it knows them.
fn into_groups(measured: &mut Measured, scenario: &Scenario) {
    let workers = scenario.workspace.workers.iter_with_id();
    let groups: BTreeMap<&str, &str> = workers
        .map(|(id, worker)| {
            let group = &scenario.groups[scenario.people[id].group].name;
            (worker.friendly_name.as_str(), group.as_str())
        })
        .collect();
    let mut n_unknown = 0;
    for offer in &mut measured.offers {
        match groups.get(offer.to.as_str()) {
            Some(group) => offer.to = (*group).to_owned(),
            None => {
                n_unknown += 1;
                offer.to.clear();
            }
        }
    }
    if n_unknown != 0 {
        let what = format!("{n_unknown} offers are to workers that the scenario does not know");
        measured.notes.push(what);
    }
}

/// The behavior that is meant.
fn behavior(args: &FitArgs, scenario: Option<&Scenario>) -> String {
    let only = scenario.filter(|scenario| scenario.behaviors.len() == 1);
    let only = only.and_then(|scenario| scenario.behaviors.iter().next());
    let only = only.map(|behavior| behavior.name.clone());
    args.behavior.clone().or(only).unwrap_or_else(|| DESK.to_owned())
}

/// The counts of the command line.
fn counters(args: &FitArgs) -> Result<Option<Counters>, Failure> {
    let (Some(created), Some(accepted), Some(timed_out)) =
        (args.created, args.accepted, args.timed_out)
    else {
        if args.files.is_empty() {
            let help = "as in --timeout 20s --created 41200 --accepted 37900 --timed-out 2690, or a \
                        file";
            return Err(usage("nothing was measured: name files, or say the counts", help));
        }
        return Ok(None);
    };
    let [created, accepted, rejected, timed_out] =
        [created, accepted, args.rejected, timed_out].map(f64::from);
    Ok(Some(Counters { created, accepted, rejected, timed_out }))
}

fn span(text: Option<&str>, option: &str) -> Result<Option<f64>, Failure> {
    let read = |text: &str| {
        text.parse::<Span>().map(Span::as_secs_f64).map_err(|error| {
            usage(&format!("{option}: `{text}`: {error}"), "a duration has a unit: 20s")
        })
    };
    text.map(read).transpose()
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
