//! Single values, once the check of the shape has reported what is wrong with them: then they are
//! silently none.

use crate::scenario::node::Node;
use crate::scenario::read;
use crate::scenario::resolve::civil::TimeOfDay;
use crate::time::Span;

/// A duration with its unit.
pub(super) fn span(node: Option<&Node>) -> Option<Span> {
    read::duration(node?, &mut Vec::new())
}

/// Whole seconds, in quotes or not, or a duration.
pub(super) fn seconds(node: Option<&Node>) -> Option<Span> {
    read::seconds(node?, &mut Vec::new())
}

/// A finite number.
pub(super) fn number(node: Option<&Node>) -> Option<f64> {
    read::number(node?, &mut Vec::new())
}

/// A number from 0 to 1.
pub(super) fn share(node: Option<&Node>) -> Option<f64> {
    read::share(node?, &mut Vec::new())
}

/// A whole number from 0 up, in quotes or not.
pub(super) fn whole<N: TryFrom<i64>>(node: Option<&Node>) -> Option<N> {
    let node = node?;
    let whole = match node.as_str() {
        Some(digits) => digits.trim().parse().ok()?,
        None => read::integer(node, &mut Vec::new())?,
    };
    N::try_from(whole).ok()
}

/// A text.
pub(super) fn text(node: Option<&Node>) -> Option<&str> {
    node?.as_str()
}

/// A truth value.
pub(super) fn flag(node: Option<&Node>) -> Option<bool> {
    node?.as_bool()
}

/// A time of day.
pub(super) fn time_of_day(node: Option<&Node>) -> Option<TimeOfDay> {
    read::time_of_day(node?, &mut Vec::new()).map(TimeOfDay::new)
}

/// Days of the week; all of them if nothing is said.
pub(super) fn days(node: Option<&Node>) -> Option<read::Days> {
    node.map_or(Some([true; 7]), |node| read::days(node, &mut Vec::new()))
}

/// The elements of a list, or nothing.
pub(super) fn list(node: Option<&Node>) -> &[Node] {
    node.and_then(Node::as_array).unwrap_or_default()
}

/// The one of `options` whose name is written; the first one if nothing is.
pub(super) fn choice<T: Copy>(node: Option<&Node>, options: &[(&str, T)]) -> Option<T> {
    let Some(node) = node else { return options.first().map(|&(_, value)| value) };
    let written = node.as_str()?;
    options.iter().find(|(name, _)| name.eq_ignore_ascii_case(written)).map(|&(_, value)| value)
}
