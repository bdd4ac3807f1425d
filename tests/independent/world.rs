//! The workspace as the independent machine keeps it, read from set-up lines.

use serde_json::{Value as Json, json};

use super::expression::Expression;
use crate::support::tokens::{setting, words};

/// Milliseconds.
pub(crate) type Millis = u64;

/// Everything that does not change by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    /// Name, and whether available.
    pub(crate) activities: Vec<(String, bool)>,
    /// Name, and whether `channel_optimized_routing`.
    pub(crate) channels: Vec<(String, bool)>,
    pub(crate) workers: Vec<Worker>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) workflows: Vec<Workflow>,
    pub(crate) texts: Vec<Text>,
    pub(crate) timeout_activity: usize,
    pub(crate) single_tasking: bool,
    pub(crate) lifo_queues_first: bool,
    pub(crate) settings: Settings,
}

/// Section 18.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) longest_idle: String,
    pub(crate) reoffer_gap: Millis,
    pub(crate) advances_on_failure: bool,
    pub(crate) skip_if_after_failure: bool,
    pub(crate) redrive_from_now: bool,
    pub(crate) skipped_targets_count: bool,
    pub(crate) immediate_attempt: bool,
    pub(crate) auto_reject_on_unavailable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            longest_idle: "last_reserved".into(),
            reoffer_gap: 1000,
            advances_on_failure: false,
            skip_if_after_failure: true,
            redrive_from_now: false,
            skipped_targets_count: false,
            immediate_attempt: true,
            auto_reject_on_unavailable: false,
        }
    }
}

/// A worker, as set up and as they are.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) name: String,
    pub(crate) attributes: Json,
    pub(crate) activity: usize,
    /// For each channel: capacity, and whether available.
    pub(crate) channels: Vec<(u32, bool)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) name: String,
    /// Nobody is a member where it is absent (TR-145).
    pub(crate) target_workers: Option<Expression>,
    pub(crate) max_reserved_workers: usize,
    pub(crate) is_lifo: bool,
    pub(crate) reservation_activity: Option<usize>,
    pub(crate) assignment_activity: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Workflow {
    pub(crate) name: String,
    pub(crate) reservation_timeout: Millis,
    /// Which text is in force.
    pub(crate) text: usize,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) filters: Vec<(Expression, Vec<Target>)>,
    pub(crate) default_filter: Option<Target>,
}

#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) queue: usize,
    pub(crate) expression: Option<Expression>,
    pub(crate) priority: Option<u32>,
    pub(crate) timeout: Option<Millis>,
    /// Path in the worker's attributes, and whether the greatest goes first.
    pub(crate) order_by: Vec<(Vec<String>, bool)>,
    pub(crate) skip_if: Option<Expression>,
    /// Path in the task's attributes, and whether it holds a sid (or a name).
    pub(crate) known_worker: Option<(Vec<String>, bool)>,
}

/// `20 s`, `20s`, `20`.
pub(crate) fn millis(text: &str) -> Millis {
    let seconds: u64 = text.trim_end_matches('s').trim().parse().expect("whole seconds");
    seconds * 1000
}

fn named<T>(all: &[T], name: &str, of: impl Fn(&T) -> &str) -> usize {
    all.iter().position(|it| of(it) == name).unwrap_or_else(|| panic!("what is {name}?"))
}

impl World {
    pub(crate) fn read(text: &str) -> Self {
        let mut world = Self::default();
        for (name, available) in
            [("Available", true), ("Offline", false), ("Reserved", false), ("Busy", false)]
        {
            world.activities.push((name.into(), available));
        }
        world.channels = ["default", "voice", "chat"].map(|name| (name.into(), false)).to_vec();
        world.timeout_activity = 1;
        for line in text.lines() {
            world.line(line.trim());
        }
        world
    }

    pub(crate) fn activity(&self, name: &str) -> usize {
        named(&self.activities, name, |it| &it.0)
    }
    pub(crate) fn channel(&self, name: &str) -> usize {
        named(&self.channels, name, |it| &it.0)
    }
    pub(crate) fn queue(&self, name: &str) -> usize {
        named(&self.queues, name, |it| &it.name)
    }
    pub(crate) fn worker(&self, name: &str) -> usize {
        named(&self.workers, name, |it| &it.name)
    }
    pub(crate) fn workflow(&self, name: &str) -> usize {
        named(&self.workflows, name, |it| &it.name)
    }
    pub(crate) fn text(&self, name: &str) -> usize {
        named(&self.texts, name, |it| &it.name)
    }

    fn line(&mut self, line: &str) {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some((first, rest)) = words.split_first() else { return };
        match *first {
            "activity" => self.activities.push((rest[0].into(), rest.contains(&"available"))),
            "channel" => {
                let channel = self.channel(rest[0]);
                self.channels[channel].1 = true;
            }
            "worker" => self.add_worker(rest),
            "queue" => self.add_queue(rest),
            "workflow" | "text" => self.add_text(rest[0], *first == "workflow"),
            "filter" => {
                let (_, expression) = line.split_once(": ").expect("filter NAME: EXPRESSION");
                let filter = (Expression::read(expression), Vec::new());
                self.texts.last_mut().expect("a text").filters.push(filter);
            }
            "target" => {
                let target = self.target(rest);
                let text = self.texts.last_mut().expect("a text");
                text.filters.last_mut().expect("a filter").1.push(target);
            }
            "default" => {
                let target = self.target(rest);
                self.texts.last_mut().expect("a text").default_filter = Some(target);
            }
            "reservation" => {
                let workflow = self.workflows.last_mut().expect("a workflow");
                workflow.reservation_timeout = millis(rest[1]);
            }
            "timeout" => self.timeout_activity = self.activity(rest[1]),
            "set" => self.settings.set(rest[0], rest[1]),
            "single-tasking" => self.single_tasking = true,
            "prioritize" => self.lifo_queues_first = rest[0] == "LIFO",
            _ => panic!("what is `{line}`?"),
        }
    }

    fn add_text(&mut self, name: &str, is_in_force: bool) {
        if is_in_force {
            let (name, text) = (name.into(), self.texts.len());
            self.workflows.push(Workflow { name, reservation_timeout: 120_000, text });
        }
        self.texts.push(Text { name: name.into(), ..Text::default() });
    }

    fn add_worker(&mut self, words: &[&str]) {
        let mut worker = Worker {
            name: words[0].into(),
            attributes: json!({"name": words[0]}),
            activity: 0,
            channels: vec![(1, true); self.channels.len()],
        };
        for word in &words[1..] {
            match setting(word) {
                None => worker.attributes = serde_json::from_str(word).expect("JSON"),
                Some(("activity", name)) => worker.activity = self.activity(name),
                Some((channel, "off")) => worker.channels[self.channel(channel)].1 = false,
                Some((channel, n)) => {
                    worker.channels[self.channel(channel)].0 = n.parse().expect("a capacity");
                }
            }
        }
        self.workers.push(worker);
    }

    fn add_queue(&mut self, words: &[&str]) {
        let mut queue = Queue {
            name: words[0].trim_end_matches(':').into(),
            target_workers: None,
            max_reserved_workers: 1,
            is_lifo: false,
            reservation_activity: None,
            assignment_activity: None,
        };
        let mut members = Vec::new();
        for word in &words[1..] {
            match word.split_once('=') {
                _ if *word == "lifo" => queue.is_lifo = true,
                Some(("reserve", n)) => queue.max_reserved_workers = n.parse().expect("a number"),
                Some(("reserved", name)) => queue.reservation_activity = Some(self.activity(name)),
                Some(("busy", name)) => queue.assignment_activity = Some(self.activity(name)),
                _ => members.push(*word),
            }
        }
        if words[0].ends_with(':') {
            let names = members.join("', '");
            queue.target_workers = Some(Expression::read(&format!("friendly_name IN ['{names}']")));
        } else if let [expression] = members[..] {
            queue.target_workers = Some(Expression::read(expression));
        }
        self.queues.push(queue);
    }

    fn target(&self, words: &[&str]) -> Target {
        let path = |text: &str| text.split('.').skip(1).map(String::from).collect::<Vec<_>>();
        let before = self.texts.last().and_then(|text| text.filters.last());
        let inherited = before.and_then(|filter| filter.1.last()).map(|target| target.queue);
        let own = words.first().filter(|word| !word.contains('=')).map(|name| self.queue(name));
        let mut target = Target {
            queue: own.or(inherited).expect("a queue"),
            expression: None,
            priority: None,
            timeout: None,
            order_by: Vec::new(),
            skip_if: None,
            known_worker: None,
        };
        for (key, value) in words.iter().filter_map(|word| word.split_once('=')) {
            match key {
                "expression" => target.expression = Some(Expression::read(value)),
                "priority" => target.priority = Some(value.parse().expect("a priority")),
                "timeout" => target.timeout = Some(millis(value)),
                "skip_if" => target.skip_if = Some(Expression::read(value)),
                "known_worker_sid" => target.known_worker = Some((path(value), true)),
                "known_worker_friendly_name" => target.known_worker = Some((path(value), false)),
                "order_by" => {
                    for clause in value.split(',') {
                        let mut words = clause.split_whitespace();
                        let path = path(words.next().expect("a path"));
                        target.order_by.push((path, words.next() == Some("DESC")));
                    }
                }
                _ => panic!("what is {key}?"),
            }
        }
        target
    }
}

impl Settings {
    fn set(&mut self, key: &str, value: &str) {
        match key {
            "longest_idle" => self.longest_idle = value.into(),
            "reoffer_gap" => self.reoffer_gap = millis(value),
            "on_reservation_failure" => self.advances_on_failure = value == "advance",
            "skip_if_after_failure" => self.skip_if_after_failure = value == "true",
            "redrive_base" => self.redrive_from_now = value == "now",
            "skipped_targets_count" => self.skipped_targets_count = value == "true",
            "immediate_attempt" => self.immediate_attempt = value == "true",
            "auto_reject_on_unavailable" => self.auto_reject_on_unavailable = value == "true",
            _ => panic!("what is {key}?"),
        }
    }
}
