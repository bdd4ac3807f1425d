//! What was found of people, and how sure that is.

mod chart;
mod counts;

use crate::fit::{Answers, Count, Fits, Grouped, Guess, Joint, Timing, Work};
use crate::output::report::numbers::{count, duration, number, percent};
use crate::output::report::table::{Section, bold, item};

/// A fit whose chance is less than this is said to be poor.
const POOR: f64 = 0.001;

/// What is read of a fit.
#[derive(Debug, Default)]
pub struct FitReport {
    parts: Vec<Part>,
    notes: Vec<String>,
}

/// One law, or some behaviors.
#[derive(Debug)]
struct Part {
    title: String,
    sentences: Vec<String>,
    tables: Vec<Section>,
    chart: Option<String>,
}

impl FitReport {
    /// Something to know about what was read.
    pub fn note(&mut self, note: &str) {
        self.notes.push(format!("{note}."));
    }

    /// Behaviors by offers that were watched one by one.
    pub fn answers(&mut self, name: &str, grouped: &Grouped) {
        self.parts.push(answers(name, &grouped.all));
        for (group, of_group) in &grouped.groups {
            self.parts.push(answers(&format!("{name}, group {group}"), of_group));
        }
        if let Some(gain) = grouped.gain {
            self.notes.push(if grouped.groups.is_empty() {
                "The groups of workers answer alike: one behavior is for all of them.".to_owned()
            } else {
                format!(
                    "The groups of workers answer differently (AIC {} lower with a behavior for \
                     each): each has its own.",
                    number(gain)
                )
            });
        }
    }

    /// Behaviors by counts: as `one` where all are of one timeout, and as `joint` if there are
    /// several.
    pub fn counts(
        &mut self,
        name: &str,
        (counts, one, joint): (&[Count], Option<&Count>, Option<&Joint>),
        guesses: &[Guess; 3],
    ) {
        self.parts.push(counts::part(name, (counts, one, joint), guesses));
    }

    /// Patience and times of work.
    pub fn work(&mut self, name: &str, work: &Work) {
        let parts =
            [("patience", &work.patience), ("talk", &work.talk), ("wrap-up", &work.wrap_up)];
        for (what, timing) in parts {
            if let Some(timing) = timing {
                self.parts.push(times(&format!("{name}: {what}"), timing));
            }
        }
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut text = String::new();
        for part in &self.parts {
            text += &format!("{}\n", bold(&part.title, color));
            part.sentences.iter().for_each(|sentence| text += &item(sentence));
            part.tables.iter().for_each(|table| text += &format!("\n{}", table.text(color)));
            if let Some(chart) = &part.chart {
                text += &format!("\n{chart}");
            }
            text += "\n";
        }
        self.notes.iter().for_each(|note| text += &item(note));
        text
    }
}

fn answers(name: &str, answers: &Answers) -> Part {
    let outcomes = answers.outcomes;
    let n = |number: usize| count(number as u64);
    let (low, high) = answers.miss_interval();
    let timed_out = outcomes.timed_out as f64 / outcomes.created() as f64;
    let ring = answers.sample.mean_ended().unwrap_or_default();
    let sentences = vec![
        format!(
            "{} offers: {} accepted, {} rejected, {} timed out, {} withdrawn.",
            n(outcomes.created()),
            n(outcomes.accepted),
            n(outcomes.rejected),
            n(outcomes.timed_out),
            n(outcomes.withdrawn)
        ),
        format!(
            "Never answered: {} ({} to {}); the others answer after {} in the median. (Timed out: \
             {}; mean ring of those accepted: {}.)",
            percent(answers.miss()),
            percent(low),
            percent(high),
            duration(answers.response().quantile(0.5)),
            percent(timed_out),
            duration(ring)
        ),
        fit_sentence(&answers.fits),
        format!(
            "The offers support statements up to a timeout of {}; beyond it the law speaks, not \
             the data.",
            duration(answers.supported())
        ),
    ];
    Part {
        title: name.to_owned(),
        sentences,
        tables: vec![laws(&answers.fits)],
        chart: chart::chart(&answers.sample, answers.fits.best()),
    }
}

fn times(title: &str, timing: &Timing) -> Part {
    let sample = &timing.sample;
    let best = timing.fits.best();
    let cut = sample.len() - sample.n_ended();
    let (ended, cut) = (count(sample.n_ended() as u64), count(cut as u64));
    let mean = duration(best.law.mean());
    let first = if cut == "0" {
        format!("{ended} times; their mean is {}.", duration(sample.mean_ended().unwrap_or(0.0)))
    } else {
        format!("{ended} times seen to their end, {cut} cut short; the mean of all is {mean}.")
    };
    let supported = format!("Up to {} the data speak.", duration(sample.supported()));
    Part {
        title: title.to_owned(),
        sentences: vec![first, fit_sentence(&timing.fits), supported],
        tables: vec![laws(&timing.fits)],
        chart: chart::chart(sample, best),
    }
}

/// How well the chosen law fits.
fn fit_sentence(fits: &Fits) -> String {
    let name = fits.best().law.form.name();
    let Some(goodness) = fits.goodness else {
        return format!("{name}: too few times to say how well it fits.");
    };
    let word = if goodness.p < POOR { "POOR fit" } else { "fits" };
    format!(
        "{name}: {word}; at most {} off Kaplan and Meier's curve (at {}), chi-square {} with {} \
         degrees (p {}).",
        percent(goodness.distance),
        duration(goodness.at),
        number(goodness.chi_square),
        goodness.degrees,
        if goodness.p < 0.001 { "< 0.001".to_owned() } else { format!("{:.3}", goodness.p) }
    )
}

/// A line for each law that was tried.
fn laws(fits: &Fits) -> Section {
    let least = fits.all.first().map_or(0.0, |fitted| fitted.aic());
    let has_never = fits.never.is_some();
    let rows = fits.all.iter().enumerate().map(|(index, fitted)| {
        let mark = if index == fits.chosen { "*" } else { "" };
        let mut row = vec![
            format!("{}{mark}", fitted.law.form.name()),
            format!("{:+.1}", fitted.aic() - least),
        ];
        if has_never {
            row.push(percent(fitted.never));
        }
        let quantiles = [0.5, 0.9].map(|p| duration(fitted.law.quantile(p)));
        row.extend(quantiles.into_iter().chain([duration(fitted.law.mean())]));
        row
    });
    let columns = if has_never {
        vec!["", "AIC", "never", "median", "90 %", "mean"]
    } else {
        vec!["", "AIC", "median", "90 %", "mean"]
    };
    Section {
        title: "Laws, by Akaike's criterion (* is taken)",
        columns,
        rows: rows.collect(),
        texts: Vec::new(),
        notes: Vec::new(),
    }
}
