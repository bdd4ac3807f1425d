//! What a study file spans, and what is wrong with it.

use std::fs;

use super::*;
use crate::scenario::render::render;
use crate::scenario::resolve::testing::ONE_QUEUE;

const AXES: &str = "base = \"s.toml\"\n[axes]\n'workers[\"day\"].count' = [2, 3]\n\
    'workspace.workflows[\"Support\"].task_reservation_timeout' = { from = \"5s\", to = \"20s\", step = \"5s\" }\n";

/// The study in `text`, beside a scenario; or what is wrong with it.
fn study(text: &str) -> Result<Study, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.toml"), ONE_QUEUE).unwrap();
    let path = folder.path().join("study.toml");
    fs::write(&path, text).unwrap();
    let told = |failed: Failed| render(&failed.problems, &failed.texts, false);
    let study = Study::read(&[path]).map_err(told)?;
    for cell in 0..study.cells.len() {
        study.load(cell, &["seed=3".to_owned()], false).map_err(told)?;
    }
    Ok(study)
}

fn names(study: &Study) -> Vec<&str> {
    study.cells.iter().map(|cell| cell.name.as_str()).collect()
}

#[test]
fn axes_span_a_grid_and_cases_stand_beside_it() {
    let text =
        format!("{AXES}[[case]]\nname = \"slow\"\nset = {{ 'source.calls.talk' = \"5m\" }}\n");
    let study = study(&text).unwrap();
    assert_eq!(study.name, "study");
    assert_eq!(study.cells.len(), 1 + 2 * 4 + 1);
    assert_eq!(
        [names(&study)[0], names(&study)[1], names(&study)[8], names(&study)[9]],
        [
            "base",
            "count=2, task_reservation_timeout=5s",
            "count=3, task_reservation_timeout=20s",
            "slow"
        ]
    );
    assert_eq!(study.baseline, 0);
}

#[test]
fn a_baseline_is_a_cell_by_its_values_or_its_name() {
    let with = |baseline: &str| study(&AXES.replace("[axes]", &format!("{baseline}\n[axes]")));
    let path = "'workspace.workflows[\"Support\"].task_reservation_timeout'";
    let of_values =
        with(&format!("baseline = {{ {path} = \"0m15s\", 'workers[ \"day\" ].count' = 3 }}"));
    assert_eq!(of_values.unwrap().baseline, 6);
    let named = with("baseline = \"count=2, task_reservation_timeout=10s\"").unwrap();
    assert_eq!((named.baseline, named.cells.len()), (1, 8));
    let wrong = with(&format!("baseline = {{ {path} = \"16s\", 'workers[\"day\"].count' = 3 }}"));
    assert!(wrong.unwrap_err().contains("its values are 5s, 10s, 15s, 20s"));
    let wrong = with(&format!("baseline = {{ {path} = \"15s\" }}")).unwrap_err();
    assert!(wrong.contains("the baseline has no value of `workers[\"day\"].count`"), "{wrong}");
    assert!(with("baseline = { seed = 1 }").unwrap_err().contains("`seed` is no axis"));
    assert!(with("baseline = \"none\"").unwrap_err().contains("no cell is named `none`"));
}

#[test]
fn what_is_set_wrongly_is_shown_in_the_study_file() {
    let wrong = study("base = \"s.toml\"\n[axes]\n'workers[\"dya\"].count' = [2]\n").unwrap_err();
    assert!(wrong.contains("study.toml:3:9") && wrong.contains("did you mean `day`?"), "{wrong}");
    let wrong =
        study("base = \"s.toml\"\n[axes]\n'workers[\"day\"].count' = [2, -3]\n").unwrap_err();
    assert!(wrong.contains("study.toml:3:30"), "{wrong}");
    let wrong = study("base = \"none.toml\"\n[axes]\nseed = [2]\n").unwrap_err();
    assert!(wrong.contains("there is no such file"), "{wrong}");
}

#[test]
fn axes_that_make_no_sense_are_refused() {
    let axis = |values: &str| {
        study(&format!("base = \"s.toml\"\n[axes]\nseed = {values}\n")).map(|study| {
            study.cells.iter().skip(1).map(|cell| cell.settings[0].value.clone()).collect()
        })
    };
    let values = |text: &str| axis(text) as Result<Vec<String>, String>;
    assert_eq!(values("{ from = 1, to = 6, step = 2 }").unwrap(), ["1", "3", "5"]);
    for (text, part) in [
        ("[]", "the list is empty"),
        ("[1, 1]", "1 comes twice"),
        ("{ from = 2, to = 1, step = 1 }", "the axis is empty"),
        ("{ from = 1, to = 100000000, step = 1 }", "more than 10000 values"),
        ("{ from = 1, to = \"2s\", step = 1 }", "all durations, or all numbers"),
        ("{ from = 1, to = 2 }", "`step` is missing"),
        ("3", "expected a list of values, or a table"),
    ] {
        let told = values(text).unwrap_err();
        assert!(told.contains(part), "{text}: {told}");
    }
    let many = "base = \"s.toml\"\n[axes]\nseed = { from = 1, to = 1000, step = 1 }\n\
                replications = { from = 1, to = 1000, step = 1 }\n";
    let told = study(many).unwrap_err();
    assert!(told.contains("the axes span 1000 x 1000 cells; at most 10000"), "{told}");
}

#[test]
fn shares_on_an_axis_have_no_noise() {
    let text =
        "base = \"s.toml\"\n[axes]\n'source.calls.silent' = { from = 0.1, to = 0.3, step = 0.1 }\n";
    assert_eq!(names(&study(text).unwrap()), ["base", "silent=0.1", "silent=0.2", "silent=0.3"]);
}

#[test]
fn a_study_says_what_is_wrong_with_itself() {
    for (text, part) in [
        ("schema = 1\nname = \"x\"\n", "is one scenario: there is nothing to compare"),
        ("base = \"s.toml\"\n", "there is only one cell"),
        ("[axes]\nseed = [1]\n", "`base` is missing in study"),
        ("base = \"s.toml\"\naxis = 1\n", "did you mean `axes`?"),
        (
            "base = \"s.toml\"\nstop_when = [{ metric = \"aht\" }]\n",
            "half_width` or `relative` is missing",
        ),
        (
            "base = \"s.toml\"\n[[case]]\nname = \"a\"\nset = {}\n[[case]]\nname = \"a\"\nset = {}\n",
            "2 cells are named `a`",
        ),
    ] {
        let told = study(text).unwrap_err();
        assert!(told.contains(part), "{text}: {told}");
    }
}
