//! The express lane against the long way: the same bits, on random scenarios and on ours.

use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use taskrouter_sim::express::Express;
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;

/// What is drawn of a scenario.
#[derive(Clone, Debug)]
struct Sketch {
    seed: u64,
    head: String,
    settings: String,
    queues: Vec<String>,
    timeout: u32,
    groups: Vec<String>,
    behaviors: Vec<String>,
    sources: Vec<String>,
}

impl Sketch {
    fn text(&self) -> String {
        let mut text = format!(
            "schema = 1\nname = \"random\"\nseed = {}\n{}\n[workspace]\nsettings = {{ {} }}\n\
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
        for (number, _) in self.queues.iter().enumerate() {
            let _ = writeln!(
                text,
                "[[workspace.workflows.configuration.task_routing.filters]]\nexpression = \"k == {number}\"\ntargets = [{{ queue = \"q{number}\"{} }}]",
                if number == 1 { ", priority = 7" } else { "" }
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
        (1_u32..90).prop_map(|m| format!("horizon = \"{m}m\"")),
        (1_u32..400).prop_map(|n| format!("horizon = {{ tasks = {n} }}")),
    ];
    let rest = prop_oneof![
        Just(""),
        Just("warm_up = \"40s\"\n"),
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

fn queue(number: usize) -> impl Strategy<Value = String> {
    let who = prop_oneof![
        Just(String::new()),
        (0_u32..3).prop_map(|skill| format!(", target_workers = \"skills HAS {skill}\"")),
    ];
    let order = prop_oneof![3 => Just(""), 1 => Just(", task_order = \"LIFO\"")];
    (who, order).prop_map(move |(who, order)| {
        format!("  {{ friendly_name = \"q{number}\"{who}{order} }},\n")
    })
}

fn group(number: usize) -> impl Strategy<Value = String> {
    let skills = vec(0_u32..3, 0..3);
    (1_u32..6, skills, 0_u32..3, 0_u32..4, 0_u32..3).prop_map(
        move |(count, skills, voice, chat, behavior)| {
            let speed = if number == 1 {
                "speed = { dist = \"lognormal\", mean = 1.0, cv = 0.3 }\n"
            } else {
                ""
            };
            format!(
                "[[workers]]\ngroup = \"g{number}\"\ncount = {count}\nattributes = {{ skills = {skills:?} }}\nchannels = {{ voice = {voice}, chat = {chat} }}\nbehavior = \"b{behavior}\"\n{speed}"
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

fn source(number: usize) -> impl Strategy<Value = String> {
    let patience = prop_oneof![
        Just(String::new()),
        span().prop_map(|s| format!("patience = {s}\n")),
        span().prop_map(|s| format!("patience = {s}\nsilent = 0.3\n")),
    ];
    let wrap_up = prop_oneof![Just(String::new()), span().prop_map(|s| format!("wrap_up = {s}\n"))];
    let mix = prop_oneof![
        Just("attributes = { k = 0 }".to_owned()),
        Just("attributes = { k = 1 }".to_owned()),
        Just("mix = [{ p = 0.5, set = { k = 0 } }, { p = 0.3, set = { k = 1 } }, { p = 0.2, set = { k = 2 }, priority = 3 }]".to_owned()),
    ];
    let channel = prop_oneof![Just("voice"), Just("chat")];
    (20_u32..900, patience, wrap_up, mix, channel, span()).prop_map(
        move |(rate, patience, wrap_up, mix, channel, talk)| {
            format!(
                "[source.s{number}]\nchannel = \"{channel}\"\narrivals = {{ per_hour = {rate} }}\n{mix}\ntalk = {talk}\n{patience}{wrap_up}"
            )
        },
    )
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let groups = (1_usize..4).prop_flat_map(|n| (0..n).map(group).collect::<Vec<_>>());
    let sources = (1_usize..4).prop_flat_map(|n| (0..n).map(source).collect::<Vec<_>>());
    let queues = (3_usize..5).prop_flat_map(|n| (0..n).map(queue).collect::<Vec<_>>());
    let behaviors = (0..3).map(behavior).collect::<Vec<_>>();
    (any::<u32>(), head(), settings(), queues, 1_u32..30, groups, behaviors, sources).prop_map(
        |(seed, head, settings, queues, timeout, groups, behaviors, sources)| Sketch {
            seed: u64::from(seed),
            head,
            settings,
            queues,
            timeout,
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
    let (n_played, n_given_up) = (Cell::new(0_u32), Cell::new(0_u32));
    let mut runner = TestRunner::new(Config::default());
    let outcome = runner.run(&sketch(), |sketch| {
        let text = sketch.text();
        let loaded = Scenario::parse("random.toml", &text, Path::new("."), &[]);
        let scenario = match loaded {
            Ok(loaded) => loaded.scenario,
            Err(failed) => panic!("{failed:?}\n{text}"),
        };
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
    assert!(n_given_up.get() < n_played.get(), "{} of {}", n_given_up.get(), n_played.get());
}

#[test]
fn our_scenarios_give_the_same_both_ways() {
    let in_short = ["one_queue", "impatient", "missed_offers"].map(|name| (name, "horizon = '4h'"));
    let benches = ["bench/w1", "bench/w2", "bench/w3", "bench/w4"];
    let benches = benches.map(|name| (name, "horizon = { tasks = 20000 }"));
    for (name, horizon) in in_short.into_iter().chain(benches) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let horizon = horizon.replacen(" = ", "=", 1);
        let scenario = Scenario::load(&path, &[horizon], false).expect("a scenario").scenario;
        assert_eq!(compare(&scenario, 2), Some(Ok(())), "{name}");
    }
}
