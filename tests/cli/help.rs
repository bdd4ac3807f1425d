//! The program on itself.

use serde_json::{Map, Value};

use crate::{Room, json};

#[test]
fn help_opens_with_the_planners_path_and_lists_only_what_there_is() {
    let room = Room::new();
    let help = room.run(&["--help"]).well().out;
    assert!(
        help.contains("The planner's path: init -> check -> fit -> run -> tune\n  init "),
        "{help}"
    );
    for command in [
        "init",
        "check",
        "fit",
        "run",
        "tune",
        "batch",
        "merge",
        "validate",
        "explain",
        "eval",
        "timeout",
        "serve",
        "schema",
        "completions",
        "man",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
        let own = room.run(&[command, "--help"]).well().out;
        assert!(own.contains("Usage: trsim "), "{own}");
    }
    assert!(room.run(&["--version"]).well().out.starts_with("trsim "));
    room.run(&["chek"]).failed(2, &["'chek'", "'check'"]);
}

#[test]
fn completions_and_the_manual_name_the_commands() {
    let room = Room::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(room.run(&["completions", shell]).well().out.contains("explain"), "{shell}");
    }
    let man = room.run(&["man"]).well().out;
    assert!(man.contains(".TH trsim 1") && man.contains("TRSIM RUN"), "{man}");
    assert!(man.contains("replications"), "{man}");
}

#[test]
fn the_schema_describes_the_bundled_scenarios() {
    let schema = json(&Room::new().run(&["schema"]).well().out);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut n_read = 0;
    for name in crate::names(&folder).iter().filter(|name| name.ends_with(".toml")) {
        let text = std::fs::read_to_string(folder.join(name)).expect("a scenario");
        let scenario: toml::Table = toml::from_str(&text).expect("TOML");
        let scenario = serde_json::to_value(scenario).expect("a tree");
        assert_eq!(unknown(&scenario, &[&schema], &schema), Vec::<String>::new(), "{name}");
        n_read += 1;
    }
    assert!(n_read > 0);
}

#[test]
fn the_schema_of_studies_describes_the_bundled_ones() {
    let schema = json(&Room::new().run(&["schema", "study"]).well().out);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["title"], "study");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/studies");
    for name in crate::names(&folder) {
        let text = std::fs::read_to_string(folder.join(&name)).expect("a study");
        let study: toml::Table = toml::from_str(&text).expect("TOML");
        let study = serde_json::to_value(study).expect("a tree");
        assert_eq!(unknown(&study, &[&schema], &schema), Vec::<String>::new(), "{name}");
        let wrong = json(r#"{ "base": "x", "axis": {} }"#);
        assert_eq!(unknown(&wrong, &[&schema], &schema), ["axis"]);
    }
}

/// The keys that none of the schemas has.
fn unknown(value: &Value, schemas: &[&Value], root: &Value) -> Vec<String> {
    let schemas: Vec<&Value> = schemas.iter().flat_map(|schema| all(schema, root)).collect();
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| *key != "$__toml_private_datetime")
            .flat_map(|(key, value)| match of_key(key, &schemas) {
                Some(schemas) => unknown(value, &schemas, root),
                None => vec![key.clone()],
            })
            .collect(),
        Value::Array(items) => {
            let of_items: Vec<&Value> =
                schemas.iter().filter_map(|schema| schema.get("items")).collect();
            items.iter().flat_map(|item| unknown(item, &of_items, root)).collect()
        }
        _ => Vec::new(),
    }
}

/// What is said about `key`; nothing if it is not allowed.
fn of_key<'a>(key: &str, schemas: &[&'a Value]) -> Option<Vec<&'a Value>> {
    let mut is_open = schemas.is_empty();
    let mut found = Vec::new();
    for schema in schemas {
        let own = schema.get("properties").and_then(|properties| properties.get(key));
        match (own, schema.get("additionalProperties")) {
            (Some(own), _) => found.push(own),
            (None, Some(Value::Bool(false))) => (),
            (None, Some(others @ Value::Object(_))) => found.push(others),
            (None, _) => is_open |= schema.get("type").is_none_or(may_be_table),
        }
    }
    (is_open || !found.is_empty()).then_some(found)
}

fn may_be_table(kind: &Value) -> bool {
    kind == "object" || kind.as_array().is_some_and(|kinds| kinds.contains(&"object".into()))
}

/// A schema, and all that it refers to or is made of.
fn all<'a>(schema: &'a Value, root: &'a Value) -> Vec<&'a Value> {
    let empty = Map::new();
    let fields = schema.as_object().unwrap_or(&empty);
    let mut all_of = vec![schema];
    if let Some(name) = fields.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(name.trim_start_matches('#')).expect("it is there");
        all_of.extend(all(target, root));
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        let parts = schema.get(key).and_then(Value::as_array).into_iter().flatten();
        all_of.extend(parts.flat_map(|part| all(part, root)));
    }
    all_of
}
