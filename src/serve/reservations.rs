//! Reservations, under their task and under their worker: `…/Reservations`.

use serde_json::{Value as Json, json};

use crate::routing::{ActivityId, Command, Refusal};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::moment::iso;
use crate::serve::records::{OfferStatus, ReservationRecord};
use crate::serve::request::{Answer, ApiError, Reply};

/// Under whom a reservation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Under {
    Task,
    Worker,
}

impl Center {
    pub(crate) fn list_task_reservations(&self, call: &Call<'_>) -> Answer {
        let task = self.task_number(call)?;
        self.list_reservations(call, Under::Task, self.tasks[&task].reservations.clone())
    }

    pub(crate) fn list_worker_reservations(&self, call: &Call<'_>) -> Answer {
        let worker = self.worker(call)?;
        let numbers = self.workers[worker].reservations.iter().copied().collect();
        self.list_reservations(call, Under::Worker, numbers)
    }

    fn list_reservations(&self, call: &Call<'_>, under: Under, numbers: Vec<u64>) -> Answer {
        let names = OfferStatus::ALL.map(OfferStatus::name);
        let status = call.query().word("ReservationStatus", &names)?;
        let worker = self.worker_filter(call, "WorkerSid")?;
        let all = numbers.iter().filter_map(|number| self.reservations.get(number));
        let wanted = all.filter(|it| {
            status.is_none_or(|status| it.status.name() == status)
                && worker.is_none_or(|worker| it.worker == worker)
        });
        let wanted: Vec<&ReservationRecord> = wanted.collect();
        call.list(
            "reservations",
            &wanted,
            |it| it.sid.clone(),
            |it| self.reservation_body(call, it, under),
        )
    }

    pub(crate) fn fetch_task_reservation(&self, call: &Call<'_>) -> Answer {
        Ok(self.reservation_reply(call, self.reservation(call, Under::Task)?, Under::Task))
    }

    pub(crate) fn fetch_worker_reservation(&self, call: &Call<'_>) -> Answer {
        Ok(self.reservation_reply(call, self.reservation(call, Under::Worker)?, Under::Worker))
    }

    pub(crate) fn update_task_reservation(&mut self, call: &Call<'_>) -> Answer {
        self.update_reservation(call, Under::Task)
    }

    pub(crate) fn update_worker_reservation(&mut self, call: &Call<'_>) -> Answer {
        self.update_reservation(call, Under::Worker)
    }

    fn update_reservation(&mut self, call: &Call<'_>, under: Under) -> Answer {
        let number = self.reservation(call, under)?;
        call.request.check_version(self.reservations[&number].version)?;
        let activity = self.activity_field(call, "WorkerActivitySid")?;
        let statuses = OfferStatus::ALL.map(OfferStatus::name);
        let status = call.form().word("ReservationStatus", &statuses)?;
        match (status, call.form().filled("Instruction")) {
            (Some(status), _) => self.update_offer(number, status, activity)?,
            (None, Some(instruction)) => {
                let wanted = |name: &str| call.form().filled(name).map(str::to_owned);
                let family = family(instruction);
                let field = |name: &str| wanted(&format!("{family}{}", pascal(name)));
                let told = self.instruct(number, instruction, activity, &field);
                told.map_err(|(code, message)| ApiError::new(400, code, message))?;
            }
            (None, None) => {}
        }
        Ok(self.reservation_reply(call, number, under))
    }

    /// A worker's answer, or the end of their part.
    pub(crate) fn update_offer(
        &mut self,
        number: u64,
        status: &str,
        activity: Option<ActivityId>,
    ) -> Result<(), ApiError> {
        let key = self.reservations[&number].key;
        let command = match status {
            "accepted" => Command::AcceptReservation(key),
            "rejected" => Command::RejectReservation(key, activity),
            "wrapping" => Command::WrapUpReservation(key),
            "completed" => Command::CompleteReservation(key),
            status => {
                let message =
                    format!("Reservation cannot be updated to ReservationStatus {status}");
                return Err(ApiError::invalid(message));
            }
        };
        let asked = self.ask(command);
        asked.map_err(|refusal| self.offer_refused(number, status, refusal))?;
        if matches!(status, "wrapping" | "completed") {
            self.end_of_call(number);
        }
        Ok(())
    }

    /// The worker goes where an instruction sent them, once (TR-091).
    pub(crate) fn end_of_call(&mut self, number: u64) {
        let Some(record) = self.reservations.get_mut(&number) else { return };
        let Some(activity) = record.post_work_activity.take() else { return };
        let worker = record.worker;
        let command = Command::SetActivity { worker, activity, reject_pending: false };
        // Whoever has other offers by now stays where they are.
        if self.ask(command).is_err() {
            tracing::debug!("a worker with pending reservations keeps their activity");
        }
    }

    /// In the words that people match on.
    fn offer_refused(&self, number: u64, status: &str, refusal: Refusal) -> ApiError {
        let record = &self.reservations[&number];
        let expected = match refusal {
            Refusal::NotAccepted => "accepted",
            _ if matches!(status, "wrapping" | "completed") => "accepted",
            _ => "pending",
        };
        ApiError::invalid(format!(
            "Reservation {} not in expected state, [{expected}] and cannot be updated to [{status}]: \
             it is [{}]",
            record.sid,
            record.status.name()
        ))
    }

    /// The reservation that the path names, under the task or worker that it belongs to.
    fn reservation(&self, call: &Call<'_>, under: Under) -> Result<u64, ApiError> {
        let Some(Thing::Reservation(number)) = self.things.get(call.part(4)) else {
            return Err(call.not_found());
        };
        let record = &self.reservations[number];
        let belongs = match under {
            Under::Task => self.task_number(call)? == record.task,
            Under::Worker => self.worker(call)? == record.worker,
        };
        if belongs { Ok(*number) } else { Err(call.not_found()) }
    }

    fn reservation_reply(&self, call: &Call<'_>, number: u64, under: Under) -> Reply {
        let record = &self.reservations[&number];
        let reply = Reply::ok(self.reservation_body(call, record, under));
        reply.with_version(record.version)
    }

    fn reservation_body(&self, call: &Call<'_>, it: &ReservationRecord, under: Under) -> Json {
        let worker = &self.workspace().workers[it.worker];
        let task = self.tasks.get(&it.task).map_or("", |task| task.sid.as_str());
        let (task_url, worker_url) = (
            call.url(&self.sid, &format!("/Tasks/{task}")),
            call.url(&self.sid, &format!("/Workers/{}", worker.sid)),
        );
        let owner = match under {
            Under::Task => &task_url,
            Under::Worker => &worker_url,
        };
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": it.sid,
            "task_sid": task,
            "worker_sid": worker.sid,
            "worker_name": worker.friendly_name,
            "reservation_status": it.status.name(),
            "date_created": iso(it.stamp.created),
            "date_updated": iso(it.stamp.updated),
            "url": format!("{owner}/Reservations/{}", it.sid),
            "links": {
                "task": task_url,
                "worker": worker_url,
                "workspace": call.url(&self.sid, ""),
            },
        })
    }
}

/// What the form's names for an instruction's fields begin with.
fn family(instruction: &str) -> &'static str {
    match instruction {
        "dequeue" => "Dequeue",
        "call" => "Call",
        "redirect" => "Redirect",
        _ => "",
    }
}

/// `post_work_activity_sid` as `PostWorkActivitySid`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.split('_').map(word).collect()
}
