//! Comparisons of kinds of values that never, or not always, can be compared.

use super::super::ast::{Comparison, Operand, Operator, Spanned};
use super::super::compare::numeric;
use super::super::order_by::OrderClause;
use super::super::value::Value;
use super::known::Survey;
use super::{Checker, Lint};

impl<'a> Checker<'a> {
    /// HAS and IN: an array on the one side, a scalar on the other.
    pub(super) fn array_and_scalar(
        &mut self,
        operator: Operator,
        array: &'a Spanned<Operand>,
        scalar: &'a Spanned<Operand>,
    ) {
        self.array_side(operator, array);
        if let Some(what) = self.never_scalar(scalar) {
            let side = format!("{what} on the scalar side of {}", operator.as_str());
            let help = "there is no test for common elements: ask for each one, joined by OR";
            self.add(format!("{side}: never true"), &scalar.span, Some(help.to_owned()));
        }
    }

    fn array_side(&mut self, operator: Operator, array: &'a Spanned<Operand>) {
        let word = operator.as_str();
        match &array.node {
            Operand::List(_) => {}
            Operand::Constant(value) => {
                let help = format!("put it in brackets: `[{value}]`");
                self.add(
                    format!("{word} wants an array here: never true"),
                    &array.span,
                    Some(help),
                );
            }
            Operand::Path(path) => {
                let Some(survey) = self.survey(path) else { return };
                let whose = self.whose(path);
                if survey.arrays == 0 && survey.set > 0 {
                    let message = format!(
                        "{word} wants an array, and `{path}` is none in any known {whose}: never true"
                    );
                    let help = "make the attribute an array, or compare it with ==";
                    self.add(message, &array.span, Some(help.to_owned()));
                } else if negative(operator) && survey.arrays < survey.documents && survey.set > 0 {
                    let (without, all) = (survey.documents - survey.arrays, survey.documents);
                    let message = format!(
                        "{word} is false where there is no array: `{path}` is none in {without} of {all} known {whose}s"
                    );
                    let help = "set the attribute to [] where it has no elements";
                    self.add(message, &array.span, Some(help.to_owned()));
                }
            }
        }
    }

    fn never_scalar(&self, operand: &Spanned<Operand>) -> Option<&'static str> {
        match &operand.node {
            Operand::List(_) => Some("an array"),
            Operand::Constant(_) => None,
            Operand::Path(path) => {
                self.survey(path)?.kind().filter(|kind| ["an array", "an object"].contains(kind))
            }
        }
    }

    /// `==`, `<`, CONTAINS and their like: a scalar on either side.
    pub(super) fn scalars(&mut self, comparison: &'a Comparison) {
        let null = Operand::Constant(Value::Null);
        if comparison.sides().iter().any(|side| side.node == null) {
            return;
        }
        let word = comparison.operator.node.as_str();
        for side in comparison.sides() {
            if let Some(what) = self.never_scalar(side) {
                let message = format!("{what} beside {word}: never true");
                let help = "to look into an array write HAS or IN".to_owned();
                self.add(message, &side.span, Some(help));
                return;
            }
        }
        self.constant_and_attribute(comparison);
    }

    /// An attribute that is always of another kind than the constant beside it.
    fn constant_and_attribute(&mut self, comparison: &'a Comparison) {
        let (path, constant, span) = match (&comparison.left.node, &comparison.right.node) {
            (Operand::Path(path), Operand::Constant(value)) => {
                (path, value, &comparison.right.span)
            }
            (Operand::Constant(value), Operand::Path(path)) => (path, value, &comparison.left.span),
            _ => return,
        };
        let Some(survey) = self.survey(path) else { return };
        let whose = self.whose(path);
        let Some(mismatch) = mismatch(comparison.operator.node, constant, &survey) else { return };
        let (message, help) = match mismatch {
            Mismatch::Numeric => (
                format!(
                    "`{path}` is a number in one place and a string that looks like one in another: compared as numbers here, but TaskRouter does not promise it"
                ),
                "use the same kind on both sides",
            ),
            Mismatch::Never(kind) => (
                format!(
                    "`{path}` is {kind} in every known {whose} that has it, and never comparable with {constant}"
                ),
                "use the same kind on both sides",
            ),
        };
        self.add(message, span, Some(help.to_owned()));
    }
}

enum Mismatch {
    /// Number and numeric string.
    Numeric,
    /// The attribute's only kind is another.
    Never(&'static str),
}

fn mismatch(operator: Operator, constant: &Value, survey: &Survey) -> Option<Mismatch> {
    let kind = survey.kind();
    if let Operator::Contains | Operator::NotContains = operator {
        return kind.filter(|kind| *kind != "a string").map(Mismatch::Never);
    }
    match constant {
        Value::Number(_) if survey.numeric_texts > 0 => Some(Mismatch::Numeric),
        Value::String(text) if numeric(text).is_some() && survey.numbers > 0 => {
            Some(Mismatch::Numeric)
        }
        Value::Number(_) => kind.filter(|kind| *kind != "a number").map(Mismatch::Never),
        Value::String(_) => kind.filter(|kind| *kind != "a string").map(Mismatch::Never),
        Value::Bool(_) => kind.filter(|kind| *kind != "a boolean").map(Mismatch::Never),
        _ => None,
    }
}

const fn negative(operator: Operator) -> bool {
    matches!(operator, Operator::NotIn | Operator::NotHas)
}

/// An order by something that is not a whole number in any, or not in every, worker that has it.
pub(super) fn of_order(clause: &OrderClause, workers: &[Value]) -> Option<Lint> {
    let path = &clause.path;
    let values = || workers.iter().map(|worker| worker.get(path)).filter(|value| !value.is_null());
    let whole = values().filter(|value| value.as_integer().is_some()).count();
    let message = match (values().count(), whole) {
        _ if workers.is_empty() => return None,
        (0, _) => format!("no known worker has `{path}`: this orders nothing"),
        (set, whole) if whole < set => {
            format!(
                "`{path}` is no whole number in {} of {set} known workers that have it: TaskRouter orders by whole numbers only",
                set - whole
            )
        }
        _ => return None,
    };
    Some(Lint { message, span: clause.span.clone(), help: None })
}
