//! A workspace that changes while it runs.

mod support;

use proptest::prelude::*;
use support::draw::{Story, stories};
use support::play::Player;
use taskrouter_sim::expr::{Compiled, Value};
use taskrouter_sim::id::{Id, IdVec};
use taskrouter_sim::routing::{
    Command, Event, Matcher, NewTask, QueueId, Router, RoutingTarget, Worker, WorkerChannel,
    WorkerId,
};
use taskrouter_sim::time::{Span, Time};

/// Everything that happens in the story, as text.
fn told(story: &Story, reworks: bool) -> String {
    let mut player = Player::new(&story.setup, Matcher::Indexed);
    player.reworks = reworks;
    player.play(&story.moves, |_, _| {});
    player.lines.join("\n")
}

proptest! {
    #![proptest_config(support::config(300))]

    #[test]
    fn working_everything_out_again_changes_nothing(story in stories(60)) {
        let (plain, reworked) = (told(&story, false), told(&story, true));
        prop_assert!(
            plain == reworked,
            "{}\nplain:\n{}\n\nreworked:\n{}", story.setup, plain, reworked,
        );
    }
}

/// A workspace with one queue and nobody in it.
fn empty() -> Router {
    Player::new("queue all \"1==1\"\n", Matcher::Indexed).router
}

fn create(router: &mut Router, now: Time) -> Vec<Event> {
    let attributes = router.add_attributes(Value::object([("n", now.as_millis().to_string())]));
    let task = NewTask {
        workflow: None,
        routing_target: Some(RoutingTarget::Queue(QueueId::new(0))),
        attributes,
        channel: router.workspace().channels.ids().next().expect("a channel"),
        priority: 0,
        timeout: Span::from_secs(60),
        virtual_start_time: None,
    };
    let mut out = Vec::new();
    router.handle(now, Command::CreateTask(task), &mut out).expect("it is taken");
    router.advance(now, &mut out);
    router.audit(now).expect("it agrees with itself");
    out
}

/// Somebody new, free from now on.
fn hire(router: &mut Router, now: Time, name: &str) -> (WorkerId, Vec<Event>) {
    let attributes = router.add_attributes(Value::object([("name", name)]));
    let activities = router.workspace().activities.ids();
    let activity = activities.into_iter().find(|id| router.is_available(*id)).expect("one");
    router.reshape(now, |workspace| {
        let side = WorkerChannel { capacity: 1, available: true };
        workspace.workers.push(Worker {
            sid: format!("WK{name}"),
            friendly_name: name.into(),
            attributes,
            activity,
            channels: IdVec::filled(side, workspace.channels.len()),
        });
    });
    let mut out = Vec::new();
    router.advance(now, &mut out);
    router.audit(now).expect("it agrees with itself");
    (router.workspace().workers.ids().next_back().expect("just hired"), out)
}

fn offered(events: &[Event]) -> Vec<WorkerId> {
    let created = |event: &Event| match event {
        Event::ReservationCreated(reservation) => Some(reservation.worker),
        _ => None,
    };
    events.iter().filter_map(created).collect()
}

#[test]
fn somebody_new_takes_what_waits_and_somebody_gone_takes_nothing() {
    let mut router = empty();
    let at = Time::from_secs;
    assert_eq!(offered(&create(&mut router, at(0))), []);
    let (ada, events) = hire(&mut router, at(5), "ada");
    assert_eq!(offered(&events), [ada]);
    let (bob, events) = hire(&mut router, at(6), "bob");
    assert_eq!(offered(&events), []);
    router.retire(at(7), bob);
    router.advance(at(7), &mut Vec::new());
    router.audit(at(7)).expect("it agrees with itself");
    assert_eq!(offered(&create(&mut router, at(8))), []);
}

#[test]
fn a_queue_that_changes_its_workers_is_matched_again() {
    let mut router = empty();
    let at = Time::from_secs;
    router.reshape(at(0), |workspace| workspace.queues[QueueId::new(0)].target_workers = None);
    let (ada, _) = hire(&mut router, at(1), "ada");
    assert_eq!(offered(&create(&mut router, at(2))), []);
    router.reshape(at(3), |workspace| {
        workspace.queues[QueueId::new(0)].target_workers = Some(Compiled::always(true));
    });
    let mut out = Vec::new();
    router.advance(at(3), &mut out);
    assert_eq!(offered(&out), [ada]);
}

#[test]
fn attributes_that_nobody_has_any_more_are_forgotten() {
    let mut router = empty();
    for second in 0..100 {
        create(&mut router, Time::from_secs(second));
    }
    router.advance(Time::from_secs(120), &mut Vec::new());
    router.forget_attributes(Time::from_secs(120), 0);
    // Those of tasks that lived 60 s are gone.
    assert_eq!(router.workspace().attributes.len(), router.n_tasks());
    router.advance(Time::from_secs(120), &mut Vec::new());
    router.audit(Time::from_secs(120)).expect("it agrees with itself");
}
