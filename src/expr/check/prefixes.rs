//! Names that mean nothing where they are written, or something else than they look like.

use std::ops::Range;

use super::super::names::{Context, Counter, Mistake, Name};
use super::super::path::Path;
use super::known::distance;
use super::{Checker, Survey};

/// A message, and what to write instead.
type Advice = (String, Option<String>);

impl Checker<'_> {
    /// Says so if `path` is misplaced.
    pub(super) fn prefix(&mut self, path: &Path, span: &Range<usize>) -> bool {
        let Some((message, help)) = self.misplaced(path) else { return false };
        self.add(message, span, help);
        true
    }

    fn misplaced(&self, path: &Path) -> Option<Advice> {
        match self.name(path) {
            Name::Nothing(mistake) => Some(explain(mistake, path)),
            Name::Counter(Counter::Activity(sid)) => no_sid(&sid),
            Name::Worker(attribute) if self.context == Context::Target => {
                self.no_channel_field(path, &attribute)
            }
            Name::Task(_) | Name::Worker(_) if self.context != Context::Target => {
                self.needless_prefix(path)
            }
            _ => None,
        }
    }

    /// `worker.channel.chat.x` where a channel has no `x`, unless there is such an attribute.
    fn no_channel_field(&self, path: &Path, attribute: &Path) -> Option<Advice> {
        let keys = attribute.keys()?;
        let ["channel", _, field] = keys.as_slice() else { return None };
        if self.survey(path).as_ref().is_some_and(Survey::is_set) {
            return None;
        }
        let message = format!("a worker's channel has no `{field}`: `{path}` is null here");
        let help = "it has configured_capacity, assigned_tasks and available_capacity_percentage";
        Some((message, Some(help.to_owned())))
    }

    /// `task.x` where names have no prefix, unless there is an attribute called `task`.
    fn needless_prefix(&self, path: &Path) -> Option<Advice> {
        let root = path.root().filter(|root| ["task", "worker", "workers"].contains(root))?;
        let tail = path.tail()?;
        if self.survey(path).as_ref().is_some_and(Survey::is_set) {
            return None;
        }
        let (place, whose) = match self.context {
            Context::TargetWorkers => ("a TaskQueue's expression", "worker"),
            _ => ("a filter", "task"),
        };
        let message = format!(
            "names in {place} are {whose} attributes without a prefix: \
             this looks for an attribute called `{root}`"
        );
        let help = format!("write `{tail}`");
        Some((message, if root == whose { Some(help) } else { None }))
    }
}

impl Survey {
    const fn is_set(&self) -> bool {
        self.set > 0
    }
}

fn explain(mistake: Mistake, path: &Path) -> Advice {
    let (why, help) = match mistake {
        Mistake::Unprefixed => return unprefixed(path),
        Mistake::ActivityInQueue => (
            "a TaskQueue's members do not depend on activities",
            "workers of a queue get tasks only in available activities anyway",
        ),
        Mistake::ChannelInQueue => (
            "a TaskQueue's members do not depend on channels",
            "write the condition in the workflow's target, with `worker.` before it",
        ),
        Mistake::NoCounter => (
            "`skip_if` knows only the counters of the queue",
            "write `workers.available`, `workers.unavailable` or `workers.` and an activity's SID",
        ),
    };
    (format!("{why}: `{path}` is null here"), Some(help.to_owned()))
}

/// A counter's name that is no activity's SID: those begin with WA.
fn no_sid(sid: &str) -> Option<Advice> {
    if sid.starts_with("WA") {
        return None;
    }
    let message = format!("`{sid}` is no activity's SID: `workers.{sid}` is null");
    let help = "write `workers.available`, `workers.unavailable` or `workers.` and a SID (WA…)";
    Some((message, Some(help.to_owned())))
}

fn unprefixed(path: &Path) -> Advice {
    let message =
        format!("a target's names begin with `task.` or `worker.`: `{path}` is null here");
    let root = path.root().unwrap_or_default();
    let nearest = ["task", "worker"].into_iter().find(|prefix| distance(root, prefix) <= 1);
    let help = match (nearest, path.tail()) {
        (Some(prefix), Some(tail)) => format!("write `{prefix}.{tail}`"),
        _ => format!("write `worker.{path}` or `task.{path}`"),
    };
    (message, Some(help))
}
