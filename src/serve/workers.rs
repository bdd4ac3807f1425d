//! Workers: `…/Workers`.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::expr::{Compiled, Context, Names, PathId, Paths, Resolved, Value, WorkerField, parse};
use crate::id::IdVec;
use crate::routing::{Command, Refusal, Worker, WorkerId};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::records::WorkerRecord;
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;
use crate::serve::task_channels::USUAL_SIDE;

impl Center {
    pub(crate) fn list_workers(&self, call: &Call<'_>) -> Answer {
        let mut wanted: Vec<WorkerId> = self.wanted_workers(call)?;
        for (_, descending) in call.orders(&["DateStatusChanged"])?.into_iter().rev() {
            wanted.sort_by_key(|id| self.workers[*id].status_changed);
            if descending {
                wanted.reverse();
            }
        }
        let sid = |id: &WorkerId| self.workspace().workers[*id].sid.clone();
        call.list("workers", &wanted, sid, |id| self.worker_body(call, *id))
    }

    pub(crate) fn wanted_workers(&self, call: &Call<'_>) -> Result<Vec<WorkerId>, ApiError> {
        let query = call.query();
        let workspace = self.workspace();
        let activity_name = query.filled("ActivityName");
        let activity_sid = query.filled("ActivitySid");
        if let Some(sid) = activity_sid.filter(|sid| !Kind::Activity.is_form_of(sid)) {
            return Err(ApiError::invalid(format!(
                "Invalid value {sid} for parameter ActivitySid"
            )));
        }
        let (available, name) = (query.flag("Available"), query.filled("FriendlyName"));
        let (queue_name, queue_sid) = (query.filled("TaskQueueName"), query.filled("TaskQueueSid"));
        let expression =
            query.filled("TargetWorkersExpression").map(worker_condition).transpose()?;
        let is_wanted = |id: &WorkerId| {
            let activity = &workspace.activities[self.router.worker(*id).activity];
            let is_member = |is_it: &dyn Fn(&str, &str) -> bool| {
                let mut queues =
                    self.living_queues().map(|queue| (queue, &workspace.queues[queue]));
                queues.any(|(queue, known)| {
                    is_it(&known.friendly_name, &known.sid) && self.router.is_member(queue, *id)
                })
            };
            activity_name.is_none_or(|name| activity.friendly_name == name)
                && activity_sid.is_none_or(|sid| activity.sid == sid)
                && available.is_none_or(|available| activity.available == available)
                && name.is_none_or(|name| workspace.workers[*id].friendly_name == name)
                && queue_name.is_none_or(|wanted| is_member(&|name, _| name == wanted))
                && queue_sid.is_none_or(|wanted| is_member(&|_, sid| sid == wanted))
                && expression.as_ref().is_none_or(|condition| self.passes(condition, *id))
        };
        Ok(self.living_workers().map(|(id, _)| id).filter(is_wanted).collect())
    }

    fn passes(&self, (condition, paths): &(Compiled, Paths), id: WorkerId) -> bool {
        let attributes = &self.workspace().attributes[self.router.worker(id).attributes];
        let worker = &self.workspace().workers[id];
        condition.matches(&OneWorker { worker, resolved: paths.resolve(attributes) })
    }

    pub(crate) fn create_worker(&mut self, call: &Call<'_>) -> Answer {
        let friendly_name = call.form().required("FriendlyName")?.to_owned();
        self.check_worker_name(&friendly_name, None)?;
        let activity = self.activity_field(call, "ActivitySid")?.unwrap_or(self.default_activity);
        let text: Arc<str> = call.form().filled("Attributes").unwrap_or("{}").into();
        let attributes = self.attributes(&text)?;
        let sid = self.minter.mint(Kind::Worker);
        self.reshape(|workspace| {
            workspace.workers.push(Worker {
                sid: sid.clone(),
                friendly_name,
                attributes,
                activity,
                channels: IdVec::filled(USUAL_SIDE, workspace.channels.len()),
            });
        });
        let record = WorkerRecord::new(text, self.channel_stamps(), self.now);
        let id = self.workers.push(record);
        self.things.insert(sid, Thing::Worker(id));
        self.tell_worker("worker.created", id);
        Ok(self.worker_reply(call, id, 201))
    }

    pub(crate) fn fetch_worker(&self, call: &Call<'_>) -> Answer {
        Ok(self.worker_reply(call, self.worker(call)?, 200))
    }

    /// Everything is checked before anything is changed.
    pub(crate) fn update_worker(&mut self, call: &Call<'_>) -> Answer {
        let id = self.worker(call)?;
        call.request.check_version(self.workers[id].version)?;
        let name = call.form().filled("FriendlyName").map(str::to_owned);
        if let Some(name) = &name {
            self.check_worker_name(name, Some(id))?;
        }
        let activity = self.activity_field(call, "ActivitySid")?;
        let text: Option<Arc<str>> = call.form().filled("Attributes").map(Into::into);
        let attributes = text.as_ref().map(|text| self.attributes(text)).transpose()?;
        let reject_pending = call.form().flag("RejectPendingReservations").unwrap_or(false);
        match activity {
            Some(activity) => {
                let command = Command::SetActivity { worker: id, activity, reject_pending };
                self.ask(command).map_err(|refusal| self.worker_refused(id, refusal))?;
            }
            None if reject_pending => {
                let message =
                    "RejectPendingReservations needs an ActivitySid that is not available";
                return Err(ApiError::invalid(message));
            }
            None => {}
        }
        if let (Some(text), Some(attributes)) = (text, attributes) {
            self.workers[id].attributes = text;
            let command = Command::UpdateWorkerAttributes(id, attributes);
            self.ask(command).map_err(|refusal| self.worker_refused(id, refusal))?;
        }
        if let Some(name) = name {
            self.reshape(|workspace| workspace.workers[id].friendly_name = name);
            self.workers[id].version += 1;
            self.workers[id].stamp.updated = self.now;
        }
        Ok(self.worker_reply(call, id, 200))
    }

    pub(crate) fn delete_worker(&mut self, call: &Call<'_>) -> Answer {
        let id = self.worker(call)?;
        call.request.check_version(self.workers[id].version)?;
        self.check_unpeopled(Thing::Worker(id))?;
        if !self.router.worker(id).open.is_empty() {
            let sid = &self.workspace().workers[id].sid;
            let message = format!("Cannot delete worker {sid} because it has reservations");
            return Err(ApiError::invalid(message));
        }
        self.tell_worker("worker.deleted", id);
        self.things.remove(call.part(2));
        self.workers[id].stamp.is_gone = true;
        self.router.retire(self.now, id);
        Ok(Reply::no_content())
    }

    fn worker_refused(&self, id: WorkerId, refusal: Refusal) -> ApiError {
        let (sid, pending) = (&self.workspace().workers[id].sid, self.router.worker(id).pending);
        ApiError::invalid(match refusal {
            Refusal::PendingReservations => format!(
                "Worker {sid} cannot have its activity updated while it has {pending} pending \
                 reservations"
            ),
            refusal => format!("Cannot update worker {sid}: {refusal}"),
        })
    }

    /// Unique in the workspace, whatever the letter case.
    fn check_worker_name(&self, name: &str, own: Option<WorkerId>) -> Result<(), ApiError> {
        let lower = name.to_lowercase();
        let is_taken = |(id, _): (WorkerId, _)| {
            Some(id) != own && self.workspace().workers[id].friendly_name.to_lowercase() == lower
        };
        if self.living_workers().any(is_taken) {
            return Err(ApiError::invalid(format!(
                "A worker with FriendlyName {name} exists already"
            )));
        }
        Ok(())
    }

    pub(crate) fn worker(&self, call: &Call<'_>) -> Result<WorkerId, ApiError> {
        match self.things.get(call.part(2)) {
            Some(Thing::Worker(id)) => Ok(*id),
            _ => Err(call.not_found()),
        }
    }

    /// The worker that a query names by sid.
    pub(crate) fn worker_filter(
        &self,
        call: &Call<'_>,
        name: &str,
    ) -> Result<Option<WorkerId>, ApiError> {
        let Some(sid) = call.query().filled(name) else { return Ok(None) };
        match self.things.get(sid) {
            Some(Thing::Worker(id)) => Ok(Some(*id)),
            _ => Err(ApiError::invalid(format!("{name} {sid} is not a worker of the workspace"))),
        }
    }

    pub(crate) fn living_workers(&self) -> impl Iterator<Item = (WorkerId, &WorkerRecord)> {
        self.workers.iter_with_id().filter(|(_, record)| !record.stamp.is_gone)
    }

    fn worker_reply(&self, call: &Call<'_>, id: WorkerId, status: u16) -> Reply {
        let reply = Reply { status, ..Reply::ok(self.worker_body(call, id)) };
        reply.with_version(self.workers[id].version)
    }

    fn worker_body(&self, call: &Call<'_>, id: WorkerId) -> Json {
        let (worker, record) = (&self.workspace().workers[id], &self.workers[id]);
        let activity = &self.workspace().activities[self.router.worker(id).activity];
        let own = call.url(&self.sid, &format!("/Workers/{}", worker.sid));
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": worker.sid,
            "friendly_name": worker.friendly_name,
            "activity_sid": activity.sid,
            "activity_name": activity.friendly_name,
            "available": activity.available,
            "attributes": &*record.attributes,
            "date_created": iso(record.stamp.created),
            "date_updated": iso(record.stamp.updated),
            "date_status_changed": iso(record.status_changed),
            "url": own,
            "links": {
                "channels": format!("{own}/Channels"),
                "activity": call.url(&self.sid, &format!("/Activities/{}", activity.sid)),
                "workspace": call.url(&self.sid, ""),
                "statistics": call.url(&self.sid, "/Workers/Statistics"),
                "real_time_statistics": call.url(&self.sid, "/Workers/RealTimeStatistics"),
                "cumulative_statistics": call.url(&self.sid, "/Workers/CumulativeStatistics"),
                "worker_statistics": format!("{own}/Statistics"),
                "worker_channels": format!("{own}/Channels"),
                "reservations": format!("{own}/Reservations"),
            },
        })
    }

    fn tell_worker(&mut self, name: &'static str, id: WorkerId) {
        let mut pairs = Pairs::new();
        self.add_worker(&mut pairs, id);
        let worker = &self.workspace().workers[id];
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("Worker {} {what}", worker.friendly_name);
        self.tell(name, ("worker", worker.sid.clone()), description, pairs);
    }
}

/// What `TargetWorkersExpression` asks about.
struct OneWorker<'a> {
    worker: &'a Worker,
    resolved: Resolved,
}

impl Names for OneWorker<'_> {
    fn worker(&self, path: PathId) -> &Value {
        self.resolved.get(path)
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        match field {
            WorkerField::Sid => self.worker.sid.as_str().into(),
            WorkerField::FriendlyName => self.worker.friendly_name.as_str().into(),
            // Not known where queues are described.
            WorkerField::ActivitySid | WorkerField::ActivityName => Value::Null,
        }
    }
}

fn worker_condition(text: &str) -> Result<(Compiled, Paths), ApiError> {
    let expression = parse(text, Context::TargetWorkers).map_err(|error| {
        ApiError::invalid(format!("TargetWorkersExpression is not valid: {}", error.message))
    })?;
    let mut paths = Paths::new();
    let compiled = expression.compile(Context::TargetWorkers, &mut paths);
    Ok((compiled, paths))
}
