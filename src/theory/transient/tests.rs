//! The day against published values and closed forms.

use super::*;
use crate::theory::tests::assert_close;

fn period(length: f64, rate: f64, servers: u32) -> Period {
    Period { length, rate, servers }
}

#[test]
fn an_eight_hour_day_agrees_with_contact_centers() {
    // L'Ecuyer & Buist, ContactCenters, doc/examples/MMC.java and MMC.res: 1000 days, 95 %.
    let periods = vec![period(28_800.0, 0.07, 12)];
    let day = Day { periods, mean_service: 120.0, mean_patience: None };
    let exact = day.solve(20.0).expect("it ends");
    assert!((1_812.618..1_819.698).contains(&exact.in_time), "{exact:?}");
    assert!((0.9..0.904).contains(&exact.service_level), "{exact:?}");
    assert!((0.097..0.102).contains(&(exact.mean_wait / 60.0)), "{exact:?}");
    assert!((0.694..0.697).contains(&exact.occupancy), "{exact:?}");
    // An independent solution of the same equations, with the wait as it is at arrivals.
    assert_close(exact.in_time, 1_815.271_737_111_871_5);
    assert_close(exact.mean_wait, 6.040_844_461_081_8);
    assert_close(exact.occupancy, 0.696_934_349_489_210_8);
    assert_close(exact.served, 2_016.0);
}

#[test]
fn cutting_the_day_where_nothing_changes_changes_nothing() {
    let whole = vec![period(6_000.0, 0.05, 5), period(3_000.0, 0.08, 7)];
    let parts = vec![
        period(2_345.0, 0.05, 5),
        period(3_655.0, 0.05, 5),
        period(15.0, 0.08, 7),
        period(2_985.0, 0.08, 7),
    ];
    let solve = |periods| Day { periods, mean_service: 100.0, mean_patience: Some(90.0) };
    let (whole, parts) = (solve(whole).solve(30.0), solve(parts).solve(30.0));
    let (whole, parts) = (whole.expect("it ends"), parts.expect("it ends"));
    assert_close(whole.in_time, parts.in_time);
    assert_close(whole.mean_wait, parts.mean_wait);
    assert_close(whole.served + whole.abandoned, whole.arrivals);
}

#[test]
fn who_waits_long_enough_is_served_or_gone_whatever_the_staff_does() {
    // Forward: completions. Backward: the hopes of each who comes, over all changes.
    let periods = vec![period(60.0, 0.1, 4), period(50.0, 0.15, 1), period(40.0, 0.02, 3)];
    let day = Day { periods, mean_service: 30.0, mean_patience: Some(40.0) };
    let exact = day.solve(900.0).expect("it ends");
    assert_close(exact.served + exact.abandoned, exact.arrivals);
    assert!((exact.in_time / exact.served - 1.0).abs() < 1e-8, "{exact:?}");
    let patient = Day { mean_patience: None, ..day }.solve(900.0).expect("it ends");
    assert_close(patient.served, patient.arrivals);
    assert!((patient.service_level - 1.0).abs() < 1e-8, "{patient:?}");
}

#[test]
fn a_late_start_lets_all_wait_for_it() {
    let periods = vec![period(100.0, 0.1, 0), period(500.0, 0.0, 60)];
    let day = Day { periods, mean_service: 80.0, mean_patience: None };
    let exact = day.solve(30.0).expect("it ends");
    assert_close(exact.mean_wait, 50.0);
    assert_close(exact.service_level, 0.3);
    let periods = vec![period(100.0, 0.1, 0)];
    assert_eq!(Day { periods, ..day }.solve(30.0), None);
}

#[test]
fn servers_enough_for_all_fill_up_exponentially_and_finish_after_a_cut() {
    let periods = vec![period(500.0, 0.05, 60), period(200.0, 0.0, 0), period(1.0, 0.0, 1)];
    let day = Day { periods, mean_service: 100.0, mean_patience: None };
    let exact = day.solve(10.0).expect("it ends");
    let present = 5.0 * (1.0 - (-5.0_f64).exp());
    let busy = 5.0 * 500.0 - 100.0 * present + 100.0 * present * (1.0 - (-2.01_f64).exp());
    assert_close(exact.occupancy, busy / (60.0 * 500.0 + 1.0));
    assert_close(exact.service_level, 1.0);
    assert!(exact.mean_wait < 1e-12);
}
