//! Workers who do not all serve all.

use super::{group, source, text};
use crate::theory::{Alis, Pool, Skills};
use crate::validation::{Case, Check};

pub(super) fn cases() -> Vec<Case> {
    vec![n_model(), x_model(), longest_idle()]
}

fn n_model() -> Case {
    let generalists = Pool { workers: 2, mean_service: 120.0 };
    let specialists = Pool { workers: 2, mean_service: 90.0 };
    let model = Skills::n_model([0.008, 0.02], [generalists, specialists]);
    Case {
        name: "skills_n",
        title: "an N of two skills, overflow by skip_if",
        source: "Markov chain",
        text: text!("skills_n"),
        set: Vec::new(),
        checks: of_skills(&model, ["generalists", "specialists"]),
    }
}

fn x_model() -> Case {
    let north = Pool { workers: 2, mean_service: 120.0 };
    let south = Pool { workers: 3, mean_service: 100.0 };
    let own_first = [vec![0, 1], vec![1, 0]];
    let model = Skills {
        rates: [0.0125, 0.02],
        pools: [north, south],
        overflow: own_first,
        priorities: [vec![0, 1], vec![0, 1]],
    };
    Case {
        name: "skills_x",
        title: "an X of two skills, each pool helps the other",
        source: "Markov chain",
        text: text!("skills_x"),
        set: Vec::new(),
        checks: of_skills(&model, ["north", "south"]),
    }
}

fn of_skills(model: &Skills<2, 2>, groups: [&'static str; 2]) -> Vec<Check> {
    let exact = model.solve().expect("stable");
    let classes = ["a", "b"].into_iter().enumerate().flat_map(|(class, name)| {
        [
            source(name, "wait_mean", exact.mean_wait[class]),
            source(name, "wait_probability", exact.p_wait[class]),
        ]
    });
    let occupancy = |(pool, name)| group(name, "occupancy", exact.occupancy[pool]);
    classes.chain(groups.into_iter().enumerate().map(occupancy)).collect()
}

fn longest_idle() -> Case {
    let rates = [18.0 / 3600.0, 30.0 / 3600.0, 24.0 / 3600.0];
    let served_by = [vec![0, 1], vec![1, 2], vec![0, 2]];
    let exact = Alis::new(&rates, &[60.0, 50.0, 70.0], &served_by).expect("stable");
    let classes = ["c0", "c1", "c2"].into_iter().enumerate().flat_map(|(class, name)| {
        [
            source(name, "wait_mean", exact.mean_wait[class]),
            source(name, "wait_probability", exact.p_wait[class]),
        ]
    });
    let workers = ["w0", "w1", "w2"].into_iter().zip(&exact.occupancy);
    let workers = workers.map(|(name, &occupancy)| group(name, "occupancy", occupancy));
    Case {
        name: "longest_idle",
        title: "a ring of skills, oldest task to the longest idle",
        source: "Adan & Weiss (2014)",
        text: text!("longest_idle"),
        set: Vec::new(),
        checks: classes.chain(workers).collect(),
    }
}
