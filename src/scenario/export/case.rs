//! `camelCase`, as helper libraries print resources, to `snake_case`, as the API does.

use crate::scenario::node::{Item, Node, Table};
use crate::scenario::shape::Shape;

/// The keys of a workflow's configuration that have more than one word.
const CONFIGURATION: [&str; 9] = [
    "task_routing",
    "default_filter",
    "filter_friendly_name",
    "friendly_name",
    "order_by",
    "skip_if",
    "known_worker_sid",
    "known_worker_friendly_name",
    "task_queue_sid",
];

/// `friendlyName` to `friendly_name`; what is no `camelCase` stays.
#[must_use]
pub fn snake(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// `friendly_name` to `friendlyName`.
#[must_use]
pub fn camel(key: &str) -> String {
    let mut words = key.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

/// The resource with the keys that `shape` knows in `snake_case`; others stay as they are.
#[must_use]
pub fn resource(mut node: Node, shape: &Shape) -> Node {
    if let Item::Table(table) = &mut node.value {
        rename(table, |key| shape.key(key).is_some());
    }
    node
}

/// The workflow configuration with all its keys in `snake_case`.
#[must_use]
pub fn configuration(mut node: Node) -> Node {
    node.value = match node.value {
        Item::Array(items) => Item::Array(items.into_iter().map(configuration).collect()),
        Item::Table(mut table) => {
            rename(&mut table, |key| CONFIGURATION.contains(&key));
            for entry in &mut table.entries {
                let value = std::mem::replace(&mut entry.node.value, Item::Null);
                let place = entry.node.place.clone();
                entry.node.value = configuration(Node { value, place }).value;
            }
            Item::Table(table)
        }
        value => value,
    };
    node
}

fn rename(table: &mut Table, known: impl Fn(&str) -> bool) {
    for index in 0..table.entries.len() {
        let snake = snake(&table.entries[index].key);
        if snake != table.entries[index].key && known(&snake) && table.get(&snake).is_none() {
            table.entries[index].key = snake;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_one() {
        assert_eq!(snake("maxReservedWorkers"), "max_reserved_workers");
        assert_eq!(snake("TaskQueue"), "task_queue");
        assert_eq!(snake("task_queue"), "task_queue");
        assert_eq!(camel("max_reserved_workers"), "maxReservedWorkers");
    }
}
