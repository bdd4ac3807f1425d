//! A worker's side of task channels: `…/Workers/{WorkerSid}/Channels`.

use serde_json::{Value as Json, json};

use crate::routing::{ChannelId, Command, Refusal, WorkerId};
use crate::serve::call::Call;
use crate::serve::center::Center;
use crate::serve::moment::iso;
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;

/// More than anybody holds.
const CAPACITY_MAX: u32 = 10_000;

impl Center {
    pub(crate) fn list_worker_channels(&self, call: &Call<'_>) -> Answer {
        let worker = self.worker(call)?;
        let there: Vec<ChannelId> = self.living_channels().collect();
        let sid = |channel: &ChannelId| self.worker_channel_sid(worker, *channel);
        call.list("channels", &there, sid, |it| self.worker_channel_body(call, (worker, *it)))
    }

    pub(crate) fn fetch_worker_channel(&self, call: &Call<'_>) -> Answer {
        Ok(Reply::ok(self.worker_channel_body(call, self.worker_channel(call)?)))
    }

    pub(crate) fn update_worker_channel(&mut self, call: &Call<'_>) -> Answer {
        let (worker, channel) = self.worker_channel(call)?;
        let capacity = call.form().whole("Capacity", 0..=CAPACITY_MAX)?;
        let available = call.form().flag("Available");
        let refused = |refusal: Refusal| ApiError::invalid(refusal.to_string());
        if let Some(capacity) = capacity {
            self.ask(Command::SetCapacity { worker, channel, capacity }).map_err(refused)?;
        }
        if let Some(available) = available {
            let command = Command::SetChannelAvailable { worker, channel, available };
            self.ask(command).map_err(refused)?;
        }
        Ok(Reply::ok(self.worker_channel_body(call, (worker, channel))))
    }

    fn living_channels(&self) -> impl Iterator<Item = ChannelId> + '_ {
        let living = self.channels.iter_with_id().filter(|(_, record)| !record.stamp.is_gone);
        living.map(|(id, _)| id)
    }

    /// The one that the path names: by its own sid, the task channel's, or the unique name.
    fn worker_channel(&self, call: &Call<'_>) -> Result<(WorkerId, ChannelId), ApiError> {
        let worker = self.worker(call)?;
        let wanted = call.part(4);
        let by_sid = |id: &ChannelId| self.worker_channel_sid(worker, *id) == wanted;
        let channel = self.channel_named(wanted).or_else(|| self.living_channels().find(by_sid));
        channel.map(|channel| (worker, channel)).ok_or_else(|| call.not_found())
    }

    /// It follows from the two sids, so that nobody has to remember it.
    fn worker_channel_sid(&self, worker: WorkerId, channel: ChannelId) -> String {
        let workspace = self.workspace();
        let (worker, channel) = (&workspace.workers[worker].sid, &workspace.channels[channel].sid);
        self.minter.of(Kind::WorkerChannel, &format!("{worker} {channel}"))
    }

    fn worker_channel_body(&self, call: &Call<'_>, it: (WorkerId, ChannelId)) -> Json {
        let (worker, channel) = it;
        let known = &self.workspace().channels[channel];
        let side = &self.router.worker(worker).channels[channel];
        let stamp = &self.workers[worker].channels[channel];
        let worker_sid = &self.workspace().workers[worker].sid;
        let sid = self.worker_channel_sid(worker, channel);
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": sid,
            "worker_sid": worker_sid,
            "task_channel_sid": known.sid,
            "task_channel_unique_name": known.unique_name,
            "assigned_tasks": side.accepted,
            "available": side.available,
            "available_capacity_percentage": side.available_percentage(),
            "configured_capacity": side.capacity,
            "date_created": iso(stamp.created),
            "date_updated": iso(stamp.updated),
            "url": call.url(&self.sid, &format!("/Workers/{worker_sid}/Channels/{sid}")),
        })
    }
}
