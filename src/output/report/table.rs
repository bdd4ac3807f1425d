//! Columns that line up.

use comfy_table::presets::{ASCII_MARKDOWN, NOTHING};
use comfy_table::{CellAlignment, ContentArrangement, Table};

/// How wide the text of a terminal is.
const WIDTH: usize = 100;
/// How much of a name is shown at least.
const SHORTEST_NAME: usize = 8;

/// A table under a title.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    /// The first one is over the names and may be empty.
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    /// Which columns are text, beside the first.
    pub(super) texts: Vec<usize>,
    /// What is to be said under it.
    pub(super) notes: Vec<String>,
}

impl Section {
    pub(super) fn text(&self, color: bool) -> String {
        let longest = self.rows.iter().filter_map(|row| Some(row.first()?.chars().count())).max();
        let longest = longest.unwrap_or(0);
        let lines = self.lines(longest);
        let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let excess = width.saturating_sub(WIDTH);
        let lines = match excess {
            0 => lines,
            _ => self.lines(longest.saturating_sub(excess).max(SHORTEST_NAME)),
        };
        let notes: String = self.notes.iter().map(|note| broken("  ", note)).collect();
        let lines = verdicts(&lines.concat(), color);
        format!("{}\n{lines}{notes}", bold(self.title, color))
    }

    /// The table, with no more of each name than `longest` letters.
    fn lines(&self, longest: usize) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let rows = self.rows.iter().map(|row| {
            let name = row.first().map(|name| cut(name, longest));
            name.into_iter().chain(row.iter().skip(1).cloned()).collect()
        });
        let mut table = self.table(rows);
        table.load_style(NOTHING);
        if self.columns.iter().any(|column| !column.is_empty()) {
            table.set_header(&self.columns);
        }
        table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
    }

    pub(super) fn markdown(&self) -> String {
        let rows = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.replace('|', "\\|").trim().to_owned()).collect());
        let notes: String = self.notes.iter().map(|note| format!("\n{note}\n")).collect();
        if self.rows.is_empty() {
            return format!("## {}\n{notes}", self.title);
        }
        let mut table = self.table(rows);
        table.load_style(ASCII_MARKDOWN).set_header(&self.columns);
        format!("## {}\n\n{}\n{notes}", self.title, table.trim_fmt())
    }

    fn table(&self, rows: impl Iterator<Item = Vec<String>>) -> Table {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Disabled).add_rows(rows);
        for (index, column) in table.column_iter_mut().enumerate() {
            if index != 0 && !self.texts.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }
}

/// A sentence of a list, broken into lines.
pub(super) fn item(sentence: &str) -> String {
    broken("  - ", sentence)
}

/// A sentence behind `mark`, broken into lines.
fn broken(mark: &str, sentence: &str) -> String {
    let indent = " ".repeat(mark.chars().count());
    let mut lines = vec![mark.to_owned()];
    for word in sentence.split_whitespace() {
        let last = lines.last_mut().expect("one at least");
        let is_begun = indent.len() < last.chars().count();
        if is_begun && WIDTH < last.chars().count() + 1 + word.chars().count() {
            lines.push(format!("{indent}{word}"));
        } else {
            *last += &if is_begun { format!(" {word}") } else { word.to_owned() };
        }
    }
    lines.join("\n") + "\n"
}

/// As a title.
pub(super) fn bold(text: &str, color: bool) -> String {
    if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A target that is reached is green, one that is missed red.
fn verdicts(lines: &str, color: bool) -> String {
    if !color {
        return lines.to_owned();
    }
    let paint = |lines: &str, word: &str, code: u8| {
        lines.replace(&format!("%: {word}"), &format!("%: \u{1b}[{code}m{word}\u{1b}[0m"))
    };
    paint(&paint(lines, "reached", 32), "missed", 31)
}

fn cut(name: &str, longest: usize) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    if name.chars().count() <= longest {
        return name.chars().map(clean).collect();
    }
    name.chars().take(longest - 1).map(clean).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_broken_and_a_long_name_cut() {
        let broken = item(&"word ".repeat(40));
        assert!(broken.lines().all(|line| line.chars().count() <= WIDTH), "{broken}");
        assert!(broken.starts_with("  - word") && broken.contains("\n    word"));
        assert_eq!(cut("a\tname", 6), "a name");
        assert_eq!(cut("Überlänge", 5), "Über…");
    }

    #[test]
    fn long_names_give_way_to_numbers() {
        let row = |name: &str| vec![name.to_owned(), "1".repeat(60), "2".to_owned()];
        let section = Section {
            title: "By name",
            columns: vec!["", "many", "few"],
            rows: vec![row("short"), row(&"long".repeat(20))],
            texts: Vec::new(),
            notes: Vec::new(),
        };
        let text = section.text(false);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("longlonglo") && text.contains('…'), "{text}");
    }
}
