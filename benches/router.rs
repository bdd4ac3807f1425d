//! The routing core alone: tasks created, reserved, accepted and completed, against few and many
//! workers, queues and classes of workers, for both matchers; commands per second.
//!
//! Each point is made ready when it is its turn, and how long that took is printed. Some points are
//! measured by default, the whole grid with `ROUTER_POINTS=all`; a filter picks points as usual:
//! `ROUTER_POINTS=all cargo bench --bench router -- 'Indexed/100000 '`.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use taskrouter_sim::routing::{Command, Event, Matcher, NewTask, Router, TaskId};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::{Span, Time};

/// How many workers, how many queues, and of how many classes the workers are: those of one have
/// the same attributes.
#[derive(Clone, Copy)]
struct Point {
    n_workers: usize,
    n_queues: usize,
    n_classes: usize,
}

/// Few and many along each axis, and the far corner.
const SOME: [(usize, usize, usize); 9] = [
    (10, 1, 1),
    (10, 10, 10),
    (100, 10, 10),
    (1_000, 10, 10),
    (1_000, 100, 10),
    (1_000, 100, 1_000),
    (10_000, 100, 10),
    (100_000, 100, 10),
    (100_000, 1_000, 1_000),
];

const WORKERS: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];
const QUEUES: [usize; 4] = [1, 10, 100, 1_000];
const CLASSES: [usize; 4] = [1, 10, 100, 1_000];

/// The plain matcher looks at every worker for every task: beyond this, filling takes minutes.
const PLAIN_WORKERS_MAX: usize = 10_000;

/// What is to be measured.
fn points() -> Vec<Point> {
    let point = |(n_workers, n_queues, n_classes)| Point { n_workers, n_queues, n_classes };
    if std::env::var("ROUTER_POINTS").is_ok_and(|points| points == "all") {
        let all = WORKERS.into_iter().flat_map(|workers| {
            let of_classes = |&queues| CLASSES.map(|classes| (workers, queues, classes));
            QUEUES.iter().flat_map(of_classes).collect::<Vec<_>>()
        });
        all.map(point).filter(|point| point.n_classes <= point.n_workers).collect()
    } else {
        SOME.map(point).to_vec()
    }
}

/// Three classes, or a multiple, serve each queue, and each class three queues, or a multiple; if
/// there is one class or one queue, all serve all.
fn scenario(point: Point) -> Scenario {
    let Point { n_workers, n_queues, n_classes } = point;
    let (modulo, count) = (n_queues.min(n_classes), n_workers / n_classes);
    let p = 1.0 / n_queues as f64;
    let of_each_queue = |table: &dyn Fn(usize) -> String| list((0..n_queues).map(table));
    let queues = of_each_queue(&|q| {
        format!("friendly_name = 'q{q}', target_workers = \"skills HAS {q} AND level >= 0\"")
    });
    let filters = of_each_queue(&|q| {
        format!("expression = 'skill == {q}', targets = [{{ queue = 'q{q}' }}]")
    });
    let mix = of_each_queue(&|q| format!("p = {p}, set = {{ skill = {q} }}"));
    let workers = list((0..n_classes).map(|class| {
        let serves = |q: &usize| [0, 3, 6].iter().any(|k| (class + k) % modulo == q % modulo);
        let skills: Vec<usize> = (0..n_queues).filter(serves).collect();
        let attributes = format!("{{ skills = {skills:?}, level = {class} }}");
        format!("group = 'g{class}', count = {count}, attributes = {attributes}")
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
    fn new(scenario: Scenario, matcher: Matcher) -> Self {
        let Scenario { workspace, sources, .. } = scenario;
        let n_workers = workspace.workers.len();
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

/// Reads and fills, and prints how long each took.
#[expect(clippy::disallowed_types, clippy::print_stderr, reason = "a bench times and tells")]
fn made_ready(point: Point, matcher: Matcher) -> Load {
    let start = std::time::Instant::now();
    let scenario = scenario(point);
    let read = start.elapsed();
    let load = Load::new(scenario, matcher);
    let filled = start.elapsed() - read;
    eprintln!("  read in {:.2} s, filled in {:.2} s", read.as_secs_f64(), filled.as_secs_f64());
    load
}

fn matching(c: &mut Criterion) {
    let mut group = c.benchmark_group("router");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.sample_size(20).throughput(Throughput::Elements(3));
    for point in points() {
        let Point { n_workers, n_queues, n_classes } = point;
        let name = format!("{n_workers} workers, {n_queues} queues, {n_classes} classes");
        for matcher in [Matcher::Plain, Matcher::Indexed] {
            if matcher == Matcher::Plain && PLAIN_WORKERS_MAX < n_workers {
                continue;
            }
            let mut load = None;
            group.bench_function(BenchmarkId::new(format!("{matcher:?}"), &name), |b| {
                let load = load.get_or_insert_with(|| made_ready(point, matcher));
                b.iter(|| load.step());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
