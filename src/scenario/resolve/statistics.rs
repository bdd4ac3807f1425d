//! TaskRouter's answers to requests for cumulative statistics: what they say, as metrics.

use crate::scenario::condition::{Bound, Subject, Word};
use crate::scenario::export::case::camel;
use crate::scenario::node::{Node, Place};
use crate::scenario::observed::Fact;
use crate::scenario::problem::Problem;
use crate::time::Span;

/// What is counted in all answers under the name of the metric.
const COUNTS: [&str; 10] = [
    "tasks_canceled",
    "tasks_completed",
    "tasks_moved",
    "tasks_timed_out_in_workflow",
    "reservations_created",
    "reservations_accepted",
    "reservations_rejected",
    "reservations_timed_out",
    "reservations_canceled",
    "reservations_rescinded",
];
/// Shares of the reservations created: the metric, and what is counted for it.
const RATES: [(&str, &[&str]); 3] = [
    ("reservation_timeout_rate", &["reservations_timed_out"]),
    ("reservation_rejection_rate", &["reservations_rejected"]),
    ("missed_rate", &["reservations_timed_out", "reservations_canceled"]),
];
/// Waits, by the answer's name and by ours.
const WAITS: [(&str, &str); 3] = [
    ("wait_duration_until_accepted", "wait_until_accepted_mean"),
    ("wait_duration_in_queue_until_accepted", "wait_in_task_queue_until_accepted_mean"),
    ("wait_duration_until_canceled", "wait_until_canceled_mean"),
];
/// What an answer is about, where it says so by sid.
const SIDS: [(&str, &str); 2] = [("workflow_sid", "workflow"), ("task_queue_sid", "task_queue")];

/// An answer about one part.
pub(super) struct Answer<'a> {
    node: &'a Node,
    about: &'a Subject,
}

impl<'a> Answer<'a> {
    /// The cumulative statistics in `root`, which is them, or has them beside those of real time;
    /// `mention` is where the file is named.
    ///
    /// # Errors
    ///
    /// If it is no such answer, or one about a part, and none is named.
    pub(super) fn of(root: &'a Node, about: &'a Subject, mention: &Place) -> Result<Self, Problem> {
        let answer = Self { node: get(root, "cumulative").unwrap_or(root), about };
        if answer.number("reservations_created").is_none() {
            let what = "there are no cumulative statistics in this file";
            let help = "it is the answer to GET …/CumulativeStatistics that is wanted";
            return Err(Problem::error(what, mention).with_help(help));
        }
        let other = |(sid, kind): &&(&str, &str)| {
            about.kind.text != *kind && get(answer.node, sid).is_some()
        };
        match SIDS.iter().find(other) {
            Some((_, kind)) => {
                let problem = Problem::error(format!("this answer is about one {kind}"), mention);
                Err(problem.with_help(format!("name it beside the file: {kind} = \"…\"")))
            }
            None => Ok(answer),
        }
    }

    /// Everything it says that is a metric. Its counts are those of `periods` replications; waits
    /// up to `threshold` are in time.
    pub(super) fn facts(&self, threshold: Span, periods: f64) -> Vec<Fact> {
        let created =
            if self.about.kind.text == "task_queue" { "tasks_entered" } else { "tasks_created" };
        let tasks = self.number("tasks_created").or_else(|| self.number("tasks_entered"));
        let mut facts = Vec::new();
        facts.extend(tasks.map(|(n, at)| self.fact(created, Bound::Number(n / periods), at)));
        for name in COUNTS {
            let count = self.number(name);
            facts.extend(count.map(|(n, at)| self.fact(name, Bound::Number(n / periods), at)));
        }
        facts.extend(RATES.iter().filter_map(|(metric, parts)| self.rate(metric, parts)));
        facts.extend(self.waits());
        facts.extend(self.in_time(threshold, periods, tasks.map(|(n, _)| n)));
        facts
    }

    fn fact(&self, metric: &str, value: Bound, node: &Node) -> Fact {
        let metric = Word { text: metric.to_owned(), place: node.place.clone() };
        Fact { subject: Subject { metric, ..self.about.clone() }, value, place: node.place.clone() }
    }

    /// A share of the reservations created.
    fn rate(&self, metric: &str, parts: &[&str]) -> Option<Fact> {
        let (all, _) = self.number("reservations_created").filter(|(all, _)| 0.0 < *all)?;
        let counts = parts.iter().map(|part| self.number(part)).collect::<Option<Vec<_>>>()?;
        let sum: f64 = counts.iter().map(|(count, _)| count).sum();
        Some(self.fact(metric, Bound::Number(sum / all), counts.first()?.1))
    }

    fn waits(&self) -> Vec<Fact> {
        let of = |(theirs, ours): &(&str, &str)| {
            let wait = get(self.node, theirs)?;
            // Without any task the mean is not 0 but unknown.
            let n = if *ours == "wait_until_canceled_mean" {
                "tasks_canceled"
            } else {
                "reservations_accepted"
            };
            let (n, _) = self.number(n).filter(|(n, _)| 0.0 < *n)?;
            // The mean is in whole seconds; the total over the number is finer.
            let total = number(wait, "total").map(|(total, node)| (total / n, node));
            let (seconds, node) = total.or_else(|| number(wait, "avg"))?;
            Some(self.fact(ours, Bound::Duration(Span::from_secs_f64(seconds)), node))
        };
        WAITS.iter().filter_map(of).collect()
    }

    /// What the split at the threshold says, if there is one.
    fn in_time(&self, threshold: Span, periods: f64, tasks: Option<f64>) -> Vec<Fact> {
        let split = get(self.node, "split_by_wait_time").and_then(Node::as_table);
        let mut entries = split.into_iter().flat_map(|table| &table.entries);
        let split = entries.find(|entry| {
            let seconds = entry.key.trim().parse::<u64>();
            seconds.is_ok_and(|seconds| Span::from_secs(seconds) == threshold)
        });
        let accepted = |side| number(get(&split?.node, side)?, "reservations_accepted");
        let (Some((below, at)), Some((above, _))) = (accepted("below"), accepted("above")) else {
            return Vec::new();
        };
        let mut facts = vec![self.fact("tasks_in_time", Bound::Number(below / periods), at)];
        let share = |metric, all: f64| {
            (0.0 < all).then(|| self.fact(metric, Bound::Number(below / all), at))
        };
        facts.extend(share("service_level_answered", below + above));
        facts.extend(tasks.and_then(|tasks| share("service_level_created", tasks)));
        facts
    }

    fn number(&self, key: &str) -> Option<(f64, &Node)> {
        number(self.node, key)
    }
}

/// The number from 0 up under a key, and its node.
fn number<'n>(node: &'n Node, key: &str) -> Option<(f64, &'n Node)> {
    let node = get(node, key)?;
    let number = node.as_number().filter(|number| number.is_finite() && 0.0 <= *number)?;
    Some((number, node))
}

/// The value under a key, in `snake_case` or `camelCase`.
fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).or_else(|| node.get(&camel(key)))
}
