//! What to say about the mistakes that are made most.

use std::ops::Range;

use super::error::ExprError;
use super::lexer::character_at;
use super::names::Context;

/// Nothing begins with the character at `at`.
pub(super) fn unexpected_character(text: &str, at: usize) -> ExprError {
    let rest = &text[at..];
    let after = |length: usize| rest[length..].trim_start();
    let error = |message: &str, length: usize| ExprError::new(message, at..at + length);
    let one = character_at(text, at).len();
    match rest.chars().next() {
        Some('!') if after(1).starts_with('=') => {
            let length = rest.find('=').map_or(1, |equals| equals + 1);
            error("`!` and `=` are torn apart", length).with_help("write `!=`")
        }
        Some('!') => error("there is no operator `!`", 1).with_help("write `NOT`, or `!=`"),
        Some('&') => error("there is no operator `&`", if rest.starts_with("&&") { 2 } else { 1 })
            .with_help("write `AND`"),
        Some('|') => error("there is no operator `|`", if rest.starts_with("||") { 2 } else { 1 })
            .with_help("write `OR`"),
        Some('-') => minus(at..at + 1),
        Some('+' | '*' | '/' | '%') => error("there is no arithmetic in expressions", 1),
        Some('.') => error("nothing can begin with a dot", 1)
            .with_help("a number needs a digit before the point, a path a name before the dot"),
        Some('‘' | '’' | '“' | '”' | '`') => {
            error("this is not a quote that can enclose a string", one).with_help("write ' or \"")
        }
        character => {
            let character = character.unwrap_or(' ').escape_debug();
            ExprError::new(format!("unexpected character `{character}`"), at..at + one)
        }
    }
}

/// A hyphen where an operator should be.
pub(super) fn minus(span: Range<usize>) -> ExprError {
    ExprError::new("TaskRouter reads `-` as minus, and there is no arithmetic", span)
        .with_help("attribute keys with hyphens cannot be used in expressions: rename the key")
}

/// Letters right after the digits of a number.
pub(super) fn name_begins_with_digit(text: &str, span: Range<usize>) -> ExprError {
    let word = &text[span.clone()];
    ExprError::new(format!("`{word}` is neither a number nor a name"), span)
        .with_help("a name begins with a letter, `_` or `$`; a text needs quotes")
}

/// No second quote.
pub(super) fn unterminated(text: &str, start: usize) -> ExprError {
    let quote = &text[start..=start];
    ExprError::new("the string has no end", start..text.len())
        .with_help(format!("close it with {quote}"))
}

/// Something other than digits between the brackets after a path.
pub(super) fn no_index(span: Range<usize>) -> ExprError {
    ExprError::new("an index is a whole number in brackets, as in `tags[0]`", span)
        .with_help("an object's key is written after a dot, as in `a.key`")
}

/// Nothing but blanks.
pub(super) fn empty(length: usize, context: Context) -> ExprError {
    ExprError::new("the expression is empty", 0..length).with_help(match context {
        Context::Filter => "to match every task write `1==1`",
        Context::Target => "to allow every worker of the queue leave the expression out",
        Context::TargetWorkers => "to match every worker write `1==1`",
        Context::SkipIf => "to skip always write `1==1`; to skip never leave `skip_if` out",
    })
}
