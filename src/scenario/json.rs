//! From JSON to a tree of values with places. Strict: no comments, no trailing commas.

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::scenario::node::{Entry, Item, Node, Place, Table, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a text as JSON. A key that comes twice is a warning, and its last value counts.
///
/// # Errors
///
/// The first syntax error. Nesting deeper than some hundred levels is one.
pub fn parse_json(
    texts: &Texts,
    id: TextId,
    warnings: &mut Vec<Problem>,
) -> Result<Node, Vec<Problem>> {
    let text = texts.content(id);
    let mut reader = Reader { id, text, problems: Vec::new(), warnings };
    match parse_to_ast(text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => match parsed.value {
            Some(value) => {
                let node = reader.value(value);
                if reader.problems.is_empty() { Ok(node) } else { Err(reader.problems) }
            }
            None => Err(vec![Problem::error("there is no JSON here", &reader.place(0..0))]),
        },
        Err(error) => {
            let range = error.range();
            let place = reader.place(range.start..range.end);
            Err(vec![Problem::error(message(error.kind()), &place)])
        }
    }
}

struct Reader<'a> {
    id: TextId,
    text: &'a str,
    problems: Vec<Problem>,
    warnings: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    const fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place { text: self.id, range }
    }

    fn value(&mut self, value: Value<'_>) -> Node {
        let range = value.range();
        let value = match value {
            Value::StringLit(string) => {
                self.check_string(range);
                Item::String(string.value.into_owned())
            }
            Value::NumberLit(number) => number_item(number.value),
            Value::BooleanLit(boolean) => Item::Bool(boolean.value),
            Value::NullKeyword(_) => Item::Null,
            Value::Array(array) => {
                Item::Array(array.elements.into_iter().map(|item| self.value(item)).collect())
            }
            Value::Object(object) => Item::Table(self.table(object)),
        };
        Node { value, place: self.place(range.start..range.end) }
    }

    fn table(&mut self, object: Object<'_>) -> Table {
        let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let range = property.name.range();
            self.check_string(range);
            entries.push(Entry {
                key_place: self.place(range.start..range.end),
                key: property.name.into_string(),
                node: self.value(property.value),
            });
        }
        self.without_duplicates(entries)
    }

    /// Leaves the last of several entries of one key.
    fn without_duplicates(&mut self, entries: Vec<Entry>) -> Table {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| entries[*a].key.cmp(&entries[*b].key));
        let mut lost = vec![false; entries.len()];
        for pair in order.windows(2) {
            if entries[pair[0]].key == entries[pair[1]].key {
                lost[pair[0]] = true;
                let message =
                    format!("`{}` is here twice: the last one counts", entries[pair[0]].key);
                self.warnings.push(Problem::warning(message, &entries[pair[0]].key_place));
            }
        }
        let kept = entries.into_iter().zip(lost).filter(|(_, lost)| !lost);
        Table { entries: kept.map(|(entry, _)| entry).collect() }
    }

    /// The parser lets line breaks and other control characters pass in strings; JSON does not.
    fn check_string(&mut self, range: Range) {
        let written = &self.text.as_bytes()[range.start..range.end];
        if let Some(at) = written.iter().position(|byte| *byte < b' ') {
            let at = range.start + at;
            let message = if self.text.as_bytes()[at] == b'\n' || self.text.as_bytes()[at] == b'\r'
            {
                "a line break in a string; a quote may be missing"
            } else {
                "a control character in a string"
            };
            let place = self.place(at..at + 1);
            self.problems.push(Problem::error(message, &place));
        }
    }
}

fn number_item(written: &str) -> Item {
    match written.parse() {
        Ok(number) => Item::Integer(number),
        Err(_) => Item::Float(written.parse().unwrap_or(f64::NAN)),
    }
}

fn message(kind: &ParseErrorKind) -> String {
    match kind {
        ParseErrorKind::NestingDepthExceeded => "the nesting is too deep".into(),
        ParseErrorKind::MultipleRootJsonValues => "something follows the JSON value".into(),
        ParseErrorKind::UnterminatedObject => "this `{` is not closed".into(),
        ParseErrorKind::UnterminatedArray => "this `[` is not closed".into(),
        kind => {
            let text = kind.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_lowercase().collect::<String>() + letters.as_str()
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(Node, Vec<Problem>), Vec<Problem>> {
        let mut texts = Texts::new();
        let id = texts.add("w.json", text);
        let mut warnings = Vec::new();
        parse_json(&texts, id, &mut warnings).map(|node| (node, warnings))
    }

    fn first_error(text: &str) -> (String, usize) {
        let problem = parse(text).unwrap_err().remove(0);
        (problem.message, problem.place.unwrap().range.start)
    }

    #[test]
    fn values_have_places() {
        let text = r#"{"a": [1, 2.5, -0, 1e3, true, null], "b": "\u00e9"}"#;
        let (root, warnings) = parse(text).unwrap();
        assert!(warnings.is_empty());
        let items = root.get("a").unwrap().as_array().unwrap();
        assert_eq!(items[0].as_integer(), Some(1));
        assert_eq!(items[1].as_number(), Some(2.5));
        assert_eq!(&text[items[3].place.range.clone()], "1e3");
        assert_eq!(root.get("b").unwrap().as_str(), Some("\u{e9}"));
        assert_eq!(&text[root.get("b").unwrap().place.range.clone()], r#""\u00e9""#);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let (root, warnings) = parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        assert_eq!(root.get("a").unwrap().as_integer(), Some(3));
        assert_eq!(root.as_table().unwrap().entries.len(), 2);
        assert_eq!(warnings[0].message, "`a` is here twice: the last one counts");
    }

    #[test]
    fn what_is_not_json_is_refused_at_its_place() {
        assert_eq!(first_error("{\"a\": 1,}").1, 7);
        assert_eq!(first_error("[1 2]").1, 2);
        assert_eq!(first_error("// x\n1").1, 0);
        assert_eq!(first_error("[").0, "this `[` is not closed");
        assert_eq!(first_error("").0, "there is no JSON here");
        assert_eq!(first_error("{} {}").0, "something follows the JSON value");
        assert_eq!(first_error("{\"a\": \"x\ny\"}").1, 8);
        for text in
            ["{a: 1}", "'x'", "0x10", "+1", "NaN", "[01]", ".5", "\0", "{\"a\"}", "\"\\x41\""]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_a_problem_and_not_a_crash() {
        assert_eq!(first_error(&"[".repeat(10_000_000)).0, "the nesting is too deep");
        assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert!(parse(&deep).is_ok());
    }
}
