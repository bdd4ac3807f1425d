//! Which behaviors of a scenario are fitted, and who has them.

use std::collections::BTreeMap;

use crate::cli::failure::Failure;
use crate::cli::fit::usage;
use crate::fit::{Grouped, Measured};
use crate::scenario::{ACCEPTS_AT_ONCE, Scenario};

/// The behavior that is fitted if nothing is said.
const DESK: &str = "desk";

/// A behavior that is to be written, and the groups that do not have it yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) behavior: String,
    pub(super) groups: Vec<String>,
}

/// What the behaviors are called that were found.
pub(super) struct Names<'a> {
    /// The one that is asked for.
    asked: Option<&'a str>,
    /// Groups and the behaviors that the scenario gives them, by name.
    present: Vec<(&'a str, Option<&'a str>)>,
    has_scenario: bool,
}

impl<'a> Names<'a> {
    pub(super) fn of(asked: Option<&'a str>, scenario: Option<&'a Scenario>) -> Self {
        let pairs = scenario.into_iter().flat_map(|scenario| {
            scenario.people.iter().map(|person| {
                let group = scenario.groups[person.group].name.as_str();
                let behavior = scenario.behaviors[person.behavior].name.as_str();
                (group, Some(behavior).filter(|name| *name != ACCEPTS_AT_ONCE))
            })
        });
        let mut present: Vec<_> = pairs.collect();
        present.sort_unstable();
        present.dedup();
        Self { asked, present, has_scenario: scenario.is_some() }
    }

    /// The behaviors that groups have, each once.
    pub(super) fn behaviors(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.present.iter().filter_map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The one behavior that is meant; `None` if the workers have several.
    pub(super) fn only(&self) -> Option<&'a str> {
        self.asked.or_else(|| match self.behaviors().as_slice() {
            [] => Some(DESK),
            [one] => Some(*one),
            _ => None,
        })
    }

    /// What one fit is for: the one behavior that is meant, which whoever has none gets.
    pub(super) fn of_one(&self) -> Option<Named> {
        let behavior = self.only()?.to_owned();
        let without = self.present.iter().filter(|(_, name)| name.is_none());
        let groups = without.map(|(group, _)| (*group).to_owned()).collect();
        Some(Named { behavior, groups })
    }

    /// Whether somebody has, or gets, this behavior.
    pub(super) fn is_used(&self, named: &Named) -> bool {
        let has = |name: &Option<&str>| name.is_none_or(|name| name == named.behavior);
        !self.has_scenario || self.present.iter().any(|(_, name)| has(name))
    }

    /// The behaviors of all workers but those of the groups that have their own fit.
    pub(super) fn of_all(&self, grouped: &Grouped) -> Vec<Named> {
        if !self.has_scenario {
            let behavior = self.only().unwrap_or(DESK).to_owned();
            return vec![Named { behavior, groups: Vec::new() }];
        }
        if self.asked.is_some() && grouped.groups.is_empty() {
            return self.of_one().into_iter().collect();
        }
        let is_own = |group: &str| grouped.groups.iter().any(|(own, _)| own == group);
        let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let is_meant = |behavior: &Option<&str>| {
            self.asked.is_none_or(|asked| behavior.is_none_or(|name| name == asked))
        };
        let others = self.present.iter().filter(|(group, of)| !is_own(group) && is_meant(of));
        for (group, behavior) in others {
            let groups = all.entry(behavior.unwrap_or(self.new_name())).or_default();
            groups.extend(behavior.is_none().then(|| (*group).to_owned()));
        }
        let named = |(name, groups): (&str, _)| Named { behavior: name.to_owned(), groups };
        all.into_iter().map(named).collect()
    }

    /// The behavior of a group that has its own fit: that which it has, if no other group has it.
    pub(super) fn of_group(&self, group: &str) -> Named {
        let old = self.present.iter().find(|(of, _)| *of == group).and_then(|(_, old)| *old);
        let has_old = self.present.iter().filter(|(_, behavior)| *behavior == old).count();
        match old {
            Some(old) if has_old == 1 => Named { behavior: old.to_owned(), groups: Vec::new() },
            _ => Named {
                behavior: format!("{}-{group}", old.unwrap_or(self.new_name())),
                groups: if self.has_scenario { vec![group.to_owned()] } else { Vec::new() },
            },
        }
    }

    /// Keeps the offers to workers who have the behavior that is asked for, or will get it.
    pub(super) fn only_meant(&self, measured: &mut Measured) {
        let Some(asked) = self.asked else { return };
        let is_other = |group: &str| {
            let of = self.present.iter().filter(|(of, _)| *of == group);
            of.into_iter().any(|(_, behavior)| behavior.is_some_and(|name| name != asked))
        };
        let before = measured.offers.len();
        measured.offers.retain(|offer| !is_other(&offer.to));
        let n = before - measured.offers.len();
        if n != 0 {
            let what = format!("{n} offers are to workers of other behaviors than `{asked}`");
            measured.notes.push(what);
        }
    }

    /// Several behaviors are there, and none is asked for.
    pub(super) fn several(&self) -> Failure {
        let what = "counts are of all workers together, and these have several behaviors";
        usage(
            what,
            &format!("--behavior NAME says whose they are: {}", self.behaviors().join(", ")),
        )
    }

    /// A behavior is asked for that no worker has.
    pub(super) fn nobody_has(&self, behavior: &str) -> Failure {
        let what = format!("no worker of the scenario has the behavior `{behavior}`");
        usage(&what, &format!("they have: {}", self.behaviors().join(", ")))
    }

    /// What the behavior is called of whoever has none.
    fn new_name(&self) -> &'a str {
        self.only().unwrap_or(DESK)
    }
}

/// Workers become groups of the scenario, as far as it knows them.
pub(super) fn into_groups(measured: &mut Measured, scenario: &Scenario) {
    let workers = scenario.workspace.workers.iter_with_id();
    let groups: BTreeMap<&str, &str> = workers
        .flat_map(|(id, worker)| {
            let group = scenario.groups[scenario.people[id].group].name.as_str();
            [(worker.friendly_name.as_str(), group), (worker.sid.as_str(), group)]
        })
        .collect();
    let is_group = |name: &str| scenario.groups.iter().any(|group| group.name == name);
    let mut n_unknown = 0;
    for offer in &mut measured.offers {
        match groups.get(offer.to.as_str()) {
            Some(group) => offer.to = (*group).to_owned(),
            None if is_group(&offer.to) => {}
            None => {
                n_unknown += 1;
                offer.to.clear();
            }
        }
    }
    if n_unknown != 0 {
        let what = format!(
            "{n_unknown} offers are to workers that the scenario does not know: they count only for \
             all workers together"
        );
        measured.notes.push(what);
    }
}
