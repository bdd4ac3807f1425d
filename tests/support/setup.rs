//! Set-up lines into a workspace.

use taskrouter_sim::expr::{Context, Paths, Value, parse};
use taskrouter_sim::id::IdVec;
use taskrouter_sim::routing::{
    Activity, ActivityId, AttributesId, Configuration, ConfigurationId, LongestIdle,
    OnReservationFailure, QueueId, RedriveBase, Settings, TaskChannel, TaskOrder, TaskQueue,
    Worker, WorkerChannel, Workflow, Workspace,
};
use taskrouter_sim::time::Span;

use super::names::Named;
use super::tokens::{json, setting, span, words};
use super::workflow;

/// A workspace, and what commands call its parts.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) workspace: Workspace,
    /// Names of configurations.
    pub(crate) texts: IdVec<ConfigurationId, String>,
    /// Which groups of events are shown; empty means all.
    pub(crate) show: Vec<String>,
}

impl Setup {
    /// Reads set-up lines.
    pub(crate) fn read(text: &str) -> Self {
        let mut setup = Self { workspace: empty(), texts: IdVec::default(), show: Vec::new() };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            setup.line(line.trim());
        }
        if setup.workspace.workflows.is_empty() {
            workflow::one_filter_per_queue(&mut setup);
        }
        setup
    }

    fn line(&mut self, line: &str) {
        let words = words(line);
        let rest: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        match words[0].as_str() {
            "activity" => self.activity(rest[0], rest.contains(&"available")),
            "channel" => {
                let channel = self.channel_mut(rest[0]);
                channel.channel_optimized_routing = true;
            }
            "workers" => rest.iter().for_each(|name| self.worker(name, &[])),
            "worker" => self.worker(rest[0], &rest[1..]),
            "queue" => self.queue(&rest),
            "workflow" | "text" | "filter" | "target" | "default" => {
                workflow::line(self, line, &words);
            }
            "reservation" => self.reservation_timeout(span(&rest[1..].concat())),
            "timeout" => self.workspace.timeout_activity = self.activity_named(rest[1]),
            "set" => set(&mut self.workspace.settings, rest[0], &rest[1..].concat()),
            "single-tasking" => self.workspace.multi_task_enabled = false,
            "prioritize" => self.workspace.prioritize_queue_order = order(rest[0]),
            "show" => self.show = rest.iter().map(ToString::to_string).collect(),
            _ => panic!("what is `{line}`?"),
        }
    }

    fn activity(&mut self, name: &str, available: bool) {
        let sid = format!("WA{name}");
        self.workspace.activities.push(Activity { sid, friendly_name: name.into(), available });
    }

    fn channel_mut(&mut self, name: &str) -> &mut TaskChannel {
        let id = self.workspace.channel(name);
        &mut self.workspace.channels[id]
    }

    fn worker(&mut self, name: &str, rest: &[&str]) {
        let mut channels = IdVec::filled(
            WorkerChannel { capacity: 1, available: true },
            self.workspace.channels.len(),
        );
        let mut activity = self.activity_named("Available");
        let mut attributes = Value::object([("name", name)]);
        for word in rest {
            match setting(word) {
                None => attributes = json(word),
                Some(("activity", name)) => activity = self.activity_named(name),
                Some((channel, "off")) => {
                    channels[self.workspace.channel(channel)].available = false;
                }
                Some((channel, capacity)) => {
                    channels[self.workspace.channel(channel)].capacity =
                        capacity.parse().expect("a capacity");
                }
            }
        }
        let attributes = self.attributes(attributes);
        let (sid, friendly_name) = (format!("WK{name}"), name.to_string());
        self.workspace.workers.push(Worker { sid, friendly_name, attributes, activity, channels });
    }

    fn attributes(&mut self, document: Value) -> AttributesId {
        let known = self.workspace.attributes.iter_with_id().find(|(_, known)| **known == document);
        known.map(|(id, _)| id).unwrap_or_else(|| self.workspace.attributes.push(document))
    }

    fn queue(&mut self, words: &[&str]) {
        let name = words[0].trim_end_matches(':');
        let is_option = |word: &str| {
            word == "lifo" || setting(word).is_some_and(|(key, _)| OPTIONS.contains(&key))
        };
        let (options, members): (Vec<&str>, Vec<&str>) =
            words[1..].iter().partition(|word| is_option(word));
        let expression = if words[0].ends_with(':') {
            format!("friendly_name IN ['{}']", members.join("', '"))
        } else {
            members.concat()
        };
        let mut queue = TaskQueue {
            sid: format!("WQ{name}"),
            friendly_name: name.into(),
            target_workers: (!expression.is_empty()).then(|| {
                let parsed = parse(&expression, Context::TargetWorkers).expect("target workers");
                parsed.compile(Context::TargetWorkers, &mut self.workspace.paths)
            }),
            max_reserved_workers: 1,
            task_order: TaskOrder::Fifo,
            reservation_activity: None,
            assignment_activity: None,
        };
        for option in options {
            match setting(option) {
                Some(("reserve", count)) => {
                    queue.max_reserved_workers = count.parse().expect("a count");
                }
                Some(("reserved", name)) => {
                    queue.reservation_activity = Some(self.activity_named(name));
                }
                Some((_, name)) => queue.assignment_activity = Some(self.activity_named(name)),
                None => queue.task_order = TaskOrder::Lifo,
            }
        }
        self.workspace.queues.push(queue);
    }

    /// Of the workflow written last; of all that will be if there is none yet.
    fn reservation_timeout(&mut self, timeout: Span) {
        if self.workspace.workflows.is_empty() {
            workflow::one_filter_per_queue(self);
        }
        let last = self.workspace.workflows.iter_mut().last().expect("at least one");
        last.task_reservation_timeout = timeout;
    }

    pub(crate) fn activity_named(&self, name: &str) -> ActivityId {
        self.workspace.activity(name)
    }

    pub(crate) fn queue_named(&self, name: &str) -> QueueId {
        self.workspace.queue(name)
    }

    pub(crate) fn add_workflow(&mut self, name: &str) -> ConfigurationId {
        let configuration = self.add_text(name);
        self.workspace.workflows.push(Workflow {
            sid: format!("WW{name}"),
            friendly_name: name.into(),
            task_reservation_timeout: Span::from_secs(120),
            configuration,
        });
        configuration
    }

    pub(crate) fn add_text(&mut self, name: &str) -> ConfigurationId {
        self.texts.push(name.into());
        self.workspace.configurations.push(Configuration::default())
    }
}

const OPTIONS: [&str; 3] = ["reserve", "reserved", "busy"];

fn empty() -> Workspace {
    let activity = |(name, available): (&str, bool)| Activity {
        sid: format!("WA{name}"),
        friendly_name: name.into(),
        available,
    };
    let channel = |name: &str| TaskChannel {
        sid: format!("TC{name}"),
        unique_name: name.into(),
        channel_optimized_routing: false,
    };
    let activities =
        [("Available", true), ("Offline", false), ("Reserved", false), ("Busy", false)];
    let activities: IdVec<ActivityId, _> = activities.into_iter().map(activity).collect();
    Workspace {
        multi_task_enabled: true,
        timeout_activity: activities.ids().nth(1).expect("Offline"),
        prioritize_queue_order: TaskOrder::Fifo,
        settings: Settings::default(),
        activities,
        channels: ["default", "voice", "chat"].into_iter().map(channel).collect(),
        queues: IdVec::default(),
        workers: IdVec::default(),
        workflows: IdVec::default(),
        configurations: IdVec::default(),
        attributes: IdVec::default(),
        paths: Paths::new(),
    }
}

fn order(text: &str) -> TaskOrder {
    if text == "LIFO" { TaskOrder::Lifo } else { TaskOrder::Fifo }
}

fn set(settings: &mut Settings, field: &str, value: &str) {
    let yes = value == "true";
    match field {
        "longest_idle" => {
            settings.longest_idle = match value {
                "last_reserved" => LongestIdle::LastReserved,
                "last_accepted" => LongestIdle::LastAccepted,
                "last_completed" => LongestIdle::LastCompleted,
                _ => LongestIdle::IdleSince,
            }
        }
        "reoffer_gap" => settings.reoffer_gap = span(value),
        "on_reservation_failure" => {
            let advances = value == "advance";
            settings.on_reservation_failure =
                if advances { OnReservationFailure::Advance } else { OnReservationFailure::Stay };
        }
        "skip_if_after_failure" => settings.skip_if_after_failure = yes,
        "redrive_base" => {
            settings.redrive_base =
                if value == "now" { RedriveBase::Now } else { RedriveBase::Created };
        }
        "skipped_targets_count" => settings.skipped_targets_count = yes,
        "immediate_attempt" => settings.immediate_attempt = yes,
        "auto_reject_on_unavailable" => settings.auto_reject_on_unavailable = yes,
        _ => panic!("no setting is called {field}"),
    }
}
