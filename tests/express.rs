//! The express lane against the long way: the same bits, on random scenarios and on ours.

use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use taskrouter_sim::express::Express;
use taskrouter_sim::observation::Traces;
use taskrouter_sim::random::Sampling;
use taskrouter_sim::scenario::Scenario;

/// What is drawn of a scenario.
#[derive(Clone, Debug)]
struct Sketch {
    seed: u64,
    head: String,
    settings: String,
    queues: Vec<String>,
    timeout: u32,
    targets: Vec<String>,
    groups: Vec<String>,
    behaviors: Vec<String>,
    sources: Vec<String>,
}

impl Sketch {
    fn text(&self) -> String {
        let mut text = format!(
            "schema = 1\nname = \"random\"\nstart = 2026-03-02T09:00:00\nseed = {}\n{}\n[workspace]\nsettings = {{ {} }}\n\
             task_channels = [{{ unique_name = \"voice\" }}, {{ unique_name = \"chat\", channel_optimized_routing = true }}]\n\
             task_queues = [\n{}]\n",
            self.seed,
            self.head,
            self.settings,
            self.queues.concat()
        );
        let _ = writeln!(
            text,
            "[[workspace.workflows]]\nfriendly_name = \"W\"\ntask_reservation_timeout = {}",
            self.timeout
        );
        for (number, targets) in self.targets.iter().enumerate() {
            let _ = writeln!(
                text,
                "[[workspace.workflows.configuration.task_routing.filters]]\nexpression = \"{}\"\ntargets = [{targets}]",
                if number == 3 && self.targets.len() < 6 {
                    "1 == 1".to_owned()
                } else {
                    format!("k == {number}")
                }
            );
        }
        text += "[workspace.workflows.configuration.task_routing.default_filter]\nqueue = \"q0\"\n";
        text += &self.groups.concat();
        text += &self.behaviors.concat();
        text += &self.sources.concat();
        text
    }
}

fn span() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..40).prop_map(|s| format!("\"{s}s\"")),
        (1_u32..60).prop_map(|s| format!("{{ dist = \"exponential\", mean = \"{s}s\" }}")),
        (1_u32..60)
            .prop_map(|s| format!("{{ dist = \"lognormal\", median = \"{s}s\", sigma = 0.9 }}")),
        (1_u32..30).prop_map(|s| format!("{{ dist = \"gamma\", mean = \"{s}s\", cv = 0.7 }}")),
    ]
}

fn head() -> impl Strategy<Value = String> {
    let horizon = prop_oneof![
        (24_u32..90).prop_map(|m| format!("horizon = \"{m}m\"")),
        (1_u32..400).prop_map(|n| format!("horizon = {{ tasks = {n} }}")),
    ];
    let rest = prop_oneof![
        Just(""),
        Just("drain = \"40m\"\n"),
        Just("warm_up = \"40s\"\n"),
        Just("interval = \"15m\"\ndrain = \"1h\"\n"),
        Just("interval = \"5m\"\nwarm_up = \"40s\"\ndrain = \"2m\"\n"),
        Just("drain = \"3m\"\n"),
        Just(
            "[service_level]\nthreshold = \"7s\"\n[service_level.task_queue.q0]\nthreshold = \"2s\"\n"
        ),
    ];
    (horizon, rest).prop_map(|(horizon, rest)| format!("{horizon}\n{rest}"))
}

fn settings() -> impl Strategy<Value = String> {
    let idle = prop_oneof![
        Just("idle_since"),
        Just("last_reserved"),
        Just("last_accepted"),
        Just("last_completed")
    ];
    let gap = prop_oneof![Just("0s"), Just("1s"), Just("9s")];
    (idle, gap)
        .prop_map(|(idle, gap)| format!("longest_idle = \"{idle}\", reoffer_gap = \"{gap}\""))
}

/// How large a center is.
#[derive(Clone, Copy, Debug)]
struct Size {
    n_skills: u32,
    n_queues: usize,
    groups: (usize, usize),
    /// By how much more comes.
    load: u32,
}

const SMALL: Size = Size { n_skills: 3, n_queues: 3, groups: (1, 4), load: 1 };
/// So many groups of different skills that lanes keep lines of workers.
const LARGE: Size = Size { n_skills: 9, n_queues: 9, groups: (110, 140), load: 8 };

fn queue(number: usize, n_skills: u32) -> impl Strategy<Value = String> {
    let who = prop_oneof![
        Just(String::new()),
        (0..n_skills).prop_map(|skill| format!(", target_workers = \"skills HAS {skill}\"")),
    ];
    let order = prop_oneof![3 => Just(""), 1 => Just(", task_order = \"LIFO\"")];
    (who, order).prop_map(move |(who, order)| {
        format!("  {{ friendly_name = \"q{number}\"{who}{order} }},\n")
    })
}

fn group(number: usize, n_skills: u32) -> impl Strategy<Value = String> {
    let skills = vec(0..n_skills, 0..n_skills as usize);
    let presence = prop_oneof![
        2 => Just(String::new()),
        1 => Just("shift = { start = \"09:00\", end = \"09:20\", breaks = [{ at = \"09:05\", for = \"4m\" }] }\n".to_owned()),
        1 => Just("shift = { start = \"09:03\", end = \"11:00\", breaks = [{ at = \"09:10\", for = \"3m\" }, { at = \"09:14\", for = \"1m\" }] }\n".to_owned()),
        1 => vec(0_u32..6, 1..5)
            .prop_map(|counts| format!("staffing = {{ per = \"10m\", from = \"09:00\", counts = {counts:?} }}\n")),
    ];
    let level = prop_oneof![
        Just(""),
        Just(", level = 1"),
        Just(", level = 2, rank = 7"),
        Just(", level = 3, rank = 5"),
    ];
    let makes = (skills, level);
    (1_u32..6, makes, 0_u32..3, 0_u32..4, 0_u32..3, presence).prop_map(
        move |(count, (skills, level), voice, chat, behavior, presence)| {
            let count = if presence.starts_with("staffing") {
                String::new()
            } else {
                format!("count = {count}\n")
            };
            let speed = if number == 1 {
                "speed = { dist = \"lognormal\", mean = 1.0, cv = 0.3 }\n"
            } else {
                ""
            };
            format!(
                "[[workers]]\ngroup = \"g{number}\"\n{count}attributes = {{ skills = {skills:?}{level} }}\nchannels = {{ voice = {voice}, chat = {chat} }}\nbehavior = \"b{behavior}\"\n{speed}{presence}"
            )
        },
    )
}

fn behavior(number: usize) -> impl Strategy<Value = String> {
    let response = prop_oneof![Just("\"0s\"".to_owned()), span()];
    let extra = prop_oneof![
        Just("miss = 0.0"),
        Just("miss = 0.2"),
        Just("reject = { p = 0.2, after = \"2s\" }\nmiss = 0.1"),
        Just("reject = { p = 0.1 }"),
        Just(
            "away = { every = { dist = \"exponential\", mean = \"5m\" }, lasts = { dist = \"exponential\", mean = \"1m\" } }"
        ),
        Just("auto_accept = true"),
        Just("other_work = { share = 0.2, lasts = \"50s\" }\nmiss = 0.1"),
    ];
    let recovery = prop_oneof![
        span().prop_map(|s| format!("recovery = {s}")),
        Just("recovery = \"0s\"".to_owned()),
        Just("recovery = \"never\"".to_owned()),
    ];
    (response, extra, recovery).prop_map(move |(response, extra, recovery)| {
        format!("[behavior.b{number}]\nresponse = {response}\n{extra}\n{recovery}\n")
    })
}

fn source(number: usize, n_skills: u32, load: u32) -> impl Strategy<Value = String> {
    let patience = prop_oneof![
        Just(String::new()),
        span().prop_map(|s| format!("patience = {s}\n")),
        span().prop_map(|s| format!("patience = {s}\nsilent = 0.3\n")),
        span()
            .prop_map(|s| format!("patience = {s}\nretry = {{ p = 0.6, after = {s}, max = 2 }}\n")),
    ];
    let wrap_up = prop_oneof![Just(String::new()), span().prop_map(|s| format!("wrap_up = {s}\n"))];
    let mix = prop_oneof![
        Just("attributes = { k = 0 }".to_owned()),
        Just("attributes = { k = 1, agent = \"g0-1\" }".to_owned()),
        Just("mix = [{ p = 0.5, set = { k = 0 } }, { p = 0.3, set = { k = 1 } }, { p = 0.2, set = { k = 2, agent = \"g0-2\" }, priority = 3 }]".to_owned()),
    ];
    let all = (0..n_skills).map(|k| format!("{{ p = 0.1, set = {{ k = {k} }} }}, "));
    let all = format!(
        "mix = [{} {{ p = {}, set = {{ k = 0 }} }}]",
        all.collect::<String>(),
        1.0 - 0.1 * f64::from(n_skills)
    );
    let mix = if n_skills < 5 { mix.boxed() } else { Just(all).boxed() };
    let channel = prop_oneof![Just("voice"), Just("chat")];
    (20 * load..900 * load, patience, wrap_up, mix, channel, span()).prop_map(
        move |(rate, patience, wrap_up, mix, channel, talk)| {
            format!(
                "[source.s{number}]\nchannel = \"{channel}\"\narrivals = {{ per_hour = {rate} }}\n{mix}\ntalk = {talk}\n{patience}{wrap_up}"
            )
        },
    )
}

/// The targets of a filter: one to three, most of them with a timeout.
fn targets(n_queues: usize) -> impl Strategy<Value = String> {
    let timeout = prop_oneof![2 => Just(String::new()), 3 => (0_u32..90).prop_map(|s| format!(", timeout = {s}"))];
    let priority = prop_oneof![2 => Just(String::new()), 1 => (0_u32..9).prop_map(|p| format!(", priority = {p}"))];
    let who = prop_oneof![
        4 => Just(""),
        2 => Just(", order_by = \"worker.level DESC\""),
        1 => Just(", order_by = \"worker.level ASC, worker.rank DESC\""),
        1 => Just(", order_by = \"worker.rank\", expression = \"worker.level > 1\""),
        1 => Just(", expression = \"task.k IN worker.skills\""),
        1 => Just(", known_worker_friendly_name = \"task.agent\""),
    ];
    let target =
        (0..n_queues, timeout, priority, who).prop_map(|(queue, timeout, priority, who)| {
            format!("{{ queue = \"q{queue}\"{timeout}{priority}{who} }}")
        });
    vec(target, 1..4).prop_map(|targets| targets.join(", "))
}

fn sketch(size: Size) -> impl Strategy<Value = Sketch> {
    let Size { n_skills, n_queues, groups: (least, most), load } = size;
    let groups = (least..most)
        .prop_flat_map(move |n| (0..n).map(|n| group(n, n_skills)).collect::<Vec<_>>());
    let sources = (1_usize..4)
        .prop_flat_map(move |n| (0..n).map(|n| source(n, n_skills, load)).collect::<Vec<_>>());
    let queues = (n_queues..n_queues + 2)
        .prop_flat_map(move |n| (0..n).map(|n| queue(n, n_skills)).collect::<Vec<_>>());
    let behaviors = (0..3).map(behavior).collect::<Vec<_>>();
    let routing = (1_u32..30, vec(targets(n_queues), n_queues..n_queues + 2));
    (any::<u32>(), head(), settings(), queues, routing, groups, behaviors, sources).prop_map(
        |(seed, head, settings, queues, (timeout, targets), groups, behaviors, sources)| Sketch {
            seed: u64::from(seed),
            head,
            settings,
            queues,
            timeout,
            targets,
            groups,
            behaviors,
            sources,
        },
    )
}

/// Whether both ways give the same; `None` if the express lane gave up.
fn compare(scenario: &Scenario, replications: u32) -> Option<Result<(), String>> {
    let express = Express::new(scenario, Traces::default());
    assert!(express.is_open());
    for number in 0..replications {
        let quick = express.try_to_play(number)?.finish();
        let long = express.play_the_long_way(number).finish();
        let (quick, long) = (format!("{quick:#?}"), format!("{long:#?}"));
        let mut lines = quick.lines().zip(long.lines()).enumerate();
        if let Some((line, (a, b))) = lines.find(|(_, (a, b))| a != b) {
            return Some(Err(format!("replication {number}, line {line}: {a}, not {b}")));
        }
    }
    Some(Ok(()))
}

#[test]
fn random_scenarios_give_the_same_both_ways() {
    check(SMALL, Config::default());
}

#[test]
fn random_centers_of_many_skills_give_the_same_both_ways() {
    let cases = Config::default().cases.div_ceil(16);
    check(LARGE, Config { cases, max_shrink_iters: 40, ..Config::default() });
}

fn check(size: Size, config: Config) {
    let (n_played, n_given_up, n_refused) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&sketch(size), |sketch| {
        let text = sketch.text();
        let loaded = Scenario::parse("random.toml", &text, Path::new("."), &[]);
        // A break may lie outside of its shift.
        let Ok(loaded) = loaded else {
            n_refused.set(n_refused.get() + 1);
            return Ok(());
        };
        let scenario = loaded.scenario;
        match compare(&scenario, 2) {
            Some(Ok(())) => n_played.set(n_played.get() + 1),
            Some(Err(difference)) => {
                return Err(TestCaseError::fail(format!("{difference}\n{text}")));
            }
            None => n_given_up.set(n_given_up.get() + 1),
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // A task that nobody can ever take is the usual reason to give up.
    let [played, given_up, refused] = [&n_played, &n_given_up, &n_refused].map(Cell::get);
    assert!(given_up + refused < played, "{played} played, {given_up} given up, {refused} refused");
}

#[test]
fn our_scenarios_give_the_same_both_ways() {
    let in_short =
        ["one_queue", "impatient", "missed_offers", "weekday"].map(|name| (name, "horizon = '4h'"));
    let benches = ["bench/w1", "bench/w2", "bench/w3", "bench/w4"];
    let benches = benches.map(|name| (name, "horizon = { tasks = 20000 }"));
    for (name, horizon) in in_short.into_iter().chain(benches) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let horizon = horizon.replacen(" = ", "=", 1);
        let scenario = Scenario::load(&path, &[horizon], false).expect("a scenario").scenario;
        assert_eq!(compare(&scenario, 2), Some(Ok(())), "{name}");
    }
}

#[test]
fn replications_that_depend_on_each_other_are_the_same_both_ways() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/missed_offers.toml");
    let set = [
        "horizon='1h'",
        "busyness.day={ dist = 'gamma', mean = 1, cv = 0.3 }",
        "source.calls.busyness='day'",
    ];
    let set = set.map(str::to_owned);
    let mut scenario = Scenario::load(&path, &set, false).expect("a scenario").scenario;
    let mut n_tasks = Vec::new();
    for sampling in Sampling::ALL {
        scenario.sampling = sampling;
        assert_eq!(compare(&scenario, 4), Some(Ok(())), "{sampling:?}");
        let express = Express::new(&scenario, Traces::default());
        n_tasks.push((0..4).map(|n| express.play(n).finish().n_tasks).collect::<Vec<_>>());
    }
    assert!(n_tasks[0] != n_tasks[1] && n_tasks[0] != n_tasks[2], "{n_tasks:?}");
    assert_eq!(n_tasks[0][0], n_tasks[2][0], "the first of a pair is as ever");
}
