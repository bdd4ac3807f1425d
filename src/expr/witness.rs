//! Attributes that make an expression true, found by trying what its comparisons suggest.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::{Comparison, Condition, Expression, Operand, Operator};
use super::compare::holds;
use super::eval::Documents;
use super::names::{Context, Name};
use super::path::{Path, Paths, Segment};
use super::value::Value;

/// Task attributes for which the filter `expression` is true, or `None` if none were found.
///
/// Finds them for every mixture of AND, OR and NOT of comparisons with constants, unless there are
/// more than 64 ways to make it true; comparisons of two attributes only by luck.
#[must_use]
pub fn witness(expression: &Expression) -> Option<Value> {
    search(expression, Context::Filter)
}

/// Worker attributes for which the TaskQueue's `expression` is true, as [`witness`] does; a
/// condition on `sid` or `friendly_name` cannot be met by attributes.
#[must_use]
pub fn witness_worker(expression: &Expression) -> Option<Value> {
    search(expression, Context::TargetWorkers)
}

/// How many ways to make an expression true are tried.
const PLANS_MAX: usize = 64;

/// No array is made longer than this.
const INDEX_MAX: usize = 1000;

/// Comparisons, each with the answer that is wanted of it.
type Plan<'a> = Vec<(&'a Comparison, bool)>;

fn search(expression: &Expression, context: Context) -> Option<Value> {
    let mut paths = Paths::new();
    let compiled = expression.compile(context, &mut paths);
    let is_true = |attributes: &Value| {
        let resolved = paths.resolve(attributes);
        compiled.matches(&Documents { task: Some(&resolved), worker: Some(&resolved) })
    };
    let plans = plans(&expression.root.node, true);
    plans.iter().filter_map(|plan| build(plan, context)).find(is_true)
}

/// Ways to make `condition` `wanted`, at most [`PLANS_MAX`].
fn plans(condition: &Condition, wanted: bool) -> Vec<Plan<'_>> {
    match (condition, wanted) {
        (Condition::Compare(comparison), _) => vec![vec![(comparison, wanted)]],
        (Condition::Not(inner), _) => plans(&inner.node, !wanted),
        (Condition::And(parts), true) | (Condition::Or(parts), false) => {
            parts.iter().fold(vec![Plan::new()], |all, part| {
                let next = plans(&part.node, wanted);
                let both = all.iter().flat_map(|one| next.iter().map(|two| [&**one, two].concat()));
                both.take(PLANS_MAX).collect()
            })
        }
        (Condition::And(parts), false) | (Condition::Or(parts), true) => {
            let all = parts.iter().flat_map(|part| plans(&part.node, wanted));
            all.take(PLANS_MAX).collect()
        }
    }
}

/// Attributes that meet the plan, one path at a time.
fn build(plan: &Plan<'_>, context: Context) -> Option<Value> {
    let mut demands: BTreeMap<Path, Vec<Demand>> = BTreeMap::new();
    for (comparison, wanted) in plan {
        if let Some((path, demand)) = demand(comparison, *wanted, context) {
            demands.entry(path).or_default().push(demand);
        }
    }
    let empty = Value::object(Vec::<(&str, Value)>::new());
    demands.iter().try_fold(empty, |attributes, (path, demands)| {
        let value = candidates(demands).into_iter().find(|value| meets(value, demands))?;
        with(&attributes, path.segments(), value)
    })
}

/// What one comparison asks of one path.
struct Demand {
    constant: Value,
    operator: Operator,
    path_is_left: bool,
    wanted: bool,
}

fn demand(comparison: &Comparison, wanted: bool, context: Context) -> Option<(Path, Demand)> {
    let operator = comparison.operator.node;
    let sides = [&comparison.left.node, &comparison.right.node];
    let (path, other, path_is_left) = match sides {
        [Operand::Path(path), other] => (path, other, true),
        [other, Operand::Path(path)] => (path, other, false),
        _ => return None,
    };
    let (Name::Task(path) | Name::Worker(path)) = Name::of(path, context) else { return None };
    let constant = constant(other)?;
    Some((path, Demand { constant, operator, path_is_left, wanted }))
}

fn constant(operand: &Operand) -> Option<Value> {
    match operand {
        Operand::Constant(value) => Some(value.clone()),
        Operand::Path(_) => None,
        Operand::List(elements) => {
            let values = elements.iter().map(|element| constant(&element.node));
            values.collect::<Option<Vec<_>>>().map(Value::from)
        }
    }
}

fn meets(value: &Value, demands: &[Demand]) -> bool {
    demands.iter().all(|demand| {
        let [left, right] =
            if demand.path_is_left { [value, &demand.constant] } else { [&demand.constant, value] };
        holds(left, demand.operator, right) == demand.wanted
    })
}

/// Values worth trying: the constants themselves, their neighbours, all strings in one, arrays.
fn candidates(demands: &[Demand]) -> Vec<Value> {
    let constants: Vec<&Value> =
        demands.iter().flat_map(|demand| scalars(&demand.constant)).collect();
    let mut values: Vec<Value> = constants.iter().map(|constant| (*constant).clone()).collect();
    values.extend(numbers(&constants));
    values.extend(arrays(demands));
    let texts = constants.iter().filter_map(|constant| constant.as_str());
    values.push(texts.clone().collect::<String>().into());
    values.extend(texts.map(|text| format!("{text}~").into()));
    values.extend([Value::Null, true.into(), false.into(), "x".into(), "".into()]);
    values
}

fn scalars(constant: &Value) -> &[Value] {
    constant.as_array().unwrap_or(std::slice::from_ref(constant))
}

/// The numbers below, between and above the constants.
fn numbers(constants: &[&Value]) -> Vec<Value> {
    let number = |constant: &&Value| if let Value::Number(n) = **constant { Some(n) } else { None };
    let mut sorted: Vec<f64> = constants.iter().filter_map(number).collect();
    sorted.sort_by(f64::total_cmp);
    let between = sorted.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let around = sorted.iter().flat_map(|number| [number + 1.0, number - 1.0]);
    around.chain(between).map(Value::from).collect()
}

/// The array of all that it must have, and the empty one.
fn arrays(demands: &[Demand]) -> [Value; 2] {
    let had = demands.iter().filter(|demand| {
        let (Operator::Has | Operator::In) = demand.operator else { return false };
        demand.wanted && demand.constant.is_scalar()
    });
    let had = had.map(|demand| demand.constant.clone());
    [Value::array(had), Value::Array(Arc::from([]))]
}

/// `value` with `new` at `path`, unless something that is no object or array is in the way.
fn with(value: &Value, path: &[Segment], new: Value) -> Option<Value> {
    match (path, value) {
        ([], Value::Null) => Some(new),
        ([Segment::Key(key), rest @ ..], Value::Null | Value::Object(_)) => {
            let mut fields = match value {
                Value::Object(fields) => (**fields).clone(),
                _ => BTreeMap::new(),
            };
            let old = fields.get(key).unwrap_or(&Value::Null);
            let new = with(old, rest, new)?;
            fields.insert(key.clone(), new);
            Some(Value::Object(Arc::new(fields)))
        }
        ([Segment::Index(index), rest @ ..], Value::Null | Value::Array(_))
            if *index < INDEX_MAX =>
        {
            let mut elements = value.as_array().unwrap_or_default().to_vec();
            elements.resize(elements.len().max(*index + 1), Value::Null);
            elements[*index] = with(&elements[*index], rest, new)?;
            Some(elements.into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn found(text: &str) -> Option<String> {
        let expression = parse(text, Context::Filter).expect("an expression");
        witness(&expression).map(|attributes| attributes.to_string())
    }

    #[test]
    fn a_witness_has_what_the_comparisons_ask_for() {
        let found = |text| found(text).expect(text);
        assert_eq!(
            found("type == 'lead' AND a.b[1] HAS 'x'"),
            "{'a': {'b': [null, ['x']]}, 'type': 'lead'}"
        );
        assert_eq!(found("n > 3 AND n < 4"), "{'n': 3.5}");
        assert_eq!(found("n IN [1, 2] AND n != 1"), "{'n': 2}");
        assert_eq!(
            found("'a' IN tags AND tags HAS 'b' AND tags NOT HAS 'c'"),
            "{'tags': ['a', 'b']}"
        );
        assert_eq!(found("s CONTAINS 'ab' AND s CONTAINS 'cd'"), "{'s': 'abcd'}");
        assert_eq!(found("NOT (a == 1 OR b != 2)"), "{'a': 2, 'b': 2}");
        assert_eq!(found("s > 'a' AND s != null"), "{'s': 'a~'}");
        assert_eq!(found("n < 3"), "{'n': 2}");
        assert_eq!(found("n < -2"), "{'n': -3}");
        assert_eq!(found("'a' IN tags AND NOT tags HAS 'b'"), "{'tags': ['a']}");
    }

    #[test]
    fn a_worker_s_witness_has_worker_attributes() {
        let found = |text| {
            let expression = parse(text, Context::TargetWorkers).expect("an expression");
            witness_worker(&expression).map(|attributes| attributes.to_string())
        };
        assert_eq!(
            found("skills HAS 'x' AND level > 2"),
            Some("{'level': 3, 'skills': ['x']}".into())
        );
        assert_eq!(found("friendly_name == 'ada'"), None);
    }

    #[test]
    fn no_witness_is_claimed_where_there_is_none() {
        for text in ["1==0", "a == 1 AND a == 2", "a HAS 'x' AND a == 'x'", "a == 1 AND a.b == 1"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn an_index_too_large_to_build_gives_no_witness_rather_than_no_memory() {
        assert_eq!(found("a[9000000000000] == 1"), None);
        assert_eq!((found("a[999] == 1").is_some(), found("a[1000] == 1")), (true, None));
    }
}
