//! Patience, talk and wrap-up of a source, which may differ by the interval of arrival.

use crate::random::Dist;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::arrivals::Stream;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::distribution::{Unit, distribution};
use crate::scenario::resolve::value;
use crate::scenario::source::{ByInterval, Timed};
use crate::time::Span;

/// `{ per = "2h", values = [ … ] }`
pub(super) fn by_interval(cx: &mut Context<'_>, node: Option<&Node>) -> Option<ByInterval> {
    let node = node?;
    let per = value::span(node.get("per")).filter(|per| Span::ZERO < *per)?;
    let mut values = Vec::new();
    for value in value::list(node.get("values")) {
        values.push(distribution(cx, value, Unit::Duration)?);
    }
    (!values.is_empty()).then_some(ByInterval { per, values })
}

/// How long customers wait; `None` means for ever.
pub(super) fn patience(cx: &mut Context<'_>, stream: &Stream<'_>) -> Option<Timed> {
    let by_interval = by_interval(cx, stream.node.get("patience_by_interval"));
    let base = match stream.node.get("patience") {
        Some(node) => match node.get("from") {
            Some(measured) => estimated(cx, measured, stream.name),
            None => distribution(cx, node, Unit::Duration),
        },
        None => by_interval.as_ref().map(|by| by.values[0].clone()),
    };
    if stream.node.get("patience").is_none() && by_interval.is_none() {
        cx.assume(format!("source `{}`: nobody gives up (no `patience`)", stream.name));
    }
    Some(Timed { base: base?, by_interval })
}

/// Exponential patience: who waits `w` on average and gives up with probability `p` has a mean
/// patience of `w / p`.
fn estimated(cx: &mut Context<'_>, node: &Node, name: &str) -> Option<Dist> {
    let share = value::share(node.get("abandonment"))?;
    let wait = value::span(node.get("wait_mean"))?;
    let mean = wait.as_secs_f64() / share;
    match Dist::exponential(mean) {
        Ok(dist) => {
            cx.assume(format!(
                "source `{name}`: patience is exponential with mean {mean:.1} s: a mean wait of \
                 {wait} s divided by {share} who gave up"
            ));
            Some(dist)
        }
        Err(_) => {
            cx.error("patience cannot be told if nobody gave up or nobody waited", &node.place);
            None
        }
    }
}

/// The talk time: as written, or what wrap-up leaves of the handling time.
pub(super) fn talk(cx: &mut Context<'_>, source: &Node, wrap_up: &Timed) -> Option<Timed> {
    let by_interval = by_interval(cx, source.get("talk_by_interval"));
    let base = match (source.get("talk"), source.get("aht")) {
        (Some(talk), _) => distribution(cx, talk, Unit::Duration),
        (None, Some(aht)) => left_of(cx, aht, &wrap_up.base),
        (None, None) => None,
    };
    Some(Timed { base: base?, by_interval })
}

fn left_of(cx: &mut Context<'_>, node: &Node, wrap_up: &Dist) -> Option<Dist> {
    let aht = distribution(cx, node, Unit::Duration)?;
    let talk = aht.mean() - wrap_up.mean();
    if talk <= 0.0 {
        let message = format!(
            "no time is left to talk: `wrap_up` takes {:.1} s on average, and `aht` is {:.1} s",
            wrap_up.mean(),
            aht.mean(),
        );
        let problem = Problem::error(message, &node.place);
        cx.problems.push(problem.with_help("`aht` is talk and wrap-up together"));
        return None;
    }
    Some(aht.with_mean(talk))
}
