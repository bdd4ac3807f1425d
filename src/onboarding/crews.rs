//! Workers who are alike: the same to every expression that looks at them.

use std::collections::{BTreeMap, BTreeSet};

use crate::expr::{Context, Path, Value};
use crate::onboarding::inventory::{Inventory, Queue};

/// More groups than this say nothing to anybody.
const CREWS_MAX: usize = 40;
/// No name is made longer than this.
const NAME_MAX: usize = 40;

/// Workers who are alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Crew {
    pub(super) name: String,
    /// Whom of the workers that no earlier crew has.
    pub(super) expression: String,
    pub(super) size: usize,
}

/// All workers in crews, those who ask most first, so that the first that matches is the right one;
/// `None` if there would be too many.
pub(super) fn crews(inventory: &Inventory) -> Option<Vec<Crew>> {
    let paths = paths(inventory);
    let mut sizes: BTreeMap<BTreeSet<String>, (usize, Vec<String>)> = BTreeMap::new();
    for worker in &inventory.workers {
        let facts: Vec<(String, String)> =
            paths.iter().flat_map(|path| facts(path, worker.attributes.get(path))).collect();
        let conditions = facts.iter().map(|(condition, _)| condition.clone()).collect();
        let words = facts.into_iter().map(|(_, word)| word).collect();
        sizes.entry(conditions).or_insert((0, words)).0 += 1;
    }
    if CREWS_MAX < sizes.len() {
        return None;
    }
    let mut found: Vec<_> = sizes.into_iter().collect();
    found.sort_by_key(|(conditions, _)| std::cmp::Reverse(conditions.len()));
    let mut names = BTreeSet::new();
    let crew = |(conditions, (size, words)): (BTreeSet<String>, (usize, Vec<String>))| {
        let all: Vec<String> = conditions.into_iter().collect();
        let expression = if all.is_empty() { "1==1".to_owned() } else { all.join(" AND ") };
        Crew { name: unused(&name(&words), &mut names), expression, size }
    };
    Some(found.into_iter().map(crew).collect())
}

/// The attributes of workers that decide who gets which tasks.
fn paths(inventory: &Inventory) -> Vec<Path> {
    let queues = inventory.queues.iter().filter_map(|queue: &Queue| queue.wanted.as_ref());
    let mut found: Vec<Path> =
        queues.flat_map(|wanted| wanted.worker_attributes(Context::TargetWorkers)).collect();
    let filters = inventory.workflows.iter().flat_map(|workflow| &workflow.filters);
    let targets = filters.flat_map(|filter| &filter.targets);
    let expressions = targets.filter_map(|target| target.expression.as_ref());
    found.extend(expressions.flat_map(|wanted| wanted.worker_attributes(Context::Target)));
    found.sort();
    found.dedup();
    found
}

/// What can be said about the value at a path, each with a word for it.
fn facts(path: &Path, value: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        other => format!("{path} {other}"),
    };
    match value {
        Value::Array(elements) => {
            let scalars = elements.iter().filter(|element| element.is_scalar());
            scalars.map(|element| (format!("{path} HAS {element}"), word(element))).collect()
        }
        value if value.is_scalar() && !value.is_null() => {
            vec![(format!("{path} == {value}"), word(value))]
        }
        _ => Vec::new(),
    }
}

fn name(words: &[String]) -> String {
    let name = words.join(", ");
    match name.char_indices().nth(NAME_MAX) {
        _ if name.trim().is_empty() => "workers".to_owned(),
        Some((cut, _)) => format!("{}…", &name[..cut]),
        None => name,
    }
}

/// `name`, with a number behind it if there is another one.
pub(super) fn unused(name: &str, names: &mut BTreeSet<String>) -> String {
    let mut numbers = 2..;
    let mut unused = name.to_owned();
    while !names.insert(unused.clone()) {
        unused = format!("{name} {}", numbers.next().expect("there is always one more"));
    }
    unused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_conditions_and_words() {
        let path: Path = "skills".parse().unwrap();
        let list = Value::array(["a", "it's"]);
        let conditions: Vec<_> = facts(&path, &list).into_iter().map(|(fact, _)| fact).collect();
        assert_eq!(conditions, ["skills HAS 'a'", "skills HAS 'it\\'s'"]);
        assert_eq!(facts(&path, &3.into()), [("skills == 3".into(), "skills 3".into())]);
        assert_eq!(facts(&path, &Value::Null), []);
    }

    #[test]
    fn names_are_short_and_each_once() {
        assert_eq!(name(&[]), "workers");
        assert_eq!(name(&["a".into(), "b".into()]), "a, b");
        assert_eq!(name(&["long".repeat(20)]).chars().count(), NAME_MAX + 1);
        let mut names = BTreeSet::new();
        assert_eq!([unused("a", &mut names), unused("a", &mut names)], ["a", "a 2"]);
    }
}
