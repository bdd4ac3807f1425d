//! What the parser says when a token is not the one it needs.

use std::ops::Range;

use super::super::ast::{Operand, Operator, Spanned};
use super::super::error::ExprError;
use super::super::hints;
use super::super::lexer::Token;
use super::Parser;

impl Parser<'_> {
    pub(super) fn at_minus(&self) -> bool {
        self.lexer.text[self.current.span.clone()].starts_with('-')
    }

    pub(super) fn no_operand(&self, wanted: &str) -> ExprError {
        let error = self.error(format!("{wanted} is missing before {}", self.found()));
        match self.current.node {
            Token::Open => error.with_help("parentheses hold a whole condition, not a value"),
            Token::And | Token::Or => {
                error.with_help("take the AND or OR out, or add the condition")
            }
            Token::Operator(Operator::Has | Operator::In | Operator::Contains) => {
                error.with_help("an attribute named like a keyword can be used only after a dot")
            }
            _ => error,
        }
    }

    pub(super) fn no_operator(&self, left: &Spanned<Operand>) -> ExprError {
        if self.at_minus() {
            return hints::minus(self.current.span.clone());
        }
        match self.current.node {
            Token::End | Token::Close | Token::And | Token::Or | Token::Comma => alone(left),
            _ => self
                .error(format!("an operator is missing before {}", self.found()))
                .with_help("the operators are == != < <= > >= CONTAINS HAS IN and NOT IN"),
        }
    }

    pub(super) fn no_operator_to_negate(&self) -> ExprError {
        self.error(format!("NOT after a value must be followed by IN, not by {}", self.found()))
            .with_help("NOT in front of a whole comparison negates it")
    }

    pub(super) fn unclosed(&self, open: Range<usize>) -> ExprError {
        match self.current.node {
            Token::End => ExprError::new("this parenthesis is never closed", open),
            _ => self.unexpected_after_condition(),
        }
    }

    pub(super) fn unexpected_after_condition(&self) -> ExprError {
        match self.current.node {
            Token::Comma => {
                let left = &self.lexer.text[self.left.clone()];
                self.error("a comparison has one value on its right, not several")
                    .with_help(format!("write `{left} IN [...]` with the values in brackets"))
            }
            Token::Close => self.error("this parenthesis was never opened"),
            _ if self.at_minus() => hints::minus(self.current.span.clone()),
            _ => self.error(format!("AND or OR expected before {}", self.found())),
        }
    }
}

/// A value that is compared with nothing.
fn alone(left: &Spanned<Operand>) -> ExprError {
    let error = ExprError::new(format!("`{left}` alone is no condition"), left.span.clone());
    error.with_help(match &left.node {
        Operand::Path(path) => format!("compare it with something, as in `{path} == true`"),
        _ => "to say always or never write `1==1` or `1==0`".to_owned(),
    })
}
