//! Assignment callbacks: what an application is told of an offer, and what it may answer.

use crate::expr::{Value, parse_known_worker};
use crate::routing::{ActivityId, Command, ReservationRef};
use crate::scenario::read_attributes;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment;
use crate::serve::post::{Effect, Form, Outcome};
use crate::serve::records::OfferStatus;

/// What TaskRouter tells in its debugger: its number, and what is wrong.
pub(crate) type Told = (u32, String);

/// A field of an instruction, by its name in JSON.
type Field<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl Center {
    /// An offer was made: the workflow's application is to hear of it, if there is one.
    pub(crate) fn call_back(&mut self, offer: ReservationRef) {
        let Some(workflow) = offer.workflow else { return };
        let record = &self.workflows[workflow];
        let urls = (&record.assignment_callback_url, &record.fallback_assignment_callback_url);
        let (url, is_fallback) = match urls {
            (Some(url), _) => (url.clone(), false),
            (None, Some(url)) => (url.clone(), true),
            (None, None) => return,
        };
        let Some(number) = self.reservation_numbers.get(offer.reservation) else { return };
        let reservation = self.reservations[number].sid.clone();
        let form = self.assignment_form(offer, &reservation);
        let workspace = self.sid.clone();
        self.effects.push(Effect::Assign { workspace, reservation, url, is_fallback, form });
    }

    /// TaskRouter's documented fields, and the names beside the sids that applications read too.
    fn assignment_form(&self, offer: ReservationRef, reservation: &str) -> Form {
        const SENT: [&str; 13] = [
            "TaskSid",
            "TaskAttributes",
            "TaskAge",
            "TaskPriority",
            "TaskChannelUniqueName",
            "TaskQueueSid",
            "TaskQueueName",
            "WorkflowSid",
            "WorkflowName",
            "WorkerSid",
            "WorkerName",
            "WorkerAttributes",
            "WorkerActivityName",
        ];
        let mut pairs = Pairs::new();
        let task = self.task_numbers.get(offer.task).and_then(|number| self.tasks.get(number));
        if let Some(task) = task {
            self.add_task(&mut pairs, task);
        }
        self.add_worker(&mut pairs, offer.worker);
        let seconds = moment::unix_millis(self.now).div_euclid(1000).to_string();
        let own = [
            ("Timestamp", seconds.as_str()),
            ("AccountSid", &self.account_sid),
            ("WorkspaceSid", &self.sid),
            ("ReservationSid", reservation),
        ];
        let sent = pairs.iter().filter(|(name, _)| SENT.contains(name));
        let sent = sent.map(|(name, value)| (*name, &**value));
        own.into_iter().chain(sent).map(|(name, it)| (name.to_owned(), it.to_owned())).collect()
    }

    /// What came of an assignment callback; an alert, if it is something to be told.
    pub(crate) fn instructed(&mut self, asked: &Effect, outcome: Outcome) -> Option<Told> {
        let Effect::Assign { reservation, is_fallback, .. } = asked else { return None };
        let Some(Thing::Reservation(number)) = self.things.get(reservation) else { return None };
        let number = *number;
        match outcome {
            Outcome::Failed(why) => Some(self.unreachable(number, asked, *is_fallback, &why)),
            Outcome::Answered(body) if body.trim().is_empty() => None,
            Outcome::Answered(body) => self.follow(number, &body).err(),
        }
    }

    /// The fallback is asked; if that fails too, or there is none, the offer is over (TR-223).
    fn unreachable(&mut self, number: u64, asked: &Effect, was_fallback: bool, why: &str) -> Told {
        let record = &self.reservations[&number];
        let workflow = record.workflow.map(|workflow| &self.workflows[workflow]);
        let fallback = workflow.and_then(|it| it.fallback_assignment_callback_url.clone());
        match (asked, fallback) {
            (Effect::Assign { workspace, reservation, form, .. }, Some(url)) if !was_fallback => {
                self.effects.push(Effect::Assign {
                    workspace: workspace.clone(),
                    reservation: reservation.clone(),
                    url,
                    is_fallback: true,
                    form: form.clone(),
                });
                (11200, format!("The assignment callback failed: {why}; the fallback is asked"))
            }
            _ => {
                let sid = record.sid.clone();
                let canceled = self.ask(Command::CancelReservation(record.key)).is_ok();
                let then = if canceled { "the reservation is canceled" } else { "it was over" };
                (11200, format!("No assignment callback for {sid} answered: {why}; {then}"))
            }
        }
    }

    /// Carries out the JSON that an application answered.
    fn follow(&mut self, number: u64, body: &str) -> Result<(), Told> {
        let document = read_attributes(body).map_err(|why| {
            (40001, format!("The answer to an assignment callback is no JSON: {why}"))
        })?;
        let field = |name: &str| text_of(&document, name);
        let is_empty = matches!(&document, Value::Object(fields) if fields.is_empty());
        let Some(instruction) = field("instruction") else {
            let missing = (40005, "The answer to an assignment callback has no instruction".into());
            return if is_empty { Ok(()) } else { Err(missing) };
        };
        let activity = match field("activity_sid").map(|sid| self.things.get(&sid).copied()) {
            Some(Some(Thing::Activity(activity))) => Some(activity),
            Some(_) => return Err((40100, "activity_sid is not an activity".into())),
            None => None,
        };
        self.instruct(number, &instruction, activity, &field)?;
        if instruction == "reject" && activity.is_none() {
            return Err((
                40100,
                "A reject without activity_sid leaves the worker available".into(),
            ));
        }
        Ok(())
    }

    /// Carries out an instruction. No telephone rings here: who is to be called has answered.
    pub(crate) fn instruct(
        &mut self,
        number: u64,
        instruction: &str,
        activity: Option<ActivityId>,
        field: &Field<'_>,
    ) -> Result<(), Told> {
        let (status, is_over) = match instruction {
            "accept" => ("accepted", 20001),
            "reject" => ("rejected", 20001),
            "dequeue" => ("accepted", 40135),
            "call" => ("accepted", 40114),
            "redirect" => ("accepted", 40123),
            "conference" => ("accepted", 40136),
            "supervise" => {
                return Err((40146, "Supervising is not possible on this server".into()));
            }
            other => return Err((55555, format!("Unknown instruction {other}"))),
        };
        if self.reservations[&number].status != OfferStatus::Pending {
            let record = &self.reservations[&number];
            let (sid, state) = (&record.sid, record.status.name());
            let message = format!(
                "Reservation {sid} not in expected state, [pending] and cannot be updated to \
                 [{status}]: it is [{state}]"
            );
            return Err((is_over, message));
        }
        let post_work = self.check_fields(number, instruction, field)?;
        let is_taken = !matches!(instruction, "call" | "redirect")
            || field("accept").is_some_and(|it| it.eq_ignore_ascii_case("true"));
        if is_taken {
            self.update_offer(number, status, activity).map_err(|e| (e.code, e.message))?;
        }
        if let Some(record) = self.reservations.get_mut(&number) {
            record.post_work_activity = post_work;
        }
        Ok(())
    }

    /// What an instruction must have; where the worker goes after the call.
    fn check_fields(
        &self,
        number: u64,
        instruction: &str,
        field: &Field<'_>,
    ) -> Result<Option<ActivityId>, Told> {
        let record = &self.reservations[&number];
        let worker = &self.workers[record.worker].attributes;
        let has_contact = || field("to").is_some() || has_text(worker, "contact_uri");
        let task = self.tasks.get(&record.task);
        let has_call = || task.is_some_and(|task| has_text(&task.attributes, "call_sid"));
        let needs = |holds: bool, code: u32, what: &str| {
            if holds {
                Ok(())
            } else {
                Err((code, format!("The instruction {instruction} {what}")))
            }
        };
        match instruction {
            "call" => {
                needs(has_contact(), 40110, "has no to, and the worker no contact_uri")?;
                needs(field("from").is_some(), 40111, "has no from")?;
                needs(field("url").is_some(), 40112, "has no url")?;
            }
            "redirect" => {
                needs(field("url").is_some(), 40120, "has no url")?;
                needs(field("call_sid").is_some(), 40121, "has no call_sid")?;
            }
            "dequeue" => {
                needs(has_call(), 40140, "needs a task with the attribute call_sid")?;
                needs(has_contact(), 40131, "has no to, and the worker no contact_uri")?;
            }
            "conference" => {
                needs(has_contact(), 40131, "has no to, and the worker no contact_uri")?;
            }
            _ => return Ok(None),
        }
        match field("post_work_activity_sid").map(|sid| self.things.get(&sid).copied()) {
            None => Ok(None),
            Some(Some(Thing::Activity(activity))) => Ok(Some(activity)),
            Some(_) => Err((40132, "post_work_activity_sid is not an activity".into())),
        }
    }
}

/// A field of a JSON document as text.
fn text_of(document: &Value, name: &str) -> Option<String> {
    let path = parse_known_worker(&format!("task.{name}")).ok()?;
    match document.get(&path) {
        Value::String(text) if !text.is_empty() => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn has_text(attributes: &str, name: &str) -> bool {
    read_attributes(attributes).is_ok_and(|document| text_of(&document, name).is_some())
}
