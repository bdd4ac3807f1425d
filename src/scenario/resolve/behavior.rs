//! What workers do with offers.

use crate::id::IdVec;
use crate::random::Dist;
use crate::scenario::node::{Entry, Node};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::distribution::{Unit, distribution};
use crate::scenario::resolve::value;
use crate::scenario::staff::{
    ACCEPTS_AT_ONCE, Alternative, Away, Behavior, BehaviorId, Connect, OtherWork, Recovery,
};

/// All behaviors under `[behavior]`.
pub(super) fn behaviors(cx: &mut Context<'_>, root: &Node) -> IdVec<BehaviorId, Behavior> {
    let entries = root.get("behavior").and_then(Node::as_table).map(|table| &table.entries);
    entries.into_iter().flatten().map(|entry| behavior(cx, entry)).collect()
}

/// Of whoever has no behavior: accepts at once, always.
pub(super) fn prompt() -> Behavior {
    Behavior {
        name: ACCEPTS_AT_ONCE.into(),
        response: never_any(),
        reject: 0.0,
        reject_after: never_any(),
        miss: 0.0,
        away: None,
        recovery: usual_recovery(),
        connect: None,
        other_work: None,
        slowdown_per_extra: 0.0,
        auto_accept: false,
        alternatives: Vec::new(),
        supported_to: None,
    }
}

fn never_any() -> Dist {
    Dist::constant(0.0).expect("0 is not negative")
}

fn usual_recovery() -> Recovery {
    Recovery::After(Dist::exponential(75.0).expect("75 is positive"))
}

fn behavior(cx: &mut Context<'_>, Entry { key, key_place, node }: &Entry) -> Behavior {
    let reject = node.get("reject");
    let (rejected, miss) =
        (share(reject.and_then(|reject| reject.get("p"))), share(node.get("miss")));
    if 1.0 < rejected + miss {
        let place = &node.get("miss").or(reject).map_or(key_place, |node| &node.place);
        cx.error(format!("`reject.p` and `miss` of `{key}` add up to more than 1"), place);
    }
    let behavior = Behavior {
        name: key.clone(),
        response: duration(cx, node.get("response")),
        reject: rejected,
        reject_after: duration(cx, reject.and_then(|reject| reject.get("after"))),
        miss,
        away: node.get("away").and_then(|away| self::away(cx, away)),
        recovery: recovery(cx, node),
        connect: node.get("connect").and_then(|connect| self::connect(cx, connect)),
        other_work: node.get("other_work").and_then(|work| other_work(cx, work)),
        slowdown_per_extra: share(node.get("slowdown_per_extra")),
        auto_accept: value::flag(node.get("auto_accept")).unwrap_or(false),
        alternatives: alternatives(cx, node, rejected),
        supported_to: value::span(node.get("supported_to")),
    };
    if node.get("recovery").is_none() && may_miss(&behavior) {
        cx.assume(format!(
            "behavior `{key}`: back from the timeout activity after an exponential time of mean \
             75 s (no `recovery`)"
        ));
    }
    behavior
}

fn alternatives(cx: &mut Context<'_>, behavior: &Node, rejected: f64) -> Vec<Alternative> {
    let mut all = Vec::new();
    for node in value::list(behavior.get("alternatives")) {
        let miss = share(node.get("miss"));
        if 1.0 < rejected + miss {
            let place = &node.get("miss").unwrap_or(node).place;
            cx.error("`reject.p` and this `miss` add up to more than 1", place);
        }
        let name = value::text(node.get("name")).unwrap_or_default().to_owned();
        all.push(Alternative { name, response: duration(cx, node.get("response")), miss });
    }
    all
}

fn may_miss(behavior: &Behavior) -> bool {
    0.0 < behavior.miss || behavior.away.is_some() || !behavior.response.is_zero()
}

fn share(node: Option<&Node>) -> f64 {
    value::share(node).unwrap_or(0.0)
}

/// The distribution at `node`, or no time at all.
pub(super) fn duration(cx: &mut Context<'_>, node: Option<&Node>) -> Dist {
    let read = node.and_then(|node| distribution(cx, node, Unit::Duration));
    read.unwrap_or_else(never_any)
}

fn away(cx: &mut Context<'_>, node: &Node) -> Option<Away> {
    let mut length = |key| distribution(cx, node.get(key)?, Unit::Duration);
    let (every, lasts) = (length("every")?, length("lasts")?);
    if every.is_zero() {
        cx.error("whoever is there for no time is always away", &node.get("every")?.place);
        return None;
    }
    Some(Away { every, lasts })
}

fn connect(cx: &mut Context<'_>, node: &Node) -> Option<Connect> {
    let connect = Connect { time: duration(cx, node.get("time")), fail: share(node.get("fail")) };
    (!connect.time.is_zero() || 0.0 < connect.fail).then_some(connect)
}

fn other_work(cx: &mut Context<'_>, node: &Node) -> Option<OtherWork> {
    let share = value::number(node.get("share")).filter(|share| 0.0 < *share && *share < 1.0)?;
    let lasts = distribution(cx, node.get("lasts")?, Unit::Duration)?;
    if lasts.is_zero() {
        cx.error("other work that takes no time has no share", &node.get("lasts")?.place);
        return None;
    }
    Some(OtherWork { share, lasts })
}

fn recovery(cx: &mut Context<'_>, behavior: &Node) -> Recovery {
    let Some(node) = behavior.get("recovery") else { return usual_recovery() };
    let Some(p_unnoticed) = node.get("p_unnoticed") else {
        return after(cx, node).map_or(Recovery::Never, Recovery::After);
    };
    let otherwise = node.get("otherwise").and_then(|node| after(cx, node));
    Recovery::NextBreak { p_unnoticed: share(Some(p_unnoticed)), otherwise }
}

/// A time, plain or as `{ auto = … }`; `None` for `"never"`.
fn after(cx: &mut Context<'_>, node: &Node) -> Option<Dist> {
    if node.as_str() == Some("never") {
        return None;
    }
    distribution(cx, node.get("auto").unwrap_or(node), Unit::Duration)
}
