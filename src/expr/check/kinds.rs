//! Comparisons of kinds of values that never, or not always, can be compared.

use std::ops::Range;

use super::super::ast::{Comparison, Operand, Operator, Spanned};
use super::super::order_by::OrderClause;
use super::super::path::Path;
use super::super::value::Value;
use super::known::{Sample, Survey};
use super::{Checker, Lint};

impl<'a> Checker<'a> {
    /// HAS and IN: an array on the one side, a scalar on the other.
    pub(super) fn array_and_scalar(
        &mut self,
        operator: Operator,
        array: &'a Spanned<Operand>,
        scalar: &'a Spanned<Operand>,
    ) {
        let word = operator.as_str();
        if let Some(what) = self.never_scalar(scalar) {
            let message = format!("{what} on the scalar side of {word}: never true");
            let help = "there is no test for common elements: ask for each one, joined by OR";
            self.add(message, &scalar.span, Some(help.to_owned()));
        } else if let Operand::List(elements) = &array.node {
            elements.iter().for_each(|element| self.kinds(operator, [element, scalar]));
        }
        match &array.node {
            Operand::List(_) => {}
            Operand::Path(path) => self.array_path(operator, path, &array.span),
            Operand::Constant(value) => {
                let message = format!("{word} wants an array here: never true");
                let help = format!("put it in brackets: `[{value}]`");
                self.add(message, &array.span, Some(help));
            }
        }
    }

    fn array_path(&mut self, operator: Operator, path: &Path, span: &Range<usize>) {
        let Some(survey) = self.survey(path).filter(|survey| survey.set > 0) else { return };
        let (word, whose) = (operator.as_str(), self.whose(path));
        let without = survey.documents - survey.arrays;
        if survey.arrays == 0 {
            let message =
                format!("{word} wants an array, `{path}` is none in any known {whose}: never true");
            let help = "make the attribute an array, or compare it with ==";
            self.add(message, span, Some(help.to_owned()));
        } else if without > 0 && matches!(operator, Operator::NotIn | Operator::NotHas) {
            let all = survey.documents;
            let message = format!(
                "{word} is false where there is no array: \
                 `{path}` is none in {without} of {all} known {whose}s"
            );
            let help = "set the attribute to [] where it has no elements";
            self.add(message, span, Some(help.to_owned()));
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
        self.kinds(comparison.operator.node, comparison.sides());
    }

    /// Two scalars of kinds that cannot be compared, or that TaskRouter does not say how to.
    fn kinds(&mut self, operator: Operator, sides: [&'a Spanned<Operand>; 2]) {
        let [Some(left), Some(right)] = sides.map(|side| self.survey_operand(side)) else { return };
        let Some(mismatch) = mismatch(operator, &left, &right) else { return };
        let [first, second] = sides;
        let message = match mismatch {
            Mismatch::Numeric => format!(
                "of `{first}` and `{second}` one is a number and one a string that looks like one: \
                 compared as numbers here, but TaskRouter does not promise it"
            ),
            Mismatch::Never(left, right) => {
                format!("`{first}` is {left}, `{second}` is {right}: never equal and in no order")
            }
            Mismatch::NoStrings => {
                format!("{} wants two strings: never true", operator.as_str())
            }
        };
        let span = first.span.start.min(second.span.start)..first.span.end.max(second.span.end);
        self.add(message, &span, Some("use the same kind on both sides".to_owned()));
    }

    fn survey_operand(&self, operand: &Spanned<Operand>) -> Option<Survey> {
        match &operand.node {
            Operand::Constant(value) => {
                Some(Survey::of(&Path::new(Vec::new()), std::slice::from_ref(value)))
            }
            Operand::Path(path) => self.survey(path),
            Operand::List(_) => None,
        }
    }
}

enum Mismatch {
    /// Number and numeric string.
    Numeric,
    /// Each side has one kind only, and another one.
    Never(&'static str, &'static str),
    /// CONTAINS with something else.
    NoStrings,
}

fn mismatch(operator: Operator, left: &Survey, right: &Survey) -> Option<Mismatch> {
    if let Operator::Contains | Operator::NotContains = operator {
        let other = |side: &Survey| side.kind().is_some_and(|kind| kind != "a string");
        return (other(left) || other(right)).then_some(Mismatch::NoStrings);
    }
    let numeric = |a: &Survey, b: &Survey| a.numbers > 0 && b.numeric_texts > 0;
    if numeric(left, right) || numeric(right, left) {
        return Some(Mismatch::Numeric);
    }
    let (left, right) = (left.kind()?, right.kind()?);
    (left != right).then_some(Mismatch::Never(left, right))
}

/// An order by something that is not a whole number in any, or not in every, worker that has it.
pub(super) fn of_order(clause: &OrderClause, workers: &Sample<'_>) -> Option<Lint> {
    let path = &clause.path;
    let Survey { set, whole, .. } = workers.survey(path);
    let message = match (set, whole) {
        _ if workers.is_empty() => return None,
        (0, _) => format!("no known worker has `{path}`: this orders nothing"),
        (set, whole) if whole < set => {
            let other = set - whole;
            format!(
                "TaskRouter orders by whole numbers only: \
                 `{path}` is none in {other} of {set} known workers that have it"
            )
        }
        _ => return None,
    };
    Some(Lint { message, span: clause.span.clone(), help: None })
}
