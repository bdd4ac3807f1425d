//! The fields of a form or a query.

use std::ops::RangeInclusive;

use serde_json::{Map, Value as Json};

use crate::serve::moment;
use crate::serve::request::ApiError;
use crate::time::Time;

/// The fields of a form or a query, in the order they were sent. Names are case-sensitive, and
/// what nobody asks for is ignored, as TaskRouter does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// These fields.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self(fields.into_iter().map(owned).collect())
    }

    /// The fields of a JSON object; what is in a list comes under its name again and again, and
    /// only texts, numbers and truth values count.
    #[must_use]
    pub fn of_json(json: &[u8]) -> Option<Self> {
        let object: Map<String, Json> = serde_json::from_slice(json).ok()?;
        let mut fields = Vec::new();
        for (name, value) in object {
            let values = if let Json::Array(values) = value { values } else { vec![value] };
            let texts = values.into_iter().filter_map(|value| match value {
                Json::String(text) => Some(text),
                Json::Number(number) => Some(number.to_string()),
                Json::Bool(value) => Some(value.to_string()),
                _ => None,
            });
            fields.extend(texts.map(|text| (name.clone(), text)));
        }
        Some(Self(fields))
    }

    /// All of them.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What was sent under `name`, the first if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All that was sent under `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs().filter(move |(key, _)| *key == name).map(|(_, value)| value)
    }

    /// What was sent under `name`, unless it is empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// What must be there.
    ///
    /// # Errors
    /// 400 if it is missing or empty.
    pub fn required(&self, name: &str) -> Result<&str, ApiError> {
        let missing = || format!("Missing required parameter {name} in the post body");
        self.filled(name).ok_or_else(|| ApiError::invalid(missing()))
    }

    /// A yes or no: `true`, `1` and `yes` in any letter case are yes, all else is no.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        let is_yes = |value: &str| matches!(&*value.to_ascii_lowercase(), "true" | "1" | "yes");
        self.filled(name).map(is_yes)
    }

    /// A whole number in `range`.
    ///
    /// # Errors
    /// 400 if it is something else.
    pub fn whole(&self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, ApiError> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        match text.trim().parse().ok().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(ApiError::invalid(format!(
                "Invalid value {text} for parameter {name}: a whole number from {} to {} is wanted",
                range.start(),
                range.end()
            ))),
        }
    }

    /// An instant, `2014-05-14T18:50:02Z`, or the beginning of a day.
    ///
    /// # Errors
    /// 400 if it is something else, or before 1900.
    pub fn instant(&self, name: &str) -> Result<Option<Time>, ApiError> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        let wrong = || {
            format!(
                "Invalid value {text} for parameter {name}: an ISO 8601 date from 1900 on is wanted"
            )
        };
        moment::parse(text).map(Some).ok_or_else(|| ApiError::invalid(wrong()))
    }

    /// One of `words`, in the spelling of the list.
    ///
    /// # Errors
    /// 400 if it is none of them.
    pub fn word(
        &self,
        name: &str,
        words: &[&'static str],
    ) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.filled(name) else { return Ok(None) };
        match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => Ok(Some(word)),
            None => Err(ApiError::invalid(format!(
                "Invalid value {text} for parameter {name}: one of {} is wanted",
                words.join(", ")
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_and_what_is_repeated_is_kept() {
        let fields = Fields::parse(b"Attributes=%7B%22a%22%3A+1%7D&S=a&S=b&Empty=&Flag=YES");
        assert_eq!(fields.get("Attributes"), Some("{\"a\": 1}"));
        assert_eq!(fields.all("S").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((fields.get("Empty"), fields.filled("Empty")), (Some(""), None));
        assert_eq!(
            (fields.flag("Flag"), fields.flag("S"), fields.flag("x")),
            (Some(true), Some(false), None)
        );
        assert_eq!(fields.get("flag"), None);
    }

    #[test]
    fn numbers_are_whole_and_in_range() {
        let fields = Fields::of([("a", "7"), ("b", "-1"), ("c", "1.5"), ("d", "99")]);
        assert_eq!(fields.whole("a", 0..=10), Ok(Some(7)));
        assert_eq!(fields.whole("e", 0..=10), Ok(None));
        for name in ["b", "c", "d"] {
            assert_eq!(fields.whole(name, 0..=10).map_err(|e| e.code), Err(20001), "{name}");
        }
    }
}
