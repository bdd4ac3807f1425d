//! The expression language from the outside: what each expression says of which attributes, in the
//! tables of `tests/expressions`, and what holds for all expressions.

use std::path::{Path as FilePath, PathBuf};
use std::{env, fs};

use proptest::prelude::*;
use serde_json::Value as Json;
use taskrouter_sim::expr::{
    ChannelField, Compiled, Context, Counter, Names, PathId, Paths, Resolved, Value, WorkerField,
    parse, witness,
};

/// A task and a worker, or the counters of a queue, out of a table.
#[derive(Debug)]
struct Pair {
    task: Resolved,
    worker: Resolved,
    /// Sid, name, activity's sid, activity's name.
    fields: [&'static str; 4],
    /// The worker's whole document, for its channels; in `skip_if` the counters.
    document: Json,
}

impl Names for Pair {
    fn task(&self, path: PathId) -> &Value {
        self.task.get(path)
    }
    fn worker(&self, path: PathId) -> &Value {
        self.worker.get(path)
    }
    fn worker_field(&self, field: WorkerField) -> Value {
        let [sid, friendly_name, activity_sid, activity_name] = self.fields;
        Value::from(match field {
            WorkerField::Sid => sid,
            WorkerField::FriendlyName => friendly_name,
            WorkerField::ActivitySid => activity_sid,
            WorkerField::ActivityName => activity_name,
        })
    }
    fn channel(&self, unique_name: &str, field: ChannelField) -> Option<f64> {
        let field = match field {
            ChannelField::ConfiguredCapacity => "configured_capacity",
            ChannelField::AssignedTasks => "assigned_tasks",
            ChannelField::AvailableCapacityPercentage => "available_capacity_percentage",
        };
        self.document["channel"][unique_name][field].as_f64()
    }
    fn workers(&self, counter: &Counter) -> Option<u64> {
        let key = match counter {
            Counter::Available => "available",
            Counter::Unavailable => "unavailable",
            Counter::Activity(sid) => sid,
        };
        self.document[key].as_u64()
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => number.as_f64().expect("a double").into(),
        Json::String(text) => text.as_str().into(),
        Json::Array(elements) => Value::array(elements.iter().map(value)),
        Json::Object(fields) => {
            Value::object(fields.iter().map(|(key, field)| (key.as_str(), value(field))))
        }
    }
}

/// What `text` says: `true`, `false` or `error`.
fn said(
    text: &str,
    context: Context,
    task: &Json,
    worker: &Json,
    fields: [&'static str; 4],
) -> String {
    let mut paths = Paths::new();
    let expression = match parse(text, context) {
        Ok(expression) => expression,
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{text}: {error:?}");
            return "error".to_owned();
        }
    };
    let compiled = expression.compile(context, &mut paths);
    let pair = Pair {
        task: paths.resolve(&value(task)),
        worker: paths.resolve(&value(worker)),
        fields,
        document: worker.clone(),
    };
    compiled.matches(&pair).to_string()
}

fn context(name: &str) -> Context {
    match name {
        "filter" => Context::Filter,
        "target" => Context::Target,
        "queue" | "target_workers" => Context::TargetWorkers,
        "skip_if" => Context::SkipIf,
        _ => panic!("no context is called {name}"),
    }
}

const VERA: [&str; 4] = ["WK7", "vera", "WA7", "Ready"];

/// What the line of a table says otherwise than it expects, if it does.
fn surprise(line: &str) -> Option<String> {
    let mut columns = line.splitn(4, " | ");
    let mut column = || columns.next().unwrap_or_else(|| panic!("four columns in: {line}"));
    let context = context(column());
    let [task, worker] = [column(), column()]
        .map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{line}: {error}")));
    let (text, expected) =
        column().rsplit_once(" = ").unwrap_or_else(|| panic!("a verdict in: {line}"));
    let said = said(text, context, &task, &worker, VERA);
    (said != expected).then(|| format!("{line}\n  said {said}"))
}

#[test]
fn every_line_of_the_tables_says_what_it_expects() {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions");
    let mut n_lines = 0;
    let mut surprises = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of tables") {
        let text = fs::read_to_string(entry.expect("a table").path()).expect("a readable table");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            n_lines += 1;
            surprises.extend(surprise(line));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert!(n_lines > 200, "{n_lines}");
}

#[test]
fn an_expression_may_be_spread_over_lines() {
    let task = serde_json::json!({ "a": 1, "b": 2 });
    let text = "\n\ta == 1\r\n\tAND\n  b\tNOT\n IN [\n1,\n3 ]\n";
    assert_eq!(said(text, Context::Filter, &task, &Json::Null, VERA), "true");
}

#[test]
fn nesting_is_refused_before_it_exhausts_the_stack() {
    let nested = |open: &str, inner: &str, close: &str, n| {
        parse(&format!("{}{inner}{}", open.repeat(n), close.repeat(n)), Context::Filter)
    };
    for (open, inner, close) in [("(", "1==1", ")"), ("NOT ", "1==1", ""), ("1 IN [", "1", "]")] {
        let error = nested(open, inner, close, 100_000).map(|_| ()).expect_err(open);
        assert_eq!((error.span.start > 0, error.message.is_empty()), (true, false));
    }
    nested("(", "1==1", ")", 200).expect("200 parentheses");
    let side_by_side = vec!["(1==1)"; 2000].join(" AND ");
    parse(&side_by_side, Context::Filter).expect("one level, however often");
    let many = vec!["a == 1 AND b == 2"; 50_000].join(" OR ");
    let long = parse(&many, Context::Filter).expect("a long expression");
    assert!(witness(&long).is_some());
}

#[test]
fn the_commonest_mistakes_get_advice_at_their_place() {
    let advice = |text: &str| {
        let error = parse(text, Context::Filter).expect_err(text);
        (text[error.span].to_owned(), error.help.unwrap_or_default())
    };
    let about = |text, place: &str, word: &str| {
        let (found, help) = advice(text);
        assert!(found == place && help.contains(word), "{text}: `{found}`, {help}");
    };
    about("skill-level > 3", "-", "hyphens");
    about("skill-3 > 1", "-3", "hyphens");
    about("worker.waiting! = true", "! =", "`!=`");
    about("number == 'a', 'b'", ",", "`number IN [...]`");
    about("(number == 'a', 'b')", ",", "`number IN [...]`");
    about("a == 1 && b == 2", "&&", "AND");
    about("a == 1 || b == 2", "||", "OR");
    about("!(a == 1)", "!", "NOT");
    about("OR a == 1", "OR", "OR");
    about("a == 'x", "'x", "close it with '");
    about("vip", "vip", "vip == true");
    about("a == ‘x’", "‘", "'");
    about("", "", "1==1");
    about("1 < n < 3", "<", "AND");
    about("a['b'] == 1", "[", "after a dot");
    about("a[ b] == 1", "[ ", "after a dot");
    about("a. == 1", ".", "");
    about("a == (1)", "(", "a whole condition");
    about("a == has", "has", "after a dot");
    about("(a == 1", "(", "");
    about("a == 1 -3", "-3", "hyphens");
    let message = |text: &str| parse(text, Context::Filter).expect_err(text).message;
    assert_eq!(message("a == 1)"), "this parenthesis was never opened");
    assert_eq!(message("(a == 1"), "this parenthesis is never closed");
    assert_eq!(message("a == 1 b == 2"), "AND or OR expected before `b`");
}

#[test]
fn two_expressions_are_equal_that_differ_in_nothing_but_places() {
    let parsed = |text| parse(text, Context::Filter).expect("an expression");
    assert_eq!(parsed("a == 1 AND (b != 2)"), parsed("  a=1 and b<>2"));
    for other in ["a == 1 AND b != 3", "a == 1 OR b != 2", "a == 1 AND c != 2", "a == 1"] {
        assert_ne!(parsed("a == 1 AND b != 2"), parsed(other), "{other}");
    }
}

#[test]
fn an_error_reads_as_one_line() {
    let error = parse("a == 1 && b == 2", Context::Filter).expect_err("no operator");
    assert_eq!(error.to_string(), "there is no operator `&` (at byte 7); write `AND`");
    let error = parse("a. == 1", Context::Filter).expect_err("no name");
    assert_eq!(error.to_string(), "a name is missing after the dot (at byte 1)");
}

/// The cases that were collected with the specification, where they are at hand:
/// `TASKROUTER_SHARED=… cargo test --test expressions -- --ignored`.
#[test]
#[ignore = "needs files that are not part of the project"]
fn shared_expression_cases() {
    let shared = env::var_os("TASKROUTER_SHARED")
        .map_or_else(|| FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let text = fs::read_to_string(shared.join("expression-cases.json")).expect("the shared cases");
    let cases: Vec<Json> = serde_json::from_str(&text).expect("an array of cases");
    let surprises: Vec<_> = cases.iter().filter_map(shared_surprise).collect();
    assert!(!cases.is_empty() && surprises.is_empty(), "{}", surprises.join("\n"));
}

fn shared_surprise(case: &Json) -> Option<String> {
    let context = context(case["context"].as_str().expect("a context"));
    let document = if context == Context::SkipIf { &case["workers"] } else { &case["worker"] };
    let text = case["expression"].as_str().expect("an expression");
    let alice = ["WK1", "alice", "WA1", "Available"];
    let said = said(text, context, &case["task"], document, alice);
    let expected = case["expected"].to_string();
    (said != expected.trim_matches('"')).then(|| format!("{case}: said {said}"))
}

/// Any expression, as text, over few names and values so that they meet.
fn expressions() -> impl Strategy<Value = String> {
    let names = [
        "task.a",
        "task.b.c",
        "task.l",
        "worker.a",
        "worker.b.c",
        "worker.l",
        "worker.l[0]",
        "worker.sid",
        "worker.activity_name",
        "worker.channel.chat.assigned_tasks",
        "loose",
    ];
    let constants = ["null", "true", "1", "-2.5", "'1'", "'x'", r"'it\'s \\ a'", "\"\"", "007"];
    let constant = prop::sample::select(constants.to_vec()).prop_map(str::to_owned);
    let scalar =
        prop_oneof![prop::sample::select(names.to_vec()).prop_map(str::to_owned), constant];
    let list =
        prop::collection::vec(scalar.clone(), 0..3).prop_map(|all| format!("[{}]", all.join(", ")));
    let operand = prop_oneof![4 => scalar, 1 => list];
    let operators = [
        "==",
        "=",
        "!=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "EQ",
        "contains",
        "NOT CONTAINS",
        "HAS",
        "not has",
        "IN",
        "NOT IN",
    ];
    let operator = prop::sample::select(operators.to_vec());
    let comparison =
        (operand.clone(), operator, operand).prop_map(|(a, o, b)| format!("{a} {o} {b}"));
    comparison.prop_recursive(4, 24, 3, |inner| {
        let enclosed = inner.clone().prop_map(|inner| format!("({inner})"));
        let part = prop_oneof![inner.clone(), enclosed];
        let some = prop::collection::vec(part, 1..4);
        prop_oneof![
            some.clone().prop_map(|parts| parts.join(" AND ")),
            some.prop_map(|parts| parts.join(" or ")),
            inner.clone().prop_map(|inner| format!("NOT ({inner})")),
            inner.prop_map(|inner| format!("NOT {inner}")),
        ]
    })
}

fn documents() -> impl Strategy<Value = Json> {
    let texts = [
        "{}",
        r#"{"a": 1, "l": [1, "x"]}"#,
        r#"{"a": "x", "b": {"c": true}, "l": []}"#,
        r#"{"a": "1", "b": {"c": -2.5}, "l": "x", "channel": {"chat": {"assigned_tasks": 1}}}"#,
    ];
    prop::sample::select(texts.to_vec()).prop_map(|text| serde_json::from_str(text).expect("JSON"))
}

proptest! {
    #[test]
    fn an_expression_reads_back_as_it_is_displayed(text in expressions()) {
        let expression = parse(&text, Context::Target).expect("an expression");
        let again = parse(&expression.to_string(), Context::Target).expect("an expression again");
        prop_assert_eq!(&again, &expression, "{} became {}", text, expression);
    }

    #[test]
    fn the_parts_of_a_split_are_the_whole(text in expressions(), task in documents(), worker in documents()) {
        let mut paths = Paths::new();
        let whole = parse(&text, Context::Target).expect("an expression").compile(Context::Target, &mut paths);
        let [task, resolved] = [&task, &worker].map(|document| paths.resolve(&value(document)));
        let pair = Pair { task, worker: resolved, fields: VERA, document: worker };
        let split = whole.clone().split();
        let holds = |part: &Option<Compiled>| part.as_ref().is_none_or(|part| part.matches(&pair));
        let parts = [&split.worker_only, &split.pair, &split.live];
        prop_assert_eq!(parts.into_iter().all(holds), whole.matches(&pair));
        prop_assert!(split.worker_only.is_none_or(|part| !part.reads_task() && !part.reads_live()));
        prop_assert!(split.pair.is_none_or(|part| part.reads_task() && !part.reads_live()));
        prop_assert!(split.live.is_none_or(|part| part.reads_live()));
    }

    #[test]
    fn any_text_is_an_expression_or_has_a_fault_at_a_place(text in "[a-c.=!<>()\\[\\]'\"\\\\, 0-9é‘-]{0,24}|\\PC{0,24}") {
        if let Err(error) = parse(&text, Context::Filter) {
            prop_assert!(text.get(error.span).is_some());
        }
    }
}
