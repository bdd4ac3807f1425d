//! The indexed matcher does what the plain one does, which is the specification.

mod support;

use proptest::prelude::*;
use support::draw::{Story, stories};
use support::play::Player;
use taskrouter_sim::routing::Matcher;

/// Everything that `matcher` makes of the story, as text.
fn told(story: &Story, matcher: Matcher) -> String {
    let mut player = Player::new(&story.setup, matcher);
    player.play(&story.moves, |_, _| {});
    player.lines.join("\n")
}

proptest! {
    #![proptest_config(support::config(400))]

    #[test]
    fn both_matchers_tell_the_same_story(story in stories(60)) {
        let plain = told(&story, Matcher::Plain);
        let indexed = told(&story, Matcher::Indexed);
        prop_assert!(
            plain == indexed,
            "{}\nplain:\n{}\n\nindexed:\n{}", story.setup, plain, indexed,
        );
    }
}
