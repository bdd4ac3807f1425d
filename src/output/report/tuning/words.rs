//! The decision in words.

use crate::output::report::numbers::{count, number};
use crate::output::tuning::TuningResults;
use crate::scenario::Setting;

/// The first line: what is in force, what is recommended, what is equally good.
pub(super) fn headline(results: &TuningResults<'_>) -> String {
    let labels = labels(results);
    let subject = subject(results);
    let present = &labels[results.study.grid().present];
    let Some(best) = results.best() else {
        let broken: Vec<&str> =
            results.study.constraints().iter().map(|constraint| constraint.text()).collect();
        let nearest = &labels[results.judged()];
        return format!(
            "{subject}: now {present}; no candidate keeps {}; nearest: {nearest}",
            broken.join(" and ")
        );
    };
    let keep = if results.keeps_present() { "yes" } else { "no" };
    format!(
        "{subject}: now {present} → {}; {}; keep your value: {keep}",
        labels[best],
        equally_good(results)
    )
}

/// The statement of the certificate.
pub(in crate::output) fn sentence(results: &TuningResults<'_>) -> String {
    let (study, certificate) = (results.study, &results.tuned.certificate);
    let n = count(study.grid().candidates.len() as u64);
    let about = "The statement is about the model as configured, not about errors in its inputs.";
    let percent = number(100.0 * study.tune().confidence);
    let Some(best) = results.best() else {
        return format!(
            "None of the {n} candidates keeps what has to hold: with probability at least \
             {percent} %, all of them break it. {about}"
        );
    };
    let picked = picked(results);
    let whom = if study.constraints().is_empty() {
        format!("the best of the {n} candidates{picked}")
    } else {
        format!("the best of those of the {n} candidates{picked} that keep what has to hold")
    };
    let delta = study.tune().indifference;
    let verdict = if certificate.certified {
        format!("The indifference is {}.", number(delta))
    } else {
        format!("That is more than the indifference of {}: no proof.", number(delta))
    };
    format!(
        "With probability at least {percent} % over the simulation's randomness, {} of {} costs at \
         most {} more per task than {whom} ({} fresh replications, common random numbers). \
         {verdict} {about}",
        kind(results),
        labels(results)[best],
        bound(certificate.gap_bound),
        count(u64::from(results.n_fresh())),
    )
}

/// That the candidates are not all that there are, and what is said of the others.
fn picked(results: &TuningResults<'_>) -> String {
    let grid = results.study.grid();
    let Some(searched) = &grid.searched else { return String::new() };
    let n = count(searched.n_combinations);
    let steps = if results.best().is_some_and(|best| grid.surrounds(best)) {
        "; all that are one step away in one decision are among them"
    } else {
        ""
    };
    format!(" (which a search picked from {n} combinations{steps})")
}

/// Rounded up, so that the statement stays true.
fn bound(gap: f64) -> String {
    number((100.0 * gap).ceil() / 100.0)
}

/// What the values are of.
fn kind(results: &TuningResults<'_>) -> &'static str {
    match results.study.grid().paths.as_slice() {
        [path] if path.ends_with("task_reservation_timeout") => "a reservation timeout",
        _ => "a setting",
    }
}

/// For each candidate, its values as people write them.
pub(super) fn labels(results: &TuningResults<'_>) -> Vec<String> {
    let label = |settings: &Vec<Setting>| {
        let each: Vec<String> = settings.iter().map(ToString::to_string).collect();
        each.join(" / ")
    };
    results.study.grid().candidates.iter().map(label).collect()
}

/// What is decided about: the name in the path of an only decision, or all paths.
fn subject(results: &TuningResults<'_>) -> String {
    let name = |path: &String| {
        let name = path.split_once("[\"").and_then(|(_, rest)| rest.split_once("\"]"));
        name.map_or_else(|| path.clone(), |(name, _)| name.to_owned())
    };
    match results.study.grid().paths.as_slice() {
        [path] if path.ends_with("task_reservation_timeout") => name(path),
        paths => paths.join(" / "),
    }
}

/// What is shown to be within the indifference: stretches of neighbors, or how many there are.
fn equally_good(results: &TuningResults<'_>) -> String {
    let standings = &results.tuned.standings;
    let best = results.judged();
    let is_good = |index: usize| index == best || standings[index].is_surely_ok;
    let good: Vec<usize> = (0..standings.len()).filter(|index| is_good(*index)).collect();
    let candidates = &results.study.grid().candidates;
    if results.study.grid().axis().is_none() {
        let n = count(candidates.len() as u64);
        return format!("{} of {n} candidates equally good", count(good.len() as u64));
    }
    let stretches = good.chunk_by(|a, b| a + 1 == *b).map(|stretch| {
        let (first, last) = (stretch[0], stretch[stretch.len() - 1]);
        let last = &candidates[last][0];
        if stretch.len() == 1 {
            return last.to_string();
        }
        let first = candidates[first][0].number().unwrap_or(f64::NAN);
        format!("{first}–{last}")
    });
    format!("{} equally good", stretches.collect::<Vec<_>>().join(", "))
}
