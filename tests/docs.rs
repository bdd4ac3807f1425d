//! The documents are true: what is written from code is up to date, and examples are read.

use std::fs;
use std::path::Path;

use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::scenario::load::Failed;
use taskrouter_sim::scenario::render::render;
use taskrouter_sim::scenario::schema::reference_markdown;
use taskrouter_sim::scenario::study::Study;

const INTRODUCTION: &str = "\
# The scenario file

A scenario is a TOML file. Durations are strings with units (`\"20s\"`, `\"4m10s\"`, `\"250ms\"`), times
of day are `\"08:30\"`. A bare duration where a distribution is expected is a constant. Unknown keys are
errors. What is assumed because the file does not say is listed by `trsim check` and `trsim run`.

This page is written from the grammar that reads the file; `trsim schema` prints the same as JSON
Schema.
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_scenario_reference_is_what_the_grammar_says() {
    let path = root().join("docs/scenario.md");
    let now = format!("{INTRODUCTION}\n{}", reference_markdown());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).expect("docs can be written");
    }
    let written = fs::read_to_string(&path).expect("docs/scenario.md");
    assert!(written == now, "run `UPDATE=1 cargo test --test docs`");
}

#[test]
fn every_scenario_in_the_readme_is_read_without_a_complaint() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let blocks: Vec<&str> = readme
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block ends"))
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        read("README.md", block, root());
    }
}

#[test]
fn every_bundled_scenario_opens_with_what_it_shows_and_is_read_without_a_complaint() {
    let folder = root().join("scenarios");
    let mut n_read = 0;
    for entry in fs::read_dir(&folder).expect("scenarios") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).expect("a scenario");
            assert!(text.starts_with("# "), "{} does not say what it shows", path.display());
            assert!(text.contains("# What to expect"), "{}", path.display());
            read(&path.display().to_string(), &text, &folder);
            n_read += 1;
        }
    }
    assert!(7 <= n_read, "{n_read} scenarios");
}

#[test]
fn every_bundled_study_opens_with_what_it_shows_and_each_of_its_cells_is_a_scenario() {
    let mut n_read = 0;
    for entry in fs::read_dir(root().join("scenarios/studies")).expect("studies") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a study");
        assert!(text.starts_with("# "), "{} does not say what it shows", path.display());
        assert!(text.contains("# What to expect"), "{}", path.display());
        let told = |failed: Failed| render(&failed.problems, &failed.texts, false);
        let study = Study::read(&[path]).map_err(told).unwrap_or_else(|told| panic!("{told}"));
        for cell in 0..study.cells.len() {
            let loaded = study.load(cell, &[], false).map_err(told);
            assert!(loaded.is_ok(), "{}", loaded.err().unwrap_or_default());
        }
        n_read += 1;
    }
    assert!(0 < n_read);
}

fn read(name: &str, text: &str, folder: &Path) {
    match Scenario::parse(name, text, folder, &[]) {
        Ok(loaded) => {
            let warnings = render(&loaded.warnings, &loaded.texts, false);
            assert!(loaded.warnings.is_empty(), "{warnings}");
        }
        Err(failed) => panic!("{}", render(&failed.problems, &failed.texts, false)),
    }
}
