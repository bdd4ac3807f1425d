//! As much of a text as a problem needs.

use std::ops::Range;

/// How many characters are shown before and after a place in a long line.
const AROUND: usize = 50;
/// Lines up to this many characters are shown whole.
const WHOLE: usize = 120;
/// How many lines of a place are shown.
const LINES: usize = 5;

/// As much of a text as a problem needs.
pub(super) struct Window {
    /// What is shown: whole lines, or parts of long ones with an ellipsis.
    pub(super) text: String,
    /// The place, in bytes of `text`.
    pub(super) range: Range<usize>,
    /// The line in which the place begins, counted from 1.
    pub(super) line: usize,
    /// The character of that line, counted from 1.
    pub(super) column: usize,
    /// The same, counted in `text`.
    pub(super) drawn_column: usize,
}

impl Window {
    /// The window of `content` that shows `range`.
    pub(super) fn new(content: &str, range: &Range<usize>) -> Self {
        let start = floor(content, range.start);
        let end = ceil(content, range.end.max(start));
        let line_start = content[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = content[..line_start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = content[line_start..start].chars().count() + 1;
        let mut text = String::new();
        let mut shown = None;
        let mut at = line_start;
        for _ in 0..LINES {
            let line_end = content[at..].find('\n').map_or(content.len(), |length| at + length);
            let inside = start.clamp(at, line_end)..end.clamp(at, line_end);
            let part = part(content, at..line_end, inside, &mut text);
            let first = shown.map_or(part.start, |range: Range<usize>| range.start);
            shown = Some(first..part.end);
            at = line_end + 1;
            if end <= line_end || at > content.len() {
                break;
            }
            text.push('\n');
        }
        let range = shown.unwrap_or(0..0);
        let drawn_column = text[..range.start].chars().count() + 1;
        Self { text, range, line, column, drawn_column }
    }
}

/// Adds a line, or the part of it around `inside`, to `text`; gives where `inside` is there.
fn part(
    content: &str,
    line: Range<usize>,
    inside: Range<usize>,
    text: &mut String,
) -> Range<usize> {
    let whole = line.len() <= WHOLE;
    let from = if whole { line.start } else { back(content, inside.start, line.start) };
    let to = if whole { line.end } else { forth(content, inside.clone(), line.end) };
    if from > line.start {
        text.push('…');
    }
    let offset = text.len();
    text.push_str(content[from..to].trim_end_matches('\r'));
    let end = text.len();
    if to < line.end {
        text.push('…');
    }
    let shown = |at: usize| (offset + at.clamp(from, to) - from).min(end);
    shown(inside.start)..shown(inside.end)
}

fn back(content: &str, at: usize, limit: usize) -> usize {
    content[limit..at]
        .char_indices()
        .rev()
        .take(AROUND)
        .last()
        .map_or(at, |(index, _)| limit + index)
}

fn forth(content: &str, inside: Range<usize>, limit: usize) -> usize {
    let from = inside.end.min(ceil(content, inside.start + WHOLE));
    content[from..limit].char_indices().nth(AROUND).map_or(limit, |(index, _)| from + index)
}

fn floor(content: &str, at: usize) -> usize {
    let at = at.min(content.len());
    (0..=at).rev().find(|at| content.is_char_boundary(*at)).unwrap_or(0)
}

fn ceil(content: &str, at: usize) -> usize {
    (at..content.len()).find(|at| content.is_char_boundary(*at)).unwrap_or(content.len())
}
