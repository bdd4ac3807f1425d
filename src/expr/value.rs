//! What an attribute or a constant can be: the values of JSON, cheap to clone.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::path::{Path, Segment};

/// A value of JSON. Cloning one copies no text and no elements.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Null, and also whatever is missing.
    Null,
    /// True or false.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A text.
    String(Arc<str>),
    /// A list.
    Array(Arc<[Value]>),
    /// Values by key.
    Object(Arc<BTreeMap<Arc<str>, Value>>),
}

/// What every missing attribute is.
pub(super) static NULL: Value = Value::Null;

impl Value {
    /// An object of these fields; the last of equal keys counts.
    pub fn object(
        fields: impl IntoIterator<Item = (impl Into<Arc<str>>, impl Into<Value>)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(key, value)| (key.into(), value.into()));
        Self::Object(Arc::new(fields.collect()))
    }

    /// An array of these elements.
    pub fn array(elements: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }

    /// What lies at `path`; null when there is nothing. The empty path is the value itself.
    #[must_use]
    pub fn get(&self, path: &Path) -> &Self {
        path.segments().iter().fold(self, |value, segment| value.step(segment))
    }

    fn step(&self, segment: &Segment) -> &Self {
        match (self, segment) {
            (Self::Object(fields), Segment::Key(key)) => fields.get(key).unwrap_or(&NULL),
            (Self::Array(elements), Segment::Index(index)) => elements.get(*index).unwrap_or(&NULL),
            _ => &NULL,
        }
    }

    /// The number, if it is a whole one that a double holds exactly; a text never is.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self {
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
                let integer = *number as i64;
                Some(integer)
            }
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Neither array nor object. Null is a scalar.
    #[must_use]
    pub const fn is_scalar(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Object(_))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Number(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value.into())
    }
}

impl From<Vec<Self>> for Value {
    fn from(value: Vec<Self>) -> Self {
        Self::Array(value.into())
    }
}

/// As the language writes it; an object, which it cannot write, as JSON would with its quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::String(text) => write_text(text, f),
            Self::Array(elements) => write_list(elements, f),
            Self::Object(fields) => {
                f.write_str("{")?;
                for (n, (key, value)) in fields.iter().enumerate() {
                    f.write_str(if n == 0 { "" } else { ", " })?;
                    write!(f, "{}: {value}", Self::from(&**key))?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

pub(super) fn write_list<T: fmt::Display>(
    elements: &[T],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str("[")?;
    for (n, element) in elements.iter().enumerate() {
        f.write_str(if n == 0 { "" } else { ", " })?;
        element.fmt(f)?;
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_descends_into_objects_and_arrays_and_ends_in_null() {
        let value = Value::object([("a", Value::array([Value::object([("b", 7)])]))]);
        let at = |path: &str| value.get(&path.parse().expect("a path")).clone();
        assert_eq!(at("a[0].b"), Value::from(7));
        assert_eq!([at("a[1].b"), at("a.b"), at("a[0].b.c")], [const { Value::Null }; 3]);
    }

    #[test]
    fn only_whole_numbers_are_integers() {
        assert_eq!(Value::from(-3.0).as_integer(), Some(-3));
        assert_eq!(Value::from(0.5).as_integer(), None);
        assert_eq!(Value::from("3").as_integer(), None);
        assert_eq!(Value::from(1e300).as_integer(), None);
    }
}
