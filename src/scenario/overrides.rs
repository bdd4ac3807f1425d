//! Changes to a scenario by path, as in `--set workers["day"].count=24`.

mod path;

use crate::id::Id;
use crate::scenario::export::EXPORTED;
use crate::scenario::nearest::suggest;
use crate::scenario::node::{Entry, Item, Node, Place, Table, TextId};
use crate::scenario::overrides::path::{Step, parse};
use crate::scenario::problem::Problem;
use crate::scenario::shape::{self, Kind, ROOT};
use crate::scenario::text::Texts;
use crate::scenario::toml::parse_toml_value;

/// The keys by which `["…"]` knows an element of a list, first match first.
const NAMES: [&str; 7] = [
    "friendly_name",
    "name",
    "group",
    "unique_name",
    "sid",
    "filter_friendly_name",
    "task_channel_unique_name",
];

/// One `PATH=VALUE`, cut at its `=`. A value is TOML; what is not, is text: `20s`.
#[derive(Clone, Debug)]
pub struct Override {
    /// Where the path is written.
    pub path: Place,
    /// The value.
    pub value: Node,
}

impl Override {
    /// Cuts what was given on the command line; it becomes a text of its own.
    ///
    /// # Errors
    ///
    /// If there is no `=`.
    pub fn parse(written: &str, texts: &mut Texts) -> Result<Self, Problem> {
        let id = texts.add("--set", written);
        let Some(equals) = split(written) else {
            let whole = Place { text: id, range: 0..written.len() };
            let problem = Problem::error("a change is written PATH=VALUE", &whole);
            return Err(problem.with_help("as in workers[\"day\"].count=24"));
        };
        let value = value(texts, &Place { text: id, range: equals + 1..written.len() });
        Ok(Self { path: Place { text: id, range: 0..equals }, value })
    }

    /// Whether it changes which file something comes from: that must be known before it is read.
    pub(crate) fn names_file(&self, texts: &Texts) -> bool {
        let steps = parse(texts.slice(&self.path), &self.path).unwrap_or_default();
        steps.last().is_some_and(|step| step.what == path::What::Key("file".into()))
    }
}

/// Puts `value` where the path that is written at `path` leads.
///
/// A last key that is not there is added, if the grammar knows it.
///
/// # Errors
///
/// If the path is malformed or leads nowhere.
pub fn set(root: &mut Node, texts: &Texts, path: &Place, value: Node) -> Result<(), Problem> {
    let (node, _) = reach(root, texts, path)?;
    *node = value;
    Ok(())
}

/// What a path leads to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// What is there; `None` if there is nothing but the grammar knows the place.
    pub(crate) node: Option<Node>,
    /// What holds there if nothing is written.
    pub(crate) default: Option<&'static str>,
    /// Whether a bare number there means seconds.
    pub(crate) in_seconds: bool,
}

/// Looks up where the path that is written at `path` leads.
///
/// # Errors
///
/// As [`set`].
pub(crate) fn find(root: &Node, texts: &Texts, path: &Place) -> Result<Target, Problem> {
    let mut root = root.clone();
    let (node, last) = reach(&mut root, texts, path)?;
    // What was only just added has its place in the path.
    let is_there = node.place.text != path.text;
    let below = shape::child(&last.kinds, &last.key);
    Ok(Target {
        node: is_there.then(|| node.clone()),
        default: shape::default(&last.kinds, &last.key),
        in_seconds: below.iter().any(|kind| matches!(kind, Kind::Seconds { .. })),
    })
}

/// The last step of a path.
#[derive(Debug, Default)]
struct Last {
    /// What it is a step from.
    kinds: Vec<Kind>,
    /// The key; empty for an element of a list.
    key: String,
}

fn reach<'a>(
    root: &'a mut Node,
    texts: &Texts,
    path: &Place,
) -> Result<(&'a mut Node, Last), Problem> {
    let steps = parse(texts.slice(path), path)?;
    let mut node = root;
    let mut kinds = vec![Kind::Table(&ROOT)];
    let mut end = Last::default();
    let last = steps.len() - 1;
    for (index, step) in steps.iter().enumerate() {
        let key = match &step.what {
            path::What::Index(at) => {
                kinds = shape::element(&kinds);
                node = element(node, *at, step)?;
                continue;
            }
            path::What::Name(name) if node.as_array().is_some() => {
                kinds = shape::element(&kinds);
                node = named(node, name, step)?;
                continue;
            }
            path::What::Name(key) | path::What::Key(key) => key,
        };
        let below = shape::child(&kinds, key);
        let names_are_free = kinds.iter().any(|kind| matches!(kind, Kind::MapOf(_)));
        let may_add = !below.is_empty() && (index == last || !names_are_free);
        let known = if may_add { None } else { Some(shape::keys(&kinds)) };
        node = entry(node, key, step, known)?;
        end = Last { kinds, key: key.clone() };
        kinds = below;
    }
    Ok((node, end))
}

/// Whether two paths lead to the same place by the same steps, however they are spaced and quoted.
pub(crate) fn same_path(a: &str, b: &str) -> bool {
    let steps = |text: &str| {
        let place = Place { text: TextId::new(0), range: 0..text.len() };
        let steps = parse(text, &place).ok()?;
        Some(steps.into_iter().map(|step| step.what).collect::<Vec<_>>())
    };
    a == b || steps(a).is_some_and(|a| steps(b) == Some(a))
}

/// Where the path ends: the first `=` that is not in brackets or quotes.
fn split(written: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, letter) in written.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None if letter == '=' => return Some(at),
            None => {}
        }
    }
    None
}

/// The value that is written at `place`.
fn value(texts: &Texts, place: &Place) -> Node {
    let written = texts.slice(place);
    let start = place.range.start + written.len() - written.trim_start().len();
    let place = Place { text: place.text, range: start..start + written.trim().len() };
    parse_toml_value(texts, &place)
        .unwrap_or_else(|| Node { value: Item::String(written.trim().to_owned()), place })
}

fn element<'a>(node: &'a mut Node, at: usize, step: &Step) -> Result<&'a mut Node, Problem> {
    let Item::Array(items) = &mut node.value else {
        return Err(Problem::error("this is no list: there is no element by number", &step.place));
    };
    let count = items.len();
    items.get_mut(at).ok_or_else(|| {
        let what = format!("the list has {count} elements, counted from 0");
        Problem::error(what, &step.place)
    })
}

fn named<'a>(node: &'a mut Node, name: &str, step: &Step) -> Result<&'a mut Node, Problem> {
    let Item::Array(items) = &mut node.value else {
        return Err(Problem::error("this is no list", &step.place));
    };
    let is_named = |item: &Node, key: &str| item.get(key).and_then(Node::as_str) == Some(name);
    for key in NAMES {
        let found: Vec<usize> =
            (0..items.len()).filter(|index| is_named(&items[*index], key)).collect();
        match found.as_slice() {
            [] => {}
            [index] => return Ok(&mut items[*index]),
            [first, ..] => {
                let what = format!("{} elements are called {name:?}", found.len());
                let problem = Problem::error(what, &step.place);
                return Err(problem.with_help(format!("choose one by its number, as in [{first}]")));
            }
        }
    }
    let known: Vec<&str> = items.iter().filter_map(|item| name_of(item)).collect();
    let problem = Problem::error(format!("no element is called {name:?}"), &step.place);
    Err(match suggest(name, known) {
        Some(help) => problem.with_help(help),
        None => problem,
    })
}

fn name_of(item: &Node) -> Option<&str> {
    NAMES.iter().find_map(|key| item.get(key).and_then(Node::as_str))
}

/// The value under `key`. If there is none it is added, or, if that may not be, `known` is what
/// there could be.
fn entry<'a>(
    node: &'a mut Node,
    key: &str,
    step: &Step,
    known: Option<Vec<&'static str>>,
) -> Result<&'a mut Node, Problem> {
    let is_list = node.as_array().is_some();
    let Item::Table(table) = &mut node.value else {
        let what = format!("there is nothing below: no key `{key}`");
        let problem = Problem::error(what, &step.place);
        return Err(if is_list {
            problem.with_help("choose an element: [\"name\"] or [0]")
        } else {
            problem
        });
    };
    if let Some(at) = table.entries.iter().position(|entry| entry.key == key) {
        return Ok(&mut table.entries[at].node);
    }
    if let Some(known) = known {
        return Err(no_entry(table, key, step, known));
    }
    let node = Node { value: Item::Table(Table::default()), place: step.place.clone() };
    table.entries.push(Entry { key: key.to_owned(), key_place: step.place.clone(), node });
    Ok(&mut table.entries.last_mut().expect("it was just added").node)
}

fn no_entry(table: &Table, key: &str, step: &Step, known: Vec<&'static str>) -> Problem {
    let mut known: Vec<&str> = known;
    known.extend(table.entries.iter().map(|entry| entry.key.as_str()));
    known.retain(|key| *key != EXPORTED);
    known.sort_unstable();
    known.dedup();
    let problem = Problem::error(format!("there is no `{key}`"), &step.place);
    match suggest(key, known) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::scenario::load::{Document, load_text};
    use crate::scenario::render::render;

    const SCENARIO: &str = "[source.calls]\narrivals = { per_hour = 1 }\n\
        [[workers]]\ngroup = \"day\"\ncount = 1\n[[workers]]\ngroup = \"night\"\n\
        [[assign]]\ngroup = \"x\"\n[[assign]]\ngroup = \"x\"\n";

    fn load(written: &str) -> Result<Document, String> {
        load_text("s.toml", SCENARIO, Path::new(""), &[written.to_owned()])
            .map_err(|failed| render(&failed.problems, &failed.texts, false))
    }

    #[test]
    fn values_are_toml_or_text() {
        let set = |written: &str| {
            let document = load(written).unwrap();
            let workers = document.root.get("workers").unwrap().as_array().unwrap();
            crate::scenario::read::found(workers[0].get("count").unwrap())
        };
        assert_eq!(set("workers[\"day\"].count=24"), "the number 24");
        assert_eq!(set("workers[0].count = 20s"), "\"20s\"");
        assert_eq!(set("workers['day'].count=\"a=b\""), "\"a=b\"");
        assert_eq!(set("workers[0].count="), "\"\"");
    }

    #[test]
    fn a_missing_last_key_is_added_if_the_grammar_knows_it() {
        let document = load("source.calls.retry.p=0.5").unwrap();
        let source = document.root.get("source").unwrap().get("calls").unwrap();
        assert_eq!(source.get("retry").unwrap().get("p").unwrap().as_number(), Some(0.5));
        assert!(load("source.calls.patience.dist=weibull").is_ok());
        assert!(load("behavior.desk={}").is_ok());
    }

    #[test]
    fn a_path_that_leads_nowhere_names_the_nearest() {
        for (written, part) in [
            ("workers[\"dya\"].count=1", "did you mean `day`?"),
            ("sources.calls.silent=1", "did you mean `source`?"),
            ("source.call.silent=1", "did you mean `calls`?"),
            ("source.calls.silnt=1", "did you mean `silent`?"),
            ("workers.count=1", "choose an element"),
            ("workers[7].count=1", "the list has 2 elements"),
            ("assign[\"x\"].behavior=a", "choose one by its number, as in [0]"),
            ("source.calls.arrivals.per_hour.x=1", "there is nothing below"),
            ("workers[\"day\"]", "a change is written PATH=VALUE"),
            ("", "a change is written PATH=VALUE"),
        ] {
            let shown = load(written).unwrap_err();
            assert!(shown.contains(part), "{written}\n{shown}");
            assert!(shown.contains("--set:1:"), "{shown}");
        }
    }
}
