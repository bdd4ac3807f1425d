//! The house rules, as tests: who may use whom, which packages, how long files and functions are;
//! and that each rule bites.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from what everything stands on up to the command line: a module, the modules of
/// ours that it may use, and the packages. A row names only rows above it, so a circle cannot be
/// written down.
const FLOORS: &[(&str, &[&str], &[&str])] = &[
    ("time", &[], &["itoa"]),
    ("id", &[], &[]),
    ("calendar", &["time"], &[]),
    ("theory", &[], &["libm"]),
    ("expr", &["id"], &["roaring"]),
    ("random", &["time"], &["rand", "rand_distr", "libm"]),
    ("stats", &["time"], &["libm"]),
    ("tuning", &["stats"], &["libm"]),
    (
        "routing",
        &["time", "id", "calendar", "expr"],
        &["thiserror", "fixedbitset", "roaring", "smallvec"],
    ),
    (
        "scenario",
        &["time", "id", "expr", "random", "routing"],
        &[
            "toml",
            "jsonc_parser",
            "serde_json",
            "jiff",
            "annotate_snippets",
            "glob",
            "strsim",
            "sha2",
            "csv",
            "libm",
            "roaring",
        ],
    ),
    ("onboarding", &["time", "expr", "scenario"], &["jiff", "serde_json"]),
    (
        "fit",
        &["time", "random", "scenario"],
        &["libm", "serde_json", "toml_edit", "jiff", "thiserror"],
    ),
    ("simulation", &["time", "id", "calendar", "random", "routing", "scenario"], &["libm"]),
    ("observation", &["time", "id", "stats", "routing", "scenario", "simulation"], &[]),
    (
        "express",
        &["time", "id", "calendar", "random", "routing", "scenario", "simulation", "observation"],
        &["fixedbitset", "roaring"],
    ),
    (
        "experiment",
        &[
            "time",
            "id",
            "theory",
            "random",
            "stats",
            "tuning",
            "routing",
            "scenario",
            "simulation",
            "observation",
            "express",
        ],
        &["rayon"],
    ),
    ("validation", &["theory", "stats", "scenario", "observation", "experiment"], &[]),
    (
        "output",
        &[
            "time",
            "id",
            "random",
            "stats",
            "tuning",
            "routing",
            "scenario",
            "observation",
            "experiment",
            "validation",
            "fit",
        ],
        &["serde", "serde_json", "csv", "comfy_table", "itoa", "sha2"],
    ),
    (
        "serve",
        &["time", "id", "expr", "routing", "scenario", "simulation"],
        &[
            "base64",
            "form_urlencoded",
            "hmac",
            "http_body_util",
            "hyper",
            "hyper_util",
            "jiff",
            "serde_json",
            "sha1",
            "sha2",
            "subtle",
            "tokio",
            "tracing",
        ],
    ),
    (
        "cli",
        &[
            "time",
            "id",
            "theory",
            "expr",
            "random",
            "stats",
            "routing",
            "scenario",
            "onboarding",
            "fit",
            "simulation",
            "observation",
            "experiment",
            "validation",
            "output",
            "serve",
        ],
        &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "indicatif",
            "cpu_time",
            "serde_json",
            "annotate_snippets",
            "tracing",
            "tracing_subscriber",
        ],
    ),
];

/// Files that may be longer, because they are one flat table.
const LONG_FILES: &[&str] = &[];
const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn every_module_stands_on_the_floors_below_it() {
    let complaints: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| complaints_about_imports(floor_of(path), text))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_row_of_the_table_names_only_rows_above_it() {
    for (index, (module, ours, _)) in FLOORS.iter().enumerate() {
        let above: Vec<&str> = FLOORS[..index].iter().map(|(name, _, _)| *name).collect();
        let stray: Vec<_> = ours.iter().filter(|name| !above.contains(name)).collect();
        assert!(stray.is_empty(), "`{module}` may not stand on {stray:?}");
    }
}

#[test]
fn the_rule_about_floors_bites() {
    let finds = |module, text| !complaints_about_imports(module, text).is_empty();
    assert!(finds("routing", "use crate::simulation::World;"));
    assert!(finds("routing", "use crate::{time::Time, simulation::World};"));
    assert!(finds("routing", "    let x = crate::random::Dist::constant(1.0);"));
    assert!(finds("routing", "use rand::Rng;"));
    assert!(finds("routing", "use serde::{Deserialize, Serialize};"));
    assert!(finds("observation", "let pool = rayon::ThreadPoolBuilder::new();"));
    assert!(!finds(
        "routing",
        "use crate::time::{Span, Time};\nuse std::fmt;\nuse smallvec::SmallVec;"
    ));
    assert!(!finds("routing", "//! [`crate::simulation`] is only mentioned"));
}

#[test]
fn no_file_is_too_long() {
    let complaints: Vec<String> = sources()
        .iter()
        .filter(|(path, _)| !LONG_FILES.iter().any(|long| path.ends_with(long)))
        .filter_map(|(path, text)| {
            let lines = without_tests(text).lines().count();
            (FILE_LINES_MAX < lines).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_function_is_too_long() {
    let complaints: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| {
            let long = long_functions(without_tests(text));
            long.into_iter()
                .map(move |(line, lines)| format!("{}:{line}: {lines} lines", path.display()))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_rule_about_functions_bites() {
    let long = format!("fn long() {{\n{}}}\n", "    step();\n".repeat(FUNCTION_LINES_MAX));
    assert_eq!(long_functions(&long).len(), 1);
    let table =
        format!("fn table() {{\n    match x {{\n{}    }}\n}}\n", "        1 => 2,\n".repeat(100));
    assert_eq!(long_functions(&table).len(), 0, "a flat table is exempt");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).collect();
    let names: Vec<_> = silent.iter().map(|(path, _)| path.display().to_string()).collect();
    assert!(names.is_empty(), "no module doc: {names:?}");
}

/// All source files of the library and the program, files of tests apart.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of ours") {
            let path = entry.expect("an entry of ours").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
            {
                let text = fs::read_to_string(&path).expect("a file of ours");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The module right under `src` that a file belongs to; empty for `lib.rs` and `main.rs`.
fn floor_of(path: &Path) -> &str {
    let under_src = path.components().skip_while(|part| part.as_os_str() != "src").nth(1);
    let name = under_src.map_or("", |part| part.as_os_str().to_str().expect("an ASCII name"));
    let name = name.strip_suffix(".rs").unwrap_or(name);
    if matches!(name, "lib" | "main") { "" } else { name }
}

fn complaints_about_imports(module: &str, text: &str) -> Vec<String> {
    let Some((_, ours, packages)) = FLOORS.iter().find(|(name, _, _)| *name == module) else {
        return if module.is_empty() {
            Vec::new()
        } else {
            vec![format!("`{module}` has no floor")]
        };
    };
    let code = code_of(without_tests(text));
    let is_own = |name: &&String| **name != module && !ours.contains(&name.as_str());
    let stray = crate_names(&code).into_iter().filter(|name| is_own(&name));
    let known: Vec<&str> =
        FLOORS.iter().flat_map(|(_, _, packages)| packages.iter().copied()).collect();
    let known = known.iter().chain(&["serde", "clap", "tokio", "rand"]);
    let used = known.filter(|package| !packages.contains(package) && uses(&code, package));
    let mut complaints: Vec<String> =
        stray.map(|name| format!("`{module}` uses crate::{name}")).collect();
    complaints.extend(used.map(|package| format!("`{module}` uses the package {package}")));
    complaints.sort();
    complaints.dedup();
    complaints
}

/// The text without comments.
fn code_of(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// What comes before the tests at the end of a file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

/// All `x` of `crate::x` and of `crate::{x…, y…}`, macros of ours apart.
fn crate_names(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            None => names.push(word(after)),
            Some(group) => names.extend(top_level_parts(group).iter().map(|part| word(part))),
        }
    }
    names.retain(|name| !matches!(name.as_str(), "define_id" | "define_key" | ""));
    names
}

/// The parts of a braced import, split at commas outside inner braces.
fn top_level_parts(group: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().expect("never empty").push(c),
        }
    }
    parts
}

fn uses(code: &str, package: &str) -> bool {
    let path = format!("{package}::");
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == ':'))
    })
}

/// Functions that are too long, by line and length; a function that is mostly one flat `match` or
/// table is exempt.
fn long_functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let start = line.trim_start();
        let indent = line.len() - start.len();
        let is_function =
            ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn "]
                .iter()
                .any(|prefix| start.starts_with(prefix));
        if !is_function {
            continue;
        }
        let close = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines[index..].iter().position(|line| *line == close) else { continue };
        let body = &lines[index..=index + length];
        let flat = body.iter().filter(|line| is_table_line(line)).count();
        if FUNCTION_LINES_MAX < body.len() && body.len() - flat > FUNCTION_LINES_MAX / 2 {
            found.push((index + 1, body.len()));
        }
    }
    found
}

/// An arm or entry that fits one line.
fn is_table_line(line: &str) -> bool {
    let line = line.trim();
    line.contains("=>") || (line.ends_with(',') && !line.contains('{'))
}
