//! TaskRouter's rules, one per file of `tests/transcripts`: text in, text out.
//!
//! A file is a comment that names the rule, set-up lines (see `support`), then instants with what is
//! asked at them and, indented, what happens. `@18 s` says that what follows happened at another
//! instant than the line's own. `UPDATE=1 cargo test --test transcripts` writes down what happens.

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use support::play::Player;
use support::tokens::span;
use taskrouter_sim::routing::Matcher;
use taskrouter_sim::time::Time;

/// Everything but the answers.
struct Script {
    /// Comment and set-up, as written.
    head: String,
    /// Comments, blank lines, and lines with an instant.
    body: Vec<String>,
}

impl Script {
    fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let first = lines.iter().position(|line| instant(line).is_some());
        let (head, body) = lines.split_at(first.expect("at least one instant"));
        let asked = body.iter().filter(|line| !line.starts_with(' '));
        Self { head: head.join("\n"), body: asked.map(ToString::to_string).collect() }
    }

    /// The whole file as it should read.
    fn play(&self, matcher: Matcher) -> String {
        let setup: Vec<&str> = self.head.lines().filter(|line| !line.starts_with('#')).collect();
        let mut player = Player::new(&setup.join("\n"), matcher);
        let mut text = format!("{}\n", self.head);
        for line in &self.body {
            writeln!(text, "{line}").expect("a string");
            let Some((at, commands)) = instant(line) else { continue };
            player.at(at, commands);
            for said in player.lines.drain(..) {
                writeln!(text, "  {said}").expect("a string");
            }
        }
        text
    }
}

/// The instant that a line begins with, and the rest.
fn instant(line: &str) -> Option<(Time, &str)> {
    let (at, rest) = line.split_once(": ")?;
    at.starts_with(|c: char| c.is_ascii_digit()).then(|| (Time::ZERO + span(at), rest))
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let entries = fs::read_dir(folder).expect("the transcripts");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

/// What is wrong with a file, if anything is.
fn fault(file: &Path) -> Option<String> {
    let expected = fs::read_to_string(file).expect("a transcript");
    let script = Script::read(&expected);
    let plain = script.play(Matcher::Plain);
    let indexed = script.play(Matcher::Indexed);
    if plain != indexed {
        return Some(format!("the matchers differ; plain:\n{plain}\nindexed:\n{indexed}"));
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(file, &plain).expect("to be written");
    } else if plain != expected {
        return Some(difference(&expected, &plain));
    }
    None
}

/// The lines that differ, after those that agree.
fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<_>, Vec<_>) =
        (expected.lines().collect(), actual.lines().collect());
    let same = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for line in &expected[same.saturating_sub(4)..same] {
        writeln!(text, "  {line}").expect("a string");
    }
    for (mark, lines) in [("-", &expected), ("+", &actual)] {
        for line in lines[same..].iter().take(12) {
            writeln!(text, "{mark} {line}").expect("a string");
        }
    }
    text
}

#[test]
fn every_transcript_is_what_happens() {
    let only = env::var("ONLY").unwrap_or_default();
    let mut faults = String::new();
    for file in files().iter().filter(|file| file.to_string_lossy().contains(&only)) {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let result = std::panic::catch_unwind(|| fault(file));
        let fault = result.unwrap_or_else(|_| Some("panicked, see above\n".into()));
        if let Some(fault) = fault {
            write!(faults, "\n{name}\n{fault}").expect("a string");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_transcript_names_its_rule_and_is_short() {
    for file in files() {
        let text = fs::read_to_string(&file).expect("a transcript");
        let first = text.lines().next().unwrap_or_default();
        let names_a_rule = ["TR-", "OC-", "G"].iter().any(|rule| first.contains(rule));
        assert!(first.starts_with('#') && names_a_rule, "{}: {first}", file.display());
        assert!(text.lines().count() <= 40, "{} is longer than 40 lines", file.display());
    }
}
