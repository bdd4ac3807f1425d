//! Whatever is asked of whatever workspace: both matchers do the same, event by event, the router
//! agrees with itself after each call, and only legal stories happen.

#![no_main]

#[path = "../../tests/lifecycle/order.rs"]
mod order;
#[path = "../../tests/lifecycle/saga.rs"]
mod saga;
#[path = "../../tests/support/mod.rs"]
mod support;
#[path = "commands/workspace.rs"]
mod workspace;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use saga::Saga;
use support::draw::Move;
use support::play::{Player, Seen};
use taskrouter_sim::routing::{Event, Matcher, Refusal};
use taskrouter_sim::time::Span;
use workspace::Workspace;

/// How many commands are asked of one router.
const MAX_MOVES: usize = 80;

/// One request. The numbers choose among what there is by then.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Step {
    verb: u8,
    which: u8,
    how: u8,
    /// The lowest bit is whether the instant is let pass, the others how long it is since.
    time: u8,
}

/// A workspace, and what is asked of it.
#[derive(Arbitrary, Debug)]
struct Input {
    workspace: Workspace,
    steps: Vec<Step>,
}

/// What came of a command, or of time.
type Answer = Result<Vec<Event>, Refusal>;

fuzz_target!(|input: Input| {
    let Workspace(setup) = &input.workspace;
    let moves: Vec<Move> = input.steps.iter().take(MAX_MOVES).map(to_move).collect();
    let plain = play(setup, &moves, Matcher::Plain);
    let indexed = play(setup, &moves, Matcher::Indexed);
    let differ = plain.iter().zip(&indexed).position(|(one, two)| one != two);
    assert!(plain.len() == indexed.len() && differ.is_none(), "{differ:?} of {setup}");
});

fn to_move(step: &Step) -> Move {
    let after = match step.time >> 1 {
        0..=50 => 0,
        time @ 51..=125 => u64::from(time - 50) * 250,
        time => u64::from(time) * 1000,
    };
    let passes = step.time % 2 == 1;
    Move::new(Span::from_millis(after), passes, step.verb % 100, step.which, step.how)
}

/// Everything that happens; what must not, panics.
fn play(setup: &str, moves: &[Move], matcher: Matcher) -> Vec<Answer> {
    let mut player = Player::new(setup, matcher);
    let mut saga = Saga::default();
    let mut answers = Vec::new();
    player.play(moves, |player, seen| {
        let verdict = match seen {
            Seen::Asked(command, Ok(events)) => saga.answer(player, command, events),
            Seen::Asked(_, Err(_)) => Ok(()),
            Seen::Passed(events) => saga.passed(player, events),
        };
        if let Err(fault) = verdict {
            panic!("{fault}\n{setup}\n{}", player.lines.join("\n"));
        }
        answers.push(match seen {
            Seen::Asked(_, answer) => answer.map(<[Event]>::to_vec),
            Seen::Passed(events) => Ok(events.to_vec()),
        });
    });
    answers
}
