//! Workspaces and commands written as text, played on a router: what the routing tests share.
//!
//! Set-up lines come first; nothing needs an order except that names are made before they are used:
//!
//! ```text
//! activity Break                       unavailable; add `available` for one that is
//! channel chat optimized               channel_optimized_routing
//! workers ada bob                      Available, capacity 1 everywhere
//! worker cat {"skills":["x"]} chat=3 voice=off activity=Offline
//! queue sales: ada bob                 these members
//! queue vip "skills HAS 'x'" reserve=3 lifo reserved=Reserved busy=Busy
//! workflow main                        more than one may be in force; `text NAME` is for `edit`
//!   filter gold: type == 'gold'
//!     target vip priority=10 timeout=30 skip_if="…" expression="…" order_by="…"
//!     target known_worker_sid="task.agent"
//!   default sales
//! reservation timeout 20 s             of the workflow above, or of all
//! timeout activity Break
//! set reoffer_gap 0 s                  a field of `Settings`
//! single-tasking
//! prioritize LIFO
//! show task reservation                only these groups of events
//! ```
//!
//! Without a workflow there is one that sends `create sales` into the queue `sales`, and events of
//! workflows and queues are not shown.

#![allow(dead_code, reason = "each of the tests uses its own part")]

pub(crate) mod ask;
pub(crate) mod draw;
pub(crate) mod names;
pub(crate) mod phrase;
pub(crate) mod play;
pub(crate) mod print;
pub(crate) mod setup;
pub(crate) mod tokens;
pub(crate) mod workflow;

/// `n_cases` unless `PROPTEST_CASES` says otherwise; what fails becomes a transcript, not a seed.
pub(crate) fn config(n_cases: u32) -> proptest::test_runner::Config {
    let told = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let cases = told.unwrap_or(n_cases);
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}
