//! Where there are too many combinations, a search picks the candidates.

use std::convert::Infallible;

use taskrouter_sim::experiment::tune::Study;
use taskrouter_sim::scenario::Setting;

use crate::{LIGHT, light_cost, scenario, two_threads};
use taskrouter_sim::experiment::tune::Grid;

/// Two timeouts from 1 to 60 s: workers who serve both, in light traffic, so that each timeout
/// costs what it costs alone.
fn text() -> String {
    let second = "[[workspace.workflows]]\nfriendly_name = \"Other\"\ntask_reservation_timeout = 50\n\
                  configuration = { task_routing = { default_filter = { queue = \"Everyone\" } } }\n\
                  [[workers]]";
    let source = "[source.other]\nworkflow = \"Other\"\nchannel = \"voice\"\n\
                  arrivals = { per_hour = 50 }\ntalk = \"20s\"\n[tune]";
    let range = "from = \"1s\"\nto = \"60s\"\nstep = \"1s\"\n";
    let other =
        "[[tune.decisions]]\npath = 'workspace.workflows[\"Other\"].task_reservation_timeout'\n";
    LIGHT
        .replacen("[[workers]]", second, 1)
        .replace("[source.calls]", "[source.calls]\nworkflow = \"Support\"")
        .replace("[tune]", source)
        .replace(
            "from = \"6s\"\nto   = \"48s\"\nstep = \"6s\"\n",
            &format!("{range}{other}{range}"),
        )
}

fn study() -> Study {
    let text = text();
    let base = scenario(&text, &[]);
    let tune = base.tune.clone().expect("a section");
    assert!(Grid::new(&tune.decisions).is_err(), "3,600 combinations are too many");
    let present = Study::new(tune.clone(), Grid::present(&tune.decisions), vec![base]);
    let load = |settings: &[Setting]| {
        let set = tune.decisions.iter().zip(settings);
        let set = set.map(|(decision, value)| format!("{}={}", decision.path, value.toml()));
        scenario(&text, &set.collect::<Vec<_>>())
    };
    let mut infallible = |settings: &[Setting]| Ok::<_, Infallible>(load(settings));
    let present = present.expect("a study");
    let Ok(grid) = present.pick(&tune.decisions, two_threads(), (&mut infallible, &|_, _, _| ()));
    let scenarios = grid.candidates.iter().map(|settings| load(settings)).collect();
    Study::new(tune, grid, scenarios).expect("a study")
}

#[test]
fn a_search_finds_both_timeouts_and_says_what_it_saw() {
    let study = study();
    let grid = study.grid();
    let searched = grid.searched.as_ref().expect("a search");
    assert_eq!(searched.n_combinations, 3_600);
    assert!(searched.n_visited < 1_800, "{}", searched.n_visited);
    assert!(grid.candidates.len() <= 201, "{}", grid.candidates.len());
    let certificate = study.choose(two_threads(), &|_, _, _| ()).certificate;
    let best = certificate.best.expect("nothing has to hold");
    let timeouts = grid.candidates[best].iter().map(|setting| setting.number().expect("seconds"));
    // Half of the tasks each, so half of the excess each.
    let least = (1..=60).map(|t| light_cost(f64::from(t))).fold(f64::INFINITY, f64::min);
    let excess = timeouts.map(|timeout| 0.5 * (light_cost(timeout) - least)).sum::<f64>();
    assert!(certificate.certified && excess <= 0.5, "{excess} {:?}", grid.candidates[best]);
    assert!(grid.surrounds(best), "{:?}", grid.candidates[best]);
}
