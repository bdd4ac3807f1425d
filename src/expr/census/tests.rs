use super::super::{Context, Paths, parse};
use super::*;

/// Workers of one attribute each.
struct Crew(Vec<Value>);

impl Crowd for Crew {
    fn size(&self) -> usize {
        self.0.len()
    }
    fn attribute(&self, row: usize, _path: PathId) -> &Value {
        &self.0[row]
    }
    fn sid(&self, row: usize) -> &str {
        ["1", "1.0", "WK1"][row % 3]
    }
    fn friendly_name(&self, row: usize) -> &str {
        ["ada", "-0", ""][row % 3]
    }
}

const OPERATORS: [Operator; 12] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Contains,
    Operator::NotContains,
    Operator::Has,
    Operator::NotHas,
    Operator::In,
    Operator::NotIn,
];

/// Values of every kind, some of which are nearly the same.
fn values() -> Vec<Value> {
    let scalars = || {
        let texts = ["", "1", "1.0", "01", "-0", "a", "ab"].map(Value::from);
        let numbers = [0.0, -0.0, 1.0, 1.5, -2.0].map(Value::from);
        [Value::Null, true.into(), false.into()].into_iter().chain(texts).chain(numbers)
    };
    let object = Value::object([("a", 1)]);
    let nested = Value::array([Value::array([1]), object.clone(), 1.into()]);
    let arrays = scalars().map(|value| Value::array([value, "ab".into()]));
    scalars()
        .chain(arrays.collect::<Vec<_>>())
        .chain([nested, object, Value::array([0; 0])])
        .collect()
}

/// The rows that `node` takes, asked one by one.
fn one_by_one(crew: &Crew, node: &Node, task: Option<&Resolved>) -> RoaringBitmap {
    let asked = |row: u32| Asked { crowd: crew, row: row as usize, task };
    (0..row(crew.size())).filter(|row| node.matches(&asked(*row))).collect()
}

#[test]
fn all_are_taken_who_are_taken_one_by_one() {
    let crew = Crew(values());
    let mut paths = Paths::new();
    let path = paths.intern(&"x".parse().expect("a path"));
    let terms = || {
        [Term::Worker(path), Term::Field(WorkerField::Sid), Term::Field(WorkerField::FriendlyName)]
    };
    let mut census = Census::default();
    for operator in OPERATORS {
        for value in values() {
            let task = paths.resolve(&Value::object([("x", value.clone())]));
            for own in terms() {
                let sides = |value: Term| [(own.clone(), value.clone()), (value, own.clone())];
                let both = [Term::Constant(value.clone()), Term::Task(path), Term::Worker(path)];
                for (left, right) in both.into_iter().flat_map(sides) {
                    let test = Node::Test(Box::new(Test { left, operator, right }));
                    let expected = one_by_one(&crew, &test, Some(&task));
                    let found = census.who(&crew, &Compiled { root: test.clone() }, Some(&task));
                    assert_eq!(found, expected, "{test:?} of {value}");
                }
            }
        }
    }
}

#[test]
fn and_or_and_not_go_over_sets() {
    let crew = Crew(values());
    let mut paths = Paths::new();
    for text in [
        "x == 1 AND sid == 'WK1'",
        "x HAS 'a' OR friendly_name == 'ada'",
        "NOT (x > 0 OR sid != 1) AND NOT x == null",
        "x IN [1, sid]",
        "1 == 1",
        "1 == 0 OR x HAS sid",
    ] {
        let context = Context::TargetWorkers;
        let compiled = parse(text, context).expect("an expression").compile(context, &mut paths);
        let expected = one_by_one(&crew, &compiled.root, None);
        assert_eq!(Census::default().who(&crew, &compiled, None), expected, "{text}");
    }
}

#[test]
fn what_is_asked_grows_with_values_and_not_with_workers() {
    let asked = |n_workers: usize| {
        let crew = Crew((0..n_workers).map(|n| Value::array([format!("s{}", n % 20)])).collect());
        let mut paths = Paths::new();
        let mut census = Census::default();
        for number in 0..20 {
            let text = format!("x HAS 's{number}' AND sid != 'WK1'");
            let context = Context::TargetWorkers;
            let compiled = parse(&text, context).expect("valid").compile(context, &mut paths);
            assert_eq!(census.who(&crew, &compiled, None).len(), n_workers as u64 / 30);
        }
        census.n_tests()
    };
    assert_eq!([asked(300), asked(30_000)], [80, 80]);
}
