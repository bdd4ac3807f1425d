//! A list of all that does not hold.

use std::fmt::{Debug, Display};

/// All that does not hold; empty if everything does.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// One sentence each.
    pub sentences: Vec<String>,
}

impl Broken {
    /// Holds if `left` is `right`.
    pub fn equal<T: PartialEq + Debug>(&mut self, what: impl Display, left: T, right: T) {
        if left != right {
            self.sentences.push(format!("{what}: {left:?} is not {right:?}"));
        }
    }

    /// Holds if `is_so`.
    pub fn holds(&mut self, what: impl Display, is_so: bool) {
        if !is_so {
            self.sentences.push(what.to_string());
        }
    }

    /// Fails with the first sentences, if there are any.
    pub fn assert_none(&self, of: &str) {
        let first: Vec<&str> = self.sentences.iter().take(12).map(String::as_str).collect();
        let n = self.sentences.len();
        assert!(first.is_empty(), "{of}: {n} broken\n  {}", first.join("\n  "));
    }
}
