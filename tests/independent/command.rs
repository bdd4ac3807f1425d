//! What can be asked, and when it is refused: sections 2 to 4, tables 16.2 and 16.3.

use serde_json::{Value as Json, json};

use super::model::{Goes, Model, Offer, Route, Status, Task};
use super::world::{Millis, millis};
use crate::support::tokens::{setting, words};

/// Why not, in the words of the product's refusals.
pub(crate) type Refusal = &'static str;

const GONE: Refusal = "not found";
const NOT_PENDING: Refusal = "the reservation is not in the expected state [pending]";
const NOT_ON_HOLD: Refusal = "the reservation is not being set up";
const NOT_ACCEPTED: Refusal = "the reservation is not in the expected state [accepted]";
const NOT_CANCELABLE: Refusal = "cannot cancel the task because it is not pending or reserved";
const NOT_ASSIGNED: Refusal = "cannot complete the task because it is not currently assigned";
const NOT_WRAPPABLE: Refusal = "cannot wrap up the task because it is not assigned";
const OFFERS: Refusal =
    "the worker cannot have its activity updated while it has pending reservations";
const FLAG: Refusal =
    "pending reservations can only be rejected when moving to an unavailable activity";
const NO_FILTER: Refusal =
    "no filter of the workflow matches the task, and it has no default filter";
const NO_ROUTE: Refusal = "the task names neither a workflow nor a routing target";
const PRIORITY: Refusal = "the priority is out of range";
const TTL: Refusal = "the timeout is out of range";
const FUTURE: Refusal = "the virtual start time lies in the future";

const PRIORITY_MAX: u32 = 2_147_483_647;
const TTL_MAX: Millis = 1_209_600_000;

fn unless(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}

impl Model {
    /// Carries out one command, written as for the product.
    pub(crate) fn ask(&mut self, now: Millis, text: &str) -> Result<(), Refusal> {
        self.now = now;
        let words = words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let number = |word: &str| word[1..].parse::<usize>().expect("t1 or r1") - 1;
        let is = |kind: char| {
            words[1].strip_prefix(kind).is_some_and(|rest| rest.parse::<usize>().is_ok())
        };
        let answer = match words[0] {
            "create" => self.create(&words[1..]),
            "edit" => self.edit(&words[1..]),
            verb if is('r') => self.of_offer(verb, number(words[1]), words.get(2).copied()),
            verb if is('t') => self.of_task(verb, number(words[1]), words.get(2).copied()),
            verb => self.of_person(verb, self.world.worker(words[1]), &words[2..]),
        };
        self.is_dirty |= answer.is_ok();
        answer
    }

    fn create(&mut self, words: &[&str]) -> Result<(), Refusal> {
        let now = self.now;
        let mut workflow = Some(0);
        let mut task = Task {
            status: Status::Pending,
            route: Route::Filters,
            workflow: None,
            text: 0,
            place: (None, 0),
            queue: None,
            attributes: json!({"x": null}),
            channel: 0,
            priority: 0,
            created: now,
            virtual_start_time: now,
            ttl: 86_400_000,
            base: 0,
            passed: 0,
            deadline: None,
            is_entering: false,
            has_returned: false,
            needs_redrive: false,
            assignment_count: 0,
            accepted: 0,
        };
        let mut sent_to = None;
        for word in words {
            match setting(word) {
                None if word.starts_with('{') => task.attributes = read(word),
                None => task.attributes = json!({"queue": word}),
                Some(("priority", n)) => task.priority = n.parse().expect("a priority"),
                Some(("channel", name)) => task.channel = self.world.channel(name),
                Some(("ttl", text)) => task.ttl = millis(text),
                Some(("start", text)) => task.virtual_start_time = millis(text),
                Some(("workflow", "none")) => workflow = None,
                Some(("workflow", name)) => workflow = Some(self.world.workflow(name)),
                Some(("to", text)) => sent_to = text.split_once(':'),
                _ => {}
            }
        }
        match sent_to {
            Some(("worker", name)) => {
                let ignore_capacity = !words.contains(&"capacity=enforced");
                task.route = Route::Worker { worker: self.world.worker(name), ignore_capacity };
            }
            Some(("queue", _)) => task.route = Route::Queue,
            Some((_, name)) => workflow = Some(self.world.workflow(name)),
            None => {}
        }
        unless(task.priority <= PRIORITY_MAX, PRIORITY)?;
        unless(0 < task.ttl && task.ttl <= TTL_MAX, TTL)?;
        unless(task.virtual_start_time <= now, FUTURE)?;
        unless(workflow.is_some() || task.route != Route::Filters, NO_ROUTE)?;
        task.workflow = workflow;
        let mut first = None;
        if task.route == Route::Filters {
            task.text = self.world.workflows[workflow.expect("checked above")].text;
            first = self.first_place(task.text, &task.attributes);
            unless(first.is_some(), NO_FILTER)?;
        }
        self.tasks.push(task);
        let task = self.tasks.len() - 1;
        self.tell("task.created", task, "");
        if let Some(place) = first {
            self.tell("workflow.entered", task, "");
            self.enter(task, place);
        } else if let Some(("queue", name)) = sent_to {
            self.tasks[task].queue = Some(self.world.queue(name));
            self.tell("task-queue.entered", task, "");
        }
        Ok(())
    }

    fn edit(&mut self, words: &[&str]) -> Result<(), Refusal> {
        let workflow = self.world.workflow(words[0]);
        let text = self.world.text(words[1]);
        self.world.workflows[workflow].text = text;
        for word in &words[2..] {
            if let Some(("timeout", text)) = setting(word) {
                self.world.workflows[workflow].reservation_timeout = millis(text);
            }
        }
        self.lines.push(format!("workflow.updated {}", words[0]));
        if words.contains(&"reevaluate") {
            for task in 0..self.tasks.len() {
                let it = &mut self.tasks[task];
                let takes_part = it.status == Status::Pending && it.route == Route::Filters;
                if takes_part && it.workflow == Some(workflow) {
                    it.text = text;
                    self.redrive(task);
                }
            }
        }
        Ok(())
    }

    fn of_task(&mut self, verb: &str, task: usize, what: Option<&str>) -> Result<(), Refusal> {
        let now = self.now;
        let status = self.tasks[task].status;
        unless(status != Status::Gone, GONE)?;
        let is_open = matches!(status, Status::Pending | Status::Reserved);
        match verb {
            "cancel" => {
                unless(is_open, NOT_CANCELABLE)?;
                self.cancel(task, "Requested");
            }
            "hangup" if is_open => self.cancel(task, "hangup"),
            "hangup" if status == Status::Wrapping => {}
            "hangup" if self.world.single_tasking => self.complete(task),
            "hangup" => self.wrap_up(task),
            "wrap" => {
                unless(status == Status::Assigned, NOT_WRAPPABLE)?;
                self.wrap_up(task);
            }
            "complete" => {
                unless(!is_open, NOT_ASSIGNED)?;
                self.complete(task);
            }
            "delete" => {
                for offer in self.offers(task, &[Offer::Pending, Offer::OnHold]) {
                    self.end_offer(offer, None, Goes::Back);
                }
                for offer in self.offers(task, &[Offer::Accepted, Offer::Wrapping]) {
                    self.end_offer(offer, None, Goes::Nowhere);
                }
                self.tasks[task].status = Status::Gone;
                self.tell("task.deleted", task, "");
            }
            "attributes" => {
                self.tasks[task].attributes = read(what.expect("a document"));
                self.tell("task.updated", task, "");
                match status {
                    Status::Pending => self.redrive(task),
                    Status::Reserved => self.tasks[task].needs_redrive = true,
                    _ => {}
                }
            }
            "priority" => {
                let priority = what.and_then(|text| text.parse().ok()).expect("a priority");
                unless(priority <= PRIORITY_MAX, PRIORITY)?;
                // TR-031: the matched target's wins.
                let target = self.target(task).and_then(|target| target.priority);
                self.tasks[task].priority = target.unwrap_or(priority);
                self.tell("task.updated", task, "");
            }
            "start" => {
                let start = millis(what.expect("an instant"));
                unless(start <= now, FUTURE)?;
                self.tasks[task].virtual_start_time = start;
                self.tell("task.updated", task, "");
            }
            _ => panic!("what is {verb}?"),
        }
        Ok(())
    }

    fn of_offer(&mut self, verb: &str, offer: usize, what: Option<&str>) -> Result<(), Refusal> {
        let (state, task) = (self.reservations[offer].state, self.reservations[offer].task);
        unless(state != Offer::Ended, GONE)?;
        match verb {
            "accept" => {
                unless(state == Offer::Pending, NOT_PENDING)?;
                self.accept(offer);
            }
            "hold" => {
                unless(state == Offer::Pending, NOT_PENDING)?;
                self.reservations[offer].state = Offer::OnHold;
            }
            "connect" => {
                unless(state == Offer::OnHold, NOT_ON_HOLD)?;
                self.accept(offer);
            }
            "fail" => {
                unless(state == Offer::OnHold, NOT_ON_HOLD)?;
                self.end_offer(offer, Some("reservation.canceled"), Goes::Back);
                self.come_back(task, false);
            }
            "dead" => {
                unless(state == Offer::Pending, NOT_PENDING)?;
                self.end_offer(offer, Some("reservation.canceled"), Goes::Back);
                self.come_back(task, false);
            }
            "reject" => {
                unless(state == Offer::Pending, NOT_PENDING)?;
                let activity = what.map(|name| self.world.activity(name));
                let goes = activity.map_or(Goes::Back, Goes::To);
                self.end_offer(offer, Some("reservation.rejected"), goes);
                self.come_back(task, true);
            }
            "wrap" => {
                unless(state == Offer::Accepted, NOT_ACCEPTED)?;
                self.wrap_up(task);
            }
            "complete" => {
                unless(matches!(state, Offer::Accepted | Offer::Wrapping), NOT_ACCEPTED)?;
                self.complete(task);
            }
            _ => panic!("what is {verb}?"),
        }
        Ok(())
    }

    /// T4, R2, R9.
    fn accept(&mut self, offer: usize) {
        let now = self.now;
        let it = &mut self.reservations[offer];
        it.state = Offer::Accepted;
        let (task, worker, channel, queue) = (it.task, it.worker, it.channel, it.queue);
        self.idle[worker].accepted[channel] = Some(now);
        self.tasks[task].status = Status::Assigned;
        self.tasks[task].accepted = now;
        self.tell_offer("reservation.accepted", offer);
        let activity = queue.and_then(|queue| self.world.queues[queue].assignment_activity);
        if let Some(activity) = activity.filter(|_| self.world.single_tasking) {
            self.move_worker(worker, activity);
        }
        for sibling in self.offers(task, &[Offer::Pending, Offer::OnHold]) {
            self.end_offer(sibling, Some("reservation.rescinded"), Goes::Back);
        }
    }

    /// T7, R10: without transfers one reservation at most is accepted.
    fn wrap_up(&mut self, task: usize) {
        for offer in self.offers(task, &[Offer::Accepted]) {
            self.reservations[offer].state = Offer::Wrapping;
            self.tell_offer("reservation.wrapup", offer);
        }
        self.tasks[task].status = Status::Wrapping;
        self.tell("task.wrapup", task, "");
    }

    /// T8, T9, R11, R12.
    fn complete(&mut self, task: usize) {
        for offer in self.offers(task, &[Offer::Accepted, Offer::Wrapping]) {
            let (worker, channel) = (self.reservations[offer].worker, self.tasks[task].channel);
            self.idle[worker].completed[channel] = Some(self.now);
            self.end_offer(offer, Some("reservation.completed"), Goes::Nowhere);
        }
        self.tasks[task].status = Status::Gone;
        self.tell("task.completed", task, "");
    }

    fn of_person(&mut self, verb: &str, worker: usize, words: &[&str]) -> Result<(), Refusal> {
        let name = self.world.workers[worker].name.clone();
        match verb {
            "go" => {
                let activity = self.world.activity(words[0]);
                return self.go(worker, activity, words.contains(&"rejecting"));
            }
            "capacity" => {
                let channel = self.world.channel(words[0]);
                let capacity = words[1].parse().expect("a capacity");
                self.world.workers[worker].channels[channel].0 = capacity;
                self.lines.push(format!("worker.capacity.update {name} {}", words[0]));
            }
            "channel" => {
                let channel = self.world.channel(words[0]);
                self.world.workers[worker].channels[channel].1 = words[1] == "on";
                self.lines.push(format!("worker.channel.availability.update {name} {}", words[0]));
            }
            "attributes" => {
                self.world.workers[worker].attributes = read(words[0]);
                self.lines.push(format!("worker.attributes.update {name}"));
            }
            _ => panic!("what is {verb}?"),
        }
        Ok(())
    }

    /// TR-086 to TR-089.
    fn go(&mut self, worker: usize, activity: usize, rejects: bool) -> Result<(), Refusal> {
        let is_available = self.world.activities[activity].1;
        unless(!rejects || !is_available, FLAG)?;
        let rejects = rejects || self.world.settings.auto_reject_on_unavailable;
        let mut offers: Vec<usize> = (0..self.reservations.len()).collect();
        offers.retain(|offer| {
            let it = &self.reservations[*offer];
            it.worker == worker && it.state == Offer::Pending && !is_available
        });
        unless(rejects || offers.is_empty(), OFFERS)?;
        for &offer in &offers {
            self.end_offer(offer, Some("reservation.rejected"), Goes::Nowhere);
        }
        self.send_worker(worker, activity);
        for &offer in &offers {
            self.come_back(self.reservations[offer].task, true);
        }
        Ok(())
    }
}

fn read(text: &str) -> Json {
    serde_json::from_str(text).expect("a JSON document")
}
