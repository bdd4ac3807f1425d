//! Whatever is asked, only legal stories happen. The tables are the test's own; they know events by
//! TaskRouter's names and nothing of the router's types for statuses.

#[path = "lifecycle/order.rs"]
mod order;
#[path = "lifecycle/saga.rs"]
mod saga;
mod support;

use proptest::prelude::*;
use saga::Saga;
use support::draw::stories;
use support::play::{Player, Seen};
use taskrouter_sim::routing::Matcher;

proptest! {
    #![proptest_config(support::config(600))]

    #[test]
    fn only_legal_stories_happen(story in stories(60)) {
        let mut player = Player::new(&story.setup, Matcher::Indexed);
        player.is_strict = true;
        let mut saga = Saga::default();
        let mut fault = Ok(());
        player.play(&story.moves, |player, seen| {
            if fault.is_ok() {
                fault = match seen {
                    Seen::Asked(command, Ok(events)) => saga.answer(player, command, events),
                    Seen::Asked(_, Err(_)) => Ok(()),
                    Seen::Passed(events) => saga.passed(player, events),
                };
            }
        });
        if let Err(fault) = fault {
            prop_assert!(false, "{}\n{}\n{}", fault, story.setup, player.lines.join("\n"));
        }
    }
}
