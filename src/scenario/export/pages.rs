//! Whether all pages of a list are there.

use crate::scenario::export::Resource;
use crate::scenario::export::case::camel;
use crate::scenario::node::{Node, Place};
use crate::scenario::problem::Problem;

/// What a page says about itself and its neighbours.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) kind: Resource,
    number: Option<i64>,
    url: Option<String>,
    next: Option<(String, Place)>,
    previous: Option<(String, Place)>,
}

impl Page {
    /// Reads `meta` of a page.
    pub(crate) fn new(kind: Resource, meta: &Node) -> Self {
        let text = |key: &str| {
            let node = meta.get(key).or_else(|| meta.get(&camel(key)))?;
            Some((node.as_str()?.to_owned(), node.place.clone()))
        };
        Self {
            kind,
            number: meta.get("page").and_then(Node::as_integer),
            url: text("url").map(|(url, _)| url),
            next: text("next_page_url"),
            previous: text("previous_page_url"),
        }
    }

    /// The list that this is a page of: the address without what follows the question mark.
    fn list(&self) -> (Resource, Option<&str>) {
        (self.kind, self.url.as_deref().map(|url| url.split('?').next().unwrap_or(url)))
    }

    fn is(&self, number: Option<i64>, url: &str) -> bool {
        self.url.as_deref() == Some(url) || (number.is_some() && self.number == number)
    }
}

/// The pages that other pages announce and that are not there.
pub(crate) fn missing(pages: &[Page]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in pages {
        let follows = |number: Option<i64>, url: &str| {
            pages.iter().any(|other| other.list() == page.list() && other.is(number, url))
        };
        let lists = page.kind.list_key();
        if let Some((url, place)) = &page.next
            && !follows(page.number.map(|number| number + 1), url)
        {
            let what = format!("the next page of {lists} is not among the files");
            problems.push(Problem::error(what, place).with_help(format!("fetch {url}")));
        }
        if let Some((url, place)) = &page.previous
            && !follows(page.number.map(|number| number - 1), url)
        {
            let what = format!("the page of {lists} before this one is not among the files");
            problems.push(Problem::error(what, place).with_help(format!("fetch {url}")));
        }
    }
    problems.dedup_by(|a, b| a.place == b.place);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::scenario::node::TextId;

    fn page(number: i64, previous: bool, next: bool) -> Page {
        let place = Place { text: TextId::new(0), range: 0..1 };
        let url = |number: i64| format!("https://x/Workers?PageSize=50&Page={number}");
        Page {
            kind: Resource::Worker,
            number: Some(number),
            url: Some(url(number)),
            next: next.then(|| (url(number + 1), place.clone())),
            previous: previous.then(|| (url(number - 1), place.clone())),
        }
    }

    #[test]
    fn every_announced_page_must_be_there() {
        assert!(missing(&[page(0, false, false)]).is_empty());
        assert!(missing(&[page(1, true, false), page(0, false, true)]).is_empty());
        let problems = missing(&[page(0, false, true)]);
        assert_eq!(problems[0].message, "the next page of workers is not among the files");
        assert_eq!(problems[0].help.as_deref(), Some("fetch https://x/Workers?PageSize=50&Page=1"));
        let problems = missing(&[page(0, false, true), page(2, true, false)]);
        assert_eq!(problems.len(), 1, "both are about one place here");
    }
}
