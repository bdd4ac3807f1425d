//! All keys of the scenario file, as tables of Markdown.

use std::fmt::Write;

use crate::scenario::shape::{Distribution, Key, Kind, Presence, ROOT, STUDY, Shape, describe};

/// The reference of all keys: one table for each table of the file.
#[must_use]
pub fn reference_markdown() -> String {
    let mut shapes: Vec<&'static Shape> = vec![&ROOT, &STUDY];
    let mut distributions: Vec<&'static Distribution> = Vec::new();
    let mut at = 0;
    while let Some(shape) = shapes.get(at).copied() {
        let mut below = Vec::new();
        for key in shape.keys {
            gather(&key.kind, &mut below, &mut distributions);
        }
        let new: Vec<&'static Shape> =
            below.into_iter().filter(|shape| !contains(&shapes, shape)).collect();
        shapes.splice(at + 1..at + 1, new);
        at += 1;
    }
    let mut text = String::new();
    for shape in shapes {
        section(&mut text, shape);
    }
    for distribution in distributions {
        let _ = writeln!(
            text,
            "## Distributions of {}\n\nA bare value is a constant: {}. Else a table, by its `dist`:\n",
            distribution.of,
            describe(&distribution.constant)
        );
        for (_, shape) in distribution.shapes {
            section(&mut text, shape);
        }
    }
    text
}

fn contains(shapes: &[&'static Shape], shape: &Shape) -> bool {
    shapes.iter().any(|known| known.title == shape.title)
}

/// The shapes and distributions that a kind mentions.
fn gather(
    kind: &Kind,
    shapes: &mut Vec<&'static Shape>,
    distributions: &mut Vec<&'static Distribution>,
) {
    match kind {
        Kind::Table(shape) | Kind::Resources(shape) if !contains(shapes, shape) => {
            shapes.push(shape);
        }
        Kind::List(kind) | Kind::NonEmpty(kind) | Kind::MapOf(kind) => {
            gather(kind, shapes, distributions);
        }
        Kind::Either(kinds) => {
            for kind in *kinds {
                gather(kind, shapes, distributions);
            }
        }
        Kind::Distribution(found) if distributions.iter().all(|known| known.of != found.of) => {
            distributions.push(found);
        }
        _ => {}
    }
}

fn section(text: &mut String, shape: &Shape) {
    let _ = writeln!(text, "### `{}`\n\n{}\n", shape.title, shape.doc);
    text.push_str("| key | meaning | value | unit | default | TaskRouter |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    for key in shape.keys.iter().filter(|key| !matches!(key.kind, Kind::Refused(_))) {
        let default = match key.presence {
            Presence::Required => "required".to_owned(),
            Presence::Default(written) => format!("`{written}`"),
            Presence::Optional => String::new(),
        };
        let taskrouter = key.taskrouter.map_or_else(String::new, |name| format!("`{name}`"));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            key.name,
            cell(key.doc),
            cell(&describe(&key.kind)),
            unit(key),
            cell(&default),
            taskrouter
        );
    }
    for choice in shape.choices {
        let sets: Vec<String> = choice.sets.iter().map(|set| set.join(" and ")).collect();
        let how = if choice.required { "Exactly one of" } else { "At most one of" };
        let _ = writeln!(text, "\n{how}: {}.", sets.join("; "));
    }
    text.push('\n');
}

fn unit(key: &Key) -> &'static str {
    if let Some(unit) = key.unit {
        return unit;
    }
    match key.kind {
        Kind::Duration { .. } => "ms, s, m, h, d",
        Kind::Distribution(distribution) => match distribution.constant {
            Kind::Duration { .. } => "ms, s, m, h, d",
            _ => "factor",
        },
        Kind::Seconds { .. } => "s",
        Kind::Share => "share",
        _ => "",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_and_every_distribution_has_its_section_once() {
        let text = reference_markdown();
        for title in ["scenario", "source.<name>", "workers[]", "workspace.settings", "retry"] {
            assert_eq!(text.matches(&format!("### `{title}`\n")).count(), 1, "{title}");
        }
        assert!(text.contains("## Distributions of durations"));
        assert!(text.contains("## Distributions of factors"));
        assert!(!text.contains("`handle`"));
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
        }
    }
}
