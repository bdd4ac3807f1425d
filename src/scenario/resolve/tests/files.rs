//! Arrivals and values from CSV files.

use crate::scenario::resolve::testing::{Outcome, changed, outcome};
use crate::scenario::source::{Arrivals, RateInterval, TraceRow};
use crate::time::{Span, Time};

fn with(arrivals: &str, csv: &str) -> Outcome {
    let text = changed(&[("arrivals = { per_hour = 20 }", &format!("arrivals = {arrivals}"))]);
    outcome(&text, &[("a.csv", csv)], false)
}

fn rates(outcome: Outcome) -> Vec<RateInterval> {
    match outcome.scenario().sources.iter().next().unwrap().arrivals.clone() {
        Arrivals::Intervals(rates) => rates,
        other => panic!("{other:?}"),
    }
}

fn rows(outcome: Outcome) -> Vec<TraceRow> {
    match outcome.scenario().sources.iter().next().unwrap().arrivals.clone() {
        Arrivals::Trace(rows) => rows,
        other => panic!("{other:?}"),
    }
}

const COUNTS: &str = "\
interval_start,queue,offered
2026-01-04T23:30,Billing,7
2026-01-05T00:00,Billing,10
2026-01-05T00:00,Billing,2
2026-01-05T00:00,Sales,100
2026-01-05 01:00,Billing,20
2026-01-05T02:00:00+00:00,Billing,
2026-01-06T00:00,Billing,30
";

#[test]
fn rows_of_one_interval_add_up_and_those_outside_the_run_are_dropped() {
    let file = "{ file = 'a.csv', count = 'offered', where = { queue = 'Billing' } }";
    let rate = |start: u64, end: u64, mean| RateInterval {
        start: Time::from_secs(start * 60),
        end: Time::from_secs(end * 60),
        mean,
    };
    assert_eq!(rates(with(file, COUNTS)), [rate(0, 30, 12.0), rate(60, 90, 20.0)]);
    let hourly = file.replace("count", "per = '30m', dates = '2026-01-05', count");
    assert_eq!(rates(with(&hourly, COUNTS)), [rate(0, 30, 12.0), rate(60, 90, 20.0)]);
}

#[test]
fn rows_that_all_lie_elsewhere_are_told_with_their_range() {
    let csv = COUNTS.replace("2026-01", "2025-06");
    let told = with("{ file = 'a.csv', count = 'offered' }", &csv).told();
    assert_eq!(
        told,
        ["line 8 'a.csv': no row lies in the run: the run goes from 2026-01-05T00:00:00+00:00 \
             to 2026-01-06T00:00:00+00:00, the rows from 2025-06-04T23:30:00+00:00 to \
             2025-06-06T00:30:00+00:00"]
    );
}

#[test]
fn columns_and_cells_are_told_wrong_at_their_place() {
    let told = with("{ file = 'a.csv', count = 'ofered' }", COUNTS).told();
    assert!(told[0].contains("has no column `ofered`; did you mean `offered`?"), "{told:?}");
    let csv = "interval_start,n\n2026-01-05T00:00,1\n2026-01-05T01:00, many \n5 o'clock,3\n";
    assert_eq!(
        with("{ file = 'a.csv', count = 'n' }", csv).told(),
        [
            "line 3 many: `many` is not a number from 0 up",
            "line 4 5 o'clock: `5 o'clock` is not a date and time",
        ]
    );
}

#[test]
fn a_date_and_an_interval_may_stand_in_two_columns() {
    let csv = "day,slot,n\n2026-01-05,0:00-1:00,1\n2026-01-05,1:00-2:00,2\n";
    let two = "{ file = 'a.csv', time = ['day', 'slot'], count = 'n' }";
    assert_eq!(rates(with(two, csv)).len(), 2);
    let told = with(two, &csv.replace("1:00-2:00", "later")).told();
    assert_eq!(told, ["line 3 2026-01-05: `later` is not a time of day such as 08:30"]);
}

#[test]
fn the_length_of_a_single_interval_must_be_said() {
    let csv = "interval_start,n\n2026-01-05T00:00,1\n";
    let told = with("{ file = 'a.csv', count = 'n' }", csv).told();
    assert!(told[0].contains("cannot be told from a single one"), "{told:?}");
    assert_eq!(rates(with("{ file = 'a.csv', count = 'n', per = '1h' }", csv)).len(), 1);
}

#[test]
fn the_rows_of_a_trace_need_not_be_sorted() {
    let csv = "task,arrival_ms,service_ms,priority,attributes\n\
               0,2000,500,,\n1,1000,,7,\"{\"\"language\"\": \"\"es\"\"}\"\n2,1000,60,0,\n";
    let outcome = with("{ trace = 'a.csv', columns = { talk_ms = 'service_ms' } }", csv);
    let rows = rows(outcome);
    let arrivals: Vec<_> = rows.iter().map(|row| row.arrival.as_millis()).collect();
    assert_eq!(arrivals, [1000, 1000, 2000]);
    assert_eq!((rows[0].priority, rows[0].talk), (Some(7), None));
    assert!(rows[0].attributes.is_some() && rows[1].attributes.is_none());
    assert_eq!(rows[2].talk, Some(Span::from_millis(500)));
}

#[test]
fn what_a_trace_brings_lies_over_the_attributes_of_the_source() {
    let csv = "arrival_ms,attributes\n0,\"{\"\"language\"\": \"\"es\"\"}\"\n";
    let scenario = with("{ trace = 'a.csv' }", csv).scenario();
    let Arrivals::Trace(rows) = &scenario.sources.iter().next().unwrap().arrivals else {
        panic!("a trace")
    };
    let attributes = &scenario.workspace.attributes[rows[0].attributes.unwrap()];
    assert_eq!(attributes.to_string(), "{'language': 'es', 'type': 'billing'}");
    let sales = csv.replace("language", "type");
    assert!(with("{ trace = 'a.csv' }", &sales).told()[0].contains("no filter takes"));
}

#[test]
fn rows_after_the_horizon_are_left_out_with_a_warning() {
    let outcome = with("{ trace = 'a.csv' }", "arrival_ms\n0\n86400000\n99999999\n");
    assert_eq!(
        outcome.told(),
        ["line 8 'a.csv': 2 of 3 rows arrive at the horizon or later; they are left out"]
    );
    assert_eq!(rows(outcome).len(), 1);
}

#[test]
fn of_many_wrong_cells_the_first_twenty_are_told() {
    let csv = "arrival_ms\n".to_owned() + &"x\n".repeat(30);
    let told = with("{ trace = 'a.csv' }", &csv).told();
    assert_eq!(told.len(), 21);
    assert!(told[0].starts_with("line 2 x: `x` is not a number of milliseconds"), "{}", told[0]);
    assert!(told[20].ends_with("a.csv: 10 more cells are wrong"), "{}", told[20]);
}

#[test]
fn rows_of_another_length_and_files_that_are_not_there_are_told() {
    let told = with("{ trace = 'a.csv' }", "arrival_ms,talk_ms\n1,2\n3\n").told();
    assert_eq!(told, ["line 3 3: this row has 1 cells; the header has 2"]);
    let told = with("{ trace = 'b.csv' }", "").told();
    assert!(told[0].starts_with("line 8 'b.csv': cannot read"), "{told:?}");
}

#[test]
fn values_are_drawn_from_a_column() {
    let text = changed(&[(
        "talk = '4m'",
        "talk = { dist = 'empirical', file = 'a.csv', column = 'talk', unit = 'ms' }",
    )]);
    let outcome = outcome(&text, &[("a.csv", "talk\n60000\n\n2m\n")], false);
    let mean = outcome.scenario().sources.iter().next().unwrap().talk.base.mean();
    assert!((mean - 90.0).abs() < 1e-9);
}
