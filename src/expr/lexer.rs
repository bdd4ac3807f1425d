//! From text to tokens, one at a time, so that faults are found in the order of the text.

use std::ops::Range;

use super::ast::{Operator, Spanned};
use super::error::ExprError;
use super::hints;
use super::path::{Path, Segment};
use super::value::Value;

/// The smallest part of an expression that means something. A whole path is one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Constant(Value),
    Path(Path),
    Operator(Operator),
    And,
    Or,
    Not,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

/// Reads `text` from the front.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; [`Token::End`] again and again at the end.
    pub(super) fn next(&mut self) -> Result<Spanned<Token>, ExprError> {
        self.skip_blanks();
        let start = self.at;
        let node = match self.rest().as_bytes() {
            [] => Token::End,
            [b'\'' | b'"', ..] => self.string()?,
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => self.number()?,
            _ if self.rest().starts_with(begins_name) => self.name()?,
            _ => self.sign()?,
        };
        Ok(Spanned { node, span: start..self.at })
    }

    fn sign(&mut self) -> Result<Token, ExprError> {
        let sign = SIGNS.iter().find(|(sign, _)| self.rest().starts_with(sign));
        let Some((sign, token)) = sign else {
            return Err(hints::unexpected_character(self.text, self.at));
        };
        self.at += sign.len();
        Ok(token.clone())
    }

    fn number(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        self.eat("-");
        self.take_while(|c| c.is_ascii_digit());
        let point = self.at;
        if self.eat(".") && self.take_while(|c| c.is_ascii_digit()).is_empty() {
            return Err(ExprError::new("digits are missing after the point", point..self.at));
        }
        if !self.take_while(continues_name).is_empty() {
            return Err(hints::name_begins_with_digit(self.text, start..self.at));
        }
        let number: f64 = self.text[start..self.at].parse().expect("digits are a number");
        if number.is_infinite() {
            return Err(ExprError::new("the number is too large", start..self.at));
        }
        Ok(Token::Constant(number.into()))
    }

    fn string(&mut self) -> Result<Token, ExprError> {
        let start = self.at;
        let mut characters = self.text[start..].char_indices().skip(1);
        let quote = self.text[start..].chars().next();
        let mut string = String::new();
        while let Some((at, character)) = characters.next() {
            if Some(character) == quote {
                self.at = start + at + 1;
                return Ok(Token::Constant(string.into()));
            }
            match escaped(&self.text[start + at..]) {
                Some(meant) => {
                    string.push(meant);
                    characters.next();
                }
                None => string.push(character),
            }
        }
        Err(hints::unterminated(self.text, start))
    }

    /// A keyword, or a path with all its steps.
    fn name(&mut self) -> Result<Token, ExprError> {
        let first = self.take_while(continues_name);
        if let Some((_, token)) = KEYWORDS.iter().find(|(word, _)| first.eq_ignore_ascii_case(word))
        {
            return Ok(token.clone());
        }
        let mut segments = vec![Segment::Key(first.into())];
        while let Some(segment) = self.segment()? {
            segments.push(segment);
        }
        Ok(Token::Path(Path::new(segments)))
    }

    fn segment(&mut self) -> Result<Option<Segment>, ExprError> {
        let end = self.at;
        self.skip_blanks();
        let start = self.at;
        if self.eat(".") {
            self.skip_blanks();
            let key = self.take_while(continues_name);
            let missing = || ExprError::new("a name is missing after the dot", start..start + 1);
            return if key.is_empty() {
                Err(missing())
            } else {
                Ok(Some(Segment::Key(key.into())))
            };
        }
        if self.eat("[") {
            return self.index(start).map(Some);
        }
        self.at = end;
        Ok(None)
    }

    fn index(&mut self, start: usize) -> Result<Segment, ExprError> {
        self.skip_blanks();
        let index = self.take_while(|c| c.is_ascii_digit()).parse();
        self.skip_blanks();
        match index {
            Ok(index) if self.eat("]") => Ok(Segment::Index(index)),
            _ => Err(hints::no_index(start..self.at)),
        }
    }

    /// What is left of the text.
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        self.at += if found { prefix.len() } else { 0 };
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !wanted(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }
}

/// Longer ones first.
const SIGNS: [(&str, Token); 13] = [
    ("==", Token::Operator(Operator::Equal)),
    ("!=", Token::Operator(Operator::NotEqual)),
    ("<>", Token::Operator(Operator::NotEqual)),
    ("<=", Token::Operator(Operator::LessOrEqual)),
    (">=", Token::Operator(Operator::GreaterOrEqual)),
    ("<", Token::Operator(Operator::Less)),
    (">", Token::Operator(Operator::Greater)),
    ("=", Token::Operator(Operator::Equal)),
    ("(", Token::Open),
    (")", Token::Close),
    ("[", Token::OpenList),
    ("]", Token::CloseList),
    (",", Token::Comma),
];

const KEYWORDS: [(&str, Token); 10] = [
    ("AND", Token::And),
    ("OR", Token::Or),
    ("NOT", Token::Not),
    ("HAS", Token::Operator(Operator::Has)),
    ("IN", Token::Operator(Operator::In)),
    ("CONTAINS", Token::Operator(Operator::Contains)),
    ("EQ", Token::Operator(Operator::Equal)),
    ("TRUE", Token::Constant(Value::Bool(true))),
    ("FALSE", Token::Constant(Value::Bool(false))),
    ("NULL", Token::Constant(Value::Null)),
];

fn begins_name(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$')
}

fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// What a backslash and the character after it stand for, if they stand for one character.
fn escaped(rest: &str) -> Option<char> {
    match rest.as_bytes() {
        [b'\\', b'n', ..] => Some('\n'),
        [b'\\', b't', ..] => Some('\t'),
        [b'\\', quoted @ (b'\'' | b'"' | b'\\'), ..] => Some(char::from(*quoted)),
        _ => None,
    }
}

/// The bytes of the character at `at`.
pub(super) fn character_at(text: &str, at: usize) -> Range<usize> {
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut lexer = Lexer::new(text);
        let next = || lexer.next().map(|token| token.node).expect("a token");
        std::iter::repeat_with(next).take_while(|token| *token != Token::End).collect()
    }

    #[test]
    fn a_segment_may_begin_with_a_digit_or_be_a_keyword_after_a_dot() {
        let path = "worker.levels.988ENsk.in[2].0".parse().expect("a path");
        assert_eq!(tokens("worker . levels.988ENsk.in [ 2 ].0"), [Token::Path(path)]);
    }

    #[test]
    fn a_backslash_escapes_quotes_and_itself_and_else_stands_for_itself() {
        let text = |text: &str| Token::Constant(text.into());
        assert_eq!(
            tokens(r#"'a\'b' "a\"b" 'a\\' 'a\d\n'"#),
            [text("a'b"), text("a\"b"), text("a\\"), text("a\\d\n")]
        );
    }

    #[test]
    fn numbers_have_a_sign_and_a_fraction_and_no_exponent() {
        let number = |number: f64| Token::Constant(number.into());
        assert_eq!(tokens("-1 2.50 007"), [number(-1.0), number(2.5), number(7.0)]);
        for text in ["1.", "1e3", "0x1F", ".5", "1_000"] {
            assert!(Lexer::new(text).next().is_err(), "{text}");
        }
    }
}
