//! Whether a file keeps to the grammar: all problems at once, each at its place.

use super::choose::{candidates, distribution, no_distribution, none_fits};
use super::{Choice, Kind, Presence, ROOT, STUDY, Shape, value};
use crate::scenario::export::{EXPORTED, is_exported};
use crate::scenario::nearest::suggest;
use crate::scenario::node::{Entry, Item, Node, Table};
use crate::scenario::problem::Problem;

/// After so many problems the rest comes without help.
const MANY: usize = 1000;

/// Checks a whole scenario: unknown keys, wrong types, numbers out of range, missing keys.
///
/// Of resources that TaskRouter exported only the keys that are used are checked; there may be
/// others.
#[must_use]
pub fn check_shape(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_table(root, &ROOT, &mut problems);
    let source = root.get("source");
    if let Some(Item::Table(table)) = source.map(|node| &node.value)
        && table.entries.is_empty()
    {
        let place = &root.get("source").unwrap_or(root).place;
        problems.push(Problem::error("at least one source is needed", place));
    }
    problems
}

/// Checks a whole study file, as [`check_shape`] does a scenario.
#[must_use]
pub fn check_study(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_table(root, &STUDY, &mut problems);
    problems
}

fn check(node: &Node, kind: &Kind, problems: &mut Vec<Problem>) {
    match kind {
        Kind::Table(shape) if value::accepts(kind, node) => check_table(node, shape, problems),
        Kind::MapOf(kind) if node.as_table().is_some() => {
            for entry in entries(node) {
                check(&entry.node, kind, problems);
            }
        }
        Kind::List(kind) | Kind::NonEmpty(kind) if node.as_array().is_some() => {
            check_items(node, kind, problems);
        }
        Kind::Resources(shape) if node.as_array().is_some() => {
            check_items(node, &Kind::Table(shape), problems);
        }
        Kind::Files if node.as_array().is_some() => check_items(node, &Kind::Name, problems),
        Kind::Distribution(of) if node.as_table().is_some() => {
            if let Some(shape) = distribution(node, of, problems) {
                check_table(node, shape, problems);
            }
        }
        Kind::Distribution(of) if value::accepts(kind, node) => {
            value::check(node, &of.constant, problems);
        }
        Kind::Distribution(of) => problems.push(no_distribution(node, of)),
        Kind::Either(kinds) => check_either(node, kinds, problems),
        _ => value::check(node, kind, problems),
    }
    if matches!(kind, Kind::NonEmpty(_)) && node.as_array().is_some_and(<[Node]>::is_empty) {
        problems.push(Problem::error("the list is empty", &node.place));
    }
}

fn check_items(node: &Node, kind: &Kind, problems: &mut Vec<Problem>) {
    for item in node.as_array().unwrap_or_default() {
        check(item, kind, problems);
    }
}

fn check_either(node: &Node, kinds: &'static [Kind], problems: &mut Vec<Problem>) {
    let candidates = candidates(node, kinds);
    match candidates.as_slice() {
        [] => problems.push(none_fits(node, kinds)),
        [kind] => check(node, kind, problems),
        several => {
            let fits = several.iter().any(|kind| {
                let mut wrong = Vec::new();
                check(node, kind, &mut wrong);
                wrong.is_empty()
            });
            if !fits {
                problems.push(none_fits(node, kinds));
            }
        }
    }
}

fn check_table(node: &Node, shape: &Shape, problems: &mut Vec<Problem>) {
    let lax = is_exported(node);
    for entry in entries(node) {
        match shape.key(&entry.key) {
            Some(key) => match key.kind {
                Kind::Refused(help) => problems.push(refused(entry, help)),
                kind => check(&entry.node, &kind, problems),
            },
            None if lax => {}
            // Looking for the nearest of thousands of keys takes its time, and nobody reads it.
            None if problems.len() > MANY => {
                let what = format!("unknown key `{}`", entry.key);
                problems.push(Problem::error(what, &entry.key_place));
            }
            None => problems.push(unknown(entry, shape)),
        }
    }
    let table = node.as_table();
    for key in shape.keys.iter().filter(|key| key.presence == Presence::Required) {
        if node.get(key.name).is_none() {
            let what = format!("`{}` is missing in {}", key.name, shape.title);
            problems.push(Problem::error(what, &node.place).with_help(key.doc));
        }
    }
    for choice in shape.choices {
        if let Some(table) = table {
            check_choice(node, table, choice, problems);
        }
    }
}

fn entries(node: &Node) -> impl Iterator<Item = &Entry> {
    let entries = node.as_table().map_or(&[][..], |table| table.entries.as_slice());
    let present = |entry: &&Entry| !matches!(entry.node.value, Item::Null);
    entries.iter().filter(present).filter(|entry| entry.key != EXPORTED)
}

fn refused(entry: &Entry, help: &str) -> Problem {
    if help.starts_with("not supported") {
        return Problem::error(format!("`{}` is {help}", entry.key), &entry.key_place);
    }
    Problem::error(format!("there is no key `{}`", entry.key), &entry.key_place).with_help(help)
}

fn unknown(entry: &Entry, shape: &Shape) -> Problem {
    let known = shape.keys.iter().filter(|key| !matches!(key.kind, Kind::Refused(_)));
    let what = format!("unknown key `{}` in {}", entry.key, shape.title);
    let problem = Problem::error(what, &entry.key_place);
    match suggest(&entry.key, known.map(|key| key.name)) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

/// Of some sets of keys one is used, whole.
fn check_choice(node: &Node, table: &Table, choice: &Choice, problems: &mut Vec<Problem>) {
    let has = |key: &&&str| node.get(key).is_some();
    let used: Vec<&[&str]> =
        choice.sets.iter().copied().filter(|set| set.iter().any(|key| has(&key))).collect();
    match used.as_slice() {
        [] if choice.required => {
            let sets: Vec<String> = choice.sets.iter().map(|set| names(set)).collect();
            let what = format!("{} is missing", sets.join(" or "));
            problems.push(Problem::error(what, &node.place));
        }
        [] => {}
        [set] => {
            for key in set.iter().filter(|key| !has(key)) {
                let beside = set.iter().find(has).unwrap_or(key);
                let what = format!("`{key}` is missing beside `{beside}`");
                problems.push(Problem::error(what, &node.place));
            }
        }
        [first, second, ..] => {
            let first = first.iter().find(has).unwrap_or(&"");
            let second = second.iter().find(has).unwrap_or(&"");
            let entry = table.entries.iter().find(|entry| entry.key == **second);
            let place = entry.map_or(&node.place, |entry| &entry.key_place);
            let what = format!("`{first}` and `{second}` exclude each other");
            problems.push(Problem::error(what, place));
        }
    }
}

fn names(set: &[&str]) -> String {
    set.iter().map(|key| format!("`{key}`")).collect::<Vec<String>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::load::load_text;
    use crate::scenario::render::render;

    const EVERY_KEY: &str = include_str!("../../../tests/data/every-key.toml");
    const LEAST: &str = "schema = 1\nname = \"x\"\nhorizon = \"1h\"\n[source.a]\n\
                         workflow = \"W\"\narrivals = { per_hour = 1 }\ntalk = \"1m\"\n";

    fn shown(text: &str) -> String {
        let document = load_text("s.toml", text, Path::new(""), &[]).unwrap_or_else(|failed| {
            panic!("{}", render(&failed.problems, &failed.texts, false));
        });
        render(&check_shape(&document.root), &document.texts, false)
    }

    /// The titles of all problems when a line is added to the smallest scenario's source.
    fn titles(line: &str) -> Vec<String> {
        let shown = shown(&format!("{LEAST}{line}\n"));
        let titles = shown.lines().filter_map(|line| line.strip_prefix("error: "));
        titles.map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_the_manual_is_known() {
        assert_eq!(shown(EVERY_KEY), "");
        assert_eq!(shown(LEAST), "");
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let shown = shown(&format!("{LEAST}patiense = \"3m\"\n"));
        assert!(shown.contains("s.toml:8:1"), "{shown}");
        assert!(shown.contains("did you mean `patience`?"), "{shown}");
    }

    #[test]
    fn all_problems_come_at_once() {
        let shown = shown("schema = 2\nnmae = \"x\"\n[source.a]\ntalk = 20\nsilent = 1.5\n");
        for part in [
            "expected 1, found the number 2",
            "unknown key `nmae`",
            "`name` is missing in scenario",
            "`horizon` is missing in scenario",
            "`arrivals` is missing in source.<name>",
            "a duration has a unit: \"20s\"",
            "a share is a number from 0 to 1",
        ] {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
    }

    #[test]
    fn numbers_have_ranges() {
        assert_eq!(titles("silent = nan"), ["expected a number, found the number NaN"]);
        assert_eq!(titles("priority = -1").len(), 1);
        assert_eq!(titles("priority = 1.5").len(), 1);
        assert_eq!(titles("priority = 2147483648").len(), 1);
        assert_eq!(titles("timeout = \"0s\""), ["expected 1 s to 1209600 s, found \"0s\""]);
        assert_eq!(titles("[busyness]\nx = 0").len(), 1);
        assert_eq!(titles("[busyness]\nx = inf").len(), 1);
        assert_eq!(
            titles("[source.b]\nworkflow = \"W\"\narrivals = { per_hour = 0 }\naht = \"1s\"").len(),
            1
        );
    }

    #[test]
    fn the_kind_of_arrivals_is_told_by_its_keys() {
        let line = |arrivals: &str| {
            titles(&format!("[source.b]\nworkflow = \"W\"\ntalk = \"1m\"\narrivals = {arrivals}"))
        };
        assert!(line("{ trace = \"x.csv\" }").is_empty());
        assert_eq!(line("{ per = \"30m\", count = [1] }").len(), 2);
        assert_eq!(line("{ per = \"30m\", counts = [] }"), ["the list is empty"]);
        assert_eq!(line("{ per = \"30m\", counts = [-1] }").len(), 1);
        assert!(line("120")[0].contains("{ per_hour = … }"), "{:?}", line("120"));
        let shown = shown(&LEAST.replace("per_hour", "per_hours"));
        assert!(shown.contains("did you mean `per_hour`?"), "{shown}");
        assert!(line("{ x = 1 }")[0].starts_with("expected a table { per_hour"));
    }

    #[test]
    fn distributions_are_checked_by_their_kind() {
        assert_eq!(titles("wrap_up = { dist = \"normal\", mean = \"1m\" }").len(), 1);
        assert_eq!(titles("wrap_up = { mean = \"1m\" }"), ["`dist` is missing"]);
        assert_eq!(
            titles("wrap_up = { dist = \"lognormal\", mean = \"1m\" }"),
            ["`cv` is missing beside `mean`"]
        );
        assert_eq!(
            titles(
                "wrap_up = { dist = \"lognormal\", mean = \"1m\", cv = 1, median = \"1s\", sigma = 1 }"
            ),
            ["`mean` and `median` exclude each other"]
        );
        assert_eq!(titles("wrap_up = { dist = \"exponential\", mean = \"0s\" }").len(), 1);
    }

    #[test]
    fn handle_and_what_comes_later_are_refused() {
        assert_eq!(titles("handle = \"1m\""), ["there is no key `handle`"]);
        assert_eq!(titles("[observed]\nx = true").len(), 1);
        assert_eq!(titles("aht = \"1m\""), ["`talk` and `aht` exclude each other"]);
    }

    #[test]
    fn an_empty_file_lacks_everything() {
        let shown = shown("");
        assert!(shown.contains("`schema` is missing"), "{shown}");
        assert!(shown.contains("s.toml:1:1"), "{shown}");
    }

    fn check_defaults(kind: &Kind, seen: &mut Vec<&'static str>) {
        match kind {
            Kind::Table(shape) | Kind::Resources(shape) => {
                if seen.contains(&shape.title) {
                    return;
                }
                seen.push(shape.title);
                for key in shape.keys {
                    if let Presence::Default(written) = key.presence {
                        let mut texts = crate::scenario::text::Texts::new();
                        let id = texts.add("default", written);
                        let place =
                            crate::scenario::node::Place { text: id, range: 0..written.len() };
                        let node = crate::scenario::toml::parse_toml_value(&texts, &place);
                        let mut problems = Vec::new();
                        check(&node.expect(written), &key.kind, &mut problems);
                        assert!(problems.is_empty(), "{}.{}: {problems:?}", shape.title, key.name);
                    }
                    check_defaults(&key.kind, seen);
                }
            }
            Kind::List(kind) | Kind::NonEmpty(kind) | Kind::MapOf(kind) => {
                check_defaults(kind, seen);
            }
            Kind::Either(kinds) => kinds.iter().for_each(|kind| check_defaults(kind, seen)),
            Kind::Distribution(distribution) => {
                for (_, shape) in distribution.shapes {
                    check_defaults(&Kind::Table(shape), seen);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_default_is_what_its_key_may_hold() {
        let mut seen = Vec::new();
        check_defaults(&Kind::Table(&ROOT), &mut seen);
        assert!(seen.len() > 40, "{seen:?}");
    }
}
