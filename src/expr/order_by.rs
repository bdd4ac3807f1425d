//! The two forms beside expressions: the order of workers, and the attribute that names one.

use std::ops::Range;

use super::ast::Spanned;
use super::error::ExprError;
use super::lexer::Token;
use super::parser::Parser;
use super::path::Path;

/// One key of an order of workers; the next one breaks its ties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderClause {
    /// The worker attribute, without `worker.`. Only whole numbers count, see
    /// [`super::Value::as_integer`].
    pub path: Path,
    /// Largest first. Workers without the attribute come last either way.
    pub descending: bool,
    /// The clause's bytes in the text.
    pub span: Range<usize>,
}

/// Reads `worker.a DESC, worker.b`; at least one clause, ascending unless it says otherwise.
///
/// # Errors
///
/// The first fault, with its place.
pub fn parse_order_by(text: &str) -> Result<Vec<OrderClause>, ExprError> {
    let mut parser = Parser::new(text)?;
    let mut clauses = vec![clause(&mut parser)?];
    while parser.eat(&Token::Comma)? {
        clauses.push(clause(&mut parser)?);
    }
    parser.end("the clause").map_err(|error| match error.help {
        None => error.with_help("a clause ends with ASC, DESC or nothing; a comma parts two"),
        Some(_) => error,
    })?;
    Ok(clauses)
}

/// Reads `task.agent_sid` and says which task attribute that is: `agent_sid`.
///
/// # Errors
///
/// The first fault, with its place.
pub fn parse_known_worker(text: &str) -> Result<Path, ExprError> {
    let mut parser = Parser::new(text)?;
    let path = parser.path("a task attribute")?;
    parser.end("the task attribute")?;
    unprefixed(&path, "task")
}

fn clause(parser: &mut Parser<'_>) -> Result<OrderClause, ExprError> {
    let path = parser.path("a worker attribute")?;
    let mut span = path.span.clone();
    let mut descending = false;
    if let Some(said) = direction(&parser.current.node) {
        descending = said;
        span.end = parser.advance()?.span.end;
    }
    Ok(OrderClause { path: unprefixed(&path, "worker")?, descending, span })
}

/// Whether ASC (`false`) or DESC (`true`) is said.
fn direction(token: &Token) -> Option<bool> {
    let Token::Path(path) = token else { return None };
    match path.keys()?.as_slice() {
        [word] if word.eq_ignore_ascii_case("ASC") => Some(false),
        [word] if word.eq_ignore_ascii_case("DESC") => Some(true),
        _ => None,
    }
}

fn unprefixed(path: &Spanned<Path>, prefix: &str) -> Result<Path, ExprError> {
    let node = &path.node;
    match (node.root(), node.tail()) {
        (Some(root), Some(tail)) if root == prefix => Ok(tail),
        (Some(root), None) if root == prefix => {
            Err(ExprError::new(format!("`{prefix}` is no attribute"), path.span.clone())
                .with_help(format!("write `{prefix}.` and the attribute's name")))
        }
        _ => Err(ExprError::new(format!("`{prefix}.` is missing"), path.span.clone())
            .with_help(format!("write `{prefix}.{node}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_is_ascending_unless_said_otherwise() {
        let text = "worker.a ASC, worker.levels.988ENsk desc ,worker.b";
        let clauses = parse_order_by(text).expect("an order");
        let told: Vec<_> = clauses.iter().map(|c| (c.path.to_string(), c.descending)).collect();
        assert_eq!(
            told,
            [("a".into(), false), ("levels.988ENsk".into(), true), ("b".into(), false)]
        );
        assert_eq!(&text[clauses[1].span.clone()], "worker.levels.988ENsk desc");
    }

    #[test]
    fn an_order_that_is_none_is_refused_at_its_place() {
        let start = |text| parse_order_by(text).expect_err(text).span.start;
        assert_eq!(start(""), 0);
        assert_eq!(start("level DESC"), 0);
        assert_eq!(start("worker.a DESC,"), 14);
        assert_eq!(start("worker.a DESC worker.b"), 14);
        assert_eq!(start("worker.a down"), 9);
        assert_eq!(start("worker.levels.988EN-Sk DESC"), 19);
    }

    #[test]
    fn a_refusal_says_what_is_there_and_what_to_write() {
        let told = |text| {
            let error = parse_order_by(text).expect_err(text);
            (error.message, error.help.unwrap_or_default())
        };
        let told_both = |text, message: &str, help: &str| {
            let (said, helped) = told(text);
            assert!(said.contains(message) && helped.contains(help), "{text}: {said}; {helped}");
        };
        told_both("worker.a DESC worker.b", "complete before `worker.b`", "ASC, DESC or nothing");
        told_both("worker.a,", "missing before the end", "");
        told_both("worker.levels.988EN-Sk DESC", "minus", "hyphens");
        told_both("worker.level -3", "minus", "hyphens");
        told_both("worker", "`worker` is no attribute", "`worker.` and");
        told_both("level", "`worker.` is missing", "`worker.level`");
        told_both("task.level", "`worker.` is missing", "`worker.task.level`");
    }

    #[test]
    fn a_known_worker_is_one_task_attribute() {
        let path = parse_known_worker("task.originalRouting.workerSid").expect("a path");
        assert_eq!(path.to_string(), "originalRouting.workerSid");
        for text in ["", "task", "worker.sid", "agent_sid", "task.a == 'x'", "'WK1'"] {
            assert!(parse_known_worker(text).is_err(), "{text}");
        }
    }
}
