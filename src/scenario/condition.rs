//! Conditions on results, as in `missed_rate[workflow:Support] <= 0.08`.

use crate::scenario::node::{Node, Place};
use crate::scenario::problem::Problem;
use crate::time::Span;

/// A condition on one metric of one scope. Whether there is such a metric and scope is not known
/// here.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    /// Where it is written.
    pub place: Place,
    /// The metric.
    pub metric: String,
    /// The kind of the scope, as results name it.
    pub scope: String,
    /// The name of the scope; empty for everything.
    pub name: String,
    /// Whether the metric may be at most the bound; else it has to be at least that.
    pub at_most: bool,
    /// The bound; seconds for a duration.
    pub bound: f64,
}

impl Condition {
    /// Reads the text at `node`; without brackets it is about everything.
    ///
    /// # Errors
    /// If it is no condition.
    pub fn read(node: &Node) -> Result<Self, Problem> {
        let text = node.as_str().unwrap_or_default();
        parse(text).map_or_else(
            || {
                let problem = Problem::error("this is no condition", &node.place);
                Err(problem.with_help(
                    "as in \"missed_rate[workflow:Support] <= 0.08\" or \"wait_p90 <= 60s\"",
                ))
            },
            |condition| Ok(Self { place: node.place.clone(), ..condition }),
        )
    }
}

fn parse(text: &str) -> Option<Condition> {
    // The bound has no sign like these, whatever names do.
    let (at_most, left, right) = match (text.rfind("<="), text.rfind(">=")) {
        (Some(at), other) if other.is_none_or(|other| other < at) => {
            (true, &text[..at], &text[at + 2..])
        }
        (_, Some(at)) => (false, &text[..at], &text[at + 2..]),
        _ => return None,
    };
    let left = left.trim();
    let (metric, scope) = match left.split_once('[') {
        Some((metric, rest)) => (metric.trim(), rest.strip_suffix(']')?.trim()),
        None => (left, "all"),
    };
    let (scope, name) = match scope.split_once(':') {
        Some((scope, name)) if !name.trim().is_empty() => (scope.trim(), name.trim()),
        Some(_) => return None,
        None => (scope, ""),
    };
    let bound = bound(right.trim())?;
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    (is_word(metric) && is_word(scope)).then(|| Condition {
        text: text.trim().to_owned(),
        place: Place { text: crate::id::Id::new(0), range: 0..0 },
        metric: metric.to_owned(),
        scope: scope.to_owned(),
        name: name.to_owned(),
        at_most,
        bound,
    })
}

fn bound(text: &str) -> Option<f64> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.or_else(|| text.parse::<Span>().ok().map(Span::as_secs_f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_scopes_and_bounds_are_told_apart() {
        let read = |text| {
            let Condition { metric, scope, name, at_most, bound, .. } = parse(text)?;
            Some((metric, scope, name, at_most, bound))
        };
        let is = |metric: &str, scope: &str, name: &str, at_most, bound| {
            Some((metric.to_owned(), scope.to_owned(), name.to_owned(), at_most, bound))
        };
        assert_eq!(
            read("missed_rate[workflow:My <= Flow] <= 0.08"),
            is("missed_rate", "workflow", "My <= Flow", true, 0.08)
        );
        assert_eq!(read("wait_p90<=1m"), is("wait_p90", "all", "", true, 60.0));
        assert_eq!(read("service_level[all]>= 0.8"), is("service_level", "all", "", false, 0.8));
        for wrong in ["", "x", "x <= y", "x[a <= 1", "x[a:] <= 1", "<= 1", "x = 1", "x <= inf"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
