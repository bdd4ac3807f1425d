//! What each operator says about two values: TaskRouter's rules, one function each.

use std::cmp::Ordering;

use super::ast::Operator;
use super::value::Value;

/// Whether `left operator right` holds.
pub(super) fn holds(left: &Value, operator: Operator, right: &Value) -> bool {
    match operator {
        Operator::Equal => equal(left, right) == Some(true),
        Operator::NotEqual => equal(left, right) == Some(false),
        Operator::Less => order(left, right).is_some_and(Ordering::is_lt),
        Operator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Operator::Greater => order(left, right).is_some_and(Ordering::is_gt),
        Operator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
        Operator::Contains => contains(left, right) == Some(true),
        Operator::NotContains => contains(left, right) == Some(false),
        Operator::Has => has(left, right) == Some(true),
        Operator::NotHas => has(left, right) == Some(false),
        Operator::In => has(right, left) == Some(true),
        Operator::NotIn => has(right, left) == Some(false),
    }
}

/// Whether they are equal. Not to be asked (`None`) of an array or object, except about null.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        _ if left.is_scalar() && right.is_scalar() => {
            Some(order(left, right) == Some(Ordering::Equal))
        }
        _ => None,
    }
}

/// Their order: numbers by size, strings by code point, numeric strings beside numbers as numbers.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::String(right)) => left.partial_cmp(&numeric(right)?),
        (Value::String(left), Value::Number(right)) => numeric(left)?.partial_cmp(right),
        _ => None,
    }
}

/// The number a string looks like: `-?\d+(\.\d+)?` and nothing else.
pub(super) fn numeric(text: &str) -> Option<f64> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if digits(whole) && digits(fraction) { text.parse().ok() } else { None }
}

/// Whether one string contains the other. Not to be asked (`None`) of anything but strings.
fn contains(text: &Value, part: &Value) -> Option<bool> {
    Some(text.as_str()?.contains(part.as_str()?))
}

/// Whether the array has the scalar. Not to be asked (`None`) of anything else. Null is nowhere.
fn has(array: &Value, scalar: &Value) -> Option<bool> {
    let elements = array.as_array()?;
    if !scalar.is_scalar() {
        return None;
    }
    let is_it = |element: &Value| equal(element, scalar) == Some(true);
    Some(!scalar.is_null() && elements.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeric_string_is_digits_with_at_most_a_minus_and_a_point() {
        assert_eq!(numeric("-06.50"), Some(-6.5));
        for text in ["", "-", "+1", ".5", "5.", "1e3", "1.2.3", " 1", "inf", "--1", "1_0"] {
            assert_eq!(numeric(text), None, "{text}");
        }
    }

    #[test]
    fn null_is_in_no_array_not_even_beside_null() {
        let array = Value::array([Value::Null]);
        assert_eq!(has(&array, &Value::Null), Some(false));
        assert_eq!(has(&array, &array), None);
    }

    #[test]
    fn null_tests_come_before_the_rule_for_arrays() {
        let array = Value::array([1]);
        assert!(holds(&array, Operator::NotEqual, &Value::Null));
        assert!(!holds(&array, Operator::NotEqual, &Value::from(1)));
        assert!(!holds(&array, Operator::Equal, &array));
    }
}
