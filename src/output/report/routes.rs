//! `trsim check --routes`: which way tasks go, who is there for them, and what looks odd.

use crate::output::report::numbers::{NOTHING, duration, number};
use crate::output::report::table::Section;
use crate::scenario::demand::{By, Demand, Load, Route, Stop};
use crate::scenario::{Behavior, Presence, Scenario};
use crate::time::Time;

/// The ways of all tasks, the work against the staff of each queue, and what is to be looked at
/// twice, as text for a terminal; `color` is for titles.
#[must_use]
pub fn routes_report(scenario: &Scenario, color: bool) -> String {
    let mut sections = Vec::new();
    match Demand::of(scenario) {
        Some(demand) => {
            sections.push(ways(scenario, &demand.routes()));
            sections.push(work(scenario, &demand.loads()));
        }
        None => sections.push(Section {
            title: "Routes",
            columns: Vec::new(),
            rows: Vec::new(),
            texts: Vec::new(),
            notes: vec!["Too many kinds of tasks to follow each of them.".to_owned()],
        }),
    }
    let doubts = doubts(scenario);
    if !doubts.is_empty() {
        sections.push(Section {
            title: "To be looked at twice",
            columns: Vec::new(),
            rows: Vec::new(),
            texts: Vec::new(),
            notes: doubts,
        });
    }
    sections.iter().map(|section| format!("\n{}", section.text(color))).collect()
}

fn ways(scenario: &Scenario, routes: &[Route]) -> Section {
    let mut notes = vec![
        "`on shift` counts those who can serve them when most tasks of the source come; `leaves` \
         is the age at which a task goes on, unless an offer rings."
            .to_owned(),
    ];
    for route in routes {
        notes.extend(note(scenario, route));
    }
    Section {
        title: "Routes",
        columns: vec!["source", "filter", "queue", "workers", "on shift", "leaves", "rings"],
        rows: routes.iter().flat_map(|route| rows(scenario, route)).collect(),
        texts: vec![1, 2],
        notes,
    }
}

/// A row for each stop; the first one says whose it is.
fn rows(scenario: &Scenario, route: &Route) -> Vec<Vec<String>> {
    let source = &scenario.sources[route.source];
    let share = format!(" ({} %)", number(100.0 * route.share));
    let share = if route.share < 0.9999 { share } else { String::new() };
    let workflow = source.routed_by();
    let timeout = workflow.map_or(120.0, |id| {
        scenario.workspace.workflows[id].task_reservation_timeout.as_secs_f64()
    });
    let row = |(index, stop): (usize, &Stop)| {
        let is_new = index == 0 || route.stops[index - 1].by != stop.by;
        let queue =
            stop.queue.map_or("(one worker)", |id| &scenario.workspace.queues[id].friendly_name);
        let skip = if stop.may_skip { " (or skipped)" } else { "" };
        let personal = if stop.is_personal { " (the worker it names)" } else { "" };
        vec![
            if index == 0 { format!("{}{share}", source.name) } else { String::new() },
            if is_new { sent_by(&stop.by) } else { String::new() },
            format!("{queue}{skip}{personal}"),
            stop.eligible.to_string(),
            stop.at_peak.to_string(),
            stop.deadline.map_or(NOTHING.to_owned(), |age| duration(age.as_secs_f64())),
            duration(timeout),
        ]
    };
    if route.stops.is_empty() {
        let nothing = || NOTHING.to_owned();
        let (name, by) = (format!("{}{share}", source.name), sent_by(&route.by));
        let start = vec![name, by, nothing(), "0".into(), "0".into()];
        return vec![[start, vec![nothing(), duration(timeout)]].concat()];
    }
    route.stops.iter().enumerate().map(row).collect()
}

fn sent_by(by: &By) -> String {
    match by {
        By::Filter(name) => name.clone(),
        By::Default => "(default filter)".to_owned(),
        By::Source => "(sent directly)".to_owned(),
        By::Nothing => "(nothing matches)".to_owned(),
    }
}

/// What is odd about the way of some tasks.
fn note(scenario: &Scenario, route: &Route) -> Option<String> {
    let name = &scenario.sources[route.source].name;
    let is_served = route.stops.iter().any(|stop| 0 < stop.eligible);
    match route.by {
        By::Nothing => Some(format!("No filter takes tasks of `{name}`: they are never offered.")),
        _ if !is_served => Some(format!("Nobody can serve tasks of `{name}` where they go.")),
        By::Default => Some(format!("Tasks of `{name}` fall to the default filter.")),
        _ if route.stops.last().is_some_and(|stop| stop.is_last) => Some(format!(
            "Tasks of `{name}` that nobody has taken by the end of their way are canceled."
        )),
        _ => None,
    }
}

fn work(scenario: &Scenario, loads: &[Load]) -> Section {
    let row = |load: &Load| {
        let busy = load.need.talk + load.need.wrap_up;
        let percent = 100.0 * load.need.total() / load.staff;
        let percent =
            if 0.0 < load.staff { format!("{} %", number(percent)) } else { NOTHING.into() };
        vec![
            format!(
                "{}, {}",
                scenario.workspace.queues[load.queue].friendly_name,
                scenario.workspace.channels[load.channel].unique_name
            ),
            clock(scenario, load.peak.0),
            number(load.per_hour),
            number(busy),
            number(load.need.ringing),
            number(load.need.lost),
            number(load.need.total()),
            number(load.staff),
            percent,
        ]
    };
    Section {
        title: "Work against staff, when most of it is",
        columns: vec![
            "queue", "from", "tasks/h", "busy", "ringing", "misses", "needed",
            "on shift", "load",
        ],
        rows: loads.iter().map(row).collect(),
        texts: vec![1],
        notes: vec![
            "Workers, or places of workers who take several tasks at once, for the tasks that begin \
             in each queue: `busy` talking and wrapping up, rung, out of line after misses. Queues may share workers: `check` warns where all of them together have \
             too few."
                .to_owned(),
        ],
    }
}

/// `03-02 09:00`
fn clock(scenario: &Scenario, at: Time) -> String {
    scenario.clock.iso(at).get(5..16).unwrap_or_default().replace('T', " ")
}

/// What a scenario says that reality seldom is, one sentence each.
fn doubts(scenario: &Scenario) -> Vec<String> {
    let mut doubts = Vec::new();
    let always: Vec<&str> = scenario
        .groups
        .iter()
        .filter(|group| group.presence == Presence::Always)
        .map(|group| group.name.as_str())
        .collect();
    if !always.is_empty() {
        doubts.push(format!(
            "- Always available, without shifts or breaks: {}. Write `shift` or `staffing`.",
            always.join(", ")
        ));
    }
    let capacities =
        scenario.assumed.iter().filter(|sentence| sentence.contains("one task at once"));
    doubts.extend(capacities.map(|sentence| {
        format!("- Capacity is assumed: {sentence}. Export worker channels, or write `channels`.")
    }));
    let both = |behavior: &&Behavior| 0.0 < behavior.miss && behavior.away.is_some();
    doubts.extend(scenario.behaviors.iter().filter(both).map(|behavior| {
        format!(
            "- The behavior `{}` has `miss` and `away`: offers made while away are missed already. \
             Counted from the same misses, they count twice.",
            behavior.name
        )
    }));
    let no_wrap_up = scenario.sources.iter().filter(|source| {
        source.wrap_up.at(Time::ZERO).mean() <= 0.0 && 0.0 < source.talk.at(Time::ZERO).mean()
    });
    doubts.extend(no_wrap_up.map(|source| {
        format!(
            "- The source `{}` has no wrap-up: if its talk of {} is an AHT, wrap-up is in it; write \
             `aht` and `wrap_up`.",
            source.name,
            duration(source.talk.at(Time::ZERO).mean())
        )
    }));
    doubts
}
