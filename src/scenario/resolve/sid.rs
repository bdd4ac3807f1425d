//! TaskRouter's identifiers for what has none.

use sha2::{Digest, Sha256};

use crate::scenario::node::Node;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::value;

/// What can have a sid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Activity,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Activity => "WA",
            Self::TaskChannel => "TC",
            Self::TaskQueue => "WQ",
            Self::Worker => "WK",
            Self::Workflow => "WW",
        }
    }
}

/// The sid that the resource at `node` carries, or one derived from the seed and its name.
pub(super) fn sid(cx: &Context<'_>, kind: Kind, name: &str, node: Option<&Node>) -> String {
    let written = value::text(node.and_then(|node| node.get("sid")));
    written.map_or_else(|| derived(cx.seed, kind.prefix(), name), str::to_owned)
}

fn derived(seed: u64, prefix: &str, name: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(prefix);
    hasher.update(name);
    let digits = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    [prefix.to_owned(), digits].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_sid_looks_like_taskrouters_and_follows_from_seed_and_name() {
        let sid = derived(1, "WQ", "Billing");
        assert!(sid.starts_with("WQ") && sid.len() == 34);
        assert_eq!(sid, derived(1, "WQ", "Billing"));
        assert_ne!(sid, derived(2, "WQ", "Billing"));
        assert_ne!(sid[2..], derived(1, "WW", "Billing")[2..]);
    }
}
