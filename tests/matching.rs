//! The indexed matcher does what the plain one does, which is the specification.

mod support;

use proptest::prelude::*;
use support::draw::{PEOPLE, Story, stories};
use support::play::Player;
use taskrouter_sim::routing::Matcher;

/// Everything that `matcher` makes of the story, as text.
fn told(story: &Story, matcher: Matcher) -> String {
    let mut player = Player::new(&story.setup, matcher);
    player.play(&story.moves, |_, _| {});
    player.lines.join("\n")
}

/// The story with so many workers behind the first ones that idle workers are kept in order; at
/// first none of them is there.
fn in_a_crowd(mut story: Story) -> Story {
    let place = story.setup.find("queue q0").expect("there are queues");
    let crowd: String = (0..1_100)
        .map(|n| format!("worker x{n} {} activity=Offline\n", PEOPLE[n % PEOPLE.len()]))
        .collect();
    story.setup.insert_str(place, &crowd);
    story
}

/// That both matchers tell the same of the story.
fn compare(story: &Story) -> Result<(), TestCaseError> {
    let plain = told(story, Matcher::Plain);
    let indexed = told(story, Matcher::Indexed);
    let setup = &story.setup;
    prop_assert!(plain == indexed, "{setup}\nplain:\n{plain}\n\nindexed:\n{indexed}");
    Ok(())
}

proptest! {
    #![proptest_config(support::config(12))]

    #[test]
    fn both_matchers_tell_the_same_story_in_a_crowd(story in stories(40).prop_map(in_a_crowd)) {
        compare(&story)?;
    }
}

proptest! {
    #![proptest_config(support::config(400))]

    #[test]
    fn both_matchers_tell_the_same_story(story in stories(60)) {
        compare(&story)?;
    }
}
