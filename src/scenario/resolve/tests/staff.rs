//! Groups, their schedules and behaviors.

use crate::id::Id;
use crate::routing::{ActivityId, ChannelId, WorkerId};
use crate::scenario::model::Scenario;
use crate::scenario::resolve::testing::{changed, scenario, told};
use crate::scenario::staff::{AfterShift, Behavior, Presence, Recovery};
use crate::time::Time;

fn with(lines: &str) -> Scenario {
    scenario(&changed(&[("count = 2", lines)]))
}

fn behavior(lines: &str) -> Behavior {
    let text = changed(&[("count = 2", "count = 2\nbehavior = 'desk'")]);
    let scenario = scenario(&format!("{text}[behavior.desk]\n{lines}"));
    scenario.behaviors.iter().next().unwrap().clone()
}

fn activity(scenario: &Scenario, id: ActivityId) -> &str {
    &scenario.workspace.activities[id].friendly_name
}

#[test]
fn as_many_workers_are_hired_as_are_ever_planned() {
    let staffing = "staffing = { per = '8h', counts = [1, 3, 2] }\nafter_shift = 'reject_offers'";
    let scenario = with(staffing);
    assert_eq!(scenario.workspace.workers.len(), 3);
    let group = scenario.groups.iter().next().unwrap();
    let hour = |hours: u64| Time::from_secs(hours * 3600);
    assert_eq!(group.presence, Presence::Staffing(vec![(hour(0), 1), (hour(8), 3), (hour(16), 2)]));
    assert_eq!(group.after_shift, AfterShift::RejectOffers);
    let worker = &scenario.workspace.workers[WorkerId::new(0)];
    assert_eq!(activity(&scenario, worker.activity), "Offline", "the simulation brings them in");
    let contradiction = changed(&[("count = 2", &format!("count = 2\n{staffing}"))]);
    assert_eq!(
        told(&contradiction),
        ["line 12 2: `staffing` plans up to 3 workers, `count` says 2"]
    );
}

#[test]
fn a_daily_table_lasts_a_day_at_most() {
    let text = changed(&[("count = 2", "staffing = { per = '8h', counts = [1, 3, 2, 1] }")]);
    assert_eq!(
        told(&text),
        ["line 12 [1, 3, 2, 1]: a table that repeats daily is longer than a day"]
    );
}

#[test]
fn breaks_lie_within_the_shift() {
    let text = changed(&[(
        "count = 2",
        "count = 2\nshift = { start = '08:00', end = '16:00', breaks = [{ at = '15:45', for = \
         '30m' }] }",
    )]);
    assert_eq!(
        told(&text),
        ["line 13 { at = '15:45', for = '30m' }: a break outside the shift; breaks lie within \
             the shift, in order, and apart"]
    );
}

#[test]
fn capacities_are_those_written_down_and_none_elsewhere() {
    let scenario = with("count = 2\nchannels = { chat = 3 }");
    let channels = &scenario.workspace.channels;
    let names: Vec<_> = channels.iter().map(|channel| channel.unique_name.as_str()).collect();
    assert_eq!(names, ["voice", "chat", "default"]);
    let worker = &scenario.workspace.workers[WorkerId::new(0)];
    let capacities: Vec<_> = worker.channels.iter().map(|channel| channel.capacity).collect();
    assert_eq!(capacities, [0, 3, 0]);
    let usual = with("count = 2");
    let worker = &usual.workspace.workers[WorkerId::new(0)];
    assert_eq!(worker.channels[ChannelId::new(0)].capacity, 1);
    let hyphen = changed(&[("count = 2", "count = 2\nchannels = { web-chat = 3 }")]);
    assert_eq!(
        told(&hyphen),
        ["line 13 web-chat: `web-chat` cannot be the name of a task channel"]
    );
}

#[test]
fn without_a_behavior_offers_are_accepted_at_once() {
    let scenario = with("count = 2");
    let behavior = scenario.behaviors.iter().next().unwrap();
    assert!(behavior.response.is_zero() && behavior.miss <= 0.0 && behavior.connect.is_none());
}

#[test]
fn nobody_rejects_and_misses_more_than_there_is() {
    let text = changed(&[("count = 2", "count = 2\nbehavior = 'desk'")]);
    let text = format!("{text}[behavior.desk]\nreject = {{ p = 0.6 }}\nmiss = 0.5\n");
    assert_eq!(told(&text), ["line 24 0.5: `reject.p` and `miss` of `desk` add up to more than 1"]);
}

#[test]
fn recovery_has_four_forms() {
    let recovery = |written: &str| behavior(written).recovery;
    let Recovery::After(usual) = recovery("miss = 0.1") else { panic!("a time") };
    assert!((usual.mean() - 75.0).abs() < 1e-9);
    let Recovery::After(auto) = recovery("recovery = { auto = '5s' }") else { panic!("a time") };
    assert!((auto.mean() - 5.0).abs() < 1e-9);
    assert!(matches!(recovery("recovery = 'never'"), Recovery::Never));
    let unnoticed = "recovery = { p_unnoticed = 0.1, until = 'next_break', otherwise = '60s' }";
    let Recovery::NextBreak { p_unnoticed, otherwise: Some(otherwise) } = recovery(unnoticed)
    else {
        panic!("the next break")
    };
    assert!((p_unnoticed - 0.1).abs() < 1e-9 && (otherwise.mean() - 60.0).abs() < 1e-9);
}

#[test]
fn a_usual_recovery_is_assumed_only_where_offers_can_be_missed() {
    let assumed = |lines: &str| {
        let text = changed(&[("count = 2", "count = 2\nbehavior = 'desk'")]);
        let scenario = scenario(&format!("{text}[behavior.desk]\n{lines}"));
        scenario.assumed.iter().any(|told| told.contains("timeout activity"))
    };
    assert!(assumed("miss = 0.1"));
    assert!(!assumed("reject = { p = 0.1 }"));
    assert!(!assumed("miss = 0.1\nrecovery = '75s'"));
}

#[test]
fn other_work_has_an_activity_of_its_own() {
    let text = changed(&[("count = 2", "count = 2\nbehavior = 'desk'")]);
    let work = "[behavior.desk]\nother_work = { share = 0.2, lasts = '4m' }\n";
    let scenario = scenario(&format!("{text}{work}"));
    let group = scenario.groups.iter().next().unwrap();
    assert_eq!(activity(&scenario, group.other_work_activity), "Other work");
    assert_eq!(activity(&scenario, group.away_activity), "Offline");
    assert_eq!(activity(&scenario, scenario.workspace.timeout_activity), "Offline");
}

#[test]
fn workers_start_where_they_are_available() {
    let text = changed(&[("count = 2", "count = 2\nstart_activity = 'Offline'")]);
    assert_eq!(told(&text), ["line 13 'Offline': in `Offline` nobody is available"]);
    let text =
        changed(&[("[workspace]", "[workspace]\nactivities = [{ friendly_name = 'Away' }]")]);
    assert!(told(&text)[0].contains("no activity is available"));
}

#[test]
fn single_tasking_has_activities_for_reserved_and_busy_workers() {
    let text = changed(&[(
        "[workspace]",
        "[workspace]\nmulti_task_enabled = false\nactivities = [{ friendly_name = 'Talking' }, \
         { friendly_name = 'Available', available = true }]",
    )]);
    let text =
        text.replace("'Billing', target", "'Billing', assignment_activity = 'Talking', target");
    let scenario = scenario(&text);
    let queue = scenario.workspace.queues.iter().next().unwrap();
    assert_eq!(activity(&scenario, queue.reservation_activity.unwrap()), "Reserved");
    assert_eq!(activity(&scenario, queue.assignment_activity.unwrap()), "Talking");
}

#[test]
fn people_are_drawn_for_by_group_and_number() {
    let one = with("count = 2");
    let more = with("count = 3");
    let entity = |scenario: &Scenario, n| scenario.people[WorkerId::new(n)].entity;
    assert_eq!(entity(&one, 1), entity(&more, 1));
    assert_ne!(entity(&more, 1), entity(&more, 2));
}

#[test]
fn a_channel_on_which_nobody_takes_tasks_is_told() {
    let text = changed(&[("count = 2", "count = 2\nchannels = { chat = 3 }")]);
    assert_eq!(told(&text), ["line 6 'voice': no worker takes tasks on the channel `voice`"]);
}

#[test]
fn a_timeout_activity_should_be_unavailable() {
    let text = changed(&[("[workspace]", "[workspace]\ntimeout_activity = 'Available'")]);
    assert_eq!(
        told(&text),
        ["line 15 'Available': whoever misses an offer is offered more: `Available` is available"]
    );
    let text = changed(&[("[workspace]", "[workspace]\ntimeout_activity = 'Ofline'")]);
    assert_eq!(
        told(&text),
        ["line 15 'Ofline': no activity is named `Ofline`; did you mean `Offline`?"]
    );
    let text = changed(&[("count = 2", "count = 2\nstart_activity = 'exported'")]);
    assert_eq!(
        told(&text),
        ["line 13 'exported': only exported workers have an exported activity"]
    );
}
