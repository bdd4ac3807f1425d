//! Workers who miss offers.

use super::{all, text};
use crate::theory::{Coin, Moments, Offers, Race, Reaction, Restart, Station, lognormal_cdf};
use crate::validation::Case;

pub(super) fn cases() -> Vec<Case> {
    let timeouts = [
        ("light_traffic_8s", "a timeout of 8 s where somebody is always free", 8.0),
        ("light_traffic_15s", "a timeout of 15 s where somebody is always free", 15.0),
        ("light_traffic_30s", "a timeout of 30 s where somebody is always free", 30.0),
    ];
    [vec![race(), coin()], timeouts.map(light_traffic).to_vec(), vec![asked_at_once()]].concat()
}

fn race() -> Case {
    let (talk, offline) = (Moments::new(120.0, 1.0), Moments::new(60.0, 1.0));
    let reaction = Reaction::exponential(18.0, 30.0);
    let exact = Race::new(12.0 / 3600.0, talk, reaction, offline).expect("stable");
    Case {
        name: "missed_race",
        title: "one worker, answers late or in time",
        source: "Pollaczek (1930), Khinchine (1932), with a random number of failed offers",
        text: text!("missed_race"),
        set: Vec::new(),
        checks: vec![
            all("reservation_timeout_rate", exact.p_timeout),
            all("offers_per_task", exact.offers_per_task),
            all("wait_until_first_offer_mean", exact.mean_wait_to_first_offer),
            all("wait_until_accepted_mean", exact.mean_wait_to_accept),
            all("wait_in_final_offer_mean", reaction.ring.mean),
            all("workers_ringing_mean", exact.ringing),
            all("workers_recovering_mean", exact.offline),
        ],
    }
}

fn coin() -> Case {
    let station = Station { rate: 54.0 / 3600.0, mean_service: 120.0, servers: 3 };
    let offers = Offers { p_miss: 0.15, mean_ring: 12.0, timeout: 30.0, mean_offline: 90.0 };
    let exact = Coin::new(station, offers).expect("stable");
    Case {
        name: "missed_coin",
        title: "three workers, offers missed at random",
        source: "Markov chain, the timeout in stages and their limit",
        text: text!("missed_coin"),
        set: Vec::new(),
        checks: vec![
            all("reservation_timeout_rate", offers.p_miss),
            all("offers_per_task", exact.offers_per_task),
            all("wait_until_accepted_mean", exact.mean_wait_to_accept),
            all("wait_unoffered_mean", exact.mean_time_not_reserved),
            all("immediate_offer_probability", exact.p_immediate_offer),
            all("workers_talking_mean", exact.talking),
            all("workers_ringing_mean", exact.ringing),
            all("workers_recovering_mean", exact.offline),
        ],
    }
}

fn light_traffic((name, title, timeout): (&'static str, &'static str, f64)) -> Case {
    let law = Restart::new(|t| lognormal_cdf(5.0, 0.7, t), 0.1, 0.0);
    let p_timeout = law.p_timeout(timeout);
    let set = format!("workspace.workflows[\"Calls\"].task_reservation_timeout={timeout}");
    Case {
        name,
        title,
        source: "restarts: Luby, Sinclair & Zuckerman (1993)",
        text: text!("light_traffic"),
        set: vec![set],
        checks: vec![
            all("wait_until_accepted_mean", law.cost(timeout)),
            all("reservation_timeout_rate", p_timeout),
            all("offers_per_task", 1.0 / (1.0 - p_timeout)),
        ],
    }
}

fn asked_at_once() -> Case {
    let timeout = 10.0;
    let missed_by_all = |t: f64| (0.5 + 0.5 * (1.0 - lognormal_cdf(5.0, 0.7, t))).powi(3);
    let law = Restart::new(|t| 1.0 - missed_by_all(t), 0.0, 0.0);
    let p_timeout = law.p_timeout(timeout);
    Case {
        name: "asked_at_once",
        title: "three workers asked at once, somebody always free",
        source: "restarts: Luby, Sinclair & Zuckerman (1993), the first of three answers",
        text: text!("asked_at_once"),
        set: Vec::new(),
        checks: vec![
            all("wait_until_accepted_mean", law.cost(timeout)),
            // One answer rescinds the others: whoever times out, all three do.
            all("reservation_timeout_rate", p_timeout),
            all("offers_per_task", 3.0 / (1.0 - p_timeout)),
        ],
    }
}
