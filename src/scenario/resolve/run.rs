//! The frame of a run: civil time, where arrivals end, and until when anybody may be needed.

use jiff::civil::DateTime;

use crate::scenario::clock::{Clock, DEFAULT_START, time_zones};
use crate::scenario::model::{Drain, Horizon};
use crate::scenario::nearest::suggest;
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::scenario::read;
use crate::scenario::resolve::arrivals::Stream;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::value;
use crate::time::{Span, Time};

const DAY: Span = Span::from_secs(86_400);
/// No horizon that is told by a number of tasks lies farther away: a thousand years, so that twenty
/// million tasks of a quiet line are not refused.
const LONGEST: Span = Span::from_secs(365_250 * 86_400);

/// The frame of a run.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) clock: Clock,
    pub(super) horizon: Horizon,
    /// When arrivals have ended for certain, or, where their number is what counts, most likely.
    pub(super) arrivals_end: Time,
    /// When everything has ended for certain.
    pub(super) end: Time,
    pub(super) drain: Drain,
    pub(super) warm_up: Span,
}

/// The clock of the scenario.
pub(super) fn clock(cx: &mut Context<'_>, root: &Node) -> Clock {
    let start = root.get("start").and_then(|node| read::date_time(node, &mut Vec::new()));
    let start: DateTime = start.unwrap_or(DEFAULT_START);
    let zone = root.get("time_zone");
    let name = value::text(zone).unwrap_or("UTC");
    if let Some(clock) = Clock::new(name, start) {
        return clock;
    }
    let place = &zone.unwrap_or(root).place;
    let problem = Problem::error(format!("no time zone is named `{name}`"), place);
    let zones = time_zones();
    let help = suggest(name, zones.iter().map(String::as_str));
    let help = help.unwrap_or_else(|| "time zones are named as in `America/New_York`".into());
    cx.problems.push(problem.with_help(help));
    Clock::default()
}

/// The frame of a run with these streams of tasks.
pub(super) fn run(cx: &mut Context<'_>, root: &Node, clock: Clock, streams: &[Stream<'_>]) -> Run {
    let horizon = horizon(root);
    let arrivals_end = match horizon {
        Horizon::At(end) => end,
        Horizon::Tasks(tasks) => long_enough(cx, root, &clock, (tasks, streams)),
    };
    let drain = drain(root.get("drain"));
    let longest = streams.iter().map(|stream| stream.timeout).max().unwrap_or(DAY);
    let end = match drain {
        Drain::For(span) => arrivals_end + span,
        Drain::UntilEmpty => arrivals_end + longest + DAY,
    };
    let warm_up = value::span(root.get("warm_up")).unwrap_or(Span::ZERO);
    if let (Some(node), true) = (root.get("warm_up"), arrivals_end <= Time::ZERO + warm_up) {
        cx.error("the warm-up is as long as the whole run", &node.place);
    }
    Run { clock, horizon, arrivals_end, end, drain, warm_up }
}

fn horizon(root: &Node) -> Horizon {
    let node = root.get("horizon");
    let tasks = value::whole(node.and_then(|node| node.get("tasks")));
    let at = value::span(node).unwrap_or(DAY);
    tasks.map_or(Horizon::At(Time::ZERO + at), Horizon::Tasks)
}

fn drain(node: Option<&Node>) -> Drain {
    value::span(node.filter(|node| node.as_str() != Some("until_empty")))
        .map_or(Drain::UntilEmpty, Drain::For)
}

/// A time until which `tasks` arrive almost certainly.
fn long_enough(
    cx: &mut Context<'_>,
    root: &Node,
    clock: &Clock,
    (tasks, streams): (u64, &[Stream<'_>]),
) -> Time {
    #[expect(clippy::cast_precision_loss, reason = "a number of tasks is far below 2^53")]
    let wanted = tasks as f64;
    let expected =
        |end: Time| -> f64 { streams.iter().map(|stream| stream.expected(clock, end)).sum() };
    let last: Option<Time> =
        streams.iter().map(Stream::last).try_fold(Time::ZERO, |last, end| Some(last.max(end?)));
    let farthest = last.unwrap_or(Time::NEVER).min(Time::ZERO + LONGEST);
    let mut end = (Time::ZERO + DAY).min(farthest);
    while expected(end) < 1.5 * wanted + 1000.0 && end < farthest {
        end = (end + end.since(Time::ZERO)).min(farthest);
    }
    let most = expected(end);
    if most < wanted && !streams.is_empty() {
        let place = &root.get("horizon").unwrap_or(root).place;
        let problem = Problem::error(format!("the sources never bring {tasks} tasks"), place);
        cx.problems
            .push(problem.with_help(format!("about {most:.0} are expected, in a thousand years")));
    }
    end
}
