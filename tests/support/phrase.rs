//! Random expressions, as text.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const OF_TASK: &[&str] =
    &["n", "skill", "where", "agent", "free", "list", "who.sid", "list[1]", "no.ne"];
const OF_WORKER: &[&str] = &["level", "skills", "age", "skills[0]", "friendly_name", "sid", "none"];
const OF_PAIR: &[&str] = &[
    "task.n",
    "task.skill",
    "task.list",
    "task.agent",
    "task.free",
    "worker.level",
    "worker.skills",
    "worker.age",
    "worker.sid",
    "worker.friendly_name",
    "worker.activity_name",
    "worker.activity_sid",
    "worker.channel.chat.assigned_tasks",
    "worker.channel.default.assigned_tasks",
    "worker.channel.default.available_capacity_percentage",
    "worker.channel.voice.available_capacity_percentage",
    "worker.channel.chat.configured_capacity",
    "worker.channel.none.assigned_tasks",
];
const COUNTERS: &[&str] =
    &["workers.available", "workers.unavailable", "workers.WAOffline", "workers.WAReady"];
const CONSTANTS: &[&str] = &[
    "0", "1", "2", "3", "-1", "2.5", "50", "100", "'x'", "'y'", "'2'", "'high'", "'WKada'",
    "'bob'", "'Ready'", "''", "true", "false", "null",
];
const LISTS: &[&str] = &["['x', 'y']", "[1, 2]", "['2', null]", "[]", "['ada', 'WKbob', 3]"];

/// A filter's.
pub(crate) fn of_task() -> impl Strategy<Value = String> {
    phrase(OF_TASK)
}

/// A queue's.
pub(crate) fn of_worker() -> impl Strategy<Value = String> {
    phrase(OF_WORKER)
}

/// A target's.
pub(crate) fn of_pair() -> impl Strategy<Value = String> {
    phrase(OF_PAIR)
}

/// A `skip_if`.
pub(crate) fn of_counters() -> impl Strategy<Value = String> {
    let count = select(vec!["0", "1", "2", "3", "workers.available", "workers.WABusy"]);
    let compares = || (select(COUNTERS), select(SIGNS), count.clone());
    combined(compares().prop_map(|(a, sign, b)| format!("{a} {sign} {b}")))
}

const SIGNS: &[&str] = &["==", "!=", "<", "<=", ">", ">=", "=="];

fn phrase(paths: &'static [&'static str]) -> impl Strategy<Value = String> {
    let path = || select(paths);
    let operand = || prop_oneof![select(CONSTANTS), select(CONSTANTS), select(paths)];
    let list = || prop_oneof![select(LISTS), select(paths)];
    let compares = prop_oneof![
        4 => (path(), select(SIGNS), operand()),
        1 => (operand(), select(SIGNS), path()),
        2 => (path(), select(&["IN", "NOT IN"][..]), list()),
        1 => (operand(), select(&["IN", "NOT IN"][..]), path()),
        1 => (path(), select(&["HAS", "CONTAINS"][..]), operand()),
    ];
    combined(compares.prop_map(|(a, sign, b)| format!("{a} {sign} {b}")))
}

/// One, two or three comparisons, so joined that precedence and brackets matter.
fn combined(one: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let more = || option::weighted(0.3, (select(&["AND", "OR"][..]), one.clone()));
    let form = (select(&["", "", "", "NOT "][..]), any::<bool>());
    (one.clone(), more(), more(), form).prop_map(|(first, second, third, (not, brackets))| {
        let joined = |more: Option<(&str, String)>| {
            more.map(|(word, text)| format!(" {word} {text}")).unwrap_or_default()
        };
        let (open, close) = if brackets { ("(", ")") } else { ("", "") };
        format!("{not}{open}{first}{}{close}{}", joined(second), joined(third))
    })
}
