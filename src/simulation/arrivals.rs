//! When the tasks of a source arrive.

use crate::random::{Draws, Entity, Purpose, ln, poisson_quantile};
use crate::scenario::{Arrivals, RateInterval, Scenario, Source, SourceId};
use crate::simulation::customer::Label;
use crate::time::{Span, Time};

/// One arrival to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) due: Time,
    pub(crate) entity: Entity,
    pub(crate) label: Label,
}

/// The stream of a source's arrivals: a cursor, so that only the next one of each is in the
/// calendar.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    source: SourceId,
    /// Whose children the tasks of the source's only interval are, for a constant rate.
    home: Entity,
    factor: f64,
    n_taken: u32,
    /// Seconds, for a constant rate: rounded to milliseconds only when an arrival is made of it.
    clock: f64,
    /// The arrivals of the interval in hand, last one first.
    batch: Vec<(Time, Label)>,
}

impl Stream {
    /// The stream of `source` in the replication that `draws` belong to.
    pub(crate) fn new(scenario: &Scenario, source: SourceId, draws: &Draws) -> Self {
        let busyness = scenario.sources[source].busyness.map(|id| &scenario.busyness[id]);
        let factor = busyness
            .map_or(1.0, |busyness| busyness.factor.quantile(draws.busyness(busyness.entity)));
        let home = scenario.sources[source].entity.child(0);
        Self { source, home, factor, n_taken: 0, clock: 0.0, batch: Vec::new() }
    }

    /// The next arrival; `None` when there is none any more.
    #[inline]
    pub(crate) fn next(&mut self, scenario: &Scenario, draws: &Draws) -> Option<Arrival> {
        let source = &scenario.sources[self.source];
        match &source.arrivals {
            Arrivals::Constant { per_second } => self.next_constant(*per_second, draws),
            Arrivals::Intervals(intervals) => self.next_in_intervals(source, intervals, draws),
            Arrivals::Trace(rows) => {
                let row = rows.get(self.n_taken as usize)?;
                let label = Label { interval: 0, ordinal: self.n_taken, attempt: 0 };
                self.n_taken += 1;
                Some(arrival(source, row.arrival, label))
            }
        }
    }

    #[inline]
    fn next_constant(&mut self, rate: f64, draws: &Draws) -> Option<Arrival> {
        let rate = rate * self.factor;
        if rate <= 0.0 {
            return None;
        }
        let label = Label { interval: 0, ordinal: self.n_taken, attempt: 0 };
        self.n_taken += 1;
        let entity = self.home.child(u64::from(label.ordinal));
        let u = draws.uniform(entity, Purpose::ArrivalGap, 0);
        self.clock -= ln(u) / rate;
        let due = Time::ZERO + Span::from_secs_f64(self.clock);
        Some(Arrival { due, entity, label })
    }

    fn next_in_intervals(
        &mut self,
        source: &Source,
        intervals: &[RateInterval],
        draws: &Draws,
    ) -> Option<Arrival> {
        while self.batch.is_empty() {
            let interval = intervals.get(self.n_taken as usize)?;
            self.fill(source, interval, draws);
            self.n_taken += 1;
        }
        let (due, label) = self.batch.pop()?;
        Some(arrival(source, due, label))
    }

    /// Draws how many tasks arrive in an interval, and where in it each of them does: a busier day
    /// keeps every task of a calmer one and adds to them.
    fn fill(&mut self, source: &Source, interval: &RateInterval, draws: &Draws) {
        let number = self.n_taken;
        let home = source.entity.child(u64::from(number));
        let u = draws.uniform(home, Purpose::CountInInterval, 0);
        let n = poisson_quantile(interval.mean * self.factor, u);
        let length = interval.end.since(interval.start).as_secs_f64();
        let last = interval.end.since(interval.start).saturating_sub(Span::from_millis(1));
        let place = |ordinal: u32| {
            let label = Label { interval: number, ordinal, attempt: 0 };
            let u = draws.uniform(entity_of(source, label), Purpose::ArrivalPosition, 0);
            (interval.start + Span::from_secs_f64(u * length).min(last), label)
        };
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        self.batch.extend((0..n).map(place));
        self.batch.sort_unstable_by(|a, b| b.cmp(a));
    }
}

/// Whose draws the task of this label are.
pub(crate) fn entity_of(source: &Source, label: Label) -> Entity {
    let first = source.entity.child(u64::from(label.interval)).child(u64::from(label.ordinal));
    if label.attempt == 0 { first } else { first.child(u64::from(label.attempt)) }
}

fn arrival(source: &Source, due: Time, label: Label) -> Arrival {
    Arrival { due, entity: entity_of(source, label), label }
}
