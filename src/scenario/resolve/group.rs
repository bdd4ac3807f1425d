//! Groups: who is there when, with what capacity, and how they behave.

use crate::id::IdVec;
use crate::random::Dist;
use crate::routing::{ActivityId, ChannelId, WorkerChannel};
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::resolve::behavior::prompt;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::count_table::CountTable;
use crate::scenario::resolve::distribution::{Unit, distribution};
use crate::scenario::resolve::draft::Draft;
use crate::scenario::resolve::names::{find, lookup};
use crate::scenario::resolve::run::Run;
use crate::scenario::resolve::shift::DailyShift;
use crate::scenario::resolve::value;
use crate::scenario::staff::{AfterShift, Behavior, BehaviorId, Group, GroupId, Presence};

/// What groups are made with.
#[derive(Debug)]
pub(super) struct Staff<'a> {
    pub(super) run: &'a Run,
    pub(super) away_activity: ActivityId,
    pub(super) other_work_activity: ActivityId,
    /// The channels that sources use.
    pub(super) in_use: Vec<ChannelId>,
    pub(super) groups: IdVec<GroupId, Group>,
    pub(super) behaviors: IdVec<BehaviorId, Behavior>,
    /// The behavior of whoever has none, once it is needed.
    pub(super) prompt: Option<BehaviorId>,
}

/// A group, and what its workers have in common.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) group: GroupId,
    pub(super) behavior: BehaviorId,
    pub(super) speed: Dist,
    /// By channel; `None` if nothing is said.
    pub(super) channels: Option<IdVec<ChannelId, WorkerChannel>>,
    /// The activity at the start; `None` for the exported one.
    pub(super) activity: Option<ActivityId>,
    /// The largest entry of the staffing table.
    pub(super) most: Option<usize>,
}

impl Staff<'_> {
    /// The group named `name` that `node` describes.
    pub(super) fn terms(
        &mut self,
        cx: &mut Context<'_>,
        draft: &Draft,
        (name, node): (&str, Option<&Node>),
    ) -> Terms {
        let get = |key| node.and_then(|node| node.get(key));
        let exported = value::text(get("start_activity")) == Some("exported");
        let start = if exported { None } else { get("start_activity") };
        let start_activity = self.start_activity(cx, draft, start);
        let (presence, most) = self.presence(cx, (name, node));
        let at_start = match presence {
            Presence::Always => start_activity,
            Presence::Shifts(_) | Presence::Staffing(_) => self.away_activity,
        };
        let speed = get("speed").and_then(|node| distribution(cx, node, Unit::Factor));
        let group = self.groups.push(Group {
            name: name.into(),
            presence,
            after_shift: after_shift(get("after_shift")),
            start_activity,
            away_activity: self.away_activity,
            other_work_activity: self.other_work_activity,
        });
        Terms {
            group,
            behavior: self.behavior(cx, get("behavior")),
            speed: speed.unwrap_or_else(|| Dist::constant(1.0).expect("1 is not negative")),
            channels: get("channels").map(|node| capacities(cx, node, draft)),
            activity: if exported { None } else { Some(at_start) },
            most,
        }
    }

    /// The activity that `node` names, or `Available`, or else the first available one.
    fn start_activity(
        &self,
        cx: &mut Context<'_>,
        draft: &Draft,
        node: Option<&Node>,
    ) -> ActivityId {
        let available = |id: &ActivityId| draft.activities[*id].available;
        let named = node.and_then(|node| find(cx, node, &draft.activities));
        if let (Some(node), Some(id)) = (node, named) {
            if !available(&id) {
                let name = &draft.activities[id].friendly_name;
                cx.error(format!("in `{name}` nobody is available"), &node.place);
            }
            return id;
        }
        let usual = lookup(&draft.activities, "Available").filter(available);
        let first = usual.or_else(|| draft.activities.ids().find(available));
        first.unwrap_or(self.away_activity) // without any, which is reported once
    }

    fn presence(
        &self,
        cx: &mut Context<'_>,
        (name, node): (&str, Option<&Node>),
    ) -> (Presence, Option<usize>) {
        let get = |key| node.and_then(|node| node.get(key));
        let Run { clock, arrivals_end, end, .. } = self.run;
        if let Some(node) = get("staffing") {
            let table = CountTable::read(cx, node, |count| value::whole(Some(count)));
            let steps = table.as_ref().map(|table| table.staffing(clock, *arrivals_end));
            let most = table.and_then(|table| table.counts.into_iter().max());
            return (Presence::Staffing(steps.unwrap_or_default()), most);
        }
        if let Some(node) = get("shift") {
            let shift = shift(cx, node).map(|shift| shift.shifts(clock, *end));
            return (Presence::Shifts(shift.unwrap_or_default()), None);
        }
        cx.assume(format!("group `{name}` is always there (no `shift` or `staffing`)"));
        (Presence::Always, None)
    }

    fn behavior(&mut self, cx: &mut Context<'_>, node: Option<&Node>) -> BehaviorId {
        let named = node.and_then(|node| find(cx, node, &self.behaviors));
        named.unwrap_or_else(|| {
            let behaviors = &mut self.behaviors;
            *self.prompt.get_or_insert_with(|| behaviors.push(prompt()))
        })
    }

    /// One task at once on each channel in use.
    pub(super) fn usual_channels(&self, draft: &Draft) -> IdVec<ChannelId, WorkerChannel> {
        let capacity = |id| u32::from(self.in_use.contains(&id));
        draft
            .channels
            .ids()
            .map(|id| WorkerChannel { capacity: capacity(id), available: true })
            .collect()
    }
}

fn after_shift(node: Option<&Node>) -> AfterShift {
    let options = [("finish", AfterShift::Finish), ("reject_offers", AfterShift::RejectOffers)];
    value::choice(node, &options).unwrap_or_default()
}

fn shift(cx: &mut Context<'_>, node: &Node) -> Option<DailyShift> {
    let mut breaks = Vec::new();
    let written = value::list(node.get("breaks"));
    for rest in written {
        breaks.push((value::time_of_day(rest.get("at"))?, value::span(rest.get("for"))?));
    }
    let shift = DailyShift {
        days: value::days(node.get("days"))?,
        start: value::time_of_day(node.get("start"))?,
        end: value::time_of_day(node.get("end"))?,
        breaks,
    };
    if let Some(misplaced) = shift.misplaced_break() {
        let problem = Problem::error("a break outside the shift", &written[misplaced].place);
        cx.problems.push(problem.with_help("breaks lie within the shift, in order, and apart"));
        return None;
    }
    Some(shift)
}

/// A table of capacities, or a list of TaskRouter's worker channels; 0 on what is not named.
pub(super) fn capacities(
    cx: &mut Context<'_>,
    node: &Node,
    draft: &Draft,
) -> IdVec<ChannelId, WorkerChannel> {
    let none = WorkerChannel { capacity: 0, available: true };
    let mut channels = IdVec::filled(none, draft.channels.len());
    let mut idle = true;
    let mut set = |name: &str, capacity: Option<u32>, available: Option<bool>| {
        idle &= capacity == Some(0);
        // A name that is not found was reported when the channels were listed.
        if let Some(id) = lookup(&draft.channels, name) {
            channels[id] = WorkerChannel {
                capacity: capacity.unwrap_or(1),
                available: available.unwrap_or(true),
            };
        }
    };
    if let Some(table) = node.as_table() {
        table
            .entries
            .iter()
            .for_each(|entry| set(&entry.key, value::whole(Some(&entry.node)), None));
    }
    for channel in value::list(Some(node)) {
        if let Some(name) = value::text(channel.get("task_channel_unique_name")) {
            let capacity = value::whole(channel.get("configured_capacity"));
            set(name, capacity, value::flag(channel.get("available")));
        }
    }
    if idle {
        cx.warn("workers without capacity take no tasks", &node.place);
    }
    channels
}
