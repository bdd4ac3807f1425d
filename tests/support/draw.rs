//! Random workspaces, as set-up text, and random requests to them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use taskrouter_sim::time::Span;

use super::phrase;
use super::play::Player;

/// A workspace and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) setup: String,
    pub(crate) moves: Vec<Move>,
}

/// Something that is asked after a while. The numbers choose among what there is by then.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) after: Span,
    /// Whether the instant is let pass before the next move.
    pub(crate) passes: bool,
    /// Whether the last offer is refused as often as it is made.
    pub(crate) insists: bool,
    verb: u8,
    which: u8,
    how: u8,
}

/// Stories of up to `n_moves` requests.
pub(crate) fn stories(n_moves: usize) -> impl Strategy<Value = Story> {
    (setups(), vec(moves(), 1..n_moves)).prop_map(|(setup, moves)| Story { setup, moves })
}

pub(crate) const NAMES: [&str; 4] = ["ada", "bob", "cat", "dan"];
pub(crate) const DOCUMENTS: [&str; 11] = [
    r#"{"n":1}"#,
    r#"{"n":2,"skill":"x"}"#,
    r#"{"n":1,"skill":"y","agent":"WKada"}"#,
    r#"{"n":3,"agent":"WKbob","free":50}"#,
    r#"{"skill":"x","where":"Ready"}"#,
    r#"{"n":2,"agent":"nobody","free":100}"#,
    r#"{"n":"2","agent":"bob","list":["x",2]}"#,
    r#"{"skill":["x"],"agent":"ada","who":{"sid":"WKcat"}}"#,
    r#"{"n":2.5,"skill":"y","list":["WKada","ada"],"where":null}"#,
    r#"{"n":true,"skill":"","agent":7,"free":"50"}"#,
    "{}",
];
pub(crate) const PEOPLE: [&str; 8] = [
    r#"{"skills":["x"],"level":1}"#,
    r#"{"skills":["x","y"],"level":2}"#,
    r#"{"skills":["y"],"level":2,"age":4}"#,
    r#"{"skills":[],"level":"high"}"#,
    r#"{"skills":["x","y"],"age":3}"#,
    r#"{"skills":"x","level":2.5,"age":"3"}"#,
    r#"{"skills":["y",2],"level":-1,"age":null}"#,
    "{}",
];
pub(crate) const FILTERS: [&str; 5] = ["1==1", "n == 1", "n < 3", "skill == 'x'", "n != 1"];
pub(crate) const EXPRESSIONS: [&str; 9] = [
    "task.skill IN worker.skills",
    "worker.level > 1",
    "worker.channel.chat.available_capacity_percentage == 100",
    "worker.channel.chat.available_capacity_percentage <= 50",
    "worker.channel.voice.assigned_tasks == 0 OR worker.level == 1",
    "worker.channel.default.assigned_tasks > 0 AND worker.channel.chat.configured_capacity >= 1",
    "worker.activity_name == task.where OR task.where == null",
    "worker.channel.chat.available_capacity_percentage >= task.free",
    "worker.sid != task.agent",
];
pub(crate) const SKIPS: [&str; 5] = [
    "1==1",
    "workers.available == 0",
    "workers.available < 2 AND workers.unavailable > 0",
    "workers.WAOffline > 0",
    "workers.WAReady == 1 OR workers.WABusy > 0",
];
pub(crate) const ORDERS: [&str; 3] =
    ["worker.level DESC", "worker.age", "worker.level ASC, worker.age DESC"];
const ACTIVITIES: [&str; 5] = ["Available", "Ready", "Offline", "Break", "Busy"];

fn setups() -> impl Strategy<Value = String> {
    let people = prop_oneof![80 => vec(worker(), 1..=4), 1 => vec(worker(), 60..=70)];
    let workflows = (workflow(), workflow(), option::of(workflow()));
    (people, vec(queue(), 3), workflows, settings()).prop_map(
        |(people, queues, texts, settings)| {
            let mut text = String::from("activity Ready available\nactivity Break\n");
            for (number, rest) in people.iter().enumerate() {
                let name = NAMES.get(number).map_or(format!("w{number}"), ToString::to_string);
                text += &format!("worker {name} {rest}\n");
            }
            for (number, rest) in queues.iter().enumerate() {
                text += &format!("queue q{number}{rest}\n");
            }
            let (main, alternative, other) = texts;
            text += &format!("workflow main\n{main}");
            text += &settings;
            text += &format!("text alternative\n{alternative}");
            text + &other.map(|other| format!("workflow other\n{other}")).unwrap_or_default()
        },
    )
}

fn worker() -> impl Strategy<Value = String> {
    let capacity = || select(vec!["0", "1", "1", "1", "2", "2", "3", "off"]);
    let activity = select(vec!["Available", "Available", "Available", "Ready", "Offline"]);
    (select(PEOPLE.to_vec()), capacity(), capacity(), capacity(), activity).prop_map(
        |(attributes, default, voice, chat, activity)| {
            format!("{attributes} default={default} voice={voice} chat={chat} activity={activity}")
        },
    )
}

fn queue() -> impl Strategy<Value = String> {
    let plain = select(vec![
        r#" "1==1""#,
        r#" "1==1""#,
        r#" "skills HAS 'x'""#,
        r#" "level > 0""#,
        "",
        ": ada",
        ": bob cat dan",
    ]);
    let who = prop_oneof![
        3 => plain.prop_map(String::from),
        1 => phrase::of_worker().prop_map(|text| format!(" \"{text}\"")),
    ];
    let reserved = select(vec!["", "", " reserved=Reserved", " reserved=Ready"]);
    let rest = (1..=4, any::<bool>(), reserved, select(vec!["", " busy=Busy", " busy=Ready"]));
    (who, rest).prop_map(|(who, (reserve, is_lifo, reserved, busy))| {
        let lifo = if is_lifo { " lifo" } else { "" };
        format!("{who} reserve={reserve}{lifo}{reserved}{busy}")
    })
}

fn workflow() -> impl Strategy<Value = String> {
    let filter = (mostly(&FILTERS, phrase::of_task()), vec(target(), 1..=3));
    let default = option::weighted(0.8, (0..3, option::of(0..3)));
    (vec(filter, 0..=3), default).prop_map(|(filters, default)| {
        let mut text = String::new();
        for (number, (expression, targets)) in filters.into_iter().enumerate() {
            text += &format!("  filter f{number}: {expression}\n");
            for (number, (queue, target)) in targets.into_iter().enumerate() {
                let queue = queue.or((number == 0).then_some(0));
                let queue = queue.map(|queue| format!(" q{queue}")).unwrap_or_default();
                text += &format!("    target{queue}{target}\n");
            }
        }
        if let Some((queue, priority)) = default {
            text += &format!("  default q{queue}{}\n", setting("priority", priority));
        }
        text
    })
}

/// One of `usual` most of the time.
fn mostly(
    usual: &'static [&'static str],
    any: impl Strategy<Value = String> + 'static,
) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(usual).prop_map(String::from), 1 => any]
}

/// A queue, unless it is inherited, and the rest.
fn target() -> impl Strategy<Value = (Option<usize>, String)> {
    let when = (
        option::of(0..4),
        option::weighted(0.7, 1..9),
        option::weighted(0.3, mostly(&SKIPS, phrase::of_counters())),
    );
    let known = select(vec![
        " known_worker_sid=\"task.agent\"",
        " known_worker_friendly_name=\"task.agent\"",
        " known_worker_sid=\"task.who.sid\"",
    ]);
    let who = (
        option::weighted(0.4, mostly(&EXPRESSIONS, phrase::of_pair())),
        option::weighted(0.2, select(ORDERS.to_vec())),
        option::weighted(0.15, known),
    );
    (option::weighted(0.8, 0..3_usize), when, who).prop_map(
        |(queue, (priority, timeout, skip_if), (expression, order_by, known))| {
            let rest = [
                setting("priority", priority),
                setting("timeout", timeout),
                setting("skip_if", skip_if),
                setting("expression", expression),
                setting("order_by", order_by),
                known.unwrap_or_default().into(),
            ];
            (queue, rest.concat())
        },
    )
}

fn setting<T: std::fmt::Display>(key: &str, value: Option<T>) -> String {
    value.map(|value| format!(" {key}=\"{value}\"")).unwrap_or_default()
}

fn settings() -> impl Strategy<Value = String> {
    let idle = select(vec!["last_reserved", "last_accepted", "last_completed", "idle_since"]);
    let gap = select(vec!["1 s", "1 s", "0 s", "3 s"]);
    let switches = vec(prop::bool::weighted(0.3), 8);
    let times = (1..12, select(vec!["Offline", "Offline", "Ready", "Break"]));
    (idle, gap, switches, times).prop_map(|(idle, gap, switches, (timeout, activity))| {
        let mut text = format!(
            "set longest_idle {idle}\nset reoffer_gap {gap}\nreservation timeout {timeout} s\ntimeout activity {activity}\n"
        );
        let lines = [
            "set on_reservation_failure advance\n",
            "set skip_if_after_failure false\n",
            "set redrive_base now\n",
            "set skipped_targets_count true\n",
            "set immediate_attempt false\n",
            "set auto_reject_on_unavailable true\n",
            "prioritize LIFO\nchannel chat optimized\n",
            "single-tasking\n",
        ];
        text.extend(lines.into_iter().zip(switches).filter(|(_, is_on)| *is_on).map(|(l, _)| l));
        text
    })
}

fn moves() -> impl Strategy<Value = Move> {
    let after = prop_oneof![
        30 => Just(0),
        30 => (1..4_u64).prop_map(|secs| secs * 1000),
        10 => (1..12_u64).prop_map(|secs| secs * 1000),
        5 => Just(500),
        1 => Just(30_000),
        1 => select(vec![1_000_000, 86_390_000, 86_400_000]),
    ];
    let insists = prop::bool::weighted(0.0001);
    (after, any::<bool>(), insists, 0..105_u8, any::<u8>(), any::<u8>()).prop_map(
        |(after, passes, insists, verb, which, how)| {
            let after = Span::from_millis(after);
            Move { insists, ..Move::new(after, passes, verb, which, how) }
        },
    )
}

impl Move {
    /// A request of `verb` 0 to 99.
    pub(crate) fn new(after: Span, passes: bool, verb: u8, which: u8, how: u8) -> Self {
        Self { after, passes, insists: false, verb, which, how }
    }

    /// What is asked, in text; nothing if there is nothing yet to ask about.
    pub(crate) fn text(&self, player: &Player) -> Option<String> {
        let verb = match self.verb {
            0..=29 => return Some(self.create(player)),
            30..=49 => "accept",
            50..=56 => "reject",
            57..=59 => "hold",
            60..=61 => "connect",
            62 => "fail",
            63..=64 => "dead",
            65..=69 => "wrap",
            70..=76 => "complete",
            77..=90 | 104 => return self.of_task(player),
            100..=103 => return Some(self.create_unusually(player)),
            _ => return Some(self.of_worker(player)),
        };
        let open = |id| player.router.reservation(id).is_some();
        let number = self.one_of(&player.known.reservations, open)?;
        let goes_to = (verb == "reject" && self.how.is_multiple_of(3)).then(|| self.activity());
        Some(format!("{verb} r{number} {}", goes_to.unwrap_or_default()))
    }

    /// The number of one that is alive; now and then, of any.
    fn one_of<T: Copy>(&self, all: &[T], is_alive: impl Fn(T) -> bool) -> Option<usize> {
        let any = self.which.is_multiple_of(16);
        let numbers = (1..=all.len()).filter(|number| any || is_alive(all[number - 1]));
        let numbers: Vec<_> = numbers.collect();
        (!numbers.is_empty()).then(|| numbers[usize::from(self.which / 16) % numbers.len()])
    }

    fn activity(&self) -> &'static str {
        ACTIVITIES[usize::from(self.how) % ACTIVITIES.len()]
    }

    fn worker<'a>(&self, player: &'a Player) -> &'a str {
        let workers = &player.setup.workspace.workers;
        let mut cycle = workers.iter().cycle();
        &cycle.nth(usize::from(self.which)).expect("at least one").friendly_name
    }

    fn create(&self, player: &Player) -> String {
        let how = usize::from(self.how);
        let mut text = format!("create {}", DOCUMENTS[usize::from(self.which) % DOCUMENTS.len()]);
        text += ["", " priority=2", "", " priority=5"][how % 4];
        text += ["", " channel=chat", " channel=voice"][how / 4 % 3];
        text += ["", "", " ttl=4", " ttl=9", " start=1s"][how / 12 % 5];
        match how {
            0..=19 => text += &format!(" to=worker:{}", self.worker(player)),
            20..=39 => {
                text += &format!(" to=worker:{} capacity=enforced", self.worker(player));
            }
            40..=54 => text += " to=queue:q1 workflow=none",
            55..=64 if 1 < player.setup.workspace.workflows.len() => text += " workflow=other",
            _ => {}
        }
        text
    }

    /// Past the filters, or so that it is refused.
    fn create_unusually(&self, player: &Player) -> String {
        let how = usize::from(self.how);
        let document = DOCUMENTS[usize::from(self.which) % DOCUMENTS.len()];
        let is_two = 1 < player.setup.workspace.workflows.len();
        let workflow = if is_two && how.is_multiple_of(2) { "other" } else { "main" };
        let rest = match how % 16 {
            0..=3 => format!("to=workflow:{workflow} workflow=none"),
            4 => format!("to=workflow:{workflow} ttl=5"),
            5..=6 => "to=worker:ada workflow=none priority=3".into(),
            7..=9 => format!("to=queue:q{} workflow={workflow}", how % 3),
            10 => "workflow=none".into(),
            11 => "priority=2147483648".into(),
            12 => format!("ttl={}", ["0", "1209601", "1209600"][how % 3]),
            13 => "start=99999999s".into(),
            _ => format!("workflow={workflow} priority=2147483647 channel=chat"),
        };
        format!("create {document} {rest}")
    }

    fn of_task(&self, player: &Player) -> Option<String> {
        let is_alive = |id| player.router.task(id).is_some();
        let task = format!("t{}", self.one_of(&player.known.tasks, is_alive)?);
        let n = usize::from(self.how);
        Some(match self.verb {
            77..=78 => format!("cancel {task}"),
            79 => format!("wrap {task}"),
            80 => format!("complete {task}"),
            81..=82 => format!("hangup {task}"),
            83 => format!("delete {task}"),
            84..=87 => format!("attributes {task} {}", DOCUMENTS[n % DOCUMENTS.len()]),
            88..=89 => format!("priority {task} {}", n % 6),
            104 => format!("priority {task} {}", 2_147_483_640 + n % 16),
            _ => format!("start {task} {}s", n % 20),
        })
    }

    fn of_worker(&self, player: &Player) -> String {
        let who = self.worker(player);
        let n = usize::from(self.how);
        let channel = ["default", "voice", "chat"][n % 3];
        match self.verb {
            91..=94 => format!("go {who} {}{}", self.activity(), [" rejecting", ""][n % 2]),
            95 => format!("capacity {who} {channel} {}", n / 3 % 4),
            96 => format!("channel {who} {channel} {}", ["on", "off"][n / 3 % 2]),
            97 => format!("attributes {who} {}", PEOPLE[n % PEOPLE.len()]),
            _ => {
                let n_workflows = player.setup.workspace.workflows.len();
                let workflow = ["main", "other"][n / 8 % n_workflows];
                let text = ["main", "alternative", "other"][n % (1 + n_workflows)];
                let how = ["reevaluate", "", "timeout=5", "reevaluate timeout=2"][n / 2 % 4];
                format!("edit {workflow} {text} {how}")
            }
        }
    }
}
