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
