//! What follows from missing attributes being null.

use std::ops::Range;

use super::super::ast::{Comparison, Condition, Operand, Operator, Spanned};
use super::super::names::Name;
use super::super::path::Path;
use super::super::value::Value;
use super::Checker;

impl<'a> Checker<'a> {
    /// An attribute that no known document sets.
    pub(super) fn never_set(&mut self, path: &Path, span: &Range<usize>) {
        let Some((sample, attribute)) = self.sample(path) else { return };
        if 0 < sample.survey(&attribute).set {
            return;
        }
        let whose = self.whose(path);
        let help = sample.nearest(&attribute).map(|near| format!("there is `{near}`"));
        self.add(format!("no known {whose} has `{attribute}`: it is null here"), span, help);
    }

    /// Two attributes that are equal when neither is there.
    pub(super) fn both_missing(&mut self, comparison: &'a Comparison, span: &Range<usize>) {
        let [Operand::Path(left), Operand::Path(right)] = comparison.sides().map(|side| &side.node)
        else {
            return;
        };
        if comparison.operator.node != Operator::Equal || left == right {
            return;
        }
        if self.may_be_missing(left) && self.may_be_missing(right) {
            let message = format!("this is true also when both `{left}` and `{right}` are missing");
            let help = format!("write `{left} != null AND {comparison}`");
            self.add(message, span, Some(help));
        }
    }

    fn may_be_missing(&self, path: &Path) -> bool {
        let attribute = matches!(self.name(path), Name::Task(_) | Name::Worker(_));
        let sometimes = self.survey(path).is_none_or(|survey| survey.set < survey.documents);
        attribute && sometimes && !self.guards.contains(&path)
    }
}

/// The path that a conjunct says is not null.
pub(super) fn guard(condition: &Spanned<Condition>) -> Option<&Path> {
    let Condition::Compare(comparison) = &condition.node else { return None };
    let ([Operand::Path(path), Operand::Constant(constant)]
    | [Operand::Constant(constant), Operand::Path(path)]) =
        comparison.sides().map(|side| &side.node)
    else {
        return None;
    };
    let not_null = match comparison.operator.node {
        Operator::NotEqual => *constant == Value::Null,
        Operator::Equal => *constant != Value::Null,
        _ => false,
    };
    not_null.then_some(path)
}
