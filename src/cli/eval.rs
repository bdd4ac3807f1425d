//! `trsim eval`: whether one expression holds.

mod facts;

use crate::cli::Outcome;
use crate::cli::args::{EvalArgs, Place as Written};
use crate::cli::console::Console;
use crate::cli::eval::facts::{Facts, of_nothing};
use crate::cli::failure::Failure;
use crate::expr::{Context, ExprError, Paths, check, parse};
use crate::scenario::node::{Place, TextId};
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::text::Texts;

pub(super) fn run(args: &EvalArgs, console: &Console) -> Outcome {
    let mut texts = Texts::new();
    let mut problems = Vec::new();
    let id = texts.add("expression", args.expression.as_str());
    let documents = [&args.task, &args.worker, &args.workers].map(Option::as_deref);
    let facts = Facts::read(documents, &mut texts, &mut problems);
    let holds = evaluate(args, id, &facts, &mut problems);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Failure::input(problems, texts));
    }
    console.problems(&problems, &texts);
    console.print(if holds { "true\n" } else { "false\n" })
}

/// Whether it holds; what is wrong with it goes to `problems`.
fn evaluate(args: &EvalArgs, id: TextId, facts: &Facts, problems: &mut Vec<Problem>) -> bool {
    let context = context(args.place);
    let text = &args.expression;
    if text.trim().is_empty() {
        return of_nothing(context);
    }
    let expression = match parse(text, context) {
        Ok(expression) => expression,
        Err(error) => {
            problems.push(malformed(error, id, args.lenient));
            return false;
        }
    };
    problems.extend(check(&expression, context, &facts.known()).into_iter().map(|lint| {
        let problem = Problem::warning(lint.message, &Place { text: id, range: lint.span });
        Problem { help: lint.help, ..problem }
    }));
    let mut paths = Paths::new();
    let compiled = expression.compile(context, &mut paths);
    compiled.matches(&facts.at(&paths))
}

fn malformed(error: ExprError, id: TextId, lenient: bool) -> Problem {
    let problem = Problem::error(error.message, &Place { text: id, range: error.span });
    let problem = Problem { help: error.help, ..problem };
    if lenient { Problem { severity: Severity::Warning, ..problem } } else { problem }
}

const fn context(place: Written) -> Context {
    match place {
        Written::Filter => Context::Filter,
        Written::Target => Context::Target,
        Written::TargetWorkers => Context::TargetWorkers,
        Written::SkipIf => Context::SkipIf,
    }
}
