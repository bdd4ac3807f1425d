//! What many replications of a scenario say together, by scope.

use taskrouter_sim::observation::{Counters, IntervalCounters, Recording, Scope};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::stats::{Estimate, Ratio, ratio_interval};

/// Something that is read off counters.
pub type Read = fn(&Counters) -> u64;

/// What many replications of a scenario say together.
pub struct Sums<'a> {
    /// What was simulated.
    pub scenario: &'a Scenario,
    /// What was recorded.
    pub recordings: &'a [Recording],
}

impl Sums<'_> {
    /// How many replications.
    pub fn n(&self) -> f64 {
        number(self.recordings.len() as u64)
    }

    /// The counters of the scope of this kind and name, of all replications.
    pub fn of(&self, kind: &str, name: &str) -> Counters {
        let index = self.index(kind, name);
        let mut sum = Counters::default();
        self.recordings.iter().for_each(|r| sum.absorb(&r.tallies[index].counters));
        sum
    }

    /// The counters of everything.
    pub fn all(&self) -> Counters {
        self.of("all", "")
    }

    /// The counters of one interval, of all replications.
    pub fn interval(&self, (kind, name): (&str, &str), interval: usize) -> IntervalCounters {
        let index = self.index(kind, name);
        let mut sum = IntervalCounters::default();
        self.recordings.iter().for_each(|r| sum.absorb(&r.intervals[interval][index].counters));
        sum
    }

    /// A ratio of sums with its interval.
    pub fn ratio(
        &self,
        (kind, name): (&str, &str),
        (of, all): (Read, Read),
        confidence: f64,
    ) -> Estimate {
        let index = self.index(kind, name);
        let read = |read: Read| -> Vec<f64> {
            self.recordings.iter().map(|r| number(read(&r.tallies[index].counters))).collect()
        };
        let (numerators, denominators) = (read(of), read(all));
        let ratio = Ratio { numerators: &numerators, denominators: &denominators };
        ratio_interval(ratio, confidence).expect("a denominator")
    }

    fn index(&self, kind: &str, name: &str) -> usize {
        let mut scopes = Scope::all(self.scenario).into_iter();
        let found = scopes.position(|s| s.kind() == kind && s.name(self.scenario) == name);
        found.unwrap_or_else(|| panic!("no {kind} is named {name}"))
    }
}

/// `of` divided by `all`.
pub fn over(of: u64, all: u64) -> f64 {
    number(of) / number(all)
}

/// `of` milliseconds, in seconds, divided by `all`.
pub fn seconds(of: u64, all: u64) -> f64 {
    over(of, all) / 1000.0
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts and milliseconds far below 2^53")]
pub const fn number(count: u64) -> f64 {
    count as f64
}
