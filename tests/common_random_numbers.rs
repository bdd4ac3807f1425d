//! Changing one thing leaves all other draws alone, so that two scenarios can be compared task by
//! task; and a result depends on nothing but the scenario.

mod runs;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use runs::{ALL_ROWS, record_on, scenario_with, traced};
use taskrouter_sim::observation::{Recording, Rows, TaskRow, Traces};
use taskrouter_sim::routing::WorkerId;
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::{Span, Time};

const BASE: &str = r#"
schema = 1
name = "pair"
horizon = "6h"
seed = 21
[workspace]
task_queues = [ { friendly_name = "Q" } ]
[[workspace.workflows]]
friendly_name = "W"
task_reservation_timeout = 10
configuration = { task_routing = { filters = [], default_filter = { queue = "Q" } } }
[[workers]]
group = "day"
count = 6
behavior = "desk"
speed = { dist = "lognormal", mean = 1.0, cv = 0.1 }
[behavior.desk]
response = { dist = "lognormal", median = "7s", sigma = 0.8 }
reject = { p = 0.05, after = { dist = "exponential", mean = "3s" } }
miss = 0.05
recovery = { dist = "exponential", mean = "60s" }
[busyness.day]
dist = "gamma"
mean = 1.0
cv = 0.1
[source.calls]
workflow = "W"
busyness = "day"
arrivals = { per = "1h", from = "00:00", counts = [60, 80, 70, 90, 60, 50] }
patience = { dist = "exponential", mean = "3m" }
talk = { dist = "lognormal", mean = "3m", cv = 1.0 }
wrap_up = { dist = "exponential", mean = "30s" }
retry = { p = 0.5, after = { dist = "exponential", mean = "5m" }, max = 2 }
[source.chats]
workflow = "W"
arrivals = { per_hour = 30 }
patience = { dist = "exponential", mean = "3m" }
talk = { dist = "exponential", mean = "2m" }
"#;

/// What was drawn for a task before anybody did anything.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    created: Time,
    patience: Option<Span>,
    talk: Span,
    wrap_up: Span,
}

/// What was drawn for every first attempt, by key. When somebody tries again depends on whether
/// they gave up, and is compared apart.
fn drawn(rows: &Rows) -> BTreeMap<&str, Drawn> {
    let of = |row: &TaskRow| Drawn {
        created: row.created,
        patience: row.patience,
        talk: row.talk_drawn,
        wrap_up: row.wrap_up_drawn,
    };
    let first = rows.tasks.iter().filter(|row| !row.key.contains('+'));
    first.map(|row| (row.key.as_str(), of(row))).collect()
}

/// The answer that was drawn for every task's first offer, by key. An offer that the end of its
/// task cut short has one as well.
fn first_answers(rows: &Rows) -> BTreeMap<&str, Option<Span>> {
    let mut answers = BTreeMap::new();
    for offer in &rows.reservations {
        let index = usize::try_from(offer.task - 1).expect("a task");
        answers.entry(rows.tasks[index].key.as_str()).or_insert(offer.answer_drawn);
    }
    answers
}

fn of_source<'a, T: Clone>(all: &BTreeMap<&'a str, T>, source: &str) -> BTreeMap<&'a str, T> {
    let own = all.iter().filter(|(key, _)| key.starts_with(&format!("{source}:")));
    own.map(|(key, value)| (*key, value.clone())).collect()
}

fn run(set: &[&str]) -> Recording {
    traced(&scenario_with(BASE, set))
}

/// What both have is the same, and they have enough in common.
fn assert_same<T: PartialEq + std::fmt::Debug>(a: &BTreeMap<&str, T>, b: &BTreeMap<&str, T>) {
    let both: Vec<_> = a.iter().filter_map(|(key, a)| Some((key, a, b.get(key)?))).collect();
    assert!(100 < both.len(), "{} in common", both.len());
    for (key, a, b) in both {
        assert_eq!(a, b, "{key}");
    }
}

#[test]
fn another_reservation_timeout_leaves_every_draw_alone() {
    let timeout = "workspace.workflows[\"W\"].task_reservation_timeout";
    let (short, long) = (run(&[&format!("{timeout}=10")]), run(&[&format!("{timeout}=60")]));
    let (a, b) = (drawn(&short.rows), drawn(&long.rows));
    assert_eq!(a, b);
    assert_same(&first_answers(&short.rows), &first_answers(&long.rows));
    let missed = |recording: &Recording| recording.tallies[0].counters.reservations_timed_out;
    assert!(missed(&long) < missed(&short), "the timeout changes nothing at all");
}

#[test]
fn whoever_tries_again_in_both_is_as_patient_and_talks_as_long() {
    let timeout = "workspace.workflows[\"W\"].task_reservation_timeout";
    let (short, long) = (run(&[&format!("{timeout}=10")]), run(&[&format!("{timeout}=60")]));
    let again = |rows: &Rows| -> BTreeMap<String, (Option<Span>, Span)> {
        let again = rows.tasks.iter().filter(|row| row.key.contains('+'));
        again.map(|row| (row.key.clone(), (row.patience, row.talk_drawn))).collect()
    };
    let (a, b) = (again(&short.rows), again(&long.rows));
    let both: Vec<_> = a.iter().filter_map(|(key, a)| Some((a, b.get(key)?))).collect();
    assert!(10 < both.len(), "{} in common", both.len());
    assert!(both.iter().all(|(a, b)| a == b));
}

#[test]
fn another_source_and_another_load_leave_a_source_alone() {
    let base = run(&[]);
    let busier = run(&["source.chats.arrivals.per_hour=90", "source.chats.talk=5m"]);
    let (a, b) = (drawn(&base.rows), drawn(&busier.rows));
    assert_eq!(of_source(&a, "calls"), of_source(&b, "calls"));
    assert_same(
        &of_source(&first_answers(&base.rows), "calls"),
        &of_source(&first_answers(&busier.rows), "calls"),
    );
}

#[test]
fn a_busier_day_keeps_every_task_of_a_calmer_one() {
    let (base, busier) = (run(&[]), run(&["busyness.day.mean=1.2"]));
    let (calm, busy) = (drawn(&base.rows), drawn(&busier.rows));
    let (calm, busy) = (of_source(&calm, "calls"), of_source(&busy, "calls"));
    assert!(calm.len() < busy.len());
    assert_same(&calm, &busy);
    assert!(calm.keys().all(|key| busy.contains_key(key)));
}

#[test]
fn more_groups_queues_and_sources_leave_draws_alone() {
    let base = run(&[]);
    let mut text = BASE.replace(
        "task_queues = [ { friendly_name = \"Q\" } ]",
        "task_queues = [ { friendly_name = \"A\" }, { friendly_name = \"Q\" } ]",
    );
    let group = "[[workers]]\ngroup = \"another\"\ncount = 2\nbehavior = \"desk\"\n[[workers]]\n";
    text = text.replacen("[[workers]]\n", group, 1);
    write!(
        text,
        "[source.another]\nworkflow = \"W\"\ntalk = \"1m\"\narrivals = {{ per_hour = 9 }}"
    )
    .expect("a string");
    let more = traced(&scenario_with(&text, &[]));
    let (a, b) = (drawn(&base.rows), drawn(&more.rows));
    for source in ["calls", "chats"] {
        assert_eq!(of_source(&a, source), of_source(&b, source));
    }
    assert_same(&first_answers(&base.rows), &first_answers(&more.rows));
}

/// What two runs that differ in the reservation timeout do not have in common, though they should:
/// everything that is drawn. Nothing is told of what too few tasks or offers show.
fn audit(a: &Rows, b: &Rows) -> Vec<&'static str> {
    let (of_a, of_b) = (drawn(a), drawn(b));
    let mut broken = Vec::new();
    let mut check = |what, is_same: bool| {
        if !is_same {
            broken.push(what);
        }
    };
    check("arrivals", of_a.keys().eq(of_b.keys()) && same(&of_a, &of_b, |drawn| drawn.created));
    check("patience", same(&of_a, &of_b, |drawn| drawn.patience));
    check("talk", same(&of_a, &of_b, |drawn| drawn.talk));
    check("wrap-up", same(&of_a, &of_b, |drawn| drawn.wrap_up));
    check("answers", same(&answers(a), &answers(b), Clone::clone));
    check("away", no_contradiction(a, b) && no_contradiction(b, a));
    broken
}

/// Whether what both have is the same.
fn same<K: Ord, T, U: PartialEq>(
    a: &BTreeMap<K, T>,
    b: &BTreeMap<K, T>,
    of: impl Fn(&T) -> U,
) -> bool {
    let mut both = a.iter().filter_map(|(key, a)| Some((a, b.get(key)?)));
    100 < a.keys().filter(|key| b.contains_key(key)).count() && both.all(|(a, b)| of(a) == of(b))
}

/// The answer that was drawn for every offer, by the task's key and which of its offers it is.
fn answers(rows: &Rows) -> BTreeMap<(&str, usize), Option<Span>> {
    let mut n_offers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut answers = BTreeMap::new();
    for offer in &rows.reservations {
        let index = usize::try_from(offer.task - 1).expect("a task");
        let key = rows.tasks[index].key.as_str();
        let n = n_offers.entry(key).or_default();
        answers.insert((key, *n), offer.answer_drawn);
        *n += 1;
    }
    answers
}

/// Whether nobody answers in `a` as if they were there, while `b` saw that they are away.
fn no_contradiction(a: &Rows, b: &Rows) -> bool {
    let absences = absences(b);
    let mut there = answered(a).filter(|(_, _, late)| *late == Span::ZERO);
    there.all(|(worker, at, _)| {
        let mut own = absences.iter().filter(|(other, _, _)| *other == worker);
        own.all(|(_, from, to)| at < *from || *to <= at)
    })
}

/// Which worker was seen to be away from when to when: an offer that is answered later than was
/// drawn was made while they were away.
fn absences(rows: &Rows) -> Vec<(WorkerId, Time, Time)> {
    let late = answered(rows).filter(|(_, _, late)| Span::ZERO < *late);
    late.map(|(worker, at, late)| (worker, at, at + late)).collect()
}

/// The offers that were accepted: by whom, when they were made, how much later they were answered
/// than was drawn.
fn answered(rows: &Rows) -> impl Iterator<Item = (WorkerId, Time, Span)> + '_ {
    let accepted = rows.reservations.iter().filter(|offer| offer.outcome == "accepted");
    accepted.filter_map(|offer| {
        let (ring, drawn) = (offer.ring?, offer.answer_drawn?);
        Some((offer.worker, offer.created, ring - drawn))
    })
}

const AWAY: &str = "behavior.desk.away={ every = { dist = \"exponential\", mean = \"4m\" }, \
                    lasts = { dist = \"exponential\", mean = \"30s\" } }";

#[test]
fn the_audit_of_two_timeouts_finds_nothing_and_each_broken_draw() {
    let timeout =
        |seconds| format!("workspace.workflows[\"W\"].task_reservation_timeout={seconds}");
    let short = run(&[AWAY, &timeout(10)]);
    let broken = |more: &[&str]| {
        let long = run(&[&[AWAY, timeout(60).as_str()], more].concat());
        audit(&short.rows, &long.rows)
    };
    assert_eq!(broken(&[]), [""; 0]);
    let n_absences = absences(&run(&[AWAY, &timeout(60)]).rows).len();
    assert!(10 < n_absences, "only {n_absences} absences were seen");
    for (change, what) in [
        ("source.calls.arrivals.counts=[61, 81, 71, 91, 61, 51]", "arrivals"),
        ("source.calls.patience.mean=\"4m\"", "patience"),
        ("source.calls.talk.cv=1.1", "talk"),
        ("source.calls.wrap_up.mean=\"31s\"", "wrap-up"),
        ("behavior.desk.response.sigma=0.81", "answers"),
        ("behavior.desk.away.lasts.mean=\"60s\"", "away"),
    ] {
        assert!(broken(&[change]).contains(&what), "{change}: {:?}", broken(&[change]));
    }
    let others = broken(&["seed=22"]);
    assert_eq!(others, ["arrivals", "patience", "talk", "wrap-up", "answers", "away"]);
}

#[test]
fn what_a_day_costs_is_much_the_same_with_another_timeout() {
    let costs = |timeout: u32| -> Vec<f64> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/missed_offers.toml");
        let set = format!("workspace.workflows[\"Support\"].task_reservation_timeout={timeout}");
        let scenario = Scenario::load(&path, &[set], false).expect("a bundled scenario").scenario;
        let days = record_on(&scenario, (600, 2), Traces::default());
        let cost = |day: &Recording| {
            let c = &day.tallies[0].counters;
            #[expect(clippy::cast_precision_loss, reason = "a day's milliseconds")]
            let cost =
                (c.wait_ms + 60_000 * c.tasks_abandoned + 10_000 * c.reservations_timed_out) as f64;
            cost
        };
        days.iter().map(cost).collect()
    };
    let [short, long] = [10, 60].map(costs);
    let correlation = correlation(&short, &long);
    assert!(0.95 < correlation, "{correlation}");
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / f64::from(600);
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| of(a - mean_a, b - mean_b)).sum()
    };
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scenario = scenario_with(BASE, &[]);
    let [one, two] = [1, 2].map(|threads| record_on(&scenario, (4, threads), ALL_ROWS));
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }
    assert_ne!(format!("{:?}", one[0].rows), format!("{:?}", one[1].rows));
}
