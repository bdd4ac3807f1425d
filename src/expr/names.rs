//! What a path means where it is written: attributes, or one of TaskRouter's own names.

use std::sync::Arc;

use super::path::Path;

/// Where an expression is written, which decides what its names mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// A workflow's filter: names are task attributes.
    Filter,
    /// A workflow's target: `task.` and `worker.`.
    Target,
    /// A TaskQueue: names are worker attributes, or `sid` and `friendly_name`.
    TargetWorkers,
    /// A target's `skip_if`: `workers.`.
    SkipIf,
}

/// What a worker has beside its attributes; wins over an attribute of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerField {
    /// `sid`.
    Sid,
    /// `friendly_name`.
    FriendlyName,
    /// `activity_sid`.
    ActivitySid,
    /// `activity_name`.
    ActivityName,
}

/// What can be asked about a worker's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelField {
    /// How many tasks it may hold.
    ConfiguredCapacity,
    /// How many accepted reservations it holds.
    AssignedTasks,
    /// The share that is free, in whole per cent.
    AvailableCapacityPercentage,
}

/// What `skip_if` can count among the workers of the step's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Those in an activity that is available.
    Available,
    /// Those in an activity that is not.
    Unavailable,
    /// Those in the activity of this SID.
    Activity(Arc<str>),
}

/// What a path means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Name {
    Task(Path),
    Worker(Path),
    Field(WorkerField),
    Channel(Arc<str>, ChannelField),
    Counter(Counter),
    /// Nothing there: null.
    Nothing(Mistake),
}

/// Why a path means nothing where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// No `task.` or `worker.` in a target.
    Unprefixed,
    /// An activity in a TaskQueue.
    ActivityInQueue,
    /// A channel's state in a TaskQueue.
    ChannelInQueue,
    /// No counter in `skip_if`.
    NoCounter,
}

impl Name {
    /// What `path` means in `context`.
    pub(super) fn of(path: &Path, context: Context) -> Self {
        match context {
            Context::Filter => Self::Task(path.clone()),
            Context::Target => Self::in_target(path),
            Context::TargetWorkers => match Self::of_worker(path) {
                Self::Field(WorkerField::ActivitySid | WorkerField::ActivityName) => {
                    Self::Nothing(Mistake::ActivityInQueue)
                }
                Self::Channel(..) => Self::Nothing(Mistake::ChannelInQueue),
                name => name,
            },
            Context::SkipIf => {
                Self::counter(path).map_or(Self::Nothing(Mistake::NoCounter), Self::Counter)
            }
        }
    }

    fn in_target(path: &Path) -> Self {
        match (path.root(), path.tail()) {
            (Some("task"), Some(tail)) => Self::Task(tail),
            (Some("worker"), Some(tail)) => Self::of_worker(&tail),
            _ => Self::Nothing(Mistake::Unprefixed),
        }
    }

    fn of_worker(path: &Path) -> Self {
        match path.keys().as_deref() {
            Some(["sid"]) => Self::Field(WorkerField::Sid),
            Some(["friendly_name"]) => Self::Field(WorkerField::FriendlyName),
            Some(["activity_sid"]) => Self::Field(WorkerField::ActivitySid),
            Some(["activity_name"]) => Self::Field(WorkerField::ActivityName),
            Some(["channel", channel, field]) => match channel_field(field) {
                Some(field) => Self::Channel((*channel).into(), field),
                None => Self::Worker(path.clone()),
            },
            _ => Self::Worker(path.clone()),
        }
    }

    fn counter(path: &Path) -> Option<Counter> {
        match path.keys().as_deref() {
            Some(["workers", "available"]) => Some(Counter::Available),
            Some(["workers", "unavailable"]) => Some(Counter::Unavailable),
            Some(["workers", activity]) => Some(Counter::Activity((*activity).into())),
            _ => None,
        }
    }
}

fn channel_field(name: &str) -> Option<ChannelField> {
    match name {
        "configured_capacity" => Some(ChannelField::ConfiguredCapacity),
        "assigned_tasks" => Some(ChannelField::AssignedTasks),
        "available_capacity_percentage" => Some(ChannelField::AvailableCapacityPercentage),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str, context: Context) -> Name {
        Name::of(&path.parse().expect("a path"), context)
    }

    #[test]
    fn built_in_names_win_over_attributes() {
        assert_eq!(name("worker.sid", Context::Target), Name::Field(WorkerField::Sid));
        assert_eq!(name("sid", Context::TargetWorkers), Name::Field(WorkerField::Sid));
        assert!(matches!(name("sid", Context::Filter), Name::Task(_)));
        assert!(matches!(name("worker.sid.x", Context::Target), Name::Worker(_)));
    }

    #[test]
    fn only_the_three_fields_of_a_channel_are_built_in() {
        let voice = name("worker.channel.voice.assigned_tasks", Context::Target);
        assert_eq!(voice, Name::Channel("voice".into(), ChannelField::AssignedTasks));
        assert!(matches!(name("worker.channel.voice.level", Context::Target), Name::Worker(_)));
        assert!(matches!(name("channel", Context::TargetWorkers), Name::Worker(_)));
    }

    #[test]
    fn names_of_other_places_mean_nothing() {
        let nothing = |path, context| matches!(name(path, context), Name::Nothing(_));
        assert!(nothing("skills", Context::Target) && nothing("task", Context::Target));
        assert!(nothing("activity_name", Context::TargetWorkers));
        assert!(nothing("task.x", Context::SkipIf) && nothing("workers.a.b", Context::SkipIf));
    }
}
