//! An expression as it was written: a tree with the place of each part in the text.

use std::fmt;
use std::ops::Range;

use super::path::Path;
use super::value::{Value, write_list};

/// A condition that was read without fault. Displayed, it reads back as itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The whole condition.
    pub root: Spanned<Condition>,
}

/// Something and its place in the text. Two are equal wherever they stand.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The thing.
    pub node: T,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// What is true or false.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// At least one of two or more.
    Or(Vec<Spanned<Condition>>),
    /// All of two or more.
    And(Vec<Spanned<Condition>>),
    /// The opposite.
    Not(Box<Spanned<Condition>>),
    /// Two operands compared.
    Compare(Comparison),
}

/// Two operands and what is asked about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is written first.
    pub left: Spanned<Operand>,
    /// What is asked.
    pub operator: Spanned<Operator>,
    /// What is written last.
    pub right: Spanned<Operand>,
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A string, number, boolean or null.
    Constant(Value),
    /// A name, with its prefix if it has one.
    Path(Path),
    /// `[a, b]`.
    List(Vec<Spanned<Operand>>),
}

/// What is asked about two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`, also `=` and `EQ`.
    Equal,
    /// `!=`, also `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// The left string contains the right one.
    Contains,
    /// Both are strings and the left one does not contain the right one.
    NotContains,
    /// The left array has the right scalar.
    Has,
    /// The left is an array that does not have the right scalar.
    NotHas,
    /// The left scalar is in the right array.
    In,
    /// The right is an array that does not have the left scalar.
    NotIn,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "CONTAINS",
            Self::NotContains => "NOT CONTAINS",
            Self::Has => "HAS",
            Self::NotHas => "NOT HAS",
            Self::In => "IN",
            Self::NotIn => "NOT IN",
        }
    }

    /// What `NOT` before it makes of it; not every operator can have one.
    #[must_use]
    pub const fn negated(self) -> Option<Self> {
        match self {
            Self::Contains => Some(Self::NotContains),
            Self::Has => Some(Self::NotHas),
            Self::In => Some(Self::NotIn),
            _ => None,
        }
    }
}

impl Comparison {
    /// Both sides.
    pub(super) const fn sides(&self) -> [&Spanned<Operand>; 2] {
        [&self.left, &self.right]
    }

    /// The array's side and the scalar's, if the operator wants an array.
    pub(super) const fn array_and_scalar(&self) -> Option<[&Spanned<Operand>; 2]> {
        match self.operator.node {
            Operator::Has | Operator::NotHas => Some([&self.left, &self.right]),
            Operator::In | Operator::NotIn => Some([&self.right, &self.left]),
            _ => None,
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.node.fmt(f)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => write_parts(parts, " OR ", f),
            Self::And(parts) => write_parts(parts, " AND ", f),
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                let bare = matches!(inner.node, Self::Compare(_) | Self::Not(_));
                write_part(bare, &inner.node, f)
            }
            Self::Compare(comparison) => comparison.fmt(f),
        }
    }
}

fn write_parts(
    parts: &[Spanned<Condition>],
    between: &str,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        f.write_str(if n == 0 { "" } else { between })?;
        let bare = matches!(part.node, Condition::Compare(_) | Condition::Not(_))
            || between == " OR " && matches!(part.node, Condition::And(_));
        write_part(bare, &part.node, f)?;
    }
    Ok(())
}

fn write_part(bare: bool, part: &Condition, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if bare { write!(f, "{part}") } else { write!(f, "({part})") }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.left, self.operator.node.as_str(), self.right)
    }
}

impl fmt::Display for Spanned<Operand> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Operand::Constant(value) => value.fmt(f),
            Operand::Path(path) => path.fmt(f),
            Operand::List(elements) => write_list(elements, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Context, parse};

    #[test]
    fn parentheses_are_displayed_where_they_are_needed() {
        let shown = |text| parse(text, Context::Filter).expect(text).to_string();
        for text in [
            "a == 1 OR b == 2 AND NOT c == 3",
            "(a == 1 OR b == 2) AND c == 3",
            "a == 1 AND (b == 2 AND c == 3)",
            "NOT (a == 1 AND b == 2) OR (c == 3 OR d == 4)",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("((a=1)and(not(b<>'x')))"), "a == 1 AND NOT b != 'x'");
    }
}
