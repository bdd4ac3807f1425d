//! What a workspace has beside queues, workflows and workers: activities, channels, settings.

use crate::id::IdVec;
use crate::routing::{
    Activity, ActivityId, LongestIdle, OnReservationFailure, RedriveBase, Settings, TaskChannel,
    TaskOrder,
};
use crate::scenario::node::{Item, Node};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::{find, lookup};
use crate::scenario::resolve::sid::{Kind, sid};
use crate::scenario::resolve::unique::unique;
use crate::scenario::resolve::value;

/// The channels that every workspace has (TR-200).
const BUILT_IN: [&str; 5] = ["default", "voice", "chat", "sms", "video"];

/// The activities under `workspace`, or TaskRouter's usual two.
pub(super) fn activities(cx: &mut Context<'_>, node: Option<&Node>) -> IdVec<ActivityId, Activity> {
    let mut activities = IdVec::new();
    let Some(node) = node else {
        activities.push(activity(cx, "Offline", false));
        activities.push(activity(cx, "Available", true));
        return activities;
    };
    for node in value::list(Some(node)) {
        let Some(name) = value::text(node.get("friendly_name")) else { continue };
        let available = value::flag(node.get("available")).unwrap_or(false);
        let sid = sid(cx, Kind::Activity, name, Some(node));
        let activity = Activity { sid, friendly_name: name.into(), available };
        if unique(cx, &activities, &activity, node) {
            activities.push(activity);
        }
    }
    activities
}

fn activity(cx: &Context<'_>, name: &str, available: bool) -> Activity {
    Activity { sid: sid(cx, Kind::Activity, name, None), friendly_name: name.into(), available }
}

impl Draft {
    /// The activity named `name`, or a new unavailable one.
    pub(super) fn unavailable(&mut self, cx: &Context<'_>, name: &str) -> ActivityId {
        lookup(&self.activities, name)
            .unwrap_or_else(|| self.activities.push(activity(cx, name, false)))
    }

    /// Where workers are off shift: in `Offline`, or else in the first unavailable activity.
    pub(super) fn away_activity(&mut self, cx: &mut Context<'_>) -> ActivityId {
        let unavailable = |id: &ActivityId| !self.activities[*id].available;
        let offline = lookup(&self.activities, "Offline").filter(unavailable);
        if let Some(id) = offline.or_else(|| self.activities.ids().find(unavailable)) {
            return id;
        }
        cx.assume("an unavailable activity `Offline` is added: the workspace has none");
        self.activities.push(activity(cx, "Offline", false))
    }

    /// Where a worker goes who let a reservation time out.
    pub(super) fn timeout_activity(
        &mut self,
        cx: &mut Context<'_>,
        workspace: Option<&Node>,
    ) -> ActivityId {
        let named = by_name_or_sid(cx, workspace, "timeout_activity", &self.activities);
        let Some(id) = named else { return self.away_activity(cx) };
        if let (Some(node), true) = (workspace, self.activities[id].available) {
            let name = &self.activities[id].friendly_name;
            let message = format!("whoever misses an offer is offered more: `{name}` is available");
            cx.warn(message, &node.get("timeout_activity").unwrap_or(node).place);
        }
        id
    }

    /// The channels that are written down, those that are `used`, and `default`.
    pub(super) fn channels<'n>(
        &mut self,
        cx: &mut Context<'_>,
        node: Option<&Node>,
        used: impl Iterator<Item = &'n Node>,
    ) {
        for node in value::list(node) {
            let Some(name) = value::text(node.get("unique_name")) else { continue };
            let mut channel = channel(cx, name, Some(node));
            channel.channel_optimized_routing =
                value::flag(node.get("channel_optimized_routing")).unwrap_or(false);
            if unique(cx, &self.channels, &channel, node) {
                self.channels.push(channel);
            }
        }
        let closed = !self.channels.is_empty();
        used.for_each(|node| self.use_channel(cx, node, closed));
        if lookup(&self.channels, "default").is_none() {
            self.channels.push(channel(cx, "default", None));
        }
    }

    /// Adds the channel that `node` names, unless the list of channels is complete without it.
    fn use_channel(&mut self, cx: &mut Context<'_>, node: &Node, closed: bool) {
        let Some(name) = node.as_str() else { return };
        if lookup(&self.channels, name).is_some() {
            return;
        }
        if closed && !BUILT_IN.contains(&name) {
            find(cx, node, &self.channels);
        } else if is_identifier(name) {
            self.channels.push(channel(cx, name, None));
        } else {
            let why = format!("`{name}` cannot be the name of a task channel");
            cx.error(why, &node.place);
        }
    }
}

fn channel(cx: &Context<'_>, name: &str, node: Option<&Node>) -> TaskChannel {
    TaskChannel {
        sid: sid(cx, Kind::TaskChannel, name, node),
        unique_name: name.into(),
        channel_optimized_routing: false,
    }
}

/// Letters, digits, `_` and `$`, no digit first (TR-200).
fn is_identifier(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// The activity that `key` says, by name or sid, or else the exported `key_sid` or `key_name`.
pub(super) fn by_name_or_sid(
    cx: &mut Context<'_>,
    node: Option<&Node>,
    key: &str,
    activities: &IdVec<ActivityId, Activity>,
) -> Option<ActivityId> {
    if let Some(own) = node?.get(key) {
        return find(cx, own, activities);
    }
    let exported = [format!("{key}_sid"), format!("{key}_name")];
    let written: Vec<&Node> = exported.iter().filter_map(|key| node?.get(key)).collect();
    let known = written.iter().find_map(|node| lookup(activities, node.as_str()?));
    known.or_else(|| find(cx, written.first().copied()?, activities))
}

/// The choices under `[workspace.settings]`.
pub(super) fn settings(node: Option<&Node>) -> Settings {
    let usual = Settings::default();
    let Some(node) = node else { return usual };
    let flag = |key, usual| value::flag(node.get(key)).unwrap_or(usual);
    Settings {
        longest_idle: value::choice(
            node.get("longest_idle"),
            &[
                ("last_reserved", LongestIdle::LastReserved),
                ("last_accepted", LongestIdle::LastAccepted),
                ("last_completed", LongestIdle::LastCompleted),
                ("idle_since", LongestIdle::IdleSince),
            ],
        )
        .unwrap_or(usual.longest_idle),
        reoffer_gap: value::span(node.get("reoffer_gap")).unwrap_or(usual.reoffer_gap),
        on_reservation_failure: value::choice(
            node.get("on_reservation_failure"),
            &[("stay", OnReservationFailure::Stay), ("advance", OnReservationFailure::Advance)],
        )
        .unwrap_or(usual.on_reservation_failure),
        skip_if_after_failure: flag("skip_if_after_failure", usual.skip_if_after_failure),
        redrive_base: value::choice(
            node.get("redrive_base"),
            &[("created", RedriveBase::Created), ("now", RedriveBase::Now)],
        )
        .unwrap_or(usual.redrive_base),
        skipped_targets_count: flag("skipped_targets_count", usual.skipped_targets_count),
        immediate_attempt: flag("immediate_attempt", usual.immediate_attempt),
        auto_reject_on_unavailable: flag(
            "auto_reject_on_unavailable",
            usual.auto_reject_on_unavailable,
        ),
    }
}

/// `FIFO`, unless it says `LIFO`.
pub(super) fn task_order(node: Option<&Node>) -> TaskOrder {
    let orders = [("FIFO", TaskOrder::Fifo), ("LIFO", TaskOrder::Lifo)];
    value::choice(node, &orders).unwrap_or_default()
}

/// Which channels a worker's or group's `channels` name, for [`Draft::channels`].
pub(super) fn channel_nodes(channels: Option<&Node>) -> Vec<Node> {
    let Some(node) = channels else { return Vec::new() };
    let string = |key: &str, place| Node { value: Item::String(key.into()), place };
    match node.as_table() {
        Some(table) => {
            let entries = table.entries.iter();
            entries.map(|entry| string(&entry.key, entry.key_place.clone())).collect()
        }
        None => {
            let channels = value::list(Some(node)).iter();
            channels.filter_map(|node| node.get("task_channel_unique_name").cloned()).collect()
        }
    }
}
