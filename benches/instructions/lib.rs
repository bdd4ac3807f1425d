//! What is made ready before instructions are counted.

use std::path::Path;

use taskrouter_sim::calendar::EventCalendar;
use taskrouter_sim::expr::{Compiled, Context, Paths, Resolved, Value, parse};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::time::{Span, Time};

/// A workload of `scenarios/bench` with 20,000 tasks.
///
/// # Panics
/// If there is no such workload.
pub fn workload(name: &str) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/bench");
    let path = Path::new(folder).join(name).with_extension("toml");
    let loaded = Scenario::load(&path, &["horizon={tasks=20000}".to_owned()], false);
    loaded.expect("a bundled scenario").scenario
}

/// A target expression of usual size, with a task and a worker that it lets through.
pub struct Question {
    /// The expression.
    pub expression: Compiled,
    /// The attributes of the task.
    pub task: Resolved,
    /// The attributes of the worker.
    pub worker: Resolved,
}

/// The question that [`Question`] describes.
///
/// # Panics
/// Never: the expression is valid.
pub fn question(text: &str) -> Question {
    let mut paths = Paths::new();
    let expression = parse(text, Context::Target).expect("an expression of ours");
    let expression = expression.compile(Context::Target, &mut paths);
    let task = Value::object([("skill", "sales"), ("region", "apac")]);
    let skills = Value::array(["support", "billing", "sales"]);
    let worker = Value::object([
        ("skills", skills),
        ("level", Value::from(3)),
        ("team", Value::from("day")),
    ]);
    Question { expression, task: paths.resolve(&task), worker: paths.resolve(&worker) }
}

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
pub struct Numbers(u64);

impl Numbers {
    /// A span of up to a minute or so.
    pub fn span(&mut self) -> Span {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Span::from_millis(self.0 >> 48)
    }
}

/// A calendar that holds `n` notices, and numbers to go on with.
pub fn calendar(n: u64) -> (EventCalendar<u64>, Numbers) {
    let mut numbers = Numbers(88_172_645_463_325_252);
    let mut calendar = EventCalendar::new();
    (0..n).for_each(|event| calendar.schedule(Time::ZERO + numbers.span(), event));
    (calendar, numbers)
}
