//! No name or sid twice.

use crate::id::{Id, IdVec};
use crate::scenario::node::Node;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::names::Named;

/// Whether none of `things` has the name or the sid of `new`, which stands at `node`; a problem if
/// one has.
pub(super) fn unique<I: Id, T: Named>(
    cx: &mut Context<'_>,
    things: &IdVec<I, T>,
    new: &T,
    node: &Node,
) -> bool {
    let [kind, kinds] = T::KIND;
    let place = |keys: [&str; 3]| {
        keys.iter().find_map(|key| node.get(key)).map_or(&node.place, |node| &node.place)
    };
    if things.iter().any(|thing| thing.name() == new.name()) {
        let place = place(["friendly_name", "unique_name", "group"]);
        cx.error(format!("there is another {kind} named `{}`", new.name()), place);
        return false;
    }
    if new.sid().is_some() && things.iter().any(|thing| thing.sid() == new.sid()) {
        let sid = new.sid().unwrap_or_default();
        cx.error(format!("two {kinds} have the sid {sid}"), place(["sid"; 3]));
        return false;
    }
    true
}
