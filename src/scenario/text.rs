//! All texts that were read, so that every place can be shown and every result says what it is of.
//!
//! A JSON document inside a string of another text (`attributes` and `configuration` in
//! TaskRouter's answers) becomes a text of its own that knows how its bytes came out of the
//! string: a place in it is shown where it is written, in the outer file.

mod escapes;

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::id::IdVec;
use crate::scenario::node::{Node, Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::text::escapes::Pieces;

/// The largest file that is read: 64 MiB.
pub const MAX_BYTES: u64 = 64 << 20;

/// All texts read so far.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    texts: IdVec<TextId, Text>,
}

#[derive(Clone, Debug)]
struct Text {
    name: String,
    content: String,
    /// For a document inside a string: which string, and how it came out of it.
    outer: Option<(Place, Pieces)>,
}

impl Texts {
    /// No text yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { texts: IdVec::new() }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is a directory, larger than [`MAX_BYTES`], or not UTF-8.
    pub fn add_file(&mut self, path: &Path) -> Result<TextId, Problem> {
        let content = read(path)
            .map_err(|why| Problem::nowhere(format!("cannot read {}: {why}", path.display())))?;
        self.add_bytes(&path.display().to_string(), content)
    }

    /// Adds what was read under `name`.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8.
    pub fn add_bytes(&mut self, name: &str, bytes: Vec<u8>) -> Result<TextId, Problem> {
        match String::from_utf8(bytes) {
            Ok(content) => Ok(self.add(name, content)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                Err(Problem::nowhere(format!("{name} is not UTF-8: byte {at}, in line {line}"))
                    .with_help("save it as UTF-8 text"))
            }
        }
    }

    /// Adds a text; a byte order mark at its beginning is left out.
    pub fn add(&mut self, name: impl Into<String>, content: impl Into<String>) -> TextId {
        let mut content = content.into();
        if content.starts_with('\u{feff}') {
            content.drain(..'\u{feff}'.len_utf8());
        }
        self.texts.push(Text { name: name.into(), content, outer: None })
    }

    /// Adds the document that the string at `parent` holds; `decoded` is the string's value.
    pub fn embed(&mut self, parent: &Place, decoded: impl Into<String>) -> TextId {
        let content = decoded.into();
        let pieces = Pieces::new(self.slice(parent), &content);
        let name = self.name(parent.text).to_owned();
        self.texts.push(Text { name, content, outer: Some((parent.clone(), pieces)) })
    }

    /// The place of a part of a string, given as a range of bytes of its value.
    #[must_use]
    pub fn sub_place(&self, string: &Node, range: Range<usize>) -> Place {
        let Some(value) = string.as_str() else { return string.place.clone() };
        outer_place(&string.place, &Pieces::new(self.slice(&string.place), value), range)
    }

    /// The place in a file or standard input that shows `place`.
    #[must_use]
    pub fn resolve(&self, place: &Place) -> Place {
        let mut place = place.clone();
        while let Some((parent, pieces)) =
            self.texts.get(place.text).and_then(|text| text.outer.as_ref())
        {
            place = outer_place(parent, pieces, place.range);
        }
        place
    }

    /// What a text is called: the path it was read from; a document inside a string has the name
    /// of the text around it.
    #[must_use]
    pub fn name(&self, id: TextId) -> &str {
        &self.texts[id].name
    }

    /// A text.
    #[must_use]
    pub fn content(&self, id: TextId) -> &str {
        &self.texts[id].content
    }

    /// What is written at a place; empty if the place is not one of the text.
    #[must_use]
    pub fn slice(&self, place: &Place) -> &str {
        self.texts
            .get(place.text)
            .and_then(|text| text.content.get(place.range.clone()))
            .unwrap_or_default()
    }

    /// SHA-256 of the names and contents of all texts, in the order they were read, in
    /// hexadecimal. Of a path only the last part counts, so that where a folder lies, or from
    /// where it is seen, does not matter.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        for text in self.texts.iter().filter(|text| text.outer.is_none()) {
            let name = text.name.rsplit(['/', '\\']).next().unwrap_or_default();
            for part in [name, &text.content] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn outer_place(parent: &Place, pieces: &Pieces, range: Range<usize>) -> Place {
    let range = pieces.outer(range).map_or(parent.range.clone(), |within| {
        parent.range.start + within.start..parent.range.start + within.end
    });
    Place { text: parent.text, range }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| reason(&error))?;
    let metadata = file.metadata().map_err(|error| reason(&error))?;
    if metadata.is_dir() {
        return Err("it is a directory".into());
    }
    let mut content = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut content).map_err(|error| reason(&error))?;
    if content.len() as u64 > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
    }
    Ok(content)
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::IsADirectory => "it is a directory".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::node::Item;

    #[test]
    fn a_missing_file_and_a_directory_are_named() {
        let mut texts = Texts::new();
        let missing = texts.add_file(Path::new("no/such.toml")).unwrap_err();
        assert_eq!(missing.message, "cannot read no/such.toml: there is no such file");
        let folder = tempfile::tempdir().unwrap();
        let directory = texts.add_file(folder.path()).unwrap_err();
        assert!(directory.message.ends_with("it is a directory"), "{}", directory.message);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_line() {
        let problem = Texts::new().add_bytes("a.toml", b"a = 1\n\xff".to_vec()).unwrap_err();
        assert_eq!(problem.message, "a.toml is not UTF-8: byte 6, in line 2");
    }

    #[test]
    fn a_place_in_a_document_in_a_string_is_shown_in_the_file() {
        let mut texts = Texts::new();
        let file = texts.add("w.json", r#"{"attributes": "{\"a\": \"\u00e9\", \"b\": x}"}"#);
        let outer = texts.content(file).find(r#""{\"#).unwrap();
        let parent = Place { text: file, range: outer..texts.content(file).len() - 1 };
        let inner = texts.embed(&parent, "{\"a\": \"\u{e9}\", \"b\": x}");
        let at = texts.content(inner).find('x').unwrap();
        let place = texts.resolve(&Place { text: inner, range: at..at + 1 });
        assert_eq!((place.text, texts.slice(&place)), (file, "x"));
        let at = texts.content(inner).find('\u{e9}').unwrap();
        let place = texts.resolve(&Place { text: inner, range: at..at + 2 });
        assert_eq!(texts.slice(&place), r"\u00e9");
    }

    #[test]
    fn a_part_of_an_expression_is_found_through_escapes() {
        let mut texts = Texts::new();
        let text = r#""a == \"x\" AND b""#;
        let id = texts.add("s.toml", text);
        let place = Place { text: id, range: 0..text.len() };
        let node = Node { value: Item::String("a == \"x\" AND b".into()), place };
        let place = texts.sub_place(&node, 5..8);
        assert_eq!(texts.slice(&place), r#"\"x\""#);
        let place = texts.sub_place(&node, 13..14);
        assert_eq!(texts.slice(&place), "b");
    }

    #[test]
    fn the_digest_does_not_depend_on_where_the_folder_lies() {
        let digest = |name: &str, content: &str| {
            let mut texts = Texts::new();
            texts.add(name, content);
            texts.sha256()
        };
        assert_eq!(digest("a/s.toml", "x"), digest("/b/s.toml", "x"));
        assert_ne!(digest("a/s.toml", "x"), digest("a/s.toml", "y"));
        assert_eq!(digest("a", "b").len(), 64);
    }
}
