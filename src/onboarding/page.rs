//! The text of a scenario in the making, with what is guessed in it.

use crate::expr::Value;

/// How wide comments are.
const WIDTH: usize = 100;

/// Something that was guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// In which line of the scenario, counted from 1.
    pub line: usize,
    /// What should be looked at, and why.
    pub text: String,
}

/// A scenario file in the making.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    todos: Vec<Todo>,
}

impl Page {
    /// A line, or several.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text += line.as_ref();
        self.text.push('\n');
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.line("");
    }

    /// A comment, broken into lines.
    pub(super) fn comment(&mut self, text: &str) {
        self.wrapped("# ", text);
    }

    /// A comment on a guess: what it is, and what would be better.
    pub(super) fn todo(&mut self, text: impl Into<String>) {
        let text = text.into();
        let line = self.text.lines().count() + 1;
        self.wrapped("# TODO: ", &text);
        self.todos.push(Todo { line, text });
    }

    /// The text, and what is guessed in it.
    pub(super) fn finish(self) -> (String, Vec<Todo>) {
        (self.text, self.todos)
    }

    fn wrapped(&mut self, mark: &str, text: &str) {
        let mut line = mark.trim_end().to_owned();
        for word in text.split_whitespace() {
            if WIDTH < line.chars().count() + 1 + word.chars().count() {
                self.line(&line);
                line = "#".to_owned() + &" ".repeat(mark.len() - 2);
            }
            line = line + " " + word;
        }
        self.line(&line);
    }
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted += &format!("\\u{:04X}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// A TOML key, in quotes if it needs them.
pub(super) fn key(text: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if !text.is_empty() && text.chars().all(is_bare) { text.to_owned() } else { quoted(text) }
}

/// Attributes as a TOML table; as JSON text where TOML has no word for a part of them, null.
pub(super) fn attributes(document: &Value) -> String {
    toml(document).unwrap_or_else(|| quoted(&json(document).to_string()))
}

fn toml(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(is) => is.to_string(),
        Value::Number(number) if number.fract() == 0.0 => number.to_string(),
        Value::Number(number) => format!("{number:?}"),
        Value::String(text) => quoted(text),
        Value::Array(elements) => {
            let parts = elements.iter().map(toml).collect::<Option<Vec<_>>>()?;
            format!("[{}]", parts.join(", "))
        }
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let part = |(name, value)| Some(format!("{} = {}", key(name), toml(value)?));
            let parts = fields.iter().map(|(name, value)| part((&**name, value)));
            format!("{{ {} }}", parts.collect::<Option<Vec<_>>>()?.join(", "))
        }
    })
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(is) => (*is).into(),
        Value::Number(number) => value.as_integer().map_or_else(|| (*number).into(), Into::into),
        Value::String(text) => (**text).into(),
        Value::Array(elements) => elements.iter().map(json).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.to_string(), json(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_broken_and_guesses_know_their_line() {
        let mut page = Page::default();
        page.line("schema = 1");
        page.todo("word ".repeat(40));
        page.comment("an end");
        let (text, todos) = page.finish();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(todos[0].line, 2);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("# TODO: word") && lines[2].starts_with("#       word"));
        assert_eq!(lines.last(), Some(&"# an end"));
    }

    #[test]
    fn attributes_are_toml_unless_there_is_a_null_in_them() {
        let list = |last: Value| Value::object([("a b", Value::array([Value::from(1), last]))]);
        assert_eq!(attributes(&list(0.5.into())), "{ \"a b\" = [1, 0.5] }");
        assert_eq!(attributes(&list(Value::Null)), "\"{\\\"a b\\\":[1,null]}\"");
        assert_eq!(attributes(&Value::object(Vec::<(&str, Value)>::new())), "{}");
        assert_eq!(quoted("a\t\"b\""), "\"a\\u0009\\\"b\\\"\"");
    }
}
