//! Workers one by one: those of the groups in the file, and those that were exported.

use std::collections::BTreeSet;

use crate::expr::{
    self, Compiled, Context as Where, Names, PathId, Paths, Resolved, Value, WorkerField,
};
use crate::id::IdVec;
use crate::random::Entity;
use crate::routing::{AttributesId, Worker, WorkerId};
use crate::scenario::node::{Node, Place};
use crate::scenario::resolve::attributes::attributes;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::{Draft, WrittenExpression};
use crate::scenario::resolve::group::{Staff, Terms, capacities};
use crate::scenario::resolve::sid::{Kind, sid};
use crate::scenario::resolve::value;
use crate::scenario::resolve::workspace::by_name_or_sid;
use crate::scenario::staff::{GroupId, Person};

/// Who is to be added.
struct Recruit<'n> {
    name: String,
    sid: String,
    attributes: AttributesId,
    place: &'n Place,
    /// As exported, if that is where it comes from.
    node: Option<&'n Node>,
}

/// Adds workers to a draft, and the people behind them.
#[derive(Debug)]
pub(super) struct Roster<'a, 'r> {
    pub(super) draft: &'a mut Draft,
    pub(super) staff: &'a mut Staff<'r>,
    pub(super) people: IdVec<WorkerId, Person>,
    names: BTreeSet<String>,
    /// How many workers each group has so far.
    sizes: IdVec<GroupId, usize>,
}

impl<'a, 'r> Roster<'a, 'r> {
    pub(super) fn new(draft: &'a mut Draft, staff: &'a mut Staff<'r>) -> Self {
        let (people, names, sizes) = (IdVec::new(), BTreeSet::new(), IdVec::new());
        Self { draft, staff, people, names, sizes }
    }

    fn terms(&mut self, cx: &mut Context<'_>, name: &str, node: Option<&Node>) -> Terms {
        self.sizes.push(0);
        self.staff.terms(cx, self.draft, (name, node))
    }

    /// The groups at `nodes`, `[[workers]]`.
    pub(super) fn groups(&mut self, cx: &mut Context<'_>, nodes: &[Node]) {
        for node in nodes {
            let Some(name) = self.free_name(cx, node) else { continue };
            let terms = self.terms(cx, name, Some(node));
            if let (None, Some(start)) = (terms.activity, node.get("start_activity")) {
                cx.error("only exported workers have an exported activity", &start.place);
            }
            let attributes = attributes(cx, node.get("attributes"));
            let attributes = cx.attributes.intern(&attributes);
            if terms.channels.is_none() {
                self.assume_capacity(cx, &format!("group `{name}`"));
            }
            for number in 1..=count(cx, node, terms.most) {
                let name = format!("{name}-{number}");
                let sid = sid(cx, Kind::Worker, &name, None);
                let recruit = Recruit { name, sid, attributes, place: &node.place, node: None };
                self.hire(cx, recruit, &terms);
            }
        }
    }

    fn free_name<'n>(&self, cx: &mut Context<'_>, node: &'n Node) -> Option<&'n str> {
        let written = node.get("group")?;
        let name = written.as_str()?;
        let taken = self.staff.groups.iter().any(|group| group.name == name);
        if taken {
            cx.error(format!("there is another group named `{name}`"), &written.place);
        }
        (!taken).then_some(name)
    }

    fn assume_capacity(&self, cx: &mut Context<'_>, who: &str) {
        let channels = self.staff.in_use.iter();
        let names = channels.map(|&id| self.draft.channels[id].unique_name.as_str());
        let names: Vec<&str> = names.collect();
        cx.assume(format!("{who}: one task at once on {}", names.join(", ")));
    }

    /// The exported workers at `nodes`, in groups as `assigns` say, the first that matches.
    pub(super) fn exported(&mut self, cx: &mut Context<'_>, nodes: &[Node], assigns: &[Node]) {
        let mut paths = Paths::new();
        let mut rules = Vec::new();
        for node in assigns {
            let test = self.test(cx, node, &mut paths);
            let Some(name) = self.free_name(cx, node) else { continue };
            rules.extend(test.map(|test| (test, self.terms(cx, name, Some(node)), node)));
        }
        let (mut others, mut bare) = (None, false);
        for node in nodes {
            let Some(name) = value::text(node.get("friendly_name")) else { continue };
            let document = attributes(cx, node.get("attributes"));
            let sid = sid(cx, Kind::Worker, name, Some(node));
            let asked = Asked { attributes: paths.resolve(&document), sid: &sid, name };
            let rule = rules.iter().find(|(test, ..)| test.matches(&asked));
            let terms = match rule {
                Some((_, terms, _)) => terms.clone(),
                None => others.get_or_insert_with(|| self.unassigned(cx)).clone(),
            };
            let attributes = cx.attributes.intern(&document);
            bare |= terms.channels.is_none() && node.get("channels").is_none();
            let (name, place) = (name.to_owned(), &node.place);
            let recruit = Recruit { name, sid, attributes, place, node: Some(node) };
            self.hire(cx, recruit, &terms);
        }
        if bare {
            self.assume_capacity(cx, "exported workers without worker channels");
        }
        for (_, terms, node) in &rules {
            self.check_size(cx, terms, node);
        }
    }

    fn test(&mut self, cx: &mut Context<'_>, node: &Node, paths: &mut Paths) -> Option<Compiled> {
        let string = node.get("workers")?;
        let text = string.as_str()?;
        match expr::parse(text, Where::TargetWorkers) {
            Ok(expression) => {
                let compiled = expression.compile(Where::TargetWorkers, paths);
                self.draft.written.expressions.push(WrittenExpression {
                    string: string.clone(),
                    context: Where::TargetWorkers,
                    expression,
                    configuration: None,
                });
                Some(compiled)
            }
            Err(error) => {
                let problem = cx.malformed(string, error);
                cx.problems.push(problem);
                None
            }
        }
    }

    fn unassigned(&mut self, cx: &mut Context<'_>) -> Terms {
        let taken = |name: &str| self.staff.groups.iter().any(|group| group.name == name);
        let name = if taken("workers") { "other workers" } else { "workers" };
        cx.assume(format!(
            "exported workers that no `[[assign]]` takes are in a group `{name}` and accept at once"
        ));
        self.terms(cx, name, None)
    }

    /// A problem if there are not as many workers as are planned, or none at all.
    fn check_size(&self, cx: &mut Context<'_>, terms: &Terms, node: &Node) {
        let (size, name) = (self.sizes[terms.group], &self.staff.groups[terms.group].name);
        let place = node.get("workers").map_or(&node.place, |node| &node.place);
        match terms.most {
            Some(most) if size < most => {
                let place = node.get("staffing").map_or(place, |node| &node.place);
                cx.error(
                    format!("up to {most} workers are planned, but `{name}` has {size}"),
                    place,
                );
            }
            _ if size == 0 => cx.warn(format!("no worker is left for `{name}`"), place),
            _ => {}
        }
    }

    fn hire(&mut self, cx: &mut Context<'_>, recruit: Recruit<'_>, terms: &Terms) {
        let Recruit { name, sid, attributes, place, node: exported } = recruit;
        if !self.names.insert(name.clone()) || !self.names.insert(sid.clone()) {
            cx.error(format!("there is another worker named `{name}`, or with its sid"), place);
            return;
        }
        let written = exported.and_then(|node| node.get("channels"));
        let channels = match (&terms.channels, written) {
            (Some(channels), _) => channels.clone(),
            (None, Some(written)) => capacities(cx, written, self.draft),
            (None, None) => self.staff.usual_channels(self.draft),
        };
        let activity = terms
            .activity
            .or_else(|| by_name_or_sid(cx, exported, "activity", &self.draft.activities));
        let activity = activity.unwrap_or(self.staff.away_activity);
        self.draft.workers.push(Worker {
            sid,
            friendly_name: name,
            attributes,
            activity,
            channels,
        });
        let ordinal = self.sizes[terms.group];
        self.sizes[terms.group] += 1;
        let group = &self.staff.groups[terms.group].name;
        self.people.push(Person {
            group: terms.group,
            ordinal,
            entity: Entity::named("worker", group).child(ordinal as u64),
            behavior: terms.behavior,
            speed: terms.speed.clone(),
        });
    }
}

/// How many workers a group has: as written, or as many as are planned at most. More than a million
/// is an error that the check of the shape reports; nobody waits here until they are all made.
fn count(cx: &mut Context<'_>, node: &Node, most: Option<usize>) -> usize {
    let written = node.get("count");
    let count = match (written.zip(value::whole::<usize>(written)), most) {
        (Some((node, count)), Some(most)) if count != most => {
            let message = format!("`staffing` plans up to {most} workers, `count` says {count}");
            cx.error(message, &node.place);
            most
        }
        (_, Some(most)) => most,
        (Some((_, count)), None) => count,
        (None, None) => 1,
    };
    if count <= 1_000_000 { count } else { 1 }
}

/// What the expression of an `[[assign]]` may ask about an exported worker.
struct Asked<'a> {
    attributes: Resolved,
    sid: &'a str,
    name: &'a str,
}

impl Names for Asked<'_> {
    fn worker(&self, path: PathId) -> &Value {
        self.attributes.get(path)
    }

    fn worker_field(&self, field: WorkerField) -> Value {
        match field {
            WorkerField::Sid => self.sid.into(),
            WorkerField::FriendlyName => self.name.into(),
            WorkerField::ActivitySid | WorkerField::ActivityName => Value::Null,
        }
    }
}
