//! Task channels: `…/TaskChannels`.

use serde_json::{Value as Json, json};

use crate::routing::{ChannelId, TaskChannel, WorkerChannel};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::records::{ChannelRecord, Stamp};
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;
use crate::serve::tell::add;

/// What a worker may hold on a channel until somebody says otherwise (OC-30).
pub(crate) const USUAL_SIDE: WorkerChannel = WorkerChannel { capacity: 1, available: true };

impl Center {
    pub(crate) fn list_task_channels(&self, call: &Call<'_>) -> Answer {
        let all = &self.workspace().channels;
        let there = self.channels.iter_with_id().filter(|(_, record)| !record.stamp.is_gone);
        let there: Vec<ChannelId> = there.map(|(id, _)| id).collect();
        call.list("channels", &there, |id| all[*id].sid.clone(), |id| self.channel_body(call, *id))
    }

    pub(crate) fn create_task_channel(&mut self, call: &Call<'_>) -> Answer {
        let friendly_name = call.form().required("FriendlyName")?.to_owned();
        let unique_name = call.form().required("UniqueName")?.to_owned();
        let optimized = call.form().flag("ChannelOptimizedRouting").unwrap_or(false);
        check_unique_name(&unique_name)?;
        if self.channel_named(&unique_name).is_some() {
            let message = format!("A task channel with UniqueName {unique_name} exists already");
            return Err(ApiError::invalid(message));
        }
        let sid = self.minter.mint(Kind::TaskChannel);
        self.reshape(|workspace| {
            workspace.channels.push(TaskChannel {
                sid: sid.clone(),
                unique_name,
                channel_optimized_routing: optimized,
            });
            for worker in workspace.workers.iter_mut() {
                worker.channels.push(USUAL_SIDE);
            }
        });
        let stamp = Stamp::new(self.now);
        let id = self.channels.push(ChannelRecord { stamp, friendly_name });
        for worker in self.workers.iter_mut() {
            worker.channels.push(stamp);
        }
        self.things.insert(sid, Thing::Channel(id));
        self.tell_channel("task-channel.created", id);
        Ok(Reply::created(self.channel_body(call, id)))
    }

    pub(crate) fn fetch_task_channel(&self, call: &Call<'_>) -> Answer {
        Ok(Reply::ok(self.channel_body(call, self.task_channel(call)?)))
    }

    pub(crate) fn update_task_channel(&mut self, call: &Call<'_>) -> Answer {
        let id = self.task_channel(call)?;
        if let Some(name) = call.form().filled("FriendlyName") {
            self.channels[id].friendly_name = name.into();
        }
        if let Some(optimized) = call.form().flag("ChannelOptimizedRouting") {
            self.reshape(|it| it.channels[id].channel_optimized_routing = optimized);
        }
        self.channels[id].stamp.updated = self.now;
        self.tell_channel("task-channel.updated", id);
        Ok(Reply::ok(self.channel_body(call, id)))
    }

    pub(crate) fn delete_task_channel(&mut self, call: &Call<'_>) -> Answer {
        let id = self.task_channel(call)?;
        self.check_unpeopled(Thing::Channel(id))?;
        let channel = self.workspace().channels[id].clone();
        let is_used = self.tasks.values().any(|task| task.channel == id && !task.status.is_over());
        if is_used || channel.unique_name == "default" {
            let why = if is_used { "tasks are on it" } else { "it is the default one" };
            let message =
                format!("Cannot delete task channel {} because {why}", channel.unique_name);
            return Err(ApiError::invalid(message));
        }
        self.tell_channel("task-channel.deleted", id);
        self.things.remove(&channel.sid);
        self.channels[id].stamp.is_gone = true;
        // Expressions find nothing under the name, until another channel has it.
        self.reshape(|workspace| workspace.channels[id].unique_name.clear());
        Ok(Reply::no_content())
    }

    /// The channel that the path names, by sid or unique name.
    fn task_channel(&self, call: &Call<'_>) -> Result<ChannelId, ApiError> {
        self.channel_named(call.part(2)).ok_or_else(|| call.not_found())
    }

    /// The channel of that sid or unique name.
    pub(crate) fn channel_named(&self, name: &str) -> Option<ChannelId> {
        if let Some(Thing::Channel(id)) = self.things.get(name) {
            return Some(*id);
        }
        let mut all = self.workspace().channels.iter_with_id();
        let found =
            all.find(|(id, it)| it.unique_name == name && !self.channels[*id].stamp.is_gone);
        found.map(|(id, _)| id)
    }

    fn channel_body(&self, call: &Call<'_>, id: ChannelId) -> Json {
        let (channel, record) = (&self.workspace().channels[id], &self.channels[id]);
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": channel.sid,
            "friendly_name": record.friendly_name,
            "unique_name": channel.unique_name,
            "channel_optimized_routing": channel.channel_optimized_routing,
            "date_created": iso(record.stamp.created),
            "date_updated": iso(record.stamp.updated),
            "url": call.url(&self.sid, &format!("/TaskChannels/{}", channel.sid)),
            "links": {"workspace": call.url(&self.sid, "")},
        })
    }

    fn tell_channel(&mut self, name: &'static str, id: ChannelId) {
        let channel = &self.workspace().channels[id];
        let sid = channel.sid.clone();
        let mut pairs = Pairs::new();
        add(&mut pairs, "TaskChannelSid", &sid);
        add(&mut pairs, "TaskChannelUniqueName", &channel.unique_name);
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("TaskChannel {} {what}", channel.unique_name);
        self.tell(name, ("taskchannel", sid), description, pairs);
    }
}

/// Letters, digits, `_` and `$`, no digit first (TR-200).
fn check_unique_name(name: &str) -> Result<(), ApiError> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let starts_well = !name.starts_with(|c: char| c.is_ascii_digit());
    if starts_well && name.chars().all(is_fine) {
        return Ok(());
    }
    let rule = "letters, digits, _ and $, and no digit first, are wanted";
    Err(ApiError::invalid(format!("Invalid value {name} for parameter UniqueName: {rule}")))
}
