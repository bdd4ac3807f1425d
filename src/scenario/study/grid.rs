//! Axes and the grid they span.

use std::path::Path;

use crate::scenario::node::{Entry, Item, Node, Place};
use crate::scenario::overrides::same_path;
use crate::scenario::problem::Problem;
use crate::scenario::read::LONGEST;
use crate::scenario::study::setting::{Setting, toml_text};
use crate::scenario::study::{Cell, MAX_CELLS};
use crate::scenario::text::Texts;
use crate::time::Span;

/// How much of a value is shown in the name of a cell.
const SHOWN: usize = 40;

/// One thing that is varied.
#[derive(Debug)]
pub(super) struct Axis {
    /// One for each value; at least one, all of one path.
    settings: Vec<Setting>,
    /// The last word of the path, or all of it where other axes have the same.
    label: String,
}

impl Axis {
    /// All axes; what is wrong with one is a problem, and it is left out.
    pub(super) fn read(
        node: Option<&Node>,
        texts: &mut Texts,
        problems: &mut Vec<Problem>,
    ) -> Vec<Self> {
        let entries = node.and_then(Node::as_table).map(|table| table.entries.as_slice());
        let mut axes = Vec::new();
        for entry in entries.unwrap_or_default() {
            match values(entry) {
                Ok(values) => {
                    let setting = |(value, place)| Setting::new(entry, texts, value, &place);
                    let settings = values.into_iter().map(setting).collect();
                    axes.push(Self { settings, label: last_word(&entry.key).to_owned() });
                }
                Err(problem) => problems.push(problem),
            }
        }
        let labels: Vec<String> = axes.iter().map(|axis| axis.label.clone()).collect();
        for axis in &mut axes {
            if labels.iter().filter(|label| **label == axis.label).count() > 1 {
                axis.label.clone_from(&axis.settings[0].path);
            }
        }
        axes
    }
}

/// All combinations, those of the last axis next to each other; none if there is no axis.
pub(super) fn grid(axes: &[Axis], base: &Path, problems: &mut Vec<Problem>) -> Vec<Cell> {
    let count = axes.iter().try_fold(1_usize, |n, axis| n.checked_mul(axis.settings.len()));
    if axes.is_empty() {
        return Vec::new();
    }
    let Some(count) = count.filter(|count| *count <= MAX_CELLS) else {
        let sizes: Vec<String> = axes.iter().map(|axis| axis.settings.len().to_string()).collect();
        let what =
            format!("the axes span {} cells; at most {MAX_CELLS} are possible", sizes.join(" x "));
        let problem = Problem::error(what, &axes[0].settings[0].path_place);
        problems.push(problem.with_help("take greater steps, or fewer axes"));
        return Vec::new();
    };
    (0..count).map(|index| cell(axes, index, base)).collect()
}

fn cell(axes: &[Axis], mut index: usize, base: &Path) -> Cell {
    let mut parts: Vec<(String, Setting)> = Vec::new();
    for axis in axes.iter().rev() {
        let setting = &axis.settings[index % axis.settings.len()];
        index /= axis.settings.len();
        parts.push((format!("{}={}", axis.label, shown(&setting.value)), setting.clone()));
    }
    parts.reverse();
    let (names, settings): (Vec<String>, Vec<Setting>) = parts.into_iter().unzip();
    Cell { name: names.join(", "), path: base.to_owned(), settings }
}

/// The cell of the grid that a table of paths and values names.
pub(super) fn find(axes: &[Axis], node: &Node) -> Result<usize, Vec<Problem>> {
    let entries = node.as_table().map_or(&[][..], |table| table.entries.as_slice());
    let mut problems: Vec<Problem> = Vec::new();
    for entry in entries {
        if !axes.iter().any(|axis| same_path(&axis.settings[0].path, &entry.key)) {
            let what = format!("`{}` is no axis", entry.key);
            let help = "the baseline is a cell: it has a value of each axis and nothing else";
            problems.push(Problem::error(what, &entry.key_place).with_help(help));
        }
    }
    let mut index = 0;
    for axis in axes {
        match position(axis, entries, &node.place) {
            Ok(position) => index = index * axis.settings.len() + position,
            Err(problem) => problems.push(problem),
        }
    }
    if axes.is_empty() && problems.is_empty() {
        problems.push(Problem::error("there are no axes, and so no such cell", &node.place));
    }
    if problems.is_empty() { Ok(index) } else { Err(problems) }
}

fn position(axis: &Axis, entries: &[Entry], place: &Place) -> Result<usize, Problem> {
    let path = &axis.settings[0].path;
    let Some(entry) = entries.iter().find(|entry| same_path(path, &entry.key)) else {
        return Err(Problem::error(format!("the baseline has no value of `{path}`"), place));
    };
    let value = toml_text(&entry.node);
    let found = axis.settings.iter().position(|setting| same_value(&setting.value, &value));
    found.ok_or_else(|| {
        let what = format!("{} is not on its axis: the baseline must be a cell", shown(&value));
        let values: Vec<String> =
            axis.settings.iter().take(10).map(|setting| shown(&setting.value)).collect();
        let more = if axis.settings.len() > 10 { ", …" } else { "" };
        let help = format!("its values are {}{more}", values.join(", "));
        Problem::error(what, &entry.node.place).with_help(help)
    })
}

/// Whether two values are the same, durations in any unit.
fn same_value(a: &str, b: &str) -> bool {
    let span = |text: &str| text.trim_matches('"').parse::<Span>().ok();
    let number = |text: &str| text.parse::<f64>().ok();
    let same_numbers = || Some(number(a)?.total_cmp(&number(b)?).is_eq());
    a == b || span(a).is_some_and(|a| span(b) == Some(a)) || same_numbers() == Some(true)
}

/// The values of an axis as TOML writes them, and where each comes from.
fn values(entry: &Entry) -> Result<Vec<(String, Place)>, Problem> {
    if let Some(items) = entry.node.as_array() {
        let values = items.iter().map(|item| (toml_text(item), item.place.clone()));
        return once_each(values.collect());
    }
    let get = |key| entry.node.get(key).unwrap_or(&entry.node);
    let (from, to, step) = (get("from"), get("to"), get("step"));
    let place = &entry.node.place;
    let values = match [from, to, step].map(|node| node.as_str()) {
        [Some(from), Some(to), Some(step)] => {
            let span = |text: &str| text.parse::<Span>().unwrap_or_default().as_millis();
            let millis = between(span(from), span(to), span(step));
            millis.map(|all| {
                let text = |millis| format!("\"{}s\"", Span::from_millis(millis));
                all.into_iter().map(text).collect::<Vec<String>>()
            })
        }
        [None, None, None] => numbers(from, to, step),
        _ => {
            let what = "`from`, `to` and `step` are all durations, or all numbers";
            return Err(Problem::error(what, place));
        }
    };
    match values {
        Some(values) if values.is_empty() => {
            Err(Problem::error("the axis is empty: `to` comes before `from`", place))
        }
        Some(values) => once_each(values.into_iter().map(|value| (value, place.clone())).collect()),
        None => {
            let what = format!("the axis has more than {MAX_CELLS} values");
            Err(Problem::error(what, place))
        }
    }
}

fn once_each(values: Vec<(String, Place)>) -> Result<Vec<(String, Place)>, Problem> {
    for (index, (value, place)) in values.iter().enumerate() {
        if values[..index].iter().any(|(before, _)| same_value(before, value)) {
            return Err(Problem::error(format!("{} comes twice", shown(value)), place));
        }
    }
    Ok(values)
}

/// From `from` by `step` up to `to`; `None` if they are too many.
fn between(from: u64, to: u64, step: u64) -> Option<Vec<u64>> {
    if to < from {
        return Some(Vec::new());
    }
    let step = step.max(1);
    let count = (to - from) / step + 1;
    let few = to <= LONGEST.as_millis() && count <= MAX_CELLS as u64;
    few.then(|| (0..count).map(|index| from + index * step).collect())
}

/// Whole numbers exactly; others are computed from `from`, lest errors add up.
fn numbers(from: &Node, to: &Node, step: &Node) -> Option<Vec<String>> {
    if let (Item::Integer(first), Item::Integer(last), Item::Integer(step)) =
        (&from.value, &to.value, &step.value)
    {
        if last < first {
            return Some(Vec::new());
        }
        let between = between(0, first.abs_diff(*last), step.unsigned_abs())?;
        let value = |offset: u64| i64::try_from(offset).ok().map(|o| (first + o).to_string());
        return between.into_iter().map(value).collect();
    }
    let (from, to, step) = (from.as_number()?, to.as_number()?, step.as_number()?);
    if to < from {
        return Some(Vec::new());
    }
    // A hair more, lest 0.1 + 2 * 0.1 miss 0.3.
    let count = ((to - from) / step * (1.0 + 1e-12)).floor() + 1.0;
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    let few = count <= MAX_CELLS as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small, above 0")]
    let indices = few.then_some(0..count as u32)?;
    Some(indices.map(|index| format!("{:?}", tidy(from + f64::from(index) * step))).collect())
}

/// Without the noise of binary fractions in the 13th digit: 0.3 instead of 0.30000000000000004.
fn tidy(number: f64) -> f64 {
    format!("{number:.12e}").parse().unwrap_or(number)
}

fn last_word(path: &str) -> &str {
    let word = path.trim().rsplit('.').next().unwrap_or(path);
    if word.is_empty() || word.contains(['"', '\'', ']']) { path } else { word }
}

/// A value as it is shown: no quotes around text, and not too much of it.
fn shown(value: &str) -> String {
    let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    if plain.chars().count() <= SHOWN {
        return plain.to_owned();
    }
    plain.chars().take(SHOWN - 1).chain(['…']).collect()
}
