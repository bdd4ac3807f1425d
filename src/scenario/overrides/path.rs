//! Paths such as `workspace.workflows["Support"].task_reservation_timeout`.

use crate::scenario::node::Place;
use crate::scenario::problem::Problem;

/// One step down.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) what: What,
    pub(super) place: Place,
}

/// Where a step leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `.key`
    Key(String),
    /// `["name"]`: an element of a list by its name, or a key.
    Name(String),
    /// `[0]`
    Index(usize),
}

/// Reads a path that is written at `place`; it has at least one step.
pub(super) fn parse(text: &str, place: &Place) -> Result<Vec<Step>, Problem> {
    let mut parser = Parser { text, place, at: 0 };
    parser.space();
    let mut steps = vec![parser.key()?];
    loop {
        parser.space();
        match parser.rest().chars().next() {
            None => return Ok(steps),
            Some('.') => {
                parser.at += 1;
                parser.space();
                steps.push(parser.key()?);
            }
            Some('[') => steps.push(parser.bracket()?),
            Some(_) => return Err(parser.problem("expected `.`, `[` or `=`")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    place: &'a Place,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn step(&self, what: What, start: usize) -> Step {
        let base = self.place.range.start;
        let place = Place { text: self.place.text, range: base + start..base + self.at };
        Step { what, place }
    }

    fn problem(&self, message: &str) -> Problem {
        let at = self.place.range.start + self.at;
        Problem::error(message, &Place { text: self.place.text, range: at..at })
            .with_help("a path is written as in workspace.task_queues[\"Billing\"].task_order")
    }

    fn key(&mut self) -> Result<Step, Problem> {
        let start = self.at;
        if self.rest().starts_with(['"', '\'']) {
            let key = self.quoted()?;
            return Ok(self.step(What::Key(key), start));
        }
        let is_key = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
        let length = self.rest().find(|letter| !is_key(letter)).unwrap_or(self.rest().len());
        if length == 0 {
            return Err(self.problem("expected a key"));
        }
        let key = self.rest()[..length].to_owned();
        self.at += length;
        Ok(self.step(What::Key(key), start))
    }

    fn bracket(&mut self) -> Result<Step, Problem> {
        let start = self.at;
        self.at += 1;
        self.space();
        let what = if self.rest().starts_with(['"', '\'']) {
            What::Name(self.quoted()?)
        } else {
            let length = self.rest().find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
            let index = self.rest()[..length].parse();
            let Ok(index) = index else {
                return Err(self.problem("expected a name in quotes or a number"));
            };
            self.at += length;
            What::Index(index)
        };
        self.space();
        if !self.rest().starts_with(']') {
            return Err(self.problem("expected `]`"));
        }
        self.at += 1;
        Ok(self.step(what, start))
    }

    /// A text in quotes; between double ones a backslash takes the next character as it is.
    fn quoted(&mut self) -> Result<String, Problem> {
        let mut letters = self.rest().char_indices();
        let quote = letters.next().map(|(_, letter)| letter);
        let mut text = String::new();
        let mut escaped = false;
        for (offset, letter) in letters {
            match letter {
                _ if escaped => {
                    text.push(letter);
                    escaped = false;
                }
                '\\' if quote == Some('"') => escaped = true,
                _ if Some(letter) == quote => {
                    self.at += offset + 1;
                    return Ok(text);
                }
                _ => text.push(letter),
            }
        }
        Err(self.problem("this quote is not closed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::scenario::node::TextId;

    fn steps(text: &str) -> Result<Vec<What>, String> {
        let place = Place { text: TextId::new(0), range: 0..text.len() };
        parse(text, &place)
            .map(|steps| steps.into_iter().map(|step| step.what).collect())
            .map_err(|problem| problem.message)
    }

    #[test]
    fn keys_names_and_numbers_lead_down() {
        let key = |text: &str| What::Key(text.into());
        let name = |text: &str| What::Name(text.into());
        assert_eq!(
            steps("workspace.workflows[\"My \\\"Flow\"].a-b [0]"),
            Ok(vec![
                key("workspace"),
                key("workflows"),
                name("My \"Flow"),
                key("a-b"),
                What::Index(0)
            ])
        );
        assert_eq!(
            steps("source.'my calls'.x"),
            Ok(vec![key("source"), key("my calls"), key("x")])
        );
        assert_eq!(steps("a['b']"), Ok(vec![key("a"), name("b")]));
    }

    #[test]
    fn malformed_paths_are_told_where() {
        for text in
            ["", ".a", "a.", "a[", "a[b]", "a[1", "a[\"x]", "a b", "a[99999999999999999999]"]
        {
            assert!(steps(text).is_err(), "{text}");
        }
    }
}
