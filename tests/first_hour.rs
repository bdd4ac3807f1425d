//! docs/first-hour.md is true: every command of it runs, in order, on the made-up center, with no
//! hand edit between.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// Less effort for the commands that simulate: few replications, and of the week an hour.
const LESS: [(&str, &[&str]); 2] = [
    ("run", &["--replications", "2"]),
    ("tune", &["--set", "horizon='9h'", "--set", "replications=3"]),
];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder of ours") {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).expect("an entry");
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a file of ours");
        }
    }
}

/// The words of a command, quotes removed.
fn words(line: &str) -> Vec<String> {
    line.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect()
}

#[test]
fn every_command_of_the_first_hour_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let room = tempfile::tempdir().expect("a folder can be made");
    copy(&root.join("scenarios/first-hour"), room.path());
    let text = fs::read_to_string(root.join("docs/first-hour.md")).expect("the document");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
    let mut all = String::new();
    for line in &lines {
        let mut words = words(line);
        assert_eq!(words.remove(0), "trsim", "{line}");
        let less = LESS.iter().find(|(command, _)| *command == words[0]);
        let has_said = words.contains(&"--replications".to_owned());
        let less = less.filter(|_| !has_said).map_or(&[][..], |(_, less)| less);
        words.extend(less.iter().map(|word| (*word).to_owned()));
        let mut command = Command::cargo_bin("trsim").expect("the program");
        let done = command.args(&words).current_dir(room.path()).output().expect("it runs");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{line}\n{told}");
        all += &String::from_utf8_lossy(&done.stdout);
    }
    for command in ["init", "check --routes", "fit", "run", "tune"] {
        let begins = format!("trsim {command}");
        assert!(lines.iter().any(|line| line.starts_with(&begins)), "no {command}");
    }
    for part in [
        "7 sources, 3 workflows, 8 task queues, 60 workers",
        "Work against staff",
        "together tell a late answer from none",
        "Never answered: ",
        "Observed",
        "Now and proposed",
        "the alternative `low`",
        "checked against",
    ] {
        assert!(all.contains(part), "`{part}` is not in\n{all}");
    }
    let scenario = fs::read_to_string(room.path().join("center.toml")).expect("it was written");
    assert!(scenario.contains("[observed]") && scenario.contains("alternatives"), "{scenario}");
}
