//! How the bytes of a string's value came out of what is written.

use std::ops::Range;

/// A string's value, cut where it stops following the text byte by byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    /// In order, without gaps in the value; empty if the string could not be followed.
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
struct Piece {
    decoded: Range<usize>,
    outer: Range<usize>,
}

impl Pieces {
    /// Follows `literal`, a string of JSON or TOML with its quotes, whose value is `decoded`.
    pub(super) fn new(literal: &str, decoded: &str) -> Self {
        let (body, escapes) = body(literal);
        let mut pieces = Vec::new();
        let (mut at, mut plain) = (0, body.start..body.start);
        let mut outer = body.start;
        while outer < body.end {
            let (written, value) = if escapes && literal[outer..].starts_with('\\') {
                escape(&literal[outer..body.end])
            } else if literal[outer..].starts_with("\r\n")
                && !decoded[at.min(decoded.len())..]
                    .get(plain.len()..)
                    .is_some_and(|rest| rest.starts_with("\r\n"))
            {
                (2, 1)
            } else {
                let next = literal[outer..].chars().next().map_or(1, char::len_utf8);
                plain.end = outer + next;
                outer = plain.end;
                continue;
            };
            push(&mut pieces, &mut at, plain);
            let end = at + value;
            pieces.push(Piece { decoded: at..end, outer: outer..outer + written });
            at = end;
            outer += written;
            plain = outer..outer;
        }
        push(&mut pieces, &mut at, plain);
        if at == decoded.len() { Self { pieces } } else { Self::default() }
    }

    /// Where a range of the value is written, counted from the beginning of the literal; `None`
    /// if the string could not be followed.
    pub(super) fn outer(&self, range: Range<usize>) -> Option<Range<usize>> {
        let last = self.pieces.last()?;
        let start = self
            .pieces
            .iter()
            .find(|piece| range.start < piece.decoded.end)
            .map_or(last.outer.end, |piece| piece.start(range.start));
        let end = self
            .pieces
            .iter()
            .find(|piece| range.end <= piece.decoded.end && !piece.decoded.is_empty())
            .map_or(last.outer.end, |piece| piece.end(range.end));
        Some(start..end.max(start))
    }
}

impl Piece {
    fn is_plain(&self) -> bool {
        self.decoded.len() == self.outer.len()
    }

    fn start(&self, at: usize) -> usize {
        if self.is_plain() { self.outer.start + at - self.decoded.start } else { self.outer.start }
    }

    fn end(&self, at: usize) -> usize {
        if self.is_plain() {
            self.outer.start + at.saturating_sub(self.decoded.start)
        } else {
            self.outer.end
        }
    }
}

fn push(pieces: &mut Vec<Piece>, at: &mut usize, outer: Range<usize>) {
    if !outer.is_empty() {
        let end = *at + outer.len();
        pieces.push(Piece { decoded: *at..end, outer });
        *at = end;
    }
}

/// What is between the quotes, and whether a backslash means something there.
fn body(literal: &str) -> (Range<usize>, bool) {
    let long = |quotes: &str| {
        literal.len() >= 6 && literal.starts_with(quotes) && literal.ends_with(quotes)
    };
    let end = literal.len();
    if long("\"\"\"") || long("'''") {
        let rest = &literal[3..];
        let line_break =
            if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        return (3 + line_break..(end - 3).max(3 + line_break), literal.starts_with('"'));
    }
    match literal.as_bytes() {
        [b'"', .., b'"'] => (1..end - 1, true),
        [b'\'', .., b'\''] => (1..end - 1, false),
        _ => (0..end, false),
    }
}

/// How many bytes an escape takes where it is written, and in the value.
fn escape(text: &str) -> (usize, usize) {
    let hex = |from: usize, digits: usize| {
        text.get(from..from + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let length = |code: Option<u32>| code.and_then(char::from_u32).map_or(3, char::len_utf8);
    match text.as_bytes().get(1) {
        Some(b'u') => match (hex(2, 4), text.get(6..8)) {
            (Some(0xd800..=0xdbff), Some("\\u")) => (12.min(text.len()), 4),
            (code, _) => (6.min(text.len()), length(code)),
        },
        Some(b'U') => (10.min(text.len()), length(hex(2, 8))),
        Some(b'x') => (4.min(text.len()), length(hex(2, 2))),
        // A backslash at the end of a line of TOML: the break and all white space after it go.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            (1 + text[1..].len() - text[1..].trim_start_matches([' ', '\t', '\r', '\n']).len(), 0)
        }
        Some(byte) if byte.is_ascii() => (2, 1),
        _ => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<'a>(literal: &'a str, decoded: &str, part: &str) -> &'a str {
        let start = decoded.find(part).expect("the part is in the value");
        let range = Pieces::new(literal, decoded).outer(start..start + part.len());
        &literal[range.expect("the string can be followed")]
    }

    #[test]
    fn strings_of_json_are_followed() {
        assert_eq!(written(r#""a\"b\/c""#, "a\"b/c", "b/"), r"b\/");
        assert_eq!(written(r#""\ud83d\ude00x""#, "\u{1f600}x", "x"), "x");
        assert_eq!(written(r#""\ud83d\ude00x""#, "\u{1f600}x", "\u{1f600}"), r"\ud83d\ude00");
        assert_eq!(Pieces::new("\"ab\"", "ab").outer(2..2), Some(3..3));
    }

    #[test]
    fn the_four_strings_of_toml_are_followed() {
        assert_eq!(written(r"'a\b'", r"a\b", "b"), "b");
        assert_eq!(written("\"\"\"\na\\tb\"\"\"", "a\tb", "b"), "b");
        assert_eq!(written("'''\nab'''", "ab", "b"), "b");
        assert_eq!(written("\"\"\"a \\\n   b\"\"\"", "a b", "b"), "b");
        assert_eq!(written("\"\"\"a\r\nb\"\"\"", "a\r\nb", "b"), "b");
        assert_eq!(written("\"\"\"a\r\nb\"\"\"", "a\nb", "b"), "b");
    }

    #[test]
    fn what_cannot_be_followed_has_no_inner_places() {
        assert_eq!(Pieces::new("1234", "something else").outer(0..3), None);
        assert_eq!(Pieces::new("", "").outer(0..0), None);
    }
}
