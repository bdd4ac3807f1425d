//! One queue whose workers answer at once.

use super::{all, source, text};
use crate::theory::{
    ErlangA, ErlangC, MMnG, Station, cobham, erlang_b, lognormal_cdf, pollaczek_khinchine,
};
use crate::validation::{Case, Check};

pub(super) fn cases() -> Vec<Case> {
    let queues = vec![loss(), waiting(), chats(), impatient()];
    let patience = vec![constant_patience(), varied_patience()];
    let others = vec![constant_talk(), varied_talk(), priority()];
    [queues, patience, others].concat()
}

fn loss() -> Case {
    let load = 7.2;
    let lost = erlang_b(load, 10);
    Case {
        name: "erlang_b",
        title: "M/G/n/n: lost unless somebody is free",
        source: "Erlang (1917); Sevastyanov (1957) for any talk time",
        text: text!("erlang_b"),
        set: Vec::new(),
        checks: vec![
            all("immediate_offer_probability", 1.0 - lost),
            all("workers_talking_mean", load * (1.0 - lost)),
        ],
    }
}

fn waiting() -> Case {
    let station = Station { rate: 200.0 / 3600.0, mean_service: 180.0, servers: 14 };
    let exact = ErlangC::new(station).expect("stable");
    Case {
        name: "erlang_c",
        title: "M/M/n: everybody waits",
        source: "Erlang (1917)",
        text: text!("erlang_c"),
        set: Vec::new(),
        checks: vec![
            all("wait_probability", exact.p_wait),
            all("wait_mean", exact.mean_wait),
            all("service_level", exact.service_level(20.0)),
            all("queue_length_mean", exact.mean_queue),
            all("occupancy", exact.occupancy),
        ],
    }
}

/// Half as many workers with room for two.
fn chats() -> Case {
    let mut case = waiting();
    let capacity = case.checks.iter_mut().find(|check| check.metric == "occupancy");
    capacity.expect("a check").metric = "capacity_utilization";
    let set = ["workers[\"desk\"].count=7", "workers[\"desk\"].channels={default=2}"];
    Case {
        name: "erlang_c_chats",
        title: "M/M/n: half as many workers, two chats each",
        set: set.map(str::to_owned).to_vec(),
        ..case
    }
}

fn impatient() -> Case {
    let station = Station { rate: 0.8, mean_service: 60.0, servers: 50 };
    let exact = ErlangA::new(station, 120.0);
    Case {
        name: "erlang_a",
        title: "M/M/n+M: callers hang up",
        source: "Palm (1957); Garnett, Mandelbaum & Reiman (2002)",
        text: text!("erlang_a"),
        set: Vec::new(),
        checks: vec![
            all("abandonment_rate", exact.p_abandon),
            all("wait_mean", exact.mean_wait),
            all("wait_until_accepted_mean", exact.mean_wait_of_served),
            all("wait_probability", exact.p_wait),
            all("service_level_created", exact.service_level(20.0)),
            all("occupancy", exact.occupancy),
        ],
    }
}

/// Twenty workers, as much work as they can do, and a patience that `survival` describes.
fn patience(survival: impl Fn(f64) -> f64) -> Case {
    let station = Station { rate: 1200.0 / 3600.0, mean_service: 60.0, servers: 20 };
    let exact = MMnG::new(station, survival).expect("a steady state");
    Case {
        name: "patience",
        title: "M/M/n+D: all hang up after one minute",
        source: "Baccelli & Hebuterne (1981); Zeltyn & Mandelbaum (2005)",
        text: text!("patience"),
        set: Vec::new(),
        checks: vec![
            all("abandonment_rate", exact.p_abandon),
            all("wait_mean", exact.mean_wait),
            all("wait_until_accepted_mean", exact.mean_wait_of_served),
            all("wait_probability", exact.p_wait),
            all("service_level_created", exact.service_level(20.0)),
        ],
    }
}

fn constant_patience() -> Case {
    patience(|time| if time < 60.0 { 1.0 } else { 0.0 })
}

fn varied_patience() -> Case {
    let set = r#"source.calls.patience={dist="lognormal",median="60s",sigma=1.0}"#;
    Case {
        name: "patience_varied",
        title: "M/M/n+G: log-normal patience, median one minute",
        set: vec![set.to_owned()],
        ..patience(|time| 1.0 - lognormal_cdf(60.0, 1.0, time))
    }
}

/// One worker, 60 % busy.
fn one_worker(name: &'static str, title: &'static str, cv: f64) -> Case {
    let (rate, mean) = (36.0 / 3600.0, 60.0);
    let wait = pollaczek_khinchine(rate, mean, cv).expect("stable");
    let checks: Vec<Check> = vec![
        all("wait_mean", wait),
        all("wait_probability", rate * mean),
        all("queue_length_mean", rate * wait),
    ];
    let source = "Pollaczek (1930), Khinchine (1932)";
    Case { name, title, source, text: text!("one_worker"), set: Vec::new(), checks }
}

fn constant_talk() -> Case {
    one_worker("one_worker", "M/D/1: every talk lasts the same", 0.0)
}

fn varied_talk() -> Case {
    let talk = r#"source.calls.talk={dist="lognormal",mean="60s",cv=1.5}"#;
    let set = vec![talk.to_owned()];
    Case { set, ..one_worker("one_worker_varied", "M/G/1: log-normal talk, cv 1.5", 1.5) }
}

fn priority() -> Case {
    let exact = cobham(&[30.0 / 3600.0, 90.0 / 3600.0], 120.0, 5).expect("stable");
    Case {
        name: "priority",
        title: "M/M/n, two priorities",
        source: "Cobham (1954)",
        text: text!("priority"),
        set: Vec::new(),
        checks: vec![
            source("gold", "wait_mean", exact[0]),
            source("others", "wait_mean", exact[1]),
        ],
    }
}
