//! From text to tree: recursive descent, one function for each rule of the grammar.

mod faults;

use std::ops::Range;
use std::str::FromStr;

use super::ast::{Comparison, Condition, Expression, Operand, Operator, Spanned};
use super::error::ExprError;
use super::hints;
use super::lexer::{Lexer, Token};
use super::names::Context;
use super::path::Path;

/// How deep parentheses, NOT and lists may nest. Deeper ones could exhaust the stack.
const DEPTH_MAX: usize = 200;

/// Reads `text` as a condition.
///
/// `context` changes no rule, only the advice about an empty text: what a name means is decided by
/// [`Expression::compile`], and [`super::check`] finds names that mean nothing.
///
/// # Errors
///
/// The first fault, with its place. An empty text is one: each place gives it another meaning.
pub fn parse(text: &str, context: Context) -> Result<Expression, ExprError> {
    let mut parser = Parser::new(text)?;
    if parser.current.node == Token::End {
        return Err(hints::empty(text.len(), context));
    }
    let root = parser.or()?;
    match parser.current.node {
        Token::End => Ok(Expression { root }),
        _ => Err(parser.unexpected_after_condition()),
    }
}

impl FromStr for Path {
    type Err = ExprError;
    fn from_str(text: &str) -> Result<Self, ExprError> {
        let mut parser = Parser::new(text)?;
        let path = parser.path("an attribute's path")?;
        parser.end("the path")?;
        Ok(path.node)
    }
}

/// One token ahead of what has been understood.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) current: Spanned<Token>,
    depth: usize,
    /// Where the last comparison's left side was: for advice.
    left: Range<usize>,
}

type Parsed<T> = Result<Spanned<T>, ExprError>;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, ExprError> {
        let mut lexer = Lexer::new(text);
        let current = lexer.next()?;
        Ok(Self { lexer, current, depth: 0, left: 0..0 })
    }

    fn or(&mut self) -> Parsed<Condition> {
        self.chain(&Token::Or, Self::and, Condition::Or)
    }

    fn and(&mut self) -> Parsed<Condition> {
        self.chain(&Token::And, Self::not, Condition::And)
    }

    fn chain(
        &mut self,
        between: &Token,
        part: fn(&mut Self) -> Parsed<Condition>,
        join: fn(Vec<Spanned<Condition>>) -> Condition,
    ) -> Parsed<Condition> {
        let first = part(self)?;
        if self.current.node != *between {
            return Ok(first);
        }
        let start = first.span.start;
        let mut end = first.span.end;
        let mut parts = vec![first];
        while self.eat(between)? {
            let next = part(self)?;
            end = next.span.end;
            parts.push(next);
        }
        Ok(Spanned { node: join(parts), span: start..end })
    }

    fn not(&mut self) -> Parsed<Condition> {
        let start = self.current.span.clone();
        if self.eat(&Token::Not)? {
            let inner = self.deeper(&start, Self::not)?;
            let span = start.start..inner.span.end;
            return Ok(Spanned { node: Condition::Not(Box::new(inner)), span });
        }
        if self.eat(&Token::Open)? {
            let inner = self.deeper(&start, Self::or)?;
            let end = self.current.span.end;
            if !self.eat(&Token::Close)? {
                return Err(self.unclosed(start));
            }
            return Ok(Spanned { node: inner.node, span: start.start..end });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Condition> {
        let left = self.operand("a condition")?;
        self.left = left.span.clone();
        let operator = self.operator(&left)?;
        let right = self.operand(&format!("a value after `{}`", operator.node.as_str()))?;
        if let Token::Operator(_) = self.current.node {
            return Err(self
                .error("a comparison cannot be continued with a second operator")
                .with_help("join two comparisons with AND"));
        }
        let span = left.span.start..right.span.end;
        Ok(Spanned { node: Condition::Compare(Comparison { left, operator, right }), span })
    }

    fn operator(&mut self, left: &Spanned<Operand>) -> Parsed<Operator> {
        let start = self.current.span.start;
        let not = self.eat(&Token::Not)?;
        let Token::Operator(operator) = self.current.node else {
            return Err(if not { self.no_operator_to_negate() } else { self.no_operator(left) });
        };
        let node = if not { operator.negated() } else { Some(operator) };
        let node = node.ok_or_else(|| self.no_operator_to_negate())?;
        let end = self.advance()?.span.end;
        Ok(Spanned { node, span: start..end })
    }

    fn operand(&mut self, wanted: &str) -> Parsed<Operand> {
        let span = self.current.span.clone();
        let node = match &self.current.node {
            Token::Constant(value) => Operand::Constant(value.clone()),
            Token::Path(path) => Operand::Path(path.clone()),
            Token::OpenList => {
                self.advance()?;
                return self.deeper(&span, |parser| parser.list(span.start));
            }
            _ => return Err(self.no_operand(wanted)),
        };
        self.advance()?;
        Ok(Spanned { node, span })
    }

    fn list(&mut self, start: usize) -> Parsed<Operand> {
        let mut elements = Vec::new();
        while self.current.node != Token::CloseList {
            elements.push(self.operand("a value in the list")?);
            if !self.eat(&Token::Comma)? {
                break;
            }
            if self.current.node == Token::CloseList {
                return Err(self.error("a value is missing after the last comma of the list"));
            }
        }
        if self.current.node != Token::CloseList {
            return Err(self.error(format!("`]` or `,` expected, found {}", self.found())));
        }
        let end = self.advance()?.span.end;
        Ok(Spanned { node: Operand::List(elements), span: start..end })
    }

    fn deeper<T>(
        &mut self,
        place: &Range<usize>,
        part: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        if self.depth == DEPTH_MAX {
            let message = format!("nested more than {DEPTH_MAX} deep");
            return Err(ExprError::new(message, place.clone()));
        }
        self.depth += 1;
        let parsed = part(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    /// A path and nothing else; for the forms beside expressions.
    pub(super) fn path(&mut self, wanted: &str) -> Parsed<Path> {
        let Token::Path(path) = &self.current.node else { return Err(self.no_operand(wanted)) };
        let node = path.clone();
        let span = self.advance()?.span;
        Ok(Spanned { node, span })
    }

    /// The end of the text after `what`; for the forms beside expressions.
    pub(super) fn end(&self, what: &str) -> Result<(), ExprError> {
        match self.current.node {
            Token::End => Ok(()),
            _ if self.at_minus() => Err(hints::minus(self.current.span.clone())),
            _ => Err(self.error(format!("{what} is complete before {}", self.found()))),
        }
    }

    /// Takes the current token and reads the next.
    pub(super) fn advance(&mut self) -> Parsed<Token> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.current, next))
    }

    /// Takes the current token if it is `token`.
    pub(super) fn eat(&mut self, token: &Token) -> Result<bool, ExprError> {
        let found = self.current.node == *token;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> ExprError {
        ExprError::new(message, self.current.span.clone())
    }

    /// The current token for a message.
    pub(super) fn found(&self) -> String {
        match &self.lexer.text[self.current.span.clone()] {
            "" => "the end".to_owned(),
            text => format!("`{text}`"),
        }
    }
}
