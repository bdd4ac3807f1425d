//! Problems, as people read them: message, file, line, the text with a caret, help.
//!
//! The picture is drawn by `annotate-snippets`, from a window of the text: a file may be one line
//! of ten megabytes.

mod window;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

use crate::scenario::node::Place;
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::render::window::Window;
use crate::scenario::text::Texts;

/// How many problems are shown.
const MAX_SHOWN: usize = 50;
/// How many characters of a message are shown.
const MAX_MESSAGE: usize = 400;

/// All problems in order of their places, those without one first; errors and warnings mixed as
/// they come. What is more than 50 is only counted.
#[must_use]
pub fn render(problems: &[Problem], texts: &Texts, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut sorted: Vec<(&Problem, Option<Place>)> = problems
        .iter()
        .map(|problem| (problem, problem.place.as_ref().map(|place| texts.resolve(place))))
        .collect();
    sorted.sort_by_key(|(problem, place)| {
        let position = place.as_ref().map(|place| (place.text, place.range.start));
        (position, problem.severity)
    });
    let mut shown = String::new();
    for (problem, place) in sorted.iter().take(MAX_SHOWN) {
        shown += &one(problem, place.as_ref(), texts, &renderer);
        shown += "\n\n";
    }
    if sorted.len() > MAX_SHOWN {
        shown += &format!("... and {} more\n\n", sorted.len() - MAX_SHOWN);
    }
    shown
}

fn one(problem: &Problem, place: Option<&Place>, texts: &Texts, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let window = place.map(|place| Window::new(texts.content(place.text), &place.range));
    let mut elements: Vec<Element<'_>> = Vec::new();
    if let (Some(place), Some(window)) = (place, &window) {
        let snippet = Snippet::source(window.text.as_str()).line_start(window.line);
        let snippet = snippet.path(texts.name(place.text));
        let annotation = AnnotationKind::Primary.span(window.range.clone());
        elements.push(snippet.annotation(annotation).into());
    }
    if let Some(help) = &problem.help {
        elements.push(Level::HELP.message(cut(help)).into());
    }
    let title = level.primary_title(cut(&problem.message));
    let group: Group<'_> = Group::with_title(title).elements(elements);
    let drawn = renderer.render(&[group]);
    match window {
        // The part of a long line was drawn as if it were the line.
        Some(window) if window.drawn_column != window.column => {
            let name = place.map_or("", |place| texts.name(place.text));
            drawn.replacen(
                &format!("{name}:{}:{}", window.line, window.drawn_column),
                &format!("{name}:{}:{}", window.line, window.column),
                1,
            )
        }
        _ => drawn,
    }
}

/// The text on one line, and not more of it than anybody reads.
fn cut(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(MAX_MESSAGE)
        .map(|letter| if letter.is_control() { '\u{fffd}' } else { letter })
        .collect();
    if text.chars().nth(MAX_MESSAGE).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(content: &str) -> (Texts, crate::scenario::node::TextId) {
        let mut texts = Texts::new();
        let id = texts.add("s.toml", content);
        (texts, id)
    }

    #[test]
    fn a_problem_shows_its_line_and_what_to_do() {
        let (texts, id) = texts("a = 1\nqueue = \"Biling\"\nb = 2\n");
        let place = Place { text: id, range: 14..22 };
        let problem = Problem::error("no queue is named `Biling`", &place)
            .with_help("did you mean `Billing`?");
        let expected = r#"error: no queue is named `Biling`
 --> s.toml:2:9
  |
2 | queue = "Biling"
  |         ^^^^^^^^
  |
  = help: did you mean `Billing`?

"#;
        assert_eq!(render(&[problem], &texts, false), expected);
    }

    #[test]
    fn problems_come_in_order_of_their_places() {
        let (texts, id) = texts("a\nb\nc\n");
        let at = |start: usize| Place { text: id, range: start..start + 1 };
        let problems = [
            Problem::error("third", &at(4)),
            Problem::warning("second", &at(2)),
            Problem::nowhere("first"),
        ];
        let shown = render(&problems, &texts, false);
        let titles: Vec<&str> =
            shown.lines().filter(|line| line.starts_with(char::is_alphabetic)).collect();
        assert_eq!(titles, ["error: first", "warning: second", "error: third"]);
    }

    #[test]
    fn only_fifty_problems_are_shown() {
        let (texts, id) = texts("a\n");
        let problem = Problem::error("again", &Place { text: id, range: 0..1 });
        let shown = render(&vec![problem; 60], &texts, false);
        assert_eq!(shown.matches("error: again").count(), 50);
        assert!(shown.ends_with("... and 10 more\n\n"), "{shown}");
    }

    #[test]
    fn a_line_of_ten_megabytes_is_cut_around_the_caret() {
        let (texts, id) = texts(&"x".repeat(10_000_000));
        let problem = Problem::error("here", &Place { text: id, range: 5_000_000..5_000_003 });
        let shown = render(&vec![problem; 50], &texts, false);
        assert!(shown.contains("--> s.toml:1:5000001"), "{}", &shown[..200]);
        assert!(shown.lines().all(|line| line.len() < 200));
    }

    #[test]
    fn a_place_at_the_end_of_the_text_or_over_several_lines_can_be_shown() {
        for (content, range) in [
            ("", 0..0),
            ("a = ", 4..4),
            ("a\n", 2..2),
            ("a = [\n1,\n2\n]\n", 4..12),
            ("a\r\nb", 1..3),
            ("\u{e9}\u{1f600}\u{301}", 2..6),
            ("a\0b\tc", 1..5),
        ] {
            let (texts, id) = texts(content);
            let shown = render(&[Problem::error("x", &Place { text: id, range })], &texts, true);
            assert!(shown.contains("s.toml"), "{shown}");
        }
    }
}
