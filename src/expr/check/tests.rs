use super::super::{parse, parse_order_by};
use super::*;

fn lints_of(text: &str, context: Context, known: &Known<'_>) -> Vec<String> {
    let expression = parse(text, context).expect("an expression");
    let lints = check(&expression, context, known);
    lints.into_iter().map(|lint| format!("{}: {}", &text[lint.span], lint.message)).collect()
}

fn unknown(text: &str, context: Context) -> Vec<String> {
    lints_of(text, context, &Known::default())
}

fn known_tasks(text: &str, tasks: &[Value]) -> Vec<String> {
    lints_of(text, Context::Filter, &Known { tasks: Some(tasks), workers: None })
}

fn tasks() -> [Value; 2] {
    [
        Value::object([
            ("type", "lead".into()),
            ("age", "14".into()),
            ("tags", Value::array(["a"])),
        ]),
        Value::object([("type", Value::from("ticket")), ("vip", true.into()), ("n", 3.into())]),
    ]
}

#[test]
fn a_prefix_is_missed_where_it_is_needed_and_found_where_it_is_not() {
    let help = |text, context| {
        let lints =
            check(&parse(text, context).expect("an expression"), context, &Known::default());
        lints.into_iter().map(|lint| lint.help.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(help("task.type == 'x'", Context::Filter), ["write `type`"]);
    assert_eq!(help("worker.skills HAS 'x'", Context::TargetWorkers), ["write `skills`"]);
    assert_eq!(help("wworker.contact_uri == 'x'", Context::Target), ["write `worker.contact_uri`"]);
    assert_eq!(help("skills HAS 'x'", Context::Target), ["write `worker.skills` or `task.skills`"]);
    assert_eq!(help("worker.skills HAS task.skill", Context::Target), [""; 0]);
}

#[test]
fn an_attribute_that_is_called_task_needs_no_advice() {
    let tasks = [Value::object([("task", Value::object([("type", "x")]))])];
    assert_eq!(known_tasks("task.type == 'x'", &tasks), [""; 0]);
}

#[test]
fn state_that_a_queue_or_skip_if_cannot_see_is_pointed_out() {
    assert_eq!(unknown("activity_name == 'x'", Context::TargetWorkers).len(), 1);
    assert_eq!(unknown("channel.voice.assigned_tasks == 0", Context::TargetWorkers).len(), 1);
    assert_eq!(unknown("task.x == 1 OR worker.y == 1", Context::SkipIf).len(), 2);
    assert_eq!(unknown("workers.Available == 0", Context::SkipIf).len(), 1);
    assert_eq!(unknown("workers.available == 0 OR workers.WA1 < 2", Context::SkipIf), [""; 0]);
    assert_eq!(unknown("worker.channel.chat.capacity > 1", Context::Target).len(), 1);
    assert_eq!(unknown("worker.channel.chat.assigned_tasks < 1", Context::Target), [""; 0]);
}

#[test]
fn equality_of_two_attributes_is_odd_unless_one_is_there() {
    let odd = |text| !unknown(text, Context::Target).is_empty();
    assert!(odd("task.agent == worker.agent"));
    assert!(!odd("task.agent != null AND task.agent == worker.agent"));
    assert!(!odd("task.agent == worker.sid"));
    assert!(!odd("task.agent != worker.agent"));
    let tasks = [Value::object([("agent", "x")])];
    let known = Known { tasks: Some(&tasks), workers: None };
    assert_eq!(lints_of("task.agent == worker.agent", Context::Target, &known), [""; 0]);
}

#[test]
fn operators_on_arrays_want_one_array_and_one_scalar() {
    assert_eq!(known_tasks("type HAS 'x'", &tasks()).len(), 1);
    assert_eq!(known_tasks("type IN 'lead'", &tasks()).len(), 1);
    assert_eq!(known_tasks("tags IN ['a']", &tasks()).len(), 1);
    assert_eq!(known_tasks("tags == 'a'", &tasks()).len(), 1);
    assert_eq!(known_tasks("tags HAS 'a' AND tags != null", &tasks()), [""; 0]);
    assert_eq!(
        known_tasks("'a' NOT IN tags", &tasks()),
        ["tags: NOT IN is false where there is no array: `tags` is none in 1 of 2 known tasks"]
    );
}

#[test]
fn an_attribute_that_nobody_sets_is_null() {
    let expected = "tpye: no known task has `tpye`: it is null here";
    assert_eq!(known_tasks("tpye == 'lead'", &tasks()), [expected]);
    assert_eq!(known_tasks("type IN ['lead', tpye]", &tasks()), [expected]);
    assert_eq!(known_tasks("tpye == 'lead'", &[]), [""; 0]);
}

#[test]
fn what_workers_have_is_known_of_workers_only() {
    let workers = [Value::object([("level", 1)])];
    let known = Known { tasks: None, workers: Some(&workers) };
    let lints = |text, context| lints_of(text, context, &known);
    assert_eq!(lints("level == 1", Context::TargetWorkers), [""; 0]);
    assert_eq!(
        lints("levle == 1", Context::TargetWorkers),
        ["levle: no known worker has `levle`: it is null here"]
    );
    assert_eq!(lints("task.levle == worker.level", Context::Target), [""; 0]);
}

#[test]
fn kinds_that_differ_are_pointed_out() {
    let lint = |text| known_tasks(text, &tasks()).pop().unwrap_or_default();
    assert!(lint("age > 13").contains("looks like one"));
    assert!(lint("n == '3'").contains("looks like one"));
    assert!(lint("n IN [4, '3']").starts_with("n IN [4, '3'"));
    assert!(lint("vip == 'true'").contains("`vip` is a boolean, `'true'` is a string"));
    assert!(lint("type == true").contains("never equal"));
    assert!(lint("n CONTAINS '3'").contains("wants two strings"));
    assert!(lint("type CONTAINS 3").contains("wants two strings"));
    assert_eq!(
        lint("type == n"),
        "type == n: `type` is a string, `n` is a number: never equal and in no order"
    );
    assert_eq!(lint("type IN ['lead', null] AND 1 == 1"), "");
    assert_eq!(lint("age == '14' AND n == 3 AND vip == true"), "");
}

#[test]
fn undocumented_operators_are_pointed_out() {
    assert_eq!(unknown("tags NOT HAS 'x' AND s NOT CONTAINS 'y'", Context::Filter).len(), 2);
}

#[test]
fn an_order_wants_whole_numbers() {
    let workers = [Value::object([("a", 1.5), ("b", 2.0)]), Value::object([("a", 2.0)])];
    let known = Known { tasks: None, workers: Some(&workers) };
    let odd = |text| check_order_by(&parse_order_by(text).expect("an order"), &known).len();
    assert_eq!((odd("worker.a DESC"), odd("worker.b"), odd("worker.c, worker.b")), (1, 0, 1));
}

/// All that is said about a text, each as `there: message; help`.
fn told(text: &str, context: Context, known: &Known<'_>) -> Vec<String> {
    let expression = parse(text, context).expect("an expression");
    let one = |lint: Lint| {
        let help = lint.help.map_or(String::new(), |help| format!("; {help}"));
        format!("{}: {}{help}", &text[lint.span], lint.message)
    };
    check(&expression, context, known).into_iter().map(one).collect()
}

fn told_of_tasks(text: &str) -> String {
    told(text, Context::Filter, &Known { tasks: Some(&tasks()), workers: None }).join("\n")
}

#[test]
fn a_wrong_name_is_told_with_the_likeliest_right_one() {
    assert_eq!(
        told_of_tasks("typpe == 'lead'"),
        "typpe: no known task has `typpe`: it is null here; there is `type`"
    );
    assert_eq!(told_of_tasks("xyz == 1"), "xyz: no known task has `xyz`: it is null here");
    let tasks = [Value::object([("a", Value::object([("level", 1)]))])];
    let known = Known { tasks: Some(&tasks), workers: None };
    assert_eq!(
        told("a.levle == 1 OR level == 1", Context::Filter, &known),
        [
            "a.levle: no known task has `a.levle`: it is null here; there is `a.level`",
            "level: no known task has `level`: it is null here",
        ]
    );
}

#[test]
fn a_guard_says_that_an_attribute_is_there() {
    let odd = |text: &str| !unknown(text, Context::Target).is_empty();
    for guard in ["task.a != null", "null != task.a", "task.a == 'x'", "'x' == worker.b"] {
        assert!(!odd(&format!("{guard} AND task.a == worker.b")), "{guard}");
    }
    for guard in ["task.a == null", "task.a != 'x'", "task.a > 'x'", "task.c != null"] {
        assert!(odd(&format!("{guard} AND task.a == worker.b")), "{guard}");
    }
    assert!(odd("task.a != null AND worker.c == 1 OR task.a == worker.b"));
    assert!(odd("(task.a != null AND worker.c == 1) AND (1==1 OR task.a == worker.b)"));
    assert!(!odd("task.a == task.a"));
    assert_eq!(
        told("task.a == worker.b", Context::Target, &Known::default()),
        ["task.a == worker.b: this is true also when both `task.a` and `worker.b` are missing; \
          write `task.a != null AND task.a == worker.b`"]
    );
    let some = [Value::object([("a", 1)]), Value::object([("c", 1)])];
    let known = Known { tasks: Some(&some), workers: None };
    assert_eq!(lints_of("task.a == worker.b", Context::Target, &known).len(), 1);
}

#[test]
fn names_that_mean_nothing_are_explained() {
    let one = |text, context| told(text, context, &Known::default()).join("\n");
    assert_eq!(
        one("workers.Available == 0", Context::SkipIf),
        "workers.Available: `Available` is no activity's SID: `workers.Available` is null; \
         write `workers.available`, `workers.unavailable` or `workers.` and a SID (WA…)"
    );
    assert!(one("skill == 1", Context::SkipIf).contains("knows only the counters of the queue"));
    assert!(one("activity_name == 'x'", Context::TargetWorkers).contains("depend on activities"));
    assert!(one("channel.x.assigned_tasks == 0", Context::TargetWorkers).contains("on channels"));
    assert!(one("worker.channel.chat.capacity == 1", Context::Target).contains("no `capacity`"));
    assert_eq!(one("worker.channel.chat == 1", Context::Target), "");
    let workers =
        [Value::object([("channel", Value::object([("chat", Value::object([("capacity", 1)]))]))])];
    let known = Known { tasks: None, workers: Some(&workers) };
    assert_eq!(told("worker.channel.chat.capacity == 1", Context::Target, &known), [""; 0]);
    let help = |text, context| one(text, context).split("; ").nth(1).map(str::to_owned);
    assert_eq!(help("tasks.x == 1", Context::Target).as_deref(), Some("write `task.x`"));
    assert_eq!(
        help("tusks.x == 1", Context::Target).as_deref(),
        Some("write `worker.tusks.x` or `task.tusks.x`")
    );
    assert_eq!(help("worker.x == 1", Context::Filter), None);
    assert!(
        one("worker.x == 1", Context::Filter).contains("names in a filter are task attributes")
    );
    assert!(one("task.x == 1", Context::TargetWorkers).contains("a TaskQueue's expression"));
    assert_eq!(one("task == 1", Context::Filter), "");
    assert_eq!(
        told_of_tasks("task.type == 'lead'"),
        "task.type: names in a filter are task attributes without a prefix: \
         this looks for an attribute called `task`; write `type`"
    );
}

#[test]
fn what_operators_on_arrays_cannot_use_is_explained() {
    let holds = |text, part: &str| {
        let told = told_of_tasks(text);
        assert!(told.contains(part), "{text}: {told}");
    };
    holds("type HAS 'x'", "`type` is none in any known task: never true; make the attribute");
    holds("type IN 'lead'", "'lead': IN wants an array here: never true; put it in brackets");
    holds("tags HAS tags", "tags: an array on the scalar side of HAS: never true");
    holds("[1] IN tags", "[1]: an array on the scalar side of IN: never true; there is no test");
    holds("tags == 'a'", "tags: an array beside ==: never true; to look into an array");
    holds("'a' == tags", "tags: an array beside ==: never true");
    holds("tags NOT HAS 'a'", "NOT HAS is false where there is no array");
    assert_eq!(told_of_tasks("tags HAS 'a'"), "");
    assert_eq!(told_of_tasks("xyz HAS 'a'"), "xyz: no known task has `xyz`: it is null here");
    assert_eq!(told_of_tasks("tags == null"), "");
    let all = [Value::object([("tags", Value::array(["a"]))])];
    let known = Known { tasks: Some(&all), workers: None };
    assert_eq!(told("'b' NOT IN tags", Context::Filter, &known), [""; 0]);
    let objects = [Value::object([("o", Value::object([("x", 1)]))])];
    let known = Known { tasks: Some(&objects), workers: None };
    assert!(told("o == 1", Context::Filter, &known)[0].contains("an object beside =="));
}

#[test]
fn kinds_are_those_of_all_values_that_are_set() {
    let of = |a: [Value; 2]| a.map(|value| Value::object([("a", value)]));
    let lint = |text, values| {
        let tasks = of(values);
        told(text, Context::Filter, &Known { tasks: Some(&tasks), workers: None }).join("\n")
    };
    let (one, x) = (Value::from(1), Value::from("x"));
    assert!(lint("a == 'y'", [one.clone(), 2.into()]).contains("`a` is a number, `'y'` is a"));
    assert!(lint("a == 'y'", [one.clone(), Value::Null]).contains("`a` is a number"));
    assert_eq!(lint("a == 'y'", [one.clone(), x.clone()]), "");
    assert!(lint("a == 3", ["4".into(), x.clone()]).contains("one a string that looks like one"));
    assert!(lint("a == '3'", [one.clone(), x.clone()]).contains("one a string that looks like"));
    assert_eq!(lint("a == 'x'", [x.clone(), "4".into()]), "");
    assert!(lint("a == 1", [true.into(), false.into()]).contains("`a` is a boolean"));
    assert!(lint("a CONTAINS 'x'", [one.clone(), 2.into()]).contains("CONTAINS wants two strings"));
    assert_eq!(lint("a CONTAINS 'x'", [one, x.clone()]), "");
    assert_eq!(lint("a NOT CONTAINS 'x' AND 1==1", [x.clone(), x]).lines().count(), 1);
    let right = told("'y' == n", Context::Filter, &Known { tasks: Some(&tasks()), workers: None });
    assert_eq!(
        right,
        ["'y' == n: `'y'` is a string, `n` is a number: never equal and in no order; \
          use the same kind on both sides"]
    );
}

#[test]
fn an_order_says_how_many_have_no_whole_number() {
    let workers = [
        Value::object([("a", 1.5), ("b", 2.0)]),
        Value::object([("a", 2.0)]),
        Value::object([("a", 2.5)]),
    ];
    let known = Known { tasks: None, workers: Some(&workers) };
    let text = "worker.b, worker.a DESC, worker.c";
    let lints = check_order_by(&parse_order_by(text).expect("an order"), &known);
    let told: Vec<_> =
        lints.iter().map(|lint| (&text[lint.span.clone()], lint.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (
                "worker.a DESC",
                "TaskRouter orders by whole numbers only: \
                 `a` is none in 2 of 3 known workers that have it"
            ),
            ("worker.c", "no known worker has `c`: this orders nothing"),
        ]
    );
    let known = Known { tasks: None, workers: Some(&[]) };
    assert_eq!(check_order_by(&parse_order_by(text).expect("an order"), &known), []);
}
