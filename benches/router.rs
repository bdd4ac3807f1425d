//! The routing core alone: tasks created, reserved, accepted and completed, against few and many
//! workers and queues, for both matchers; commands per second.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use taskrouter_sim::routing::{Command, Event, Matcher, NewTask, Router, TaskId};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::{Span, Time};

const GROUPS: usize = 10;
const SIZES: [(usize, usize); 9] = [
    (10, 1),
    (10, 10),
    (10, 100),
    (100, 1),
    (100, 10),
    (100, 100),
    (1_000, 1),
    (1_000, 10),
    (1_000, 100),
];

/// Ten groups of workers, three of which serve each queue; if there is one queue, all do.
fn scenario(n_workers: usize, n_queues: usize) -> Scenario {
    let (modulo, count, p) = (n_queues.min(GROUPS), n_workers / GROUPS, 1.0 / n_queues as f64);
    let of_each_queue = |table: &dyn Fn(usize) -> String| list((0..n_queues).map(table));
    let queues =
        of_each_queue(&|q| format!("friendly_name = 'q{q}', target_workers = \"skills HAS {q}\""));
    let filters = of_each_queue(&|q| {
        format!("expression = 'skill == {q}', targets = [{{ queue = 'q{q}' }}]")
    });
    let mix = of_each_queue(&|q| format!("p = {p}, set = {{ skill = {q} }}"));
    let workers = list((0..GROUPS).map(|group| {
        let serves = |q: &usize| [0, 3, 6].iter().any(|k| (group + k) % modulo == q % modulo);
        let skills: Vec<usize> = (0..n_queues).filter(serves).collect();
        format!("group = 'g{group}', count = {count}, attributes = {{ skills = {skills:?} }}")
    }));
    let text = format!(
        "schema = 1\nname = 'router'\nhorizon = '1h'\nworkers = {workers}\n\
         [workspace]\ntask_queues = {queues}\n\
         [[workspace.workflows]]\nfriendly_name = 'Calls'\n\
         configuration = {{ task_routing = {{ filters = {filters} }} }}\n\
         [source.calls]\nmix = {mix}\narrivals = {{ per_hour = 1 }}\ntalk = '1m'\n"
    );
    let loaded = Scenario::parse("router.toml", &text, Path::new("."), &[]);
    loaded.expect("a scenario of ours").scenario
}

/// An array of tables.
fn list(tables: impl Iterator<Item = String>) -> String {
    let tables: Vec<String> = tables.map(|table| format!("{{ {table} }}")).collect();
    format!("[{}]", tables.join(", "))
}

/// Keeps seven of ten workers busy.
struct Load {
    router: Router,
    now: Time,
    tasks: Vec<NewTask>,
    n_created: usize,
    in_hand: VecDeque<TaskId>,
    most_in_hand: usize,
    events: Vec<Event>,
}

impl Load {
    /// A router with workers who are all busy enough.
    fn new(n_workers: usize, n_queues: usize, matcher: Matcher) -> Self {
        let Scenario { workspace, sources, .. } = scenario(n_workers, n_queues);
        let source = sources.iter().next().expect("there is one");
        let new = |attributes| NewTask {
            workflow: source.workflow,
            routing_target: None,
            attributes,
            channel: source.channel,
            priority: 0,
            timeout: Span::from_secs(86_400),
            virtual_start_time: None,
        };
        let tasks = source.mix.iter().map(|variant| new(variant.attributes)).collect();
        let mut load = Self {
            router: Router::new(workspace, matcher),
            now: Time::ZERO,
            tasks,
            n_created: 0,
            in_hand: VecDeque::new(),
            most_in_hand: n_workers * 7 / 10,
            events: Vec::new(),
        };
        while load.in_hand.len() < load.most_in_hand {
            load.step();
        }
        load
    }

    /// A task comes, whatever is offered is accepted, and the oldest task in hand is done: three
    /// commands, but for tasks that have to wait.
    fn step(&mut self) {
        self.now = self.now + Span::from_secs(1);
        let task = self.tasks[self.n_created % self.tasks.len()];
        self.n_created += 1;
        self.ask(Command::CreateTask(task));
        if self.most_in_hand <= self.in_hand.len() {
            let done = self.in_hand.pop_front().expect("at least one");
            self.ask(Command::CompleteTask(done));
        }
        self.router.advance(self.now, &mut self.events);
        let offered = |event| match event {
            Event::ReservationCreated(offer) => Some(offer),
            _ => None,
        };
        let offers: Vec<_> = self.events.drain(..).filter_map(offered).collect();
        for offer in offers {
            self.ask(Command::AcceptReservation(offer.reservation));
            self.in_hand.push_back(offer.task);
        }
        self.router.advance(self.now, &mut self.events);
    }

    fn ask(&mut self, command: Command) {
        self.router.handle(self.now, command, &mut self.events).expect("nothing that is refused");
    }
}

fn matching(c: &mut Criterion) {
    let mut group = c.benchmark_group("router");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.sample_size(20).throughput(Throughput::Elements(3));
    for (n_workers, n_queues) in SIZES {
        for matcher in [Matcher::Plain, Matcher::Indexed] {
            let name = format!("{n_workers} workers, {n_queues} queues");
            let mut load = Load::new(n_workers, n_queues, matcher);
            let id = BenchmarkId::new(format!("{matcher:?}"), name);
            group.bench_function(id, |b| b.iter(|| load.step()));
        }
    }
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
