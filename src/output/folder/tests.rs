//! What is lost and what is left.

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    entries.map(|name| name.to_string_lossy().into_owned()).collect()
}

#[test]
fn claiming_a_place_leaves_nothing_there() {
    let room = tempfile::tempdir().unwrap();
    let folder = Folder::claim(&room.path().join("a/b"), false).unwrap();
    assert_eq!(names(&room.path().join("a")), Vec::<String>::new());
    assert!(folder.path().ends_with("a/b"));
}

#[test]
fn what_is_not_ours_needs_force() {
    let room = tempfile::tempdir().unwrap();
    let target = room.path().join("x");
    fs::create_dir(&target).unwrap();
    assert!(Folder::claim(&target, false).is_ok(), "an empty folder");
    fs::write(target.join(manifest::NAME), "{\"version\": \"1\"}").unwrap();
    assert!(Folder::claim(&target, false).is_err(), "somebody else's manifest");
    assert!(Folder::claim(&target, true).is_ok());
    let file = target.join(manifest::NAME);
    assert!(matches!(Folder::claim(&file, false), Err(FolderError::Taken { .. })));
    assert!(matches!(Folder::claim(&file.join("y"), false), Err(FolderError::Io { .. })));
}

#[test]
fn the_folder_we_are_in_is_never_replaced() {
    for target in [".", "..", "/", "src/.."] {
        let refused = Folder::claim(Path::new(target), true);
        assert!(matches!(refused, Err(FolderError::Taken { can_force: false, .. })), "{target}");
    }
}

#[test]
fn the_name_of_a_scenario_becomes_the_name_of_a_folder() {
    let name = |scenario| Folder::default_for(scenario).to_string_lossy().into_owned();
    assert_eq!(name("two skills (N)"), "out/two skills (N)");
    assert_eq!(name("../../etc/passwd"), "out/-..-etc-passwd");
    assert_eq!([name(" .. "), name("")], ["out/scenario", "out/scenario"]);
    assert_eq!(name("a:b*c\n"), "out/a-b-c");
}
