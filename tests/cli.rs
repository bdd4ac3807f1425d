//! The program, not the library: what is typed, what is printed, what is written, exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

mod cli {
    mod assertions;
    mod batch;
    mod check;
    mod evaluate;
    mod explain;
    mod fit;
    mod folder;
    mod help;
    mod init;
    mod input;
    mod observed;
    mod results;
    mod sampling;
    mod timeout;
    mod tune;
    mod tune_parts;
    mod validate;
}

/// One source, one queue, one workflow: two hours, two replications.
const SMALL: &str = r#"
schema = 1
name = "small"
horizon = "2h"
interval = "30m"
replications = 2
[workspace]
task_queues = [{ friendly_name = "Billing", target_workers = "skills HAS 'billing'" }]
[[workspace.workflows]]
friendly_name = "Support"
task_reservation_timeout = 20
[workspace.workflows.configuration.task_routing]
filters = [{ expression = "type == 'billing'", targets = [{ queue = "Billing" }] }]
[[workers]]
group = "day"
count = 5
attributes = { skills = ["billing"] }
channels = { voice = 1 }
behavior = "desk"
shift = { days = "mon-sun", start = "00:00", end = "02:00" }
[behavior.desk]
response = { dist = "lognormal", median = "5s", sigma = 0.7 }
miss = 0.1
recovery = "60s"
[source.calls]
workflow = "Support"
channel = "voice"
attributes = { type = "billing" }
arrivals = { per_hour = 60 }
patience = { dist = "exponential", mean = "3m" }
talk = { dist = "exponential", mean = "3m" }
wrap_up = "20s"
"#;

/// An empty folder in which the program runs.
struct Room(TempDir);

/// What became of a run.
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Room {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder can be made"))
    }

    /// With [`SMALL`] in `small.toml`.
    fn with_small() -> Self {
        let room = Self::new();
        room.write("small.toml", SMALL);
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("in the room")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trsim"));
        command.current_dir(self.0.path()).args(arguments).env_remove("NO_COLOR");
        command.timeout(Duration::from_secs(60));
        command
    }

    fn run(&self, arguments: &[&str]) -> Done {
        done(&mut self.command(arguments))
    }

    fn run_with_input(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Done {
        done(self.command(arguments).write_stdin(input))
    }
}

fn done(command: &mut Command) -> Done {
    let output = command.output().expect("the program runs");
    Done {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Done {
    /// It went well.
    #[track_caller]
    fn well(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.err);
        self
    }

    /// It ended with `code`, printed no result, and said all of `parts`.
    #[track_caller]
    fn failed(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert_eq!(self.out, "", "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in:\n{}", self.err);
        }
        self
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
