//! What `[tune]` says.

use crate::scenario::node::{Node, Place};
use crate::scenario::overrides;
use crate::scenario::problem::Problem;
use crate::scenario::read;
use crate::scenario::resolve::conditions;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::value;
use crate::scenario::toml::parse_toml_value;
use crate::scenario::tune::{CostRates, Decision, Setting, Tune};
use crate::time::Span;

/// No decision has more values than this.
const MOST_VALUES: usize = 100_000;

/// What `[tune]` says; `None` if there is no such section.
pub(super) fn tune(cx: &mut Context<'_>, root: &Node) -> Option<Tune> {
    let node = root.get("tune")?;
    let usual = Tune::default();
    let decisions = value::list(node.get("decisions")).iter();
    let decisions = decisions.filter_map(|node| decision(cx, root, node)).collect();
    let subject_to = conditions(cx, node.get("subject_to"));
    Some(Tune {
        decisions,
        cost: cost(node.get("cost")),
        subject_to,
        indifference: value::number(node.get("indifference")).unwrap_or(usual.indifference),
        confidence: value::number(node.get("confidence")).unwrap_or(usual.confidence),
        budget: value::whole::<i64>(node.get("budget").and_then(|node| node.get("replications")))
            .and_then(|budget| u64::try_from(budget).ok()),
    })
}

fn cost(node: Option<&Node>) -> CostRates {
    let usual = CostRates::default();
    let rate = |key, usual| value::number(node.and_then(|node| node.get(key))).unwrap_or(usual);
    CostRates {
        waiting_second: rate("waiting_second", usual.waiting_second),
        abandoned: rate("abandoned", usual.abandoned),
        missed: rate("missed", usual.missed),
        unavailable_second: rate("unavailable_second", usual.unavailable_second),
    }
}

fn decision(cx: &mut Context<'_>, root: &Node, node: &Node) -> Option<Decision> {
    let path = node.get("path")?;
    let written = path.as_str()?;
    let text = cx.texts.embed(&path.place, written);
    let place = Place { text, range: 0..written.len() };
    let target = match overrides::find(root, cx.texts, &place) {
        Ok(target) => target,
        Err(problem) => {
            cx.problems.push(problem);
            return None;
        }
    };
    let present = target.node.map(|node| setting(cx, &node, target.in_seconds));
    let present = present.or_else(|| {
        let node = default(cx, target.default?)?;
        Some(setting(cx, &node, target.in_seconds))
    });
    let Some(present) = present else {
        let problem = Problem::error("nothing is in force here to compare with", &path.place);
        cx.problems.push(problem.with_help("write down the value that holds today"));
        return None;
    };
    let values = match node.get("values") {
        Some(values) => {
            if let Some(step) = node.get("step") {
                cx.error("`step` belongs to a range, not to `values`", &step.place);
            }
            let values = value::list(Some(values)).iter();
            values.map(|node| setting(cx, node, target.in_seconds)).collect()
        }
        None => range(cx, node, target.in_seconds)?,
    };
    let mut distinct: Vec<Setting> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    Some(Decision { path: written.to_owned(), values: distinct, present })
}

/// The default of a key, as a node.
fn default(cx: &mut Context<'_>, written: &'static str) -> Option<Node> {
    let text = cx.texts.add("default", written);
    parse_toml_value(cx.texts, &Place { text, range: 0..written.len() })
}

/// A value; where the key is in seconds, a number is a duration.
fn setting(cx: &Context<'_>, node: &Node, in_seconds: bool) -> Setting {
    if in_seconds && let Some(span) = read::seconds(node, &mut Vec::new()) {
        return Setting::Duration(span);
    }
    if let Some(span) = node.as_str().and_then(|text| text.parse::<Span>().ok()) {
        return Setting::Duration(span);
    }
    match node.as_number() {
        Some(number) => Setting::Number(number),
        None => Setting::Other(cx.texts.slice(&node.place).to_owned()),
    }
}

/// From `from` to `to`; the last value may lie before `to`.
fn range(cx: &mut Context<'_>, node: &Node, in_seconds: bool) -> Option<Vec<Setting>> {
    let (from_node, to_node) = (node.get("from")?, node.get("to")?);
    let (from, to) = (setting(cx, from_node, in_seconds), setting(cx, to_node, in_seconds));
    let step = node.get("step").map(|node| setting(cx, node, in_seconds));
    let place = node.get("step").unwrap_or(to_node).place.clone();
    let usual = match from {
        Setting::Duration(_) => Setting::Duration(Span::from_secs(1)),
        _ => Setting::Number(1.0),
    };
    let step = step.unwrap_or(usual);
    let is_timed = |setting: &Setting| matches!(setting, Setting::Duration(_));
    if is_timed(&from) != is_timed(&to) || is_timed(&from) != is_timed(&step) {
        cx.error("`from`, `to` and `step` are all numbers, or all durations", &place);
        return None;
    }
    let (first, last, width) = (from.number()?, to.number()?, step.number()?);
    if last < first {
        cx.error("the range is empty: `to` is less than `from`", &to_node.place);
        return None;
    }
    if width <= 0.0 {
        cx.error("the step must be more than zero", &place);
        return None;
    }
    // A little more than the whole: 0.3 is a third step of 0.1.
    let n_steps = ((last - first) / width + 1e-9).floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let n = (n_steps as usize).saturating_add(1);
    if MOST_VALUES < n {
        cx.error(format!("a range of {n} values: no more than {MOST_VALUES} can be tried"), &place);
        return None;
    }
    let at = |index: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let value = first + index as f64 * width;
        // Steps of 0.1 are not exact; what was meant has few digits.
        let value = (value * 1e9).round() / 1e9;
        if is_timed(&from) {
            Setting::Duration(Span::from_secs_f64(value))
        } else {
            Setting::Number(value)
        }
    };
    Some((0..n).map(at).collect())
}
