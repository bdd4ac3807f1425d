//! The results folder: complete, or not there; and what was there before.

use std::process::{Command, Stdio};

use crate::Room;

#[test]
fn results_of_ours_are_replaced() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "--out", "x", "--trace", "tasks"]).well();
    room.write("x/notes.txt", "by hand");
    room.run(&["run", "small.toml", "--out", "x"]).well();
    assert!(!room.path("x/tasks.csv").exists() && !room.path("x/notes.txt").exists());
    assert_eq!(room.names("."), ["small.toml", "x"]);
}

#[test]
fn what_is_not_ours_is_kept_unless_forced() {
    let room = Room::with_small();
    room.write("x/thesis.tex", "by hand");
    room.write("y/manifest.json", r#"{"name": "a web page"}"#);
    room.write("z", "a file");
    for out in ["x", "y", "z"] {
        let run = room.run(&["run", "small.toml", "--out", out]);
        run.failed(2, &["error: ", " exists and ", "--force replaces it"]);
    }
    assert_eq!(room.read("x/thesis.tex"), "by hand");
    assert_eq!(room.read("z"), "a file");
    for out in ["x", "y", "z"] {
        room.run(&["run", "small.toml", "--out", out, "--force"]).well();
    }
    assert_eq!(room.names("."), ["small.toml", "x", "y", "z"]);
    assert!(room.names("z").contains(&"summary.csv".to_owned()));
}

#[test]
fn the_folder_one_is_in_is_not_replaced_by_force_either() {
    let room = Room::with_small();
    let run = room.run(&["run", "small.toml", "--out", ".", "--force"]);
    run.failed(2, &["the folder you are in"]);
    assert_eq!(room.names("."), ["small.toml"]);
}

#[test]
fn an_empty_folder_and_a_new_one_in_new_ones_are_fine() {
    let room = Room::with_small();
    std::fs::create_dir(room.path("empty")).expect("a folder can be made");
    room.run(&["run", "small.toml", "--out", "empty"]).well();
    room.run(&["run", "small.toml", "--out", "a/b/c"]).well();
    assert_eq!(room.names("a/b"), ["c"]);
}

#[test]
fn where_nothing_can_be_written_nothing_is_simulated() {
    let room = Room::with_small();
    room.write("file", "not a folder");
    // Long enough to notice if it were simulated.
    let long = ["--replications", "100000"];
    for out in ["file/x", "file/x/y", "/proc/x"] {
        let arguments = [["run", "small.toml", "--out", out].as_slice(), &long].concat();
        room.run(&arguments).failed(1, &["error: cannot write "]);
    }
    assert_eq!(room.names("."), ["file", "small.toml"]);
}

#[test]
fn the_name_of_a_scenario_leads_out_of_no_folder() {
    let room = Room::with_small();
    room.run(&["run", "small.toml", "--set", "name='../../x y'"]).well();
    assert_eq!(room.names("."), ["out", "small.toml"]);
    assert_eq!(room.names("out"), ["-..-x y"]);
}

#[test]
fn a_reader_who_has_read_enough_is_no_error() {
    let room = Room::with_small();
    for arguments in [vec!["schema"], vec!["man"], vec!["run", "small.toml"], vec!["--help"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trsim"))
            .current_dir(room.path("."))
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {err}");
        assert!(!err.contains("error") && !err.contains("panicked"), "{err}");
    }
    assert!(room.path("out/small/manifest.json").exists());
}
