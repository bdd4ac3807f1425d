//! What a cell changes in its scenario: paths and values, and where the study has them from.

use crate::id::Id;
use crate::scenario::load::Failed;
use crate::scenario::node::{Entry, Item, Node, Place, TextId};
use crate::scenario::problem::Problem;
use crate::scenario::study::Study;
use crate::scenario::text::Texts;

/// One change of a scenario.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where: a path as `--set` takes it.
    pub path: String,
    /// To what: a value as TOML writes it.
    pub value: String,
    /// Where the study has the path.
    pub path_place: Place,
    /// Where the study has the value.
    pub value_place: Place,
}

impl Setting {
    pub(super) fn new(entry: &Entry, texts: &Texts, value: String, at: &Place) -> Self {
        Self {
            path: entry.key.clone(),
            value,
            path_place: inside_quotes(&entry.key_place, texts),
            value_place: at.clone(),
        }
    }

    /// `PATH=VALUE`
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}={}", self.path, self.value)
    }
}

/// All entries of a table as settings.
pub(super) fn settings(table: Option<&Node>, texts: &Texts) -> Vec<Setting> {
    let entries = table.and_then(Node::as_table).map(|table| table.entries.as_slice());
    let setting =
        |entry: &Entry| Setting::new(entry, texts, toml_text(&entry.node), &entry.node.place);
    entries.unwrap_or_default().iter().map(setting).collect()
}

/// A value as TOML writes it, on one line.
pub(super) fn toml_text(node: &Node) -> String {
    match &node.value {
        // TOML has none, so that nothing that was read from it is one.
        Item::Null => "''".to_owned(),
        Item::Bool(value) => value.to_string(),
        Item::Integer(value) => value.to_string(),
        Item::Float(value) if value.is_nan() => "nan".to_owned(),
        Item::Float(value) => format!("{value:?}"),
        Item::String(text) => quoted(text),
        Item::Datetime(written) => written.clone(),
        Item::Array(items) => {
            format!("[{}]", items.iter().map(toml_text).collect::<Vec<_>>().join(", "))
        }
        Item::Table(table) => {
            let entry =
                |entry: &Entry| format!("{} = {}", quoted(&entry.key), toml_text(&entry.node));
            format!("{{ {} }}", table.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// JSON's quotes and escapes are among those of TOML.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON").replace('\u{7f}', "\\u007f")
}

/// The key without its quotes, where it has no escapes: then a part of it is found by counting.
fn inside_quotes(place: &Place, texts: &Texts) -> Place {
    let written = texts.slice(place);
    if written.len() >= 2 && written.starts_with(['\'', '"']) && !written.contains('\\') {
        return Place { text: place.text, range: place.range.start + 1..place.range.end - 1 };
    }
    place.clone()
}

/// What is wrong with a scenario, with the places in what `settings` wrote moved to where the
/// study has it from. `n_before` overrides came before the settings.
pub(super) fn shown_in_study(
    failed: Failed,
    study: &Study,
    settings: &[Setting],
    n_before: usize,
) -> Failed {
    let Failed { mut texts, problems } = failed;
    let file = TextId::new(0);
    if settings.is_empty() {
        return Failed { texts, problems };
    }
    let copy = texts.add(study.texts.name(file), study.texts.content(file));
    let moved = |problem: Problem| {
        let Some(place) = &problem.place else { return problem };
        let place = texts.resolve(place);
        // The scenario file is read first, then the overrides, each a text of its own.
        let which = place.text.index().checked_sub(1 + n_before);
        let Some(setting) = which.and_then(|index| settings.get(index)) else { return problem };
        Problem { place: Some(moved(setting, place, copy)), ..problem }
    };
    let problems = problems.into_iter().map(moved).collect();
    Failed { texts, problems }
}

fn moved(setting: &Setting, place: Place, copy: TextId) -> Place {
    let length = setting.path.len();
    let Place { range, .. } = place;
    let range = if range.start > length {
        setting.value_place.range.clone()
    } else if setting.path_place.range.len() == length {
        let start = setting.path_place.range.start;
        start + range.start..start + range.end.min(length)
    } else {
        setting.path_place.range.clone()
    };
    Place { text: copy, range }
}
