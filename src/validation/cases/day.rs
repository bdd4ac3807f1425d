//! A day that never settles.

use super::{all, text};
use crate::theory::{Day, Period};
use crate::validation::Case;

pub(super) fn cases() -> Vec<Case> {
    let length = 7200.0;
    let period = |(tasks, servers): (f64, u32)| Period { length, rate: tasks / length, servers };
    let periods = [(360.0, 10), (600.0, 14), (336.0, 9)].map(period).to_vec();
    let day = Day { periods, mean_service: 180.0, mean_patience: Some(120.0) };
    let exact = day.solve(20.0).expect("a day that ends");
    vec![Case {
        name: "day",
        title: "M(t)/M/n(t)+M: a day of three periods",
        source: "Kolmogorov's forward equations",
        text: text!("day"),
        set: Vec::new(),
        checks: vec![
            all("tasks_created", exact.arrivals),
            all("tasks_accepted", exact.served),
            all("tasks_abandoned", exact.abandoned),
            all("tasks_in_time", exact.in_time),
            all("wait_mean", exact.mean_wait),
        ],
    }]
}
