//! Lines taken apart into words; quotes and brackets keep blanks together.

use taskrouter_sim::expr::Value;
use taskrouter_sim::time::Span;

/// The words of `line`, quotes removed where they enclose a whole word or the value of `key="…"`.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut depth, mut quoted) = (Vec::new(), String::new(), 0, false);
    for c in line.chars() {
        match c {
            '"' if depth == 0 => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        if c == ' ' && depth == 0 && !quoted {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        } else if c != '"' || depth != 0 {
            word.push(c);
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// What stands before and after `=` in a word like `priority=10`.
pub(crate) fn setting(word: &str) -> Option<(&str, &str)> {
    if word.starts_with('{') { None } else { word.split_once('=') }
}

/// `20 s`, `4m10s`; a bare number is seconds.
pub(crate) fn span(text: &str) -> Span {
    let text = text.replace(' ', "");
    let seconds = text.parse().map(Span::from_secs);
    seconds.or_else(|_| text.parse()).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

/// A JSON document as the expressions see it.
pub(crate) fn json(text: &str) -> Value {
    value(&serde_json::from_str(text).unwrap_or_else(|error| panic!("`{text}`: {error}")))
}

fn value(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number.as_f64().expect("a double").into(),
        Json::String(text) => text.as_str().into(),
        Json::Array(elements) => Value::array(elements.iter().map(value)),
        Json::Object(fields) => {
            Value::object(fields.iter().map(|(key, field)| (key.as_str(), value(field))))
        }
    }
}
