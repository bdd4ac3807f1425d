//! What was read, before anybody asks what it means: a tree of values that know their place.
//!
//! TOML files and TaskRouter's JSON documents become the same kind of tree, so that inline and
//! exported resources are read by one piece of code, `--set` works on both, and every later
//! problem can point at the text it is about.

use std::ops::Range;

use crate::define_id;
use crate::expr::Value;

define_id! {
    /// A text that was read: a file, standard input, or a document inside a string of another.
    TextId
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which text.
    pub text: TextId,
    /// Which bytes of it.
    pub range: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Item,
    /// Where it is written.
    pub place: Place,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Item {
    /// JSON's null.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; TOML also has `nan` and `inf`.
    Float(f64),
    /// Text, escapes resolved.
    String(String),
    /// A date or time of TOML, as written.
    Datetime(String),
    /// Several values.
    Array(Vec<Node>),
    /// Values by name.
    Table(Table),
}

/// Values by name, in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Names, their places and values; no name comes twice.
    pub entries: Vec<Entry>,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, quotes and escapes resolved.
    pub key: String,
    /// Where the key is written.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

impl Table {
    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }
}

impl Node {
    /// The table, if it is one.
    #[must_use]
    pub const fn as_table(&self) -> Option<&Table> {
        if let Item::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub const fn as_array(&self) -> Option<&[Node]> {
        if let Item::Array(items) = &self.value { Some(items.as_slice()) } else { None }
    }

    /// The text, if it is a string.
    #[must_use]
    pub const fn as_str(&self) -> Option<&str> {
        if let Item::String(text) = &self.value { Some(text.as_str()) } else { None }
    }

    /// The truth value, if it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Item::Bool(value) = self.value { Some(value) } else { None }
    }

    /// The number, if it is a whole one.
    #[must_use]
    pub const fn as_integer(&self) -> Option<i64> {
        if let Item::Integer(value) = self.value { Some(value) } else { None }
    }

    /// The number, whole or not.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "what a person types is exact")]
    pub const fn as_number(&self) -> Option<f64> {
        match self.value {
            Item::Integer(value) => Some(value as f64),
            Item::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The value under `key`, if this is a table that has it and it is not null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_table()?.get(key).filter(|node| !matches!(node.value, Item::Null))
    }
}

/// What a node holds, as expressions see it.
impl From<&Node> for Value {
    fn from(node: &Node) -> Self {
        match &node.value {
            Item::Null => Self::Null,
            Item::Bool(value) => Self::Bool(*value),
            Item::Integer(_) | Item::Float(_) => {
                Self::Number(node.as_number().expect("both kinds are numbers"))
            }
            Item::String(text) | Item::Datetime(text) => text.as_str().into(),
            Item::Array(items) => Self::array(items),
            Item::Table(table) => {
                Self::object(table.entries.iter().map(|entry| (entry.key.as_str(), &entry.node)))
            }
        }
    }
}
