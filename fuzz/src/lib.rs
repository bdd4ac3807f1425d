//! What the targets share.

use taskrouter_sim::scenario::problem::Problem;
use taskrouter_sim::scenario::render::render;
use taskrouter_sim::scenario::text::Texts;

/// Every problem says something, is about bytes of a text that was read, and can be shown.
///
/// # Panics
///
/// If one does not.
pub fn assert_shown(problems: &[Problem], texts: &Texts) {
    for problem in problems {
        assert!(!problem.message.is_empty(), "{problem:?}");
        let Some(place) = &problem.place else { continue };
        for place in [place.clone(), texts.resolve(place)] {
            let there = texts.content(place.text).get(place.range.clone());
            assert!(there.is_some(), "no such place: {problem:?}");
        }
    }
    let shown = render(problems, texts, false);
    assert_eq!(shown.is_empty(), problems.is_empty());
}
