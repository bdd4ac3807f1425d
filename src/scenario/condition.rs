//! Conditions on results: `reservation_timeout_rate[workflow:Support] <= 10%`.
//!
//! Only how they are written is known here. Whether there is such a metric, and such a part of the
//! scenario, is asked where metrics are known: in `observation`.

use std::fmt;
use std::ops::Range;

use crate::scenario::node::{Node, Place};
use crate::scenario::problem::Problem;
use crate::scenario::read;
use crate::scenario::text::Texts;
use crate::time::Span;

const FORM: &str = "as in service_level[all] >= 80% or wait_p90[task_queue:Billing] <= 40s";

/// A condition on one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As it is written, blanks around it apart.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What is compared.
    pub subject: Subject,
    /// How.
    pub comparison: Comparison,
    /// With what.
    pub bound: Bound,
    /// Where that is written.
    pub bound_place: Place,
}

/// A metric of a part: `wait_p90[task_queue:Billing]`; without brackets it is that of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name of the metric.
    pub metric: Word,
    /// The kind of part, such as `workflow`; `all` where nothing is written.
    pub kind: Word,
    /// The name of the part, after the colon.
    pub name: Option<Word>,
}

/// A word and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, not empty, no blanks around it.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// How a metric is compared with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// What a metric is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A bare number, finite.
    Number(f64),
    /// A percentage, as a share: `80%` is 0.8.
    Percent(f64),
    /// A duration with its unit.
    Duration(Span),
}

impl Comparison {
    /// Whether `value` compares so with `bound`.
    #[must_use]
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Below => value < bound,
            Self::AtMost => value <= bound,
            Self::Above => value > bound,
            Self::AtLeast => value >= bound,
        }
    }

    /// Whether small values are the good ones.
    #[must_use]
    pub const fn is_upper_limit(self) -> bool {
        matches!(self, Self::Below | Self::AtMost)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        })
    }
}

impl Condition {
    /// Reads a condition that is a string of the scenario.
    ///
    /// # Errors
    ///
    /// If it is no string, or not written as a condition is.
    pub fn read(node: &Node, texts: &Texts) -> Result<Self, Problem> {
        let Some(text) = node.as_str() else { return Err(read::wrong(node, "a condition")) };
        let written = Written { text, place: &|range| texts.sub_place(node, range) };
        let (subject, comparison, bound) = split(&written)?;
        Ok(Self {
            text: text.trim().to_owned(),
            place: node.place.clone(),
            subject: written.subject(subject)?,
            comparison,
            bound: written.bound(bound.clone())?,
            bound_place: written.place(bound),
        })
    }
}

impl Subject {
    /// The metric and the scope, `all` or `kind:name`, where they are written apart.
    #[must_use]
    pub fn of((metric, at): (&str, &Place), (scope, scope_at): (&str, &Place)) -> Self {
        let word =
            |text: &str, place: &Place| Word { text: text.trim().to_owned(), place: place.clone() };
        let (kind, name) = match scope.split_once(':') {
            Some((kind, name)) => (kind, Some(word(name, scope_at))),
            None => (scope, None),
        };
        Self { metric: word(metric, at), kind: word(kind, scope_at), name }
    }

    /// Reads `metric[kind:name]` or `metric` out of `text`; `place` says where a range of its
    /// bytes is written.
    ///
    /// # Errors
    ///
    /// If it is not written so.
    pub fn read(text: &str, place: &dyn Fn(Range<usize>) -> Place) -> Result<Self, Problem> {
        Written { text, place }.subject(0..text.len())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { metric, kind, name } = self;
        match name {
            Some(name) => write!(f, "{}[{}:{}]", metric.text, kind.text, name.text),
            None => write!(f, "{}[{}]", metric.text, kind.text),
        }
    }
}

impl Bound {
    /// Reads a bound out of a value: a number, or a string that is a percentage or a duration.
    ///
    /// # Errors
    ///
    /// If it is none of these.
    pub fn of(node: &Node, texts: &Texts) -> Result<Self, Problem> {
        match node.as_str() {
            Some(text) => {
                Written { text, place: &|range| texts.sub_place(node, range) }.bound(0..text.len())
            }
            None => match node.as_number().filter(|number| number.is_finite()) {
                Some(number) => Ok(Self::Number(number)),
                None => Err(read::wrong(node, "a number, a percentage or a duration")),
            },
        }
    }
}

/// A text, and where its bytes are written.
struct Written<'a> {
    text: &'a str,
    place: &'a dyn Fn(Range<usize>) -> Place,
}

impl Written<'_> {
    /// The range without blanks at its ends.
    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let part = &self.text[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    }

    fn place(&self, range: Range<usize>) -> Place {
        (self.place)(self.trim(range))
    }

    fn problem(&self, message: impl Into<String>, range: Range<usize>) -> Problem {
        Problem::error(message, &self.place(range)).with_help(FORM)
    }

    fn word(&self, range: Range<usize>, what: &str) -> Result<Word, Problem> {
        let text = self.text[range.clone()].trim();
        if text.is_empty() {
            return Err(self.problem(format!("{what} is missing"), range));
        }
        Ok(Word { text: text.to_owned(), place: self.place(range) })
    }

    fn subject(&self, range: Range<usize>) -> Result<Subject, Problem> {
        let part = self.trim(range);
        let Some(open) = self.text[part.clone()].find('[') else {
            let metric = self.word(part, "the metric")?;
            let kind = Word { text: "all".to_owned(), place: metric.place.clone() };
            return Ok(Subject { metric, kind, name: None });
        };
        let open = part.start + open;
        let metric = self.word(part.start..open, "the metric")?;
        if !self.text[part.clone()].ends_with(']') {
            return Err(self.problem("this `[` is not closed", open..open + 1));
        }
        let inside = open + 1..part.end - 1;
        let colon = self.text[inside.clone()].find(':').map(|at| inside.start + at);
        let kind = self.word(inside.start..colon.unwrap_or(inside.end), "the kind of part")?;
        let name = colon.map(|at| self.word(at + 1..inside.end, "the name of the part"));
        Ok(Subject { metric, kind, name: name.transpose()? })
    }

    fn bound(&self, range: Range<usize>) -> Result<Bound, Problem> {
        let text = self.word(range.clone(), "the number")?.text;
        let (digits, percent) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (text.as_str(), false),
        };
        let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            && digits.ends_with(|last: char| last.is_ascii_digit() || last == '.');
        let number = digits.parse::<f64>().ok().filter(|number| is_number && number.is_finite());
        match number {
            Some(number) if percent => Ok(Bound::Percent(number / 100.0)),
            Some(number) => Ok(Bound::Number(number)),
            None if percent => Err(self.problem("this is no percentage", range)),
            None => text
                .parse()
                .map(Bound::Duration)
                .map_err(|_| self.problem("expected a number, a percentage or a duration", range)),
        }
    }
}

/// What stands before and after the comparison, and which it is.
///
/// The name of a part may hold any letters, so that the search begins after the last bracket.
fn split(written: &Written<'_>) -> Result<(Range<usize>, Comparison, Range<usize>), Problem> {
    let text = written.text;
    let from = text.rfind(']').map_or(0, |at| at + 1);
    let Some(at) = text[from..].find(['<', '>', '=', '!']).map(|at| from + at) else {
        return Err(written.problem("there is no comparison: <, <=, > or >=", 0..text.len()));
    };
    let (comparison, length) = match &text.as_bytes()[at..] {
        [b'<', b'=', ..] => (Comparison::AtMost, 2),
        [b'>', b'=', ..] => (Comparison::AtLeast, 2),
        [b'<', ..] => (Comparison::Below, 1),
        [b'>', ..] => (Comparison::Above, 1),
        _ => return Err(written.problem("a comparison is <, <=, > or >=", at..at + 1)),
    };
    Ok((0..at, comparison, at + length..text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::node::Item;

    fn read(text: &str) -> Result<Condition, (String, String)> {
        let mut texts = Texts::new();
        let written = format!("{text:?}");
        let id = texts.add("s.toml", &*written);
        let place = Place { text: id, range: 0..written.len() };
        let node = Node { value: Item::String(text.to_owned()), place };
        Condition::read(&node, &texts).map_err(|problem| {
            let place = problem.place.expect("it has a place");
            (problem.message, texts.slice(&place).to_owned())
        })
    }

    #[test]
    fn a_condition_has_a_metric_a_part_and_a_bound() {
        let condition = read(" reservation_timeout_rate[workflow: My ] Flow:2 ] <= 10 % ").unwrap();
        let Subject { metric, kind, name } = &condition.subject;
        assert_eq!((&*metric.text, &*kind.text), ("reservation_timeout_rate", "workflow"));
        assert_eq!(name.as_ref().unwrap().text, "My ] Flow:2");
        assert_eq!(
            (condition.comparison, condition.bound),
            (Comparison::AtMost, Bound::Percent(0.1))
        );
        assert_eq!(condition.text, "reservation_timeout_rate[workflow: My ] Flow:2 ] <= 10 %");
        let subject = condition.subject.to_string();
        assert_eq!(subject, "reservation_timeout_rate[workflow:My ] Flow:2]");
    }

    #[test]
    fn without_brackets_it_is_about_everything() {
        let condition = read("occupancy<0.85").unwrap();
        assert_eq!(condition.subject.kind.text, "all");
        assert_eq!(condition.subject.name, None);
        assert_eq!(condition.bound, Bound::Number(0.85));
    }

    #[test]
    fn bounds_are_numbers_percentages_or_durations() {
        let bound = |text: &str| read(&format!("x[all] > {text}")).map(|condition| condition.bound);
        assert_eq!(bound("1e3"), Ok(Bound::Number(1000.0)));
        assert_eq!(bound("4m10s"), Ok(Bound::Duration(Span::from_secs(250))));
        assert_eq!(bound("80%"), Ok(Bound::Percent(0.8)));
        for wrong in ["", "nan", "inf", "-1", "abc", "4m%", "1e999", "0x10"] {
            assert!(bound(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_malformed_is_told_where() {
        let at = |text: &str| read(text).unwrap_err().1;
        assert_eq!(at("service_level[all] = 0.8"), "=");
        assert_eq!(at("service_level[all] != 0.8"), "!");
        assert_eq!(at("service_level[all >= 0.8"), "[");
        assert_eq!(at("service_level[all] >= fast"), "fast");
        assert_eq!(at("service_level[all] x >= 1"), "[");
        assert_eq!(at("service_level[all]"), "service_level[all]");
        for nothing in ["", "[all] > 1", "x[] > 1", "x[workflow:] > 1", "x[:a] > 1", "> 1"] {
            assert!(read(nothing).is_err(), "{nothing}");
        }
    }
}
