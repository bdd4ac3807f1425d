//! Decisions about workflows that share no worker are made one by one; others together.

use taskrouter_sim::experiment::tune::{Day, Grid, Part, Study, alone, parts, workflows_set};
use taskrouter_sim::scenario::{Scenario, Tune};

use crate::{scenario, two_threads};

/// Two workflows, each with workers of its own, and tasks of a third kind for nobody's workflow.
const TWO: &str = r#"
schema  = 1
name    = "two"
horizon = "1h"
seed    = 4
[workspace]
task_queues = [
  { friendly_name = "Sales", target_workers = "team == 'sales'" },
  { friendly_name = "Help", target_workers = "team == 'help'" },
  { friendly_name = "Desk", target_workers = "team == 'desk'" },
]
[[workspace.workflows]]
friendly_name = "Sales"
task_reservation_timeout = 15
configuration = { task_routing = { default_filter = { queue = "Sales" } } }
[[workspace.workflows]]
friendly_name = "Help"
task_reservation_timeout = 20
configuration = { task_routing = { default_filter = { queue = "Help" } } }
[[workspace.workflows]]
friendly_name = "Desk"
configuration = { task_routing = { default_filter = { queue = "Desk" } } }
[[workers]]
group      = "sales"
count      = 5
attributes = { team = "sales" }
behavior   = "usual"
[[workers]]
group      = "help"
count      = 6
attributes = { team = "help" }
behavior   = "usual"
[[workers]]
group      = "desk"
count      = 2
attributes = { team = "desk" }
behavior   = "usual"
[behavior.usual]
response = { dist = "lognormal", median = "5s", sigma = 0.7 }
miss     = 0.1
recovery = "45s"
[busyness]
day = { dist = "gamma", mean = 1.0, cv = 0.2 }
[source.sales]
workflow = "Sales"
busyness = "day"
arrivals = { per_hour = 60 }
patience = { dist = "exponential", mean = "3m" }
talk     = { dist = "exponential", mean = "3m" }
retry    = { p = 0.5, after = "5m", max = 2 }
[source.help]
workflow = "Help"
busyness = "day"
arrivals = { per_hour = 60 }
patience = { dist = "exponential", mean = "3m" }
talk     = { dist = "exponential", mean = "4m" }
[source.desk]
workflow = "Desk"
arrivals = { per_hour = 20 }
talk     = "2m"
[tune]
indifference = 2
[[tune.decisions]]
path = 'workspace.workflows["Sales"].task_reservation_timeout'
values = ["10s", "15s", "30s"]
[[tune.decisions]]
path = 'workspace.workflows["Help"].task_reservation_timeout'
values = ["10s", "20s", "40s"]
"#;

fn decided(text: &str, set: &[String]) -> (Scenario, Vec<Part>) {
    let base = scenario(text, set);
    let Tune { decisions, subject_to, .. } = base.tune.clone().expect("a section");
    let touched = decisions.iter().map(|decision| {
        let other = decision.values.iter().find(|value| **value != decision.present);
        let change = format!("{}={}", decision.path, other.expect("another value").toml());
        workflows_set(&decision.path, &base, &scenario(text, &[set, &[change]].concat()))
    });
    let parts = parts(&base, &touched.collect::<Vec<_>>(), &subject_to);
    (base, parts)
}

fn decisions(text: &str, set: &[&str]) -> Vec<Vec<usize>> {
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    decided(text, &set).1.into_iter().map(|part| part.decisions).collect()
}

#[test]
fn workflows_without_a_common_worker_are_parts() {
    let (base, parts) = decided(TWO, &[]);
    let names = |part: &Part| -> Vec<String> {
        let sources = part.sources.as_ref().expect("only some");
        sources.iter().map(|id| base.sources[*id].name.clone()).collect()
    };
    assert_eq!(parts.iter().map(names).collect::<Vec<_>>(), [["sales"], ["help"]]);
    assert_eq!(parts[0].decisions, [0]);
    assert_eq!(parts[1].decisions, [1]);
}

#[test]
fn whatever_connects_them_makes_one_part_of_them() {
    let (one, two) = (vec![vec![0, 1]], vec![vec![0], vec![1]]);
    // A worker who can do both; somebody else's tasks whose workers can do both.
    let both = TWO.replace("\"team == 'help'\"", "\"team == 'help' OR team == 'sales'\"");
    assert_eq!(decisions(&both, &[]), one);
    let through = TWO.replace("\"team == 'desk'\"", "\"team != 'nobody'\"");
    assert_eq!(decisions(&through, &[]), one);
    let desk = TWO.replace("\"team == 'desk'\"", "\"team == 'desk' OR team == 'sales'\"");
    assert_eq!(decisions(&desk, &[]), two);
    assert_eq!(decided(&desk, &[]).1[0].sources.as_ref().map(Vec::len), Some(2));
    // A number of tasks in all, whoever brings them; tasks whom nobody can serve.
    assert_eq!(decisions(TWO, &["horizon={ tasks = 100 }"]), one);
    assert_eq!(decisions(&TWO.replace("\"team == 'desk'\"", "\"team == 'x'\""), &[]), one);
    // A target that looks at who is free.
    let skips = TWO.replacen(
        "configuration = { task_routing = { default_filter = { queue = \"Sales\" } } }",
        "configuration = { task_routing = { filters = [{ expression = '1 == 1', targets = \
         [{ queue = 'Sales', skip_if = 'workers.available == 0' }] }], \
         default_filter = { queue = 'Sales' } } }",
        1,
    );
    assert_eq!(decisions(&skips, &[]), one);
    // A decision that is no reservation timeout.
    let staff = TWO.replace(
        "path = 'workspace.workflows[\"Help\"].task_reservation_timeout'\n\
         values = [\"10s\", \"20s\", \"40s\"]",
        "path = 'workers[\"help\"].count'\nvalues = [5, 6, 7]",
    );
    assert_eq!(decisions(&staff, &[]), one);
}

#[test]
fn what_has_to_hold_of_both_makes_one_part_of_them() {
    let subject = |condition: &str| [format!("tune.subject_to=['{condition}']")];
    let (_, whole) = decided(TWO, &subject("abandonment_rate <= 0.3"));
    assert_eq!(whole.len(), 1);
    let (_, own) = decided(TWO, &subject("missed_rate[workflow:Help] <= 0.3"));
    assert_eq!(own.iter().map(|part| part.conditions.len()).collect::<Vec<_>>(), [0, 1]);
    // Nobody decides about the desk: it is watched with the first decision.
    let (base, desk) = decided(TWO, &subject("missed_rate[worker_group:desk] <= 0.3"));
    assert_eq!(desk.iter().map(|part| part.conditions.len()).collect::<Vec<_>>(), [1, 0]);
    let sources = desk[0].sources.as_ref().expect("only some");
    assert!(sources.iter().any(|id| base.sources[*id].name == "desk"));
}

#[test]
fn workers_who_leave_together_connect_what_they_serve() {
    // One group, half of it for each: who leaves when it shrinks depends on what all are doing.
    let (before, after) = TWO.split_once("[[workers]]\ngroup      = \"sales\"").expect("a group");
    let (_, after) = after.split_once("[[workers]]\ngroup      = \"desk\"").expect("a group");
    let workers = "[workspace]\nworkers = [\n\
                   { friendly_name = 'ann', attributes = { team = 'sales' } },\n\
                   { friendly_name = 'ben', attributes = { team = 'help' } },\n]";
    let text = |presence: &str| {
        format!(
            "{}[[assign]]\nworkers = '1==1'\ngroup = 'all'\nbehavior = 'usual'\n{presence}\n\
             [[workers]]\ngroup = \"desk\"{after}",
            before.replacen("[workspace]", workers, 1)
        )
    };
    assert_eq!(decisions(&text(""), &[]), [[0], [1]]);
    let staffing = "staffing = { per = '1h', from = '00:00', counts = [2] }";
    assert_eq!(decisions(&text(staffing), &[]), [[0, 1]]);
}

/// The days of one candidate of a study of one part alone, or of everything.
fn days(part: Option<&Part>, set: &[String]) -> Vec<Day> {
    let base = scenario(TWO, set);
    let tune = base.tune.clone().expect("a section");
    let grid = Grid::present(&tune.decisions);
    let base = match part.and_then(|part| part.sources.as_ref()) {
        Some(sources) => alone(base, sources),
        None => base,
    };
    let study = Study::new(tune, grid, vec![base]).expect("a study");
    study.play(two_threads(), &[0], 0..25).remove(0)
}

#[test]
fn parts_come_to_what_they_come_to_in_the_whole() {
    let (_, parts) = decided(TWO, &[]);
    let set = |sales: &str, help: &str| {
        let timeout = |name, value| {
            format!("workspace.workflows[\"{name}\"].task_reservation_timeout={value}")
        };
        vec![timeout("Sales", sales), timeout("Help", help)]
    };
    // The desk's tasks are in the whole, and no part's.
    let desk = |day: &Day, parts: [&Day; 2]| day.waiting - parts[0].waiting - parts[1].waiting;
    let mut waiting = Vec::new();
    for (sales, help) in [("15", "20"), ("15", "60"), ("30", "20"), ("8", "60")] {
        let whole = days(None, &set(sales, help));
        // A part does not see what the other one decides.
        let one = days(Some(&parts[0]), &set(sales, "120"));
        let two = days(Some(&parts[1]), &set("120", help));
        let rest: Vec<i64> = whole
            .iter()
            .zip(one.iter().zip(&two))
            .map(|(whole, (one, two))| milliseconds(desk(whole, [one, two])))
            .collect();
        waiting.push(rest);
        let missed = |days: &[Day]| days.iter().map(|day| day.missed).sum::<f64>();
        assert!(0.0 < missed(&one) && missed(&one) + missed(&two) <= missed(&whole));
    }
    // To the millisecond, day by day: what is left is the desk's, whatever the others do.
    assert!(waiting.iter().all(|rest| *rest == waiting[0]), "{waiting:?}");
    assert!(waiting[0].iter().any(|rest| 0 < *rest), "{waiting:?}");
}

#[expect(clippy::cast_possible_truncation, reason = "an hour of waiting")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}
