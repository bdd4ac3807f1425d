//! Several decisions at once: apart where they do not touch one another, searched for where there
//! are too many combinations.

use crate::{Room, json};

/// Two workflows with workers of their own.
fn two() -> String {
    let small = crate::SMALL.replace("horizon = \"2h\"", "horizon = \"30m\"").replace(
        "task_queues = [",
        "task_queues = [{ friendly_name = \"Sales\", target_workers = \"skills HAS 'sales'\" }, ",
    );
    let small = small.replacen(
        "[[workers]]",
        "[[workspace.workflows]]\nfriendly_name = \"Sales\"\n\
         configuration = { task_routing = { default_filter = { queue = \"Sales\" } } }\n\
         [[workers]]\ngroup = \"sales\"\ncount = 4\nbehavior = \"desk\"\n\
         attributes = { skills = [\"sales\"] }\nchannels = { voice = 1 }\n[[workers]]",
        1,
    );
    format!(
        "{small}[source.sales]\nworkflow = \"Sales\"\nchannel = \"voice\"\n\
         arrivals = {{ per_hour = 40 }}\ntalk = {{ dist = \"exponential\", mean = \"2m\" }}\n\
         [tune]\nindifference = 9\n"
    )
}

const BOTH: [&str; 8] = [
    "tune",
    "two.toml",
    "--workflow",
    "Support",
    "--workflow",
    "Sales",
    "--timeouts",
    "10s..50s:20s",
];

#[test]
fn workflows_that_share_no_worker_are_decided_one_by_one() {
    let room = Room::new();
    room.write("two.toml", two());
    let done = room.run(&BOTH).well();
    let lines: Vec<&str> = done.out.lines().collect();
    assert!(lines[0].starts_with("Support: now 20 s → "), "{}", done.out);
    assert!(lines[1].starts_with("Sales: now 120 s → "), "{}", done.out);
    assert!(done.out.contains("no worker can serve tasks of two of them"), "{}", done.out);
    assert!(done.out.contains("With probability at least 97.5 %"), "{}", done.out);
    assert_eq!(
        room.names("out/small-tune"),
        ["certificate.json", "manifest.json", "part-1", "part-2"]
    );
    for part in ["part-1", "part-2"] {
        let names = room.names(&format!("out/small-tune/{part}"));
        assert_eq!(names, ["certificate.json", "pareto.csv", "tune_curve.csv"]);
    }
    let whole = json(&room.read("out/small-tune/certificate.json"));
    assert_eq!(whole["confidence"], 0.95);
    let path = "workspace.workflows[\"Sales\"].task_reservation_timeout";
    assert_eq!(whole["present"][path], 120);
    for (index, part) in ["part-1", "part-2"].iter().enumerate() {
        let own = json(&room.read(&format!("out/small-tune/{part}/certificate.json")));
        assert_eq!(whole["parts"][index], own);
    }
    assert_eq!(whole["recommended"][path], whole["parts"][1]["recommended"]);
    // The tasks of the others cost nothing here, and change nothing.
    let curve = room.read("out/small-tune/part-2/tune_curve.csv");
    room.run(&[&BOTH[..], &["--set", "source.calls.arrivals.per_hour=90", "-q"]].concat()).well();
    assert_eq!(room.read("out/small-tune/part-2/tune_curve.csv"), curve);
    let done = room.run(&[&BOTH[..], &["--format", "json"]].concat()).well();
    let all = json(&done.out);
    assert_eq!(all["certificate"]["parts"][0], all["parts"][0]["certificate"]);
    let done = room.run(&[&BOTH[..], &["--format", "md"]].concat()).well();
    assert!(done.out.starts_with("# Decisions that do not touch one another\n\n- Support"));
    assert_eq!(done.out.matches("## Now and proposed").count(), 1, "{}", done.out);
    assert_eq!(done.out.matches("# Sales: now").count(), 1, "{}", done.out);
}

#[test]
fn workflows_that_share_workers_are_decided_together_and_searched_for_if_they_are_many() {
    let room = Room::new();
    let both = two().replace("skills = [\"sales\"]", "skills = [\"sales\", \"billing\"]");
    room.write("two.toml", both);
    let done = room.run(&BOTH).well();
    assert!(done.out.contains("best of the 10 candidates"), "{}", done.out);
    let certificate = json(&room.read("out/small-tune/certificate.json"));
    assert!(certificate["combinations"].is_null());
    let budget = "tune.budget.replications=12000";
    let many = ["--timeouts", "5s..60s", "--format", "json", "--set", budget, "--threads"];
    let texts: Vec<String> = ["1", "2"]
        .iter()
        .map(|threads| room.run(&[&BOTH[..6], &many, &[*threads]].concat()).well().out)
        .collect();
    assert_eq!(texts[0], texts[1], "the number of threads changes nothing");
    let certificate = &json(&texts[0])["certificate"];
    // Fifty-six timeouts for each, and what is in force: 20 s is one of them, 120 s is not.
    assert_eq!(certificate["combinations"], 56 * 57);
    let candidates = certificate["candidates"].as_u64().expect("a number");
    assert!((5..=201).contains(&candidates), "{candidates}");
    let sentence = certificate["sentence"].as_str().expect("a text");
    assert!(sentence.contains("(which a search picked from 3,192 combinations"), "{sentence}");
    let small = ["--timeouts", "5s..60s", "-q", "--set", "tune.budget.replications=900"];
    room.run(&[&BOTH[..6], &small].concat())
        .failed(2, &["the budget is too small: a search needs 960"]);
}

#[test]
fn every_workflow_that_is_named_has_to_be_there() {
    let room = Room::new();
    room.write("two.toml", two());
    let wrong = ["tune", "two.toml", "--workflow", "Suport", "--workflow", "Slaes"];
    room.run(&wrong).failed(2, &["no workflow `Suport`", "no workflow `Slaes`", "`Sales`"]);
    room.run(&["tune", "two.toml"]).failed(2, &["several workflows", "--workflow: Support, Sales"]);
}

/// What tells that a decision is in force: each value costs something else.
#[test]
fn other_whole_numbers_are_decided_too() {
    let room = Room::new();
    room.write("two.toml", two());
    for (path, values, overrides) in [
        ("workers[\"day\"].count", "[2, 3, 5]", ["2", "3", "5"]),
        ("workspace.task_queues[\"Billing\"].max_reserved_workers", "[1, 2, 4]", ["1", "2", "4"]),
        (
            "workspace.workflows[\"Support\"].configuration.task_routing.filters[0].targets[0].timeout",
            "[20, 90, 600]",
            ["20", "90", "600"],
        ),
    ] {
        // There is a target to fall through to only where it has a timeout.
        let text =
            two().replace("{ queue = \"Billing\" }", "{ queue = \"Billing\", timeout = 600 }");
        room.write("s.toml", text);
        let decide = format!("tune.decisions=[{{ path = '{path}', values = {values} }}]");
        let busy = "source.calls.arrivals.per_hour=100";
        room.run(&["tune", "s.toml", "-q", "--set", &decide, "--set", busy]).well();
        let curve = room.read("out/small-tune/tune_curve.csv");
        let rows: Vec<Vec<&str>> =
            curve.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let values: Vec<&str> = rows.iter().map(|row| row[0]).collect();
        assert!(overrides.iter().all(|value| values.contains(value)), "{path}: {curve}");
        let mut costs: Vec<&str> = rows.iter().map(|row| row[1]).collect();
        costs.sort_unstable();
        costs.dedup();
        assert_eq!(costs.len(), rows.len(), "{path} changes nothing: {curve}");
    }
}
