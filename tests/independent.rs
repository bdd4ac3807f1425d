//! The router does what a second, deliberately plain machine does that was written from TaskRouter's
//! rules and not from the router: no index, no timer, no shared code. Both are asked the same, and
//! every event is compared, in order, with all its fields.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test independent` takes longer and looks further.

#[path = "independent/command.rs"]
mod command;
#[path = "independent/duel.rs"]
mod duel;
#[path = "independent/expression.rs"]
mod expression;
#[path = "independent/matching.rs"]
mod matching;
#[path = "independent/model.rs"]
mod model;
mod support;
#[path = "independent/walk.rs"]
mod walk;
#[path = "independent/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};

use duel::Duel;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use support::draw::stories;
use taskrouter_sim::routing::Matcher;

/// Stories played so far.
static PLAYED: AtomicU64 = AtomicU64::new(0);
/// How many it took to the first difference; 0 before that.
static FOUND: AtomicU64 = AtomicU64::new(0);

proptest! {
    #![proptest_config(support::config(600))]

    #[test]
    fn an_independent_machine_tells_the_same_story(story in stories(60)) {
        let n = 1 + PLAYED.fetch_add(1, Ordering::Relaxed);
        let played = catch_unwind(|| Duel::new(&story.setup, Matcher::Indexed).play(&story));
        let fault = played.unwrap_or_else(|_| Err("the product panicked, see above".into())).err();
        if let Some(difference) = fault {
            let _ = FOUND.compare_exchange(0, n, Ordering::Relaxed, Ordering::Relaxed);
            let n = FOUND.load(Ordering::Relaxed);
            prop_assert!(false, "after {n} sequences\n{}\n{difference}", story.setup);
        }
    }
}

/// 28 events, 10 reasons to cancel and 14 refusals are all there are; nobody asks for `Closed`.
#[test]
fn the_stories_reach_every_event_reason_and_refusal() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..400 {
        let story = stories(60).new_tree(&mut runner).expect("a story").current();
        let mut duel = Duel::new(&story.setup, Matcher::Plain);
        duel.play(&story).expect("no difference");
        seen.append(&mut duel.seen);
    }
    let seen: Vec<_> = seen.into_iter().collect();
    assert_eq!(seen.len(), 28 + 9 + 14, "{seen:#?}");
}
