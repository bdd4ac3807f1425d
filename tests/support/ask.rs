//! Commands written as text.
//!
//! ```text
//! create sales {"type":"gold"} priority=3 channel=chat ttl=60 start=3s workflow=main
//! create to=worker:ada capacity=enforced        to=queue:sales, to=workflow:main; workflow=none
//! cancel t1; wrap t1; complete t1; hangup t1; delete t1
//! attributes t1 {"type":"gold"}; priority t1 5; start t1 2s; attributes ada {"skills":[]}
//! accept r1; hold r1; connect r1; fail r1; reject r1 Break; dead r1; wrap r1; complete r1
//! go ada Offline rejecting; capacity ada chat 2; channel ada chat off
//! edit main other reevaluate timeout=60         `other` is a `text`
//! ```

use taskrouter_sim::expr::Value;
use taskrouter_sim::routing::{
    CancelReason, Command, NewTask, ReservationId, Router, RoutingTarget, TaskId,
};
use taskrouter_sim::time::{Span, Time};

use super::names::Named;
use super::print::Known;
use super::setup::Setup;
use super::tokens::{json, setting, span, words};

/// Who reads commands: names, and what `t1` and `r1` stand for.
pub(crate) struct Asker<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) known: &'a Known,
    pub(crate) now: Time,
}

impl Asker<'_> {
    /// What `text` asks of `router`.
    pub(crate) fn command(&self, router: &mut Router, text: &str) -> Command {
        let words = words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[0] {
            "create" => Command::CreateTask(self.new_task(router, &words[1..])),
            "attributes" | "priority" | "start" => self.update(router, &words),
            "go" | "capacity" | "channel" => self.of_worker(&words),
            "edit" => self.edit(router, &words),
            verb => match self.reservation(words[1]) {
                Some(id) => self.of_reservation(verb, id, words.get(2)),
                None => of_task(verb, self.task(words[1])),
            },
        }
    }

    fn new_task(&self, router: &mut Router, words: &[&str]) -> NewTask {
        let workspace = &self.setup.workspace;
        let mut task = NewTask {
            workflow: workspace.workflows.ids().next(),
            routing_target: None,
            attributes: router.add_attributes(Value::object([("x", Value::Null)])),
            channel: workspace.channel("default"),
            priority: 0,
            timeout: Span::from_secs(86_400),
            virtual_start_time: None,
        };
        let enforced = words.contains(&"capacity=enforced");
        for word in words {
            match setting(word) {
                None if word.starts_with('{') => {
                    task.attributes = router.add_attributes(json(word));
                }
                None => task.attributes = router.add_attributes(Value::object([("queue", *word)])),
                Some(("priority", n)) => task.priority = n.parse().expect("a priority"),
                Some(("channel", name)) => task.channel = workspace.channel(name),
                Some(("ttl", text)) => task.timeout = span(text),
                Some(("start", text)) => task.virtual_start_time = Some(Time::ZERO + span(text)),
                Some(("workflow", "none")) => task.workflow = None,
                Some(("workflow", name)) => task.workflow = Some(workspace.workflow(name)),
                Some(("to", text)) => task.routing_target = Some(self.target(text, !enforced)),
                Some(_) => {}
            }
        }
        task
    }

    fn target(&self, text: &str, ignore_capacity: bool) -> RoutingTarget {
        let workspace = &self.setup.workspace;
        match text.split_once(':').expect("worker:ada, queue:sales or workflow:main") {
            ("worker", name) => {
                let worker = workspace.worker(name).expect("a worker");
                RoutingTarget::Worker { worker, ignore_capacity }
            }
            ("queue", name) => RoutingTarget::Queue(workspace.queue(name)),
            (_, name) => RoutingTarget::Workflow(workspace.workflow(name)),
        }
    }

    fn update(&self, router: &mut Router, words: &[&str]) -> Command {
        if let Some(worker) = self.setup.workspace.worker(words[1]) {
            return Command::UpdateWorkerAttributes(worker, router.add_attributes(json(words[2])));
        }
        let task = self.task(words[1]);
        match words[0] {
            "attributes" => {
                Command::UpdateTaskAttributes(task, router.add_attributes(json(words[2])))
            }
            "priority" => Command::UpdateTaskPriority(task, words[2].parse().expect("a priority")),
            _ => Command::UpdateTaskVirtualStartTime(task, Time::ZERO + span(words[2])),
        }
    }

    fn of_worker(&self, words: &[&str]) -> Command {
        let workspace = &self.setup.workspace;
        let worker = workspace.worker(words[1]).unwrap_or_else(|| panic!("who is {}?", words[1]));
        match words[0] {
            "go" => Command::SetActivity {
                worker,
                activity: workspace.activity(words[2]),
                reject_pending: words.contains(&"rejecting"),
            },
            "capacity" => Command::SetCapacity {
                worker,
                channel: workspace.channel(words[2]),
                capacity: words[3].parse().expect("a capacity"),
            },
            _ => Command::SetChannelAvailable {
                worker,
                channel: workspace.channel(words[2]),
                available: words[3] == "on",
            },
        }
    }

    fn edit(&self, router: &Router, words: &[&str]) -> Command {
        let workflow = self.setup.workspace.workflow(words[1]);
        let mut texts = self.setup.texts.iter_with_id();
        let (configuration, _) = texts.find(|(_, name)| *name == words[2]).expect("a text");
        let timeout = words.iter().find_map(|word| word.strip_prefix("timeout="));
        let in_force = router.workspace().workflows[workflow].task_reservation_timeout;
        Command::UpdateWorkflow {
            workflow,
            configuration,
            task_reservation_timeout: timeout.map_or(in_force, span),
            re_evaluate: words.contains(&"reevaluate"),
        }
    }

    fn of_reservation(&self, verb: &str, id: ReservationId, activity: Option<&&str>) -> Command {
        let activity = activity.map(|name| self.setup.workspace.activity(name));
        match verb {
            "accept" => Command::AcceptReservation(id),
            "hold" => Command::HoldReservation(id),
            "connect" => Command::ConnectReservation(id),
            "fail" => Command::FailReservation(id),
            "reject" => Command::RejectReservation(id, activity),
            "dead" => Command::CancelReservation(id),
            "wrap" => Command::WrapUpReservation(id),
            "complete" => Command::CompleteReservation(id),
            _ => panic!("what does {verb} mean?"),
        }
    }

    fn task(&self, name: &str) -> TaskId {
        let number = name.strip_prefix('t').and_then(|number| number.parse::<usize>().ok());
        let task = number.and_then(|number| self.known.tasks.get(number - 1));
        *task.unwrap_or_else(|| panic!("{}: there is no {name}", self.now))
    }

    fn reservation(&self, name: &str) -> Option<ReservationId> {
        let all = &self.known.reservations;
        if name == "last" {
            return all.last().copied();
        }
        let number: usize = name.strip_prefix('r')?.parse().ok()?;
        let id = all.get(number - 1);
        Some(*id.unwrap_or_else(|| panic!("{}: there is no {name}", self.now)))
    }
}

fn of_task(verb: &str, task: TaskId) -> Command {
    match verb {
        "cancel" => Command::CancelTask(task, CancelReason::Requested),
        "wrap" => Command::WrapUpTask(task),
        "complete" => Command::CompleteTask(task),
        "hangup" => Command::HangUp(task),
        "delete" => Command::DeleteTask(task),
        _ => panic!("what does {verb} mean?"),
    }
}
