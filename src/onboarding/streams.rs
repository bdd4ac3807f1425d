//! Which tasks there are: to which queue, on which channel, by which filters.

use std::collections::BTreeSet;

use crate::onboarding::crews::unused;
use crate::onboarding::inventory::Inventory;
use crate::onboarding::leads::{Lead, Leads};
use crate::onboarding::volumes::{Line, Volumes};

/// A stream of tasks to one queue on one channel.
pub(super) struct Stream<'a> {
    pub(super) name: String,
    pub(super) channel: String,
    /// Why the channel is a guess, if it is one.
    pub(super) doubt: Option<String>,
    pub(super) leads: Vec<&'a Lead>,
    pub(super) line: Option<&'a Line>,
}

/// All streams: those of the arrivals, or one for each queue that filters lead to.
pub(super) fn streams<'a>(
    inventory: &'a Inventory,
    leads: &'a Leads,
    volumes: Option<&'a Volumes>,
) -> Vec<Stream<'a>> {
    Finder { inventory, leads, volumes }.all()
}

struct Finder<'a> {
    inventory: &'a Inventory,
    leads: &'a Leads,
    volumes: Option<&'a Volumes>,
}

impl<'a> Finder<'a> {
    /// The streams of tasks: those of the arrivals, or one for each queue that filters lead to.
    fn all(&self) -> Vec<Stream<'a>> {
        let mut names = BTreeSet::new();
        let mut streams = Vec::new();
        let mut add = |queue: usize, line: Option<&'a Line>| {
            let known = line.and_then(|line| line.channel.clone());
            let leads = self.leads_to(queue, known.as_deref());
            if leads.is_empty() {
                return;
            }
            let (channel, doubt) = match known {
                Some(channel) => (channel, None),
                None => self.channel(queue, leads[0]),
            };
            let of_queue = self.volumes.map_or(0, |volumes| {
                volumes.lines.iter().filter(|line| line.queue == queue).count()
            });
            let queue = &self.inventory.queues[queue].name;
            let name = if of_queue < 2 { queue.clone() } else { format!("{queue} {channel}") };
            let name = unused(&name, &mut names);
            streams.push(Stream { name, channel, doubt, leads, line });
        };
        match self.volumes {
            Some(volumes) => {
                let some = volumes.lines.iter().filter(|line| 0.0 < line.offered);
                some.for_each(|line| add(line.queue, Some(line)));
            }
            None => (0..self.inventory.queues.len()).for_each(|queue| add(queue, None)),
        }
        streams
    }

    /// The filters that lead to a queue, all of one workflow: of several the one whose name speaks
    /// of the channel, or else of no other one.
    fn leads_to(&self, queue: usize, channel: Option<&str>) -> Vec<&'a Lead> {
        let speaks_of = |lead: &Lead, name: &str| {
            let workflow = self.inventory.workflows[lead.workflow].name.to_lowercase();
            workflow.contains(&name.to_lowercase())
        };
        let rank = |lead: &Lead| match channel {
            Some(channel) if speaks_of(lead, channel) => 0,
            Some(_) if self.channels().iter().any(|other| speaks_of(lead, other)) => 2,
            _ => 1,
        };
        let mut leads: Vec<&Lead> =
            self.leads.found.iter().filter(|lead| lead.queue == queue).collect();
        // Whom a filter sends there comes before whom nothing else takes.
        leads.sort_by_key(|lead| (rank(lead), lead.filter.is_none()));
        let Some(&first) = leads.first() else { return Vec::new() };
        let is_alike = |lead: &&Lead| {
            lead.workflow == first.workflow && lead.filter.is_some() == first.filter.is_some()
        };
        leads.into_iter().filter(is_alike).collect()
    }

    /// The channels that there are, or those of every workspace.
    fn channels(&self) -> Vec<&str> {
        if self.inventory.channels.is_empty() {
            return vec!["voice", "chat", "sms", "video"];
        }
        self.inventory.channels.iter().map(String::as_str).collect()
    }

    /// The channel of a queue's tasks, and why that is a guess.
    fn channel(&self, queue: usize, lead: &Lead) -> (String, Option<String>) {
        let mut open: BTreeSet<&str> = BTreeSet::new();
        for worker in self.inventory.members(queue) {
            open.extend(worker.channels.iter().flatten().map(|(name, _)| name.as_str()));
        }
        let open: Vec<&str> = open.into_iter().filter(|name| *name != "default").collect();
        if let [only] = open.as_slice() {
            return ((*only).to_owned(), None);
        }
        let words = format!(
            "{} {}",
            self.inventory.queues[queue].name, self.inventory.workflows[lead.workflow].name
        )
        .to_lowercase();
        let channels = self.channels();
        let named = channels.iter().find(|name| words.contains(&name.to_lowercase()));
        let usual = channels.iter().find(|name| **name == "voice").or(channels.first());
        let name = named.or(usual).map_or("default", |name| *name);
        let why = match named {
            Some(_) => "guessed from the name of the queue or workflow",
            None => "nothing says which it is",
        };
        (
            name.to_owned(),
            Some(format!("the channel of `{}`: {why}.", self.inventory.queues[queue].name)),
        )
    }
}
