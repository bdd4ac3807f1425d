//! What counts say of behaviors, and what they leave open.

use crate::fit::{Count, Counters, Guess, Joint, USUAL_SIGMA};
use crate::output::report::fit::{POOR, Part};
use crate::output::report::numbers::{duration, number, percent};
use crate::output::report::table::Section;

/// Behaviors by counts: as `one` where all are of one timeout, and as `joint` if there are several.
pub(super) fn part(
    name: &str,
    (counts, one, joint): (&[Count], Option<&Count>, Option<&Joint>),
    guesses: &[Guess; 3],
) -> Part {
    let mut sentences = match (one, joint) {
        (Some(one), _) => of_one(one),
        (None, joint) => of_several(counts, joint, guesses),
    };
    sentences.extend(joint.map(misfit));
    let longest = counts.iter().map(|count| count.timeout).fold(0.0, f64::max);
    sentences.push(format!(
        "The counts support statements up to a timeout of {}; beyond it the assumption speaks.",
        duration(longest)
    ));
    let mut tables = vec![behaviors(longest, guesses)];
    tables.extend(joint.map(|joint| beside(counts, (one.is_none(), joint))));
    Part { title: name.to_owned(), sentences, tables, chart: None }
}

fn of_one(one: &Count) -> Vec<String> {
    vec![
        format!(
            "{}: counts do not tell a late answer from none. All three behaviors give them; \
             `tune` says whether the recommendation is the same with each.",
            totals(one.counters)
        ),
        match one.ring {
            Some(ring) => format!("All three have the mean ring of {}.", duration(ring)),
            None => format!(
                "The mean ring is not known; the spread of answers (sigma {USUAL_SIGMA}) is an \
                 assumption. --mean-ring, counts under another timeout, or the events themselves, \
                 say more."
            ),
        },
    ]
}

fn of_several(counts: &[Count], joint: Option<&Joint>, guesses: &[Guess; 3]) -> Vec<String> {
    let all = counts.iter().map(|count| count.counters).fold(Counters::default(), Counters::plus);
    let [low, mid, high] = guesses;
    let [least, most] = Joint::SIGMAS;
    let mut sentences = vec![
        format!("{}, in {} counts.", totals(all), counts.len()),
        format!(
            "Never answered: {} ({} to {}); the others answer after {} in the median. `tune` says \
             whether the recommendation is the same at both ends, `low` and `high`.",
            percent(mid.miss),
            percent(low.miss),
            percent(high.miss),
            duration(mid.response.quantile(0.5))
        ),
        if joint.is_some_and(|joint| joint.tells_spread) {
            "The timeouts together tell a late answer from none.".to_owned()
        } else {
            format!(
                "The timeouts together tell a late answer from none only as far as the spread of \
                 answers is known: sigma is taken to be between {least} and {most}, {} in the \
                 middle. --mean-ring, counts under a shorter timeout, or the events themselves, say \
                 more.",
                number(mid.response.parts[0].shape)
            )
        },
    ];
    if joint.is_some_and(|joint| !joint.tells_median) {
        sentences.push(format!(
            "The timeouts are too long to say how soon people answer: a median of {} is supposed.",
            duration(Joint::USUAL_MEDIAN)
        ));
    }
    sentences
}

/// Whether workers answer alike in all counts.
fn misfit(joint: &Joint) -> String {
    let misfit = joint.misfit;
    let p = if misfit.p < POOR { "< 0.001".to_owned() } else { format!("{:.3}", misfit.p) };
    let degrees = match misfit.degrees {
        0 => "none to spare".to_owned(),
        1 => "1 degree".to_owned(),
        degrees => format!("{degrees} degrees"),
    };
    let test = format!("(deviance {} with {degrees}, p {p})", number(misfit.deviance));
    if misfit.p < POOR {
        return format!(
            "POOR fit: no one behavior gives all of these counts {test}. People answer differently \
             there: fit the counts one by one, each with the --behavior of those who do that work. \
             The interval is widened for it."
        );
    }
    if misfit.degrees == 0 {
        return "That people answer alike in all of them is supposed: no count is left to test it."
            .to_owned();
    }
    format!("One behavior gives all of the counts {test}.")
}

fn behaviors(timeout: f64, guesses: &[Guess; 3]) -> Section {
    let row = |guess: &Guess| {
        vec![
            guess.name.to_owned(),
            percent(guess.miss),
            duration(guess.response.quantile(0.5)),
            number(guess.response.parts[0].shape),
            percent((1.0 - guess.miss) * guess.response.cdf(2.0 * timeout)),
        ]
    };
    Section {
        title: "Behaviors",
        columns: vec!["", "never", "median", "sigma", "in twice the timeout"],
        rows: guesses.iter().map(row).collect(),
        texts: Vec::new(),
        notes: Vec::new(),
    }
}

/// The counts, and what the middle behavior makes of them where it is the joint one.
fn beside(counts: &[Count], (is_fitted, joint): (bool, &Joint)) -> Section {
    let row = |(count, fitted): (&Count, &f64)| {
        let Counters { created, accepted, timed_out, .. } = count.counters;
        let seen = timed_out / (accepted + timed_out);
        let mut row =
            vec![count.of.clone(), duration(count.timeout), format!("{created:.0}"), percent(seen)];
        row.extend(is_fitted.then(|| percent(*fitted)));
        row
    };
    let mut columns = vec!["", "timeout", "offers", "timed out"];
    columns.extend(is_fitted.then_some("as fitted"));
    Section {
        title: "Counts (timed out, of those accepted or timed out)",
        columns,
        rows: counts.iter().zip(&joint.timed_out).map(row).collect(),
        texts: Vec::new(),
        notes: Vec::new(),
    }
}

fn totals(counters: Counters) -> String {
    let whole = |number: f64| format!("{number:.0}");
    format!(
        "{} offers, {} accepted, {} rejected, {} timed out",
        whole(counters.created),
        whole(counters.accepted),
        whole(counters.rejected),
        whole(counters.timed_out)
    )
}
