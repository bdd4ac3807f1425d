//! Expressions of queues, filters and targets.

use crate::expr::{self, Compiled, Context as Where, ExprError};
use crate::id::Id;
use crate::routing::ConfigurationId;
use crate::scenario::node::Node;
use crate::scenario::problem::{Problem, Severity};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::{Draft, WrittenExpression};

impl Draft {
    /// The expression at `node`, ready to be asked; `None` if it is malformed, unless that is
    /// taken leniently: then it never holds.
    pub(super) fn expression(
        &mut self,
        cx: &mut Context<'_>,
        node: &Node,
        context: Where,
    ) -> Option<Compiled> {
        match expr::parse(node.as_str()?, context) {
            Ok(expression) => {
                let compiled = expression.compile(context, &mut self.paths);
                let string = node.clone();
                let configuration = match context {
                    Where::TargetWorkers => None,
                    // Its parts are read before it.
                    Where::Filter | Where::Target | Where::SkipIf => {
                        Some(ConfigurationId::new(self.configurations.len()))
                    }
                };
                self.written.expressions.push(WrittenExpression {
                    string,
                    context,
                    expression,
                    configuration,
                });
                Some(compiled)
            }
            Err(error) => malformed(cx, node, error).then(|| Compiled::always(false)),
        }
    }
}

/// Tells that `node` is malformed; whether one can go on as if it never matched.
pub(super) fn malformed(cx: &mut Context<'_>, node: &Node, error: ExprError) -> bool {
    let problem = cx.malformed(node, error);
    let lenient = cx.lenient;
    cx.problems.push(if lenient {
        let message = format!("{}; it never matches", problem.message);
        Problem { severity: Severity::Warning, message, ..problem }
    } else {
        problem
    });
    lenient
}
