//! What is to be said of results before anybody relies on them.

use crate::observation::Counters;
use crate::output::report::numbers::count;
use crate::output::results::Results;

impl Results<'_> {
    /// What is to be said of them before anybody relies on them, one sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.sum(|counters| counters.tasks_created) == 0 {
            warnings.push("no task was created between warm-up and horizon".to_owned());
        }
        let unserved = self.sum(|counters| counters.tasks_unserved_at_end);
        if 0 < unserved {
            let tasks = if unserved == 1 { "task was" } else { "tasks were" };
            warnings.push(format!(
                "{} {tasks} still waiting when the run ended: in no wait, and against the service \
                 level",
                count(unserved),
            ));
        }
        if self.recordings.len() == 1 {
            warnings.push("one replication says nothing about chance: no intervals".to_owned());
        }
        warnings
    }

    /// Of everything, over all replications.
    fn sum(&self, of: fn(&Counters) -> u64) -> u64 {
        let tallies = self.recordings.iter().filter_map(|recording| recording.tallies.first());
        tallies.map(|tally| of(&tally.counters)).sum()
    }
}
