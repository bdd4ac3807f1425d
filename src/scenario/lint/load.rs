//! More work than there are workers for: offers, missed ones too, count as work.
//!
//! For every set of kinds of tasks, what they keep busy must not be more than the workers who can
//! serve at least one of them (Hall's condition, in the mean). Where there are many kinds, each
//! alone and all together are looked at.

use crate::routing::ChannelId;
use crate::scenario::Scenario;
use crate::scenario::demand::{Class, Demand, Need};
use crate::scenario::node::Node;
use crate::scenario::problem::Problem;
use crate::time::{Span, Time};

/// Up to how many kinds of tasks of one channel every set of them is looked at.
const KINDS_MAX: usize = 8;
/// How many tasks must pile up before it is worth a word.
const PILE_MIN: f64 = 5.0;
/// Where customers give up, less than this is a lunch break and not a mistake.
const LASTS_MIN: Span = Span::from_secs(3600);

/// Warns of stretches of time in which there is more work than workers; `root` says where.
pub(in crate::scenario) fn overload(scenario: &Scenario, root: &Node) -> Vec<Problem> {
    let Some(demand) = Demand::of(scenario) else { return Vec::new() };
    let stretches = demand.stretches(Time::ZERO);
    let channels = scenario.workspace.channels.ids();
    let found = channels.flat_map(|channel| {
        let mut told: Vec<u64> = Vec::new();
        let kinds = kinds(&demand, channel);
        let mut found = Vec::new();
        for set in sets(kinds.len()) {
            let is_known = told.iter().any(|smaller| smaller & set == *smaller);
            let classes = || members(&kinds, set);
            let excess = (!is_known).then(|| worst(&demand, &classes(), &stretches)).flatten();
            if let Some(excess) = excess {
                told.push(set);
                found.push(excess.problem(&demand, scenario, (&classes(), root)));
            }
        }
        found
    });
    found.collect()
}

/// The classes of a channel, those together that the same workers can serve.
fn kinds<'a>(demand: &'a Demand<'_>, channel: ChannelId) -> Vec<Vec<&'a Class>> {
    let mut kinds: Vec<Vec<&Class>> = Vec::new();
    for class in demand.classes.iter().filter(|class| class.channel == channel) {
        match kinds.iter_mut().find(|kind| kind[0].workers == class.workers) {
            Some(kind) => kind.push(class),
            None => kinds.push(vec![class]),
        }
    }
    kinds.truncate(63);
    kinds
}

/// The sets that are looked at, as bits, small ones first.
fn sets(n: usize) -> Vec<u64> {
    let all = (1_u64 << n) - 1;
    let mut sets: Vec<u64> = if n <= KINDS_MAX {
        (1..=all).collect()
    } else {
        (0..n).map(|kind| 1 << kind).chain([all]).collect()
    };
    sets.sort_by_key(|set| set.count_ones());
    sets
}

fn members<'a>(kinds: &[Vec<&'a Class>], set: u64) -> Vec<&'a Class> {
    let chosen = kinds.iter().enumerate().filter(|(kind, _)| set >> kind & 1 == 1);
    chosen.flat_map(|(_, kind)| kind.iter().copied()).collect()
}

/// A stretch of time with more work than workers.
#[derive(Clone, Copy, Debug)]
struct Excess {
    from: Time,
    to: Time,
    /// Means over the stretch.
    need: Need,
    /// The part of the need that is of customers who never give up.
    patient: f64,
    staff: f64,
    /// How many tasks pile up if nobody gives up.
    pile: f64,
    /// Tasks per second.
    rate: f64,
}

/// The stretch in which most piles up, if that is worth a word.
fn worst(demand: &Demand<'_>, classes: &[&Class], stretches: &[(Time, Time)]) -> Option<Excess> {
    let crew = demand.crew(classes.iter().copied());
    let at = |&(from, to): &(Time, Time)| {
        let add = |sum: Need, class: &&Class| sum.plus(demand.need(class, from), 1.0);
        let need = classes.iter().fold(Need::default(), add);
        let stays = |class: &&&Class| demand.is_patient(class);
        let patient = classes.iter().filter(stays).map(|c| demand.need(c, from).total()).sum();
        let rate = classes.iter().map(|class| demand.rate(class, from)).sum();
        Excess { from, to, need, patient, staff: crew.places(from), pile: 0.0, rate }
    };
    let parts: Vec<Excess> = stretches.iter().map(at).collect();
    let runs = parts.chunk_by(|a, b| a.is_too_much() == b.is_too_much());
    let found = runs.filter(|run| run[0].is_too_much()).map(Excess::over);
    let whole = demand.end().since(Time::ZERO);
    let is_worth_a_word = |excess: &Excess| {
        let lasts = excess.to.since(excess.from);
        PILE_MIN <= excess.pile && (excess.grows() || LASTS_MIN.min(whole) <= lasts)
    };
    found.filter(is_worth_a_word).max_by(|a, b| a.pile.total_cmp(&b.pile))
}

impl Excess {
    fn is_too_much(&self) -> bool {
        self.staff < self.need.total()
    }

    /// Whether even those who never give up are too many.
    fn grows(&self) -> bool {
        self.staff < self.patient
    }

    /// The means over parts that follow each other, by their length.
    fn over(parts: &[Self]) -> Self {
        let (first, last) = (parts[0], parts[parts.len() - 1]);
        let length = last.to.since(first.from).as_secs_f64();
        let share = |part: &Self| part.to.since(part.from).as_secs_f64() / length;
        let mean = |of: &dyn Fn(&Self) -> f64| parts.iter().map(|p| of(p) * share(p)).sum::<f64>();
        let add = |sum: Need, part: &Self| sum.plus(part.need, share(part));
        let need = parts.iter().fold(Need::default(), add);
        let (staff, rate) = (mean(&|part| part.staff), mean(&|part| part.rate));
        let pile = length * rate * (1.0 - staff / need.total());
        Self { to: last.to, need, patient: mean(&|part| part.patient), staff, pile, rate, ..first }
    }

    fn problem(
        &self,
        demand: &Demand<'_>,
        scenario: &Scenario,
        (classes, root): (&[&Class], &Node),
    ) -> Problem {
        let noun =
            if classes.iter().any(|class| 1.0 < class.capacity) { "places" } else { "workers" };
        let outcome = if self.grows() {
            "the queue grows"
        } else {
            "those who wait leave until the rest can be served"
        };
        let message = format!(
            "{}{} needs {:.1} {noun} ({}), {} on shift: {outcome}",
            self.when(demand, scenario),
            who(scenario, classes),
            self.need.total(),
            parts(self.need),
            are(self.staff),
        );
        let place = classes.first().and_then(|class| {
            let name = &scenario.sources[class.source].name;
            let source = root.get("source")?.get(name)?;
            Some(source.get("arrivals").unwrap_or(source).place.clone())
        });
        match place {
            Some(place) => Problem::warning(message, &place),
            None => Problem::warning(message, &root.place),
        }
    }

    /// `between 09:00 and 11:00 `; nothing if it is all the time.
    fn when(&self, demand: &Demand<'_>, scenario: &Scenario) -> String {
        if self.from == Time::ZERO && self.to == demand.end() {
            return String::new();
        }
        let is_one_day = scenario.clock.date(Time::ZERO) == scenario.clock.date(demand.end());
        let text = |at: Time| {
            let iso = scenario.clock.iso(at);
            let (date, time) = (iso.get(..10).unwrap_or(&iso), iso.get(11..16).unwrap_or(""));
            if is_one_day { time.to_owned() } else { format!("{date} {time}") }
        };
        format!("between {} and {} ", text(self.from), text(self.to))
    }
}

/// The queues in which the tasks begin.
fn who(scenario: &Scenario, classes: &[&Class]) -> String {
    let mut names: Vec<String> = Vec::new();
    for class in classes {
        let name = class.queues.first().map_or_else(
            || format!("source `{}`", scenario.sources[class.source].name),
            |queue| format!("queue `{}`", scenario.workspace.queues[*queue].friendly_name),
        );
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} together with {two}"),
        [one, others @ ..] => format!("{one} together with {} others", others.len()),
        [] => String::new(),
    }
}

/// `27.0 to talk, 4.1 to wrap up, 2.3 ringing, 1.9 lost after missed offers`
fn parts(need: Need) -> String {
    let parts = [
        (need.talk, "to talk"),
        (need.wrap_up, "to wrap up"),
        (need.ringing, "ringing"),
        (need.lost, "lost after missed offers"),
    ];
    let parts = parts.iter().filter(|(size, _)| 0.05 <= *size);
    parts.map(|(size, what)| format!("{size:.1} {what}")).collect::<Vec<_>>().join(", ")
}

fn are(staff: f64) -> String {
    match format!("{staff:.1}").trim_end_matches(".0") {
        "0" => "nobody is".to_owned(),
        "1" => "1 is".to_owned(),
        number => format!("{number} are"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::scenario::Scenario;

    /// Ten workers, four minutes of talk; `more` goes to the behavior, then the source.
    fn told(per_hour: &str, behavior: &str, source: &str) -> Vec<String> {
        told_of(&format!(
            "schema = 1
            name = 'load'
            horizon = '8h'
            start = 2026-03-02T08:00:00
            [workspace]
            task_queues = [{{ friendly_name = 'Q' }}]
            [[workspace.workflows]]
            friendly_name = 'W'
            task_reservation_timeout = 20
            configuration = {{ task_routing = {{ default_filter = {{ queue = 'Q' }} }} }}
            [[workers]]
            group = 'desk'
            count = 10
            behavior = 'desk'
            [behavior.desk]
            {behavior}
            [source.calls]
            arrivals = {{ {per_hour} }}
            talk = {{ dist = 'exponential', mean = '4m' }}
            {source}"
        ))
    }

    fn told_of(text: &str) -> Vec<String> {
        let loaded = Scenario::parse("s.toml", text, Path::new("."), &[]).expect("valid");
        loaded.warnings.into_iter().map(|problem| problem.message).collect()
    }

    const AT_ONCE: &str = "response = '0s'";

    #[test]
    fn more_talk_than_workers_is_told_and_95_percent_is_not() {
        let told = |per_hour| told(per_hour, AT_ONCE, "");
        assert_eq!(told("per_hour = 142.5"), [""; 0]);
        assert_eq!(
            told("per_hour = 165"),
            ["queue `Q` needs 11.0 workers (11.0 to talk), 10 are on shift: the queue grows"]
        );
    }

    #[test]
    fn offers_count_and_so_do_those_that_are_missed() {
        // Each task is offered 1.25 times: 10 s of ringing, and a quarter of a minute out of line.
        let behavior = "response = '5s'\nmiss = 0.2\nrecovery = '1m'";
        assert_eq!(
            told("per_hour = 142.5", behavior, ""),
            ["queue `Q` needs 10.5 workers (9.5 to talk, 0.4 ringing, 0.6 lost after missed \
              offers), 10 are on shift: the queue grows"]
        );
    }

    #[test]
    fn who_is_impatient_leaves_and_a_short_peak_of_them_is_nothing() {
        let patience = "patience = '3m'\nwrap_up = '30s'";
        assert_eq!(
            told("per_hour = 165", AT_ONCE, patience),
            [
                "queue `Q` needs 12.4 workers (11.0 to talk, 1.4 to wrap up), 10 are on shift: those \
              who wait leave until the rest can be served"
            ]
        );
        let peak = "per = '30m', from = '08:00', counts = [60, 120, 60, 60]";
        assert_eq!(told(peak, AT_ONCE, patience), [""; 0]);
        assert_eq!(told(peak, AT_ONCE, "").len(), 1);
    }

    #[test]
    fn the_time_of_day_is_told() {
        let peak = "per = '1h', from = '08:00', counts = [100, 180, 195, 120]";
        assert_eq!(
            told(peak, AT_ONCE, ""),
            ["between 09:00 and 11:00 queue `Q` needs 12.5 workers (12.5 to talk), 10 are on \
              shift: the queue grows"]
        );
    }

    /// Two queues: `A` for the first group, `B` for both.
    fn two_queues(per_hour: (u32, u32)) -> Vec<String> {
        let (a, b) = per_hour;
        told_of(&format!(
            "schema = 1
            name = 'load'
            horizon = '8h'
            [workspace]
            task_queues = [
              {{ friendly_name = 'A', target_workers = \"skill == 'a'\" }},
              {{ friendly_name = 'B' }},
            ]
            [[workspace.workflows]]
            friendly_name = 'W'
            [[workspace.workflows.configuration.task_routing.filters]]
            expression = \"type == 'a'\"
            targets = [{{ queue = 'A' }}]
            [workspace.workflows.configuration.task_routing.default_filter]
            queue = 'B'
            [[workers]]
            group = 'first'
            count = 4
            attributes = {{ skill = 'a' }}
            [[workers]]
            group = 'second'
            count = 4
            [source.a]
            attributes = {{ type = 'a' }}
            arrivals = {{ per_hour = {a} }}
            talk = '6m'
            [source.b]
            arrivals = {{ per_hour = {b} }}
            attributes = {{ type = 'b' }}
            talk = '6m'"
        ))
    }

    #[test]
    fn workers_who_are_shared_are_looked_at_together() {
        assert_eq!(two_queues((30, 45)), [""; 0], "7.5 on 8, and 3 on 4");
        assert_eq!(
            two_queues((50, 20)),
            ["queue `A` needs 5.0 workers (5.0 to talk), 4 are on shift: the queue grows"],
            "7 on 8, but 5 on 4"
        );
        assert_eq!(
            two_queues((30, 55)),
            ["queue `A` together with queue `B` needs 8.5 workers (8.5 to talk), 8 are on shift: \
              the queue grows"],
            "3 on 4 and 5.5 on 8, but 8.5 on 8"
        );
    }
}
