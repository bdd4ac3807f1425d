//! Names that mean nothing where they are written, or something else than they look like.

use std::ops::Range;

use super::super::names::{Context, Mistake, Name};
use super::super::path::Path;
use super::known::distance;
use super::{Checker, Survey};

impl Checker<'_> {
    /// Says so if `path` is misplaced.
    pub(super) fn prefix(&mut self, path: &Path, span: &Range<usize>) -> bool {
        let Some((message, help)) = self.misplaced(path) else { return false };
        self.add(message, span, help);
        true
    }

    fn misplaced(&self, path: &Path) -> Option<(String, Option<String>)> {
        match self.name(path) {
            Name::Nothing(mistake) => Some(explain(mistake, path)),
            Name::Task(_) | Name::Worker(_) if self.context != Context::Target => {
                self.needless_prefix(path)
            }
            _ => None,
        }
    }

    /// `task.x` where names have no prefix, unless there is an attribute called `task`.
    fn needless_prefix(&self, path: &Path) -> Option<(String, Option<String>)> {
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

fn explain(mistake: Mistake, path: &Path) -> (String, Option<String>) {
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

fn unprefixed(path: &Path) -> (String, Option<String>) {
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
