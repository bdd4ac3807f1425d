//! From TOML to a tree of values with places.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::node::{Entry, Item, Node, Place, Table, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::text::Texts;

/// How many parts a dotted key may have.
const MAX_PARTS: usize = 64;
/// How many errors of one text are told.
const MAX_ERRORS: usize = 50;

/// Reads a text as TOML.
///
/// # Errors
///
/// All syntax errors, each at its place.
pub fn parse_toml(texts: &Texts, id: TextId) -> Result<Node, Vec<Problem>> {
    let text = texts.content(id);
    if let Some(at) = too_many_parts(text) {
        let place = Place { text: id, range: at..at + 1 };
        return Err(vec![Problem::error(format!("a key of more than {MAX_PARTS} parts"), &place)]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { id, text, problems: Vec::new() };
    for error in errors.into_iter().take(MAX_ERRORS) {
        let range = error.span().unwrap_or(0..0);
        reader.problems.push(Problem::error(error.message(), &Place { text: id, range }));
    }
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    let place = Place { text: id, range: 0..0 };
    let node = Node { value: Item::Table(reader.table(table.into_inner())), place };
    if reader.problems.is_empty() { Ok(node) } else { Err(reader.problems) }
}

/// Reads a text that is a single value of TOML, such as `[1, 2]` or `"20s"`; `None` if it is not.
#[must_use]
pub fn parse_toml_value(texts: &Texts, place: &Place) -> Option<Node> {
    let text = texts.slice(place);
    if too_many_parts(text).is_some() {
        return None;
    }
    let value = DeValue::parse(text).ok()?;
    let mut reader = Reader { id: place.text, text, problems: Vec::new() };
    let mut node = reader.value(value);
    shift(&mut node, place.range.start);
    reader.problems.is_empty().then_some(node)
}

struct Reader<'a> {
    id: TextId,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn table(&mut self, table: DeTable<'_>) -> Table {
        let mut entries: Vec<Entry> = table
            .into_iter()
            .map(|(key, value)| Entry {
                key_place: Place { text: self.id, range: key.span() },
                key: key.into_inner().into_owned(),
                node: self.value(value),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_place.range.start);
        Table { entries }
    }

    fn value(&mut self, value: Spanned<DeValue<'_>>) -> Node {
        let place = Place { text: self.id, range: value.span() };
        let value = match value.into_inner() {
            DeValue::String(text) => Item::String(text.into_owned()),
            DeValue::Boolean(value) => Item::Bool(value),
            DeValue::Datetime(_) => Item::Datetime(self.text[place.range.clone()].to_owned()),
            DeValue::Array(items) => {
                Item::Array(items.into_iter().map(|item| self.value(item)).collect())
            }
            DeValue::Table(table) => Item::Table(self.table(table)),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Item::Integer(number),
                    Err(_) => self.out_of_range(&place),
                }
            }
            DeValue::Float(number) => {
                number.as_str().parse().map_or_else(|_| self.out_of_range(&place), Item::Float)
            }
        };
        Node { value, place }
    }

    fn out_of_range(&mut self, place: &Place) -> Item {
        self.problems.push(Problem::error("the number is out of range", place));
        Item::Null
    }
}

/// Moves the places of a tree.
fn shift(node: &mut Node, by: usize) {
    let move_place = |place: &mut Place| {
        place.range = place.range.start + by..place.range.end + by;
    };
    move_place(&mut node.place);
    match &mut node.value {
        Item::Array(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Item::Table(table) => {
            for entry in &mut table.entries {
                move_place(&mut entry.key_place);
                shift(&mut entry.node, by);
            }
        }
        _ => {}
    }
}

/// Where a key has more parts than anybody writes by hand. The parser limits how deep arrays and
/// inline tables go, but not this, and such a tree cannot even be dropped without overflowing the
/// stack.
fn too_many_parts(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut dots) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = after_string(bytes, at);
                continue;
            }
            b'#' => at += bytes[at..].iter().take_while(|byte| **byte != b'\n').count(),
            b'.' => dots += 1,
            b'=' | b'\n' | b',' | b'{' | b'}' | b'[' | b']' => dots = 0,
            _ => {}
        }
        if dots > MAX_PARTS {
            return Some(at);
        }
        at += usize::from(bytes.get(at) != Some(&b'\n') || *byte == b'\n');
    }
    None
}

/// The first byte after the string that begins at `at`; a short one ends with its line.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let long = bytes[at..].starts_with(&[quote; 3]);
    let mut next = at + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(next) {
        match byte {
            b'\\' if quote == b'"' => next += 1,
            b'\n' if !long => return next,
            _ if *byte == quote && !long => return next + 1,
            _ if long && bytes[next..].starts_with(&[quote; 3]) => return next + 3,
            _ => {}
        }
        next += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Node, Vec<Problem>> {
        let mut texts = Texts::new();
        let id = texts.add("s.toml", text);
        parse_toml(&texts, id)
    }

    #[test]
    fn values_keep_their_order_and_their_places() {
        let mut texts = Texts::new();
        let id = texts.add("s.toml", "z = 1\na = \"x\"\n[t]\nd = 2026-03-02T08:00:00\nf = inf\n");
        let root = parse_toml(&texts, id).unwrap();
        let keys: Vec<&str> =
            root.as_table().unwrap().entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["z", "a", "t"]);
        let table = root.get("t").unwrap();
        assert_eq!(texts.slice(&table.place), "[t]");
        let Item::Datetime(written) = &table.get("d").unwrap().value else { panic!() };
        assert_eq!(written, "2026-03-02T08:00:00");
        assert_eq!(table.get("f").unwrap().as_number(), Some(f64::INFINITY));
        assert_eq!(texts.slice(&root.get("a").unwrap().place), "\"x\"");
    }

    #[test]
    fn all_syntax_errors_are_told() {
        let problems = parse("a = \nb = 1\nc = = 2\n").unwrap_err();
        assert!(problems.len() >= 2, "{problems:?}");
        let problems = parse("a = 1\na = 2\n").unwrap_err();
        assert_eq!(problems[0].message, "duplicate key");
    }

    #[test]
    fn a_number_beyond_64_bits_is_a_problem() {
        let problems = parse("a = 99999999999999999999").unwrap_err();
        assert_eq!(problems[0].message, "the number is out of range");
    }

    #[test]
    fn empty_texts_line_ends_of_windows_and_byte_order_marks_are_fine() {
        assert!(parse("").is_ok());
        assert!(parse("\u{feff}a = 1\r\nb = '''x\r\ny'''\r\n").is_ok());
        assert!(parse("a = 1\n\0").is_err());
    }

    #[test]
    fn deep_nesting_is_a_problem_and_not_a_crash() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a = {}", "{b=".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "'a' . ".repeat(100_000)),
            format!("x = {{ {}a = 1 }}", "a.".repeat(100_000)),
        ] {
            assert!(parse(&text).is_err());
        }
        assert!(parse("a = \"...............................................................................\"").is_ok());
    }
}
