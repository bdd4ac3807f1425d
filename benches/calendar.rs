//! The event calendar under the hold model: take the next notice, enter another one later.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use taskrouter_sim::calendar::EventCalendar;
use taskrouter_sim::time::{Span, Time};

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
struct Numbers(u64);

impl Numbers {
    /// A span of up to a minute or so.
    fn span(&mut self) -> Span {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Span::from_millis(self.0 >> 48)
    }
}

/// A calendar that holds `n` notices.
fn filled(n: u64, numbers: &mut Numbers) -> EventCalendar<u64> {
    let mut calendar = EventCalendar::new();
    (0..n).for_each(|event| calendar.schedule(Time::ZERO + numbers.span(), event));
    calendar
}

fn hold(c: &mut Criterion) {
    let mut group = c.benchmark_group("calendar/hold");
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    for n in [100, 10_000, 1_000_000] {
        let mut numbers = Numbers(88_172_645_463_325_252);
        let mut calendar = filled(n, &mut numbers);
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            b.iter(|| {
                let (due, event) = calendar.pop().expect("as many as at first");
                calendar.schedule(due + numbers.span(), black_box(event));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, hold);
criterion_main!(benches);
