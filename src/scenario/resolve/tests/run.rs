//! Civil time and horizons.

use crate::scenario::model::{Drain, Horizon};
use crate::scenario::resolve::testing::{changed, scenario, told};
use crate::scenario::source::Arrivals;
use crate::scenario::staff::Presence;
use crate::time::{Span, Time};

#[test]
fn an_unknown_time_zone_is_told_with_the_nearest() {
    let text = changed(&[("schema = 1", "schema = 1\ntime_zone = 'America/New_Yrok'")]);
    assert_eq!(
        told(&text),
        ["line 2 'America/New_Yrok': no time zone is named `America/New_Yrok`; did you mean \
             `America/New_York`?"]
    );
}

#[test]
fn the_day_on_which_the_clock_jumps_has_shifts_and_arrivals_at_civil_times() {
    let text = changed(&[
        ("schema = 1", "schema = 1\ntime_zone = 'America/New_York'\nstart = 2026-03-08T00:00:00"),
        ("per_hour = 20", "per = '1h', from = '01:00', counts = [10, 20, 30]"),
        ("count = 2", "count = 2\nshift = { start = '01:00', end = '09:00' }"),
    ]);
    let scenario = scenario(&text);
    let Arrivals::Intervals(rates) = &scenario.sources.iter().next().unwrap().arrivals else {
        panic!("a table")
    };
    let hour = Span::from_secs(3600);
    let hours: Vec<_> = rates.iter().map(|r| (r.start.as_millis() / 3_600_000, r.mean)).collect();
    assert_eq!(hours, [(1, 10.0), (2, 30.0)], "the hour from 2 to 3 does not exist");
    assert!(rates.iter().all(|rate| rate.end.since(rate.start) == hour));
    let Presence::Shifts(shifts) = &scenario.groups.iter().next().unwrap().presence else {
        panic!("shifts")
    };
    assert_eq!(shifts[0].end.since(shifts[0].start), hour * 7);
    assert_eq!(scenario.clock.iso(shifts[1].start), "2026-03-09T01:00:00-04:00");
}

#[test]
fn schedules_reach_to_the_end_of_the_drain() {
    let count = |changes: &[(&str, &str)]| {
        let shift = ("count = 2", "count = 2\nshift = { start = '08:00', end = '09:00' }");
        let text = changed(&[&[shift], changes].concat());
        match &scenario(&text).groups.iter().next().unwrap().presence {
            Presence::Shifts(shifts) => shifts.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(count(&[]), 3, "the horizon, a life of 24 hours, and a day");
    assert_eq!(count(&[("talk =", "timeout = '48h'\ntalk =")]), 4);
    assert_eq!(count(&[("horizon = '1d'", "horizon = '1d'\ndrain = '0s'")]), 1);
}

#[test]
fn a_number_of_tasks_is_a_horizon() {
    let text = changed(&[
        ("horizon = '1d'", "horizon = { tasks = 1000 }\ndrain = '1h'"),
        ("per_hour = 20", "per = '1h', from = '08:00', counts = [10]"),
        ("talk =", "open = { days = 'mon', from = '08:30', to = '24:00' }\ntalk ="),
    ]);
    let scenario = scenario(&text);
    assert_eq!(scenario.horizon, Horizon::Tasks(1000));
    assert_eq!(scenario.drain, Drain::For(Span::from_secs(3600)));
    let Arrivals::Intervals(rates) = &scenario.sources.iter().next().unwrap().arrivals else {
        panic!("a table")
    };
    let weeks = rates.len() / 7;
    assert!((500..=2000).contains(&weeks), "five tasks a week make 2,500 in {weeks} weeks");
    let never = changed(&[("horizon = '1d'", "horizon = { tasks = 10000000000 }")]);
    assert_eq!(
        told(&never),
        ["line 3 { tasks = 10000000000 }: the sources never bring 10000000000 tasks; about \
             175320000 are expected, in a thousand years"]
    );
}

#[test]
fn a_warm_up_leaves_something() {
    let text = changed(&[("horizon = '1d'", "horizon = '1d'\nwarm_up = '1d'")]);
    assert_eq!(told(&text), ["line 4 '1d': the warm-up is as long as the whole run"]);
}

#[test]
fn opening_hours_are_windows_of_the_run() {
    let text = changed(&[("talk =", "open = { from = '22:00', to = '02:00' }\ntalk =")]);
    let scenario = scenario(&text);
    let open = scenario.sources.iter().next().unwrap().open.clone().unwrap();
    assert_eq!((open[0].start, open[0].end), (Time::ZERO, Time::from_secs(7200)));
    assert_eq!(open[1].start, Time::from_secs(22 * 3600));
}
